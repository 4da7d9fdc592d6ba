import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { openLog, parseLogLine, readLogTail } from "./log.ts";

const OPTIONS = { maxBytes: 1_000_000, backups: 3 };

/** A log stays open as long as its process. */
function test(name: string, fn: () => void | Promise<void>) {
  Deno.test({ name, fn, sanitizeResources: false });
}

async function inFolder(act: (folder: string) => void | Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "wsgi-shim-log-" });
  try {
    await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The log and what was rotated. */
function logsIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => name).filter((name) => !name.endsWith(".machines"))
    .sort();
}

function linesIn(folder: string): string[] {
  return logsIn(folder)
    .flatMap((name) =>
      Deno.readTextFileSync(join(folder, name)).trimEnd().split("\n")
    );
}

test("openLog() writes one line for each line of a text", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const log = openLog(file, { ...OPTIONS, pid: 7 });
    log.write("err", "Traceback:\n\n  here\n");
    const lines = Deno.readTextFileSync(file).trimEnd().split("\n");
    assertEquals(lines.length, 3);
    assertMatch(lines[0]!, /^\d{4}-\d\d-\d\dT[\d:.]+Z \[7\] err: Traceback:$/);
    assertMatch(lines[2]!, / err: {3}here$/);
    assertEquals(Deno.statSync(file).mode! & 0o777, 0o640);
    assertEquals(log.trouble(), undefined);
  });
});

test("openLog() keeps control characters from terminals", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    openLog(file, OPTIONS).write("out", "a\x1b[31mb\u202ec\r\nx\rstart: y");
    const text = Deno.readTextFileSync(file);
    // deno-lint-ignore no-control-regex -- they are what is looked for
    assert(!/[\x00-\x09\x0b-\x1f\u202e]/.test(text), text);
    assertEquals(text.split("\n").length, 3);
  });
});

test("openLog() cuts a very long line, and says so", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    openLog(file, OPTIONS).write("out", "x".repeat(1_000_000));
    const text = Deno.readTextFileSync(file);
    assert(text.length < 9_000);
    assert(text.endsWith("x… (992000 more characters)\n"));
  });
});

test("openLog() rotates by size and keeps so many backups", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const log = openLog(file, { maxBytes: 1_000, backups: 2 });
    for (let number = 0; number < 100; number++) {
      log.write("out", `line ${number} ${"x".repeat(100)}`);
    }
    const names = logsIn(folder);
    assertEquals(names, ["x.log", "x.log.1", "x.log.2"]);
    const last = Deno.readTextFileSync(file).trimEnd().split("\n").at(-1)!;
    assert(last.includes("line 99"), last);
    for (const name of names) {
      assert(Deno.statSync(join(folder, name)).size < 1_300);
    }
  });
});

test("openLog() removes what a smaller number of backups does not keep", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/log`;
  const write = (backups: number) => {
    const log = openLog(file, { maxBytes: 100, backups });
    for (let line = 0; line < 20; line++) log.write("out", "x".repeat(60));
  };
  write(5);
  assertEquals(logsIn(folder), [
    "log",
    ...[1, 2, 3, 4, 5].map((n) => `log.${n}`),
  ]);
  write(2);
  assertEquals(logsIn(folder), ["log", "log.1", "log.2"]);
  await Deno.remove(folder, { recursive: true });
});

test("openLog() empties the file where no backups are kept", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const log = openLog(file, { maxBytes: 300, backups: 0 });
    for (let number = 0; number < 20; number++) {
      log.write("out", "x".repeat(50));
    }
    assertEquals(logsIn(folder).length, 1);
    assert(Deno.statSync(file).size < 500);
  });
});

test("openLog() loses no line of several processes", async () => {
  await inFolder(async (folder) => {
    const [processes, each] = [4, 3_000];
    const script = `
      import { openLog } from ${
      JSON.stringify(new URL("./log.ts", import.meta.url).href)
    };
      const log = openLog(${JSON.stringify(join(folder, "x.log"))},
        { maxBytes: 20_000, backups: 1_000 });
      for (let n = 0; n < ${each}; n++) log.write("out", Deno.args[0] + ":" + n);
      if (log.trouble()) throw new Error(log.trouble());
    `;
    const file = join(folder, "writer.ts");
    const outside = await Deno.makeTempDir();
    Deno.writeTextFileSync(join(outside, "writer.ts"), script);
    const children = Array.from(
      { length: processes },
      (_, index) =>
        new Deno.Command(Deno.execPath(), {
          args: ["run", "-A", "--no-check", "--no-config", "--no-lock"].concat(
            join(outside, "writer.ts"),
            String(index),
          ),
        }).output(),
    );
    for (const { success, stderr } of await Promise.all(children)) {
      assert(success, new TextDecoder().decode(stderr));
    }
    await Deno.remove(outside, { recursive: true });
    const seen = new Set(
      linesIn(folder).map((line) => parseLogLine(line)?.text),
    );
    assertEquals(seen.size, processes * each);
    assert([...Deno.readDirSync(folder)].length > 10, file);
  });
});

test("openLog() names the machine where several write to one log", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const on = (machine: string) =>
      openLog(file, { ...OPTIONS, pid: 7, machine });
    const [one, two] = [on("web1.example.org"), on("web 2")];
    one.write("out", "alone");
    two.write("out", "beside");
    one.write("out", "no more alone");
    // As a machine leaves it that goes down at that moment.
    Deno.mkdirSync(`${file}.lock`);
    two.write("out", "all the same");
    Deno.utimeSync(`${file}.lock`, new Date(0), new Date(0));
    one.write("out", "in turn");
    assertEquals(
      linesIn(folder).map(parseLogLine).map((line) =>
        [line?.pid, line?.machine, line?.text].join(" ")
      ),
      [
        "7  alone",
        "7 web_2 beside",
        "7 web1.example.org no more alone",
        "7 web_2 all the same",
        "7 web1.example.org in turn",
      ],
    );
    assertThrows(() => Deno.statSync(`${file}.lock`), Deno.errors.NotFound);
    assertEquals(
      Deno.readTextFileSync(`${file}.machines`),
      "web1.example.org\nweb_2\n",
    );
  });
});

test("openLog() goes on in a new file when the old one was moved", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const log = openLog(file, OPTIONS);
    log.write("out", "one");
    Deno.renameSync(file, `${file}.old`);
    log.write("out", "two");
    assert(Deno.readTextFileSync(file).includes("two"));
  });
});

test("openLog() tells why it cannot write, and stops nothing", async () => {
  await inFolder((folder) => {
    const trouble = (name: string) => {
      const log = openLog(join(folder, name), OPTIONS);
      log.write("out", "x");
      return log.trouble();
    };
    Deno.symlinkSync("/etc/hostname", join(folder, "link"));
    Deno.mkdirSync(join(folder, "folder"));
    assertEquals(trouble("nowhere/x.log"), "ENOENT");
    assertEquals(trouble("link"), "ELOOP");
    assertEquals(trouble("folder"), "EISDIR");
    new Deno.Command("mkfifo", { args: [join(folder, "fifo")] }).outputSync();
    assertEquals(trouble("fifo"), "ENXIO");
    const full = openLog("/dev/full", OPTIONS);
    full.write("out", "x");
    assertEquals(full.trouble(), "EINVAL");
  });
});

test("openLog() writes though it cannot rotate", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    Deno.mkdirSync(`${file}.lock`);
    const log = openLog(file, { maxBytes: 10, backups: 1 });
    for (const text of ["one", "two", "three"]) log.write("out", text);
    assertEquals(linesIn(folder).length, 3);
    assertEquals(log.trouble(), undefined);
  });
});

test("openLog() forgets a trouble that is over", async () => {
  await inFolder((folder) => {
    const log = openLog(join(folder, "later/x.log"), OPTIONS);
    log.write("out", "x");
    assertEquals(log.trouble(), "ENOENT");
    Deno.mkdirSync(join(folder, "later"));
    log.write("out", "y");
    assertEquals(log.trouble(), undefined);
  });
});

test("openLog() takes ten thousand lines at once in little time", async () => {
  await inFolder((folder) => {
    const log = openLog(join(folder, "x.log"), OPTIONS);
    const text = "a line as an application prints it, not too long\n"
      .repeat(10_000);
    const began = performance.now();
    log.write("out", text);
    assert(performance.now() - began < 500);
  });
});

test("parseLogLine() refuses what is no line of the log", () => {
  assertEquals(parseLogLine("anything"), undefined);
  assertEquals(parseLogLine("2026-08-05T14:03:22.000Z [12] death: by: x"), {
    time: Date.UTC(2026, 7, 5, 14, 3, 22),
    pid: 12,
    kind: "death",
    text: "by: x",
  });
});

test("readLogTail() gives the lines of one kind", async () => {
  await inFolder((folder) => {
    const file = join(folder, "x.log");
    const log = openLog(file, OPTIONS);
    log.write("death", "one");
    log.write("out", "x] death: forged".repeat(10));
    log.write("death", "two");
    const texts = readLogTail(file, { kind: "death" }).map(({ text }) => text);
    assertEquals(texts, ["one", "two"]);
    assertEquals(readLogTail(join(folder, "none")), []);
  });
});

test("openLog() makes of texts the lines that the host makes", async () => {
  const vectors = JSON.parse(
    Deno.readTextFileSync(
      new URL("../../tests/host/log_vectors.json", import.meta.url),
    ),
  ) as [text: string, lines: string[]][];
  for (const [text, expected] of vectors) {
    await inFolder((folder) => {
      const file = join(folder, "x.log");
      openLog(file, OPTIONS).write("out", text);
      const lines = Deno.readTextFileSync(file).split("\n").slice(0, -1);
      assertEquals(
        lines.map((line) => line.replace(/^\S+Z \[\d+\] out: /, "")),
        expected,
      );
    });
  }
});
