import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { healthyFiles, PYTHON, ROOT } from "../../tests/worlds/site.ts";
import { readEmbedded } from "../commands/embedded.ts";
import { createHost, type RunResult } from "../machine/host.ts";
import { readSite } from "../site/site.ts";
import {
  ANSWER_MARK,
  FACTS_PROGRAM,
  readPythonFacts,
  reasonOf,
} from "./facts.ts";

/** Asks an interpreter that answers like this, at each call in turn. */
function ask(...answers: Partial<RunResult>[]) {
  const asked: string[][] = [];
  const host = createFakeHost({
    files: healthyFiles(),
    run: (program, args) => {
      asked.push([program, ...args]);
      return answers[asked.length - 1];
    },
  });
  const site = readSite(ROOT, host);
  const answer = readPythonFacts(PYTHON, site, "the program");
  assertEquals(readPythonFacts(PYTHON, site, "the program"), answer);
  return { answer, asked };
}

Deno.test("readPythonFacts() reads the answer behind what else is printed", () => {
  const stdout = `hello\n${ANSWER_MARK}{"version":[3,11,2]}\n`;
  const { answer, asked } = ask({ stdout });
  assert(answer && "facts" in answer);
  assertEquals(answer.facts.version, [3, 11, 2]);
  // Once per site, with the program's text and a question.
  assertEquals(asked.length, 1);
  assert(asked[0]!.includes("the program"));
  assertStringIncludes(asked[0]!.at(-1)!, "/srv/site/myapp");
});

Deno.test("readPythonFacts() tries with the shell's environment as well", () => {
  const { answer, asked } = ask({ status: 1 }, {
    stdout: `${ANSWER_MARK}{"version":[3,9,1]}`,
  });
  assert(answer && "facts" in answer);
  assertEquals(asked.length, 2);
});

Deno.test("readPythonFacts() does not wait twice for what hangs", () => {
  const { answer, asked } = ask({ errno: "ETIMEDOUT" });
  assert(answer && "failed" in answer);
  assertEquals(asked.length, 1);
});

Deno.test("readPythonFacts() runs nothing without a program", () => {
  const site = readSite(ROOT, createFakeHost({ files: healthyFiles() }));
  assertEquals(readPythonFacts(PYTHON, site, undefined), undefined);
});

Deno.test({
  name: "FACTS_PROGRAM answers behind the mark",
  ignore: leaveOut("what Python tells of itself", whyNoProgram("python3")),
  async fn() {
    const text = await readEmbedded(FACTS_PROGRAM);
    const { stdout } = createHost()
      .run("/usr/bin/python3", ["-I", "-c", text, '{"path":[]}']);
    assertStringIncludes(stdout, `\n${ANSWER_MARK}{"version": [3`);
  },
});

Deno.test({
  name: "FACTS_PROGRAM misses no import that may fail",
  ignore: leaveOut("what Python tells of imports", whyNoProgram("python3")),
  fn: () =>
    inTempFolder(async (folder) => {
      const file = `${folder}/app.py`;
      Deno.writeTextFileSync(
        file,
        [
          "from contextlib import suppress",
          "with suppress(ImportError):",
          "    import absent_a",
          "try:",
          "    import absent_b",
          "except ImportError:",
          "    absent_b = None",
          "with app.app_context():",
          "    import absent_c",
          "import absent_d",
          "",
        ].join("\n"),
      );
      const question = JSON.stringify({ target: { file }, path: [folder] });
      const { stdout } = createHost().run("/usr/bin/python3", [
        "-I",
        "-c",
        await readEmbedded(FACTS_PROGRAM),
        question,
      ]);
      const { missing } = JSON.parse(stdout.split(ANSWER_MARK)[1]!) as {
        missing: { name: string }[];
      };
      assertEquals(missing.map(({ name }) => name), ["absent_c", "absent_d"]);
    }),
});

Deno.test("reasonOf() says why an interpreter gave no answer", () => {
  const reason = (run: Partial<RunResult>) =>
    reasonOf({ status: 1, stderr: "", ...run });
  assertEquals(reason({ errno: "EACCES" }), "the system does not permit it");
  assertEquals(
    reason({ signal: "SIGILL", status: undefined }),
    "it was ended by SIGILL",
  );
  assertEquals(
    reason({
      stderr: "x: error while loading shared libraries: libpython3.so: cannot",
    }),
    "the shared library libpython3.so is missing",
  );
  assertEquals(
    reason({ stderr: "a\n  last words \n\n" }),
    "it ended with status 1: last words",
  );
  assertEquals(reason({ status: 0 }), "it does not answer as Python does");
});
