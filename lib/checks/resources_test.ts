import { assertEquals, assertStringIncludes } from "@std/assert";
import { codes, only, ROOT, SITE } from "../../tests/worlds/site.ts";

const root = { owner: "root:root" };

Deno.test("checkResources() reports room that is used up", () => {
  const space = (free: number, files: number) =>
    codes({
      space: {
        [`${ROOT}/log`]: {
          freeBytes: free,
          totalBytes: 1e9,
          freeFiles: files,
          totalFiles: 1e5,
        },
      },
    });
  assertEquals(space(0, 1e4), ["disk-full"]);
  assertEquals(space(5e8, 3), ["inodes-full"]);
  assertEquals(space(5e8, 1e4), []);
});

Deno.test("checkResources() does not judge file systems that do not count", () => {
  const zero = { freeBytes: 0, totalBytes: 0, freeFiles: 0, totalFiles: 0 };
  assertEquals(codes({ space: { [`${ROOT}/log`]: zero } }), []);
});

Deno.test("checkResources() knows a file system that can only be read", () => {
  const text = `/dev/a / ext4 rw 0 0\n/dev/b ${ROOT}/log ext4 ro,nosuid 0 0\n`;
  const found = only({
    files: {
      "/proc/self/mounts": { ...root, text },
      [`${ROOT}/log`]: { mode: 0o750, device: 2 },
    },
  });
  assertEquals(found.code, "read-only-file-system");
  assertStringIncludes(found.message, "read-only");
});

Deno.test("checkResources() reports logs that have grown", () => {
  const size = (size: number) =>
    codes({ files: { [`${ROOT}/log/app.log`]: { text: "", size } } });
  assertEquals(size(2e9), ["log-large"]);
  assertEquals(size(2e6), []);
});

Deno.test("checkResources() counts groups on a network file system", () => {
  const groups = (type: string, count: number) =>
    codes({
      identity: {
        uid: 1000,
        gid: 1000,
        groups: Array.from({ length: count }, (_, index) => 1000 + index),
      },
      files: {
        "/proc/self/mounts": { ...root, text: `s:/x ${SITE} ${type} rw 0 0\n` },
      },
    });
  assertEquals(groups("nfs4", 30), ["groups-many"]);
  assertEquals(groups("nfs4", 5), []);
  assertEquals(groups("ext4", 30), []);
});
