/**
 * Templates that are not found: where they lie, and where is looked for them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { findObstacle, openingFor, stateOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import type { Claim, Rule } from "./rule.ts";
import { exists, runnerOf, type Scene, searchSite, textOf } from "./scene.ts";

/** The rules of templates that are not found. */
export const missingTemplates = (): Rule[] => [
  {
    name: "template-with-backslash",
    code: "template-missing",
    over: "template-missing django-template-missing",
    when: {
      type: "TemplateNotFound TemplateDoesNotExist",
      message: /^([^\s\\]*\\\S*)/,
    },
    claim: ({ groups: [name = ""] }) => ({
      says:
        `The template "${name}" was not found: "\\" parts folders on Windows alone, and here it is a sign of the name`,
      mend: `Write "${
        name.replace(/\\+/g, "/")
      }", which is right everywhere; the same where a name is made with os.path.join or a Path`,
    }),
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: shop\\list.html",
        mend: 'Write "shop/list.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: shop\\new\\list.html",
        mend: 'Write "shop/new/list.html"',
      },
    ],
    not: ["jinja2.exceptions.TemplateNotFound: shop/list.html"],
  },
  {
    name: "template-missing",
    code: "template-missing",
    when: { type: "TemplateNotFound", message: /^(\S+)/ },
    claim: ({ groups: [name = ""], own }, scene) => {
      const closed = closedFolder(name, scene);
      if (closed) return closed;
      const home = searchSite(
        scene,
        (_, folder) => exists(join(folder, name), scene),
      )[0];
      const beside = own ? join(dirname(own.file), "templates") : "templates";
      if (home && home === beside) {
        const text = textOf(own?.file, scene);
        const isPart = /\bBlueprint\(/.test(text) &&
          !/\btemplate_folder\b|\bFlask\(/.test(text);
        return {
          seen: `The template "${name}" was not found, and lies in ${home}${
            isPart
              ? `, beside the blueprint: that looks there only if it is told so`
              : ""
          }`,
          mend: isPart
            ? 'Write `template_folder="templates"` into `Blueprint(…)`'
            : "Ask for the page again, if the template came there after the failure; else move it to the folder `templates` beside the module that makes the application",
        };
      }
      return home
        ? {
          seen:
            `The template "${name}" lies in ${home}, and Flask looks in the folder \`templates\` beside the module that makes the application`,
          mend:
            `Move it there; or say where it is: \`Flask(__name__, template_folder="${home}")\``,
        }
        : {
          says:
            `There is no template "${name}" where the framework looks for it`,
          mend:
            "Put the template where the framework looks for it, for Flask the folder `templates` beside the module; capital letters count; what .gitignore names does not come along",
        };
    },
    examples: [
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.html",
        files: {
          "APP/templates": { mode: 0o700, owner: "root:root" },
          "APP/templates/index.html": "",
        },
        code: "permission-denied",
        says:
          "jdoe may not enter APP/templates (mode 0700, owner root:root), where it may lie",
        mend: "chmod -R o+rX APP/templates",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: Index.html",
        says: 'no template "Index.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.html",
        files: { "APP/pages/index.html": "" },
        says: "lies in APP/pages",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.html",
        frames: ["APP/blog/views.py index"],
        files: {
          "APP/blog/views.py": 'blog = Blueprint("blog", __name__)\n',
          "APP/blog/templates/index.html": "",
        },
        says: "lies in APP/blog/templates, beside the blueprint",
        mend: "template_folder",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.html",
        files: { "APP/templates/index.html": "" },
        says: "was not found, and lies in APP/templates",
        mend: "Ask for the page again",
      },
    ],
  },
  {
    name: "django-template-missing",
    code: "template-missing",
    when: { type: "TemplateDoesNotExist", message: /(\S+)/ },
    claim: ({ groups: [name = ""] }, scene) => {
      const closed = closedFolder(name, scene);
      if (closed) return closed;
      const home =
        searchSite(scene, (_, folder) => exists(join(folder, name), scene))[0];
      return home
        ? {
          seen:
            `Django does not find the template "${name}", which lies in ${home}`,
          mend: basename(home) === "templates"
            ? `Let the application that holds it stand in INSTALLED_APPS, with "APP_DIRS": True; or write ${home} into "DIRS" of TEMPLATES in the settings`
            : `Write ${home} into "DIRS" of TEMPLATES in the settings`,
        }
        : {
          says: `Django finds no template "${name}"`,
          mend:
            'Copy it to this machine, if it was left out: into `templates` of an application that INSTALLED_APPS names, or into a folder that "DIRS" of TEMPLATES names; capital letters count',
        };
    },
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: shop/index.html",
        files: { "APP/shop/templates/shop": { mode: 0o600 } },
        code: "permission-denied",
        says: "jdoe may not enter APP/shop/templates/shop (mode 0600",
        mend: "chmod -R u+rX APP/shop/templates/shop",
      },
      // Another folder that is closed has nothing to do with it.
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        files: {
          "APP/shop/templates/admin": { mode: 0o700, owner: "root:root" },
        },
        says: "finds no template",
      },
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        files: { "APP/templates/index.html": "" },
        says: "which lies in APP/templates",
      },
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        says: "finds no template",
      },
    ],
  },
];

/**
 * What is said where a folder of templates is closed to the site, so that
 * nobody can tell whether the template is in it.
 */
function closedFolder(name: string, scene: Scene): Claim | undefined {
  const { host } = scene;
  const homes = searchSite(
    scene,
    (_, folder) => /(?:^|[_-])templates?$/i.test(basename(folder)),
  );
  // A template of a part may lie in a folder of its own.
  const steps = dirname(name) === "." ? [] : dirname(name).split("/");
  const folders = homes.flatMap((home) => [
    home,
    ...steps.map((_, at) => join(home, ...steps.slice(0, at + 1))),
  ]);
  for (const folder of folders) {
    const closed = findObstacle(folder, host.identity, "search", host);
    if (!closed || closed.folder !== folder) continue;
    const { status } = closed;
    const { change } = openingFor(status, host.identity, "read");
    return {
      code: "permission-denied",
      seen: `The template "${name}" is not found: ${
        runnerOf(scene)
      } may not enter ${folder} (${stateOf(status, host)}), where it may lie`,
      place: { file: folder },
      mend: { command: shellCommand("chmod", "-R", `${change}X`, folder) },
    };
  }
  return undefined;
}
