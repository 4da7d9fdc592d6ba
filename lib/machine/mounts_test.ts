import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { mountOf, optionOf } from "./mounts.ts";

const MOUNTS = [
  "/dev/sda1 / ext4 rw,relatime 0 0",
  "nas:/home /home nfs4 rw,noexec 0 0",
  "/dev/sdb1 /srv/my\\040sites ext4 ro 0 0",
  "broken line",
  "tmpfs /home tmpfs rw 0 0",
].join("\n");

const HOST = createFakeHost({ files: { "/proc/self/mounts": MOUNTS } });

Deno.test("mountOf() finds the deepest mount, of several the last", () => {
  assertEquals(mountOf("/srv", HOST)?.folder, "/");
  assertEquals(mountOf("/home/jdoe", HOST)?.type, "tmpfs");
  // Not below /home, only named alike.
  assertEquals(mountOf("/homeless", HOST)?.folder, "/");
});

Deno.test("mountOf() reads names as the kernel writes them", () => {
  assertEquals(mountOf("/srv/my sites/a", HOST)?.options, ["ro"]);
});

Deno.test("mountOf() knows nothing where the system tells nothing", () => {
  assertEquals(mountOf("/", createFakeHost({ files: {} })), undefined);
});

Deno.test("optionOf() names the folder that has the option", () => {
  assertEquals(optionOf("/srv/my sites/a", "ro", HOST), "/srv/my sites");
  assertEquals(optionOf("/srv", "ro", HOST), undefined);
});
