/**
 * What findings mean on a site that runs without us: there is no `config.toml`
 * to write to, and nobody knows what the web server is told besides.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, isOf, soften } from "../findings/finding.ts";
import { runsOriginal } from "../site/adoption.ts";
import type { Site } from "../site/site.ts";

/** A mend that says so is for a site of ours, and mends nothing here. */
const OUR_SETTINGS_REGEXP =
  /config\.toml|\bpassenger_python\b|\[(?:wsgi|environment|secret_files)\]|`(?:module|app|chdir|interface)`|\b(?:module|app|chdir|interface) = "|wsgi-shim (?:logs|upgrade|maint|settings|install)/;

/**
 * Fits findings to a site; those of a site of ours stay as they are. An
 * adopted one is still given variables by the panel that it came from.
 */
export function fitToSite(
  findings: readonly Finding[],
  site: Site,
): Finding[] {
  return site.native
    ? findings.flatMap((one) => fit(one, site))
    : runsOriginal(site)
    ? findings.map((one) =>
      isOf(one, "variable-missing") ? softenVariable(one) : one
    )
    : [...findings];
}

function softenVariable(found: Finding): Finding {
  return {
    ...soften(found, "the web server may set it"),
    fix: { text: "Where the web server or its panel sets it, all is well" },
  };
}

function fit(found: Finding, { native }: Site): Finding[] {
  const { fix, ...rest } = found;
  if (isOf(found, "python-not-venv") && !native!.interpreter.source) return [];
  if (isOf(found, "variable-missing")) return [softenVariable(found)];
  const told = fix && ("command" in fix ? fix.command : fix.text);
  return [told && OUR_SETTINGS_REGEXP.test(told) ? rest : found];
}
