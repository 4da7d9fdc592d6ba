/**
 * What mends a line that Python cannot read: by what Python says of it, and by
 * what stands there.
 *
 * Looks at lines to tell what they are, and never shows them.
 * Runs on Node and Deno.
 *
 * @module
 */

/** A line that Python cannot read. */
export interface Unread {
  /** Class of the exception. */
  kind: string;
  /** What Python says. */
  message: string;
  /** The line itself. */
  line: string;
}

/** What is wrong, where Python's own words do not tell, and what mends it. */
export interface Remedy {
  what?: string;
  advice: string;
}

interface Known extends Remedy {
  kind?: RegExp;
  message?: RegExp;
  /** The line without its texts and its comment: `x = ""`. */
  code?: RegExp;
  /** The whole line. */
  line?: RegExp;
}

const KEYWORDS =
  "and|as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|nonlocal|not|or|pass|raise|return|try|while|with|yield|None|True|False";

/** What is looked at of a line. */
export const LONGEST_LINE = 500;

/** The first that fits tells it. */
const KNOWN: readonly Known[] = [
  {
    message: /'unicodeescape' codec can't decode/,
    line: /["'][A-Za-z]:\\|\\\\[\w.-]+\\/,
    what:
      "in a text a backslash begins a sign of its own (such as `\\U`, `\\x` and `\\N`), and there is a path of Windows in it",
    advice:
      'Write a path of this machine in its place, with `/`, such as `Path(__file__).parent / "file.txt"`: folders of Windows (`C:\\`) do not exist here; a text that needs its backslashes gets an r before its quote: `r"…"`',
  },
  {
    message: /'unicodeescape' codec can't decode/,
    what:
      "in a text a backslash begins a sign of its own (such as `\\U`, `\\x` and `\\N`), and what follows one there is none",
    advice:
      'Write an r before the quote (`r"…"`), so that backslashes stand for themselves, or write each of them twice (`\\\\`)',
  },
  {
    message: /^unterminated string literal|^EOL while scanning/,
    line: /\\["'][\s,)\]}]*(?:#.*)?$|\\["']\s*,/,
    what:
      "a backslash before the last quote of a text takes that quote into the text",
    advice:
      'Leave that backslash out, or write it twice (`\\\\"`); folders are written with `/` here, and `r"…"` does not help at the end of a text',
  },
  {
    message: /^unterminated string literal|^EOL while scanning/,
    line: /'[^'"]*\w'\w[^'"]*'?[^'"]*$/,
    what: "a text does not end on its line; there is an apostrophe in it",
    advice:
      "Put the text between double quotes, or write `\\'` for the apostrophe in it",
  },
  {
    message: /^unterminated (?:f-)?string literal|^EOL while scanning/,
    advice:
      'Close the text on the same line with the quote that it begins with; a text of several lines stands between three: `"""…"""`',
  },
  {
    message: /^unterminated triple-quoted|^EOF while scanning triple-quoted/,
    advice:
      'A text that begins with three quotes is never closed: see where it begins, on that line or above, and write the three quotes (`"""`) at its end',
  },
  {
    message: /^unexpected character after line continuation character/,
    line: /\\[ \t]+$/,
    what: "there are blanks behind the backslash at the end of the line",
    advice:
      "Remove the blanks behind the backslash, or put the whole into parentheses and leave the backslash out",
  },
  {
    message: /^unexpected character after line continuation character/,
    advice:
      "A backslash outside of a text may only stand at the very end of a line: put what is a path or a text between quotes, and write folders with `/`; `/` divides as well",
  },
  {
    message: /^leading zeros in decimal integer|^invalid token/,
    code: /(?<![\w.])0\d/,
    what: "a number begins with a zero, which Python 3 does not take",
    advice:
      "Write 1 in place of 01; where the rights of a file are meant, 0o755 in place of 0755",
  },
  {
    message: /^multiple exception types must be parenthesized/,
    code: /^\s*except\s+[\w.]+\s*,\s*[\w.]*[A-Z]/,
    what:
      "of several exceptions in one `except`, only Python 3.14 and later take them without parentheses",
    advice: "Write parentheses around them: `except (ValueError, TypeError):`",
  },
  {
    code: new RegExp(
      `^\\s*(?:from\\s+[\\w.]+-[\\w.-]*\\s+import|import\\s+[\\w.]+-\\w)`,
    ),
    what: "the name of a module has no hyphen",
    advice:
      "Write `_` for the hyphen, as in `import flask_login` for the package flask-login; a file of your own is renamed so",
  },
  {
    code: /^\s*(?:from|import)\s+(?:[\w.]*\.)?\d/,
    what: "the name of a module cannot begin with a digit",
    advice:
      "Rename the file or folder, so that its name begins with a letter, and the imports of it",
  },
  {
    code: new RegExp(
      `^\\s*(?:import\\s+(?:\\w+\\.)*|from\\s+(?:\\.|\\w+\\.)*)(?:${KEYWORDS})(?=[\\s.,;]|$)`,
    ),
    what: "the name of a module is a word of Python's own",
    advice:
      "Rename the file or folder, as to `my_class.py` for `class.py`, and the imports of it",
  },
  {
    code: /(?<![\w"'])[A-Za-z]:\\\w/,
    what: "a path of Windows stands there without quotes",
    advice:
      "Write a path of this machine between quotes, with `/`: folders of Windows (`C:\\`) do not exist here",
  },
  {
    code: /^\s*import\s+[\w.*,\s]+\bfrom\b/,
    what: "the words of the import stand in the order of JavaScript",
    advice: "Write `from MODULE import NAME`",
  },
  {
    code:
      /^\s*(?:from\s+[\w.]+\s+)?import\s+\(?\s*(?:\w+\s*,\s*)*\w+\s+(?!as\b)\w+/,
    what: "a comma is missing between two names",
    advice: "Write commas between the names that are imported",
  },
  {
    code: /^\s*(?:else\s+if|elseif|elsif)\b/,
    what: "`else if` is another language's",
    advice: "Write `elif`",
  },
  {
    code: /^\s*(?:const|let|var)\s+\w+\s*=|^\s*function\s+\w*\s*\(|=>\s*\{/,
    what: "the line is JavaScript",
    advice:
      "Move it into a file of its own for browsers (.js); Python needs no `const`, `let` or `function`",
  },
  {
    code: /\w(?:\+\+|--)\s*;?\s*$/,
    what: "Python has no `++` and no `--`",
    advice: "Write `x += 1` or `x -= 1`",
  },
  {
    code: /&&|\|\||[\s(]!(?!=)\s*\w/,
    what: "`&&`, `||` and `!` are other languages'",
    advice: "Write `and`, `or` and `not`",
  },
  {
    code: /^\s*(?:if|elif|else|for|while|def|class|try|with)\b[^{}:]*\{\s*$/,
    what: "blocks of Python have no braces",
    advice:
      "Write `:` in place of `{`, indent what belongs to the block, and leave `}` out",
  },
  {
    message: /^invalid syntax$/,
    code: /^\s*(?:if|elif|while)\b[^=!<>:([{]*[^=!<>:([{]=(?!=)/,
    what: "`=` stands where something is compared",
    advice: "Write `==` to compare",
  },
  {
    message: /^invalid syntax$/,
    code:
      /^\s*(?:(?:def\s+\w+\([^()]*\)|class\s+\w+(?:\([^()]*\))?|while\s+[^()[\]{}:]+|elif\s+[^()[\]{}:]+|else|try|finally)\s*)$/,
    what: "the colon at the end of the line is missing",
    advice: "Write `:` at the end of the line",
  },
  {
    code: /\basync\s*[=,)]|\.\s*async\b/,
    what:
      "`async` is a word of Python's own since Python 3.7, and is used as a name there",
    advice:
      "Give it another name, as `is_async`; code of a package that does so is too old for this Python: use a later version of it",
  },
  {
    message: /^expected ':'/,
    advice:
      "Write `:` at the end of the line that begins the block (`if`, `for`, `def`, `class`, `with`, `else` …)",
  },
  {
    message: /^'([([{])' was never closed/,
    advice:
      "Close it where its content ends, on that line or on a later one; Python reads on until then",
  },
  {
    message: /^unexpected EOF while parsing/,
    advice:
      "The file ends too early: close the bracket or the text that is open, or write what is missing at its end; an upload may have been cut off",
  },
  {
    message: /^unmatched '|^closing parenthesis/,
    advice:
      "Remove the bracket that is too many, or change it into the one that closes what is open",
  },
  {
    message: /^invalid syntax\. (?:Maybe|Perhaps) .*forg(?:et|ot) a comma/,
    advice: "Write the comma that is missing between the values there",
  },
  {
    message: /Maybe you meant '==' or ':=' instead of '='/,
    advice:
      "Write `==` to compare; `=` gives a name a value and stands on a line of its own",
  },
  {
    message: /^cannot assign to/,
    advice:
      "What stands on the left of `=` cannot be given a value: write `==` to compare, or a name on the left, without calls, quotes and hyphens",
  },
  {
    message: /^'return' outside function|^'yield' outside function/,
    advice:
      "Indent the line, so that it belongs to the function above it; at the top of a file there is nothing to return from",
  },
  {
    message:
      /^'await' outside|^asynchronous .* outside of|^'async \w+' outside/,
    advice:
      "Write `async def` for the function around it; outside of such a function, `asyncio.run(…)` in place of `await`",
  },
  {
    message: /^'(?:break|continue)' (?:outside|not properly in) loop/,
    advice: "Indent the line, so that it belongs to the loop above it",
  },
  {
    message: /^keyword argument repeated/,
    advice: "Leave one of the two arguments of that name out",
  },
  {
    message: /^positional argument follows/,
    advice:
      "Write the arguments without a name first, and those with `name=` after them",
  },
  {
    message:
      /^(?:non-default argument follows|parameter without a default follows)/,
    advice:
      "Put the parameters that have a default (`name=…`) behind those that have none",
  },
  {
    message: /is (?:assigned to|used) before (?:global|nonlocal) declaration/,
    advice:
      "Move the line with `global` or `nonlocal` to the start of the function; at the top of a file it is not needed",
  },
  {
    message: /^from __future__ imports must occur/,
    advice:
      "Move the line with `from __future__` to the very top of the file: only comments and the text that describes the file may stand above it",
  },
  {
    message: /^future feature annotations is not defined/,
    advice: "Use Python 3.7 or later, which knows it",
  },
  {
    message: /^future feature/,
    advice:
      "Leave that name out of the line with `from __future__`: Python has no such feature",
  },
  {
    message: /^f-string expression part cannot include|^f-string: /,
    advice:
      "In the braces of an f-string, before Python 3.12, may stand neither a backslash nor the quote of the text itself: use the other quote in them, as `f\"{shop['name']}\"`, or give the value a name above; a brace that is meant as such is written twice",
  },
  {
    message: /^unindent does not match/,
    advice:
      "Indent the line just as the line that it belongs with, above it; mixed tabs and blanks look alike: an editor shows and converts them",
  },
  {
    message: /^expected an indented block/,
    advice:
      "Indent the lines of the block by four blanks; a block in which there are only comments needs `pass`",
  },
  {
    message: /^unexpected indent/,
    advice:
      "Take the blanks at the start of the line away, or indent it as the lines around it: nothing above begins a block",
  },
  {
    kind: /^TabError$/,
    advice:
      "Indent with blanks only, or with tabs only; an editor can convert them",
  },
];

/** What mends a line; undefined where Python's own words are all there is. */
export function remedyFor({ kind, message, line }: Unread): Remedy | undefined {
  const code = codeOf(line);
  const whole = line.slice(0, LONGEST_LINE);
  const found = KNOWN.find((each) =>
    (each.kind?.test(kind) ?? true) && (each.message?.test(message) ?? true) &&
    (each.code?.test(code) ?? true) && (each.line?.test(whole) ?? true)
  );
  return found && { what: found.what, advice: found.advice };
}

/** A line without what stands between quotes, and without its comment. */
export function codeOf(line: string): string {
  return line.slice(0, LONGEST_LINE)
    .replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
    .replace(/#.*$/, "");
}
