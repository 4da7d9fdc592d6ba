/**
 * What `install` makes of `--module` and `--app`: refused is what no file can
 * ever make right, for the application itself may come later.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { isFault, readApplication } from "../site/application.ts";
import { DEFAULTS } from "../site/settings_table.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
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

/** How far above the module its imports may begin. */
const MOST_ABOVE = 3;
const BYTES_LIMIT = 65_536;

/** A folder that imports begin in, and what tells it. */
export interface Beginning {
  folder: string;
  /** Completes a sentence: `where manage.py lies`. */
  because: string;
}

/**
 * Where the imports of a module begin: in a Django project where `manage.py`
 * lies, else above the folder whose name its own imports begin with.
 *
 * @returns Undefined where it is the module's own folder
 */
export function importsFrom(
  module: string | undefined,
  host: Host,
): Beginning | undefined {
  if (!module?.startsWith("/") || !module.endsWith(".py")) return undefined;
  const folders = [dirname(module)];
  while (folders.length <= MOST_ABOVE) folders.push(dirname(folders.at(-1)!));
  const project = folders.find((folder) =>
    textIn(join(folder, "manage.py"), host).includes("DJANGO_SETTINGS_MODULE")
  );
  if (project !== undefined) {
    return project === folders[0]
      ? undefined
      : { folder: project, because: "where manage.py lies" };
  }
  const text = textIn(module, host);
  const named = folders.find((folder) => {
    const name = basename(folder);
    return /^[A-Za-z_]\w*$/.test(name) && !isPublicPackage(name) &&
      !isStandardModule(name) &&
      !namesIn(folders[0]!, host).some((each) =>
        each === name || each === `${name}.py`
      ) &&
      new RegExp(`^[ \\t]*(?:from|import)[ \\t]+${name}\\b`, "m").test(text);
  });
  return named === undefined ? undefined : {
    folder: dirname(named),
    because: `as ${basename(module)} imports "${basename(named)}"`,
  };
}

function textIn(file: string, host: Host): string {
  const bytes = host.readBytes(file, BYTES_LIMIT);
  return refused(bytes) ? "" : new TextDecoder().decode(bytes);
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
  const text = textIn(module, host);
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
