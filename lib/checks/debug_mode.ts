/**
 * Reports debug modes that show the application's inside to visitors.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { type Finding, finding, soften } from "../findings/finding.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";

const SOURCE_BYTES_LIMIT = 500_000;
const ON_REGEXP = /^(1|true|yes|on|t|development)$/i;
const DEBUG_VARIABLES = ["FLASK_DEBUG", "DJANGO_DEBUG", "DEBUG", "FLASK_ENV"];
/** Lines that switch a debug mode on where a module is imported. */
const SOURCE_REGEXP =
  /^\s*(\w+\.debug\s*=\s*True\b|\w+\.config\[["']DEBUG["']\]\s*=\s*True\b|.*\bDebuggedApplication\s*\()/;
const DJANGO_REGEXP = /^DEBUG\s*(:\s*bool\s*)?=\s*True\b/;
const SETTINGS_REGEXP = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/;

export function checkDebugMode(site: Site): Finding[] {
  const { application, config, host, placeOf } = site;
  if (!config?.wsgi) return [];
  const variable = DEBUG_VARIABLES.find((name) =>
    ON_REGEXP.test(config.environment[name] ?? "")
  );
  if (variable) {
    return [finding("debug-enabled", {
      message: `${variable} in [environment] switches debug mode on`,
      place: placeOf(`environment.${variable}`),
      fix: { text: `Remove ${variable} from [environment]` },
    })];
  }
  if (!application) return [];
  const file = "file" in application.target
    ? application.target.file
    : findModule(application.target.module, application.path, host);
  const text = file && readText(file, host);
  if (!file || !text) return [];
  const settings = config.environment.DJANGO_SETTINGS_MODULE ??
    SETTINGS_REGEXP.exec(text)?.[1];
  const folders = [...application.path, dirname(dirname(file))];
  const django = settings && findModule(settings, folders, host);
  return [
    ...judge(
      file,
      text,
      SOURCE_REGEXP,
      (name) =>
        config.environment[name] ?? config.secretFiles[name] ?? host.env[name],
    ),
    ...(django ? checkSettings(django, readText(django, host) ?? "") : []),
    ...openByDefault(file, text, host),
  ];
}

const CHERRYPY_REGEXP = /^[^#\n]*\bcherrypy\.(?:Application|tree\.mount)\(/m;
const MOST_FILES = 40;

/**
 * CherryPy shows tracebacks, unless it is told not to. Nothing is said where
 * any file beside the application may tell it.
 */
function openByDefault(file: string, text: string, host: Host): Finding[] {
  const made = CHERRYPY_REGEXP.exec(text);
  if (!made) return [];
  const folder = dirname(file);
  const others = namesIn(folder, host)
    .filter((name) => /\.(?:py|conf|cfg|ini)$/.test(name))
    .slice(0, MOST_FILES);
  if (
    others.length === MOST_FILES ||
    [text, ...others.map((name) => readText(join(folder, name), host) ?? "")]
      .some((each) => /show_tracebacks|environment|config/.test(each))
  ) return [];
  return [finding("debug-enabled", {
    message:
      `CherryPy shows the traceback to a visitor whose request fails, unless it is told not to, and "${file}" does not`,
    place: { file, line: text.slice(0, made.index).split("\n").length },
    fix: {
      text:
        'Write `cherrypy.config.update({"request.show_tracebacks": False})` where the application is made',
    },
  })];
}

const NO_HOSTS_REGEXP = /^ALLOWED_HOSTS\s*(?::[^=]+)?=\s*\[\s*\]\s*(?:#.*)?$/;

/** Django's settings: with debug mode off, the names of the site count. */
function checkSettings(file: string, text: string): Finding[] {
  const lines = text.split(/\r?\n/);
  const empty = lines.findIndex((line) => NO_HOSTS_REGEXP.test(line)) + 1;
  // Settings that are taken from elsewhere may hold what is missing here.
  const isWhole = (text.match(/\bALLOWED_HOSTS\b/g) ?? []).length === 1 &&
    !/^\s*from\s.*import\s+\*/m.test(text);
  const hosts = `ALLOWED_HOSTS = ["www.example.org"]`;
  const isEmpty = empty > 0 && isWhole;
  const debug = judge(file, text, DJANGO_REGEXP).map((found) => ({
    ...found,
    fix: {
      text: `Write DEBUG = False on line ${found.place?.line} of ${file}${
        isEmpty
          ? `, and the names of the site on line ${empty}, as in: \`${hosts}\``
          : ""
      }`,
    },
  }));
  const isOff = lines.some((line) => /^DEBUG\s*=\s*False\b/.test(line));
  if (!isEmpty || !isOff) return debug;
  return [
    soften(
      finding("host-not-allowed", {
        message:
          `ALLOWED_HOSTS is empty on line ${empty} of "${file}", and debug mode is off, so that Django answers every request with 400 Bad Request`,
        place: { file, line: empty },
        fix: {
          text:
            `Write the names by which visitors ask for the site, as in: \`${hosts}\``,
        },
      }),
      "the application itself starts",
    ),
  ];
}

/** Gives the value of a variable that the application gets. */
type Variable = (name: string) => string | undefined;

function judge(
  file: string,
  text: string,
  pattern: RegExp,
  variable: Variable = () => undefined,
): Finding[] {
  const lines = text.split("\n");
  const index = lines.findIndex((line, at) =>
    !/^\s*#/.test(line) && pattern.test(line) && runs(lines, at, variable)
  );
  if (index < 0) return [];
  return [finding("debug-enabled", {
    message: `Line ${index + 1} of "${file}" switches debug mode on`,
    place: { file, line: index + 1 },
    fix: { text: `Switch it off on line ${index + 1} of ${file}` },
  })];
}

/**
 * Tells whether a line runs where its module is imported: not below a
 * condition that does not hold, nor below one that cannot be told.
 */
function runs(
  lines: readonly string[],
  at: number,
  variable: Variable,
): boolean {
  const line = lines[at]!;
  const [, chosen] = /\)\s+if\s+(.{1,200}?)\s+else\b/.exec(line) ?? [];
  if (chosen && !holds(chosen, variable)) return false;
  // An `if` with what it does on one line is above itself.
  let width = indentOf(line) + (/^\s*(?:if|elif|else)\b/.test(line) ? 1 : 0);
  for (let above = at; above >= 0 && width > 0; above--) {
    const each = lines[above]!;
    if (!/^\s*[^\s#]/.test(each) || indentOf(each) >= width) continue;
    width = indentOf(each);
    const [, word, condition = ""] =
      /^\s*(if|elif|else|except)\b\s*(.*?)\s*:(?:\s|$)/.exec(each) ?? [];
    if (word === "if" ? !holds(condition, variable) : word !== undefined) {
      const isOther = word === "else" &&
        holds(conditionOfElse(lines, above), variable) === false;
      if (!isOther) return false;
    }
  }
  return true;
}

function indentOf(line: string): number {
  return /^\s*/.exec(line)![0].length;
}

/** The condition of the `if` that an `else` is the only other way of. */
function conditionOfElse(lines: readonly string[], at: number): string {
  const width = indentOf(lines[at]!);
  const head =
    lines.slice(0, at).findLast((line) =>
      /^\s*[^\s#]/.test(line) && indentOf(line) <= width
    ) ?? "";
  return indentOf(head) < width
    ? ""
    : /^\s*if\s+(.*?)\s*:(?:\s|$)/.exec(head)?.[1] ?? "";
}

/** What a condition comes to; undefined where that cannot be told from it. */
function holds(condition: string, variable: Variable): boolean | undefined {
  const negated = /^not\s+(.*)$/.exec(condition)?.[1];
  if (negated !== undefined) {
    const other = holds(negated, variable);
    return other === undefined ? undefined : !other;
  }
  if (/^(?:True|1)$/.test(condition)) return true;
  const [, name, first, second, sign, compared] =
    CONDITION_REGEXP.exec(condition) ?? [];
  if (name === undefined) return undefined;
  const value = variable(name) ?? second ?? first;
  return sign === undefined
    ? Boolean(value)
    : (value === compared) === (sign === "==");
}

/** A variable, with or without a default, alone or compared with a text. */
const CONDITION_REGEXP =
  /^(?:os\.)?(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*(?:,\s*(?:None|False|"([^"]*)"|'([^']*)')\s*)?\)(?:\s*([!=]=)\s*["']([^"']*)["'])?$/;

function findModule(
  module: string,
  folders: readonly string[],
  host: Host,
): string | undefined {
  const parts = module.split(".");
  return folders.flatMap((folder) => [
    `${join(folder, ...parts)}.py`,
    join(folder, ...parts, "__init__.py"),
  ]).find((file) => !refused(host.stat(file)));
}

function readText(file: string, host: Host): string | undefined {
  const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
  return refused(bytes) ? undefined : new TextDecoder().decode(bytes);
}
