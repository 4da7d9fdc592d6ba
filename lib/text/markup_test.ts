import { assertEquals } from "@std/assert";
import { Markup, markup, printableLines } from "./markup.ts";

Deno.test("markup escapes every value, and no markup of ours twice", () => {
  const name = `<b onclick="x">&'`;
  assertEquals(
    `${markup`<p title="${name}">${markup`<i>${"a<b"}</i>`}</p>`}`,
    '<p title="&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;"><i>a&lt;b</i></p>',
  );
});

Deno.test("markup takes lists, numbers and nothing", () => {
  const rows = ["a", "<"].map((one) => markup`<li>${one}</li>`);
  assertEquals(
    `${markup`${rows}${undefined}${7}${["x", new Markup("<hr>")]}`}`,
    "<li>a</li><li>&lt;</li>7x<hr>",
  );
});

Deno.test("printableLines() keeps lines, and spells out other control characters", () => {
  assertEquals(printableLines("a\r\n\tb\x1b"), "a\n    b\\x1b");
});
