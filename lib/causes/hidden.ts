/**
 * Modules of one name: a file, a folder or another search path hides the one
 * that is meant.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { isStandardModule, STANDARD_PARTS } from "../python/package_names.ts";
import { ANY_NAME, ASKED, askedIn, asking, ATTRIBUTE } from "./asked.ts";
import { explainCopy, explainForeign, unreadableCopy } from "./foreign.ts";
import { findInstalled, ownerInWords, packageOf, partIn } from "./installed.ts";
import { mayInstall } from "./installing.ts";
import {
  ANY_MISSING,
  ANYWHERE,
  isOwn,
  MISSING,
  nameOf,
  partsAsked,
  topOf,
} from "./missing.ts";
import { definedIn, homesOf } from "./own_modules.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, lineOf, type Scene } from "./scene.ts";
import { explainShadow, explainTwins } from "./shadows.ts";

/** An old copy of an installed package, outside of the site. */
const OLD_JINJA = {
  "/srv/old/jinja2/__init__.py": "",
  "/srv/old/jinja2/utils.py": "a\nb\nprint 'x'\n",
  "PACKAGES/jinja2/__init__.py": "",
  "PACKAGES/jinja2/utils.py": "",
  "PACKAGES/jinja2-3.1.2.dist-info/METADATA": "Name: Jinja2\n",
};

/** The rules of modules that others hide. */
export const hidden = (): Rule[] => [
  {
    name: "module-hidden-by-file",
    code: "module-shadowed",
    over: `${ANYWHERE} package-in-other-environment`,
    when: MISSING,
    claim: (subject, scene) => {
      const [, hiding] =
        /^No module named '[\w.]+'; '([\w.]+)' is not a package$/
          .exec(subject.text) ?? [];
      if (hiding) return explainShadow(hiding, undefined, subject, scene);
      // Code of others means the module of Python, and so does code of the
      // site that asks for a part which that has.
      const importer = subject.raised.frames
        .findLast(({ file }) => !file.startsWith("<"))?.file ?? "";
      const top = topOf(subject);
      return nameOf(subject).includes(".") && isStandardModule(top) &&
          (isLibraryFile(importer) ||
            STANDARD_PARTS[top]?.split(" ").includes(
              nameOf(subject).split(".")[1]!,
            )) &&
          isOwn(top, scene)
        ? explainShadow(top, undefined, subject, scene)
        : undefined;
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'email.mime'; 'email' is not a package",
        facts: { name: "email.mime" },
        files: { "APP/email.py": "" },
        says: 'APP/email.py hides Python\'s own module "email"',
        mend: "Rename",
      },
      {
        raised:
          "ModuleNotFoundError: No module named 'redis.asyncio'; 'redis' is not a package",
        facts: { name: "redis.asyncio" },
        files: { "APP/redis.py": "" },
        code: "package-shadowed",
      },
      ...["PYTHON/http/server.py", "PACKAGES/werkzeug/serving.py"].map((
        importer,
      ) => ({
        raised: "ModuleNotFoundError: No module named 'email.utils'",
        facts: { name: "email.utils" },
        in: `${importer} <module>`,
        files: { "APP/email/__init__.py": "", [importer]: "" },
        says: 'APP/email hides Python\'s own module "email"',
        mend: "Rename it, as to my_email",
      })),
      {
        raised: "ModuleNotFoundError: No module named 'email.mime'",
        facts: { name: "email.mime" },
        files: { "APP/email/__init__.py": "" },
        says: "APP/email hides Python's own",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'email.sending'",
      facts: { name: "email.sending" },
      files: { "APP/email/__init__.py": "" },
    }],
  },
  {
    name: "package-hidden-in-part",
    code: "package-shadowed",
    over:
      `package-before-own ${ANYWHERE} namespace-part-missing package-part-gone package-damaged package-name-missing package-built-for-another wrong-distribution name-undefined circular-import name-lost-in-package`,
    when: [MISSING, {
      type: "ImportError",
      message: /^cannot import name '\w+' from '[\w.]+' \(/,
    }],
    claim: (subject, scene) => {
      const asked = partsAsked(subject, scene);
      const top = asked[0]?.split(".")[0];
      if (!top) return undefined;
      const library = libraryOf(top, subject);
      const search = [
        ...new Set([
          ...scene.folders,
          ...library ? [library] : [],
          ...scene.packages,
        ]),
      ];
      // A folder with a file of its own at the start ends Python's search.
      const taken = search.find((folder) =>
        exists(join(folder, top, "__init__.py"), scene)
      );
      const holder = search.find((folder) =>
        folder !== taken && asked.some((each) => partIn(folder, each, scene))
      );
      if (
        !taken || !holder ||
        asked.some((each) => partIn(taken, each, scene))
      ) return undefined;
      return hiddenPart(top, asked[0]!, taken, holder, scene);
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'google.protobuf'",
        facts: { name: "google.protobuf" },
        files: {
          "APP/google/__init__.py": "",
          "PACKAGES/google/protobuf/__init__.py": "",
        },
        says: "APP/google hides what is installed as PACKAGES/google",
        mend: "Rename the folder APP/google, as to my_google",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.views'",
        facts: { name: "shop.views" },
        files: {
          "APP/shop/views.py": "",
          "PACKAGES/shop/__init__.py": "",
        },
        code: "module-elsewhere",
        says: "APP/shop has no __init__.py",
        mend: "Make an empty file APP/shop/__init__.py",
      },
      {
        raised:
          "ImportError: cannot import name 'text' from 'utils' (PACKAGES/utils/__init__.py)",
        files: { "APP/utils/text.py": "", "PACKAGES/utils/__init__.py": "" },
        code: "module-elsewhere",
        says: 'takes the installed package "utils"',
      },
      {
        raised:
          "ImportError: cannot import name 'text' from 'utils' (PACKAGES/utils/__init__.py)",
        files: {
          "APP/utils/text.py": "",
          "PACKAGES/utils/__init__.py": "from .a import test\n",
        },
        code: "module-elsewhere",
        mend: "Make an empty file",
      },
      {
        raised:
          "ImportError: cannot import name 'data' from 'test' (PYTHON/test/__init__.py)",
        files: {
          "APP/test/data.py": "",
          "/usr/lib/python3.11/test/__init__.py": "",
        },
        code: "module-elsewhere",
        says: 'takes Python\'s own package "test"',
        mend: "Make an empty file APP/test/__init__.py",
      },
    ],
    not: [
      // Both are parts of one namespace.
      {
        raised: "ModuleNotFoundError: No module named 'google.cloud'",
        facts: { name: "google.cloud" },
        files: {
          "APP/google/mine.py": "",
          "PACKAGES/google/protobuf/__init__.py": "",
        },
      },
    ],
  },
  {
    name: "own-file-is-no-package",
    code: "module-shadowed",
    over: `${ANYWHERE} package-in-other-environment`,
    when: {
      ...MISSING,
      message: /^No module named '[\w.]+'; '([\w.]+)' is not a package$/,
    },
    claim: (subject, scene) => {
      const hiding = subject.groups[0]!;
      if (explainShadow(hiding, undefined, subject, scene)) return undefined;
      const way = join(...hiding.split("."));
      const file = scene.folders.map((folder) => join(folder, `${way}.py`))
        .find((each) => exists(each, scene));
      const isEntry = file === scene.site.config?.wsgi?.module;
      const home = homesOf(hiding.split(".")[0]!, scene).find((folder) =>
        namesIn(folder, scene.host).includes(hiding)
      );
      return file && {
        seen:
          `"${hiding}" is the file ${file} here, and the code means a package, a folder of that name${
            home ? `, as in ${join(home, hiding)}` : ""
          }`,
        mend: besideFile(file, subject, scene) ??
          (isEntry
            ? `Rename the file ${
              basename(file)
            }, and write its new name as module in [wsgi] of config.toml`
            : `Rename the file ${
              basename(file)
            }, and the imports of it in your own code`),
      };
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'app.config'; 'app' is not a package",
        facts: { name: "app.config" },
        says: '"app" is the file APP/app.py here',
        mend: "Rename the file app.py",
      },
      {
        raised:
          "ModuleNotFoundError: No module named 'app.models'; 'app' is not a package",
        facts: { name: "app.models" },
        files: {
          "APP/app.py": "#\n#\nfrom app.models import User  # x\n",
          "APP/models.py": "",
        },
        mend: "Write `from models import User`: APP/models.py lies beside it",
      },
    ],
  },
  {
    name: "file-hides-module",
    code: "module-shadowed",
    over:
      `${ANY_NAME} name-lost-in-package name-lost-in-python imports-itself package-hidden-in-part attribute-undefined submodule-not-imported`,
    when: ASKED,
    claim: asking(({ module, path }, subject, scene) =>
      explainShadow(module, path, subject, scene)
    ),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'Flask' from partially initialized module 'flask' (most likely due to a circular import) (APP/flask.py)",
        files: { "PACKAGES/flask": {}, "APP/flask.py": "" },
        code: "package-shadowed",
        says: 'APP/flask.py hides the package "flask"',
        mend: "my_flask.py",
      },
      {
        raised:
          "ImportError: cannot import name 'Flask' from 'flask' (APP/flask.py)",
        files: { "APP/flask.py": "" },
        in: "APP/flask.py <module>",
        code: "package-shadowed",
      },
      {
        raised:
          "ImportError: cannot import name 'protobuf' from 'google' (APP/google/__init__.py)",
        files: {
          "APP/google/__init__.py": "",
          "PACKAGES/google/protobuf/__init__.py": "",
        },
        code: "package-shadowed",
        says: 'APP/google hides the package "google"',
      },
      {
        raised:
          "AttributeError: partially initialized module 'random' has no attribute 'randint' (most likely due to a circular import)",
        files: { "APP/random.py": "" },
        says: "APP/random.py",
        mend: "my_random.py",
      },
    ],
    not: ["AttributeError: module 'settings' has no attribute 'DEBUG'"],
  },
  {
    name: "python-path-hides-package",
    code: "package-shadowed",
    first: true,
    when: {
      type:
        "ImportError ModuleNotFoundError AttributeError NameError TypeError SyntaxError IndentationError TabError",
    },
    claim: (subject, scene) =>
      explainCopy(subject, scene) ?? unreadableCopy(subject, scene),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'Mapping' from 'collections' (PYTHON/collections/__init__.py)",
        in: [
          "PACKAGES/flask/__init__.py <module>",
          "SITE/old/jinja2/__init__.py <module>",
        ],
        config: 'PYTHONPATH = "/srv/site/old"',
        files: {
          "PACKAGES/jinja2/environment.py": "",
          "PACKAGES/jinja2/__init__.py": "",
          "PACKAGES/flask/__init__.py": "",
          "SITE/old/jinja2/__init__.py": "",
        },
        code: "config-value",
        says: '"jinja2" is imported from SITE/old',
        mend: "out of PYTHONPATH",
      },
      {
        raised: "SyntaxError: invalid syntax",
        facts: { filename: "/srv/other/lib/flask/app.py", line: 3 },
        env: { PYTHONPATH: "/srv/other/lib" },
        files: { "/srv/other/lib/flask/app.py": "a\nb\nprint 'x'\n" },
        code: "login-variable",
        says: '"flask" is imported from /srv/other/lib',
        mend: "Take /srv/other/lib out of PYTHONPATH",
      },
      {
        raised:
          "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?",
        facts: { filename: "/srv/old/jinja2/utils.py", line: 3 },
        env: { PYTHONPATH: "/srv/old", IN_PASSENGER: "1" },
        files: OLD_JINJA,
        code: "login-variable",
        says:
          "and not the one that is installed for the site, PACKAGES/jinja2 3.1.2: that copy fails on line 3 of /srv/old/jinja2/utils.py",
        mend: "Take /srv/old out of PYTHONPATH in the login files",
      },
      {
        raised:
          "ImportError: cannot import name 'Mapping' from 'collections' (PYTHON/collections/__init__.py)",
        frames: [
          "APP/app.py <module>",
          "PACKAGES/flask/__init__.py <module>",
          "/srv/old/jinja2/__init__.py <module>",
          "/srv/old/jinja2/utils.py <module>",
        ],
        config: 'PYTHONPATH = "/srv/old"',
        files: { ...OLD_JINJA, "/srv/old/Jinja2-2.8.dist-info/RECORD": "" },
        code: "config-value",
        says: '"jinja2" 2.8 is imported from /srv/old',
        mend: "out of PYTHONPATH in [environment]",
      },
      // What it asks of Python, or of others, it asks in vain.
      ...[
        "AttributeError: module 'inspect' has no attribute 'getargspec'",
        "ModuleNotFoundError: No module named 'urllib2'",
        "ImportError: cannot import name 'soft_unicode' from 'markupsafe' (PACKAGES/markupsafe/__init__.py)",
        "TypeError: 'type' object is not subscriptable",
      ].map((raised) => ({
        raised,
        frames: ["APP/app.py <module>", "/srv/old/jinja2/utils.py <module>"],
        files: OLD_JINJA,
        says: "the search path of the application (sys.path) has that folder",
        mend: "Look in the application for what puts /srv/old",
      })),
      {
        raised: "AttributeError: module 'typing' has no attribute '_ClassVar'",
        frames: ["APP/app.py <module>", "/srv/old/dataclasses.py _is_classvar"],
        env: { PYTHONPATH: "/srv/old", IN_PASSENGER: "1" },
        files: { "/srv/old/dataclasses.py": "" },
        code: "login-variable",
        says: "and not the module of that name which is Python's own",
      },
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        in: "/srv/other/lib/python3.9/site-packages/jinja2/utils.py <module>",
        files: OLD_JINJA,
        says: "has that folder, which holds packages for Python 3.9",
      },
      {
        raised: "AttributeError: 'dict' object has no attribute 'iteritems'",
        frames: ["APP/app.py index", "/srv/old/jinja2/utils.py render"],
        failure: { problem: "request-raised" },
        files: OLD_JINJA,
        says: '"jinja2" is imported from /srv/old',
      },
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        frames: ["APP/app.py <module>", "SITE/lib/jinja2/utils.py <module>"],
        files: {
          ...OLD_JINJA,
          "SITE/lib/jinja2/__init__.py": "",
          "SITE/lib/jinja2/utils.py": "",
          "APP/app.py":
            'import sys\nsys.path.insert(0, "/srv/site/lib")\nimport jinja2\n',
        },
        says: "line 2 of APP/app.py puts that folder on `sys.path`",
        mend: "Write `sys.path.append(…)` in place of `insert` on line 2",
      },
    ],
    not: [
      // Python finds more packages than are known here, where none is asked.
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        in: "/opt/py/lib/python3.11/site-packages/jinja2/utils.py <module>",
      },
      // The very same version would fail so from its own place.
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        frames: ["APP/app.py <module>", "/srv/old/jinja2/utils.py <module>"],
        env: { PYTHONPATH: "/srv/old" },
        files: { ...OLD_JINJA, "/srv/old/Jinja2-3.1.2.dist-info/RECORD": "" },
      },
      // A module of the owner's own, which an installed one is called as.
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        frames: ["APP/app.py <module>", "/srv/lib/tools/web.py <module>"],
        env: { PYTHONPATH: "/srv/lib" },
        files: {
          "/srv/lib/tools/__init__.py": "",
          "/srv/lib/tools/web.py": "",
          "PACKAGES/tools/__init__.py": "",
          "PACKAGES/tools/core.py": "",
        },
      },
      // What the application gives to it, may be at fault.
      {
        raised: "TypeError: Object of type set is not JSON serializable",
        frames: ["APP/app.py index", "/srv/old/jinja2/utils.py dumps"],
        failure: { problem: "request-raised" },
        files: OLD_JINJA,
      },
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        frames: ["/srv/old/jinja2/utils.py load", "APP/app.py <module>"],
        files: OLD_JINJA,
      },
    ],
  },
  {
    name: "package-from-elsewhere",
    code: "package-shadowed",
    over:
      `${ANY_NAME} ${ANY_MISSING} file-hides-module name-lost-in-package attribute-undefined submodule-not-imported wrong-distribution package-hidden-in-part module-hidden-by-file package-damaged package-built-for-another package-part-gone namespace-part-missing module-name-case package-in-other-environment never-had-name circular-import imports-itself package-without-module module-elsewhere own-module-absent`,
    when: [
      ...ASKED,
      { type: "ModuleNotFoundError", message: /^No module named '([\w.]+)'/ },
    ],
    claim: (subject, scene) => {
      if (subject.kind === "ModuleNotFoundError") {
        const name = subject.raised.name ?? subject.groups[0] ?? "";
        return explainForeign(name.split(".")[0]!, name, subject, scene);
      }
      const { name, module, isPartial } = askedIn(subject);
      const top = module.split(".")[0]!;
      return isPartial
        ? undefined
        : explainForeign(top, `${module}.${name}`, subject, scene);
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'yaml.cyaml'",
        facts: { name: "yaml.cyaml", home: "/srv/old/lib" },
        env: { PYTHONPATH: "/srv/old/lib", IN_PASSENGER: "1" },
        files: { "PACKAGES/yaml/__init__.py": "" },
        code: "login-variable",
        says:
          '"yaml" is imported from /srv/old/lib, outside of the site\'s own packages: that copy has no "yaml.cyaml", and hides the one that is installed, PACKAGES/yaml; PYTHONPATH names that folder (set in the login files)',
        mend: "Take /srv/old/lib out of PYTHONPATH",
      },
      ...["/srv/old/lib", "SITE/oldlibs"].map((home) => ({
        raised: "ModuleNotFoundError: No module named 'werkzeug.local'",
        facts: { name: "werkzeug.local", home },
        frames: [
          "APP/app.py <module>",
          "PACKAGES/flask/__init__.py <module>",
          "PACKAGES/flask/globals.py <module>",
        ],
        config: `PYTHONPATH = "${home.replace("SITE", "/srv/site")}"`,
        files: {
          "PACKAGES/werkzeug/__init__.py": "",
          "PACKAGES/werkzeug/local.py": "",
          [`${home}/werkzeug/__init__.py`]: "",
        },
        code: "config-value" as const,
        says: `"werkzeug" is imported from ${home}`,
        mend: `${home} out of PYTHONPATH in [environment]`,
      })),
      // What failed while it began is not known to the worker any more.
      {
        raised: "ModuleNotFoundError: No module named 'werkzeug.local'",
        facts: { name: "werkzeug.local" },
        in: "PACKAGES/flask/globals.py <module>",
        config: 'PYTHONPATH = "/srv/old/lib"',
        files: {
          "PACKAGES/werkzeug/__init__.py": "",
          "PACKAGES/werkzeug/local.py": "",
          "/srv/old/lib/werkzeug/__init__.py": "",
        },
        code: "config-value",
        says: '"werkzeug" is imported from /srv/old/lib',
        mend: "Take /srv/old/lib out of PYTHONPATH",
      },
      {
        raised:
          "ImportError: cannot import name 'Flask' from 'flask' (/srv/old/flask/__init__.py)",
        facts: { name: "flask", home: "/srv/old" },
        config: 'PYTHONPATH = "/srv/old/"',
        code: "config-value",
        says: "none is installed for PYTHON",
        mend: "[environment] of config.toml",
      },
      {
        raised: "AttributeError: module 'numpy' has no attribute 'bool'",
        facts: {
          name: "bool",
          home: "/home/ann/.local/lib/python3.11/site-packages",
        },
        says: "pip install --user",
        mend: "PYTHONNOUSERSITE",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.views'",
        facts: { name: "shop.views", home: "/opt/shop" },
        files: {
          "PACKAGES/paths.pth": "/opt/shop\n",
          "PACKAGES/shop/__init__.py": "",
        },
        says: "PACKAGES/paths.pth names that folder",
        mend: "out of PACKAGES/paths.pth",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.views'",
        facts: { name: "shop.views", home: "/opt/shop" },
        files: { "PACKAGES/shop/views.py": "" },
        says: "the search path of the application (sys.path) has that folder",
      },
    ],
    not: [
      // A folder that several sites of an owner share, and mean.
      {
        raised:
          "ImportError: cannot import name 'greet' from 'ourtools' (/srv/lib/ourtools.py)",
        facts: { name: "ourtools", home: "/srv/lib" },
        config: 'PYTHONPATH = "/srv/lib"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.views'",
        facts: { name: "shop.views", home: "APP" },
        files: { "APP/shop/__init__.py": "" },
      },
      {
        raised: "ModuleNotFoundError: No module named 'yaml.cyaml'",
        facts: { name: "yaml.cyaml", home: "PACKAGES" },
        files: { "PACKAGES/yaml/__init__.py": "" },
      },
      {
        raised: "ModuleNotFoundError: No module named 'json.nope'",
        facts: { name: "json.nope", home: "/usr/lib/python3.11" },
      },
    ],
  },
  {
    name: "package-before-own",
    code: "module-shadowed",
    over:
      `${ANY_NAME} name-lost-in-package name-of-later-package package-damaged wrong-distribution pinned-version-absent requirement-unfulfilled submodule-not-imported package-from-elsewhere`,
    when: ASKED,
    claim: (subject, scene) => {
      const { name, module, path, isPartial } = askedIn(subject);
      const top = module.split(".")[0]!;
      const installed = findInstalled(top, scene);
      if (
        isPartial || !installed || module !== top ||
        path && !isLibraryFile(path) ||
        packageOf(subject.raised.frames.at(-1)?.file ?? "")
      ) return undefined;
      const own = homesOf(top, scene).flatMap((home) => [
        join(home, `${top}.py`),
        join(home, top, "__init__.py"),
        join(home, top, `${name}.py`),
      ]).find((file) =>
        exists(file, scene) && !isLibraryFile(file) &&
        (basename(file) === `${name}.py` ||
          definedIn(file, scene).includes(name))
      );
      if (!own) return undefined;
      const way = basename(own) === `${top}.py`
        ? dirname(own)
        : dirname(dirname(own));
      return {
        seen: `Python takes the installed ${
          ownerInWords(top, scene)
        } for "${top}" (${installed}), and the site's own ${own}, which has "${name}", comes after it on the search path or is not on it`,
        mend: scene.folders.includes(way)
          ? `Rename your own module, as to my_${top}, with the imports of it; or take that distribution out of the requirements of the site, if nothing needs it`
          : `Put the folder of your own first: \`sys.path.insert(0, "${way}")\` in place of \`append\`, or chdir = "${way}" in [wsgi] of config.toml; better, rename your own module, as to my_${top}; or take that distribution out of the requirements of the site, if nothing needs it`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'price' from 'utils' (PACKAGES/utils/__init__.py)",
        files: {
          "APP/lib/utils.py": "def price(cents):\n    pass\n",
          "PACKAGES/utils/__init__.py": "from .core import enum\n",
          "PACKAGES/utils-1.0.1.dist-info/METADATA": "Name: utils\n",
        },
        says: 'the installed utils 1.0.1 for "utils"',
        mend: 'sys.path.insert(0, "APP/lib")',
      },
      {
        raised: "AttributeError: module 'config' has no attribute 'DB_HOST'",
        files: {
          "SITE/conf/config.py": "DB_HOST = 1\n",
          "PACKAGES/config/__init__.py": "",
        },
        says: "SITE/conf/config.py, which has",
      },
    ],
    not: [{
      raised:
        "ImportError: cannot import name 'price' from 'utils' (PACKAGES/utils/__init__.py)",
      files: {
        "APP/lib/utils.py": "def cost(cents):\n    pass\n",
        "PACKAGES/utils/__init__.py": "",
      },
    }],
  },
  {
    name: "folder-hides-file",
    code: "module-shadowed",
    over: ANY_NAME,
    when: ASKED,
    claim: asking(({ name, module, path }, _, scene) =>
      explainTwins(name, module, path, scene)
    ),
    examples: [{
      raised:
        "ImportError: cannot import name 'app' from 'app' (APP/app/__init__.py)",
      files: { "APP/app/__init__.py": "", "APP/app.py": "app = Flask(1)\n" },
      says: "The folder APP/app hides APP/app.py",
      mend: "Rename one of them",
    }],
    not: [{
      raised:
        "ImportError: cannot import name 'ap' from 'app' (APP/app/__init__.py)",
      files: { "APP/app/__init__.py": "", "APP/app.py": "app = Flask(1)\n" },
    }],
  },
  {
    name: "folder-for-package",
    code: "package-shadowed",
    over: `${ANY_NAME} attribute-undefined submodule-not-imported`,
    when: [ATTRIBUTE, {
      type: "ImportError",
      message: /^cannot import name '\w+' from '[\w.]+' \(unknown location\)/,
    }],
    claim: ({ text }, scene) => {
      const [, module = "", name = ""] =
        /^module '(\w+)' has no attribute '(\w+)'/.exec(text) ?? [];
      const [, asked = name, home = module] =
        /^cannot import name '(\w+)' from '(\w+)' \(unknown/.exec(text) ?? [];
      return folderFor(home, asked, scene);
    },
    examples: [
      {
        raised: "AttributeError: module 'redis' has no attribute 'Redis'",
        files: {
          "APP/redis/dump.rdb": "x",
          "APP/requirements.txt": "redis\n",
        },
        code: "package-missing",
        says: "is the folder APP/redis, in which there is no code",
        mend: "Install redis",
      },
      {
        raised:
          "ImportError: cannot import name 'Redis' from 'redis' (unknown location)",
        files: {
          "APP/redis/dump.rdb": "x",
          "APP/requirements.txt": "redis\n",
        },
        code: "package-missing",
        says: "is not installed",
      },
    ],
    not: [{
      raised: "AttributeError: module 'shop' has no attribute 'Cart'",
      files: { "APP/shop/data.json": "{}" },
    }],
  },
];

/** The folder of Python's own library, where the module asked is from there. */
function libraryOf(top: string, { text, raised }: Subject): string | undefined {
  const told = new RegExp(`\\((/.*/lib/python3\\.\\d+)/${top}/__init__\\.py\\)`)
    .exec(text)?.[1];
  return told ??
    (/\/lib\/python3\.\d+$/.test(raised.home ?? "") ? raised.home : undefined);
}

/** Of two folders of one name Python takes one, and a part is in the other. */
function hiddenPart(
  top: string,
  part: string,
  taken: string,
  holder: string,
  scene: Scene,
): Claim {
  const hiding = join(taken, top);
  const hidden = join(holder, top);
  const isStandard = !/\/(?:site|dist)-packages$/.test(taken);
  if (!scene.folders.includes(taken) && scene.folders.includes(holder)) {
    return {
      code: "module-elsewhere",
      seen: `Python takes ${
        isStandard ? "Python's own" : "the installed"
      } package "${top}" (${hiding}) in place of the site's own folder, in which "${part}" is: ${hidden} has no __init__.py, and such folders come last`,
      place: { file: hidden },
      mend:
        `Make an empty file ${hidden}/__init__.py, so that the site's own folder comes first; or, where the installed package is needed as well, rename the folder, and the imports of it`,
    };
  }
  return {
    seen: `${hiding} hides ${
      scene.folders.includes(holder) ? "" : "what is installed as "
    }${hidden}: "${part}" is there, and Python looks for it in ${hiding} alone`,
    place: { file: hiding },
    mend: scene.folders.includes(taken)
      ? `Rename the folder ${hiding}, as to my_${top}, and the imports of it in your own code`
      : `Bring both into the same folder of packages: install into the virtual environment of the site what is in ${hidden}, in the version that is there`,
  };
}

/** A folder of data that Python takes for a package that is not installed. */
function folderFor(
  module: string,
  name: string,
  scene: Scene,
): Claim | undefined {
  if (module === "" || findInstalled(module, scene)) return undefined;
  const folder = scene.folders.map((each) => join(each, module))
    .find((each) => exists(each, scene));
  if (
    !folder || exists(`${folder}.py`, scene) ||
    namesIn(folder, scene.host).some((each) => each.endsWith(".py")) ||
    !mayInstall({ module }, scene)
  ) return undefined;
  return {
    code: "package-missing",
    seen:
      `The package "${module}" is not installed, and what Python imports in its place is the folder ${folder}, in which there is no code and so no "${name}"`,
    mend: {
      module,
      then:
        "a folder of another name for your own files avoids the mistake, too",
    },
  };
}

/** The import without the file's own name, where what is asked lies beside. */
function besideFile(
  file: string,
  subject: Subject,
  scene: Scene,
): string | undefined {
  const asked = nameOf(subject);
  const rest = asked.split(".").slice(1);
  const way = join(dirname(file), ...rest);
  const found = [`${way}.py`, way].find((each) => exists(each, scene));
  if (rest.length === 0 || !found) return undefined;
  const line = lineOf(subject.own, scene).replace(/\s*#.*$/, "").trim();
  const start = `from ${asked} import `;
  // The folder is the package that was meant, seen from above it.
  const top = asked.split(".")[0]!;
  const home = dirname(file);
  const isEntry = file === scene.site.config?.wsgi?.module;
  const around = isEntry && basename(home) === top
    ? `; or, where all of the code imports from "${top}", write in [wsgi] of config.toml: module = "${top}.${
      basename(file, ".py")
    }" and chdir = "${dirname(home)}"`
    : "";
  return `Write \`${
    line.startsWith(start)
      ? `from ${rest.join(".")} import ${line.slice(start.length)}`
      : `from ${rest.join(".")} import NAME`
  }\`: ${found} lies beside it${around}`;
}
