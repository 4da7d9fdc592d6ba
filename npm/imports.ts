/**
 * Prints the flag that maps the bare names of `deno.json` to npm packages
 * where JSR is out of reach, and nothing where JSR answers:
 * `deno test -A $(deno run -A npm/imports.ts)`.
 *
 * @module
 */

try {
  await Promise.race([
    import("jsr:@std/assert@^1.0.13"),
    new Promise((_, reject) => setTimeout(reject, 5_000)),
  ]);
} catch {
  const map = new URL("import_map.json", import.meta.url);
  await Deno.stdout.write(new TextEncoder().encode(`--import-map=${map}\n`));
}
Deno.exit(0);
