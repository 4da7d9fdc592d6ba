/**
 * Names that a module does not have, as it is written on this machine: asked too
 * early, misspelt, or not defined.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { refused } from "../machine/host.ts";
import { type Frame, isLibraryFile } from "../python/failure.ts";
import { findLost, findNew } from "../python/package_changes.ts";
import {
  distributionOf,
  isStandardModule,
  NEVER_NAMES,
  STANDARD_PARTS,
} from "../python/package_names.ts";
import { suggest } from "../text/suggestion.ts";
import { absentOwn } from "./absent.ts";
import {
  ANY_NAME,
  ASKED,
  type Asked,
  asking,
  ATTRIBUTE,
  IMPORT_NAME,
} from "./asked.ts";
import { findInstalled, packageOf } from "./installed.ts";
import { definedIn, tracesOf } from "./own_modules.ts";
import type { Claim, Rule, Subject, When } from "./rule.ts";
import { exists, lineOf, type Scene } from "./scene.ts";
import { homeOfName } from "./usual_imports.ts";

/** The rules of names that are not found. */
export const names = (): Rule[] => [
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
        return isLibraryFile(asker) &&
            (path ? isLibraryFile(path) : packageOf(asker) !== undefined)
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
    name: "name-in-other-module",
    code: "import-name-missing",
    over: "package-name-missing name-undefined submodule-not-imported",
    when: IMPORT_NAME,
    claim: asking(({ name, module, path, isPartial }, { raised }, scene) => {
      const home = homeOfName(name, module);
      // What was there once, is told by the version.
      if (
        !home || isPartial || !path || !isLibraryFile(path) ||
        packageOf(raised.frames.at(-1)?.file ?? "") ||
        findLost(module, name) || findNew(module, name)
      ) return undefined;
      const top = home.split(".")[0]!;
      const isThere = isStandardModule(top) ||
        findInstalled(top, scene) !== undefined;
      return {
        says: `"${name}" is not in ${module}, but in ${home}${
          isThere
            ? ""
            : `, of the package ${distributionOf(top)}, which is not installed`
        }`,
        mend: isThere ? `Write \`from ${home} import ${name}\`` : {
          module: top,
          then: `write \`from ${home} import ${name}\``,
        },
      };
    }),
    examples: [
      {
        raised:
          "ImportError: cannot import name 'SQLAlchemy' from 'flask' (PACKAGES/flask/__init__.py)",
        files: { "PACKAGES/flask/__init__.py": "" },
        says:
          '"SQLAlchemy" is not in flask, but in flask_sqlalchemy, of the package Flask-SQLAlchemy, which is not installed',
        mend: "from flask_sqlalchemy import SQLAlchemy",
      },
      {
        raised:
          "ImportError: cannot import name 'reverse' from 'django.shortcuts' (PACKAGES/django/shortcuts.py)",
        files: { "PACKAGES/django/shortcuts.py": "" },
        mend: "Write `from django.urls import reverse`",
      },
      {
        raised:
          "ImportError: cannot import name 'Fernet' from 'cryptography' (PACKAGES/cryptography/__init__.py)",
        files: { "PACKAGES/cryptography/__init__.py": "" },
        mend: "from cryptography.fernet import Fernet",
      },
    ],
    not: [{
      raised:
        "ImportError: cannot import name 'path' from 'django.urls' (PACKAGES/django/urls/__init__.py)",
      files: {
        "PACKAGES/django/urls/__init__.py": "",
        "PACKAGES/Django-1.11.dist-info/METADATA": "Name: Django\n",
      },
    }],
  },
  {
    name: "user-without-mixin",
    code: "app-code",
    over: "name-lost-in-package name-of-later-package",
    when: [
      {
        type: "AttributeError",
        message:
          /^'(\w+)' object has no attribute '(is_active|is_authenticated|is_anonymous|get_id)'/,
        through: /\/flask_login\//,
      },
      {
        type: "NotImplementedError",
        message: /^No `id` attribute - override `get_id`/,
        through: /\/flask_login\//,
      },
    ],
    claim: ({ groups: [kind, name] }) =>
      kind
        ? {
          says:
            `Flask-Login asks the user for "${name}", and the class ${kind} of the application has none`,
          mend:
            `Let the class have what Flask-Login asks for: \`from flask_login import UserMixin\` and \`class ${kind}(UserMixin, …):\`; what \`user_loader\` gives back must be such an object as well`,
        }
        : {
          says:
            "Flask-Login asks the user for its `id`, and the class of the application has none",
          mend:
            "Give the class a method that tells it: `def get_id(self): return str(self.user_id)`, with the name that its column has",
        },
    examples: [
      {
        raised: "AttributeError: 'User' object has no attribute 'is_active'",
        in: "PACKAGES/flask_login/utils.py login_user",
        failure: { problem: "request-raised" },
        mend: "`class User(UserMixin, …):`",
      },
      {
        raised: "NotImplementedError: No `id` attribute - override `get_id`",
        in: "PACKAGES/flask_login/mixins.py get_id",
        failure: { problem: "request-raised" },
        mend: "def get_id(self)",
      },
    ],
    not: ["AttributeError: 'User' object has no attribute 'is_active'"],
  },
  {
    name: "never-had-name",
    code: "import-name-missing",
    over: ANY_NAME,
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
    name: "imports-itself",
    code: "circular-import",
    over: ANY_NAME,
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
    name: "submodule-not-imported",
    code: "app-code",
    over: `${ANY_NAME} attribute-undefined`,
    when: ATTRIBUTE,
    claim: asking(({ name, module, isPartial }, _, scene) => {
      const top = module.split(".")[0]!;
      const home = findInstalled(top, scene);
      const folder = home && join(home, ...module.split(".").slice(1));
      const own = ownFile(module, scene);
      const beside = own && basename(own) === "__init__.py"
        ? dirname(own)
        : undefined;
      const isPart = STANDARD_PARTS[module]?.split(" ").includes(name) ||
        [folder, beside].some((each) =>
          each !== undefined &&
          (exists(join(each, `${name}.py`), scene) ||
            exists(join(each, name, "__init__.py"), scene))
        );
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
      {
        raised: "AttributeError: module 'shop' has no attribute 'views'",
        files: { "APP/shop/__init__.py": "", "APP/shop/views.py": "" },
        mend: "`import shop.views`",
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
      const plain = withoutDots(own, module, scene);
      return {
        seen:
          `${own.file} imports with leading dots, which works only in a module of a package, and it was not loaded as one`,
        mend: plain ??
          `Write in [wsgi] of config.toml: module = "${module}" and chdir = "${base}"`,
      };
    },
    examples: [
      // "site" is a module of Python's own, which no folder can be.
      {
        raised:
          "ImportError: attempted relative import with no known parent package",
        files: {
          "APP/app.py": "#\n#\nfrom ..core import X\n",
          "SITE/core/__init__.py": "",
        },
        mend:
          'Write `from core import X`, and in [wsgi] of config.toml: chdir = "SITE"',
      },
      {
        raised:
          "ImportError: attempted relative import beyond top-level package",
        files: {
          "APP/app.py": "#\n#\nfrom ..models import A, B\n",
          "APP/models.py": "",
        },
        mend: "Write `from models import A, B`",
      },
      {
        raised:
          "ImportError: attempted relative import with no known parent package",
        says: "not loaded as one",
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

/** Only the frames of the application's own code. */
function ownFiles(frames: readonly Frame[]): string[] {
  return frames.map(({ file }) => file)
    .filter((file) => file.startsWith("/") && !isLibraryFile(file));
}

const RELATIVE: When = {
  type: "ImportError ValueError SystemError",
  message:
    /^attempted relative import (?:with no known parent package|beyond top-level)/,
};

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

/** Tells whether a file is the one that `module` in config.toml names. */
function isEntry(file: string, { site, directory }: Scene): boolean {
  const { module = "" } = site.config?.wsgi ?? {};
  return module === file ||
    join(directory, `${module.replaceAll(".", "/")}.py`) === file;
}

/**
 * What mends an import with dots where they lead to nothing, or where a folder
 * on the way has a name that no package can have.
 */
function withoutDots(
  { file, line }: Frame,
  module: string,
  scene: Scene,
): string | undefined {
  const source = lineOf({ file, line }, scene).replace(/\s*#.*$/, "").trim();
  const [, dots, from, names] =
    /^from\s+(\.+)\s*([\w.]*)\s+import\s+([\w., *]+)$/.exec(source) ?? [];
  if (!dots || !names) return undefined;
  const first = (from || names).split(/[.,\s]/)[0]!;
  const here = dirname(file);
  const target = join(here, ..."../".repeat(dots.length - 1).split("/"));
  const isIn = (folder: string) =>
    exists(join(folder, `${first}.py`), scene) ||
    exists(join(folder, first), scene);
  const parts = module.split(".");
  const mayBePackage = parts.every((each) => /^[A-Za-z_]\w*$/.test(each)) &&
    !isStandardModule(parts[0]!);
  const isBeside = dots.length > 1 && !isIn(target) && isIn(here);
  if (mayBePackage && !isBeside) return undefined;
  const written = from ? `from ${from} import ${names}` : `import ${names}`;
  return `Write \`${written}\`${
    dots.length > 1 && !isBeside
      ? `, and in [wsgi] of config.toml: chdir = "${target}"`
      : ""
  }`;
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
