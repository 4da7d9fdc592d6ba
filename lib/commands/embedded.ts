/**
 * The texts of ours that are no TypeScript: what an installed site gets, and
 * what Python is asked with. They lie beside this module when it runs from
 * source, in one module of JSON when it runs from JSR, and inside the binary
 * when it was compiled with `--include`.
 *
 * @module
 */

/** A file of ours. */
export interface EmbeddedFile {
  /** Where it lies, relative to `lib/`. */
  source: string;
}

/** Reads the text of a file of ours. */
export async function readEmbedded(file: EmbeddedFile): Promise<string> {
  const address = new URL(`../${file.source}`, import.meta.url);
  const text = address.protocol === "file:"
    ? await readFile(address)
    : await imported(file);
  if (text !== undefined) return text;
  throw new Error(
    file.source.startsWith("../build/")
      ? `Cannot find ${file.source.slice(3)}: build it with \`deno task build\``
      : `Cannot find ${address}, a part of wsgi-shim`,
  );
}

async function readFile(address: URL): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(address);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Deno has it from the first run on, as every module, and checks it. */
async function imported({ source }: EmbeddedFile): Promise<string | undefined> {
  // @ts-ignore: it is built, and a checkout does without it
  const texts = await import("../../build/texts.json", {
    with: { type: "json" },
  });
  return (texts.default as Record<string, string>)[source];
}
