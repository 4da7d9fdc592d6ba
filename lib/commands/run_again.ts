/**
 * Runs this program once more, as another user. Nothing of root's goes along
 * but words: the process has a session and an environment of its own, no
 * terminal, and no file that root has open. What it says comes back as text.
 *
 * @module
 */

import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { User } from "../machine/host.ts";
import { PLAIN } from "../reports/paint.ts";
import { printable, shellCommand } from "../text/shell.ts";
import { CommandError } from "./command.ts";
import { relay } from "./relay.ts";
import { type ExitCode, type Io, TerminalError } from "./terminal.ts";

/** What stepping down needs of other users. */
export interface Runner {
  /** Tells whether a user may make files in a folder. */
  mayWrite(user: User, folder: string): Promise<boolean>;
  /** Runs a command line of ours as a user, with some variables. */
  run(
    user: User,
    argv: readonly string[],
    io: Io,
    env: Record<string, string>,
  ): Promise<ExitCode>;
}

/** The real one. */
export const RUNNER: Runner = {
  mayWrite: (user, folder) => holds(user, ["-w", folder, "-a", "-x", folder]),
  run,
};

/** The system's own folders: whoever sets root's PATH does not matter. */
const FOLDERS = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];
const PATH = "/usr/local/bin:/usr/bin:/bin";
/** A shell opens no more by itself, and only bash can close those above 9. */
const CLOSING: Record<string, string> = {
  bash: 'for n in /proc/self/fd/*; do n=${n##*/}; [ "$n" -le 2 ] || ' +
    'eval "exec $n>&-"; done; exec "$@"',
  sh: 'exec "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-',
};
const PASSED_ON = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TZ|TERM|WSGI_SHIM_DEBUG)$/;
/** Something that the process has left behind may hold its output open. */
const REST_MS = 500;

async function run(
  user: User,
  argv: readonly string[],
  io: Io,
  env: Record<string, string>,
): Promise<ExitCode> {
  const self = ownWords();
  const closed = await findClosed(user, self.needs);
  if (closed !== undefined) throw cannotRun(user, closed);
  const child = launch(user, [...self.words, ...argv], {
    cwd: self.folder,
    env: { ...environmentFor(user, io), ...env },
    output: "piped",
  }).spawn();
  const stopPassing = passSignals(child);
  try {
    const said = Promise.all([
      relay(child.stdout, Deno.stdout, io.paint !== PLAIN),
      relay(child.stderr, Deno.stderr, io.errPaint !== PLAIN),
    ]);
    // Nobody reads any more: it need not go on.
    said.catch(() => kill(child, "SIGTERM"));
    const { code, signal } = await child.status;
    await Promise.race([
      said,
      new Promise((resolve) => setTimeout(resolve, REST_MS)),
    ]);
    if (signal === "SIGINT" || signal === "SIGTERM") return 130;
    if (EXIT_CODES.includes(code)) return code as ExitCode;
    throw new CommandError(
      `What ran as ${printable(user.name)} ${
        signal ? `was ended by ${signal}` : `ended with status ${code}`
      }`,
    );
  } finally {
    stopPassing();
  }
}

const EXIT_CODES = [0, 1, 2, 3, 130];
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;
/** Whoever asks a third time means it. */
const MOST_ASKED = 3;

/** The terminal's signals do not reach another session by themselves. */
function passSignals(child: Deno.ChildProcess): () => void {
  let asked = 0;
  const listeners = SIGNALS.map((signal) => {
    const pass = () => {
      asked++;
      kill(child, asked < MOST_ASKED ? signal : "SIGKILL");
      // Its user may have stopped it.
      kill(child, "SIGCONT");
    };
    Deno.addSignalListener(signal, pass);
    return { signal, pass };
  });
  return () => {
    for (const { signal, pass } of listeners) {
      Deno.removeSignalListener(signal, pass);
    }
  };
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended.
  }
}

/** How this program was started, and what is needed to do that again. */
export function ownWords(): {
  words: string[];
  needs: string[];
  folder: string;
} {
  const program = Deno.execPath();
  if (Deno.build.standalone) {
    return { words: [program], needs: [program], folder: "/" };
  }
  const line = Deno.readTextFileSync("/proc/self/cmdline").split("\0");
  const words = line.slice(1, line.length - 1 - Deno.args.length);
  const needs = [program, ...fileOf(Deno.mainModule)];
  // Deno's own arguments may be relative.
  return { words: [program, ...words], needs, folder: Deno.cwd() };
}

function fileOf(module: string): string[] {
  return module.startsWith("file:") ? [fileURLToPath(module)] : [];
}

async function findClosed(
  user: User,
  files: readonly string[],
): Promise<string | undefined> {
  for (const file of files) {
    const question = [file, dirname(file)];
    if (!await holds(user, ["-r", question[0]!, "-a", "-x", question[1]!])) {
      return file;
    }
  }
  return undefined;
}

function cannotRun(user: User, path: string): CommandError {
  const name = printable(user.name);
  return new CommandError(
    `root goes on as ${name}, who owns the site, and ${name} cannot read ${
      printable(path)
    }`,
    ...Deno.build.standalone
      ? [
        "Put the program where everybody can run it:",
        `  ${
          shellCommand("install", "-m", "755", path, "/usr/local/bin/wsgi-shim")
        }`,
      ]
      : [
        "Put Deno and the sources where everybody can read them, or take the " +
        "program that `deno task compile` makes.",
      ],
  );
}

/** Asks the system itself, which knows of access lists, as the user. */
async function holds(user: User, question: string[]): Promise<boolean> {
  const { success } = await launch(user, [find("test"), ...question], {
    cwd: "/",
    env: { PATH },
    output: "null",
  }).output();
  return success;
}

interface LaunchOptions {
  cwd: string;
  env: Record<string, string>;
  output: "piped" | "null";
}

function launch(
  user: User,
  words: readonly string[],
  { cwd, env, output }: LaunchOptions,
): Deno.Command {
  const shell = isThere("/bin/bash") ? "bash" : "sh";
  // A user without an account is in no group.
  const groups = user.name.startsWith("#") ? "--clear-groups" : "--init-groups";
  return new Deno.Command(`/bin/${shell}`, {
    args: [
      ...["-c", CLOSING[shell]!, shell, find("setsid"), find("setpriv")],
      ...["--reuid", `${user.uid}`, "--regid", `${user.gid}`, groups],
      ...["--inh-caps", "-all", "--pdeathsig", "TERM", "--", ...words],
    ],
    cwd,
    clearEnv: true,
    env,
    stdin: "null",
    stdout: output,
    stderr: output,
  });
}

function find(program: string): string {
  const path = FOLDERS.map((folder) => `${folder}/${program}`).find(isThere);
  if (path !== undefined) return path;
  throw new CommandError(
    `root goes on as the owner of the site, for which it needs ${program}, a program of util-linux`,
    "Install util-linux, or run this as the owner of the site.",
  );
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function environmentFor(user: User, io: Io): Record<string, string> {
  const { env } = io.host;
  const kept = Object.entries(env).filter((entry): entry is [string, string] =>
    PASSED_ON.test(entry[0]) && entry[1] !== undefined
  );
  const isColoured = io.paint !== PLAIN || io.errPaint !== PLAIN;
  return {
    ...Object.fromEntries(kept),
    HOME: user.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: user.shell,
    PATH,
    FORCE_COLOR: isColoured ? "1" : "0",
    COLUMNS: String(io.columns),
    ...currentFolder(io),
  };
}

/** Paths may be relative to a folder that its user cannot stand in. */
function currentFolder(io: Io): Record<string, string> {
  try {
    return { WSGI_SHIM_CWD: io.cwd() };
  } catch (error) {
    // Only a relative path needs one, and says so.
    if (error instanceof TerminalError) return {};
    throw error;
  }
}
