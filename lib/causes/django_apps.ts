/**
 * Entries of INSTALLED_APPS that Django cannot load.
 *
 * Reads settings.py to tell the line, and never shows it.
 * Runs on Node and Deno.
 *
 * @module
 */

import type { PythonException } from "../python/failure.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { settingsFiles } from "./django_settings.ts";
import { cause, classOf, placeIn, type Scene } from "./scene.ts";

/** Tells whether Django was loading an entry of INSTALLED_APPS itself. */
export function isLoadingApp({ frames }: PythonException): boolean {
  return /\/django\/apps\/(?:config|registry)\.py$/
    .test(frames.at(-1)?.file ?? "");
}

/** Explains an entry that is no module, or has no such class. */
export function explainInstalledApps(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (!isLoadingApp(raised)) return undefined;
  const place = placeIn(raised, scene);
  if (/^Module '[\w.]+' does not contain a '\w+' class/.test(raised.message)) {
    return cause("django-settings", {
      message: `An entry of INSTALLED_APPS is wrong: ${raised.message}`,
      place,
      fix: { text: "Correct the entry in INSTALLED_APPS of Django's settings" },
    });
  }
  const { name } = raised;
  if (classOf(raised) !== "ModuleNotFoundError" || !name) return undefined;
  const joined = findJoined(name, scene);
  if (joined) {
    return cause("django-settings", {
      message:
        `A comma is missing in INSTALLED_APPS after "${joined.entry}", so that Python joins it with the entry below it`,
      place: joined.place,
      fix: {
        text:
          `Write a comma after "${joined.entry}" on line ${joined.place.line} of ${joined.place.file}`,
      },
    });
  }
  return undefined;
}

const JOINED_REGEXP =
  /(["'])([\w.]+)\1[ \t]*(?:#[^\n]*)?\r?\n\s*(["'])([\w.]+)\3/g;

/** Two texts without a comma between them are one for Python. */
function findJoined(
  name: string,
  scene: Scene,
): { entry: string; place: Place } | undefined {
  for (const { file, text } of settingsFiles(scene)) {
    for (const found of text.matchAll(JOINED_REGEXP)) {
      const whole = `${found[2]}${found[4]}`;
      if (!`${whole}.`.startsWith(`${name}.`)) continue;
      const line = text.slice(0, found.index).split("\n").length;
      return { entry: found[2]!, place: { file, line } };
    }
  }
  return undefined;
}
