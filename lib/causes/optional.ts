/**
 * Dependencies that a package does not bring along, and asks for in words of
 * its own.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { normalise } from "../python/pip.ts";
import { distributionOf } from "../python/package_names.ts";
import { mayInstall } from "./installing.ts";
import type { Rule } from "./rule.ts";
import {
  extrasOf,
  findInstalled,
  ownerOf,
  packageOf,
  versionOf,
} from "./installed.ts";
import { isLibraryFile } from "../python/failure.ts";
import { isLoadFailure, lineOf, type Scene, textOf } from "./scene.ts";

/** What packages say in words that name no package, and what they want. */
const TOLD: readonly { message: RegExp; install: string; why?: string }[] = [
  {
    message:
      /Couldn't find a tree builder with the features you requested: (lxml|html5lib)/,
    install: "$1",
    why: "Beautiful Soup is asked to use it",
  },
  {
    message:
      /'cryptography' package is required for (?:sha256_password|caching_sha2_password)/,
    install: "cryptography",
    why:
      "PyMySQL needs it for the way in which the server asks for the password",
  },
  {
    message: /Form data requires "python-multipart"/,
    install: "python-multipart",
  },
  {
    message: /"?dnspython"? (?:module )?must be installed/,
    install: "dnspython",
  },
  {
    message: /Couldn't load '\w*Argon2\w*' algorithm library/,
    install: "argon2-cffi",
    why: "PASSWORD_HASHERS in Django's settings names it",
  },
  {
    message: /Couldn't load '\w*BCrypt\w*' algorithm library/,
    install: "bcrypt",
    why: "PASSWORD_HASHERS in Django's settings names it",
  },
  {
    message: /lxml\.html\.clean module is now a separate project/,
    install: "lxml_html_clean",
    why: "it was a part of lxml before 5.2",
  },
  { message: /Missing optional dependency 'openpyxl'/, install: "openpyxl" },
  { message: /Missing optional dependency 'xlrd'/, install: "xlrd" },
  {
    message: /\b(lxml|html5lib) not found, please install it/,
    install: "$1",
  },
  { message: /\binstall redis-py\b/, install: "redis" },
  { message: /^MySQL driver not installed!/, install: "PyMySQL" },
  {
    message: /^(?:psycopg2 )?[Pp]ostgres driver not (?:found|installed)/,
    install: "psycopg2-binary",
  },
  {
    message: /requires the PyTorch library but it was not found/,
    install: "torch",
  },
  {
    message: /requires the TensorFlow library but it was not found/,
    install: "tensorflow",
  },
  {
    message: /^No engine for filetype: 'xlsx'/,
    install: "openpyxl",
    why: "pandas writes .xlsx with it",
  },
  {
    message: /^No engine for filetype: 'ods'/,
    install: "odfpy",
    why: "pandas writes .ods with it",
  },
  {
    message: /tried using: 'pyarrow', 'fastparquet'/,
    install: "pyarrow",
  },
  {
    message: /Install Flask with the 'async' extra/,
    install: "asgiref",
    why: "Flask needs it for views that are async",
  },
  {
    message: /`?jinja2`? must be installed to use Jinja2Templates/,
    install: "jinja2",
  },
  {
    message: /`?itsdangerous`? must be installed to use SessionMiddleware/i,
    install: "itsdangerous",
  },
  {
    message:
      /email-validator is not installed|No module named 'email_validator'/,
    install: "email-validator",
  },
  {
    message: /Install 'email_validator' for email validation support/,
    install: "email-validator",
  },
  {
    message:
      /requires? the (?:python )?["'`]?Pillow["'`]?|Cannot use ImageField because Pillow is not installed/i,
    install: "Pillow",
  },
  {
    message: /No module named 'brotli'|brotli.*must be installed/i,
    install: "brotli",
  },
  {
    message: /Missing dependencies for SOCKS support/i,
    install: "PySocks",
  },
  {
    message:
      /Using SOCKS prox(?:y|ies).*(?:pip install|requires?|not installed)/i,
    install: "socksio",
  },
  {
    message: /Using http2=True, but the 'h2' package is not installed/,
    install: "h2",
  },
  {
    message: /`?tabulate`? is required|Missing optional dependency 'tabulate'/,
    install: "tabulate",
  },
  {
    message:
      /requires? the MySQLdb(?: module| package)|MySQLdb.*(?:not (?:found|installed))/i,
    install: "mysqlclient",
  },
];

/** Words beside a name that tell that it is wanted. */
const WANTED_BEFORE =
  "(?:requires?|needs?|needed|without|install(?:ing|ed)?|missing|depends on|import)\\b[^\\n]{0,50}";
const WANTED_AFTER =
  "[^\\n]{0,50}(?:to be (?:available|installed)|(?:is|are) (?:required|needed|missing)|not (?:be )?(?:found|available|installed|imported)|must be)";

/** How packages name what they want: the name is the first group. */
const WORDS: readonly RegExp[] = [
  /Missing optional dependency '([\w.-]+)'/,
  /(?:[Pp]lease |[Yy]ou (?:must|need to|should) |[Tt]ry (?:to )?|^)(?:`|')?(?:pip3? )?[Ii]nstall(?:ing)?(?: the)? (?:package |module |library )?[`'"]([\w.-]+)(?:\[[\w,-]+\])?[`'"]/,
  /(?:pip3? install|conda install) (?:-U |--upgrade )?[`'"]?([A-Za-z][\w.-]*)/,
  /^Please install ([\w-]+) v?\d[\w.]* \(or later\)/,
  /[`'"]([\w.-]+)[`'"](?: package| module| library)? (?:is required|must be installed|is not installed|needs to be installed|was not found|not installed|is needed)/,
  /(?:[Tt]he |^)([\w.-]+) (?:package|module|library) (?:is required|must be installed|is not installed|needs to be installed|was not found|not installed|is missing|could not be imported)/,
  /requires? (?:the )?[`'"]([\w.-]+)[`'"](?: to be installed| package| library| module)?/,
  /requires? (?:the )?([\w.-]+) to be installed/,
  /requires the ([\w.-]+) library but it was not found/,
  /[Yy]ou need to install the ([\w.-]+) (?:library|package|module)/,
  /[Yy]ou (?:must|need to|should|have to) install (?:the )?([\w.-]+)/,
  /[Tt]he '([\w.-]+)[^']*' distribution was not found/,
  /[Dd]id you (?:forget to )?install [`'"]?([\w.-]+)/,
  /[Dd]o you have [`'"]?([\w.-]+)[`'"]? installed/,
  /\b[Nn]o ([\w.-]+) (?:module|package|library) (?:was )?found/,
  /^([\w.-]+) (?:is|are) (?:not installed|required(?: to use| for))/,
  /depends on (?:the )?[`'"]?([\w.-]+)[`'"]?,? (?:package|which is not)/,
  /(?:[Uu]nable|[Ff]ailed|[Cc]ould not|[Cc]ouldn't|[Cc]annot) (?:to )?import (?:the )?(?:module |package )?[`'"]?([\w.-]+)[`'"]?(?:\.|,|;|$| module| package| library| library| is)/,
];

/** The same, where the name must be a known one. */
const LOOSE_WORDS =
  /(?:[Pp]lease |, )install (?:the )?(?:specific |right )?(?:version of |packages? )?[`'"]?([\w.-]+)[`'"]?(?: and| first|\.?$)/;

/** Words that follow and name nothing. */
const NO_NAMES =
  /^(?:it|them|this|that|the|a|an|package|packages|module|modules|library|dependency|dependencies|python|pip|your|some|name|name_or|from|with|for|one|all|both|either|extra|extras|required|requirements?|setuptools)$/i;

/** The rules of optional dependencies. */
export const optional = (): Rule[] => [
  {
    name: "optional-dependency",
    code: "package-missing",
    over: "django-setup package-name-missing name-undefined sqlalchemy-dialect",
    when: [
      {
        type:
          /^(?!(?:ModuleNotFoundError|KeyError|FileNotFoundError|TypeError|IndexError|SyntaxError)$)/,
        message:
          /was not found and is required|No engine for|driver|available|without|needed|[Ii]nstall|algorithm library|required|dependenc|[Uu]nable to import|tree builder|Did you|[Ff]ailed to import|not import|requires/,
      },
    ],
    claim: ({ text, raised, own }, scene) => {
      const who = packageOf(raised.frames.at(-1)?.file ?? "");
      const owner = who && normalise(ownerOf(who, scene).name);
      const told = TOLD.find((each) => each.message.test(text));
      const found = told?.message.exec(text);
      const named = told?.install.replace("$1", found?.[1] ?? "");
      const isKnown = (each: string) =>
        mayInstall({ module: each.replaceAll("-", "_") }, scene);
      const names = WORDS
        .map((each) => each.exec(text)?.[1]?.replace(/\.+$/, ""))
        .filter((each) => each !== undefined)
        .filter((each) =>
          !NO_NAMES.test(each) &&
          // What asks is often named as well, as in "install it with pip".
          normalise(each) !== owner &&
          !findInstalled(each.replaceAll("-", "_"), scene)
        );
      const loose = LOOSE_WORDS.exec(text)?.[1];
      const name = named ?? names.find(isKnown) ??
        (loose && isKnown(loose) ? loose : undefined) ?? names[0] ??
        (owner && extraTold(owner, text, scene));
      if (isLoadFailure(raised.cause)) return undefined;
      const extra = who && owner && !named && !(name && isKnown(name))
        ? extraAsked(owner, text, scene)
        : undefined;
      if (extra) {
        const label = ownerOf(who!, scene).name;
        return {
          says:
            `The package "${who}" asks for its own extra "${extra.name}", and of that ${
              extra.missing.join(", ")
            } ${extra.missing.length > 1 ? "are" : "is"} not installed`,
          mend: { install: `${label}[${extra.name}]` },
        };
      }
      if (!name) return undefined;
      // A library or a program of the system is no package of Python's.
      const module = name.replaceAll("-", "_");
      const asked = named === undefined && !isKnown(name) ? name : undefined;
      const top = module.split("[")[0]!;
      if (
        findInstalled(top, scene) || findInstalled(top.toLowerCase(), scene) ||
        versionOf(name, scene) !== undefined
      ) {
        return undefined;
      }
      const isOwn = own !== undefined && own === raised.frames.at(-1);
      const asker = who
        ? `The package "${who}"`
        : isOwn
        ? "The application"
        : "A package";
      if (asked !== undefined) {
        const isPackage = /install|package|library|dependenc/i.test(text);
        // The owner's own words name a package of the index.
        if (isOwn && /\bpip3? install\b/.test(text)) {
          return {
            says: `${asker} asks for a package that is not installed: ${
              text.replace(/\s+/g, " ").slice(0, 300)
            }`,
            mend:
              `Add "${asked}" to the requirements of the site, if that is the package which is meant, and install those`,
          };
        }
        return who === undefined || !isPackage ? undefined : {
          says: `${asker} asks for something that is not installed: ${
            text.replace(/\s+/g, " ").slice(0, 300)
          }`,
          mend: `Its words name "${asked}": see in the documentation of ${
            ownerOf(who, scene).name
          } which package that is, and add it to the requirements of the site`,
        };
      }
      return {
        says: `${asker} needs the package "${
          named ?? distributionOf(module)
        }" for this, and that is not installed${
          told?.why ? `: ${told.why}` : ""
        }`,
        mend: named ? { install: named } : { module },
      };
    },
    examples: [
      {
        raised:
          "ImportError: lxml.html.clean module is now a separate project lxml_html_clean.\nInstall lxml[html_clean] or lxml_html_clean directly.",
        in: "PACKAGES/lxml/html/clean.py <module>",
        files: { "PACKAGES/lxml/__init__.py": "" },
        mend: "install lxml_html_clean",
      },
      {
        raised:
          "pkg_resources.DistributionNotFound: The 'sqlparse>=0.2' distribution was not found and is required by Django",
        in: "PACKAGES/pkg_resources/__init__.py resolve",
        mend: "install sqlparse",
      },
      {
        raised:
          "importlib.metadata.PackageNotFoundError: No package metadata was found for The 'tqdm>=4.27' distribution was not found and is required by this application. \nTry: `pip install transformers -U`",
        in: "PACKAGES/transformers/utils/versions.py f",
        mend: "install tqdm",
      },
      {
        raised:
          'pymongo.errors.ConfigurationError: The "dnspython" module must be installed to use mongodb+srv:// URIs. To fix this error install pymongo again:\n/usr/bin/python3 -m pip install pymongo>=4.3,<4.4 --no-cache',
        in: "PACKAGES/pymongo/uri_parser.py parse_uri",
        files: { "PACKAGES/pymongo/__init__.py": "" },
        mend: "install dnspython",
      },
      {
        raised:
          "ValueError: Couldn't load 'Argon2PasswordHasher' algorithm library: No module named 'argon2'",
        in: "PACKAGES/django/contrib/auth/hashers.py _load_library",
        says: "PASSWORD_HASHERS",
        mend: "install argon2-cffi",
      },
      {
        raised:
          "Exception: Install 'email_validator' for email validation support.",
        in: "PACKAGES/wtforms/validators.py __init__",
        mend: "install email-validator",
      },
      {
        raised:
          "bs4.exceptions.FeatureNotFound: Couldn't find a tree builder with the features you requested: lxml. Do you need to install a parser library?",
        in: "PACKAGES/bs4/__init__.py __init__",
        mend: "install lxml",
      },
      {
        raised:
          "ImportError: Missing optional dependency 'openpyxl'.  Use pip or conda to install openpyxl.",
        in: "PACKAGES/pandas/compat/_optional.py import_optional_dependency",
        mend: "install openpyxl",
      },
      {
        raised:
          "RuntimeError: 'cryptography' package is required for sha256_password or caching_sha2_password auth methods",
        in: "PACKAGES/pymysql/_auth.py f",
        mend: "install cryptography",
      },
      {
        raised:
          'RuntimeError: Form data requires "python-multipart" to be installed. \nYou can install "python-multipart" with: \n\npip install python-multipart\n',
        in: "PACKAGES/fastapi/dependencies/utils.py f",
        mend: "install python-multipart",
      },
      {
        raised:
          "AssertionError: `coreapi` must be installed for schema support.",
        in: "PACKAGES/rest_framework/schemas.py f",
        says: 'needs the package "coreapi"',
        mend: "install coreapi",
      },
      {
        raised:
          "kombu.exceptions.ImproperlyConfigured: You need to install the redis library in order to use the Redis result store backend.",
        in: "PACKAGES/celery/backends/redis.py __init__",
        mend: "install redis",
      },
      {
        raised:
          "requests.exceptions.InvalidSchema: Missing dependencies for SOCKS support.",
        in: "PACKAGES/requests/adapters.py send",
        files: { "PACKAGES/requests/__init__.py": "" },
        mend: "install PySocks",
      },
      {
        raised: "RuntimeError: clustermap requires scipy to be available",
        in: "PACKAGES/seaborn/matrix.py clustermap",
        files: {
          "PACKAGES/seaborn/__init__.py": "",
          "PACKAGES/seaborn-1.0.dist-info/METADATA":
            'Name: seaborn\nRequires-Dist: scipy>=1; extra == "all"\n',
        },
        mend: "install scipy",
      },
      {
        raised: "AttributeError: The '.style' accessor requires jinja2",
        in: "PACKAGES/pandas/core/frame.py style",
        files: {
          "PACKAGES/pandas/__init__.py": "",
          "PACKAGES/pandas-1.0.dist-info/METADATA":
            'Name: pandas\nRequires-Dist: jinja2>=1; extra == "all"\n',
        },
        mend: "install jinja2",
      },
      {
        raised:
          "ImportError: \nAutoModel requires the PyTorch library but it was not found in your environment. Checkout the instructions on the\ninstallation page",
        in: "PACKAGES/transformers/utils/import_utils.py requires_backends",
        mend: "install torch",
      },
      {
        raised: "ImportError: To use the Excel reader, install openpyxl first",
        in: "PACKAGES/tablib/formats/_xlsx.py f",
        mend: "install openpyxl",
      },
      // Only the package itself knows the name.
      {
        raised:
          "ImportError: Using URI string without version '2.0.36' or newer of 'weirddb' installed.",
        in: "PACKAGES/pandas/io/sql.py pandasSQL_builder",
        files: {
          "PACKAGES/pandas/__init__.py": "",
          "PACKAGES/pandas-3.0.6.dist-info/METADATA":
            'Name: pandas\nRequires-Dist: weirddb>=2.0.36; extra == "sql"\n',
        },
        mend: "install weirddb",
      },
      {
        raised:
          "RuntimeError: The web interface is not there. Install it with: pip install 'weirdq[web]'",
        in: "PACKAGES/weirdq/web.py start",
        files: {
          "PACKAGES/weirdq/__init__.py": "",
          "PACKAGES/weirdq-1.2.dist-info/METADATA":
            'Name: weirdq\nProvides-Extra: web\nRequires-Dist: weirdweb>=2; extra == "web"\n',
        },
        says: 'its own extra "web", and of that weirdweb is not installed',
        mend: "'weirdq[web]'",
      },
      {
        raised: "peewee.ImproperlyConfigured: MySQL driver not installed!",
        in: "PACKAGES/peewee.py _connect",
        mend: "install PyMySQL",
      },
      {
        raised:
          "ImportError: Please install weirdlib first: pip install weirdlib",
        says: "The application asks for a package",
        mend: 'Add "weirdlib" to the requirements',
      },
      {
        raised: "ImportError: Please install scipy and numpy",
        mend: "install scipy",
      },
      "ImportError: The requests library is not installed, please run `pip install requests`",
    ],
    not: [
      "ValueError: name is required",
      {
        raised: "ValueError: Please install the certificate first",
        in: "PACKAGES/shopx/core.py f",
      },
      {
        raised: "django.core.exceptions.FieldError: 'email' is required",
        in: "PACKAGES/django/forms.py f",
      },
      "ModuleNotFoundError: No module named 'flask'",
      {
        raised: "ImportError: Error loading it. Did you install mysqlclient?",
        files: { "PACKAGES/mysqlclient-2.2.0.dist-info/METADATA": "" },
      },
      // The name stands there for something else.
      {
        raised: "ValueError: the column 'weirddb' holds no numbers",
        in: "PACKAGES/pandas/io/sql.py f",
        files: {
          "PACKAGES/pandas/__init__.py": "",
          "PACKAGES/pandas-3.0.6.dist-info/METADATA":
            'Name: pandas\nRequires-Dist: weirddb>=2.0.36; extra == "sql"\n',
        },
      },
    ],
  },
  {
    name: "optional-left-none",
    code: "package-missing",
    when: {
      type: "AttributeError TypeError",
      message:
        /^'NoneType' object (?:has no attribute '(\w+)'|is not callable)/,
    },
    claim: ({ raised, groups: [name] }, scene) => {
      const frame = raised.frames.at(-1);
      const asker = packageOf(frame?.file ?? "");
      if (!frame || !asker && isLibraryFile(frame.file)) return undefined;
      const text = textOf(frame.file, scene);
      const used = [
        ...lineOf(frame, scene).matchAll(
          name ? new RegExp(`\\b(\\w+)\\.${name}\\b`, "g") : /\b(\w+)\(/g,
        ),
      ].map(([, each]) => each!);
      const module = used.flatMap((each) =>
        wentOnWithout(each, text) ? [importedAs(each, text)] : []
      ).find((each) => each !== undefined);
      const top = module?.split(".")[0] ?? "";
      return top === "" || findInstalled(top, scene) ||
          !mayInstall({ module: module! }, scene)
        ? undefined
        : {
          seen: `${
            asker
              ? `The package "${asker.replace(/\.py$/, "")}"`
              : "The application"
          } went on without the package "${top}", which is not installed, and needs it here`,
          mend: { module: module! },
        };
    },
    examples: [{
      raised: "AttributeError: 'NoneType' object has no attribute 'Redis'",
      in: "PACKAGES/kombu/transport/redis.py __init__",
      files: {
        "PACKAGES/kombu/transport/redis.py":
          "try:\n    import redis\nexcept ImportError:  # pragma: no cover\n    redis = None\n\n\n\n\nx = redis.Redis\n",
      },
      says: 'without the package "redis"',
      mend: "pip install redis",
    }, {
      raised: "AttributeError: 'NoneType' object has no attribute 'DataFrame'",
      frames: ["APP/lib/prices.py <module>"],
      files: {
        "APP/lib/prices.py":
          "try:\n    import pandas as pd\nexcept ImportError:\n    pd = None\n\n\n\n\npd.DataFrame()\n",
      },
      says: 'The application went on without the package "pandas"',
    }],
    not: [{
      raised: "AttributeError: 'NoneType' object has no attribute 'Redis'",
      in: "PACKAGES/kombu/transport/redis.py __init__",
      files: {
        // Long, with blank lines that are not empty.
        "PACKAGES/kombu/transport/redis.py":
          `try:\n    import x\nexcept ImportError:\n    x = redis.Redis\n${
            "        \n".repeat(1000)
          }`,
      },
    }, {
      raised: "AttributeError: 'NoneType' object has no attribute 'Redis'",
      in: "PACKAGES/kombu/transport/redis.py __init__",
      files: {
        "PACKAGES/redis/__init__.py": "",
        "PACKAGES/kombu/transport/redis.py":
          "try:\n    import redis\nexcept ImportError:\n    redis = None\n\n\n\n\nx = redis.Redis\n",
      },
    }, {
      raised: "AttributeError: 'NoneType' object has no attribute 'Redis'",
      in: "PACKAGES/kombu/transport/redis.py __init__",
      files: {
        "PACKAGES/kombu/transport/redis.py":
          "try:\n    import redis\nexcept ImportError:\n    pass\nredis = None\n\n\n\nx = redis.Redis\n",
      },
    }],
  },
];

/** The module that a source file imports under a name. */
function importedAs(name: string, text: string): string | undefined {
  return new RegExp(`^\\s+import ([\\w.]+) as ${name}\\b`, "m").exec(text)
    ?.[1] ??
    new RegExp(`^\\s+import (${name})\\b(?:\\.[\\w.]+)?`, "m").exec(text)
      ?.[1] ??
    new RegExp(`^\\s+from (\\w[\\w.]*) import .*\\b${name}\\b`, "m").exec(text)
      ?.[1];
}

/** An extra of the raising package that its words name, and what it lacks. */
function extraAsked(
  owner: string,
  text: string,
  scene: Scene,
): { name: string; missing: string[] } | undefined {
  for (
    const [, whose = "", names = ""] of text.matchAll(
      /\b([\w.-]+)\[([\w.-]+(?:, *[\w.-]+)*)\]/g,
    )
  ) {
    if (normalise(whose) !== owner) continue;
    for (const name of names.split(/, */)) {
      const missing = extrasOf(owner, scene, name)
        .filter((each) => versionOf(each, scene) === undefined);
      if (missing.length > 0) return { name, missing };
    }
  }
  return undefined;
}

/** A package whose use the raising one has as an extra, and that it names. */
function extraTold(
  owner: string,
  text: string,
  scene: Scene,
): string | undefined {
  return extrasOf(owner, scene).find((name) => {
    const word = `[\\x60'"]?\\b${name.replace(/[-_.]/g, "[-_.]")}\\b[\\x60'"]?`;
    return new RegExp(`${WANTED_BEFORE}${word}|${word}${WANTED_AFTER}`, "i")
      .test(text) && versionOf(name, scene) === undefined;
  });
}

/** Tells whether a name is set to None after its import has failed. */
function wentOnWithout(name: string, text: string): boolean {
  const isGivenUp = new RegExp(`^\\s+${name} *=(?: *\\w+ *=)* *None\\b`);
  let isAfter = false;
  return text.split("\n").some((line) => {
    if (/^\s*$/.test(line)) return false;
    if (isAfter && isGivenUp.test(line)) return true;
    if (
      !/^\s*except (?:\w*ImportError|ModuleNotFoundError|Exception)/.test(line)
    ) {
      isAfter &&= /^\s/.test(line);
    } else isAfter = true;
    return false;
  });
}
