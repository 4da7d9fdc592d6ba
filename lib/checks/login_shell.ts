/**
 * Reports what the login files of the site's user do to a start: Passenger
 * starts a site from the user's login shell, with `IN_PASSENGER=1`, and with
 * an input that never ends. Here the same is tried with a harmless command.
 *
 * Only at the shell, and only where it can be run as that user.
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused, type User } from "../machine/host.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { loginFilesOf } from "../site/login_files.ts";
import {
  checkLoginLimits,
  LIMITS_SCRIPT,
  type LoginLimits,
  lowLimits,
  readLoginLimits,
  startLimited,
} from "./login_limits.ts";
import { checkLoginVariables, checkVariables } from "./login_variables.ts";
import { quoted } from "../text/wrap.ts";

/** What became of the login shell. */
export interface LoginShell {
  /** What the application would get; absent where that is not known. */
  environment?: Record<string, string>;
  /** Its limits, where some are low. */
  limits?: LoginLimits;
  findings: Finding[];
}

/** A machine that has much to do makes a shell slow, and hangs nobody. */
const SECONDS = 20;
/** Login files that take longer make every start of a process wait. */
const SLOW_MS = 2_500;
const MARK = "wsgi-shim-login:";
const OUTPUT_MARK = "wsgi-shim-output:";
const END = "wsgi-shim-status:";
const GUARD = '[ -n "$IN_PASSENGER" ] && return 0';
/** The shells whose login files Passenger reads. */
const READING = ["bash", "zsh", "ksh", "sh"];
// The pipe is opened for writing too, so that it never ends. A job that the
// login files leave behind holds only the inner pipe, which sed lets go. What
// is ended by SIGTERM, pyenv for one, can still take away its locks. The login
// files may have sent the output elsewhere: the answer goes another way.
const scriptOf = (seconds: number, run: string) =>
  `: | { exec 0<>/dev/fd/0 9>&1; timeout -k 2 ${seconds} "$0" ${run} 2>&1; ` +
  `printf "\\n${END} %s\\n" "$?"; } | sed "/^${END} /q"`;
const SCRIPT = scriptOf(
  SECONDS,
  `-lc 'printf "\\n%s\\n" ${OUTPUT_MARK}; ${LIMITS_SCRIPT}` +
    `printf "\\n%s\\n" ${MARK} >&9; exec /usr/bin/env -0 >&9'`,
);
/** Says where bash is, line by line. */
const TRACE_MARK = "wsgi-shim-at:";
const TRACE_SECONDS = 5;
const TRACE_BYTES = 65_536;

const tried = new WeakMap<Site, LoginShell>();

/** Tries the login shell of the site's user; once per site. */
export function tryLoginShell(site: Site): LoginShell {
  let shell = tried.get(site);
  if (!shell) {
    shell = runLoginShell(site);
    tried.set(site, shell);
  }
  return shell;
}

function runLoginShell(site: Site): LoginShell {
  const { host, identity, user } = site;
  const isSelf = host.identity.uid === identity.uid;
  if (!user || !isSelf || host.startsNothing) return { findings: [] };
  const name = basename(user.shell);
  // Other shells are not started by Passenger; nologin needs no files.
  if (!READING.includes(name)) {
    return { environment: givenTo(user), findings: skipped(site, name) };
  }
  const status = host.stat(user.shell);
  if (refused(status) || (status.mode & 0o111) === 0) {
    return {
      findings: [finding("login-shell-missing", {
        message: `The login shell "${user.shell}" of user "${user.name}" ${
          refused(status) ? "does not exist" : "is not executable"
        } on this machine`,
        place: { file: user.shell },
        fix: {
          command: shellCommand("chsh", "-s", "/bin/bash", user.name),
          safe: false,
        },
      })],
    };
  }
  const home = host.stat(user.home);
  const since = host.now();
  const run = host.run("sh", ["-c", SCRIPT, user.shell], {
    env: givenTo(user),
    cwd: refused(home) ? "/" : user.home,
    timeout: (SECONDS + 6) * 1000,
  });
  const ended = /\n(.*)\nwsgi-shim-status: (\d+)\n$/s.exec(`\n${run.stdout}`);
  // Without the programs that this takes, nothing is known; bash ends with the
  // same status at a variable that is not set, after `set -u`.
  if (
    !ended || ended[2] === "127" && !/unbound variable/.test(ended[1]!)
  ) return { findings: [] };
  const shell = judge(ended[1]!, Number(ended[2]), site);
  const took = host.now() - since;
  const line = took < SLOW_MS || !shell.environment
    ? undefined
    : loginFilesOf(site).findLine(WAITING_REGEXP);
  // Without such a line, it may be the machine that has much to do.
  return !line ? shell : {
    ...shell,
    findings: [...shell.findings, slow(took, line)],
  };
}

/** What Passenger gives to every process of a user. */
function givenTo({ home, name, shell }: User): Record<string, string> {
  return {
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: shell,
    PATH: "/usr/local/bin:/usr/bin:/bin",
    IN_PASSENGER: "1",
  };
}

function skipped({ user }: Site, name: string): Finding[] {
  if (/^(nologin|false|true|sync|git-shell)$/.test(name) || name === "") {
    return [];
  }
  return [finding("login-shell-skipped", {
    message: `Passenger does not read the login files of "${
      user!.shell
    }", so their variables do not reach the application`,
    place: { file: user!.shell },
    fix: { text: "Set what the application needs in [environment]" },
  })];
}

function judge(
  output: string,
  status: number,
  site: Site,
): LoginShell {
  const at = output.lastIndexOf(`${MARK}\n`);
  if (at < 0) return { findings: [stopped(status, site)] };
  const environment = environmentOf(output.slice(at + MARK.length + 1));
  const limits = readLoginLimits(output);
  const around = loginFilesOf(site);
  if (Object.keys(environment).length === 0) {
    return {
      findings: /too long/i.test(output)
        ? [tooLarge(site)]
        : limits && lowLimits(limits).length > 0
        ? [startLimited(limits, "No program", around)]
        : [],
    };
  }
  return {
    environment,
    ...limits && lowLimits(limits).length > 0 && { limits },
    findings: [
      ...limits
        ? checkLoginLimits(limits, {
          ...around,
          publicDirectory: site.layout.publicDirectory,
        })
        : [],
      ...limits && !output.includes(OUTPUT_MARK) ? [outputElsewhere(site)] : [],
      ...checkWhole(output.slice(0, at), environment, site),
      ...checkVariables(environment, "the login files", site),
      ...checkLoginVariables(environment, site),
    ],
  };
}

/** Files that bash reads to a point only, or not as they were meant. */
function checkWhole(
  output: string,
  environment: Readonly<Record<string, string>>,
  site: Site,
): Finding[] {
  const stop =
    /^(\/[^:\n]+): line (\d+): (syntax error[^\n]*|\w+: unbound variable)$/m
      .exec(output);
  if (stop) {
    const [, file, line, why] = stop;
    // Its words end in a sign that nobody sees, `then` and `fi` among them.
    const isOfWindows = /^syntax/.test(why!) &&
      loginFilesOf(site).findLine(/\r$/)?.file === file;
    return [finding("login-file-broken", {
      message: `bash reads "${file}" no further than line ${line} (${why})${
        isOfWindows ? ", as the file has the line ends of Windows" : ""
      }: what stands after that does not reach the application`,
      place: { file: file!, line: Number(line) },
      fix: isOfWindows
        ? {
          command: shellCommand("sed", "-i", "s/\\r$//", file!),
          safe: false,
        }
        : {
          text: /^syntax/.test(why!)
            ? `Correct it; \`${
              shellCommand("bash", "-n", file!)
            }\` tells where it is not whole`
            : "Set the variable before, or leave out `set -u`",
        },
    })];
  }
  const ended = Object.keys(environment)
    .filter((name) => environment[name]!.endsWith("\r"));
  const line = loginFilesOf(site).findLine(/\r$/);
  return !line || ended.length === 0 ? [] : [finding("login-file-broken", {
    message:
      `"${line.file}" has the line ends of Windows, and bash takes them for a part of what it sets: ${
        quoted(ended.slice(0, 5))
      } ${ended.length > 1 ? "end" : "ends"} in a carriage return`,
    place: { file: line.file },
    fix: {
      command: shellCommand("sed", "-i", "s/\\r$//", line.file),
      safe: false,
    },
  })];
}

function outputElsewhere(site: Site): Finding {
  const { findLine, home } = loginFilesOf(site);
  const line = findLine(/(^|[;&|])\s*exec\s+(\d*[<>]|&>)/);
  return finding("login-output", {
    message: `${
      line ? `Line ${line.line} of "${line.file}"` : "A login file"
    } sends the output of all that follows elsewhere: what the application prints does not come into the log of the web server`,
    place: line ?? { file: home },
    fix: {
      text:
        'Do so for shells only: `[ -z "$IN_PASSENGER" ] && exec …`; or redirect single commands',
    },
  });
}

/** What waits in a login file, for time or for another machine. */
const WAITING_REGEXP =
  /(^|[;&|]|\bthen\b|\bdo\b)\s*(sleep|ssh|curl|wget|ping|nc|host|dig|nslookup|git\s+(?:pull|fetch))\b/;

function slow(took: number, line: { file: string; line: number }): Finding {
  return finding("login-shell-slow", {
    message: `The login files take ${
      (took / 1000).toFixed(1)
    } seconds, probably by line ${line.line} of "${line.file}": the web server runs them before each start of a process, and visitors wait`,
    place: line,
    fix: { text: `Leave them early for the web server: \`${GUARD}\`` },
  });
}

function environmentOf(text: string): Record<string, string> {
  const entries = text.split("\0").flatMap((entry): [string, string][] => {
    const at = entry.indexOf("=");
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
  });
  return Object.fromEntries(entries);
}

function stopped(status: number, site: Site): Finding {
  const user = site.user!;
  // `timeout` says so; the latter where only SIGKILL has ended it.
  const hangs = status === 124 || status === 137;
  const { findLine, first, home } = loginFilesOf(site);
  const seen = lastLine(site);
  const culprit = seen ?? findLine(
    hangs
      ? /(^|[;&|]|\bthen\b|\bdo\b)\s*(read|sleep|select|ssh|wait|cat|tmux|screen|exec\s+\S*(?:sh|tmux|screen|byobu))\b/
      : /(^|[;&|]|\bthen\b|\bdo\b)\s*(exit|exec|logout|set\s+-\w*e\w*)\b/,
  );
  const file = culprit?.file ?? first ?? user.home;
  const where = !culprit
    ? `Something in the login files of user "${user.name}"`
    : `${seen ? "Line" : "Probably line"} ${culprit.line} of "${culprit.file}"`;
  const isOwn = dirname(file) === home || file.startsWith(`${home}/`);
  return finding(hangs ? "login-shell-hangs" : "login-shell-exits", {
    message: hangs
      ? `${where} keeps the login shell waiting for more than ${SECONDS} seconds, so the web server cannot start the site`
      : `${where} ends the login shell (status ${status}) before the web server can start the site`,
    place: { file, line: culprit?.line },
    fix: isOwn
      ? {
        command: `sed -i ${quoteWord(`1i ${GUARD}`)} ${quoteWord(file)}`,
        safe: false,
      }
      : {
        text:
          `Ask the administrators, whose file it is; it is to have as its first line: \`${GUARD}\``,
      },
  });
}

/** The line of a login file that bash came to last; other shells do not tell. */
function lastLine(
  { host, user }: Site,
): { file: string; line: number } | undefined {
  if (basename(user!.shell) !== "bash") return undefined;
  const script = `${
    scriptOf(TRACE_SECONDS, "-x -lc : >/dev/null")
  } | tail -c ${TRACE_BYTES}`;
  const { stdout } = host.run("sh", ["-c", script, user!.shell], {
    env: {
      ...givenTo(user!),
      BASH_XTRACEFD: "9",
      PS4: `\n${TRACE_MARK}$BASH_SOURCE:$LINENO: `,
    },
    cwd: refused(host.stat(user!.home)) ? "/" : user!.home,
    timeout: (TRACE_SECONDS + 6) * 1000,
  });
  // What bash reads when it ends is not why it does.
  const [, file, line] = [
    ...stdout.matchAll(new RegExp(`^${TRACE_MARK}(/[^:\n]+):(\\d+): `, "gm")),
  ].filter(([, file]) => !file!.endsWith("/.bash_logout")).at(-1) ?? [];
  return file ? { file, line: Number(line) } : undefined;
}

/** A variable is handed on only if it fits into 128 KB with its name. */
function tooLarge(site: Site): Finding {
  const { findLine, first, home } = loginFilesOf(site);
  const culprit = findLine(/^\s*(export|declare -x|typeset -x)\b/);
  return finding("login-environment-large", {
    message:
      "The login files export a variable or a function of more than 128 KB, so the system starts no program after them",
    place: {
      file: culprit?.file ?? first ?? home,
      line: culprit?.line,
    },
    fix: {
      text:
        "Keep the value in a file, or do not export it: look for large ones with `export -p`",
    },
  });
}
