import { assertEquals } from "@std/assert";
import { type PageFormat, preferredFormat } from "./format.ts";

Deno.test("preferredFormat() is JSON only where the request prefers it", () => {
  const table: [accept: string | undefined, format: PageFormat][] = [
    [undefined, "html"],
    ["", "html"],
    ["*/*", "html"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"],
    ["text/html, application/json", "html"],
    ["text/html;q=0.8, application/json", "json"],
    ["text/html, application/json;q=0.9", "html"],
    ["application/json", "json"],
    ["Application/JSON; charset=utf-8", "json"],
    ["application/problem+json", "json"],
    ["application/json, text/plain, */*", "json"],
    ["application/json;q=0.5, */*", "html"],
    ["application/*", "json"],
    ["application/json;q=0, */*", "html"],
    ["application/json;q=nonsense", "html"],
    ["text/plain", "text"],
    ["text/plain, */*;q=0.1", "text"],
    ["text/html, text/plain", "html"],
    ["text/html;q=0.5, text/plain", "text"],
    ["text/plain;q=0, */*", "html"],
    ["text/*", "html"],
    ["image/avif,image/webp,*/*;q=0.8", "html"],
    [",;,q=1;;", "html"],
  ];
  for (const [accept, format] of table) {
    assertEquals(preferredFormat(accept), format, accept);
  }
});
