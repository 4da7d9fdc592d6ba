/**
 * Prints the flags that map the bare names of `deno.json` to npm packages
 * where JSR is out of reach, and nothing where JSR answers. Every task asks
 * it, from the top folder: `deno test -A $(deno run -A npm/imports.ts)`.
 *
 * @module
 */

const PATIENCE_MS = 5_000;

try {
  await Promise.race([
    import("@std/assert"),
    new Promise((_, reject) => setTimeout(reject, PATIENCE_MS)),
  ]);
} catch {
  const flags = "--import-map=npm/import_map.json --lock=npm/deno.lock\n";
  await Deno.stdout.write(new TextEncoder().encode(flags));
}
Deno.exit(0);
