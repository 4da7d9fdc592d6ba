/**
 * Files and folders of code that are called otherwise than the code asks for
 * them, as after a download, or a copy of what is in them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import {
  ANY_MISSING,
  ANYWHERE,
  isOwn,
  MISSING,
  nameOf,
  topOf,
  wholeAsked,
} from "./missing.ts";
import { homesOf, isModuleName } from "./own_modules.ts";
import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of files and folders that are called otherwise. */
export const folderNames = (): Rule[] => [
  {
    name: "module-name-hyphen",
    code: "module-name-case",
    over:
      `${ANYWHERE} package-in-other-environment installed-app-missing module-of-other-host`,
    when: MISSING,
    claim: (subject, scene) => {
      const name = nameOf(subject);
      const parts = name.split(".");
      const last = parts.at(-1)!;
      if (!last.includes("_")) return undefined;
      for (const folder of scene.folders) {
        const home = join(folder, ...parts.slice(0, -1));
        const twin = namesIn(home, scene.host).find((each) =>
          /[-. ]/.test(each.replace(/\.py$/, "")) &&
          isModuleName(
            each.replace(/\.py$/, "").replace(/[-. ]/g, "_") +
              (each.endsWith(".py") ? ".py" : ""),
            last,
          )
        );
        if (!twin) continue;
        const file = join(home, twin);
        const inside = namesIn(file, scene.host);
        // A folder around the one that is meant, or one without code.
        if (
          !twin.endsWith(".py") &&
          (inside.includes(last) ||
            !inside.some((each) => each.endsWith(".py")))
        ) continue;
        const ending = twin.endsWith(".py") ? ".py" : "";
        return {
          seen:
            `The module "${name}" is imported, and what is there is called "${twin}": the names of modules have neither hyphens nor points nor blanks`,
          place: subject.place ?? { file },
          mend: `Rename ${file} to ${last}${ending}`,
        };
      }
      return undefined;
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'my_helpers'",
        files: { "APP/my-helpers.py": "" },
        says: 'is called "my-helpers.py"',
        mend: "Rename APP/my-helpers.py to my_helpers.py",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop.price_list'",
        facts: { name: "shop.price_list" },
        files: { "APP/shop/__init__.py": "", "APP/shop/price list.py": "" },
        mend: "to price_list.py",
      },
    ],
    not: [{
      raised: "ModuleNotFoundError: No module named 'my_helpers'",
      files: { "APP/my-helpers.txt": "" },
    }, {
      raised: "ModuleNotFoundError: No module named 'my_tool'",
      files: { "APP/my-tool/my_tool/__init__.py": "" },
    }, {
      raised: "ModuleNotFoundError: No module named 'flask_cors'",
      files: { "APP/flask-cors/README.md": "" },
    }],
  },
  {
    name: "folder-of-other-name",
    code: "module-elsewhere",
    over: `${ANY_MISSING} own-module-absent`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const { own } = subject;
      const asked = wholeAsked(lineOf(own, scene), top) ?? nameOf(subject);
      const [, part = ""] = asked.split(".");
      const short = `${top}.${part}`;
      if (
        !own || !part || isPublicPackage(top) || isStandardModule(top) ||
        isOwn(top, scene) || homesOf(top, scene).length > 0
      ) return undefined;
      const home = scene.folders.find((folder) =>
        basename(folder) !== top &&
        namesIn(folder, scene.host).some((each) => isModuleName(each, part))
      );
      return home && {
        seen:
          `The code asks for "${short}", and ${part} lies in ${home} itself: the folder that it was in was called "${top}"`,
        mend:
          `Put the code into a folder "${top}" in ${home}, and correct \`module\` in [wsgi] of config.toml where it lies there now; or import "${part}" without "${top}."`,
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'backend'",
        files: {
          "APP/models.py": "",
          "APP/app.py": "#\n#\nfrom backend.models import Item\n",
        },
        says: 'The code asks for "backend.models", and models lies in APP',
        mend: 'import "models" without "backend."',
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'backend'",
        files: {
          "APP/models.py": "",
          "APP/app.py": "#\n#\nfrom backend.views import Item\n",
        },
      },
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: {
          "APP/views.py": "",
          "APP/app.py": "#\n#\nfrom flask.views import View\n",
        },
      },
    ],
  },
];
