import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT, SITE } from "../../tests/worlds/site.ts";
import { blankSecrets } from "./redaction.ts";
import { configuredPaths, readSecrets } from "./secret_values.ts";
import { readSite, type Site } from "./site.ts";

interface World {
  /** Lines at the end of `config.toml`, below `[environment]`. */
  lines?: string;
  /** Of the secret file. */
  contents?: string;
  /** Of the process. */
  env?: Record<string, string>;
}

function siteOf({ lines = "", contents = "", env = {} }: World): Site {
  return readSite(
    ROOT,
    createFakeHost({
      env,
      files: {
        ...healthyFiles(),
        [`${ROOT}/config.toml`]: { text: `${CONFIG}${lines}\n`, mode: 0o640 },
        [`${SITE}/secrets/credentials.env`]: { text: contents, mode: 0o600 },
      },
    }),
  );
}

function blank(text: string, world: World): string {
  return blankSecrets(text, readSecrets(siteOf(world)));
}

Deno.test("readSecrets() knows what config.toml sets", () => {
  const table: [lines: string, text: string, blanked: string][] = [
    ['TOKEN = "abcd"', "xabcdx", "x•••x"],
    ['MODE = "a"', "a MODE=a, a", "a MODE=•••, a"],
    ['MODE = "on"', "{'MODE': 'on', 'X': 'on'}", "{'MODE': '•••', 'X': 'on'}"],
    ['URL = "pg://me:p4s@h/db"', "password p4s of me", "password ••• of me"],
    ['URL = "pg://me:p4s%40s@h/db"', "p4s@s p4s%40s", "••• •••"],
    ['DSN = "host=h password=p4s user=me"', "h p4s me", "h ••• me"],
    ['URL = "https://h/?api_key=k3y&x=1"', "k3y of h", "••• of h"],
    ['LOGIN = \'{"user": "me", "password": "p4s"}\'', "me p4s", "me •••"],
    ['NUMBER = "12"', "12 NUMBER is 12", "12 NUMBER is •••"],
  ];
  for (const [lines, text, blanked] of table) {
    assertEquals(blank(text, { lines }), blanked);
  }
});

Deno.test("readSecrets() knows what secret files hold", () => {
  const contents =
    `KEY='quoted one'\nexport OTHER = plain-one\n{"json": "inner-one"}\nNOTED=noted-one # a note\nab\nPIN=12\nURL=amqp://me:q4s@h\n`;
  const table: [text: string, blanked: string][] = [
    ["quoted one", "•••"],
    ["plain-one", "•••"],
    ["inner-one", "•••"],
    ["noted-one", "•••"],
    ["ab PIN: 12 12", "ab PIN: ••• 12"],
    ["q4s me", "••• me"],
  ];
  for (const [text, blanked] of table) {
    assertEquals(blank(text, { contents }), blanked);
  }
  const nested = `[{"user": "me", "deep": {"password": "p4ss"}}]`;
  assertEquals(blank("me has p4ss", { contents: nested }), "me has •••");
});

Deno.test("readSecrets() knows what the process was given by others", () => {
  const table: [name: string, value: string, text: string, blanked: string][] =
    [
      ["DB_PASSWORD", "loginsecret-42", "xloginsecret-42x", "x•••x"],
      ["DB_PASSWORD", "horse", "xhorsex", "x•••x"],
      ["BROKER", "q2-zzk9-alpha", "q2-zzk9-alpha", "•••"],
      ["BROKER", "q2zz1", "q2zz1 xq2zz1", "••• xq2zz1"],
      ["DB", "postgres://me:p4ss@h/db", "p4ss for me at h", "••• for me at h"],
      // The system's, and what is a word of many texts.
      ["HOME", "/home/jdoe1", "/home/jdoe1", "/home/jdoe1"],
      ["LC_ALL", "en_GB.UTF-8", "en_GB.UTF-8", "en_GB.UTF-8"],
      ["PASSENGER_APP_ENV", "staging2", "staging2", "staging2"],
      ["APACHE_RUN_DIR", "/var/run/apache2", "apache2", "apache2"],
      ["DEBUG", "1", "line 1", "line 1"],
      ["MODE", "production", "in production", "in production"],
      ["MODE", "production", "{'MODE': 'production'}", "{'MODE': '•••'}"],
      ["SETTINGS", "mysite.settings", "mysite.settings", "mysite.settings"],
      [
        "SETTINGS",
        "my_site2.settings",
        "my_site2.settings",
        "my_site2.settings",
      ],
      ["PORT", "5432", "port 5432", "port 5432"],
      ["DEBUG", "1", "environ({'DEBUG': '1'})", "environ({'DEBUG': '•••'})"],
      // Paths that are there, and the paths of secret files.
      ["CACHE", `${SITE}/cache9`, `${SITE}/cache9/x`, `${SITE}/cache9/x`],
      ["CREDENTIALS", `${SITE}/s.env`, `${SITE}/s.env`, `${SITE}/s.env`],
      ["TOKEN", "/9j4AAQ/SkZJ+g", "'/9j4AAQ/SkZJ+g'", "'•••'"],
    ];
  for (const [name, value, text, blanked] of table) {
    assertEquals(blank(text, { env: { [name]: value } }), blanked, name);
  }
});

Deno.test("readSecrets() leaves a value that the system's variables have as well", () => {
  const env = { USER: "chris99", SUDO_USER: "chris99" };
  assertEquals(blank("of chris99", { env }), "of chris99");
});

Deno.test("configuredPaths() lists paths that [environment] names", () => {
  const lines = `LOG = "${SITE}/log/x"\nTOKEN = "/9j4AAQ/SkZJ"\nMODE = "x"`;
  assertEquals(configuredPaths(siteOf({ lines })), [`${SITE}/log/x`]);
});
