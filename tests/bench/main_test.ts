/**
 * The command line of the benchmarks: nothing is measured by mistake.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { importFlags, runDeno } from "../../build/run_deno.ts";

async function bench(...words: string[]) {
  const flags = await importFlags();
  return await runDeno([
    "run",
    "-A",
    ...flags,
    "tests/bench/main.ts",
    ...words,
  ]);
}

Deno.test("bench --help prints help, and does not measure", async () => {
  for (const words of [["--help"], ["Hello", "-h"]]) {
    const { code, stdout, stderr } = await bench(...words);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "deno task bench [--rounds=N]");
  }
});

Deno.test("bench refuses what it does not understand", async () => {
  for (const word of ["--round=3", "--rounds=many", "--rounds=0", "-x"]) {
    const { code, stdout, stderr } = await bench(word);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `${word} is no option`);
  }
});
