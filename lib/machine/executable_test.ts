import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { PROGRAM } from "../../tests/worlds/site.ts";
import { programFault, systemOf } from "./executable.ts";

/** What keeps a file with this content from being run. */
function faultOf(content: string | Uint8Array, own: Uint8Array = PROGRAM) {
  const host = createFakeHost({
    files: {
      "/proc/self/exe": { text: own },
      "/bin/sh": { text: PROGRAM },
      "/p": { text: content },
    },
  });
  return programFault("/p", content.length, host);
}

/** The head of a program for a machine, in the byte order of its own. */
function programFor(machine: number, isBig = false): Uint8Array {
  const head = PROGRAM.slice();
  head[5] = isBig ? 2 : 1;
  head.set(isBig ? [0, machine] : [machine, 0], 18);
  return head;
}

Deno.test("programFault() has nothing against what can be run", () => {
  assertEquals(faultOf(PROGRAM), undefined);
  assertEquals(faultOf("#!/bin/sh\necho\n"), undefined);
  assertEquals(faultOf("#! /bin/sh -e\n"), undefined);
  // 64-bit x86 runs what is for 32 bits.
  assertEquals(faultOf(programFor(3), programFor(62)), undefined);
});

Deno.test("programFault() names the machine that a program was made for", () => {
  assertEquals(faultOf(programFor(183)), {
    kind: "architecture",
    made: "aarch64",
    here: "x86_64",
  });
  assertEquals(faultOf(programFor(22, true)), {
    kind: "architecture",
    made: "s390x",
    here: "x86_64",
  });
});

Deno.test("programFault() looks at the first line of a script", () => {
  assertEquals(faultOf("#!/bin/sh\r\necho\r\n"), {
    kind: "line-endings",
    interpreter: "/bin/sh",
  });
  assertEquals(faultOf("#!/no/such\n"), {
    kind: "interpreter",
    interpreter: "/no/such",
  });
  // A line that is longer than what was read says nothing.
  assertEquals(faultOf(`#!/no/${"x".repeat(400)}\n`), undefined);
});

Deno.test("systemOf() knows programs of Windows and macOS", () => {
  assertEquals(systemOf(new Uint8Array([0x4d, 0x5a, 0x90, 0])), "Windows");
  assertEquals(systemOf(new Uint8Array([0xcf, 0xfa, 0xed, 0xfe])), "macOS");
  assertEquals(systemOf(new Uint8Array([0x7f, 0x45, 0x4c, 0x46])), undefined);
});

Deno.test("programFault() tells empty and other files", () => {
  assertEquals(faultOf(""), { kind: "empty" });
  assertEquals(faultOf("hello\n"), { kind: "unknown" });
  // Without a program of this system to compare with, nothing is said.
  assertEquals(faultOf("hello\n", new Uint8Array()), undefined);
});
