/**
 * Reports what an application has no answer to, though it starts: addresses
 * that lead nowhere, sessions that do not last, templates that are missing.
 * The trial has asked the framework.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import {
  configurationUnloaded,
  makeScene,
  mendForDjango,
  mendForJinja,
  searchSite,
} from "../causes/mod.ts";
import { codeLines } from "../python/code_lines.ts";
import { isLibraryFile } from "../python/failure.ts";
import {
  type Finding,
  finding,
  type Place,
  soften,
} from "../findings/finding.ts";
import { namesIn, refused } from "../machine/host.ts";
import type { Site } from "../site/site.ts";
import { quoted } from "../text/wrap.ts";
import { walkApplication } from "./tree.ts";

const SOURCE_BYTES_LIMIT = 1_000_000;

/** A part of an application, by its name in a file. */
interface Part {
  name: string;
  file: string;
}

/** What a trial has seen. */
export type Unanswered =
  | {
    what: "no-routes";
    /** Blueprints and routers that belong to no application. */
    parts: Part[];
    /** Other applications, which have addresses. */
    others: Part[];
    /** Where they were to be. */
    file?: string | null;
  }
  | {
    what: "events";
    /** The package of the wrapper. */
    package: string;
    /** The name of the application that is in it. */
    inner: string | null;
  }
  | { what: "unregistered"; parts: Part[] }
  | { what: "prefix"; prefix: string }
  | {
    what: "no-root";
    /** One of the addresses that there are. */
    first: string;
  }
  | { what: "no-key"; file: string }
  | { what: "cookie-domain"; name: string; domain: string }
  | { what: "cookie-path"; path: string }
  | {
    what: "never-starts";
    /** The function, and an application that may be meant. */
    name: string;
    inner: Part | null;
    file: string;
    line: number;
  }
  | { what: "static-folder"; folder: string; file: string; line: number }
  | {
    what: "template-missing";
    name: string;
    /** Which is missing: itself, or one that it needs. */
    wanted: string;
    folders: string[];
    file: string;
    line: number;
  }
  | {
    what: "template-broken";
    name: string;
    message: string;
    file: string;
    line: number;
  }
  | { what: "template-empty"; name: string; file: string; line: number };

/** Tells what became of it. */
export function checkUnanswered(
  site: Site,
  remarks: readonly Unanswered[],
): Finding[] {
  return remarks.flatMap((remark) => judge(remark, site) ?? []);
}

function judge(remark: Unanswered, site: Site): Finding | undefined {
  switch (remark.what) {
    case "no-routes":
      return noRoutes(remark, site);
    case "events":
      return soften(
        finding("app-not-callable", {
          message:
            `What \`app\` names is a wrapper of ${remark.package} for AWS Lambda, which takes events and no requests: every page fails`,
          place: site.placeOf("wsgi.app"),
          fix: {
            text: remark.inner
              ? `Write app = "${remark.inner}" in [wsgi] of config.toml: that is the application itself`
              : "Let `app` in [wsgi] of config.toml name the application that is in the wrapper",
          },
        }),
        "the application itself starts",
      );
    case "unregistered":
      return {
        ...finding("routes-missing", {
          message: `${
            named(remark.parts)
          } not registered with the application: its addresses are answered with 404 Not Found`,
          place: { file: remark.parts[0]!.file },
          fix: {
            text: `Where they are meant to count: \`app.register_blueprint(${
              remark.parts[0]!.name
            })\``,
          },
        }),
        severity: "advice",
      };
    case "prefix":
      return finding("routes-missing", {
        message:
          `The application answers addresses below "${remark.prefix}" alone, and all others with 404 Not Found, "/" among them`,
        place: site.placeOf("wsgi.app"),
        fix: {
          text:
            `Leave "${remark.prefix}" out of the wrapper: where the site is served below a path, the web server takes that away and tells it in SCRIPT_NAME`,
        },
      });
    case "no-root":
      return {
        ...finding("routes-missing", {
          message:
            `Who asks for the site by its name alone, "/", gets 404 Not Found; its addresses are such as "${remark.first}"`,
          place: site.placeOf("wsgi.app"),
          fix: {
            text: /^\/[a-z]{2,3}(?:-[a-z]+)?\/$/.test(remark.first)
              ? 'Where that is a language (`i18n_patterns` of Django), add "django.middleware.locale.LocaleMiddleware" to MIDDLEWARE, below that of sessions: it sends visitors of / to their language; else give a page the address /'
              : "Where a page is meant to be there, give it the address /; a path that the site is served below is no part of its addresses",
          },
        }),
        severity: "advice",
      };
    case "no-key": {
      const unloaded = configurationUnloaded(
        "no secret key",
        {},
        makeScene({ problem: "request-raised" }, site),
      );
      return finding("session-cookie", {
        message:
          `"${remark.file}" uses sessions of Flask, and the application has no SECRET_KEY: a page that writes into one fails${
            unloaded ? `. ${unloaded.seen}` : ""
          }`,
        place: unloaded?.place ?? { file: remark.file },
        fix: {
          text: unloaded?.mend ??
            "Keep a key in a file that [secret_files] of config.toml names, and set `app.secret_key` from it; one that is set under `if __name__` does not count",
        },
      });
    }
    case "cookie-domain":
      return finding("session-cookie", {
        message:
          `${remark.name} is "${remark.domain}": browsers keep no cookie of the site for it, so that nobody stays logged in`,
        place: site.placeOf("wsgi.module"),
        fix: {
          text:
            `Leave ${remark.name} out, or write the domain of the site alone, as in: "example.org"`,
        },
      });
    case "cookie-path":
      return {
        ...finding("session-cookie", {
          message:
            `The cookie of sessions counts for "${remark.path}" and what is below it alone: where the site is not served there, nobody stays logged in`,
          place: site.placeOf("wsgi.module"),
          fix: {
            text:
              "Leave out APPLICATION_ROOT and SESSION_COOKIE_PATH; the web server tells with each request where the site is",
          },
        }),
        severity: "advice",
      };
    case "never-starts": {
      const { name, inner, file, line } = remark;
      const module = inner && basename(inner.file, ".py");
      const isLambda = /\(\s*_?event\b.*,\s*_?(?:context|ctx)\b/.test(
        linesOf(file, site)[line - 1] ?? "",
      );
      return soften(
        finding("app-not-wsgi", {
          message: isLambda
            ? `The function "${name}" is written for AWS Lambda, which calls it with an event and a context; a web server calls it with a request (environ, start_response), and every request fails`
            : `The function "${name}" never calls what it is given to begin an answer with (start_response), so that every request fails`,
          place: { file, line },
          fix: {
            text: inner
              ? inner.file === file
                ? `Name "${inner.name}" of that file in its place, which is an application of Flask`
                : `Write in its place: \`from ${module} import ${inner.name} as ${name}\`, which is an application of Flask`
              : isLambda
              ? "Name the application itself, which such a function mostly wraps; where there is none, write what it does as a view of a framework such as Flask"
              : 'Call `start_response("200 OK", headers)` in it, and return bytes in a list; where it should hand on to another application, name that in its place',
          },
        }),
        "the application itself starts",
      );
    }
    case "static-folder": {
      const isBuilt = /^(?:build|dist|out)$/.test(basename(remark.folder)) &&
        namesIn(dirname(remark.folder), site.host).includes("package.json");
      return soften(
        finding("file-missing", {
          message:
            `Line ${remark.line} of "${remark.file}" sends a file out of the static folder of Flask, "${remark.folder}", which is not on this machine: the answer is 404 Not Found`,
          place: { file: remark.file, line: remark.line },
          fix: {
            text: isBuilt
              ? `Build the front end where Node.js is, as with \`npm run build\`, and upload ${remark.folder}: a .gitignore mostly names it, so that git does not bring it along`
              : `Upload ${remark.folder} with what belongs in it, or correct \`static_folder\`, where the application is made`,
          },
        }),
        "the application itself starts",
      );
    }
    case "template-missing":
      return templateMissing(remark, site);
    case "template-broken": {
      const library = /^'(\w+)' is not a registered tag library/
        .exec(remark.message)?.[1];
      return finding("template-unusable", {
        message:
          `The template "${remark.name}", which is rendered here, has a mistake, and the page fails: ${
            remark.message.replace(/\. Must be one of:$|\.$/, "")
          }`,
        place: { file: remark.file, line: remark.line },
        fix: {
          text: library === undefined
            ? mendForJinja(remark.message) ?? mendForDjango(remark.message) ??
              `Correct "${remark.name}"`
            : /^(?:static|admin_?static|staticfiles)$/.test(library)
            ? `Write {% load static %} there, the name of today, with "django.contrib.staticfiles" in INSTALLED_APPS`
            : `Add to INSTALLED_APPS the application that has "${library}" in its folder templatetags, or correct the name`,
        },
      });
    }
    case "template-empty":
      return finding("template-unusable", {
        message:
          `The template "${remark.name}", which is rendered here, is empty: visitors get a blank page`,
        place: { file: remark.file, line: remark.line },
        fix: { text: `Upload "${remark.name}" again, or restore it` },
      });
    // The host of a site may be of another version, and know other remarks.
    default:
      return undefined;
  }
}

function named(parts: readonly Part[]): string {
  return `${parts.length > 1 ? "Blueprints" : "The blueprint"} ${
    quoted(parts.slice(0, 5).map(({ name }) => name))
  } ${parts.length > 1 ? "are" : "is"}`;
}

const ROUTE_REGEXP =
  /^\s*@\w+(?:\.\w+)?\.(?:route|get|post|put|delete)\(|\b(?:add_url_rule|register_blueprint|include_router)\(/;

/** Every request is answered with 404: looks for what was meant. */
function noRoutes(
  { parts, others, file }: Extract<Unanswered, { what: "no-routes" }>,
  site: Site,
): Finding {
  const tell = (what: string, place: Place | undefined, mend: string) =>
    finding("routes-missing", {
      message:
        `The application has no address of its own, and answers every request with 404 Not Found${what}`,
      place,
      fix: { text: mend },
    });
  const { application } = site;
  const target = application && "file" in application.target
    ? application.target.file
    : undefined;
  const guarded = target && guardedRoute(linesOf(target, site));
  if (target && guarded) {
    return tell(
      `: line ${guarded} of "${target}", which gives it some, counts only where the file is run as a program`,
      { file: target, line: guarded },
      'Move what gives it addresses, and not what starts a server, before `if __name__ == "__main__":`',
    );
  }
  const lines = target ? linesOf(target, site) : [];
  const bottle = lines.findIndex((line) =>
    /^@(?:bottle\.)?(?:route|get|post)\(/.test(line)
  );
  if (target && bottle >= 0 && lines.some((line) => /\bBottle\(/.test(line))) {
    return tell(
      `: line ${
        bottle + 1
      } of "${target}" gives addresses to the application that Bottle keeps by itself, and not to this one`,
      { file: target, line: bottle + 1 },
      "Write `@app.route(…)` in place of `@route(…)`, with the name of the application; or name the other one: `app = bottle.default_app()`",
    );
  }
  const again = target && madeAgain(linesOf(target, site));
  if (target && again) {
    return tell(
      `: line ${again.line} of "${target}" makes "${again.name}" a second time, without those that it had before`,
      { file: target, line: again.line },
      `Remove line ${again.line}, or move it above the first address`,
    );
  }
  const [other] = others;
  if (other) {
    return tell(
      `; another one, "${other.name}" of "${other.file}", has some`,
      { file: other.file },
      `Let \`module\` and \`app\` of [wsgi] name that one, or use one application in all files`,
    );
  }
  const [part] = parts;
  if (part) {
    return tell(
      `: "${part.name}" of "${part.file}" has some, and is not registered`,
      { file: part.file },
      "Register it where the application is made: `app.register_blueprint(…)`, or `app.include_router(…)` for FastAPI",
    );
  }
  const unread = application &&
    walkApplication(application, site).map(({ path }) => path)
      .filter((path) => path.endsWith(".py") && path !== target)
      .find((path) =>
        linesOf(path, site).some((line) => ROUTE_REGEXP.test(line))
      );
  if (unread && !file) {
    return tell(
      `; there are some in "${unread}", which nothing imports`,
      { file: unread },
      `Import it in the module that makes the application, after the line that does`,
    );
  }
  return tell(
    "",
    file ? { file } : target ? { file: target } : site.placeOf("wsgi.app"),
    file
      ? "Write the addresses of the site into `urlpatterns`"
      : "Let `module` and `app` of [wsgi] name the application that has them",
  );
}

/** The line that makes an application anew, below addresses of the first. */
function madeAgain(
  lines: readonly string[],
): { name: string; line: number } | undefined {
  const made =
    /^(\w+)\s*=\s*(?:\w+\.)?(?:Flask|FastAPI|Starlette|Quart|Bottle|Sanic)\(/;
  const seen = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    const name = made.exec(line)?.[1];
    if (name === undefined) continue;
    const first = seen.get(name);
    if (
      first !== undefined &&
      lines.slice(first, index).some((each) => ROUTE_REGEXP.test(each))
    ) return { name, line: index + 1 };
    seen.set(name, index);
  }
  return undefined;
}

/** The line below `if __name__ == "__main__":` that gives addresses. */
function guardedRoute(lines: readonly string[]): number | undefined {
  const guard = lines.findIndex((line) =>
    /^if\s+__name__\s*==\s*["']__main__["']/.test(line)
  );
  if (guard < 0) return undefined;
  const at = lines.findIndex((line, index) =>
    index > guard && /^\s/.test(line) &&
    (ROUTE_REGEXP.test(line) ||
      /^\s+(?:from\s+\S*(?:routes|views|urls)\b|import\s+\S*(?:routes|views|urls)\b)/
        .test(line))
  );
  return at < 0 ? undefined : at + 1;
}

function linesOf(file: string, { host }: Site): string[] {
  const bytes = host.readBytes(file, SOURCE_BYTES_LIMIT);
  return refused(bytes) ? [] : codeLines(new TextDecoder().decode(bytes));
}

function templateMissing(
  { name, wanted, folders, file, line }: Extract<
    Unanswered,
    { what: "template-missing" }
  >,
  site: Site,
): Finding {
  const { application, host } = site;
  // A folder of a package is no place for a template of the site's own.
  const own = folders.filter((folder) =>
    folder.startsWith("/") && !isLibraryFile(`${folder}/`)
  );
  const foreign = folders.find((folder) => /^[A-Za-z]:[\\/]/.test(folder));
  if (wanted.includes("\\")) {
    const proper = wanted.replace(/\\+/g, "/");
    return finding("template-unusable", {
      message:
        `The template "${wanted}" is rendered here: "\\" parts folders on Windows alone, and this machine looks for a file with that sign in its name: the page fails`,
      place: { file, line },
      fix: { text: `Write "${proper}", which is right everywhere` },
    });
  }
  const near = nearTemplate(wanted, own, file, site);
  const there = own.filter((folder) => !refused(host.stat(folder)));
  const [home] = near || !application ? [] : searchSite(
    { host, site, directory: application.directory },
    (_, folder) =>
      !own.includes(folder) && !refused(host.stat(join(folder, wanted))),
  );
  return finding("template-unusable", {
    message: `The template "${name}" is rendered here, and ${
      wanted === name ? "is" : `"${wanted}", which it needs, is`
    } ${
      there.length > 0
        ? `not in ${quoted(there.slice(0, 3))}`
        : own.length > 0
        ? `not there: there is no folder ${quoted(own.slice(0, 3))}`
        : foreign
        ? `not there: "${foreign}" is a folder of Windows`
        : "in no folder of templates"
    }${
      near
        ? `; there is "${near}"`
        : home
        ? `; it lies in "${home}", where the framework does not look`
        : ""
    }: the page fails`,
    place: { file, line },
    fix: {
      text: near
        ? "Give file and folders the names that the code has: capital letters count on this machine"
        : home
        ? `Write the folder where the framework looks: for Django, DIRS of TEMPLATES in the settings; for Flask, \`template_folder="${home}"\``
        : `Upload "${wanted}" to ${
          there[0] ?? own[0] ?? "the folder of templates"
        }, or correct the name`,
    },
  });
}

/** One that differs in capital letters, or lies in a folder of another name. */
function nearTemplate(
  wanted: string,
  folders: readonly string[],
  file: string,
  { host }: Site,
): string | undefined {
  const roots = [
    ...folders,
    ...folders.map((folder) => dirname(folder)).flatMap((folder) =>
      namesIn(folder, host)
        .filter((name) => /^templates?$/i.test(name))
        .map((name) => join(folder, name))
    ),
    dirname(file),
  ];
  for (const root of roots) {
    let path: string | undefined = root;
    for (const part of wanted.split("/")) {
      const name: string | undefined = path && namesIn(path, host)
        .find((each) => each.toLowerCase() === part.toLowerCase());
      path = name && path && join(path, name);
    }
    if (path && basename(path)) return path;
  }
  return undefined;
}
