/**
 * TOML is read the same whichever parser is beneath: `@std/toml`, which users
 * get, or `smol-toml` where JSR is out of reach. What this program makes of
 * each text stands in `texts.jsonl`, and the tests run with both parsers.
 *
 * After a change that is meant, `deno run -A … tests/toml/toml_test.ts` writes
 * the file anew and prints the digest.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import process from "node:process";
import { renderCodeFrame, visibleLine } from "../../lib/site/code_frame.ts";
import { parseConfig } from "../../lib/site/config.ts";
import { parseToml } from "../../lib/site/toml.ts";
import { parseStatements } from "../../lib/site/toml_text.ts";
import { hiddenValues } from "../../lib/site/visible_line.ts";

const FILE = new URL("texts.jsonl", import.meta.url);

/** A text, and what it says or where it is not TOML. */
interface Entry {
  text: string;
  at?: [line: number, column: number, message: string];
  values?: unknown;
}

const ENTRIES: Entry[] = Deno.readTextFileSync(FILE).trim().split("\n")
  .map((line) => JSON.parse(line));

function read(text: string): Entry {
  const { fault, values } = parseToml(text);
  return fault
    ? { text, at: [fault.line, fault.column, fault.message] }
    : { text, values: plain(values) };
}

/** Values as JSON can hold them; no setting takes a date. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return { date: true };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value!).map(([name, part]) => [`.${name}`, plain(part)]),
    );
  }
  const isJson = typeof value !== "number" ||
    Object.is(JSON.parse(JSON.stringify(value)), value);
  return isJson ? value : { number: String(value) };
}

const PIECES = [
  ...`"'[]{}=.,#\\\n\r\t a_-+01exTZ:é\u00a0\ufeff\u0001\u007f`,
  ...['"""', "'''", "\\u0041", "\\U0001F600", "\\\n", "\r\n", "true", "inf"],
  ...["[a]\n", "[[a]]\n", "a = 1\n", "__proto__", "1979-05-27", "07:32:00"],
];

/** Texts near the ones of the file, the same in every run. */
function* mutations(count: number): Generator<string> {
  let seed = 1;
  // A linear congruential generator; its upper bits are the good ones.
  const below = (limit: number) => {
    seed = Math.imul(seed, 1_664_525) + 1_013_904_223 >>> 0;
    return Math.floor(seed / 2 ** 32 * limit);
  };
  const one = <T>(list: readonly T[]) => list[below(list.length)]!;
  for (let made = 0; made < count; made++) {
    let text = one(ENTRIES).text;
    if (below(3) === 0) text += `\n${one(ENTRIES).text}`;
    for (let left = 1 + below(4); left > 0; left--) {
      const at = below(text.length + 1);
      const [before, after] = [text.slice(0, at), text.slice(at)];
      text = [
        () => before + one(PIECES) + after,
        () => before + after.slice(1 + below(3)),
        () => before + one(PIECES) + after.slice(1),
        () => before + after.slice(0, 9) + after,
        () => text.split("\n").reverse().join("\n"),
      ][below(5)]!();
    }
    yield text.toWellFormed();
  }
}

/** All that findings are made of, in 20,000 mutations, as one number. */
async function digest(): Promise<string> {
  const lines: string[] = [];
  for (const text of mutations(20_000)) {
    const { at, values } = read(text);
    lines.push(JSON.stringify([at, values, parseStatements(text)]));
  }
  const bytes = new TextEncoder().encode(lines.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    .toHex().slice(0, 16);
}

const DIGEST = "81ca0efcde6ec8e6";

Deno.test("parseToml() makes the same of every text with either parser", () => {
  for (const entry of ENTRIES) assertEquals(read(entry.text), entry);
});

Deno.test("parseToml() makes the same of 20,000 mutations with either parser", async () => {
  assertEquals(await digest(), DIGEST);
});

/** Texts of 64 KB in which something comes again and again. */
const LONG: Record<string, (index: number) => string> = {
  settings: (index) => `a${index} = 1\n`,
  "dotted settings": (index) => `a.b${index} = 1\n`,
  "misplaced settings": (index) => `[x${index}]\nthreads = 1\n#[wsgi]\n`,
  sections: (index) => `[a${index}]\n`,
  "lists of sections": () => "[[a]]\n",
  "one inline table": (index) => `${index ? "," : "a = {"}a${index}=1`,
  "one list": (index) => index ? '"",' : "a = [",
  "lists in lists": (index) => index ? "[" : "a = ",
  "what is no line": (index) => index % 2 ? "zz\n" : `x${index} = 1\n`,
  quotes: (index) => index ? '"' : "a = [",
  "quotes of both kinds": (index) => index ? `"'` : "a = ",
  blanks: (index) => index ? " " : "a = 1",
  "blanks and commas": (index) => index ? " ," : "a = 1",
  "unseen blanks": (index) => index ? "\u00a0" : 'a = "',
  "parts of a key": (index) => index ? ".a" : "a",
  "parts of a header": (index) => index ? ".a" : "[a",
  "values without an end": () => "a = [\n",
  backslashes: (index) => index ? "\\\n" : 'a = """',
};

for (const [what, piece] of Object.entries(LONG)) {
  Deno.test(`parseConfig() takes no long time for 64 KB of ${what}`, () => {
    let text = "";
    for (let index = 0; text.length < 65_536; index++) text += piece(index);
    const start = process.cpuUsage();
    const { findings } = parseConfig(text, "/site/www/config.toml");
    hiddenValues(text);
    const { line, column, key } = findings[0]!.place!;
    if (line !== undefined && column !== undefined) {
      renderCodeFrame(text, { line, column, hasKey: key !== undefined });
      visibleLine(text, line);
    }
    const { user } = process.cpuUsage(start);
    // A time that grows with the square is many times as long.
    assert(user < 2_000_000, `It took ${Math.round(user / 1000)} ms`);
  });
}

if (import.meta.main) {
  const lines = ENTRIES.map(({ text }) => JSON.stringify(read(text)));
  await Deno.writeTextFile(FILE, lines.join("\n") + "\n");
  process.stdout.write(`${await digest()}\n`);
}
