import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  codes,
  CONFIG,
  healthyFiles,
  MODULE,
  ROOT,
} from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { checkSpoken, type Remark } from "./interface.ts";

/** What is said of a site with these settings, when it has been tried. */
function tried(
  settings: string,
  spoken: "wsgi" | "asgi",
  remarks: Remark[] = [],
): string[] {
  const text = CONFIG.replace("[wsgi]", `[wsgi]\n${settings}`);
  const files = { ...healthyFiles(), [`${ROOT}/config.toml`]: text };
  const site = readSite(ROOT, createFakeHost({ files }));
  return checkSpoken(site, spoken, remarks).map(({ code }) => code);
}

Deno.test("checkThreads() tells of threads beside ASGI, once", () => {
  const config = (text: string) =>
    codes({ config: [["[wsgi]", `[wsgi]\n${text}`]] });
  const asgi = 'interface = "asgi"';
  assertEquals(config(`${asgi}\nthreads = 8`), ["threads-without-effect"]);
  assertEquals(tried(`${asgi}\nthreads = 8`, "asgi"), []);
  assertEquals(tried("threads = 8", "asgi"), ["threads-without-effect"]);
  assertEquals(config(asgi), []);
  assertEquals(config("threads = 8"), []);
  assertEquals(tried("threads = 8", "wsgi"), []);
  assertEquals(tried("threads = 1", "asgi"), []);
});

Deno.test("checkSpoken() advises against a wrapper, and Django's asgi.py for ordinary views", () => {
  assertEquals(tried("", "wsgi", ["wrapped"]), ["asgi-wrapped"]);
  assertEquals(tried("", "asgi", ["django-sync"]), ["django-asgi-sync"]);
  assertEquals(tried("", "asgi", ["websockets", "root-path"]), [
    "websockets-refused",
    "root-path-given",
  ]);
  assertEquals(tried("", "asgi", ["no-http"]), ["routes-missing"]);
  assertEquals(tried("", "asgi"), []);
  assertEquals(tried("", "wsgi"), []);
});

Deno.test("checkSpoken() passes over what a host of another version tells", () => {
  assertEquals(tried("", "asgi", ["news" as Remark, "wrapped"]), [
    "asgi-wrapped",
  ]);
});

Deno.test("checkSpoken() tells the line that gives Flask a local name", () => {
  const app =
    'app = Flask("x")\napp.config["SERVER_NAME"] = "localhost:5000"\n';
  const files = { ...healthyFiles(), [MODULE]: app };
  const site = readSite(ROOT, createFakeHost({ files }));
  const [found] = checkSpoken(site, "wsgi", ["server-name"]);
  assertEquals(found?.code, "host-not-allowed");
  assertEquals(found?.place, { file: MODULE, line: 2 });
});
