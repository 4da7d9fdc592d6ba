import { assertEquals, assertRejects } from "@std/assert";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { listenInLoader, type MakePage } from "./page_server.ts";

const TEXT = "Zurück um zwölf";
const makePage: MakePage = (accept) => ({
  status: 503,
  headers: { "Content-Type": "text/plain", "X-Asked": accept ?? "nothing" },
  body: TEXT,
});

/** Serves the page as Passenger's loader lets it: by a `listen` of its own. */
async function served(act: (url: string) => Promise<void>) {
  const { listen } = http.Server.prototype;
  let url = "";
  http.Server.prototype.listen = function (
    this: http.Server,
    _: unknown,
    ready: () => void,
  ) {
    return listen.call(this, { port: 0, host: "127.0.0.1" }, () => {
      url = `http://127.0.0.1:${(this.address() as AddressInfo).port}`;
      ready();
    });
  } as typeof listen;
  const listener = await listenInLoader(makePage)
    .finally(() => http.Server.prototype.listen = listen);
  try {
    await act(url);
  } finally {
    await listener.close();
  }
  await assertRejects(() => fetch(url), TypeError);
}

Deno.test("listenInLoader() answers all with the page, until it is closed", () =>
  served(async (url) => {
    for (const method of ["GET", "DELETE"]) {
      const answer = await fetch(`${url}/any/path`, { method });
      assertEquals([answer.status, await answer.text()], [503, TEXT]);
      assertEquals(answer.headers.get("x-asked"), "*/*");
    }
  }));

Deno.test("listenInLoader() sends no body for a HEAD", () =>
  served(async (url) => {
    const answer = await fetch(url, { method: "HEAD" });
    assertEquals([answer.status, await answer.text()], [503, ""]);
    assertEquals(answer.headers.get("content-length"), "17");
  }));

Deno.test("listenInLoader() answers who is still sending", () =>
  served(async (url) => {
    const body = new Uint8Array(3_000_000);
    const answer = await fetch(url, { method: "POST", body });
    assertEquals([answer.status, await answer.text()], [503, TEXT]);
  }));
