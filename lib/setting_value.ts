/**
 * Whether a value of `config.toml` is one that its setting can have.
 *
 * Layer 1. Runs on Node and Deno.
 *
 * @module
 */

import { isAbsolute } from "node:path";
import type { Setting } from "./settings_table.ts";
import { suggest } from "./suggestion.ts";

/** Why a value cannot be used. */
export interface ValueFault {
  /** The kind of the value is wrong, not only its size. */
  kind: boolean;
  wanted: string;
  found: string;
  correction?: string;
}

/** Compares a value with the type of its setting. */
export function faultOf(
  { key, type }: Setting,
  value: unknown,
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
          wanted: "a text that is not empty",
          found: value.includes("\0") ? "a text with a NUL character" : "empty",
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
          wanted: type.choices.map((one) => `"${one}"`).join(" or "),
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
      const kind = typeof value === "number"
        ? type.name === "seconds" || Number.isInteger(value)
        : false;
      if (!kind) {
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
