import { assertEquals } from "@std/assert";
import {
  createFakeIo,
  inTempFolder,
  listTree,
} from "../../tests/worlds/fake_io.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { shellCommand } from "../text/shell.ts";
import { applyFixes } from "./fixes.ts";

function fixable(command: string, safe = true): Finding {
  return finding("config-missing", { message: "", fix: { command, safe } });
}

Deno.test("applyFixes() runs the safe ones only, each once", () =>
  inTempFolder(async (folder) => {
    const odd = `${folder}/it's $(touch bad) ünï\n`;
    const findings = [
      fixable(shellCommand("mkdir", odd)),
      fixable(shellCommand("mkdir", odd)),
      fixable(shellCommand("touch", `${folder}/no`), false),
      finding("config-missing", { message: "", fix: { text: "touch x" } }),
    ];
    const io = createFakeIo({ cwd: folder });
    assertEquals(await applyFixes(() => findings, io, folder), true);
    assertEquals(listTree(folder).map((one) => one.slice(5)), [
      "it's $(touch bad) ünï\n/",
    ]);
    assertEquals(io.stderr(), `run ${shellCommand("mkdir", odd)}\n`);
    assertEquals(io.stdout(), "");
  }));

Deno.test("applyFixes() goes on with what a fix has uncovered", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    let looks = 0;
    const rounds = [
      [fixable(`mkdir ${folder}/a`)],
      [fixable(`mkdir ${folder}/a/b && mkdir -m 0700 ${folder}/a/c`)],
      [],
    ];
    await applyFixes(() => rounds[looks++]!, io, folder);
    assertEquals(looks, 3);
    assertEquals(listTree(folder).includes("0700 a/c/"), true);
  }));

Deno.test("applyFixes() never runs anything but its three programs", () =>
  inTempFolder(async (folder) => {
    const shell = "only a shell can read this";
    const program = "it is no program that a safe fix may need";
    const lines = [
      [`rm -r ${folder}`, program],
      [`touch ${folder}/a; touch ${folder}/b`, shell],
      [`touch "${folder}/a"`, shell],
      [`/bin/touch ${folder}/a`, program],
      [`mkdir ${folder}/a && rm ${folder}`, program],
      [`chmod 0777 ${folder}`, "it would widen access"],
    ] as const;
    const io = createFakeIo({ cwd: folder });
    await applyFixes(() => lines.map(([line]) => fixable(line)), io, folder);
    assertEquals(listTree(folder), []);
    assertEquals(
      io.stderr(),
      lines.map(([line, reason]) => `run ${line}\n    not run: ${reason}\n`)
        .join(""),
    );
  }));

Deno.test("applyFixes() tells why a command failed, and ends", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    const line = `chmod o-w ${folder}/none`;
    assertEquals(await applyFixes(() => [fixable(line)], io, folder), true);
    assertEquals(
      io.stderr().replace(/\/usr\/bin\//, ""),
      `run ${line}\n    chmod: cannot access '${folder}/none': No such file or directory\n`,
    );
  }));

Deno.test("applyFixes() says when there is nothing to do", async () => {
  const io = createFakeIo();
  assertEquals(await applyFixes(() => [], io, "/"), false);
  assertEquals(io.stderr(), "There is nothing that can be mended safely.\n");
});
