/**
 * Templates that are not found: where they lie, and where is looked for them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import {
  basename,
  dirname,
  isAbsolute,
  join,
  relative,
  resolve,
} from "node:path";
import { namesIn } from "../machine/host.ts";
import { findObstacle, openingFor, stateOf } from "../machine/permission.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { fromCode, lookingAlike } from "./paths.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  linesOf,
  runnerOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";
import { spotInTemplates } from "./templates.ts";
import { settingsFiles } from "./unset.ts";

/** Packages whose templates are known by the folder that they are in. */
const BRINGERS: readonly [RegExp, string, string][] = [
  [
    /^bootstrap\/(?:wtf|base|fixes|google|pagination|utils)\.html$/,
    "Flask-Bootstrap",
    "`Bootstrap(app)`; for Bootstrap-Flask, which took its place, `bootstrap5/form.html` and its like",
  ],
  [
    /^bootstrap[45]\/(?!uni_form|field|layout)/,
    "Bootstrap-Flask",
    "`Bootstrap5(app)`",
  ],
  [/^security\//, "Flask-Security", "`Security(app, …)`"],
  [/^flask_user\//, "Flask-User", "`UserManager(app, …)`"],
  [/^appbuilder\//, "Flask-AppBuilder", "`AppBuilder(app, …)`"],
];
/** Names of templates, who brings them, and the setting that goes with it. */
const OF_DJANGO: readonly [RegExp, string, string?][] = [
  [
    /^bootstrap5\/(?:uni_form|field|layout|whole_uni)|^crispy_forms\/bootstrap5|^bootstrap5\/$/,
    '"crispy_bootstrap5", of the package crispy-bootstrap5,',
    'CRISPY_TEMPLATE_PACK = "bootstrap5"',
  ],
  [
    /^bootstrap4\/(?:uni_form|field|layout|whole_uni)|^crispy_forms\/bootstrap4/,
    '"crispy_bootstrap4", of the package crispy-bootstrap4,',
    'CRISPY_TEMPLATE_PACK = "bootstrap4"',
  ],
  [/^crispy_forms\/|^uni_form\//, '"crispy_forms"'],
  [
    /^django\/forms\//,
    '"django.forms", as FORM_RENDERER lets forms take their templates from the same engine as pages',
  ],
  [/^admin\//, '"django.contrib.admin"'],
  [/^rest_framework\//, '"rest_framework"'],
  [/^debug_toolbar\//, '"debug_toolbar"'],
  [/^drf[-_]yasg\//, '"drf_yasg"'],
  [/^django_tables2\//, '"django_tables2"'],
  [/^django_filters\//, '"django_filters"'],
  [/^(?:allauth|account|socialaccount)\//, '"allauth" and "allauth.account"'],
  [/^(?:wagtailadmin|wagtailcore)\//, '"wagtail.admin" and "wagtail"'],
  [/^ckeditor\//, '"ckeditor"'],
  [/^captcha\//, '"captcha"'],
];

/** The template in the site under this name in other capital letters, or one near it. */
function nearTemplate(
  name: string,
  scene: Scene,
): { name: string; home: string; isCase: boolean } | undefined {
  const wanted = name.toLowerCase();
  for (const home of templateHomes(scene)) {
    const folder = join(home, dirname(name));
    const found = namesIn(folder, scene.host);
    const near = found.find((each) => each.toLowerCase() === basename(wanted));
    if (near) {
      return { name: join(dirname(name), near), home, isCase: true };
    }
  }
  // Folders, too, may differ in them.
  for (const home of templateHomes(scene)) {
    let at = home;
    for (const part of wanted.split("/")) {
      const found = namesIn(at, scene.host)
        .find((each) => each.toLowerCase() === part);
      if (!found) {
        at = "";
        break;
      }
      at = join(at, found);
    }
    if (at) return { name: relative(home, at), home, isCase: true };
  }
  for (const home of templateHomes(scene)) {
    const folder = join(home, dirname(name));
    const near = nearName(basename(name), namesIn(folder, scene.host));
    if (near) return { name: join(dirname(name), near), home, isCase: false };
  }
  return undefined;
}

/** The name nearest to another; an ending alone makes no two names alike. */
function nearName(name: string, names: readonly string[]): string | undefined {
  const stem = (each: string) => each.replace(/\.\w+$/, "");
  const same = names.find((each) => stem(each) === stem(name));
  if (same) return same;
  const near = suggest(stem(name), names.map(stem));
  return names.find((each) => stem(each) === near);
}

/** Folders of the site for templates, by their names. */
function templateHomes(scene: Scene): string[] {
  return searchSite(
    scene,
    (_, folder) => /(?:^|[_-])templates?$/i.test(basename(folder)),
  );
}

/** The installed package that has such a template. */
function packageWith(name: string, scene: Scene): string | undefined {
  for (const folder of scene.packages) {
    for (const module of namesIn(folder, scene.host)) {
      if (module.includes(".") || module.includes("-")) continue;
      if (exists(join(folder, module, "templates", name), scene)) {
        return module;
      }
    }
  }
  return undefined;
}

/** A loader that is given a folder which begins at the working directory. */
function relativeLoader(
  name: string,
  { own }: Subject,
  scene: Scene,
): Claim | undefined {
  for (
    const file of new Set([...own ? [own.file] : [], ...settingsFiles(scene)])
  ) {
    for (const [at, line] of linesOf(file, scene).entries()) {
      const [, loader, folder] =
        /^[^#]*\b(FileSystemLoader|Jinja2Templates|TemplateLookup|PageTemplateLoader)\(\s*(?:\w+\s*=\s*)?\[?\s*["']([^"'\n]+)["']/
          .exec(line.slice(0, 500)) ?? [];
      if (!loader || !folder || isAbsolute(folder)) continue;
      const asked = join(scene.directory, folder, name);
      if (exists(asked, scene)) continue;
      const home = searchSite(
        scene,
        (_, each) => exists(join(each, folder, name), scene),
      )[0];
      return home
        ? {
          seen: `The template "${name}" lies in ${
            join(home, folder)
          }, and line ${
            at + 1
          } of ${file} lets ${loader} look in "${folder}", which begins at the working directory, ${scene.directory}`,
          place: { file, line: at + 1 },
          mend: `Name the folder by the place of the code, for ${loader}: ${
            fromCode(join(home, folder), {
              own: { file, line: at + 1, function: "" },
            })
          }`,
        }
        : undefined;
    }
  }
  return undefined;
}

/** Who looks, by the frames below. */
function looksIn({ raised }: Subject): "Flask" | "Jinja" {
  return raised.frames.length < 2 ||
      raised.frames.some(({ file }) => /\/flask\//.test(file))
    ? "Flask"
    : "Jinja";
}

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
    when: [
      {
        type: "TemplatesNotFound",
        message:
          /none of the templates given were found: ['"]?([^\s,'"]{1,300})/,
      },
      { type: "TemplateNotFound", message: /^['"]?([^\s'"]{1,300})/ },
    ],
    claim: (subject, scene) => {
      const { groups: [name = ""], own } = subject;
      const closed = closedFolder(name, scene);
      if (closed) return closed;
      const who = looksIn(subject);
      const home = searchSite(
        scene,
        (_, folder) => exists(join(folder, name), scene),
      )[0];
      const [, plain] = /^(?:\.\/)?templates?\/(.+)$/.exec(name) ?? [];
      if (plain && home) {
        return {
          seen:
            `The template "${name}" was not found: ${who} looks in the folder \`templates\` already, and ${plain} lies there, in ${
              join(home, dirname(name))
            }`,
          mend: `Write "${plain}", without the folder`,
        };
      }
      const loader = relativeLoader(name, subject, scene);
      if (loader) return loader;
      const named = home && who === "Flask"
        ? folderNamed(subject, scene)
        : undefined;
      if (home && named && named.path !== home) {
        return {
          seen:
            `The template "${name}" lies in ${home}, and Flask looks in the folder that line ${named.line} of ${named.file} names: template_folder=${
              named.path && !exists(named.path, scene)
                ? `${named.value}, which is not there`
                : named.value
            }`,
          mend: `Let \`template_folder\` there be ${
            fromCode(home, { own: { file: named.file, line: 1, function: "" } })
          }${
            home === join(dirname(named.file), "templates")
              ? ", or leave it out"
              : ""
          }; or move the templates to where it leads`,
        };
      }
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
      const [, above, below] = /^(.*\/templates)\/(.+)$/.exec(home ?? "") ?? [];
      if (home && above) {
        return {
          seen:
            `The template "${name}" lies in ${home}, and names begin in ${above}`,
          mend:
            `Write "${below}/${name}", in \`{% extends %}\` and \`{% include %}\` as well`,
        };
      }
      if (home) {
        const isNamedSo = /^templates?$/i.test(basename(home)) &&
          basename(home) !== "templates";
        return {
          seen: `The template "${name}" lies in ${home}, and ${
            who === "Flask"
              ? "Flask looks in the folder `templates` beside the module that makes the application"
              : "its loader looks in other folders"
          }`,
          mend: isNamedSo
            ? `Call that folder \`templates\`: capital letters and the last letter count; or say where it is: \`template_folder="${
              basename(home)
            }"\``
            : who === "Flask"
            ? `Move it there; or say where it is: \`Flask(__name__, template_folder="${home}")\``
            : `Name that folder to the loader, as in \`FileSystemLoader("${home}")\` or \`Jinja2Templates(directory="${home}")\``,
        };
      }
      return ofPackage(name, scene) ?? elsewhere(name, scene) ??
        inNamed(subject, scene) ?? {
        says: `There is no template "${name}" where the framework looks for it`,
        mend:
          "Put the template where the framework looks for it, for Flask the folder `templates` beside the module; capital letters count; what .gitignore names does not come along",
      };
    },
    examples: [
      {
        raised: "jinja2.exceptions.TemplateNotFound: a.html",
        files: {
          "APP/app.py":
            '\napp = Flask(__name__, template_folder="../html")\nrender_template("a.html")\n',
        },
        says: "SITE/html, which line 2 of APP/app.py names, is not there",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: a.html",
        in: "PACKAGES/flask/templating.py render_template",
        files: {
          "APP/app.py":
            'T = os.path.join(BASE, "templates")\napp = Flask(__name__, template_folder=T)\nrender_template("a.html")\n',
          "APP/templates/a.html": "",
        },
        says: "line 2 of APP/app.py names: template_folder=T",
        mend: "or leave it out",
      },
      {
        raised:
          "jinja2.exceptions.TemplateNotFound: 'a.txt' not found in search path: 'texts'",
        says: "which is APP/texts here, and is not there",
        mend: '`FileSystemLoader(Path(__file__).parent / "texts")`',
      },
      {
        raised:
          "jinja2.exceptions.TemplateNotFound: 'a.txt' not found in search path: 'texts'",
        files: { "APP/texts/other.txt": "" },
        says: 'no template "a.txt" in APP/texts',
        mend: "correct its name",
      },
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
        raised: "jinja2.exceptions.TemplateNotFound: Index.html",
        files: { "APP/templates/index.html": "" },
        says: 'there is "index.html" in APP/templates: capital letters count',
        mend: 'Write "index.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: shop/a.html",
        files: { "APP/templates\\\\shop\\\\a.html": "" },
        says: "whose folders are letters of its name",
        mend: "unzip",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: caf\u00e9.html",
        files: { "APP/templates/cafe\u0301.html": "" },
        says: "its name looks the same",
        mend: "os.rename(",
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: Auth/login.html",
        files: { "APP/templates/auth/login.html": "" },
        mend: 'Write "auth/login.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.htm",
        files: { "APP/templates/index.html": "" },
        mend: 'Write "index.html", if that is meant',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: auth/login.html",
        files: { "APP/auth/templates/login.html": "" },
        says: "there is APP/auth/templates/login.html",
        mend: 'Write "login.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: templates/index.html",
        files: { "APP/templates/index.html": "" },
        mend: 'Write "index.html", without the folder',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: index.html",
        files: { "APP/template/index.html": "" },
        mend: "Call that folder `templates`",
      },
      {
        raised:
          "jinja2.exceptions.TemplateNotFound: 'index.html' not found in search path: 'templates'",
        in: [
          "PACKAGES/starlette/templating.py TemplateResponse",
          "PACKAGES/jinja2/loaders.py get_source",
        ],
        files: {
          "APP/app.py": 'templates = Jinja2Templates(directory="templates")\n',
          "SITE/templates/index.html": "",
        },
        says:
          'line 1 of APP/app.py lets Jinja2Templates look in "templates", which begins at the working directory, APP',
        mend: '`Path(__file__).parent.parent / "templates"`',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: bootstrap/wtf.html",
        files: { "PACKAGES/flask_bootstrap/templates/bootstrap/wtf.html": "" },
        says: "which the installed package flask_bootstrap brings",
        mend: "`Bootstrap(app)`",
      },
      {
        raised:
          "jinja2.exceptions.TemplatesNotFound: none of the templates given were found: 'a.html', 'b.html'",
        says: '"a.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: base.html",
        files: { "APP/templates/layouts/base.html": "" },
        mend: 'Write "layouts/base.html"',
      },
      {
        raised: "jinja2.exceptions.TemplateNotFound: email/welcome.html",
        files: { "APP/templates/emails/welcome.html": "" },
        says: 'there is "emails/welcome.html" in APP/templates',
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
    when: { type: "TemplateDoesNotExist", message: /([^\s,]{1,300})/ },
    claim: ({ groups: [name = ""], raised }, scene) => {
      const closed = closedFolder(name, scene);
      if (closed) return closed;
      const home =
        searchSite(scene, (_, folder) => exists(join(folder, name), scene))[0];
      const ofItself =
        raised.frames.some(({ file }) =>
          file.endsWith("/django/template/loader_tags.py")
        ) && home && selfExtending(join(home, name), name, scene);
      if (ofItself) {
        return {
          seen:
            `The template ${ofItself.file} extends "${name}", which is its own name, and no other of that name is found below it`,
          place: ofItself,
          mend:
            `Name the template there that is meant, as "base.html"; one that changes a template of a package has the same name as that, and the package must stand in INSTALLED_APPS`,
        };
      }
      const [, plain] = /^templates\/(.+)$/.exec(name) ?? [];
      if (home && plain) {
        return {
          seen:
            `Django does not find the template "${name}": it looks in folders of the name \`templates\` already, and ${plain} lies in one, ${
              join(home, "templates")
            }`,
          mend:
            `Write "${plain}", without the folder; let the application that holds it stand in INSTALLED_APPS, or ${
              join(home, "templates")
            } in "DIRS" of TEMPLATES`,
        };
      }
      if (home) {
        const [, above, below] = /^(.*\/templates)\/(.+)$/.exec(home) ?? [];
        return {
          seen:
            `Django does not find the template "${name}", which lies in ${home}`,
          mend: above
            ? `Write "${below}/${name}": Django looks for names that begin in ${above}`
            : basename(home) === "templates"
            ? `Let the application that holds it stand in INSTALLED_APPS, with "APP_DIRS": True; or write ${home} into "DIRS" of TEMPLATES in the settings`
            : `Write ${home} into "DIRS" of TEMPLATES in the settings`,
        };
      }
      const bringer = packageWith(name, scene);
      const [, known, beside] = OF_DJANGO.find(([names]) => names.test(name)) ??
        [];
      if (bringer || known) {
        return {
          says: `Django finds no template "${name}"${
            bringer ? `, which the installed package ${bringer} brings` : ""
          }`,
          mend: `Write ${
            known ?? `the application of ${bringer}`
          } into INSTALLED_APPS of the settings${
            beside ? `, and ${beside} beside it` : ""
          }, with "APP_DIRS": True in TEMPLATES${
            bringer
              ? ""
              : ", and its package into the requirements of the site; a template of your own of that name would do, too"
          }`,
        };
      }
      if (/^registration\//.test(name)) {
        return {
          says:
            `Django finds no template "${name}", and brings none for its login`,
          mend:
            'Make it: `templates/registration/…` in an application that INSTALLED_APPS names, or below a folder that "DIRS" of TEMPLATES names; or give the view its own, `LoginView.as_view(template_name="…")`',
        };
      }
      return elsewhere(name, scene) ?? {
        says: `Django finds no template "${name}"${
          spotInTemplates(
            (line) =>
              /\{% *(?:extends|include)\b/.test(line) &&
              (line.includes(`"${name}"`) || line.includes(`'${name}'`)),
            scene,
          )
        }`,
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
        raised: "django.template.exceptions.TemplateDoesNotExist: base.html",
        in: "PACKAGES/django/template/loader_tags.py find_template",
        files: { "APP/templates/base.html": '\n{% extends "base.html" %}\n' },
        says: "its own name",
      },
      // Names that only end alike are not near.
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: base.html",
        files: { "APP/templates/a.html": "" },
        says: 'finds no template "base.html"',
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: templates/index.html",
        files: { "APP/templates/index.html": "" },
        mend: 'Write "index.html", without the folder',
      },
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: list.html",
        files: { "APP/shop/templates/shop/list.html": "" },
        mend: 'Write "shop/list.html"',
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: shop/List.html",
        files: { "APP/shop/templates/shop/list.html": "" },
        mend: 'Write "shop/list.html"',
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: rest_framework/api.html",
        files: {
          "PACKAGES/rest_framework/templates/rest_framework/api.html": "",
        },
        says: "which the installed package rest_framework brings",
        mend: 'Write "rest_framework" into INSTALLED_APPS',
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: bootstrap5/uni_form.html",
        mend: "crispy-bootstrap5",
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: registration/login.html",
        mend: "template_name=",
      },
      {
        raised:
          "django.template.exceptions.TemplateDoesNotExist: index.html, shop/list.html",
        says: 'no template "index.html"',
      },
      {
        raised: "django.template.exceptions.TemplateDoesNotExist: index.html",
        says: "finds no template",
      },
    ],
  },
];

/** Templates that an extension of Flask brings. */
function ofPackage(name: string, scene: Scene): Claim | undefined {
  const bringer = packageWith(name, scene);
  const known = BRINGERS.find(([names]) => names.test(name));
  if (!bringer && !known) return undefined;
  return {
    says: `There is no template "${name}"${
      bringer
        ? `, which the installed package ${bringer} brings`
        : `; those of that name come with ${known![1]}`
    }`,
    mend: bringer
      ? `Start the extension with the application, so that its templates are found${
        known
          ? `: ${known[2]}`
          : ", as with `Extension(app)` or `init_app(app)`"
      }`
      : `Write ${
        known![1]
      } into the requirements of the site, and start it with the application: ${
        known![2]
      }`,
  };
}

/** Tells whether a file's name is the whole path of a template, by "\". */
function isFlat(file: string, name: string): boolean {
  return file.includes("\\") &&
    `/${file.replace(/\\+/g, "/")}`.endsWith(`/templates/${name}`);
}

/** A template that is called, or lies, a little otherwise. */
function elsewhere(name: string, scene: Scene): Claim | undefined {
  for (const home of templateHomes(scene)) {
    const alike = lookingAlike(join(home, name), scene);
    if (!alike) continue;
    return {
      seen:
        `The template "${name}" was not found, but ${alike.path} is there: ${alike.what}`,
      mend: alike.mend,
    };
  }
  const near = nearTemplate(name, scene);
  if (near) {
    return {
      seen:
        `The template "${name}" was not found; there is "${near.name}" in ${near.home}${
          near.isCase ? ": capital letters count here" : ""
        }`,
      mend: near.isCase
        ? `Write "${near.name}"`
        : `Write "${near.name}", if that is meant`,
    };
  }
  const [flat] = searchSite(
    scene,
    (names) => names.some((each) => isFlat(each, name)),
  );
  if (flat) {
    return {
      seen:
        `The template "${name}" was not found; ${flat} has a file whose folders are letters of its name, "${
          namesIn(flat, scene.host).find((each) => isFlat(each, name))
        }": an archive from Windows was unpacked by what does not know its "\\"`,
      mend: "Unpack the archive anew with `unzip`, which makes folders of them",
    };
  }
  if (!name.includes("/")) return undefined;
  const last = basename(name);
  const below = searchSite(
    scene,
    (_, folder) =>
      /\/templates\/./.test(folder) && exists(join(folder, last), scene),
  )[0];
  const [, above, folder] = /^(.*\/templates)\/(.+)$/.exec(below ?? "") ?? [];
  if (above) {
    return {
      seen:
        `The template "${name}" was not found; there is "${folder}/${last}" in ${above}`,
      mend: `Write "${folder}/${last}", if that is meant`,
    };
  }
  const home = templateHomes(scene)
    .find((each) => exists(join(each, last), scene));
  return home === undefined ? undefined : {
    seen: `The template "${name}" was not found; there is ${
      join(home, last)
    }, whose name begins in ${home}`,
    mend: `Write "${last}"; or let it lie in ${
      join(home, dirname(name))
    }, which keeps templates of parts from hiding each other`,
  };
}

/**
 * What is said where a folder of templates is closed to the site, so that
 * nobody can tell whether the template is in it.
 */
function closedFolder(name: string, scene: Scene): Claim | undefined {
  const { host } = scene;
  // A template of a part may lie in a folder of its own.
  const steps = dirname(name) === "." ? [] : dirname(name).split("/");
  const folders = templateHomes(scene).flatMap((home) => [
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

/** The line by which a template extends one of its own name. */
function selfExtending(
  file: string,
  name: string,
  scene: Scene,
): { file: string; line: number } | undefined {
  const at = linesOf(file, scene).findIndex((line) =>
    /\{% *extends +["']([^"']+)["']/.exec(line)?.[1] === name
  );
  return at < 0 ? undefined : { file, line: at + 1 };
}

const LINES_OF_CALL = 8;

/** The line in which the application is told its folder of templates. */
function folderNamed(
  { own }: Subject,
  scene: Scene,
): { file: string; line: number; value: string; path?: string } | undefined {
  for (const file of new Set([own?.file, scene.site.config?.wsgi?.module])) {
    const lines = linesOf(file ?? "", scene);
    for (const [at, each] of lines.entries()) {
      const [, value] =
        /^[^#]*\btemplate_folder\s*=\s*((?:[^,()#]|\([^()]*\))+)/.exec(each) ??
          [];
      const call = lines.slice(Math.max(0, at - LINES_OF_CALL), at + 1)
        .findLast((line) => /\b(?:Flask|Blueprint)\(/.test(line));
      if (!file || !value || !call || !/\bFlask\(/.test(call)) continue;
      const [, text] = /^["']([^"']+)["']$/.exec(value.trim()) ?? [];
      return {
        file,
        line: at + 1,
        value: value.trim(),
        ...text && { path: resolve(dirname(file), text) },
      };
    }
  }
  return undefined;
}

/** What the code or the message names as the folder of the templates. */
function inNamed(
  { own, text, groups }: Subject,
  scene: Scene,
): Claim | undefined {
  const [name = ""] = groups;
  const [, asked] = /not found in search path: '([^']+)'$/.exec(text) ?? [];
  if (asked !== undefined) {
    const folder = resolve(scene.directory, asked);
    if (exists(folder, scene)) {
      return {
        seen:
          `There is no template "${name}" in ${folder}, where it is looked for`,
        mend:
          "Copy it there, or correct its name; capital letters count, and what .gitignore names does not come along",
      };
    }
    return {
      seen: `The template "${name}" is looked for in "${asked}"${
        isAbsolute(asked) ? ", and it" : `, which is ${folder} here, and`
      } is not there`,
      mend: isAbsolute(asked)
        ? "Copy it there; capital letters count, and what .gitignore names does not come along"
        : `Name the folder from the place of the code: \`FileSystemLoader(Path(__file__).parent / "${asked}")\``,
    };
  }
  for (const file of new Set([own?.file, scene.site.config?.wsgi?.module])) {
    const lines = linesOf(file ?? "", scene);
    const at = lines.findIndex((line) =>
      /^[^#]*\bFlask\(.*\btemplate_folder\s*=\s*["'][^"']+["']/.test(line)
    );
    const [, folder] =
      /\btemplate_folder\s*=\s*["']([^"']+)["']/.exec(lines[at] ?? "") ?? [];
    if (!file || !folder) continue;
    const path = resolve(dirname(file), folder);
    const where = `, which line ${at + 1} of ${file} names,`;
    return exists(path, scene)
      ? {
        seen: `There is no template "${name}" in ${path}${where} nor elsewhere`,
        mend:
          "Copy it there; capital letters count, and what .gitignore names does not come along",
      }
      : {
        seen:
          `There is no template "${name}": its folder ${path}${where} is not there`,
        mend:
          "Correct `template_folder`, which begins at the module that makes the application, or copy the folder to this machine",
      };
  }
  return undefined;
}
