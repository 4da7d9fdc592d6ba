/**
 * Makes what `program.ts` is started with: it runs some commands, and writes
 * down what V8 has made of the program by then. It is a program of its own,
 * compiled and run by `compile.ts`, because V8 takes back only what the same
 * V8 has made, set up in the same way.
 *
 * Arguments: the file to write, and an empty folder.
 *
 * @module
 */

import { loadProgram } from "./program.ts";

const [output, folder] = Deno.args as [string, string];
const { program: { main, createIo }, script } = loadProgram();
const io = { ...createIo(), out() {}, err() {} };
const appRoot = `${folder}/site/www`;
const commands = [
  ["--help"],
  ["--version"],
  ["install", "--python", "/usr/bin/python3", appRoot],
  ["check", "--no-import", appRoot],
];
for (const words of commands) await main(words, io);
Deno.writeFileSync(output, script.createCachedData());
