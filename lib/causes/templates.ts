/**
 * Templates that are not found, or not written for the framework that reads
 * them.
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

/** Tags of Django's that Jinja does not have, and what it writes for them. */
const FOR_JINJA: Readonly<Record<string, string>> = {
  blocktrans: "write the text alone, or `{% trans %}…{% endtrans %}` of Jinja",
  blocktranslate:
    "write the text alone, or `{% trans %}…{% endtrans %}` of Jinja",
  comment: "write `{# … #}`",
  csrf_token:
    'write `<input type="hidden" name="csrf_token" value="{{ csrf_token() }}">`, with Flask-WTF',
  cycle: 'write `{{ loop.cycle("a", "b") }}`',
  empty: "write `{% else %}`, also below a `for`",
  firstof: "write `{{ a or b }}`",
  ifchanged: "write `{% if loop.changed(value) %}`",
  ifequal: "write `{% if a == b %}`",
  ifnotequal: "write `{% if a != b %}`",
  load: "leave the line out",
  localize: "leave it out",
  now: "give the time from the view",
  regroup: "write the filter `groupby`",
  spaceless: "leave it out",
  static: "write `{{ url_for('static', filename='…') }}`",
  translate: "write `{{ _('…') }}`, with Flask-Babel",
  url: "write `{{ url_for('…') }}`",
  verbatim: "write `{% raw %}…{% endraw %}`",
  widthratio: "reckon in `{{ … }}`",
};

/** Tags that Jinja knows only with an extension. */
const OF_EXTENSIONS: Readonly<Record<string, string>> = {
  autoescape: "jinja2.ext.autoescape",
  break: "jinja2.ext.loopcontrols",
  continue: "jinja2.ext.loopcontrols",
  debug: "jinja2.ext.debug",
  do: "jinja2.ext.do",
  trans: "jinja2.ext.i18n",
};

/** Tags of Jinja's that Django does not have, and what it writes for them. */
const FOR_DJANGO: Readonly<Record<string, string>> = {
  break: "let the view choose what is shown",
  call: "write `{% include %}` with a template of its own",
  continue: "write `{% if %}` around what is shown",
  do: "do that in the view",
  from: "write `{% include %}` with a template of its own",
  import: "write `{% include %}` with a template of its own",
  macro: "write `{% include %}` with a template of its own",
  raw: "write `{% verbatim %}…{% endverbatim %}`",
  set: "write `{% with name=value %}…{% endwith %}`",
};

/** Functions that Flask gives to its templates. */
const CALLS_FOR_DJANGO: Readonly<Record<string, string>> = {
  csrf_token: "write `{% csrf_token %}`",
  get_flashed_messages: "write `{% for message in messages %}`",
  url_for:
    "write `{% url 'name' %}`; for a file, `{% load static %}` at the top and `{% static 'name' %}`",
};

/** What mends a tag of Django's in a template that Jinja reads. */
export function mendForJinja(message: string): string | undefined {
  const [, tag = ""] = /^Encountered unknown tag '(\w+)'/.exec(message) ?? [];
  const extension = valueIn(OF_EXTENSIONS, tag);
  const mend = valueIn(FOR_JINJA, tag);
  return mend
    ? `\`{% ${tag} %}\` is of Django's templates, and Jinja has none: ${mend}`
    : extension
    ? `Add the extension that knows \`{% ${tag} %}\`, where the application is made: \`app.jinja_env.add_extension("${extension}")\``
    : /^expected token 'end of (?:print statement|statement block)', got ':'/
        .test(message)
    ? 'Write what a filter is given in brackets, as `|default("x")`: the colon of `|default:"x"` is of Django\'s templates'
    : undefined;
}

/** What mends a tag or a call of Jinja's in a template that Django reads. */
export function mendForDjango(message: string): string | undefined {
  const [, tag = ""] =
    /^Invalid block tag (?:on line \d+)?:? ?'(\w+)'/.exec(message) ?? [];
  const mend = valueIn(FOR_DJANGO, tag);
  if (mend) {
    return `\`{% ${tag} %}\` is of Jinja's templates, and Django has none: ${mend}`;
  }
  const [, rest = "", name = ""] =
    /^Could not parse the remainder: '([(\[][^\n]*)' from '([\w.]+)/.exec(
      message,
    ) ?? [];
  const part = /^\[["']?(\w+)["']?\]$/.exec(rest)?.[1];
  const call = valueIn(CALLS_FOR_DJANGO, name);
  return call
    ? `\`${name}()\` is of Flask's templates, and Django has none: ${call}`
    : part
    ? `Write \`${name}.${part}\`: templates of Django have no square brackets`
    : rest === "()"
    ? `Write \`${name}\` without brackets: templates of Django call it by themselves`
    : rest.startsWith("(")
    ? `Templates of Django give nothing to what they call: let the view give what \`${name}(…)\` gives, or write a filter or a tag for it`
    : undefined;
}

function valueIn(
  table: Readonly<Record<string, string>>,
  key: string,
): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The rules of templates. */
export const templates = (): Rule[] => [
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
  {
    name: "template-faulty",
    code: "app-code",
    when: {
      type:
        /^jinja2\.exceptions\.(?:UndefinedError|TemplateSyntaxError|TemplateAssertionError)$/,
    },
    claim: ({ line, kind, raised, place }) => {
      const template = raised.frames.findLast(({ file }) =>
        /\.(?:html?|j2|jinja2?|txt|xml)$/.test(file)
      );
      return {
        says: `A template ${
          kind === "UndefinedError"
            ? "uses what it is not given"
            : "is not written as Jinja wants it"
        }: ${line}`,
        place: template ? { file: template.file, line: template.line } : place,
        mend: kind === "UndefinedError"
          ? "Give it to `render_template()`, or write `{% if … is defined %}` or `|default(…)` around it"
          : /[Nn]o (?:filter|test) named/.test(line)
          ? "Correct the name, or register the filter with the application where it is made, as with `@app.template_filter()`"
          : mendForJinja(line) ??
            "Correct the template at the line that is named: each `{% if %}`, `{% for %}` and `{% block %}` has its end",
      };
    },
    examples: [
      {
        raised: "jinja2.exceptions.UndefinedError: 'user' is undefined",
        in: "APP/templates/index.html top-level",
        failure: { problem: "request-raised" },
        says: "'user' is undefined",
      },
      {
        raised:
          "jinja2.exceptions.TemplateSyntaxError: Encountered unknown tag 'load'.",
        in: "APP/templates/index.html template",
        mend:
          "is of Django's templates, and Jinja has none: leave the line out",
      },
      {
        raised:
          "jinja2.exceptions.TemplateSyntaxError: Encountered unknown tag 'do'.",
        in: "APP/templates/index.html template",
        mend: 'add_extension("jinja2.ext.do")',
      },
      {
        raised:
          "jinja2.exceptions.TemplateSyntaxError: Encountered unknown tag 'endfor'. Jinja was looking for the following tags: 'endblock'.",
        in: "APP/templates/index.html template",
        mend: "Correct the template at the line",
      },
      {
        raised:
          "jinja2.exceptions.TemplateAssertionError: No filter named 'money'.",
        in: "PACKAGES/jinja2/environment.py handle_exception",
        mend: "template_filter",
      },
    ],
  },
  {
    name: "template-of-jinja",
    code: "app-code",
    over: "django-tag",
    when: {
      type: "TemplateSyntaxError",
      message: /^(?:Invalid block tag|Could not parse the remainder)/,
    },
    claim: ({ line, raised: { type } }) => {
      const mend = type.startsWith("jinja2.") ? undefined : mendForDjango(line);
      return mend && {
        says: `A template is not written as Django wants it: ${
          line.slice(0, 200)
        }`,
        mend,
      };
    },
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: '('static', filename='a.css')' from 'url_for('static', filename='a.css')'",
        in: "PACKAGES/django/template/base.py __init__",
        mend: "`{% static 'name' %}`",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: '[0]' from 'rows[0]'",
        in: "PACKAGES/django/template/base.py __init__",
        mend: "`rows.0`",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 3: 'set'. Did you forget to register or load this tag?",
        in: "PACKAGES/django/template/base.py __init__",
        mend: "`{% with name=value %}",
      },
    ],
    not: [
      "django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: '=1' from 'a=1'",
      "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 3: 'money'. Did you forget to register or load this tag?",
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
