/**
 * Names that a module does not have: asked too early, of the wrong module, or
 * of another version of it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { normalise, pipInstall } from "../python/pip.ts";
import { type Frame, isLibraryFile } from "../python/failure.ts";
import {
  bornIn,
  distributionOf,
  isPublicPackage,
  LOST_PYTHON_NAMES,
  NEVER_NAMES,
  STANDARD_PARTS,
  SYSTEM_NAMES,
  WRONG_DISTRIBUTIONS,
} from "../python/package_names.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  bareName,
  bringerOf,
  distributions,
  findInstalled,
  ownerInWords,
  packageOf,
  versionOf,
} from "./installed.ts";
import { mayInstall } from "./installing.ts";
import { absentOwn, ownFiles } from "./modules.ts";
import { homesOf, tracesOf } from "./own_modules.ts";
import {
  ASKED,
  type Asked,
  askedIn,
  askerInWords,
  askerOf,
  asking,
  ATTRIBUTE,
  IMPORT_NAME,
} from "./asked.ts";
import type { Claim, Rule, Subject, When } from "./rule.ts";
import { exists, isInside, lineOf, type Scene, textOf } from "./scene.ts";
import {
  explainForeign,
  explainShadow,
  explainTwins,
  onPythonPath,
} from "./shadows.ts";

const ANY = "circular-import name-undefined package-name-missing";
const ANY_MODULE =
  "package-missing module-unknown own-part-missing package-part-missing module-mistyped";

/** The rules of names that are not found. */
export const names = (): Rule[] => [
  {
    name: "file-hides-module",
    code: "module-shadowed",
    over:
      `${ANY} name-lost-in-package name-lost-in-python imports-itself package-hidden-in-part`,
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
    code: "login-variable",
    over: `${ANY} source-syntax source-for-python-2 package-damaged`,
    when: { type: "SyntaxError IndentationError" },
    claim: ({ raised: { filename = "" } }, scene) => {
      const path = scene.site.config?.environment.PYTHONPATH ??
        scene.host.env.PYTHONPATH ?? "";
      const folder = path.split(":").find((each) =>
        each.startsWith("/") && filename.startsWith(`${each}/`)
      );
      const top = folder &&
        filename.slice(folder.length + 1).split("/")[0]!.replace(/\.py$/, "");
      return top ? onPythonPath(top, filename, scene) : undefined;
    },
    examples: [{
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "/srv/other/lib/flask/app.py", line: 3 },
      env: { PYTHONPATH: "/srv/other/lib" },
      files: { "/srv/other/lib/flask/app.py": "a\nb\nprint 'x'\n" },
      says: '"flask" is imported from /srv/other/lib',
      mend: "Take /srv/other/lib out of PYTHONPATH",
    }],
  },
  {
    name: "package-from-elsewhere",
    code: "package-shadowed",
    over:
      `${ANY} ${ANY_MODULE} file-hides-module name-lost-in-package attribute-undefined submodule-not-imported wrong-distribution package-hidden-in-part module-hidden-by-file package-damaged package-built-for-another package-part-gone namespace-part-missing module-name-case package-in-other-environment never-had-name circular-import imports-itself package-without-module module-elsewhere own-module-absent`,
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
      `${ANY} name-lost-in-package name-of-later-package package-damaged wrong-distribution pinned-version-absent requirement-unfulfilled submodule-not-imported package-from-elsewhere`,
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
    over: ANY,
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
    name: "circular-import",
    code: "circular-import",
    over: "name-undefined",
    when: ASKED,
    claim: asking((asked, subject, scene) => {
      const { isPartial, path, name } = asked;
      if (isPartial) {
        const asker = subject.raised.frames.at(-1)?.file ?? "";
        // A package that lacks a part of its own goes in no circle.
        return isLibraryFile(asker) && path && isLibraryFile(path)
          ? undefined
          : circle(asked, subject);
      }
      // Python itself does not see it where the application's own file is asked.
      return path && path !== subject.place?.file && !isLibraryFile(path) &&
          subject.raised.frames.some(({ file }) => file === path) &&
          definedIn(path, scene).includes(name)
        ? circle(asked, subject)
        : undefined;
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'a' from partially initialized module 'a1' (most likely due to a circular import) (APP/a1.py)",
        in: ["APP/a1.py <module>", "APP/b1.py <module>"],
        says: "APP/a1.py and APP/b1.py import each other",
        mend: "third module",
      },
      {
        raised:
          "ImportError: cannot import name 'db' from 'hello' (APP/hello.py)",
        frames: ["APP/hello.py <module>", "APP/models.py <module>"],
        files: { "APP/hello.py": "from models import M\ndb = 1\n" },
        says: "APP/hello.py and APP/models.py import each other",
      },
    ],
  },
  {
    name: "never-had-name",
    code: "import-name-missing",
    over: ANY,
    when: ASKED,
    claim: asking(({ name, module }) => {
      const never = NEVER_NAMES.find((each) =>
        each.module.test(module) && each.name.test(name)
      );
      return never && {
        says: `${module} never had "${name}": ${never.why}`,
        mend: never.mend,
      };
    }),
    examples: [{
      raised:
        "ImportError: cannot import name 'AsgiToWsgi' from 'asgiref.wsgi' (PACKAGES/asgiref/wsgi.py)",
      says: "the other way round",
      mend: "name the ASGI application itself",
    }],
  },
  {
    name: "wrong-distribution",
    code: "package-wrong",
    over:
      `${ANY} python-2-module package-damaged package-part-missing module-unknown package-missing package-source-unreadable module-mistyped name-lost-in-package package-part-gone namespace-part-missing submodule-not-imported attribute-undefined`,
    when: [
      ...ASKED,
      { type: "ModuleNotFoundError", message: /^No module named '[\w.]+'/ },
      { type: "SyntaxError" },
      { type: "ImportError RuntimeError TypeError" },
    ],
    claim: (subject, scene) => {
      const file = subject.raised.filename ??
        subject.raised.frames.at(-1)?.file ?? "";
      const asked = [
        /[Mm]odule '([\w]+)/.exec(subject.text)?.[1],
        / from '(\w+)/.exec(subject.text)?.[1],
        subject.kind === "ModuleNotFoundError"
          ? subject.raised.name?.split(".")[0]
          : undefined,
        packageOf(file)?.replace(/\.py$/, ""),
        subject.kind === "TypeError" ? calledFrom(subject, scene) : undefined,
      ];
      for (const module of asked) {
        const known = module && Object.hasOwn(WRONG_DISTRIBUTIONS, module)
          ? WRONG_DISTRIBUTIONS[module]
          : undefined;
        const wrong = known?.wrong.find((each) => versionOf(each, scene));
        if (!known || !wrong) continue;
        const both = versionOf(known.right, scene);
        if (both) {
          return {
            seen: `Both "${wrong}" ${
              versionOf(wrong, scene)
            } and "${known.right}" ${both} are installed, and both write the same folder, ${module}: one has spoilt the other`,
            mend: replacing(wrong, [
              "--force-reinstall",
              "--no-deps",
              `${known.right}==${both}`,
            ], scene),
          };
        }
        return {
          seen: `The distribution "${wrong}" ${
            versionOf(wrong, scene)
          } is installed, and is another package than the one that the code means by \`import ${module}\`: that one is called "${known.right}"`,
          mend: replacing(wrong, [known.right], scene),
        };
      }
      return otherBringer(subject, scene);
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'Repo' from 'git' (PACKAGES/git/__init__.py)",
        files: {
          "PACKAGES/git/__init__.py": "",
          "PACKAGES/versions-1.2.dist-info/RECORD":
            "git/__init__.py,sha256=x,1\n",
        },
        says:
          '"git" is brought by the distribution "versions" 1.2 here, and not by "GitPython"',
        mend: 'Uninstall "versions", and install "GitPython"',
      },
      {
        raised: "AttributeError: module 'jwt' has no attribute 'encode'",
        files: {
          "PACKAGES/jwt/__init__.py": "",
          "PACKAGES/jwt-1.3.1.dist-info/METADATA": "",
        },
        says: '"jwt" 1.3.1 is installed',
        mend: "pip uninstall -y jwt && PYTHON -m pip install PyJWT",
      },
      {
        raised:
          "TypeError: slugify() got an unexpected keyword argument 'lowercase'",
        files: {
          "APP/app.py":
            "from slugify import slugify\n\nx = slugify(1, lowercase=1)\n",
          "PACKAGES/slugify/__init__.py": "",
          "PACKAGES/awesome_slugify-1.6.5.dist-info/METADATA": "",
        },
        says: '"awesome-slugify" 1.6.5 is installed',
        mend: "python-slugify",
      },
      {
        raised: "ModuleNotFoundError: No module named 'frontend'",
        facts: { name: "frontend" },
        in: "PACKAGES/fitz/__init__.py <module>",
        files: {
          "PACKAGES/fitz/__init__.py": "",
          "PACKAGES/fitz-0.0.1.dist-info/METADATA": "",
        },
        mend: "PyMuPDF",
      },
      {
        raised: "ModuleNotFoundError: No module named 'exceptions'",
        facts: { name: "exceptions" },
        in: "PACKAGES/docx.py <module>",
        files: {
          "PACKAGES/docx.py": "",
          "PACKAGES/docx-0.2.4.dist-info/METADATA": "",
        },
        mend: "python-docx",
      },
      {
        raised:
          "ImportError: cannot import name 'slugify' from 'slugify' (PACKAGES/slugify.py)",
        files: {
          "PACKAGES/slugify.py": "",
          "PACKAGES/slugify-0.0.1.dist-info/METADATA": "",
        },
        mend: "python-slugify",
      },
    ],
    not: [{
      // The same code, by another name.
      raised:
        "ImportError: cannot import name 'x' from 'psycopg2' (PACKAGES/psycopg2/__init__.py)",
      files: {
        "PACKAGES/psycopg2/__init__.py": "",
        "PACKAGES/psycopg2-2.9.dist-info/RECORD": "psycopg2/__init__.py,,\n",
      },
    }, {
      raised: "AttributeError: module 'jwt' has no attribute 'encod'",
      files: {
        "PACKAGES/jwt/__init__.py": "",
        "PACKAGES/PyJWT-2.8.0.dist-info/METADATA": "",
      },
    }],
  },
  {
    name: "name-lost-in-python",
    code: "python-module-removed",
    over: ANY,
    when: [
      ...ASKED,
      {
        type: "AttributeError",
        message: /^()'([\w.]+)' object has no attribute '(\w+)'/,
      },
      {
        type: "TypeError",
        message:
          /^()((?:\w+\.)?\w+\(\)) got an unexpected keyword argument '(loop)'|^As of 3\.10, the \*(loop)\* parameter was removed/,
      },
    ],
    claim: asking(({ name, module }, subject, { version }) => {
      const isLoop = subject.kind === "TypeError";
      const removed = isLoop
        ? LOST_LOOP.test(subject.text) ? { since: 10 } : undefined
        : LOST_PYTHON_NAMES.find((each) =>
          each.module.test(module) && each.name.test(name)
        );
      if (!removed || !version || version[1] < removed.since) return undefined;
      const importer = askerOf(subject, module);
      return {
        code: importer ? "package-conflict" : "python-module-removed",
        says: `${
          isLoop
            ? "The argument `loop` is gone from asyncio's functions and classes"
            : `"${name}" is gone from Python's ${
              subject.text.startsWith("'") ? "class" : "module"
            } ${module}`
        } since Python 3.${removed.since}; ${
          askerInWords(subject, module)
        } was written for an older one`,
        mend: importer
          ? `Install a later version of ${
            distributionOf(importer)
          }, if there is one; else make another virtual environment with a Python before 3.${removed.since}`
          : `Correct the line, or make another virtual environment with a Python before 3.${removed.since}`,
      };
    }),
    examples: [{
      raised: "AttributeError: module 'collections' has no attribute 'Mapping'",
      in: "PACKAGES/old/core.py f",
      code: "package-conflict",
      says: "since Python 3.10",
      mend: "later version of old",
    }, {
      raised: "AttributeError: 'Thread' object has no attribute 'isAlive'",
      says: "gone from Python's class Thread since Python 3.9",
    }, {
      raised:
        "TypeError: As of 3.10, the *loop* parameter was removed from Lock() since it is no longer necessary",
      in: ["PACKAGES/old/core.py f", "PYTHON/asyncio/mixins.py __init__"],
      code: "package-conflict",
      says: 'since Python 3.10; the package "old"',
    }],
    not: [
      "TypeError: start() got an unexpected keyword argument 'loop'",
      {
        raised:
          "AttributeError: module 'collections' has no attribute 'Mapping'",
        failure: { python: "3.9.2" },
      },
      "AttributeError: 'NoneType' object has no attribute 'Mapping'",
    ],
  },
  {
    name: "name-only-in-python-2",
    code: "code-for-python-2",
    over: `${ANY} package-damaged package-folder-unreadable`,
    when: [
      ...ASKED,
      {
        type: "AttributeError",
        message:
          /^'()(dict|str|file|function|[\w.]*iterator|generator)' object has no attribute '(\w+)'/,
      },
      {
        type: "AttributeError",
        message: /^(type) object '(\w+)' has no attribute '(\w+)'/,
      },
    ],
    claim: (subject) => {
      const [first, second, third] = subject.groups;
      const isImport = subject.kind === "ImportError";
      const owner = (isImport ? third : second) ?? "";
      const name = (isImport ? first : third) ?? "";
      const names = PYTHON_2_NAMES[owner];
      if (!names?.split(" ").includes(name)) return undefined;
      return {
        says: `"${name}" of ${owner} was part of Python 2 only`,
        mend: name === "setdefaultencoding"
          ? "Remove that line and the `reload(sys)` before it: the texts of Python 3 are Unicode by themselves, and its files UTF-8 mostly"
          : name === "decode"
          ? "Leave `.decode(…)` out: what is there is a text already, as what jwt.encode() gives since PyJWT 2"
          : "Use a version of the code for Python 3, or convert it with the tool 2to3",
      };
    },
    examples: [
      "ImportError: cannot import name 'izip' from 'itertools' (unknown location)",
      "AttributeError: 'dict' object has no attribute 'iteritems'",
      "AttributeError: module 'string' has no attribute 'letters'",
      "AttributeError: 'str' object has no attribute 'decode'",
    ],
    not: ["AttributeError: 'dict' object has no attribute 'name'"],
  },
  {
    name: "name-of-other-system",
    code: "module-of-other-server",
    over:
      `${ANY} submodule-not-imported attribute-undefined name-undefined-here`,
    when: [
      ...ASKED,
      {
        type: "NameError",
        message: /^name '(WindowsError)' is not defined/,
      },
    ],
    claim: (subject) => {
      const { name, module } = subject.kind === "NameError"
        ? { name: "WindowsError", module: "" }
        : askedIn(subject);
      const system = module === ""
        ? "Windows"
        : SYSTEM_NAMES.find((each) =>
          each.module.test(module) && each.name.test(name)
        )?.system;
      return system && {
        says: `"${name}"${
          module && ` of Python's module ${module}`
        } exists only on ${system}, and this is Linux`,
        mend: name === "WindowsError"
          ? "Write `OSError` in its place, which is the same on Windows"
          : `Leave out what uses it, or let only that system come to it: \`if sys.platform == "${
            system === "Windows" ? "win32" : "darwin"
          }":\``,
      };
    },
    examples: [
      {
        raised: "AttributeError: module 'os' has no attribute 'startfile'",
        says: "only on Windows",
        mend: 'sys.platform == "win32"',
      },
      {
        raised:
          "ImportError: cannot import name 'windll' from 'ctypes' (PYTHON/ctypes/__init__.py)",
        says: '"windll" of Python\'s module ctypes',
      },
      {
        raised:
          "AttributeError: module 'asyncio' has no attribute 'WindowsSelectorEventLoopPolicy'",
        says: "only on Windows",
      },
      {
        raised: "NameError: name 'WindowsError' is not defined",
        mend: "`OSError`",
      },
    ],
    not: ["AttributeError: module 'os' has no attribute 'startfiles'"],
  },
  {
    name: "name-of-later-python",
    code: "code-needs-later-python",
    over: ANY,
    when: ASKED,
    claim: asking(({ name, module }, _, { version }) => {
      const since = bornIn(`${module}.${name}`);
      if (!since || !version || version[1] >= since) return undefined;
      return {
        says:
          `Python's module ${module} has "${name}" from 3.${since} on, and this is Python ${
            version.join(".")
          }`,
        mend: laterPython(since),
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'UTC' from 'datetime' (PYTHON/datetime.py)",
        failure: { python: "3.8.10" },
        says: 'module datetime has "UTC" from 3.11 on, and this is Python 3.8',
        mend: "Python 3.11 or later",
      },
      {
        raised: "AttributeError: module 'itertools' has no attribute 'batched'",
        in: "PACKAGES/pkg/a.py <module>",
        failure: { python: "3.8.10" },
        says: '"batched" from 3.12 on',
      },
    ],
    // Misspelt in any version.
    not: [{
      raised: "AttributeError: module 'itertools' has no attribute 'batchd'",
      failure: { python: "3.8.10" },
    }],
  },
  {
    name: "imports-itself",
    code: "circular-import",
    over: ANY,
    when: IMPORT_NAME,
    claim: asking(({ name, module, path }, subject) =>
      path && path === subject.place?.file
        ? {
          seen:
            `${path} imports "${name}" from itself: "${module}" is this very file`,
          mend:
            `Name the module that holds \`${name}\`; if another module "${module}" is meant, rename this file, and \`module\` in config.toml with it`,
        }
        : undefined
    ),
    examples: [{
      raised: "ImportError: cannot import name 'x' from 'app' (APP/app.py)",
      files: { "APP/app.py": "\n\nfrom app import x\n" },
      says: 'imports "x" from itself',
      mend: "rename this file",
    }],
  },
  {
    name: "name-undefined",
    code: "import-name-missing",
    over: "package-name-missing",
    when: IMPORT_NAME,
    claim: asking(({ name, module, path }, subject, scene) => {
      if (!path || path === subject.place?.file) return undefined;
      const isOwn = !isLibraryFile(path);
      const defined = definedIn(path, scene);
      if (isOwn && defined.includes(name)) return undefined;
      const factory = defined.find((each) =>
        /^(?:create|make|get|build)_(?:\w+_)?app(?:lication)?$/.test(each)
      );
      if (isOwn && factory && /^app(?:lication)?$/.test(name)) {
        return {
          seen:
            `${path} defines no "${name}"; it has a factory, ${factory}(), which makes the application`,
          mend:
            `Write \`from ${module} import ${factory}\` and \`${name} = ${factory}()\`; or let [wsgi] of config.toml name the file and app = "${factory}()"`,
        };
      }
      const near = suggest(name, defined);
      if (!isOwn) {
        return near && !packageOf(subject.raised.frames.at(-1)?.file ?? "")
          ? {
            seen: `The module "${module}" has no "${name}"; it has "${near}"`,
            mend:
              `Import \`${near}\`, if that is meant: \`from ${module} import ${near}\``,
          }
          : undefined;
      }
      const part = join(dirname(path), `${name}.py`);
      const isPackage = basename(path) === "__init__.py";
      const [trace] = isPackage ? tracesOf(`${module}.${name}`, scene) : [];
      if (trace) {
        return {
          ...absentOwn(`${module}.${name}`, trace),
          code: "module-not-here",
        };
      }
      const status = scene.host.stat(path);
      if (!isPackage && !refused(status) && status.size === 0) {
        return {
          seen:
            `${path} is empty (0 bytes), so that there is no "${name}" in it`,
          mend:
            `Upload ${path} again, or restore it, and look at the free space of your quota`,
        };
      }
      return {
        seen: `${path} defines no "${name}", which is imported from it${
          near ? `; it has "${near}"` : ""
        }`,
        mend: near
          ? `Import \`${near}\`, if that is meant: \`from ${module} import ${near}\``
          : isPackage && !exists(part, scene)
          ? `Define \`${name}\` there, or copy ${part} to this machine, if it is a module that was not uploaded; else correct the import`
          : `Define \`${name}\` there, or correct the import`,
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'prices_pb2' from 'shop' (APP/shop/__init__.py)",
        files: { "APP/shop/__init__.py": "", "APP/shop/prices.proto": "" },
        code: "module-not-here",
        says: "APP/shop/prices.proto is what a tool makes it from",
        mend: "protoc",
      },
      {
        raised:
          "ImportError: cannot import name 'calc' from 'fast' (APP/fast/__init__.py)",
        files: { "APP/fast/__init__.py": "", "APP/fast/calc.pyx": "" },
        code: "module-not-here",
        says: "APP/fast/calc.pyx is its source",
      },
      {
        raised:
          "ImportError: cannot import name 'index' from 'views' (APP/views.py)",
        files: { "APP/views.py": "" },
        says: "is empty (0 bytes)",
        mend: "Upload APP/views.py again",
      },
      {
        raised:
          "ImportError: cannot import name 'User' from 'models' (APP/models.py)",
        says: 'defines no "User"',
        mend: "Define `User`",
      },
      {
        raised:
          "ImportError: cannot import name 'app' from 'shop' (APP/shop.py)",
        files: { "APP/shop.py": "def create_app():\n    pass\n" },
        says: "it has a factory, create_app()",
        mend: "`app = create_app()`",
      },
      {
        raised:
          "ImportError: cannot import name 'Usr' from 'models' (APP/models.py)",
        files: { "APP/models.py": "import x\n\nclass User:\n    pass\n" },
        says: '; it has "User"',
        mend: "`from models import User`",
      },
      {
        raised:
          "ImportError: cannot import name 'flask' from 'flask' (PACKAGES/flask/__init__.py)",
        facts: { name: "flask" },
        files: {
          "PACKAGES/flask/__init__.py":
            "from . import json as json\nfrom .app import Flask as Flask\nfrom .helpers import (\n    abort,  # x\n    flash,\n)\n",
        },
        says: 'The module "flask" has no "flask"; it has "Flask"',
      },
      {
        raised:
          "ImportError: cannot import name 'routes' from 'shop' (APP/shop/__init__.py)",
        files: { "APP/shop/__init__.py": "" },
        mend: "copy APP/shop/routes.py",
      },
    ],
  },
  {
    name: "folder-for-package",
    code: "package-shadowed",
    over: `${ANY} attribute-undefined submodule-not-imported`,
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
  {
    name: "submodule-not-imported",
    code: "app-code",
    over: `${ANY} attribute-undefined`,
    when: ATTRIBUTE,
    claim: asking(({ name, module, isPartial }, _, scene) => {
      const top = module.split(".")[0]!;
      const home = findInstalled(top, scene);
      const folder = home && join(home, ...module.split(".").slice(1));
      const isPart = STANDARD_PARTS[module]?.split(" ").includes(name) ||
        folder !== undefined &&
          (exists(join(folder, `${name}.py`), scene) ||
            exists(join(folder, name, "__init__.py"), scene));
      return isPart && !isPartial
        ? {
          says:
            `"${name}" is a module of its own inside of "${module}", and \`import ${module}\` alone does not bring it`,
          mend: `Write \`import ${module}.${name}\` at the top of the file`,
        }
        : undefined;
    }),
    examples: [
      {
        raised: "AttributeError: module 'logging' has no attribute 'handlers'",
        mend: "`import logging.handlers`",
      },
      {
        raised: "AttributeError: module 'tornado' has no attribute 'web'",
        files: { "PACKAGES/tornado/web.py": "" },
        mend: "`import tornado.web`",
      },
    ],
    not: ["AttributeError: module 'logging' has no attribute 'handler'"],
  },
  {
    name: "attribute-undefined",
    code: "import-name-missing",
    when: ATTRIBUTE,
    claim: asking(({ name, module, isPartial }, _, scene) => {
      const file = isPartial ? undefined : ownFile(module, scene);
      if (!file) return undefined;
      const defined = definedIn(file, scene);
      if (defined.includes(name)) return undefined;
      const near = suggest(name, defined);
      return {
        seen:
          `${file} defines no "${name}", which is asked of the module "${module}"${
            near ? `; it has "${near}"` : ""
          }`,
        mend: near
          ? `Write \`${module}.${near}\`, if that is meant; else define \`${name}\` in ${file}`
          : `Define \`${name}\` in ${file}: an older copy of the file, or another one of that name, may lie on this machine`,
      };
    }),
    examples: [{
      raised: "AttributeError: module 'config' has no attribute 'DB_HOST'",
      files: { "APP/config.py": "DB_HSOT = 1\n" },
      says: 'APP/config.py defines no "DB_HOST"',
      mend: "config.DB_HSOT",
    }],
    not: ["AttributeError: module 'config' has no attribute 'DB_HOST'"],
  },
  {
    name: "relative-import-in-entry",
    code: "import-relative",
    when: RELATIVE,
    claim: (subject, scene) => {
      const { own } = subject;
      if (!own || !isEntry(own.file, scene)) return undefined;
      const { base, module } = packageAround(own, scene);
      return {
        seen:
          `${own.file} imports with leading dots, which works only in a module of a package, and it was not loaded as one`,
        mend:
          `Write in [wsgi] of config.toml: module = "${module}" and chdir = "${base}"`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: attempted relative import with no known parent package",
        files: { "APP/app.py": "#\n#\nfrom ..core import X\n" },
        says: "not loaded as one",
        mend: 'module = "site.myapp.app" and chdir = "/srv"',
      },
      {
        raised:
          "ImportError: attempted relative import with no known parent package",
        mend: 'module = "myapp.app" and chdir = "SITE"',
      },
    ],
  },
  {
    name: "relative-import-beyond",
    code: "import-relative",
    when: RELATIVE,
    claim: (subject, scene) => {
      const { own } = subject;
      if (!own || isEntry(own.file, scene)) return undefined;
      return {
        says:
          `${own.file} imports with more leading dots than there are packages around it; Python looks for packages in ${
            scene.folders.join(" and ")
          }`,
        mend:
          "Import it by its name from there, without dots: `import util` in place of `from .. import util`",
      };
    },
    examples: [
      {
        raised:
          "ImportError: attempted relative import with no known parent package",
        frames: ["APP/util.py <module>"],
        says: "more leading dots",
        mend: "without dots",
      },
      {
        raised:
          "ImportError: attempted relative import beyond top-level package",
        frames: ["APP/pk/a.py <module>"],
        says: "Python looks for packages in APP",
      },
    ],
  },
];

/** What had an argument `loop` until Python 3.10. */
const LOST_LOOP =
  /^As of 3\.10|^(?:sleep|wait|wait_for|gather|shield|open_connection|start_server|\w*(?:Lock|Queue|Event|Semaphore|Condition)\.__init__)\(\)/;

/** What Python 2 had beyond Python 3, by module or class. */
const PYTHON_2_NAMES: Readonly<Record<string, string>> = {
  dict: "has_key iteritems iterkeys itervalues viewitems viewkeys viewvalues",
  generator: "next",
  itertools: "izip imap ifilter ifilterfalse izip_longest",
  operator: "isCallable sequenceIncludes div",
  os: "getcwdu popen2 popen3",
  str: "decode",
  string: "letters lowercase uppercase maketrans join split replace atoi",
  sys: "maxint setdefaultencoding exc_clear",
  types: "StringType UnicodeType ListType DictType StringTypes ClassType",
  urllib: "urlencode quote unquote quote_plus unquote_plus urlopen urlretrieve",
};

const RELATIVE: When = {
  type: "ImportError ValueError SystemError",
  message:
    /^attempted relative import (?:with no known parent package|beyond top-level)/,
};

/** What lets code run that was written for a later Python. */
export function laterPython(minor: number): string {
  return `Make another virtual environment with Python 3.${minor} or later, install the requirements of the site into it, and write its interpreter as passenger_python in config.toml`;
}

/** The module that the function comes from which is called in a line. */
function calledFrom(
  { raised, own }: Subject,
  scene: Scene,
): string | undefined {
  const called = /^(\w+)\(\) (?:got an unexpected|takes|missing)/.exec(
    raised.message,
  )?.[1];
  return called &&
    new RegExp(`^from (\\w+)\\b.* import .*\\b${called}\\b`, "m")
      .exec(textOf(own?.file, scene))?.[1];
}

/** One distribution in place of another, where it is the site's to take away. */
function replacing(
  wrong: string,
  words: readonly string[],
  scene: Scene,
): string | { command: string } {
  const install = pipInstall(scene.python, words, scene.host);
  if (!scene.venv) {
    return `Make a virtual environment for the site, and install ${
      words.at(-1)
    } into it: what the system has is used by others as well`;
  }
  const isOwn = distributions(scene).some(({ name, folder }) =>
    name === normalise(wrong) && isInside(folder, scene.venv!)
  );
  if (!isOwn) return { command: install };
  const uninstall = shellCommand(
    ...[scene.python, "-m", "pip", "uninstall", "-y", wrong],
  );
  // Without a pip of its own, the environment gets one first.
  const early = / -m ensurepip && /.exec(install);
  return {
    command: early
      ? install.replace(early[0], `${early[0]}${uninstall} && `)
      : `${uninstall} && ${install}`,
  };
}

/** Another distribution than the known one has brought the module. */
function otherBringer(subject: Subject, scene: Scene): Claim | undefined {
  const [, module = ""] =
    /^(?:cannot import name '\w+' from|No module named|(?:partially initialized )?module) '(\w+)[.']/
      .exec(subject.text) ?? [];
  if (!isPublicPackage(module) || !findInstalled(module, scene)) {
    return undefined;
  }
  const right = bareName(distributionOf(module));
  const bringer = bringerOf(module, scene);
  if (!bringer || versionOf(right, scene) || isKin(bringer.name, right)) {
    return undefined;
  }
  return {
    seen:
      `"${module}" is brought by the distribution "${bringer.name}" ${bringer.version} here, and not by "${right}", which most code means by \`import ${module}\``,
    mend:
      `Uninstall "${bringer.name}", and install "${right}" in its place, if that one is meant; correct the requirements of the site, too`,
  };
}

/** Distributions of the same code have names alike, as opencv-python. */
function isKin(one: string, other: string): boolean {
  const [a, b] = [normalise(one), normalise(other)];
  const first = a.split("-")[0]!;
  return a.includes(b) || b.includes(a) ||
    first === b.split("-")[0] && !/^(?:python|py|django|flask)$/.test(first);
}

function circle({ name, module, path }: Asked, subject: Subject): Claim {
  const files = ownFiles(subject.raised.frames);
  const start = files.findIndex((file) =>
    file === path || basename(file, ".py") === module.split(".").at(-1)
  );
  const round = [...new Set(start < 0 ? files : files.slice(start))];
  return {
    says: `${
      round.length > 1
        ? `${round.join(" and ")} import each other`
        : `The module "${module}" is imported while it is still being read`
    }: "${name}" is asked of "${module}" before that has defined it`,
    mend:
      "Move what both need into a third module, or move one of the imports into the function that uses it",
  };
}

/** The file of a module of the site's own. */
function ownFile(module: string, scene: Scene): string | undefined {
  const way = join(...module.split("."));
  return scene.folders.flatMap((folder) => [
    join(folder, `${way}.py`),
    join(folder, way, "__init__.py"),
  ]).find((file) => exists(file, scene));
}

const DEFINED_REGEXP =
  /^(?:(?:async )?def|class) +(\w+)|^(\w+) *(?::[^=\n]+)?=(?!=)|^from +\S+ +import +(?:\(([^)]*)\)|(.*))/gm;

/** The names that a source file defines or imports at its top level. */
function definedIn(path: string, scene: Scene): string[] {
  return [...textOf(path, scene).matchAll(DEFINED_REGEXP)].flatMap((
    [, made, given, many = "", one = many],
  ) =>
    made ?? given ??
      one.split(",").flatMap((each) =>
        /(\w+)\s*(?:#.*)?$/.exec(each.trim())?.[1] ?? []
      )
  ).filter((name) => !name.startsWith("_"));
}

/** Tells whether a file is the one that `module` in config.toml names. */
function isEntry(file: string, { site, directory }: Scene): boolean {
  const { module = "" } = site.config?.wsgi ?? {};
  return module === file ||
    join(directory, `${module.replaceAll(".", "/")}.py`) === file;
}

/** The outermost package of a file, by its files and by the dots of a line. */
function packageAround(
  frame: Frame,
  scene: Scene,
): { base: string; module: string } {
  const line = lineOf(frame, scene);
  const dots = /^\s*from\s+(\.+)/.exec(line)?.[1]?.length ?? 1;
  const parts = [basename(frame.file, ".py")];
  let base = dirname(frame.file);
  while (
    base !== "/" &&
    (parts.length <= dots || exists(join(base, "__init__.py"), scene))
  ) {
    parts.unshift(basename(base));
    base = dirname(base);
  }
  return { base, module: parts.join(".") };
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
