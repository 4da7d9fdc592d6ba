import { assert, assertEquals } from "@std/assert";
import {
  firstLine,
  isLibraryFile,
  type PythonException,
  relatives,
  wholeMessage,
} from "./failure.ts";

const raise = (
  type: string,
  more: Partial<PythonException> = {},
): PythonException => ({ type, message: "", frames: [], ...more });

Deno.test("relatives() gives an exception, its group and its causes", () => {
  const raised = raise("A", {
    group: [raise("B", { cause: raise("C") }), raise("D")],
    cause: raise("E"),
  });
  assertEquals(relatives(raised).map(({ type }) => type), [..."ABCDE"]);
  assertEquals(relatives(undefined), []);
});

Deno.test("isLibraryFile() tells Python's own files from the application's", () => {
  for (
    const file of [
      "/srv/venv/lib/python3.11/site-packages/flask/app.py",
      "/usr/lib/python3/dist-packages/django/apps.py",
      "/usr/lib/python3.12/importlib/__init__.py",
      "/usr/lib/python312.zip/json.py",
      "<frozen importlib._bootstrap>",
    ]
  ) assert(isLibraryFile(file), file);
  for (const file of ["/srv/site/app.py", "/srv/library/python.py"]) {
    assert(!isLibraryFile(file), file);
  }
});

Deno.test("firstLine() goes on where a line only announces the next", () => {
  assertEquals(firstLine("one\ntwo"), "one");
  assertEquals(
    firstLine("\n  ---\n  Cannot do it:\n no room\nmore"),
    "Cannot do it: no room",
  );
  assertEquals(firstLine("announced:"), "announced:");
  assertEquals(firstLine("…"), "");
});

Deno.test("wholeMessage() keeps whole lines of a long message, the last among them", () => {
  const long = [
    "It failed:",
    ...Array(60).fill("while it looked at a row"),
    "in file: NAME.csv",
  ];
  const told = wholeMessage(long.join("\n"));
  assert(told.startsWith("It failed: while it looked at a row "));
  assert(told.endsWith("at a row … in file: NAME.csv"), told);
  assert(told.length < 550);
  assertEquals(wholeMessage("one\n\n  two\n---"), "one two");
  assertEquals(wholeMessage("x".repeat(900)), `${"x".repeat(500)}…`);
  assertEquals(wholeMessage(`first\n${"x".repeat(900)}\nlast`), "first … last");
});
