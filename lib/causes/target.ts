/**
 * What `[wsgi]` names and Python does not find, or cannot call.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import type { Finding } from "../findings/finding.ts";
import { pipCommand } from "./installed.ts";
import { startupModuleAdvice } from "../site/application.ts";
import { refused } from "../machine/host.ts";
import { listed } from "../text/wrap.ts";
import { cause, namesIn, ownFrame, type Scene, searchSite } from "./scene.ts";

/** The configured module, which is not a file of that name. */
export function explainMissingTarget(scene: Scene): Finding | undefined {
  const { subject = "" } = scene.failure;
  const { site, folders, host } = scene;
  if (subject === "" || subject.includes("/")) return undefined;
  const parts = subject.split(".");
  const way = join(...parts);
  const homes = searchSite(scene, (names, folder) => {
    if (!names.includes(parts[0]!) && !names.includes(`${parts[0]}.py`)) {
      return false;
    }
    const last = parts.at(-1)!;
    const inside = namesIn(dirname(join(folder, way)), host);
    return inside.includes(`${last}.py`) || inside.includes(last);
  }).filter((home) => !folders.includes(home));
  const place = site.placeOf(
    site.config?.wsgi?.module === undefined ? "wsgi.app" : "wsgi.module",
  );
  return cause("app-module-missing", {
    message: `Python finds no module "${subject}" in ${folders.join(" and ")}${
      homes[0] ? `; it lies in ${homes[0]}` : ""
    }`,
    place,
    fix: {
      text: homes[0]
        ? `Write in [wsgi] of config.toml: chdir = "${homes[0]}"`
        : "Correct the name, or write the absolute path of the file as module",
    },
  });
}

/** A factory that was called without the arguments that it wants. */
export function explainFactoryCall(scene: Scene): Finding | undefined {
  const { problem, subject = "", exception } = scene.failure;
  if (problem !== "factory-raised" || !exception) return undefined;
  // Frames of the application's own: what the factory calls was meant.
  if (ownFrame(exception.frames, scene)) return undefined;
  const wanted = /missing \d+ required .*arguments?: (.*)$/
    .exec(exception.message)?.[1];
  if (!wanted) return undefined;
  return wantsArguments(
    "app-factory-failed",
    subject,
    [...wanted.matchAll(/'(\w+)'/g)].map(([, name]) => name!),
    scene,
  );
}

function wantsArguments(
  code: "app-factory-failed" | "app-not-wsgi",
  factory: string,
  names: string[],
  { site }: Scene,
): Finding {
  const { config, host, layout, placeOf } = site;
  const values = names.map((name) => `${name}=${name.toUpperCase()}`);
  return cause(code, {
    message:
      `The factory ${factory} cannot be called without arguments: it wants ${
        listed(names)
      }`,
    place: placeOf("wsgi.app"),
    fix: {
      text: `${
        startupModuleAdvice(
          factory,
          values.join(", "),
          config!.wsgi!,
          layout,
          host,
        )
      }, with your own ${names.length > 1 ? "values" : "value"} for ${
        listed(names.map((name) => name.toUpperCase()))
      }`,
    },
  });
}

const OWN_SERVER_REGEXP =
  /^\s*(?:import|from)\s+(streamlit|gradio|nicegui|chainlit|shiny|voila|panel|bokeh|tornado)\b/m;
/** Applications that only the server of their own package can run. */
const OWN_APPLICATION_REGEXP = /^object of type (aiohttp|tornado|sanic)\./;

/** The framework of a module that cannot be called at all. */
function ownServerOf({ site: { config }, host }: Scene): string | undefined {
  const { module } = config?.wsgi ?? {};
  const bytes = module?.startsWith("/")
    ? host.readBytes(module, 1_000_000)
    : undefined;
  return bytes && !refused(bytes)
    ? OWN_SERVER_REGEXP.exec(new TextDecoder().decode(bytes))?.[1]
    : undefined;
}

const MOST_FILES = 50;
const MADE_REGEXP =
  /^(application|app)\s*=\s*(?:\w+\.)*(?:Flask|Bottle|Dash|DispatcherMiddleware|get_wsgi_application|App|create_app|make_app)\(|^def (application)\(\w+,\s*\w+\)/m;

/** An application that is found in a file. */
interface Target {
  file: string;
  name: string;
  directory?: string;
}

function writeTarget({ file, name, directory }: Target): string {
  const chdir = directory ? `, and \`chdir = "${directory}"\`` : "";
  return `Write in [wsgi] of config.toml: \`module = "${file}"\` and \`app = "${name}"\`${chdir}`;
}

/** An application in another file of the folder that `module` is in. */
function findApplication(
  { site: { config }, host }: Scene,
): Target | undefined {
  const { module } = config?.wsgi ?? {};
  if (!module?.startsWith("/")) return undefined;
  const status = host.stat(module);
  const folder = !refused(status) && status.kind === "folder"
    ? module
    : dirname(module);
  const names = namesIn(folder, host);
  const files = [
    ...names.filter((name) => name.endsWith(".py")),
    // Beside Django's manage.py lies the folder that holds it.
    ...names.filter((name) => !name.includes(".")).map((name) =>
      `${name}/wsgi.py`
    ),
  ].map((name) => join(folder, name)).slice(0, MOST_FILES);
  for (const file of files.filter((each) => each !== module)) {
    const bytes = host.readBytes(file, 100_000);
    if (refused(bytes)) continue;
    const found = MADE_REGEXP.exec(new TextDecoder().decode(bytes));
    if (!found) continue;
    const project = dirname(dirname(file));
    const isDjango = !refused(host.stat(join(project, "manage.py")));
    return {
      file,
      name: found[1] ?? found[2]!,
      directory: isDjango ? project : undefined,
    };
  }
  return undefined;
}

/** The parameters without a default, as far as the source tells. */
function parametersOf(name: string, scene: Scene): string[] {
  const head = new RegExp(`^def\\s+${name}\\s*\\(([^()]*)\\)`, "m")
    .exec(sourceOf(scene))?.[1] ?? "";
  return head.split(",").filter((each) => !each.includes("="))
    .flatMap((each) => /^\s*(\w+)/.exec(each)?.[1] ?? []);
}

/** The module by its name in config.toml. */
function moduleOf({ site }: Scene): string {
  const module = site.config?.wsgi?.module;
  return module === undefined ? "The module" : `The module "${module}"`;
}

/** The text of the file that `module` names. */
function sourceOf({ site }: Scene): string {
  const { module } = site.config?.wsgi ?? {};
  const bytes = module?.startsWith("/")
    ? site.host.readBytes(module, 1_000_000)
    : undefined;
  return !bytes || refused(bytes) ? "" : new TextDecoder().decode(bytes);
}

/** A class on its own that nothing can call an object of. */
function isPlainClass(name: string, scene: Scene): boolean {
  const body = new RegExp(
    `^class[ \\t]+${name}[ \\t]*(?:\\([ \\t]*(?:object)?[ \\t]*\\))?[ \\t]*:(.*(?:\\n(?:[ \\t].*|#.*)?$)*)`,
    "m",
  ).exec(sourceOf(scene))?.[1];
  return body !== undefined && !body.includes("__call__");
}

/** Explains an application of the other kind. */
function explainAsgi(callable: string, scene: Scene): Finding {
  const place = scene.site.placeOf("wsgi.app");
  if (/\bget_asgi_application\b/.test(sourceOf(scene))) {
    const beside = findApplication(scene);
    return cause("app-not-wsgi", {
      message:
        `"${callable}" is Django's application for ASGI; this web server speaks WSGI`,
      place,
      fix: {
        text: beside
          ? writeTarget(beside)
          : "Let the module use Django's other one: `from django.core.wsgi import get_wsgi_application`, and `application = get_wsgi_application()`",
      },
    });
  }
  return cause("app-not-wsgi", {
    message:
      `"${callable}" is an ASGI application, as FastAPI, Starlette and Quart make them; this web server speaks WSGI`,
    place,
    fix: {
      text: `Install a2wsgi (\`${
        pipCommand(scene, "a2wsgi")
      }\`), add \`from a2wsgi import ASGIMiddleware\` and \`application = ASGIMiddleware(${callable})\` to the module, and write in config.toml: app = "application"`,
    },
  });
}

function withArticle(kind: string): string {
  return `${kind.startsWith("object") ? "an" : "a"} ${kind}`;
}

const FACTORY_REGEXP = /^(?:create|make|get|build|init|setup)(?:_|$)/;

/** Explains what cannot be called as WSGI does it. */
export function explainCallable(scene: Scene): Finding | undefined {
  const { problem, subject = "app", kind = "", candidates = [] } =
    scene.failure;
  const place = scene.site.placeOf("wsgi.app");
  const callable = problem === "factory-result" ? `${subject}()` : subject;
  if (kind === "ASGI application") return explainAsgi(callable, scene);
  const server = OWN_APPLICATION_REGEXP.exec(kind)?.[1] ??
    (problem === "attribute-missing" && candidates.length === 0
      ? ownServerOf(scene)
      : undefined);
  if (server) {
    return cause("app-not-wsgi", {
      message:
        `The module is a program of ${server}, which runs a web server of its own, and has no WSGI application that this web server could call`,
      place,
      fix: {
        text:
          `Ask the administrators for a way to run ${server} behind the web server, or write the site with a framework that speaks WSGI, such as Flask, Dash or Django`,
      },
    });
  }
  if (kind === "async function") {
    return cause("app-not-wsgi", {
      message:
        `"${callable}" is an async function; WSGI calls an ordinary one and does not wait`,
      place,
      fix: {
        text:
          "Write `def` in place of `async def`; what must be awaited in it, run with `asyncio.run(…)`",
      },
    });
  }
  if (problem === "not-wsgi" && isPlainClass(subject, scene)) {
    return cause("app-not-wsgi", {
      message:
        `"${subject}" is a class without a method __call__, so neither it nor an object of it is an application`,
      place,
      fix: {
        text:
          `Let \`app\` in config.toml name the application itself, or give the class a method: \`def __call__(self, environ, start_response):\``,
      },
    });
  }
  if (problem === "not-wsgi" && (kind === "factory" || kind === "class")) {
    return cause("app-not-wsgi", {
      message: kind === "factory"
        ? `"${subject}" is a factory: a function that makes the application, and is none itself`
        : `"${subject}" is a class, not an application: WSGI calls an object of it`,
      place,
      fix: { text: `Write in [wsgi] of config.toml: app = "${subject}()"` },
    });
  }
  const name = subject.split(".").at(-1)!;
  if (
    problem === "not-wsgi" && FACTORY_REGEXP.test(name) &&
    /^function that takes \d+ /.test(kind)
  ) {
    const names = parametersOf(name, scene);
    if (kind.startsWith(`function that takes ${names.length} `)) {
      return wantsArguments("app-not-wsgi", subject, names, scene);
    }
  }
  if (problem === "not-wsgi" && kind.includes(" takes ")) {
    return cause("app-not-wsgi", {
      message: `"${subject}" is ${
        withArticle(kind)
      }; WSGI calls the application with two: environ and start_response`,
      place,
      fix: {
        text: `Let \`app\` in config.toml name the application itself${
          subject.includes(".")
            ? ": for a method, an object's, not its class's"
            : ""
        }`,
      },
    });
  }
  if (problem === "attribute-missing" && candidates.length > 0) {
    const first = candidates[0]!;
    const isFactory = FACTORY_REGEXP.test(first.split(".").at(-1)!);
    return cause("app-callable-missing", {
      message: `${moduleOf(scene)} has no "${subject}"; it has ${
        candidates.map((name) => `"${name}"`).join(", ")
      }`,
      place,
      fix: {
        text: `Write in [wsgi] of config.toml: app = "${first}${
          isFactory ? "()" : ""
        }"`,
      },
    });
  }
  if (problem === "attribute-missing") {
    const other = findApplication(scene);
    return cause("app-callable-missing", {
      message: `${
        moduleOf(scene)
      } has no "${subject}", and nothing else that could be the application${
        other ? `; "${other.name}" in ${other.file} could be` : ""
      }`,
      place,
      fix: {
        text: other
          ? writeTarget(other)
          : "Let `app` in [wsgi] of config.toml name the application, and `module` the file that it is in",
      },
    });
  }
  if (problem === "not-callable") {
    return cause("app-not-callable", {
      message:
        `"${subject}" is of type ${kind}, which cannot be called; the application is a function, or an object that can be called`,
      place,
      fix: {
        text: kind === "module"
          ? `Name what is in the module, as in: app = "${subject}.${
            basename(subject)
          }"`
          : "Let `app` in config.toml name the application itself",
      },
    });
  }
  if (problem === "factory-result") {
    return cause("app-factory-result", {
      message: `${subject}() returned ${
        kind === "NoneType"
          ? "None"
          : kind === "class" || kind === "factory" || kind.includes(" takes ")
          ? withArticle(kind)
          : `an object of type ${kind}`
      }, which is no application`,
      place,
      fix: {
        text: kind === "NoneType"
          ? "End the function with `return app`"
          : kind === "coroutine"
          ? "Make it an ordinary function, without async"
          : "Let the function return the application",
      },
    });
  }
  return undefined;
}
