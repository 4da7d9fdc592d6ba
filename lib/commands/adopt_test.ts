/** Tests of the options of `adopt` and `eject`; `tests/sites` has the sites. */

import { assertEquals, assertThrows } from "@std/assert";
import { parseAdopt } from "./adopt.ts";
import { UsageError } from "./command.ts";
import { parseEject } from "./eject.ts";

Deno.test("parseAdopt() reads options, and refuses what means nothing", () => {
  const given = parseAdopt([
    ...["--url", "www.example.org", "--python=/p", "--dry-run", "--yes"],
    "site",
  ]);
  assertEquals(
    [given.appRoot, given.url?.href, given.python, given.dryRun, given.yes],
    ["site", "https://www.example.org/", "/p", true, true],
  );
  assertEquals([given.again, given.noImport], [false, false]);
  for (
    const argv of [
      ["--again", "--python", "/p"],
      ["--url", "ftp://x"],
      ["--force"],
      ["a", "b"],
    ]
  ) {
    assertThrows(() => parseAdopt(argv), UsageError);
  }
});

Deno.test("parseEject() reads options", () => {
  assertEquals(parseEject(["--force", "--purge", "site"]), {
    ...{ appRoot: "site", force: true, purge: true },
  });
});
