import { assertEquals } from "@std/assert";
import { type Answer, compareAnswers, renderDifferences } from "./answers.ts";

function answer(
  text: string,
  headers: [string, string][] = [],
  status = 200,
): Answer {
  return { status, headers, body: new TextEncoder().encode(text) };
}

/** What differs, in short. */
function differ(first: Answer, second: Answer, after: Answer): string[] {
  return compareAnswers("/", [first, second], after)
    .map(({ what, before, after }) => `${what}: ${before} > ${after}`);
}

Deno.test("compareAnswers() sees status, headers and body", () => {
  const one = answer("a\nb", [["X-A", "1"], ["Set-Cookie", "a=1"]]);
  assertEquals(differ(one, one, one), []);
  assertEquals(differ(one, one, answer("a\nb", [["x-a", "2"]], 404)), [
    "status: 200 > 404",
    "set-cookie: a=1 > (none)",
    "x-a: 1 > 2",
  ]);
  const [first, ...other] = [
    answer("a\nb"),
    answer("a\nc"),
    answer("a"),
    answer("a\nb\nd"),
  ];
  assertEquals(other.map((each) => differ(first!, first!, each)), [
    ["body, line 2: b > c"],
    ["body, line 2: b > (none)"],
    ["body, line 3: (none) > d"],
  ]);
});

Deno.test("compareAnswers() leaves out what varies by itself, and the transport", () => {
  assertEquals(
    differ(
      answer("a\n1", [["X-Time", "1"], ["Date", "x"], ["Connection", "close"]]),
      answer("a\n2", [["X-Time", "2"]]),
      answer("a\n3", [["X-Time", "3"], ["Transfer-Encoding", "chunked"]]),
    ),
    [],
  );
  assertEquals(
    differ(
      answer("a\n1", [["X-Time", "1"]]),
      answer("a\n2", [["X-Time", "2"]]),
      answer("b\n3"),
    ),
    ["x-time: (there) > (none)", "body, line 1: a > b"],
  );
  assertEquals(differ(answer("a"), answer("a\nb"), answer("c")), []);
  assertEquals(
    differ(answer("", [], 200), answer("", [], 302), answer("")),
    [],
  );
});

Deno.test("compareAnswers() takes one page of an exception for another", () => {
  const raised = { error: "LookupError" };
  assertEquals(differ(raised, raised, answer("ours", [], 500)), []);
  assertEquals(differ(raised, raised, answer("well")), ["status: 500 > 200"]);
  assertEquals(
    differ(answer("a", [], 500), answer("a", [], 500), answer("b", [], 500)),
    [],
  );
  assertEquals(differ(answer("a"), answer("a"), raised), ["status: 200 > 500"]);
});

Deno.test("renderDifferences() shows control characters spelt out, and cuts", () => {
  const told = renderDifferences([
    { path: "/", what: "x-a", before: "\x1b[1m", after: "x".repeat(100) },
  ], 80);
  assertEquals(told.includes("\x1b"), false);
  assertEquals(told.split("\n").every((line) => line.length <= 80), true);
});
