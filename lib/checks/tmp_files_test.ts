import { assertEquals, assertStringIncludes } from "@std/assert";
import { NOW } from "../../tests/worlds/machine.ts";
import { codes, only, ROOT } from "../../tests/worlds/site.ts";

const MAINT = `${ROOT}/tmp/maint.txt`;
const DAY_MS = 24 * 60 * 60 * 1000;

Deno.test("checkTmpFiles() tells of a file that restarts every request", () => {
  const file = `${ROOT}/tmp/always_restart.txt`;
  assertEquals(codes({ files: { [file]: "" } }), ["always-restart"]);
  assertEquals(codes({ files: { [`${ROOT}/tmp/always.txt`]: "" } }), []);
});

Deno.test("checkTmpFiles() reminds of a maintenance that lasts", () => {
  const since = (age: number) =>
    codes({
      files: {
        [`${ROOT}/tmp/maint.txt`]: { text: "", modified: NOW - age },
      },
    });
  assertEquals(since(3 * DAY_MS), ["maintenance-forgotten"]);
  assertEquals(since(3_600_000), []);
});

Deno.test("checkTmpFiles() wants restart.txt to be a file", () => {
  const restart = `${ROOT}/tmp/restart.txt`;
  const found = only({ files: { [restart]: {} } });
  assertEquals(found.code, "restart-not-a-file");
  assertStringIncludes(found.message, "is a folder");
  assertEquals(found.fix, {
    command: `mv ${restart} ${restart}.old && wsgi-shim restart ${ROOT}`,
    safe: false,
  });
  assertEquals(codes({ files: { [restart]: undefined } }), []);
});

Deno.test("checkTmpFiles() says why visitors do not read the message", () => {
  const maint = (entry: Parameters<typeof only>[0]["files"]) => {
    const found = only({ files: entry });
    assertEquals(found.code, "maintenance-message");
    const { fix } = found;
    return `${found.message} ${fix && "command" in fix && fix.command}`;
  };
  const on = `wsgi-shim maint on ${ROOT}`;
  assertStringIncludes(
    maint({ [MAINT]: {} }),
    "is a folder; visitors read our",
  );
  assertStringIncludes(
    maint({ [MAINT]: {} }),
    `mv ${MAINT} ${MAINT}.old && ${on}`,
  );
  const binary = { text: new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0]) };
  assertStringIncludes(maint({ [MAINT]: binary }), `is not text`);
  assertStringIncludes(maint({ [MAINT]: binary }), `${on} --message 'We will`);
  const latin = { text: new Uint8Array([0x7a, 0xfc]) };
  assertStringIncludes(maint({ [MAINT]: latin }), "iconv -f CP1252 -t UTF-8");
  const utf16 = { text: new Uint8Array([0xff, 0xfe, 0x7a, 0]) };
  assertStringIncludes(maint({ [MAINT]: utf16 }), "iconv -f UTF-16 -t UTF-8");
  const closed = { text: "a", mode: 0o600, owner: "root:root" };
  assertStringIncludes(maint({ [MAINT]: closed }), `chmod a+r ${MAINT}`);
  const page = { [MAINT]: "", [`${ROOT}/maint.html`]: binary };
  assertStringIncludes(maint(page), "our maintenance page");
  assertEquals(codes({ files: { [MAINT]: "zurück €" } }), []);
  const secret = { [MAINT]: { link: "/site/secret" }, "/site/secret": "a" };
  assertStringIncludes(maint(secret), "is a link, which is not followed");
  assertEquals(codes({ files: { [MAINT]: "€".repeat(4_000) } }), []);
  // Without maint.txt nobody sees it.
  assertEquals(codes({ files: { [`${ROOT}/maint.html`]: binary } }), []);
});
