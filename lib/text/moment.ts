/**
 * Moments and spans of time: as people read them, and waited for.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { counted } from "./wrap.ts";

const UNITS: readonly [name: string, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** A moment in local time with its zone: `2026-11-22 10:00:00 +01:00`. */
export function timeInWords(milliseconds: number): string {
  const moment = new Date(milliseconds);
  const day = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()];
  const offset = -moment.getTimezoneOffset();
  const size = Math.abs(offset);
  const zone = offset === 0
    ? "UTC"
    : `${offset < 0 ? "-" : "+"}${
      [Math.floor(size / 60), size % 60].map(two).join(":")
    }`;
  return `${day.map(two).join("-")} ${clockInWords(milliseconds)} ${zone}`;
}

/** The time of a moment in local time: `10:00:00`. */
export function clockInWords(milliseconds: number): string {
  const moment = new Date(milliseconds);
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()]
    .map(two).join(":");
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A day in local time: `2026-11-22`. */
export function dayInWords(milliseconds: number): string {
  return timeInWords(milliseconds).split(" ")[0]!;
}

const SPAN_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * Reads when something began: a span before now (`90s`, `10m`, `2h`, `1d`), a
 * time of the last day (`14:30`), or a date with or without a time, in local
 * time unless it says its zone.
 *
 * @returns Milliseconds since 1970; undefined for anything else
 */
export function readMoment(text: string, now: number): number | undefined {
  const span = /^(\d{1,6})([smhd])$/.exec(text);
  if (span) return now - Number(span[1]) * SPAN_UNITS[span[2]!]!;
  if (/^\d\d:\d\d(:\d\d)?$/.test(text)) {
    const time = Date.parse(`${dayInWords(now)}T${text}`);
    const day = time > now ? SPAN_UNITS.d! : 0;
    return Number.isNaN(time) ? undefined : time - day;
  }
  const date =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/
      .exec(text);
  if (!date) return undefined;
  const time = Date.parse(`${date[1]}T${date[2] ?? "00:00"}${date[3] ?? ""}`);
  return Number.isNaN(time) ? undefined : time;
}

/** A span by its largest unit, rounded down: `3 hours`. */
export function spanInWords(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [name, size] = UNITS.find(([, size]) => seconds >= size) ??
    UNITS.at(-1)!;
  return counted(Math.floor(seconds / size), name);
}

/** How long ago a moment was: `3 hours ago`. */
export function agoInWords(then: number, now: number): string {
  return now - then < 1000 ? "just now" : `${spanInWords(now - then)} ago`;
}

/** Waits for some milliseconds, or until it is interrupted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

/** Says something while work takes longer than people wait in silence. */
export async function tellIfSlow<T>(
  work: Promise<T>,
  tell: () => void,
  ms: number = 2_000,
): Promise<T> {
  const timer = setTimeout(tell, ms);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
  }
}
