import { assertEquals } from "@std/assert";
import { compareVersions, markText, readMarker } from "./marker.ts";

Deno.test("markText() writes what readMarker() reads", () => {
  for (const text of ["", "a\n", "a\nb", "#!/bin/sh\necho\n", "#!/bin/sh\n"]) {
    for (const comment of ["//", "#"] as const) {
      const marked = markText(text, "1.2.3", comment);
      assertEquals(readMarker(marked), { version: "1.2.3", isIntact: true });
    }
  }
});

Deno.test("markText() leaves a #! line where it must be", () => {
  const lines = markText("#!/bin/sh\necho\n", "1.2.3", "#").split("\n");
  assertEquals(lines[0], "#!/bin/sh");
  assertEquals(lines[1]!.startsWith("# wsgi-shim 1.2.3 sha256:"), true);
  assertEquals(lines.slice(2), ["echo", ""]);
});

Deno.test("readMarker() sees an edit, and no edit in other line ends", () => {
  const marked = markText("a\nb\n", "1.2.3", "//");
  assertEquals(readMarker(`${marked}c`)?.isIntact, false);
  assertEquals(readMarker(marked.replace("\nb", "\nB"))?.isIntact, false);
  assertEquals(readMarker(marked.replaceAll("\n", "\r\n"))?.isIntact, true);
  // Such a script cannot be run.
  const script = markText("#!/bin/sh\nexit\n", "1.2.3", "#");
  assertEquals(readMarker(script)?.isIntact, true);
  assertEquals(readMarker(script.replaceAll("\n", "\r\n"))?.isIntact, false);
});

Deno.test("readMarker() finds nothing in files of others", () => {
  const texts = ["", "#!/bin/sh", "// wsgi-shim", "import os\n", "\0\0"];
  for (const text of texts) assertEquals(readMarker(text), undefined, text);
});

Deno.test("compareVersions() orders by number", () => {
  const table: [string, string, number][] = [
    ["0.1.0", "0.1.0", 0],
    ["0.9.0", "0.10.0", -1],
    ["1.0.0", "0.10.9", 1],
    ["1.0.0-rc.1", "1.0.0", -1],
  ];
  for (const [a, b, order] of table) {
    assertEquals(compareVersions(a, b), order, `${a} ${b}`);
  }
});
