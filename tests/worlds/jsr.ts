/**
 * A JSR for tests, on this machine: it has `@shim/cli` as it would be
 * published from this tree, and the few packages that it needs, made from the
 * adapters for networks without JSR.
 *
 * @module
 */

import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { bundle, ROOT } from "../../build/run_deno.ts";

/** One version of a package. */
interface Package {
  version: string;
  exports: Record<string, string>;
  /** Texts by path, each with a leading slash. */
  files: Map<string, string>;
}

const PACKAGE_REGEXP = /^\/(@[\w-]+\/[\w-]+)(\/.*)$/;

/** A JSR that listens on 127.0.0.1. */
export class LocalJsr implements AsyncDisposable {
  /** Where it is: the value of `JSR_URL`. */
  readonly url: string;
  #packages = new Map<string, Package>();
  #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Starts it with the dependencies of `@shim/cli`. */
  static async start(): Promise<LocalJsr> {
    const jsr = new LocalJsr();
    const folder = await Deno.makeTempDir();
    for (const [name, specifier] of Object.entries(project.imports)) {
      const adapter = name.replace("@std/", "npm/") + ".ts";
      const file = join(folder, "mod.js");
      const isOurs = name.startsWith("@std/");
      if (isOurs) await bundle(adapter, file);
      jsr.#packages.set(name, {
        version: specifier.slice(specifier.lastIndexOf("^") + 1),
        exports: { ".": "./mod.js" },
        files: new Map([[
          "/mod.js",
          isOurs ? await Deno.readTextFile(file) : "export {};",
        ]]),
      });
    }
    await Deno.remove(folder, { recursive: true });
    return jsr;
  }

  async [Symbol.asyncDispose]() {
    await this.#server.shutdown();
  }

  /** Publishes files of this tree as `@shim/cli`. */
  async publish(paths: readonly string[]): Promise<void> {
    const files = new Map<string, string>();
    for (const path of paths) {
      const text = await Deno.readTextFile(join(ROOT, path));
      files.set(`/${path}`, path.endsWith(".ts") ? published(text) : text);
    }
    const { version, exports } = project;
    this.#packages.set(project.name, { version, exports, files });
  }

  async #answer(pathname: string): Promise<Response> {
    const [, name = "", path = ""] = PACKAGE_REGEXP.exec(pathname) ?? [];
    const found = this.#packages.get(name);
    if (found === undefined) return notFound();
    const { version, exports, files } = found;
    if (path === "/meta.json") {
      const [scope, short] = name.slice(1).split("/");
      const versions = { [version]: {} };
      return Response.json({ scope, name: short, latest: version, versions });
    }
    if (path === `/${version}_meta.json`) {
      const manifest: Record<string, unknown> = {};
      for (const [file, text] of files) manifest[file] = await entryOf(text);
      return Response.json({ exports, manifest });
    }
    const text = files.get(path.replace(`/${version}`, ""));
    return text === undefined ? notFound() : new Response(text);
  }
}

/** JSR writes out at publication what the import map says. */
function published(text: string): string {
  const imports: Record<string, string> = project.imports;
  return text.replaceAll(
    /(from\s+|import\()"(@[\w/]+)"/g,
    (whole, before, name) =>
      imports[name] === undefined ? whole : `${before}"${imports[name]}"`,
  );
}

async function entryOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { size: bytes.length, checksum: `sha256-${hash.toHex()}` };
}

function notFound(): Response {
  return new Response("Not found", { status: 404 });
}
