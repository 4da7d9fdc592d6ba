/**
 * How a package is installed for a site, and whether it may be named at all:
 * what nobody knows may be a stranger's code.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import type { Fix } from "../findings/finding.ts";
import {
  distributionOf,
  isKnownDistribution,
  WRONG_DISTRIBUTIONS,
} from "../python/package_names.ts";
import { limitBy } from "../python/package_changes.ts";
import { normalise, pipInstall } from "../python/pip.ts";
import { shellCommand } from "../text/shell.ts";
import {
  bareName,
  distributions,
  isRequired,
  ownerOf,
  versionOf,
  wantedBy,
} from "./installed.ts";
import { type Trace, tracesOf } from "./own_modules.ts";
import type { Install } from "./rule.ts";
import { exists, isInside, type Scene, textOf } from "./scene.ts";
import { namesIn } from "../machine/host.ts";

/** What installs a package here, or says what must be known before. */
export function installFix(
  wish: Install,
  scene: Scene,
  isSeen: boolean,
): Fix {
  const { install, module = "" } = wish;
  const distribution = install ??
    (wish.again ? ownerOf(module, scene).name : distributionOf(module));
  const then = (wish.then ? `; then ${wish.then}` : "") +
    (wish.or ? `; or ${wish.or}` : "");
  const isAllowed = mayInstall(
    wish.again ? { ...wish, install: distribution } : wish,
    scene,
  );
  if (wish.again && !isAllowed) {
    return {
      text:
        `Install the package "${distribution}" again on this machine, in the version that it has, from where it came${then}`,
    };
  }
  if (!isAllowed) {
    return {
      text:
        `If "${wish.module}" is a package, install the distribution that brings it, whose name may be another; if it is a part of your own code, copy it to this machine${then}`,
    };
  }
  const command = commandFor(distribution, wish, scene);
  const list = wish.again
    ? undefined
    : listIn(wordsFor(distribution, wish, scene));
  const before = list ? cleaningOf(list, scene) : "";
  if (!scene.venv) {
    return {
      text: `${before}${withVenv(distribution, wish, scene)}${then}`,
    };
  }
  if (before !== "") return { text: `${before}\`${command}\`${then}` };
  return isSeen && then === ""
    ? { command, safe: false }
    : { text: `Install ${bareName(distribution)}: \`${command}\`${then}` };
}

/** Tells whether a package is known, and its module is not the site's own. */
export function mayInstall({ install, module }: Install, scene: Scene) {
  // What a rule names by itself is known.
  if (module === undefined) return true;
  const distribution = install ?? distributionOf(module);
  const isKnown = isKnownDistribution(distribution, module) ||
    requirementsFor(distribution, scene) !== undefined ||
    isRequired(distribution, scene);
  return isKnown && leftOf(module, scene).length === 0;
}

/**
 * What is left of a module of the site's own. A file that git once knew, or
 * ignores, is nothing where the site asks for a package of that name today.
 *
 * @param module Its dotted name
 */
export function leftOf(module: string, scene: Scene): Trace[] {
  const isListed = requirementsFor(distributionOf(module), scene) !== undefined;
  return tracesOf(module, scene)
    .filter(({ what }) => !isListed || what !== "past" && what !== "ignored");
}

/** The list of requirements of the site that names a distribution. */
export function requirementsFor(
  distribution: string,
  scene: Scene,
): string | undefined {
  const wanted = normalise(bareName(distribution));
  return requirementsFiles(scene).find((file) =>
    requirementLines(file, scene).some((line) =>
      normalise(
        (/\.toml$|Pipfile$/.test(file) ? /^\s*["']?([\w.-]+)/ : /^\s*([\w.-]+)/)
          .exec(line)?.[1] ?? "",
      ) === wanted
    )
  );
}

/** The lines of a list of requirements, each beginning with a name. */
function requirementLines(file: string, scene: Scene): string[] {
  // PowerShell writes UTF-16, which pip reads; names have plain letters.
  const text = textOf(file, scene).replace(/[\0\ufffd]/g, "");
  const lines = text.split(/\r?\n/);
  if (!/\.ya?ml$/.test(file)) return lines;
  // What conda installs has names of its own; below `pip` are those of pip.
  const at = lines.findIndex((line) => /^\s*-\s*pip\s*:\s*$/.test(line));
  return at < 0
    ? []
    : lines.slice(at + 1).map((line) => line.replace(/^\s*-\s+/, ""));
}

/** The versions of a distribution that a list of requirements asks for. */
export function requirementOf(
  distribution: string,
  scene: Scene,
): { file: string; wanted: string } | undefined {
  const file = requirementsFor(distribution, scene);
  if (!file?.endsWith(".txt")) return undefined;
  const name = normalise(distribution);
  const wanted = requirementLines(file, scene).map((line) =>
    /^\s*([\w.-]+)(?:\[[^\]]*\])?\s*([<>=!~][^;#]*?)\s*(?:#.*|--hash.*|\\)?$/
      .exec(line.trimEnd())
  ).find((each) => each && normalise(each[1]!) === name)?.[2];
  return wanted === undefined ? undefined : { file, wanted };
}

/** The lists of requirements from the application up to the site's folder. */
function requirementsFiles(scene: Scene): string[] {
  return foldersAround(scene)
    .flatMap((folder) =>
      [
        ...namesIn(folder, scene.host)
          .filter((name) =>
            /^requirements?\b.*\.(?:txt|in)$|^pyproject\.toml$|^Pipfile$|^environment\.ya?ml$/
              .test(name)
          ).sort((a, b) => rank(a) - rank(b)),
        ...namesIn(join(folder, "requirements"), scene.host)
          .filter((name) => name.endsWith(".txt"))
          .map((name) => join("requirements", name)),
      ].map((name) => join(folder, name))
    );
}

/** The folder of the application, and those that it lies in, within the site. */
function foldersAround({ directory, site }: Scene): string[] {
  const { siteDirectory } = site.layout;
  const folders = [directory];
  for (
    let at = directory;
    isInside(at, siteDirectory) && at !== siteDirectory;
  ) {
    at = dirname(at);
    folders.push(at);
  }
  return [...new Set([...folders, siteDirectory])];
}

function rank(name: string): number {
  return name === "requirements.txt" ? 0 : name.endsWith(".txt") ? 1 : 2;
}

function commandFor(
  distribution: string,
  wish: Install,
  scene: Scene,
): string {
  const { python, host } = scene;
  if (wish.again) {
    const version = versionOf(distribution, scene);
    const name = bareName(distribution);
    // The very same version: what works today stays as it is.
    return pipInstall(
      python,
      [
        "--force-reinstall",
        "--no-deps",
        "--no-cache-dir",
        version ? `${name}==${version}` : distribution,
      ],
      host,
    );
  }
  return pipInstall(python, wordsFor(distribution, wish, scene), host);
}

/** The list of requirements that names most, and what it does not name. */
function wordsFor(
  distribution: string,
  { module = "", also = [] }: Install,
  scene: Scene,
): string[] {
  const all = [module, ...also].map((each, at) => ({
    distribution: withLimits(
      at === 0 ? distribution : distributionOf(each),
      scene,
    ),
    // Another one that brings the module would only lie beside it.
    others: Object.hasOwn(WRONG_DISTRIBUTIONS, each)
      ? WRONG_DISTRIBUTIONS[each]!.wrong
      : [],
  }));
  const lists = requirementsFiles(scene).filter((file) => file.endsWith(".txt"))
    .map((file) => {
      const names = distributionsIn(file, scene);
      const isNamed = all.map(({ distribution, others }) =>
        [bareName(distribution), ...others]
          .some((each) => names.has(normalise(each)))
      );
      return { file, isNamed, count: isNamed.filter(Boolean).length };
    });
  const [best] = lists.sort((a, b) => b.count - a.count);
  return best && best.count > 0
    ? [
      "-r",
      best.file,
      ...all.filter(({ distribution }, at) =>
        !best.isNamed[at] ||
        // A list that leaves the version open brings the newest one.
        /[<=~]/.test(distribution) &&
          !requirementOf(bareName(distribution), scene)
      )
        .map(({ distribution }) => distribution),
    ]
    : all.map(({ distribution }) => distribution);
}

/** With the versions that what is installed goes with; pip does not ask it. */
function withLimits(distribution: string, scene: Scene): string {
  if (/[<>=!~]/.test(distribution)) return distribution;
  const name = bareName(distribution);
  const limits = distributions(scene).slice(0, MOST_ASKERS)
    .flatMap((each) => [
      limitBy(each.name, each.version, name),
      ...wantedBy(each.folder, name, scene)?.split(",") ?? [],
    ])
    .filter((each) => each !== undefined)
    .map((each) => each.replace(/\s+/g, ""))
    .filter((each) => /^(?:<|==|~=)/.test(each));
  return distribution + [...new Set(limits)].join(",");
}

const MOST_ASKERS = 400;
const DEEPEST_LIST = 4;

/** What a list of requirements names, and the lists that it takes in. */
function distributionsIn(file: string, scene: Scene, depth = 0): Set<string> {
  const names = new Set<string>();
  for (const line of requirementLines(file, scene)) {
    const [, other] = /^\s*(?:-r\s*|--requirement[\s=]+)([^\s#]+)/.exec(line) ??
      [];
    const [, name] = /^\s*([\w.-]+)/.exec(line) ?? [];
    if (other && depth < DEEPEST_LIST) {
      const path = join(dirname(file), other);
      for (const each of distributionsIn(path, scene, depth + 1)) {
        names.add(each);
      }
    } else if (name) names.add(normalise(name));
  }
  return names;
}

function listIn(words: readonly string[]): string | undefined {
  return words[0] === "-r" ? words[1] : undefined;
}

/** What no machine with Linux can install. */
const OF_OTHER_SYSTEMS =
  /^(?:pywin32|pypiwin32|pywinpty|wmi|winshell|win10toast|pyobjc(?:-[\w-]+)?|tensorflow-(?:intel|macos|metal)|twisted-iocpsupport|pkg-resources)$/;

/** What must be taken out of a list before pip can install it here. */
function cleaningOf(file: string, scene: Scene): string {
  const alien: string[] = [];
  const local: string[] = [];
  for (const [at, line] of requirementLines(file, scene).entries()) {
    const [, name = ""] = /^\s*([\w.-]+)/.exec(line) ?? [];
    const shown = `line ${at + 1}, ${name}`;
    const [, path] = /@\s*file:\/\/(\/[^\s#;]+)/.exec(line) ?? [];
    if (path && !exists(path, scene)) {
      local.push(shown);
    } else if (/^\s*[A-Za-z0-9][\w.-]*=[^=\s][^=]*(?:=|$)/.test(line)) {
      // As conda writes them: `name=1.2=py311_0`.
      local.push(shown);
    } else if (
      OF_OTHER_SYSTEMS.test(normalise(name)) && !line.includes(";")
    ) alien.push(shown);
  }
  const few = (all: string[]) =>
    all.slice(0, 4).join("; ") + (all.length > 4 ? "; and more" : "");
  const [one, other] = [
    alien.length > 0
      ? `take out what is not for this system (${few(alien)})`
      : "",
    local.length > 0
      ? `leave the name alone, or with "==" and its version, where a line is for conda or names a file of another machine (${
        few(local)
      })`
      : "",
  ];
  return one || other
    ? `In ${file}, ${[one, other].filter(Boolean).join(", and ")}; then: `
    : "";
}

/** The system's Python takes no packages: an environment of the site's own. */
function withVenv(
  distribution: string,
  wish: Install,
  scene: Scene,
): string {
  const folder = join(scene.site.layout.siteDirectory, "venv");
  const python = join(folder, "bin/python");
  return `Make a virtual environment and install ${
    bareName(distribution)
  } into it: \`${shellCommand("python3", "-m", "venv", folder)} && ${
    shellCommand(
      python,
      "-m",
      "pip",
      "install",
      ...wordsFor(distribution, wish, scene),
    )
  }\`; then write in config.toml: passenger_python = "${python}"`;
}
