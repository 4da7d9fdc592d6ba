/**
 * From a site to what the web server must know of it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Host, refused } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import type { ServerSettings } from "./settings_snippet.ts";
import type { Site } from "../site/site.ts";

/** The settings, or the keys that must be set before there are any. */
export type KnownServerSettings =
  | { settings: ServerSettings; missing?: undefined }
  | { settings?: undefined; missing: string[] };

/** Collects what the web server must know of a site. */
export function serverSettingsOf(site: Site, host: Host): KnownServerSettings {
  const { config, layout } = site;
  const passenger = config?.passenger;
  const { user, group, python } = passenger ?? {};
  const missing = [
    user === undefined && "user",
    group === undefined && "group",
    python === undefined && "passenger_python",
  ].filter((key) => typeof key === "string");
  if (
    passenger === undefined || user === undefined || group === undefined ||
    python === undefined
  ) {
    return { missing };
  }
  // The server is told one path, also where the site was asked for by a link.
  const served = layoutOf(passenger.appRoot ?? layout.appRoot);
  // It brings the pages to a site whose Python cannot start.
  const hasShimPython = !refused(host.stat(layout.shimPython));
  return {
    settings: {
      user,
      group,
      appRoot: served.appRoot,
      appType: passenger.appType,
      startupFile: passenger.appType === "wsgi"
        ? "passenger_wsgi.py"
        : "app.js",
      python: hasShimPython && passenger.appType === "wsgi"
        ? served.shimPython
        : python,
      nodejs: passenger.nodejs,
      documentRoot: served.publicDirectory,
      restartDirectory: served.tmp,
    },
  };
}
