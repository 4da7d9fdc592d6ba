import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import type { Finding } from "../findings/finding.ts";
import { createHost } from "../machine/host.ts";
import { lookFromOutside } from "./outside.ts";
import { visit } from "../commands/visit.ts";
import { makePlan, type Plan } from "./plan.ts";
import { readSite } from "../site/site.ts";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";

type Handler = (request: Request) => Response | Promise<Response>;

/** Looks at a site that a handler plays the web server for. */
async function look(
  appRoot: string,
  handler: Handler,
  options: { path?: string; plan?: Plan; withOrigin?: boolean } = {},
): Promise<Finding[]> {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    handler,
  );
  try {
    const { port } = server.addr as Deno.NetAddr;
    const url = new URL(`http://127.0.0.1:${port}${options.path ?? "/"}`);
    const site = readSite(appRoot, createHost());
    const plan = options.plan ?? RUN;
    const told = await lookFromOutside(site, url, { plan, visit });
    return told.filter(({ code }) =>
      options.withOrigin || code !== "outside-unproven"
    ).map((found) => ({
      ...found,
      message: found.message.replaceAll(String(port), "PORT"),
    }));
  } finally {
    await server.shutdown();
  }
}

const RUN: Plan = {
  kind: "run",
  interpreter: "/py",
  threads: 1,
  startTimeout: 30,
  environment: {},
};
const CLOSED: Plan = { kind: "maintenance", since: 0 };

function answer(
  status: number,
  body: string,
  headers: Record<string, string> = {},
): Handler {
  return (request) =>
    new URL(request.url).pathname === "/"
      ? new Response(body, { status, headers })
      : new Response("not here", { status: 404 });
}

const mark = (value: string) => ({ "X-WSGI-Shim": value });

Deno.test("lookFromOutside() knows whose page it is", () =>
  inTempFolder(async (folder) => {
    const cases: [Handler, Plan, string | undefined, string?][] = [
      [answer(200, "<h1>hello"), RUN, undefined],
      [
        answer(404, "no such page"),
        RUN,
        "outside-refused",
        "http://127.0.0.1:PORT/ gives status 404 (Not Found)",
      ],
      [
        answer(
          404,
          "<title>404 Not Found</title><h1>Not Found</h1>\n" +
            "<p>The requested URL was not found on this server.</p>",
        ),
        RUN,
        "outside-refused",
        "http://127.0.0.1:PORT/ gives status 404 (Not Found), on a page of " +
        "the web server itself",
      ],
      [answer(400, "<h1>Bad Request (400)</h1>"), RUN, "outside-refused"],
      [answer(403, "<h1>log in first"), RUN, "outside-refused"],
      [
        answer(401, "who is it?", { "WWW-Authenticate": "Basic" }),
        RUN,
        undefined,
      ],
      [
        answer(503, "x", mark("error; incident=4f9c21ab")),
        RUN,
        "outside-error-page",
        "http://127.0.0.1:PORT/ shows the error page, incident 4f9c21ab",
      ],
      [answer(503, "x", mark("maintenance")), CLOSED, undefined],
      [answer(503, "x", mark("maintenance")), RUN, "outside-maintenance"],
      [answer(200, "open"), CLOSED, "outside-still-open"],
      [
        answer(500, "x", mark("exception; incident=4f9c21ab")),
        RUN,
        "outside-failure",
        "http://127.0.0.1:PORT/ gives status 500 (Internal Server Error), incident 4f9c21ab",
      ],
      [
        answer(
          500,
          "<h1>We're sorry, but something went wrong.</h1><p>Error ID: " +
            "<code>a2b8ea94</code>",
        ),
        RUN,
        "outside-passenger-error",
        "http://127.0.0.1:PORT/ shows Passenger's own error page, error id " +
        "a2b8ea94: the site could not be started at all",
      ],
      [
        answer(502, "<h1>Incomplete response received from application</h1>"),
        RUN,
        "outside-failure",
      ],
      [
        answer(403, "<html><head>\n<title>403 Forbidden</title>"),
        RUN,
        "outside-forbidden",
      ],
      [
        answer(200, "<title>Apache2 Debian Default Page: It works</title>"),
        RUN,
        "outside-other-site",
      ],
      [answer(200, "<h1>It works!</h1>"), RUN, "outside-other-site"],
      [answer(200, "<title>Index of /</title>"), RUN, "outside-other-site"],
      [
        answer(200, "<title>Directory listing for /</title>"),
        RUN,
        "outside-other-site",
      ],
    ];
    for (const [handler, plan, code, message] of cases) {
      const found = await look(folder, handler, { plan });
      assertEquals(found.map((one) => one.code), code ? [code] : []);
      if (message) assertEquals(found[0]!.message, message);
    }
  }));

Deno.test("lookFromOutside() tells whether it is this site that answers", () =>
  inTempFolder(async (folder) => {
    const seen = async (handler: Handler, path?: string) =>
      (await look(folder, handler, { path, withOrigin: true }))
        .map(({ code }) => code);
    const page = answer(200, "<h1>hello");
    assertEquals(await seen(page), ["outside-unproven"]);
    Deno.mkdirSync(join(folder, "public/css"), { recursive: true });
    Deno.writeTextFileSync(join(folder, "public/.mine"), "x".repeat(100));
    assertEquals(await seen(page), ["outside-unproven"]);
    Deno.writeTextFileSync(
      join(folder, "public/css/a b.css"),
      "b { color: red }",
    );
    Deno.chmodSync(join(folder, "public/css/a b.css"), 0o644);
    assertEquals(await seen(page), ["outside-other-files"]);
    const files: (at: string) => Handler = (at) => (request) =>
      new URL(request.url).pathname === `${at}/css/a%20b.css`
        ? new Response("b { color: red }")
        : new Response("<h1>hello");
    assertEquals(await seen(files("")), []);
    assertEquals(await seen(files(""), "/some/page"), []);
    assertEquals(await seen(files("/sub"), "/sub"), []);
    assertEquals(await seen(files("/other"), "/sub"), ["outside-other-files"]);
    // The log of the site knows its incidents, and no others.
    const failed = answer(503, "x", mark("error; incident=4f9c21ab"));
    assertEquals(await seen(failed), [
      "outside-error-page",
      "outside-other-files",
    ]);
    Deno.mkdirSync(join(folder, "log"));
    Deno.writeTextFileSync(
      join(folder, "log/wsgi-shim.log"),
      "2026-11-22T10:00:00.000Z [7] failure: incident 4f9c21ab app-raised\n",
    );
    assertEquals(await seen(failed), ["outside-error-page"]);
  }));

Deno.test("lookFromOutside() reads only the start of an endless page", () =>
  inTempFolder(async (folder) => {
    const endless: Handler = (request) => {
      if (!request.url.endsWith("/")) return new Response("", { status: 404 });
      return new Response(
        new ReadableStream({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 1));
            controller.enqueue(new Uint8Array(10_000).fill(0x61));
          },
        }),
      );
    };
    assertEquals(await look(folder, endless), []);
  }));

Deno.test("lookFromOutside() finds files that anybody can read", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(
      join(folder, "config.toml"),
      '[passenger]\nuser = "a"',
    );
    Deno.writeTextFileSync(join(folder, "app.js"), "// ours");
    const files: Handler = async (request) => {
      const { pathname } = new URL(request.url);
      const path = join(folder, pathname.replace(/^\/blog\//, "/"));
      const text = await Deno.readTextFile(path).catch(() => "a blog");
      return new Response(text);
    };
    const found = await look(folder, files, { path: "/blog/" });
    assertEquals(found.map(({ code, message }) => [code, message]), [
      [
        "outside-exposed",
        "Everyone can read config.toml at http://127.0.0.1:PORT/blog/config.toml",
      ],
      [
        "outside-exposed",
        "Everyone can read app.js at http://127.0.0.1:PORT/blog/app.js",
      ],
    ]);
    // An application that answers to any name hands out nothing.
    assertEquals(await look(folder, () => new Response("a blog")), []);
  }));

Deno.test("lookFromOutside() tells why there is no answer", () =>
  inTempFolder(async (folder) => {
    const site = readSite(folder, createHost());
    const silence = async (url: string) =>
      (await lookFromOutside(site, new URL(url), {
        plan: makePlan(site, []),
        visit,
      }))
        .map(({ code, message }) => [code, message]);
    const closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = closed.addr as Deno.NetAddr;
    closed.close();
    assertEquals(await silence(`http://127.0.0.1:${port}/`), [[
      "outside-unreachable",
      `Cannot reach http://127.0.0.1:${port}/: the connection is refused`,
    ]]);
    assertEquals(await silence("http://no-such-name.invalid/"), [[
      "outside-name-unknown",
      "The name no-such-name.invalid cannot be resolved on this machine",
    ]]);
  }));

Deno.test({
  name: "lookFromOutside() looks behind a certificate on demand",
  ignore: leaveOut("a certificate of one's own", whyNoProgram("openssl")),
  fn: () =>
    inTempFolder(async (folder) => {
      const file = (name: string) => join(folder, name);
      await new Deno.Command("openssl", {
        args: "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
          .split(" ").concat("-keyout", file("key"), "-out", file("cert")),
        stderr: "null",
      }).output();
      const server = Deno.serve(
        {
          port: 0,
          hostname: "127.0.0.1",
          onListen() {},
          cert: Deno.readTextFileSync(file("cert")),
          key: Deno.readTextFileSync(file("key")),
        },
        (request) =>
          request.url.endsWith("/")
            ? new Response(null, { status: 302, headers: { Location: "a" } })
            : new Response("no", { status: 404 }),
      );
      const { port } = server.addr as Deno.NetAddr;
      const url = new URL(`https://127.0.0.1:${port}/`);
      const site = readSite(folder, createHost());
      try {
        const judged = await lookFromOutside(site, url, { plan: RUN, visit });
        assertEquals(judged.map(({ code }) => code), ["outside-certificate"]);
        const behind = await lookFromOutside(site, url, {
          plan: RUN,
          visit: (one, options) => visit(one, { ...options, isInsecure: true }),
        });
        assertEquals(behind.map(({ code, message }) => [code, message])[0], [
          "outside-refused",
          `${url}a gives status 404 (Not Found)`,
        ]);
      } finally {
        await server.shutdown();
      }
    }),
});
