import { assertEquals } from "@std/assert";
import { codes } from "../../tests/worlds/site.ts";

const root = { owner: "root:root" };

Deno.test("checkLimits() reports limits that a site runs into", () => {
  const limit = (line: string, files = {}) =>
    codes({
      files: { "/proc/self/limits": { ...root, text: line + "\n" }, ...files },
    });
  const low = ["limit-low"];
  assertEquals(limit("Max open files            40    40    files"), low);
  assertEquals(limit("Max open files            1024  4096  files"), []);
  assertEquals(limit("Max address space         500000000  5 bytes"), low);
  assertEquals(
    limit("Max address space         unlimited  unlimited bytes"),
    [],
  );
  const processes = { "/proc/1": root, "/proc/7": {}, "/proc/8": {} };
  assertEquals(
    limit("Max processes             17    17    processes", processes),
    low,
  );
  assertEquals(
    limit("Max processes             100   100   processes", processes),
    [],
  );
});
