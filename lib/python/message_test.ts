import { assertEquals } from "@std/assert";
import { blankQuote, blankSource } from "./message.ts";

Deno.test("blankSource() leaves out what quotes the source", () => {
  const lines = [
    "    ^^^^^ the end of a cut traceback",
    "starting",
    "  an indented line",
    "Traceback (most recent call last):",
    '  File "/site/a.py", line 2, in f',
    '    connect("hunter2")',
    "    ~~~~~~~^^^^^^^^^^^",
    "ValueError: too bad",
    "",
    "The above exception was the direct cause of the following exception:",
    "",
    '  File "/site/a.py", line 3',
    "    def x(:",
    "          ^",
    "SyntaxError: invalid syntax",
    "/site/a.py:3: DeprecationWarning: old",
    '  password = "hunter2"',
    "  | Traceback (most recent call last):",
    '  |   File "/site/a.py", line 2, in f',
    '  |     connect("hunter2")',
    "  | ValueError: too bad",
    '│ ❱ 3 connect("hunter2") │',
    "> /site/a.py(3)<module>()",
    '-> connect("hunter2")',
    "KeyError: 'told anyway'",
    "done",
  ];
  const raised = { type: "KeyError", message: "'told anyway'", frames: [] };
  assertEquals(blankSource(lines, raised), [
    "starting",
    "  an indented line",
    "ValueError: too bad",
    "SyntaxError: invalid syntax",
    "/site/a.py:3: DeprecationWarning: old",
    "  | ValueError: too bad",
    "> /site/a.py(3)<module>()",
    "done",
  ]);
});

Deno.test("blankQuote() takes the line out of a SyntaxError's words", () => {
  const said = "Missing parentheses in call to 'print'";
  assertEquals(
    blankQuote("SyntaxError", `${said}. Did you mean print("hunter2")?`),
    said,
  );
  assertEquals(blankQuote("NameError", `x. Did you mean y?`).length, 18);
});
