import { assert, assertEquals } from "@std/assert";
import { createHost, namesIn } from "./host.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";

const host = createHost();
const timeout = 1_000;

Deno.test("Host.run() ends a program that does not end by itself", () => {
  const since = performance.now();
  const run = host.run("sleep", ["30"], { timeout });
  assertEquals(run.errno, "ETIMEDOUT");
  assert(performance.now() - since < 15_000);
});

Deno.test("Host.run() tells how a program ended, and why it could not start", () => {
  const shell = (script: string) =>
    host.run("/bin/sh", ["-c", script], { timeout });
  assertEquals(shell("cat; exit 3").status, 3);
  assertEquals(shell("cat; echo at the end").stdout, "at the end\n");
  assertEquals(shell("exit 127").status, 127);
  assertEquals(host.run("/no/such/program", [], { timeout }).errno, "ENOENT");
  assertEquals(host.run("/etc/passwd", [], { timeout }).errno, "EACCES");
});

Deno.test("Host.run() gives a program no other variables than asked for", () => {
  Deno.env.set("WSGI_SHIM_TEST", "of this process");
  const env = { PATH: "/usr/bin:/bin", GREETING: "Hello" };
  const variables = (options: { env?: typeof env }) =>
    host.run("/usr/bin/env", [], { timeout, ...options }).stdout.split("\n")
      .filter((line) => line !== "");
  assertEquals(variables({ env }).sort(), [
    "GREETING=Hello",
    `PATH=${env.PATH}`,
  ]);
  assert(variables({}).includes("WSGI_SHIM_TEST=of this process"));
  Deno.env.delete("WSGI_SHIM_TEST");
});

Deno.test("Host.run() gives arguments to our own executable as they are", () => {
  const run = host.run(Deno.execPath(), ["--version"], { timeout: 10_000 });
  assertEquals([run.status, run.stdout.slice(0, 5)], [0, "deno "]);
});

Deno.test("namesIn() finds nothing where it may not look", () => {
  const host = createFakeHost({
    files: { "/a/b": "", "/c": { owner: "root:root", mode: 0o700 } },
  });
  assertEquals(namesIn("/a", host), ["b"]);
  assertEquals([namesIn("/c", host), namesIn("/a/b", host)], [[], []]);
});
