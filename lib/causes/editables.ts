/**
 * Packages that were installed as a mere pointer to where their source lies
 * (`pip install -e`), and whose source did not come along to this machine.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { namesIn } from "../machine/host.ts";
import { isPublicPackage, isStandardModule } from "../python/package_names.ts";
import { normalise } from "../python/pip.ts";
import { findInstalled } from "./installed.ts";
import { ANYWHERE, isOwn, MISSING, topOf } from "./missing.ts";
import { homesOf } from "./own_modules.ts";
import type { Rule } from "./rule.ts";
import { exists, linesOf, type Scene, textOf } from "./scene.ts";

/** A file among the packages that points to a source, and where to. */
interface Pointer {
  file: string;
  to: string;
  /** It names the module, and not only a folder for any. */
  isNamed: boolean;
}

/** The rules of packages whose source lies elsewhere. */
export const editables = (): Rule[] => [
  {
    name: "source-left-behind",
    code: "module-elsewhere",
    over:
      `${ANYWHERE} package-without-module package-in-other-environment package-damaged`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      if (
        isStandardModule(top) || findInstalled(top, scene) ||
        isOwn(top, scene) || homesOf(top, scene).length > 0
      ) return undefined;
      const pointers = pointersTo(top, scene)
        .filter(({ to }) => !exists(to, scene));
      const [pointer] = [
        ...pointers.filter(({ isNamed }) => isNamed),
        ...pointers,
      ];
      if (!pointer || !pointer.isNamed && isPublicPackage(top)) {
        return undefined;
      }
      const { file, to, isNamed } = pointer;
      const mend =
        `Copy the project of "${top}" to this machine, and install its folder, the one with pyproject.toml or setup.py, into the virtual environment of the site: without \`-e\` it is copied there, and is found wherever the project lies`;
      return isNamed
        ? {
          seen:
            `The package "${top}" was installed as a pointer to its source (\`pip install -e\`): ${file} names ${to}, which is not on this machine`,
          place: subject.place,
          mend,
        }
        : {
          says:
            `Python finds no module "${top}"; ${file} names the folder ${to} for modules, which is not on this machine`,
          probably:
            "it was there on the machine that the virtual environment was made on",
          mend:
            `Copy ${top} to this machine, beside the application; or write the folder that it lies in here into ${file} in place of ${to}`,
        };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'shop_core'",
        files: {
          "PACKAGES/__editable__.shop_core-1.0.pth": "/home/ann/core/src\n",
        },
        says: "names /home/ann/core/src, which is not on this machine",
        mend: "Copy the project",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: {
          "PACKAGES/__editable___shop_1_0_finder.py":
            "MAPPING: dict[str, str] = {'shop': '/Users/ann/shop/src/shop'}\n",
          "PACKAGES/__editable__.shop-1.0.pth":
            "import __editable___shop_1_0_finder; __editable___shop_1_0_finder.install()",
          "PACKAGES/shop-1.0.dist-info/METADATA": "Name: shop\n",
        },
        says: "names /Users/ann/shop/src/shop",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: {
          "PACKAGES/easy-install.pth": "/home/ann/shop\n",
          "PACKAGES/shop.egg-link": "/home/ann/shop\n.",
        },
        says: "PACKAGES/shop.egg-link names /home/ann/shop",
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: { "PACKAGES/extensions.pth": "/home/ann/lib\n" },
        says: "probably it was there on the machine",
        mend: "in place of /home/ann/lib",
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'flask'",
        files: { "PACKAGES/extensions.pth": "/home/ann/lib\n" },
      },
      {
        raised: "ModuleNotFoundError: No module named 'shop'",
        files: {
          "PACKAGES/extensions.pth": "/home/ann/lib\n",
          "SITE/more/shop.py": "",
        },
      },
      {
        raised: "ModuleNotFoundError: No module named 'other'",
        files: {
          "PACKAGES/__editable__.shop_core-1.0.pth": "/home/ann/core/src\n",
        },
      },
    ],
  },
];

function pointersTo(top: string, scene: Scene): Pointer[] {
  return scene.packages.flatMap((folder) =>
    namesIn(folder, scene.host).flatMap((name): Pointer[] => {
      const file = join(folder, name);
      const [, editable] = /^__editable__\.(.+?)-\d[^-]*\.pth$/.exec(name) ??
        /^(.+)\.egg-link$/.exec(name) ?? [];
      if (editable !== undefined) {
        const isNamed = normalise(editable) === normalise(top);
        return isNamed
          ? paths(file, scene).map((to) => ({ file, to, isNamed }))
          : [];
      }
      if (/^__editable__.*_finder\.py$/.test(name)) {
        const [, to] = new RegExp(`['"]${top}['"]\\s*:\\s*['"]([^'"\\n]+)['"]`)
          .exec(textOf(file, scene)) ?? [];
        return to ? [{ file, to, isNamed: true }] : [];
      }
      return name.endsWith(".pth") && !name.startsWith("__editable__")
        ? paths(file, scene).map((to) => ({ file, to, isNamed: false }))
        : [];
    })
  );
}

/** The folders that a list of them names. */
function paths(file: string, scene: Scene): string[] {
  return linesOf(file, scene).map((line) => line.trim())
    .filter((line) => /^(?:\/|[A-Za-z]:\\)./.test(line));
}
