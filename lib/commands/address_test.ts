import { assertEquals, assertThrows } from "@std/assert";
import { parseAddress } from "./address.ts";
import { UsageError } from "./command.ts";

Deno.test("parseAddress() takes addresses, and names of hosts for https", () => {
  for (
    const [text, read] of [
      ["http://intranet/shop", "http://intranet/shop"],
      ["www.example.org", "https://www.example.org/"],
      ["localhost", "https://localhost/"],
      ["intranet:8443", "https://intranet:8443/"],
    ] as const
  ) {
    assertEquals(parseAddress(text, "--url").href, read);
  }
});

Deno.test("parseAddress() takes a single word for an app root that was meant", () => {
  for (const text of ["www", "", "ftp://example.org", ".", "./www"]) {
    assertThrows(() => parseAddress(text, "--wait"), UsageError, "--wait must");
  }
});
