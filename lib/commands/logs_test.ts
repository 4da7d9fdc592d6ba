import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  createFakeIo,
  type FakeIoOptions,
  inTempFolder,
} from "../../tests/worlds/fake_io.ts";
import { CommandError, UsageError } from "./command.ts";
import { followLog, readLastLines } from "./log_file.ts";
import { type LogsOptions, parseLogs, runLogs } from "./logs.ts";

function numbered(from: number, to: number): string {
  let text = "";
  for (let number = from; number <= to; number++) text += `line ${number}\n`;
  return text;
}

function makeSite(folder: string): string {
  Deno.writeTextFileSync(`${folder}/config.toml`, "");
  Deno.mkdirSync(`${folder}/log`);
  return `${folder}/log/wsgi-shim.log`;
}

Deno.test("parseLogs() reads its options", () => {
  const plain = {
    appRoot: undefined,
    lines: undefined,
    follow: false,
    since: undefined,
    incident: undefined,
    json: false,
  };
  const table: [string[], Partial<LogsOptions>][] = [
    [[], {}],
    [["-n", "5"], { lines: 5 }],
    [["-n5", "-f"], { lines: 5, follow: true }],
    [["--lines=0", "--follow"], { lines: 0, follow: true }],
    [["--since", "10m", "--json"], { since: "10m", json: true }],
    [["--incident", "4f9c21ab"], { incident: "4f9c21ab" }],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(parseLogs(argv), { ...plain, ...wanted });
  }
  for (const bad of ["-1", "x", "1.5", ""]) {
    assertThrows(() => parseLogs([`--lines=${bad}`]), UsageError);
  }
  for (const bad of ["--since=soon", "--incident=4f9c", "--incident="]) {
    assertThrows(() => parseLogs([bad]), UsageError);
  }
  const both = ["--follow", "--incident=4f9c21ab"];
  assertThrows(() => parseLogs(both), UsageError);
});

Deno.test("runLogs() shows the newest lines, across rotations", () =>
  inTempFolder(async (folder) => {
    const log = makeSite(folder);
    Deno.writeTextFileSync(`${log}.2`, numbered(1, 3));
    Deno.writeTextFileSync(`${log}.1`, numbered(4, 6));
    Deno.writeTextFileSync(log, numbered(7, 8) + "not ended");
    async function shown(...argv: string[]) {
      const io = createFakeIo({ cwd: folder });
      assertEquals(await runLogs(parseLogs(argv), io), 0);
      return io.stdout().replaceAll("line ", "").split("\n").join(" ").trim();
    }
    assertEquals(await shown("-n1"), "not ended");
    assertEquals(await shown("-n2"), "8 not ended");
    assertEquals(await shown("-n5"), "5 6 7 8 not ended");
    assertEquals(await shown("-n9"), "1 2 3 4 5 6 7 8 not ended");
    assertEquals(await shown(), "1 2 3 4 5 6 7 8 not ended");
    assertEquals(await shown("-n0"), "");
  }));

Deno.test("runLogs() is calm without a log, and clear without permission", () =>
  inTempFolder(async (folder) => {
    const log = makeSite(folder);
    const io = createFakeIo({ cwd: folder });
    assertEquals(await runLogs(parseLogs([]), io), 0);
    assertEquals(io.stdout(), "");
    assertEquals(io.stderr(), `There is no log yet: ${log}\n`);
    if (Deno.uid() === 0) return;
    Deno.writeTextFileSync(log, "secret\n", { mode: 0o200 });
    await assertRejects(
      () => runLogs(parseLogs([]), createFakeIo({ cwd: folder })),
      CommandError,
      `Cannot read ${log}: permission denied`,
    );
  }));

const LOG = `2026-11-21T10:00:00.000Z [6] start: wsgi-shim 0.1.0, plan run
2026-11-22T10:00:00.000Z [7] start: wsgi-shim 0.1.0, plan run
2026-11-22T10:00:01.000Z [7] out: starting up
2026-11-22T10:00:02.000Z [8] out: of another process
2026-11-22T10:00:02.000Z [7] failure: incident 1a2b3c4d app-exited
2026-11-22T10:00:02.000Z [7] finding: error[app-exited]: The application exits
2026-11-22T10:00:03.000Z [8] err: Incident 4f9c21ab: GET /
2026-11-22T10:00:03.000Z [8] err:   File "app.py", line 5, in app
2026-11-22T10:00:03.000Z [8] failure: incident 4f9c21ab app-request-failed
2026-11-22T10:00:04.000Z [8] finding: error[app-request-failed]: it raised
2026-11-22T10:00:05.000Z [8] out: goes on
anyZ [9] out: no line of ours
`;

async function showLog(
  folder: string,
  argv: string[],
  options: FakeIoOptions = {},
): Promise<string> {
  const io = createFakeIo({
    cwd: folder,
    now: () => Date.UTC(2026, 10, 22, 10, 1, 0),
    ...options,
  });
  assertEquals(await runLogs(parseLogs(argv), io), 0);
  return io.stdout();
}

Deno.test("runLogs() shows what belongs to an incident, or to a time", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(makeSite(folder), LOG);
    const lines = LOG.split("\n").map((line) => `${line}\n`);
    const part = (from: number, to: number) => lines.slice(from, to).join("");
    const start = part(1, 3) + part(4, 6);
    assertEquals(await showLog(folder, ["--incident", "1a2b3c4d"]), start);
    assertEquals(await showLog(folder, ["--incident=4f9c21ab"]), part(6, 10));
    assertEquals(await showLog(folder, ["--since", "57s"]), part(6, 12));
    assertEquals(
      await showLog(folder, ["--since=2026-11-22T10:00:04Z", "-n2"]),
      part(10, 12),
    );
    await assertRejects(
      () => showLog(folder, ["--incident", "00000000"]),
      CommandError,
      "knows of no incident 00000000",
    );
  }));

Deno.test("runLogs() is short in a terminal, and has a form for programs", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(makeSite(folder), LOG);
    const shown = await showLog(folder, ["-n3"], {
      isTerminal: true,
      columns: 40,
    });
    assertEquals(
      shown.replace(/^\d{4}-11-\d\d\n/, "DAY\n")
        .replace(/\d\d:\d\d:(\d\d)/g, "--:--:$1"),
      `DAY
--:--:04 finding
    error[app-request-failed]: it raised
--:--:05 out     goes on
anyZ [9] out: no line of ours
`,
    );
    const json = await showLog(folder, ["-n2", "--json"], { isTerminal: true });
    assertEquals(json.trim().split("\n").map((line) => JSON.parse(line)), [
      {
        time: "2026-11-22T10:00:05.000Z",
        pid: 8,
        kind: "out",
        text: "goes on",
      },
      { text: "anyZ [9] out: no line of ours" },
    ]);
  }));

Deno.test("runLogs() reads nothing but regular files, and spells out the rest", () =>
  inTempFolder(async (folder) => {
    const log = makeSite(folder);
    const secret = `${folder}/secret`;
    Deno.writeTextFileSync(secret, "a secret\n");
    const shown = async () => {
      const io = createFakeIo({ cwd: folder });
      assertEquals(await runLogs(parseLogs([]), io), 0);
      return io.stdout();
    };
    Deno.symlinkSync(secret, log);
    await assertRejects(shown, CommandError, "it is a link");
    Deno.removeSync(log);
    Deno.mkdirSync(log);
    await assertRejects(shown, CommandError, "not a regular file");
    Deno.removeSync(log);
    Deno.writeTextFileSync(log, "a\x1b[2J\u009bb\n");
    for (const make of [["mkfifo"], ["mkdir"], ["ln", "-s", secret]]) {
      const [program, ...args] = [...make, `${log}.1`];
      new Deno.Command(program!, { args }).outputSync();
      assertEquals(await shown(), "a\\x1b[2J\\xc2\\x9bb\n");
      Deno.removeSync(`${log}.1`);
    }
  }));

Deno.test("readLastLines() reads long files from their end", () =>
  inTempFolder(async (folder) => {
    const log = `${folder}/log`;
    Deno.writeTextFileSync(log, numbered(1, 50_000) + "ünï ".repeat(40_000));
    const { lines } = await readLastLines(log, 3);
    assertEquals(lines.slice(0, 2), ["line 49999", "line 50000"]);
    assertEquals(lines[2], "ünï ".repeat(40_000));
  }));

Deno.test("followLog() loses no line to a rotation", () =>
  inTempFolder(async (folder) => {
    const log = `${folder}/log`;
    const shown: string[] = [];
    const controller = new AbortController();
    const following = followLog(log, {
      lines: 2,
      signal: controller.signal,
      show: (line) => void shown.push(line),
      pauseMs: 2,
    });
    const append = (text: string) =>
      Deno.writeTextFileSync(log, text, { append: true });
    async function until(count: number) {
      for (let waited = 0; shown.length < count && waited < 1_000; waited++) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    }
    // It waits for a log that is not there yet.
    await new Promise((resolve) => setTimeout(resolve, 10));
    append(numbered(1, 3));
    await until(3);
    append("line ");
    append("4\n");
    await until(4);
    append(numbered(5, 5));
    Deno.renameSync(log, `${log}.1`);
    append(numbered(6, 6));
    await until(6);
    // Emptied in place, as without backups.
    Deno.truncateSync(log);
    await new Promise((resolve) => setTimeout(resolve, 20));
    append(numbered(7, 7));
    await until(7);
    controller.abort();
    await following;
    assertEquals(shown.join("\n") + "\n", numbered(1, 7));
  }));
