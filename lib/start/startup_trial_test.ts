import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";
import { createHost } from "../machine/host.ts";
import { readSite } from "../site/site.ts";
import { tryStartupFile } from "./startup_trial.ts";

const APP = new URL("../shim/app.js", import.meta.url);
const ignore = leaveOut("loading app.js", whyNoProgram("node"));

/** What is found in an app root with these files, and which it has then. */
function tried(
  files: Record<string, string>,
  more: { startsNothing?: boolean } = {},
) {
  return async () => {
    let result: { messages: string[]; names: string[] } | undefined;
    await inTempFolder((folder) => {
      const root = join(folder, "www");
      Deno.mkdirSync(join(root, "shim"), { recursive: true });
      Deno.mkdirSync(join(root, "log"));
      Deno.writeTextFileSync(join(root, "config.toml"), "[passenger]\n");
      for (const [name, text] of Object.entries(files)) {
        Deno.mkdirSync(join(root, name, ".."), { recursive: true });
        Deno.writeTextFileSync(join(root, name), text);
      }
      const site = readSite(root, { ...createHost(), ...more });
      result = {
        messages: tryStartupFile(site, []).map((one) => one.message),
        names: [...Deno.readDirSync(join(root, "log"))].map((one) => one.name),
      };
      return Promise.resolve();
    });
    return result!;
  };
}

const ours = Deno.readTextFileSync(APP);
const runtime = "exports.start = () => { throw new Error('started'); };\n";
const two = 'require("wsgi-shim/runtime").start(__dirname);\n';

const cases: [
  name: string,
  files: Record<string, string>,
  words: string | undefined,
][] = [
  [
    "is content with app.js, and starts nothing",
    { "app.js": ours, "shim/runtime.cjs": runtime },
    undefined,
  ],
  [
    "is content with two lines that load the package",
    { "app.js": two, "node_modules/wsgi-shim/runtime.js": runtime },
    undefined,
  ],
  [
    "leaves alone what is not of wsgi-shim",
    { "app.js": "throw 1;\n" },
    undefined,
  ],
  [
    "tells of a module that is not there",
    { "app.js": `// wsgi-shim\nrequire("./fs");\n` },
    "Cannot find module './fs'",
  ],
  [
    "tells of a runtime that cannot be loaded",
    { "app.js": ours, "shim/runtime.cjs": "throw new Error('no');\n" },
    "The file shim/runtime.cjs is broken.",
  ],
  [
    "tells of a package.json that makes app.js another kind of module",
    {
      "app.js": ours,
      "shim/runtime.cjs": runtime,
      "package.json": '{"type": "module"}',
    },
    "Node cannot load",
  ],
];

for (const [name, files, words] of cases) {
  Deno.test({
    name: `tryStartupFile() ${name}`,
    ignore,
    async fn() {
      const { messages, names } = await tried(files)();
      assertEquals([messages.length, names], [words ? 1 : 0, []]);
      if (words) assertStringIncludes(messages[0]!, words);
    },
  });
}

Deno.test("tryStartupFile() starts nothing of a stranger's", async () => {
  const files = { "app.js": "// wsgi-shim\nthrow 1;\n" };
  assertEquals((await tried(files, { startsNothing: true })()).messages, []);
});
