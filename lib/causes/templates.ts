/**
 * Templates that are not written for the framework that reads them, or use what
 * they are not given.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { fromCode } from "./paths.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { linesOf, type Scene, searchSite } from "./scene.ts";

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
    /^Could not parse the remainder: '( *[^\n]{1,200})' from '([\w.]*)/.exec(
      message,
    ) ?? [];
  const part = /^\[["']?(\w+)["']?\]$/.exec(rest)?.[1];
  const call = rest.startsWith("(")
    ? valueIn(CALLS_FOR_DJANGO, name)
    : undefined;
  return call
    ? `\`${name}()\` is of Flask's templates, and Django has none: ${call}`
    : part
    ? `Write \`${name}.${part}\`: templates of Django have no square brackets`
    : rest === "()"
    ? `Write \`${name}\` without brackets: templates of Django call it by themselves`
    : /^(?:[=!<>]=?)/.test(rest)
    ? "Write a space on both sides of what compares, and `==` where two are to be the same: `{% if a == b %}`"
    : /^ +(?:[=!<>]|(?:and|or|not|if|in|is)\b)/.test(rest)
    ? "`{{ … }}` shows a value and asks nothing: write `{% if … %}…{% else %}…{% endif %}`"
    : /^-[A-Za-z]/.test(rest)
    ? "Names in templates have no dash: let the view give it under another name"
    : /^ *[-+*\/%]/.test(rest)
    ? "Templates of Django do not reckon: let the view do it, or write `|add:`"
    : /^ *(?:\||:)/.test(rest)
    ? 'Write a filter without spaces around its colon: `name|default:"x"`'
    : rest === ","
    ? "Leave the comma out: what a tag is given is parted by spaces"
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

/** What extensions give to templates, and how they are started. */
const GIVEN_BY: Readonly<Record<string, string>> = {
  bootstrap: "Bootstrap-Flask gives it: `Bootstrap5(app)`",
  ckeditor: "Flask-CKEditor gives it: `CKEditor(app)`",
  csrf_token: "Flask-WTF gives it: `CSRFProtect(app)`",
  current_user:
    "Flask-Login gives it: `LoginManager(app)`, or `login_manager.init_app(app)` where the application is made",
  debug_toolbar: "Flask-DebugToolbar gives it: `DebugToolbarExtension(app)`",
  dropzone: "Flask-Dropzone gives it: `Dropzone(app)`",
  gettext:
    'Flask-Babel gives it: `Babel(app)`; with Jinja alone, the extension "jinja2.ext.i18n"',
  get_locale:
    'Give it to all templates: `app.jinja_env.globals["get_locale"] = get_locale`',
  moment: "Flask-Moment gives it: `Moment(app)`",
  ngettext: "Flask-Babel gives it: `Babel(app)`",
  recaptcha: "Give the form to the template, with its RecaptchaField",
  _: 'Flask-Babel gives it: `Babel(app)`; with Jinja alone, the extension "jinja2.ext.i18n"',
};
/** What Flask gives by itself. */
const OF_FLASK = /^(?:url_for|request|session|g|config|get_flashed_messages)$/;
const OF_PYTHON: Readonly<Record<string, string>> = {
  enumerate: "write `loop.index0` in the loop",
  float: "write the filter `|float`",
  int: "write the filter `|int`",
  isinstance: "let the view decide",
  len: "write the filter `|length`",
  list: "write the filter `|list`",
  max: "write the filter `|max`",
  min: "write the filter `|min`",
  print: "write what is to be shown between `{{` and `}}`",
  round: "write the filter `|round`",
  sorted: "write the filter `|sort`",
  str: "write the filter `|string`",
  sum: "write the filter `|sum`",
  zip: "give the pairs from the view: `list(zip(…))`",
};

/** What mends a name that a template of Jinja does not have. */
function mendForUndefined(line: string, isFlask: boolean): string {
  const [, name = ""] = /^'(\w+)' is undefined/.exec(line) ?? [];
  const [, owner, part = ""] =
    /^'([^']+)' has no attribute '(\w+)'/.exec(line) ?? [];
  if (Object.hasOwn(GIVEN_BY, name)) {
    return `${
      GIVEN_BY[name]
    }; see that this is done for the application which serves the site, as in its factory`;
  }
  if (Object.hasOwn(OF_PYTHON, name)) {
    return `\`${name}()\` is Python's, and Jinja has none: ${OF_PYTHON[name]}`;
  }
  if (OF_FLASK.test(name)) {
    return isFlask
      ? 'A macro that is imported gets what Flask gives only so: `{% from "…" import … with context %}`; and `render_template()` must be asked in a request'
      : "Flask gives that to its own templates; to others give it yourself, as `request` to `TemplateResponse(request, …)` of FastAPI, or among `env.globals`";
  }
  if (/^(?:static|url)$/.test(name)) {
    return "`{% static %}` and `{% url %}` are of Django's templates: write `url_for('static', filename='…')` here";
  }
  if (owner === "None") {
    return `What is asked for "${part}" is None: see what the view gives, as a row that was not found, or write \`{% if … %}\` around it`;
  }
  if (owner) {
    return `See what the view gives: it has no "${part}"${
      owner === "dict object" ? ", which is to be a key of it" : ""
    }; or write \`|default(…)\` after it`;
  }
  return "Give it to `render_template()`, or write `{% if … is defined %}` or `|default(…)` around it";
}

const MOST_TEMPLATES = 400;

/**
 * ` (FILE:LINE)` of the one template of the site that has a line for which the
 * test holds; Django's exceptions do not name it.
 */
export function spotInTemplates(
  test: (line: string, number: number) => boolean,
  scene: Scene,
): string {
  const found: string[] = [];
  let read = 0;
  searchSite(scene, (names, folder) => {
    if (!/\/templates(?:\/|$)/.test(folder)) return false;
    for (const name of names) {
      if (!/\.(?:html?|txt|xml)$/.test(name) || read++ >= MOST_TEMPLATES) {
        continue;
      }
      const file = join(folder, name);
      const at = linesOf(file, scene)
        .findIndex((line, index) => test(line, index + 1));
      if (at >= 0) found.push(` (${file}:${at + 1})`);
    }
    return false;
  });
  return found.length === 1 ? found[0]! : "";
}

/** Where the tag or the value stands that Django's message is about. */
export function spotOfTag(message: string, scene: Scene): string {
  const [, number, tag] =
    /^(?:Invalid block tag|Unclosed tag) on line (\d+): '(\w+)'/
      .exec(message) ?? [];
  if (tag) {
    return spotInTemplates(
      (line, at) =>
        at === Number(number) && new RegExp(`\\{% *${tag}\\b`).test(line),
      scene,
    );
  }
  const [, filter] = /^Invalid filter: '(\w+)'/.exec(message) ?? [];
  const [, whole] = /^Could not parse the remainder: .* from '(.+)'$/
    .exec(message) ?? [];
  const [, block] = /^'block' tag with name '(\w+)' appears more/
    .exec(message) ?? [];
  const [, loop] = /^'for' statements .*: (for .+)$/.exec(message) ?? [];
  const wanted = filter
    ? new RegExp(`\\| *${filter}\\b`)
    : block
    ? new RegExp(`\\{% *block +${block}\\b`)
    : undefined;
  const words = whole ?? loop;
  return wanted
    ? spotInTemplates((line) => wanted.test(line), scene)
    : words
    ? spotInTemplates(
      (line) => line.includes(words) && /\{[{%]/.test(line),
      scene,
    )
    : "";
}

/** A template that lies where Bottle does not look. */
function byBottle(
  { groups: [name = ""], raised, own }: Subject,
  scene: Scene,
): Claim | undefined {
  if (!/bottle/.test(raised.frames.at(-1)?.file ?? "")) return undefined;
  const files = [
    name,
    ...["tpl", "html", "thtml", "stpl"].map((each) => `${name}.${each}`),
  ];
  const [home] = searchSite(
    scene,
    (names) => names.some((each) => files.includes(each)),
  );
  return !home || home === scene.directory ||
      home === join(scene.directory, "views")
    ? undefined
    : {
      seen:
        `The template "${name}" lies in ${home}; Bottle looks in the working directory, ${scene.directory}, and in \`views\` below it`,
      mend:
        `Name its folder by the place of the code: \`bottle.TEMPLATE_PATH.insert(0, str(${
          fromCode(home, { own }).replaceAll("`", "")
        }))\``,
    };
}

/** The rules of templates. */
export const templates = (): Rule[] => [
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
          ? mendForUndefined(
            line,
            raised.frames.some(({ file }) => /\/flask\//.test(file)),
          )
          : /^block '.*' defined twice/.test(line)
          ? "Let each `{% block %}` have a name of its own in a template; what is to be shown twice, `{{ self.name() }}` shows again"
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
      ...([
        ["'current_user' is undefined", "LoginManager(app)"],
        ["'len' is undefined", "`|length`"],
        ["'url_for' is undefined", "TemplateResponse(request"],
        ["'None' has no attribute 'name'", 'asked for "name" is None'],
        ["'dict object' has no attribute 'name'", "a key of it"],
      ] as const).map(([message, mend]) => ({
        raised: `jinja2.exceptions.UndefinedError: ${message}`,
        in: "APP/templates/index.html top-level",
        failure: { problem: "request-raised" as const },
        mend,
      })),
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
    name: "template-of-django-faulty",
    code: "app-code",
    over: "django-tag",
    when: {
      type: /^django\.template\.exceptions\.TemplateSyntaxError$/,
      message:
        /^(?:Unclosed tag|<ExtendsNode|\{% extends|'block' tag with name|Invalid block tag on line \d+: '(?:end\w+|else|elif|empty)'|Unexpected end of expression|'for' statements should|\w+ requires \d+ arguments|Could not parse some characters)/,
    },
    claim: ({ line }, scene) => ({
      says: `A template is not written as Django wants it: ${line}${
        spotOfTag(line, scene)
      }`,
      mend: /^'for' st/.test(line)
        ? "Write `{% for row in rows %}`: what is looped over has no spaces, brackets or commas in it, and a count comes from the view"
        : /^\w+ requires/.test(line)
        ? 'Give the filter what it wants behind a colon, without a space: `|date:"Y-m-d"`'
        : /^Could not parse some/.test(line)
        ? "See the part between the two `|`: it has a sign that neither a name nor a filter has, or a quote that nobody closed"
        : /^Unclosed/.test(line)
        ? "Write the end of that tag, as `{% endif %}`, `{% endfor %}` or `{% endblock %}`, where it belongs; a tag may not be broken into lines"
        : /^<Extends|extends/.test(line)
        ? "Let `{% extends %}` be the first tag of the template, above `{% load %}` and all else"
        : /'block' tag/.test(line)
        ? "Let each `{% block %}` have a name of its own in a template"
        : /^Unexpected end/.test(line)
        ? "See the condition of that tag: a part of it is missing, or has `=` in place of `==`"
        : "See what it ends or parts: its beginning is missing above, or was ended before",
    }),
    examples: [
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Unclosed tag on line 3: 'if'. Looking for one of: elif, else, endif.",
        mend: "`{% endif %}`",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: <ExtendsNode: extends 'base.html'> must be the first tag in the template.",
        mend: "above `{% load %}`",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Unclosed tag on line 2: 'if'. Looking for one of: elif, else, endif.",
        files: {
          "APP/shop/templates/shop/a.html": "\n{% if a %}\n",
          "APP/shop/templates/shop/b.html": "{% if a %}\n{% endif %}\n",
        },
        says: "(APP/shop/templates/shop/a.html:2)",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: 'for' statements should use the format 'for x in y': for i in range(5)",
        mend: "a count comes from the view",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: add requires 2 arguments, 1 provided",
        mend: "behind a colon",
      },
    ],
  },
  {
    name: "template-loop",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message: /^'(\w+)' object is not iterable/,
        in: /\/django\/template\/defaulttags\.py render$/,
      },
      {
        type: "TypeError",
        message: /^'(\w+)' object is not iterable/,
        in:
          /\.(?:html?|j2|jinja2?|txt|xml) |^<template> |\/jinja2\/runtime\.py /,
        through: /\/jinja2\//,
      },
    ],
    claim: ({ groups: [kind = ""], raised, place }) => {
      const template = raised.frames.findLast(({ file }) =>
        /\.(?:html?|j2|jinja2?|txt|xml)$/.test(file)
      );
      const isDjango = raised.frames.some(({ file }) =>
        /\/django\/template\//.test(file)
      );
      return {
        says: `A template loops over what is no list: ${
          kind === "NoneType" ? "it is None" : `it is of type ${kind}`
        }`,
        place: template ? { file: template.file, line: template.line } : place,
        mend: /Manager$/.test(kind)
          ? `Write \`.all${isDjango ? "" : "()"}\` behind it`
          : /method|function/.test(kind)
          ? "Call it: its brackets are missing"
          : kind === "NoneType"
          ? "See what the view gives, such as a function without `return`, or a search that found nothing; or write `{% for row in rows or [] %}`"
          : "See what the view gives: a list is wanted, as of `filter(…)`, and not one row as of `get(…)`; for a count give `range(…)`",
      };
    },
    examples: [
      {
        raised: "TypeError: 'int' object is not iterable",
        in: "PACKAGES/django/template/defaulttags.py render",
        failure: { problem: "request-raised" },
        mend: "`range(…)`",
      },
      {
        raised: "TypeError: 'ManyRelatedManager' object is not iterable",
        in: "PACKAGES/django/template/defaulttags.py render",
        failure: { problem: "request-raised" },
        mend: "`.all`",
      },
      {
        raised: "TypeError: 'NoneType' object is not iterable",
        in: [
          "PACKAGES/jinja2/environment.py render",
          "APP/templates/index.html top-level template code",
        ],
        failure: { problem: "request-raised" },
        says: "it is None",
      },
    ],
    not: [{
      raised: "TypeError: 'NoneType' object is not iterable",
      in: "APP/app.py index",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "template-of-others",
    code: "template-missing",
    when: [
      {
        message: /^Template ['"]?([\w./-]+)['"]? not found/,
        through: /\/bottle\.py |\/bottle\//,
      },
      {
        type: "TopLevelLookupException TemplateLookupException",
        message: /(?:Can't|Cant) locate template for uri ['"]([^'"]+)/,
      },
      { message: /^Missing template asset: ([\w./:-]+)/ },
    ],
    claim: (subject, scene) =>
      byBottle(subject, scene) ?? ({
        says: `The template "${subject.groups[0]}" was not found`,
        mend: /bottle/.test(subject.raised.frames.at(-1)?.file ?? "")
          ? `Bottle looks in the working directory, ${scene.directory}, and in \`views\` below it: name the folder by the place of the code, \`bottle.TEMPLATE_PATH.insert(0, str(Path(__file__).parent / "views"))\``
          : /Lookup/.test(subject.kind)
          ? `Name the folder by the place of the code, \`TemplateLookup(directories=[str(Path(__file__).parent / "templates")])\`: a relative one begins at the working directory, ${scene.directory}`
          : "See that it was copied to this machine, and that the package of the site holds it (package_data) where it is installed",
      }),
    examples: [
      {
        raised: "bottle.TemplateError: Template 'index' not found.",
        in: "PACKAGES/bottle.py __init__",
        mend: "TEMPLATE_PATH",
      },
      {
        raised: "bottle.TemplateError: Template 'index' not found.",
        in: "PACKAGES/bottle.py __init__",
        files: { "SITE/views/index.tpl": "" },
        says: 'The template "index" lies in SITE/views',
        mend: 'str(Path(__file__).parent.parent / "views")',
      },
      {
        raised:
          "mako.exceptions.TopLevelLookupException: Can't locate template for uri 'index.html'",
        in: "PACKAGES/mako/lookup.py get_template",
        mend: "TemplateLookup(directories",
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
    claim: ({ line, raised: { type } }, scene) => {
      const mend = type.startsWith("jinja2.") ? undefined : mendForDjango(line);
      return mend && {
        says: `A template is not written as Django wants it: ${
          line.slice(0, 200)
        }${spotOfTag(line, scene)}`,
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
      ...([
        ["'=1' from 'a=1'", "`==` where two"],
        ["' == 1' from 'a == 1'", "shows a value and asks nothing"],
        ["' + 1' from 'a + 1'", "do not reckon"],
        ["'-name' from 'first-name'", "have no dash"],
        ["',' from ''item','", "Leave the comma out"],
      ] as const).map(([message, mend]) => ({
        raised:
          `django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: ${message}`,
        in: "PACKAGES/django/template/base.py __init__",
        mend,
      })),
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: '=1' from 'a=1'",
        in: "PACKAGES/django/template/base.py __init__",
        files: { "APP/shop/templates/a.html": "x\n{% if a=1 %}x{% endif %}\n" },
        says: "(APP/shop/templates/a.html:2)",
      },
      {
        raised:
          "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 3: 'set'. Did you forget to register or load this tag?",
        in: "PACKAGES/django/template/base.py __init__",
        mend: "`{% with name=value %}",
      },
    ],
    not: [
      "django.template.exceptions.TemplateSyntaxError: Could not parse the remainder: '@x' from 'a@x'",
      "django.template.exceptions.TemplateSyntaxError: Invalid block tag on line 3: 'money'. Did you forget to register or load this tag?",
    ],
  },
];
