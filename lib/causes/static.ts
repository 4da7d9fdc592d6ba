/**
 * What the catalogue says of faults that Python showed without importing the
 * application: the same as it says of the failure that they lead to.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Finding } from "../findings/finding.ts";
import type { SourceLine } from "../python/facts.ts";
import type { Failure, PythonException } from "../python/failure.ts";
import type { Site } from "../site/site.ts";
import { explainFailure } from "./explain.ts";
import { installFix, mayInstall } from "./installing.ts";
import { makeScene } from "./scene.ts";

/** A source line, and a name in it. */
type NamedLine = SourceLine & { name: string };

/**
 * Explains imports that lead nowhere. Packages that one command installs are
 * one finding.
 *
 * @param version Of Python: `3.11.2`
 */
export function explainMissing(
  missing: readonly NamedLine[],
  version: string,
  site: Site,
): Finding[] {
  const seen = new Set<string>();
  const found = missing.filter(({ name }) => {
    const isNew = !seen.has(name);
    seen.add(name);
    return isNew;
  }).map((one) => ({ one, finding: explainImport(one, version, site) }));
  const scene = makeScene({ problem: "import-raised", python: version }, site);
  const packages = found.filter(({ one, finding }) =>
    finding.code === "package-missing" && finding.place?.file === one.file &&
    mayInstall({ module: one.name }, scene)
  );
  const [first, ...more] = packages;
  if (!first || more.length === 0) return found.map(({ finding }) => finding);
  const also = more.map(({ one }) => one.name);
  return [
    {
      ...first.finding,
      message: `${first.finding.message}; neither ${
        also.length > 1 ? "are" : "is"
      } ${also.map((name) => `"${name}"`).join(", ")}`,
      fix: installFix({ module: first.one.name, also }, scene, true),
    },
    ...found.filter((each) => !packages.includes(each))
      .map(({ finding }) => finding),
  ];
}

function explainImport(
  { name, file, line }: NamedLine,
  version: string,
  site: Site,
): Finding {
  return explain(
    {
      type: "ModuleNotFoundError",
      message: `No module named '${name}'`,
      name,
      frames: [{ file, line: line ?? 1, function: "<module>" }],
    },
    site,
    version,
  );
}

/** Explains a file that Python cannot read. */
export function explainSyntax(
  { type, message, file, line, column }: SourceLine & {
    type: string;
    message: string;
    column?: number;
  },
  version: string,
  site: Site,
): Finding {
  return explain(
    {
      type,
      message,
      filename: file,
      line: line || undefined,
      column: Math.max(0, column ?? 0) || undefined,
      frames: [],
    },
    site,
    version,
  );
}

/** Explains a variable that the application reads, and that is not set. */
export function explainUnset(
  { name, file, line }: NamedLine,
  site: Site,
): Finding {
  return explain({
    type: "KeyError",
    message: `'${name}'`,
    frames: [
      { file, line: line ?? 1, function: "<module>" },
      { file: "<frozen os>", line: 1, function: "__getitem__" },
    ],
  }, site);
}

function explain(
  exception: PythonException,
  site: Site,
  python?: string,
): Finding {
  const failure: Failure = { problem: "import-raised", python, exception };
  return explainFailure(failure, site)[0]!;
}
