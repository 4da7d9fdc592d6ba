import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { leaveOut, whyNoModules } from "../../tests/worlds/left_out.ts";
import {
  CONFIG,
  healthyFiles,
  programs,
  ROOT,
} from "../../tests/worlds/site.ts";
import { PYTHON_VERSION } from "../../tests/worlds/python_version.ts";
import { VERSION } from "../site/version.ts";
import { readEmbedded } from "./embedded.ts";
import { parseInstall, runInstall } from "./install.ts";
import { findWorkers } from "./processes.ts";
import { parseStatus, runStatus } from "./status.ts";

/** Makes a site that shows Hello World, and a log. */
async function makeSite(folder: string): Promise<string> {
  Deno.chmodSync(folder, 0o755);
  const node = `${folder}/node`;
  Deno.writeTextFileSync(node, "#!/bin/sh\necho v20.11.2\n");
  Deno.chmodSync(node, 0o755);
  await new Deno.Command("/usr/bin/python3", {
    args: ["-m", "venv", "--without-pip", `${folder}/venv`],
  }).output();
  const io = createFakeIo({ cwd: folder });
  await runInstall(parseInstall(["www", "--node", node]), {
    ...io,
    embedded: readEmbedded,
  });
  Deno.writeTextFileSync(
    `${folder}/www/log/wsgi-shim.log`,
    `2026-11-22T10:00:00.000Z [7] start: wsgi-shim 0.1.0, door node, plan run
2026-11-22T10:00:01.000Z [7] failure: incident 1a2b3c4d app-exited
2026-11-22T10:00:01.000Z [7] finding: error[app-exited]: The application exits
`,
  );
  return `${folder}/www`;
}

const WITHOUT = leaveOut("the status of a site", whyNoModules(["venv"]));

const NOW = Date.UTC(2026, 10, 22, 13, 0, 0);

Deno.test({
  name: "runStatus() tells of start, failure and versions",
  ignore: WITHOUT,
  fn: () =>
    inTempFolder(async (folder) => {
      const appRoot = await makeSite(folder);
      const io = createFakeIo({ cwd: appRoot, now: () => NOW });
      assertEquals(await runStatus(parseStatus([]), io), 1);
      const rows = io.stdout()
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (UTC|[+-][\d:]+)/g, "TIME")
        .replace(/\n {14}/g, " ").split("\n");
      const row = (name: string) =>
        rows.find((one) => one.startsWith(name))?.slice(14);
      assertEquals(row("Site"), appRoot);
      assertEquals(
        row("Serves"),
        "the error page, unless mended since: the last start failed",
      );
      assertEquals(row("Maintenance"), "off");
      assertEquals(
        row("Last start"),
        "TIME (3 hours ago); failed: incident 1a2b3c4d app-exited",
      );
      assertEquals(
        row("Last failure"),
        "TIME (2 hours ago); incident 1a2b3c4d, error[app-exited]: The " +
          "application exits",
      );
      assertEquals(row("Processes"), "none seen on this machine");
      assertEquals(
        row("Versions"),
        `wsgi-shim ${VERSION}, runtime ${VERSION}, host ${VERSION}, ` +
          `python ${PYTHON_VERSION}, node 20.11.2`,
      );
      assertEquals(rows.at(-2), `Why: wsgi-shim logs ${appRoot}`);
      for (const line of io.stdout().split("\n")) {
        assertEquals(line.length <= 80 || line.includes(folder), true, line);
      }
    }),
});

Deno.test({
  name: "runStatus() tells what is from what was",
  ignore: WITHOUT,
  fn: () =>
    inTempFolder(async (folder) => {
      const appRoot = await makeSite(folder);
      const shown = async () => {
        const io = createFakeIo({ cwd: appRoot, now: () => NOW });
        const code = await runStatus(parseStatus([]), io);
        return `${code}\n${io.stdout()}`;
      };
      const startup = Deno.readTextFileSync(`${appRoot}/app.js`);
      Deno.removeSync(`${appRoot}/app.js`);
      const bad = await shown();
      assertEquals(bad[0], "1");
      assertStringIncludes(
        bad,
        "Serves        nothing; visitors get a page of the web server's own\n",
      );
      assertStringIncludes(bad, `Why: wsgi-shim check ${appRoot}`);
      // What that start had on its page is mended.
      Deno.writeTextFileSync(`${appRoot}/app.js`, startup);
      const log = `${appRoot}/log/wsgi-shim.log`;
      const text = Deno.readTextFileSync(log).replace("plan run", "plan error");
      Deno.writeTextFileSync(log, text);
      const good = await shown();
      assertEquals(good[0], "0");
      assertStringIncludes(good, "Serves        the Hello World page\n");
      assertEquals(good.includes("Why:"), false);
      // What cannot be imported is not served, whatever ran before.
      Deno.mkdirSync(`${folder}/myapp`);
      Deno.writeTextFileSync(
        `${folder}/myapp/app.py`,
        "1 / int(input is None)\n",
      );
      Deno.writeTextFileSync(
        `${appRoot}/config.toml`,
        `[wsgi]\nmodule = "${folder}/myapp/app.py"\n`,
        { append: true },
      );
      const broken = await shown();
      assertEquals(broken[0], "1");
      assertStringIncludes(broken, "Serves        the error page\n");
      const io = createFakeIo({ cwd: appRoot, now: () => NOW });
      assertEquals(await runStatus(parseStatus(["--no-import"]), io), 0);
    }),
});

Deno.test({
  name: "runStatus() has a form for programs",
  ignore: WITHOUT,
  fn: () =>
    inTempFolder(async (folder) => {
      const appRoot = await makeSite(folder);
      Deno.writeTextFileSync(`${appRoot}/tmp/maint.txt`, "closed\n");
      Deno.utimeSync(`${appRoot}/tmp/maint.txt`, NOW / 1000, NOW / 1000);
      const io = createFakeIo({ cwd: appRoot, now: () => NOW });
      await runStatus(parseStatus(["--json"]), io);
      assertEquals(JSON.parse(io.stdout()), {
        version: 1,
        appRoot,
        serves: false,
        plan: "maintenance",
        maintenance: { since: "2026-11-22T13:00:00.000Z", message: "closed" },
        lastStart: {
          time: "2026-11-22T10:00:00.000Z",
          pid: 7,
          plan: "run",
          outcome: "failed",
          text: "incident 1a2b3c4d app-exited",
        },
        lastFailure: {
          time: "2026-11-22T10:00:01.000Z",
          incident: "1a2b3c4d",
          codes: ["app-exited"],
          finding: "error[app-exited]: The application exits",
        },
        processes: [],
        versions: {
          "wsgi-shim": VERSION,
          runtime: VERSION,
          host: VERSION,
          python: PYTHON_VERSION,
          node: "20.11.2",
        },
        unreadable: [],
      });
    }),
});

Deno.test("runStatus() says what it may not see", async () => {
  const show = async (who: string, mode: number, ...argv: string[]) => {
    const host = createFakeHost({
      who,
      files: {
        ...healthyFiles(),
        [`${ROOT}/config.toml`]: { text: CONFIG, mode },
      },
      run: programs(),
    });
    const io = { ...createFakeIo(), host };
    await runStatus(parseStatus([ROOT, ...argv]), io);
    return io.stdout();
  };
  const shown = await show("ann", 0o600);
  for (
    const line of [
      "Serves       unknown: you may not read config.toml\n",
      "Log          cannot be read\n",
    ]
  ) assertEquals(shown.includes(line), true, shown);
  assertEquals(shown.includes("none in the log"), false);
  const { plan, unreadable } = JSON.parse(await show("ann", 0o600, "--json"));
  assertEquals([plan, unreadable], [null, ["config", "log"]]);
  // What its owner cannot read, the web server cannot either.
  assertEquals((await show("jdoe", 0)).includes("the error page\n"), true);
});

Deno.test({
  name: "findWorkers() sees a process by its file",
  ignore: leaveOut(
    "the processes of a site",
    Deno.build.os === "linux" ? undefined : "it needs Linux",
  ),
  fn: () =>
    inTempFolder(async (folder) => {
      const file = `${folder}/it's a worker.py`;
      Deno.writeTextFileSync(file, "read line\n");
      const child = new Deno.Command("/bin/sh", {
        args: [file],
        stdin: "piped",
      }).spawn();
      const { host } = createFakeIo();
      try {
        let found = findWorkers([file], host);
        for (let tries = 0; tries < 100 && found?.length === 0; tries++) {
          await new Promise((resolve) => setTimeout(resolve, 10));
          found = findWorkers([file], host);
        }
        assertEquals(found?.map(({ pid }) => pid), [child.pid]);
        const age = Date.now() - found![0]!.since;
        assertEquals(Math.abs(age) < 10_000, true, String(age));
      } finally {
        await child.stdin.close();
        await child.status;
      }
      assertEquals(findWorkers([file], host), []);
    }),
});
