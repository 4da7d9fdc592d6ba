/**
 * An ASGI application behind Apache with many visitors at once, slow ones,
 * ones that leave, and restarts while requests and background tasks run.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { hostOf } from "../worlds/doors.ts";
import { leaveOut, whyNoModules } from "../worlds/left_out.ts";
import { RawConnection } from "../worlds/raw_http.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import {
  makeTestSite,
  type RunningSite,
  runningSite,
  untilLogged,
} from "../worlds/site_on_disk.ts";

const APPLICATION = `import asyncio, os
from fastapi import BackgroundTasks, FastAPI
from fastapi.responses import StreamingResponse

application = FastAPI()
waiting = 0

@application.on_event("shutdown")
async def shutdown():
    print("tasks are done")
    await asyncio.sleep(600)

@application.get("/")
async def index():
    return "Hello"

@application.get("/meet")
async def meet():
    global waiting
    waiting += 1
    while waiting < 300:
        await asyncio.sleep(0.05)
    return "all are here"

@application.get("/slow")
async def slow():
    await asyncio.sleep(1)

@application.get("/task")
async def task(tasks: BackgroundTasks):
    async def later():
        await asyncio.sleep(1)
        with open(os.path.join(os.path.dirname(__file__), "done"), "a") as file:
            file.write("x")
    tasks.add_task(later)
    await asyncio.sleep(0.05)
    return "soon"

@application.get("/large")
async def large():
    async def parts():
        for _ in range(320):
            yield b"x" * 65536
    return StreamingResponse(parts())
`;

/** What came of requests at once, and how often. */
async function ask(
  site: RunningSite,
  path: string,
  count: number,
): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  // Apache may end a kept connection in the moment that it is used again.
  using client = Deno.createHttpClient({ poolMaxIdlePerHost: 0 });
  const init: RequestInit & { client: Deno.HttpClient } = { client };
  await Promise.all(Array.from({ length: count }, async () => {
    const came = await site.get(path, init).then(({ text }) => text, String);
    outcomes[came] = (outcomes[came] ?? 0) + 1;
  }));
  return outcomes;
}

Deno.test({
  name: "an ASGI application behind Apache under load",
  ignore: leaveOut(
    "an ASGI application under load",
    whyNoApache() ?? whyNoModules(["fastapi"]),
  ),
  async fn(t) {
    await using user = await makeSiteUser();
    const folder = await makeTestSite(user, "load");
    await folder.write("myapp/hello.py", APPLICATION);
    const host = hostOf(folder, "node");
    await using apache = await startApache([host], { stopTimeout: 60_000 });
    const site = runningSite(folder, apache.url(host));
    const port = Number(new URL(apache.url(host)).port);
    const open = async (path: string) => {
      const connection = await RawConnection.open(port);
      await connection.send(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      return connection;
    };

    await t.step("300 requests run at once in one process", async () => {
      // Passenger itself refuses more than 100 that wait for a start.
      assertEquals(await ask(site, "/", 1), { '"Hello"': 1 });
      assertEquals(await ask(site, "/meet", 300), { '"all are here"': 300 });
    });

    await t.step("slow visitors and ones that leave harm nobody", async () => {
      const slow = await Promise.all(
        Array.from({ length: 20 }, () => open("/large")),
      );
      assertEquals(await ask(site, "/", 20), { '"Hello"': 20 });
      for (const each of slow) each.close();
      for (let count = 0; count < 20; count++) (await open("/slow")).close();
      assertEquals(await ask(site, "/", 20), { '"Hello"': 20 });
    });

    await t.step("restarts lose no request and no task", async () => {
      await folder.write("myapp/done", "");
      let asked = 0;
      for (let round = 0; round < 2; round++) {
        await folder.write("www/tmp/restart.txt", String(round));
        for (let turn = 0; turn < 5; turn++) {
          assertEquals(await ask(site, "/task", 8), { '"soon"': 8 });
          asked += 8;
        }
      }
      await folder.write("www/tmp/restart.txt", "last");
      assertEquals(await ask(site, "/", 1), { '"Hello"': 1 });
      // Each old process has finished its tasks; then its shutdown hangs.
      const told = "lifespan.shutdown took longer than 6 seconds";
      await untilLogged(site, told);
      const deadline = Date.now() + 30_000;
      while ((await folder.read("myapp/done")).length < asked) {
        if (Date.now() > deadline) break;
        await new Promise((go) => setTimeout(go, 100));
      }
      assertEquals((await folder.read("myapp/done")).length, asked);
    });
  },
});
