/**
 * A JSR for tests, on this machine: it takes what `deno publish` uploads, and
 * has the few packages that `@shim/cli` needs, made from the adapters for
 * networks without JSR.
 *
 * @module
 */

import { join } from "node:path";
import project from "../../deno.json" with { type: "json" };
import { bundle } from "../../build/run_deno.ts";

/** One version of a package. */
interface Package {
  version: string;
  exports: Record<string, string>;
  /** Texts by path, each with a leading slash. */
  files: Map<string, string>;
}

const PACKAGE_PAGE_REGEXP = /^\/api\/scopes\/[\w-]+\/packages\/[\w-]+$/;
const VERSION_REGEXP =
  /^\/api\/scopes\/([\w-]+)\/packages\/([\w-]+)\/versions\/([^/]+)$/;
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
      (request) => this.#answer(request),
    );
    this.url = `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Starts it with the dependencies of `@shim/cli`. */
  static async start(): Promise<LocalJsr> {
    const jsr = new LocalJsr();
    const folder = await Deno.makeTempDir();
    for (const [name, specifier] of Object.entries(project.imports)) {
      if (!specifier.startsWith("jsr:")) continue;
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

  /** What was published of a package, by path with a leading slash. */
  filesOf(name: string): ReadonlyMap<string, string> {
    return this.#packages.get(name)?.files ?? new Map();
  }

  /** Takes an upload, as `deno publish` makes it. */
  async #publish(name: string, version: string, body: ReadableStream) {
    const tar = body.pipeThrough(new DecompressionStream("gzip"));
    const files = unpack(await new Response(tar).bytes());
    const { exports } = JSON.parse(files.get("/deno.json")!);
    this.#packages.set(name, { version, exports, files });
    return Response.json({ id: "1", status: "success" });
  }

  async #answer({ url, method, body }: Request): Promise<Response> {
    const { pathname } = new URL(url);
    // Every package may be published.
    if (PACKAGE_PAGE_REGEXP.test(pathname)) return Response.json({});
    const [, scope, name, version] = VERSION_REGEXP.exec(pathname) ?? [];
    return version !== undefined && method === "POST" && body
      ? await this.#publish(`@${scope}/${name}`, version, body)
      : await this.#serve(pathname);
  }

  async #serve(pathname: string): Promise<Response> {
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

/** The texts in a tar archive, by path with a leading slash. */
function unpack(tar: Uint8Array): Map<string, string> {
  const files = new Map<string, string>();
  const decoder = new TextDecoder();
  for (let at = 0; tar[at]; at += HEADER_BYTES) {
    const field = (from: number, to: number) =>
      decoder.decode(tar.subarray(at + from, at + to)).replace(/\0[^]*$/, "");
    const size = parseInt(field(124, 136), 8);
    const start = at + HEADER_BYTES;
    const path = field(0, 100).replace(/^\.?\/?/, "/");
    // Folders have a 5 here, and nothing to tell.
    if (/^0?$/.test(field(156, 157))) {
      files.set(path, decoder.decode(tar.subarray(start, start + size)));
    }
    at += Math.ceil(size / HEADER_BYTES) * HEADER_BYTES;
  }
  return files;
}

const HEADER_BYTES = 512;

async function entryOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { size: bytes.length, checksum: `sha256-${hash.toHex()}` };
}

function notFound(): Response {
  return new Response("Not found", { status: 404 });
}
