/**
 * Reports what keeps the interpreter from running, as far as files tell.
 *
 * What only a run of the interpreter can tell is in `python_run.ts`.
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { type Finding, finding, isOf } from "../findings/finding.ts";
import { type FileStatus, namesIn, refused } from "../machine/host.ts";
import {
  chmod,
  findBarrier,
  formatMode,
  stateOf,
} from "../machine/permission.ts";
import { quoteWord } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { firstMissing } from "../machine/way.ts";
import { isBehind } from "./blocked.ts";
import { movedPath } from "./config.ts";
import { programFault } from "../machine/executable.ts";
import type { CheckOptions } from "./check.ts";
import { optionOf } from "../machine/mounts.ts";
import { checkPythonRun } from "./python_run.ts";
import { checkVenv } from "./venv.ts";
import { venvCommand, venvFix } from "../python/venv.ts";

const KEY = "passenger.passenger_python";

export function checkPython(
  site: Site,
  options: CheckOptions,
  found: readonly Finding[],
): Finding[] {
  const python = site.config?.passenger.python;
  // A placeholder or a closed folder has been told already.
  if (!python || isTold(python, found, site)) return [];
  const status = site.host.stat(python);
  if (python === site.layout.shimPython) return [standIn(python, site)];
  if (refused(status)) return checkMissing(python, status.errno, site);
  const fault = checkProgram(python, status, site);
  if (fault) return [fault];
  const venv = checkVenv(python, site);
  if (venv.some((one) => one.severity === "error")) return venv;
  const run = checkPythonRun(python, site, options, venv);
  // What is no Python is in no environment either.
  const isNone = run.some((one) => isOf(one, "python-cannot-run"));
  return [
    ...venv.filter((one) => !isNone || !isOf(one, "python-not-venv")),
    ...run,
  ];
}

function isTold(
  python: string,
  found: readonly Finding[],
  site: Site,
): boolean {
  const barrier = findBarrier(python, site.identity, site.host);
  return isBehind(python, found, site) ||
    found.filter(({ severity }) => severity === "error").some((one) =>
      one.place?.key === KEY ||
      (isOf(one, "user-blocked") && one.place?.file === barrier?.folder)
    );
}

/** It is for the administrators; here it would start itself for ever. */
function standIn(python: string, { layout, placeOf }: Site): Finding {
  return finding("python-is-shim", {
    message:
      `\`passenger_python\` is "${python}", which only stands in for the interpreter, and needs to know it from here`,
    place: placeOf(KEY),
    fix: {
      text:
        `Write passenger_python = "${layout.siteDirectory}/venv/bin/python"`,
    },
  });
}

function checkMissing(python: string, errno: string, site: Site): Finding[] {
  const { host, layout, placeOf } = site;
  if (errno !== "ENOENT" && errno !== "ENOTDIR" && errno !== "ELOOP") return [];
  const place = placeOf(KEY);
  const here = movedPath(python, site);
  if (here) return [];
  const venv = dirname(dirname(python));
  const gone = danglingTarget(python, site);
  if (gone) {
    return [finding("python-base-missing", {
      message: errno === "ELOOP"
        ? `"${python}" is a link that leads back to itself`
        : `"${python}" is a link to "${gone}", which does not exist`,
      place,
      fix: venvFix(python, site),
    })];
  }
  const missing = firstMissing(python, host);
  const other = namesIn(dirname(python), host)
    .find((name) => /^python[\d.]*$/.test(name));
  if (other) {
    return [finding("python-missing", {
      message:
        `Cannot run Python "${python}": the file does not exist; "${other}" is there`,
      place,
      fix: {
        text: `Write passenger_python = "${join(dirname(python), other)}"`,
      },
    })];
  }
  const beside = ["venv", ".venv", "env"]
    .map((name) => join(layout.siteDirectory, name, "bin", "python"))
    .find((path) => path !== python && !refused(host.stat(path)));
  return [finding("python-missing", {
    message: `Cannot run Python "${python}": ${
      missing === python
        ? "the file does not exist"
        : `the folder "${missing}" does not exist`
    }${beside ? `; "${beside}" is there` : ""}`,
    place,
    fix: beside
      ? { text: `Write passenger_python = "${beside}"` }
      : /^\/(?:usr|usr\/local|opt)?$/.test(venv)
      ? venvFix(python, site) // no place for an environment
      : { command: venvCommand(venv), safe: false },
  })];
}

/** The first target on a chain of links that is not there. */
function danglingTarget(path: string, { host }: Site): string | undefined {
  let at = path;
  for (let links = 0; links < 40; links++) {
    const link = host.readLink(at);
    if (typeof link !== "string") return links > 0 ? at : undefined;
    at = link.startsWith("/") ? link : join(dirname(at), link);
  }
  return at;
}

function checkProgram(
  python: string,
  status: FileStatus,
  site: Site,
): Finding | undefined {
  const { host, placeOf } = site;
  const place = placeOf(KEY);
  if (status.kind !== "file") {
    const inside = [join(python, "bin", "python"), join(python, "python")]
      .find((path) => !refused(host.stat(path)));
    return finding("python-missing", {
      message: `Cannot run Python "${python}": it is ${
        status.kind === "folder" ? "a folder" : "not a file"
      }`,
      place,
      fix: {
        text: inside
          ? `Write passenger_python = "${inside}"`
          : "Write the path of the interpreter itself",
      },
    });
  }
  const neighbour = join(dirname(python), "python");
  const isNamedSo = /python|pypy/i.test(basename(python));
  if (!isNamedSo && !refused(host.stat(neighbour))) {
    return finding("python-not-a-program", {
      message:
        `\`passenger_python\` is "${python}", which is not the interpreter; "${neighbour}" is there`,
      place,
      fix: { text: `Write passenger_python = "${neighbour}"` },
    });
  }
  const real = host.realPath(python);
  const file = refused(real) ? python : real;
  if ((status.mode & 0o111) === 0) {
    return finding("python-not-executable", {
      message: `Cannot run Python "${python}": it has ${
        stateOf(status, host)
      }, and needs mode ${formatMode(status.mode | 0o111)}`,
      place,
      fix: { command: chmod("a+x", file), safe: false },
    });
  }
  const fault = programFault(file, status.size, host);
  switch (fault?.kind) {
    case undefined:
      break;
    case "architecture":
      return finding("python-architecture", {
        message:
          `Cannot run Python "${python}": it was made for ${fault.made}, and this machine is ${fault.here}`,
        place,
        fix: venvFix(python, site),
      });
    case "line-endings":
      return finding("python-script-broken", {
        message:
          `Cannot run Python "${python}": it is a script with Windows line endings, so the system looks for "${fault.interpreter}\\r"`,
        place,
        fix: { command: `sed -i 's/\\r$//' ${quoteWord(file)}`, safe: false },
      });
    case "interpreter":
      return finding("python-script-broken", {
        message:
          `Cannot run Python "${python}": it is a script for "${fault.interpreter}", which does not exist`,
        place,
        fix: venvFix(python, site),
      });
    case "empty":
    case "unknown":
      return finding("python-not-a-program", {
        message: `Cannot run Python "${python}": it is ${
          fault.kind === "empty"
            ? "empty (0 bytes)"
            : fault.kind === "unknown" && fault.system
            ? `a program of ${fault.system}, and this is Linux`
            : "neither a program of this system nor a script"
        }`,
        place,
        fix: venvFix(python, site),
      });
    default: {
      const unknown: never = fault;
      throw new TypeError(`Unknown fault: ${unknown}`);
    }
  }
  const mount = optionOf(file, "noexec", host);
  if (mount !== undefined) {
    return finding("python-noexec", {
      message:
        `Cannot run Python "${python}": the file system at "${mount}" is mounted noexec, so no program on it can be run`,
      place,
      fix: venvFix(python, site),
    });
  }
  return undefined;
}
