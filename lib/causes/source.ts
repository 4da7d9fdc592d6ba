/**
 * Source files that Python cannot read: what kind of mistake a SyntaxError is.
 *
 * Looks at the line to tell what it is, and never shows it.
 * Runs on Node and Deno.
 *
 * @module
 */

import { findPasted } from "../python/pasted.ts";
import { isLibraryFile, type PythonException } from "../python/failure.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { blankQuote } from "../python/message.ts";
import { shellCommand } from "../text/shell.ts";
import { conversionCommand } from "../text/encoding.ts";
import { packageOf, pip } from "./installed.ts";
import { distributionOf } from "../python/package_names.ts";
import { cause, classOf, laterPython, placeIn, type Scene } from "./scene.ts";

const PYTHON_2_REGEXP =
  /^Missing parentheses in call to '(?:print|exec)'|^(?:multiple exception types|leading zeros in decimal integer)|^invalid token|^except clause/;
const NULL_BYTES_REGEXP = /source code (?:string )?cannot contain null bytes/;
const ENCODING_REGEXP =
  /^\(unicode error\) 'utf-8' codec can't decode|^Non-UTF-8 code starting with|^encoding problem|^'utf-8' codec can't decode/;

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
];

/** Explains a source file that Python cannot read. */
export function explainSource(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const kind = classOf(raised);
  const message = blankQuote(kind, raised.message)
    .replace(/ \([^()]*, line \d+\)$/, "");
  if (kind === "ValueError" && NULL_BYTES_REGEXP.test(message)) {
    return explainNullBytes(raised, scene);
  }
  if (!/^(?:Syntax|Indentation|Tab)Error$/.test(kind)) return undefined;
  const file = raised.filename;
  if (!file?.startsWith("/")) return undefined;
  const place: Place = { file, line: raised.line };
  const owner = packageOf(file);
  if (isLibraryFile(file)) {
    if (!owner) return undefined;
    return cause("package-conflict", {
      message: `The package "${owner}" was not written for Python ${
        scene.version?.join(".") ?? "of this version"
      }, which cannot read it: ${message}`,
      place,
      fix: pip(scene, "--upgrade", distributionOf(owner)),
    });
  }
  if (NULL_BYTES_REGEXP.test(message) || ENCODING_REGEXP.test(message)) {
    return explainEncoding(file, place, scene);
  }
  const line = readLine(file, raised.line, scene);
  if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(line)) {
    return cause("source-merge-markers", {
      message: `A git merge left its markers in ${file}`,
      place,
      fix: {
        text:
          "Keep the right lines, and remove those that begin with <<<<<<<, ======= and >>>>>>>",
      },
    });
  }
  if (PYTHON_2_REGEXP.test(message)) {
    return cause("code-for-python-2", {
      message: `${file} is written for Python 2: ${message}`,
      place,
      fix: {
        text:
          "Use a version of the code for Python 3, or convert it with the tool 2to3",
      },
    });
  }
  const minor = scene.version?.[1];
  const newer = minor === undefined
    ? undefined
    : NEWER_SYNTAX.find((each) => each.since > minor && each.line.test(line));
  if (newer && scene.version) {
    return cause("code-needs-later-python", {
      message:
        `${file} uses \`${newer.what}\`, which Python knows from 3.${newer.since} on; this is Python ${
          scene.version.join(".")
        }`,
      place,
      fix: laterPython(newer.since),
    });
  }
  const pasted = findPasted({ file, line: raised.line, message }, scene.host);
  return cause("source-syntax", {
    message: `Python cannot read ${file}${
      raised.line ? `, line ${raised.line}` : ""
    }: ${kind}: ${pasted?.what ?? message}`,
    place,
    fix: {
      text: pasted
        ? pasted.advice
        : kind === "TabError"
        ? "Indent with blanks only, or with tabs only; an editor can convert them"
        : `Correct the line, or the one before it; then look again: \`${
          shellCommand(scene.python, "-m", "py_compile", file)
        }\``,
    },
  });
}

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
];

/** Explains code for a later Python that this one could read. */
export function explainNewerUse(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (!/^(?:Type|Attribute)Error$/.test(classOf(raised))) return undefined;
  const { version } = scene;
  const { file, line } = raised.frames.at(-1) ?? {};
  const use = NEWER_USES.find((each) =>
    version && version[1] < each.since && each.message.test(raised.message)
  );
  if (!use || !version || !file) return undefined;
  if (use.line && !use.line.test(readLine(file, line, scene))) return undefined;
  return cause("code-needs-later-python", {
    message:
      `${file}, line ${line}, uses ${use.what}, which Python knows from 3.${use.since} on; this is Python ${
        version.join(".")
      }`,
    place: placeIn(raised, scene),
    fix: laterPython(use.since),
  });
}

/** Python 3.11 and older do not say which file it was. */
function explainNullBytes(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { module } = scene.site.config?.wsgi ?? {};
  const file = raised.filename ??
    (placeIn(raised, scene) ? undefined : module);
  if (!file?.startsWith("/")) {
    const place = placeIn(raised, scene);
    return place && cause("source-encoding", {
      message: "A file that is imported here is not text: it holds NUL bytes",
      place,
      fix: { text: "Save the file as UTF-8, or restore it from a backup" },
    });
  }
  return explainEncoding(file, { file }, scene);
}

function explainEncoding(file: string, place: Place, scene: Scene): Finding {
  const bytes = scene.host.readBytes(file, 4_096);
  const [first, second] = refused(bytes) ? [] : bytes;
  const isUtf16 = (first === 0xff && second === 0xfe) ||
    (first === 0xfe && second === 0xff);
  const hasNull = !refused(bytes) && bytes.includes(0);
  const from = isUtf16 ? "UTF-16" : hasNull ? undefined : "LATIN1";
  return cause("source-encoding", {
    message: isUtf16
      ? `${file} is UTF-16 text; Python needs UTF-8`
      : hasNull
      ? `${file} is not text: it holds NUL bytes`
      : `${file} is not UTF-8 text; it is probably Latin-1`,
    place,
    fix: from
      ? { command: conversionCommand(file, from), safe: false }
      : { text: "Upload the file again, or restore it from a backup" },
  });
}

function readLine(
  file: string,
  line: number | undefined,
  { host }: Scene,
): string {
  if (line === undefined) return "";
  const bytes = host.readBytes(file, 1_000_000);
  if (refused(bytes)) return "";
  return new TextDecoder().decode(bytes).split(/\r?\n/)[line - 1] ?? "";
}
