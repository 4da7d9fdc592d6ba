/**
 * Packages of versions that do not go together, or with the code: names that
 * went or came, arguments, and what requirements say of it.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Change, findLost, findNew } from "../python/package_changes.ts";
import { normalise, pipInstall } from "../python/pip.ts";
import { isLibraryFile } from "../python/failure.ts";
import { doubtedBy, isStandardModule } from "../python/package_names.ts";
import { compareReleases, fulfils } from "../python/version.ts";
import { shellCommand } from "../text/shell.ts";
import { ASKED, askedIn, askerInWords, askerOf, asking } from "./asked.ts";
import {
  type Distribution,
  distributions,
  findInstalled,
  labelOf,
  ownerInWords,
  ownerOf,
  packageOf,
  versionOf,
  wantedBy,
} from "./installed.ts";
import { requirementOf } from "./installing.ts";
import type { Claim, Rule, Subject, When } from "./rule.ts";
import { insteadOf, orBefore } from "./older_versions.ts";
import { homesOf } from "./own_modules.ts";
import { type Scene, textOf } from "./scene.ts";

/** Groups: what has it not, and the name. */
const OF_OBJECT: readonly When[] = [
  {
    type: "AttributeError",
    message:
      /^(?:type object )?'(?!NoneType')(\w+)'(?: object)? has no attribute '(\w+)'/,
  },
  {
    type: "TypeError",
    message:
      /^((?:\w+\.)?\w+\(\)) got (?:an unexpected keyword argument|multiple values for argument) '(\w+)'/,
  },
  {
    type: "TypeError",
    message:
      /^()'?\w+'? object is not callable\. If you meant to call the '(?:\w+\.)*(\w+)' method on a '?\w+'? object/,
  },
];

const NOT_THERE: readonly When[] = [...ASKED, ...OF_OBJECT];

/** What was asked of what, by the groups of the expressions above. */
function lackOf(
  subject: Subject,
): { of: string; name: string; isModule: boolean } {
  if (/^cannot import |^(?:partially .*)?module /.test(subject.text)) {
    const { module, name } = askedIn(subject);
    return { of: module, name, isModule: true };
  }
  const [of, name = ""] = subject.groups;
  const called = /on a '?(\w+)'? object/.exec(subject.text)?.[1];
  return { of: of || called || "", name, isModule: false };
}

/** What packages say themselves of what they gave up. */
const GONE_TOLD =
  /\bremoved in (?:the )?[\w-]+ (?:version )?v?\d|\bno longer supported in [\w-]+ ?>= ?\d|\bhas been removed (?:in|from|since)\b|has been (?:moved|renamed|replaced) (?:to|by|in)\b.*|\bis removed as of\b|\b(?:was|were) removed (?:from|in)\b/;

/** How packages say which version of another they want; the name comes first. */
const TOLD_VERSIONS: readonly RegExp[] = [
  /[Rr]equires version '()[\d.]+' or newer of '[\w-]+'/,
  /incompatible with ([\w-]+) ?<=? ?\d/,
  /installed ([\w-]+) version \([\d.]+\) is incompatible with .*, which requires [\d.]+/,
  /\b([\w-]+) ?>= ?[\d.]+\w* (?:is|are) required/,
  /[Rr]equires ([\w-]+) ?[<>=]=? ?\d/,
  /[Rr]equires ([\w-]+) (?:version )?[\d.]+ or (?:newer|later|higher|above)/,
  /^\w+ needs ([A-Z][\w-]+) \d+\.\d+ or (?:less|greater)/,
  /[Pp]lease (?:upgrade|update|install) ([\w-]+) to (?:version )?(?:>= ?)?\d/,
];

/** The versions that such words want. */
function wantedVersion(text: string): string | undefined {
  const [, same] =
    /^The installed .* is incompatible with .*, which requires (\d[\d.]*\d)/
      .exec(text) ?? [];
  if (same) return `==${same}`;
  const [, sign, least] = /(>=|<=|==|>|<) ?(\d[\d.]*\d|\d)/.exec(text) ?? [];
  if (/incompatible with [\w-]+ ?</.test(text) && least) return `>=${least}`;
  if (sign && least) return sign + least;
  const [, major, minor] = / (\d+)\.(\d+) or less\b/.exec(text) ?? [];
  if (major) return `<${major}.${Number(minor) + 1}`;
  const newer =
    /(\d[\d.]*\d|\d)'? or (?:newer|later|higher|above|greater)/.exec(text)
      ?.[1] ?? /\bto (?:version )?(\d[\d.]*\d)/.exec(text)?.[1];
  return newer && `>=${newer}`;
}

/** The rules of versions. */
export const versions = (): Rule[] => [
  {
    name: "name-lost-in-package",
    code: "package-conflict",
    over: "circular-import name-undefined package-name-missing",
    when: NOT_THERE,
    claim: (subject, scene) => {
      const { of, name, isModule } = lackOf(subject);
      const lost = findLost(of, name);
      if (!lost || !isModule && isOwnWord(of, subject, scene)) {
        return undefined;
      }
      const installed = versionOf(lost.package, scene);
      // A class of the application's own may have the same name.
      if (
        installed ? compareReleases(installed, lost.version) < 0 : !isModule
      ) {
        return undefined;
      }
      const mend = IN_LINES.find((each) =>
        each.of.test(of) && each.name.test(name)
      )?.mend;
      return lostClaim(
        `"${name}" is gone from ${of}`,
        lost,
        subject,
        scene,
        mend,
      );
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (PACKAGES/werkzeug/urls.py)",
        in: "PACKAGES/flask/app.py <module>",
        files: { "PACKAGES/Werkzeug-3.1.8.dist-info/METADATA": "" },
        says:
          'since Werkzeug 3.0; installed is Werkzeug 3.1.8, and the package "flask" was written for an older one',
        mend: "a later version of flask",
      },
      {
        raised:
          "ImportError: cannot import name 'force_text' from 'django.utils.encoding' (PACKAGES/django/utils/encoding.py)",
        files: { "PACKAGES/Django-4.2.dist-info/METADATA": "" },
        says: "since Django 4.0; installed is Django 4.2, and the code",
        mend: "`django.utils.encoding.force_str`",
      },
      {
        raised:
          "ImportError: cannot import name 'escape' from 'jinja2' (PACKAGES/jinja2/__init__.py)",
        says: "since Jinja2 3.1",
        mend: "`markupsafe.escape`; or write Jinja2<3.1",
      },
      // Raised by a __getattr__ of numpy's own, and asked by the application.
      {
        raised: "AttributeError: module 'numpy' has no attribute 'float'",
        in: "PACKAGES/numpy/__init__.py __getattr__",
        says: "the code was written for an older one",
        mend: "numpy<1.24",
      },
      {
        raised:
          "AttributeError: 'Flask' object has no attribute 'before_first_request'",
        files: { "PACKAGES/flask-3.1.3.dist-info/METADATA": "" },
        says: "gone from Flask since Flask 2.3; installed is Flask 3.1.3",
        mend: "Flask<2.3",
      },
      {
        raised: "AttributeError: 'Engine' object has no attribute 'execute'",
        files: { "PACKAGES/SQLAlchemy-2.1.1.dist-info/METADATA": "" },
        says: '"execute" is gone from Engine since SQLAlchemy 2.0',
        mend: "`with engine.connect() as connection:",
      },
      {
        raised:
          "TypeError: send_file() got an unexpected keyword argument 'attachment_filename'",
        files: { "PACKAGES/flask-3.1.3.dist-info/METADATA": "" },
        says: '"attachment_filename" is gone from send_file() since Flask 2.2',
        mend: "`download_name`",
      },
      {
        raised:
          "TypeError: read_csv() got an unexpected keyword argument 'error_bad_lines'",
        files: { "PACKAGES/pandas-2.1.3.dist-info/METADATA": "" },
        says: '"error_bad_lines" is gone from read_csv() since pandas 2.0',
        mend: "`on_bad_lines`",
      },
      {
        raised:
          "TypeError: 'Collection' object is not callable. If you meant to call the 'insert' method on a 'Collection' object it is failing because no such method exists.",
        in: "PACKAGES/pymongo/collection.py __call__",
        files: { "PACKAGES/pymongo-4.6.dist-info/METADATA": "" },
        says: '"insert" is gone from Collection since pymongo 4.0',
        mend: "`insert_one`",
      },
    ],
    not: [
      {
        raised: "AttributeError: 'DataFrame' object has no attribute 'append'",
        files: {
          "APP/app.py": "class DataFrame:\n    pass\nDataFrame().append(1)\n",
          "PACKAGES/pandas-2.1.3.dist-info/METADATA": "",
        },
      },
      {
        raised: "AttributeError: 'DataFrame' object has no attribute 'append'",
        files: {
          "APP/app.py":
            "from frames import DataFrame\n\nDataFrame().append(1)\n",
          "APP/frames.py": "class DataFrame:\n    pass\n",
          "PACKAGES/pandas-2.1.3.dist-info/METADATA": "",
        },
      },
      // A class of the application's own that only has the same name.
      "AttributeError: 'Engine' object has no attribute 'execute'",
      {
        raised:
          "ImportError: cannot import name 'Markup' from 'flask' (PACKAGES/flask/__init__.py)",
        files: { "PACKAGES/Flask-2.2.5.dist-info/METADATA": "" },
      },
      {
        raised:
          "ImportError: cannot import name 'iri_to_uri' from 'werkzeug.urls' (PACKAGES/werkzeug/urls.py)",
      },
    ],
  },
  {
    name: "name-of-later-package",
    code: "package-conflict",
    over: "circular-import name-undefined package-name-missing",
    when: NOT_THERE,
    claim: (subject, scene) => {
      const { of, name, isModule } = lackOf(subject);
      if (!isModule && isOwnWord(of, subject, scene)) return undefined;
      const born = findNew(of, name);
      const installed = born && versionOf(born.package, scene);
      if (!installed || compareReleases(installed, born.version) >= 0) {
        return undefined;
      }
      const asker = askerOf(subject, born.package);
      const label = ownerOf(of.split(".")[0]!, scene).name;
      const owner = normalise(label) === normalise(born.package)
        ? label
        : born.package;
      return {
        says:
          `"${name}" came to ${of} with ${owner} ${born.version}; installed is ${owner} ${installed}, and ${
            askerInWords(subject, born.package)
          } was written for a later one`,
        mend:
          `Write ${owner}>=${born.version} into the requirements of the site, if all else there works with it, and install those; or ${
            asker
              ? `write an earlier version of ${ownerOf(asker, scene).name}`
              : `write the code for ${owner} ${installed}`
          }`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'field_validator' from 'pydantic' (PACKAGES/pydantic/__init__.py)",
        files: {
          "PACKAGES/pydantic/__init__.py": "def root_validator(): pass\n",
          "PACKAGES/pydantic-1.10.4.dist-info/METADATA": "Name: pydantic\n",
        },
        says: "installed is pydantic 1.10.4, and the code",
        mend: "pydantic>=2",
      },
      {
        raised:
          "ImportError: cannot import name 'DeclarativeBase' from 'sqlalchemy.orm' (PACKAGES/sqlalchemy/orm/__init__.py)",
        in: "PACKAGES/newer/models.py <module>",
        files: { "PACKAGES/SQLAlchemy-1.4.49.dist-info/METADATA": "" },
        says:
          'with SQLAlchemy 2.0; installed is SQLAlchemy 1.4.49, and the package "newer"',
        mend: "an earlier version of newer",
      },
      {
        raised: "AttributeError: 'Flask' object has no attribute 'get'",
        files: { "PACKAGES/Flask-1.1.4.dist-info/METADATA": "" },
        says: "with Flask 2.0",
        mend: "Flask>=2.0",
      },
    ],
    not: [
      {
        raised:
          "ImportError: cannot import name 'fild_validator' from 'pydantic' (PACKAGES/pydantic/__init__.py)",
        files: {
          "PACKAGES/pydantic/__init__.py": "def field_validator(): pass\n",
          "PACKAGES/pydantic-2.5.0.dist-info/METADATA": "Name: pydantic\n",
        },
      },
      "AttributeError: 'Flask' object has no attribute 'get'",
    ],
  },
  {
    name: "requirement-unfulfilled",
    code: "package-conflict",
    over:
      "circular-import name-undefined package-name-missing name-lost-in-package name-of-later-package versions-clash package-part-gone package-part-missing arguments-wrong",
    when: [
      { type: "ImportError ModuleNotFoundError AttributeError TypeError" },
    ],
    claim: (subject, scene) => {
      const parties = partiesOf(subject, scene);
      for (const asker of parties.askers) {
        for (const asked of parties.asked) {
          const wanted = asker.folder === asked.folder
            ? undefined
            : wantedBy(asker.folder, asked.name, scene);
          if (wanted && !fulfils(asked.version, wanted)) {
            return unfulfilled(asker, asked, wanted, scene);
          }
        }
      }
      return undefined;
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (PACKAGES/werkzeug/urls.py)",
        in: "PACKAGES/flask/app.py <module>",
        files: {
          "PACKAGES/flask/__init__.py": "",
          "PACKAGES/Flask-2.1.0.dist-info/METADATA":
            "Name: Flask\nRequires-Dist: Werkzeug (<3.0,>=2.0)\n",
          "PACKAGES/werkzeug/__init__.py": "",
          "PACKAGES/Werkzeug-3.1.8.dist-info/METADATA": "Name: Werkzeug\n",
        },
        says:
          "Flask 2.1.0 asks for Werkzeug <3.0,>=2.0, and 3.1.8 is installed",
        mend: "'Werkzeug<3.0,>=2.0'",
      },
      {
        raised:
          "TypeError: Router.__init__() got an unexpected keyword argument 'x'",
        in: [
          "PACKAGES/fastapi/applications.py __init__",
          "PACKAGES/starlette/routing.py __init__",
        ],
        files: {
          "PACKAGES/fastapi/__init__.py": "",
          "PACKAGES/fastapi-0.115.0.dist-info/METADATA":
            "Name: fastapi\nRequires-Dist: starlette<0.39.0,>=0.37.2\n",
          "PACKAGES/starlette/__init__.py": "",
          "PACKAGES/starlette-1.0.0.dist-info/METADATA": "Name: starlette\n",
        },
        says: "fastapi 0.115.0 asks for starlette <0.39.0,>=0.37.2",
        mend: "'starlette<0.39.0,>=0.37.2'",
      },
      // Two that want what does not go together.
      {
        raised:
          "ImportError: cannot import name 'x' from 'werkzeug.urls' (PACKAGES/werkzeug/urls.py)",
        in: "PACKAGES/flask/app.py <module>",
        files: {
          "PACKAGES/flask/__init__.py": "",
          "PACKAGES/Flask-3.1.0.dist-info/METADATA":
            "Name: Flask\nRequires-Dist: Werkzeug>=3.1\n",
          "PACKAGES/older-1.0.dist-info/METADATA":
            "Name: older\nRequires-Dist: werkzeug<3\n",
          "PACKAGES/werkzeug/__init__.py": "",
          "PACKAGES/Werkzeug-2.3.8.dist-info/METADATA": "Name: Werkzeug\n",
        },
        mend: "older 1.0 wants it <3",
      },
    ],
    not: [
      // A view of the application's own fails by itself.
      {
        raised: "AttributeError: 'NoneType' object has no attribute 'name'",
        frames: [
          "PACKAGES/flask/app.py dispatch_request",
          "APP/app.py index",
        ],
        failure: { problem: "request-raised" },
        files: {
          "PACKAGES/flask/__init__.py": "",
          "PACKAGES/flask-3.1.0.dist-info/METADATA":
            "Name: Flask\nRequires-Dist: flask>=9\n",
        },
      },
      {
        raised:
          "ImportError: cannot import name 'nope' from 'werkzeug.urls' (PACKAGES/werkzeug/urls.py)",
        in: "PACKAGES/flask/app.py <module>",
        files: {
          "PACKAGES/flask/__init__.py": "",
          "PACKAGES/Flask-3.1.0.dist-info/METADATA":
            'Name: Flask\nRequires-Dist: Werkzeug>=3.1\nRequires-Dist: werkzeug<3; extra == "old"\n',
          "PACKAGES/werkzeug/__init__.py": "",
          "PACKAGES/Werkzeug-3.1.8.dist-info/METADATA": "Name: Werkzeug\n",
        },
      },
    ],
  },
  {
    name: "pinned-version-absent",
    code: "package-conflict",
    over:
      "circular-import name-undefined package-name-missing name-lost-in-package name-of-later-package versions-clash package-part-gone package-part-missing requirement-unfulfilled name-gone-told unpickle-name unpickle-module",
    when: [
      { type: "ImportError ModuleNotFoundError" },
      ...NOT_THERE,
    ],
    claim: (subject, scene) => {
      for (const asked of partiesOf(subject, scene).asked) {
        const pin = requirementOf(asked.name, scene);
        if (!pin || fulfils(asked.version, pin.wanted)) continue;
        const name = labelOf(asked.folder, scene);
        return {
          seen:
            `${pin.file} asks for ${name} ${pin.wanted}, and ${asked.version} is installed for ${scene.python}, which does not have what is asked of it: ${subject.line}`,
          mend: { install: `${name}${pin.wanted}` },
        };
      }
      return undefined;
    },
    examples: [{
      raised:
        "ImportError: cannot import name 'Markup' from 'flask' (PACKAGES/flask/__init__.py)",
      files: {
        "APP/requirements.txt": "flask==2.0.1\n",
        "PACKAGES/flask/__init__.py": "",
        "PACKAGES/flask-3.0.2.dist-info/METADATA": "Name: Flask\n",
      },
      says:
        "APP/requirements.txt asks for Flask ==2.0.1, and 3.0.2 is installed",
      mend: "install -r APP/requirements.txt",
    }],
    not: [{
      raised: "AttributeError: 'NoneType' object has no attribute 'name'",
      frames: ["PACKAGES/flask/app.py dispatch_request", "APP/app.py index"],
      failure: { problem: "request-raised" },
      files: {
        "APP/requirements.txt": "flask==2.0.1\n",
        "PACKAGES/flask/__init__.py": "",
        "PACKAGES/flask-3.0.2.dist-info/METADATA": "Name: Flask\n",
      },
    }, {
      raised: "TypeError: 'NoneType' object is not iterable",
      frames: ["APP/app.py <module>", "PACKAGES/flask/app.py f"],
      files: {
        "APP/requirements.txt": "flask==2.0.1\n",
        "PACKAGES/flask/__init__.py": "",
        "PACKAGES/flask-3.0.2.dist-info/METADATA": "Name: Flask\n",
      },
    }, {
      raised:
        "ImportError: cannot import name 'Markup' from 'flask' (PACKAGES/flask/__init__.py)",
      files: {
        "APP/requirements.txt": "flask>=2.0.1\n",
        "PACKAGES/flask/__init__.py": "",
        "PACKAGES/flask-3.0.2.dist-info/METADATA": "Name: Flask\n",
      },
    }],
  },
  {
    name: "version-told",
    code: "package-conflict",
    over:
      "optional-dependency django-setup package-name-missing versions-clash setting-from-variable",
    when: [
      {
        message:
          /(?:VersionConflict: )?\(?(?<![\w.-])([\w.-]+) ([\d.]+\w*) \([^)]*\), Requirement\.parse\('([\w.-]+(?:\[[\w,]*\])?[^']*)'\)/,
      },
      ...TOLD_VERSIONS.map((message) => ({ message })),
    ],
    claim: (subject, scene) => {
      const { groups, text } = subject;
      const conflict = /Requirement\.parse/.test(text);
      const name = conflict
        ? groups[0]
        : /of '([\w-]+)'/.exec(text)?.[1] ?? groups[0];
      if (!name || !packageOf(subject.raised.frames.at(-1)?.file ?? "")) {
        return undefined;
      }
      const installed = versionOf(name, scene) ??
        (conflict ? groups[1] : undefined);
      if (!installed) return undefined;
      const told = conflict
        ? /Requirement\.parse\('([^']*)'/.exec(text)![1]!
        : text.replace(/\s+/g, " ").slice(0, 300);
      const wanted = conflict ? told.slice(name.length) : wantedVersion(text);
      // It fits after all: something else is told.
      if (!wanted || fulfils(installed, wanted)) return undefined;
      return {
        says:
          `A package wants ${name} ${wanted}, and ${installed} is installed${
            conflict ? "" : `: ${told}`
          }`,
        mend:
          `Write ${name}${wanted} into the requirements of the site, if all else there works with it, and install those; or a version of the package that asks, for ${name} ${installed}`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: Pandas requires version '3.0.5' or newer of 'xlsxwriter' (version '1.0' currently installed).",
        in: "PACKAGES/pandas/compat/_optional.py f",
        files: { "PACKAGES/XlsxWriter-1.0.dist-info/METADATA": "" },
        says: "wants xlsxwriter >=3.0.5, and 1.0 is installed",
      },
      {
        raised: "ImportError: Numba needs NumPy 2.0 or less. Got NumPy 2.2.",
        in: "PACKAGES/numba/__init__.py _ensure_critical_deps",
        files: { "PACKAGES/numpy-2.2.1.dist-info/METADATA": "" },
        says: "wants NumPy <2.1, and 2.2.1 is installed",
      },
      {
        raised:
          "ImportError: this version of pandas is incompatible with numpy < 1.22.4\nyour numpy version is 1.20.3.\nPlease upgrade numpy to >= 1.22.4 to use this pandas version",
        in: "PACKAGES/pandas/compat/numpy/__init__.py <module>",
        files: { "PACKAGES/numpy-1.20.3.dist-info/METADATA": "" },
        says: "wants numpy >=1.22.4, and 1.20.3 is installed",
      },
      {
        raised:
          "ImportError: accelerate>=0.26.0 is required for a normal functioning of this module, but found accelerate==0.20.0.",
        in: "PACKAGES/transformers/utils/versions.py f",
        files: { "PACKAGES/accelerate-0.20.0.dist-info/METADATA": "" },
        mend: "Write accelerate>=0.26.0",
      },
      {
        raised:
          "SystemError: The installed pydantic-core version (2.49.0) is incompatible with the current pydantic version, which requires 2.46.5. If you encounter this error, make sure that you haven't upgraded pydantic-core manually.",
        in: "PACKAGES/pydantic/version.py _ensure_pydantic_core_version",
        files: { "PACKAGES/pydantic_core-2.49.0.dist-info/METADATA": "" },
        says: "wants pydantic-core ==2.46.5, and 2.49.0 is installed",
      },
      {
        raised:
          "pkg_resources.VersionConflict: (Jinja2 3.1.2 (/x/y), Requirement.parse('Jinja2<3.1'))",
        in: "PACKAGES/pkg_resources/__init__.py resolve",
        says: "wants Jinja2 <3.1, and 3.1.2 is installed",
      },
    ],
    not: [{
      raised:
        "ImportError: accelerate>=0.26.0 is required for a normal functioning of this module",
      in: "PACKAGES/transformers/utils/versions.py f",
      files: { "PACKAGES/accelerate-0.30.0.dist-info/METADATA": "" },
    }],
  },
  {
    name: "name-gone-told",
    code: "package-conflict",
    over: "optional-dependency",
    when: [{ message: GONE_TOLD }, { type: "PydanticUserError" }],
    claim: (subject, scene) => {
      const { raised, text } = subject;
      const teller = packageOf(raised.frames.at(-1)?.file ?? "");
      if (!teller || /^No module named/.test(text)) return undefined;
      const asker = askerOf(subject, teller);
      const told = text.trim().split(/\n\s*\n/).slice(0, 2).join(" ")
        .replace(/\s+/g, " ").slice(0, 300);
      return {
        says: `The installed ${
          ownerInWords(teller, scene)
        } does not take what ${
          askerInWords(subject, teller)
        } does, which is written for another version: ${told}`,
        mend: asker
          ? `Write a later version of ${
            ownerOf(asker, scene).name
          } into the requirements of the site, if there is one; else a version of ${
            ownerOf(teller, scene).name
          } from before that, which is a step back for all of the site`
          : `Change the line as it says; or write a version of ${
            ownerOf(teller, scene).name
          } from before that into the requirements of the site, where nothing else there needs a later one`,
      };
    },
    examples: [
      {
        raised:
          "pydantic.errors.PydanticUserError: A non-annotated attribute was detected: `x = 1`. All model fields require a type annotation",
        in: "PACKAGES/pydantic/_internal/_model_construction.py f",
        says: "A non-annotated attribute",
      },
      {
        raised:
          "openai.lib._old_api.APIRemovedInV1: \n\nYou tried to access openai.ChatCompletion, but this is no longer supported in openai>=1.0.0 - see the README",
        in: "PACKAGES/openai/lib/_old_api.py __call__",
        files: {
          "PACKAGES/openai/__init__.py": "",
          "PACKAGES/openai-1.3.0.dist-info/METADATA": "Name: openai\n",
        },
        says:
          "openai 1.3.0 does not take what the code does, which is written for another version: You",
        mend: "Change the line as it says",
      },
      {
        raised:
          "PyPDF2.errors.DeprecationError: PdfFileReader is deprecated and was removed in PyPDF2 3.0.0. Use PdfReader instead.",
        in: "PACKAGES/PyPDF2/_utils.py deprecation",
        says: "Use PdfReader instead",
      },
      {
        raised:
          "sqlalchemy.exc.InvalidRequestError: The 'sqlalchemy.orm.mapper()' function is removed as of SQLAlchemy 2.0.  Use the registry",
        in: "PACKAGES/sqlalchemy/orm/_orm_constructors.py _mapper_fn",
        says: "removed as of SQLAlchemy 2.0",
      },
      {
        raised:
          "AttributeError: `np.float_` was removed in the NumPy 2.0 release. Use `np.float64` instead.",
        in: ["PACKAGES/old/a.py f", "PACKAGES/numpy/__init__.py __getattr__"],
        says: 'what the package "old" does, which',
        mend: "a later version of old",
      },
    ],
    not: [
      "ValueError: the user was removed in shop 3",
      {
        raised:
          "pydantic.errors.PydanticImportError: `BaseSettings` has been moved to the `pydantic-settings` package. See https://",
        in: "PACKAGES/pydantic/_migration.py wrapper",
      },
    ],
  },
  {
    name: "pydantic-moved",
    code: "package-conflict",
    over: "name-gone-told",
    when: {
      type: "PydanticImportError",
      message: /^`(\w+)` has been moved to the `([\w-]+)` package/,
    },
    claim: ({ groups: [name, home = ""] }) => ({
      says: `\`${name}\` is no longer in pydantic, but in the package ${home}`,
      mend: {
        install: home,
        module: home.replaceAll("-", "_"),
        then: `write: \`from ${home.replaceAll("-", "_")} import ${name}\``,
      },
    }),
    examples: [{
      raised:
        "pydantic.errors.PydanticImportError: `BaseSettings` has been moved to the `pydantic-settings` package. See https://",
      mend: "`from pydantic_settings import BaseSettings`",
    }],
  },
  {
    name: "package-name-missing",
    code: "package-conflict",
    when: ASKED,
    claim: asking(
      ({ name, module, path, isPartial, isImport }, subject, scene) => {
        const top = module.split(".")[0]!;
        const isPackage = isImport
          // What is Python's own has no other versions than Python.
          ? path !== undefined && packageOf(path) !== undefined
          : findInstalled(top, scene) !== undefined;
        if (!isPackage || isPartial || isStandardModule(module)) {
          return undefined;
        }
        const owner = ownerOf(module, scene).name;
        const asker = askerOf(subject, top);
        const others = doubtedBy(top, owner);
        const list = `what is installed tells: \`${
          shellCommand(scene.python, "-m", "pip", "list")
        }\``;
        return {
          says: `The installed ${
            ownerInWords(module, scene)
          } has no "${name}" in ${module}`,
          probably: `${
            asker ? `the package "${asker}"` : "the code"
          } was written for ${
            others.length > 0
              ? `another package whose module has this name (${
                others.join(", ")
              }), or for another version`
              : "another version of it"
          }`,
          mend: others.length > 0 && !asker
            ? `Look which package has "${name}", and write that one, or the version that has it, into the requirements of the site; ${list}`
            : asker
            ? `Write versions of ${
              ownerOf(asker, scene).name
            } and ${owner} that fit each other into the requirements of the site; ${list}`
            : `Look in the documentation of ${owner} for "${name}": correct the line for this version, or write the version that has it into the requirements of the site; ${list}`,
        };
      },
    ),
    examples: [{
      raised:
        "ImportError: cannot import name 'nope' from 'werkzeug' (PACKAGES/werkzeug/__init__.py)",
      files: {
        "PACKAGES/werkzeug": {},
        "PACKAGES/Werkzeug-3.1.8.dist-info/METADATA": "",
      },
      says: 'Werkzeug 3.1.8 has no "nope"',
      mend: "pip list",
    }, {
      raised:
        "ImportError: cannot import name 'imagr' from 'PIL' (PACKAGES/PIL/__init__.py)",
      files: {
        "PACKAGES/PIL/__init__.py": "",
        "PACKAGES/pillow-10.3.0.dist-info/METADATA": "Name: Pillow\n",
      },
      says: "The installed Pillow 10.3.0 has no",
      mend: "documentation of Pillow",
    }, {
      raised:
        "ImportError: cannot import name 'Hasher' from 'argon2' (PACKAGES/argon2.py)",
      files: {
        "PACKAGES/argon2.py": "",
        "PACKAGES/argon2-0.1.10.dist-info/METADATA": "Name: argon2\n",
      },
      says: "another package whose module has this name (argon2-cffi)",
    }, {
      // One that stands in for a module of another package asks nothing.
      raised: "AttributeError: module 'OpenSSL.crypto' has no attribute 'nope'",
      in: "PACKAGES/cryptography/utils.py __getattr__",
      files: {
        "PACKAGES/OpenSSL/crypto.py": "",
        "PACKAGES/OpenSSL/__init__.py": "",
        "PACKAGES/pyopenssl-26.4.0.dist-info/METADATA": "Name: pyOpenSSL\n",
      },
      says: "probably the code was written",
    }, {
      raised: "AttributeError: module 'stripe' has no attribute 'Charged'",
      in: "PACKAGES/djstripe/models.py <module>",
      files: {
        "PACKAGES/stripe/__init__.py": "",
        "PACKAGES/stripe-9.0.dist-info/METADATA": "Name: stripe\n",
      },
      says:
        'The installed stripe 9.0 has no "Charged" in stripe; probably the package "djstripe"',
      mend: "that fit each other",
    }],
    not: [
      "AttributeError: module 'shop' has no attribute 'x'",
      "AttributeError: module 'json' has no attribute 'x'",
    ],
  },
];

/** Tells whether the code that was running has a class or function so named. */
function isOwnWord(of: string, { raised }: Subject, scene: Scene): boolean {
  const [word = ""] = /^\w+/.exec(of) ?? [];
  return raised.frames.some(({ file }) => {
    if (isLibraryFile(file)) return false;
    const text = textOf(file, scene);
    const home = new RegExp(`^from +([\\w.]+) +import\\b.*\\b${word}\\b`, "m")
      .exec(text)?.[1];
    return new RegExp(`^(?:class|def) ${word}\\b`, "m").test(text) ||
      home !== undefined &&
        (home.startsWith(".") ||
          homesOf(home.split(".")[0]!, scene).length > 0);
  });
}

/** A name that a package gave up, and who still asks for it. */
function lostClaim(
  what: string,
  lost: Change,
  subject: Subject,
  scene: Scene,
  lines?: string,
): Claim {
  const installed = versionOf(lost.package, scene);
  const asker = askerOf(subject, lost.package);
  return {
    says: `${what} since ${lost.package} ${lost.version}; ${
      installed ? `installed is ${lost.package} ${installed}, and ` : ""
    }${askerInWords(subject, lost.package)} was written for an older one`,
    // An older one is a step back for all that uses it: it comes last.
    mend: asker
      ? insteadOf(asker, lost.package, lost.version, scene)
      : `${
        lines
          ? lines
          : lost.now
          ? `Write what does its work today: \`${lost.now}\``
          : `Change the line as the notes on ${lost.package} ${lost.version} tell`
      }${orBefore(lost.package, lost.version, scene)}`,
  };
}

/** What does the work of a name that is gone, where that takes more than one. */
const IN_LINES: readonly { of: RegExp; name: RegExp; mend: string }[] = [
  {
    of: /^Web(?:Driver|Element)$/,
    name: /^find_elements?_by_/,
    mend:
      'Write `driver.find_element(By.ID, "name")` (By.NAME, By.XPATH, By.CSS_SELECTOR …) in its place, with `from selenium.webdriver.common.by import By`',
  },
  {
    of: /^WebDriver\.__init__\(\)$/,
    name: /^executable_path$/,
    mend:
      'Write `webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)`, with `from selenium.webdriver.chrome.service import Service`',
  },
  {
    of: /Request$/,
    name: /^is_ajax$/,
    mend:
      'Write `request.headers.get("x-requested-with") == "XMLHttpRequest"` in its place',
  },
  {
    of: /^Flask$/,
    name: /^before_first_request$/,
    mend:
      "Take the decorator away, and call the function once where the application is made, below it: `with app.app_context(): setup()`",
  },
  {
    of: /^Engine$/,
    name: /^(?:execute|scalar)$/,
    mend:
      'Ask a connection, and give it a text: `with engine.connect() as connection: rows = connection.execute(text("SELECT …")).fetchall()`, with `from sqlalchemy import text`; `with engine.begin()` where something is written',
  },
];

/** Whose versions may be at odds: who asks, and who is asked. */
function partiesOf(
  subject: Subject,
  scene: Scene,
): { askers: Distribution[]; asked: Distribution[] } {
  const { raised, text } = subject;
  const named =
    /^(?:cannot import name .* from|No module named|module) (?:partially initialized module )?'([\w.]+)'/
      .exec(text)?.[1];
  const through = [
    ...new Set(
      raised.frames.map(({ file }) => packageOf(file)?.replace(/\.py$/, "")),
    ),
  ].filter((each) => each !== undefined).slice(-4);
  const all = distributions(scene);
  const find = (module: string) => {
    const owner = normalise(ownerOf(module, scene).name);
    return all.find(({ name }) => name === owner);
  };
  const askers = through.map(find).filter((each) => each !== undefined);
  // What no module is asked for is a package's doing only where that raised it.
  const inner = named ??
    packageOf(raised.frames.at(-1)?.file ?? "")?.replace(/\.py$/, "");
  const asked = [inner === undefined ? undefined : find(inner)]
    .filter((each) => each !== undefined);
  return { askers, asked };
}

/** What an installed package asks of another, and has not. */
function unfulfilled(
  asker: Distribution,
  asked: Distribution,
  wanted: string,
  scene: Scene,
): Claim {
  const name = labelOf(asked.folder, scene);
  const wish = `${name}${wanted}`;
  const least = /(?:>=|==|~=)\s*([\d.]+\d)/.exec(wanted)?.[1];
  const others = distributions(scene).filter((each) =>
    each.folder !== asker.folder
  ).flatMap((each) => {
    const theirs = wantedBy(each.folder, asked.name, scene);
    return theirs && least && !fulfils(least, theirs) ? [{ each, theirs }] : [];
  });
  const seen = `${
    labelOf(asker.folder, scene)
  } ${asker.version} asks for ${name} ${wanted}, and ${asked.version} is installed: they do not go together`;
  const [other] = others;
  if (other) {
    const theirs = labelOf(other.each.folder, scene);
    return {
      seen,
      mend:
        `${theirs} ${other.each.version} wants it ${other.theirs}: write versions of ${
          labelOf(asker.folder, scene)
        } and ${theirs} that want the same ${name} into the requirements of the site, and install those`,
    };
  }
  return {
    seen,
    mend: scene.venv
      ? `Write ${wish} into the requirements of the site, and install it: \`${
        pipInstall(scene.python, [wish], scene.host)
      }\`; or write a version of ${
        labelOf(asker.folder, scene)
      } for ${name} ${asked.version}`
      : `Make a virtual environment for the site, and install its requirements into it, with ${wish} among them`,
  };
}
