/**
 * Folders of code that are called otherwise on this machine than where the
 * code ran before, as after a download or a copy of what is in them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import {
  ANY_MISSING,
  isOwn,
  MISSING,
  nameOf,
  topOf,
  wholeAsked,
} from "./missing.ts";
import { homesOf, isModuleName } from "./own_modules.ts";
import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of folders that are called otherwise here. */
export const folderNames = (): Rule[] => [
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
