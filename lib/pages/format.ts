/**
 * Which format of a page a request prefers, by its `Accept` header
 * (RFC 9110, section 12.5.1).
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** How a page is written: as a page, as plain text, or as problem+json. */
export type PageFormat = "html" | "json" | "text";

/**
 * Tells the format that a request prefers. People come first: JSON is for
 * requests that rate it higher than HTML, or that name it and allow HTML only
 * by a wildcard, as programs do. Plain text is for those that name it and
 * rate nothing higher.
 */
export function preferredFormat(accept: string | undefined): PageFormat {
  const ranges = (accept ?? "").split(",").map(parseRange);
  const named = (pattern: RegExp) => bestOf(ranges, pattern);
  const html = named(HTML_REGEXP);
  const plain = named(/^text\/plain$/) ?? 0;
  const anyText = named(/^text\/\*$/) ?? named(/^\*\/\*$/) ?? 0;
  const json = named(JSON_REGEXP);
  const anyJson = named(/^application\/\*$/) ?? named(/^\*\/\*$/) ?? 0;
  if (plain > 0 && plain > (html ?? 0) && plain > (json ?? 0)) return "text";
  if (json !== undefined && json > 0 && html === undefined) {
    return json >= anyText ? "json" : "html";
  }
  return (json ?? anyJson) > (html ?? anyText) ? "json" : "html";
}

const HTML_REGEXP = /^(?:text\/html|application\/xhtml\+xml)$/;
const JSON_REGEXP = /^application\/(?:[\w.-]+\+)?json$/;

/** A media range and its quality, from 0 to 1. */
interface MediaRange {
  type: string;
  quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";")
    .map((part) => part.trim().toLowerCase());
  const stated = parameters.find((part) => part.startsWith("q="))?.slice(2);
  const quality = stated === undefined ? 1 : Number(stated);
  const isValid = stated !== "" && quality >= 0 && quality <= 1;
  return { type, quality: isValid ? quality : 0 };
}

function bestOf(
  ranges: readonly MediaRange[],
  pattern: RegExp,
): number | undefined {
  const qualities = ranges.filter(({ type }) => pattern.test(type))
    .map(({ quality }) => quality);
  return qualities.length === 0 ? undefined : Math.max(...qualities);
}
