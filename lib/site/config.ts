/**
 * `config.toml` as the rest of the program sees it: text in, settings and
 * findings out.
 *
 * The settings themselves stand in `settings_table.ts`.
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  type Code,
  type Finding,
  finding,
  type Place,
} from "../findings/finding.ts";
import {
  DEFAULTS,
  SECTIONS,
  type Setting,
  SETTINGS,
} from "./settings_table.ts";
import {
  faultOf,
  isTable,
  kindOf,
  type PathSlip,
  slipOf,
} from "./setting_value.ts";
import type { KnownValues } from "./known_values.ts";
import { type AddFinding, homeOf, reportUnknown } from "./unknown_settings.ts";
import { parseToml } from "./toml.ts";
import type { SyntaxFault } from "./toml_fault.ts";
import { parseStatements, type Statement } from "./toml_text.ts";
import { readVisibleLine } from "./visible_line.ts";

/** How much an error page tells. */
export type Details = "full" | "summary" | "none";

/** The levels, from much to little. */
const LEVELS: readonly Details[] = ["full", "summary", "none"];

/** How much the pages tell. */
export interface Feedback {
  /** The page of a site that cannot start. */
  details: Details;
  /** The page of an exception in a request; never more than `details`. */
  requestDetails: Details;
}

/** Which startup file the web server loads. */
export type AppType = "node" | "wsgi";

/** What the callable of `[wsgi]` speaks. */
export type Interface = "auto" | "wsgi" | "asgi";

/** The event loop of an ASGI application. */
export type EventLoop = "asyncio" | "uvloop";

/** The settings of a site, with defaults filled in. */
export interface Config {
  /** What the administrators of the web server need. */
  passenger: {
    user?: string;
    group?: string;
    /** Absolute path. */
    appRoot?: string;
    /** Absolute path of the interpreter. */
    python?: string;
    appType: AppType;
    /** Absolute path of the web server's Node. */
    nodejs?: string;
  };
  /** Absent: the Hello World page. */
  wsgi?: {
    /** A dotted name, or an absolute path. */
    module?: string;
    app: string;
    /** What the callable speaks; `auto`: Python sees it. */
    interface: Interface;
    /** The event loop of an ASGI application. */
    loop: EventLoop;
    /** Absolute path. */
    chdir?: string;
    /** 1 to 64. */
    threads: number;
    /** Seconds. */
    startTimeout: number;
  };
  /** Absolute paths by the name of their variable. */
  secretFiles: Record<string, string>;
  /** Values by the name of their variable. */
  environment: Record<string, string>;
  /** Rotation of the log. */
  log: { maxBytes: number; backups: number };
}

/** What a `config.toml` says, and what is wrong with it. */
export interface ParsedConfig {
  /** Absent when the text is not TOML. */
  config?: Config;
  /** How much the pages may tell, found even in a text that is not TOML. */
  feedback: Feedback;
  findings: Finding[];
  /** Where a dotted key stands: its value, or the place it is missing from. */
  placeOf(key: string): Place;
}

/** Findings about the name of a setting, not about its value. */
const WRONG_NAMES: readonly Code[] = [
  "config-name",
  "config-unknown-key",
  "config-misplaced-key",
];
/** A file with more mistakes than this is something else. */
const FINDINGS_LIMIT = 100;
const VARIABLE_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Parses the text of a `config.toml`.
 *
 * @param text The text, without a byte order mark
 * @param file Absolute path of the file, for places; relative paths in the
 *   text are relative to its folder
 * @param known Asked only where something is wrong
 */
export function parseConfig(
  text: string,
  file: string,
  known: () => KnownValues = () => ({}),
): ParsedConfig {
  const { values, fault } = parseToml(text);
  if (fault) {
    const place = { file, line: fault.line, column: fault.column };
    const message =
      `Cannot read config.toml, line ${fault.line}: ${fault.message}`;
    const advice = adviceOf(fault, text) ??
      `Correct line ${fault.line} of ${file}`;
    return {
      findings: [finding("config-syntax", {
        message,
        place,
        fix: { text: advice },
      })],
      feedback: statedFeedback(text),
      placeOf: () => ({ file }),
    };
  }
  return readValues(values, text, file, known);
}

/** What mends a line, with its value only where that may be shown. */
function adviceOf(
  { line, correction, advice }: SyntaxFault,
  text: string,
): string | undefined {
  const { name, value } = correction ?? {};
  if (name && readVisibleLine(text, line).isShown) {
    return `Write on line ${line}: ${name} = ${value}`;
  }
  if (advice || !correction) return advice;
  return name
    ? `Write on line ${line}, with the value of ${name} in the quotes: ${name} = "…"`
    : `Write on line ${line} a name, an equals sign, and the value in quotes: NAME = "…"`;
}

/** A mistake elsewhere in the file must not open a page that was closed. */
export function statedFeedback(text: string): Feedback {
  const statements = parseStatements(text);
  const stated = (key: string) =>
    statements.find(({ path }) => path.join(".") === `feedback.${key}`)
      ?.value.replace(/["']/g, "");
  return feedbackOf(
    stated("details") ?? DEFAULTS.details,
    stated("request_details") ?? DEFAULTS.requestDetails,
  );
}

/** A level that cannot be understood counts as the middle one. */
function feedbackOf(details: unknown, requestDetails: unknown): Feedback {
  const [start, request] = [details, requestDetails].map((value) => {
    const level = LEVELS.findIndex((one) => one === value);
    return level < 0 ? LEVELS.indexOf("summary") : level;
  }) as [number, number];
  return {
    details: LEVELS[start]!,
    requestDetails: LEVELS[Math.max(start, request)]!,
  };
}

function readValues(
  values: Record<string, unknown>,
  text: string,
  file: string,
  known: () => KnownValues,
): ParsedConfig {
  const findings: Finding[] = [];
  const statements = parseStatements(text);

  const stands = new Map<string, Statement>();
  for (const statement of statements) {
    const key = statement.path.join(".");
    if (!stands.has(key)) stands.set(key, statement);
  }

  function placeOf(key: string): Place {
    const section = key.split(".")[0]!;
    // [wsgi.sub] makes a section [wsgi] that has no line of its own.
    const firstIn = (name: string) =>
      statements.find(({ path }) => path.join(".").startsWith(`${name}.`));
    const stated = stands.get(key) ?? firstIn(key) ?? stands.get(section) ??
      firstIn(section);
    if (!stated) return { file, key };
    return { file, line: stated.valueLine, column: stated.valueColumn, key };
  }

  /** The place of a name, where that is what is wrong. */
  function nameOf(key: string): Place {
    const stated = stands.get(key);
    return stated?.kind === "pair"
      ? { file, line: stated.line, column: stated.column, key }
      : placeOf(key);
  }

  function addFinding(
    code: Code,
    key: string,
    message: string,
    advice: string,
  ) {
    if (findings.length >= FINDINGS_LIMIT) return;
    findings.push(
      finding(code, {
        message,
        place: WRONG_NAMES.includes(code) ? nameOf(key) : placeOf(key),
        fix: { text: advice },
      }),
    );
  }

  /** Looks from the key up to the header that it stands below. */
  function commentedHeader(
    section: string,
    dotted: string,
  ): number | undefined {
    const key = stands.get(dotted);
    if (!key || values[section] !== undefined) return undefined;
    const above = statements.findLast(({ kind, line }) =>
      kind === "header" && line < key.line
    );
    const lines = text.split("\n").slice(above?.line ?? 0, key.line - 1);
    const at = lines.findLastIndex((line) =>
      line.replace(/^[ \t#]+/, "").trimEnd() === `[${section}]`
    );
    return at < 0 ? undefined : (above?.line ?? 0) + at + 1;
  }

  function tableOf(section: string): Record<string, unknown> {
    const value = values[section];
    if (value === undefined) return {};
    if (isTable(value)) return value;
    addFinding(
      "config-type",
      section,
      `\`${section}\` must be a section, [${section}], and is ${kindOf(value)}`,
      `Write [${section}] on a line of its own, and the settings below it`,
    );
    return {};
  }

  /** The value of a setting where it is there and valid. */
  function valueOf(setting: Setting): unknown {
    const table = tables.get(setting.section)!;
    for (const name of [setting.key, ...(setting.aliases ?? [])]) {
      const value = Object.hasOwn(table, name) ? table[name] : undefined;
      if (value === undefined) continue;
      const key = `${setting.section}.${name}`;
      const fault = faultOf(setting, value, stands.get(key)?.value);
      if (!fault) {
        reportOther(setting, name, value);
        return value;
      }
      addFinding(
        fault.kind ? "config-type" : "config-value",
        key,
        `\`${name}\` in [${setting.section}] must be ${fault.wanted}, and is ${fault.found}`,
        fault.correction
          ? `Write: ${name} = ${fault.correction}`
          : fault.advice ?? exampleOf(setting, name),
      );
      return undefined;
    }
    return setting.default;
  }

  /** How to write a setting, with its value where the site itself tells it. */
  function exampleOf({ section, example }: Setting, name: string): string {
    const value = section === "passenger"
      ? known()[name as keyof KnownValues]
      : undefined;
    return value === undefined
      ? `Write, for example: ${name} = ${example}`
      : `Write ${name} = "${value}"`;
  }

  /** An older name beside the newer one: who reads which is not known. */
  function reportOther(
    { section, aliases }: Setting,
    name: string,
    value: unknown,
  ) {
    const table = tables.get(section)!;
    const other = aliases?.find((alias) =>
      alias !== name && Object.hasOwn(table, alias) && table[alias] !== value
    );
    if (other === undefined) return;
    addFinding(
      "config-value",
      `${section}.${other}`,
      `\`${other}\` in [${section}] is another name for \`${name}\`, and has another value`,
      `Keep the one that is right, and remove the other`,
    );
  }

  const tables = new Map(
    SECTIONS.map(({ name }) => [name, tableOf(name)] as const),
  );
  reportUnknown(values, tables, commentedHeader, addFinding);
  const read = new Map(
    SETTINGS.map((setting) => [
      `${setting.section}.${setting.key}`,
      valueOf(setting),
    ]),
  );
  const of = <T>(key: string) => read.get(key) as T;
  const inAppRoot = (path: string | undefined) =>
    path === undefined || isAbsolute(path) ? path : join(file, "..", path);

  const modulePath = (module: string | undefined) =>
    module?.includes("/") ? resolve(file, "..", module) : module;

  if (values.passenger === undefined) {
    addFinding(
      "config-section-missing",
      "passenger",
      "config.toml has no section [passenger]",
      passengerAdvice(known()),
    );
  }
  const variables = readVariables(tables, addFinding);

  return {
    config: {
      passenger: {
        user: of("passenger.user"),
        group: of("passenger.group"),
        appRoot: of("passenger.passenger_app_root"),
        python: of("passenger.passenger_python"),
        appType: of("passenger.passenger_app_type") ?? DEFAULTS.appType,
        nodejs: of("passenger.passenger_nodejs"),
      },
      wsgi: isTable(values.wsgi)
        ? {
          module: modulePath(of("wsgi.module")),
          app: of("wsgi.app") ?? DEFAULTS.app,
          interface: of("wsgi.interface") ?? DEFAULTS.interface,
          loop: of("wsgi.loop") ?? DEFAULTS.loop,
          chdir: inAppRoot(of("wsgi.chdir")),
          threads: of("wsgi.threads") ?? DEFAULTS.threads,
          startTimeout: of("wsgi.start_timeout") ?? DEFAULTS.startTimeout,
        }
        : undefined,
      secretFiles: variables.secretFiles,
      environment: variables.environment,
      log: {
        maxBytes: of("log.max_bytes") ?? DEFAULTS.maxBytes,
        backups: of("log.backups") ?? DEFAULTS.backups,
      },
    },
    findings,
    feedback: feedbackOf(
      of("feedback.details"),
      of("feedback.request_details"),
    ),
    placeOf,
  };
}

/** How to write a section that is missing, as far as its values are known. */
function passengerAdvice(known: KnownValues): string {
  const { passenger_app_root: appRoot = "/…/www" } = known;
  const python = join(dirname(appRoot), "venv", "bin", "python");
  const values = {
    ...known,
    passenger_app_root: appRoot,
    passenger_python: known.passenger_python ?? python,
  };
  const lines = Object.entries(values).filter(([, value]) => value)
    .map(([key, value]) => `${key} = "${value}"`);
  return `Add these lines: ${
    ["[passenger]", ...lines].map((line) => `\`${line}\``).join(" ")
  }`;
}

/** What may be told of a path that a secret may stand in place of. */
function tellableSlip(value: string): PathSlip | undefined {
  const slip = slipOf(value);
  if (slip === undefined) return undefined;
  const isTold = slip.path === undefined
    ? /^[~$]\{?[A-Za-z_]*\}?\/|^\/[\w/.-]*\/\$|^[A-Za-z]:[\\/]/.test(value)
    : /^\/[^/=+]+\/[^=+]+$/.test(slip.path);
  return isTold ? slip : undefined;
}

/** Linux takes 32 pages for one variable, with its end. */
const LONGEST_VARIABLE = 131_071;

function readVariables(
  tables: Map<string, Record<string, unknown>>,
  addFinding: AddFinding,
): Pick<Config, "secretFiles" | "environment"> {
  const valid: Record<string, Record<string, string>> = {};
  for (const { name: section, free } of SECTIONS) {
    if (!free) continue;
    valid[section] = {};
    for (const [name, value] of Object.entries(tables.get(section)!)) {
      const key = `${section}.${name}`;
      if (homeOf(name)) continue;
      if (!VARIABLE_REGEXP.test(name)) {
        addFinding(
          "config-name",
          key,
          `"${name}" in [${section}] cannot be the name of an environment variable`,
          "Use letters, digits and underscores, and begin with a letter",
        );
      } else if (typeof value !== "string") {
        addFinding(
          "config-type",
          key,
          `\`${name}\` in [${section}] must be a string, and is ${
            kindOf(value)
          }`,
          typeof value === "object" && !(value instanceof Date)
            ? `Write each variable on a line of its own below [${section}], as in: ${name}_NAME = "…"`
            : `Put the value in quotes: ${name} = "…"`,
        );
      } else if (value.includes("\0")) {
        addFinding(
          "config-value",
          key,
          `\`${name}\` in [${section}] holds a NUL character, which no environment variable can`,
          "Remove the character",
        );
      } else if (`${name}=${value}`.length > LONGEST_VARIABLE) {
        addFinding(
          "config-value",
          key,
          `\`${name}\` in [${section}] is ${value.length} characters long; no program can be started with a variable of more than ${LONGEST_VARIABLE}`,
          "Write the text to a file, and set the variable to the path of the file",
        );
      } else if (
        free.value === "absolute path" && (slipOf(value) || !isAbsolute(value))
      ) {
        const slip = tellableSlip(value);
        addFinding(
          "config-value",
          key,
          `\`${name}\` in [${section}] must be an absolute path${
            slip ? `: ${slip.what}` : ""
          }`,
          slip?.path
            ? `Write: ${name} = ${JSON.stringify(slip.path)}`
            : slip?.advice ?? `Begin the path with /, as in: ${free.example}`,
        );
      } else if (section === "environment" && valid.secret_files?.[name]) {
        addFinding(
          "config-name-twice",
          key,
          `${name} is set both in [secret_files] and in [environment]`,
          "Remove one of the two lines",
        );
      } else {
        valid[section]![name] = value;
      }
    }
  }
  return {
    secretFiles: valid.secret_files ?? {},
    environment: valid.environment ?? {},
  };
}
