import { assertEquals } from "@std/assert";
import { type LogKind, parseLogLine } from "./log.ts";
import {
  findLastStart,
  readFailure,
  readStart,
  writeFailure,
  writeStart,
} from "./log_text.ts";

const line = (kind: LogKind, text: string) =>
  parseLogLine(`2026-11-22T10:00:00.000Z [7] ${kind}: ${text}`)!;

Deno.test("readStart() reads what writeStart() writes", () => {
  const start = { door: "node", plan: "run" };
  assertEquals(readStart(line("start", writeStart(start))), start);
});

Deno.test("readStart() reads no other line", () => {
  const start = writeStart({ door: "wsgi", plan: "error" });
  assertEquals(readStart(line("out", start)), undefined);
  assertEquals(readStart(line("start", "something else")), {
    door: "",
    plan: "",
  });
});

Deno.test("findLastStart() passes over what `serve` has started", () => {
  const start = (door: string) =>
    line("start", writeStart({ door, plan: "run" }));
  const lines = [start("node"), line("ready", "worker 8"), start("serve")];
  assertEquals(findLastStart(lines), 0);
  assertEquals(findLastStart(lines.slice(1)), -1);
});

Deno.test("readFailure() reads what writeFailure() writes", () => {
  for (const codes of [[], ["app-hung"], ["app-hung", "log-large"]]) {
    assertEquals(readFailure(line("failure", writeFailure("1a2b", codes))), {
      incident: "1a2b",
      codes,
    });
  }
});

Deno.test("readFailure() knows what the host says of an incident", () => {
  for (const more of [", the same as incident 3c4d", ": no room", "; none"]) {
    assertEquals(
      readFailure(line("failure", `incident 1a2b app-request-failed${more}`)),
      { incident: "1a2b", codes: ["app-request-failed"] },
    );
  }
});

Deno.test("readFailure() finds no incident where there is none", () => {
  assertEquals(readFailure(line("failure", "of another form")), { codes: [] });
  assertEquals(readFailure(line("err", "incident 1a2b x")), undefined);
});
