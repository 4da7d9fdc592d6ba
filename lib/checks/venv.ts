/**
 * Reports what is wrong with the virtual environment around an interpreter, as
 * far as its files tell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type Finding, finding, type Fix } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";
import { listed, venvCommand, venvFix } from "../site/wording.ts";

const KEY = "passenger.passenger_python";
const FILE_BYTES_LIMIT = 64 * 1024;
const OLDEST = [3, 8];
/** When the security fixes of a version ended or will end: year, month. */
const ENDS_OF_LIFE: Record<string, [number, number]> = {
  "3.8": [2024, 10],
  "3.9": [2025, 10],
  "3.10": [2026, 10],
  "3.11": [2027, 10],
  "3.12": [2028, 10],
  "3.13": [2029, 10],
  "3.14": [2030, 10],
};

export function checkVenv(python: string, site: Site): Finding[] {
  const { host, placeOf } = site;
  const venv = dirname(dirname(python));
  const settings = readSettings(join(venv, "pyvenv.cfg"), site) ??
    (isEnvironment(venv, site) ? new Map<string, string>() : undefined);
  if (!settings) {
    const isLost = !refused(host.stat(join(venv, "bin", "activate")));
    return [finding("python-not-venv", {
      message: isLost
        ? `The virtual environment "${venv}" has lost its pyvenv.cfg, so Python does not see its packages`
        : `"${python}" is not in a virtual environment`,
      place: placeOf(KEY),
      // Making one does not yet name it.
      fix: isLost
        ? { command: venvCommand(venv, false), safe: false }
        : venvFix(python, site),
    })];
  }
  const base = settings.get("home");
  if (base && refused(host.stat(base))) {
    return [finding("python-base-missing", {
      message:
        `The virtual environment "${venv}" was made with the Python in "${base}", which does not exist`,
      place: placeOf(KEY),
      fix: venvFix(python, site),
    })];
  }
  const version = versionOf(python, settings, site);
  return [
    ...checkVersion(python, version, site),
    ...checkPlace(venv, site),
    ...checkOrigin(python, site),
    ...checkPackages(python, version, site),
    ...checkImp(venv, version, site),
  ];
}

/** Conda, and virtualenv before it knew `pyvenv.cfg`. */
function isEnvironment(folder: string, { host }: Site): boolean {
  return ["conda-meta", "bin/activate_this.py"]
    .some((name) => !refused(host.stat(join(folder, name))));
}

function readSettings(
  file: string,
  { host }: Site,
): Map<string, string> | undefined {
  const bytes = host.readBytes(file, FILE_BYTES_LIMIT);
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

/** `3.11`: by the name of the program itself, else as the venv was told. */
function versionOf(
  python: string,
  settings: Map<string, string>,
  { host }: Site,
): string | undefined {
  const real = host.realPath(python);
  const named = refused(real)
    ? undefined
    : /^python(\d\.\d+)$/.exec(basename(real))?.[1];
  const told = settings.get("version") ?? settings.get("version_info") ?? "";
  return named ?? /^\d+\.\d+/.exec(told)?.[0];
}

/** Judges a version such as `3.11`; undefined is not judged. */
export function checkVersion(
  python: string,
  version: string | undefined,
  site: Site,
): Finding[] {
  const { host, placeOf } = site;
  if (!version) return [];
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const place = placeOf(KEY);
  if (major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!)) {
    return [finding("python-too-old", {
      message: `"${python}" is Python ${version}; wsgi-shim needs ${
        OLDEST.join(".")
      } or later`,
      place,
      fix: laterFix(python, site),
    })];
  }
  const end = ENDS_OF_LIFE[`${major}.${minor}`];
  const today = new Date(host.now());
  if (!end || today < new Date(Date.UTC(end[0], end[1], 1))) return [];
  return [finding("python-end-of-life", {
    message:
      `"${python}" is Python ${version}, which has had no security fixes since ${
        end[0]
      }-${end[1]}`,
    place,
    fix: { text: "Make the virtual environment anew with a later Python" },
  })];
}

/** How to have a later Python; \`python3\` itself may be the one too old. */
export function laterFix(python: string, site: Site): Fix {
  const minors = ["/usr/local/bin", "/usr/bin"].flatMap((folder) => {
    const names = site.host.list(folder);
    return refused(names) ? [] : names;
  }).map((name) => Number(/^python3\.(\d+)$/.exec(name)?.[1] ?? 0));
  const minor = Math.max(0, ...minors);
  const isThere = minor >= OLDEST[1]!;
  const fix = venvFix(python, site, `python3.${isThere ? minor : "N"}`);
  const words = "command" in fix ? `\`${fix.command}\`` : fix.text;
  if (isThere || !words.includes("python3.N ")) return fix;
  return {
    text: `Ask the administrators for Python ${
      OLDEST.join(".")
    } or later; then, with its number for N: ${words}`,
  };
}

function checkPlace(venv: string, site: Site): Finding[] {
  const { layout, placeOf } = site;
  if (venv !== layout.appRoot && !venv.startsWith(`${layout.appRoot}/`)) {
    return [];
  }
  // Below public/ it is worse, and told by the checks of exposure.
  if (venv.startsWith(`${layout.publicDirectory}/`)) return [];
  return [finding("venv-in-app-root", {
    message:
      `The virtual environment "${venv}" lies in the app root, and belongs beside it`,
    place: placeOf(KEY),
    fix: {
      command: venvCommand(join(layout.siteDirectory, "venv"), false),
      safe: false,
    },
  })];
}

/** Scripts in `bin/` keep the place where the environment was made. */
function checkOrigin(python: string, site: Site): Finding[] {
  const { host } = site;
  const venv = dirname(dirname(python));
  const bytes = host.readBytes(join(venv, "bin", "pip"), 1024);
  if (refused(bytes)) return [];
  const line = /^#!(\S+)\/bin\/python[\d.]*\s/.exec(
    new TextDecoder().decode(bytes),
  );
  const origin = line?.[1];
  if (!origin || isSame(origin, venv, site)) return [];
  return [finding("venv-moved", {
    message:
      `The virtual environment "${venv}" was made as "${origin}", so its pip works there and not here`,
    place: { file: join(venv, "bin", "pip"), line: 1 },
    fix: venvFix(python, site),
  })];
}

function isSame(a: string, b: string, { host }: Site): boolean {
  const [one, other] = [host.stat(a), host.stat(b)];
  return a === b ||
    (!refused(one) && !refused(other) && one.inode === other.inode &&
      one.device === other.device);
}

/** Packages that another version of Python was given. */
function checkPackages(
  python: string,
  version: string | undefined,
  site: Site,
): Finding[] {
  const { host } = site;
  const venv = dirname(dirname(python));
  const names = host.list(join(venv, "lib"));
  if (!version || refused(names)) return [];
  const own = `python${version}`;
  const others = names.filter((name) =>
    /^python\d\.\d+$/.test(name) && name !== own &&
    hasPackages(join(venv, "lib", name, "site-packages"))
  );
  if (others.length === 0) return [];
  return [finding("venv-other-version", {
    message:
      `The virtual environment "${venv}" runs Python ${version}, and has packages in ${
        listed(others)
      }, which Python ${version} does not see`,
    place: { file: join(venv, "lib", others[0]!) },
    fix: venvFix(python, site),
  })];

  function hasPackages(folder: string): boolean {
    const inside = host.list(folder);
    return !refused(inside) &&
      inside.some((name) =>
        !/^(pip|setuptools|wheel|pkg_resources|_distutils_hack|distutils-precedence|__pycache__|easy_install)/
          .test(name)
      );
  }
}

/** Passenger before 6.0.19 imports a module that Python 3.12 dropped. */
function checkImp(
  venv: string,
  version: string | undefined,
  { config, host, layout, placeOf }: Site,
): Finding[] {
  const minor = Number(/^3\.(\d+)$/.exec(version ?? "")?.[1] ?? 0);
  if (config?.passenger.appType !== "wsgi" || minor < 12) return [];
  // Passenger started this very process, so it can.
  if (host.env.IN_PASSENGER !== undefined) return [];
  const packages = join(venv, "lib", `python${version}`, "site-packages");
  if (!refused(host.stat(join(packages, "imp.py")))) return [];
  return [finding("python-needs-newer-passenger", {
    message:
      `Python ${version} cannot be started by a Passenger before 6.0.19, unless PassengerPython is "${layout.shimPython}"`,
    place: placeOf(KEY),
    fix: {
      text: `Ask the administrators for: PassengerPython ${layout.shimPython}`,
    },
  })];
}
