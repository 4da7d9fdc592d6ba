import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  findBarrier,
  findObstacle,
  formatMode,
  mayAccess,
  openingFor,
  STRANGER,
} from "./permission.ts";

const host = createFakeHost({
  files: {
    "/a": { mode: 0o755 },
    "/a/b": { mode: 0o750, owner: "root:project" },
    "/a/b/c": { text: "x", mode: 0o640, owner: "root:project" },
    "/a/link": { link: "b/c" },
    "/a/up": { link: "../a/b" },
    "/a/loop": { link: "loop" },
  },
});
const MEMBER = { uid: 1001, gid: 100, groups: [100, 2000] };

Deno.test("mayAccess() lets only one class of permissions count", () => {
  const file = (mode: number) =>
    createFakeHost({ files: { "/f": { text: "", mode } } }).stat("/f");
  const owner = { uid: 1000, gid: 1000, groups: [1000] };
  // The owner is not helped by what the group may do.
  assertEquals(mayAccess(file(0o070) as never, owner, "read"), false);
  assertEquals(mayAccess(file(0o400) as never, owner, "read"), true);
  assertEquals(mayAccess(file(0o400) as never, STRANGER, "read"), false);
  const root = { uid: 0, gid: 0, groups: [0] };
  assertEquals(mayAccess(file(0o000) as never, root, "write"), true);
  assertEquals(mayAccess(file(0o644) as never, root, "execute"), false);
});

Deno.test("findBarrier() names the first closed folder, behind links", () => {
  assertEquals(findBarrier("/a/b/c", STRANGER, host)?.folder, "/a/b");
  assertEquals(findBarrier("/a/link", STRANGER, host)?.folder, "/a/b");
  assertEquals(findBarrier("/a/up/c", STRANGER, host)?.folder, "/a/b");
  assertEquals(findBarrier("/a/b/c", MEMBER, host), undefined);
  assertEquals(findBarrier("/a/loop/x", STRANGER, host), undefined);
  assertEquals(findBarrier("/nowhere/x", STRANGER, host), undefined);
});

Deno.test("findObstacle() tells the way from the file itself", () => {
  const way = findObstacle("/a/b/c", STRANGER, "read", host);
  assertEquals([way?.folder, way?.onTheWay], ["/a/b", true]);
  const file = findObstacle("/a/b/c", MEMBER, "write", host);
  assertEquals([file?.folder, file?.onTheWay], ["/a/b/c", false]);
  assertEquals(findObstacle("/a/b/c", MEMBER, "read", host), undefined);
});

Deno.test("findObstacle() believes the system more than the mode", () => {
  const closed = createFakeHost({
    files: { "/f": { text: "", mode: 0o600, owner: "root:root" } },
  });
  const opened = { ...closed, readBytes: () => new Uint8Array() };
  assertEquals(findObstacle("/f", opened.identity, "read", opened), undefined);
  const open = createFakeHost({ files: { "/f": "" } });
  const refusing = { ...open, readBytes: () => ({ errno: "EACCES" }) };
  assertEquals(
    findObstacle("/f", refusing.identity, "read", refusing)?.beyondMode,
    true,
  );
});

Deno.test("openingFor() opens no more than is needed", () => {
  const status = host.stat("/a/b/c") as never;
  assertEquals(openingFor(status, MEMBER, "write").change, "g+w");
  assertEquals(openingFor(status, STRANGER, "read"), {
    change: "o+r",
    mode: 0o644,
  });
  assertEquals(formatMode(0o2755), "2755");
  assertEquals(formatMode(0o7), "0007");
});
