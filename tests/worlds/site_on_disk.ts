/**
 * A plain site on disk for tests behind Passenger, with the startup files of
 * all doors; what its visitors get, and waiting for that.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Recorded } from "../../lib/site/recorded.ts";
import { OWNED_FILES, ownedText } from "../../lib/reports/scaffold.ts";
import { VERSION } from "../../lib/site/version.ts";
import { PYTHON_MINOR, PYTHON_VERSION } from "./python_version.ts";
import { asUser, type CommandResult, type SiteUser } from "./site_user.ts";

const LIB = new URL("../../lib/", import.meta.url);

/** A page as a visitor gets it. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

/** A site that a scenario works on. */
export interface TestSite {
  user: SiteUser;
  /** Holds the app root, the venv and the application. */
  folder: string;
  appRoot: string;
  /** Writes a file below the folder, as the site's user. */
  write(path: string, text: string, mode?: number): Promise<void>;
  remove(path: string): Promise<void>;
  chmod(path: string, mode: number): Promise<void>;
  /** The text of a file below the folder. */
  read(path: string): Promise<string>;
  /** Replaces a text in a file. */
  edit(path: string, from: string | RegExp, to: string): Promise<void>;
  /** Runs a command as the site's user, in the folder. */
  run(command: string, ...args: string[]): Promise<CommandResult>;
}

/** A site that answers. */
export interface RunningSite extends TestSite {
  /** Visits a path; asks for JSON unless told otherwise. */
  get(path?: string, init?: RequestInit): Promise<Answer>;
}

/** What a visitor is expected to get. */
export interface Expectation {
  status: number;
  /** First word of `X-WSGI-Shim`: `error`, `exception`, `maintenance`. */
  kind?: string;
  /** Codes of the findings with severity error, in any order. */
  codes?: string[];
  /** What the page tells, in HTML as in JSON. */
  tells?: string[];
}

/** The application of a plain site. */
export const HELLO = `import os

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raise":
        raise LookupError("no such cake")
    if path == "/exit":
        raise SystemExit(3)
    if path == "/kill":
        os.kill(os.getpid(), 9)
    start_response("200 OK", [("Content-Type", "text/plain")])
    if path == "/cut":
        return cut()
    if path == "/body":
        return [environ["wsgi.input"].read() + b" and no more"]
    print("visited", path)
    return [b"Hello from %d at " % os.getpid(), path.encode("latin-1")]

def cut():
    yield b"the beginning"
    raise LookupError("no end")
`;

/** Makes a plain site, with the startup files of all doors. */
export async function makeTestSite(
  user: SiteUser,
  name: string,
  recorded: Partial<Recorded> = {},
): Promise<TestSite> {
  const folder = join(user.home, name);
  const appRoot = join(folder, "www");
  const at = (path: string) => join(folder, path);

  async function own(path: string, mode: number) {
    await Deno.chmod(path, mode);
    await Deno.chown(path, user.uid, user.gid);
  }

  async function makeFolder(path: string) {
    if (await Deno.stat(path).catch(() => undefined)) return;
    await makeFolder(join(path, ".."));
    await Deno.mkdir(path);
    await own(path, 0o755);
  }

  const site: TestSite = {
    user,
    folder,
    appRoot,
    async write(path, text, mode = 0o644) {
      await makeFolder(join(at(path), ".."));
      await Deno.writeTextFile(at(path), text);
      await own(at(path), mode);
    },
    remove: (path) => Deno.remove(at(path), { recursive: true }),
    chmod: (path, mode) => Deno.chmod(at(path), mode),
    read: (path) => Deno.readTextFile(at(path)),
    async edit(path, from, to) {
      const text = await Deno.readTextFile(at(path));
      const edited = text.replace(from, () => to);
      assert(edited !== text, `Nothing to edit in ${path}: ${from}`);
      await Deno.writeTextFile(at(path), edited);
    },
    run: (command, ...args) => asUser(user, command, args, { cwd: folder }),
  };

  const python = at("venv/bin/python");
  for (const file of OWNED_FILES) {
    const source = await Deno.readTextFile(new URL(file.source, LIB));
    const text = ownedText(file, source, {
      version: VERSION,
      recorded: { command: [], node: "/usr/bin/node", python, ...recorded },
    });
    await site.write(`www/${file.path}`, text, file.mode);
  }
  for (const folder of ["public", "log", "tmp"]) {
    await makeFolder(join(appRoot, folder));
  }
  await site.write("www/tmp/restart.txt", "");
  // As `python3 -m venv --system-site-packages --without-pip`, but quicker.
  await site.write(
    "venv/pyvenv.cfg",
    "home = /usr/bin\ninclude-system-site-packages = true\n" +
      `version = ${PYTHON_VERSION}\n`,
  );
  await makeFolder(at(`venv/lib/python${PYTHON_MINOR}/site-packages`));
  await makeFolder(at("venv/bin"));
  for (const name of ["python", "python3", `python${PYTHON_MINOR}`]) {
    await Deno.symlink("/usr/bin/python3", at(`venv/bin/${name}`));
  }
  await site.write(
    "www/config.toml",
    `[passenger]
user = "${user.name}"
group = "${user.group}"
passenger_app_root = "${appRoot}"
passenger_python = "${python}"

[wsgi]
module = "${folder}/myapp/hello.py"
app = "application"

`,
    0o640,
  );
  await site.write("myapp/hello.py", HELLO);
  return site;
}

/** Makes a site answer, at the address of its Apache. */
export function runningSite(site: TestSite, url: string): RunningSite {
  return {
    ...site,
    async get(path = "/", init = {}) {
      const headers = new Headers(init.headers);
      if (!headers.has("Accept")) headers.set("Accept", "application/json");
      const response = await fetch(url + path, {
        signal: AbortSignal.timeout(60_000),
        ...init,
        headers,
      });
      const { status } = response;
      return { status, headers: response.headers, text: await response.text() };
    },
  };
}

/** Fails unless a visitor got what was expected. */
export function assertMatches(answer: Answer, expected: Expectation): void {
  const told = `${answer.status} ${answer.text}`;
  assertEquals(answer.status, expected.status, told);
  const kind = answer.headers.get("x-wsgi-shim")?.split(";")[0];
  assertEquals(kind, expected.kind, told);
  for (const part of expected.tells ?? []) {
    assertStringIncludes(answer.text.replaceAll(/<[^>]*>/g, ""), part);
  }
  const isJson = /problem\+json/.test(answer.headers.get("content-type") ?? "");
  if (!expected.codes || !isJson) return;
  const { findings } = JSON.parse(answer.text) as {
    findings: { code: string; severity: string }[];
  };
  const codes = findings.filter(({ severity }) => severity === "error")
    .map(({ code }) => code).sort();
  assertEquals([...new Set(codes)], [...expected.codes].sort(), told);
}

/**
 * Visits until the expected comes, but not for ever: a site starts again, or an
 * exception was explained later than a visitor waits, and the next is told.
 */
export async function eventually(
  site: RunningSite,
  expected: Expectation,
  path = "/",
): Promise<Answer> {
  const deadline = Date.now() + 30_000;
  while (true) {
    const answer = await site.get(path);
    try {
      assertMatches(answer, expected);
      return answer;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await new Promise((go) => setTimeout(go, 200));
  }
}

/** Waits until the log of a site holds all of the texts. */
export async function untilLogged(
  site: TestSite,
  ...texts: string[]
): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (true) {
    const log = await site.read("www/log/wsgi-shim.log");
    const missing = texts.filter((text) => !log.includes(text));
    if (missing.length === 0) return;
    assert(Date.now() < deadline, `The log lacks "${missing}":\n${log}`);
    await new Promise((go) => setTimeout(go, 50));
  }
}
