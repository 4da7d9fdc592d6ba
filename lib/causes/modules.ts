/**
 * Modules that Python does not find: its own of another version, packages that
 * are not installed, and parts of the site's own code.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";
import { closedPackages } from "../python/pip.ts";
import { packageFolders, venvFix } from "../python/venv.ts";
import {
  distributionOf,
  hostOf,
  isKnownPart,
  isPublicPackage,
  isStandardModule,
  nearPackage,
  NEW_MODULES,
  OPTIONAL_MODULES,
  PYTHON_2_MODULES,
  PYTHON_2_PACKAGES,
  REMOVED_MODULES,
  SERVER_MODULES,
  STANDARD_PARTS,
} from "../python/package_names.ts";
import { type Change, findLost } from "../python/package_changes.ts";
import { compareReleases } from "../python/version.ts";
import { type Frame, isLibraryFile } from "../python/failure.ts";
import { openingFor } from "../machine/permission.ts";
import { namesIn, refused } from "../machine/host.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  bareName,
  bringerOf,
  findInstalled,
  holds,
  isShared,
  ownerOf,
  packageOf,
  partIn,
  sourceOf,
  versionOf,
  versionSuffix,
} from "./installed.ts";
import { mayInstall, requirementsFor } from "./installing.ts";
import { homesOf, isModuleName, type Trace, tracesOf } from "./own_modules.ts";
import {
  asMend,
  type Claim,
  type Rule,
  type Subject,
  type When,
} from "./rule.ts";
import {
  exists,
  isInside,
  lineOf,
  type Scene,
  searchSite,
  textOf,
} from "./scene.ts";
import { explainShadow } from "./shadows.ts";
import { instead } from "./versions.ts";
import { askerInWords, askerOf } from "./asked.ts";

/** A package may list all that it misses, each in a line. */
const MISSING: When = {
  type: "ModuleNotFoundError ImportError",
  message:
    /(?:^|\n\w+: )(?:No module named '?([\w.]+)'?|import of (\w+) halted)/,
};

/** The rules for any module, which those for certain ones go before. */
const ANY =
  "package-missing module-unknown own-part-missing package-part-missing module-mistyped";
const ANYWHERE = `${ANY} module-elsewhere own-module-absent`;

function nameOf({ raised, groups }: Subject): string {
  return raised.name ?? groups[0] ?? groups[1] ?? "";
}

function topOf(subject: Subject): string {
  return nameOf(subject).split(".")[0]!;
}

/** The entry of a table for the module or the package that it is in. */
function entryOf<T>(
  table: Readonly<Record<string, T>>,
  name: string,
): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Whether the site's own folders hold a module of this name. */
function isOwn(top: string, scene: Scene): boolean {
  return scene.folders.some((folder) =>
    namesIn(folder, scene.host).some((each) => isModuleName(each, top))
  );
}

/** The rules of modules that are not found. */
export const modules = (): Rule[] => [
  {
    name: "tkinter-missing",
    code: "display-missing",
    over: ANYWHERE,
    when: [
      { ...MISSING, message: /No module named '_?tkinter'/ },
      {
        message:
          /no display name and no \$DISPLAY|cannot connect to X server|could(?:n't| not) connect to display|requires the '\w+' interactive framework, as 'headless'|DisplayConnectionError|Qt platform plugin could be initialized/,
      },
    ],
    claim: {
      says:
        "The application wants to open a window, and a server has no screen",
      mend:
        'For matplotlib, write `matplotlib.use("Agg")` above the import of pyplot, in place of any other backend; leave out what only a window needs, such as tkinter or pyautogui',
    },
    examples: [
      "ModuleNotFoundError: No module named 'tkinter'",
      "ImportError: Cannot load backend 'TkAgg' which requires the 'tk' interactive framework, as 'headless' is currently running",
      "_tkinter.TclError: no display name and no $DISPLAY environment variable",
    ],
  },
  {
    name: "python-built-without",
    code: "python-incomplete",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const library = entryOf(OPTIONAL_MODULES, topOf(subject));
      return library && {
        says:
          `The Python behind ${scene.python} was built without its module "${
            topOf(subject)
          }"`,
        mend:
          `Make another virtual environment beside this one, with a complete Python such as the system's; or let whoever built this one install ${library} and build it again`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named '_sqlite3'",
        says: '"_sqlite3"',
        mend: "libsqlite3-dev",
      },
      {
        raised: "ModuleNotFoundError: No module named '_ctypes'",
        mend: "libffi-dev",
      },
    ],
  },
  {
    name: "python-part-missing",
    code: "python-incomplete",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const gone = entryOf(REMOVED_MODULES, top);
      const minor = scene.version?.[1];
      const isPart = gone
        ? minor !== undefined && minor < gone.since
        : isStandardModule(top) || /^(?:ensurepip|idlelib)$/.test(top);
      const fresh = entryOf(NEW_MODULES, top);
      if (
        !isPart || entryOf(OPTIONAL_MODULES, top) ||
        fresh && (minor === undefined || minor < fresh.since) ||
        subject.text.endsWith("is not a package") || isOwn(top, scene)
      ) return undefined;
      return {
        says: `The module "${
          nameOf(subject)
        }" is a part of Python itself, and the Python behind ${scene.python} lacks it`,
        mend:
          `Ask the administrators for the rest of this Python (in Debian the package python3-${top} or libpython3-stdlib), or make another virtual environment with a complete Python; if a file of your own is meant, copy it to this machine`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'distutils.util'",
        facts: { name: "distutils.util" },
        says: "a part of Python itself",
        mend: "python3-distutils",
      },
      "ModuleNotFoundError: No module named 'json'",
    ],
  },
  {
    name: "python-2-module",
    code: "code-for-python-2",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const today = entryOf(PYTHON_2_MODULES, top);
      // A file of the site may well have such a name.
      if (!today || homesOf(top, scene).length > 0) return undefined;
      return {
        says:
          `The module "${top}" was part of Python 2 only; today it is "${today}"`,
        mend:
          `Import \`${today}\`, or use a version of the code for Python 3; the tool 2to3 converts whole files`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'urllib2'",
        says: "urllib.request",
      },
      "ModuleNotFoundError: No module named 'ConfigParser'",
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'commands'",
      files: { "SITE/lib/commands.py": "" },
    }],
  },
  {
    name: "python-2-package",
    code: "code-for-python-2",
    over: `${ANYWHERE} module-name-case`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const today = entryOf(PYTHON_2_PACKAGES, top);
      if (!today || homesOf(top, scene).length > 0) return undefined;
      const says =
        `The module "${top}" was for Python 2; what it held has another name today`;
      return findInstalled(/from (\w+)/.exec(today.write)![1]!, scene)
        ? { says, mend: `Write \`${today.write}\` in its place` }
        : {
          says,
          mend: {
            install: today.install,
            then: `write \`${today.write}\` in its place`,
          },
        };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'BeautifulSoup'",
        mend: "pip install beautifulsoup4`; then write `from bs4",
      },
      {
        raised: "ModuleNotFoundError: No module named 'Image'",
        files: { "PACKAGES/PIL/__init__.py": "" },
        mend: "Write `from PIL import Image`",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'Image.x'",
      files: { "APP/Image.py": "" },
    }],
  },
  {
    name: "module-of-later-python",
    code: "code-needs-later-python",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const fresh = entryOf(NEW_MODULES, topOf(subject));
      const { version } = scene;
      if (!fresh || !version || version[1] >= fresh.since) return undefined;
      return {
        says: `The module "${
          topOf(subject)
        }" is part of Python from 3.${fresh.since} on, and this is Python ${
          version.join(".")
        }`,
        mend:
          `Make another virtual environment with Python 3.${fresh.since} or later, or let the code import ${fresh.install} where the module is not there`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'tomllib'",
      failure: { python: "3.9.2" },
      says: "from 3.11 on",
      mend: "tomli",
    }],
  },
  {
    name: "module-removed-from-python",
    code: "python-module-removed",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const gone = entryOf(REMOVED_MODULES, topOf(subject));
      const { version } = scene;
      if (!gone || !version || version[1] < gone.since) return undefined;
      const says = `The module "${
        topOf(subject)
      }" is no longer part of Python since 3.${gone.since}, and this is Python ${
        version.join(".")
      }`;
      const rest =
        "use a later version of the code that imports it, or an earlier Python";
      return gone.install
        ? { says, mend: { install: gone.install, or: rest } }
        : { says, mend: `Use \`${gone.instead}\` in its place; or ${rest}` };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'imp'",
        failure: { python: "3.12.1" },
        says: "since 3.12",
        mend: "importlib",
      },
      {
        raised: "ModuleNotFoundError: No module named 'distutils'",
        failure: { python: "3.12.1" },
        mend: "pip install setuptools",
      },
    ],
  },
  {
    name: "module-of-other-server",
    code: "module-of-other-server",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const server = entryOf(SERVER_MODULES, topOf(subject));
      if (!server || isOwn(topOf(subject), scene)) return undefined;
      return {
        says: `The module "${
          topOf(subject)
        }" exists only inside of ${server}, another server than this one; it is no package, and is left over from there`,
        mend:
          "Leave the import and what uses it out, or put it below `try:` with `except ImportError:`",
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'uwsgi'",
        says: "only inside of uWSGI",
        mend: "except ImportError",
      },
      "ModuleNotFoundError: No module named 'uwsgidecorators'",
      "ModuleNotFoundError: No module named 'mod_wsgi'",
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'uwsgi.x'",
      files: { "APP/uwsgi/__init__.py": "" },
    }],
  },
  {
    name: "module-of-other-host",
    code: "module-of-other-server",
    over:
      `${ANYWHERE} namespace-part-missing package-part-gone package-in-other-environment installed-app-missing module-of-later-python module-removed-from-python package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const asked = askedIn(lineOf(subject.own, scene), name) ?? name;
      const host = hostOf(name) ?? hostOf(asked);
      const top = topOf(subject);
      const isDotted = host !== undefined && hostOf(top) === undefined;
      if (
        !host || isOwn(top, scene) || homesOf(top, scene).length > 0 ||
        tracesOf(name, scene).length > 0 ||
        requirementsFor(top, scene) !== undefined ||
        !isDotted && findInstalled(top, scene)
      ) return undefined;
      const importer = packageOf(subject.raised.frames.at(-1)?.file ?? "");
      const isSystem = /^(?:Windows|macOS)$/.test(host);
      return {
        says: `The module "${isDotted ? asked : name}" exists only ${
          isSystem ? "on" : "inside of"
        } ${host}: ${
          isSystem
            ? "no package brings it to Linux"
            : "it is no package that a site could have"
        }${importer ? `; the package "${importer}" imports it` : ""}`,
        mend: importer
          ? `Leave out what needs "${importer}" here, or use a package that works on a Linux server; an import of it may stand below \`try:\` with \`except ImportError:\``
          : isSystem
          ? `Leave the import and what uses it out, or let only that system come to it: \`if sys.platform == "${
            host === "Windows" ? "win32" : "darwin"
          }":\``
          : "Leave the import and what uses it out, or put it below `try:` with `except ImportError:`",
      };
    },
    examples: [
      ...["winreg", "msvcrt", "_winapi", "win32api", "pywintypes"].map((
        name,
      ) => ({
        raised: `ModuleNotFoundError: No module named '${name}'`,
        says: "only on Windows",
        mend: 'sys.platform == "win32"',
      })),
      {
        raised: "ModuleNotFoundError: No module named 'AppKit'",
        says: "only on macOS",
      },
      {
        raised: "ModuleNotFoundError: No module named 'win32com.client'",
        facts: { name: "win32com" },
        in: "PACKAGES/docx2pdf/__init__.py <module>",
        says: 'the package "docx2pdf" imports it',
        mend: "works on a Linux server",
      },
      {
        raised: "ModuleNotFoundError: No module named 'bpy'",
        says: "only inside of Blender",
        mend: "except ImportError",
      },
      {
        raised: "ModuleNotFoundError: No module named 'google.colab'",
        facts: { name: "google.colab" },
        files: { "PACKAGES/google/protobuf/__init__.py": "" },
        says: '"google.colab" exists only inside of Google Colab',
      },
      // The whole of the line tells more than the part that is missing.
      {
        raised: "ModuleNotFoundError: No module named 'google'",
        facts: { name: "google" },
        files: { "APP/app.py": "\n\nfrom google.appengine.ext import ndb\n" },
        says:
          '"google.appengine.ext.ndb" exists only inside of Google App Engine',
      },
      {
        raised: "ModuleNotFoundError: No module named 'google.appengine'",
        facts: { name: "google.appengine" },
        files: {
          "PACKAGES/google/protobuf/__init__.py": "",
          "APP/app.py": "\n\nfrom google.appengine.ext import ndb\n",
        },
        says: "only inside of Google App Engine",
      },
      {
        raised: "ModuleNotFoundError: No module named 'js'",
        says: "Pyodide",
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'gdb'",
        files: { "SITE/lib/gdb.py": "" },
      },
      {
        raised: "ModuleNotFoundError: No module named 'bpy'",
        files: { "APP/requirements.txt": "bpy==4.2\n" },
      },
    ],
  },
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
      const search = [...new Set([...scene.folders, ...scene.packages])];
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
    name: "package-without-module",
    code: "package-conflict",
    over: `${ANYWHERE} package-in-other-environment`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const distribution = distributionOf(top);
      const version = versionOf(distribution, scene);
      if (
        version === undefined || findInstalled(top, scene) ||
        isOwn(top, scene) || isStandardModule(top) ||
        // Another version of it is what the table names.
        /[<>=]/.test(distribution)
      ) return undefined;
      const name = bareName(distribution);
      const source = sourceOf(distribution, scene);
      if (source !== undefined) {
        return {
          seen: `${name} ${version} is installed as a link to its source${
            source && `, ${source}`
          }, and Python finds no "${top}" by it`,
          mend:
            "Put the source back where it was, readable for the site's user; or install it again from where it lies now",
        };
      }
      return bringerOf(top, scene)
        ? {
          code: "package-damaged",
          seen:
            `${name} ${version} is installed, and the files of its module "${top}", which pip wrote down, are not there`,
          mend: { install: distribution, module: top, again: true },
        }
        : {
          says: `${name} ${version} is installed, and has no module "${top}"`,
          probably: "the module was renamed or removed in this version",
          mend:
            `Look in the notes on the releases of ${name} for what became of it, and correct the import; or write a version that has it into the requirements of the site`,
        };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'fitz'",
        files: {
          "PACKAGES/pymupdf-2.0.0.dist-info/RECORD":
            "pymupdf/__init__.py,sha256=x,1\n",
        },
        says: 'PyMuPDF 2.0.0 is installed, and has no module "fitz"',
        mend: "correct the import",
      },
      {
        raised: "ModuleNotFoundError: No module named 'yaml'",
        files: {
          "PACKAGES/PyYAML-6.0.dist-info/RECORD":
            "yaml/__init__.py,sha256=x,1\n",
        },
        code: "package-damaged",
        says: "are not there",
        mend: "--force-reinstall",
      },
      {
        raised: "ModuleNotFoundError: No module named 'requests'",
        files: {
          "PACKAGES/requests-1.0.dist-info/direct_url.json":
            '{"dir_info": {"editable": true}, "url": "file:///srv/work/shop"}',
        },
        says: "a link to its source, /srv/work/shop",
        mend: "Put the source back",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'pkg_resources'",
      files: { "PACKAGES/setuptools-82.0.dist-info/RECORD": "" },
    }],
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
        mend: isEntry
          ? `Rename the file ${
            basename(file)
          }, and write its new name as module in [wsgi] of config.toml`
          : `Rename the file ${
            basename(file)
          }, and the imports of it in your own code`,
      };
    },
    examples: [{
      raised:
        "ModuleNotFoundError: No module named 'app.config'; 'app' is not a package",
      facts: { name: "app.config" },
      says: '"app" is the file APP/app.py here',
      mend: "Rename the file app.py",
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
    name: "package-folder-unreadable",
    code: "package-unreadable",
    over: `${ANYWHERE} package-name-missing`,
    when: [MISSING, {
      type: "ImportError AttributeError",
      message:
        /^(?:cannot import name '[^']+' from|module) '([\w.]+)' (?:\(unknown location\)|has no attribute)/,
    }],
    claim: (subject, scene) => unreadableFolder(topOf(subject), subject, scene),
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'pkg.sub'",
        facts: { name: "pkg.sub" },
        files: { "APP/pkg": { mode: 0o700, owner: "ann:project" } },
        says: "APP/pkg cannot be read",
        mend: "chmod -R g+rX APP/pkg",
      },
    ],
  },
  {
    name: "packages-unreadable",
    code: "package-unreadable",
    over: `${ANY} package-folder-unreadable`,
    when: MISSING,
    claim: (subject, scene) => {
      if (isStandardModule(nameOf(subject))) return undefined;
      const closed = closedPackages(scene.python, scene.site);
      return closed && {
        seen: closed.message,
        place: closed.place,
        mend: closed.fix && "command" in closed.fix
          ? { command: closed.fix.command }
          : "Let the site's user read it",
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'flask'",
      files: { PACKAGES: { mode: 0o700, owner: "ann:project" } },
      says: "cannot read",
    }],
  },
  {
    name: "module-elsewhere",
    code: "module-elsewhere",
    over: `${ANY} package-in-other-environment own-module-absent`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      if (isPublicPackage(top) || isStandardModule(top) || isOwn(top, scene)) {
        return undefined;
      }
      const home = homesOf(top, scene)
        .find((each) => !scene.folders.includes(each));
      return home === undefined
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
        raised: "ModuleNotFoundError: No module named 'core'",
        files: { "APP/lib/core.py": "" },
        says: "lies in APP/lib",
        mend: "from lib import core",
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
    over: `${ANY} installed-app-missing`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      if (isStandardModule(name)) return undefined;
      const trace = tracesOf(name, scene)
        .filter(({ what }) => what !== "ignored" || !isPublicPackage(name))[0];
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
        raised: "ModuleNotFoundError: No module named 'secrets_local'",
        files: { "APP/.gitignore": "secrets_local.py\n" },
        says: "APP/.gitignore names it",
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
  {
    name: "package-part-gone",
    code: "package-conflict",
    over: `${ANY} namespace-part-missing package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const missing = nameOf(subject);
      // A line that asks deeper tells more than the part that is missing.
      const asked = moduleAsked(subject, scene);
      const name = asked && goneIn(asked) ? asked : missing;
      const gone = goneIn(name);
      const installed = gone && versionOf(gone.package, scene);
      if (
        !gone || !findInstalled(topOf(subject), scene) ||
        installed && compareReleases(installed, gone.version) < 0
      ) return undefined;
      const asker = askerOf(subject, topOf(subject));
      return {
        says: `The module "${name}", which ${
          askerInWords(subject, topOf(subject))
        } imports, is gone from ${gone.package} since version ${gone.version}${
          installedAs(topOf(subject), scene)
        }${gone.now ? `; what it held is in \`${gone.now}\` now` : ""}`,
        mend: asker
          ? instead(asker, `${gone.package}<${gone.version}`, scene)
          : `${
            gone.now
              ? `Import from \`${gone.now}\``
              : "Leave the import and what uses it out"
          }, or use a version of the code for the ${gone.package} of today`,
      };
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'django.core.urlresolvers'",
        facts: { name: "django.core.urlresolvers" },
        files: { "PACKAGES/django/__init__.py": "" },
        says: "`django.urls`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask.ext'",
        facts: { name: "flask.ext" },
        files: { "PACKAGES/flask/__init__.py": "" },
        says: "gone from Flask",
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask.ext'",
        facts: { name: "flask.ext" },
        files: {
          "PACKAGES/flask/__init__.py": "",
          "APP/app.py": "\n\nfrom flask.ext.login import LoginManager\n",
        },
        says: 'The module "flask.ext.login", which the code imports, is gone',
        mend: "Import from `flask_login`",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'django.core'",
      facts: { name: "django.core" },
      files: { "PACKAGES/django": {} },
    }],
  },
  {
    name: "namespace-part-missing",
    code: "package-missing",
    over: `${ANY} package-damaged package-name-missing name-undefined`,
    when: [MISSING, {
      type: "ImportError",
      message:
        /^cannot import name '\w+' from '[\w.]+' \((?:unknown location|[^()]*\/__init__\.py)\)/,
    }],
    claim: (subject, scene) => {
      const all = partsAsked(subject, scene);
      const asked = all.at(-1);
      const shared = asked && sharedAround(asked, scene);
      if (!asked || !shared || all.some((each) => isThere(each, scene))) {
        return undefined;
      }
      const lost = bringerOf(asked, scene);
      if (lost) {
        return {
          code: "package-damaged",
          seen:
            `${lost.name} ${lost.version} is installed, and its part "${asked}", which pip wrote down, is not there`,
          mend: { install: lost.name, module: asked, again: true },
        };
      }
      const part = moduleAsked(subject, scene) ?? asked;
      if (isKnownPart(asked)) {
        const known = distributionOf(asked);
        return versionOf(known, scene) === undefined && {
              seen:
                `The package that brings "${part}" is not installed; what else of "${shared}" is there belongs to other packages`,
              mend: { install: known },
            } || undefined;
      }
      const others = partsOf(shared, scene);
      return {
        seen:
          `Several distributions share the name "${shared}", and the one that brings "${part}" is not installed${
            others.length > 0 ? `; there is ${others.join(", ")}` : ""
          }`,
        mend:
          `Find in the documentation of "${part}" which distribution brings it, and add that one to the requirements of the site; the others may stay`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'google.cloud'",
      facts: { name: "google.cloud" },
      files: {
        "PACKAGES/google/protobuf/__init__.py": "",
        "APP/app.py": "\n\nfrom google.cloud import storage\n",
      },
      says: '"google.cloud.storage"',
      mend: "pip install google-cloud-storage",
    }, {
      raised:
        "ImportError: cannot import name 'storage' from 'google.cloud' (unknown location)",
      facts: { name: "google.cloud" },
      files: { "PACKAGES/google/cloud/bigquery/__init__.py": "" },
      mend: "pip install google-cloud-storage",
    }, {
      raised: "ModuleNotFoundError: No module named 'ruamel.std'",
      facts: { name: "ruamel.std" },
      files: {
        "PACKAGES/ruamel/yaml/__init__.py": "",
        "PACKAGES/ruamel.yaml-0.18.6.dist-info/RECORD":
          "ruamel/yaml/__init__.py,sha256=x,1\n",
        "APP/app.py": "\n\nfrom ruamel.std.unheard import Path\n",
      },
      says:
        'share the name "ruamel", and the one that brings "ruamel.std.unheard" is not installed; there is "ruamel.yaml" (ruamel.yaml 0.18.6)',
      mend: "which distribution brings it",
    }, {
      raised: "ModuleNotFoundError: No module named 'ruamel.std'",
      facts: { name: "ruamel.std" },
      files: {
        "PACKAGES/ruamel/yaml/__init__.py": "",
        "APP/app.py": "\n\nfrom ruamel.std.pathlib import Path\n",
      },
      says: 'brings "ruamel.std.pathlib" is not',
      mend: "pip install ruamel.std.pathlib",
    }, {
      // The start of the shared name says itself that others have a part in it.
      raised: "ModuleNotFoundError: No module named 'zope.interface'",
      facts: { name: "zope.interface" },
      files: {
        "PACKAGES/zope/__init__.py":
          "__import__('pkg_resources').declare_namespace(__name__)\n",
        "PACKAGES/zope/event/__init__.py": "",
      },
      mend: "pip install zope.interface",
    }, {
      raised: "ModuleNotFoundError: No module named 'paste.deploy'",
      facts: { name: "paste.deploy" },
      files: {
        "PACKAGES/paste/urlmap.py": "",
        "PACKAGES/Paste-3.10.1.dist-info/METADATA": "Name: Paste\n",
        "PACKAGES/Paste-3.10.1.dist-info/RECORD":
          "paste/urlmap.py,sha256=x,1\n",
      },
      says: 'The package that brings "paste.deploy" is not installed',
      mend: "pip install PasteDeploy",
    }, {
      raised: "ModuleNotFoundError: No module named 'paste.unheard'",
      facts: { name: "paste.unheard" },
      files: {
        "PACKAGES/paste/__init__.py": "",
        "PACKAGES/paste/urlmap.py": "",
        "PACKAGES/Paste-1.7.dist-info/METADATA": "Name: Paste\n",
      },
      says: 'Several distributions share the name "paste"',
    }, {
      raised: "ModuleNotFoundError: No module named 'logilab.common'",
      facts: { name: "logilab.common" },
      files: { "PACKAGES/logilab/__init__.py": "" },
      says: 'brings "logilab.common" is not installed',
    }, {
      raised: "ModuleNotFoundError: No module named 'azure.unheard'",
      facts: { name: "azure.unheard" },
      files: { "PACKAGES/azure/core/__init__.py": "" },
      says: 'brings "azure.unheard" is not installed',
    }, {
      raised: "ModuleNotFoundError: No module named 'google.cloud.unheard'",
      facts: { name: "google.cloud.unheard" },
      files: {
        "PACKAGES/google/cloud/storage/__init__.py": "",
        "PACKAGES/google_cloud_storage-2.1.dist-info/RECORD":
          "google/cloud/storage/__init__.py,sha256=x,1\n",
      },
      says: '"google.cloud.storage" (google_cloud_storage 2.1)',
    }, {
      raised:
        "ImportError: cannot import name 'unheard' from 'jaraco' (unknown location)",
      facts: { name: "jaraco" },
      files: { "PACKAGES/jaraco/text/__init__.py": "" },
      says: '"jaraco.unheard"',
    }, {
      raised: "ModuleNotFoundError: No module named 'jaraco.text'",
      facts: { name: "jaraco.text" },
      files: {
        "PACKAGES/jaraco/context.py": "",
        "PACKAGES/jaraco.text-4.0.dist-info/RECORD":
          "jaraco/text/__init__.py,sha256=x,1\n",
      },
      code: "package-damaged",
      says: "is not there",
      mend: "jaraco.text==4.0",
    }],
    // What is installed already is not installed again.
    not: [{
      raised: "ModuleNotFoundError: No module named 'google.protobuf.pyext'",
      facts: { name: "google.protobuf.pyext" },
      files: {
        "PACKAGES/google/protobuf/__init__.py": "",
        "PACKAGES/protobuf-5.0.dist-info/METADATA": "",
      },
    }],
  },
  {
    name: "package-built-for-another",
    code: "package-binary-mismatch",
    over:
      `${ANY} package-damaged namespace-part-missing package-name-missing circular-import name-undefined`,
    when: [
      MISSING,
      {
        type: "ImportError",
        message: /Original error was: No module named '([\w.]+)'/,
      },
      {
        type: "ImportError",
        message:
          /^cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)' \(/,
      },
    ],
    claim: (subject, scene) => {
      const [name, package_] = subject.groups;
      const parts = (package_ ? `${package_}.${name}` : name ?? nameOf(subject))
        .split(".");
      const home = findInstalled(parts[0]!, scene);
      if (!home || parts.length < 2) return undefined;
      const compiled = namesIn(join(home, ...parts.slice(1, -1)), scene.host)
        .find((file) =>
          file.startsWith(`${parts.at(-1)}.cpython-`) ||
          file.startsWith(`${parts.at(-1)}.`) && file.endsWith(".pyd")
        );
      return compiled === undefined ? undefined : {
        seen: `The package "${parts[0]}${
          versionSuffix(parts[0]!, scene)
        }" was built for another Python or another kind of machine: there is ${compiled}, which this Python cannot load`,
        mend: {
          install: ownerOf(parts[0]!, scene).name,
          module: parts[0]!,
          again: true,
        },
      };
    },
    examples: [{
      raised:
        "ImportError: cannot import name 'etree' from 'lxml' (PACKAGES/lxml/__init__.py)",
      files: {
        "PACKAGES/lxml/__init__.py": "",
        "PACKAGES/lxml/etree.cp311-win_amd64.pyd": "",
        "PACKAGES/lxml-4.9.dist-info/METADATA": "Name: lxml\n",
      },
      says: "there is etree.cp311-win_amd64.pyd",
      mend: "lxml==4.9",
    }, {
      raised: "ModuleNotFoundError: No module named 'PIL._imaging'",
      facts: { name: "PIL._imaging" },
      in: "PACKAGES/PIL/Image.py <module>",
      files: {
        "PACKAGES/PIL/_imaging.cpython-39-x86_64-linux-gnu.so": "",
        "PACKAGES/pillow-9.1.0.dist-info/METADATA": "",
      },
      says: "cpython-39",
      mend: "pillow==9.1.0",
    }],
  },
  {
    name: "package-damaged",
    code: "package-damaged",
    over: `${ANY} circular-import name-undefined package-name-missing`,
    when: [MISSING, {
      type: "ImportError",
      message:
        /^cannot import name '[^']+' from '([\w.]+)' \(unknown location\)/,
    }, {
      type: "ImportError",
      message:
        /^cannot import name '(\w+)' from (?:partially initialized module )?'([\w.]+)' \(/,
    }],
    claim: (subject, scene) => {
      const [part, whole] = subject.groups;
      const name = part && whole ? `${whole}.${part}` : nameOf(subject);
      const top = name.split(".")[0]!;
      const home = findInstalled(top, scene);
      if (!home) return undefined;
      const lacksStart = subject.raised.message.endsWith("(unknown location)");
      const importer = subject.raised.frames.at(-1)?.file ?? "";
      const isThere = scene.packages.some((folder) =>
        partIn(folder, name, scene)
      );
      const own = whole
        // Of names only the compiled ones are surely files.
        ? !isThere &&
          (bringerOf(name, scene) !== undefined ||
            part!.startsWith("_") && importer.startsWith(`${home}/`))
        : name.includes(".") && importer.startsWith(`${home}/`);
      if (!lacksStart && !own) return undefined;
      const distribution = ownerOf(top, scene).name;
      return {
        seen: lacksStart
          ? `The package "${top}" is not whole: ${home} lacks the file with which it begins`
          : `The package "${top}${
            versionSuffix(top, scene)
          }" is installed, but lacks its own part "${name}"`,
        mend: { install: distribution, module: top, again: true },
      };
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name '_psycopg' from partially initialized module 'psycopg2' (most likely due to a circular import) (PACKAGES/psycopg2/__init__.py)",
        in: "PACKAGES/psycopg2/__init__.py <module>",
        files: {
          "PACKAGES/psycopg2/__init__.py": "",
          "PACKAGES/psycopg2-2.9.dist-info/METADATA": "Name: psycopg2\n",
        },
        says: 'lacks its own part "psycopg2._psycopg"',
        mend: "psycopg2==2.9",
      },
      {
        raised:
          "ImportError: cannot import name 'etree' from 'lxml' (PACKAGES/lxml/__init__.py)",
        files: {
          "PACKAGES/lxml/__init__.py": "",
          "PACKAGES/lxml-4.9.dist-info/METADATA": "Name: lxml\n",
          "PACKAGES/lxml-4.9.dist-info/RECORD":
            "lxml/__init__.py,,\nlxml/etree.cpython-311-x86_64-linux-gnu.so,,\n",
        },
        says: 'lacks its own part "lxml.etree"',
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask.app'",
        facts: { name: "flask.app" },
        in: "PACKAGES/flask/__init__.py <module>",
        files: {
          "PACKAGES/flask/__init__.py": "",
          "PACKAGES/flask-3.0.0.dist-info/METADATA": "",
        },
        says: '"flask.app"',
        mend: "--force-reinstall --no-deps --no-cache-dir flask==3.0.0",
      },
      {
        raised:
          "ImportError: cannot import name 'Flask' from 'flask' (unknown location)",
        files: { "PACKAGES/flask": {} },
        says: "PACKAGES/flask lacks the file",
      },
    ],
  },
  {
    name: "package-part-missing",
    code: "package-conflict",
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const top = topOf(subject);
      const home = findInstalled(top, scene);
      if (!name.includes(".") || !home) return undefined;
      const parts = name.split(".");
      const { name: owner, version } = ownerOf(name, scene);
      const near = suggest(
        parts.at(-1)!,
        namesIn(join(home, ...parts.slice(1, -1)), scene.host)
          .filter((each) => !each.startsWith("_"))
          .map((each) => each.replace(/\.py$/, "")),
      );
      const importer = packageOf(subject.raised.frames.at(-1)?.file ?? "");
      return {
        says: `The package "${top}" is installed${
          version ? ` (${owner} ${version})` : ""
        }, and has no part "${name}"${near ? `; there is "${near}"` : ""}`,
        probably: `the part was renamed or removed in this version, and ${
          importer ? `the package "${importer}"` : "the code"
        } was written for another`,
        mend:
          `Look in the notes on the releases of ${owner} for what became of it, and ${
            importer
              ? `use a version of ${
                ownerOf(importer, scene).name
              } for the ${owner} of today`
              : "correct the import"
          }; or write a version of ${owner} that has it into the requirements of the site`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'pandas.tslib'",
      facts: { name: "pandas.tslib" },
      files: { "PACKAGES/pandas/__init__.py": "" },
      says: 'no part "pandas.tslib"; probably',
    }, {
      raised: "ModuleNotFoundError: No module named 'jsonify.convert'",
      facts: { name: "jsonify.convert" },
      files: {
        "PACKAGES/jsonify/__init__.py": "",
        "PACKAGES/django_jsonify-0.3.dist-info/METADATA":
          "Metadata-Version: 2.1\nName: django-jsonify\n",
        "PACKAGES/django_jsonify-0.3.dist-info/top_level.txt": "jsonify\n",
      },
      says: '"jsonify" is installed (django-jsonify 0.3)',
      mend: "write a version of django-jsonify that has it",
    }, {
      raised: "ModuleNotFoundError: No module named 'google.protobuf.pyext'",
      facts: { name: "google.protobuf.pyext" },
      files: {
        "PACKAGES/google/protobuf/__init__.py": "",
        "PACKAGES/protobuf-5.0.dist-info/METADATA": "",
      },
      says: '"google" is installed (protobuf 5.0), and has no part',
      mend: "notes on the releases of protobuf",
    }],
  },
  {
    name: "package-for-other-python",
    code: "venv-other-version",
    over: `${ANY} package-in-other-environment`,
    when: MISSING,
    claim: (subject, scene) => {
      const { venv, version, host } = scene;
      const top = topOf(subject);
      const other = venv && version &&
        packageFolders(venv, host).find(([folder, minor]) =>
          minor !== version[1] && holds(folder, top, scene)
        );
      return other && {
        seen: `The package "${top}" is installed for Python 3.${
          other[1]
        } in ${venv}, whose Python is ${version.join(".")} now`,
        mend: asMend(venvFix(scene.python, scene.site)),
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'flask'",
      files: { "SITE/venv/lib/python3.9/site-packages/flask": {} },
      says: "for Python 3.9",
      mend: "beside the old one",
    }],
  },
  {
    name: "package-in-other-environment",
    code: "package-missing",
    over: ANY,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const other = otherEnvironments(scene).find((prefix) =>
        packageFolders(prefix, scene.host)
          .some(([folder]) => holds(folder, top, scene))
      );
      return other === undefined ? undefined : {
        seen:
          `The package "${top}" is not installed for ${scene.python}, which runs the site, but in ${other}`,
        place: scene.site.placeOf("passenger.passenger_python"),
        mend: `Write in config.toml: passenger_python = "${other}/bin/python"`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'flask'",
      files: {
        "SITE/.venv/pyvenv.cfg": "",
        "SITE/.venv/lib/python3.11/site-packages/flask": {},
      },
      says: "but in SITE/.venv",
      mend: 'passenger_python = "SITE/.venv/bin/python"',
    }],
  },
  {
    name: "package-missing",
    code: "package-missing",
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const top = topOf(subject);
      if (isStandardModule(top) || findInstalled(top, scene)) return undefined;
      if (name.includes(".") && isOwn(top, scene)) return undefined;
      const asked = askedIn(lineOf(subject.own, scene), name) ?? name;
      if (!mayInstall({ module: asked }, scene)) return undefined;
      return {
        seen: `The package "${top}" is imported, but not installed ${
          scene.venv
            ? `in the virtual environment ${scene.venv}`
            : `for ${scene.python}`
        }`,
        mend: { module: asked },
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        says: "not installed in the virtual environment SITE/venv",
        mend: "pip install flask",
      },
      {
        raised: "ModuleNotFoundError: No module named 'cv2'",
        mend: "install opencv-python-headless",
      },
      ...Object.entries({
        PIL: "Pillow",
        yaml: "PyYAML",
        sklearn: "scikit-learn",
        bs4: "beautifulsoup4",
        dotenv: "python-dotenv",
        MySQLdb: "mysqlclient",
        Crypto: "pycryptodome",
        dateutil: "python-dateutil",
        jwt: "PyJWT",
        flask_login: "flask-login",
        pkg_resources: "'setuptools<81'",
        typing_extensions: "typing-extensions",
        "google.cloud.storage": "google-cloud-storage",
      }).map(([name, distribution]) => ({
        raised: `ModuleNotFoundError: No module named '${name}'`,
        facts: { name },
        mend: `install ${distribution}`,
      })),
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: { "APP/requirements.txt": "Flask==3.0\n" },
        mend: "install -r APP/requirements.txt",
      },
      // Nobody else knows it, but the site asks for it.
      {
        raised: "ModuleNotFoundError: No module named 'weirdlib'",
        files: { "SITE/requirements.txt": "weirdlib>=1\n" },
        mend: "install -r SITE/requirements.txt",
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: { "SITE/venv/pyvenv.cfg": null },
        mend: "Make a virtual environment",
      },
      {
        raised:
          "ImportError: Unable to import required dependencies:\nnumpy: No module named 'numpy'",
        in: "PACKAGES/pandas/__init__.py <module>",
        mend: "pip install numpy",
      },
    ],
    not: [
      "ValueError: No module named 'flask'",
      "ModuleNotFoundError: No module named 'json'",
      "ModuleNotFoundError: No module named 'config'",
      "ModuleNotFoundError: No module named 'utils'",
      "ModuleNotFoundError: No module named 'models'",
      "ModuleNotFoundError: No module named 'settings'",
      {
        raised: "ModuleNotFoundError: No module named 'redis'",
        files: { "APP/redis.py.example": "" },
      },
    ],
  },
  {
    name: "installed-app-missing",
    code: "package-missing",
    over: ANY,
    when: { ...MISSING, in: /\/django\/apps\/(?:config|registry)\.py / },
    claim: (subject, scene) => {
      const top = topOf(subject);
      if (mayInstall({ module: top }, scene) || isOwn(top, scene)) {
        return undefined;
      }
      const near = nearTo(top, scene);
      return {
        seen:
          `INSTALLED_APPS in Django's settings names "${top}", which is neither in ${scene.directory} nor installed${
            near ? `; there is "${near}"` : ""
          }`,
        mend:
          `Correct the entry, or copy the folder ${top} to ${scene.directory}; if it is a package, install the distribution that its documentation names`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'blogg'",
      in: "PACKAGES/django/apps/config.py create",
      says: "neither in APP nor installed",
      mend: "Correct the entry",
    }],
    not: [{
      raised: "ModuleNotFoundError: No module named 'rest_framework'",
      in: "PACKAGES/django/apps/config.py create",
    }],
  },
  {
    name: "module-mistyped",
    code: "package-missing",
    over: "module-unknown",
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const near = nearTo(top, scene);
      if (
        !near || isStandardModule(top) || isOwn(top, scene) ||
        findInstalled(top, scene) || mayInstall({ module: top }, scene)
      ) return undefined;
      return {
        says: `There is no module "${top}", neither in ${
          scene.folders.join(" and ")
        } nor installed`,
        probably: `"${near}" is meant`,
        mend:
          `Import "${near}", if that is meant; if "${top}" is a part of your own code, copy it to this machine`,
      };
    },
    not: [
      "ModuleNotFoundError: No module named 'database'",
      "ModuleNotFoundError: No module named 'form'",
      "ModuleNotFoundError: No module named 'mymodels'",
    ],
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'reqeusts'",
        says: 'probably "requests" is meant',
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask_loginn'",
        says: '"flask_login"',
      },
    ],
  },
  {
    name: "module-unknown",
    code: "module-not-here",
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const top = topOf(subject);
      if (
        isStandardModule(top) || findInstalled(top, scene) ||
        isOwn(top, scene) || mayInstall({ module: name }, scene)
      ) return undefined;
      const asker = packageAsking(top, subject, scene);
      if (asker) {
        const owner = ownerOf(asker, scene).name;
        return {
          code: "package-missing",
          says:
            `The package "${asker}" imports the module "${name}", and no installed package brings that`,
          mend:
            `See in the documentation of ${owner} what it needs for this, often told as an extra such as ${owner}[…], and add that to the requirements of the site; no part of your own code is meant`,
        };
      }
      return {
        says: `Python finds no module "${top}": it is neither in ${
          scene.folders.join(" and ")
        } nor anywhere below ${scene.site.layout.siteDirectory}, and is not installed`,
        mend:
          `If "${top}" is a part of your own code, copy it to this machine (${top}.py or the folder ${top}: was it uploaded, is it in .gitignore?); if it is a package, add the distribution that brings it to the requirements of the site, and install those`,
      };
    },
    examples: [
      ...["config", "settings", "utils", "models", "db", "mypkg"].map((
        name,
      ) => ({
        raised: `ModuleNotFoundError: No module named '${name}'`,
        says: `no module "${name}"`,
        mend: "copy it to this machine",
      })),
      {
        raised: "ModuleNotFoundError: No module named 'unheard'",
        frames: ["APP/app.py <module>", "PACKAGES/shop/core.py <module>"],
        files: { "PACKAGES/shop/core.py": `${"\n".repeat(8)}import unheard\n` },
        code: "package-missing",
        says: 'The package "shop" imports the module "unheard"',
        mend: "documentation of shop",
      },
      {
        raised: "ModuleNotFoundError: No module named 'unheard'",
        frames: ["APP/app.py <module>", "PACKAGES/shop/core.py load"],
        files: { "PACKAGES/shop/core.py": 'import_module("unheard")\n' },
        code: "package-missing",
      },
      // A package that imports what the settings of the site name.
      {
        raised: "ModuleNotFoundError: No module named 'unheard'",
        frames: ["APP/app.py <module>", "PACKAGES/shop/core.py load"],
        files: { "PACKAGES/shop/core.py": "import_module(name)\n" },
        says: "Python finds no module",
      },
      // The index has anything under such a name.
      "ModuleNotFoundError: No module named 'flask_myown'",
    ],
    not: ["ModuleNotFoundError: No module named 'flask'"],
  },
];

/** The dotted names that were asked for: the missing one, and all of it. */
function partsAsked(subject: Subject, scene: Scene): string[] {
  const [, name, module] =
    /^cannot import name '(\w+)' from '([\w.]+)'/.exec(subject.text) ?? [];
  const missing = module ? `${module}.${name}` : nameOf(subject);
  const whole = askedIn(lineOf(subject.own, scene), missing);
  return [missing, ...whole ? [whole] : []]
    .filter((each) => /^\w+(?:\.\w+)+$/.test(each));
}

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

/** What became of a module that a package gave up: the longest name counts. */
function goneIn(name: string): Change | undefined {
  const parts = name.split(".");
  return parts.slice(1).map((part, at) =>
    findLost(parts.slice(0, at + 1).join("."), part)
  ).findLast((each) => each !== undefined);
}

/** The shared name around a module, whose parts come from several packages. */
function sharedAround(module: string, scene: Scene): string | undefined {
  const parts = module.split(".").slice(0, -1);
  const known = parts.map((_, at) => parts.slice(0, at + 1).join("."))
    .filter((each) => isThere(each, scene)).at(-1);
  return known && isShared(known, scene) ? known : undefined;
}

function isThere(module: string, scene: Scene): boolean {
  return scene.packages.some((folder) => partIn(folder, module, scene));
}

/** Some parts of a shared name that are there, with who brings them. */
function partsOf(shared: string, scene: Scene): string[] {
  const names = scene.packages.flatMap((folder) =>
    namesIn(join(folder, ...shared.split(".")), scene.host)
  );
  const parts = names.map((name) => name.replace(/\.(?:py|.*\.so)$/, ""))
    .filter((name) => /^[A-Za-z]\w*$/.test(name));
  return [...new Set(parts)].sort().slice(0, 4).map((part) => {
    const bringer = bringerOf(`${shared}.${part}`, scene);
    return `"${shared}.${part}"${
      bringer ? ` (${bringer.name} ${bringer.version})` : ""
    }`;
  });
}

/** The installed package whose own source asks for a module. */
function packageAsking(
  top: string,
  { raised }: Subject,
  scene: Scene,
): string | undefined {
  const frame = raised.frames.at(-1);
  const asker = packageOf(frame?.file ?? "");
  const isNamed = new RegExp(
    `^\\s*(?:import|from)\\s+${top}\\b|["']${top}(?:\\.[\\w.]+)?["']`,
    "m",
  );
  return asker && isNamed.test(textOf(frame?.file, scene))
    ? asker.replace(/\.py$/, "")
    : undefined;
}

/**
 * The module that a line asks for. What follows `import` is a name in it,
 * unless the line asks no deeper than for what is missing.
 */
function moduleAsked(subject: Subject, scene: Scene): string | undefined {
  const [missing = "", asked] = partsAsked(subject, scene);
  const line = lineOf(subject.own, scene);
  const [, module = ""] = /^\s*from\s+([\w.]+)\s+import\b/.exec(line) ?? [];
  return module.startsWith(`${missing}.`) ? module : asked;
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
  if (!scene.folders.includes(taken) && scene.folders.includes(holder)) {
    return {
      code: "module-elsewhere",
      seen:
        `Python takes the installed package "${top}" (${hiding}) in place of the site's own folder, in which "${part}" is: ${hidden} has no __init__.py, and such folders come last`,
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

/** A folder that cannot be read is imported as an empty package. */
function unreadableFolder(
  top: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  for (const folder of [...scene.folders, ...scene.packages]) {
    const home = join(folder, top);
    const names = scene.host.list(home);
    if (!refused(names) || !/^(?:EACCES|EPERM)$/.test(names.errno)) continue;
    const status = scene.host.stat(home);
    const change = refused(status)
      ? "g+r"
      : openingFor(status, scene.host.identity, "read").change
        .replace(/^o\+/, "g+");
    return {
      seen:
        `The folder ${home} cannot be read, so Python takes it for an empty package`,
      place: subject.place ?? { file: home },
      mend: { command: shellCommand("chmod", "-R", `${change}X`, home) },
    };
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
  const around = isInside(config?.wsgi?.module ?? scene.directory, home);
  const search = config?.environment.PYTHONPATH;
  return {
    seen:
      `Python does not find the module "${top}": it lies in ${home}, and Python looks in ${
        scene.folders.join(" and ")
      }`,
    place: subject.place ?? scene.site.placeOf("wsgi.chdir"),
    mend: way
      ? `Write \`from ${way} import ${top}\`; or in [wsgi] of config.toml: chdir = "${home}"`
      : around
      ? `Write in [wsgi] of config.toml: chdir = "${home}"`
      : `Write under [environment] in config.toml: PYTHONPATH = "${
        search ? `${search}:` : ""
      }${home}"`,
  };
}

const TRACE_WORDS: Readonly<Record<Trace["what"], string>> = {
  example: " is, as a pattern for it",
  ignored: " names it, so that git does not bring it along",
  tracked: " knows it",
  bytecode: " tells that it was there once",
  source: " is its source, which must be built on each machine",
  generated: " is what a tool makes it from",
  build: " is a build of it for another Python or another kind of machine",
  submodule: " names it as a part of another repository, which was not fetched",
};

/** Tells of a module of the site's own, by what is left of it. */
export function absentOwn(name: string, trace: Trace): Claim {
  const { what, file, wanted } = trace;
  const short = basename(wanted);
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
        : what === "tracked"
        ? `, or take it out of git: \`git log --all -- ${short}\` tells the commits that have it`
        : what === "generated"
        ? file.endsWith(".proto")
          ? "; or make it here, with `protoc` or `python -m grpc_tools.protoc`: .gitignore often names what is made"
          : "; a tool writes it when the package is built or installed: install it once into the virtual environment of the site, or bring the file along"
        : what === "source" || what === "build"
        ? "; or build it here, with the Python of the site, as its own documentation tells"
        : what === "submodule"
        ? "; or fetch it in the repository with `git submodule update --init`"
        : what === "ignored"
        ? "; what .gitignore names must be copied by hand"
        : ""
    }`,
  };
}

/** The dotted name that a line asks for, where the message only has its first. */
function askedIn(line: string, name: string): string | undefined {
  const [, module, first] =
    /^\s*from\s+([\w.]+)\s+import\s+\(?\s*(\w+)/.exec(line) ?? [];
  if (module && `${module}.`.startsWith(`${name}.`) && first) {
    return `${module}.${first}`;
  }
  const whole = /^\s*import\s+([\w.]+)/.exec(line)?.[1] ?? module;
  return whole?.startsWith(`${name}.`) ? whole : undefined;
}

const OWN_WORDS =
  /^(?:accounts?|admin|api|apps?|auth|backend|base|blog|bot|cache|client|common|conf|configs?|constants?|core|data|databases?|db|dao|extensions?|filters|forms?|frontend|functions|handlers?|helpers?|lib|libs|local_settings|logger|mail|main|middleware|models?|modules?|orders|pages|parser|plugins?|project|routes?|routers?|schemas?|scripts?|search|secrets_local|server|services?|settings?|shop|site|store|tasks?|templates?|tools?|urls|users?|utils?|validators?|version|views?|web|website|worker|wsgi)$/;

/** What a name may have been meant for: a module of the site, or a package. */
function nearTo(top: string, scene: Scene): string | undefined {
  const here = suggest(top, knownModules(scene));
  if (here) return here === top ? undefined : here;
  const near = nearPackage(top);
  // A slip of the pen seldom changes the first letter.
  if (near && near[0]!.toLowerCase() !== top[0]!.toLowerCase()) {
    return undefined;
  }
  // Names that many give to modules of their own are no slip of the pen.
  const isOwnWord = OWN_WORDS.test(top) || near === `${top}s` ||
    top === `${near}s`;
  return near === top || isOwnWord ? undefined : near;
}

function knownModules(scene: Scene): string[] {
  return scene.packages.concat(scene.folders)
    .flatMap((folder) => namesIn(folder, scene.host))
    .filter((name) => /^[a-z]\w*(?:\.py)?$/i.test(name))
    .map((name) => name.replace(/\.py$/, ""));
}

/** Virtual environments of the site that do not run it. */
function otherEnvironments({ host, site, venv, directory }: Scene): string[] {
  const folders = [...new Set([site.layout.siteDirectory, directory])];
  return folders.flatMap((folder) =>
    namesIn(folder, host).filter((name) => /^\.?(?:virtual)?v?env/.test(name))
      .map((name) => join(folder, name))
  ).filter((path) =>
    path !== venv && !refused(host.stat(join(path, "pyvenv.cfg")))
  );
}

function installedAs(top: string, scene: Scene): string {
  const version = versionSuffix(top, scene);
  return version ? ` (installed is${version})` : "";
}

/** Only the frames of the application's own code. */
export function ownFiles(frames: readonly Frame[]): string[] {
  return frames.map(({ file }) => file)
    .filter((file) => file.startsWith("/") && !isLibraryFile(file));
}
