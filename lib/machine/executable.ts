/**
 * Why the system would refuse to run a file, as its first bytes tell.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, refused } from "./host.ts";

/** Why a file cannot be run. */
export type ProgramFault =
  | { kind: "empty" }
  | { kind: "unknown"; system?: string }
  | { kind: "architecture"; made: string; here: string }
  | { kind: "line-endings" | "interpreter"; interpreter: string };

const HEAD_BYTES = 256;
const ELF = [0x7f, 0x45, 0x4c, 0x46];
/** `e_machine` of the ELF header, by the names that `uname -m` uses. */
const MACHINES: Record<number, string> = {
  3: "i386",
  20: "ppc",
  21: "ppc64",
  22: "s390x",
  40: "arm",
  62: "x86_64",
  183: "aarch64",
  243: "riscv64",
  258: "loongarch64",
};

/** Looks at the start of a file as the system does before it runs it. */
export function programFault(
  file: string,
  size: number,
  host: Host,
): ProgramFault | undefined {
  if (size === 0) return { kind: "empty" };
  const head = host.readBytes(file, HEAD_BYTES);
  // A file may be run without being readable.
  if (refused(head) || head.length < 2) return undefined;
  if (head[0] === 0x23 && head[1] === 0x21) return scriptFault(head, host);
  // Without a program of this very system to compare with, nothing is said.
  const own = host.readBytes("/proc/self/exe", HEAD_BYTES);
  if (refused(own) || !isElf(own)) return undefined;
  if (!isElf(head)) {
    const system = systemOf(head);
    return system ? { kind: "unknown", system } : { kind: "unknown" };
  }
  const [made, here] = [machineOf(head), machineOf(own)];
  // A 64-bit x86 machine runs 32-bit programs as well.
  if (made === here || (made === 3 && here === 62)) return undefined;
  return {
    kind: "architecture",
    made: MACHINES[made] ?? `machine ${made}`,
    here: MACHINES[here] ?? `machine ${here}`,
  };
}

/** The other system that a program or a library was built for. */
export function systemOf(head: Uint8Array): "Windows" | "macOS" | undefined {
  const [first, second, third, last] = head;
  if (first === 0x4d && second === 0x5a) return "Windows";
  const isMachO = (first === 0xcf || first === 0xce) && second === 0xfa &&
    third === 0xed && last === 0xfe;
  // One file for several processors.
  const isFat = first === 0xca && second === 0xfe && third === 0xba &&
    last === 0xbe;
  return isMachO || isFat ? "macOS" : undefined;
}

function isElf(bytes: Uint8Array): boolean {
  return ELF.every((byte, index) => bytes[index] === byte);
}

/** The header is in the byte order that its sixth byte names. */
function machineOf(head: Uint8Array): number {
  const [low, high] = head[5] === 2 ? [19, 18] : [18, 19];
  return (head[low] ?? 0) | ((head[high] ?? 0) << 8);
}

function scriptFault(head: Uint8Array, host: Host): ProgramFault | undefined {
  const text = new TextDecoder().decode(head);
  const line = /^#![ \t]*([^\n]*)/.exec(text)?.[1] ?? "";
  const interpreter = /^\S+/.exec(line)?.[0] ?? "";
  if (line.endsWith("\r")) {
    return { kind: "line-endings", interpreter };
  }
  if (
    !interpreter.startsWith("/") ||
    head.length === HEAD_BYTES && !text.includes("\n")
  ) {
    return undefined;
  }
  const status = host.stat(interpreter);
  return refused(status) && status.errno === "ENOENT"
    ? { kind: "interpreter", interpreter }
    : undefined;
}
