/**
 * Feedback behind real Passenger, by the node door: for every fault the page
 * names the cause and what mends it, and once that is mended the site comes
 * back by itself.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { type Fault, FAULTS } from "./feedback_faults.ts";
import { FeedbackSite, HELLO, type Reply } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

const LANES = 8;
/** Well before a start is tried again unasked. */
const MENDED_MS = 7_000;

const ignore = leaveOut("feedback behind Apache", whyNoApache());

Deno.test({
  name: "feedback names the cause of each fault, until it is mended",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using user = await makeSiteUser();
    const sites = Array.from(
      { length: LANES },
      (_, lane) => new FeedbackSite(user, `site${lane}`),
    );
    for (const site of sites) await site.create();
    await using apache = await startApache(sites.map((site) => site.served));
    const waiting = [...FAULTS];
    const wrong: string[] = [];
    await Promise.all(sites.map(async (site) => {
      site.apache = apache;
      assertEquals((await site.get()).text, "hello");
      for (let fault; (fault = waiting.shift());) {
        const trouble = await tryFault(site, fault).catch(String);
        if (trouble) wrong.push(`${fault.name}: ${trouble}`);
      }
    }));
    assertEquals(wrong, []);
  },
});

/** Odd applications that are healthy all the same. */
const CONTROLS = [
  "import sys; sys.stdout = sys.stderr",
  "import sys; sys.stdin.close()",
  'import logging; logging.basicConfig(filename="/dev/null")',
  "try:\n    import ujson\nexcept ImportError:\n    import json as ujson",
  'import os; os.environ.get("DATABASE_URL")',
  "import os; os.chdir('/')",
  "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
  'print("Traceback (most recent call last):"); print("x" * 100000)',
  "import sys; sys.setrecursionlimit(5000); del sys.argv[:]",
  "import os\nif os.fork() == 0: os._exit(0)",
  "import warnings; warnings.warn('old')",
  'open("/dev/stdout", "w")',
];

Deno.test({
  name: "feedback stays silent on odd sites that are healthy",
  ignore,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using user = await makeSiteUser();
    const site = new FeedbackSite(user, "site");
    await site.create();
    await using apache = await startApache([site.served]);
    site.apache = apache;
    for (const before of CONTROLS) {
      await site.write("myapp/hello.py", `${before}\n${HELLO}`);
      await site.restart();
      const { status, text } = await site.get();
      assertEquals([status, text], [200, "hello"], before);
    }
    assert(!/ (?:failure|finding): /.test(await site.log()));
  },
});

async function tryFault(
  site: FeedbackSite,
  fault: Fault,
): Promise<string | undefined> {
  const at = (text: string) => text.replaceAll("@site@", site.directory);
  await breakSite(site, fault, at);
  await site.restart();
  let reply: Reply;
  try {
    reply = await site.until(({ text }) => text !== "hello", 15_000);
  } catch (error) {
    await mendSite(site, fault);
    return `was not seen: ${error}`;
  }
  const told = judge(reply, fault, at);
  await mendSite(site, fault);
  if (fault.request) await site.restart();
  try {
    await site.until(({ text }) => text === "hello", MENDED_MS);
  } catch (error) {
    await site.restart();
    await site.until(({ text }) => text === "hello", 15_000);
    return `${told ?? ""} did not come back: ${error}`;
  }
  return told;
}

async function breakSite(
  site: FeedbackSite,
  fault: Fault,
  at: (text: string) => string,
) {
  const { before, app, files = {}, root, replace } = fault;
  const source = app ?? `${before ?? ""}\n${HELLO}`;
  await site.write("myapp/hello.py", at(source));
  for (const [path, content] of Object.entries(files)) {
    await site.write(
      path,
      typeof content === "string" ? at(content) : content,
    );
  }
  if (replace) {
    const text = site.config();
    assert(text.includes(replace[0]), `no ${replace[0]} in config.toml`);
    await site.write(
      "www/config.toml",
      text.replace(replace[0], at(replace[1])),
    );
  }
  if (root) await asRoot(site, root);
}

async function mendSite(site: FeedbackSite, fault: Fault) {
  if (fault.mend) await asRoot(site, fault.mend);
  if (fault.replace) {
    await site.write("www/config.toml", site.config());
  }
  await site.write("myapp/hello.py", HELLO);
}

async function asRoot({ directory }: FeedbackSite, script: string) {
  const { code, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-ec", script],
    cwd: directory,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

/** What is wrong with the page; nothing for a good one. */
function judge(
  { status, problem, text }: Reply,
  fault: Fault,
  at: (text: string) => string,
): string | undefined {
  if (!problem) return `no page of ours: ${status} ${text}`;
  const errors = problem.findings?.filter((each) => each.severity === "error");
  const found = errors?.find(({ code }) => code === fault.code);
  const told = JSON.stringify(errors);
  if (status !== (fault.status ?? (fault.request ? 500 : 503))) {
    return `status ${status}`;
  }
  if (!found) return `wanted ${fault.code}, got ${told}`;
  if (!holds(found.message, fault.says, at)) return `message: ${told}`;
  const fix = found.fix?.command ?? found.fix?.text ?? "";
  if (!holds(fix, fault.fix, at)) return `fix: ${told}`;
  if (errors!.length > 1) return `one cause is one finding: ${told}`;
  const source = `${fault.before ?? ""}\n${fault.app ?? HELLO}`.split("\n");
  const quoted = source.find((line) =>
    line.length > 12 && text.includes(JSON.stringify(at(line)).slice(1, -1))
  );
  return quoted && `a line of the source: ${quoted}`;
}

function holds(
  text: string,
  part: string | RegExp,
  at: (text: string) => string,
): boolean {
  return typeof part === "string"
    ? text.includes(at(part))
    : new RegExp(at(part.source.replaceAll("\\/", "/"))).test(text);
}
