/**
 * Packages that are installed, and of which a part is not there: gone in this
 * version, brought by another package, damaged or built for another Python.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { findNew } from "../python/package_changes.ts";
import {
  distributionOf,
  isKnownPart,
  isStandardModule,
} from "../python/package_names.ts";
import { compareReleases, fulfils } from "../python/version.ts";
import { normalise } from "../python/pip.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { ASKED, askerInWords, askerOf, asking } from "./asked.ts";
import {
  bareName,
  bringerOf,
  findInstalled,
  isShared,
  ownerOf,
  packageOf,
  partIn,
  sourceOf,
  versionOf,
  versionSuffix,
} from "./installed.ts";
import { mayInstall } from "./installing.ts";
import {
  ANY_MISSING,
  ANYWHERE,
  isOwn,
  MISSING,
  moduleAsked,
  nameOf,
  partsAsked,
  topOf,
} from "./missing.ts";
import type { Rule, Subject } from "./rule.ts";
import { type Scene, searchSite, textOf } from "./scene.ts";
import { asToday, goneIn, insteadOf, orBefore } from "./older_versions.ts";

/** WhiteNoise 4.0 took away what a startup file named. */
const OF_WHITENOISE =
  'Take the lines of `whitenoise.django` out, and write "whitenoise.middleware.WhiteNoiseMiddleware" into MIDDLEWARE of the settings, below "django.middleware.security.SecurityMiddleware"; what stores the files is "whitenoise.storage.CompressedManifestStaticFilesStorage" now';

/** The rules of packages that lack a part. */
export const packageParts = (): Rule[] => [
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
        isOwn(top, scene) || isStandardModule(top)
      ) return undefined;
      const name = bareName(distribution);
      const [bound] = /[<>=].*$/.exec(distribution) ?? [];
      if (bound) {
        return fulfils(version, bound) ? undefined : {
          seen:
            `${name} ${version} is installed, and has the module "${top}" no more`,
          mend: { install: distribution, module: top },
        };
      }
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
        raised: "ModuleNotFoundError: No module named 'pkg_resources'",
        files: { "PACKAGES/setuptools-82.0.dist-info/RECORD": "" },
        says:
          'setuptools 82.0 is installed, and has the module "pkg_resources"',
        mend: "pip install 'setuptools<81'",
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
      files: { "PACKAGES/setuptools-70.0.dist-info/RECORD": "" },
    }],
  },
  {
    name: "package-part-gone",
    code: "package-conflict",
    over: `${ANY_MISSING} namespace-part-missing package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const missing = nameOf(subject);
      // A line that asks deeper tells more than the part that is missing.
      const asked = moduleAsked(subject, scene);
      const lost = asToday(goneIn(missing), scene);
      const deeper = asToday(asked ? goneIn(asked) : undefined, scene);
      const isDeeper = deeper && deeper.now !== lost?.now;
      const name = isDeeper ? asked! : missing;
      const gone = isDeeper ? deeper : lost;
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
          installed ? ` (installed is ${installed})` : ""
        }${gone.now ? `; what it held is in \`${gone.now}\` now` : ""}`,
        mend: name === "whitenoise.django"
          ? OF_WHITENOISE
          : asker
          ? insteadOf(asker, gone.package, gone.version, scene)
          : `${
            gone.now
              ? `Import from \`${gone.now}\``
              : "Leave the import and what uses it out"
          }, or use a version of the code for the ${gone.package} of today${
            orBefore(gone.package, gone.version, scene)
          }`,
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
        raised: "ModuleNotFoundError: No module named 'langchain.llms'",
        facts: { name: "langchain.llms" },
        files: {
          "PACKAGES/langchain/__init__.py": "",
          "APP/app.py": "\n\nfrom langchain.llms import OpenAI\n",
        },
        says: 'The module "langchain.llms", which the code imports, is gone',
        mend: "Import from `langchain_community.llms`",
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
      {
        raised: "ModuleNotFoundError: No module named 'wagtail.wagtailcore'",
        facts: { name: "wagtail.wagtailcore" },
        files: {
          "PACKAGES/wagtail/__init__.py": "",
          "PACKAGES/wagtail-6.1.dist-info/METADATA": "Name: wagtail\n",
          "APP/app.py": "\n\nfrom wagtail.wagtailcore.models import Page\n",
        },
        mend: "Import from `wagtail.models`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'whitenoise.django'",
        facts: { name: "whitenoise.django" },
        files: {
          "PACKAGES/whitenoise/__init__.py": "",
          "APP/app.py": "\n\nfrom whitenoise.django import DjangoWhiteNoise\n",
        },
        says: "gone from WhiteNoise since version 4.0",
        mend: '"whitenoise.middleware.WhiteNoiseMiddleware" into MIDDLEWARE',
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'django.core'",
      facts: { name: "django.core" },
      files: { "PACKAGES/django": {} },
    }],
  },
  {
    name: "whitenoise-in-startup-file",
    code: "package-conflict",
    over: "django-setup",
    when: {
      type: "ImproperlyConfigured",
      message: /incompatible with WhiteNoise v4/,
    },
    claim: {
      says:
        "The startup file gives its application to WhiteNoise, in a way that is gone since WhiteNoise 4.0",
      mend: OF_WHITENOISE,
    },
    examples: [
      "django.core.exceptions.ImproperlyConfigured: \n\nYour WSGI configuration is incompatible with WhiteNoise v4.0\n",
    ],
  },
  {
    name: "package-part-new",
    code: "package-conflict",
    over: `${ANY_MISSING} namespace-part-missing package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const parts = name.split(".");
      const born = parts.slice(1).map((part, at) =>
        findNew(parts.slice(0, at + 1).join("."), part)
      ).find((each) => each !== undefined);
      const installed = born && versionOf(born.package, scene);
      if (!installed || compareReleases(installed, born.version) >= 0) {
        return undefined;
      }
      const asker = askerIn(subject);
      const owner = ownerOf(parts[0]!, scene).name;
      return {
        says:
          `"${name}" came with ${born.package} ${born.version}; installed is ${installed}, and ${
            asker ? `the package "${asker}"` : "the code"
          } was written for a later one`,
        mend:
          `Write ${owner}>=${born.version} into the requirements of the site, if all else there works with it, and install those; or ${
            asker
              ? `write an earlier version of ${ownerOf(asker, scene).name}`
              : `leave out what names it, as ${owner} ${installed} works without`
          }`,
      };
    },
    examples: [
      {
        raised:
          "ModuleNotFoundError: No module named 'allauth.account.middleware'",
        facts: { name: "allauth.account.middleware" },
        in: "PACKAGES/django/utils/module_loading.py import_string",
        files: {
          "PACKAGES/allauth/account/__init__.py": "",
          "PACKAGES/django_allauth-0.50.dist-info/METADATA":
            "Name: django-allauth\n",
        },
        says:
          "came with django-allauth 0.56.0; installed is 0.50, and the code",
        mend: "leave out what names it",
      },
      {
        raised: "ModuleNotFoundError: No module named 'redis.asyncio'",
        facts: { name: "redis.asyncio" },
        in: "PACKAGES/newer/store.py <module>",
        files: {
          "PACKAGES/redis/__init__.py": "",
          "PACKAGES/redis-3.5.3.dist-info/METADATA": "Name: redis\n",
        },
        says: 'the package "newer" was written for a later one',
        mend: "redis>=4.2",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'redis.asyncio'",
      facts: { name: "redis.asyncio" },
      files: {
        "PACKAGES/redis/__init__.py": "",
        "PACKAGES/redis-5.0.0.dist-info/METADATA": "Name: redis\n",
      },
    }],
  },
  {
    name: "namespace-part-missing",
    code: "package-missing",
    over: `${ANY_MISSING} package-damaged package-name-missing name-undefined`,
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
      `${ANY_MISSING} package-damaged namespace-part-missing package-name-missing circular-import name-undefined`,
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
      if (!home) return undefined;
      const folder = join(dirname(home), ...parts.slice(0, -1));
      const compiled = namesIn(folder, scene.host)
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
    }, {
      raised: "ModuleNotFoundError: No module named '_cffi_backend'",
      in: "PACKAGES/cryptography/exceptions.py <module>",
      files: {
        "PACKAGES/_cffi_backend.cpython-38-x86_64-linux-gnu.so": "",
        "PACKAGES/cffi-1.15.0.dist-info/METADATA": "Name: cffi\n",
        "PACKAGES/cffi-1.15.0.dist-info/RECORD":
          "_cffi_backend.cpython-38-x86_64-linux-gnu.so,,\n",
      },
      says: "there is _cffi_backend.cpython-38",
      mend: "cffi==1.15.0",
    }],
  },
  {
    name: "metadata-missing",
    code: "package-damaged",
    when: {
      type: "PackageNotFoundError DistributionNotFound",
      message:
        /^(?:No package metadata was found for |The ')?([A-Za-z][\w.-]*)(?:[<>=!~ ][^']*)?(?:' distribution was not found.*)?$/,
    },
    claim: ({ groups: [name = ""], kind }, scene) => {
      const module = name.replaceAll("-", "_");
      if (versionOf(name, scene) !== undefined) return undefined;
      const home = findInstalled(module, scene) ??
        findInstalled(module.toLowerCase(), scene);
      if (home) {
        return {
          seen:
            `The package "${name}" lies in ${home}, and what describes it, a folder ${name}-….dist-info beside it, does not: it was copied without, or its installation broke off`,
          mend: { install: name, module },
        };
      }
      const isKnown = mayInstall({ module }, scene);
      // Rules of packages that are asked for in words tell those.
      if (isKnown && kind === "DistributionNotFound") return undefined;
      const says =
        `The code asks for the version of "${name}", as one asks for that of an installed package`;
      const project = projectOf(name, scene);
      if (project) {
        return {
          code: "package-missing",
          seen:
            `${says}, and the project is not installed, but only copied: ${project} describes it`,
          mend: `Install it: \`${
            shellCommand(
              scene.python,
              "-m",
              "pip",
              "install",
              "--no-deps",
              dirname(project),
            )
          }\`; or let the code do without, with \`except PackageNotFoundError:\``,
        };
      }
      return {
        code: "package-missing",
        says: `${says}, and it is not installed`,
        mend: isKnown
          ? { module }
          : "Where it is the project itself, install its own folder, which has its pyproject.toml or setup.py, into the virtual environment of the site; or let the code do without, with `except PackageNotFoundError:`",
      };
    },
    examples: [
      {
        raised:
          "importlib.metadata.PackageNotFoundError: No package metadata was found for flask",
        in: "PYTHON/importlib/metadata/__init__.py from_name",
        files: { "PACKAGES/flask/__init__.py": "" },
        says: "it was copied without",
        mend: "install flask",
      },
      {
        raised: "importlib.metadata.PackageNotFoundError: my-shop",
        in: "PYTHON/importlib/metadata/__init__.py from_name",
        files: {
          "SITE/pyproject.toml": '[project]\nname = "my_shop"\n',
        },
        code: "package-missing",
        says: "SITE/pyproject.toml describes it",
        mend: "pip install --no-deps SITE",
      },
      {
        raised:
          "pkg_resources.DistributionNotFound: The 'my-shop' distribution was not found and is required by the application",
        in: "PACKAGES/pkg_resources/__init__.py resolve",
        code: "package-missing",
        mend: "install its own folder",
      },
    ],
    not: [
      {
        raised: "importlib.metadata.PackageNotFoundError: flask",
        files: { "PACKAGES/flask-3.0.dist-info/METADATA": "Name: flask\n" },
      },
    ],
  },
  {
    name: "package-damaged",
    code: "package-damaged",
    over:
      `${ANY_MISSING} circular-import name-undefined package-name-missing package-mixed`,
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
    name: "package-mixed",
    code: "package-damaged",
    over:
      "package-name-missing submodule-not-imported circular-import name-undefined",
    when: ASKED,
    claim: asking(({ name, module }, { raised }, scene) => {
      const top = module.split(".")[0]!;
      const inner = raised.frames.findLast((frame) =>
        frame.function !== "__getattr__"
      );
      if (
        packageOf(inner?.file ?? "")?.replace(/\.py$/, "") !== top ||
        !findInstalled(top, scene)
      ) return undefined;
      return {
        says: `The package "${top}"${
          versionSuffix(top, scene)
        } asks for "${name}" of its own ${module}, which has it not`,
        probably:
          "files of two versions of it lie in one folder, as an installation that was broken off or done twice leaves them",
        mend: { install: ownerOf(top, scene).name, module: top, again: true },
      };
    }),
    examples: [
      {
        raised: "AttributeError: module 'cv2.dnn' has no attribute 'DictValue'",
        in: "PACKAGES/cv2/typing/__init__.py <module>",
        files: {
          "PACKAGES/cv2/__init__.py": "",
          "PACKAGES/opencv_python-4.8.1.dist-info/METADATA":
            "Name: opencv-python\n",
        },
        says: 'asks for "DictValue" of its own cv2.dnn',
        mend: "opencv-python==4.8.1",
      },
      {
        raised:
          "AttributeError: partially initialized module 'cv2' has no attribute 'gapi_wip' (most likely due to a circular import)",
        in: "PACKAGES/cv2/gapi/__init__.py <module>",
        files: { "PACKAGES/cv2/__init__.py": "" },
        says: "probably files of two versions",
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
      const importer = askerIn(subject);
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
];

/** What imports by a name that settings or callers give it. */
const BY_NAME =
  /\/(?:module_loading|apps\/config|apps\/registry|conf\/__init__|core\/handlers\/base|urls\/resolvers|werkzeug\/utils|kombu\/utils\/imports|celery\/utils\/imports|gunicorn\/util|uvicorn\/importer)\.py$|\/importlib\//;

/** The package whose own code names the module. */
function askerIn({ raised }: Subject): string | undefined {
  const file = raised.frames.at(-1)?.file ?? "";
  return BY_NAME.test(file) ? undefined : packageOf(file)?.replace(/\.py$/, "");
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

/** The file of the site that describes a project of this name. */
function projectOf(name: string, scene: Scene): string | undefined {
  const files = ["pyproject.toml", "setup.cfg", "setup.py"];
  return searchSite(
    scene,
    (names) => files.some((each) => names.includes(each)),
  )
    .flatMap((folder) => files.map((each) => join(folder, each)))
    .find((file) => {
      const [, found] = /\bname\s*=\s*["']?([\w.-]+)/
        .exec(textOf(file, scene)) ?? [];
      return found !== undefined && normalise(found) === normalise(name);
    });
}
