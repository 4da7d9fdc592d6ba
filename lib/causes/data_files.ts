/**
 * Files of data and of settings that are read, and are not what they should
 * be: which file it was, and what is in it.
 *
 * Looks at the first bytes of a file, and never shows them. Runs on Node and
 * Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { refused } from "../machine/host.ts";
import { statementAt } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, linesOf, type Scene, searchSite, textOf } from "./scene.ts";
import { suggest } from "../text/suggestion.ts";

const DATA_REGEXP =
  /\.(?:csv|tsv|txt|json|jsonl|geojson|ya?ml|toml|ini|cfg|conf|xml|env|md|html?|sql|dat|log|xlsx?|docx|pptx|pkl|pickle|joblib|zip|gz|parquet|np[yz])$/i;
const LINES_ABOVE = 6;
const DEEPEST = 3;
const READ_BYTES = 2_000_000;

/**
 * The file that a statement of the application reads, where its path is
 * written plainly: in it, in the `with` above it, or where a name in it was
 * given its value.
 */
export function fileRead(
  { raised, own }: Subject,
  scene: Scene,
): string | undefined {
  const frames = raised.frames.filter(({ file }) =>
    file.startsWith("/") && !isLibraryFile(file)
  ).reverse();
  for (const frame of [...own ? [own] : [], ...frames].slice(0, 3)) {
    const found = fileIn(statementAt(frame, scene), frame, scene, 0, new Set());
    if (found) return found;
  }
  return undefined;
}

function fileIn(
  statement: string,
  { file, line }: { file: string; line: number },
  scene: Scene,
  depth: number,
  seen: Set<number>,
): string | undefined {
  const texts = [...statement.matchAll(/(["'])([^"'\n]*)\1/g)]
    .map(([, , text]) => text!);
  const at = texts.findIndex((text) => DATA_REGEXP.test(text));
  if (at >= 0) {
    const isBeside = /__file__|root_path|BASE_?DIR|HERE\b/i.test(statement);
    const parts = texts.slice(0, at + 1);
    const paths = [
      ...isAbsolute(texts[at]!) ? [texts[at]!] : [],
      ...isBeside ? [join(dirname(file), ...parts)] : [],
      ...isBeside ? [] : [resolve(scene.directory, texts[at]!)],
    ];
    return paths.find((path) => exists(path, scene));
  }
  if (depth >= DEEPEST) return undefined;
  const lines = linesOf(file, scene);
  const names = new Set(
    statement.replace(/(["'])[^"'\n]*\1/g, "").match(/\b[A-Za-z_]\w*\b/g),
  );
  for (const [index, each] of lines.entries()) {
    const name = /^\s*(\w+)\s*(?::[^=]+)?=(?!=)/.exec(each)?.[1] ??
      (index + 1 < line && index + LINES_ABOVE >= line
        ? /\bas\s+(\w+)\s*:/.exec(each)?.[1]
        : undefined);
    if (!name || !names.has(name) || index + 1 === line) continue;
    if (seen.has(index)) continue;
    seen.add(index);
    const found = fileIn(
      statementAt({ file, line: index + 1 }, scene),
      { file, line: index + 1 },
      scene,
      depth + 1,
      seen,
    );
    if (found) return found;
  }
  return undefined;
}

function bytesOf(file: string, { host }: Scene): Uint8Array | undefined {
  const bytes = host.readBytes(file, READ_BYTES);
  return refused(bytes) ? undefined : bytes;
}

/** Tells what is wrong with the start of a file. */
function stateOfFile(
  file: string,
  scene: Scene,
): { what: string; mend: string } | undefined {
  const bytes = bytesOf(file, scene);
  if (!bytes) return undefined;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const again = `Copy ${file} to this machine again, or restore it`;
  return bytes.length === 0
    ? {
      what: "is empty (0 bytes)",
      mend: `${again}; what writes it may have been ended while it did`,
    }
    : text.startsWith("\uFEFF")
    ? {
      what:
        "begins with a byte order mark (BOM), as editors on Windows write it",
      mend:
        'Open it with `encoding="utf-8-sig"`, or save it as UTF-8 without a BOM',
    }
    : /^\s*<(?:!doctype|html)/i.test(text) && !/\.html?$/.test(file)
    ? {
      what:
        "holds a page of HTML, as a server sends it for an error or a login",
      mend: again,
    }
    : text.trim() === ""
    ? { what: "holds nothing but blanks", mend: again }
    : undefined;
}

/** What is said of the file that was read, where it can be told. */
export function damaged(
  what: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const file = fileRead(subject, scene);
  const state = file && stateOfFile(file, scene);
  if (file && state) {
    return {
      seen: `${file}, which is read there, ${state.what}: ${subject.line}`,
      place: { file },
      mend: state.mend,
    };
  }
  return file
    ? {
      says: `${file}, which is read there, ${what}: ${subject.line}`,
      place: lineTold(subject.text, file),
      mend: `Correct ${file}, or copy it to this machine again`,
    }
    : undefined;
}

/** The place in the file, where the message counts its lines. */
function lineTold(text: string, file: string) {
  const line = /\bline:? (\d+)\b|\[line +(\d+)\]/.exec(text);
  return { file, ...line && { line: Number(line[1] ?? line[2]) } };
}

/** The rules of files that are read. */
export const dataFiles = (): Rule[] => [
  {
    name: "google-key-of-other-kind",
    code: "config-value",
    over: "key-malformed",
    when: {
      message:
        /Service account info was not in the expected format|Invalid service account certificate|Client secrets must be for a web or installed app/,
    },
    claim: (subject, scene) => {
      const isSecret = subject.text.includes("Client secrets");
      const file = fileRead(subject, scene);
      const text = textOf(file, scene).slice(0, 2_000);
      const what = /^\s*\{\s*"(?:web|installed)"\s*:/.test(text)
        ? 'the secret of an OAuth client (it begins with "web" or "installed"), by which visitors log in with Google'
        : /"project_info"\s*:|"mobilesdk_app_id"/.test(text)
        ? "the configuration of an app for telephones (google-services.json)"
        : /"type"\s*:\s*"authorized_user"/.test(text)
        ? "the login of a person (authorized_user)"
        : /"type"\s*:\s*"service_account"/.test(text)
        ? "the key of a service account"
        : undefined;
      const wanted = isSecret
        ? "the secret of an OAuth client"
        : "the key of a service account";
      if (what === wanted) return undefined;
      return {
        says: `${file ?? "The file with the key"} is not ${wanted}${
          what ? `, but ${what}` : ", as the code wants it"
        }`,
        place: subject.place,
        mend: isSecret
          ? "Download the client's secret in the Google Cloud console (APIs & Services, Credentials), and put it there; or load a service account with `Credentials.from_service_account_file()`"
          : "Make a key of a service account in the Google Cloud console (IAM & Admin, Service Accounts, Keys; JSON), and put that file in its place; share with the account's address what it is to read",
      };
    },
    examples: [
      {
        raised:
          "google.auth.exceptions.MalformedError: Service account info was not in the expected format, missing fields client_email, token_uri.",
        in: "PACKAGES/google/auth/_service_account_info.py from_dict",
        files: {
          "APP/app.py":
            'KEY = Path(__file__).parent / "credentials.json"\n\nc = Credentials.from_service_account_file(KEY)\n',
          "APP/credentials.json": '{"web": {"client_id": "x"}}',
        },
        says: "but the secret of an OAuth client",
        mend: "Make a key of a service account",
      },
      {
        raised:
          "ValueError: Client secrets must be for a web or installed app.",
        in:
          "PACKAGES/google_auth_oauthlib/helpers.py session_from_client_config",
        says: "is not the secret of an OAuth client",
      },
    ],
    not: [{
      raised:
        "google.auth.exceptions.MalformedError: Service account info was not in the expected format, missing fields token_uri.",
      in: "PACKAGES/google/auth/_service_account_info.py from_dict",
      files: {
        "APP/app.py":
          'KEY = Path(__file__).parent / "credentials.json"\n\nc = Credentials.from_service_account_file(KEY)\n',
        "APP/credentials.json": '{"type": "service_account"}',
      },
    }],
  },
  {
    name: "data-empty",
    code: "data-damaged",
    when: { type: "EmptyDataError" },
    claim: (subject, scene) =>
      damaged("has no columns", subject, scene) ?? {
        says: `The file that is read there is empty: ${subject.line}`,
        mend:
          "Look at its size with `ls -l`, and copy it to this machine again",
      },
    examples: [
      "pandas.errors.EmptyDataError: No columns to parse from file",
      {
        raised: "pandas.errors.EmptyDataError: No columns to parse from file",
        in: "PACKAGES/pandas/io/parsers/readers.py read_csv",
        files: {
          "APP/d.csv": "",
          "APP/app.py": '\n\nX = pd.read_csv("d.csv")\n',
        },
        says: "APP/d.csv, which is read there, is empty (0 bytes)",
      },
    ],
  },
  {
    name: "table-broken",
    code: "data-damaged",
    when: {
      type: /^(?:pandas\.errors\.ParserError|_csv\.Error|csv\.Error)$/,
    },
    claim: (subject, scene) =>
      /larger than field limit/.test(subject.text)
        ? {
          says:
            `A field of the table is longer than csv reads: ${subject.line}`,
          mend:
            "Mostly a quotation mark has no second one, so that the rest of the file counts as one field; where fields are as long, raise the limit: `csv.field_size_limit(10_000_000)`",
        }
        : damaged("cannot be read as a table", subject, scene) ?? {
          says:
            `What is read there is no table as it is expected: ${subject.line}`,
          mend:
            "Look at the line that is named: a separator that is another than the comma (`sep`), a quotation mark without its second one, or lines of another length",
        },
    examples: [{
      raised: "_csv.Error: field larger than field limit (131072)",
      mend: "csv.field_size_limit",
    }, {
      raised:
        "pandas.errors.ParserError: Error tokenizing data. C error: Expected 2 fields in line 3, saw 3",
      files: {
        "APP/d.csv": "a,b\n1,2\n1,2,3\n",
        "APP/app.py": '\n\nX = pd.read_csv("d.csv")\n',
      },
      says: "APP/d.csv, which is read there, cannot be read as a table",
    }, {
      raised:
        "pandas.errors.ParserError: Error tokenizing data. C error: Expected 2 fields in line 3, saw 3",
      mend: "`sep`",
    }],
  },
  {
    name: "table-with-mark",
    code: "data-damaged",
    over: "framework-key-missing configuration-chosen",
    when: {
      type: "KeyError ValueError",
      message: /^'([^']+)'|^'([^']+)' is not in list/,
    },
    claim: (subject, scene) => {
      const key = subject.groups.find((each) => each !== undefined) ?? "";
      const file = fileRead(subject, scene);
      const bytes = file ? bytesOf(file, scene) : undefined;
      // pandas takes the mark off by itself.
      if (
        !file || !bytes || /read_csv/.test(textOf(subject.own?.file, scene))
      ) {
        return undefined;
      }
      const text = new TextDecoder("utf-8", { ignoreBOM: true })
        .decode(bytes.slice(0, 4_096));
      return text.startsWith("\uFEFF") &&
          text.slice(1).replace(/^"/, "").startsWith(key)
        ? {
          seen:
            `${file} begins with a byte order mark (BOM), which becomes a part of its first name: there is no "${key}" then`,
          place: subject.place,
          mend: 'Open it with `encoding="utf-8-sig"`',
        }
        : undefined;
    },
    examples: [{
      raised: "KeyError: 'name'",
      files: {
        "APP/d.csv": "\uFEFFname,b\nx,2\n",
        "APP/app.py":
          'rows = list(csv.DictReader(open("d.csv")))\n\nx = rows[0]["name"]\n',
      },
      says: "byte order mark",
      mend: "utf-8-sig",
    }],
    not: [{
      raised: "KeyError: 'name'",
      files: {
        "APP/d.csv": "\uFEFFb,name\nx,2\n",
        "APP/app.py":
          'rows = list(csv.DictReader(open("d.csv")))\n\nx = rows[0]["name"]\n',
      },
    }],
  },
  {
    name: "table-column-missing",
    code: "data-damaged",
    over: "framework-key-missing configuration-chosen table-with-mark",
    when: [
      { type: "KeyError", message: /^['"]([^'"\n]{1,80})['"]$/ },
      {
        type: "KeyError",
        message:
          /^['"]\[['"]([^'"\n]{1,80})['"].*not in index|None of \[Index\(\[['"]([^'"\n]{1,80})['"]/,
      },
      {
        type: "ValueError",
        message: /^Usecols do not match columns.*\[['"]([^'"\n]{1,80})['"]/,
      },
    ],
    claim: (subject, scene) => {
      const key = subject.groups.find((each) => each !== undefined) ?? "";
      const file = fileRead(subject, scene);
      if (!file || !/\.(?:csv|tsv|txt)$/.test(file)) return undefined;
      const head = textOf(file, scene).split(/\r?\n/)[0]!.replace(
        /^\uFEFF/,
        "",
      );
      const columns = (sign: string) =>
        head.split(sign).map((each) => each.replace(/^"(.*)"$/, "$1"));
      const line = statementAt(subject.own ?? { file: "", line: 0 }, scene);
      const source = textOf(subject.own?.file, scene);
      if (head === "" || columns(",").includes(key)) return undefined;
      const sign = [";", "\t", "|"].find((each) =>
        columns(each).includes(key) && columns(each).length > 1
      );
      const isGiven = /\b(?:sep|delimiter)\s*=/.test(`${line}${source}`);
      if (sign && !isGiven) {
        const shown = sign === "\t" ? "\\t" : sign;
        return {
          seen: `The columns of ${file} are parted by "${
            sign === "\t" ? "a tab" : sign
          }" and read as if by commas, so that there is no column "${key}"`,
          place: subject.place,
          mend:
            `Say so where it is read: \`sep="${shown}"\` in pandas, \`delimiter="${shown}"\` in csv`,
        };
      }
      const all = columns(",");
      const near =
        all.find((each) =>
          each !== key && each.trim().toLowerCase() === key.trim().toLowerCase()
        ) ?? suggest(key, all);
      if (!near || !subject.own) return undefined;
      return {
        seen:
          `${file}, which is read there, has no column "${key}"; it has "${near}"`,
        place: subject.place,
        mend: near.trim() === key.trim()
          ? "Take the blanks off the names of the columns, as with `df.columns = df.columns.str.strip()` in pandas"
          : `Write "${near}", if that is meant: capital letters count`,
      };
    },
    examples: [
      {
        raised: "KeyError: 'name'",
        in: "PACKAGES/pandas/core/indexes/base.py get_loc",
        files: {
          "APP/d.csv": "id;name\n1;x\n",
          "APP/app.py": 'df = pd.read_csv("d.csv")\n\nx = df["name"]\n',
        },
        says: 'are parted by ";"',
        mend: 'sep=";"',
      },
      {
        raised: "KeyError: 'name'",
        in: "PACKAGES/pandas/core/indexes/base.py get_loc",
        files: {
          "APP/d.csv": "id, name\n1,x\n",
          "APP/app.py": 'df = pd.read_csv("d.csv")\n\nx = df["name"]\n',
        },
        mend: "str.strip()",
      },
      {
        raised: "KeyError: 'name'",
        files: {
          "APP/d.csv": "id,Name\n1,x\n",
          "APP/app.py":
            'rows = list(csv.DictReader(open("d.csv")))\n\nx = rows[0]["name"]\n',
        },
        mend: 'Write "Name"',
      },
    ],
    not: [{
      raised: "KeyError: 'name'",
      files: {
        "APP/d.csv": "id,name\n1,x\n",
        "APP/app.py": 'df = pd.read_csv("d.csv")\n\nx = user["name"]\n',
      },
    }],
  },
  {
    name: "opened-in-other-mode",
    code: "app-code",
    over: "table-broken",
    when: {
      message:
        /File must be opened in binary mode|iterator should return strings, not bytes|^write\(\) argument must be str, not bytes|^(?:the file|file) must (?:be opened in|have) (?:text|binary) mode|^binary mode doesn't take an encoding/i,
    },
    claim: ({ line }) => ({
      says:
        `A file is opened in another mode than what reads or writes it wants: ${line}`,
      mend: /take an encoding/.test(line)
        ? 'Leave `encoding=` out, or the "b" of the mode'
        : /strings, not bytes|must be str/.test(line)
        ? 'Open it as text: `open(path, "r", newline="", encoding="utf-8")`, or with "w"'
        : 'Open it with "rb": `open(path, "rb")`, or with "wb" to write',
    }),
    examples: [
      {
        raised:
          "TypeError: File must be opened in binary mode, e.g. use `open('foo.toml', 'rb')`",
        mend: '"rb"',
      },
      {
        raised:
          "_csv.Error: iterator should return strings, not bytes (the file should be opened in text mode)",
        mend: "as text",
      },
    ],
  },
  {
    name: "archive-broken",
    code: "data-damaged",
    over: "workbook-of-other-kind",
    when: [
      {
        type:
          "ParseError ExpatError XMLSyntaxError BadZipFile BadGzipFile LZMAError",
      },
      { type: /^tarfile\.ReadError$/ },
    ],
    claim: (subject, scene) => {
      const { kind, line, raised } = subject;
      const isXml = /^(?:ParseError|ExpatError|XMLSyntaxError)$/.test(kind);
      if (isXml && !/^xml\.|lxml/.test(raised.type)) return undefined;
      if (
        raised.frames.some(({ file }) =>
          /\/(?:openpyxl|docx|pptx|keras|numpy|torch)\//.test(file)
        )
      ) {
        return undefined;
      }
      const what = isXml ? "is no XML" : "is no archive of that kind";
      return damaged(what, subject, scene) ?? {
        says: `What is read there ${what}, or is cut off: ${line}`,
        mend: isXml
          ? "Look at the line that is named: a tag without its end, an & that should be `&amp;`; or a page of an error in place of an answer"
          : "Compare its size with the original, and copy it again in binary mode: a page of an error, or a pointer of Git LFS, under the name of an archive looks the same",
      };
    },
    examples: [
      {
        raised:
          "xml.etree.ElementTree.ParseError: mismatched tag: line 1, column 8",
        files: {
          "APP/a.xml": "<a><b></a>",
          "APP/app.py": '\n\ntree = ET.parse("a.xml")\n',
        },
        says: "APP/a.xml, which is read there, is no XML",
      },
      {
        raised: "zipfile.BadZipFile: File is not a zip file",
        in: "PYTHON/zipfile.py _RealGetContents",
        mend: "in binary mode",
      },
      "gzip.BadGzipFile: Not a gzipped file (b'x\\n')",
    ],
    not: ["myapp.parser.ParseError: no"],
  },
  {
    name: "settings-empty",
    code: "data-damaged",
    over: "none-from-variable",
    when: {
      type: "TypeError AttributeError",
      message:
        /^'NoneType' object (?:is not (?:subscriptable|iterable)|has no attribute '(?:get|items|keys|values)')/,
    },
    claim: (subject, scene) => {
      const file = fileRead(subject, scene);
      const bytes = file && /\.ya?ml$/.test(file)
        ? bytesOf(file, scene)
        : undefined;
      return file && bytes &&
          /^(?:\s|#.*$|---$)*$/m.test(new TextDecoder().decode(bytes).trim()) &&
          !/^[^#\s-]/m.test(new TextDecoder().decode(bytes))
        ? {
          seen:
            `${file}, which is read there, says nothing, so that what YAML makes of it is None`,
          place: { file },
          mend: `Copy ${file} to this machine again, or fill it in`,
        }
        : undefined;
    },
    examples: [{
      raised: "TypeError: 'NoneType' object is not subscriptable",
      files: {
        "APP/conf.yml": "# nothing yet\n",
        "APP/app.py":
          'conf = yaml.safe_load(open("conf.yml"))\n\nx = conf["db"]\n',
      },
      says: "APP/conf.yml, which is read there, says nothing",
    }],
    not: [{
      raised: "TypeError: 'NoneType' object is not subscriptable",
      files: {
        "APP/conf.yml": "db:\n",
        "APP/app.py":
          'conf = yaml.safe_load(open("conf.yml"))\n\nx = conf["db"]["name"]\n',
      },
    }],
  },
  {
    name: "workbook-of-other-kind",
    code: "data-damaged",
    over: "file-missing-told",
    when: [
      {
        type: "InvalidFileException",
        message: /does not support (?:the old \.xls|\S+) file format/,
      },
      { type: "XLRDError", message: /^Excel xlsx file; not supported/ },
      { type: "BadZipFile", through: /\/(?:openpyxl|docx|pptx)\// },
      { message: /^Excel file format cannot be determined/ },
      {
        type: "PackageNotFoundError",
        message: /^Package not found at '(.+)'$/,
      },
    ],
    claim: (subject, scene) => {
      const { kind, line, groups: [found] } = subject;
      const isThere = kind === "PackageNotFoundError" && found !== undefined &&
        exists(resolve(scene.directory, found), scene);
      if (kind === "PackageNotFoundError" && !isThere) return undefined;
      const file =
        isThere || kind === "BadZipFile" || /cannot be determined/.test(line)
          ? fileRead(subject, scene)
          : undefined;
      const state = file && stateOfFile(file, scene);
      if (file && state) {
        return damaged("is no workbook or document", subject, scene)!;
      }
      return ({
        says: `The file is none of the kind that is read there${
          file ? `, ${file}` : ""
        }: ${line}`,
        mend: /cannot be determined/.test(line)
          ? "See with `file NAME` what it is: a text with commas (`pandas.read_csv()`), a page of HTML that a server sent for an error or a login, or an upload that was cut off, under the name of a workbook; an older .xls needs xlrd"
          : kind === "XLRDError"
          ? 'xlrd reads .xls alone from 2.0 on: read .xlsx with openpyxl, as `pandas.read_excel(path, engine="openpyxl")`'
          : "openpyxl and its like read .xlsx, .docx and .pptx, which are archives inside: an older .xls, a page of HTML, or a file that was uploaded in part is none, whatever its name says",
      });
    },
    examples: [
      {
        raised:
          "docx.opc.exceptions.PackageNotFoundError: Package not found at 'n.docx'",
        in: "PACKAGES/docx/opc/phys_pkg.py __new__",
        files: {
          "APP/n.docx": "<!doctype html>",
          "APP/app.py": '\n\nd = docx.Document("n.docx")\n',
        },
        says: "APP/n.docx, which is read there, holds a page of HTML",
      },
      {
        raised: "xlrd.biffh.XLRDError: Excel xlsx file; not supported",
        mend: "openpyxl",
      },
      "openpyxl.utils.exceptions.InvalidFileException: openpyxl does not support the old .xls file format, please use xlrd to read this file, or convert it to the more recent .xlsx file format.",
      {
        raised: "zipfile.BadZipFile: File is not a zip file",
        in: [
          "PACKAGES/openpyxl/reader/excel.py load_workbook",
          "PYTHON/zipfile.py _RealGetContents",
        ],
      },
    ],
  },
  {
    name: "percent-in-settings",
    code: "data-damaged",
    over: "value-from-variable",
    when: [
      { type: "InterpolationSyntaxError InterpolationMissingOptionError" },
      { type: "ValueError", message: /^invalid interpolation syntax in / },
    ],
    // What is set may be an address with a password in it.
    claim: ({ kind, line }) =>
      kind === "ValueError"
        ? {
          says:
            'A value that is given to ConfigParser has a "%", with which it begins a reference',
          mend:
            'Write `%%` for each `%`, as with `config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))` in env.py of Alembic',
        }
        : {
          says:
            `A value in a file of settings has a "%", with which ConfigParser begins a reference: ${line}`,
          mend:
            "Write `%%` for each `%` in that value, as in a password; or read the file with `ConfigParser(interpolation=None)`",
        },
    examples: [{
      raised:
        "configparser.InterpolationSyntaxError: '%' must be followed by '%' or '(', found: '%b'",
      mend: "`%%`",
    }, {
      raised:
        "ValueError: invalid interpolation syntax in 'postgresql://host/my%20data' at position 21",
      in: "PYTHON/configparser.py before_set",
      mend: 'replace("%", "%%")',
    }],
  },
  {
    name: "configuration-file-broken",
    code: "data-damaged",
    when: [
      {
        type:
          "MissingSectionHeaderError ParsingError DuplicateOptionError DuplicateSectionError TOMLDecodeError TomlDecodeError ScannerError ComposerError ConstructorError",
      },
      { type: /^yaml\.parser\.ParserError$/ },
    ],
    claim: (subject, scene) => {
      const { text } = subject;
      const why = text.replace(/\s+/g, " ").slice(0, 300);
      const file = fileRead(subject, scene);
      if (!file && /in "<(?:unicode|byte) string>"/.test(text)) {
        return {
          says: `A text that is to be YAML cannot be read: ${why}`,
          mend:
            "It is a text, and no file, that is read there: see where that line takes it from; what a visitor or another server sent is to be caught (`yaml.YAMLError`), and refused",
        };
      }
      return {
        says: `A file of settings cannot be read${
          file && !text.includes(basename(file)) ? `, ${file}` : ""
        }: ${why}`,
        ...file && { place: lineTold(text, file) },
        mend: /Unescaped '\\'|unknown escape character/.test(text)
          ? 'A backslash between "…" begins a sign of its own there: part the folders of a path by "/", or put the text between \'…\''
          : "Correct the line that is named, in the file that is read there",
      };
    },
    examples: [
      'yaml.scanner.ScannerError: mapping values are not allowed here\n  in "config.yml", line 3, column 8',
      {
        raised:
          'yaml.scanner.ScannerError: mapping values are not allowed here\n  in "<unicode string>", line 1, column 5',
        says: "A text that is to be YAML",
        mend: "`yaml.YAMLError`",
      },
      {
        raised: "tomllib.TOMLDecodeError: Invalid value (at line 1, column 5)",
        files: {
          "APP/c.toml": "a = \n",
          "APP/app.py": '\n\nc = tomllib.load(open("c.toml", "rb"))\n',
        },
        says: "cannot be read, APP/c.toml: Invalid value",
      },
    ],
  },
  {
    name: "configuration-file-unread",
    code: "file-missing",
    when: [
      { type: "NoSectionError NoOptionError" },
      { type: "KeyError", in: /\/configparser\.py / },
    ],
    claim: ({ own, line }, scene) => {
      const says =
        `The file of settings that was read lacks what is asked of it: ${line}`;
      const [, name = ""] =
        /(?:\.read|\bfileConfig)\(\s*\[?\s*["']([^"'\n]+)["']/.exec(
          textOf(own?.file, scene),
        ) ?? [];
      const path = name && resolve(scene.directory, name);
      if (!path || exists(path, scene)) {
        return {
          says,
          mend:
            "ConfigParser.read() says nothing of a file that is not there, and a relative path begins at the working directory: name it as with `Path(__file__).parent`, and look whether it was copied to this machine",
        };
      }
      const home = searchSite(
        scene,
        (_, folder) => exists(join(folder, basename(name)), scene),
      )[0];
      return {
        seen:
          `The file of settings "${name}" is looked for as ${path}, and is not there, which ConfigParser.read() does not say${
            home ? `; it lies in ${home}` : ""
          }`,
        mend: home
          ? `Name it by its absolute path, ${
            join(home, basename(name))
          }, or beside the code, as with \`Path(__file__).parent\``
          : `Copy it to this machine, if .gitignore names it or it was left out; or correct the path`,
      };
    },
    examples: [
      "configparser.NoSectionError: No section: 'db'",
      { raised: "KeyError: 'db'", in: "PYTHON/configparser.py __getitem__" },
      {
        raised: "configparser.NoSectionError: No section: 'db'",
        files: {
          "APP/app.py": 'c.read("config.ini")\n\nx = c.get("db", "host")\n',
          "APP/conf/config.ini": "[db]",
        },
        says: "it lies in APP/conf",
        mend: "APP/conf/config.ini",
      },
    ],
  },
];
