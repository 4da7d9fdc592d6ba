import type { Finding } from "../finding.ts";
import type { Site } from "../site.ts";
import type { CheckOptions } from "./mod.ts";

export function checkPythonRun(
  _python: string,
  _site: Site,
  _options: CheckOptions,
): Finding[] {
  return [];
}
