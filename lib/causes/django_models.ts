/**
 * What Django says of models, of their rows and fields, of forms, of the admin
 * and of users that have not logged in.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { suggest } from "../text/suggestion.ts";
import { findEntry } from "./django_entries.ts";
import type { Rule } from "./rule.ts";
import { exists, lineOf } from "./scene.ts";

/** The rules of Django's models and forms. */
export const djangoModels = (): Rule[] => [
  {
    name: "django-app-of-other-kind",
    code: "django-settings",
    over: "django-setup",
    when: {
      type: "ImproperlyConfigured",
      message: /^'([\w.]+)' isn't a subclass of AppConfig/,
    },
    claim: ({ groups: [name = ""] }, scene) => {
      const entry = findEntry(
        new RegExp(`^${name.replaceAll(".", "\\.")}$`),
        scene,
      );
      const isMiddleware = /middleware/i.test(name);
      return {
        says: `INSTALLED_APPS in Django's settings names "${name}", which is ${
          isMiddleware ? "a middleware" : "another class"
        } and no application`,
        place: entry?.place,
        mend: isMiddleware
          ? `Move "${name}" to MIDDLEWARE`
          : `Name the application there: the package alone, as "${
            name.split(".")[0]
          }", or its class of apps.py`,
      };
    },
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: 'hits.middleware.HitMiddleware' isn't a subclass of AppConfig.",
      in: "PACKAGES/django/__init__.py setup",
      says: "a middleware and no application",
      mend: "to MIDDLEWARE",
    }],
  },
  {
    name: "django-app-label-invalid",
    code: "django-settings",
    over: "django-setup",
    when: {
      type: "ImproperlyConfigured",
      message: /^The app label '([^']*)' is not a valid Python identifier/,
    },
    claim: ({ groups: [label = ""] }) => ({
      says:
        `The application "${label}" of INSTALLED_APPS has a name that is no name in Python`,
      mend: `Rename its folder to "${
        label.replace(/\W/g, "_").replace(/^(\d)/, "_$1")
      }", and each import and entry of the settings that names it; or give it a label in a class of apps.py: \`label = "…"\``,
    }),
    examples: [{
      raised:
        "django.core.exceptions.ImproperlyConfigured: The app label 'my-shop' is not a valid Python identifier.",
      in: "PACKAGES/django/__init__.py setup",
      mend: '"my_shop"',
    }],
  },
  {
    name: "django-translated-early",
    code: "django-settings",
    when: {
      type: "AppRegistryNotReady",
      message: /^The translation infrastructure cannot be initialized/,
    },
    claim: ({ raised, place }) => {
      const own = raised.frames.findLast(({ file }) =>
        file.startsWith("/") && !isLibraryFile(file)
      );
      return {
        says: `A text is translated while Django still loads its applications${
          own ? `: on line ${own.line} of ${own.file}` : ""
        }`,
        place: own ? { file: own.file, line: own.line } : place,
        mend:
          "Write `gettext_lazy` in place of `gettext` where a text stands outside of a function, as in models, forms and settings: `from django.utils.translation import gettext_lazy as _`",
      };
    },
    examples: [{
      raised:
        "django.core.exceptions.AppRegistryNotReady: The translation infrastructure cannot be initialized before the apps registry is ready. Check that you don't make non-lazy gettext calls at import time.",
      in: [
        "APP/shop/forms.py <module>",
        "PACKAGES/django/utils/translation/trans_real.py translation",
      ],
      says: "on line 9 of APP/shop/forms.py",
      mend: "gettext_lazy",
    }],
  },
  {
    name: "django-model-of-relation",
    code: "django-settings",
    when: [
      {
        type: "ValueError",
        message: /^Related model '([\w.]+)' cannot be resolved/,
      },
      {
        type: "ValueError",
        message:
          /^The field [\w.]+ was declared with a lazy reference to '([\w.]+)', but app '\w+' (?:isn't installed|doesn't provide model)/,
      },
    ],
    claim: ({ groups: [model = ""] }, scene) => {
      const [label = ""] = model.split(".");
      const isNamed = findEntry(
        new RegExp(`(?:^|\\.)${label}(?:\\.apps\\.|$)`),
        scene,
      );
      return {
        says:
          `A relation between models names "${model}", and Django has no such model`,
        place: isNamed?.place,
        mend: isNamed
          ? `See that models.py of "${label}" defines it and can be imported, or correct the name; with AUTH_USER_MODEL, its first migration must come before those that point to it`
          : `Add "${label}" to INSTALLED_APPS, or correct the name in the relation${
            /user/i.test(model) ? " or in AUTH_USER_MODEL" : ""
          }; migrations that name it must be made anew, if it is gone for good`,
      };
    },
    examples: [
      {
        raised:
          "ValueError: The field admin.LogEntry.user was declared with a lazy reference to 'accounts.user', but app 'accounts' isn't installed.",
        mend: 'Add "accounts" to INSTALLED_APPS',
      },
      {
        raised: "ValueError: Related model 'accounts.User' cannot be resolved.",
        says: '"accounts.User"',
      },
    ],
  },
  {
    name: "django-migration-gone",
    code: "database-not-migrated",
    when: {
      type: "NodeNotFoundError",
      message:
        /^Migration ([\w.]+) dependencies reference nonexistent parent node \('(\w+)', '(\w+)'\)/,
    },
    claim: ({ groups: [asking, app = "", name] }, scene) => {
      const folder = scene.folders.map((each) => join(each, app, "migrations"))
        .find((each) => exists(each, scene));
      const near = suggest(
        name ?? "",
        folder
          ? namesIn(folder, scene.host).map((each) => each.replace(/\.py$/, ""))
          : [],
      );
      return {
        says:
          `The migration ${asking} rests on ${app}.${name}, which is not there${
            near ? `; there is "${near}"` : ""
          }`,
        mend: `Copy the folder ${
          folder ?? `"migrations" of "${app}"`
        } with all its files from where the application ran before${
          folder ? "" : ", or install the version of the package that has it"
        }; a .gitignore that names migrations leaves them out`,
      };
    },
    examples: [{
      raised:
        "django.db.migrations.exceptions.NodeNotFoundError: Migration shop.0002_x dependencies reference nonexistent parent node ('shop', '0001_initial')",
      files: { "APP/shop/migrations/0002_x.py": "" },
      says: "shop.0002_x rests on shop.0001_initial",
      mend: "Copy the folder APP/shop/migrations",
    }],
  },
  {
    name: "django-field-unknown",
    code: "app-code",
    when: [
      {
        type: "FieldError",
        message:
          /^Cannot resolve keyword '(\w+)' into field\. Choices are: ([\w, ]*)/,
      },
      {
        type: "FieldError",
        message: /^Unknown field\(s\) \(([\w, ]+)\) specified for (\w+)/,
      },
      {
        type: "FieldDoesNotExist",
        message: /^(\w+) has no field named '([^']+)'/,
      },
      {
        type: "ImproperlyConfigured",
        message: /^Field name `(\w+)` is not valid for model `(\w+)`/,
      },
    ],
    claim: ({ groups: [first = "", second = ""], kind, line }) => {
      const [field, model] = kind === "FieldDoesNotExist"
        ? [second, first]
        : [first, /Choices/.test(line) ? undefined : second];
      const near = /Choices/.test(line)
        ? suggest(field, second.split(/,\s*/))
        : undefined;
      return {
        says: `The field "${field}" is asked for, and the model${
          model ? ` ${model}` : ""
        } has none of that name${near ? `; it has "${near}"` : ""}`,
        mend: near
          ? `Write "${near}", if that is meant`
          : "Correct the name there, or give the model the field, with a migration; an older copy of models.py may lie on this machine",
      };
    },
    examples: [
      {
        raised:
          "django.core.exceptions.FieldError: Cannot resolve keyword 'pubdate' into field. Choices are: id, name, pub_date",
        in: "PACKAGES/django/db/models/sql/query.py names_to_path",
        failure: { problem: "request-raised" },
        says: 'it has "pub_date"',
      },
      {
        raised:
          "django.core.exceptions.FieldError: Unknown field(s) (prce) specified for Item",
        in: "PACKAGES/django/forms/models.py __new__",
        says: "the model Item has none",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Field name `prce` is not valid for model `Item` in `shop.serializers.ItemSerializer`.",
        failure: { problem: "request-raised" },
        says: '"prce"',
      },
    ],
  },
  {
    name: "django-row-missing",
    code: "app-code",
    when: {
      type: /\.DoesNotExist$/,
      message: /^(\w+) matching query does not exist/,
    },
    claim: ({ groups: [model], failure, own }, scene) =>
      own === undefined ||
        /\.Site\.DoesNotExist$/.test(failure.exception?.type ?? "")
        ? undefined
        : {
          says:
            `A row of ${model} is asked for by \`get()\`, and the database has none that fits${
              failure.problem === "request-raised"
                ? ""
                : ", while the application is loaded"
            }`,
          mend: failure.problem === "request-raised"
            ? `Where a visitor may ask for what is not there, answer 404: \`get_object_or_404(${model}, …)\`, or catch ${model}.DoesNotExist; where the row must be there, the database of this machine lacks data: load them`
            : `Move \`${
              lineOf(own, scene).trim().slice(0, 60)
            }\` into the function that needs it; where the row must be there, load the data into the database of this machine`,
        },
    examples: [{
      raised:
        "shop.models.Item.DoesNotExist: Item matching query does not exist.",
      in: ["APP/shop/views.py index", "PACKAGES/django/db/models/query.py get"],
      failure: { problem: "request-raised" },
      mend: "get_object_or_404(Item, …)",
    }],
    not: [{
      raised:
        "django.contrib.sites.models.Site.DoesNotExist: Site matching query does not exist.",
      failure: { problem: "request-raised" },
    }],
  },
  {
    name: "django-social-app",
    code: "django-settings",
    over: "django-row-missing",
    when: [
      { type: /\bSocialApp\.(?:DoesNotExist|MultipleObjectsReturned)$/ },
      {
        type: /\b(?:DoesNotExist|MultipleObjectsReturned)$/,
        through: /\/allauth\/socialaccount\//,
      },
    ],
    claim: ({ kind }) => ({
      says: kind === "DoesNotExist"
        ? "django-allauth finds no application for this provider of logins: neither in SOCIALACCOUNT_PROVIDERS nor in the table of the admin, for this site"
        : "django-allauth finds more than one application for this provider of logins",
      mend: kind === "DoesNotExist"
        ? 'Make one in the admin (Social applications) with the keys of the provider, and choose this site in it, whose id SITE_ID names; or write it as "APP" in SOCIALACCOUNT_PROVIDERS; the database of another machine does not come along'
        : 'Keep it in one place: either "APP" in SOCIALACCOUNT_PROVIDERS of the settings, or one row in the admin (Social applications)',
    }),
    examples: [{
      raised:
        "allauth.socialaccount.models.SocialApp.DoesNotExist: SocialApp matching query does not exist.",
      in: "PACKAGES/allauth/socialaccount/adapter.py get_app",
      failure: { problem: "request-raised" },
      mend: "SITE_ID",
    }],
  },
  {
    name: "django-rows-many",
    code: "app-code",
    when: {
      type: /\.MultipleObjectsReturned$/,
      message: /^get\(\) returned more than one (\w+)/,
    },
    claim: {
      says: "One row of $1 is asked for by `get()`, and more than one fits",
      mend:
        "Ask by what only one has, as its `pk`; or take `.filter(…).first()`; rows that came twice, as by loading data again, are to be removed",
    },
    examples: [{
      raised:
        "shop.models.Item.MultipleObjectsReturned: get() returned more than one Item -- it returned 2!",
      in: ["APP/shop/views.py index", "PACKAGES/django/db/models/query.py get"],
      failure: { problem: "request-raised" },
      mend: ".first()",
    }],
  },
  {
    name: "django-related-missing",
    code: "app-code",
    when: {
      type: "RelatedObjectDoesNotExist",
      message: /^(\w+) has no (\w+)\./,
    },
    claim: {
      says:
        "A $1 has no $2: the row that belongs to it was never made, as for users from before the code that makes it",
      mend:
        "Make it where it is missing, as with `get_or_create(…)` where it is asked for or by a signal `post_save`; once for all that are there: in `manage.py shell`",
    },
    examples: [{
      raised:
        "django.contrib.auth.models.User.profile.RelatedObjectDoesNotExist: User has no profile.",
      failure: { problem: "request-raised" },
      says: "A User has no profile",
    }],
  },
  {
    name: "django-user-unknown",
    code: "app-code",
    when: [
      {
        type: "AttributeError",
        message: /^'AnonymousUser' object has no attribute '(\w+)'/,
      },
      {
        type: "TypeError ValueError",
        message: /AnonymousUser object at 0x/,
      },
      { type: "TypeError", message: /^'AnonymousUser' object is not/ },
    ],
    claim: {
      says:
        "A view uses the visitor as a user of the site, and this one has not logged in (AnonymousUser)",
      mend:
        "Write `@login_required` above the view (`LoginRequiredMixin` before a class), or ask `request.user.is_authenticated` first; if nobody stays logged in, look at the settings of cookies",
    },
    examples: [
      {
        raised:
          "AttributeError: 'AnonymousUser' object has no attribute 'profile'",
        failure: { problem: "request-raised" },
        mend: "@login_required",
      },
      {
        raised:
          "TypeError: Field 'id' expected a number but got <SimpleLazyObject: <django.contrib.auth.models.AnonymousUser object at 0x7f>>.",
        failure: { problem: "request-raised" },
      },
    ],
  },
  {
    name: "django-form-without-fields",
    code: "app-code",
    when: [
      {
        type: "ImproperlyConfigured",
        message:
          /^(?:Creating a ModelForm without either the 'fields' attribute|ModelForm has no model class specified|Using ModelFormMixin \(base class of (\w+)\) without the 'fields' attribute)/,
      },
      {
        type: "AssertionError",
        message:
          /Creating a ModelSerializer without either the 'fields' attribute/,
      },
    ],
    claim: ({ text }) => ({
      says: /no model class/.test(text)
        ? "A ModelForm does not say of which model it is"
        : "A form, a view or a serializer of a model does not say which fields it has",
      mend: /no model class/.test(text)
        ? "Write `model = …` into its `class Meta`; that must stand inside of the form, and be named so"
        : 'Write `fields = ["name", …]` into its `class Meta` (into the view itself, where it is one)',
    }),
    examples: [
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Creating a ModelForm without either the 'fields' attribute or the 'exclude' attribute is prohibited; form ItemForm needs updating.",
        in: "PACKAGES/django/forms/models.py __new__",
        mend: "`fields =",
      },
      {
        raised: "ValueError: x",
        facts: {
          type: "AssertionError",
          message:
            "(\"Creating a ModelSerializer without either the 'fields' attribute or the 'exclude' attribute has been deprecated since 3.3.0\",)",
        },
        failure: { problem: "request-raised" },
      },
    ],
  },
  {
    name: "django-admin-registered",
    code: "app-code",
    when: [
      {
        type: "AlreadyRegistered",
        message: /^The model (\w+) is already registered/,
      },
      {
        type: "NotRegistered",
        message: /^The model (\w+) is not registered/,
      },
    ],
    claim: ({ groups: [model], kind }) => ({
      says: kind === "AlreadyRegistered"
        ? `The model ${model} is registered with the admin twice`
        : `The model ${model} is taken out of the admin, in which it is not`,
      mend: kind === "AlreadyRegistered"
        ? `Keep one of the two: \`@admin.register(${model})\` or \`admin.site.register(${model}, …)\`; where a package has registered it, write \`admin.site.unregister(${model})\` above your own`
        : `Take \`admin.site.unregister(${model})\` out, or let the application that registers it stand above yours in INSTALLED_APPS`,
    }),
    examples: [
      {
        raised:
          "django.contrib.admin.sites.AlreadyRegistered: The model Item is already registered with 'shop.ItemAdmin'.",
        in: [
          "APP/shop/admin.py <module>",
          "PACKAGES/django/contrib/admin/sites.py register",
        ],
        mend: "Keep one of the two",
      },
      "django.contrib.admin.exceptions.NotRegistered: The model Group is not registered",
    ],
  },
  {
    name: "django-file-outside",
    code: "app-code",
    when: {
      type: "SuspiciousFileOperation",
      message:
        /^The joined path \(([^)]*)\) is located outside of the base path component \(([^)]*)\)/,
    },
    claim: {
      says:
        "Django takes no file outside of the folder for it: $1 is not below $2",
      mend:
        "Name files by a path below that folder, without a slash at its beginning, as `upload_to` and templates want it; where MEDIA_ROOT or STATIC_ROOT was moved, rows of the database may hold paths of before",
    },
    examples: [{
      raised:
        "django.core.exceptions.SuspiciousFileOperation: The joined path (/etc/x) is located outside of the base path component (/srv/site/media)",
      in: "PACKAGES/django/utils/_os.py safe_join",
      failure: { problem: "request-raised" },
      says: "/etc/x is not below /srv/site/media",
    }],
  },
  {
    name: "django-request-too-large",
    code: "request-refused",
    when: {
      type: "RequestDataTooBig TooManyFieldsSent TooManyFilesSent",
      message: /exceeded settings\.(\w+)/,
    },
    claim: {
      says: "A visitor sent more than Django takes ($1)",
      mend:
        "Raise `$1` in the settings, if such forms are wanted; an admin page with very many rows sends more fields than it allows",
    },
    examples: [{
      raised:
        "django.core.exceptions.TooManyFieldsSent: The number of GET/POST parameters exceeded settings.DATA_UPLOAD_MAX_NUMBER_FIELDS.",
      failure: { problem: "request-raised" },
      mend: "Raise `DATA_UPLOAD_MAX_NUMBER_FIELDS`",
    }],
  },
  {
    name: "django-body-read-twice",
    code: "app-code",
    when: {
      type: "RawPostDataException",
      message: /^You cannot access body after reading/,
    },
    claim: {
      says:
        "The body of a request is asked for after it was read in another way, as by `request.POST`, `request.data` or a middleware",
      mend:
        "Take `request.body` first, before anything that reads it; in a view of REST framework take `request.data` alone",
    },
    examples: [{
      raised:
        "django.http.request.RawPostDataException: You cannot access body after reading from request's data stream",
      failure: { problem: "request-raised" },
      mend: "`request.body` first",
    }],
  },
  {
    name: "django-form-field-unsent",
    code: "app-code",
    when: { type: "MultiValueDictKeyError", message: /^["']([^"']*)["']/ },
    claim: ({ groups: [name], own }, scene) => {
      const isFile = /\bFILES\b/.test(lineOf(own, scene));
      return {
        says:
          `A view asks for the field "${name}", which the visitor did not send`,
        mend: isFile
          ? `Write \`enctype="multipart/form-data"\` and \`method="post"\` into the form, with \`name="${name}"\` in its field; and take \`request.FILES.get("${name}")\``
          : `Take \`.get("${name}")\`, which may be None; else see that the form has a field with \`name="${name}"\` (an id is none), and sends by the method that the view reads (POST or GET)`,
      };
    },
    examples: [{
      raised: "django.utils.datastructures.MultiValueDictKeyError: 'photo'",
      files: { "APP/app.py": '\n\nphoto = request.FILES["photo"]\n' },
      failure: { problem: "request-raised" },
      mend: "multipart/form-data",
    }, {
      raised: "django.utils.datastructures.MultiValueDictKeyError: 'name'",
      failure: { problem: "request-raised" },
      mend: '`.get("name")`',
    }],
  },
  {
    name: "django-lookup-unsupported",
    code: "app-code",
    when: {
      type: "NotSupportedError",
      message:
        /^(.{1,120}) (?:is|are) not supported (?:on|by) this database backend/,
    },
    claim: {
      says: "The database that is used here cannot do what is asked of it: $1",
      mend:
        "Use the database here that the code was written for (PostgreSQL, mostly), or ask in another way; SQLite is what Django takes where the address of another one has not arrived",
    },
    examples: [{
      raised:
        "django.db.utils.NotSupportedError: contains lookup is not supported on this database backend.",
      failure: { problem: "request-raised" },
      says: "contains lookup",
    }],
  },
];
