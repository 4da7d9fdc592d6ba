import { assertEquals } from "@std/assert";
import { type LogLine, parseLogLine } from "./log.ts";
import {
  lastFailure,
  lastFailureSinceStart,
  lastStart,
  linesOfIncident,
  outcomeOf,
} from "./history.ts";

/** Lines of a log, one a second from `10:00:00` on. */
function log(...lines: string[]): LogLine[] {
  return lines.map((line, index) => {
    const second = String(index).padStart(2, "0");
    return parseLogLine(`2026-11-22T10:00:${second}.000Z ${line}`)!;
  });
}

const at = (second: number) => Date.UTC(2026, 10, 22, 10, 0, second);

const START = "[7] start: wsgi-shim 0.1.0, door node, plan run";
const READY = "[7] ready: python 3.11.2, worker 4711";

Deno.test("lastStart() tells what came of a start", () => {
  const table: [LogLine[], string, string][] = [
    [log(START), "starting", "wsgi-shim 0.1.0, door node, plan run"],
    [log(START, READY), "ready", "python 3.11.2, worker 4711"],
    [
      log(START, "[7] failure: incident 1a2b3c4d app-exited"),
      "failed",
      "incident 1a2b3c4d app-exited",
    ],
    [
      log(START, READY, "[7] failure: incident 1a2b3c4d app-request-failed"),
      "ready",
      "python 3.11.2, worker 4711",
    ],
    [
      log(START, READY, "[7] death: worker 4711 was killed by SIGKILL"),
      "ended",
      "worker 4711 was killed by SIGKILL",
    ],
    // The host may be a process of its own.
    [
      log(START, "[9] ready: python 3.11.2, worker 4711"),
      "ready",
      "python 3.11.2, worker 4711",
    ],
    // Its supervisor starts it again.
    [
      log(START, READY, "[7] death: worker 4711 was killed", READY),
      "ready",
      "python 3.11.2, worker 4711",
    ],
    [
      log(START, READY, "[8] start: wsgi-shim 0.1.0, door serve, plan run"),
      "ready",
      "python 3.11.2, worker 4711",
    ],
    [
      log("[7] start: wsgi-shim 0.1.0, door node, plan maintenance"),
      "page",
      "wsgi-shim 0.1.0, door node, plan maintenance",
    ],
    // What another process says is not about this start.
    [
      log(START, "[8] failure: incident 1a2b3c4d x", "[7] out: hello"),
      "starting",
      "wsgi-shim 0.1.0, door node, plan run",
    ],
  ];
  for (const [lines, outcome, text] of table) {
    const { plan, ...told } = lastStart(lines)!;
    assertEquals(told, { time: at(0), pid: 7, outcome, text });
    assertEquals(plan, outcome === "page" ? "maintenance" : "run");
  }
  assertEquals(lastStart([]), undefined);
  assertEquals(lastStart(log(START, READY, START))?.time, at(2));
});

Deno.test("lastFailure() finds incident, codes and words", () => {
  assertEquals(lastFailure(log(START, READY)), undefined);
  assertEquals(
    lastFailure(log(
      START,
      "[7] failure: incident 1a2b3c4d app-exited config-type",
      "[8] finding: error[x]: of another",
      "[7] finding: error[app-exited]: The application exits",
    )),
    {
      time: at(1),
      incident: "1a2b3c4d",
      codes: ["app-exited", "config-type"],
      finding: "error[app-exited]: The application exits",
    },
  );
  assertEquals(
    lastFailure(log("[7] failure: The file shim/runtime.cjs is missing.")),
    {
      time: at(0),
      incident: undefined,
      codes: [],
      finding: "The file shim/runtime.cjs is missing.",
    },
  );
});

Deno.test("outcomeOf() waits for a start after the restart", () => {
  const failure = "[7] failure: incident 1a2b3c4d app-exited";
  const table: [LogLine[], number, string | undefined][] = [
    [[], 0, undefined],
    [log(START, READY), 0, "ready"],
    [log(START, "[9] ready: python 3"), 0, "ready"],
    [log("[9] ready: python 3", START, "[9] ready: python 3"), 1, undefined],
    [log(START, READY), 1, undefined],
    [log(START, READY, START), 1, undefined],
    [log(START, failure), 0, "failure"],
    [log("[6] failure: incident 1a2b3c4d x", START), 0, undefined],
    [log("[7] start: x, plan maintenance"), 0, "start"],
  ];
  for (const [lines, asked, kind] of table) {
    assertEquals(outcomeOf(lines, at(asked))?.kind, kind);
  }
});

Deno.test("linesOfIncident() tells what a host of its own said before a start failed", () => {
  const lines = log(
    "[5] out: of the process before",
    START,
    "[5] out: of the process before",
    "[9] err: Traceback (most recent call last):",
    "[9@web2] err: of another machine, new as well",
    "[7] failure: incident 1a2b3c4d app-import-failed",
    "[7] finding: error[app-import-failed] why",
    "[7] stop: the site starts again",
  );
  assertEquals(
    linesOfIncident(lines, "1a2b3c4d").map(({ text }) => text),
    [
      "wsgi-shim 0.1.0, door node, plan run",
      "Traceback (most recent call last):",
      "incident 1a2b3c4d app-import-failed",
      "error[app-import-failed] why",
    ],
  );
});

Deno.test("lastFailureSinceStart() wants a start that succeeded", () => {
  const failure = "[7] failure: incident 1a2b3c4d app-request-failed";
  assertEquals(lastFailureSinceStart(log(failure)), undefined);
  assertEquals(lastFailureSinceStart(log(START, failure)), undefined);
  assertEquals(
    lastFailureSinceStart(log(START, READY, failure))?.incident,
    "1a2b3c4d",
  );
  // The worker died, and could not be started again.
  assertEquals(
    lastFailureSinceStart(log(START, READY, "[7] death: killed", failure)),
    undefined,
  );
  assertEquals(
    lastFailureSinceStart(
      log(START, READY, failure, "[7] death: killed", READY, "[7] stop: ends"),
    )?.incident,
    "1a2b3c4d",
  );
});
