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

import { basename, dirname, join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { namesIn, refused, type User } from "../machine/host.ts";
import { quoteWord, shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { packageFolders } from "../python/venv.ts";
import { isStandardModule } from "../python/package_names.ts";
import {
  checkLoginLimits,
  type FindLine,
  LIMITS_SCRIPT,
  type LoginLimits,
  lowLimits,
  readLoginLimits,
  startLimited,
} from "./login_limits.ts";
import { holdsSecret } from "../site/secret_words.ts";
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
const FILE_BYTES_LIMIT = 256 * 1024;
/** Login files that take longer make every start of a process wait. */
const SLOW_MS = 2_500;
const MARK = "wsgi-shim-login:";
const OUTPUT_MARK = "wsgi-shim-output:";
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
// is ended by SIGTERM, pyenv for one, can still take away its locks. The login
// files may have sent the output elsewhere: the answer goes another way.
const SCRIPT =
  `: | { exec 0<>/dev/fd/0 9>&1; timeout -k 2 ${SECONDS} "$0" -lc ` +
  `'printf "\\n%s\\n" ${OUTPUT_MARK}; ${LIMITS_SCRIPT}` +
  `printf "\\n%s\\n" ${MARK} >&9; exec /usr/bin/env -0 >&9' 2>&1; ` +
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
  const since = host.now();
  const run = host.run("sh", ["-c", SCRIPT, user.shell], {
    env: givenTo(user),
    cwd: refused(home) ? "/" : user.home,
    timeout: (SECONDS + 6) * 1000,
  });
  const ended = /\n(.*)\nwsgi-shim-status: (\d+)\n$/s.exec(`\n${run.stdout}`);
  // Without the programs that this takes, nothing is known.
  if (!ended || ended[2] === "127") return { findings: [] };
  const shell = judge(ended[1]!, Number(ended[2]), name, site);
  const took = host.now() - since;
  const line = took < SLOW_MS || !shell.environment
    ? undefined
    : findLine(WAITING_REGEXP, name, site);
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
  shell: string,
  site: Site,
): LoginShell {
  const at = output.lastIndexOf(`${MARK}\n`);
  if (at < 0) return { findings: [stopped(status, shell, site)] };
  const environment = environmentOf(output.slice(at + MARK.length + 1));
  const limits = readLoginLimits(output);
  const around = loginFilesOf(site);
  if (Object.keys(environment).length === 0) {
    return {
      findings: /too long/i.test(output)
        ? [tooLarge(shell, site)]
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
      ...limits && !output.includes(OUTPUT_MARK)
        ? [outputElsewhere(shell, site)]
        : [],
      ...checkVariables(environment, "the login files", site),
      ...checkFolders(environment, site),
      ...checkLocale(environment, site),
      ...checkPythonPath(environment, site),
    ],
  };
}

/** Where the login files of the site's user lie, and what stands in them. */
export function loginFilesOf(
  site: Site,
): { findLine: FindLine; home: string } {
  const shell = basename(site.user?.shell ?? "");
  return {
    findLine: (pattern) => site.user && findLine(pattern, shell, site),
    home: site.user?.home ?? site.layout.config,
  };
}

function outputElsewhere(shell: string, site: Site): Finding {
  const line = findLine(/(^|[;&|])\s*exec\s+(\d*[<>]|&>)/, shell, site);
  return finding("login-output", {
    message: `${
      line ? `Line ${line.line} of "${line.file}"` : "A login file"
    } sends the output of all that follows elsewhere: what the application prints does not come into the log of the web server`,
    place: line ?? { file: site.user!.home },
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

/** Folders that the login files name, and that are not there. */
function checkFolders(
  environment: Record<string, string>,
  site: Site,
): Finding[] {
  const { config, host, user } = site;
  return ["HOME", "TMPDIR"].flatMap((name) => {
    const folder = environment[name];
    // A user without a home may well be meant so.
    if (
      !folder || name === "HOME" && folder === user!.home ||
      config?.environment[name] !== undefined || !refused(host.stat(folder))
    ) return [];
    return [loginVariable(
      name,
      `is "${folder}", which does not exist on this machine: what looks there for files of its own finds none and can write none`,
      name === "HOME"
        ? `, or write under [environment]: HOME = "${user!.home}"`
        : "",
      site,
    )];
  });
}

/** A locale that this machine does not have. */
function checkLocale(
  { LC_ALL: wanted = "" }: Record<string, string>,
  site: Site,
): Finding[] {
  const { config, host } = site;
  if (
    config?.environment.LC_ALL !== undefined ||
    /^(?:C|POSIX)(?:\.|$)|^$/.test(wanted)
  ) return [];
  const asked = host.run("locale", ["-a"], { timeout: SECONDS * 1000 });
  const plain = (name: string) => name.toLowerCase().replaceAll("-", "");
  const known = asked.stdout.split("\n").map(plain);
  if (asked.status !== 0 || known.length < 2 || known.includes(plain(wanted))) {
    return [];
  }
  return [loginVariable(
    "LC_ALL",
    `names the locale "${wanted}", which this machine does not have: \`locale.setlocale()\` of Python raises an error then, and other programs print warnings`,
    "; what there is, `locale -a` tells",
    site,
  )];
}

function loginVariable(
  name: string,
  what: string,
  or: string,
  site: Site,
): Finding {
  const line = findLine(
    new RegExp(`\\b${name}=`),
    basename(site.user!.shell),
    site,
  );
  return finding("login-variable", {
    message: `${name}, as set by the login files, ${what}`,
    place: line ?? { file: site.user!.home },
    fix: { text: `Correct it there, or remove it${or}` },
  });
}

/** Packages that come before those of the site, by PYTHONPATH. */
function checkPythonPath(
  { PYTHONPATH: path = "" }: Record<string, string>,
  site: Site,
): Finding[] {
  const { config, host, user, layout } = site;
  const python = config?.passenger.python;
  if (config?.environment.PYTHONPATH !== undefined) return [];
  const installed = python?.startsWith("/")
    ? packageFolders(dirname(dirname(python)), host)
      .flatMap(([folder]) => namesIn(folder, host))
    : [];
  const hiding = path.split(":").filter((folder) =>
    folder.startsWith("/") && !folder.startsWith(`${layout.siteDirectory}/`)
  ).flatMap((folder) =>
    namesIn(folder, host)
      .filter((name) => /^[A-Za-z]\w*(?:\.py)?$/.test(name))
      .filter((name) =>
        installed.includes(name) || isStandardModule(name.replace(/\.py$/, ""))
      )
      .map((name) => ({ folder, name: name.replace(/\.py$/, "") }))
  );
  const [first] = hiding;
  if (!first) return [];
  const line = findLine(/\bPYTHONPATH=/, basename(user!.shell), site);
  return [finding("login-variable", {
    message:
      `PYTHONPATH, as set by the login files, names ${first.folder} before the packages of the site: ${
        quoted(hiding.map(({ name }) => name).slice(0, 5))
      } would be imported from there`,
    place: line ?? { file: user!.home },
    fix: {
      text:
        'Take it out of PYTHONPATH for the web server: `[ -z "$IN_PASSENGER" ] && export PYTHONPATH=…`; what lies there stays as it is',
    },
  })];
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
      ? /(^|[;&|]|\bthen\b|\bdo\b)\s*(read|sleep|select|ssh|wait|cat|tmux|screen|exec\s+\S*(?:sh|tmux|screen|byobu))\b/
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
