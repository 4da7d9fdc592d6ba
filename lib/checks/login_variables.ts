/**
 * Reports variables with which an application starts otherwise than at home,
 * or not at all: those of Python, of libraries and of another project. They
 * come from login files most often. Names are told, values only of paths and
 * the like.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import { mayAccess } from "../machine/permission.ts";
import { isStandardModule } from "../python/package_names.ts";
import { packageFolders } from "../python/venv.ts";
import { loginFilesOf } from "../site/login_files.ts";
import { holdsSecret } from "../site/secret_words.ts";
import { type Site, userOf } from "../site/site.ts";
import { quoted } from "../text/wrap.ts";

const SECONDS = 20;
const SOURCE_BYTES_LIMIT = 500_000;

/** What is wrong with the value of a variable. */
interface Fault {
  /** Follows the name, as in `is "…", which does not exist`. */
  what: string;
  /** Another way to mend it than to correct or to remove it. */
  or?: string;
  severity?: "advice";
}

/** Judges the value of a variable that the login files set. */
type Judge = (value: string, site: Site) => Fault | undefined;

const SLOW: Judge = (value) =>
  value === "0" ? undefined : {
    what:
      "is for the search of faults in Python itself: it makes the application slow, or fills its log",
    severity: "advice",
  };

const CERTIFICATES: Judge = (path, site) =>
  path.startsWith("/") && isGone(path, site)
    ? {
      what:
        `is "${path}", which does not exist on this machine: what looks there for the certificates of others, refuses every https:// address`,
    }
    : undefined;

const PROXY: Judge = (value, site) => {
  const found =
    /^(?:\w+:\/\/)?(?:[^@/]*@)?(localhost|127\.[\d.]+|\[::1\]):(\d+)\/?$/
      .exec(value);
  if (!found || isListening(Number(found[2]), site) !== false) return undefined;
  return {
    what: `names a proxy on ${found[1]}, port ${
      found[2]
    }, where no program listens: what asks other servers, fails, as requests and urllib do`,
  };
};

const LOCALE: Judge = (wanted, { host }) => {
  if (/^(?:C|POSIX)(?:\.|$)/.test(wanted)) return undefined;
  const asked = host.run("locale", ["-a"], { timeout: SECONDS * 1000 });
  const plain = (name: string) => name.toLowerCase().replaceAll("-", "");
  const known = asked.stdout.split("\n").map(plain);
  if (asked.status !== 0 || known.length < 2 || known.includes(plain(wanted))) {
    return undefined;
  }
  return {
    what:
      `names the locale "${wanted}", which this machine does not have: \`locale.setlocale()\` of Python raises an error then, and other programs print warnings`,
    or: "; what there is, `locale -a` tells",
  };
};

/** What a variable must not be. Others are their owner's. */
const JUDGES: Readonly<Record<string, Judge>> = {
  HOME: (folder, site) => {
    const { host, identity, user } = site;
    // A user without a home may well be meant so.
    if (folder === user?.home) return undefined;
    const status = host.stat(folder);
    const why = refused(status)
      ? status.errno === "ENOENT"
        ? "which does not exist on this machine"
        : `which user "${userOf(site)}" cannot reach`
      : mayAccess(status, identity, "write")
      ? undefined
      : `in which user "${userOf(site)}" may not write`;
    return why === undefined ? undefined : {
      what:
        `is "${folder}", ${why}: what looks there for files of its own finds none and can write none`,
      or: `, or write under [environment]: HOME = "${user?.home}"`,
    };
  },
  TMPDIR: (folder, site) => {
    const status = site.host.stat(folder);
    if (refused(status)) {
      return {
        what:
          `is "${folder}", which does not exist on this machine: what writes its temporary files there, fails`,
      };
    }
    return mayAccess(status, site.identity, "write") ? undefined : {
      what: `is "${folder}", in which user "${
        userOf(site)
      }" may not write: what writes its temporary files there, fails`,
    };
  },
  TZ: (zone, site) =>
    /^[A-Z]\w+(?:\/[\w+-]+)+$/.test(zone) &&
      !refused(site.host.stat("/usr/share/zoneinfo/UTC")) &&
      isGone(`/usr/share/zoneinfo/${zone}`, site)
      ? {
        what:
          `is "${zone}", which is no time zone that this machine knows: Python takes UTC in its place, without a word`,
      }
      : undefined,
  PYTHONWARNINGS: (value) =>
    /(?:^|,)\s*e(?:r|rr|rro|rror)?\s*(?:[:,]|$)/.test(value)
      ? {
        what:
          "makes errors of warnings: where a package warns, as of a name that will go, the application does not start, or a page fails",
      }
      : undefined,
  PYTHONOPTIMIZE: (value) =>
    value === "0" ? undefined : {
      what: value === "2"
        ? "leaves out every `assert` and all docstrings: packages that read their own docstrings fail, and no `assert` checks anything"
        : "leaves out every `assert`, so that none checks anything",
      severity: "advice",
    },
  PYTHONDEVMODE: SLOW,
  PYTHONVERBOSE: SLOW,
  PYTHONTRACEMALLOC: SLOW,
  PYTHONPROFILEIMPORTTIME: SLOW,
  PYTHONPATH: hidesPackages,
  SSL_CERT_FILE: CERTIFICATES,
  REQUESTS_CA_BUNDLE: CERTIFICATES,
  CURL_CA_BUNDLE: CERTIFICATES,
  http_proxy: PROXY,
  HTTP_PROXY: PROXY,
  https_proxy: PROXY,
  HTTPS_PROXY: PROXY,
  all_proxy: PROXY,
  ALL_PROXY: PROXY,
  LC_ALL: LOCALE,
  LC_CTYPE: LOCALE,
  LANG: LOCALE,
  DJANGO_SETTINGS_MODULE: isOtherProject,
};

/** Judges the environment that the login files leave to the application. */
export function checkLoginVariables(
  environment: Readonly<Record<string, string>>,
  site: Site,
): Finding[] {
  const own = site.config?.environment ?? {};
  const told = new Set<string>();
  return Object.entries(JUDGES).flatMap(([name, judge]) => {
    const value = environment[name];
    if (!value || own[name] !== undefined) return [];
    // LC_ALL is in place of the others.
    if (judge === LOCALE && told.has("LC_ALL")) return [];
    if (judge === LOCALE && name !== "LC_ALL" && environment.LC_ALL) return [];
    const fault = judge(value, site);
    if (!fault || told.has(fault.what)) return [];
    told.add(fault.what).add(name);
    const found = finding("login-variable", {
      message: `${name}, as set by the login files, ${fault.what}`,
      place: placeOf(name, site),
      fix: {
        text: `Correct it there, or remove it${
          fault.or ??
            `; where your shell needs it: \`[ -z "$IN_PASSENGER" ] && export ${name}=…\``
        }`,
      },
    });
    return [fault.severity ? { ...found, severity: fault.severity } : found];
  });
}

function placeOf(name: string, site: Site) {
  const { findLine, home } = loginFilesOf(site);
  return findLine(new RegExp(`\\b${name}=`)) ?? { file: home };
}

function isGone(path: string, { host }: Site): boolean {
  const status = host.stat(path);
  return refused(status) && status.errno === "ENOENT";
}

/** Whether a program of this machine listens; undefined where none can tell. */
function isListening(port: number, { host }: Site): boolean | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"]
    .map((file) => host.readBytes(file, SOURCE_BYTES_LIMIT))
    .flatMap((bytes) =>
      refused(bytes) ? [] : [new TextDecoder().decode(bytes)]
    );
  if (tables.length === 0) return undefined;
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  // 0A is the state of a socket that listens.
  return tables.some((table) =>
    new RegExp(`^\\s*\\d+: [0-9A-F]+:${hex} [0-9A-F:]+ 0A `, "m").test(table)
  );
}

/** Packages that come before those of the site, by PYTHONPATH. */
function hidesPackages(path: string, site: Site): Fault | undefined {
  const { config, host, layout } = site;
  const python = config?.passenger.python;
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
  return first && {
    what: `names ${first.folder} before the packages of the site: ${
      quoted(hiding.map(({ name }) => name).slice(0, 5))
    } would be imported from there`,
    or:
      ' for the web server: `[ -z "$IN_PASSENGER" ] && export PYTHONPATH=…`; what lies there stays as it is',
  };
}

/** Django's startup file names its settings only where nobody else has. */
function isOtherProject(value: string, site: Site): Fault | undefined {
  const { application, host } = site;
  if (!application) return undefined;
  const { target, path } = application;
  const files = "file" in target
    ? [target.file]
    : path.map((folder) => `${join(folder, ...target.module.split("."))}.py`);
  for (const file of files) {
    const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
    if (refused(bytes)) continue;
    const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
    const wanted =
      /^\s*(?:os\.)?environ\.setdefault\(\s*["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/;
    const at = lines.findIndex((line) => wanted.test(line));
    const name = at < 0 ? undefined : wanted.exec(lines[at]!)![1];
    if (name && name !== value) {
      return {
        what: `is "${value}", and line ${
          at + 1
        } of "${file}" takes "${name}" only where it is not set: Django starts with the settings of the login files`,
      };
    }
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
  const path = environment.PATH?.split(":");
  if (path && !path.some((one) => /^\/(usr\/)?bin\/?$/.test(one))) {
    findings.push(finding("login-path", {
      message:
        `PATH, as set by ${source}, has neither /usr/bin nor /bin, so the application finds no programs`,
      place: placeOf("PATH", site),
      fix: { text: 'Extend PATH in place of setting it: PATH="…:$PATH"' },
    }));
  }
  const risky = RISKY.filter((name) => environment[name]);
  if (risky.length > 0) {
    findings.push(finding("login-variable", {
      message: `${
        risky.join(", ")
      }, as set by ${source}, changes how the web server starts wsgi-shim and Python`,
      place: placeOf(risky[0]!, site),
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
      place: placeOf(secrets[0]!, site),
      fix: { text: "Move the value to a file, and name it in [secret_files]" },
    }));
  }
  return findings;
}
