/**
 * The `package.json` of `wsgi-shim` on npm, and where everything lies in that
 * package. `build.ts` writes it; the tests try a package of the same shape.
 *
 * @module
 */

import project from "../deno.json" with { type: "json" };
import { dirname, join } from "node:path";
import { OWNED_FILES } from "../lib/reports/scaffold.ts";
import { ROOT } from "../build/run_deno.ts";

const AUTHOR = "The wsgi-shim authors";

/** The package on npm; on JSR it is `@shim/cli`. */
const PACKAGE_NAME = "wsgi-shim";

/** What can be imported from the package, and which entry of ours it is. */
export const ENTRIES: Readonly<Record<string, string>> = {
  ".": "mod",
  "./runtime": "runtime",
};

/** What a site has in `shim/`, but for what is filled in by `install`. */
const SHIM_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  OWNED_FILES.filter(({ path, isRecorded }) =>
    path.startsWith("shim/") && !isRecorded
  ).map(({ path, source }) => [
    path.slice("shim/".length),
    join("lib", source),
  ]),
);

/** Files that are copied as they are, by their place in the package. */
const COPIES: Readonly<Record<string, string>> = {
  ...SHIM_FILES,
  "README.md": "README.md",
  "LICENSE": "LICENSE",
};

/**
 * What `require` loads in place of what dnt makes of an entry: one file loads
 * three times as fast as its 131 modules.
 */
const BUNDLES: Readonly<Record<string, string>> = { runtime: "./runtime.cjs" };

/** A `package.json`. */
export interface PackageJson {
  name: string;
  version: string;
  description: string;
  license: string;
  author: string;
  homepage?: string;
  bugs?: { url: string };
  keywords: string[];
  engines: { node: string };
  /** npm compares it with where a provenance comes from. */
  repository?: { type: "git"; url: string };
  main: string;
  module: string;
  types: string;
  exports: Record<string, unknown>;
  files: string[];
}

/**
 * Makes the `package.json`: every fact in it comes from `deno.json`, but for
 * the address of the repository that it is built in.
 */
export function makePackage(repository?: string): PackageJson {
  const { version, description, license } = project;
  return {
    name: PACKAGE_NAME,
    version,
    description,
    license,
    author: AUTHOR,
    keywords: ["wsgi", "passenger", "python", "hosting"],
    engines: { node: ">=18" },
    ...repository === undefined ? {} : {
      homepage: `${repository}#readme`,
      bugs: { url: `${repository}/issues` },
      repository: { type: "git", url: `git+${repository}.git` },
    },
    main: "./script/mod.js",
    module: "./esm/mod.js",
    types: "./script/mod.d.ts",
    exports: {
      ...Object.fromEntries(
        Object.entries(ENTRIES).map(([name, entry]) => [name, {
          import: {
            types: `./esm/${entry}.d.ts`,
            default: `./esm/${entry}.js`,
          },
          require: {
            types: `./script/${entry}.d.ts`,
            default: BUNDLES[entry] ?? `./script/${entry}.js`,
          },
        }]),
      ),
      "./package.json": "./package.json",
    },
    files: [
      ...["esm", "script"],
      ...new Set(Object.keys(SHIM_FILES).map((path) => path.split("/")[0]!)),
    ],
  };
}

/** Completes a package whose modules are built already. */
export async function finishPackage(
  folder: string,
  json: PackageJson,
): Promise<void> {
  await Deno.mkdir(`${folder}/host`);
  for (const [path, source] of Object.entries(COPIES)) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.copyFile(`${ROOT}${source}`, `${folder}/${path}`);
  }
  // What a folder holds is of the kind that the nearest package.json says.
  await writeJson(`${folder}/esm/package.json`, { type: "module" });
  await writeJson(`${folder}/script/package.json`, { type: "commonjs" });
  await writeJson(`${folder}/package.json`, json);
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value, null, 2) + "\n");
}
