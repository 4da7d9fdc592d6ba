import { assertEquals } from "@std/assert";
import { codes, only, SITE } from "../../tests/worlds/site.ts";

Deno.test("checkTree() finds packages that Python would take for empty ones", () => {
  const found = only({
    files: {
      [`${SITE}/myapp/pkg`]: { owner: "root:root", mode: 0o700 },
      [`${SITE}/myapp/pkg/__init__.py`]: { text: "", owner: "root:root" },
    },
  });
  assertEquals(found.code, "package-unreadable");
  assertEquals(found.fix, {
    command: `chmod -R o+rX ${SITE}/myapp/pkg`,
    safe: false,
    by: "root",
  });
});

Deno.test("checkTree() finds a database that cannot be written", () => {
  const database = (owner: string) =>
    codes({ files: { [`${SITE}/myapp/db.sqlite3`]: { text: "x", owner } } });
  assertEquals(database("root:root"), ["database-unwritable"]);
  assertEquals(database("jdoe:jdoe"), []);
});
