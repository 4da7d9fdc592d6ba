/**
 * A healthy site in memory, and what the checks say when something about it
 * is changed.
 *
 * @module
 */

import { type CheckOptions, runChecks } from "../../lib/checks/mod.ts";
import { ANSWER_MARK } from "../../lib/python/facts.ts";
import { type Finding, hasErrors } from "../../lib/findings/finding.ts";
import type { RunResult } from "../../lib/machine/host.ts";
import { HOST_FILES } from "../../lib/site/layout.ts";
import { markText } from "../../lib/site/marker.ts";
import { readSite } from "../../lib/site/site.ts";
import { VERSION } from "../../lib/site/version.ts";
import { createFakeHost, type Entry, type World } from "./machine.ts";

export const SITE = "/srv/site";
export const ROOT = `${SITE}/www`;
export const MODULE = `${SITE}/myapp/app.py`;
export const PYTHON = `${SITE}/venv/bin/python`;

/** The head of a program for this (imagined) machine. */
export const PROGRAM = Uint8Array.from(
  { length: 64 },
  (_, at) => [0x7f, 0x45, 0x4c, 0x46, 2, 1][at] ?? (at === 18 ? 62 : 0),
);

export const CONFIG = `[passenger]
user = "jdoe"
group = "jdoe"
passenger_app_root = "${ROOT}"
passenger_python = "${PYTHON}"

[wsgi]
module = "${MODULE}"
app = "app"

[secret_files]
CREDENTIALS = "${SITE}/secrets/credentials.env"

[environment]
GREETING = "Hello"
`;

/** The files of a healthy site. */
export function healthyFiles(): Record<string, Entry | string> {
  const ours = (comment: "//" | "#") =>
    markText(`${comment} Starts the site.\n`, VERSION, comment);
  return {
    "/proc/self/exe": { text: PROGRAM, owner: "root:root", mode: 0o755 },
    "/usr/bin/python3.11": { text: PROGRAM, owner: "root:root", mode: 0o755 },
    "/usr/sbin/runuser": { text: PROGRAM, owner: "root:root", mode: 0o755 },
    "/bin/bash": { text: PROGRAM, owner: "root:root", mode: 0o755 },
    "/home/jdoe": { mode: 0o700 },
    [SITE]: {},
    [`${SITE}/venv`]: {},
    [`${SITE}/venv/bin`]: {},
    [PYTHON]: { link: "python3" },
    [`${SITE}/venv/bin/python3`]: { link: "/usr/bin/python3.11" },
    [`${SITE}/venv/bin/pip`]: {
      text: `#!${SITE}/venv/bin/python3\nimport sys\n`,
      mode: 0o755,
    },
    [`${SITE}/venv/pyvenv.cfg`]: "home = /usr/bin\nversion = 3.11.2\n",
    [`${SITE}/venv/lib`]: {},
    [`${SITE}/venv/lib/python3.11`]: {},
    [`${SITE}/venv/lib/python3.11/site-packages`]: {},
    [`${SITE}/venv/lib/python3.11/site-packages/pip`]: {},
    [`${SITE}/myapp`]: {},
    [MODULE]: "def app(environ, start_response):\n    return []\n",
    [`${SITE}/secrets`]: { mode: 0o750 },
    [`${SITE}/secrets/credentials.env`]: { text: "KEY=value\n", mode: 0o640 },
    [ROOT]: {},
    [`${ROOT}/config.toml`]: { text: CONFIG, mode: 0o640 },
    [`${ROOT}/app.js`]: ours("//"),
    [`${ROOT}/passenger_wsgi.py`]: ours("#"),
    [`${ROOT}/shim`]: {},
    [`${ROOT}/shim/runtime.cjs`]: ours("//"),
    [`${ROOT}/shim/last_words.py`]: ours("#"),
    ...Object.fromEntries(
      HOST_FILES.map((name) => [`${ROOT}/shim/host/${name}`, ours("#")]),
    ),
    [`${ROOT}/shim/python`]: { text: ours("#"), mode: 0o755 },
    [`${ROOT}/public`]: {},
    [`${ROOT}/log`]: { mode: 0o750 },
    [`${ROOT}/tmp`]: {},
    [`${ROOT}/tmp/restart.txt`]: "",
  };
}

/** How a site differs from the healthy one. */
export interface Changes extends Partial<World> {
  /** Replaces in `config.toml`: what is there, by what is to be there. */
  config?: [string | RegExp, string][];
  /** Is added to the end of `config.toml`. */
  append?: string;
  appRoot?: string;
  at?: CheckOptions["at"];
  isForeseen?: boolean;
}

/** What all checks say of a changed site. */
export function check(changes: Changes = {}): Finding[] {
  const { config = [], append = "", appRoot = ROOT, at = "shell" } = changes;
  const { isForeseen } = changes;
  let text = CONFIG;
  for (const [from, to] of config) {
    if (text.replace(from, to) === text) {
      throw new Error(`No ${from} to replace`);
    }
    text = text.replace(from, to);
  }
  const host = createFakeHost({
    run: programs(),
    ...changes,
    files: {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: { text: text + append, mode: 0o640 },
      ...changes.files,
    },
  });
  const site = readSite(appRoot, host);
  const found = runChecks(site, {
    at,
    isForeseen,
    factsProgram: "facts",
  });
  if (site.applicationFault && !hasErrors(found)) {
    throw new Error(`No check reported: ${site.applicationFault.message}`);
  }
  seen.push(...found);
  return found;
}

/** The codes that the checks find, sorted. */
export function codes(changes: Changes = {}): string[] {
  return check(changes).map((found) => found.code).sort();
}

/** The only finding of a changed site. */
export function only(changes: Changes): Finding {
  const found = check(changes);
  const [first] = found;
  if (!first || found.length !== 1) {
    const told = found.map((one) => `${one.code}: ${one.message}`).join("\n");
    throw new Error(`Expected one finding, got ${found.length}:\n${told}`);
  }
  return first;
}

/** Every finding that any test of this run has seen. */
export const seen: Finding[] = [];

/** What the interpreter and the login shell of a healthy site answer. */
const FACTS = {
  version: [3, 11, 2],
  prefix: `${SITE}/venv`,
  base: "/usr",
  executable: PYTHON,
};

/** Programs of a site; what is left out answers as on a healthy one. */
export interface Programs {
  python?: Partial<RunResult> | Record<string, unknown>;
  login?: Partial<RunResult>;
  /** What `ls -ldn` says of a mode. */
  mode?: string;
  node?: string;
  label?: string;
}

/** A `run` for a world, which answers as these programs do. */
export function programs(given: Programs = {}): NonNullable<World["run"]> {
  const { python = {}, login } = given;
  return (program, args) => {
    if (program === "ls" && args[0] === "-Zd") {
      return { stdout: `${given.label ?? ""} ${args.at(-1)}\n` };
    }
    if (program === "ls") {
      return { stdout: `${given.mode ?? "-rw-r--r--"} 1\n` };
    }
    if (/(^|\/)node$/.test(program)) {
      return { status: 0, stdout: given.node ?? "v20.1.0\n" };
    }
    if (args.includes("-V")) return { stdout: "Python 2.7.18\n" };
    if (args.includes("-I")) {
      const failed = "stderr" in python || "errno" in python ||
        "signal" in python;
      if (failed) return { status: 1, ...python } as Partial<RunResult>;
      const answer = JSON.stringify({ ...FACTS, ...python });
      return { stdout: `noise\n${ANSWER_MARK}${answer}\n` };
    }
    if (args.some((word) => word.includes("IN_PASSENGER") || word === "-c")) {
      return login ?? loggedIn({});
    }
    return undefined;
  };
}

/** What a login shell that hands on this environment prints. */
export function loggedIn(
  environment: Record<string, string>,
): Partial<RunResult> {
  const entries = Object.entries({ PATH: "/usr/bin:/bin", ...environment })
    .map(([name, value]) => `${name}=${value}\0`);
  return {
    stdout: `Welcome\nwsgi-shim-login:\n${
      entries.join("")
    }\nwsgi-shim-status: 0\n`,
  };
}
