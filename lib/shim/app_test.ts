import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";

const APP = fileURLToPath(new URL("app.js", import.meta.url));
const ignore = leaveOut("app.js", whyNoProgram("node"));

interface Started {
  port: number;
  /** Settles with exit status and output once the process has ended. */
  ended: Promise<{ code: number; text: string }>;
  child: Deno.ChildProcess;
}

/** Starts `app.js` with Node, in a folder that holds what the test put there. */
function start(
  folder: string,
  options: { version?: string } = {},
): Started {
  Deno.copyFileSync(APP, join(folder, "app.js"));
  const { version } = options;
  const pretend = version === undefined
    ? ""
    : `Object.defineProperty(process, "version", { value: "${version}" });`;
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const child = new Deno.Command("node", {
    args: ["-e", `${pretend} require(${JSON.stringify(`${folder}/app.js`)})`],
    env: { PORT: String(port) },
    stdout: "piped",
    stderr: "piped",
    stdin: "null",
  }).spawn();
  const ended = child.output().then(({ code, stdout, stderr }) => ({
    code,
    text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr),
  }));
  return { port, ended, child };
}

async function get(
  port: number,
): Promise<{ response: Response; body: string }> {
  for (let tries = 0;; tries++) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`);
      return { response, body: await response.text() };
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function withNode(name: string, test: (folder: string) => Promise<void>) {
  Deno.test({
    name: `app.js ${name}`,
    ignore,
    fn: () =>
      inTempFolder(async (folder) => {
        const site = join(folder, `it's <b> site`);
        Deno.mkdirSync(join(site, "shim"), { recursive: true });
        Deno.mkdirSync(join(site, "log"));
        await test(site);
      }),
  });
}

function writeRuntime(site: string, text: string) {
  Deno.writeTextFileSync(join(site, "shim", "runtime.cjs"), text);
}

withNode("starts the runtime with the app root", async (site) => {
  writeRuntime(
    site,
    "exports.start = function (appRoot) { console.log(appRoot); };",
  );
  const { code, text } = await start(site).ended;
  assertEquals([code, text], [0, `${site}\n`]);
});

withNode(
  "explains a missing runtime, and goes when it is back",
  async (site) => {
    Deno.writeTextFileSync(join(site, "config.toml"), "[passenger]\n");
    const { port, ended } = start(site);
    const { response, body } = await get(port);
    assertEquals(response.status, 503);
    assertEquals(response.headers.get("X-WSGI-Shim"), "error");
    assertEquals(response.headers.get("Cache-Control"), "no-store");
    assert(response.headers.has("Retry-After"));
    assertStringIncludes(body, "The file shim/runtime.cjs is missing.");
    assertStringIncludes(
      body,
      `wsgi-shim upgrade '${
        site.replaceAll("'", "'\\''").replace("<", "&lt;").replace(">", "&gt;")
      }'`,
    );
    writeRuntime(site, "exports.start = function () {};");
    assertStringIncludes((await get(port)).body, "Please reload this page.");
    const { code, text } = await ended;
    assertEquals(code, 0);
    assertStringIncludes(
      text,
      "wsgi-shim: The file shim/runtime.cjs is missing.",
    );
    const log = Deno.readTextFileSync(join(site, "log", "wsgi-shim.log"));
    assert(
      /^\S+Z \[\d+\] failure: The file shim\/runtime.cjs is /.test(log),
      log,
    );
  },
);

withNode("explains a runtime that cannot be used", async (site) => {
  const table: [string, string][] = [
    ["(((", "The file shim/runtime.cjs is broken."],
    ["", "The file shim/runtime.cjs is not complete."],
    ["exports.start = 7;", "The file shim/runtime.cjs is not complete."],
    [
      "module.exports = { get start() { return begin; } };",
      "The file shim/runtime.cjs is broken.",
    ],
    [
      'exports.start = function () { throw new Error("x"); };',
      "The file shim/runtime.cjs failed.",
    ],
    [
      'exports.start = function () { return Promise.reject(new Error("x")); };',
      "The file shim/runtime.cjs failed.",
    ],
  ];
  for (const [text, words] of table) {
    writeRuntime(site, text);
    Deno.writeTextFileSync(join(site, "config.toml"), "[passenger]\n");
    const { port, child, ended } = start(site);
    assertStringIncludes((await get(port)).body, words);
    child.kill();
    await ended;
  }
});

withNode("tells no more than the settings allow", async (site) => {
  const table: [string | undefined, boolean, boolean][] = [
    ["", true, true],
    ["[feedback]\ndetails = 'full'\n", true, true],
    ['[feedback]\n  details="summary"\n', true, false],
    ['[feedback]\ndetails = "none"\n', false, false],
    ['[feedback]\ndetails = "other"\n', true, false],
    ['feedback.details = "none"\n', false, false],
    ['feedback = { details = "none" }\n', false, false],
    ['[feedback]\n"details" = "none"\n', false, false],
    [undefined, false, false],
  ];
  for (const [config, tellsWhat, tellsWhere] of table) {
    const file = join(site, "config.toml");
    if (config === undefined) Deno.removeSync(file);
    else Deno.writeTextFileSync(file, config);
    const { port, child, ended } = start(site);
    const { body } = await get(port);
    assertEquals(body.includes("runtime.cjs"), tellsWhat, config);
    assertEquals(body.includes("site"), true);
    assertEquals(body.includes("it&#39;s") || body.includes("/shim-"), false);
    assertEquals(body.includes("wsgi-shim upgrade"), tellsWhere, config);
    child.kill();
    await ended;
  }
});

withNode(
  "finds its app root by the path that Passenger was given",
  async (site) => {
    const elsewhere = join(site, "elsewhere");
    Deno.mkdirSync(elsewhere);
    Deno.copyFileSync(APP, join(elsewhere, "app.js"));
    Deno.symlinkSync(join(elsewhere, "app.js"), join(site, "app.js"));
    writeRuntime(
      site,
      "exports.start = function (root) { console.log(root); };",
    );
    const startupFile = JSON.stringify(join(site, "app.js"));
    const { stdout } = await new Deno.Command("node", {
      args: [
        "-e",
        `global.PhusionPassenger = { options: { startup_file: ${startupFile} } };
       require(${startupFile});`,
      ],
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim(), site);
  },
);

withNode("explains a Node that is too old", async (site) => {
  writeRuntime(site, "exports.start = function () {};");
  Deno.writeTextFileSync(join(site, "config.toml"), "[passenger]\n");
  const { port, child, ended } = start(site, { version: "v0.10.48" });
  const { response, body } = await get(port);
  assertEquals(response.status, 503);
  assertStringIncludes(body, "Node.js is too old: v0.10.48");
  assertStringIncludes(body, "PassengerNodejs");
  child.kill();
  await ended;
});

Deno.test("app.js is written in the JavaScript of 2009", () => {
  const code = Deno.readTextFileSync(APP).replace(/^\s*\/\/.*$/gm, "")
    .replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (
    const modern of [
      /\b(const|let|class|async|await|import|export)\b/,
      /=>/,
      /`/,
      /\.\.\./,
      /\?\?|\?\./,
      /,\s*[)\]}]/,
      /catch \{/,
    ]
  ) assert(!modern.test(code), String(modern));
});
