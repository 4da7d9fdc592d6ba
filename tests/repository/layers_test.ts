/**
 * The order of the house: an import goes only to a lower layer or stays in
 * its own, nothing goes in a circle, and what Node loads is clean for Node.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "../../build/run_deno.ts";

/** The folders of `lib/`; an import goes only to a folder above it in the list. */
const LAYERS = [
  "text",
  "findings",
  "machine",
  "site",
  "python",
  "causes",
  "checks",
  "judge",
  "pages",
  "reports",
  "start",
  "preview",
  "commands",
] as const;

/** Only these folders and files act; every other one returns values. */
const ACTING =
  /^lib\/((start|preview|commands)\/|machine\/host\.ts|site\/log\.ts)/;

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

function layerOf(path: string): number {
  const folder = /^lib\/([^/]+)\//.exec(path)?.[1];
  return LAYERS.findIndex((layer) => layer === folder);
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

Deno.test("every file of lib/ stands in a folder that is a layer", () => {
  const homeless = [...SOURCES.keys()].filter((path) =>
    path.startsWith("lib/") && layerOf(path) < 0
  );
  assertEquals(homeless, []);
});

Deno.test("an import goes to a lower layer or stays in its own", () => {
  const upward: string[] = [];
  for (const source of SOURCES.values()) {
    if (!source.path.startsWith("lib/")) continue;
    for (const target of localImports(source)) {
      const isEntry = !target.startsWith("lib/");
      if (isEntry || layerOf(target) > layerOf(source.path)) {
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
  const [entry, most] of [
    ["runtime.ts", "start"],
    ["mod.ts", "reports"],
  ] as const
) {
  Deno.test(`${entry} reaches no folder below ${most}/`, () => {
    const above = [...reachedFrom(entry)].filter((path) =>
      layerOf(path) > LAYERS.indexOf(most)
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
    path.startsWith("lib/") && !ACTING.test(path) &&
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

Deno.test("every file that is named at the top of a file is there", () => {
  const wrong: string[] = [];
  for (const { path, text } of SOURCES.values()) {
    for (const [, name] of headOf(text).matchAll(/`([\w/]+\.(?:ts|py))`/g)) {
      const places = [dirname(path), "lib", "lib/shim", ".", "build", "npm"];
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
