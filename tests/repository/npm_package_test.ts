/**
 * The npm package as its users get it: packed, installed in a site without
 * any registry, and loaded there by an `app.js` of two lines.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { createHost } from "../../lib/machine/host.ts";
import { judgeSite } from "../../lib/judge/plan.ts";
import { OWNED_FILES, renderConfig } from "../../lib/reports/scaffold.ts";
import { VERSION } from "../../lib/site/version.ts";
import { smokeTest } from "../../npm/build.ts";
import { makePackage } from "../../npm/package.ts";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { buildNpmPackage, packNpmPackage } from "../worlds/npm_package.ts";
import { asUser, makeSiteUser, type SiteUser } from "../worlds/site_user.ts";

const APP = `const { start } = require("wsgi-shim/runtime");
start(__dirname);
`;

/** What came after Node 18, in words that minifiers leave alone. */
const TOO_NEW_REGEXP =
  /\.(toSpliced|toSorted|toReversed)\(|Object\.groupBy|Array\.fromAsync|Promise\.(withResolvers|try)|^\s*(await )?using \w+ =/m;

async function hasNpm(): Promise<boolean> {
  const asked = new Deno.Command("npm", { args: ["--version"] }).output();
  return await asked.then(({ success }) => success, () => false);
}

const ignore = leaveOut(
  "the npm package",
  await hasNpm() ? undefined : "npm cannot be found",
);
const noApache = ignore ||
  leaveOut("a site that runs from the npm package", whyNoApache());

Deno.test("makePackage() asks for no other package and for Node 18", () => {
  const made = makePackage();
  assertEquals([made.name, made.version], ["wsgi-shim", VERSION]);
  assertEquals(made.engines.node, ">=18");
  assertEquals(Object.keys(made.exports), [
    ".",
    "./runtime",
    "./package.json",
  ]);
  assert(!("dependencies" in made));
  assertEquals(
    makePackage("https://host.example/owner/name").repository?.url,
    "git+https://host.example/owner/name.git",
  );
});

Deno.test({
  name: "the packed package holds what it needs, and Node loads it",
  ignore,
  async fn() {
    const top = await Deno.makeTempDir();
    try {
      const folder = join(top, "package");
      await Deno.mkdir(folder);
      await buildNpmPackage(folder);
      const { files } = await packNpmPackage(folder);
      assertEquals(
        files,
        [
          "LICENSE",
          "README.md",
          "esm/mod.js",
          "esm/package.json",
          "esm/runtime.js",
          "package.json",
          "script/mod.js",
          "script/package.json",
          "script/runtime.js",
          ...OWNED_FILES.filter(({ isRecorded }) => !isRecorded)
            .filter(({ path }) => path.startsWith("shim/"))
            .map(({ path }) => path.slice("shim/".length)),
        ].sort(),
      );
      assertEquals(await smokeTest(folder), undefined);
      const text = await Deno.readTextFile(join(folder, "esm/runtime.js"));
      assertEquals(TOO_NEW_REGEXP.exec(text)?.[0], undefined);
    } finally {
      await Deno.remove(top, { recursive: true });
    }
  },
});

Deno.test({
  name: "an app.js of two lines serves a site from the package",
  ignore: noApache,
  async fn(test) {
    await using user = await makeSiteUser();
    const appRoot = await makeSite(user);

    await test.step("it misses no file of ours", () => {
      const { plan, findings } = judgeSite(appRoot, createHost(), {
        at: "startup",
      });
      assertEquals([findings, plan.kind], [[], "run"]);
    });

    await test.step("Passenger serves it", async () => {
      await using apache = await startApache([
        { appRoot, appType: "node", user: user.name, group: user.group },
      ]);
      const response = await fetch(apache.url());
      assertStringIncludes(await response.text(), user.name);
      assertEquals(response.status, 200);
    });
  },
});

/** A site as its owner makes it by hand, and `npm install` completes it. */
async function makeSite(user: SiteUser): Promise<string> {
  const appRoot = join(user.home, "site", "www");
  const packed = join(user.home, "packed");
  for (const folder of ["public", "tmp", "log"]) {
    await Deno.mkdir(join(appRoot, folder), { recursive: true });
  }
  await Deno.mkdir(packed);
  await buildNpmPackage(packed);
  const { tarball } = await packNpmPackage(packed);
  await Deno.writeTextFile(
    join(appRoot, "config.toml"),
    renderConfig({
      appRoot,
      python: join(user.home, "site/venv/bin/python"),
      user: user.name,
      group: user.group,
      appType: "node",
    }),
  );
  await Deno.chmod(join(appRoot, "config.toml"), 0o640);
  await Deno.writeTextFile(join(appRoot, "app.js"), APP);
  await Deno.writeTextFile(join(appRoot, "tmp/restart.txt"), "");
  const run = (program: string, args: string[], cwd = user.home) =>
    asUser(user, program, args, { cwd });
  const owned = await new Deno.Command("chown", {
    args: ["-R", `${user.name}:${user.group}`, join(user.home, "site")],
  }).output();
  assert(owned.success);
  const steps = [
    await run("python3", ["-m", "venv", "--without-pip", "site/venv"]),
    await run("npm", [
      ...["install", "--offline", "--no-audit", "--no-fund"],
      ...["--no-update-notifier", tarball],
    ], appRoot),
  ];
  assertEquals(steps.map(({ code, stderr }) => [code, stderr]), [
    [0, ""],
    [0, ""],
  ]);
  return appRoot;
}
