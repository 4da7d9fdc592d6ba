/**
 * Parts of the site's own code that Python does not find: elsewhere, under
 * another name, or not on this machine.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import {
  distributionOf,
  isPublicPackage,
  isStandardModule,
} from "../python/package_names.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { ASKED, asking } from "./asked.ts";
import { findInstalled } from "./installed.ts";
import { leftOf, mayInstall } from "./installing.ts";
import {
  ANY_MISSING,
  ANYWHERE,
  isOwn,
  MISSING,
  nameOf,
  partsAsked,
  topOf,
} from "./missing.ts";
import { homesOf, isModuleName, type Trace } from "./own_modules.ts";
import { lookingAlike } from "./paths.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import {
  exists,
  isInside,
  lineOf,
  linesOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";

/** The rules of parts of the site's own code that are not found. */
export const absent = (): Rule[] => [
  {
    name: "import-names-file",
    code: "module-not-here",
    over:
      `${ANYWHERE} module-name-case package-in-other-environment module-hidden-by-file own-file-is-no-package package-part-gone namespace-part-missing module-removed-from-python installed-app-missing`,
    when: { ...MISSING, type: "ModuleNotFoundError" },
    claim: (subject, scene) => {
      const name = nameOf(subject);
      if (!/^\w[\w.]*\.py$/.test(name)) return undefined;
      const module = name.slice(0, -".py".length);
      const line = lineOf(subject.own, scene).trim();
      const isLine = /^(?:from|import)\s/.test(line) && line.includes(name);
      return {
        says:
          `"${name}" is the name of a file, and the code asks for it as for a module: modules are named without ".py", and after a point follows a part of a package`,
        mend: isLine && line.length < 100
          ? `Write \`${line.replace(name, module)}\``
          : `Write "${module}" in place of "${name}"`,
      };
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'shop.py'; 'shop' is not a package",
        facts: { name: "shop.py" },
        files: {
          "APP/shop.py": "",
          "APP/app.py": "#\n#\nfrom shop.py import app as application\n",
        },
        mend: "Write `from shop import app as application`",
      },
      {
        raised:
          "ModuleNotFoundError: No module named 'shop.urls.py'; 'shop.urls' is not a package",
        facts: { name: "shop.urls.py" },
        mend: 'Write "shop.urls" in place of "shop.urls.py"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask.py'",
        facts: { name: "flask.py" },
        files: { "PACKAGES/flask/__init__.py": "" },
        mend: 'Write "flask"',
      },
    ],
    not: [{
      raised:
        "ModuleNotFoundError: No module named 'app.config'; 'app' is not a package",
      facts: { name: "app.config" },
    }, "ModuleNotFoundError: No module named 'py'"],
  },
  {
    name: "own-folder-empty",
    code: "module-not-here",
    over:
      "name-undefined package-name-missing attribute-undefined circular-import namespace-part-missing name-lost-in-package",
    when: ASKED,
    claim: asking(({ module }, subject, scene) => {
      if (/ \(\//.test(subject.text)) return undefined;
      const folder = scene.folders.map((each) =>
        join(each, ...module.split("."))
      ).find((each) => {
        const names = scene.host.list(each);
        return !refused(names) && names.length === 0;
      });
      if (!folder || findInstalled(module, scene)) return undefined;
      const list = searchSite(scene, (names) => names.includes(".gitmodules"))
        .map((home) => join(home, ".gitmodules"))
        .find((file) =>
          linesOf(file, scene).some((line) => {
            const [, path] = /^\s*path\s*=\s*(\S+)/.exec(line) ?? [];
            return path && join(dirname(file), path) === folder;
          })
        );
      return {
        seen: `"${module}" is the folder ${folder}, and it is empty${
          list
            ? `: ${list} names it as a part of another repository, which was not fetched`
            : ", so that Python takes it for a package with nothing in it"
        }`,
        place: subject.place ?? { file: folder },
        mend: list
          ? `Fetch it in the repository with \`git submodule update --init\`, or copy what belongs into ${folder} to this machine`
          : `Copy what belongs into ${folder} to this machine`,
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'Client' from 'pay' (unknown location)",
        files: {
          "APP/.gitmodules": '[submodule "pay"]\n\tpath = pay\n',
          "APP/pay": {},
        },
        says: "APP/.gitmodules names it",
        mend: "git submodule update --init",
      },
      {
        raised: "AttributeError: module 'pay' has no attribute 'Client'",
        files: { "APP/pay": {} },
        says: "and it is empty",
        mend: "Copy what belongs into APP/pay",
      },
    ],
    not: [{
      raised: "AttributeError: module 'pay' has no attribute 'Client'",
      files: { "APP/pay/other.py": "" },
    }],
  },
  {
    name: "module-name-case",
    code: "module-name-case",
    over:
      `${ANYWHERE} package-in-other-environment module-removed-from-python module-of-other-host namespace-part-missing package-part-gone package-name-missing name-undefined package-damaged`,
    when: [MISSING, {
      type: "ImportError",
      message: /^cannot import name '\w+' from '[\w.]+' \([^()]*\)/,
    }],
    claim: (subject, scene) => {
      const name = subject.kind === "ImportError"
        ? partsAsked(subject, scene)[0] ?? nameOf(subject)
        : nameOf(subject);
      const parts = name.split(".");
      const last = parts.at(-1)!;
      const beside = subject.raised.frames.at(-1)?.file;
      const near = beside && !isLibraryFile(beside) ? [dirname(beside)] : [];
      const start = / \((\/[^()]*)\/__init__\.py\)/.exec(subject.text)?.[1];
      // The message tells the folder of a package, wherever that is.
      const told = start?.endsWith(`/${join(...parts.slice(0, -1))}`)
        ? [join(start, ...parts.slice(0, -1).map(() => ".."))]
        : [];
      for (
        const folder of new Set([
          ...told,
          ...scene.folders,
          ...near,
          ...scene.packages,
        ])
      ) {
        const home = join(folder, ...parts.slice(0, -1));
        const alike = lookingAlike(join(home, `${last}.py`), scene) ??
          lookingAlike(join(home, last), scene);
        if (alike) {
          return {
            seen:
              `The module "${name}" is imported, and ${alike.path} is there: ${alike.what}`,
            place: subject.place ?? { file: alike.path },
            mend: alike.mend,
          };
        }
        const twin = namesIn(home, scene.host).find((each) =>
          isModuleName(each.toLowerCase(), last.toLowerCase()) &&
          !isModuleName(each, last)
        );
        if (!twin) continue;
        const file = join(home, twin);
        // Another package may have the name but for its capital letters.
        if (
          parts.length === 1 && isLibraryFile(file) && isPublicPackage(name) &&
          distributionOf(name).toLowerCase() !== last.toLowerCase()
        ) continue;
        const module = twin.replace(/\.py$/, "");
        if (/\.py$/i.test(module)) {
          return {
            seen:
              `The module "${name}" is imported, and ${file} ends in another way than in ".py": Linux tells capital letters from small ones`,
            place: subject.place ?? { file },
            mend: `Rename ${file} to ${last}.py`,
          };
        }
        return {
          seen:
            `The module "${name}" is imported, but what is there is called "${twin}": Linux tells capital letters from small ones (${file})`,
          place: subject.place ?? { file },
          mend: isLibraryFile(file)
            ? `Import \`${[...parts.slice(0, -1), module].join(".")}\``
            : `Import \`${
              [...parts.slice(0, -1), module].join(".")
            }\`, or rename ${file} to ${
              twin.replace(module, last)
            } and correct what else imports it`,
        };
      }
      return undefined;
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'utils'",
        files: { "APP/Utils.py": "" },
        says: '"Utils.py"',
        mend: "Import `Utils`, or rename APP/Utils.py to utils.py",
      },
      {
        raised: "ModuleNotFoundError: No module named 'Flask'",
        files: { "PACKAGES/flask": {} },
        says: '"flask"',
        mend: "Import `flask`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'PIL.image'",
        facts: { name: "PIL.image" },
        files: { "PACKAGES/PIL/Image.py": "", "PACKAGES/PIL/__init__.py": "" },
        mend: "Import `PIL.Image`",
      },
      {
        raised:
          "ImportError: cannot import name 'image' from 'PIL' (PACKAGES/PIL/__init__.py)",
        facts: { name: "PIL" },
        files: { "PACKAGES/PIL/Image.py": "", "PACKAGES/PIL/__init__.py": "" },
        says: 'what is there is called "Image.py"',
        mend: "Import `PIL.Image`",
      },
      {
        raised:
          "ImportError: cannot import name 'image' from 'PIL' (/opt/lib/python3/dist-packages/PIL/__init__.py)",
        facts: { name: "PIL" },
        files: {
          "/opt/lib/python3/dist-packages/PIL/Image.py": "",
          "/opt/lib/python3/dist-packages/PIL/__init__.py": "",
        },
        mend: "Import `PIL.Image`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'gr\u00f6sse'",
        facts: { name: "gr\u00f6sse" },
        files: { "APP/gro\u0308sse.py": "" },
        says: "a letter and its mark as two signs",
        mend: "os.rename(",
      },
      {
        raised:
          "ImportError: cannot import name 'Views' from 'shop' (APP/shop/__init__.py)",
        facts: { name: "shop" },
        files: { "APP/shop/views.py": "", "APP/shop/__init__.py": "" },
        mend: "Import `shop.views`",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'utils'",
      files: { "APP/other.py": "" },
    }],
  },
  {
    name: "folder-without-start",
    code: "import-name-missing",
    over:
      "name-undefined package-name-missing attribute-undefined circular-import namespace-part-missing module-name-case",
    when: ASKED,
    claim: asking(({ module, name, path }, subject, scene) => {
      if (path || findInstalled(module.split(".")[0]!, scene)) return undefined;
      const folder = scene.folders.map((each) =>
        join(each, ...module.split("."))
      ).find((each) => namesIn(each, scene.host).length > 0);
      if (!folder || exists(join(folder, "__init__.py"), scene)) {
        return undefined;
      }
      const names = namesIn(folder, scene.host);
      const misspelt = names.find((each) =>
        /^_*(?:init|int|inti|ini)_*(?:\.py)?(?:\.txt)?$/i.test(each)
      );
      if (misspelt) {
        return {
          seen:
            `${folder} has no file __init__.py, with which a package begins, so that it has no "${name}"; what is there is called "${misspelt}"`,
          place: { file: join(folder, misspelt) },
          mend: `Rename ${
            join(folder, misspelt)
          } to __init__.py, with two underscores on both sides`,
        };
      }
      const files = names.filter((each) => /^[a-z]\w*\.py$/i.test(each));
      if (files.length === 0 || names.includes(`${name}.py`)) return undefined;
      const home = files.find((each) =>
        new RegExp(
          `^(?:(?:async )?def|class) +${name}\\b|^${name} *(?::[^=\\n]+)?=(?!=)`,
          "m",
        ).test(textOf(join(folder, each), scene))
      );
      const isCase = files.some((each) =>
        each.toLowerCase() === `${name.toLowerCase()}.py`
      );
      if (!home && isCase) return undefined;
      const part = home?.slice(0, -".py".length);
      return {
        seen:
          `"${module}" is the folder ${folder}, which has no file __init__.py and so no names of its own: there is no "${name}" in it${
            home ? `, but in ${join(folder, home)}` : ""
          }`,
        place: subject.place,
        mend: part
          ? `Write \`from ${module}.${part} import ${name}\`; or make a file ${folder}/__init__.py with \`from .${part} import ${name}\``
          : `Copy ${folder}/__init__.py to this machine, if there was one where the application ran before; else import "${name}" from the file that defines it`,
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'create_app' from 'shop' (unknown location)",
        files: { "APP/shop/_init_.py": "def create_app(): pass\n" },
        says: 'what is there is called "_init_.py"',
        mend: "Rename APP/shop/_init_.py to __init__.py",
      },
      {
        raised:
          "ImportError: cannot import name 'User' from 'models' (unknown location)",
        files: { "APP/models/user.py": "class User: pass\n" },
        says: "but in APP/models/user.py",
        mend: "Write `from models.user import User`",
      },
      {
        raised: "AttributeError: module 'models' has no attribute 'User'",
        files: { "APP/models/other.py": "" },
        mend: "Copy APP/models/__init__.py",
      },
    ],
    not: [{
      raised: "AttributeError: module 'models' has no attribute 'User'",
      files: { "APP/models/__init__.py": "", "APP/models/user.py": "" },
    }],
  },
  {
    name: "module-elsewhere",
    code: "module-elsewhere",
    over: `${ANY_MISSING} package-in-other-environment own-module-absent`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      if (isPublicPackage(top) || isStandardModule(top) || isOwn(top, scene)) {
        return undefined;
      }
      const home = homesOf(top, scene)
        .find((each) => !scene.folders.includes(each));
      // Python was in it: a part of it is missing.
      const isFound = home && nameOf(subject) !== top &&
        subject.raised.frames.some(({ file }) =>
          isInside(file, join(home, top))
        );
      return home === undefined || isFound
        ? undefined
        : liesElsewhere(nameOf(subject), home, subject, scene);
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'core'",
        files: { "SITE/core/models.py": "" },
        says: "lies in SITE",
        mend: 'chdir = "SITE"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'myapp'",
        files: { "APP/core.py": "" },
        says: "lies in SITE",
        mend: 'chdir = "SITE"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'core'",
        files: {
          "APP/lib/core.py": "",
          "APP/app.py": "#\n#\nimport core as c\n",
        },
        says: "lies in APP/lib",
        mend: "`from lib import core as c`; or",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: {
          "APP/src/shop/__init__.py": "",
          "APP/app.py": "#\n#\nimport shop\n",
        },
        mend: 'Write in [wsgi] of config.toml: chdir = "APP/src"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: {
          "APP/shop-main/shop/__init__.py": "",
          "APP/app.py": "#\n#\nimport shop\n",
        },
        mend: 'Write in [wsgi] of config.toml: chdir = "APP/shop-main"',
      },
      // What the line takes from the module stays in it.
      {
        raised: "ModuleNotFoundError: No module named 'core'",
        files: {
          "APP/lib/core.py": "",
          "APP/app.py": "#\n#\nfrom core import app as application  # x\n",
        },
        mend: "`from lib.core import app as application`; or",
      },
      {
        raised: "ModuleNotFoundError: No module named 'core'",
        files: {
          "APP/lib/core.py": "",
          "APP/app.py": "#\n#\nimport_module(NAME)\n",
        },
        mend: 'in [wsgi] of config.toml: chdir = "APP/lib"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'core'",
        files: {
          "APP/lib/core.py": "",
          "APP/app.py":
            'import sys\nsys.path.insert(0, "/home/ann/lib")\nfrom core import app as application\n',
        },
        says: "line 2 of APP/app.py names /home/ann/lib, which is not on this",
        mend: 'Write "APP/lib" in place of "/home/ann/lib" on line 2',
      },
      {
        raised: "ModuleNotFoundError: No module named 'lib2'",
        files: { "SITE/more/lib2.py": "" },
        mend: 'PYTHONPATH = "SITE/more"',
      },
    ],
    not: [
      // A stub of a package's name somewhere is not what is meant.
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: { "SITE/more/flask.py": "" },
      },
    ],
  },
  {
    name: "own-module-absent",
    code: "module-not-here",
    over: `${ANY_MISSING} installed-app-missing`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      if (isStandardModule(name)) return undefined;
      // What is asked of it tells that it is a folder, which a list may name.
      const [, asked = name] = /^\s*(?:from|import)\s+(\w+\.[\w.]*\w)/
        .exec(lineOf(subject.own, scene)) ?? [];
      const isPublic = isPublicPackage(topOf(subject));
      const trace = leftOf(name, scene)
        .find(({ what }) => what !== "ignored" || !isPublic) ??
        leftOf(asked, scene)
          .find(({ what }) =>
            what === "ignored" && !isPublic && asked.startsWith(`${name}.`)
          );
      const empty = trace ? undefined : emptySubmodule(scene);
      return trace
        ? absentOwn(name, trace)
        : empty && !mayInstall({ module: topOf(subject) }, scene)
        ? {
          seen:
            `Python finds no module "${name}", and ${empty.folder} is empty, which ${empty.file} names as a part of another repository: that was not fetched`,
          mend:
            `Fetch it in the repository with \`git submodule update --init\`, or copy what belongs into ${empty.folder} to this machine`,
        }
        : undefined;
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'menubar'",
        files: {
          "APP/.gitmodules":
            '[submodule "vendor/menus"]\n\tpath = vendor/menus\n\turl = https://x/\n',
          "APP/vendor/menus": {},
        },
        says: "APP/vendor/menus is empty",
        mend: "git submodule update --init",
      },
      {
        raised: "ModuleNotFoundError: No module named 'config'",
        files: { "APP/config.example.py": "X = 1\n" },
        says: "APP/config.py is not on this machine; APP/config.example.py is",
        mend: "Copy APP/config.py from where the application ran before",
      },
      {
        raised: "ModuleNotFoundError: No module named 'config'",
        files: { "APP/config.py.txt": "X = 1\n" },
        says: "is its source, with an ending",
        mend: "mv -n APP/config.py.txt APP/config.py",
      },
      {
        raised: "ModuleNotFoundError: No module named 'forecast'",
        files: { "APP/forecast.ipynb": "{}" },
        says: "is a notebook of that name",
        mend: "jupyter nbconvert --to script forecast.ipynb",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shared'",
        files: { "APP/shared": { link: "../../code/shared" } },
        says: "APP/shared is a link to it",
        mend: "let the link APP/shared lead",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: { "APP/shop.zip": "PK" },
        says: "APP/shop.zip is an archive of that name",
        mend: "or unpack shop.zip here",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: { "APP/shop\\\\__init__.py": "", "APP/shop\\\\a.py": "" },
        says: "as archives from Windows part them",
        mend: "`unzip`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'secrets_local'",
        files: { "APP/.gitignore": "secrets_local.py\n" },
        says: "APP/.gitignore names it",
      },
      {
        raised: "ModuleNotFoundError: No module named 'lib'",
        files: {
          "APP/.gitignore": "__pycache__/\nlib/\n",
          "APP/app.py": "\n\nfrom lib.mailer import Mailer\n",
        },
        says: "APP/.gitignore names it",
      },
      {
        raised: "ModuleNotFoundError: No module named 'core.lib'",
        facts: { name: "core.lib" },
        files: { "APP/.gitignore": "lib/\n", "APP/core/__init__.py": "" },
        says: "APP/core/lib is not on this machine",
      },
      {
        raised: "ModuleNotFoundError: No module named 'mysite.local_settings'",
        facts: { name: "mysite.local_settings" },
        files: {
          "APP/mysite/__init__.py": "",
          "APP/mysite/local_settings.py.dist": "",
        },
        says: "APP/mysite/local_settings.py is not on this machine",
      },
      {
        raised: "ModuleNotFoundError: No module named 'fast'",
        files: { "APP/fast.pyx": "" },
        says: "APP/fast.pyx is its source",
        mend: "build it here",
      },
      {
        raised: "ModuleNotFoundError: No module named 'vendor.lib'",
        facts: { name: "vendor.lib" },
        files: {
          "APP/vendor": {},
          "APP/.gitmodules": '[submodule "v"]\n\tpath = vendor\n',
        },
        mend: "git submodule update --init",
      },
      {
        raised: "ModuleNotFoundError: No module named 'helpers'",
        files: { "APP/__pycache__/helpers.cpython-311.pyc": "" },
        says: "was there once",
      },
    ],
  },
  {
    name: "own-part-missing",
    code: "module-not-here",
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const parts = name.split(".");
      const home = scene.folders.find((folder) =>
        namesIn(folder, scene.host).includes(parts[0]!)
      );
      if (parts.length < 2 || !home || findInstalled(parts[0]!, scene)) {
        return undefined;
      }
      const folder = join(home, ...parts.slice(0, -1));
      if (!exists(folder, scene)) return undefined;
      const there = namesIn(folder, scene.host)
        .filter((each) => !each.startsWith("_"));
      // What is there, and not found, cannot be read.
      if (there.some((each) => isModuleName(each, parts.at(-1)!))) {
        return undefined;
      }
      const near = suggest(
        parts.at(-1)!,
        there.map((each) => each.replace(/\.py$/, "")),
      );
      const others = there.filter((each) => /^[a-z]\w*\.py$/i.test(each))
        .map((each) => `"${each.slice(0, -3)}"`).sort();
      const isFew = others.length > 0 && others.length <= 6;
      return {
        seen: `There is no module "${parts.at(-1)}" in ${folder}${
          near
            ? `; "${near}" is there`
            : isFew
            ? `; there is ${others.join(", ")}`
            : ""
        }`,
        place: subject.place,
        mend: near
          ? `Import \`${
            [...parts.slice(0, -1), near].join(".")
          }\`, if that is meant; else copy ${
            join(folder, `${parts.at(-1)}.py`)
          } to this machine`
          : `Copy ${
            join(folder, `${parts.at(-1)}.py`)
          } to this machine, if it is a part of your code that was not uploaded or that .gitignore names; else correct the import`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'shop.settings.live'",
        facts: { name: "shop.settings.live" },
        files: {
          "APP/shop/settings/__init__.py": "",
          "APP/shop/settings/base.py": "",
          "APP/shop/settings/production.py": "",
        },
        says: 'there is "base", "production"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.views'",
        facts: { name: "shop.views" },
        files: { "APP/shop/__init__.py": "" },
        says: 'no module "views" in APP/shop',
        mend: "Copy APP/shop/views.py",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.veiws'",
        facts: { name: "shop.veiws" },
        files: { "APP/shop/__init__.py": "", "APP/shop/views.py": "" },
        mend: "Import `shop.views`",
      },
    ],
  },
];

/** A part of another repository whose folder is there, and empty. */
function emptySubmodule(
  scene: Scene,
): { file: string; folder: string } | undefined {
  for (
    const home of searchSite(scene, (names) => names.includes(".gitmodules"))
  ) {
    const file = join(home, ".gitmodules");
    for (
      const [, path] of textOf(file, scene).matchAll(/^\s*path\s*=\s*(\S+)/gm)
    ) {
      const folder = join(home, path!);
      const names = scene.host.list(folder);
      if (!refused(names) && names.length === 0) return { file, folder };
    }
  }
  return undefined;
}

function liesElsewhere(
  name: string,
  home: string,
  subject: Subject,
  scene: Scene,
): Claim {
  const top = name.split(".")[0]!;
  const deeper = scene.folders.find((folder) => isInside(home, folder));
  const way = deeper && home.slice(deeper.length + 1).replaceAll("/", ".");
  const { config } = scene.site;
  const entry = config?.wsgi?.module ?? scene.directory;
  const around = isInside(entry, home);
  const search = config?.environment.PYTHONPATH;
  const byVariable = `under [environment] in config.toml: PYTHONPATH = "${
    search ? `${search}:` : ""
  }${home}"`;
  const old = folderOfBefore(home, subject, scene);
  // What lies in "src" names itself without it.
  const line = way && /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(way) &&
      way !== "src" && !way.endsWith(".src")
    ? importFrom(way, top, subject, scene)
    : undefined;
  return {
    seen:
      `Python does not find the module "${top}": it lies in ${home}, and Python looks in ${
        scene.folders.join(" and ")
      }${
        old
          ? `; line ${old.line} of ${old.file} names ${old.path}, which is not on this machine`
          : ""
      }`,
    place: subject.place ?? scene.site.placeOf("wsgi.chdir"),
    mend: old
      ? `Write "${home}" in place of "${old.path}" on line ${old.line} of ${old.file}`
      : line
      ? `Write \`${line}\`; or in [wsgi] of config.toml: chdir = "${home}"`
      : around || way && isAbsolute(entry)
      ? `Write in [wsgi] of config.toml: chdir = "${home}"`
      : `Write ${byVariable}`,
  };
}

/**
 * The line that imports a module, with all that it takes from it, for where
 * the module lies.
 */
function importFrom(
  way: string,
  top: string,
  { own }: Subject,
  scene: Scene,
): string | undefined {
  const line = lineOf(own, scene).replace(/\s*#.*$/, "").trim();
  const [, rest] = new RegExp(`^from\\s+${top}(?=[.\\s])(.*)$`).exec(line) ??
    [];
  if (rest !== undefined) return `from ${way}.${top}${rest}`;
  // One of several, or a part of it, is used by its whole name below.
  const [whole, other] =
    new RegExp(`^import\\s+${top}(?:\\s+as\\s+(\\w+))?$`).exec(line) ?? [];
  return whole === undefined
    ? undefined
    : `from ${way} import ${top}${other ? ` as ${other}` : ""}`;
}

/**
 * A line of the file that imports, which names the folder by its path on the
 * machine that the site came from.
 */
function folderOfBefore(
  home: string,
  { own }: Subject,
  scene: Scene,
): { file: string; line: number; path: string } | undefined {
  const text = textOf(own?.file, scene);
  if (!own || !/\bsys\.path\b|\badd(?:site)?dir\(/.test(text)) return undefined;
  for (const [at, each] of text.split(/\r?\n/).entries()) {
    const [, path] = /^[^#]*?["'](\/[^"'\n]+)["']/.exec(each) ?? [];
    if (
      path && basename(path) === basename(home) && !exists(path, scene)
    ) return { file: own.file, line: at + 1, path };
  }
  return undefined;
}

const TRACE_WORDS: Readonly<Record<Trace["what"], string>> = {
  example: " is, as a pattern for it",
  renamed: " is its source, with an ending that Python does not import",
  notebook: " is a notebook of that name, and Python imports none",
  ignored: " names it, so that git does not bring it along",
  tracked: " knows it",
  past: " knows it, from before",
  bytecode: " tells that it was there once",
  source: " is its source, which must be built on each machine",
  generated: " is what a tool makes it from",
  build: " is a build of it for another Python or another kind of machine",
  link: " is a link to it",
  archive: " is an archive of that name, which was not unpacked",
  backslash:
    " is a part of it, whose folders were unpacked as if they were letters of the name, as archives from Windows part them",
  submodule: " names it as a part of another repository, which was not fetched",
};

/** Tells of a module of the site's own, by what is left of it. */
export function absentOwn(name: string, trace: Trace): Claim {
  const { what, file, wanted } = trace;
  const short = basename(wanted);
  if (what === "renamed" || what === "notebook") {
    return {
      seen:
        `Python finds no module "${name}": ${wanted} is not on this machine; ${file}${
          TRACE_WORDS[what]
        }`,
      mend: what === "renamed"
        ? `Rename it: \`${shellCommand("mv", "-n", file, wanted)}\``
        : `Write its code into ${wanted}, where Jupyter is: \`jupyter nbconvert --to script ${
          basename(file)
        }\`, without what only a notebook knows, such as lines with % or !`,
    };
  }
  return {
    seen:
      `The module "${name}" is a part of the application's own code, and ${wanted} is not on this machine; ${file}${
        TRACE_WORDS[what]
      }`,
    mend: `Copy ${wanted} from where the application ran before${
      what === "example"
        ? `, or make it from ${basename(file)}: \`${
          shellCommand("cp", "-n", file, wanted)
        }\`, and fill in your own values`
        : what === "tracked" || what === "past"
        ? `, or take it out of git: \`git log --all -- ${short}\` tells the commits that have it`
        : what === "generated"
        ? file.endsWith(".proto")
          ? "; or make it here, with `protoc` or `python -m grpc_tools.protoc`: .gitignore often names what is made"
          : "; a tool writes it when the package is built or installed: install it once into the virtual environment of the site, or bring the file along"
        : what === "source" || what === "build"
        ? "; or build it here, with the Python of the site, as its own documentation tells"
        : what === "submodule"
        ? "; or fetch it in the repository with `git submodule update --init`"
        : what === "archive"
        ? `; or unpack ${basename(file)} here, so that ${
          basename(dirname(wanted))
        } holds the module itself`
        : what === "backslash"
        ? "; or unpack the archive anew with `unzip`, which makes folders of such names"
        : what === "link"
        ? `; or let the link ${file} lead to where it is here`
        : what === "ignored"
        ? "; what .gitignore names must be copied by hand"
        : ""
    }`,
  };
}
