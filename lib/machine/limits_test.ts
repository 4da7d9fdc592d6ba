import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { countProcesses, LIMITS, readLimits } from "./limits.ts";

Deno.test("readLimits() reads soft limits, and leaves out what is unlimited", () => {
  const text = `Limit                     Soft Limit   Hard Limit   Units
Max cpu time              unlimited    unlimited    seconds
Max open files            1024         1048576      files
Max address space         500000000    unlimited    bytes
`;
  const limits = readLimits(createFakeHost({ files: { [LIMITS]: text } }));
  assertEquals([...limits], [
    ["Max open files", 1024],
    ["Max address space", 500_000_000],
  ]);
});

Deno.test("readLimits() knows none where the system tells none", () => {
  assertEquals(readLimits(createFakeHost({ files: {} })).size, 0);
});

Deno.test("countProcesses() counts those of one user", () => {
  const host = createFakeHost({
    files: {
      "/proc": {},
      "/proc/1": { owner: "root:root" },
      "/proc/12": { owner: "jdoe:jdoe" },
      "/proc/13": { owner: "jdoe:jdoe" },
      "/proc/self": { owner: "jdoe:jdoe" },
    },
  });
  assertEquals(countProcesses(1000, host), 2);
  assertEquals(countProcesses(0, host), 1);
});
