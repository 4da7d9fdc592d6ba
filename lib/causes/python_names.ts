/**
 * Names that were asked of Python itself: of another version of it, or of
 * another system.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import {
  bornIn,
  LOST_PYTHON_NAMES,
  SYSTEM_NAMES,
} from "../python/package_names.ts";
import {
  ANY_NAME,
  ASKED,
  askedIn,
  askerInWords,
  askerOf,
  asking,
} from "./asked.ts";
import { ownerOf, packageOf } from "./installed.ts";
import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of names that Python does not have. */
export const pythonNames = (): Rule[] => [
  {
    name: "name-lost-in-python",
    code: "python-module-removed",
    over: ANY_NAME,
    when: [
      ...ASKED,
      {
        type: "AttributeError",
        message: /^()'([\w.]+)' object has no attribute '(\w+)'/,
      },
      {
        type: "TypeError",
        message:
          /^()((?:\w+\.)?\w+\(\)) got an unexpected keyword argument '(loop)'|^As of 3\.10, the \*(loop)\* parameter was removed/,
      },
    ],
    claim: asking(({ name, module }, subject, scene) => {
      const { version } = scene;
      const isLoop = subject.kind === "TypeError";
      const removed = isLoop
        ? LOST_LOOP.test(subject.text) ? { since: 10 } : undefined
        : LOST_PYTHON_NAMES.find((each) =>
          each.module.test(module) && each.name.test(name)
        );
      if (!removed || !version || version[1] < removed.since) return undefined;
      const now = "now" in removed && removed.now !== undefined
        ? name.replace(removed.name, removed.now)
        : undefined;
      const importer = askerOf(subject, module);
      return {
        code: importer ? "package-conflict" : "python-module-removed",
        says: `${
          isLoop
            ? "The argument `loop` is gone from asyncio's functions and classes"
            : `"${name}" is gone from Python's ${
              subject.text.startsWith("'") ? "class" : "module"
            } ${module}`
        } since Python 3.${removed.since}; ${
          askerInWords(subject, module)
        } was written for an older one`,
        mend: importer
          ? `Install a later version of ${
            ownerOf(importer, scene).name
          }, if there is one; else make another virtual environment with a Python before 3.${removed.since}`
          : `${
            now ? `Write \`${now}\` in its place` : "Correct the line"
          }, or make another virtual environment with a Python before 3.${removed.since}`,
      };
    }),
    examples: [{
      raised: "AttributeError: module 'collections' has no attribute 'Mapping'",
      in: "PACKAGES/old/core.py f",
      code: "package-conflict",
      says: "since Python 3.10",
      mend: "later version of old",
    }, {
      raised: "AttributeError: module 'collections' has no attribute 'Mapping'",
      mend: "Write `collections.abc.Mapping` in its place",
    }, {
      raised: "AttributeError: 'Thread' object has no attribute 'isAlive'",
      says: "gone from Python's class Thread since Python 3.9",
      mend: "Write `is_alive` in its place",
    }, {
      raised: "AttributeError: 'ConfigParser' object has no attribute 'readfp'",
      failure: { python: "3.12.1" },
      mend: "`read_file`",
    }, {
      raised:
        "TypeError: As of 3.10, the *loop* parameter was removed from Lock() since it is no longer necessary",
      in: ["PACKAGES/old/core.py f", "PYTHON/asyncio/mixins.py __init__"],
      code: "package-conflict",
      says: 'since Python 3.10; the package "old"',
    }],
    not: [
      "TypeError: start() got an unexpected keyword argument 'loop'",
      {
        raised:
          "AttributeError: module 'collections' has no attribute 'Mapping'",
        failure: { python: "3.9.2" },
      },
      "AttributeError: 'NoneType' object has no attribute 'Mapping'",
    ],
  },
  {
    name: "use-lost-in-python",
    code: "python-module-removed",
    over: "arguments-wrong",
    when: { message: /^/ },
    claim: (subject, scene) => {
      const { version } = scene;
      const { raised, text } = subject;
      const inner = raised.frames.at(-1);
      const lost = LOST_USES.find((each) =>
        each.message.test(text) &&
        (!each.in || each.in.test(`${inner?.file} ${inner?.function}`)) &&
        (!each.line || each.line.test(lineOf(inner, scene)))
      );
      if (!lost || !version || version[1] < lost.since) return undefined;
      const asker = askerOf(subject, "python");
      return {
        code: asker ? "package-conflict" : "python-module-removed",
        says: `${lost.what} since Python 3.${lost.since}; ${
          asker ? `the package "${asker}"` : "the code"
        } was written for an older one`,
        mend: asker
          ? `Install a later version of ${
            ownerOf(asker, scene).name
          }, if there is one; else make another virtual environment with a Python before 3.${lost.since}`
          : lost.mend,
      };
    },
    examples: [{
      raised:
        "TypeError: Population must be a sequence.  For dicts or sets, use sorted(d).",
      in: "PYTHON/random.py sample",
      says: "takes no set since Python 3.11",
      mend: "sorted(",
    }, {
      raised: "ValueError: invalid mode: 'rU'",
      in: "PACKAGES/old/setup.py read",
      code: "package-conflict",
      says: 'the package "old"',
      mend: "later version of old",
    }, {
      raised: "TypeError: 'float' object cannot be interpreted as an integer",
      in: "PYTHON/random.py randrange",
      failure: { python: "3.12.1" },
      mend: "int(",
    }],
    not: [
      "TypeError: 'float' object cannot be interpreted as an integer",
      "TypeError: install() got an unexpected keyword argument 'code'",
      {
        raised: "TypeError: sort() got an unexpected keyword argument 'cmp'",
        files: { "APP/app.py": "def sort(a):\n    pass\nsort(1, cmp=2)\n" },
      },
    ],
  },
  {
    name: "list-only-in-python-2",
    code: "code-for-python-2",
    over: "arguments-wrong",
    when: [
      {
        type: "TypeError",
        message:
          /^'(map|filter|zip|dict_keys|dict_values|dict_items)' object is not subscriptable/,
      },
      {
        type: "TypeError",
        message: /^object of type '(map|filter|zip)' has no len\(\)/,
      },
      {
        type: "AttributeError",
        message:
          /^'(map|filter|zip|dict_keys|dict_values|dict_items)' object has no attribute '(?:sort|append|remove|index|pop|reverse|extend|insert|count)'/,
      },
    ],
    claim: {
      says:
        "`map()`, `filter()`, `zip()` and the `keys()`, `values()` and `items()` of a dict give no list since Python 3, and what stands there is a $1",
      mend:
        "Make a list of it, as `list(map(…))` or `list(shop.keys())`; for a sorted one `sorted(…)`",
    },
    examples: [
      {
        raised: "TypeError: 'dict_keys' object is not subscriptable",
        mend: "list(shop.keys())",
      },
      "AttributeError: 'dict_keys' object has no attribute 'sort'",
      "TypeError: object of type 'map' has no len()",
    ],
    not: ["TypeError: 'int' object is not subscriptable"],
  },
  {
    name: "division-of-python-2",
    code: "code-for-python-2",
    when: {
      type: "TypeError",
      message:
        /^'float' object cannot be interpreted as an integer|^(?:list|tuple|string|slice) indices must be integers.*not float|^slice indices must be integers/,
    },
    claim: ({ raised }, scene) => {
      const frame = raised.frames.at(-1);
      return frame && !isLibraryFile(frame.file) &&
          /[\w)\]]\s*\/\s*[\w(]/.test(
            lineOf(frame, scene).replace(/(["']).*?\1/g, ""),
          )
        ? {
          says:
            "A whole number is needed there, and `/` gives a float since Python 3, also of whole numbers",
          mend: "Write `//` in place of `/`, or `int(…)` around it",
        }
        : undefined;
    },
    examples: [{
      raised: "TypeError: 'float' object cannot be interpreted as an integer",
      files: { "APP/app.py": "\n\nx = range(len(a) / 2)\n" },
      mend: "`//`",
    }],
    not: [{
      raised: "TypeError: 'float' object cannot be interpreted as an integer",
      files: { "APP/app.py": "\n\nx = range(float(a))\n" },
    }],
  },
  {
    name: "name-only-in-python-2",
    code: "code-for-python-2",
    over: `${ANY_NAME} package-damaged package-folder-unreadable`,
    when: [
      ...ASKED,
      {
        type: "AttributeError",
        message:
          /^'()(dict|str|file|function|[\w.]*iterator|generator)' object has no attribute '(\w+)'/,
      },
      {
        type: "AttributeError",
        message: /^(type) object '(\w+)' has no attribute '(\w+)'/,
      },
    ],
    claim: (subject, scene) => {
      const [first, second, third] = subject.groups;
      const isImport = subject.kind === "ImportError";
      const owner = (isImport ? third : second) ?? "";
      const name = (isImport ? first : third) ?? "";
      const names = PYTHON_2_NAMES[owner];
      if (!names?.split(" ").includes(name)) return undefined;
      const asker = packageOf(subject.raised.frames.at(-1)?.file ?? "")
        ?.replace(/\.py$/, "");
      if (asker) {
        return {
          code: "package-conflict",
          says:
            `The package "${asker}" asks ${owner} for "${name}", which was part of Python 2 only`,
          probably: name === "decode"
            ? "it is given a text where it wants bytes, or what gives it is of a later version"
            : undefined,
          mend: `Write a later version of ${
            ownerOf(asker, scene).name
          } into the requirements of the site, if there is one; else another package in its place`,
        };
      }
      return {
        says: `"${name}" of ${owner} was part of Python 2 only`,
        mend: name === "setdefaultencoding"
          ? "Remove that line and the `reload(sys)` before it: the texts of Python 3 are Unicode by themselves, and its files UTF-8 mostly"
          : name === "decode"
          ? "Leave `.decode(…)` out: what is there is a text already, as what jwt.encode() gives since PyJWT 2"
          : "Use a version of the code for Python 3, or convert it with the tool 2to3",
      };
    },
    examples: [
      "ImportError: cannot import name 'izip' from 'itertools' (unknown location)",
      "AttributeError: 'dict' object has no attribute 'iteritems'",
      "AttributeError: module 'string' has no attribute 'letters'",
      "AttributeError: 'str' object has no attribute 'decode'",
      {
        raised: "AttributeError: 'dict' object has no attribute 'iteritems'",
        in: "PACKAGES/old/core.py f",
        code: "package-conflict",
        says: 'The package "old" asks dict for "iteritems"',
        mend: "a later version of old",
      },
    ],
    not: ["AttributeError: 'dict' object has no attribute 'name'"],
  },
  {
    name: "name-of-other-system",
    code: "module-of-other-server",
    over:
      `${ANY_NAME} submodule-not-imported attribute-undefined name-undefined-here`,
    when: [
      ...ASKED,
      {
        type: "NameError",
        message: /^name '(WindowsError)' is not defined/,
      },
      {
        type: "ValueError",
        message:
          /^(creationflags|startupinfo) (?:is|are) only supported on Windows/,
      },
    ],
    claim: (subject) => {
      const [argument] = subject.groups;
      if (subject.kind === "ValueError") {
        return {
          says:
            `The argument ${argument} of subprocess is for Windows alone, where it mostly hides a window, and this is Linux`,
          mend:
            `Leave \`${argument}=…\` out, or give it there alone: \`if sys.platform == "win32":\``,
        };
      }
      const { name, module } = subject.kind === "NameError"
        ? { name: "WindowsError", module: "" }
        : askedIn(subject);
      const system = module === ""
        ? "Windows"
        : SYSTEM_NAMES.find((each) =>
          each.module.test(module) && each.name.test(name)
        )?.system;
      return system && {
        says: `"${name}"${
          module && ` of Python's module ${module}`
        } exists only on ${system}, and this is Linux`,
        mend: name === "WindowsError"
          ? "Write `OSError` in its place, which is the same on Windows"
          : `Leave out what uses it, or let only that system come to it: \`if sys.platform == "${
            system === "Windows" ? "win32" : "darwin"
          }":\``,
      };
    },
    examples: [
      {
        raised: "AttributeError: module 'os' has no attribute 'startfile'",
        says: "only on Windows",
        mend: 'sys.platform == "win32"',
      },
      {
        raised:
          "ImportError: cannot import name 'windll' from 'ctypes' (PYTHON/ctypes/__init__.py)",
        says: '"windll" of Python\'s module ctypes',
      },
      {
        raised:
          "AttributeError: module 'asyncio' has no attribute 'WindowsSelectorEventLoopPolicy'",
        says: "only on Windows",
      },
      {
        raised:
          "ValueError: creationflags is only supported on Windows platforms",
        in: "PYTHON/subprocess.py __init__",
        mend: "Leave `creationflags=…` out",
      },
      {
        raised: "NameError: name 'WindowsError' is not defined",
        mend: "`OSError`",
      },
    ],
    not: ["AttributeError: module 'os' has no attribute 'startfiles'"],
  },
  {
    name: "name-of-later-python",
    code: "code-needs-later-python",
    over: ANY_NAME,
    when: ASKED,
    claim: asking(({ name, module }, _, { version }) => {
      const since = bornIn(`${module}.${name}`);
      if (!since || !version || version[1] >= since) return undefined;
      return {
        says:
          `Python's module ${module} has "${name}" from 3.${since} on, and this is Python ${
            version.join(".")
          }`,
        mend: laterPython(since),
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'UTC' from 'datetime' (PYTHON/datetime.py)",
        failure: { python: "3.8.10" },
        says: 'module datetime has "UTC" from 3.11 on, and this is Python 3.8',
        mend: "Python 3.11 or later",
      },
      {
        raised: "AttributeError: module 'itertools' has no attribute 'batched'",
        in: "PACKAGES/pkg/a.py <module>",
        failure: { python: "3.8.10" },
        says: '"batched" from 3.12 on',
      },
    ],
    // Misspelt in any version.
    not: [{
      raised: "AttributeError: module 'itertools' has no attribute 'batchd'",
      failure: { python: "3.8.10" },
    }],
  },
];

/** What Python took until a version, and refuses since; where it is raised. */
const LOST_USES: readonly {
  message: RegExp;
  in?: RegExp;
  line?: RegExp;
  since: number;
  what: string;
  mend: string;
}[] = [
  {
    message:
      /^sort\(\) got an unexpected keyword argument 'cmp'|^'cmp' is an invalid keyword argument for sort/,
    line: /\.sort\(|\bsorted\(/,
    since: 0,
    what: "`sort()` and `sorted()` have no argument `cmp`",
    mend: "Write `key=functools.cmp_to_key(…)` in its place",
  },
  {
    message: /^Population must be a sequence/,
    in: /\/random\.py /,
    since: 11,
    what: "`random.sample()` takes no set",
    mend: "Write `random.sample(sorted(…), k)`",
  },
  {
    message: /^invalid mode: '[rb]*U[rb]*'/,
    since: 11,
    what: "`open()` has no mode `U`",
    mend: "Leave the `U` out: files that are read as text have it anyway",
  },
  {
    message:
      /^(?:install|translation)\(\) got an unexpected keyword argument 'codeset'/,
    since: 11,
    what: "gettext takes no `codeset`",
    mend: "Leave `codeset=…` out",
  },
  {
    message: /^global flags not at the start of the expression/,
    since: 11,
    what:
      "a regular expression may have flags such as `(?i)` only at its very start",
    mend:
      "Move the flags to the start of the expression, or give them as an argument: `re.IGNORECASE`",
  },
  {
    message:
      /^'float' object cannot be interpreted as an integer|^non-integer arg 1 for randrange/,
    in: /\/random\.py (?:randrange|randint)/,
    since: 12,
    what: "`random.randint()` and `randrange()` take no floats",
    mend: "Write `random.randint(int(…), int(…))`",
  },
];

/** What had an argument `loop` until Python 3.10. */
const LOST_LOOP =
  /^As of 3\.10|^(?:sleep|wait|wait_for|gather|shield|open_connection|start_server|\w*(?:Lock|Queue|Event|Semaphore|Condition)\.__init__)\(\)/;

/** What Python 2 had beyond Python 3, by module or class. */
const PYTHON_2_NAMES: Readonly<Record<string, string>> = {
  dict: "has_key iteritems iterkeys itervalues viewitems viewkeys viewvalues",
  generator: "next",
  itertools: "izip imap ifilter ifilterfalse izip_longest",
  operator: "isCallable sequenceIncludes div",
  os: "getcwdu popen2 popen3",
  str: "decode",
  string: "letters lowercase uppercase maketrans join split replace atoi",
  sys: "maxint setdefaultencoding exc_clear",
  types: "StringType UnicodeType ListType DictType StringTypes ClassType",
  urllib: "urlencode quote unquote quote_plus unquote_plus urlopen urlretrieve",
};

/** What lets code run that was written for a later Python. */
export function laterPython(minor: number): string {
  return `Make another virtual environment with Python 3.${minor} or later, install the requirements of the site into it, and write its interpreter as passenger_python in config.toml`;
}
