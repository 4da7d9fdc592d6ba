import { assertEquals } from "@std/assert";
import { type CodeFrameOptions, renderCodeFrame } from "./code_frame.ts";

const CONFIG = `[passenger]
user = "jo"
	group = 7

[secret_files]
KEY = "/secret/place"
[environment]
TOKEN = "hunter2hunter2" # a note
LONG = """
hunter3hunter3
a = b
"""
broken hunter4
[wsgi]
threds = "hunter5"
module = "/a/very/long/path/that/does/not/fit/on/a/line/of/eighty/columns/at/all.py"
app =
[unknown]
threads = 1
`;

function frame(options: Partial<CodeFrameOptions> & { line: number }) {
  return renderCodeFrame(CONFIG, { column: 1, hasKey: true, ...options })
    ?.lines;
}

Deno.test("renderCodeFrame() underlines a value", () => {
  assertEquals(frame({ line: 2, column: 8 }), [
    "  |",
    '2 | user = "jo"',
    "  |        ^^^^",
  ]);
});

Deno.test("renderCodeFrame() counts a tab as one column", () => {
  assertEquals(frame({ line: 3, column: 10 }), [
    "  |",
    "3 |  group = 7",
    "  |          ^",
  ]);
});

Deno.test("renderCodeFrame() underlines a header", () => {
  assertEquals(frame({ line: 7 }), [
    "  |",
    "7 | [environment]",
    "  | ^^^^^^^^^^^^^",
  ]);
});

Deno.test("renderCodeFrame() underlines a name that is wrong", () => {
  assertEquals(frame({ line: 8, column: 1 })![2], "  | ^^^^^");
  assertEquals(frame({ line: 2, column: 1 })![2], "  | ^^^^");
});

Deno.test("renderCodeFrame() cuts what does not fit", () => {
  const lines = frame({ line: 16, column: 10 })!;
  for (const line of lines) assertEquals(line.length <= 80, true, line);
  assertEquals(lines[1]!.endsWith("…"), true);
});

Deno.test("renderCodeFrame() blanks values that may be secret", () => {
  assertEquals(frame({ line: 6, column: 7 }), [
    "  |",
    "6 | KEY = •••",
    "  |       ^^^",
  ]);
  assertEquals(frame({ line: 8, column: 9 }), [
    "  |",
    "8 | TOKEN = •••",
    "  |         ^^^",
  ]);
  assertEquals(frame({ line: 8, column: 1 }), [
    "  |",
    "8 | TOKEN = •••",
    "  | ^^^^^",
  ]);
  assertEquals(frame({ line: 15, column: 10 }), [
    "   |",
    "15 | threds = •••",
    "   |          ^^^",
  ]);
  assertEquals(frame({ line: 19, column: 11 })?.[1], "19 | threads = •••");
});

Deno.test("renderCodeFrame() shows nothing of a line in a long secret", () => {
  for (const line of [10, 11, 12, 13]) {
    for (const hasKey of [true, false]) {
      assertEquals(frame({ line, hasKey }), undefined, `${line}`);
    }
  }
});

Deno.test("renderCodeFrame() shows a broken line of a harmless setting", () => {
  assertEquals(frame({ line: 17, column: 6, hasKey: false }), [
    "   |",
    "17 | app =",
    "   |      ^",
  ]);
});

Deno.test("renderCodeFrame() shows nothing where there is no line", () => {
  for (const line of [0, 4, 99]) assertEquals(frame({ line }), undefined);
});
