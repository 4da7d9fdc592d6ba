import { assertEquals, assertRejects } from "@std/assert";
import { createFakeIo, type FakeIo } from "../../tests/worlds/fake_io.ts";
import { createFakeHost, type Entry } from "../../tests/worlds/machine.ts";
import { checkUsage } from "./check.ts";
import { CommandError } from "./command.ts";
import { stepDown } from "./step_down.ts";
import { explainUsage } from "./explain.ts";
import { installUsage } from "./install.ts";
import { restartUsage } from "./restart.ts";
import type { Runner } from "./run_again.ts";

const ROOT = "/srv/site/www";
const JDOE = { owner: "jdoe:jdoe" };
const SITE: Record<string, Entry> = {
  "/srv": { owner: "root:root" },
  "/srv/site": JDOE,
  [ROOT]: JDOE,
  [`${ROOT}/config.toml`]: { text: "", ...JDOE },
};

/** What root does with a command line: as whom, with which variables. */
async function pass(
  usage: typeof checkUsage,
  argv: string[],
  { files = {}, who = "root", mayWrite = true }: {
    files?: Record<string, Entry>;
    who?: string;
    mayWrite?: boolean;
  } = {},
): Promise<{ ran: unknown[]; io: FakeIo }> {
  const host = createFakeHost({ files: { ...SITE, ...files }, who });
  const io = { ...createFakeIo({ cwd: "/" }), host };
  const ran: unknown[] = [];
  const runner: Runner = {
    mayWrite: () => Promise.resolve(mayWrite),
    run: (user, words, _io, env) => {
      ran.push([user.name, words.join(" "), Object.keys(env).sort().join()]);
      return Promise.resolve(0);
    },
  };
  const code = await stepDown(usage, argv, io, runner);
  assertEquals(code, ran.length > 0 ? 0 : undefined);
  return { ran, io };
}

const ALONE = "WSGI_SHIM_ALONE";
const LOOK = `${ALONE},WSGI_SHIM_LOOK_ONLY`;

Deno.test("stepDown() sends root on as the owner of the app root", async () => {
  const { ran } = await pass(checkUsage, ["--json", ROOT]);
  assertEquals(ran, [["jdoe", `check --json ${ROOT}`, ALONE]]);
});

Deno.test("stepDown() is open to others, and where no site is named", async () => {
  assertEquals((await pass(checkUsage, [ROOT], { who: "ann" })).ran, []);
  assertEquals((await pass(explainUsage, ["config-missing"])).ran, []);
});

Deno.test("stepDown() lets nothing be started or changed that others could exchange", async () => {
  for (
    const srv of [
      { owner: "root:root", mode: 0o777 },
      { owner: "root:project", mode: 0o2775 },
      { owner: "ann:users" },
    ]
  ) {
    const files = { "/srv": srv };
    const looked = await pass(checkUsage, [ROOT], { files });
    assertEquals(looked.ran, [["jdoe", `check ${ROOT}`, LOOK]]);
    await assertRejects(
      () => pass(restartUsage, [ROOT], { files }),
      CommandError,
      "others than jdoe could exchange the site",
    );
    await assertRejects(
      () => pass(checkUsage, ["--fix", ROOT], { files }),
      CommandError,
    );
    const trusted = await pass(restartUsage, ["--trust", ROOT], { files });
    assertEquals(trusted.ran, [["jdoe", `restart --trust ${ROOT}`, ALONE]]);
  }
  const sticky = { "/srv": { owner: "root:root", mode: 0o1777 } };
  const { ran } = await pass(restartUsage, [ROOT], { files: sticky });
  assertEquals(ran, [["jdoe", `restart ${ROOT}`, ALONE]]);
});

Deno.test("stepDown() follows links of root and of the owner alone", async () => {
  const at = (owner: string) => ({
    "/srv/link": { link: ROOT, owner },
  });
  for (const owner of ["root:root", "jdoe:jdoe"]) {
    const { ran } = await pass(checkUsage, ["/srv/link"], { files: at(owner) });
    assertEquals(ran, [["jdoe", "check /srv/link", ALONE]]);
  }
  await assertRejects(
    () => pass(checkUsage, ["/srv/link"], { files: at("ann:users") }),
    CommandError,
    "/srv/link is a link of ann",
  );
});

Deno.test("stepDown() leaves to root what is root's as a whole", async () => {
  const root = { owner: "root:root" };
  const own = {
    "/srv/site": root,
    [ROOT]: root,
    [`${ROOT}/config.toml`]: { text: "", ...root },
  };
  const { ran, io } = await pass(checkUsage, [ROOT], { files: own });
  assertEquals(ran, []);
  assertEquals(
    io.stderr(),
    "note: the site is root's own, and runs as root here\n",
  );
  for (
    const files of [
      { ...own, [`${ROOT}/app.js`]: { text: "", owner: "ann:users" } },
      { ...own, [`${ROOT}/app.js`]: { text: "", ...root, mode: 0o666 } },
      { ...own, "/srv/site": { owner: "ann:users" } },
      // What is not there yet, ann can make.
      {
        ...own,
        "/home/ann": { owner: "ann:users" },
        [`${ROOT}/app.js`]: { link: "/home/ann/none", ...root },
      },
    ]
  ) {
    await assertRejects(
      () => pass(checkUsage, [ROOT], { files }),
      CommandError,
      "belongs to root, but others could change what root runs there",
    );
  }
});

Deno.test("stepDown() makes a new site as the user who is named", async () => {
  const fresh = "/srv/fresh/www";
  const words = ["--user", "jdoe", fresh];
  const { ran } = await pass(installUsage, words);
  assertEquals(ran, [["jdoe", `install --user jdoe ${fresh}`, ALONE]]);
  await assertRejects(
    () => pass(installUsage, words, { mayWrite: false }),
    CommandError,
    "/srv is closed to jdoe",
  );
  await assertRejects(
    () => pass(installUsage, ["--user", "nemo", fresh]),
    CommandError,
    "There is no user nemo",
  );
  await assertRejects(
    () => pass(installUsage, ["/srv/site/other"]),
    CommandError,
    "would belong to root",
  );
  assertEquals((await pass(installUsage, [fresh])).ran, []);
});
