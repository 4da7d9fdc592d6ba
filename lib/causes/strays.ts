/**
 * Files that a system, an editor or an archive puts into folders by itself,
 * and that code which takes all of a folder takes along.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, extname, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { ANYWHERE, MISSING, nameOf } from "./missing.ts";
import { statementAt } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { exists, linesOf, type Scene, searchSite } from "./scene.ts";

/** By name: what wrote it. */
const STRAYS: readonly { name: RegExp; what: string }[] = [
  {
    name: /^\.DS_Store$/,
    what: "is no data, but what the Finder of macOS writes into folders",
  },
  {
    name: /^\._./,
    what:
      "is no data, but what macOS keeps beside a file, and packs into archives",
  },
  {
    name: /^__MACOSX$/,
    what: "is a folder that archives from macOS bring along",
  },
  {
    name: /^(?:Thumbs\.db|[Dd]esktop\.ini)$/,
    what: "is no data, but what the Explorer of Windows writes into folders",
  },
  {
    name: /^~\$.+\.(?:docx|xlsx|xlsm|pptx)$/,
    what: "is no document, but what Office keeps beside one that is open",
  },
  {
    name: /^\.~lock\..+#$/,
    what: "is no document, but what LibreOffice keeps beside one that is open",
  },
  {
    name: /^\.ipynb_checkpoints$/,
    what: "is a folder in which Jupyter keeps copies of notebooks",
  },
  {
    name: /^__pycache__$/,
    what: "is a folder in which Python keeps what it has compiled",
  },
  {
    name: /^\.(?:git)?keep$/,
    what: "only keeps an otherwise empty folder in git",
  },
];

const STRAY_PATH =
  /(?:^|["'/])((?:\.DS_Store|\._[^"'/\n]{1,200}|__MACOSX|Thumbs\.db|[Dd]esktop\.ini|~\$[^"'/\n]{1,200}|\.~lock\.[^"'/\n]{1,200}#|\.ipynb_checkpoints|__pycache__|\.(?:git)?keep))(?=["'/]|$)/;

/** What a file is that nobody means as data; nothing for others. */
export function strayOf(path: string): string | undefined {
  return STRAYS.find(({ name }) => name.test(basename(path)))?.what;
}

/** A line that takes what lies in a folder, whatever it is. */
const TAKES_ALL =
  /\b(?:listdir|scandir|iterdir|walk)\(|(?<!\bglob)\.r?glob\(.*\*/;
/** It leaves out names that begin with a point, and no others. */
const TAKES_SEEN = /\bglob\.i?glob\(.*\*|(?<![\w.])i?glob\(.*\*/;

/** What mends code that takes all of a folder. */
export function passOver(path: string, { host }: Scene): string {
  const endings = namesIn(dirname(path), host)
    .filter((name) => strayOf(name) === undefined)
    .map((name) => extname(name)).filter((each) => /^\.\w+$/.test(each));
  const [ending] = endings;
  const name = basename(path);
  if (name.startsWith("~$")) {
    return 'Leave out what begins with "~$", as by `if not Path(file).name.startswith("~$")`; it goes when the document is closed where it is open, and need not be copied along';
  }
  // `glob.glob()` leaves hidden files out, and that of Path does not.
  const pattern = ending && endings.every((each) => each === ending)
    ? `, as \`glob.glob(f"{folder}/*${ending}")\``
    : "";
  return `Let the code take only what it means, by the ending${pattern}${
    name.startsWith(".") ? ', and leave out what begins with "."' : ""
  }: such files come back by themselves`;
}

/** The rules of files that come along by themselves. */
export const strays = (): Rule[] => [
  {
    name: "stray-file",
    code: "file-wrong-kind",
    over:
      "file-missing folder-opened-as-file picture-unknown archive-broken table-broken encoding-read",
    when: { message: STRAY_PATH },
    claim: (subject, scene) => {
      const { groups: [name = ""], raised, text, own } = subject;
      // Who may not touch it has another trouble.
      if (/^E(?:ACCES|PERM|ROFS|NOSPC)$/.test(raised.errno ?? "")) {
        return undefined;
      }
      const told = raised.filename ?? /["']([^"'\n]+)["']/.exec(text)?.[1] ??
        "";
      const end = `/${told}/`.indexOf(`/${name}/`);
      const path = end < 0 ? undefined : told.slice(0, end + name.length);
      const what = path && strayOf(path);
      if (
        !path?.startsWith("/") && !path?.includes("/") || !what ||
        // The code names it by itself.
        own && statementAt(own, scene).includes(name)
      ) return undefined;
      const whole = path.startsWith("/") ? path : join(scene.directory, path);
      return exists(whole, scene)
        ? {
          seen:
            `${whole} is taken for a part of what the folder is to hold: it ${what}`,
          place: subject.place,
          mend: passOver(whole, scene),
        }
        : undefined;
    },
    examples: [
      {
        raised:
          "NotADirectoryError: [Errno 20] Not a directory: '/srv/site/media/.DS_Store'",
        facts: { errno: "ENOTDIR", filename: "/srv/site/media/.DS_Store" },
        files: { "SITE/media/.DS_Store": "" },
        says: "the Finder of macOS",
        mend: 'leave out what begins with "."',
      },
      {
        raised:
          "PIL.UnidentifiedImageError: cannot identify image file '/srv/site/media/Thumbs.db'",
        files: { "SITE/media/Thumbs.db": "x", "SITE/media/a.png": "" },
        says: "the Explorer of Windows",
        mend: 'glob.glob(f"{folder}/*.png")',
      },
      {
        raised:
          "IsADirectoryError: [Errno 21] Is a directory: '/srv/site/media/.ipynb_checkpoints'",
        facts: {
          errno: "EISDIR",
          filename: "/srv/site/media/.ipynb_checkpoints",
        },
        files: { "SITE/media/.ipynb_checkpoints": {} },
        says: "Jupyter",
      },
    ],
    not: [
      {
        raised:
          "PermissionError: [Errno 13] Permission denied: '/srv/site/media/.DS_Store'",
        facts: { errno: "EACCES", filename: "/srv/site/media/.DS_Store" },
        files: { "SITE/media/.DS_Store": "" },
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: '/srv/site/media/.gitkeep'",
        facts: { errno: "ENOENT", filename: "/srv/site/media/.gitkeep" },
        files: { "SITE/media": {} },
      },
    ],
  },
  {
    name: "stray-file-probably",
    code: "file-wrong-kind",
    over:
      "json-broken archive-broken data-empty table-broken workbook-of-other-kind",
    when: [
      {
        type:
          "JSONDecodeError BadZipFile EmptyDataError ParserError ReaderError ScannerError UnpicklingError InvalidFileException ParseError",
        message: /^/,
      },
      { message: /^Excel file format cannot be determined/ },
    ],
    claim: (subject, scene) => {
      const { line } = subject;
      const found = strayBeside(subject, scene);
      return found && {
        says:
          `A file that is read there is not what the code takes it for: ${line}`,
        probably:
          `it is ${found}, as the code takes all that lies in that folder: that file ${
            strayOf(found)
          }`,
        mend: passOver(found, scene),
      };
    },
    examples: [
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files: {
          "APP/app.py":
            'import os, json\nfor name in os.listdir("docs"):\n    json.load(open("docs/" + name))\n',
          "APP/docs/._a.json": "\0\x05\x16\x07",
          "APP/docs/a.json": "{}",
        },
        says: "probably it is APP/docs/._a.json",
        mend: ".glob(",
      },
      {
        raised:
          "ValueError: Excel file format cannot be determined, you must specify an engine manually.",
        in: "PACKAGES/pandas/io/excel/_base.py __init__",
        files: {
          "APP/app.py":
            'D = HERE / "books"\n#\nall = [pd.read_excel(f) for f in glob(f"{D}/*.xlsx")]\n',
          "APP/books/~$may.xlsx": "x",
          "APP/books/may.xlsx": "PK",
        },
        says: "probably it is APP/books/~$may.xlsx",
      },
      {
        raised: "zipfile.BadZipFile: File is not a zip file",
        files: {
          "APP/app.py":
            '\nfor file in (HERE / "books").iterdir():\n    load_workbook(file)\n',
          "APP/books/~$may.xlsx": "x",
        },
        says: "Office keeps beside one that is open",
        mend: 'startswith("~$")',
      },
    ],
    not: [
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files: {
          "APP/app.py":
            '\nfor name in glob.glob("docs/*"):\n    json.load(open(name))\n',
          "APP/docs/._a.json": "\0\x05\x16\x07",
        },
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files: {
          "APP/app.py": '\n\njson.load(open("docs/a.json"))\n',
          "APP/docs/._a.json": "\0\x05\x16\x07",
          "APP/docs/a.json": "x",
        },
      },
      {
        raised:
          "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        files: {
          "APP/app.py":
            '\nfor name in os.listdir("docs"):\n    json.load(open("docs/" + name))\n',
          "APP/docs/a.json": "x",
          "APP/other/.DS_Store": "x",
        },
      },
    ],
  },
  {
    name: "stray-module",
    code: "file-wrong-kind",
    over: `${ANYWHERE} own-part-missing module-name-hyphen`,
    when: { ...MISSING, type: "ModuleNotFoundError" },
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const [, above = ""] =
        /^([\w.]*\w)\.(?:|__pycach|__pycache__|\._?\w*)$/.exec(name) ?? [];
      const folder = above && scene.folders
        .map((each) => join(each, ...above.split(".")))
        .find((each) => namesIn(each, scene.host).length > 0);
      if (!folder) return undefined;
      const stray = namesIn(folder, scene.host).find((each) =>
        name.includes("__pycach") ? each === "__pycache__" : strayOf(each) &&
          /^\./.test(each)
      );
      return stray
        ? {
          seen:
            `The code imports all that lies in ${folder} by its name, and so asks for "${name}": "${stray}" there ${
              strayOf(stray)
            }`,
          place: subject.place,
          mend:
            `Take only the modules: \`for each in pkgutil.iter_modules(["${folder}"]): import_module("${above}." + each.name)\`, which leaves out the rest`,
        }
        : {
          says:
            `A module is asked for by the name "${name}", which ends with a point: what is put behind it is empty or begins with a point`,
          mend:
            "See what the name is put together from, such as a list of files or a setting",
        };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'routes.'",
        facts: { name: "routes." },
        files: {
          "APP/routes/__init__.py": "",
          "APP/routes/a.py": "",
          "APP/routes/._a.py": "",
        },
        says: '"._a.py" there is no data',
        mend: "pkgutil.iter_modules",
      },
      {
        raised: "ModuleNotFoundError: No module named 'routes.__pycach'",
        facts: { name: "routes.__pycach" },
        files: { "APP/routes/__pycache__": {}, "APP/routes/a.py": "" },
        says: "what it has compiled",
      },
      {
        raised: "ModuleNotFoundError: No module named 'routes.'",
        facts: { name: "routes." },
        files: { "APP/routes/a.py": "" },
        says: "ends with a point",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'routes.b'",
      facts: { name: "routes.b" },
      files: { "APP/routes/a.py": "", "APP/routes/._b.py": "" },
    }],
  },
];

const LINES_ABOVE = 12;

/** A stray file in a folder that the code goes through. */
function strayBeside(
  { raised, own }: Subject,
  scene: Scene,
): string | undefined {
  const frames = [
    ...own ? [own] : [],
    ...raised.frames.filter(({ file }) =>
      file.startsWith("/") && !isLibraryFile(file)
    ).reverse(),
  ].slice(0, 4);
  const loops = frames.flatMap(({ file, line }) =>
    linesOf(file, scene).slice(Math.max(0, line - LINES_ABOVE), line)
  ).filter((each) => TAKES_ALL.test(each) || TAKES_SEEN.test(each))
    .join("\n");
  if (!loops) return undefined;
  const isMeant = (name: string) =>
    strayOf(name) !== undefined && !name.startsWith("__") &&
    (TAKES_ALL.test(loops) || !name.startsWith("."));
  const used: string[] = loops.match(/\b[A-Za-z_]\w*\b/g) ?? [];
  const made = [...new Set(frames.map(({ file }) => file))]
    .flatMap((file) => linesOf(file, scene)).filter((each) =>
      used.includes(/^\s*(\w+)\s*=(?!=)/.exec(each)?.[1] ?? "")
    );
  const near = [loops, ...made].join("\n");
  const named = [...near.matchAll(/["']([^"'\n]{1,200})["']/g)]
    .map(([, text]) => basename(text!));
  return searchSite(
    scene,
    (names, folder) =>
      named.includes(basename(folder)) &&
      names.some((name) => strayOf(name) && !name.startsWith("__")),
  )
    .map((folder) => {
      const name = namesIn(folder, scene.host)
        .find(isMeant);
      return join(folder, name!);
    })[0];
}
