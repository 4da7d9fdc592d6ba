/**
 * Another distribution than the one that is meant brings a module.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname } from "node:path";
import {
  distributionOf,
  isPublicPackage,
  isStandardModule,
  namesakesOf,
  namesakeWith,
  WRONG_DISTRIBUTIONS,
} from "../python/package_names.ts";
import { BUILDS } from "../python/known_packages.ts";
import { normalise, pipInstall } from "../python/pip.ts";
import { shellCommand } from "../text/shell.ts";
import { ANY_NAME, ASKED } from "./asked.ts";
import {
  bareName,
  bringerOf,
  bringersOf,
  distributions,
  findInstalled,
  isShared,
  mayBring,
  packageOf,
  versionOf,
} from "./installed.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { isInside, lineOf, type Scene, textOf } from "./scene.ts";

/** The rules of modules that the wrong distribution brings. */
export const wrongDistributions = (): Rule[] => [
  {
    name: "backport-installed",
    code: "package-wrong",
    first: true,
    when: {
      type:
        "SyntaxError ImportError ModuleNotFoundError AttributeError TypeError NameError",
    },
    claim: ({ raised, kind, line }, scene) => {
      const file = raised.filename ?? raised.frames.at(-1)?.file ?? "";
      const top = packageOf(file)?.replace(/\.py$/, "");
      if (!top || !isStandardModule(top)) return undefined;
      const bringer = bringerOf(top, scene) ??
        (versionOf(top, scene)
          ? { name: top, version: versionOf(top, scene)! }
          : undefined);
      const isOwn = bringer &&
        distributions(scene).some(({ name, folder }) =>
          name === normalise(bringer.name) && scene.venv &&
          isInside(folder, scene.venv)
        );
      const seen =
        `${file} is imported in place of Python's own module "${top}", and fails: ${kind}: ${line}; ${
          bringer
            ? `the distribution "${bringer.name}" ${bringer.version} has brought it`
            : "a package has brought it"
        }, which is for Pythons of before that had none`;
      return {
        seen,
        place: { file },
        mend: bringer && isOwn
          ? {
            command: shellCommand(
              ...[scene.python, "-m", "pip", "uninstall", "-y", bringer.name],
            ),
          }
          : `Uninstall ${
            bringer ? `"${bringer.name}"` : "what brings it"
          } with pip, and take it out of the requirements of the site`,
      };
    },
    examples: [
      {
        raised: "SyntaxError: invalid syntax",
        facts: { filename: "PACKAGES/uuid.py", line: 138 },
        files: {
          "PACKAGES/uuid.py": "",
          "PACKAGES/uuid-1.30.dist-info/METADATA": "Name: uuid\n",
        },
        says:
          'PACKAGES/uuid.py is imported in place of Python\'s own module "uuid"',
        mend: "pip uninstall -y uuid",
      },
      {
        raised:
          "AttributeError: type object 'Callable' has no attribute '_abc_registry'",
        in: "PACKAGES/typing.py <module>",
        files: { "PACKAGES/typing.py": "" },
        mend: "Uninstall what brings it",
      },
    ],
    not: [{
      raised: "SyntaxError: invalid syntax",
      facts: { filename: "PACKAGES/uuid6/x.py", line: 138 },
    }],
  },
  {
    name: "wrong-distribution",
    code: "package-wrong",
    over:
      `${ANY_NAME} module-name-case python-2-module package-damaged package-part-missing module-unknown package-missing package-source-unreadable module-mistyped name-lost-in-package name-lost-in-python package-part-gone namespace-part-missing submodule-not-imported attribute-undefined`,
    when: [
      ...ASKED,
      { type: "ModuleNotFoundError", message: /^No module named '[\w.]+'/ },
      { type: "SyntaxError" },
      { type: "ImportError RuntimeError TypeError" },
    ],
    claim: (subject, scene) => {
      const meant = namesake(subject, scene);
      if (meant) return meant;
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
        const wrong = known?.wrong.find((each) =>
          versionOf(each, scene) && mayBring(each, module!, scene)
        );
        if (!known || !wrong) continue;
        const both = versionOf(known.right, scene);
        const homes = [wrong, known.right].map((each) => homeOf(each, scene));
        // What comes first in the search hides the other, and spoils nothing.
        if (both && homes[0] !== homes[1]) {
          const order = homes.map((each) => scene.packages.indexOf(each ?? ""));
          if (order[0]! > order[1]!) continue;
          return {
            seen: `Both "${wrong}" ${
              versionOf(wrong, scene)
            } and "${known.right}" ${both} are installed, in ${
              homes[0]
            } and in ${
              homes[1]
            }; Python takes ${module} from the first of these, and the code means that of "${known.right}"`,
            mend: replacing(wrong, [known.right], scene),
          };
        }
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
      return severalBuilds(asked, scene) ?? clobbered(asked, scene) ??
        otherBringer(subject, scene);
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'SON' from 'bson' (PACKAGES/bson/__init__.py)",
        files: {
          "PACKAGES/bson/__init__.py": "",
          "PACKAGES/bson/son.py": "",
          "PACKAGES/bson-0.5.10.dist-info/RECORD": "bson/__init__.py,,\n",
          "PACKAGES/pymongo-4.6.0.dist-info/RECORD":
            "bson/__init__.py,,\nbson/son.py,,\n",
        },
        says: 'Both "bson" 0.5.10 and "pymongo" 4.6.0 are installed',
        mend: "pip uninstall -y bson",
      },
      {
        raised:
          "ImportError: cannot import name 'SON' from 'bson' (PACKAGES/bson/__init__.py)",
        files: {
          "SITE/venv/pyvenv.cfg":
            "home = /usr/bin\ninclude-system-site-packages = true\n",
          "PACKAGES/bson/__init__.py": "",
          "PACKAGES/bson-0.5.10.dist-info/METADATA": "Name: bson\n",
          "/usr/lib/python3/dist-packages/bson/__init__.py": "",
          "/usr/lib/python3/dist-packages/pymongo-4.6.0.dist-info/METADATA":
            "Name: pymongo\n",
        },
        says:
          "in PACKAGES and in /usr/lib/python3/dist-packages; Python takes bson from the first",
        mend: "pip uninstall -y bson && PYTHON -m pip install pymongo",
      },
      {
        raised: "AttributeError: module 'cv2' has no attribute 'imread'",
        files: {
          "PACKAGES/cv2/__init__.py": "",
          "PACKAGES/opencv_python-4.5.5.dist-info/METADATA": "",
          "PACKAGES/opencv_python_headless-4.7.0.dist-info/METADATA": "",
        },
        says: "are builds of the same package",
        mend:
          "pip uninstall -y opencv-python-headless opencv-python && PYTHON -m pip install opencv-python-headless==4.7.0",
      },
      {
        raised:
          "ImportError: cannot import name 'Menu' from 'menus' (PACKAGES/menus/__init__.py)",
        files: {
          "PACKAGES/menus/__init__.py": "",
          "PACKAGES/menus-1.0.dist-info/RECORD": "menus/__init__.py,,\n",
          "PACKAGES/kitchen-2.0.dist-info/RECORD": "menus/__init__.py,,\n",
        },
        says: "both wrote the module",
        mend: "Uninstall both",
      },
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
        raised:
          "ImportError: cannot import name 'PasswordHasher' from 'argon2' (PACKAGES/argon2.py)",
        files: {
          "PACKAGES/argon2.py": "",
          "PACKAGES/argon2-0.1.10.dist-info/RECORD": "argon2.py,,\n",
        },
        says: 'what the code asks for is in "argon2-cffi"',
        mend: "pip uninstall -y argon2 && PYTHON -m pip install argon2-cffi",
      },
      {
        raised: "AttributeError: module 'whois' has no attribute 'query'",
        files: {
          "PACKAGES/whois/__init__.py": "",
          "PACKAGES/python_whois-0.9.dist-info/RECORD": "whois/__init__.py,,\n",
        },
        mend: "pip uninstall -y python-whois && PYTHON -m pip install whois",
      },
      {
        raised: "ModuleNotFoundError: No module named 'captcha.fields'",
        facts: { name: "captcha.fields" },
        files: {
          "APP/app.py": "\n\nfrom captcha.fields import CaptchaField\n",
          "PACKAGES/captcha/__init__.py": "",
          "PACKAGES/captcha-0.6.dist-info/RECORD": "captcha/__init__.py,,\n",
        },
        mend: "django-simple-captcha",
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
      // A name that neither has.
      raised:
        "ImportError: cannot import name 'Hasher' from 'argon2' (PACKAGES/argon2.py)",
      files: {
        "PACKAGES/argon2.py": "",
        "PACKAGES/argon2-0.1.10.dist-info/RECORD": "argon2.py,,\n",
      },
    }, {
      // The right one, in a version that has not this.
      raised:
        "ImportError: cannot import name 'profiles' from 'argon2' (PACKAGES/argon2/__init__.py)",
      files: {
        "PACKAGES/argon2/__init__.py": "",
        "PACKAGES/argon2_cffi-20.1.0.dist-info/RECORD":
          "argon2/__init__.py,,\n",
      },
    }, {
      // An empty one, which only asks for the right one.
      raised:
        "ImportError: cannot import name 'x' from 'sklearn' (PACKAGES/sklearn/__init__.py)",
      files: {
        "PACKAGES/sklearn/__init__.py": "",
        "PACKAGES/scikit_learn-1.4.0.dist-info/METADATA": "",
        "PACKAGES/sklearn-0.0.dist-info/RECORD":
          "sklearn-0.0.dist-info/METADATA,,\n",
      },
    }, {
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
];

/**
 * Of distributions that bring the same module, another one than is installed:
 * the name that is missing tells whose the code means.
 */
function namesake(
  { text, own, raised }: Subject,
  scene: Scene,
): Claim | undefined {
  const lacks = /^cannot import name '(\w+)' from [^']{0,40}'(\w+)/.exec(text);
  const has = /^[^']{0,40}odule '(\w+)[\w.]*' has no attribute '(\w+)'/
    .exec(text);
  const part = /^(\w+)(?:\.\w+)*\.(\w+)$/.exec(
    raised.type === "ModuleNotFoundError" ? raised.name ?? "" : "",
  );
  const module = lacks?.[2] ?? has?.[1] ?? part?.[1];
  const name = lacks?.[1] ?? has?.[2] ?? part?.[2];
  if (!module || !name) return undefined;
  const line = own ? lineOf(own, scene) : "";
  const imported = new RegExp(`^\\s*from ${module}\\b[\\w.]* import ([^#]*)`)
    .exec(line)?.[1]?.match(/\w+/g) ?? [];
  const right = namesakeWith(module, [name]) ??
    (part ? namesakeWith(module, imported) : undefined);
  if (!right || versionOf(right, scene) !== undefined) return undefined;
  const wrong = namesakesOf(module).find((each) =>
    versionOf(each, scene) !== undefined && mayBring(each, module, scene)
  );
  return wrong === undefined ? undefined : {
    seen: `The distribution "${wrong}" ${
      versionOf(wrong, scene)
    } is installed, and is another package than the one that the code means by \`import ${module}\`: what the code asks for is in "${
      bareName(right)
    }"`,
    mend: replacing(bareName(wrong), [right], scene),
  };
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

/** The folder of packages that a distribution lies in. */
function homeOf(distribution: string, scene: Scene): string | undefined {
  const wanted = normalise(bareName(distribution));
  const found = distributions(scene).find(({ name }) => name === wanted);
  return found && dirname(found.folder);
}

/** One distribution in place of another, where it is the site's to take away. */
export function replacing(
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

/** Several builds of the same package, which write the same files. */
function severalBuilds(
  asked: readonly (string | undefined)[],
  scene: Scene,
): Claim | undefined {
  const module = asked.find((each) => each && Object.hasOwn(BUILDS, each));
  const found = (module ? BUILDS[module]! : [])
    .filter((each) => versionOf(each, scene) !== undefined);
  const [keep] = found;
  if (!module || !keep || found.length < 2) return undefined;
  const isOwn = scene.venv !== undefined &&
    found.every((each) =>
      distributions(scene).some(({ name, folder }) =>
        name === normalise(each) && isInside(folder, scene.venv!)
      )
    );
  const uninstall = shellCommand(
    ...[scene.python, "-m", "pip", "uninstall", "-y", ...found],
  );
  return {
    seen: `The distributions ${
      found.map((each) => `"${each}" ${versionOf(each, scene)}`).join(" and ")
    } are builds of the same package, and both wrote the folder ${module}: one has spoilt the other`,
    mend: isOwn
      ? {
        command: `${uninstall} && ${
          pipInstall(
            scene.python,
            [`${keep}==${versionOf(keep, scene)}`],
            scene.host,
          )
        }`,
      }
      : `Uninstall all of them, install one again (${keep}), and take the others out of the requirements of the site`,
  };
}

/** Two distributions that are no kin wrote the same module. */
function clobbered(
  asked: readonly (string | undefined)[],
  scene: Scene,
): Claim | undefined {
  for (const module of new Set(asked)) {
    if (!module || isShared(module, scene)) continue;
    const [one, other] = bringersOf(module, scene);
    if (!one || !other || isKin(one.name, other.name)) continue;
    const right = normalise(bareName(distributionOf(module)));
    const meant = [one, other].find(({ name }) => normalise(name) === right);
    return {
      seen:
        `The distributions "${one.name}" ${one.version} and "${other.name}" ${other.version} are both installed, and both wrote the module "${module}": the one that came later has spoilt the other`,
      mend: `Uninstall both with pip, and install ${
        meant
          ? `"${meant.name}" again, which most code means by \`import ${module}\``
          : "the one that the code means again"
      }; take the other one out of the requirements of the site`,
    };
  }
  return undefined;
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
