import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost, type Entry, NOW } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import type { Failure } from "../python/failure.ts";
import { explainFailure } from "../causes/mod.ts";
import type { Host } from "../machine/host.ts";
import { judgeSite } from "../judge/plan.ts";
import { createStandIn, type StandIn } from "./stand_in.ts";

type Files = Record<string, Entry | string | undefined>;

const CONFIG_FILE = `${ROOT}/config.toml`;

/** A world that changes, with a clock. */
function makeWorld(files: Files = {}) {
  let host: Host;
  const all: Files = {};
  let now = NOW;
  function change(more: Files) {
    Object.assign(all, more);
    host = createFakeHost({ files: { ...healthyFiles(), ...all } });
  }
  change(files);
  const view = new Proxy({} as Host, {
    get: (_, name) => name === "now" ? () => now : host[name as keyof Host],
  });
  return { host: view, change, wait: (ms: number) => now += ms };
}

const FAILURE: Failure = {
  problem: "import-raised",
  exception: {
    type: "ValueError",
    message: "bad",
    frames: [
      { file: MODULE, line: 1, function: "<module>" },
      { file: `${SITE}/myapp/views.py`, line: 2, function: "f" },
    ],
  },
};

function standIn(
  world: ReturnType<typeof makeWorld>,
  failure?: Failure,
  began?: number,
) {
  const judgement = judgeSite(ROOT, world.host, { at: "startup" });
  const changes: string[] = [];
  const failed = failure && {
    failure: { ...failure, began },
    findings: explainFailure(failure, judgement.site),
  };
  const made = createStandIn({ judgement, incident: "12345678", failed }, {
    door: "node",
    onChange: ({ judgement, incident }) =>
      changes.push(`${judgement.plan.kind} ${incident !== "12345678"}`),
  });
  return { made, changes };
}

/** Looks when a look is due. */
function look(world: ReturnType<typeof makeWorld>, made: StandIn): boolean {
  world.wait(1_000);
  return made.isMended();
}

Deno.test("createStandIn() looks at most once a second", () => {
  const world = makeWorld();
  const { made } = standIn(world, FAILURE);
  world.change({ [MODULE]: { text: "x = 1", modified: NOW + 1 } });
  world.wait(999);
  assertEquals(made.isMended(), false);
  world.wait(1);
  assertEquals(made.isMended(), true);
});

Deno.test("createStandIn() sees a module that the settings name from the app root", () => {
  const world = makeWorld({
    [CONFIG_FILE]: CONFIG.replace(MODULE, "../myapp/app.py"),
  });
  const elsewhere: Failure = {
    problem: "import-raised",
    exception: { type: "ValueError", message: "bad", frames: [] },
  };
  const { made } = standIn(world, elsewhere);
  assertEquals(look(world, made), false);
  world.change({ [MODULE]: { text: "x = 1", modified: NOW + 1 } });
  assertEquals(look(world, made), true);
});

Deno.test("createStandIn() sees what may have mended a failed start", () => {
  const log = `${SITE}/log/deep/x.log`;
  const missing: Failure = {
    problem: "import-raised",
    exception: {
      type: "FileNotFoundError",
      message: "no",
      errno: "ENOENT",
      filename: log,
      frames: [],
    },
  };
  const absent: Failure = {
    problem: "import-raised",
    exception: {
      type: "ModuleNotFoundError",
      message: "No module named 'shop.views'",
      name: "shop.views",
      frames: [],
    },
  };
  const table: [Failure, Files][] = [
    [absent, { [`${SITE}/myapp/shop/views`]: "" }],
    [FAILURE, { [MODULE]: { text: "x", modified: NOW + 1 } }],
    [FAILURE, { [`${SITE}/myapp/views.py`]: "x = 1" }],
    [FAILURE, { [`${SITE}/myapp`]: { modified: NOW + 1 } }],
    [FAILURE, {
      [`${SITE}/venv/lib/python3.11/site-packages`]: { modified: NOW + 1 },
    }],
    [FAILURE, {
      [`${SITE}/secrets/credentials.env`]: { text: "KEY=other", mode: 0o640 },
    }],
    [FAILURE, {
      [CONFIG_FILE]: { text: `${CONFIG}# more\n`, mode: 0o640 },
    }],
    [missing, {
      [`${SITE}/log`]: {},
      [`${SITE}/log/deep`]: {},
    }],
  ];
  for (const [failure, change] of table) {
    const world = makeWorld();
    const { made } = standIn(world, failure);
    assertEquals(look(world, made), false);
    world.change(change);
    assertEquals(look(world, made), true, Object.keys(change)[0]);
  }
});

Deno.test("createStandIn() does not take its own log for a change", () => {
  const world = makeWorld();
  const { made } = standIn(world, FAILURE);
  world.change({ [`${ROOT}/log/wsgi-shim.log`]: "more" });
  assertEquals(look(world, made), false);
});

Deno.test("createStandIn() tries again after a pause, and says no more than that", () => {
  const world = makeWorld();
  const { made } = standIn(world, FAILURE, NOW - 100);
  world.wait(8_000);
  assertEquals(look(world, made), false);
  assertEquals(look(world, made), true);
  assertStringIncludes(made.restartingPage("text/html").body, "another try");
});

Deno.test("createStandIn() tells a change as one", () => {
  const world = makeWorld();
  const { made } = standIn(world, FAILURE);
  world.change({ [MODULE]: { text: "x", modified: NOW + 1 } });
  assertEquals(look(world, made), true);
  const { body } = made.restartingPage("application/json");
  assertStringIncludes(body, "What was wrong has been changed");
});

Deno.test("createStandIn() lets a site that starts slowly try less often", () => {
  const world = makeWorld();
  const { made } = standIn(
    world,
    { problem: "hung", seconds: 30 },
    NOW - 30_000,
  );
  world.wait(100_000);
  assertEquals(look(world, made), false);
  world.wait(50_000);
  assertEquals(look(world, made), true);
});

Deno.test("createStandIn() sees what was changed while the start was failing", () => {
  const world = makeWorld({
    [MODULE]: { text: "x = 1", modified: NOW - 1_000 },
    [`${SITE}/myapp`]: { modified: NOW - 1_000 },
  });
  assertEquals(look(world, standIn(world, FAILURE, NOW - 500).made), false);
  assertEquals(look(world, standIn(world, FAILURE, NOW - 5_000).made), true);
});

Deno.test("createStandIn() goes from one error to another, and then starts", () => {
  const broken = { text: `${CONFIG}x = \n`, mode: 0o640 };
  const world = makeWorld({ [CONFIG_FILE]: broken });
  const { made, changes } = standIn(world);
  assertStringIncludes(made.page("text/html").body, "config-syntax");
  assertEquals(look(world, made), false);
  world.change({
    [CONFIG_FILE]: {
      text: CONFIG.replace("app.py", "nothing.py"),
      mode: 0o640,
    },
  });
  assertEquals(look(world, made), false);
  assertEquals(changes, ["error true"]);
  assertStringIncludes(made.page("text/html").body, "app-module-missing");
  world.change({ [CONFIG_FILE]: { text: CONFIG, mode: 0o640 } });
  assertEquals(look(world, made), true);
});

Deno.test("createStandIn() lets maintenance come and go over a failed start", () => {
  const world = makeWorld();
  const { made, changes } = standIn(world, FAILURE);
  const file = `${ROOT}/tmp/maint.txt`;
  world.change({ [file]: "Back at noon" });
  assertEquals(look(world, made), false);
  assertEquals(changes, ["maintenance true"]);
  assertStringIncludes(made.page("text/html").body, "Back at noon");
  world.change({ [file]: undefined });
  assertEquals(look(world, made), true);
});

Deno.test("createStandIn() goes on where another process was", () => {
  const world = makeWorld();
  const { made } = standIn(world, FAILURE, NOW);
  const judgement = judgeSite(ROOT, world.host, { at: "startup" });
  const resumed = JSON.parse(JSON.stringify(made.state()));
  const next = () =>
    createStandIn(
      { judgement, incident: resumed.incident, failed: resumed.failed },
      { door: "wsgi", onChange: () => {}, resumed },
    );
  assertEquals(next().isMended(), false);
  world.change({ [MODULE]: { text: "x", modified: NOW + 1 } });
  assertEquals(next().isMended(), true);
});
