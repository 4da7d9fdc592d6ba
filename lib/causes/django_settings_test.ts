import {
  inPackage,
  testRows,
  testSilence,
} from "../../tests/worlds/failing_site.ts";
import { MODULE, SITE } from "../../tests/worlds/site.ts";

const SETTINGS = `${SITE}/myapp/mysite/settings.py`;
const files = {
  [SETTINGS]: `# 'mysite.urls' and so on
ROOT_URLCONF = "mysit.urls"
MIDDLEWARE = ["mysite.midleware.Log", "whitenoise.middleware.X"]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgres"}}
`,
  [`${SITE}/myapp/mysite/__init__.py`]: "",
};
const SETUP = inPackage("django/__init__.py", "setup");
const LOADER = inPackage("django/utils/module_loading.py", "import_string");

testRows("Django's settings", [
  [
    {
      raised: "ModuleNotFoundError: No module named 'mysit'",
      name: "mysit",
      below: [LOADER],
      failure: { problem: "request-raised" },
      files,
    },
    "django-settings",
    '"mysit.urls", and Python finds no module "mysit"; there is "mysite"',
    `Correct the name on line 2 of ${SETTINGS}`,
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'mysite.midleware'",
      name: "mysite.midleware",
      below: [LOADER],
      files,
    },
    "django-settings",
    '"mysite.midleware.Log"',
    `line 3 of ${SETTINGS}`,
  ],
  [
    {
      raised: "ModuleNotFoundError: No module named 'whitenoise'",
      name: "whitenoise",
      below: [LOADER],
      files,
    },
    "package-missing",
    '"whitenoise"',
    "pip install whitenoise",
  ],
  [
    {
      raised:
        "django.core.exceptions.ImproperlyConfigured: 'django.db.backends.postgres' isn't an available database backend. XXX is one of:\n    'mysql', 'sqlite3'",
      below: [SETUP, LOADER],
      files,
    },
    "django-settings",
    "XXX is one of: 'mysql', 'sqlite3'",
    `Correct line 4 of ${SETTINGS}`,
  ],
  [
    {
      raised:
        "django.core.exceptions.ImproperlyConfigured: Application labels aren't unique, duplicates: shop",
      below: [SETUP],
    },
    "django-settings",
    "duplicates: shop",
    "the settings of Django",
  ],
  [
    {
      raised:
        "RuntimeError: Model class shop.models.Item doesn't declare an explicit app_label and isn't in an application in INSTALLED_APPS.",
      below: [inPackage("django/db/models/base.py", "__new__")],
    },
    "django-settings",
    "INSTALLED_APPS in Django's settings does not name it",
    'Add "shop" to INSTALLED_APPS',
  ],
]);

testSilence("Django's settings", [
  // The code names it, and not Django's settings.
  {
    raised: "ModuleNotFoundError: No module named 'mysite.midleware'",
    name: "mysite.midleware",
    files: { ...files, [`${SITE}/myapp/mysite`]: {}, [MODULE]: "" },
  },
  // A view of the application's own is asked for what it lacks.
  {
    raised:
      "django.core.exceptions.ImproperlyConfigured: TemplateResponseMixin requires either a definition of 'template_name'",
    below: [inPackage("django/views/generic/base.py", "get_template_names")],
    failure: { problem: "request-raised" },
    files,
  },
]);
