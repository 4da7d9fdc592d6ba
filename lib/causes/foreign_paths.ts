/**
 * Paths that cannot be meant for this machine as they stand: those of Windows
 * and of other machines, what only a shell replaces, and what is no path.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { unsetBehind } from "./origins.ts";
import { fromCode, isToBeMade, spotOf } from "./paths.ts";
import type { Claim, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  linesOf,
  runnerOf,
  type Scene,
  searchSite,
} from "./scene.ts";
import { missingVariables, settingsFiles } from "./unset.ts";

const BESIDE =
  "copy the file to this machine, and name it beside the code, as with `Path(__file__).parent`";

/** What Python makes of a backslash and a letter in a text. */
const ESCAPES: Readonly<Record<string, { letter: string; what: string }>> = {
  "\x07": { letter: "a", what: "a bell" },
  "\b": { letter: "b", what: "a step back" },
  "\t": { letter: "t", what: "a tab" },
  "\n": { letter: "n", what: "a line end" },
  "\v": { letter: "v", what: "a vertical tab" },
  "\f": { letter: "f", what: "a form feed" },
  "\r": { letter: "r", what: "a carriage return" },
};
// deno-lint-ignore no-control-regex -- they are what is looked for
const ESCAPE_REGEXP = /[\x07\b\t\n\v\f\r]/;
// deno-lint-ignore no-control-regex -- they are what is looked for
const ESCAPES_REGEXP = /[\x07\b\t\n\v\f\r]/g;

const OTHER_MACHINE: readonly [RegExp, string][] = [
  [/(?:^|\/)[A-Za-z]:[\\/]/, "has a path of Windows, which no folder here has"],
  [
    /^\\\\\w/,
    "has a path of a network drive of Windows, which no folder here has",
  ],
  [
    /^\/Users\/|^\/Volumes\//,
    "has a path of macOS, which this machine does not have",
  ],
  [
    /^\/content\/|^\/kaggle\//,
    "has a path of a notebook on another machine (Colab, Kaggle)",
  ],
  [
    /^\/etc\/secrets\/|^\/run\/secrets\//,
    "is where Render, Docker and others put secret files, and not this machine",
  ],
];

/** A file of that name in the site, whatever the folders before it. */
export function sameName(path: string, scene: Scene): string | undefined {
  const name = basename(path.replaceAll("\\", "/"));
  return name === ""
    ? undefined
    : searchSite(scene, (_, folder) => exists(join(folder, name), scene))
      .map((folder) => join(folder, name))[0];
}

/**
 * What is said of a path that cannot be meant for this machine.
 *
 * @param path As it was given
 */
export function foreignPath(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { place } = subject;
  const told = `The file "${shown(path)}"`;
  const spot = spotOf(subject);
  const say = (what: string, mend: string): Claim => ({
    says: `${told} ${what}${spot}`,
    place,
    mend,
  });
  // It may be a key: never shown.
  if (/^\s*[[{<]|^-----BEGIN/.test(path)) {
    return {
      says: `A text is given where the path of a file is to be${spot}`,
      place,
      mend:
        "Hand the text to what takes it as such: `json.loads(text)`, `Credentials.from_service_account_info(json.loads(text))`; or write it into a file, closed with `chmod 600`, and name that file in [secret_files] of config.toml",
    };
  }
  if (/[\r\n]$/.test(path)) {
    return say(
      "has a line end at the end of its name, as what is read from a file or a form has",
      "Take it off where the name is read, with `.strip()`",
    );
  }
  if (/^(["']).*\1$/.test(path)) {
    return say(
      "has quotation marks around its name, which are taken for a part of it",
      "Write the value without them where it is set, as in a variable or a file of settings",
    );
  }
  const scheme = /^(https?|ftp|file|s3|gs):\/\//.exec(path)?.[1];
  if (scheme) {
    return say(
      `is no file, but an address (${scheme}://), which \`open()\` does not read`,
      scheme === "file"
        ? "Write the path alone, without `file://`"
        : "Ask for it over the network, as with `urllib.request.urlopen()` or requests; or copy the file to this machine",
    );
  }
  const foreign =
    OTHER_MACHINE.find(([expression]) => expression.test(path))?.[1] ??
      ofOtherMachine(path, scene);
  if (foreign) {
    const named = namedBy(path, subject, scene);
    if (isToBeMade(subject, scene)) {
      return say(
        `${foreign}, and is to be made there${named}`,
        `Let it be made in a folder of the site, named from the code, as \`Path(__file__).parent / "${
          basename(dirname(path.replaceAll("\\", "/"))) || "data"
        }"\`; that folder must be there, and ${
          runnerOf(scene)
        } be allowed to write to it`,
      );
    }
    const here = sameName(path, scene);
    return here
      ? {
        seen: `${told} ${foreign}; a file of that name lies in ${
          dirname(here)
        }${named}${spot}`,
        place,
        mend: `Write ${
          fromCode(here, subject)
        } in its place, if that one is meant: so it is found on every machine`,
      }
      : say(
        foreign + named,
        `Leave the path of the other machine out: ${BESIDE}`,
      );
  }
  if (path.startsWith("~")) {
    return say(
      'begins with "~", which only a shell replaces by a home folder',
      "Write `Path(path).expanduser()` or `os.path.expanduser(path)`, or the whole path; the home folder is that of the user that runs the site",
    );
  }
  if (/\$\{\w+\}|\$[A-Z_]{2,}\b|^%\w+%/.test(path)) {
    return say(
      "holds the name of a variable, which only a shell replaces",
      "Write `os.path.expandvars(path)`, or the whole path",
    );
  }
  return withBackslash(path, subject, scene);
}

/** Folders in which other machines keep applications and their users. */
const HOMES =
  /^\/(?:app|code|src|workspace|workspaces|usr\/src|opt\/render|opt\/build|var\/task|home\/[^/]+|mnt\/[a-z]|data|project|vercel|tmp\/build_\w+)(?=\/)/;

/** A path that begins with a folder which this machine does not have. */
function ofOtherMachine(path: string, scene: Scene): string | undefined {
  const home = HOMES.exec(path)?.[0];
  if (!home || isInside(scene.site.layout.siteDirectory, home)) {
    return undefined;
  }
  const status = scene.host.stat(home);
  return refused(status) && status.errno === "ENOENT"
    ? `has a path of another machine: there is no ${home} on this one`
    : undefined;
}

/** `; line 3 of FILE names it`: where the application is told such a path. */
function namedBy(path: string, { own, place }: Subject, scene: Scene): string {
  const files = new Set([
    ...own ? [own.file] : [],
    ...settingsFiles(scene),
  ]);
  for (const file of files) {
    const at = linesOf(file, scene).findIndex((line) =>
      [
        ...line.replace(/(?:^|\s)#.*$/, "").matchAll(
          /["']([^"'\n]{4,200})["']/g,
        ),
      ]
        .map(([, text]) => text!.replace(/\\\\/g, "\\"))
        .some((text) => /[\\/]/.test(text) && path.startsWith(text))
    );
    if (at < 0) continue;
    const isPlace = place?.file === file && place.line === at + 1;
    return isPlace ? "" : `; line ${at + 1} of ${file} names it`;
  }
  return "";
}

/** A part of a path that stands for nothing: a value that was not given. */
export function nothingIn(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const isEmpty = path === "";
  if (!isEmpty && !/(?:^|\/)(?:None|undefined|nan)(?:\/|$)/.test(path)) {
    return undefined;
  }
  const reads = unsetBehind(subject, scene);
  const says = isEmpty
    ? "The name of the file that is to be opened is empty"
    : `A part of the path "${path}" is no name, but stands for a value that is not there`;
  const claim = missingVariables(
    reads.map(({ name }) => name),
    subject,
    scene,
    `${says}: `,
  );
  return claim ? { ...claim, code: "variable-missing" } : {
    code: "app-setting-missing",
    says: says + spotOf(subject),
    place: subject.place,
    mend:
      "See what the path is made of, as a setting, a variable or a field of the database that is not set, and give that a value",
  };
}

/** Folders that are parted as on Windows, or what Python made of that. */
function withBackslash(
  path: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const escape = ESCAPE_REGEXP.exec(path)?.[0];
  if (escape === undefined && !path.includes("\\")) return undefined;
  const written = path.replaceAll(
    ESCAPES_REGEXP,
    (each) => `\\${ESCAPES[each]!.letter}`,
  );
  const plain = written.replace(/\\+/g, "/");
  const real = isAbsolute(plain) ? plain : join(scene.directory, plain);
  const folder = dirname(real);
  const isFolder = !exists(real, scene) && plain.includes("/") &&
    folder !== scene.directory && exists(folder, scene);
  const here = exists(real, scene)
    ? real
    : isFolder
    ? folder
    : sameName(plain, scene);
  const what = escape === undefined
    ? 'is named with "\\", as on Windows; here that is a letter of the name, and folders are parted by "/"'
    : `holds ${ESCAPES[escape]!.what}, which Python makes of "\\${
      ESCAPES[escape]!.letter
    }" in a text such as "${written}"; "\\" parts folders on Windows alone`;
  const told = `The file "${shown(path)}" ${what}`;
  return here
    ? {
      seen: `${told}; ${here} is there${spotOf(subject)}`,
      place: subject.place,
      mend: `Write ${
        fromCode(here, subject)
      }, which is right everywhere; paths that were kept in a database or a file on Windows are mended where they are read: \`path.replace("\\\\", "/")\``,
    }
    : {
      says: told + spotOf(subject),
      place: subject.place,
      mend:
        `Part folders by "/", as in "${plain}", or join them by \`Path\`, as \`Path(__file__).parent / "data" / "x.csv"\`, which is right everywhere; and see that the file was copied to this machine`,
    };
}

/** A file whose name has the backslashes of the code that wrote it. */
export function writtenByWindows(
  path: string,
  scene: Scene,
): string | undefined {
  const way = relative(scene.directory, path);
  const found = namesIn(scene.directory, scene.host)
    .find((name) => name.includes("\\") && name.replace(/\\+/g, "/") === way);
  return found && join(scene.directory, found);
}

/** Signs that cannot be seen, as Python writes them. */
function shown(path: string): string {
  return path.replaceAll(
    ESCAPES_REGEXP,
    (each) => `\\${ESCAPES[each]!.letter}`,
  );
}
