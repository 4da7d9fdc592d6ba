/**
 * What is said where no rule knows a failure: whose code raised it, at which
 * line, and what is mostly behind an exception of that class.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Frame, PythonException } from "../python/failure.ts";
import { isLibraryFile } from "../python/failure.ts";
import { ownerInWords, ownerOf, packageOf } from "./installed.ts";
import { classOf, lineOf, outputCommand, type Scene, textOf } from "./scene.ts";

/** What was wanted of a value that is None. */
const NONE_ASKED: Readonly<Record<string, string>> = {
  iterable: " where a loop or an assignment goes through it",
  subscriptable: " where a part of it is taken with `[…]`",
  callable: " where it is called",
};

/** What is mostly behind a class of exceptions, where the line is one's own. */
const BEHIND: readonly {
  type: RegExp;
  message?: RegExp;
  says: (found: readonly string[]) => string;
}[] = [
  {
    type: /^(?:AttributeError|TypeError)$/,
    message:
      /'NoneType' object (?:has no attribute '(\w+)'|is not (iterable|subscriptable|callable)|)/,
    says: ([name = ""]) =>
      `something is None there${
        Object.hasOwn(NONE_ASKED, name)
          ? NONE_ASKED[name]
          : name && ` where \`${name}\` is asked of it`
      }: see what gave it, such as a search that found nothing, a setting that is not set, or a function without \`return\``,
  },
  {
    type: /^TypeError$/,
    message: /^((?:\w+\.)*\w+)\(\) got an unexpected keyword argument '(\w+)'/,
    says: ([called = "", name = ""]) =>
      `\`${called}()\` takes no argument \`${name}\`, as it is installed or written here: leave it out, or see in its definition, or in the notes on its versions, what came in its place`,
  },
  {
    type: /^TypeError$/,
    message: /^((?:\w+\.)*\w+)\(\) takes .*positional arguments? but/,
    says: ([called = ""]) =>
      `\`${called}()\` takes fewer arguments by their place than it gets; later versions of packages often take the rest only by name, as \`name=value\`; in a method of your own, \`self\` may be missing`,
  },
  {
    type: /^TypeError$/,
    message:
      /^((?:\w+\.)*\w+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.*)/,
    says: ([called = "", names = ""]) =>
      `\`${called}()\` needs ${names}, which it is not given there: compare the call with its definition, and with the documentation of the version that is installed`,
  },
  {
    type: /^TypeError$/,
    message: /(?:missing|takes|got an unexpected|got multiple values)/,
    says: () =>
      "what is called takes other arguments than it gets: compare the call with its definition, and with the documentation of the version that is installed",
  },
  {
    type: /^TypeError$/,
    message:
      /not supported between instances of '(?:NoneType' and '\w+|\w+' and 'NoneType)'|unsupported operand type\(s\) for .*'NoneType'/,
    says: () =>
      "one of the two that meet there is None: see what gave it, such as a field of the database that is empty, a setting that is not set, or a function without `return`",
  },
  {
    type: /^TypeError$/,
    message:
      /not "?bytes"?\) to str|can't concat str to bytes|a bytes-like object is required, not 'str'|cannot be converted to 'PyBytes'|must be encoded before hashing|string pattern on a bytes-like|bytes pattern on a string/,
    says: () =>
      'a text and bytes meet there: make a text of the bytes with `.decode("utf-8")`, or bytes of the text with `.encode("utf-8")`',
  },
  {
    type: /^AttributeError$/,
    message: /'([\w.]+)' object has no attribute '(\w+)'/,
    says: ([kind = "", name = ""]) =>
      `what stands there is a ${kind}, and such a one has no \`${name}\`: it may be another object than is meant, or one of another version`,
  },
  {
    type: /^KeyError$/,
    message: /^('(?:\w|[ .-]){1,60}'|\d+)$/,
    says: ([key]) =>
      `there is no ${key} in what is asked: see what that holds, and where it comes from, such as a file, a form or an answer of another server; \`.get(${key})\` gives None in its place`,
  },
  {
    type: /^KeyError$/,
    says: () =>
      "the key is not in what is asked: see what that holds, and where it comes from, such as a file, a form or an answer of another server",
  },
  {
    type: /^IndexError$/,
    says: () =>
      "there are fewer items than are asked for: see where they come from, such as a search that found nothing, an empty file or a line with fewer columns",
  },
  {
    type: /^StopIteration$/,
    says: () =>
      "`next()` found nothing more: write `next(…, None)`, and see what comes where there is nothing",
  },
  {
    type: /^ValueError$/,
    message: /^password cannot be longer than (\d+) bytes/,
    says: ([count = ""]) =>
      `bcrypt reads ${count} bytes of a password at most, and refuses longer ones since 5.0: refuse them in the form, or cut them, \`password.encode()[:${count}]\``,
  },
  {
    type: /^RecursionError$/,
    says: () =>
      "what is called there calls itself, or others that call it again, without an end",
  },
  {
    type: /^UnboundLocalError$/,
    message: /local variable '(\w+)'/,
    says: ([name = ""]) =>
      `\`${name}\` is set somewhere in that function, and so belongs to it alone; on the way that was taken it is read before: set it at the start of the function, or write \`global ${name}\` where the one of the module is meant`,
  },
  {
    type: /^NameError$/,
    message: /free variable '(\w+)'/,
    says: ([name = ""]) =>
      `\`${name}\` belongs to the function around, which gives it a value only later, or only in some cases: give it one above the inner function`,
  },
  {
    type: /^NotImplementedError$/,
    message: /^$|subclass|overr|implement|abstract/i,
    says: () =>
      "what is called is only an outline, which a class of its own is to fill in",
  },
  {
    type: /^TypeError$/,
    message: /^Can't instantiate abstract class (\w+) .*methods? (.*)$/,
    says: ([kind = "", names = ""]) =>
      `the class ${kind} is an outline, or does not define all of one: ${
        names.replaceAll("'", "")
      } is to be defined in it`,
  },
  {
    type: /^ValueError$/,
    message: /^(?:not enough|too many) values to unpack \(expected ([^)]*)\)/,
    says: ([count = ""]) =>
      `more or fewer values come than there are names for them on the left (expected ${count}): see what gives them`,
  },
  {
    type: /^ValueError$/,
    message:
      /^(?:invalid literal for int\(\) with base \d+: |could not convert string to float: |time data |Invalid isoformat string: )('[^']{1,60}')/,
    says: ([value = ""]) =>
      `${value} is what came there, and cannot be read as that: see where it comes from, such as a form, a file or a setting`,
  },
  {
    type: /^ValueError$/,
    message: /^(\S{1,60}) is not a valid (\w+)$/,
    says: ([value = "", kind = ""]) =>
      `${value} is what came there, and ${kind} has no such member: see where it comes from, and what ${kind} lists`,
  },
  {
    type: /^ZeroDivisionError$/,
    says: () =>
      "a number is divided by 0: see what is 0 there, such as the length of an empty list or a field without a value, and leave the division out then",
  },
  {
    type: /^AssertionError$/,
    says: () => "what is asserted there does not hold here",
  },
  {
    type: /^(?:ValueError|TypeError)$/,
    says: () =>
      "a value is another than is expected there: see where it comes from, such as a setting, a variable or a file",
  },
];

/**
 * What to look at, for a failure that no rule knows.
 *
 * @param own The innermost frame of the application's own code
 */
export function adviceFor(
  exception: PythonException | undefined,
  frames: readonly Frame[],
  own: Frame | undefined,
  scene: Scene,
): string {
  const output = outputCommand(scene);
  const shown = `all frames are shown by \`${output}\``;
  const inner = frames.at(-1);
  if (!own) {
    const module = packageOf(inner?.file ?? "");
    return `${
      module ? `It comes from the package "${module}": ` : ""
    }read what it printed: \`${output}\``;
  }
  const at = `line ${own.line} of ${own.file}`;
  const asked = frames.slice(frames.indexOf(own) + 1)
    .find(({ file }) => packageOf(file) !== undefined);
  const top = asked && packageOf(asked.file)!.replace(/\.py$/, "");
  if (top && asked) {
    const owner = ownerInWords(top, scene);
    const who = `the package "${top}"${owner === top ? "" : ` (${owner})`}`;
    const called = exception && calledBack(exception, textOf(own.file, scene));
    if (called) {
      return `${who[0]!.toUpperCase()}${
        who.slice(1)
      }, which ${at} comes to, calls your \`${called}()\` with other arguments than that takes: compare its definition in ${own.file} with what the documentation of ${
        ownerOf(top, scene).name
      } gives to it; \`**kwargs\` at its end takes what later versions add; ${shown}`;
    }
    const isImport = asked.function === "<module>";
    return `It is raised inside ${who}, ${
      isImport ? "while it is imported by" : "which is called by"
    } ${at}: do what it says; ${
      isImport
        ? `else see in the documentation of ${
          ownerOf(top, scene).name
        } which version fits this Python and the other packages`
        : "else look at what that line gives it, such as settings, files and addresses"
    }; ${shown}`;
  }
  const line = lineOf(own, scene);
  // What makes the exception may fail itself.
  const [, made] = /\braise\s+(?:\w+\.)*(\w+)\(/.exec(line) ?? [];
  const isMade = made === undefined || !exception ||
    made === classOf(exception) ||
    !new RegExp(`^(?:\\w+\\.)*(?:${made}\\.)?__init__\\(\\)`)
      .test(exception.message);
  if (isMade && /^\s*(?:[^#"']*:\s*)?(?:raise\b|abort\()/.test(line)) {
    return `The application raises that itself, at ${at}: what is tested above that line does not hold here; ${shown}`;
  }
  const behind = exception && BEHIND.flatMap(({ type, message, says }) => {
    if (!type.test(classOf(exception))) return [];
    const found = message
      ? message.exec(exception.message)
      : [exception.message];
    return found
      ? [says(found.slice(1).filter((each) => each !== undefined))]
      : [];
  })[0];
  const through = inner && inner !== own && isLibraryFile(inner.file)
    ? `, in \`${inner.function}\` of Python's own library`
    : "";
  return behind
    ? `Look at ${at}, where your code met it${through}: ${behind}; ${shown}`
    : `Look at ${at}, where your code met it${through}; ${shown}`;
}

/** A function of the application's own that a package calls in a wrong way. */
function calledBack(
  { message }: PythonException,
  text: string,
): string | undefined {
  const [, name] =
    /^(?:\w+\.)*(\w+)\(\) (?:got an unexpected keyword|takes |missing \d)/
      .exec(message) ?? [];
  return name && new RegExp(`^\\s*(?:async )?def ${name}\\(`, "m").test(text)
    ? name
    : undefined;
}
