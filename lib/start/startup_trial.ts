/**
 * Whether Node can load the startup file of the node door. It is loaded once,
 * with a runtime that starts nothing.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Finding, finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { startLimited, withLimits } from "../checks/login_limits.ts";
import { tryLoginShell } from "../checks/login_shell.ts";
import { loginFilesOf } from "../site/login_files.ts";
import type { Site } from "../site/site.ts";

const SECONDS = 10;
const BYTES_LIMIT = 64 * 1024;

/**
 * Loads a file as Passenger does, and says on the last line how that went.
 * What the file loads starts nothing, and no port is opened.
 */
const LOADER = `
const Module = require("module");
const file = process.argv[1];
const load = Module._load;
let isStarted = false;
Module._load = function (request, parent, ...more) {
  const loaded = load.call(this, request, parent, ...more);
  if (!parent || parent.filename !== file || !loaded) return loaded;
  if (typeof loaded.start !== "function") return loaded;
  return { ...loaded, start() { isStarted = true; } };
};
function tell(reason) {
  process.stdout.write("\\n" + JSON.stringify({ isStarted, reason }));
  process.exit(0);
}
// The page that it has for its own trouble, and the line for the log.
require("http").Server.prototype.listen = function () { tell(said); };
require("fs").appendFileSync = function () {};
let said = "";
console.error = (text) => { said += text; };
try { require(file); tell(said); } catch (error) { tell(String(error)); }
`;

/**
 * Tries to load `app.js`.
 *
 * @param found Where something about the file is told already, nothing is tried
 */
export function tryStartupFile(
  site: Site,
  found: readonly Finding[],
): Finding[] {
  const { config, host, layout } = site;
  const file = layout.appJs;
  if (!config || config.passenger.appType !== "node") return [];
  if (host.startsNothing || found.some(isAboutShim)) return [];
  const bytes = host.readBytes(file, BYTES_LIMIT);
  if (refused(bytes)) return [];
  if (!/wsgi-shim/.test(new TextDecoder().decode(bytes))) return [];
  const real = host.realPath(file);
  const plain = [
    config.passenger.nodejs ?? "node",
    ...["-e", LOADER, refused(real) ? file : real],
  ];
  const load = ([program, ...words]: string[]) =>
    answerOf(
      host.run(program!, words, {
        env: { PATH: host.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
        cwd: layout.appRoot,
        timeout: SECONDS * 1_000,
      }).stdout,
    );
  const told = load(plain);
  const { limits } = tryLoginShell(site);
  const shell = site.user?.shell;
  if (
    told?.isStarted && limits && shell &&
    !load(withLimits(limits, shell, plain))?.isStarted
  ) return [startLimited(limits, "Node", loginFilesOf(site))];
  if (!told || told.isStarted) return [];
  return [finding("startup-file-fails", {
    message: `Node cannot load "${file}": ${told.reason.split("\n")[0]}`,
    place: { file },
    fix: {
      text:
        "Where the file is as wsgi-shim wrote it, get another version of wsgi-shim, and renew the file by its `upgrade`",
    },
  })];
}

/** Nothing where the program did not run to its end, or is not there. */
function answerOf(
  output: string,
): { isStarted: boolean; reason: string } | undefined {
  try {
    return JSON.parse(output.slice(output.lastIndexOf("\n") + 1));
  } catch {
    return undefined;
  }
}

function isAboutShim({ code }: Finding): boolean {
  return /^(shim-file|shim-changed|startup-file|npm-package)/.test(code);
}
