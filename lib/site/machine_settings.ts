/**
 * `/etc/wsgi-shim.toml`: what the administrators of a machine set for all its
 * sites, as defaults and as limits.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding, type Place } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import { decodeText } from "../text/encoding.ts";
import type { Config, Feedback } from "./config.ts";
import { isTable } from "./setting_value.ts";
import { parseToml } from "./toml.ts";

/** The file of a machine. */
export const MACHINE_FILE = "/etc/wsgi-shim.toml";

/** What a machine says of one setting. */
export interface MachineRule {
  /** Counts where a site sets nothing. */
  default?: string | number;
  /** What a site sets beyond it counts as this. */
  most?: string | number;
}

/** What a machine says. */
export interface MachineSettings {
  /** By the dotted key of `config.toml`. */
  rules: ReadonlyMap<string, MachineRule>;
  /** What is wrong with the file. */
  findings: Finding[];
}

const BYTES_LIMIT = 64 * 1024;
const LEVELS = ["none", "summary", "full"];
/** What can be set, and what its values are. */
const KEYS: Readonly<Record<string, "level" | "count">> = {
  "feedback.details": "level",
  "feedback.request_details": "level",
  "log.max_bytes": "count",
  "log.backups": "count",
  "wsgi.threads": "count",
  "wsgi.start_timeout": "count",
};

/** Reads the file of this machine; without one, nothing is set. */
export function readMachine(host: Host): MachineSettings {
  const rules = new Map<string, MachineRule>();
  const bytes = host.readBytes(MACHINE_FILE, BYTES_LIMIT);
  if (refused(bytes)) {
    return {
      rules,
      findings: bytes.errno === "ENOENT" ? [] : [wrong("it cannot be read")],
    };
  }
  const text = decodeText(bytes);
  if (text === undefined) return { rules, findings: [wrong("it is no UTF-8")] };
  const { values, fault } = parseToml(text);
  if (fault) {
    const { line, column, message } = fault;
    return { rules, findings: [wrong(message, { line, column })] };
  }
  const findings: Finding[] = [];
  for (const [section, settings] of Object.entries(values)) {
    if (!isTable(settings)) {
      findings.push(wrong(`${section} is no section with settings`));
      continue;
    }
    for (const [name, rule] of Object.entries(settings)) {
      const key = `${section}.${name}`;
      const fault = faultOfRule(key, rule);
      if (fault !== undefined) findings.push(wrong(fault));
      else rules.set(key, rule as MachineRule);
    }
  }
  return { rules, findings };
}

function faultOfRule(key: string, rule: unknown): string | undefined {
  const kind = KEYS[key];
  if (kind === undefined) {
    return `${key} is none of ${Object.keys(KEYS).join(", ")}`;
  }
  if (!isTable(rule)) {
    return `${key} must be a default, a most or both, as in: { most = … }`;
  }
  for (const [name, value] of Object.entries(rule)) {
    if (name !== "default" && name !== "most") {
      return `${key} has ${name}, and knows default and most only`;
    }
    const isGood = kind === "level"
      ? LEVELS.includes(String(value))
      : typeof value === "number" && value >= 0;
    if (!isGood) {
      return `${name} of ${key} must be ${
        kind === "level" ? "full, summary or none" : "a number"
      }`;
    }
  }
  return undefined;
}

function wrong(why: string, place: Partial<Place> = {}): Finding {
  return finding("machine-settings", {
    message: `${MACHINE_FILE} is wrong, and that does not count: ${why}`,
    place: { file: MACHINE_FILE, ...place },
    fix: { text: `Tell the administrators of this machine` },
  });
}

/** A site's settings, and where they are written. */
export interface Stated {
  config?: Config;
  feedback: Feedback;
  /** Tells whether `config.toml` itself sets a dotted key. */
  isStated: (key: string) => boolean;
  placeOf: (key: string) => Place;
}

/** Applies what a machine says to the settings of a site. */
export function applyMachine(
  { config, feedback, isStated, placeOf }: Stated,
  { rules }: MachineSettings,
): { config?: Config; feedback: Feedback; findings: Finding[] } {
  const findings: Finding[] = [];

  function choose<Value extends string | number>(
    key: string,
    own: Value,
  ): Value {
    const { default: otherwise, most } = rules.get(key) ?? {};
    const value = isStated(key) ? own : (otherwise as Value | undefined) ?? own;
    if (most === undefined || !isBeyond(value, most)) return value;
    if (isStated(key)) {
      const name = key.split(".")[1];
      findings.push(finding("setting-limited", {
        message:
          `${name} is ${value}, and ${MACHINE_FILE} allows ${most} at most, which counts`,
        place: placeOf(key),
        fix: { text: `Write: ${name} = ${JSON.stringify(most)}` },
      }));
    }
    return most as Value;
  }

  const details = choose("feedback.details", feedback.details);
  const requestDetails = choose(
    "feedback.request_details",
    feedback.requestDetails,
  );
  return {
    feedback: {
      details,
      requestDetails: isBeyond(requestDetails, details)
        ? details
        : requestDetails,
    },
    config: config && {
      ...config,
      log: {
        maxBytes: choose("log.max_bytes", config.log.maxBytes),
        backups: choose("log.backups", config.log.backups),
      },
      ...config.wsgi && {
        wsgi: {
          ...config.wsgi,
          threads: choose("wsgi.threads", config.wsgi.threads),
          startTimeout: choose("wsgi.start_timeout", config.wsgi.startTimeout),
        },
      },
    },
    findings,
  };
}

function isBeyond(value: string | number, most: string | number): boolean {
  return typeof value === "number"
    ? value > Number(most)
    : LEVELS.indexOf(value) > LEVELS.indexOf(String(most));
}

/** What a machine says, in words: `threads at most 8, otherwise 2`. */
export function machineInWords({ rules }: MachineSettings): string[] {
  return [...rules].map(([key, { default: otherwise, most }]) => {
    const parts = [
      ...most === undefined ? [] : [`at most ${most}`],
      ...otherwise === undefined ? [] : [`${otherwise} where nothing is set`],
    ];
    return `${key.split(".")[1]} ${parts.join(", ")}`;
  });
}
