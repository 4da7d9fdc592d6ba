/**
 * Source files that Python cannot read, or not with this version.
 *
 * Looks at lines to tell what they are, and never shows them.
 * Runs on Node and Deno.
 *
 * @module
 */

import { findPasted } from "../python/pasted.ts";
import { isLibraryFile } from "../python/failure.ts";
import { refused } from "../machine/host.ts";
import { blankQuote } from "../python/message.ts";
import { remedyFor } from "../python/syntax.ts";
import { shellCommand } from "../text/shell.ts";
import {
  conversionCommand,
  firstBrokenLine,
  oldEncodingOf,
} from "../text/encoding.ts";
import { ownerOf, packageOf, pythonFor, versionSuffix } from "./installed.ts";
import { laterPython } from "./python_names.ts";
import type { Claim, Look, Rule, Subject, When } from "./rule.ts";
import { lineOf, linesOf, type Scene } from "./scene.ts";

const SYNTAX = "SyntaxError IndentationError TabError";
const NULL_BYTES = /source code (?:string )?cannot contain null bytes/;
const ENCODING =
  /^\(unicode error\) 'utf-8' codec can't decode|^Non-UTF-8 code starting with|^encoding problem|^'utf-8' codec can't decode/;

const PYTHON_2_MESSAGE =
  /^Missing parentheses in call to '(?:print|exec)'|^multiple exception types|^except clause/;
/**
 * `raise X, "y"`, a quoted expression, `<>`, `10L`, `print >>`, `exec "x"` and
 * `ur"x"`.
 */
const PYTHON_2_LINE =
  /^\s*raise\s+[\w.]+\s*,|^[^#'"]*`[^`]+`|^[^#'"]*<>|^[^#'"]*(?<![\w.])\d+[lL]\b|^\s*print\s*>>|^\s*exec\s+["'\w]|^[^#'"]*\b[uU][rR]["']|^\s*except\s+[\w.]+\s*,\s*\w+\s*:/;
/** `except ValueError, TypeError:`, and no `except ValueError, error:`. */
const SEVERAL_EXCEPTIONS = /^\s*except\s+[\w.]+\s*,\s*[\w.]*[A-Z]/;

/** Syntax of later versions, by what a line of it looks like. */
const NEWER_SYNTAX: readonly { line: RegExp; since: number; what: string }[] = [
  { line: /^\s*match\s+[^=]+:\s*(?:#.*)?$/, since: 10, what: "match" },
  { line: /^\s*case\s+[^=]+:\s*(?:#.*)?$/, since: 10, what: "case" },
  { line: /^\s*except\s*\*/, since: 11, what: "except*" },
  { line: /^\s*type\s+\w+.*=/, since: 12, what: "type" },
  {
    line: /^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[/,
    since: 12,
    what: "type parameters",
  },
  { line: /^\s*with\s*\(.*\bas\b/, since: 9, what: "with (…)" },
  { line: /^\s*@\w[\w.]*\[/, since: 9, what: "@name[…]" },
  {
    line:
      /\b[rR]?f"[^"{]*(?<!\{)\{(?!\{)[^}"]*\["\w+"\][^}"]*\}|\b[rR]?f'[^'{]*(?<!\{)\{(?!\{)[^}']*\['\w+'\][^}']*\}/,
    since: 12,
    what: 'f"{name["key"]}"',
  },
];

/** What an earlier Python reads and then refuses to run. */
const NEWER_USES: readonly {
  message: RegExp;
  line?: RegExp;
  since: number;
  what: string;
}[] = [
  {
    message:
      /^unsupported operand type\(s\) for \|: '(?:type|NoneType|\w*Meta\w*|[\w.]*Alias)' and '(?:type|\w*Meta\w*|[\w.]*Alias)'|^unsupported operand type\(s\) for \|: '(?:type|\w*Meta\w*|[\w.]*Alias)' and 'NoneType'/,
    since: 10,
    what: "`X | Y` between types",
  },
  {
    message: /^'(?:type|ABCMeta)' object is not subscriptable/,
    line:
      /\b(?:list|dict|tuple|set|frozenset|type|deque|defaultdict|Counter|OrderedDict|Callable|Iterable|Iterator|Generator|Mapping|Sequence)\[/,
    since: 9,
    what: "`list[int]`",
  },
  {
    message: /^unsupported operand type\(s\) for \|=?: 'dict' and 'dict'/,
    since: 9,
    what: "`|` between dicts",
  },
  {
    message:
      /^dataclass\(\) got an unexpected keyword argument '(?:slots|kw_only|match_args)'/,
    since: 10,
    what: "such arguments of `@dataclass`",
  },
  {
    message: /^'str' object has no attribute 'remove(?:prefix|suffix)'/,
    since: 9,
    what: "`str.removeprefix()`",
  },
  {
    message:
      /^'(?:Pure)?(?:Posix)?Path' object has no attribute '(?:is_relative_to|with_stem|readlink)'/,
    since: 9,
    what: "such a method of `Path`",
  },
  {
    message: /^'(?:Posix)?Path' object has no attribute 'walk'/,
    since: 12,
    what: "`Path.walk()`",
  },
  {
    message: /^'int' object has no attribute 'bit_count'/,
    since: 10,
    what: "`int.bit_count()`",
  },
  {
    message: /^zip\(\) takes no keyword arguments/,
    line: /\bstrict *=/,
    since: 10,
    what: "`zip(…, strict=True)`",
  },
  {
    message:
      /^entry_points\(\) got an unexpected keyword argument '(?:group|name)'/,
    since: 10,
    what: "`entry_points(group=…)`",
  },
  {
    message: /^Invalid isoformat string: '[\d-]+T[\d:.,]+Z'/,
    since: 11,
    what: "`fromisoformat()` with a time that ends with Z",
  },
];

/** A look at a source file of the application's own that Python cannot read. */
function inOwnFile(
  look: (
    file: string,
    message: string,
    subject: Subject,
    scene: Scene,
  ) => Claim | undefined,
): Look {
  return (subject, scene) => {
    const { filename: file, line, column } = subject.raised;
    if (!file?.startsWith("/") || isLibraryFile(file)) return undefined;
    const claim = look(file, messageOf(subject), subject, scene);
    return claim &&
      { place: { file, line, ...line && column && { column } }, ...claim };
  };
}

function messageOf({ kind, raised }: Subject): string {
  return blankQuote(kind, raised.message).replace(
    / \([^()]*, line \d+\)$/,
    "",
  );
}

/** The rules of source files. */
export const source = (): Rule[] => [
  {
    name: "package-source-unreadable",
    code: "package-conflict",
    when: { type: SYNTAX },
    claim: (subject, scene) => {
      const { filename: file = "", line } = subject.raised;
      const owner = isLibraryFile(file) ? packageOf(file) : undefined;
      const wanted = owner && pythonFor(owner.replace(/\.py$/, ""), scene);
      return owner && {
        place: { file, line },
        says: `The package "${owner.replace(/\.py$/, "")}"${
          versionSuffix(owner.replace(/\.py$/, ""), scene)
        } was not written for Python ${
          scene.version?.join(".") ?? "of this version"
        }, which cannot read it: ${messageOf(subject)}${
          wanted ? `; it says itself that it needs Python ${wanted}` : ""
        }`,
        mend: `Write a version of ${
          ownerOf(owner.replace(/\.py$/, ""), scene).name
        } that fits this Python into the requirements of the site, or make another virtual environment with the Python that it was written for`,
      };
    },
    examples: [{
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "PACKAGES/old/x.py", line: 1 },
      says: '"old" was not written for Python 3.11',
      mend: "a version of old",
    }, {
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "PACKAGES/newer/x.py", line: 1 },
      failure: { python: "3.11.2" },
      files: {
        "PACKAGES/newer/x.py": "type X = int\n",
        "PACKAGES/newer-2.0.dist-info/METADATA":
          "Name: newer\nRequires-Python: >=3.12\n",
      },
      says: "it says itself that it needs Python >=3.12",
    }],
  },
  {
    name: "source-encoding",
    code: "source-encoding",
    over: "source-syntax",
    when: [
      { type: SYNTAX, message: NULL_BYTES },
      { type: SYNTAX, message: ENCODING },
    ],
    claim: inOwnFile((file, _, { raised }, scene) =>
      wrongEncoding(file, raised.line, scene)
    ),
    examples: [{
      raised: "SyntaxError: source code cannot contain null bytes",
      facts: { filename: "APP/a.py" },
      files: { "APP/a.py": { text: Uint8Array.from([0xff, 0xfe, 0x78, 0]) } },
      says: "UTF-16",
      mend: "iconv -f UTF-16",
    }, {
      raised:
        "SyntaxError: (unicode error) 'utf-8' codec can't decode byte 0x93 in position 0: invalid start byte",
      facts: { filename: "APP/a.py", line: 1 },
      files: {
        "APP/a.py": {
          text: Uint8Array.from([0x78, 0x3d, 0x22, 0x93, 0x22, 0x0a]),
        },
      },
      says: "first on line 1; probably it is Windows-1252",
      mend: "# -*- coding: cp1252 -*-",
    }],
  },
  {
    name: "source-coding-line",
    code: "source-encoding",
    over: "source-syntax source-encoding",
    when: {
      type: SYNTAX,
      message:
        /^(?:unknown encoding|encoding problem): ([\w.-]+)|^'(?!utf-?8')([\w-]+)' codec can't decode byte/,
    },
    claim: inOwnFile((file, message, { groups: [named, codec] }, scene) => {
      const [lines, bytes] = [
        linesOf(file, scene),
        scene.host.readBytes(file, 1_000_000),
      ];
      const at = lines.slice(0, 2)
        .findIndex((each) => /^[ \t\f]*#.*coding[:=][ \t]*[-\w.]+/.test(each));
      if (at < 0 || refused(bytes)) return undefined;
      const isUtf8 = firstBrokenLine(bytes) === undefined;
      const hasMark = / with BOM/.test(message);
      return {
        place: { file, line: at + 1 },
        seen: `Line ${at + 1} of ${file} tells the encoding of the file as "${
          /coding[:=][ \t]*([-\w.]+)/.exec(lines[at]!)?.[1] ?? named ?? codec
        }"${
          hasMark
            ? ", and the file begins with the mark of UTF-8 (BOM)"
            : codec
            ? ", and the file holds letters that this has not"
            : ", and Python knows no such encoding"
        }`,
        mend: isUtf8
          ? `Remove line ${
            at + 1
          }: the file is UTF-8, which Python takes without a word`
          : `Write there what the file is, mostly \`# -*- coding: cp1252 -*-\` for one from Windows; or save the file as UTF-8 and remove line ${
            at + 1
          }`,
      };
    }),
    examples: [
      {
        raised: "SyntaxError: unknown encoding: utf-9",
        facts: { filename: "APP/app.py" },
        files: { "APP/app.py": "# -*- coding: utf-9 -*-\nx = 1\n" },
        says:
          'Line 1 of APP/app.py tells the encoding of the file as "utf-9", and Python knows no such encoding',
        mend: "Remove line 1",
      },
      {
        raised: "SyntaxError: encoding problem: iso-8859-1 with BOM",
        facts: { filename: "APP/app.py" },
        files: { "APP/app.py": "\ufeff# coding: latin-1\nx = 1\n" },
        says: "the mark of UTF-8 (BOM)",
      },
      {
        raised:
          "SyntaxError: 'ascii' codec can't decode byte 0xc3 in position 27: ordinal not in range(128)",
        facts: { filename: "APP/app.py" },
        files: { "APP/app.py": "#!/usr/bin/python\n# coding: ascii\nx='é'\n" },
        says: "letters that this has not",
        mend: "Remove line 2",
      },
    ],
  },
  {
    // Python 3.11 and older do not say which file it was.
    name: "source-null-bytes",
    code: "source-encoding",
    when: { type: "ValueError", message: NULL_BYTES },
    claim: ({ raised, place }, scene) => {
      const file = raised.filename ??
        (place ? undefined : scene.site.config?.wsgi?.module);
      if (file?.startsWith("/")) {
        return { place: { file }, ...wrongEncoding(file, undefined, scene) };
      }
      return place && {
        says: "A file that is imported here is not text: it holds NUL bytes",
        mend: "Save the file as UTF-8, or restore it from a backup",
      };
    },
    examples: ["ValueError: source code string cannot contain null bytes"],
  },
  {
    name: "source-merge-markers",
    code: "source-merge-markers",
    over: "source-syntax source-for-python-2 source-of-later-python",
    when: { type: SYNTAX },
    claim: inOwnFile((file, _, { raised }, scene) =>
      /^(?:<{7}|={7}|>{7}|\|{7})/.test(
          lineOf({ file, line: raised.line }, scene),
        )
        ? {
          seen: `A git merge left its markers in ${file}`,
          mend:
            "Keep the right lines, and remove those that begin with <<<<<<<, ======= and >>>>>>>",
        }
        : undefined
    ),
    examples: [{
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "APP/a.py", line: 2 },
      files: { "APP/a.py": "x = 1\n<<<<<<< HEAD\n" },
      says: "APP/a.py",
      mend: "<<<<<<<",
    }],
  },
  {
    name: "source-for-python-2",
    code: "code-for-python-2",
    over: "source-syntax",
    when: { type: SYNTAX },
    claim: inOwnFile((file, message, { raised }, scene) => {
      const line = lineOf({ file, line: raised.line }, scene);
      return (PYTHON_2_MESSAGE.test(message) || PYTHON_2_LINE.test(line)) &&
          !SEVERAL_EXCEPTIONS.test(line)
        ? {
          says: `${file} is written for Python 2: ${message}`,
          mend:
            "Use a version of the code for Python 3, or convert it with the tool 2to3",
        }
        : undefined;
    }),
    not: [{
      raised: "SyntaxError: multiple exception types must be parenthesized",
      facts: { filename: "APP/app.py", line: 3 },
      files: {
        "APP/app.py": "try:\n  pass\nexcept KeyError, ValueError:\n  pass\n",
      },
    }, {
      raised:
        "SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
      facts: { filename: "APP/app.py", line: 1 },
      files: { "APP/app.py": "day = date(2024, 01, 02)\n" },
    }, {
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "APP/app.py", line: 1 },
      files: { "APP/app.py": "raise ValueError(a, 'x'\n" },
    }],
    examples: [{
      raised:
        "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
      facts: { filename: "APP/app.py", line: 1 },
      says: "Python 2",
    }, {
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "APP/app.py", line: 1 },
      files: { "APP/app.py": "raise ValueError, 'x'\n" },
    }],
  },
  {
    name: "source-of-later-python",
    code: "code-needs-later-python",
    over: "source-syntax",
    when: { type: SYNTAX },
    claim: inOwnFile((file, _, { raised }, scene) => {
      const { version } = scene;
      const line = lineOf({ file, line: raised.line }, scene);
      const newer = version &&
        NEWER_SYNTAX.find((each) =>
          each.since > version[1] && each.line.test(line)
        );
      return newer && {
        seen:
          `${file} uses \`${newer.what}\`, which Python knows from 3.${newer.since} on; this is Python ${
            version.join(".")
          }`,
        mend: laterPython(newer.since),
      };
    }),
    examples: [{
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "APP/a.py", line: 1 },
      files: { "APP/a.py": "match command:\n" },
      failure: { python: "3.9.2" },
      says: "`match`, which Python knows from 3.10 on; this is Python 3.9",
      mend: "Python 3.10",
    }, {
      raised: "SyntaxError: f-string: unmatched '['",
      facts: { filename: "APP/a.py", line: 1 },
      files: { "APP/a.py": 'x = f"the {shop["name"]} is open"\n' },
      says: "from 3.12 on",
    }],
    not: [{
      raised: "SyntaxError: f-string: expecting '}'",
      facts: { filename: "APP/a.py", line: 1 },
      files: { "APP/a.py": 'x = f"the {shop is " + "open"\n' },
    }],
  },
  {
    name: "source-syntax",
    code: "source-syntax",
    when: { type: SYNTAX },
    claim: inOwnFile((file, message, { raised, kind }, scene) => {
      const { line } = raised;
      const remedy = findPasted({ file, line, message }, scene.host) ??
        remedyFor({ kind, message, line: lineOf({ file, line }, scene) });
      return {
        says: `Python cannot read ${file}${
          line ? `, line ${line}` : ""
        }: ${kind}: ${
          remedy?.what
            ? /^invalid syntax$/.test(message)
              ? remedy.what
              : `${message}: ${remedy.what}`
            : message
        }`,
        mend: remedy?.advice ??
          `Correct the line, or the one before it, where a bracket or a text may be open; then look again: \`${
            shellCommand(scene.python, "-m", "py_compile", file)
          }\``,
      };
    }),
    examples: [
      {
        raised: "SyntaxError: invalid syntax",
        facts: { filename: "APP/views.py", line: 7 },
        files: { "APP/views.py": "x" },
        says: "APP/views.py, line 7",
        mend: "-m py_compile APP/views.py",
      },
      {
        raised: "TabError: inconsistent use of tabs and spaces in indentation",
        facts: { filename: "APP/app.py", line: 1 },
        mend: "tabs only",
      },
      {
        raised: "SyntaxError: invalid syntax",
        facts: { filename: "APP/app.py", line: 2 },
        files: { "APP/app.py": "import os\n%matplotlib inline\n" },
        says: "the line is a command of a notebook",
        mend: "Remove the lines that begin with % or !",
      },
      {
        raised:
          "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 2-3: truncated \\UXXXXXXXX escape",
        facts: { filename: "APP/app.py", line: 1 },
        files: { "APP/app.py": 'path = "C:\\Users\\ann"\n' },
        says: "there is a path of Windows in it",
        mend: "Write a path of this machine in its place",
      },
      {
        raised: "SyntaxError: invalid decimal literal",
        facts: { filename: "APP/app.py", line: 1 },
        files: { "APP/app.py": "x = 1\u200b\n" },
        says: "a zero-width space (U+200B)",
        mend: "LC_ALL=C grep -nP '\\xE2\\x80\\x8B' APP/app.py",
      },
      {
        raised: "SyntaxError: multiple exception types must be parenthesized",
        facts: { filename: "APP/app.py", line: 3 },
        files: {
          "APP/app.py": "try:\n  pass\nexcept KeyError, ValueError:\n  pass\n",
        },
        says: "only Python 3.14 and later",
        mend: "except (ValueError, TypeError):",
      },
    ],
  },
  {
    name: "bytecode-of-other-python",
    code: "package-binary-mismatch",
    over: "unpickle-version",
    when: {
      type: "ImportError",
      message: /^bad magic number in '([\w.]+)'/,
    },
    claim: ({ groups: [module] }) => ({
      says:
        `Of the module "${module}" there is only bytecode (.pyc) of another version of Python, and no source`,
      mend:
        "Copy its source (.py) to this machine, or have it made for this Python; remove left-over .pyc files that lie beside the sources",
    }),
    examples: [
      "ImportError: bad magic number in 'helper': b'\\x03\\xf3\\r\\n'",
    ],
  },
  {
    name: "bytecode-damaged",
    code: "package-binary-mismatch",
    over: "unpickle-version",
    when: {
      type: "ValueError EOFError TypeError",
      message:
        /^(?:bad marshal data|marshal data too short|EOF read where (?:object|not) expected)/,
    },
    claim: ({ own, raised }, scene) => {
      // The same words are told of data that a program has written itself.
      const line = lineOf(raised.frames.at(-1), scene);
      return /\b(?:loads?|Unpickler|read_pickle|load_model)\s*\(/.test(line)
        ? undefined
        : {
          says:
            "Compiled code (.pyc) that Python reads there is damaged, cut off, or of another Python",
          probably: "an upload or a full disk has cut it",
          mend: `Remove the folder __pycache__ beside the module that ${
            own ? `line ${own.line} of ${own.file} imports` : "is imported"
          }: Python makes it anew; where there is only the .pyc file, copy the source (.py) here`,
        };
    },
    examples: [
      {
        raised: "ValueError: bad marshal data (unknown type code)",
        mend: "__pycache__ beside the module that line 3 of APP/app.py",
      },
      "EOFError: marshal data too short",
    ],
    not: [{
      raised: "ValueError: bad marshal data (unknown type code)",
      files: { "APP/app.py": "\n\nmodel = dill.load(file)\n" },
    }],
  },
  {
    name: "use-of-later-python",
    code: "code-needs-later-python",
    over: "none-from-variable",
    when: { type: "TypeError AttributeError ValueError" } satisfies When,
    claim: ({ raised, text }, scene) => {
      const { version } = scene;
      const frame = raised.frames.at(-1);
      const use = NEWER_USES.find((each) =>
        version && version[1] < each.since && each.message.test(text)
      );
      if (!use || !version || !frame) return undefined;
      if (use.line && !use.line.test(lineOf(frame, scene))) return undefined;
      return {
        says:
          `${frame.file}, line ${frame.line}, uses ${use.what}, which Python knows from 3.${use.since} on; this is Python ${
            version.join(".")
          }`,
        mend: laterPython(use.since),
      };
    },
    examples: [
      {
        raised:
          "TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'",
        failure: { python: "3.8.10" },
        says:
          "`X | Y` between types, which Python knows from 3.10 on; this is Python 3.8",
        mend: "Python 3.10 or later",
      },
      {
        raised: "TypeError: 'type' object is not subscriptable",
        files: { "APP/app.py": "\n\ndef f(a: list[int]): pass\n" },
        failure: { python: "3.8.10" },
        says: "`list[int]`",
      },
      {
        raised:
          "TypeError: dataclass() got an unexpected keyword argument 'slots'",
        failure: { python: "3.8.10" },
        says: "`@dataclass`",
      },
    ],
    not: [
      // It knows types so joined; these two are values.
      "TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'",
      {
        raised: "TypeError: unsupported operand type(s) for |: 'str' and 'int'",
        failure: { python: "3.8.10" },
      },
      // A class of the application's own.
      {
        raised: "TypeError: 'type' object is not subscriptable",
        files: { "APP/app.py": '\n\nUser["ann"]\n' },
        failure: { python: "3.8.10" },
      },
    ],
  },
];

function wrongEncoding(
  file: string,
  line: number | undefined,
  scene: Scene,
): Claim {
  const bytes = scene.host.readBytes(file, 1_000_000);
  const [first, second] = refused(bytes) ? [] : bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff);
  const hasNull = !refused(bytes) && bytes.includes(0);
  const isWindows = !refused(bytes) &&
    oldEncodingOf(bytes) === "WINDOWS-1252";
  if (isUtf16) {
    return {
      seen: `${file} is UTF-16 text; Python needs UTF-8`,
      mend: { command: conversionCommand(file, "UTF-16") },
    };
  }
  return hasNull
    ? {
      seen: `${file} is not text: it holds NUL bytes`,
      mend: "Upload the file again, or restore it from a backup",
    }
    : {
      says: `${file} is not UTF-8 text${line ? `, first on line ${line}` : ""}`,
      probably: isWindows
        ? "it is Windows-1252 (cp1252), as editors on Windows write it"
        : "it is Latin-1, as editors on Windows write it",
      mend:
        `Save it as UTF-8 in an editor that shows its letters rightly; or say on its first line what it is, as with \`# -*- coding: ${
          isWindows ? "cp1252" : "latin-1"
        } -*-\``,
    };
}
