/**
 * Django's files of settings, and entries in them.
 *
 * Reads them to tell a line, and never shows them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, join } from "node:path";
import type { Place } from "../findings/finding.ts";
import type { Subject } from "./rule.ts";
import { type Scene, searchSite, textOf } from "./scene.ts";

export const MODULES =
  "package-missing module-unknown own-part-missing package-part-missing module-mistyped module-elsewhere own-module-absent module-name-case installed-app-missing package-in-other-environment namespace-part-missing";

export const SETTINGS = {
  "APP/mysite/settings.py":
    `# 'mysite.urls' and so on\nROOT_URLCONF = "mysit.urls"\nMIDDLEWARE = ["mysite.midleware.Log", "whitenoise.middleware.X"]\nDATABASES = {"default": {"ENGINE": "django.db.backends.postgres"}}\n`,
  "APP/mysite/__init__.py": "",
};

export function nameOf({ raised, groups }: Subject): string {
  return raised.name ?? groups[0] ?? "";
}

/** The files of settings on the site that can be read. */
export function readDjangoSettings(
  scene: Scene,
): { file: string; text: string }[] {
  const found: string[] = [];
  searchSite(scene, (names, folder) => {
    found.push(
      ...names.filter((name) =>
        name === "settings.py" || name.endsWith("_settings.py") ||
        basename(folder) === "settings" && name.endsWith(".py")
      ).map((name) => join(folder, name)),
    );
    return false;
  });
  return found.slice(0, 20).map((file) => ({
    file,
    text: textOf(file, scene),
  }));
}

/** A text in a file of settings that the wanted one fits. */
export function findEntry(
  wanted: RegExp,
  scene: Scene,
): { text: string; place: Place } | undefined {
  for (const { file, text: all } of readDjangoSettings(scene)) {
    for (const [index, line] of all.split(/\r?\n/).entries()) {
      const text = [...line.matchAll(/(["'])([\w.]+)\1/g)]
        .map(([, , each]) => each!).find((each) => wanted.test(each));
      if (text && !/^\s*#/.test(line)) {
        return { text, place: { file, line: index + 1 } };
      }
    }
  }
  return undefined;
}
