import { assertEquals, assertMatch } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT, SITE } from "../../tests/worlds/site.ts";
import { finding } from "../findings/finding.ts";
import {
  findLogTrouble,
  logIncident,
  newIncident,
  pageContext,
} from "./incident.ts";
import type { Log, LogKind } from "../site/log.ts";
import { readSite, type Site } from "../site/site.ts";

function siteWith(config = CONFIG, secrets = "KEY=value\n"): Site {
  const host = createFakeHost({
    files: {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: { text: config, mode: 0o640 },
      [`${SITE}/secrets/credentials.env`]: { text: secrets, mode: 0o640 },
    },
  });
  return readSite(ROOT, host);
}

Deno.test("newIncident() makes another number each time", () => {
  assertMatch(newIncident(), /^[0-9a-f]{8}$/);
  const numbers = [newIncident(), newIncident()];
  assertEquals(new Set(numbers).size, 2);
});

Deno.test("logIncident() writes the number, the codes and every finding", () => {
  const written: [LogKind, string][] = [];
  const log: Log = {
    write: (kind, text) => written.push([kind, text]),
    trouble: () => undefined,
  };
  logIncident(log, "1234abcd", [
    finding("app-hung", { message: "slow" }),
    finding("log-large", { message: "large" }),
  ]);
  assertEquals(written, [
    ["failure", "incident 1234abcd app-hung"],
    ["finding", "error[app-hung]: slow"],
    ["finding", "warning[log-large]: large"],
  ]);
});

Deno.test("pageContext() tells as whom the page is made", () => {
  const { user, group, appRoot, incident } = pageContext(
    siteWith(),
    "node",
    "1234abcd",
  );
  assertEquals([user, group, appRoot, incident], [
    "jdoe",
    "jdoe",
    ROOT,
    "1234abcd",
  ]);
});

Deno.test("pageContext() shows lines of config.toml without free values", () => {
  const text = `[passenger]
user = "jdoe"
[environment]
TOKEN = "hunter2"
LONG = """
first
second"""
BROKEN = hunter2
hunter2
[wsgi]
app = "app"
[enviroment]
PASSWORD = "hunter2"
`;
  const { configLine } = pageContext(siteWith(text), "node", "x");
  assertEquals(configLine!(2), 'user = "jdoe"');
  assertEquals(configLine!(3), "[environment]");
  assertEquals(configLine!(4), "TOKEN = •••");
  assertEquals(configLine!(6), undefined);
  assertEquals(configLine!(8), "BROKEN = •••");
  assertEquals(configLine!(9), undefined);
  assertEquals(configLine!(11), 'app = "app"');
  assertEquals(configLine!(13), "PASSWORD = •••");
  assertEquals(configLine!(99), undefined);
});

Deno.test("findLogTrouble() says once why the log cannot be written", () => {
  const site = siteWith();
  const log = (errno?: string): Log => ({
    write: () => {},
    trouble: () => errno,
  });
  assertEquals(findLogTrouble(log(), site, []), []);
  const [found] = findLogTrouble(log("ENOSPC"), site, []);
  assertEquals(found!.code, "log-unwritable");
  assertMatch(found!.message, /the disk is full$/);
  assertEquals(findLogTrouble(log("EACCES"), site, [found!]), []);
});
