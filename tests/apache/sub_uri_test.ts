/**
 * A site that is mounted below a path of its server, with `PassengerBaseURI`:
 * what the application learns of the path, and what visitors get while it
 * does not run. By every door, and beside Passenger's own Python loader.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type ApacheSite, startApache, whyNoApache } from "../worlds/apache.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { DOORS, hostOf } from "../worlds/doors.ts";
import { makeSiteUser, type SiteUser } from "../worlds/site_user.ts";
import {
  assertMatches,
  eventually,
  type Expectation,
  makeTestSite,
  type RunningSite,
  runningSite,
  untilLogged,
} from "../worlds/site_on_disk.ts";

const ignore = leaveOut("sites below a path", whyNoApache());

const MOUNTS = ["/app", "/deep/er"];

/** Tells the path, and the URL as PEP 3333 puts it together again. */
const APPLICATION = `from wsgiref.util import request_uri

def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/raise":
        raise LookupError("no such cake")
    start_response("200 OK", [("Content-Type", "text/plain")])
    told = "%s|%s|%s" % (environ["SCRIPT_NAME"], path, request_uri(environ))
    return [told.encode("latin-1")]
`;

/** What follows the mount, PATH_INFO of it, and as Passenger's loader has it. */
const PATHS: readonly {
  asked: string;
  path: string;
  native?: string;
}[] = [
  { asked: "", path: "", native: "/" },
  { asked: "/", path: "/" },
  { asked: "/?x=%20", path: "/" },
  { asked: "/a/b/", path: "/a/b/" },
  { asked: "/caf%C3%A9", path: "/caf\u00e9", native: "/caf%c3%a9" },
  { asked: "/caf%C3%A9?x=%C3%A9", path: "/caf\u00e9", native: "/caf%c3%a9" },
  { asked: "/a%20b", path: "/a b", native: "/a%20b" },
  { asked: "/a%2525b", path: "/a%25b", native: "/a%2525b" },
];

type Way = typeof DOORS[number] | "native";

interface Mounted {
  way: Way;
  mount: string;
  site: RunningSite;
}

function test(
  name: string,
  options: { ways: readonly Way[]; mounts: string[]; application: string },
  act: (mounted: Mounted) => Promise<void>,
) {
  Deno.test({
    name: `below a path: ${name}`,
    ignore,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn(t) {
      await using user = await makeSiteUser();
      const all = await Promise.all(
        options.ways.flatMap((way) =>
          options.mounts.map((mount) =>
            makeMounted(user, way, mount, options.application)
          )
        ),
      );
      await using apache = await startApache(
        all.map(({ host }) => host),
        { directives: ["PassengerMaxPoolSize 20"] },
      );
      // Side by side, for most of the time is waiting.
      const outcomes = await Promise.allSettled(
        all.map(({ way, mount, site, host }) =>
          act({ way, mount, site: runningSite(site, apache.url(host)) })
        ),
      );
      for (const [index, { way, mount }] of all.entries()) {
        await t.step(`${way} at ${mount}`, () => {
          const outcome = outcomes[index]!;
          if (outcome.status === "rejected") throw outcome.reason;
        });
      }
    },
  });
}

async function makeMounted(
  user: SiteUser,
  way: Way,
  mount: string,
  application: string,
) {
  const site = await makeTestSite(user, `${way}${mount.replaceAll("/", "-")}`);
  const { folder } = site;
  await site.write("myapp/hello.py", application);
  await site.write("www/public/style.css", "static");
  if (way === "native") {
    await site.write(
      "www/passenger_wsgi.py",
      `import sys\nsys.path.insert(0, "${folder}/myapp")\n` +
        "from hello import application\n",
    );
  }
  const host: ApacheSite = {
    ...hostOf(site, way === "native" ? "wsgi" : way),
    baseUri: mount,
  };
  return { way, mount, site, host };
}

test("an application learns where it is, and what is asked of it", {
  ways: [...DOORS, "native"],
  mounts: MOUNTS,
  application: APPLICATION,
}, async ({ way, mount, site }) => {
  for (const { asked, path, native = path } of PATHS) {
    const { status, text } = await site.get(asked);
    assertEquals(status, 200, text);
    const [script, found, url] = text.split("|");
    const expected = way === "native" ? native : path;
    assertEquals([script, found], [mount, expected], asked);
    // What an application builds its links from leads back to where it was.
    if (way === "native") continue;
    assertEquals(new URL(url!).pathname, mount + asked.replace(/\?.*/, ""));
  }
});

test("what else the server has is none of its business", {
  ways: ["node"],
  mounts: ["/app"],
  application: APPLICATION,
}, async ({ site }) => {
  assertEquals((await site.get("/style.css")).text, "static");
  const other = await site.get("lication");
  assertEquals([other.status, other.headers.get("x-wsgi-shim")], [404, null]);
});

test("pages stand in for it on every path, until it is mended", {
  ways: DOORS,
  mounts: ["/app"],
  application: "import no_such_package\n",
}, async ({ mount, site }) => {
  await site.edit(
    "www/config.toml",
    /$/,
    '[feedback]\nrequest_details = "full"\n',
  );
  await site.write("www/tmp/maint.txt", "Back at noon");
  const everywhere = async (expected: Expectation) => {
    for (const path of ["", "/", "/caf%C3%A9"]) {
      const page = await site.get(path, { headers: { Accept: "text/html" } });
      assertMatches(page, expected);
      // Nothing that a browser would look for at the server's root.
      assert(!/(?:href|src|action)=["']?\//.test(page.text), page.text);
    }
  };
  const closed = { status: 503, kind: "maintenance", tells: ["Back at noon"] };
  await everywhere(closed);
  await site.remove("www/tmp/maint.txt");
  const broken = { status: 503, kind: "error", tells: ["no_such_package"] };
  await eventually(site, { ...broken, codes: ["module-not-here"] });
  await everywhere(broken);
  await site.write("myapp/hello.py", APPLICATION);
  await eventually(site, { status: 200, tells: [`${mount}|/|`] });
  const explained = {
    status: 500,
    kind: "exception",
    codes: ["app-request-failed"],
  };
  const raised = await eventually(site, explained, "/raise");
  // The owner is told the path as visitors see it.
  assertStringIncludes(raised.text, `GET ${mount}/raise`);
  await untilLogged(site, `: GET ${mount}/raise`);
});
