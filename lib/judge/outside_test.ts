import { assertEquals, assertMatch } from "@std/assert";
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
        "the web server itself, Apache",
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
        answer(
          403,
          "<title>403 Forbidden</title>\n<p>You don't have permission to access " +
            "this resource.</p>",
        ),
        RUN,
        "outside-forbidden",
        "http://127.0.0.1:PORT/ gives status 403 (Forbidden): Apache itself " +
        "refuses",
      ],
      [
        answer(200, "<title>Apache2 Debian Default Page: It works</title>"),
        RUN,
        "outside-other-site",
      ],
      [answer(200, "<h1>It works!</h1>"), RUN, "outside-other-site"],
      [answer(200, "It works!\n\nPython 3.9.12\n"), RUN, "outside-other-site"],
      [
        answer(200, "import os\nfrom shop import app as application\n", {
          "Content-Type": "text/plain",
        }),
        RUN,
        "outside-exposed",
      ],
      [answer(400, "Invalid host header"), RUN, "outside-refused"],
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

Deno.test("lookFromOutside() tells who made a page of refusal", () =>
  inTempFolder(async (folder) => {
    const told: [
      status: number,
      body: string,
      code: string | undefined,
      says: RegExp,
      headers?: Record<string, string>,
    ][] = [
      [
        500,
        '<title>Web application could not be started</title><script>window.spec = {"config" : {"app_root" : "/srv/other/www"}, "error" : {"summary" : "The startup file does not exist"}}</script>',
        "outside-passenger-error",
        /all details, which everyone can read.*startup file does not exist.*looks for it in "\/srv\/other\/www"/,
      ],
      [
        503,
        "<h2>This website is under heavy load (queue full)</h2>",
        "outside-overloaded",
        /more requests waiting/,
      ],
      [
        500,
        "<h1>Passenger error #2</h1><p>An error occurred while trying to access '/home/a/www/Passengerfile.json': Permission denied",
        "outside-passenger-error",
        /may not look at \/home\/a\/www\/Passengerfile.json/,
      ],
      [
        502,
        "<center><h1>502 Bad Gateway</h1></center><hr><center>nginx/1.18</center>",
        "outside-server-error",
        /nginx made, and not the application/,
      ],
      [
        503,
        "Proudly powered by LiteSpeed Web Server",
        "outside-server-error",
        /LiteSpeed made/,
      ],
      [521, "down", "outside-server-error", /Cloudflare.*refuses/, {
        Server: "cloudflare",
      }],
      [526, "x", "outside-server-error", /certificate .* is not valid/, {
        Server: "cloudflare",
      }],
      [
        500,
        "<title>500 Internal Server Error</title><p>The server encountered an internal error or\nmisconfiguration and was unable to complete\nyour request.</p>",
        "outside-server-error",
        /Apache made.*\.htaccess/,
      ],
      [
        500,
        "<title>500 Internal Server Error</title><p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>",
        "outside-failure",
        /Flask or Werkzeug: the application was reached/,
      ],
      [
        403,
        "<title>403 Forbidden</title><h1>Forbidden</h1><p>You don&#39;t have the permission to access the requested resource.",
        "outside-refused",
        /page of Flask or Werkzeug: the application was reached/,
      ],
      [
        404,
        "<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.</p>",
        "outside-refused",
        /page of Flask or Werkzeug/,
      ],
      [
        400,
        "<h1>Bad Request (400)</h1>",
        "outside-refused",
        /page of Django.*name by which the site is asked/,
      ],
      [500, "oops", "outside-failure", /does not tell whether/],
      [500, "oops", "outside-failure", /Server Error\)$/, {
        "X-Powered-By": "Phusion Passenger(R) 6.0.20",
      }],
      [
        200,
        '<a href="/cgi-sys/suspendedpage.cgi">',
        "outside-other-site",
        /closed the account/,
      ],
      // An application may write of all these.
      [
        200,
        "<h1>Our 502 Bad Gateway</h1><center>nginx</center>",
        undefined,
        /^/,
      ],
    ];
    for (const [status, body, code, says, headers] of told) {
      const [found, ...more] = await look(
        folder,
        answer(status, body, headers),
      );
      assertEquals(more, []);
      assertEquals(found?.code, code, body);
      assertMatch(found?.message ?? "", says);
    }
  }));

Deno.test("lookFromOutside() tells what the web server serves below public/", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(join(folder, "public/css"), { recursive: true });
    Deno.writeTextFileSync(join(folder, "public/css/a.css"), "b {}");
    const refusal =
      "<title>403 Forbidden</title>\n<p>You don't have permission to access this resource.";
    const listing = "<title>Index of /css</title>";
    const told = async (status: number, body: string, path: string) => {
      const [found] = await look(
        folder,
        () => new Response(body, { status }),
        { path },
      );
      return [found?.message, found?.place?.file];
    };
    const css = join(folder, "public/css");
    for (const path of ["/css/", "/sub/css"]) {
      const [message, place] = await told(403, refusal, path);
      assertMatch(message!, /css is a folder without an index.html/);
      assertEquals(place, css);
    }
    const [closed, file] = await told(403, refusal, "/css/a.css");
    assertMatch(closed!, /without the application: \S+a\.css$/);
    assertEquals(file, join(css, "a.css"));
    assertEquals((await told(403, refusal, "/js/"))[1], undefined);
    const [listed, place] = await told(200, listing, "/css/");
    assertMatch(
      listed!,
      /lists the names in a folder.*without the application/,
    );
    assertEquals(place, css);
    assertMatch((await told(200, listing, "/"))[0]!, /does not ask/);
    // An application that lists names itself.
    const headers = { "X-Powered-By": "Phusion Passenger(R) 6.0.20" };
    const own = await look(folder, () => new Response(listing, { headers }));
    assertEquals(own.map(({ code }) => code), ["outside-other-files"]);
  }));

Deno.test("lookFromOutside() knows how Apache answers to an encoded slash", () =>
  inTempFolder(async (folder) => {
    const page = "<p>The requested URL was not found on this server.</p>";
    const told = async (path: string, body: string) =>
      (await look(
        folder,
        () => new Response(body, { status: 404 }),
        { path },
      ))[0]?.message.includes("AllowEncodedSlashes");
    assertEquals(await told("/files/a%2Fb", page), true);
    assertEquals(await told("/files/a", page), false);
    assertEquals(await told("/files/a%2Fb", "nothing here"), false);
  }));

Deno.test("lookFromOutside() names the line of .htaccess by which Apache refuses", () =>
  inTempFolder(async (folder) => {
    await Deno.mkdir(join(folder, "public"));
    const file = join(folder, "public/.htaccess");
    const page =
      "<p>You don't have permission to access this resource.</p><hr><address>Apache/2.4.57 (Debian) Server at x Port 80</address>";
    const told = async (text: string) => {
      await Deno.writeTextFile(file, text);
      return (await look(folder, answer(403, page)))[0]?.message;
    };
    assertMatch(
      `${await told("\nRequire ip 192.0.2.0/24\n")}`,
      /line 2 of .*\.htaccess says so to some or all: Require ip/,
    );
    assertEquals((await told("Options -Indexes"))?.includes("says so"), false);
  }));

Deno.test("lookFromOutside() tells a redirection from where it leads", () =>
  inTempFolder(async (folder) => {
    const to = (location: string): Handler => (request) =>
      new URL(request.url).pathname === "/"
        ? new Response(null, { status: 301, headers: { Location: location } })
        : new Response("not here", { status: 404 });
    const told = async (location: string) =>
      (await look(folder, to(location))).map((
        { code, message },
      ) => [code, message]);
    assertEquals(await told("/gone"), [[
      "outside-refused",
      "http://127.0.0.1:PORT/gone gives status 404 (Not Found); http://127.0.0.1:PORT/ sends there (status 301)",
    ]]);
    assertEquals(await told("http://no-such-name.invalid/"), [[
      "outside-redirect",
      "http://127.0.0.1:PORT/ answers, and sends visitors to http://no-such-name.invalid/ (status 301), where no answer comes from: the name no-such-name.invalid cannot be resolved on this machine",
    ]]);
    assertEquals((await told("/")).map(([code]) => code), ["outside-redirect"]);
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.2", onListen() {} },
      () => new Response("hello"),
    );
    const { port } = server.addr as Deno.NetAddr;
    assertEquals(
      (await told(`http://127.0.0.2:${port}/`)).map(([code]) => code),
      ["outside-elsewhere"],
    );
    await server.shutdown();
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
          `${url}a gives status 404 (Not Found); ${url} sends there (status 302)`,
        ]);
      } finally {
        await server.shutdown();
      }
    }),
});
