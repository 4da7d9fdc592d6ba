/**
 * Colours by what they mean; a terminal says which ones they are.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** Colours by their meaning. */
export interface Paint {
  error(text: string): string;
  warning(text: string): string;
  advice(text: string): string;
  good(text: string): string;
  /** What the eye should find first. */
  strong(text: string): string;
  /** What it may pass over. */
  quiet(text: string): string;
}

const same = (text: string) => text;

/** No colours. */
export const PLAIN: Paint = {
  error: same,
  warning: same,
  advice: same,
  good: same,
  strong: same,
  quiet: same,
};
