/**
 * Runs all tests that this machine can run, and closes with what was left
 * out and why, and with one line of numbers.
 *
 * Arguments go to `deno test`: files, or `--filter NAME`.
 *
 * @module
 */

import process from "node:process";
import { importFlags, ROOT } from "../build/run_deno.ts";
import { LEFT_OUT } from "./worlds/left_out.ts";

interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

const MESSAGE_LINES = 12;

const FLAGS = await importFlags();
const leftOut = new Set<string>();
const failures = new Set<string>();

/** Runs a program, shows what it prints, and returns it. */
async function run(
  program: string,
  args: string[],
): Promise<{ text: string; code: number }> {
  const child = new Deno.Command(program, {
    args,
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let text = "";
  async function relay(
    stream: ReadableStream<Uint8Array>,
    to: typeof Deno.stdout,
  ) {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      await to.write(chunk);
    }
  }
  await Promise.all([
    relay(child.stdout, Deno.stdout),
    relay(child.stderr, Deno.stderr),
  ]);
  for (const line of text.split("\n")) {
    if (line.startsWith(LEFT_OUT)) leftOut.add(line.slice(LEFT_OUT.length));
  }
  return { text, code: (await child.status).code };
}

/** The first lines of what a failed test has thrown. */
function messageOf(text: string, failure: string): string[] {
  const start = text.indexOf(`\n${failure}\nerror: `);
  if (start < 0) return [];
  const [message = ""] = text.slice(start + failure.length + 2)
    .split(/^(?: FAILURES $|.+ => \.\/.+:\d+:\d+$)/m, 1);
  return message.split("\n").filter((line) => line.trim() !== "")
    .slice(0, MESSAGE_LINES);
}

async function runDeno(args: string[]): Promise<Outcome> {
  const { text, code } = await run(Deno.execPath(), [
    "test",
    "-A",
    ...FLAGS,
    ...args,
  ]);
  // deno-lint-ignore no-control-regex -- colours of a terminal
  const plain = text.replace(/\x1b\[[\d;]*m/g, "");
  const sum =
    /^(?:ok|FAILED) \| (\d+) passed.*?\| (\d+) failed(?: \| (\d+) ignored)?/m
      .exec(plain);
  const [passed, failed, skipped] = [1, 2, 3].map((at) =>
    Number(sum?.[at] ?? 0)
  ) as [number, number, number];
  // Whoever sees only the end of it wants to know what failed, and how.
  const named = plain.match(/^ FAILURES \n\n([\s\S]*?)\n\n/m)?.[1] ?? "";
  for (const line of named.split("\n").filter(Boolean)) {
    failures.add([line, ...messageOf(plain, line)].join("\n      "));
  }
  // A file that cannot even be loaded is in no count.
  return { passed, failed: code === 0 ? failed : failed || 1, skipped };
}

/** The tests that are in Python: beside their sources, and in `tests/`. */
async function findPythonTests(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await findPythonTests(path));
    else if (name.endsWith("_test.py")) found.push(path);
  }
  return found.sort();
}

async function runPython(file: string): Promise<Outcome> {
  const { text, code } = await run("python3", ["-bb", "-W", "error", file]);
  const count = Number(/^Ran (\d+) tests? in/m.exec(text)?.[1] ?? 0);
  const number = (name: string) =>
    Number(new RegExp(`${name}=(\\d+)`).exec(text)?.[1] ?? 0);
  const failed = number("failures") + number("errors");
  const skipped = number("skipped");
  for (
    const [line] of text.matchAll(/^(?:FAIL|ERROR|failures|errors): .+$/gm)
  ) {
    failures.add(`${line} (${file})`);
  }
  return {
    passed: Math.max(0, count - failed - skipped),
    failed: code === 0 ? failed : failed || 1,
    skipped,
  };
}

const outcomes = [await runDeno(Deno.args)];
if (Deno.args.length === 0) {
  for (const folder of ["lib", "tests"]) {
    for (const file of await findPythonTests(folder)) {
      outcomes.push(await runPython(file));
    }
  }
}

const total = (name: keyof Outcome) =>
  outcomes.reduce((sum, outcome) => sum + outcome[name], 0);
if (leftOut.size > 0) {
  process.stdout.write("\nNot everything could be tested here. Left out:\n");
  for (const line of leftOut) process.stdout.write(`  - ${line}\n`);
}
if (failures.size > 0) {
  process.stdout.write("\nFailed:\n");
  for (const line of failures) process.stdout.write(`  - ${line}\n`);
}
process.stdout.write(
  `\n${total("passed")} passed, ${total("failed")} failed, ${
    total("skipped")
  } skipped\n`,
);
process.exit(total("failed") > 0 || total("passed") === 0 ? 1 : 0);
