/**
 * Settings that the application misses or gets wrong: variables of the
 * environment, locales, logging.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { isSecretName } from "../site/secret_words.ts";
import { firstLine, type PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { refused } from "../machine/host.ts";
import { suggest } from "../text/suggestion.ts";
import { pip } from "./installed.ts";
import { cause, classOf, ownFrame, placeIn, type Scene } from "./scene.ts";

/** How packages for settings say that a variable is not set. */
const VARIABLE_REGEXPS: readonly RegExp[] = [
  /^Set the (\w+) environment variable/,
  /^(\w+) not found\. Declare it as envvar/,
  /^Environment variable "(\w+)" (?:not set|is not set)/,
  /^Environment variable "(\w+)" invalid: \['?(?:Missing data|Field may not be null)/,
  /^The (\w+) environment variable (?:is not set|is missing|must be set)/i,
  /^(?:Missing|Undefined) (?:required )?environment variable:? '?(\w+)'?$/i,
  /^Config '(\w+)' is missing, and has no default/,
  /\bset the `(\w+)`(?: or `\w+`)? environment variable/,
];
const PYDANTIC_REGEXP =
  /^\d+ validation errors? for [\s\S]*?\n([A-Za-z_]\w*)\n\s+(?:Field required|field required)/;

/** Explains a variable of the environment that is not set. */
export function explainVariable(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const name = variableOf(raised) ?? unsetIn(raised, scene);
  if (!name) return undefined;
  const { config, host } = scene.site;
  const environment = { ...config?.environment, ...config?.secretFiles };
  // It is set for the application, which has taken it out or asks elsewhere.
  if (Object.hasOwn(environment, name)) return undefined;
  const near = suggest(name, Object.keys(environment));
  const holder = Object.entries(config?.secretFiles ?? {})
    .find(([, file]) => defines(file, name, scene));
  const file = [scene.directory, scene.site.layout.siteDirectory]
    .map((folder) => join(folder, ".env"))
    .find((path) => defines(path, name, scene));
  const home = host.user(host.identity.uid)?.home;
  const login = home
    ? [".bashrc", ".profile", ".bash_profile", ".zshrc"]
      .map((each) => join(home, each))
      .find((path) => defines(path, name, scene))
    : undefined;
  const secret = join(
    scene.site.layout.siteDirectory,
    "secrets",
    name.toLowerCase(),
  );
  const known = holder
    ? `; the file in ${holder[0]} holds it, and nothing has loaded that file`
    : file
    ? `; ${file} holds it, and nothing has loaded that file`
    : login
    ? `; ${login} sets it for shells, and not for the web server`
    : near
    ? `; config.toml sets "${near}"`
    : "";
  return cause("variable-missing", {
    message:
      `The environment variable "${name}" is not set for the application${known}`,
    place: placeIn(raised, scene),
    fix: {
      text: holder || file
        ? `Load the file before the variable is read, as with \`dotenv.load_dotenv(${
          holder ? `os.environ["${holder[0]}"]` : `"${file}"`
        })\``
        : isSecretName(name)
        ? `Write it into a file of its own, as ${secret}, closed with \`chmod 600\`; name the file in config.toml below [secret_files]: \`${name}_FILE = "${secret}"\`; and read it in the code: \`${name} = open(os.environ["${name}_FILE"]).read().strip()\``
        : `Write it in config.toml: under [environment], ${name} = "…"; for a secret, keep it in a file of its own, and name the file in [secret_files]`,
    },
  });
}

function variableOf(raised: PythonException): string | undefined {
  const last = raised.frames.at(-1);
  if (
    raised.type === "KeyError" && last?.function === "__getitem__" &&
    /(?:^|\/)os\.py$|^<frozen os>$/.test(last.file)
  ) {
    return /^'(\w+)'$/.exec(raised.message)?.[1];
  }
  for (const regexp of VARIABLE_REGEXPS) {
    const name = regexp.exec(raised.message)?.[1];
    if (name) return name;
  }
  const isSettings = raised.frames.some(({ file }) =>
    file.includes("/pydantic_settings/")
  );
  const field = isSettings && PYDANTIC_REGEXP.exec(raised.message)?.[1];
  return field ? field.toUpperCase() : undefined;
}

/** The variable without a value that the line asked for, which gave None. */
function unsetIn(raised: PythonException, scene: Scene): string | undefined {
  if (!/\bNone(?:Type)?\b/.test(raised.message)) return undefined;
  const own = ownFrame(raised.frames, scene);
  if (!own) return undefined;
  const bytes = scene.host.readBytes(own.file, 1_000_000);
  if (refused(bytes)) return undefined;
  const line = new TextDecoder().decode(bytes).split(/\r?\n/)[own.line - 1] ??
    "";
  const asked = [
    ...line.matchAll(/(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*\)/g),
  ];
  // With two of them, either may have been the one.
  const name = asked.length === 1 ? asked[0]![1]! : undefined;
  return name && scene.host.env[name] === undefined ? name : undefined;
}

/** Tells whether a file of settings gives the variable a value. */
function defines(file: string, name: string, { host }: Scene): boolean {
  const bytes = host.readBytes(file, 100_000);
  if (refused(bytes)) return false;
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`, "m")
    .test(new TextDecoder().decode(bytes));
}

/** Explains smaller things that a bare system does not have. */
export function explainSurroundings(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const kind = classOf(raised);
  const { message } = raised;
  const place = placeIn(raised, scene);
  if (kind === "ZoneInfoNotFoundError") {
    const hasZones = !refused(scene.host.stat("/usr/share/zoneinfo/UTC"));
    if (hasZones) return undefined;
    return cause("package-missing", {
      message: `${
        message.replaceAll("'", '"')
      }: this machine has no data of time zones`,
      place,
      fix: pip(scene, "tzdata"),
    });
  }
  if (raised.type === "locale.Error" && /unsupported locale/.test(message)) {
    return cause("locale-missing", {
      message:
        "The application asks for a locale that this machine does not have",
      place,
      fix: {
        text:
          "See which there are with `locale -a`; ask the administrators for another, or use one of these",
      },
    });
  }
  if (
    /no display name and no \$DISPLAY|cannot connect to X server|could not connect to display|requires the '\w+' interactive framework, as 'headless'/
      .test(message)
  ) return explainWindow(raised, scene);
  return undefined;
}

/** Explains what cannot be had without a screen. */
export function explainWindow(raised: PythonException, scene: Scene): Finding {
  return cause("display-missing", {
    message:
      "The application wants to open a window, and a server has no screen",
    place: placeIn(raised, scene),
    fix: {
      text:
        'For matplotlib, write `matplotlib.use("Agg")` above the import of pyplot, in place of any other backend; leave out what only a window needs, such as tkinter',
    },
  });
}

/** Explains the settings of logging, where nothing below them explains more. */
export function explainLogging(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  if (classOf(raised) !== "ValueError") return undefined;
  const logging =
    /^Unable to (?:configure|add|set) (handler|logger|formatter|filter|root logger)(?: ('[^']*'))?/
      .exec(raised.message);
  if (logging) {
    const inner = raised.cause;
    return cause("logging-misconfigured", {
      message: `The settings of logging are wrong${
        logging[2] ? ` at the ${logging[1]} ${logging[2]}` : ""
      }${inner ? `: ${classOf(inner)}: ${firstLine(inner.message)}` : ""}`,
      place: placeIn(raised, scene),
      fix: { text: "Correct that entry in the dictionary or file for logging" },
    });
  }
  return undefined;
}
