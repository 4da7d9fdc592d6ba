import type { Finding } from "../finding.ts";
import type { Site } from "../site.ts";

export function checkAccess(_site: Site): Finding[] {
  return [];
}
