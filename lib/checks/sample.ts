/**
 * Reports an application that is no more than the sample of a hosting panel:
 * it starts, and visitors see "It works!" in place of the site.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { findApplication } from "../causes/appointed.ts";
import { makeScene } from "../causes/scene.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { startupFileOf } from "../site/adoption.ts";
import type { Site } from "../site/site.ts";

const SAMPLE_BYTES_LIMIT = 4096;
/** As cPanel and CloudLinux write passenger_wsgi.py for a new application. */
const SAMPLE_REGEXP = /["']It works!(?:\\n)?["'][\s\S]{0,200}["']Python %s/;

export function checkSample(site: Site): Finding[] {
  const { application, host } = site;
  const file = startupFileOf(site) ??
    (application && "file" in application.target
      ? application.target.file
      : undefined);
  const bytes = file && host.readBytes(file, SAMPLE_BYTES_LIMIT);
  if (!file || !bytes || refused(bytes)) return [];
  if (!SAMPLE_REGEXP.test(new TextDecoder().decode(bytes))) return [];
  const other = findApplication(makeScene({ problem: "hung" }, site));
  return [finding("sample-application", {
    message:
      `"${file}" is the sample that a hosting panel writes for a new application: visitors see "It works!" and the version of Python${
        other ? `; "${other.name}" in "${other.file}" may be meant` : ""
      }`,
    place: { file },
    fix: {
      text: other
        ? `Write in [wsgi] of config.toml: \`module = "${other.file}"\` and \`app = "${other.name}"\`${
          other.directory ? `, and \`chdir = "${other.directory}"\`` : ""
        }; without a config.toml, import it in ${file} as \`application\``
        : "Let the startup file import your application as `application`, or name its file as `module` in [wsgi] of config.toml",
    },
  })];
}
