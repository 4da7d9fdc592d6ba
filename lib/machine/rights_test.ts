import { assertEquals } from "@std/assert";
import { createFakeHost, type World } from "../../tests/worlds/machine.ts";
import { finding, type Fix } from "../findings/finding.ts";
import { nameHelper } from "./rights.ts";

const files: World["files"] = {
  "/s": {},
  "/s/mine": "",
  "/s/ann": { owner: "ann:users" },
  "/s/root": { owner: "root:root" },
};

/** Who must run a command, for jdoe. */
function by(command: string, world: Partial<World> = {}): string | undefined {
  const fix: Fix = { command, safe: true };
  const found = finding("world-writable", { message: "x", fix });
  const named = nameHelper(found, createFakeHost({ files, ...world })).fix!;
  if (named === fix || !("command" in named)) return undefined;
  assertEquals([named.command, named.safe], [command, false]);
  return named.by;
}

Deno.test("nameHelper() says who can run what this process cannot", () => {
  assertEquals(by("chmod o-w /s/mine"), undefined);
  assertEquals(by("chmod o-w /s/ann"), "ann or root");
  assertEquals(by("chmod o-w /s/mine /s/ann"), "ann or root");
  assertEquals(by("chgrp jdoe /s/ann && chmod g+r /s/ann"), "ann or root");
  assertEquals(by("chmod o-w /s/root"), "root");
  assertEquals(by("chmod o-w /s/root /s/ann"), "root");
  assertEquals(by("chown jdoe /s/ann"), "root");
  assertEquals(by("chmod o-w /s/gone"), undefined);
  assertEquals(by("mv /s/ann /s/ann.old"), undefined);
  // What only a shell can read is left as it is.
  assertEquals(by("chown x $(whoami)"), undefined);
  assertEquals(by("chown jdoe /s/ann", { who: "root" }), undefined);
});
