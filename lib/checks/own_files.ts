/**
 * Reports files of ours that are not as they were written: of another
 * version, edited, cut off, or something else in their place.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { HOST_FILES, type Layout } from "../site/layout.ts";
import { readMarker } from "../site/marker.ts";
import { shellCommand } from "../text/shell.ts";
import type { Site } from "../site/site.ts";
import { VERSION } from "../site/version.ts";
import { quoted } from "../text/wrap.ts";

const BYTES_LIMIT = 8_000_000;
const HEAD_BYTES = 512;
const SECONDS = 5;
/** Compiles a file, and runs nothing of it. */
const COMPILER =
  "import sys; compile(open(sys.argv[1], 'rb').read(), sys.argv[1], 'exec')";

/** A file that `install` writes. */
interface OwnFile {
  file: string;
  /** What loads it looks for this in it. */
  entry: RegExp;
  language: "node" | "python" | "sh";
  /** An owner may have one of the same name. */
  isStartup?: true;
}

function ownFiles(layout: Layout): OwnFile[] {
  return [
    {
      file: layout.appJs,
      entry: /wsgi-shim/,
      language: "node",
      isStartup: true,
    },
    {
      file: layout.passengerWsgi,
      entry: /wsgi-shim/,
      language: "python",
      isStartup: true,
    },
    { file: layout.runtime, entry: /\bexports\b/, language: "node" },
    ...HOST_FILES.map((name): OwnFile => ({
      file: join(layout.shim, "host", name),
      entry: name === "__main__.py" ? /^def main\b/m : /^"""/m,
      language: "python",
    })),
    { file: layout.shimPython, entry: /^#![^]*^exit 1$/m, language: "sh" },
    { file: layout.lastWords, entry: /^def main\b/m, language: "python" },
  ];
}

/** The files in `shim/` that the configured door cannot do without. */
export function shimFilesOf({ config, layout }: Site): string[] {
  const door = [layout.shimPython, layout.lastWords];
  return [
    layout.runtime,
    ...HOST_FILES.map((name) => join(layout.host, name)),
    ...config?.passenger.appType === "wsgi" ? door : [],
  ];
}

/**
 * Where a start is under way only the versions: its files have been loaded,
 * and to read all of them takes longer.
 *
 * @param found What is missing, empty or foreign has been told
 */
export function checkOwnFiles(
  site: Site,
  isForeseen: boolean,
  found: readonly Finding[],
): Finding[] {
  const { config, host, layout } = site;
  const isWsgi = config?.passenger.appType === "wsgi";
  const startup = isWsgi ? layout.passengerWsgi : layout.appJs;
  const needed = [startup, ...shimFilesOf(site)];
  const told = new Set(found.map((one) => one.place?.file));
  const older = new Map<string, string>();
  const changed: string[] = [];
  const broken: string[] = [];
  for (const own of ownFiles(layout)) {
    const { file, entry, isStartup } = own;
    const bytes = host.readBytes(
      file,
      isForeseen ? BYTES_LIMIT : HEAD_BYTES,
    );
    if (refused(bytes) || told.has(file)) continue;
    const text = new TextDecoder().decode(bytes);
    const isNeeded = needed.includes(file);
    // What is empty and needed is told as missing.
    if (isNeeded && bytes.length === 0) continue;
    const marker = readMarker(text);
    if (!isForeseen || marker?.isIntact) {
      if (marker && marker.version !== VERSION) older.set(file, marker.version);
      continue;
    }
    const isBroken = isNeeded && (!entry.test(text) || !parses(own, site));
    // A startup file without a marker may be its owner's.
    if (isBroken) broken.push(file);
    else if (marker || !isStartup) changed.push(file);
  }
  return [
    ...tellOlder(older, site),
    ...tellOther("shim-file-broken", broken, site),
    ...tellOther("shim-changed", changed, site),
  ];
}

/** Reports a startup file of whatever origin that no program can read. */
export function checkForeignFile(file: string, site: Site): Finding[] {
  const own = ownFiles(site.layout).find((one) => one.file === file);
  return !own || parses(own, site)
    ? []
    : tellOther("shim-file-broken", [file], site);
}

/** Whether a file can be loaded at all; where nothing can tell, it can. */
function parses({ file, language }: OwnFile, site: Site): boolean {
  const { config, host } = site;
  const { nodejs = "node", python = "python3" } = config?.passenger ?? {};
  if (host.startsNothing) return true;
  const [program, ...args] = ({
    node: [nodejs, "--check", file],
    python: [python, "-I", "-c", COMPILER, file],
    sh: ["sh", "-n", file],
  } satisfies Record<string, [string, ...string[]]>)[language];
  const run = host.run(program, args, {
    env: { PATH: host.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    cwd: "/",
    timeout: SECONDS * 1_000,
  });
  return !/(Syntax|Indentation|Tab|Value|UnicodeDecode)Error\b|[Ss]yntax error/
    .test(run.stderr);
}

function tellOlder(older: ReadonlyMap<string, string>, site: Site): Finding[] {
  const [first] = older.entries();
  if (!first) return [];
  return [finding("shim-outdated", {
    message: `${quoted([...older.keys()])} of the site: version ${
      first[1]
    } of wsgi-shim wrote ${
      older.size > 1 ? "the first" : "it"
    }, and this is version ${VERSION}`,
    place: { file: first[0] },
    fix: { command: upgradeCommand(site), safe: false },
  })];
}

function tellOther(
  code: "shim-file-broken" | "shim-changed",
  files: readonly string[],
  site: Site,
): Finding[] {
  const [first] = files;
  if (first === undefined) return [];
  const [are, them] = files.length > 1 ? ["are", "them"] : ["is", "it"];
  return [finding(code, {
    message: code === "shim-changed"
      ? `${
        quoted(files)
      } ${are} not as wsgi-shim wrote ${them}: edited, or cut off`
      : `${
        quoted(files)
      } ${are} not as wsgi-shim wrote ${them}, and cannot be loaded: cut off, or something else`,
    place: { file: first },
    // An edited file is kept by `upgrade`, unless it is moved away.
    fix: {
      command: [
        ...files.map((file) => shellCommand("mv", file, `${file}.old`)),
        upgradeCommand(site),
      ].join(" && "),
      safe: false,
    },
  })];
}

/** The command that writes the files of wsgi-shim again. */
export function upgradeCommand(site: Site): string {
  return shellCommand("wsgi-shim", "upgrade", site.layout.appRoot);
}
