/**
 * Packages that Python does not find: not installed, installed for another
 * Python, not readable, or unknown.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { openingFor } from "../machine/permission.ts";
import {
  distributionOf,
  isKnownDistribution,
  isPublicPackage,
  isStandardModule,
  nearPackage,
} from "../python/package_names.ts";
import { closedPackages, normalise } from "../python/pip.ts";
import { packageFolders, venvFix } from "../python/venv.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import {
  bareName,
  bringerOf,
  type Distribution,
  distributions,
  findInstalled,
  holds,
  labelOf,
  ownerOf,
  packageOf,
  versionOf,
} from "./installed.ts";
import { mayInstall, requirementsFor } from "./installing.ts";
import {
  ANY_MISSING,
  ANYWHERE,
  isOwn,
  MISSING,
  nameOf,
  topOf,
  wholeAsked,
} from "./missing.ts";
import { asMend, type Claim, type Rule, type Subject } from "./rule.ts";
import { lineOf, type Scene, textOf } from "./scene.ts";

/** The rules of packages that are not found. */
export const modules = (): Rule[] => [
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
      {
        raised: "ModuleNotFoundError: No module named 'pkg.sub'",
        facts: { name: "pkg.sub" },
        files: {
          "APP/pkg": { mode: 0o644, owner: "ann:project" },
          "APP/pkg/sub.py": "",
        },
        says: "APP/pkg cannot be entered",
        mend: "chmod -R g+X APP/pkg",
      },
    ],
  },
  {
    name: "packages-unreadable",
    code: "package-unreadable",
    over: `${ANY_MISSING} package-folder-unreadable`,
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
    name: "package-for-other-python",
    code: "venv-other-version",
    over: `${ANY_MISSING} package-in-other-environment`,
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
    over: ANY_MISSING,
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
        "SITE/.venv/bin/python": "",
        "SITE/.venv/lib/python3.11/site-packages/flask": {},
      },
      says: "but in SITE/.venv",
      mend: 'passenger_python = "SITE/.venv/bin/python"',
    }],
    not: [{
      raised: "ModuleNotFoundError: No module named 'flask'",
      files: {
        "SITE/.venv/pyvenv.cfg": "home = /Users/ann/bin\n",
        "SITE/.venv/lib/python3.6/site-packages/flask": {},
      },
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
      const asked = wholeAsked(lineOf(subject.own, scene), name) ?? name;
      if (!mayInstall({ module: asked }, scene)) return undefined;
      const other = otherHome(top, scene);
      return {
        seen: `The package "${top}" is imported, but not installed ${
          scene.venv
            ? `in the virtual environment ${scene.venv}`
            : `for ${scene.python}`
        }${other ? `; it ${elsewhereInWords(other)}` : ""}`,
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
      ...[
        "/home/jdoe/.local/lib/python3.11/site-packages",
        "/usr/lib/python3/dist-packages",
        "/home/jdoe/virtualenv/shop/3.9/lib/python3.9/site-packages",
      ].map((folder) => ({
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: { [`${folder}/flask/__init__.py`]: "" },
        says: `in ${folder}, where`,
        mend: "pip install flask",
      })),
      // The application tells in words of its own what it could not import.
      {
        raised: "RuntimeError: the drawing part is missing",
        facts: {
          incidental: true,
          cause: {
            type: "ModuleNotFoundError",
            message: "No module named 'matplotlib'",
            name: "matplotlib",
            frames: [{
              file: "/srv/site/myapp/app.py",
              line: 3,
              function: "<module>",
            }],
          },
        },
        mend: "install matplotlib",
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
      // Who only handles it says no more of it.
      {
        raised: "RuntimeError: the shop is closed",
        facts: {
          incidental: true,
          cause: {
            type: "ModuleNotFoundError",
            message: "No module named 'flask'",
            frames: [{
              file: "/srv/site/myapp/app.py",
              line: 3,
              function: "f",
            }],
          },
        },
      },
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
    name: "dependency-missing",
    code: "package-missing",
    over: `${ANY_MISSING} namespace-part-missing`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const top = topOf(subject);
      const inner = subject.raised.frames.at(-1);
      const asker = packageOf(inner?.file ?? "")?.replace(/\.py$/, "");
      if (
        !asker || asker === top || isStandardModule(top) || isOwn(top, scene)
      ) return undefined;
      const asked = wholeAsked(lineOf(inner, scene), name) ?? name;
      const all = distributions(scene);
      const own = normalise(ownerOf(asker, scene).name);
      const found = [
        ...all.filter((each) => each.name === own),
        // Who only passes it on, names it not.
        ...isPublicPackage(top) ? [] : all.slice(0, MOST_ASKED),
      ].flatMap((each) => {
        const needed = neededBy(each, asked, scene);
        return needed ? [{ each, needed }] : [];
      })[0];
      if (!found) return undefined;
      const { needed } = found;
      const owner = labelOf(found.each.folder, scene);
      const { version } = found.each;
      // What the site lists itself, is installed from that list.
      if (
        versionOf(needed.name, scene) !== undefined ||
        requirementsFor(needed.name, scene) !== undefined
      ) return undefined;
      return {
        seen: `${owner} ${version} says that it needs "${needed.name}"${
          needed.versions && ` ${needed.versions}`
        }, and that is not installed, as after an installation without what is needed (\`--no-deps\`) or one that was broken off`,
        mend: { install: `${owner}==${version}` },
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'pydantic_core'",
        in: "PACKAGES/pydantic/version.py <module>",
        files: {
          "PACKAGES/pydantic/__init__.py": "",
          "PACKAGES/pydantic-2.9.2.dist-info/METADATA":
            "Name: pydantic\nRequires-Dist: pydantic-core==2.23.4\n",
        },
        says: 'pydantic 2.9.2 says that it needs "pydantic-core" ==2.23.4',
        mend: "pip install pydantic==2.9.2",
      },
      {
        raised: "ModuleNotFoundError: No module named 'jaraco'",
        in: "PACKAGES/keyring/core.py <module>",
        files: {
          "PACKAGES/keyring/core.py": `${
            "\n".repeat(8)
          }from jaraco.classes import properties\n`,
          "PACKAGES/keyring-25.0.dist-info/METADATA":
            "Name: keyring\nRequires-Dist: jaraco.classes\n",
        },
        says: 'needs "jaraco.classes"',
        mend: "keyring==25.0",
      },
    ],
    not: [
      // Only for a use of it that few need.
      {
        raised: "ModuleNotFoundError: No module named 'unheard'",
        in: "PACKAGES/shop/core.py <module>",
        files: {
          "PACKAGES/shop/core.py": "",
          "PACKAGES/shop-1.0.dist-info/METADATA":
            'Name: shop\nRequires-Dist: unheard; extra == "all"\n',
        },
      },
    ],
  },
  {
    name: "installed-app-missing",
    code: "package-missing",
    over: ANY_MISSING,
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
    name: "module-of-flaskext",
    code: "package-missing",
    over: ANYWHERE,
    when: MISSING,
    claim: (subject, scene) => {
      const [, part = ""] = /^\s*(?:from|import)\s+flaskext\.(?!mysql\b)(\w+)/
        .exec(lineOf(subject.own, scene)) ?? [];
      if (!part || topOf(subject) !== "flaskext" || isOwn("flaskext", scene)) {
        return undefined;
      }
      const module = `flask_${part}`;
      const says =
        `"flaskext.${part}" is the name that this extension of Flask had long ago; its module is called "${module}" today`;
      return findInstalled(module, scene)
        ? {
          code: "package-conflict",
          seen: `${says}, and is installed`,
          mend: `Import from \`${module}\` in its place`,
        }
        : {
          says,
          mend: {
            module,
            then: `import from \`${module}\` in place of \`flaskext.${part}\``,
          },
        };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'flaskext'",
        facts: { name: "flaskext" },
        files: {
          "APP/app.py": "\n\nfrom flaskext.wtf import Form\n",
          "PACKAGES/flask_wtf/__init__.py": "",
        },
        code: "package-conflict",
        mend: "Import from `flask_wtf`",
      },
      {
        raised: "ModuleNotFoundError: No module named 'flaskext'",
        facts: { name: "flaskext" },
        files: {
          "APP/app.py": "\n\nfrom flaskext.login import LoginManager\n",
        },
        says: 'is called "flask_login" today',
        mend: "import from `flask_login` in place",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'flask_wtf'",
      facts: { name: "flask_wtf" },
      files: { "APP/app.py": "\n\nfrom flask_wtf import Form\n" },
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
      // Packages are seldom published with a slip of the pen.
      const asker = packageAsking(top, subject, scene);
      if (
        !near || asker || isStandardModule(top) || isOwn(top, scene) ||
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
      {
        raised: "ModuleNotFoundError: No module named 'pyaudios'",
        in: "PACKAGES/sound/core.py <module>",
        files: { "PACKAGES/sound/core.py": "import pyaudios\n" },
      },
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
    name: "module-in-other-home",
    code: "package-missing",
    over: "module-unknown module-mistyped",
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      if (isKnown(subject, scene)) return undefined;
      const other = otherHome(top, scene);
      const bringer = other &&
        bringerOf(top, { ...scene, packages: [other] });
      if (!bringer) return undefined;
      const label = `${bringer.name} ${bringer.version}`;
      return {
        seen:
          `The module "${top}" is imported, and is not installed for ${scene.python}, which runs the site; the distribution ${label}, which brings it, ${
            elsewhereInWords(other)
          }`,
        mend: isKnownDistribution(bringer.name, top)
          ? { install: bringer.name }
          : `Install the distribution "${bringer.name}" ${
            scene.venv
              ? `into the virtual environment ${scene.venv} as well`
              : "for that Python as well"
          }, from the same index as then${
            scene.venv ? `, with \`${scene.python} -m pip\`` : ""
          }, and add it to the requirements of the site`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'house_rates'",
        files: {
          "/home/jdoe/.local/lib/python3.11/site-packages/house_rates/__init__.py":
            "",
          "/home/jdoe/.local/lib/python3.11/site-packages/house_rates-2.1.dist-info/METADATA":
            "Name: house-rates\n",
          "/home/jdoe/.local/lib/python3.11/site-packages/house_rates-2.1.dist-info/RECORD":
            "house_rates/__init__.py,,\n",
        },
        says:
          "the distribution house-rates 2.1, which brings it, is among the packages that pip installed for the user alone (--user), in /home/jdoe/.local/lib/python3.11/site-packages, where the Python of the site does not look",
        mend:
          'Install the distribution "house-rates" into the virtual environment SITE/venv as well',
      },
      {
        raised: "ModuleNotFoundError: No module named 'rates'",
        files: {
          "/usr/lib/python3/dist-packages/rates.py": "",
          "/usr/lib/python3/dist-packages/money_rates-0.4.egg-info/PKG-INFO":
            "Name: money-rates\n",
          "/usr/lib/python3/dist-packages/money_rates-0.4.egg-info/top_level.txt":
            "rates\n",
        },
        says: "money-rates 0.4, which brings it, is installed for another",
        mend: "SITE/venv as well",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'house_rates'",
      files: {
        "/home/jdoe/.local/lib/python3.11/site-packages/house_rates/__init__.py":
          "",
      },
    }],
  },
  {
    name: "module-unknown",
    code: "module-not-here",
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const top = topOf(subject);
      if (isKnown(subject, scene)) return undefined;
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

const MOST_ASKED = 400;

/** What a distribution says that it needs in any case, for a module. */
function neededBy(
  { folder }: Distribution,
  module: string,
  scene: Scene,
): { name: string; versions: string } | undefined {
  const parts = module.split(".");
  const wanted = new Set([
    distributionOf(module),
    distributionOf(parts[0]!),
    ...parts.map((_, at) => parts.slice(0, at + 1).join("-")),
  ].map((each) => normalise(bareName(each))));
  const text = textOf(join(folder, "METADATA"), scene);
  const found = [
    ...text.matchAll(
      /^Requires-Dist: *([\w.-]+)(?:\[[^\]]*\])? *\(?([<>=!~][^;()\r\n]*)?\)? *(?:;(.*))?$/gm,
    ),
  ].find(([, name, , marker]) =>
    wanted.has(normalise(name!)) &&
    !/\b(?:extra|sys_platform|os_name|platform_system) *[=!]=/.test(
      marker ?? "",
    )
  );
  return found && { name: found[1]!, versions: found[2]?.trim() ?? "" };
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

function isDenied(answer: unknown): boolean {
  return refused(answer) && /^(?:EACCES|EPERM)$/.test(answer.errno);
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
    // One that can be listed and not entered: none of its files is found.
    const isClosed = !refused(names) && names[0] !== undefined &&
      isDenied(scene.host.stat(join(home, names[0])));
    if (!isClosed && !isDenied(names)) continue;
    const status = scene.host.stat(home);
    const change = refused(status)
      ? "g+r"
      : openingFor(status, scene.host.identity, isClosed ? "search" : "read")
        .change.replace(/^o\+/, "g+");
    return {
      seen: isClosed
        ? `The folder ${home} cannot be entered, so Python finds nothing in it`
        : `The folder ${home} cannot be read, so Python takes it for an empty package`,
      place: subject.place ?? { file: home },
      mend: {
        command: shellCommand(
          "chmod",
          "-R",
          `${change.replace(/x$/, "")}X`,
          home,
        ),
      },
    };
  }
  return undefined;
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

/** Where another Python of the machine or of the user has a package. */
function otherHome(top: string, scene: Scene): string | undefined {
  const { host, site } = scene;
  const home = site.user?.home;
  const under = (folder: string) =>
    namesIn(folder, host).slice(0, MOST_ENVIRONMENTS)
      .map((name) => join(folder, name));
  const prefixes = home
    ? [
      join(home, ".local"),
      join(home, "miniconda3"),
      join(home, "anaconda3"),
      ...under(join(home, ".virtualenvs")),
      ...under(join(home, "virtualenv")).flatMap(under),
    ]
    : [];
  return [
    ...prefixes.flatMap((prefix) =>
      packageFolders(prefix, host).map(([folder]) => folder)
    ),
    "/usr/lib/python3/dist-packages",
    "/usr/local/lib/python3/dist-packages",
    ...packageFolders("/usr/local", host).map(([folder]) => folder),
  ].find((folder) =>
    !scene.packages.includes(folder) && holds(folder, top, scene)
  );
}

/** What is to be said of a package that lies there, as a sentence goes on. */
function elsewhereInWords(other: string): string {
  return `${
    /\/\.local\/lib\/python[\d.]+\/site-packages$/.test(other)
      ? "is among the packages that pip installed for the user alone (--user)"
      : "is installed for another Python"
  }, in ${other}, where the Python of the site does not look`;
}

const MOST_ENVIRONMENTS = 20;

/** Virtual environments of the site that do not run it. */
function otherEnvironments({ host, site, venv, directory }: Scene): string[] {
  const folders = [...new Set([site.layout.siteDirectory, directory])];
  return folders.flatMap((folder) =>
    namesIn(folder, host).filter((name) => /^\.?(?:virtual)?v?env/.test(name))
      .map((name) => join(folder, name))
  ).filter((path) =>
    path !== venv &&
    // One that was copied from another machine has no Python here.
    ["pyvenv.cfg", "bin/python"].every((file) =>
      !refused(host.stat(join(path, file)))
    )
  );
}

/** Tells whether a module is Python's, installed, the site's, or may be. */
function isKnown(subject: Subject, scene: Scene): boolean {
  const top = topOf(subject);
  return isStandardModule(top) || findInstalled(top, scene) !== undefined ||
    isOwn(top, scene) || mayInstall({ module: nameOf(subject) }, scene);
}
