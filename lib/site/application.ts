/**
 * What `[wsgi]` asks for, in the terms of Python's import: a file or a module,
 * the callable in it, and the folder that imports start from.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join, relative } from "node:path";
import type { Config } from "./config.ts";
import { type Host, namesIn, refused } from "../machine/host.ts";
import type { Layout } from "./layout.ts";

/** What the worker imports. */
export interface Application {
  /** A file by its absolute path, or a module by its dotted name. */
  target: { file: string } | { module: string };
  /** The callable or factory in it, possibly dotted. */
  attribute: string;
  /** The attribute is a factory, called without arguments. */
  call: boolean;
  /** Folders for the front of `sys.path`. */
  path: string[];
  /** Working directory. */
  directory: string;
}

/** Why `[wsgi]` cannot be understood. */
export interface ApplicationFault {
  /** The dotted key to blame. */
  key: "wsgi.module" | "wsgi.app";
  /** What is wrong, in a sentence. */
  message: string;
  /** What mends it. */
  advice: string;
}

/** What a message calls a key: where it is named first, and again. */
export type KeyNames = (key: "app" | "module", again?: boolean) => string;

const IN_CONFIG: KeyNames = (key, again) =>
  again ? `\`${key}\`` : `\`${key}\` in [wsgi]`;

const NAME = "[\\p{L}_][\\p{L}\\p{N}_]*";
const ASCII_NAME = "[A-Za-z_][A-Za-z0-9_]*";
const DOTTED = "NAME(?:\\.NAME)*";
const CALLABLE = `(${DOTTED})(\\(\\s*\\))?`;
const ENTRY = `(${DOTTED}):${CALLABLE}`;
/** A call with arguments, as Gunicorn takes it. */
const CALL = `(?:(${DOTTED}):)?(${DOTTED})\\((.*)\\)`;

/** Matches a whole text with one of the forms above. */
function match(form: string, text: string): RegExpExecArray | null {
  // Unicode's classes take V8 milliseconds, and most names need none.
  const name = /^[ -~]*$/.test(text) ? ASCII_NAME : NAME;
  return new RegExp(`^${form.replaceAll("NAME", name)}$`, "u").exec(text);
}

/**
 * Reads `[wsgi]`; the host is asked only whether `module` is a folder.
 *
 * @param named How the keys are called where they come from elsewhere
 */
export function readApplication(
  wsgi: NonNullable<Config["wsgi"]>,
  layout: Layout,
  host: Host,
  named: KeyNames = IN_CONFIG,
): Application | ApplicationFault {
  const [, module, factory, values = ""] = match(CALL, wsgi.app.trim()) ?? [];
  if (factory && values.trim() !== "") {
    const whole = module && wsgi.module === undefined
      ? { ...wsgi, module }
      : wsgi;
    return {
      key: "wsgi.app",
      message: `${
        named("app")
      } calls ${factory} with arguments, "${wsgi.app}"; only a call without any is understood here`,
      advice: startupModuleAdvice(factory, values.trim(), whole, layout, host),
    };
  }
  return wsgi.module === undefined
    ? fromEntry(wsgi, layout)
    : wsgi.module.includes("/")
    ? fromPath(wsgi, wsgi.module, host, named)
    : fromName(wsgi, wsgi.module, layout, host, named);
}

/** The setting that names the module: `app` too may, alone or in a package. */
export function moduleKey(
  { application, config }: { application?: Application; config?: Config },
): "wsgi.module" | "wsgi.app" {
  const { module } = config?.wsgi ?? {};
  return module === undefined ||
      (module.includes("/") && "module" in (application?.target ?? {}))
    ? "wsgi.app"
    : "wsgi.module";
}

/** Tells a fault from an application. */
export function isFault(
  read: Application | ApplicationFault,
): read is ApplicationFault {
  return "message" in read;
}

/**
 * How to call a factory that wants arguments: in a module of its own.
 *
 * @param factory Its name, possibly dotted
 * @param values The arguments, in Python
 */
export function startupModuleAdvice(
  factory: string,
  values: string,
  wsgi: NonNullable<Config["wsgi"]>,
  layout: Layout,
  host: Host,
): string {
  let { module = "" } = wsgi;
  let name = factory;
  if (module === "") {
    // app = "package.module.factory(…)"
    module = factory.slice(0, Math.max(0, factory.lastIndexOf(".")));
    name = factory.slice(factory.lastIndexOf(".") + 1);
  }
  let folder = wsgi.chdir ?? layout.siteDirectory;
  if (module.includes("/")) {
    const path = module;
    const way = relative(wsgi.chdir ?? dirname(path), path);
    folder = way.startsWith("..") ? dirname(path) : wsgi.chdir ?? dirname(path);
    module = (way.startsWith("..") ? basename(path) : way)
      .replace(/(?:\/__init__)?\.py$/, "").replaceAll("/", ".");
    const status = host.stat(path);
    if (!refused(status) && status.kind === "folder" && name.includes(".")) {
      module += `.${name.slice(0, name.lastIndexOf("."))}`;
      name = name.slice(name.lastIndexOf(".") + 1);
    }
  }
  const call = `\`application = ${name}(${values})\``;
  if (!match(DOTTED, module)) {
    return `Add to the end of the module: ${call}; and write in [wsgi]: \`app = "application"\``;
  }
  const file = ["wsgi.py", "start_wsgi.py"].map((each) => join(folder, each))
    .find((path) => refused(host.stat(path))) ?? join(folder, "start_app.py");
  return `Create ${file} with the two lines \`from ${module} import ${
    name.split(".")[0]
  }\` and ${call}; then write in [wsgi]: \`module = "${file}"\` and \`app = "application"\``;
}

/** No `module`: `app = "package.module:callable"`, or with a dot. */
function fromEntry(
  wsgi: NonNullable<Config["wsgi"]>,
  layout: Layout,
): Application | ApplicationFault {
  const entry = match(ENTRY, wsgi.app);
  if (entry) {
    return imported(entry[1]!, entry[2]!, entry[3], wsgi.chdir, layout);
  }
  const dotted = match(CALLABLE, wsgi.app);
  const at = dotted ? dotted[1]!.lastIndexOf(".") : -1;
  if (!dotted || at < 0) {
    return {
      key: "wsgi.module",
      message: "[wsgi] does not say which module holds the application",
      advice: `Add to [wsgi]: module = "${layout.siteDirectory}/myapp/app.py"`,
    };
  }
  const name = dotted[1]!;
  return imported(
    name.slice(0, at),
    name.slice(at + 1),
    dotted[2],
    wsgi.chdir,
    layout,
  );
}

/** `module` is a dotted name: imported from `chdir` or the site directory. */
function fromName(
  wsgi: NonNullable<Config["wsgi"]>,
  module: string,
  layout: Layout,
  host: Host,
  named: KeyNames,
): Application | ApplicationFault {
  const entry = match(ENTRY, module);
  if (entry) {
    return {
      key: "wsgi.module",
      message: `${
        named("module")
      } names the callable as well, "${module}", which stands in ${
        named("app", true)
      }`,
      advice: `Write: \`module = "${entry[1]}"\` and \`app = "${entry[2]}${
        entry[3] ? "()" : ""
      }"\``,
    };
  }
  const folder = wsgi.chdir ?? layout.siteDirectory;
  const isFile = module.endsWith(".py") &&
    refused(host.stat(`${join(folder, ...module.split("."))}.py`));
  if (isFile) {
    const file = findFile(module, folder, host);
    return {
      key: "wsgi.module",
      message: `${named("module")} is "${module}", a file without its folder${
        file ? `; "${file}" is there` : ""
      }`,
      advice: `Write: module = "${
        file ?? join(layout.siteDirectory, "myapp", module)
      }"`,
    };
  }
  if (!match(DOTTED, module)) {
    return {
      key: "wsgi.module",
      message: `${
        named("module")
      } is neither a path nor a dotted module name: "${module}"`,
      advice:
        `Write the absolute path of the file, as in: module = "${layout.siteDirectory}/myapp/app.py"`,
    };
  }
  const callable = readCallable(wsgi.app, named);
  return "message" in callable
    ? callable
    : imported(module, callable.attribute, callable.call, wsgi.chdir, layout);
}

/** The file that most applications begin in, or the only one. */
function mainFile(folder: string, host: Host): string | undefined {
  const files = namesIn(folder, host).filter((name) => name.endsWith(".py"));
  return ["wsgi.py", "app.py", "application.py", "main.py"]
    .find((name) => files.includes(name)) ??
    (files.length === 1 ? files[0] : undefined);
}

/** A file of this name in a folder, or in a folder of it. */
function findFile(
  name: string,
  folder: string,
  host: Host,
): string | undefined {
  return [folder, ...namesIn(folder, host).map((one) => join(folder, one))]
    .map((place) => join(place, name))
    .find((path) => !refused(host.stat(path)));
}

/** `module` is the path of a file or of a package's folder. */
function fromPath(
  wsgi: NonNullable<Config["wsgi"]>,
  path: string,
  host: Host,
  named: KeyNames,
): Application | ApplicationFault {
  const [, file, called] = /^(.+\.py):([\w.]+(?:\(\))?)$/.exec(wsgi.module!) ??
    [];
  if (file && refused(host.stat(path))) {
    return {
      key: "wsgi.module",
      message: `${
        named("module")
      } names the callable as well, "${wsgi.module}", which stands in ${
        named("app", true)
      }`,
      advice: `Write: \`module = "${file}"\` and \`app = "${called}"\``,
    };
  }
  const callable = readCallable(wsgi.app, named);
  if ("message" in callable) return callable;
  const status = host.stat(path);
  if (refused(status) || status.kind !== "folder") {
    const folder = wsgi.chdir ?? dirname(path);
    return {
      target: { file: path },
      ...callable,
      path: [folder],
      directory: folder,
    };
  }
  const at = callable.attribute.lastIndexOf(".");
  const isPackage = !refused(host.stat(join(path, "__init__.py")));
  if (at < 0 && !isPackage) {
    const file = mainFile(path, host);
    return {
      key: file ? "wsgi.module" : "wsgi.app",
      message: `${named("module")} is a folder, ${path}, ${
        file
          ? `and must name the file in it; "${file}" is there`
          : `so ${named("app", true)} must name a module in it as well`
      }`,
      advice: file
        ? `Write module = "${join(path, file)}"`
        : `Write app = "submodule.${callable.attribute}"${
          callable.call ? " with its ()" : ""
        }, or let \`module\` name a .py file`,
    };
  }
  const folder = dirname(path);
  const directory = wsgi.chdir ?? folder;
  // Without a dot the callable stands in the package's own __init__.py.
  const submodule = at < 0 ? "" : `.${callable.attribute.slice(0, at)}`;
  return {
    target: { module: basename(path) + submodule },
    attribute: callable.attribute.slice(at + 1),
    call: callable.call,
    path: [...new Set([directory, folder])],
    directory,
  };
}

function imported(
  module: string,
  attribute: string,
  call: string | boolean | undefined,
  chdir: string | undefined,
  layout: Layout,
): Application {
  const directory = chdir ?? layout.siteDirectory;
  return {
    target: { module },
    attribute,
    call: Boolean(call),
    path: [directory],
    directory,
  };
}

function readCallable(
  app: string,
  named: KeyNames,
): { attribute: string; call: boolean } | ApplicationFault {
  const callable = match(CALLABLE, app.trim());
  if (callable) return { attribute: callable[1]!, call: Boolean(callable[2]) };
  const entry = match(ENTRY, app);
  return {
    key: "wsgi.app",
    message: entry
      ? `${named("app")} names a module as well, "${app}", although ${
        named("module", true)
      } is given`
      : `${named("app")} must be the name of the callable, and is "${app}"`,
    advice: entry
      ? `Write: app = "${entry[2]}${entry[3] ? "()" : ""}"`
      : 'Write a name such as app = "application", or a factory call such as app = "create_app()"',
  };
}
