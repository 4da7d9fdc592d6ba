import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { dirname, join } from "node:path";
import {
  createFakeIo,
  type FakeIoOptions,
  inTempFolder,
  listTree,
} from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyAsRoot } from "../../tests/worlds/left_out.ts";
import { markText } from "../site/marker.ts";
import { isInHost, OWNED_FILES } from "../reports/scaffold.ts";
import { VERSION } from "../site/version.ts";
import { CommandError, UsageError } from "./command.ts";
import { parseCheck, runCheck } from "./check.ts";
import { parseInstall, runInstall } from "./install.ts";
import { parseLogs, runLogs } from "./logs.ts";
import { type MaintOptions, parseMaint, runMaint } from "./maint.ts";
import { parseRestart, runRestart } from "./restart.ts";
import { parseServe, runServe } from "./serve.ts";
import { parseSettings, runSettings } from "./settings.ts";
import { parseStatus, runStatus } from "./status.ts";
import { parseUpgrade, runUpgrade } from "./upgrade.ts";

/** Runs a test on a new site. */
function onSite(test: (appRoot: string) => Promise<void>) {
  return () =>
    inTempFolder(async (folder) => {
      const io = createFakeIo({ cwd: folder });
      await runInstall(parseInstall(["site/www", "--user", "jo"]), io);
      await test(`${folder}/site/www`);
    });
}

async function restart(appRoot: string, options: FakeIoOptions = {}) {
  const io = createFakeIo({ cwd: dirname(appRoot), ...options });
  const code = await runRestart(parseRestart(["www"]), io);
  return { code, out: io.stdout(), err: io.stderr() };
}

async function maint(appRoot: string, ...argv: string[]) {
  const io = createFakeIo({ cwd: appRoot });
  const code = await runMaint(parseMaint(argv), io);
  return { code, out: io.stdout(), err: io.stderr() };
}

async function upgrade(appRoot: string) {
  const io = createFakeIo({ cwd: appRoot });
  const code = await runUpgrade(parseUpgrade([]), io);
  return { code, out: io.stdout(), err: io.stderr() };
}

const NOTICED =
  "Passenger notices on the next request, at most PassengerStatThrottleRate " +
  "seconds\nfrom now (10, if nothing else is set).\n";

Deno.test(
  "runRestart() moves the date by whole seconds",
  onSite(async (appRoot) => {
    const file = `${appRoot}/tmp/restart.txt`;
    const seconds = () => Deno.statSync(file).mtime!.getTime() / 1000;
    const now = 1_800_000_000;
    for (
      const [before, after] of [
        [now - 100, now],
        [now, now + 1],
        [now + 1, now],
        [now + 9_999, now],
      ] as const
    ) {
      Deno.utimeSync(file, before, before);
      assertEquals(await restart(appRoot, { now: () => now * 1000 + 700 }), {
        code: 0,
        out: `Touched ${file}\n`,
        err: NOTICED,
      });
      assertEquals(seconds(), after);
    }
  }),
);

Deno.test(
  "runRestart() creates what is missing, and warns of a shut file",
  onSite(async (appRoot) => {
    Deno.removeSync(`${appRoot}/tmp`, { recursive: true });
    const mask = Deno.umask(0o022);
    await restart(appRoot);
    const tree = listTree(appRoot);
    assertEquals(tree.includes("0755 tmp/"), true);
    assertEquals(tree.includes("0644 tmp/restart.txt"), true);
    Deno.umask(mask);
    Deno.chmodSync(`${appRoot}/tmp/restart.txt`, 0o640);
    assertEquals(
      (await restart(appRoot)).err.startsWith(
        "warning: it has mode 0640, and the web server may not read it: " +
          `chmod a+r ${appRoot}/tmp/restart.txt\n`,
      ),
      true,
    );
  }),
);

Deno.test(
  "runRestart() refuses what is no site, and changes nothing",
  onSite(async (appRoot) => {
    const before = listTree(appRoot);
    const table: [string[], string][] = [
      [[`${appRoot}/log`], "is no app root: it has neither config.toml nor"],
      [[`${appRoot}/config.toml`], "is not a folder; APPROOT is the folder"],
      [["nowhere"], "there is no such folder"],
    ];
    for (const [argv, message] of table) {
      const io = createFakeIo({ cwd: appRoot });
      await assertRejects(
        () => runRestart(parseRestart(argv), io),
        CommandError,
        message,
      );
    }
    const error = await assertRejects(
      () => runRestart(parseRestart([dirname(appRoot)]), createFakeIo()),
      CommandError,
    );
    assertEquals((error as CommandError).advice, [
      `Did you mean the folder ${appRoot}?`,
    ]);
    for (const cwd of [dirname(appRoot), `${appRoot}/log`]) {
      const io = createFakeIo({ cwd });
      await assertRejects(
        () => runRestart(parseRestart([]), io),
        UsageError,
        `Did you mean the folder ${appRoot}?`,
      );
    }
    assertEquals(listTree(appRoot), before);
  }),
);

Deno.test(
  "commands break no word, and no command, in a terminal of any width",
  onSite(async (appRoot) => {
    const words = "We will be back soon, on Monday at eight in the morning";
    for (const columns of [40, 80, 120]) {
      const io = createFakeIo({ cwd: appRoot, columns, isTerminal: true });
      await runMaint(parseMaint(["on", "--message", words]), io);
      await runMaint(parseMaint(["status"]), io);
      await runMaint(parseMaint(["off"]), io);
      await runRestart(parseRestart([]), io);
      await runRestart(
        parseRestart(["--wait", "http://nowhere.invalid/"]),
        io,
      );
      await runLogs(parseLogs([]), io);
      await runStatus(parseStatus(["--no-import"]), io);
      await runCheck(
        parseCheck(["--no-import", "--url", "http://127.0.0.1:1/"]),
        io,
      );
      const long = (io.stdout() + io.stderr()).split("\n").filter((line) =>
        line.length > columns &&
        // What is to be copied stays whole.
        !/wsgi-shim |= fix: |^ *--> |^ *\S+$|^\S+ +\/\S+$/.test(line)
      );
      assertEquals(long, []);
    }
  }),
);

/** Lets a site be run by whoever runs the tests. */
function makeOwn(appRoot: string): void {
  const user = createFakeIo().host.user(Deno.uid()!)!.name;
  const config = `${appRoot}/config.toml`;
  const text = Deno.readTextFileSync(config).replace('"jo"', `"${user}"`);
  Deno.writeTextFileSync(config, text);
}

Deno.test({
  name: "runServe() says what it waits for when it is to end",
  // The log stays open until the program ends.
  sanitizeResources: false,
  fn: onSite(async (appRoot) => {
    makeOwn(appRoot);
    const python = join(dirname(appRoot), "venv/bin/python");
    Deno.mkdirSync(dirname(python), { recursive: true });
    Deno.writeTextFileSync(python, "#!/bin/sh\nexec sleep 2\n");
    Deno.chmodSync(python, 0o755);
    const controller = new AbortController();
    const io = createFakeIo({ signal: controller.signal });
    const served = runServe(parseServe(["--port=0", appRoot]), io);
    const address = /http:\S+/.exec(io.stdout())![0];
    const asked = fetch(address).then(
      (answer) => answer.body?.cancel(),
      () => {},
    );
    setTimeout(() => controller.abort(), 300);
    assertEquals(await served, 0);
    await asked;
    assertStringIncludes(io.stderr(), "Waiting for what still runs; Ctrl-C");
  }),
});

Deno.test(
  "runServe() tells where else it could listen",
  onSite(async (appRoot) => {
    makeOwn(appRoot);
    using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const table: [string[], string, string][] = [
      [
        [`--port=${other.addr.port}`],
        "another program uses the port",
        `Take any free one: wsgi-shim serve --port 0 ${appRoot}`,
      ],
      [
        ["--host=name.invalid"],
        "Cannot listen on name.invalid, port 8000: there is no such name",
        `Take this machine alone: wsgi-shim serve --host 127.0.0.1 ${appRoot}`,
      ],
    ];
    for (const [argv, message, advice] of table) {
      const error = await assertRejects(
        () => runServe(parseServe([...argv, appRoot]), createFakeIo()),
        CommandError,
        message,
      );
      assertEquals((error as CommandError).advice, [advice]);
    }
  }),
);

Deno.test("parseSettings() takes names of hosts", () => {
  assertEquals(parseSettings(["--name=a.b,*.c-d.e", "--tls"]).address, {
    names: ["a.b", "*.c-d.e"],
    isTls: true,
  });
  for (const bad of ["", "a b", "-a.b", "a.b,", "a..b", "${X}", "a;b"]) {
    assertThrows(() => parseSettings([`--name=${bad}`]), UsageError);
  }
});

Deno.test("parseMaint() reads its action", () => {
  const table: [string[], Partial<MaintOptions>][] = [
    [["on"], { action: "on" }],
    [["off", "www"], { action: "off", appRoot: "www" }],
    [["on", "www", "--message=a\nb"], {
      action: "on",
      appRoot: "www",
      message: "a\nb",
    }],
    [["--message", "", "on"], { action: "on", message: "" }],
    [["status"], { action: "status" }],
    [["status", "--json"], { action: "status", json: true }],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(parseMaint(argv), {
      action: "on",
      appRoot: undefined,
      message: undefined,
      json: false,
      ...wanted,
    });
  }
  for (
    const [argv, message] of [
      [[], "maint needs on, off or status"],
      [
        ["offf"],
        "What follows maint must be on, off or status, and is offf; did you " +
        "mean off?",
      ],
      [
        ["of"],
        "What follows maint must be on, off or status, and is of; did you mean off?",
      ],
      [["off", "--message=a"], "maint off takes no --message"],
      [["on", "--json"], "maint on takes no --json"],
      [
        ["on", `--message=${"a".repeat(10_001)}`],
        "--message has 10001 bytes" +
        "; at most 10000 are shown",
      ],
    ] as [string[], string][]
  ) {
    assertEquals(
      assertThrows(() => parseMaint(argv), UsageError).message,
      message,
    );
  }
});

Deno.test(
  "runMaint() closes and opens a site",
  onSite(async (appRoot) => {
    const file = `${appRoot}/tmp/maint.txt`;
    const restarted = () => Deno.statSync(`${appRoot}/tmp/restart.txt`).mtime;
    const again = `Open it again: wsgi-shim maint off ${appRoot}\n`;
    assertEquals(await maint(appRoot, "status"), {
      code: 0,
      out: "Maintenance is off.\n",
      err: "",
    });
    const first = restarted();
    const asJson = async () =>
      JSON.parse((await maint(appRoot, "status", "--json")).out);
    assertEquals(await asJson(), { version: 1, appRoot, maintenance: null });
    assertEquals(await maint(appRoot, "on", "--message", "Back at <noon>."), {
      code: 0,
      out: "Maintenance is on.\n",
      err: NOTICED + again,
    });
    const { maintenance } = await asJson();
    assertEquals(
      [maintenance.message, maintenance.ownPage],
      ["Back at <noon>.", false],
    );
    assertEquals(Deno.readTextFileSync(file), "Back at <noon>.\n");
    const second = restarted();
    assertEquals(second?.getTime() !== first?.getTime(), true);

    const { out } = await maint(appRoot, "on");
    assertEquals(
      /^Maintenance is on already, since .* \(just now\)\.\n$/
        .test(out),
      true,
      out,
    );
    assertEquals(restarted()?.getTime(), second?.getTime());
    assertEquals(
      (await maint(appRoot, "status")).out.replace(/\s+/g, " ")
        .replace(/since .*?\)/, "since …"),
      `Maintenance is on, since …, by ${file}. Visitors read: Back at <noon>. `,
    );
    assertEquals(
      (await maint(appRoot, "on", "--message", "Later")).out,
      "Maintenance stays on, with the new message.\n",
    );
    assertEquals(await maint(appRoot, "off"), {
      code: 0,
      out: "Maintenance is off.\n",
      err: "Visitors get the site again within seconds.\n",
    });
    assertEquals(
      (await maint(appRoot, "off")).out,
      "Maintenance is off already.\n",
    );
  }),
);

Deno.test(
  "runMaint() tells what stands in the place of maint.txt",
  onSite(async (appRoot) => {
    const file = `${appRoot}/tmp/maint.txt`;
    Deno.symlinkSync("nowhere", file);
    for (const action of ["status", "off"]) {
      const { out, err } = await maint(appRoot, action);
      assertEquals(out.startsWith("Maintenance is off"), true, out);
      assertStringIncludes(err.replaceAll("\n", " "), "leads nowhere, so it");
      assertStringIncludes(err, `\`rm ${file}\``);
    }
    Deno.removeSync(file);
    Deno.mkdirSync(`${file}/full`, { recursive: true });
    await assertRejects(
      () => maint(appRoot, "off"),
      CommandError,
      `${file} is a folder that is not empty`,
    );
    Deno.removeSync(`${file}/full`);
    assertEquals((await maint(appRoot, "off")).out, "Maintenance is off.\n");
  }),
);

Deno.test(
  "runMaint() shows visitors no file that a link leads to",
  onSite(async (appRoot) => {
    const secret = `${dirname(appRoot)}/secret`;
    Deno.writeTextFileSync(secret, "a secret\n");
    Deno.symlinkSync(secret, `${appRoot}/tmp/maint.txt`);
    const { out } = await maint(appRoot, "status");
    assertStringIncludes(out, "Maintenance is on");
    assertEquals(out.includes("a secret"), false, out);
    // Its place is taken by a file; what it led to stays.
    await maint(appRoot, "on", "--message", "Back at noon");
    assertStringIncludes((await maint(appRoot, "status")).out, "Back at noon");
    assertEquals(Deno.readTextFileSync(secret), "a secret\n");
  }),
);

Deno.test(
  "runMaint() says when maint.html hides the message",
  onSite(async (appRoot) => {
    Deno.writeTextFileSync(`${appRoot}/maint.html`, "<p>closed");
    const { err } = await maint(appRoot, "on", "--message", "a");
    assertEquals(err.startsWith("warning: maint.html takes the place"), true);
    const { out } = await maint(appRoot, "status");
    assertEquals(out.endsWith("\nVisitors see maint.html.\n"), true, out);
  }),
);

Deno.test({
  name: "changing commands refuse before they change anything",
  ignore: leaveOut("changes that are refused", whyAsRoot()),
  fn: onSite(async (appRoot) => {
    Deno.chmodSync(`${appRoot}/tmp`, 0o555);
    Deno.removeSync(`${appRoot}/app.js`);
    Deno.writeTextFileSync(
      `${appRoot}/shim/host/__main__.py`,
      markText("old\n", "0.0.1", "#"),
    );
    Deno.chmodSync(`${appRoot}/shim/host`, 0o555);
    const before = listTree(appRoot);
    const text = `Cannot change ${appRoot}`;
    await assertRejects(() => maint(appRoot, "on"), CommandError, text);
    // The date of a file of one's own can be set all the same.
    assertEquals((await restart(appRoot)).code, 0);
    await assertRejects(() => upgrade(appRoot), CommandError, text);
    assertEquals(listTree(appRoot), before);
    Deno.chmodSync(`${appRoot}/tmp`, 0o755);
    Deno.removeSync(`${appRoot}/tmp/restart.txt`);
    Deno.chmodSync(`${appRoot}/tmp`, 0o555);
    await assertRejects(() => restart(appRoot), CommandError, text);
  }),
});

Deno.test(
  "runUpgrade() renews what is old or missing, and keeps what was edited",
  onSite(async (appRoot) => {
    const told = (states: Record<string, string>) => {
      const isEdited = Object.keys(states).some(isInHost);
      const all = OWNED_FILES.map(({ path }) => path);
      // The host is one line, unless its files are not alike.
      const paths = isEdited ? all : [
        ...new Set(all.map((path) => isInHost(path) ? "shim/host" : path)),
      ];
      const width = Math.max(...paths.map((path) => path.length));
      return paths.map((path) =>
        `  ${path.padEnd(width)}  ${states[path] ?? `${VERSION}, as it was`}\n`
      ).join("");
    };
    // What a run that was killed has left.
    const draft = `${appRoot}/shim/.python.1a2b3c4d`;
    Deno.writeTextFileSync(draft, "half");
    assertEquals(await upgrade(appRoot), { code: 0, out: told({}), err: "" });
    assertThrows(() => Deno.lstatSync(draft), Deno.errors.NotFound);

    const at = (path: string) => `${appRoot}/${path}`;
    const config = Deno.readTextFileSync(at("config.toml"));
    const good = Deno.readTextFileSync(at("app.js"));
    Deno.writeTextFileSync(at("app.js"), markText("old\n", "0.0.1", "//"));
    Deno.writeTextFileSync(at("shim/runtime.cjs"), "");
    const edited = markText("old\n", "0.0.1", "#") + "mine\n";
    Deno.writeTextFileSync(at("shim/host/__main__.py"), edited);
    const states = {
      "app.js": `${VERSION}, from 0.0.1`,
      "shim/runtime.cjs": `${VERSION}, was missing`,
      "shim/host/__main__.py": "kept: edited, from 0.0.1",
    };
    assertEquals(await upgrade(appRoot), {
      code: 0,
      out: told(states),
      err: `
Renewed 2 files. Let the site use them: wsgi-shim restart ${appRoot}

${appRoot}/shim/host/__main__.py was edited, and is kept.
To get the new one, move yours away, and run this again:
  mv ${appRoot}/shim/host/__main__.py ${appRoot}/shim/host/__main__.py.old
`,
    });
    assertEquals(Deno.readTextFileSync(at("app.js")), good);
    assertEquals(Deno.readTextFileSync(at("shim/host/__main__.py")), edited);
    assertEquals(Deno.readTextFileSync(at("config.toml")), config);
    assertEquals(
      listTree(appRoot).some((one) => /\/\.|^\S+ \./.test(one)),
      false,
    );
  }),
);

Deno.test("runUpgrade() keeps what was recorded when config.toml is broken", () =>
  inTempFolder(async (folder) => {
    const text = "#!/bin/sh\nNODE='' # @NODE@\nPYTHON='' # @PYTHON@\n";
    const createIo = (cwd: string) => ({
      ...createFakeIo({ cwd }),
      embedded: () => Promise.resolve(text),
    });
    const python = `${folder}/it's/bin/python`;
    const argv = ["www", "--user=jo", "--node=/my/node", `--python=${python}`];
    await runInstall(parseInstall(argv), createIo(folder));
    const appRoot = `${folder}/www`;
    const config = `${appRoot}/config.toml`;
    const good = Deno.readTextFileSync(config);
    const recorded = () => Deno.readTextFileSync(`${appRoot}/shim/python`);
    const before = recorded();
    assertStringIncludes(before, "NODE='/my/node' #");
    for (
      const broken of [
        `${good}bad = =\n`,
        good.replace('"/my/node"', "1").replace(/^passenger_python.*$/m, ""),
        undefined,
      ]
    ) {
      if (broken === undefined) Deno.removeSync(config);
      else Deno.writeTextFileSync(config, broken);
      const io = createIo(appRoot);
      await runUpgrade(parseUpgrade([]), io);
      assertEquals(recorded(), before);
      assertEquals(io.stderr(), "");
    }
    // A setting that was taken out is gone.
    Deno.writeTextFileSync(config, good.replace(/^passenger_nodejs.*$/m, ""));
    await runUpgrade(parseUpgrade([]), createIo(appRoot));
    assertStringIncludes(recorded(), "NODE='' #");
    // There is nothing to be kept, and no Python is named.
    Deno.writeTextFileSync(config, "[");
    Deno.removeSync(`${appRoot}/shim`, { recursive: true });
    Deno.removeSync(`${appRoot}/passenger_wsgi.py`);
    const io = createIo(appRoot);
    await runUpgrade(parseUpgrade([]), io);
    assertStringIncludes(io.stderr(), "config.toml cannot be read, so the");
  }));

Deno.test(
  "runUpgrade() refuses files of a newer version",
  onSite(async (appRoot) => {
    Deno.writeTextFileSync(
      `${appRoot}/shim/host/__main__.py`,
      markText("new\n", "99.0.0", "#"),
    );
    Deno.removeSync(`${appRoot}/app.js`);
    await assertRejects(
      () => upgrade(appRoot),
      CommandError,
      `is of wsgi-shim 99.0.0, which is newer than this one, ${VERSION}; ` +
        "nothing was changed",
    );
    assertEquals(listTree(appRoot).includes("0644 app.js"), false);
  }),
);

Deno.test(
  "runSettings() tells one path, also through a link",
  onSite(async (appRoot) => {
    const link = `${dirname(appRoot)}/link`;
    Deno.symlinkSync("www", link);
    const io = createFakeIo({ cwd: link });
    await runSettings(parseSettings(["--format=json"]), io);
    const settings = JSON.parse(io.stdout());
    assertEquals(settings.passenger_app_root, appRoot);
    assertEquals(settings.document_root, `${appRoot}/public`);
    assertEquals(settings.passenger_restart_dir, `${appRoot}/tmp`);
  }),
);

Deno.test(
  "runSettings() says what config.toml lacks",
  onSite(async (appRoot) => {
    const file = `${appRoot}/config.toml`;
    Deno.writeTextFileSync(file, '[passenger]\nuser = "jo"\n');
    const io = createFakeIo({ cwd: appRoot });
    const run = async () => void await runSettings(parseSettings([]), io);
    await assertRejects(
      run,
      CommandError,
      `${file} does not say group and passenger_python in [passenger]`,
    );
    Deno.writeTextFileSync(
      file,
      '[passenger]\nuser = "jo"\ngroup = "jo"\npassenger_python = "bin/py"\n',
    );
    await assertRejects(
      run,
      CommandError,
      "`passenger_python` in [passenger] must be an absolute path",
    );
    Deno.writeTextFileSync(
      file,
      '[passenger]\nuser = "a\\nb"\ngroup = "jo"\npassenger_python = "/py"\n',
    );
    for (const format of ["apache", "nginx", "puppet"]) {
      await assertRejects(
        async () =>
          void await runSettings(parseSettings([`--format=${format}`]), io),
        CommandError,
        `Cannot write this as ${format}: passenger_user is "a\\nb"`,
      );
    }
    Deno.writeTextFileSync(file, "[passenger\n");
    await assertRejects(run, CommandError, "Cannot read config.toml, line 1");
  }),
);
