import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { refused } from "./host.ts";
import { firstMissing, isInOtherHands, wayTo } from "./way.ts";

const HOST = createFakeHost({
  files: {
    "/srv/site/www": {},
    "/srv/site/app.py": "",
    "/srv/here": { link: "site/www" },
    "/srv/there": { link: "/srv/here/../app.py" },
    "/srv/loop": { link: "loop" },
    "/srv/nowhere": { link: "gone" },
  },
});

const paths = (path: string) => wayTo(path, HOST).steps.map((one) => one.path);

Deno.test("wayTo() names each folder and each link, once it is passed", () => {
  assertEquals(paths("/srv/site/app.py"), [
    "/",
    "/srv",
    "/srv/site",
    "/srv/site/app.py",
  ]);
  assertEquals(paths("/srv/here"), [
    "/",
    "/srv",
    "/srv/here",
    "/srv/site",
    "/srv/site/www",
  ]);
  assertEquals(paths("/srv/there").at(-1), "/srv/site/app.py");
});

Deno.test("wayTo() says why it could not go on", () => {
  assertEquals(wayTo("/srv/gone/x", HOST).errno, "ENOENT");
  assertEquals(wayTo("/srv/nowhere", HOST).errno, "ENOENT");
  assertEquals(wayTo("/srv/loop", HOST).errno, "ELOOP");
  assertEquals(wayTo("/srv/site", HOST).errno, undefined);
});

Deno.test("firstMissing() stops below what is there", () => {
  assertEquals(firstMissing("/srv/site/a/b/c.py", HOST), "/srv/site/a");
  assertEquals(firstMissing("/srv/site/b.py", HOST), "/srv/site/b.py");
});

Deno.test("isInOtherHands() goes by owner, group and others", () => {
  const host = createFakeHost({
    files: {
      "/own": { mode: 0o770 },
      "/project": { owner: "jdoe:project", mode: 0o770 },
      "/read": { owner: "jdoe:project", mode: 0o755 },
      "/open": { mode: 0o777 },
      "/sticky": { owner: "root:root", mode: 0o1777 },
      "/ann": { owner: "ann:users" },
      "/root": { owner: "root:root" },
    },
  });
  const isForeign = (path: string) => {
    const status = host.lstat(path);
    if (refused(status)) throw new Error(path);
    return isInOtherHands(status, 1000, host);
  };
  for (const path of ["/own", "/read", "/sticky", "/root"]) {
    assertEquals(isForeign(path), false, path);
  }
  for (const path of ["/project", "/open", "/ann"]) {
    assertEquals(isForeign(path), true, path);
  }
});
