import { assertEquals } from "@std/assert";
import { NOW } from "../../tests/worlds/machine.ts";
import { check, codes, MODULE, ROOT } from "../../tests/worlds/site.ts";

/** A log whose last line is of a minute ago; each other one of a second before. */
function log(...lines: string[]): string {
  return lines.map((line, index) => {
    const age = 60_000 + (lines.length - 1 - index) * 1_000;
    return `${new Date(NOW - age).toISOString()} ${line}\n`;
  }).join("");
}

const START = "[7] start: wsgi-shim 0.1.0, door node, plan run";
const READY = "[7] ready: python 3.11.2, worker 4711";
const FAILED = [
  "[7] failure: incident 1a2b3c4d app-request-failed",
  `[7] finding: error[app-request-failed] ${MODULE}:8: The application raised KeyError: 'city'; fix: Look at line 8`,
];

const of = (...lines: string[]) => ({
  files: { [`${ROOT}/log/wsgi-shim.log`]: log(...lines) },
});

Deno.test("checkFailures() tells what has failed since the start", () => {
  const [found] = check(of(START, READY, ...FAILED));
  assertEquals(found?.code, "failed-since-start");
  assertEquals(
    found!.message.replace(/at .*?, incident/, "at TIME, incident"),
    `The application failed at TIME, incident 1a2b3c4d: ${MODULE}:8: The application raised KeyError: 'city'`,
  );
  assertEquals(found!.fix, {
    command: `wsgi-shim logs --incident 1a2b3c4d ${ROOT}`,
    safe: false,
  });
});

Deno.test("checkFailures() names the incident that was explained", () => {
  const [found] = check(
    of(
      START,
      READY,
      ...FAILED,
      "[7] failure: incident 99999999 app-request-failed, the same as incident 1a2b3c4d",
    ),
  );
  assertEquals(/incident 1a2b3c4d: .*KeyError/.test(found!.message), true);
});

Deno.test("checkFailures() is silent about what is over, or was no request", () => {
  assertEquals(codes(of(START, READY)), []);
  assertEquals(codes(of(START, READY, ...FAILED, START, READY)), []);
  // The start itself failed, which the trial meets too.
  assertEquals(codes(of(START, ...FAILED)), []);
  // `serve` shows it to whoever has asked.
  const served = START.replace("node", "serve");
  assertEquals(codes(of(served, READY, ...FAILED)), []);
  // The next start has been asked for, or is to be.
  assertEquals(
    codes({
      files: {
        ...of(START, READY, ...FAILED).files,
        [`${ROOT}/tmp/restart.txt`]: { text: "", modified: NOW - 1_000 },
      },
    }),
    [],
  );
  assertEquals(
    codes({
      files: {
        ...of(START, READY, ...FAILED).files,
        [MODULE]: { text: "app = 1\n", modified: NOW },
      },
    }),
    ["restart-needed"],
  );
});
