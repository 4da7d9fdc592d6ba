import { assertEquals, assertRejects } from "@std/assert";
import {
  createFakeIo,
  type FakeIoOptions,
  inTempFolder,
} from "../../tests/worlds/fake_io.ts";
import { checkCommand } from "./check.ts";
import { CommandError, UsageError } from "./command.ts";
import { runForSites, type SiteAnswer, type SitesOptions } from "./sites.ts";
import { statusCommand } from "./status.ts";
import { upgradeCommand } from "./upgrade.ts";

function makeSites(folder: string, ...paths: string[]): void {
  for (const path of paths) {
    Deno.mkdirSync(`${folder}/${path}`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/${path}/config.toml`, "");
  }
}

function json(code: number, answer: Record<string, unknown>): SiteAnswer {
  return { code, stdout: JSON.stringify(answer, null, 2), stderr: "" };
}

/** What a process for one site would say, by the last part of its path. */
const SAID: Record<string, SiteAnswer> = {
  a: json(0, { ok: true, plan: "run", findings: [] }),
  b: json(1, {
    ok: false,
    plan: "error",
    findings: [
      { code: "config-syntax", severity: "error" },
      { code: "folder-missing", severity: "warning" },
    ],
  }),
  c: json(0, {
    ok: true,
    plan: "run",
    findings: [{ code: "log-large", severity: "warning" }],
  }),
  d: { code: 1, stdout: "", stderr: "error: root owns\nit\n" },
};

async function round(
  folder: string,
  argv: string[],
  options: SitesOptions & FakeIoOptions & { command?: typeof checkCommand } =
    {},
) {
  const asked: string[] = [];
  let running = 0;
  let most = 0;
  const io = createFakeIo({
    cwd: folder,
    now: () => 0,
    columns: 120,
    ...options,
  });
  const code = await runForSites(options.command ?? checkCommand, argv, io, {
    width: 2,
    run: async (words) => {
      asked.push(words.join(" ").replaceAll(`${folder}/`, ""));
      most = Math.max(most, ++running);
      const name = words.at(-1)!.replace(/\/www$/, "").split("/").pop()!;
      // Answers come in another order than the sites.
      const pause = name === "a" ? 20 : 1;
      await new Promise((resolve) => setTimeout(resolve, pause));
      running--;
      return SAID[name]!;
    },
    ...options,
  });
  const out = io.stdout().replaceAll(`${folder}/`, "");
  return { code, out, asked, most, steps: io.steps };
}

Deno.test("runForSites() leaves one site to the command", () =>
  inTempFolder(async (folder) => {
    makeSites(folder, "a", "b/www");
    for (const argv of [[], ["a"], ["b"], ["nowhere"], ["--json", "a"]]) {
      assertEquals((await round(folder, argv)).code, undefined);
    }
  }));

Deno.test("runForSites() looks at sites side by side, in a table", () =>
  inTempFolder(async (folder) => {
    makeSites(folder, "a", "b", "c", "d");
    const { code, out, asked, most, steps } = await round(folder, [
      ...["--no-import", "a", "b", "c", "d", "b"],
    ]);
    assertEquals(
      out,
      `✓ a  application
✗ b  error page; 1 error and 1 warning: config-syntax
! c  application; 1 warning: log-large
✗ d  unknown: root owns it

2 of 4 sites are not well. 0.0 s.
More about the first: wsgi-shim check ${folder}/b
`.replace(`${folder}/`, ""),
    );
    assertEquals([code, most], [1, 2]);
    assertEquals(asked[0], "check --no-import --json -- a");
    assertEquals(asked.length, 4);
    assertEquals(steps.at(-1), "Looked at 4 of 4 sites …");
  }));

Deno.test("runForSites() finds the sites of a folder and of a list", () =>
  inTempFolder(async (folder) => {
    makeSites(folder, "sites/a/www", "sites/c", "b");
    Deno.mkdirSync(`${folder}/sites/nothing`);
    const inside = await round(folder, ["sites"]);
    assertEquals(inside.asked, [
      "check --json -- sites/a/www",
      "check --json -- sites/c",
    ]);
    assertEquals(inside.code, 0);
    // As the shell makes it of `/srv/*`.
    const several = await round(folder, ["sites/a", "sites/c"]);
    assertEquals(several.asked, inside.asked);
    const listed = await round(folder, ["-q", "-"], {
      readList: () => Promise.resolve("b\n\nsites/c\n"),
    });
    assertEquals(listed.asked.length, 2);
    assertEquals(
      listed.out,
      "✗ b        error page; 1 error and 1 warning: config-syntax\n",
    );
    await assertRejects(
      () => round(folder, ["-"], { readList: () => Promise.resolve("\n") }),
      CommandError,
    );
  }));

Deno.test("runForSites() writes a line of JSON for each site, in order", () =>
  inTempFolder(async (folder) => {
    const { code, out } = await round(folder, ["--json", "a", "d", "b"]);
    assertEquals(code, 1);
    const lines = out.trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ plan, error }) => plan ?? error), [
      "run",
      "root owns it",
      "error",
    ]);
  }));

Deno.test("runForSites() refuses what is for one site", () =>
  inTempFolder(async (folder) => {
    for (const option of ["--fix", "--url=http://a.b/"]) {
      await assertRejects(() => round(folder, [option, "a", "b"]), UsageError);
    }
    // A process for one site never starts others.
    const env = { WSGI_SHIM_ALONE: "1" };
    assertEquals((await round(folder, ["a", "b"], { env })).code, undefined);
  }));

Deno.test("runForSites() shows what a command without a table says", () =>
  inTempFolder(async (folder) => {
    const run = () =>
      Promise.resolve({ code: 0, stdout: "app.js\n", stderr: "" });
    const { out } = await round(folder, ["a", "b"], {
      command: upgradeCommand,
      run,
    });
    assertEquals(
      out,
      "a\n  app.js\nb\n  app.js\n\nAll 2 sites are well. 0.0 s.\n",
    );
  }));

Deno.test("statusCommand tells a site in a line", () => {
  const row = statusCommand.row!;
  assertEquals(row({ serves: true, plan: "run" }).words, "serves");
  assertEquals(
    row({ serves: false, plan: "server" }).words,
    "does not serve: the web server's own page",
  );
});
