/**
 * Modules of the application's own: where they lie, or what is left of them
 * on this machine.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { isPublicPackage } from "../python/package_names.ts";
import { deadLink } from "./paths.ts";
import { exists, type Scene, searchSite, textOf } from "./scene.ts";

/** Tells whether a file or folder is a module of this name. */
export function isModuleName(file: string, module: string): boolean {
  return file === module || file === `${module}.py`;
}

/** Folders of the site, anywhere, that hold a module of this name. */
export function homesOf(top: string, scene: Scene): string[] {
  return searchSite(
    scene,
    (names, folder) =>
      names.some((each) =>
        isModuleName(each, top) &&
        (each.endsWith(".py") ||
          namesIn(join(folder, each), scene.host)
            .some((one) => one.endsWith(".py")))
      ),
  );
}

/** What tells that a module is the site's own, though it is not here. */
export interface Trace {
  what:
    | "example"
    | "renamed"
    | "notebook"
    | "ignored"
    | "tracked"
    | "past"
    | "bytecode"
    | "source"
    | "build"
    | "generated"
    | "submodule"
    | "link"
    | "archive"
    | "backslash";
  /** The file that tells it. */
  file: string;
  /** Where the module itself should be. */
  wanted: string;
}

const EXAMPLE_WORDS =
  "(?:example|sample|dist|template|default|tmpl|tpl|orig|env|prod|production|dev|copy|in|bak|old|save)";

/**
 * Looks for what is left of a module of the site's own.
 *
 * @param module Its dotted name
 */
export function tracesOf(module: string, scene: Scene): Trace[] {
  const parts = module.split(".");
  const name = parts.at(-1)!;
  const folders = [
    ...new Set(scene.folders.map((each) => join(each, ...parts.slice(0, -1)))),
  ];
  const escaped = name.replace(/\W/g, "");
  const example = new RegExp(
    `^(?:${escaped}[._-]${EXAMPLE_WORDS}(?:\\.py)?|${escaped}\\.py[._-]${EXAMPLE_WORDS}|${EXAMPLE_WORDS}[._-]${escaped}\\.py)$`,
    "i",
  );
  const traces: Trace[] = [];
  for (const folder of folders) {
    const wanted = join(folder, `${name}.py`);
    const names = namesIn(folder, scene.host);
    const link = names.find((each) => isModuleName(each, name));
    const dead = link && deadLink(join(folder, link), scene);
    if (dead) {
      const to = isAbsolute(dead.to)
        ? dead.to
        : join(dirname(dead.link), dead.to);
      traces.push({ what: "link", file: dead.link, wanted: to });
    }
    // An editor of Windows, or a mail, gives a source another ending.
    const renamed = names.find((each) =>
      new RegExp(`^${escaped}(?:\\.py)?\\.txt$`).test(each) &&
      /^(?:import|from|def|class|@|\w+ ?=)/m
        .test(textOf(join(folder, each), scene))
    );
    if (renamed) {
      traces.push({ what: "renamed", file: join(folder, renamed), wanted });
    }
    // A notebook that tries a package out bears its name, too.
    if (names.includes(`${name}.ipynb`) && !isPublicPackage(parts[0]!)) {
      const file = join(folder, `${name}.ipynb`);
      traces.push({ what: "notebook", file, wanted });
    }
    const found = names.find((each) => each !== renamed && example.test(each));
    if (found) {
      traces.push({ what: "example", file: join(folder, found), wanted });
    }
    const cached = namesIn(join(folder, "__pycache__"), scene.host)
      .find((each) => each.startsWith(`${name}.cpython-`));
    if (cached) {
      const file = join(folder, "__pycache__", cached);
      traces.push({ what: "bytecode", file, wanted });
    }
    const source = names.find((each) =>
      new RegExp(`^${escaped}\\.(?:pyx|pxd|rs|cpp)$`).test(each)
    );
    if (source) {
      traces.push({ what: "source", file: join(folder, source), wanted });
    }
    const archive = names.find((each) =>
      new RegExp(`^${escaped}\\.(?:zip|tar|tar\\.gz|tgz|7z|rar)$`).test(each)
    );
    if (archive && !isPublicPackage(parts[0]!)) {
      traces.push({ what: "archive", file: join(folder, archive), wanted });
    }
    const flat = names.find((each) =>
      each.startsWith(`${name}\\`) && each.endsWith(".py")
    );
    if (flat) {
      traces.push({ what: "backslash", file: join(folder, flat), wanted });
    }
    const origin = generatedFrom(name, folder, scene);
    if (origin) traces.push({ what: "generated", file: origin, wanted });
    const build = names.find((each) =>
      new RegExp(`^${escaped}\\.(?:cpython-|cp\\d|pypy|abi).*\\.(?:so|pyd)$`)
        .test(each)
    );
    if (build) {
      traces.push({ what: "build", file: join(folder, build), wanted });
    }
    const repository = repositoryOf(folder, scene);
    if (!repository) continue;
    const modules = join(repository, ".gitmodules");
    const inside = relative(repository, folder);
    const isSubmodule = [
      ...textOf(modules, scene)
        .matchAll(/^\s*path\s*=\s*(\S+)/gm),
    ]
      .some(([, each]) =>
        `${join(inside, name)}/`.startsWith(`${each}/`) ||
        `${inside}/`.startsWith(`${each}/`)
      );
    if (isSubmodule) traces.push({ what: "submodule", file: modules, wanted });
    const path = relative(repository, join(folder, name));
    const ignoring = [
      join(folder, ".gitignore"),
      join(repository, ".gitignore"),
    ]
      .find((file) =>
        ignores(
          textOf(file, scene),
          relative(dirname(file), join(folder, `${name}.py`)),
        ) ||
        parts.length > 1 && ignoresFolder(textOf(file, scene), parts[0]!) ||
        // Of such a name there may be a package.
        (parts.length > 1 || !isPublicPackage(name)) &&
          parts.some((each) => ignoresFolder(textOf(file, scene), `${each}/`))
      );
    if (ignoring) {
      const isFolder = ignoresFolder(textOf(ignoring, scene), `${name}/`);
      traces.push({
        what: "ignored",
        file: ignoring,
        wanted: isFolder ? join(folder, name) : wanted,
      });
    }
    const known = whenTracked(path, repository, scene);
    if (known) {
      traces.push({ what: known, file: join(repository, ".git"), wanted });
    }
  }
  return traces;
}

/** The top of the git repository, or whatever has a list of ignored files. */
function repositoryOf(folder: string, scene: Scene): string | undefined {
  const { siteDirectory } = scene.site.layout;
  for (let at = folder; at.length > 1; at = dirname(at)) {
    if (
      exists(join(at, ".git"), scene) ||
      exists(join(at, ".gitignore"), scene) ||
      exists(join(at, ".gitmodules"), scene)
    ) {
      return at;
    }
    if (at === siteDirectory) break;
  }
  return undefined;
}

/**
 * Tells whether a list of ignored files means a source.
 *
 * @param path Of the source, from the folder of the list
 */
function ignores(text: string, path: string): boolean {
  return text.split(/\r?\n/).some((line) => {
    const pattern = line.trim().replace(/\/$/, "");
    const last = basename(pattern);
    // A bare name is mostly a folder of something else, such as env or build.
    if (!/\.py$|\*$/.test(last) || /^[*.]*(?:\*\.py)?$/.test(last)) {
      return false;
    }
    const glob = pattern.replace(/^\//, "").replace(
      /[.+?^${}()|[\]\\]/g,
      "\\$&",
    ).replaceAll("*", ".*");
    return new RegExp(`^${glob}$`)
      .test(pattern.includes("/") ? path : basename(path));
  });
}

/** Only as a folder, where the name ends in "/". */
function ignoresFolder(text: string, name: string): boolean {
  return new RegExp(`^/?${name}/?\\s*$`, "m").test(text);
}

/** The source that a tool makes a module from. */
function generatedFrom(
  name: string,
  folder: string,
  scene: Scene,
): string | undefined {
  const message = /^(\w+)_pb2(?:_grpc)?$/.exec(name)?.[1];
  if (message) {
    const [home] = searchSite(
      scene,
      (names) => names.includes(`${message}.proto`),
    );
    return home && join(home, `${message}.proto`);
  }
  if (!/^_?version$/.test(name)) return undefined;
  for (let at = folder; at.length > 1; at = dirname(at)) {
    const file = ["pyproject.toml", "setup.py", "setup.cfg"]
      .map((each) => join(at, each))
      .find((each) =>
        /setuptools[_-]scm|hatch-vcs|versioneer/.test(textOf(each, scene))
      );
    if (file) return file;
    if (at === scene.site.layout.siteDirectory) break;
  }
  return undefined;
}

const INDEX_BYTES_LIMIT = 5_000_000;
const GIT_MS = 3_000;

/** Whether git knows the file: by its list of today, or by its history. */
function whenTracked(
  path: string,
  repository: string,
  scene: Scene,
): "tracked" | "past" | undefined {
  const { host } = scene;
  const bytes = host.readBytes(
    join(repository, ".git/index"),
    INDEX_BYTES_LIMIT,
  );
  if (refused(bytes)) return undefined;
  const index = new TextDecoder("latin1").decode(bytes);
  // The low byte of a path's length stands before it; else it is the end of
  // another path.
  const isListed = (file: string) =>
    index.includes(`${String.fromCharCode(file.length & 0xff)}${file}\0`);
  if (isListed(`${path}.py`) || isListed(`${path}/__init__.py`)) {
    return "tracked";
  }
  const said = host.run("git", [
    "-C",
    repository,
    "-c",
    "core.fsmonitor=false",
    "--no-pager",
    "log",
    "-1",
    "--all",
    "--format=%h",
    "--",
    `${path}.py`,
    `${path}/__init__.py`,
  ], { timeout: GIT_MS });
  return said.status === 0 && /^[0-9a-f]{4,}$/m.test(said.stdout)
    ? "past"
    : undefined;
}

const DEFINED_REGEXP =
  /^(?:(?:async )?def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)|^from +\S+ +import +(?:\(([^()]*)\)|(.*))/gm;

/** The names that a source file defines or imports at its top level. */
export function definedIn(path: string, scene: Scene): string[] {
  return [...textOf(path, scene).matchAll(DEFINED_REGEXP)].flatMap((
    [, made, given, many = "", one = many],
  ) =>
    made ?? given ??
      one.split(",").flatMap((each) =>
        /(\w+)\s*(?:#.*)?$/.exec(each.trim())?.[1] ?? []
      )
  ).filter((name) => !name.startsWith("_"));
}
