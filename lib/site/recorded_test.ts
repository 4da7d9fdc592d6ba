import { assertEquals, assertStringIncludes } from "@std/assert";
import { fillRecorded, readRecorded, readRecordedCommand } from "./recorded.ts";

const PYTHON_FILE = `# comment
COMMAND = []  # @COMMAND@
NODE = ""  # @NODE@
OTHER = ""  # @OTHER@
`;

const SHELL_FILE = `#!/bin/sh
COMMAND='' # @COMMAND@
NODE='' # @NODE@
PYTHON='' # @PYTHON@
`;

const RECORDED = {
  command: ["/opt/it's ours/wsgi-shim", "--flag"],
  node: "/usr/bin/node",
  python: "/site/venv/bin/python",
};

Deno.test("fillRecorded() fills lines of Python with JSON", () => {
  assertEquals(
    fillRecorded(PYTHON_FILE, RECORDED),
    `# comment
COMMAND = ["/opt/it's ours/wsgi-shim","--flag"]  # @COMMAND@
NODE = "/usr/bin/node"  # @NODE@
OTHER = ""  # @OTHER@
`,
  );
});

Deno.test("fillRecorded() fills lines of a shell script with quoted words", () => {
  const text = fillRecorded(SHELL_FILE, RECORDED);
  assertStringIncludes(text, "NODE='/usr/bin/node' # @NODE@\n");
  const script = `${text}eval "set -- $COMMAND"; printf '%s\\n' "$@" "$PYTHON"`;
  const { stdout } = new Deno.Command("/bin/sh", { args: ["-c", script] })
    .outputSync();
  assertEquals(
    new TextDecoder().decode(stdout),
    "/opt/it's ours/wsgi-shim\n--flag\n/site/venv/bin/python\n",
  );
});

Deno.test("fillRecorded() fills a file again", () => {
  const nothing = { command: [], node: "", python: "" };
  for (const text of [PYTHON_FILE, SHELL_FILE]) {
    assertEquals(fillRecorded(fillRecorded(text, RECORDED), nothing), text);
  }
});

Deno.test("readRecordedCommand() reads back what was filled in", () => {
  const text = fillRecorded(PYTHON_FILE, RECORDED);
  assertEquals(readRecordedCommand(text), RECORDED.command);
  assertEquals(readRecordedCommand(PYTHON_FILE), []);
});

Deno.test("readRecordedCommand() gives nothing for another file", () => {
  assertEquals(readRecordedCommand("COMMAND = []\n"), undefined);
  assertEquals(readRecordedCommand("COMMAND = [1]  # @COMMAND@\n"), undefined);
  assertEquals(readRecordedCommand("COMMAND = x  # @COMMAND@\n"), undefined);
});

Deno.test("readRecorded() reads back what was filled into either file", () => {
  const { command, node } = RECORDED;
  const inPython = fillRecorded(PYTHON_FILE, RECORDED);
  assertEquals(readRecorded(inPython), { command, node });
  const odd = { command: ["a b", "it's", "'"], node: "", python: "/it's '\\" };
  for (const recorded of [RECORDED, odd]) {
    assertEquals(readRecorded(fillRecorded(SHELL_FILE, recorded)), recorded);
  }
});

Deno.test("readRecorded() leaves out what it cannot read", () => {
  const file = `#!/bin/sh
COMMAND='a' # @COMMAND@
NODE=$HOME # @NODE@
PYTHON='a'b' # @PYTHON@
`;
  assertEquals(readRecorded(file), {});
  assertEquals(readRecorded("NODE = 1  # @NODE@\n"), {});
});
