/**
 * The pages in headless Chromium, behind real Passenger: nothing from outside,
 * no complaint, no sideways scrolling, from a phone to a desktop, light and
 * dark. `PICTURES=FOLDER` keeps what was seen.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { type Browser, findChromium, startBrowser } from "../worlds/browser.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const WIDTHS = [320, 768, 1280];
const SCHEMES = ["light", "dark"] as const;
const PICTURES = Deno.env.get("PICTURES");

const ignore = leaveOut(
  "the pages in a browser",
  whyNoApache() ??
    (findChromium() ? undefined : "Chromium cannot be found"),
);

/** What a screen reader and a keyboard rely on. */
const STRUCTURE = `JSON.stringify({
  language: document.documentElement.lang,
  titles: document.title.length > 0 && document.querySelectorAll("h1").length,
  levels: [...document.querySelectorAll("h1,h2,h3,h4")]
    .map((each) => Number(each.tagName[1]))
    .every((level, at, all) => at === 0 ? level === 1
      : level <= all[at - 1] + 1),
  main: document.querySelectorAll("main").length,
  scripts: document.scripts.length,
  handlers: document.querySelectorAll("[onclick],[onload],[onerror]").length,
  twice: [...document.querySelectorAll("[id]")].length -
    new Set([...document.querySelectorAll("[id]")].map(({ id }) => id)).size,
})`;

interface Look {
  name: string;
  files?: Record<string, string>;
  /** Replaces in `config.toml`: what is there, by what is to be there. */
  config?: [string | RegExp, string];
  path?: string;
  /** A text that must be seen. */
  seen: string;
}

const DEEP = `import json, logging, urllib.request

class Settings(dict):
    def __missing__(self, key):
        raise LookupError("no setting <b>%s</b> " % key + "x" * 200)

def read(settings):
    try:
        return json.loads(settings["database"])
    except LookupError as error:
        raise RuntimeError("the site's settings are not complete") from error

print("reading the settings of the site", flush=True)
print("warning: " + "a-very-long-word-" * 20, flush=True)
logging.getLogger().warning("nearly there")
read(Settings())
`;

const LOOKS: Look[] = [
  {
    name: "package",
    files: { "myapp/hello.py": "import flask\n" },
    seen: "pip install flask",
  },
  {
    name: "exception",
    files: { "myapp/hello.py": DEEP },
    seen: "RuntimeError",
  },
  {
    name: "config",
    files: { "www/config.toml": "[passenger]\nuser = siteuser\nuzer = 1\n" },
    seen: "config.toml",
  },
  {
    name: "maintenance",
    files: { "www/tmp/maint.txt": "We are moving.\n\nBack at noon." },
    seen: "Back at noon.",
  },
  {
    name: "request",
    files: {
      "myapp/hello.py":
        'def app(e, s):\n    raise KeyError("a <i>view</i> failed")\n',
    },
    path: "/some/page",
    seen: "some/page",
  },
  {
    name: "summary",
    files: { "myapp/hello.py": DEEP },
    config: ['#details = "full"', 'details = "summary"'],
    seen: "RuntimeError",
  },
  {
    name: "none",
    files: { "myapp/hello.py": DEEP },
    config: ['#details = "full"', 'details = "none"'],
    seen: "incident",
  },
  { name: "hello", config: [/\[wsgi\][^[]*/, ""], seen: "Hello World" },
];

Deno.test({
  name: "pages look right in a browser",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using user = await makeSiteUser();
    const looks = LOOKS.map((look) => ({
      ...look,
      site: new FeedbackSite(user, look.name),
    }));
    await Promise.all(looks.map(async ({ site, files, config }) => {
      await site.create();
      for (const [path, text] of Object.entries(files ?? {})) {
        await site.write(path, text);
      }
      if (!config) return;
      const text = site.config().replace(...config);
      assertNotEquals(text, site.config());
      await site.write("www/config.toml", text);
    }));
    await using apache = await startApache(
      looks.map(({ site }) => site.served),
    );
    await using browser = await startBrowser();
    for (const { name, site, path = "/", seen } of looks) {
      const url = apache.url(site.directory) + path;
      for (const width of WIDTHS) {
        for (const scheme of SCHEMES) {
          await look(browser, { name, url, width, scheme, seen });
        }
      }
    }
  },
});

async function look(
  browser: Browser,
  { name, url, width, scheme, seen }: {
    name: string;
    url: string;
    width: number;
    scheme: "light" | "dark";
    seen: string;
  },
) {
  const what = `${name} at ${width}, ${scheme}`;
  const show = () =>
    browser.visit(url, {
      width,
      scheme,
      script: `[document.body.innerText, ${STRUCTURE},
      getComputedStyle(document.body).backgroundColor]`,
    });
  let visit = await show();
  // A start that failed is tried again unasked after some seconds.
  if (String(visit.result).includes("starting again")) visit = await show();
  if (PICTURES) {
    Deno.mkdirSync(PICTURES, { recursive: true });
    Deno.writeFileSync(
      `${PICTURES}/${name}-${width}-${scheme}.png`,
      visit.picture,
    );
  }
  const outside = visit.requests.filter((each) =>
    each !== url && !each.startsWith("data:")
  );
  assertEquals(outside, [], what);
  assertEquals(visit.complaints, [], what);
  assertEquals(visit.overflows, false, `${what} is too wide`);
  const [text, structure, ground] = visit.result as [string, string, string];
  assert(text.includes(seen), `${what}: no ${seen} in ${text}`);
  assert(!text.includes("json.loads"), `${what}: a line of the source`);
  assertEquals(JSON.parse(structure), {
    language: "en",
    titles: 1,
    levels: true,
    main: 1,
    scripts: 0,
    handlers: 0,
    twice: 0,
  }, what);
  const [red = 0] = ground.match(/\d+/g)!.map(Number);
  assertEquals(red > 128, scheme === "light", `${what}: ${ground}`);
}
