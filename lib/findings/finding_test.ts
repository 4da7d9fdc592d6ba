import { assert, assertEquals } from "@std/assert";
import {
  finding,
  type FindingFacts,
  findingLine,
  hasErrors,
  messageOfLine,
  runnerInWords,
  sortFindings,
} from "./finding.ts";

const at = (file: string, line?: number): FindingFacts => ({
  message: `in ${file}`,
  place: { file, line },
});

Deno.test("finding() takes the severity from the words of its code", () => {
  assertEquals(finding("config-missing", { message: "gone" }), {
    code: "config-missing",
    severity: "error",
    message: "gone",
  });
  assertEquals(
    finding("setgid-missing", { message: "no setgid" }).severity,
    "advice",
  );
});

Deno.test("finding() spells out what a terminal would obey", () => {
  const found = finding("config-missing", {
    message: "no a\x1b[2Jb\n",
    fix: { text: "See \u202e" },
  });
  assertEquals(found.message, "no a\\x1b[2Jb\\x0a");
  assertEquals(found.fix, { text: "See \\xe2\\x80\\xae" });
});

Deno.test("finding() leaves a command as it is to be pasted", () => {
  const fix = { command: "mv $'a\\x1b' b", safe: false };
  assertEquals(finding("config-missing", { message: "", fix }).fix, fix);
});

Deno.test("sortFindings() puts errors first, then goes by file and line", () => {
  const list = [
    finding("log-large", at("/a")),
    finding("config-type", at("/b", 2)),
    finding("config-type", at("/b", 1)),
    finding("config-missing", at("/a")),
  ];
  assertEquals(
    sortFindings(list).map(({ code, place }) => [code, place!.line]),
    [
      ["config-missing", undefined],
      ["config-type", 1],
      ["config-type", 2],
      ["log-large", undefined],
    ],
  );
});

Deno.test("sortFindings() drops repeats, and keeps the list that it was given", () => {
  const list = [finding("log-large", at("/a")), finding("log-large", at("/a"))];
  assertEquals(sortFindings(list).length, 1);
  assertEquals(list.length, 2);
});

Deno.test("hasErrors() is no for warnings", () => {
  assert(!hasErrors([finding("log-large", at("/a"))]));
  assert(
    hasErrors([
      finding("log-large", at("/a")),
      finding("config-missing", at("/")),
    ]),
  );
});

Deno.test("messageOfLine() leaves out the code and what mends it", () => {
  const place = { file: "/site/app.py", line: 8 };
  const message = "The application raised KeyError: 'a; b'";
  for (
    const fix of [undefined, { text: "Look: there" }, {
      command: "x",
      safe: true,
      by: "root",
    }]
  ) {
    const line = findingLine(
      finding("app-request-failed", { message, place, fix }),
    );
    assertEquals(messageOfLine(line), `/site/app.py:8: ${message}`);
  }
  assertEquals(messageOfLine("of another form"), "of another form");
});

Deno.test("findingLine() is one line with place, words and mend", () => {
  assertEquals(
    findingLine(
      finding("config-type", {
        message: "wrong",
        place: { file: "/c.toml", line: 3, column: 5 },
        fix: { command: "rm x", safe: false, by: "root" },
      }),
    ),
    "error[config-type] /c.toml:3:5: wrong; fix (by root): rm x",
  );
  assertEquals(
    findingLine(finding("config-missing", { message: "gone" })),
    "error[config-missing]: gone",
  );
});

Deno.test("runnerInWords() sends to the administrators for root", () => {
  assert(runnerInWords("root").includes("administrators"));
  assertEquals(runnerInWords("ada"), "Only ada can run this");
});
