/**
 * Whether a value of `config.toml` is one that its setting can have.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isAbsolute } from "node:path";
import type { Setting } from "./settings_table.ts";
import { suggest } from "../text/suggestion.ts";
import { listed } from "../text/wrap.ts";

/** Why a value cannot be used. */
export interface ValueFault {
  /** The kind of the value is wrong, not only its size. */
  kind: boolean;
  wanted: string;
  found: string;
  correction?: string;
  /** What to do where there is no correction to write. */
  advice?: string;
}

/**
 * Compares a value with the type of its setting.
 *
 * @param written The value as it is written: `4.0` is no integer
 */
export function faultOf(
  { key, type }: Setting,
  value: unknown,
  written = String(value),
): ValueFault | undefined {
  switch (type.name) {
    case "string":
    case "path":
    case "absolute path":
    case "choice": {
      if (typeof value !== "string") {
        return { kind: true, wanted: "a string", found: kindOf(value) };
      }
      if (value.trim() === "" || value.includes("\0")) {
        return {
          kind: false,
          wanted: "a text",
          found: value.includes("\0") ? "a text with a NUL character" : "empty",
        };
      }
      const slip = type.name === "choice" ||
          type.name === "string" && !type.mayBePath
        ? undefined
        : slipOf(value);
      if (slip) {
        return {
          kind: false,
          wanted: "a path as the system knows it",
          found: `"${value}": ${slip.what}`,
          correction: slip.path && JSON.stringify(slip.path),
          advice: slip.advice,
        };
      }
      if (type.name === "absolute path" && !isAbsolute(value)) {
        return {
          kind: false,
          wanted: "an absolute path, beginning with /",
          found: `"${value}"`,
        };
      }
      if (type.name === "choice" && !type.choices.includes(value)) {
        const near = suggest(value, type.choices);
        return {
          kind: false,
          wanted: listed(type.choices.map((one) => `"${one}"`), "or"),
          found: `"${value}"`,
          correction: near && `"${near}"`,
        };
      }
      return undefined;
    }
    case "integer":
    case "seconds": {
      const wanted = `${
        type.name === "seconds" ? "a number of seconds" : "an integer"
      } from ${type.least} to ${type.most}`;
      if (typeof value === "number" && Number.isNaN(value)) {
        return { kind: true, wanted, found: "not a number" };
      }
      const isInteger = Number.isInteger(value) &&
        /^[+-]?(\d[\d_]*|0x[\da-fA-F_]+|0[bo][0-7_]+)$/.test(written);
      if (
        typeof value === "number" && type.name === "integer" && !isInteger
      ) {
        return {
          kind: true,
          wanted,
          found: written,
          correction: Number.isInteger(value) ? String(value) : undefined,
        };
      }
      if (typeof value !== "number") {
        const unquoted = typeof value === "string" && /^\d+$/.test(value);
        return {
          kind: true,
          wanted,
          found: kindOf(value),
          correction: unquoted ? value : undefined,
        };
      }
      if (!(Number(value) >= type.least && Number(value) <= type.most)) {
        return { kind: false, wanted, found: String(value) };
      }
      return undefined;
    }
    default: {
      const unknown: never = type;
      throw new TypeError(`Unknown type of ${key}: ${unknown}`);
    }
  }
}

/** How a path was written that only something else than a system reads. */
export interface PathSlip {
  what: string;
  /** The path that was meant, as far as the text alone tells. */
  path?: string;
  advice?: string;
}

/** Variables that are certainly meant as such, also in the midst of a path. */
const VARIABLE_REGEXP =
  /^\$\{?\w+\}?|\$(?:HOME|USER|LOGNAME|PWD|VIRTUAL_ENV)\b|\$\{\w+\}/;

/** Looks at a path for what people take from a shell, a browser or Windows. */
export function slipOf(value: string): PathSlip | undefined {
  const [before, after] = [/^\s/.test(value), /\s$/.test(value)];
  if (before || after) {
    const where = before && after
      ? "begins and ends"
      : before
      ? "begins"
      : "ends";
    return { what: `it ${where} with a blank`, path: value.trim() };
  }
  const quoted = /^(["'`])(.*)\1$/.exec(value);
  if (quoted) {
    return { what: "it has quotes within the quotes", path: quoted[2] };
  }
  const address = /^file:(?:\/\/(?:localhost)?)?(\/.*)$/i.exec(value);
  if (address) {
    return {
      what: "it is an address for a browser",
      path: decodePath(address[1]!),
    };
  }
  if (/^[A-Za-z]:[\\/]|^\\\\\w/.test(value)) {
    return {
      what: "it is a path of Windows",
      advice:
        "Write the path that the file has on this machine, as pwd tells it in its folder",
    };
  }
  const sign = /^~[\w.-]*(?=\/|$)/.exec(value)?.[0] ??
    VARIABLE_REGEXP.exec(value)?.[0];
  return sign === undefined ? undefined : {
    what: `only a shell knows what ${sign} stands for`,
    advice:
      `Write in place of ${sign} what this prints in a shell: \`echo ${sign}\``,
  };
}

/** `%20` is a blank in an address. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // not an address after all
  }
}

/** Tells a section from a value. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Date);
}

/** The kind of a value, in words for a message. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "boolean") return "true or false, without quotes";
  if (typeof value === "number" || typeof value === "bigint") {
    return "a number, without quotes";
  }
  if (typeof value === "string") return "a string";
  return "a section";
}
