/**
 * What `install` makes of `--module` and `--app`: refused is what no file can
 * ever make right, for the application itself may come later.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { isFault, readApplication } from "../site/application.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { type Host, refused } from "../machine/host.ts";
import { layoutOf } from "../site/layout.ts";
import { printable, quoteWord } from "../text/shell.ts";
import { UsageError } from "./command.ts";

/** What was given, a path made absolute. */
export interface ApplicationOptions {
  module?: string;
  app?: string;
}

/** Refuses what is malformed; notes what is not there yet. */
export function judgeApplication(
  { module, app }: ApplicationOptions,
  appRoot: string,
  host: Host,
): string[] {
  // The form alone, as if nothing were there yet.
  const nowhere: Host = { ...host, stat: () => ({ errno: "ENOENT" }) };
  if (module === undefined) {
    if (app !== undefined) refuseAlone(app, appRoot, nowhere);
    return [];
  }
  const fault = faultOf({ module, app }, appRoot, nowhere);
  if (fault !== undefined) throw new UsageError(fault);
  if (!module.includes("/")) return [];
  const status = host.stat(module);
  if (refused(status) && status.errno === "ENOENT") {
    return [`there is no ${printable(module)} yet`];
  }
  const found = faultOf({ module, app }, appRoot, host);
  return found === undefined ? [] : [found];
}

/** How far above the module `manage.py` is looked for. */
const MOST_ABOVE = 3;
const BYTES_LIMIT = 65_536;

/**
 * The folder of a Django project that a module lies in: its settings are
 * named from there, as `manage.py` does it.
 *
 * @returns Undefined where it is the module's own folder, or there is none
 */
export function projectOf(
  module: string | undefined,
  host: Host,
): string | undefined {
  if (!module?.startsWith("/") || !module.endsWith(".py")) return undefined;
  let folder = dirname(module);
  for (let count = 0; count <= MOST_ABOVE; count++) {
    const bytes = host.readBytes(join(folder, "manage.py"), BYTES_LIMIT);
    const isProject = !refused(bytes) &&
      new TextDecoder().decode(bytes).includes("DJANGO_SETTINGS_MODULE");
    if (isProject) return count === 0 ? undefined : folder;
    if (folder === dirname(folder)) return undefined;
    folder = dirname(folder);
  }
  return undefined;
}

/**
 * The callable that a source file offers under another name than ours: as
 * `flask run` looks for it (Flask, "Application Discovery"), an `app`, or a
 * factory that needs nothing.
 *
 * @returns The value of `app`; undefined where the file has an `application`,
 *   or neither
 */
export function callableIn(
  module: string | undefined,
  host: Host,
): string | undefined {
  if (!module?.startsWith("/") || !module.endsWith(".py")) return undefined;
  const bytes = host.readBytes(module, BYTES_LIMIT);
  const text = refused(bytes) ? "" : new TextDecoder().decode(bytes);
  const gives = (name: string) =>
    new RegExp(
      `^(?:${name}\\s*(?::[^=\\n]+)?=(?!=)|(?:async )?def ${name}\\b|from .* import .*\\b${name}\\b)`,
      "m",
    ).test(text);
  if (gives(DEFAULTS.app)) return undefined;
  if (gives("app")) return "app";
  const [, factory] =
    /^def (create_app|make_app)\((?:\s*\w+\s*(?::[^,=)]+)?=[^,)]+(?:,|(?=\))))*\s*\)/m
      .exec(text) ?? [];
  return factory && `${factory}()`;
}

/** Without `--module`, the callable's own option names its module. */
function refuseAlone(app: string, appRoot: string, nowhere: Host): void {
  if (faultOf({ app }, appRoot, nowhere) === undefined) return;
  throw new UsageError(
    faultOf({ module: "module", app }, appRoot, nowhere) ??
      `--app ${quoteWord(app)} needs --module, or the module in its own ` +
        `value, as in --app ${quoteWord(`package.module:${app}`)}`,
  );
}

function faultOf(
  { module, app = DEFAULTS.app }: ApplicationOptions,
  appRoot: string,
  host: Host,
): string | undefined {
  const { interface: spoken, loop, threads, startTimeout } = DEFAULTS;
  const wsgi = { module, app, interface: spoken, loop, threads, startTimeout };
  const read = readApplication(
    wsgi,
    layoutOf(appRoot),
    host,
    (key) => `--${key}`,
  );
  return isFault(read) ? printable(read.message) : undefined;
}
