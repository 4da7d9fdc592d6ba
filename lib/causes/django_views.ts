/**
 * What Django raises while a view answers, as the view, its model or its
 * template was not finished: generic views without a part, values that a field
 * cannot hold, addresses without a name.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, join } from "node:path";
import type { Place } from "../findings/finding.ts";
import { namesIn } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import type { Rule } from "./rule.ts";
import {
  exists,
  isInside,
  linesOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";

/** The rules of Django's views, and of the fields that they fill. */
export const djangoViews = (): Rule[] => [
  {
    name: "django-generic-view",
    code: "app-code",
    when: [
      {
        type: "ImproperlyConfigured",
        message: /^(\w+) is missing a (?:QuerySet|queryset)\b/,
      },
      {
        type: "AttributeError",
        message:
          /^Generic detail view (\w+) must be called with either an object pk or a slug/,
      },
      {
        type: "ImproperlyConfigured",
        message: /^()No URL to redirect to\b/,
      },
      {
        type: "ImproperlyConfigured",
        message: /^()TemplateResponseMixin requires either a definition of/,
      },
      {
        type: "ImproperlyConfigured",
        message: /^(\w+) is missing the permission_required attribute/,
      },
      {
        type: "NotImplementedError",
        message: /^(\w+) is missing the implementation of the test_func/,
      },
    ],
    claim: ({ groups: [view = ""], text, line }, scene) => {
      const [says, mend] = /QuerySet/i.test(text)
        ? [
          "does not say what it shows",
          "Write into the class what it shows, as `model = Item`, or `queryset = …`, or a method `get_queryset(self)` that returns it",
        ]
        : /^Generic detail/.test(text)
        ? [
          "shows one row, and its address does not say which",
          "Let its path in urls.py name it, as `<int:pk>` or `<slug:slug>`; with another name write it into the class, `pk_url_kwarg` or `slug_url_kwarg`; or give it a method `get_object(self)`",
        ]
        : /^No URL/.test(text)
        ? [
          "does not say where the visitor is sent after the form",
          'Write `success_url = reverse_lazy("…")` into its class, or give the model a method `get_absolute_url(self)`; what was sent may be stored already',
        ]
        : /^TemplateResponse/.test(text)
        ? ["does not name its template", 'Write `template_name = "…"` into it']
        : /permission_required/.test(text)
        ? [
          "does not name the permission that it wants",
          'Write it into the class: `permission_required = "shop.change_item"`',
        ]
        : [
          "does not say whom it lets in",
          "Give the class a method `test_func(self)`, which returns whether the visitor may come in",
        ];
      return {
        says: `${view ? `The view ${view}` : "A view of a class"} ${says}: ${
          line.slice(0, 200)
        }`,
        place: view ? placeOfClass(view, scene) : undefined,
        mend,
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Items is missing a QuerySet. Define Items.model, Items.queryset, or override Items.get_queryset().",
        frames: ["PACKAGES/django/views/generic/list.py get_queryset"],
        failure: { problem: "request-raised" },
        says: "The view Items does not say what it shows",
        mend: "`model = Item`",
      },
      {
        raised:
          "AttributeError: Generic detail view Show must be called with either an object pk or a slug in the URLconf.",
        frames: ["PACKAGES/django/views/generic/detail.py get_object"],
        failure: { problem: "request-raised" },
        mend: "`<int:pk>`",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: No URL to redirect to.  Either provide a url or define a get_absolute_url method on the Model.",
        frames: ["PACKAGES/django/views/generic/edit.py get_success_url"],
        failure: { problem: "request-raised" },
        says: "A view of a class does not say where the visitor is sent",
        mend: "success_url",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: TemplateResponseMixin requires either a definition of 'template_name' or an implementation of 'get_template_names()'",
        failure: { problem: "request-raised" },
        mend: "`template_name",
      },
    ],
    not: ["AttributeError: Generic detail view"],
  },
  {
    name: "django-address-of-no-name",
    code: "app-code",
    when: { type: "NoReverseMatch", message: /^Reverse for '(?:None)?' not / },
    claim: ({ raised, text }) => {
      const isNone = text.startsWith("Reverse for 'None'");
      return {
        says: `An address is asked for, and its name is ${
          isNone ? "None" : "empty"
        }`,
        mend: raised.frames.some(({ file }) => file.endsWith("/defaulttags.py"))
          ? "Write the name in quotes in the template: `{% url 'name' %}`; without them it is a variable of the template, and this one is empty"
          : "See what gives the name to `reverse()` or `redirect()`, as a setting (LOGIN_URL, LOGIN_REDIRECT_URL) or a field of the form that is empty",
      };
    },
    examples: [
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: Reverse for '' not found. '' is not a valid view function or pattern name.",
        in: [
          "PACKAGES/django/template/defaulttags.py render",
          "PACKAGES/django/urls/resolvers.py _reverse_with_prefix",
        ],
        failure: { problem: "request-raised" },
        mend: "`{% url 'name' %}`",
      },
      {
        raised:
          "django.urls.exceptions.NoReverseMatch: Reverse for '' not found. '' is not a valid view function or pattern name.",
        in: "PACKAGES/django/shortcuts.py resolve_url",
        failure: { problem: "request-raised" },
        mend: "LOGIN_URL",
      },
    ],
  },
  {
    name: "django-file-not-stored",
    code: "app-code",
    when: {
      type: "ValueError",
      message: /^The '(\w+)' attribute has no file associated with it/,
    },
    claim: {
      says:
        'The field "$1" of a row holds no file, and its file or address is asked for',
      mend:
        "Ask first whether there is one: `{% if row.$1 %}` in a template, `if row.$1:` in Python; rows that were made without a file have none",
    },
    examples: [{
      raised:
        "ValueError: The 'photo' attribute has no file associated with it.",
      in: "PACKAGES/django/db/models/fields/files.py _require_file",
      failure: { problem: "request-raised" },
      mend: "`{% if row.photo %}`",
    }],
  },
  {
    name: "django-model-argument",
    code: "app-code",
    when: {
      type: "TypeError",
      message: /^(\w+)\(\) got (?:an )?unexpected keyword arguments?:? '(\w+)'/,
      in: /\/django\/db\/models\/base\.py __init__$/,
    },
    claim: ({ groups: [model = "", name = ""] }, scene) => {
      const place = placeOfClass(model, scene);
      const near = suggest(name, fieldsAt(place, scene));
      return {
        says:
          `A row of ${model} is made with "${name}", and ${model} has no field of that name`,
        mend: near
          ? `Write "${near}", if that is meant${
            place ? ` (${place.file}:${place.line})` : ""
          }`
          : `Write the name of a field of ${model}${
            place ? ` (${place.file}:${place.line})` : ""
          }; what a form or a file brings beyond them must be taken out before`,
      };
    },
    examples: [
      {
        raised: "TypeError: Item() got unexpected keyword arguments: 'nam'",
        in: "PACKAGES/django/db/models/base.py __init__",
        failure: { problem: "request-raised" },
        files: {
          "APP/shop/models.py":
            "class Item(models.Model):\n    price = models.IntegerField()\n    name = models.CharField()\n\nclass Other(models.Model):\n    nam = models.CharField()\n",
        },
        mend: 'Write "name", if that is meant (APP/shop/models.py:1)',
      },
      {
        raised: "TypeError: Item() got an unexpected keyword argument 'colour'",
        in: "PACKAGES/django/db/models/base.py __init__",
        mend: "Write the name of a field of Item; what",
      },
    ],
    not: [{
      raised: "TypeError: Item() got an unexpected keyword argument 'colour'",
      in: "APP/shop/views.py index",
    }],
  },
  {
    name: "django-field-value",
    code: "app-code",
    when: [
      {
        type: "ValueError TypeError",
        message:
          /^Field '(\w+)' expected a number but got (?!<SimpleLazy)([^\n]+?)\.?$/,
      },
      {
        type: "ValidationError",
        message:
          /^\[['"]()[“"]([^\n]{0,200}?)[”"] (?:is not a valid UUID|value (?:has an invalid|must be))/,
      },
      {
        type: "ValueError",
        message:
          /^()Cannot assign "([^\n]{1,200})": "[\w.]+" must be an? "[\w.]+" instance/,
      },
    ],
    claim: ({ groups: [field, value = ""], line, text }) => ({
      says: `${
        field ? `The field "${field}"` : "A field"
      } of a model is given what it cannot hold, or be compared with: ${
        line.slice(0, 200)
      }`,
      mend: /^Cannot assign/.test(text)
        ? "Give it the row, as from `get_object_or_404(…)`; or its number, to the name of the field with `_id` behind it"
        : /^<\w/.test(value)
        ? "A row stands there in place of its number: give its `.pk`, or compare the field that leads to that model"
        : /^(?:''|“”)?$/.test(value)
        ? "It is empty, as a field of a form that nobody filled in: write None or leave it out then; a form (`ModelForm`) does so by itself"
        : "What a visitor sent must be looked at first: let the path in urls.py take its kind alone (`<int:pk>`, `<uuid:pk>`), or a form check it (`form.is_valid()`), or catch the exception and answer 404",
    }),
    examples: [
      {
        raised: "ValueError: Field 'id' expected a number but got 'abc'.",
        in: "PACKAGES/django/db/models/fields/__init__.py get_prep_value",
        failure: { problem: "request-raised" },
        says: 'The field "id"',
        mend: "`<int:pk>`",
      },
      {
        raised: "ValueError: Field 'price' expected a number but got ''.",
        mend: "It is empty",
      },
      {
        raised:
          "TypeError: Field 'price' expected a number but got <Item: Item object (1)>.",
        mend: "`.pk`",
      },
      {
        raised:
          "django.core.exceptions.ValidationError: ['“today” value has an invalid date format. It must be in YYYY-MM-DD format.']",
        failure: { problem: "request-raised" },
        mend: "form.is_valid()",
      },
      {
        raised:
          'ValueError: Cannot assign "\'3\'": "Order.item" must be a "Item" instance.',
        mend: "`_id`",
      },
    ],
  },
  {
    name: "django-json-list",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^In order to allow non-dict objects to be serialized set the safe/,
    },
    claim: {
      says:
        "`JsonResponse()` is given no dict, and takes nothing else by itself",
      mend:
        'Write `JsonResponse(rows, safe=False)`, or give a dict: `JsonResponse({"rows": rows})`',
    },
    examples: [{
      raised:
        "TypeError: In order to allow non-dict objects to be serialized set the safe parameter to False.",
      in: "PACKAGES/django/http/response.py __init__",
      failure: { problem: "request-raised" },
      mend: "safe=False",
    }],
  },
  {
    name: "django-column-of-query",
    code: "app-code",
    over: "database-not-migrated",
    when: {
      type: /^django\.db\./,
      // Django itself writes the table before each column.
      message: /^no such column: (\w+)$/,
      problem: "request-raised",
    },
    claim: ({ groups: [column], raised }) =>
      [raised, raised.cause].some((each) =>
          each?.frames.some(({ file, function: called }) =>
            /\/django\/db\/models\/(?:query|sql\/query)\.py$/.test(file) &&
            !/^(?:raw|iterator|columns|__iter__|_fetch_all|__getitem__)$|[Rr]aw|^_execute_query$|^get_columns$/
              .test(called)
          )
        )
        ? undefined
        : {
          says:
            `A query that the code wrote itself asks for the column "${column}", which its tables do not have`,
          mend:
            "Correct the name in the SQL; a text in it stands in single quotes, and double ones name a column; where a migration adds that column, run `manage.py migrate`",
        },
    examples: [{
      raised: "django.db.utils.OperationalError: no such column: colour",
      in: [
        "PACKAGES/django/db/models/query.py raw",
        "PACKAGES/django/db/backends/sqlite3/base.py execute",
      ],
      failure: { problem: "request-raised" },
      mend: "Correct the name in the SQL",
    }],
    not: [{
      raised: "django.db.utils.OperationalError: no such column: colour",
      in: "PACKAGES/django/db/models/query.py count",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "django-column-without-migration",
    code: "database-not-migrated",
    over: "database-not-migrated",
    when: {
      type: /^django\.db\./,
      message:
        /no such column: (\w+)\.(\w+)|column (\w+)\.(\w+) does not exist|table (\w+) has no column named (\w+)|Unknown column '(\w+)\.(\w+)'/,
    },
    claim: ({ groups, text }, scene) => {
      const [table = "", column = ""] = groups.filter((each) => each);
      const [home] = searchSite(
        scene,
        (names, folder) =>
          names.includes("models.py") &&
          table.startsWith(`${basename(folder).toLowerCase()}_`),
      );
      if (!home) return undefined;
      const folder = join(home, "migrations");
      const field = column.replace(/_id$/, "");
      const isField = new RegExp(`^\\s+${field}\\s*[:=]`, "m")
        .test(textOf(join(home, "models.py"), scene));
      const files = namesIn(folder, scene.host)
        .filter((name) => /^\d.*\.py$/.test(name))
        .map((name) => join(folder, name));
      // Another column may be read by a query of one's own, or be of Django's.
      if (
        !isField || files.length === 0 || files.length > 200 ||
        files.some((file) =>
          new RegExp(`["'](?:${field}|${column})["']`)
            .test(textOf(file, scene))
        )
      ) return undefined;
      const manage = [scene.directory, ...scene.folders]
        .map((each) => join(each, "manage.py"))
        .find((file) => exists(file, scene)) ?? "manage.py";
      const run = (...words: string[]) =>
        `\`${shellCommand(scene.python, manage, ...words)}\``;
      return {
        seen:
          `The database has no column "${column}" in the table ${table}, and no migration in ${folder} adds it, though ${
            join(home, "models.py")
          } has that field: ${text.split("\n")[0]!.slice(0, 200)}`,
        mend:
          `Copy the migration from where it was made; where none was made yet, make it, ${
            run("makemigrations", basename(home))
          }, and run ${
            run("migrate")
          }, as the site's user, after a copy of the database`,
      };
    },
    examples: [
      {
        raised:
          "django.db.utils.OperationalError: no such column: shop_item.qty",
        files: {
          "APP/manage.py": "",
          "APP/shop/models.py":
            "class Item(models.Model):\n    qty = models.IntegerField()\n",
          "APP/shop/migrations/0001_initial.py": "('name', models.X())\n",
        },
        says: "no migration in APP/shop/migrations adds it",
        mend: "APP/manage.py makemigrations shop",
      },
    ],
    not: [
      {
        raised:
          "django.db.utils.OperationalError: no such column: shop_item.qty",
        files: {
          "APP/manage.py": "",
          "APP/shop/models.py":
            "class Item(models.Model):\n    qty = models.IntegerField()\n",
          "APP/shop/migrations/0001_initial.py": "('qty', models.X())\n",
        },
      },
    ],
  },
];

/** Where a class of the site is written, if in one place alone. */
export function placeOfClass(name: string, scene: Scene): Place | undefined {
  const wanted = new RegExp(`^class ${name}\\b`);
  const found: Place[] = [];
  let read = 0;
  searchSite(scene, (names, folder) => {
    for (const each of names) {
      if (!/\.py$/.test(each) || read++ >= MOST_READ) continue;
      const file = join(folder, each);
      const at = linesOf(file, scene).findIndex((line) => wanted.test(line));
      if (at >= 0) found.push({ file, line: at + 1 });
    }
    return false;
  });
  const [only, another] = found;
  return only && !another && isInside(only.file, scene.directory)
    ? only
    : undefined;
}

const MOST_READ = 300;

/** The names that the class of a model gives to its fields. */
export function fieldsAt(place: Place | undefined, scene: Scene): string[] {
  if (!place?.line) return [];
  const body = linesOf(place.file, scene).slice(place.line, place.line + 200);
  const end = body.findIndex((line) => /^\S/.test(line));
  return body.slice(0, end < 0 ? undefined : end)
    .flatMap((line) =>
      /^[ \t]+(\w+)(?:\s*:[^=\n]{1,100})?\s*=\s*[\w.]+\(/.exec(line)?.[1] ?? []
    );
}
