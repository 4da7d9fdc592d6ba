/**
 * The order of the house: an import goes only to a lower layer or stays in
 * its own, nothing goes in a circle, and what Node loads is clean for Node.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../npm/run_deno.ts";

/** Rooms by layer; a folder stands for all files in it. */
const LAYERS: readonly (readonly string[])[] = [
  [
    "failure",
    "fault_dump",
    "finding",
    "http_message",
    "layout",
    "marker",
    "package_names",
    "recorded",
    "rules/",
    "shell",
    "shell_words",
    "suggestion",
    "text_encoding",
    "version",
    "wrap",
  ],
  [
    "accounts",
    "application",
    "config",
    "host",
    "permission",
    "setting_value",
    "settings_table",
    "site",
    "toml_text",
    "unknown_settings",
    "visible_line",
  ],
  ["checks/", "plan"],
  [
    "code_frame",
    "explanation",
    "hints",
    "hints/",
    "markup",
    "page",
    "page_account",
    "page_cleaner",
    "page_format",
    "page_owner",
    "page_style",
    "redaction",
    "report",
    "scaffold",
    "secret_values",
    "server_settings",
    "settings_snippet",
  ],
  [
    "handoff",
    "incident",
    "log",
    "outside",
    "page_server",
    "passenger_process",
    "preflight",
    "proxy",
    "python_door",
    "random",
    "session",
    "site_server",
    "site_start",
    "stand_in",
    "trial",
    "worker",
    "worker_messages",
  ],
  ["commands/", "embedded", "terminal"],
];

/** Only these act; every other file below layer 5 returns values. */
const ACTING =
  /^lib\/(host|handoff|log|page_server|passenger_process|preflight|proxy|python_door|random|session|site_server|site_start|stand_in|incident|trial|worker)\.ts$/;

const IMPORT_REGEXP =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?\sfrom\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import\s+"([^"]+)"/g;

interface Source {
  /** Path from the root of the repository. */
  path: string;
  text: string;
  imports: string[];
}

function readSources(): Map<string, Source> {
  const sources = new Map<string, Source>();
  const queue = [...Deno.readDirSync(ROOT)].map((entry) => entry.name)
    .filter((name) => name.endsWith(".ts"));
  walk("lib");
  function walk(folder: string) {
    for (const entry of Deno.readDirSync(join(ROOT, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) walk(path);
      else if (path.endsWith(".ts") && !path.endsWith("_test.ts")) {
        queue.push(path);
      }
    }
  }
  for (const path of queue) {
    const text = Deno.readTextFileSync(join(ROOT, path));
    const imports = [...text.matchAll(IMPORT_REGEXP)].map((found) =>
      found[1] ?? found[2] ?? found[3]!
    );
    sources.set(path, { path, text, imports });
  }
  return sources;
}

const SOURCES = readSources();

function layerOf(path: string): number | undefined {
  const room = path.replace(/^lib\//, "").replace(/\.ts$/, "");
  const layer = LAYERS.findIndex((rooms) =>
    rooms.some((one) => one.endsWith("/") ? room.startsWith(one) : one === room)
  );
  return layer < 0 ? undefined : layer;
}

function localImports({ path, imports }: Source): string[] {
  return imports.filter((one) => one.startsWith(".")).map((one) =>
    relative(ROOT, join(ROOT, dirname(path), one))
  ).filter((one) => one.endsWith(".ts"));
}

function reachedFrom(entry: string): Set<string> {
  const reached = new Set<string>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    queue.push(...localImports(SOURCES.get(path)!));
  }
  return reached;
}

Deno.test("every file of lib/ has a place in a layer", () => {
  const homeless = [...SOURCES.keys()].filter((path) =>
    path.startsWith("lib/") && layerOf(path) === undefined
  );
  assertEquals(homeless, []);
});

Deno.test("an import goes to a lower layer or stays in its own", () => {
  const upward: string[] = [];
  for (const source of SOURCES.values()) {
    if (!source.path.startsWith("lib/")) continue;
    for (const target of localImports(source)) {
      const isEntry = !target.startsWith("lib/");
      if (isEntry || layerOf(target)! > layerOf(source.path)!) {
        upward.push(`${source.path} → ${target}`);
      }
    }
  }
  assertEquals(upward, []);
});

Deno.test("no import goes in a circle", () => {
  const circles: string[] = [];
  const done = new Set<string>();
  function visit(path: string, trail: string[]) {
    if (trail.includes(path)) {
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
    } else if (!done.has(path)) {
      const targets = SOURCES.get(path) ? localImports(SOURCES.get(path)!) : [];
      for (const target of targets) visit(target, [...trail, path]);
      done.add(path);
    }
  }
  for (const path of SOURCES.keys()) visit(path, []);
  assertEquals(circles, []);
});

for (
  const [entry, most] of [["runtime.ts", 4], ["mod.ts", 3]] as const
) {
  Deno.test(`${entry} reaches no layer above ${most}`, () => {
    const above = [...reachedFrom(entry)].filter((path) =>
      (layerOf(path) ?? 0) > most
    );
    assertEquals(above, []);
  });

  Deno.test(`what ${entry} reaches runs on Node: node: modules and @std/toml`, () => {
    const faults: string[] = [];
    for (const path of reachedFrom(entry)) {
      const { imports, text } = SOURCES.get(path)!;
      for (const one of imports) {
        const isClean = one.startsWith("node:") || one.startsWith(".") ||
          one === "@std/toml";
        if (!isClean) faults.push(`${path} imports ${one}`);
      }
      const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      if (/\bDeno\./.test(code)) faults.push(`${path} uses Deno`);
      if (/^await |^(const|let) .*= await /m.test(code)) {
        faults.push(`${path} awaits at its top level`);
      }
      if (/type: "(text|bytes)"/.test(code)) {
        faults.push(`${path} imports a text`);
      }
    }
    assertEquals(faults, []);
  });
}

Deno.test("below the commands, only the acting rooms touch the system", () => {
  const acting = [...SOURCES.values()].filter(({ path, imports }) =>
    path.startsWith("lib/") && (layerOf(path) ?? 5) < 5 &&
    !ACTING.test(path) &&
    imports.some((one) =>
      /^node:(fs|child_process|http|net|os|process)/.test(one)
    )
  ).map((source) => source.path);
  assertEquals(acting, []);
});

Deno.test("every file says at its top what it is for", () => {
  const silent = [...SOURCES.values()].filter(({ text }) =>
    !/^(#!.*\n)?\/\*\*\n \* [^@]/.test(text) || !text.includes("@module")
  ).map((source) => source.path);
  assertEquals(silent, []);
});

Deno.test("every file of lib/ says at its top which layer it is in", () => {
  const wrong = [...SOURCES.values()].filter(({ path, text }) =>
    path.startsWith("lib/") &&
    !headOf(text).includes(`Layer ${layerOf(path)}.`)
  ).map((source) => source.path);
  assertEquals(wrong, []);
});

Deno.test("every file that is named at the top of a file is there", () => {
  const wrong: string[] = [];
  for (const { path, text } of SOURCES.values()) {
    for (const [, name] of headOf(text).matchAll(/`([\w/]+\.(?:ts|py))`/g)) {
      const places = [dirname(path), "lib", "lib/startup", ".", "npm"];
      const isThere = places.some((folder) =>
        existsSync(join(ROOT, folder, name!))
      );
      if (!isThere) wrong.push(`${path}: ${name}`);
    }
  }
  assertEquals(wrong, []);
});

function headOf(text: string): string {
  return text.slice(0, text.indexOf("*/"));
}

Deno.test("no file is a drawer", () => {
  const drawers = [...SOURCES.keys()].filter((path) =>
    /\/(utils?|helpers?|common|misc|types)\.ts$/.test(path)
  );
  assertEquals(drawers, []);
});
