import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/toml";
import { parseConfig } from "../site/config.ts";
import { readMarker } from "../site/marker.ts";
import {
  type ConfigValues,
  makeScaffold,
  OWNED_FILES,
  renderConfig,
  type ScaffoldOptions,
  tomlString,
} from "./scaffold.ts";
import { SECTIONS, SETTINGS } from "../site/settings_table.ts";

const SETTINGS_OF_SITE: ConfigValues = {
  appRoot: "/srv/site/www",
  python: "/srv/site/venv/bin/python",
  user: "jo",
  group: "web",
  appType: "node",
};
const OWNED = new Map(OWNED_FILES.map(({ path }) => [path, `of ${path}\n`]));

function scaffold(more: Partial<ScaffoldOptions> = {}) {
  return makeScaffold({
    settings: SETTINGS_OF_SITE,
    owned: OWNED,
    version: "1.2.3",
    recorded: { command: [], node: "", python: "/py" },
    isGroupSafe: true,
    ...more,
  });
}

function modes(more: Partial<ScaffoldOptions> = {}) {
  return Object.fromEntries(
    scaffold(more).map(({ path, mode }) => [path, mode.toString(8)]),
  );
}

Deno.test("makeScaffold() lists the tree with its modes", () => {
  const { "": root, ...rest } = modes();
  assertEquals(root, "755");
  for (
    const [path, mode] of [
      ["config.toml", "640"],
      ["app.js", "644"],
      ["shim", "755"],
      ["shim/runtime.cjs", "644"],
      ["shim/host", "755"],
      ["shim/host/worker.py", "644"],
      ["public", "755"],
      ["log", "750"],
      ["shim/python", "755"],
      ["tmp", "755"],
      ["tmp/restart.txt", "644"],
    ] as const
  ) assertEquals(rest[path], mode, path);
  assertEquals("tmp/maint.txt" in rest, false);
  assertEquals(modes({ maintenance: true })["tmp/maint.txt"], "644");
});

Deno.test("makeScaffold() names a folder before what is in it", () => {
  const paths = scaffold({ maintenance: true }).map(({ path }) => path);
  for (const path of paths) {
    const folder = path.split("/").slice(0, -1).join("/");
    assertEquals(paths.indexOf(folder) <= paths.indexOf(path), true, path);
  }
});

Deno.test("makeScaffold() takes from an unsafe group what others lack", () => {
  const unsafe = modes({ isGroupSafe: false });
  assertEquals(unsafe["config.toml"], "600");
  assertEquals(unsafe.log, "700");
  assertEquals(unsafe["app.js"], "644");
  assertEquals(unsafe[""], "755");
});

Deno.test("makeScaffold() marks the files that upgrade may renew", () => {
  const entries = scaffold();
  for (const { path } of OWNED_FILES) {
    const entry = entries.find((one) => one.path === path)!;
    assertEquals(readMarker(entry.content!), {
      version: "1.2.3",
      isIntact: true,
    });
  }
});

Deno.test("renderConfig() is read without a finding", () => {
  const { config, findings } = parseConfig(
    renderConfig(SETTINGS_OF_SITE),
    "/srv/site/www/config.toml",
  );
  assertEquals(findings, []);
  assertEquals(config, {
    passenger: {
      user: "jo",
      group: "web",
      appRoot: "/srv/site/www",
      python: "/srv/site/venv/bin/python",
      appType: "node",
      nodejs: undefined,
    },
    wsgi: undefined,
    secretFiles: {},
    environment: {},
    log: { maxBytes: 1_000_000, backups: 3 },
  });
});

Deno.test("renderConfig() is valid with every # removed", () => {
  const text = renderConfig(SETTINGS_OF_SITE).replace(/^#(?! )/gm, "");
  const { config, findings } = parseConfig(text, "/srv/site/www/config.toml");
  assertEquals(findings, []);
  assertEquals(config?.wsgi?.app, "app");
  assertEquals(Object.keys(config!.secretFiles), ["CREDENTIALS"]);
});

Deno.test("renderConfig() explains every section and setting", () => {
  const text = renderConfig(SETTINGS_OF_SITE).replace(/\n# /g, " ");
  for (const { meaning } of SECTIONS) assertStringIncludes(text, meaning);
  for (const { meaning } of SETTINGS) {
    assertStringIncludes(text, meaning.slice(1));
  }
  for (const line of renderConfig(SETTINGS_OF_SITE).split("\n")) {
    assertEquals(line.length <= 80, true, line);
  }
});

Deno.test("renderConfig() opens [wsgi] for an application", () => {
  const app = { ...SETTINGS_OF_SITE, module: "/srv/site/app.py", app: "app" };
  const { config, findings } = parseConfig(
    renderConfig(app),
    "/srv/site/www/config.toml",
  );
  assertEquals(findings, []);
  assertEquals(config?.wsgi?.module, "/srv/site/app.py");
  assertEquals(config?.wsgi?.app, "app");
});

Deno.test("tomlString() writes any text", () => {
  const texts = [
    "",
    "plain",
    `it's "q"`,
    "back\\slash",
    "tab\tline\nfeed\r",
    "ünï 日本 🐍",
    "\x00\x01\x1f\x7f\x80",
    "'''\"\"\"",
    "# no comment",
  ];
  for (const text of texts) {
    assertEquals(parse(`a = ${tomlString(text)}`).a, text, text);
  }
});
