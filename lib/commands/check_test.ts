import { assertEquals, assertThrows } from "@std/assert";
import {
  createFakeIo,
  inTempFolder,
  listTree,
} from "../../tests/worlds/fake_io.ts";
import { createFakeHost, NOW } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  programs,
  ROOT,
} from "../../tests/worlds/site.ts";
import { leaveOut, whyNoModules } from "../../tests/worlds/left_out.ts";
import { CHECKS } from "../checks/mod.ts";
import { type CheckCommandOptions, parseCheck, runCheck } from "./check.ts";
import { readEmbedded } from "./embedded.ts";
import { UsageError } from "./command.ts";
import { parseInstall, runInstall } from "./install.ts";

const NOTHING: CheckCommandOptions = {
  appRoot: undefined,
  json: false,
  fix: false,
  strict: false,
  noImport: false,
  url: undefined,
  insecure: false,
  quiet: false,
  verbose: false,
  trust: false,
};

Deno.test("parseCheck() reads its options", () => {
  const table: [string[], Partial<CheckCommandOptions>][] = [
    [[], {}],
    [["www"], { appRoot: "www" }],
    [["--json", "--strict", "www"], {
      appRoot: "www",
      json: true,
      strict: true,
    }],
    [["--verbose"], { verbose: true }],
    [["--fix", "-q"], { fix: true, quiet: true }],
    [["--no-import", "--quiet"], { noImport: true, quiet: true }],
    [["--url=http://a.b/c"], { url: new URL("http://a.b/c") }],
    [["--url", "a.b"], { url: new URL("https://a.b/") }],
    [["--url", "a.b", "--insecure"], {
      url: new URL("https://a.b/"),
      insecure: true,
    }],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(parseCheck(argv), { ...NOTHING, ...wanted }, argv.join(" "));
  }
});

Deno.test("parseCheck() refuses what cannot be meant", () => {
  const table: [string[], string][] = [
    [["-q", "--verbose"], "--quiet and --verbose cannot be given together"],
    [["--insecure"], "--insecure is for --url, which is not given"],
    [
      ["--no-imports"],
      "check has no option --no-imports; did you mean " +
      "--no-import?",
    ],
    [
      ["--url", "ftp://a"],
      "--url must be an address such as " +
      "https://www.example.org/, and is ftp://a",
    ],
    [
      ["--url="],
      "--url must be an address such as " +
      "https://www.example.org/, and is ''",
    ],
  ];
  for (const [argv, message] of table) {
    assertEquals(
      assertThrows(() => parseCheck(argv), UsageError).message,
      message,
    );
  }
});

/** What `check` says of a folder that the checks cannot like. */
async function check(folder: string, ...argv: string[]) {
  const io = createFakeIo({ cwd: folder });
  const code = await runCheck(parseCheck(argv), io);
  return { code, out: io.stdout(), err: io.stderr() };
}

Deno.test("runCheck() finds bad TOML, as text and as JSON", () =>
  inTempFolder(async (folder) => {
    Deno.chmodSync(folder, 0o755);
    await runInstall(parseInstall(["www"]), createFakeIo({ cwd: folder }));
    const file = `${folder}/www/config.toml`;
    const text = Deno.readTextFileSync(file);
    Deno.writeTextFileSync(file, text.replace(/^user = .*$/m, "user = jo"));
    const { code, out, err } = await check(folder, "www");
    assertEquals([code, err], [1, ""]);
    const line = text.split("\n").findIndex((one) => /^user = /.test(one)) + 1;
    assertEquals(out.includes(`\n${line} | user = jo\n`), true, out);
    assertEquals(
      /\nFound .*\. Passenger would serve: the error page\.\n/.test(out),
      true,
      out,
    );
    const json = JSON.parse((await check(folder, "--json", "www")).out);
    assertEquals(Object.keys(json), [
      "version",
      "appRoot",
      "ok",
      "plan",
      "findings",
    ]);
    assertEquals(
      [json.version, json.appRoot, json.ok, json.plan],
      [1, `${folder}/www`, false, "error"],
    );
    const syntax = json.findings.find((found: { code: string }) =>
      found.code === "config-syntax"
    );
    assertEquals(syntax.place.line, line);
  }));

Deno.test("runCheck() heeds that nobody answers for a site that is well", async () => {
  const host = createFakeHost({ files: healthyFiles(), run: programs() });
  const look = async (...argv: string[]) => {
    const io = { ...createFakeIo(), host };
    const options = parseCheck([ROOT, "--json", "--no-import", ...argv]);
    const code = await runCheck(options, io);
    return { code, ...JSON.parse(io.stdout()) };
  };
  const inside = await look();
  assertEquals([inside.code, inside.ok, inside.plan], [0, true, "run"]);
  const outside = await look("--url", "http://127.0.0.1:1/");
  assertEquals([outside.code, outside.ok, outside.plan], [1, false, "server"]);
});

Deno.test("runCheck() asks for no restart of what cannot start", async () => {
  const codesOf = async (config: string) => {
    const files = {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: { text: config, mode: 0o640 },
      [`${ROOT}/log/wsgi-shim.log`]: `${
        new Date(NOW - 1_000_000).toISOString()
      } [12] start: wsgi-shim 0.1.0, door node, plan run\n`,
      [MODULE]: { text: "def app(e, s): pass\n", modified: NOW - 500_000 },
    };
    const host = createFakeHost({ files, run: programs() });
    const io = { ...createFakeIo(), host };
    await runCheck(parseCheck([ROOT, "--json", "--no-import"]), io);
    return JSON.parse(io.stdout()).findings
      .map(({ code }: { code: string }) => code)
      // Its files of ours are short texts, which nothing else writes.
      .filter((code: string) => code !== "shim-outdated");
  };
  assertEquals(await codesOf(CONFIG), ["restart-needed"]);
  assertEquals(await codesOf(CONFIG.replace("[wsgi]", "[wsgi]\nthreads = 0")), [
    "config-value",
  ]);
});

Deno.test("runCheck() claims nothing of a site whose settings others may not read", async () => {
  const host = createFakeHost({
    files: healthyFiles(),
    run: programs(),
    who: "ann",
  });
  const look = async (...argv: string[]) => {
    const io = { ...createFakeIo(), host };
    assertEquals(await runCheck(parseCheck([ROOT, ...argv]), io), 1);
    return io.stdout();
  };
  assertEquals(JSON.parse(await look("--json")).plan, null);
  const text = await look();
  assertEquals(
    text.includes("What Passenger would serve cannot be told."),
    true,
  );
  assertEquals(text.includes("the error page"), false);
});

Deno.test("runCheck() never shows what stands in [environment]", () =>
  inTempFolder(async (folder) => {
    await runInstall(parseInstall(["www"]), createFakeIo({ cwd: folder }));
    const file = `${folder}/www/config.toml`;
    const text = Deno.readTextFileSync(file);
    Deno.writeTextFileSync(
      file,
      text.replace("[environment]", '[environment]\n1A = "hunter2hunter2"'),
    );
    for (const argv of [["www"], ["www", "--json"]]) {
      const { code, out } = await check(folder, ...argv, "--no-import");
      assertEquals(code, 1);
      assertEquals(out.includes("config-name"), true, out);
      assertEquals(out.includes("hunter2"), false, out);
    }
  }));

Deno.test("runCheck() judges what is no site at all", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    for (const path of ["missing", "file", "file/www", "."]) {
      const { code, out } = await check(folder, path, "--json");
      assertEquals(code, 1, path);
      assertEquals(JSON.parse(out).ok, false, path);
    }
    const io = createFakeIo({ cwd: folder });
    const error = await runCheck(NOTHING, io).catch((error) => error);
    assertEquals(error instanceof UsageError, true);
  }));

Deno.test("runCheck() makes nothing in a folder that is no app root", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/full/empty`, { recursive: true });
    const before = listTree(folder);
    for (const path of ["full", "full/empty", "missing"]) {
      const { code, out, err } = await check(folder, path, "--fix", "--json");
      assertEquals(code, 1);
      assertEquals(err, "There is nothing that can be mended safely.\n");
      assertEquals(
        JSON.parse(out).findings.map((one: { code: string }) => one.code),
        ["app-root-missing"],
      );
      assertEquals(listTree(folder), before);
    }
  }));

Deno.test("runCheck() names commands that put config.toml back", () =>
  inTempFolder(async (folder) => {
    const www = `${folder}/www`;
    const config = `${www}/config.toml`;
    const io = createFakeIo({ cwd: folder });
    await runInstall(parseInstall(["www"]), io);
    const text = Deno.readTextFileSync(config);
    for (const command of ["mkdir", "mkfifo"]) {
      Deno.removeSync(config);
      shell(`${command} ${config}`);
      const { out } = await check(folder, "--json", "--no-import", "www");
      const found = findingIn(out, "config-unreadable");
      const [away, anew] = commandsIn(found.fix.text);
      shell(away!);
      const { out: moved } = await check(folder, "--json", "www");
      assertEquals(
        commandsIn(findingIn(moved, "config-missing").fix.text),
        [anew],
      );
      Deno.writeTextFileSync(config, text);
      const [move, install] = anew!.split(" && ");
      shell(move!);
      assertEquals(install, `wsgi-shim install ${www}`);
      assertEquals(await runInstall(parseInstall([www]), io), 0);
      Deno.removeSync(`${www}.old`, { recursive: true });
    }
    Deno.removeSync(config);
    const { out } = await check(folder, "--json", "--no-import", "www");
    const found = findingIn(out, "config-missing");
    assertEquals(commandsIn(found.fix.text), [
      `mv ${www} ${www}.old && wsgi-shim install ${www}`,
    ]);
  }));

function findingIn(json: string, code: string) {
  const { findings } = JSON.parse(json) as {
    findings: { code: string; fix: { text: string } }[];
  };
  const codes = findings.map((one) => one.code);
  assertEquals(codes.filter((one) => one === code), [code], codes.join(" "));
  return findings[codes.indexOf(code)]!;
}

function commandsIn(text: string): string[] {
  return [...text.matchAll(/`([^`]*)`/g)].map(([, command]) => command!);
}

function shell(line: string): void {
  const { success } = new Deno.Command("/bin/sh", { args: ["-c", line] })
    .outputSync();
  assertEquals(success, true, line);
}

Deno.test({
  name: "runCheck() leaves nothing beside the application that it tries",
  ignore: leaveOut(
    "the trial of an application",
    Deno.uid() === 0
      ? "root runs no application of its own"
      : whyNoModules(["venv"]),
  ),
  fn: () =>
    inTempFolder(async (folder) => {
      Deno.chmodSync(folder, 0o755);
      Deno.writeTextFileSync(`${folder}/helper.py`, "");
      Deno.writeTextFileSync(
        `${folder}/app.py`,
        "import helper\ndef application(environ, start): return []\n",
      );
      shell(`python3 -m venv --without-pip ${folder}/venv`);
      const io = createFakeIo({ cwd: folder });
      const argv = ["www", `--module=${folder}/app.py`];
      await runInstall(parseInstall(argv), { ...io, embedded: readEmbedded });
      const before = listTree(folder);
      const { code, out } = await check(folder, "www");
      assertEquals(code, 0, out);
      assertEquals(listTree(folder), before);
    }),
});

Deno.test("runCheck() looks at every family", () => {
  // The last lines of a good report name them.
  assertEquals(Object.keys(CHECKS).includes("config"), true);
});
