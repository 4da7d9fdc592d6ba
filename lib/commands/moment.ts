/**
 * Moments and spans of time: as people read them, and waited for.
 *
 * @module
 */

import { counted } from "../text/wrap.ts";

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
