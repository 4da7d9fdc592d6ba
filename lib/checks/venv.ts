/**
 * Reports what is wrong with the virtual environment around an interpreter, as
 * far as its files tell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";
import { quoted } from "../text/wrap.ts";
import {
  endOfLife,
  isTooOld,
  laterFix,
  readVenv,
  tooOldInWords,
  venvCommand,
  venvFix,
} from "../python/venv.ts";

const KEY = "passenger.passenger_python";

export function checkVenv(python: string, site: Site): Finding[] {
  const { host, placeOf } = site;
  const venv = dirname(dirname(python));
  const facts = readVenv(python, host);
  if (!facts) {
    const isLost = !refused(host.stat(join(venv, "bin", "activate")));
    return [finding("python-not-venv", {
      message: isLost
        ? `The virtual environment "${venv}" has lost its pyvenv.cfg, so Python does not see its packages`
        : `"${python}" is not in a virtual environment`,
      place: placeOf(KEY),
      // Making one does not yet name it.
      fix: isLost
        ? { command: venvCommand(venv), safe: false }
        : venvFix(python, site),
    })];
  }
  const { base, version } = facts;
  if (base && refused(host.stat(base))) {
    return [finding("python-base-missing", {
      message:
        `The virtual environment "${venv}" was made with the Python in "${base}", which does not exist`,
      place: placeOf(KEY),
      fix: venvFix(python, site),
    })];
  }
  return [
    ...checkVersion(python, version, site),
    ...checkPlace(venv, site),
    ...checkOrigin(python, site),
    ...checkPackages(python, version, site),
    ...checkImp(venv, version, site),
  ];
}

/** Judges a version such as `3.11`; undefined is not judged. */
export function checkVersion(
  python: string,
  version: string | undefined,
  site: Site,
): Finding[] {
  const { host, placeOf } = site;
  if (!version) return [];
  const place = placeOf(KEY);
  if (isTooOld(version)) {
    return [finding("python-too-old", {
      message: tooOldInWords(python, `Python ${version}`),
      place,
      fix: laterFix(python, site),
    })];
  }
  const end = endOfLife(version);
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
      command: venvCommand(join(layout.siteDirectory, "venv")),
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
  if (!version) return [];
  const own = `python${version}`;
  const others = namesIn(join(venv, "lib"), host).filter((name) =>
    /^python\d\.\d+$/.test(name) && name !== own &&
    hasPackages(join(venv, "lib", name, "site-packages"))
  );
  if (others.length === 0) return [];
  return [finding("venv-other-version", {
    message:
      `The virtual environment "${venv}" runs Python ${version}, and has packages in ${
        quoted(others)
      }, which Python ${version} does not see`,
    place: { file: join(venv, "lib", others[0]!) },
    fix: venvFix(python, site),
  })];

  function hasPackages(folder: string): boolean {
    return namesIn(folder, host).some((name) =>
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
