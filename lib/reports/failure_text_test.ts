import { assertEquals } from "@std/assert";
import type { Failure, Frame } from "../python/failure.ts";
import { renderFailure } from "./failure_text.ts";
import { PLAIN } from "./paint.ts";

const APP = "/srv/site/myapp/app.py";
const SOURCE = ["import helper", "def make():", "\traise KeyError(NAME)"];

function render(failure: Partial<Failure>, columns = 80): string {
  return renderFailure(
    {
      failure: { problem: "import-raised", ...failure },
      clean: (text) => text.replaceAll("hunter2", "…"),
    },
    {
      readSource: (file, line) => file === APP ? SOURCE[line - 1] : undefined,
      paint: PLAIN,
      columns,
    },
  );
}

const frame = (line: number, name: string, file = APP): Frame => ({
  file,
  line,
  function: name,
});
const LIBRARY = frame(9, "load", "/usr/lib/python3.11/importlib/__init__.py");

Deno.test("renderFailure() shows the site's own frames with their lines", () => {
  assertEquals(
    render({
      exception: {
        type: "KeyError",
        message: "'hunter2'\nand why",
        frames: [frame(1, "<module>"), LIBRARY, LIBRARY, frame(3, "make")],
        cause: {
          type: "ValueError",
          message: "",
          frames: [frame(7, "gone", "/srv/site/myapp/gone.py")],
        },
      },
      output: ["starting with hunter2", "and why"],
    }),
    `What Python reported
  ${APP}:1 in <module>
    1 | import helper
  … 2 frames of libraries
  ${APP}:3 in make
    3 |     raise KeyError(NAME)
  KeyError: '…'
    and why

Caused by:
  /srv/site/myapp/gone.py:7 in gone
  ValueError

The last lines that it printed
  starting with …`,
  );
});

Deno.test("renderFailure() tells a recursion in a few lines", () => {
  const frames = [frame(1, "<module>"), ...Array(200).fill(frame(3, "make"))];
  const exception = { type: "RecursionError", message: "too deep", frames };
  assertEquals(
    render({ exception }),
    `What Python reported
  ${APP}:1 in <module>
    1 | import helper
  ${APP}:3 in make
    3 |     raise KeyError(NAME)
  … the same 8 more times
  … 171 frames left out
  … the same 20 more times
  RecursionError: too deep`,
  );
});

Deno.test("renderFailure() tells where a process stood, and takes few columns", () => {
  assertEquals(
    render({
      problem: "hung",
      stack: [frame(3, "make")],
      output: ["one two three four five six seven eight nine"],
    }, 24),
    `Where Python stood
  ${APP}:3 in make
    3 |     raise KeyEr…

The last lines that it printed
  one two three four
    five six seven eight
    nine`,
  );
  assertEquals(render({ problem: "exited", status: 3 }), "");
});
