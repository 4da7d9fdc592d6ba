/**
 * WebSockets: through Passenger Standalone they reach the application, spoken
 * to by Debian's python3-websockets; behind Apache, and in `serve`, each is
 * refused at once.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { hostOf } from "../worlds/doors.ts";
import { leaveOut, whyNoModules } from "../worlds/left_out.ts";
import { makeSiteUser, type SiteUser } from "../worlds/site_user.ts";
import {
  makeTestSite,
  runningSite,
  type TestSite,
  untilLogged,
} from "../worlds/site_on_disk.ts";
import { startStandalone, whyNoStandalone } from "../worlds/standalone.ts";

const CLIENT = new URL("../worlds/websocket_client.py", import.meta.url);

const APPLICATION = `from fastapi import FastAPI, WebSocket

application = FastAPI()

@application.get("/")
async def index():
    return "Hello from FastAPI"

@application.websocket("/echo")
async def echo(socket: WebSocket):
    await socket.accept("chat")
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            print("closed with", message["code"])
            break
        await socket.send(dict(message, type="websocket.send"))
`;

async function makeSite(user: SiteUser, name: string): Promise<TestSite> {
  const site = await makeTestSite(user, name);
  await site.write("myapp/hello.py", APPLICATION);
  return site;
}

/** What the library's client says of a WebSocket. */
async function speak(port: number | string, path: string): Promise<unknown> {
  const { stdout, stderr } = await new Deno.Command("/usr/bin/python3", {
    args: [CLIENT.pathname, `ws://127.0.0.1:${port}${path}`],
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((it) => new TextDecoder().decode(it));
  if (out === "") throw new Error(err);
  return JSON.parse(out!);
}

const whyNoClient = whyNoModules(["fastapi", "websockets"]);

Deno.test({
  name: "WebSockets reach an application through Passenger Standalone",
  ignore: leaveOut(
    "WebSockets through Passenger Standalone",
    whyNoStandalone() ?? whyNoClient,
  ),
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeSite(user, "standalone");
    await using standalone = await startStandalone(site);
    const { port } = standalone;
    const { text } = await runningSite(site, `http://127.0.0.1:${port}`).get();
    assertEquals(text, '"Hello from FastAPI"');
    assertEquals(await speak(port, "/echo"), {
      text: "käse",
      bytes: 140_000,
      subprotocol: "chat",
      code: 1000,
    });
    await untilLogged(site, "closed with 1000");
    assertEquals(await speak(port, "/none"), { status: 403 });
  },
});

Deno.test({
  name: "WebSockets behind Apache are refused at once, and told in the log",
  ignore: leaveOut("WebSockets behind Apache", whyNoApache() ?? whyNoClient),
  async fn() {
    await using user = await makeSiteUser();
    const site = await makeSite(user, "apache");
    const host = hostOf(site, "node");
    await using apache = await startApache([host]);
    const running = runningSite(site, apache.url(host));
    const { port } = new URL(apache.url(host));
    assertEquals(await speak(port, "/echo"), { status: 501 });
    await untilLogged(site, "GET /echo: WebSockets cannot pass here");
    // It left nothing behind that the next visitor would meet.
    assertStringIncludes((await running.get()).text, "Hello from FastAPI");
  },
});
