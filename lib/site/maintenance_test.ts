import { assertEquals } from "@std/assert";
import { createFakeHost, NOW } from "../../tests/worlds/machine.ts";
import { healthyFiles, ROOT } from "../../tests/worlds/site.ts";
import { MESSAGE_BYTES_LIMIT, readMaintenance } from "./maintenance.ts";
import { readSite } from "./site.ts";

function read(files: Parameters<typeof createFakeHost>[0]["files"]) {
  const host = createFakeHost({ files: { ...healthyFiles(), ...files } });
  return readMaintenance(readSite(ROOT, host));
}

Deno.test("readMaintenance() knows an open site from a closed one", () => {
  assertEquals(read({}), undefined);
  assertEquals(
    read({ [`${ROOT}/tmp/maint.txt`]: { text: "\n", modified: NOW } }),
    {
      kind: "maintenance",
      message: undefined,
      html: undefined,
      since: NOW,
    },
  );
});

Deno.test("readMaintenance() reads the message, and the owner's own page", () => {
  const plan = read({
    [`${ROOT}/tmp/maint.txt`]: "x".repeat(MESSAGE_BYTES_LIMIT + 10),
    [`${ROOT}/maint.html`]: "<h1>Later</h1>\n",
  });
  assertEquals(plan?.message?.length, MESSAGE_BYTES_LIMIT);
  assertEquals(plan?.html, "<h1>Later</h1>");
});
