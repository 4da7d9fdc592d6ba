/**
 * Reports what only a run of the interpreter tells: whether it can run at all,
 * its version, its packages. Never at start-up, which starts no programs.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding, isOf } from "../findings/finding.ts";
import { namesIn, type RunResult } from "../machine/host.ts";
import { moduleKey } from "../site/application.ts";
import { loginFilesOf } from "../site/login_files.ts";
import type { Site } from "../site/site.ts";
import type { CheckOptions } from "./check.ts";
import { explainMissing } from "../causes/mod.ts";
import { pipInstall } from "../python/pip.ts";
import {
  type PythonFacts,
  readPythonFacts,
  reasonOf,
} from "../python/facts.ts";
import { tryLoginShell } from "./login_shell.ts";
import { checkVersion } from "./venv.ts";
import { quoted } from "../text/wrap.ts";
import { laterFix, tooOldInWords, venvFix } from "../python/venv.ts";

const KEY = "passenger.passenger_python";

export function checkPythonRun(
  python: string,
  site: Site,
  { at, factsProgram }: CheckOptions,
  told: readonly Finding[],
): Finding[] {
  if (at !== "shell") return [];
  const answer = readPythonFacts(python, site, factsProgram);
  if (!answer) return [];
  if ("failed" in answer) return [cannotRun(python, answer.failed, site)];
  const { facts } = answer;
  const version = facts.version.slice(0, 2).join(".");
  const age = checkVersion(python, version, site);
  // What files told of the version is not told again.
  const news = age.filter((found) =>
    !told.some((one) => one.code === found.code)
  );
  if (age.some((found) => found.severity === "error")) return news;
  return [
    ...news,
    ...checkIncomplete(python, facts, site),
    // Packages for another version of Python are missing for one reason.
    ...(told.some((one) => isOf(one, "venv-other-version"))
      ? []
      : checkMissing(python, facts, site)),
    ...checkDamaged(python, facts, site),
    ...checkConflicts(python, facts, site),
  ];
}

function cannotRun(python: string, run: RunResult, site: Site): Finding {
  const { host, placeOf } = site;
  const place = placeOf(KEY);
  const old = /Unknown option: -I/.test(run.stderr) &&
    /Python \d[\d.]*/.exec(
      Object.values(host.run(python, ["-V"])).join(" "),
    )?.[0];
  if (old) {
    return finding("python-too-old", {
      message: tooOldInWords(python, old),
      place,
      fix: laterFix(python, site),
    });
  }
  return finding("python-cannot-run", {
    message: `Cannot run Python "${python}": ${reasonOf(run)}`,
    place,
    fix: venvFix(python, site),
  });
}

function checkIncomplete(
  python: string,
  { incomplete = [], base }: PythonFacts,
  { placeOf }: Site,
): Finding[] {
  if (incomplete.length === 0) return [];
  return [finding("python-incomplete", {
    message: `The Python of "${python}", in "${base}", was built without ${
      quoted(incomplete, 6)
    }`,
    place: placeOf(KEY),
    fix: {
      text:
        "Make another virtual environment, with another Python such as the system's",
    },
  })];
}

function checkMissing(
  python: string,
  { version, missing = [], target_missing: target }: PythonFacts,
  site: Site,
): Finding[] {
  const { application, placeOf } = site;
  if (target !== undefined && application) {
    return [finding("app-module-missing", {
      message:
        `There is no module "${target}": neither in "${application.directory}" nor among the packages of "${python}"`,
      place: placeOf(moduleKey(site)),
      fix: {
        text:
          `Write the absolute path of the file in \`module\`, or name the folder that ${target} is in with \`chdir\``,
      },
    })];
  }
  if (missing.length === 0) return [];
  const { environment } = tryLoginShell(site);
  // Nobody can tell where Python looks, where the files alone are known.
  if (!environment && loginFilesOf(site).findLine(/\bPYTHONPATH=/)) return [];
  const folders = (environment?.PYTHONPATH ?? "").split(":")
    .filter((folder) => folder.startsWith("/"));
  const isByLogin = (module: string) => {
    const [top = ""] = module.split(".");
    return folders.some((folder) =>
      namesIn(folder, site.host).some((name) =>
        name === top || name.startsWith(`${top}.`)
      )
    );
  };
  return explainMissing(
    // What config.toml sets is in place of what the login files do.
    site.config?.environment.PYTHONPATH === undefined
      ? missing.filter(({ name }) => !isByLogin(name))
      : missing,
    version.join("."),
    site,
  );
}

function checkDamaged(
  python: string,
  { damaged = [] }: PythonFacts,
  { host, placeOf }: Site,
): Finding[] {
  const first = damaged[0];
  if (!first) return [];
  const names = damaged.map((one) => one.name);
  return [finding("package-damaged", {
    message: `The installed ${names.length > 1 ? "packages" : "package"} ${
      quoted(names, 6)
    } ${names.length > 1 ? "lack" : "lacks"} files, such as "${first.file}"`,
    place: placeOf(KEY),
    fix: {
      command: pipInstall(
        python,
        ["--force-reinstall", "--no-deps", ...names],
        host,
      ),
      safe: false,
    },
  })];
}

function checkConflicts(
  python: string,
  { conflicts = [] }: PythonFacts,
  { host, placeOf }: Site,
): Finding[] {
  const first = conflicts[0];
  if (!first) return [];
  const rest = conflicts.length - 1;
  return [finding("package-conflict", {
    message: `${first.name} ${first.version} needs ${first.needs}, and ${
      first.has ? `${first.has} is installed` : "it is not installed"
    }${
      rest > 0 ? `; ${rest} more conflict${rest > 1 ? "s" : ""} like this` : ""
    }`,
    place: placeOf(KEY),
    fix: {
      command: pipInstall(
        python,
        [...new Set(conflicts.map((one) => one.needs))],
        host,
      ),
      safe: false,
    },
  })];
}
