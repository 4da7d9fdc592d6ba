import { assertEquals, assertRejects } from "@std/assert";
import { listened } from "../../tests/worlds/loader_listen.ts";
import { type Listener, listenInLoader, type MakePage } from "./page_server.ts";

const TEXT = "Zurück um zwölf";
const makePage: MakePage = (accept) => ({
  status: 503,
  headers: { "Content-Type": "text/plain", "X-Asked": accept ?? "nothing" },
  body: TEXT,
});

/** Serves the page as in the process of Passenger's loader. */
async function served(act: (url: string) => Promise<void>) {
  let listener: Listener | undefined;
  const url = await listened(async () => {
    listener = await listenInLoader(makePage);
  });
  try {
    await act(url);
  } finally {
    await listener?.close();
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
