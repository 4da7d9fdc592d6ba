/**
 * Files of `dbm` and `shelve`: their kind goes by the machine and the Python
 * that made them, so that a copy may be of a kind which is unknown here.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, resolve } from "node:path";
import { refused } from "../machine/host.ts";
import { statementAt } from "./origins.ts";
import type { Rule, Subject } from "./rule.ts";
import { exists, linesOf, type Scene } from "./scene.ts";

const ANEW =
  "Where the file comes from, write what it holds into a JSON file, `json.dump(dict(shelve.open(…)), file)`, and make the shelf anew from that here; better, keep the data in SQLite (sqlite3), whose files are the same everywhere";

const KINDS: Readonly<Record<string, string>> = {
  "dbm.gnu": "GNU dbm, which Python on most Linux machines takes",
  "dbm.ndbm": "ndbm, which Python on macOS takes",
  "dbm.sqlite3": "SQLite, which Python takes from 3.13 on",
};

/** The rules of files of `dbm`. */
export const dbmFiles = (): Rule[] => [
  {
    name: "dbm-of-other-kind",
    code: "data-other-version",
    over: "python-part-missing",
    when: [
      {
        type: "dbm.error error",
        message:
          /^db type is (dbm\.\w+), but the module is not available|^db type could not be determined|^db file doesn't exist; use 'c' or 'n' flag/,
        in: /\/dbm\/__init__\.py /,
      },
    ],
    claim: (subject, scene) => {
      const [kind] = subject.groups;
      const { place, text } = subject;
      if (kind) {
        return {
          says: `The file of dbm that is opened there is of the kind ${kind}${
            Object.hasOwn(KINDS, kind) ? ` (${KINDS[kind]})` : ""
          }, and ${scene.python} was built without that`,
          place,
          mend: `${ANEW}${
            kind === "dbm.gnu"
              ? "; the system's Python has that kind with Debian's package python3-gdbm"
              : ""
          }`,
        };
      }
      const isAbsent = /doesn't exist/.test(text);
      const file = dbmFile(subject, isAbsent, scene);
      const what = file && kindOf(file, scene);
      if (what) {
        return {
          seen: `${file}, which dbm is to open there, ${what}`,
          place: place ?? { file },
          mend: /pointer/.test(what)
            ? "Fetch the file itself in the repository with `git lfs pull`, or copy it to this machine"
            : ANEW,
        };
      }
      return isAbsent
        ? {
          says:
            "The file that dbm or shelve is to read is not there under the name that this Python gives such files",
          probably:
            "it was not copied to this machine, or made by Python on another system, which gives it another ending and another kind",
          mend:
            `Copy it here, with all files of that name (.db, .dir, .dat, .bak, .pag); where they are here: ${
              ANEW[0]!.toLowerCase()
            }${ANEW.slice(1)}`,
        }
        : {
          says:
            "The file that dbm or shelve is to open is of no kind that this Python knows",
          probably:
            "another system or another Python made it: each takes the kind that it has",
          mend: ANEW,
        };
    },
    examples: [
      {
        raised:
          "dbm.error: db type is dbm.gnu, but the module is not available",
        in: "PYTHON/dbm/__init__.py open",
        says: "GNU dbm",
        mend: "python3-gdbm",
      },
      {
        raised: "dbm.error: db type could not be determined",
        in: "PYTHON/dbm/__init__.py open",
        files: {
          "APP/app.py": '\n\nwith shelve.open("shelf") as data: pass\n',
          "APP/shelf": "SQLite format 3\0",
        },
        says: "APP/shelf, which dbm is to open there, is of the kind that",
        mend: "json.dump",
      },
      {
        raised:
          "dbm.error: db file doesn't exist; use 'c' or 'n' flag to create a new db",
        in: "PYTHON/dbm/__init__.py open",
        files: {
          "APP/app.py":
            'SHELF = os.path.join(os.path.dirname(__file__), "shelf")\n\nwith shelve.open(SHELF, "r") as data: pass\n',
          "APP/shelf.db": {
            text: new Uint8Array([0, 0, 0, 0, 0, 6, 0x15, 0x61, 0, 0, 0, 2]),
          },
        },
        says: "APP/shelf.db, which dbm is to open there, was made on macOS",
      },
      {
        raised: "dbm.error: db type could not be determined",
        in: "PYTHON/dbm/__init__.py open",
        says: "probably another system",
      },
    ],
    not: ["dbm.error: db type could not be determined"],
  },
];

/** The file that the line names, with the ending that another system gives. */
function dbmFile(
  { own }: Subject,
  isAbsent: boolean,
  scene: Scene,
): string | undefined {
  if (!own) return undefined;
  const statement = statementAt(own, scene);
  const names: string[] = statement.match(/\b[A-Za-z_]\w*\b/g) ?? [];
  const above = linesOf(own.file, scene).filter((each) => {
    const [, name = ""] = /^\s*(\w+)\s*=(?!=)/.exec(each) ?? [];
    return names.includes(name);
  }).join("\n");
  const texts = `${statement}\n${above}`.matchAll(/["']([^"'\n]{2,200})["']/g);
  for (const [, text] of texts) {
    for (const folder of [scene.directory, dirname(own.file)]) {
      const file = resolve(folder, `${text}${isAbsent ? ".db" : ""}`);
      if (exists(file, scene)) return file;
    }
  }
  return undefined;
}

/** What a file is that dbm does not know. */
function kindOf(file: string, { host, version }: Scene): string | undefined {
  const bytes = host.readBytes(file, 64);
  if (refused(bytes)) return undefined;
  const text = new TextDecoder("latin1").decode(bytes);
  const isBerkeley = [0, 4, 12].some((at) =>
    ["\x00\x06\x15\x61", "\x61\x15\x06\x00"].includes(
      text.slice(at, at + 4),
    )
  );
  return text.startsWith("SQLite format 3")
    ? version && version[1] >= 13
      ? undefined
      : `is of the kind that Python 3.13 and later make (SQLite); this is Python ${
        version?.join(".") ?? "of before that"
      }`
    : isBerkeley
    ? "was made on macOS, whose dbm (Berkeley DB) Python does not read here"
    : text.startsWith("version https://git-lfs")
    ? "holds no data, but a pointer of Git LFS"
    : bytes.length === 0
    ? "is empty (0 bytes): it was cut off on its way, or never written"
    : undefined;
}
