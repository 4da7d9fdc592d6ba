/**
 * A site that was made without us, on disk: adopted, asked as a server that
 * loads its startup file would, and given back.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { parseAdopt, runAdopt } from "../../lib/commands/adopt.ts";
import { parseCheck, runCheck } from "../../lib/commands/check.ts";
import { parseEject, runEject } from "../../lib/commands/eject.ts";
import { readEmbedded } from "../../lib/commands/embedded.ts";
import { createFakeIo, type FakeIo, inTempFolder } from "./fake_io.ts";
import type { NativeSite } from "./native_sites.ts";
import { PYTHON_MINOR, PYTHON_VERSION } from "./python_version.ts";

const CALLER = new URL("wsgi_caller.py", import.meta.url).pathname;

/** A site on disk, in the home of its owner. */
export interface Grounds {
  root: string;
  home: string;
  /** The interpreter of the site's environment. */
  python: string;
  io: FakeIo;
  adopt(...argv: string[]): Promise<number>;
  eject(...argv: string[]): Promise<number>;
  /** What `check` prints. */
  check(...argv: string[]): Promise<string>;
  /** What a server gets that loads the startup file. */
  ask(kind?: "plain" | "bare" | "fork", server?: string): Answer[];
  /** The same server for as long as it is asked. */
  serve(by?: string): Server;
  read(path: string): string;
  write(path: string, text: string): void;
}

/** A process that has loaded a startup file. */
export interface Server extends AsyncDisposable {
  ask(path?: string): Promise<Answer>;
}

/** What a server was given for a request. */
export interface Answer {
  status: number;
  headers: [string, string][];
  text: string;
}

/** Makes a site for a test. */
export async function onGrounds(
  { files, paths = [] }: Pick<NativeSite, "files" | "paths">,
  test: (grounds: Grounds) => Promise<void>,
): Promise<void> {
  await inTempFolder(async (home) => {
    Deno.chmodSync(home, 0o755);
    const root = `${home}/site`;
    const python = makeVenv(`${home}/venv`);
    const at = (path: string) => `${root}/${path}`;
    for (const [path, text] of Object.entries(files)) {
      Deno.mkdirSync(at(path).replace(/\/[^/]*$/, ""), { recursive: true });
      Deno.writeTextFileSync(
        at(path),
        text.replaceAll("@SITE@", root).replaceAll("@HOME@", home)
          .replaceAll("@PYTHON@", python),
      );
    }
    Deno.chmodSync(at("passenger_wsgi.py"), 0o744);
    Deno.utimeSync(at("passenger_wsgi.py"), 1_600_000_000, 1_600_000_000);
    const environment = { PATH: Deno.env.get("PATH") ?? "", HOME: home };
    const terminal = () => {
      const plain = createFakeIo({ cwd: home, env: environment });
      const io = { ...plain, embedded: readEmbedded };
      const { user } = io.host;
      io.host = {
        ...io.host,
        // Not the login files of whoever runs this.
        user: (who) => {
          const found = user(who);
          return found && { ...found, home, shell: "/usr/sbin/nologin" };
        },
      };
      return io;
    };
    const io = terminal();
    const server = (python: string, words: string[]) =>
      new Deno.Command(python, {
        args: [CALLER, root, ...words],
        clearEnv: true,
        env: { ...environment, SECRET: "s3cret" },
        stdin: words.length > 1 ? "null" : "piped",
        stdout: "piped",
        stderr: words.length > 1 ? "piped" : "null",
      });
    await test({
      ...{ root, home, python, io },
      adopt: (...argv) => runAdopt(parseAdopt([...argv, root]), io),
      eject: (...argv) => runEject(parseEject([...argv, root]), io),
      async check(...argv) {
        const fresh = terminal();
        await runCheck(parseCheck([...argv, root]), fresh);
        return fresh.stdout();
      },
      ask(kind = "plain", by = python) {
        const words = [kind, "/", ...paths];
        const { stdout, stderr } = server(by, words).outputSync();
        const lines = new TextDecoder().decode(stdout).trim().split("\n");
        const said = new TextDecoder().decode(stderr);
        assertEquals(lines.length, paths.length + 1, said);
        return lines.map(parseAnswer);
      },
      serve: (by = python) => asServer(server(by, ["plain"]).spawn()),
      read: (path) => Deno.readTextFileSync(at(path)),
      write: (path, text) => Deno.writeTextFileSync(at(path), text),
    });
  });
}

function asServer(child: Deno.ChildProcess): Server {
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async ask(path = "/") {
      await writer.write(new TextEncoder().encode(`${path}\n`));
      let line = "";
      while (!line.endsWith("\n")) {
        const { value } = await reader.read();
        if (value === undefined) throw new Error(`It has ended: ${line}`);
        line += value;
      }
      return parseAnswer(line);
    },
    async [Symbol.asyncDispose]() {
      await writer.close().catch(() => {});
      await reader.cancel();
      await child.status;
    },
  };
}

function parseAnswer(line: string): Answer {
  const { status, headers, body } = JSON.parse(line);
  return { status, headers, text: atob(body) };
}

/** As `python3 -m venv --system-site-packages`, but quicker. */
function makeVenv(folder: string): string {
  const packages = `lib/python${PYTHON_MINOR}/site-packages`;
  Deno.mkdirSync(`${folder}/${packages}`, { recursive: true });
  Deno.mkdirSync(`${folder}/bin`);
  Deno.writeTextFileSync(
    `${folder}/pyvenv.cfg`,
    "home = /usr/bin\ninclude-system-site-packages = true\n" +
      `version = ${PYTHON_VERSION}\n`,
  );
  Deno.symlinkSync("/usr/bin/python3", `${folder}/bin/python3`);
  Deno.symlinkSync("python3", `${folder}/bin/python`);
  return `${folder}/bin/python`;
}

/** Everything below a folder: mode, date and content. */
export function picture(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === "__pycache__") return [];
    if (entry.isDirectory) return [path, ...picture(path)];
    const { mode, mtime } = Deno.lstatSync(path);
    const text = Deno.readTextFileSync(path);
    return [`${path} ${mode?.toString(8)} ${mtime?.getTime()} ${text}`];
  }).sort();
}

/** The same without what a restart leaves. */
export function lasting(root: string): string[] {
  return picture(root).filter((line) =>
    !/\/site\/tmp($|\/restart\.txt )/.test(line)
  );
}
