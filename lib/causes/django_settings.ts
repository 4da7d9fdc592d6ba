/**
 * What Django says of its settings, and what they name.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join, relative } from "node:path";
import { firstLine, type PythonException } from "../python/failure.ts";
import type { Finding, Place } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { isPublicPackage } from "../python/package_names.ts";
import { suggest } from "../text/suggestion.ts";
import {
  cause,
  classOf,
  isInside,
  namesIn,
  ownFrame,
  placeIn,
  type Scene,
  searchSite,
} from "./scene.ts";

/** Explains what Django says of its settings. */
export function explainDjango(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const kind = classOf(raised);
  const { message } = raised;
  const place = placeIn(raised, scene);
  const host = /^Invalid HTTP_HOST header: '([^']*)'/.exec(message)?.[1];
  if (kind === "DisallowedHost") {
    return cause("host-not-allowed", {
      message: `The site is asked for as "${
        host ?? "another name"
      }", which is not in ALLOWED_HOSTS of Django's settings`,
      place,
      fix: {
        text: `Add it in the settings: ALLOWED_HOSTS = ["${host ?? "…"}"]`,
      },
    });
  }
  if (
    kind === "ModuleNotFoundError" && raised.name &&
    /\/django\/conf\/__init__\.py$/.test(raised.frames.at(-1)?.file ?? "")
  ) return explainSettingsModule(raised.name, raised, scene);
  if (kind === "ModuleNotFoundError") return explainNamedModule(raised, scene);
  const model =
    /^Model class (\w+)\.[\w.]+ doesn't declare an explicit app_label/
      .exec(message)?.[1];
  if (model) {
    return cause("django-settings", {
      message:
        `The models of "${model}" are used, and INSTALLED_APPS in Django's settings does not name it`,
      place,
      fix: { text: `Add "${model}" to INSTALLED_APPS` },
    });
  }
  if (kind !== "ImproperlyConfigured") return undefined;
  if (/settings are not configured/.test(message)) {
    return cause("django-settings", {
      message:
        "Django does not know its settings: DJANGO_SETTINGS_MODULE is not set",
      place,
      fix: {
        text:
          'Let module in [wsgi] name the wsgi.py of the project, which sets it; or write under [environment]: DJANGO_SETTINGS_MODULE = "mysite.settings"',
      },
    });
  }
  if (/SECRET_KEY setting must not be empty/.test(message)) {
    return cause("django-settings", {
      message: "SECRET_KEY in Django's settings is empty",
      place,
      fix: {
        text:
          "Read it from a file that [secret_files] in config.toml names: the variable holds the path of the file",
      },
    });
  }
  return undefined;
}

function explainSettingsModule(
  name: string,
  raised: PythonException,
  scene: Scene,
): Finding {
  const variable = scene.site.config?.environment.DJANGO_SETTINGS_MODULE;
  const wanted = variable ?? name;
  const top = wanted.split(".")[0]!;
  const { host, folders } = scene;
  const homes = searchSite(
    scene,
    (names, folder) =>
      names.includes(top) &&
      !refused(host.stat(join(folder, top, "settings.py"))),
  );
  const home = homes.find((each) => !folders.includes(each));
  const projects = searchSite(scene, (names) => names.includes("settings.py"));
  // As a dotted name, where imports start from the folder above it.
  const base = folders.find((folder) => isInside(projects[0] ?? "/", folder));
  const found = base && projects[0] &&
    `${relative(base, projects[0]).replaceAll("/", ".")}.settings`;
  return cause("django-settings", {
    message:
      `Python does not find the module "${name}", in which Django's settings should be (DJANGO_SETTINGS_MODULE), in ${
        folders.join(" and ")
      }${home ? `; it lies in ${home}` : ""}`,
    place: placeIn(raised, scene) ?? scene.site.placeOf("wsgi.chdir"),
    fix: {
      text: home
        ? `Write in [wsgi] of config.toml: chdir = "${home}"`
        : found
        ? `Write ${found} in place of ${name}${
          variable ? " below [environment] of config.toml" : ""
        }: there are settings in ${projects[0]}/settings.py`
        : projects[0]
        ? `Correct the name: there are settings in ${projects[0]}/settings.py`
        : 'Write in [wsgi] of config.toml chdir = "…", the folder that holds manage.py, or correct the name',
    },
  });
}

/** Modules that Django loads because its settings name them. */
function explainNamedModule(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { name } = raised;
  const loader = raised.frames.at(-1)?.file ?? "";
  if (!name || isPublicPackage(name) || !/\/django\//.test(loader)) {
    return undefined;
  }
  const entry = findEntry(new RegExp(`^${name}(?:\\.|$)`), scene);
  if (!entry) return undefined;
  const near = suggest(name, namesIn(scene.directory, scene.host));
  return cause("django-settings", {
    message:
      `Django's settings name "${entry.text}", and Python finds no module "${name}"${
        near ? `; there is "${near}"` : ""
      }`,
    place: entry.place,
    fix: {
      text:
        `Correct the name on line ${entry.place.line} of ${entry.place.file}, or write the module that it names`,
    },
  });
}

/** Explains what Django does not accept while it reads its settings. */
export function explainDjangoSetup(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (classOf(raised) !== "ImproperlyConfigured") return undefined;
  const own = ownFrame(raised.frames, scene);
  const called = own && raised.frames[raised.frames.indexOf(own) + 1];
  // Deeper in code of the application's own, that line is the one to correct.
  if (!/\/django\/(?:__init__|core\/wsgi)\.py$/.test(called?.file ?? "")) {
    return undefined;
  }
  const quoted = [...raised.message.matchAll(/'([\w.]+)'/g)]
    .map(([, text]) => text!);
  const entry =
    quoted.slice(0, 1).map((text) =>
      findEntry(new RegExp(`^${text}$`), scene)
    )[0];
  return cause("django-settings", {
    message: `Django does not accept its settings: ${
      firstLine(raised.message)
    }`,
    place: entry?.place ?? placeIn(raised, scene),
    fix: {
      text: entry
        ? `Correct line ${entry.place.line} of ${entry.place.file}`
        : "Correct that in the settings of Django",
    },
  });
}

/** The files of settings on the site that can be read. */
export function settingsFiles(scene: Scene): { file: string; text: string }[] {
  return searchSite(scene, (names) => names.includes("settings.py"))
    .flatMap((folder) => {
      const file = join(folder, "settings.py");
      const bytes = scene.host.readBytes(file, 1_000_000);
      if (refused(bytes)) return [];
      return [{ file, text: new TextDecoder().decode(bytes) }];
    });
}

/** A text in a file of settings that the wanted one fits. */
function findEntry(
  wanted: RegExp,
  scene: Scene,
): { text: string; place: Place } | undefined {
  for (const { file, text: all } of settingsFiles(scene)) {
    for (const [index, line] of all.split(/\r?\n/).entries()) {
      const text = [...line.matchAll(/(["'])([\w.]+)\1/g)]
        .map(([, , each]) => each!).find((each) => wanted.test(each));
      if (text && !/^\s*#/.test(line)) {
        return { text, place: { file, line: index + 1 } };
      }
    }
  }
  return undefined;
}
