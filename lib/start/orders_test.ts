import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dirname } from "node:path";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import type { RunPlan } from "../judge/plan.ts";
import { createHost } from "../machine/host.ts";
import { readSite } from "../site/site.ts";
import { earlyVariables, makeOrders, writeOrders } from "./orders.ts";

const PLAN: RunPlan = {
  kind: "run",
  interpreter: "/usr/bin/python3",
  threads: 4,
  startTimeout: 20,
  environment: { PYTHONHASHSEED: "7", LD_PRELOAD: "x.so", MOTTO: "tea" },
};
const APPLICATION = {
  target: { module: "mysite.wsgi" },
  attribute: "app",
  call: true,
  path: ["/site"],
  directory: "/site",
};
const SITE = readSite("/no/such/www", createHost());

Deno.test("makeOrders() lets the host show that nothing is there to run", () => {
  const { settings, log } = makeOrders(SITE, PLAN, { door: "wsgi" });
  assertMatch(settings.hello!, /Hello World/);
  assertEquals(
    [settings.target, settings.directory, settings.threads],
    [null, "/no/such/www", 4],
  );
  assertEquals(log?.file, "/no/such/www/log/wsgi-shim.log");
});

Deno.test("makeOrders() tells which application runs, and how", () => {
  const plan = { ...PLAN, application: APPLICATION };
  const orders = makeOrders(SITE, plan, {
    door: "node",
    spawn: "/spawn",
    judge: ["/opt/judge"],
    socket: "/run/s",
  });
  const { settings } = orders;
  assertEquals([orders.spawn, orders.judge], ["/spawn", ["/opt/judge"]]);
  assertEquals(
    [settings.target, settings.attribute, settings.call, settings.path],
    [{ module: "mysite.wsgi" }, "app", true, ["/site"]],
  );
  assertEquals([settings.hello, settings.socket], [null, "/run/s"]);
});

Deno.test("makeOrders() lets a trial write nothing down", () => {
  const { log, sources } = makeOrders(SITE, PLAN, {
    door: "serve",
    trial: true,
  });
  assertEquals([log, sources], [null, null]);
});

Deno.test("earlyVariables() are those that count before Python's first line", () => {
  const orders = makeOrders(SITE, PLAN, { door: "wsgi" });
  assertEquals(earlyVariables(orders), {
    PYTHONHASHSEED: "7",
    LD_PRELOAD: "x.so",
  });
});

Deno.test("writeOrders() writes where nobody else can read, and over nothing", () =>
  inTempFolder((folder) => {
    const orders = makeOrders(SITE, PLAN, { door: "wsgi" });
    const path = writeOrders(orders, folder);
    assertEquals(dirname(path), folder);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(JSON.parse(Deno.readTextFileSync(path)).door, "wsgi");
    assertThrows(() => writeOrders(orders, `${folder}/none`));
    return Promise.resolve();
  }));
