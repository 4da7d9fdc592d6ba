/**
 * Virtual environments: what their files say, which versions of Python will
 * do, and how one is made.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Fix } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";
import { shellCommand } from "../text/shell.ts";

const SETTINGS_BYTES_LIMIT = 64 * 1024;
/** The minor number of the first Python 3 that the host runs on. */
const OLDEST_MINOR = 8;
/** When the security fixes of a version ended or will end: year, month. */
const ENDS_OF_LIFE: Readonly<Record<string, readonly [number, number]>> = {
  "3.8": [2024, 10],
  "3.9": [2025, 10],
  "3.10": [2026, 10],
  "3.11": [2027, 10],
  "3.12": [2028, 10],
  "3.13": [2029, 10],
  "3.14": [2030, 10],
};

/** What the files of a virtual environment say. */
export interface VenvFacts {
  /** The folder of the Python that it was made with. */
  base?: string;
  /** Version of its Python: `3.11`. */
  version?: string;
}

/** Reads the environment of an interpreter; undefined where there is none. */
export function readVenv(python: string, host: Host): VenvFacts | undefined {
  const folder = dirname(dirname(python));
  const settings = readSettings(join(folder, "pyvenv.cfg"), host);
  if (!settings && !isOldForm(folder, host)) return undefined;
  const told = settings?.get("version") ?? settings?.get("version_info") ?? "";
  return {
    base: settings?.get("home"),
    version: versionInName(python, host) ?? /^\d+\.\d+/.exec(told)?.[0],
  };
}

/** Conda, and virtualenv before it knew `pyvenv.cfg`. */
function isOldForm(folder: string, host: Host): boolean {
  return ["conda-meta", "bin/activate_this.py"]
    .some((name) => !refused(host.stat(join(folder, name))));
}

function readSettings(
  file: string,
  host: Host,
): Map<string, string> | undefined {
  const bytes = host.readBytes(file, SETTINGS_BYTES_LIMIT);
  if (refused(bytes)) return undefined;
  const settings = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (at < 0) continue;
    settings.set(
      line.slice(0, at).trim().toLowerCase(),
      line.slice(at + 1).trim(),
    );
  }
  return settings;
}

/** What the program behind all links is called says more than the settings. */
function versionInName(python: string, host: Host): string | undefined {
  const real = host.realPath(python);
  if (refused(real)) return undefined;
  return /^python(\d\.\d+)$/.exec(basename(real))?.[1];
}

/** Tells whether a version such as `3.7` is one that the host cannot run on. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 3 || (major === 3 && minor < OLDEST_MINOR);
}

/** What is wrong with an old interpreter, `name` being such as `Python 2.7`. */
export function tooOldInWords(python: string, name: string): string {
  return `"${python}" is ${name}; wsgi-shim needs 3.${OLDEST_MINOR} or later`;
}

/** Year and month in which the security fixes end; undefined if not known. */
export function endOfLife(
  version: string,
): readonly [number, number] | undefined {
  return ENDS_OF_LIFE[version.split(".").slice(0, 2).join(".")];
}

/** The command that makes a virtual environment. */
export function venvCommand(folder: string, program = "python3"): string {
  return shellCommand(program, "-m", "venv", folder);
}

/**
 * How to have an interpreter that can run, in place of one that cannot. An
 * environment that is there stays: its packages would be missed.
 */
export function venvFix(python: string, site: Site, program?: string): Fix {
  const { host, layout } = site;
  const folder = dirname(dirname(python));
  const status = host.stat(folder);
  const isOfSite = folder.startsWith(`${layout.siteDirectory}/`);
  if (isOfSite && refused(status) && status.errno === "ENOENT") {
    const { command } = madeWithPackages(folder, folder, site, program);
    return { command, safe: false };
  }
  const usual = join(layout.siteDirectory, "venv");
  const own = usual === folder ? `${usual}-new` : usual;
  const write = `write passenger_python = "${own}/bin/python" in config.toml`;
  if (!refused(host.stat(join(own, "bin", "python")))) {
    return { text: write.replace("w", "W") };
  }
  const { command, rest } = madeWithPackages(own, folder, site, program);
  return {
    text: `Make a virtual environment${
      usual === folder ? " beside the old one" : ""
    }: \`${command}\`${rest}; then ${write}`,
  };
}

const MOST_PACKAGES = 12;

/** Makes an environment with the packages that the site asks for, or had. */
function madeWithPackages(
  folder: string,
  old: string,
  { host, layout, application }: Site,
  program?: string,
): { command: string; rest: string } {
  const list = [application?.directory, layout.siteDirectory]
    .flatMap((each) => each ? [join(each, "requirements.txt")] : [])
    .find((file) => !refused(host.stat(file)));
  const had = installedIn(old, host);
  const words = list ? ["-r", list] : had.length <= MOST_PACKAGES ? had : [];
  const make = venvCommand(folder, program);
  return {
    command: words.length > 0
      ? `${make} && ${
        shellCommand(
          join(folder, "bin/python"),
          "-m",
          "pip",
          "install",
          ...words,
        )
      }`
      : make,
    rest: words.length === 0 && had.length > 0
      ? `, with the ${had.length} packages of the old one: ${old}/lib holds a folder NAME-VERSION.dist-info for each`
      : "",
  };
}

/** The folders of packages below a prefix, with the minor version of each. */
export function packageFolders(prefix: string, host: Host): [string, number][] {
  const lib = join(prefix, "lib");
  return namesIn(lib, host).flatMap((name): [string, number][] => {
    const minor = /^(?:python|pypy)3\.(\d+)$/.exec(name)?.[1];
    return minor === undefined
      ? []
      : [[join(lib, name, "site-packages"), Number(minor)]];
  });
}

/** What pip wrote down in an environment: `flask==3.0.0`. */
function installedIn(folder: string, host: Host): string[] {
  return packageFolders(folder, host)
    .flatMap(([packages]) => namesIn(packages, host))
    .flatMap((name) => {
      const found = /^([\w.]+)-(\d[\w.!+]*)\.dist-info$/.exec(name);
      return found && !/^(?:pip|setuptools|wheel)$/.test(found[1]!)
        ? [`${found[1]}==${found[2]}`]
        : [];
    });
}

/** How to have a later Python; `python3` itself may be the one too old. */
export function laterFix(python: string, site: Site): Fix {
  const minors = ["/usr/local/bin", "/usr/bin"].flatMap((folder) =>
    namesIn(folder, site.host)
  ).map((name) => Number(/^python3\.(\d+)$/.exec(name)?.[1] ?? 0));
  const minor = Math.max(0, ...minors);
  const isThere = minor >= OLDEST_MINOR;
  const fix = venvFix(python, site, `python3.${isThere ? minor : "N"}`);
  const words = "command" in fix ? `\`${fix.command}\`` : fix.text;
  if (isThere || !words.includes("python3.N ")) return fix;
  return {
    text:
      `Ask the administrators for Python 3.${OLDEST_MINOR} or later; then, with its number for N: ${words}`,
  };
}
