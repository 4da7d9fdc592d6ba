/**
 * Modules of Python itself that are not there, by its version or its build, and
 * modules that exist only inside of other programs and systems.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import {
  hostOf,
  isStandardModule,
  NEW_MODULES,
  OPTIONAL_MODULES,
  PYTHON_2_MODULES,
  PYTHON_2_PACKAGES,
  REMOVED_MODULES,
  RUNNERS,
  SERVER_MODULES,
} from "../python/package_names.ts";
import {
  findInstalled,
  ownerInWords,
  ownerOf,
  packageOf,
} from "./installed.ts";
import { requirementsFor } from "./installing.ts";
import {
  ANYWHERE,
  entryOf,
  isOwn,
  MISSING,
  nameOf,
  topOf,
  wholeAsked,
} from "./missing.ts";
import { homesOf, tracesOf } from "./own_modules.ts";
import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** How Python says that one of its parts was not built. */
const WITHOUT_WORDS =
  /^(?:can't decompress data; |Compression requires the \(missing\) )?(zlib|bz2|lzma|zstd)(?: not available$| module$| module is not available$)/;

/** The rules of modules of Python and of other programs. */
export const pythonModules = (): Rule[] => [
  {
    name: "tkinter-missing",
    code: "display-missing",
    over: `${ANYWHERE} process-killed process-ended`,
    when: [
      { ...MISSING, message: /No module named '_?tkinter'/ },
      {
        message:
          /no display name and no \$DISPLAY|cannot connect to X server|could(?:n't| not) connect to display|requires the '\w+' interactive framework, as 'headless'|DisplayConnectionError|Qt platform plugin could be initialized/,
      },
      {
        problem: "killed exited",
        output:
          /Qt platform plugin (?:"\w+" in|could be initialized)|cannot open display|Cannot open display/,
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
      {
        failure: {
          problem: "killed",
          signal: "SIGABRT",
          output: [
            "This application failed to start because no Qt platform plugin could be initialized.",
          ],
        },
      },
    ],
  },
  {
    name: "python-built-without",
    code: "python-incomplete",
    over: ANYWHERE,
    when: [MISSING, {
      type: "ZipImportError RuntimeError CompressionError",
      message: WITHOUT_WORDS,
    }],
    claim: (subject, scene) => {
      const told = WITHOUT_WORDS.exec(subject.text)?.[1];
      const module = told
        ? told === "zlib" ? told : `_${told}`
        : topOf(subject);
      const library = entryOf(OPTIONAL_MODULES, module);
      return library && {
        says:
          `The Python behind ${scene.python} was built without its module "${module}"`,
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
      {
        raised:
          "zipimport.ZipImportError: can't decompress data; zlib not available",
        mend: "zlib1g-dev",
      },
      {
        raised: "RuntimeError: Compression requires the (missing) lzma module",
        in: "PYTHON/zipfile.py _check_compression",
        says: '"_lzma"',
        mend: "liblzma-dev",
      },
      {
        raised: "tarfile.CompressionError: bz2 module is not available",
        in: "PYTHON/tarfile.py bz2open",
        mend: "libbz2-dev",
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
      // A file of the site may well have such a name.
      const name = topOf(subject);
      if (
        homesOf(name, scene).length > 0 || tracesOf(name, scene).length > 0
      ) return undefined;
      const asker = packageOf(subject.raised.frames.at(-1)?.file ?? "")
        ?.replace(/\.py$/, "");
      return {
        says: `The module "${
          topOf(subject)
        }" is part of Python from 3.${fresh.since} on, and this is Python ${
          version.join(".")
        }`,
        mend:
          `Make another virtual environment with Python 3.${fresh.since} or later, or ${
            asker
              ? `write an earlier version of ${
                ownerOf(asker, scene).name
              } into the requirements of the site`
              : fresh.install
              ? `let the code import ${fresh.install} where the module is not there`
              : "let the code do without it"
          }`,
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
      const name = entryOf(REMOVED_MODULES, nameOf(subject))
        ? nameOf(subject)
        : topOf(subject);
      const gone = entryOf(REMOVED_MODULES, name);
      const { version } = scene;
      if (!gone || !version || version[1] < gone.since) return undefined;
      const says =
        `The module "${name}" is no longer part of Python since 3.${gone.since}, and this is Python ${
          version.join(".")
        }`;
      const asker = packageOf(subject.raised.frames.at(-1)?.file ?? "")
        ?.replace(/\.py$/, "");
      const rest = `use a later version of ${
        asker ? `${ownerOf(asker, scene).name}, which` : "the code that"
      } imports it, or an earlier Python`;
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
        raised:
          "ModuleNotFoundError: No module named 'typing.io'; 'typing' is not a package",
        facts: { name: "typing.io" },
        failure: { python: "3.13.0" },
        mend: "Use `typing`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'distutils'",
        failure: { python: "3.12.1" },
        mend: "pip install setuptools",
      },
      {
        raised: "ModuleNotFoundError: No module named 'cgi'",
        in: "PACKAGES/django/http/request.py <module>",
        failure: { python: "3.13.1" },
        mend: "or use a later version of django, which imports it",
      },
    ],
  },
  {
    name: "six-too-old",
    code: "package-conflict",
    over:
      `${ANYWHERE} package-damaged package-part-gone namespace-part-missing`,
    when: { ...MISSING, message: /^No module named '([\w.]*\bsix)\.moves\b/ },
    claim: ({ groups: [six = ""] }, scene) => {
      const { version } = scene;
      const top = six.split(".")[0]!;
      if (!version || version[1] < 12 || !findInstalled(top, scene)) {
        return undefined;
      }
      const { name } = ownerOf(top, scene);
      return {
        says:
          `"${six}.moves" is made by an import of a kind that is gone since Python 3.12: the installed ${
            ownerInWords(top, scene)
          }${
            top === "six" ? "" : ", which brings a six of its own,"
          } is too old for Python ${version.join(".")}`,
        mend: top === "six"
          ? { install: "six>=1.16" }
          : `Write a later version of ${name} into the requirements of the site, and install those; where there is none, make the virtual environment with Python 3.11`,
      };
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'urllib3.packages.six.moves'",
        facts: { name: "urllib3.packages.six.moves" },
        in:
          "SITE/venv/lib/python3.12/site-packages/urllib3/exceptions.py <module>",
        failure: { python: "3.12.4" },
        files: {
          "SITE/venv/lib/python3.12/site-packages/urllib3/packages/six.py": "",
          "SITE/venv/lib/python3.12/site-packages/urllib3-1.25.dist-info/METADATA":
            "Name: urllib3\n",
        },
        says: "urllib3 1.25, which brings a six of its own, is too old",
        mend: "Write a later version of urllib3",
      },
      {
        raised: "ModuleNotFoundError: No module named 'six.moves'",
        facts: { name: "six.moves" },
        failure: { python: "3.12.4" },
        files: { "SITE/venv/lib/python3.12/site-packages/six.py": "" },
        mend: "'six>=1.16'",
      },
    ],
  },
  {
    name: "audioop-stand-in",
    code: "python-module-removed",
    over: ANYWHERE,
    when: { ...MISSING, message: /^No module named '(pyaudioop)'/ },
    claim: ({ raised }) => ({
      says: `"pyaudioop" is what ${
        packageOf(raised.frames.at(-1)?.file ?? "") ?? "the code"
      } tries where Python has no "audioop", which is no longer part of Python since 3.13`,
      mend: { install: "audioop-lts", or: "use an earlier Python" },
    }),
    examples: [{
      raised: "ModuleNotFoundError: No module named 'pyaudioop'",
      in: "PACKAGES/pydub/utils.py <module>",
      mend: "pip install audioop-lts",
    }],
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
    name: "package-of-other-server",
    code: "module-of-other-server",
    over:
      `${ANYWHERE} package-in-other-environment package-for-other-python packages-unreadable`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const where = entryOf(RUNNERS, top);
      const importer = subject.raised.frames.at(-1)?.file ?? "";
      if (
        !where || isLibraryFile(importer) || findInstalled(top, scene) ||
        isOwn(top, scene) || homesOf(top, scene).length > 0
      ) return undefined;
      return {
        says:
          `The package "${top}" runs an application with ${where}; it is not installed, and not needed here, where the web server runs the application`,
        mend:
          `Leave the import and what uses it out, or put both below \`if __name__ == "__main__":\`, so that the application itself is what the module defines; where ${top} is to do more than that, add it to the requirements of the site, and install those`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'waitress'",
        says: "with the server waitress",
        mend: '`if __name__ == "__main__":`',
      },
      {
        raised: "ModuleNotFoundError: No module named 'mangum'",
        says: "AWS Lambda",
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'gunicorn'",
        in: "PACKAGES/prometheus/multi.py <module>",
      },
      {
        raised: "ModuleNotFoundError: No module named 'zappa'",
        files: { "SITE/lib/zappa.py": "" },
      },
    ],
  },
  {
    name: "module-of-other-host",
    code: "module-of-other-server",
    over:
      `${ANYWHERE} namespace-part-missing package-part-gone package-in-other-environment installed-app-missing module-of-later-python module-removed-from-python package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const asked = wholeAsked(lineOf(subject.own, scene), name) ?? name;
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
        } ${host.replace(/,$/, "")}: ${
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
];
