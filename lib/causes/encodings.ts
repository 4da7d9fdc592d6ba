/**
 * Files of text that are read as UTF-8, and are none: which file it was, what
 * it is in place of that, and how it is converted.
 *
 * Looks for the very byte that the exception names. Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { fileRead } from "./data_files.ts";
import { statementAt } from "./origins.ts";
import { passOver, strayOf } from "./strays.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { type Scene, searchSite } from "./scene.ts";

const READ_BYTES = 2_000_000;
const MOST_FILES = 400;
const MOST_BYTES = 40_000_000;
/** Python reads a file line by line out of pieces of this size. */
const PIECE_BYTES = 8192;

const TEMPLATE_LOADERS =
  /\/(?:jinja2|mako|chameleon|genshi|tornado)\/(?:loaders?|template|lookup|utils|zpt\/\w+)\.py |\/django\/template\/loaders\/|\/bottle\.py /;
const VARIABLE_LOADERS = /\/(?:dotenv|environ|environs|decouple)\b/;

const TEMPLATES =
  /\.(?:html?|xhtml|xml|txt|j2|jinja2?|tmpl|tpl|stpl|mako|pt|md|tex|eml|svg|css|js)$/i;
const VARIABLES = /^(?:\.env|\.flaskenv)(?:\.\w+)?$|\.env$/;
const TEXTS =
  /\.(?:csv|tsv|txt|json|jsonl|geojson|ya?ml|toml|ini|cfg|conf|xml|env|md|html?|sql|dat|log|po|rst|srt|tex)$/i;

/** What files that are no text begin with. */
const KINDS: readonly { start: readonly number[]; what: string }[] = [
  { start: [0x1f, 0x8b], what: "is compressed (gzip)" },
  {
    start: [0x50, 0x4b, 3, 4],
    what: "is an archive (ZIP), as workbooks of Excel (.xlsx) are inside",
  },
  {
    start: [0xd0, 0xcf, 0x11, 0xe0],
    what: "is a document of an older Microsoft Office (.xls, .doc)",
  },
  { start: [0x89, 0x50, 0x4e, 0x47], what: "is a picture (PNG)" },
  { start: [0xff, 0xd8, 0xff], what: "is a picture (JPEG)" },
  { start: [0x25, 0x50, 0x44, 0x46], what: "is a PDF" },
  { start: [0x80, 2], what: "is a pickle" },
  { start: [0x80, 3], what: "is a pickle" },
  { start: [0x80, 4], what: "is a pickle" },
  { start: [0x80, 5], what: "is a pickle" },
  { start: [0x93, 0x4e, 0x55, 0x4d], what: "is an array of NumPy" },
  { start: [0x50, 0x41, 0x52, 0x31], what: "is a table of Parquet" },
  { start: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], what: "is a SQLite database" },
];

/** The rules of texts in other encodings. */
export const encodings = (): Rule[] => [
  {
    name: "text-of-other-encoding",
    code: "text-encoding",
    over: "encoding-read",
    when: {
      type: "UnicodeDecodeError",
      message:
        /^'utf-8' codec can't decode bytes? (?:0x([0-9a-f]{2}) )?in position (\d+)/,
    },
    claim: (subject, scene) => {
      const [byte, position = ""] = subject.groups;
      const { own, line } = subject;
      // What pickles begin with.
      if (
        byte === "80" && position === "0" && own &&
        /\b(?:c?[pP]ickle|dill|cloudpickle)\.load\(/.test(
          statementAt(own, scene),
        )
      ) {
        return {
          says: `What is read there is no text, but opened as one: ${line}`,
          mend: 'A pickle is opened with "rb": `open(…, "rb")`',
        };
      }
      // What is decoded is in the file, and not the file.
      const isWithin = own &&
        /\b(?:zipfile|ZipFile|tarfile|gzip|bz2|lzma|openpyxl|docx|load_workbook)\b/
          .test(statementAt(own, scene));
      const named = isWithin ? undefined : fileRead(subject, scene);
      const at = named ? badAt(bytesOf(named, scene)) : undefined;
      if (named && at !== undefined) {
        return otherEncoding(named, at, subject, scene);
      }
      const found = foundByByte(
        byte === undefined ? undefined : parseInt(byte, 16),
        Number(position),
        subject,
        scene,
      );
      return found && otherEncoding(found.file, found.at, subject, scene);
    },
    examples: [
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 1: invalid start byte",
        files: {
          "APP/d.csv": { text: new Uint8Array([0x61, 0xfc, 0x62, 0x62, 0x63]) },
          "APP/app.py": '\n\nX = pd.read_csv("d.csv")\n',
        },
        says: "APP/d.csv, which is read there, is not UTF-8: line 1",
        mend: "cp1252",
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 8: invalid continuation byte",
        in: [
          "PACKAGES/jinja2/loaders.py get_source",
          "<frozen codecs> decode",
        ],
        failure: { problem: "request-raised" },
        files: {
          "APP/templates/shop/list.html": {
            text: new Uint8Array([
              ...[0x3c, 0x70, 0x3e, 0x0a, 0x63, 0x61, 0x66],
              ...[0x66, 0xe9, 0x3c, 0x2f, 0x70, 0x3e],
            ]),
          },
          "APP/templates/base.html": "<p>é</p>",
        },
        says:
          "APP/templates/shop/list.html, which is read there, is not UTF-8: line 2",
        mend:
          "`iconv -f WINDOWS-1252 -t UTF-8 APP/templates/shop/list.html > APP/templates/shop/list.html.utf8`",
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
        in: ["PACKAGES/dotenv/main.py load_dotenv", "<frozen codecs> decode"],
        files: {
          "APP/.env": { text: new Uint8Array([0xff, 0xfe, 0x41, 0, 0x3d, 0]) },
          "APP/other.txt": { text: new Uint8Array([0xff, 0xfe, 0x41, 0]) },
        },
        says: "APP/.env, which is read there, is UTF-16",
        mend: "PowerShell",
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 2: invalid start byte",
        in: "<frozen codecs> decode",
        files: {
          "APP/docs/.DS_Store": { text: new Uint8Array([0, 1, 0xff, 0]) },
          "APP/docs/a.json": "{}",
        },
        code: "file-wrong-kind",
        says: "APP/docs/.DS_Store, which is read there, is no data",
        mend: '/*.json")',
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x8b in position 1: invalid start byte",
        in: "PACKAGES/pandas/io/parsers/readers.py read_csv",
        files: {
          "APP/d.csv": { text: new Uint8Array([0x1f, 0x8b, 8, 0, 0]) },
          "APP/app.py": '\n\nX = pd.read_csv("d.csv")\n',
        },
        says: "is compressed (gzip)",
      },
      // Letters in a row are those of another alphabet.
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xcf in position 0: invalid continuation byte",
        in: "<frozen codecs> decode",
        files: {
          "APP/note.txt": {
            text: new Uint8Array([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]),
          },
        },
        mend: "an editor that shows its letters rightly",
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x80 in position 0: invalid start byte",
        in: "<frozen codecs> decode",
        files: {
          "APP/app.py": '\n\nmodel = pickle.load(open("model.pkl"))\n',
        },
        says: "is no text",
        mend: '`open(…, "rb")`',
      },
    ],
    not: [
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 1: invalid start byte",
        files: {
          "APP/a.zip": { text: new Uint8Array([0x50, 0x4b, 3, 4, 0xfc]) },
          "APP/app.py": '\n\nx = ZipFile("a.zip").read("b.txt").decode()\n',
        },
      },
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 1: invalid start byte",
        files: {
          "APP/d.csv": "a,b",
          "APP/app.py": '\n\nX = decode(open("d.csv"), answer)\n',
        },
      },
      // What is decoded is no file, as nothing of Python's reads one.
      {
        raised:
          "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 1: invalid start byte",
        files: {
          "APP/d.csv": { text: new Uint8Array([0x61, 0xfc, 0x62]) },
          "APP/app.py": "\n\nX = request.data.decode()\n",
        },
      },
    ],
  },
  {
    name: "output-other-encoding",
    code: "text-encoding",
    over: "encoding-read text-of-other-encoding",
    when: { type: "UnicodeDecodeError", through: /\/subprocess\.py / },
    claim: ({ line }) => ({
      says:
        `What a program that the application starts has written, is not in the encoding that it is read in: ${line}`,
      mend:
        'Read it as it is, and let other letters pass: `subprocess.run(…, encoding="utf-8", errors="replace")`; or start it with `env={**os.environ, "LC_ALL": "C.UTF-8"}`, where it goes by the locale',
    }),
    examples: [{
      raised:
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 0: unexpected end of data",
      in: [
        "PYTHON/subprocess.py check_output",
        "PYTHON/subprocess.py _translate_newlines",
      ],
      mend: 'errors="replace"',
    }],
  },
  {
    name: "text-not-sent",
    code: "text-encoding",
    over: "encoding-write",
    when: [
      {
        type: "UnicodeEncodeError",
        message:
          /^'utf-8' codec can't encode characters? .*surrogates not allowed/,
      },
      {
        type: "UnicodeEncodeError",
        message: /^'(?:ascii|latin-1)'/,
        through:
          /\/(?:http\/client|smtplib|email\/\w+|wsgiref\/\w+)\.py |\/werkzeug\/|\/requests\//,
      },
    ],
    claim: ({ text, raised }) => {
      const through = raised.frames.map(({ file, function: name }) =>
        `${file} ${name}`
      ).join("\n");
      return /surrogates/.test(text)
        ? {
          says:
            "A text holds bytes that were no UTF-8, as the name of a file or a variable in another encoding, and is to be written",
          mend:
            'Show it by `text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")`, or give the file a name in UTF-8 (`convmv` does so for many); what only goes back to the system, as in `open()`, needs no change',
        }
        : /smtplib|\/email\//.test(through)
        ? {
          says:
            "A mail, its address or the login holds letters that the old form of mail does not have",
          mend:
            "Make the mail by `email.message.EmailMessage`, which writes such letters as mail does, and send it by `send_message()`; name and password of the account are to be plain letters",
        }
        : /putrequest|_encode_request|putheader|_send_request/.test(through)
        ? {
          says:
            "A request to another server has letters in its address, a header or its body that do not go there as they are",
          mend:
            'Write the address by `urllib.parse.quote()`, values of headers in plain letters, and give a body as bytes, `text.encode("utf-8")`; a key that was copied with a wrong letter, as a long dash or a quotation mark, looks the same',
        }
        : {
          says: "A header of an answer has letters that headers do not have",
          mend:
            "Leave such letters out of headers, or write them by `urllib.parse.quote()`; for the name of a file `send_file(download_name=…)` does so",
        };
    },
    examples: [
      {
        raised:
          "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udce9' in position 3: surrogates not allowed",
        mend: "surrogateescape",
      },
      {
        raised:
          "UnicodeEncodeError: 'latin-1' codec can't encode character '\\u2014' in position 7: ordinal not in range(256)",
        in: "PYTHON/http/client.py putheader",
        mend: "urllib.parse.quote()",
      },
      {
        raised:
          "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 7: ordinal not in range(128)",
        in: "PYTHON/smtplib.py sendmail",
        mend: "EmailMessage",
      },
    ],
    not: [
      "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 3",
    ],
  },
];

function bytesOf(file: string, { host }: Scene): Uint8Array {
  const bytes = host.readBytes(file, READ_BYTES);
  return refused(bytes) ? new Uint8Array() : bytes;
}

/** Where the first byte is that is no UTF-8, as Python counts it. */
function badAt(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at]!;
    const length = first < 0x80
      ? 1
      : first >= 0xc2 && first < 0xe0
      ? 2
      : first >= 0xe0 && first < 0xf0
      ? 3
      : first >= 0xf0 && first < 0xf5
      ? 4
      : 0;
    if (length === 0) return at;
    for (let next = 1; next < length; next++) {
      // What is cut off by our own limit is no fault of the file.
      if (at + next >= bytes.length) {
        return bytes.length === READ_BYTES ? undefined : at;
      }
      if ((bytes[at + next]! & 0xc0) !== 0x80) return at;
    }
    at += length;
  }
  return undefined;
}

/** The one file of the site that has this byte at this place. */
function foundByByte(
  byte: number | undefined,
  position: number,
  { raised, own }: Subject,
  scene: Scene,
): { file: string; at: number } | undefined {
  const through = raised.frames.map(({ file, function: name }) =>
    `${file} ${name}`
  );
  const names = through.some((each) => TEMPLATE_LOADERS.test(each))
    ? TEMPLATES
    : through.some((each) => VARIABLE_LOADERS.test(each))
    ? VARIABLES
    // Python decodes what it reads of a file in a module of its own.
    : /codecs(?:\.py|>) \w+$|\/pandas\//.test(through.at(-1) ?? "")
    ? TEXTS
    : undefined;
  const isMeant = (name: string) =>
    names?.test(name) || names === TEXTS && strayOf(name) !== undefined;
  if (!names) return undefined;
  const files: string[] = [];
  searchSite(scene, (all, folder) => {
    files.push(
      ...all.filter(isMeant).map((name) => join(folder, name)),
    );
    return files.length > MOST_FILES;
  });
  let room = MOST_BYTES;
  const found = files.slice(0, MOST_FILES).flatMap((file) => {
    if (room < 0) return [];
    const bytes = bytesOf(file, scene);
    room -= bytes.length;
    const at = badAt(bytes);
    return at !== undefined &&
        (at === position ||
          at > PIECE_BYTES && at % PIECE_BYTES === position) &&
        (byte === undefined || bytes[at] === byte)
      ? [{ file, at }]
      : [];
  });
  const line = own ? statementAt(own, scene) : "";
  return found.length === 1
    ? found[0]
    : found.find(({ file }) =>
      [...line.matchAll(/["']([^"'\n]+)["']/g)].some(([, name]) =>
        file.endsWith(`/${name}`)
      )
    );
}

/** What is said of a file that is not UTF-8. */
function otherEncoding(
  file: string,
  at: number,
  subject: Subject,
  scene: Scene,
): Claim {
  const bytes = bytesOf(file, scene);
  const kind = KINDS.find(({ start }) =>
    start.every((each, index) => bytes[index] === each)
  );
  const place = { file, line: 1 + count(bytes.subarray(0, at), 0x0a) };
  const isTemplate = subject.raised.frames.some((frame) =>
    TEMPLATE_LOADERS.test(`${frame.file} ${frame.function}`)
  );
  const says = `${file}, which is read there,`;
  const stray = strayOf(file);
  if (stray) {
    return {
      code: "file-wrong-kind",
      seen: `${says} ${stray}: ${subject.line}`,
      place: subject.place ?? { file },
      mend: passOver(file, scene),
    };
  }
  if (kind) {
    return {
      seen: `${says} ${kind.what}, and no text: ${subject.line}`,
      place: { file },
      mend: 'Read it with what is made for that kind, opened with "rb"',
    };
  }
  if (isUtf16(bytes)) {
    return {
      seen: `${says} is UTF-16 text: ${subject.line}`,
      place: { file },
      mend: `Save it as UTF-8: ${
        converting("UTF-16", file)
      }; PowerShell writes UTF-16 with \`>\` and Out-File${
        isTemplate ? "" : '. Or say so where it is read: `encoding="utf-16"`'
      }`,
    };
  }
  const others = othersBeside(file, scene);
  const also = others > 0
    ? `; ${others} more ${others > 1 ? "files" : "file"} in that folder ${
      others > 1 ? "are" : "is"
    } the same`
    : "";
  const seen =
    `${says} is not UTF-8: line ${place.line} has a letter of another encoding${also}: ${subject.line}`;
  return isWestern(bytes)
    ? {
      seen,
      place,
      mend:
        `Convert it, as it is most likely Windows-1252 (cp1252) or Latin-1: ${
          converting("WINDOWS-1252", file)
        }${
          isTemplate
            ? ""
            : '. Or say what it is where it is read: `encoding="cp1252"`'
        }`,
    }
    : {
      seen,
      place,
      mend:
        `Open it in an editor that shows its letters rightly, in the encoding of its language, and save it as UTF-8 there${
          isTemplate ? "" : "; or say what it is where it is read: `encoding=…`"
        }`,
    };
}

/** Converts into a new file: what cannot be converted is not lost. */
function converting(from: string, file: string): string {
  return `\`${shellCommand("iconv", "-f", from, "-t", "UTF-8", file)} > ${
    shellCommand(`${file}.utf8`)
  }\`, look whether all letters are right in the new file, and put it in the place of the old one`;
}

function count(bytes: Uint8Array, wanted: number): number {
  return bytes.reduce((sum, each) => each === wanted ? sum + 1 : sum, 0);
}

function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  return first === 0xff && second === 0xfe ||
    first === 0xfe && second === 0xff;
}

/** Letters of western languages stand alone, and never are these bytes. */
function isWestern(bytes: Uint8Array): boolean {
  let run = 0;
  for (const each of bytes) {
    if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(each)) return false;
    run = each >= 0x80 ? run + 1 : 0;
    if (run > 2) return false;
  }
  return true;
}

function othersBeside(file: string, scene: Scene): number {
  const folder = dirname(file);
  return namesIn(folder, scene.host)
    .filter((name) => TEXTS.test(name) || TEMPLATES.test(name))
    .slice(0, 100).map((name) => join(folder, name))
    .filter((each) =>
      each !== file && badAt(bytesOf(each, scene)) !== undefined
    ).length;
}
