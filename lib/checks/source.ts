/**
 * What is wrong with a Python file before Python reads it: its encoding, marks
 * of a merge, nothing in it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { type Host, refused } from "../machine/host.ts";
import {
  conversionCommand,
  firstBrokenLine,
  hasUtf16Mark,
  oldEncodingOf,
} from "../text/encoding.ts";

const SOURCE_BYTES_LIMIT = 2_000_000;
// Python looks for it in the first two lines only (PEP 263).
const CODING_REGEXP = /^(?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)/;
const MARKER_REGEXP = /^(<{7} |>{7} |={7}$)/;

/** Judges the bytes of a Python file; at most one finding. */
export function checkSource(file: string, host: Host): Finding[] {
  const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
  if (refused(bytes)) return [];
  const wrong = encodingFault(bytes, file);
  if (wrong) return [wrong];
  const marker = mergeMarker(bytes);
  if (!marker) return [];
  return [finding("source-merge-markers", {
    message:
      `A git merge left its markers in "${file}", first on line ${marker}`,
    place: { file, line: marker, column: 1 },
    fix: {
      text:
        `Decide which lines of ${file} stay, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>`,
    },
  })];
}

function encodingFault(bytes: Uint8Array, file: string): Finding | undefined {
  const rewrite = (from: string) => ({
    command: conversionCommand(file, from),
    safe: false,
  });
  if (hasUtf16Mark(bytes)) {
    return finding("source-encoding", {
      message: `"${file}" is UTF-16 text, and Python needs UTF-8`,
      place: { file },
      fix: rewrite("UTF-16"),
    });
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) {
    // Text of one byte a character, each beside a NUL: UTF-16 without a mark.
    const wide = bytes.length > 3 && bytes.length % 2 === 0 &&
      (bytes[1] === 0) !== (bytes[0] === 0);
    return finding("source-encoding", {
      message: wide
        ? `"${file}" is UTF-16 text, and Python needs UTF-8`
        : `"${file}" holds NUL bytes, so it is not Python text`,
      place: { file, line: lineAt(bytes, nul) },
      fix: wide
        ? rewrite(bytes[1] === 0 ? "UTF-16LE" : "UTF-16BE")
        : { text: `Restore ${file}, or save it as UTF-8 in an editor` },
    });
  }
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 1000));
  const coding = CODING_REGEXP.exec(head)?.[1];
  if (coding && !/^utf[-_]?8/i.test(coding)) return undefined;
  // What was cut off at the limit may end inside a character.
  const whole = bytes.length < SOURCE_BYTES_LIMIT
    ? bytes
    : bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
  const line = firstBrokenLine(whole);
  if (line === undefined) return undefined;
  const old = oldEncodingOf(whole);
  return finding("source-encoding", {
    message:
      `Line ${line} of "${file}" has a byte that is not UTF-8, probably ${
        old === "LATIN1"
          ? "a letter with an accent in Latin-1"
          : "a quote or a dash of a word processor in Windows-1252"
      }`,
    place: { file, line },
    fix: rewrite(old),
  });
}

function lineAt(bytes: Uint8Array, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at++) if (bytes[at] === 0x0a) line++;
  return line;
}

/** Both an opening and a closing mark: one alone may be part of a text. */
function mergeMarker(bytes: Uint8Array): number | undefined {
  const lines = new TextDecoder().decode(bytes).split(/\r?\n/);
  const marks = lines.flatMap((line, index) =>
    MARKER_REGEXP.test(line) ? [{ mark: line[0], line: index + 1 }] : []
  );
  return marks.find(({ mark }) => mark === "<" || mark === ">")?.line;
}
