import type { Finding } from "../finding.ts";
import type { Site } from "../site.ts";

/** Reports what is wrong with `config.toml` by itself. */
export function checkConfig(site: Site): Finding[] {
  return site.configFindings;
}
