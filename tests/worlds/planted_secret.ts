/**
 * Secrets that are made up, the same for the same seed: what they look like,
 * where a site has them from, and in which forms programs show them.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { SITE } from "./site.ts";

/** Numbers from 0 to 1, the same for the same seed. */
export type Random = () => number;

/** Mulberry32. */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several. */
export function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}

function between(least: number, most: number, random: Random): number {
  return least + Math.floor(random() * (most - least + 1));
}

function text(alphabet: string, size: number, random: Random): string {
  const letters = [...alphabet];
  return Array.from({ length: size }, () => pick(letters, random)).join("");
}

const SMALL = "abcdefghijklmnopqrstuvwxyz";
const LETTERS = SMALL + SMALL.toUpperCase();
const DIGITS = "0123456789";
const PRINTABLE = LETTERS + DIGITS + "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

/** What secrets look like; eight characters and more. */
const KINDS: Readonly<Record<string, (random: Random) => string>> = {
  hex: (random) => text("0123456789abcdef", between(8, 32, random) * 2, random),
  base64: (random) => btoa(text(PRINTABLE, between(8, 60, random), random)),
  "base64 with slashes": (random) =>
    text(LETTERS + DIGITS + "+/", between(20, 44, random), random) + "=",
  "a token": (random) =>
    text(LETTERS + DIGITS + "_-", between(16, 64, random), random),
  "any characters": (random) =>
    text(PRINTABLE, between(10, 40, random), random),
  "a password": (random) =>
    text(LETTERS + DIGITS + "!$%&'\"\\/+ ", between(8, 14, random), random),
  "other letters": (random) =>
    text("äöüßéñçøåžšđπλжщбю中文字🔑€" + SMALL, between(9, 24, random), random),
  "a word": (random) => text(SMALL, between(8, 16, random), random),
  "a number": (random) => text(DIGITS, between(8, 14, random), random),
  "a path": (random) =>
    [1, 2, 3].map(() => text(LETTERS + DIGITS, between(5, 12, random), random))
      .join("/"),
  "an absolute path": (random) =>
    `/9${text(LETTERS + DIGITS, between(8, 12, random), random)}/Z${
      text(LETTERS + DIGITS, between(8, 12, random), random)
    }`,
  "something long": (random) =>
    text(LETTERS + DIGITS, between(200, 2_400, random), random),
};

/** Where a site has a secret from. */
export interface World {
  config?: string;
  env?: Record<string, string>;
  files?: Record<string, { text: string; mode: number }>;
  /** Those that the application itself has set. */
  variables?: Record<string, string>;
}

const NAMES = [
  "DB_PASSWORD",
  "MYSQL_PASSWORD",
  "DB_PW",
  "PGPASSWD",
  "API_KEY",
  "THING",
  "GREETING_X",
  "SENTRY",
];

function inFile(contents: string): World {
  const file = { text: contents, mode: 0o600 };
  return { files: { [`${SITE}/secrets/credentials.env`]: file } };
}

/** A form of a secret file, and which secrets can stand in it. */
interface Source {
  fits?: RegExp;
  make: (secret: string, name: string) => World;
}

const ONE_LINE = /^(?! )[^\n]*(?<! )$/;
const ONE_WORD = /^[^\s"'#;]+$/;

const SOURCES: Readonly<Record<string, Source>> = {
  "[environment]": {
    make: (secret, name) => ({
      config: `${name} = ${JSON.stringify(secret)}`,
    }),
  },
  "the environment": {
    make: (secret, name) => ({ env: { [name]: secret } }),
  },
  "the application's environment": {
    make: (secret, name) => ({ variables: { [name]: secret } }),
  },
  "an address in the environment": {
    make: (secret) => ({
      env: { DATABASE: `postgres://me:${encodeURIComponent(secret)}@h/db` },
    }),
  },
  "an address in [environment]": {
    fits: /^[\w-]+$/,
    make: (secret) => ({ config: `DATABASE = "mysql://me:${secret}@h/db"` }),
  },
  "a line": { fits: ONE_LINE, make: (secret) => inFile(`${secret}\n`) },
  "NAME=value": {
    fits: ONE_LINE,
    make: (secret, name) => inFile(`A=b\n${name}=${secret}\nC=d\n`),
  },
  "export NAME": {
    fits: /^[^'\n]*$/,
    make: (secret, name) => inFile(`export ${name}='${secret}'\n`),
  },
  "a quoted value": {
    make: (secret, name) => inFile(`${name}=${JSON.stringify(secret)}\n`),
  },
  "JSON": {
    make: (secret, name) =>
      inFile(JSON.stringify({ user: "me", deep: [{ [name]: secret }] })),
  },
  "JSON on lines": {
    make: (secret) =>
      inFile(JSON.stringify({ user: "me", list: [1, secret] }, undefined, 2)),
  },
  "a number in JSON": {
    fits: /^[1-9]\d+$/,
    make: (secret, name) => inFile(`{"user": "me", "${name}": ${secret}}`),
  },
  ".netrc": {
    fits: ONE_WORD,
    make: (secret) => inFile(`machine h login me password ${secret}\n`),
  },
  ".netrc on lines": {
    fits: ONE_WORD,
    make: (secret) => inFile(`machine h\n login me\n password ${secret}\n`),
  },
  ".pgpass": {
    fits: ONE_LINE,
    make: (secret) =>
      inFile(`h:5432:db:me:${secret.replace(/[\\:]/g, "\\$&")}\n`),
  },
  "ini": {
    fits: ONE_LINE,
    make: (secret) => inFile(`[db]\nuser = me\npassword = ${secret}\n`),
  },
  "YAML": {
    fits: ONE_LINE,
    make: (secret) => inFile(`db:\n  - user: me\n  - api_key: ${secret}\n`),
  },
  "PEM": {
    fits: /^[\w+/=]{16,64}$/,
    make: (secret) =>
      inFile(
        `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n${secret}\nq83v==\n-----END PRIVATE KEY-----\n`,
      ),
  },
  "PEM in JSON": {
    fits: /^[\w+/=]{16,64}$/,
    make: (secret) =>
      inFile(JSON.stringify({
        key:
          `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n${secret}\n-----END PRIVATE KEY-----\n`,
      })),
  },
  "the code alone": { fits: /^[\w-]+$/, make: () => ({}) },
};

/** A secret that a site has, and how it may be told. */
export interface Planted {
  value: string;
  kind: string;
  source: string;
  world: World;
  /** By their names. */
  forms: Record<string, string>;
}

/** Makes secrets up. */
export function plantSecrets(count: number, random: Random): Planted[] {
  const planted = Array.from({ length: count }, () => {
    const kind = pick(Object.keys(KINDS), random);
    const value = KINDS[kind]!(random).trim().padEnd(8, "x7");
    const sources = Object.entries(SOURCES)
      .filter(([, { fits }]) => fits === undefined || fits.test(value));
    const [source, { make }] = pick(sources, random);
    return { value, kind, source, world: make(value, pick(NAMES, random)) };
  });
  const forms = formsOf(planted.map(({ value }) => value));
  return planted.map((one, at) => ({
    ...one,
    forms: one.source === "the code alone"
      ? recognised(forms[at]!)
      : forms[at]!,
  }));
}

/** What nobody knows is seen by where it stands. */
function recognised(forms: Record<string, string>): Record<string, string> {
  const names = [
    "address",
    "behind its name",
    "in a dict",
    "in JSON",
    "bearer",
  ];
  return Object.fromEntries(names.map((name) => [name, forms[name]!]));
}

/** Asks Python how it writes texts. */
export function formsOf(texts: readonly string[]): Record<string, string>[] {
  const program = new URL("secret_forms.py", import.meta.url).pathname;
  const { stdout, stderr, status } = spawnSync("python3", [program], {
    input: JSON.stringify(texts),
    encoding: "utf-8",
    maxBuffer: 1e9,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
