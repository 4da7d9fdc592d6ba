import { assertEquals } from "@std/assert";
import { blankException, blankQuote, blankSource } from "./message.ts";

Deno.test("blankException() takes out what an exception says, and its causes", () => {
  const raised = {
    type: "ValueError",
    message: "token abc\nmore",
    frames: [],
    cause: { type: "KeyError", message: "'hunter'", frames: [] },
  };
  assertEquals(
    blankException("raised ValueError: token abc after 'hunter'", raised),
    "raised ValueError after …",
  );
  assertEquals(blankException("as it is", undefined), "as it is");
});

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

Deno.test("blankException() takes out a message that was cut", () => {
  const message = "{'A': 'b', ".repeat(60);
  const raised = { type: "ValueError", message, frames: [] };
  assertEquals(
    blankException(`Raised ValueError: ${message.slice(0, 500)}…`, raised),
    "Raised ValueError",
  );
  assertEquals(
    blankException(`It said "${message.slice(0, 90)}", and ended`, raised),
    'It said "…", and ended',
  );
});
