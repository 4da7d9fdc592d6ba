import type { Finding } from "../finding.ts";
import type { Site } from "../site.ts";

export function checkProtection(_site: Site): Finding[] {
  return [];
}
