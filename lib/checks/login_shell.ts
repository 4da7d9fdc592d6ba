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

import { basename, join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused, type User } from "../machine/host.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { holdsSecret } from "../site/secret_words.ts";
import { quoted } from "../text/wrap.ts";

/** What became of the login shell. */
export interface LoginShell {
  /** What the application would get; absent where that is not known. */
  environment?: Record<string, string>;
  findings: Finding[];
}

/** A machine that has much to do makes a shell slow, and hangs nobody. */
const SECONDS = 20;
const FILE_BYTES_LIMIT = 256 * 1024;
const MARK = "wsgi-shim-login:";
const END = "wsgi-shim-status:";
const GUARD = '[ -n "$IN_PASSENGER" ] && return 0';
/** The shells whose login files Passenger reads. */
const READING = ["bash", "zsh", "ksh", "sh"];
/** The files that each reads when it logs in, in their order. */
const LOGIN_FILES: Record<string, string[]> = {
  bash: [".bash_profile", ".bash_login", ".profile", ".bashrc"],
  zsh: [".zshenv", ".zprofile", ".zlogin"],
  ksh: [".profile"],
  sh: [".profile"],
};
// The pipe is opened for writing too, so that it never ends. A job that the
// login files leave behind holds only the inner pipe, which sed lets go. What
// is ended by SIGTERM, pyenv for one, can still take away its locks.
const SCRIPT = `: | { exec 0<>/dev/fd/0; timeout -k 2 ${SECONDS} "$0" -lc ` +
  `'printf "%s\\n" ${MARK}; exec /usr/bin/env -0' 2>&1; ` +
  `printf "\\n${END} %s\\n" "$?"; } | sed "/^${END} /q"`;

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
  const run = host.run("sh", ["-c", SCRIPT, user.shell], {
    env: givenTo(user),
    cwd: refused(home) ? "/" : user.home,
    timeout: (SECONDS + 6) * 1000,
  });
  const ended = /\n(.*)\nwsgi-shim-status: (\d+)\n$/s.exec(`\n${run.stdout}`);
  // Without the programs that this takes, nothing is known.
  if (!ended || ended[2] === "127") return { findings: [] };
  return judge(ended[1]!, Number(ended[2]), name, site);
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
  shell: string,
  site: Site,
): LoginShell {
  const at = output.lastIndexOf(`${MARK}\n`);
  if (at < 0) return { findings: [stopped(status, shell, site)] };
  const environment = environmentOf(output.slice(at + MARK.length + 1));
  if (Object.keys(environment).length === 0) {
    const large = /too long/i.test(output);
    return { findings: large ? [tooLarge(shell, site)] : [] };
  }
  return {
    environment,
    findings: checkVariables(environment, "the login files", site),
  };
}

function environmentOf(text: string): Record<string, string> {
  const entries = text.split("\0").flatMap((entry): [string, string][] => {
    const at = entry.indexOf("=");
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)]] : [];
  });
  return Object.fromEntries(entries);
}

function stopped(status: number, shell: string, site: Site): Finding {
  const { user } = site;
  // `timeout` says so; the latter where only SIGKILL has ended it.
  const hangs = status === 124 || status === 137;
  const culprit = findLine(
    hangs
      ? /(^|[;&|]|\bthen\b|\bdo\b)\s*(read|sleep|select|ssh|wait|cat)\b/
      : /(^|[;&|]|\bthen\b|\bdo\b)\s*(exit|exec|logout|set\s+-\w*e\w*)\b/,
    shell,
    site,
  );
  const file = culprit?.file ?? firstFile(shell, site) ?? user!.home;
  const where = culprit
    ? `Line ${culprit.line} of "${culprit.file}"`
    : `Something in the login files of user "${user!.name}"`;
  return finding(hangs ? "login-shell-hangs" : "login-shell-exits", {
    message: hangs
      ? `${where} keeps the login shell waiting for more than ${SECONDS} seconds, so the web server cannot start the site`
      : `${where} ends the login shell (status ${status}) before the web server can start the site`,
    place: { file, line: culprit?.line },
    fix: {
      command: `sed -i ${quoteWord(`1i ${GUARD}`)} ${quoteWord(file)}`,
      safe: false,
    },
  });
}

/** A variable is handed on only if it fits into 128 KB with its name. */
function tooLarge(shell: string, site: Site): Finding {
  const culprit = findLine(/^\s*(export|declare -x|typeset -x)\b/, shell, site);
  return finding("login-environment-large", {
    message:
      "The login files export a variable or a function of more than 128 KB, so the system starts no program after them",
    place: {
      file: culprit?.file ?? firstFile(shell, site) ?? site.user!.home,
      line: culprit?.line,
    },
    fix: {
      text:
        "Keep the value in a file, or do not export it: look for large ones with `export -p`",
    },
  });
}

function filesOf(shell: string, { user }: Site): string[] {
  return (LOGIN_FILES[shell] ?? []).map((name) => join(user!.home, name));
}

function firstFile(shell: string, site: Site): string | undefined {
  return filesOf(shell, site).find((file) => !refused(site.host.stat(file)));
}

/** The first line of the login files that could have done it. */
function findLine(
  pattern: RegExp,
  shell: string,
  site: Site,
): { file: string; line: number } | undefined {
  for (const file of filesOf(shell, site)) {
    const bytes = site.host.readBytes(file, FILE_BYTES_LIMIT);
    if (refused(bytes)) continue;
    const lines = new TextDecoder().decode(bytes).split("\n");
    const index = lines.findIndex((line) =>
      !/^\s*#/.test(line) && pattern.test(line)
    );
    if (index >= 0) return { file, line: index + 1 };
  }
  return undefined;
}

/** Variables that change how every program starts. */
const RISKY = [
  "NODE_OPTIONS",
  "LD_PRELOAD",
  "LD_LIBRARY_PATH",
  "PYTHONHOME",
  "PYTHONINSPECT",
];

/** Judges an environment that the application would get; never its values. */
export function checkVariables(
  environment: Readonly<Record<string, string | undefined>>,
  source: string,
  site: Site,
): Finding[] {
  const findings: Finding[] = [];
  const shell = basename(site.user?.shell ?? "");
  const place = (name: string) => {
    const line = site.user && findLine(new RegExp(`\\b${name}=`), shell, site);
    return line ?? { file: site.user?.home ?? site.layout.config };
  };
  const path = environment.PATH?.split(":");
  if (path && !path.some((one) => /^\/(usr\/)?bin\/?$/.test(one))) {
    findings.push(finding("login-path", {
      message:
        `PATH, as set by ${source}, has neither /usr/bin nor /bin, so the application finds no programs`,
      place: place("PATH"),
      fix: { text: 'Extend PATH in place of setting it: PATH="…:$PATH"' },
    }));
  }
  const risky = RISKY.filter((name) => environment[name]);
  if (risky.length > 0) {
    findings.push(finding("login-variable", {
      message: `${
        risky.join(", ")
      }, as set by ${source}, changes how the web server starts wsgi-shim and Python`,
      place: place(risky[0]!),
      fix: {
        text: `Do not export ${
          risky.join(" and ")
        } where IN_PASSENGER is set, or unset it there`,
      },
    }));
  }
  const secrets = Object.entries(environment).filter(([name, value]) =>
    value !== undefined && holdsSecret(name, value)
  ).map(([name]) => name);
  if (secrets.length > 0 && source === "the login files") {
    findings.push(finding("login-secret", {
      message: `The login files export ${
        quoted(secrets)
      } to every program, which looks like a secret`,
      place: place(secrets[0]!),
      fix: { text: "Move the value to a file, and name it in [secret_files]" },
    }));
  }
  return findings;
}
