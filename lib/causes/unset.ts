/**
 * Variables that are not set: which one a line or a setting is made of, whether
 * it is set in another place, and how it reaches the application.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { namesIn, refused } from "../machine/host.ts";
import { isLibraryFile } from "../python/failure.ts";
import { isSecretName } from "../site/secret_words.ts";
import { shellCommand } from "../text/shell.ts";
import { suggest } from "../text/suggestion.ts";
import { quoted } from "../text/wrap.ts";
import { loginLineOf } from "./login_lines.ts";
import type { Claim, Subject } from "./rule.ts";
import { platformOf, setElsewhere } from "./set_elsewhere.ts";
import {
  absentLoad,
  lateLoad,
  LOADED_REGEXP,
  loadOfOther,
  relativeLoad,
  unreadLine,
} from "./unloaded.ts";
import { exists, linesOf, type Scene, searchSite, textOf } from "./scene.ts";

/** A variable that is read, with any value in its place. */
const READ_REGEXP =
  /(?:environ(?:\.get)?|getenv|\benv(?:\.\w+)?|\bconfig)\s*[([]\s*["'](\w+)["']/g;

/** Classes of settings load files of variables by themselves. */
function isClassOfSettings({ raised }: Subject): boolean {
  return raised.frames.some(({ file }) => file.includes("/pydantic_settings/"));
}

/** What is said of several variables; nothing where config.toml sets the first. */
export function missingVariables(
  [first, ...others]: readonly string[],
  subject: Subject,
  scene: Scene,
  before = "",
): Claim | undefined {
  const claim = first === undefined
    ? undefined
    : missingVariable(first, subject, scene);
  const also = others.length === 0
    ? ""
    : `; neither ${others.length > 1 ? "are" : "is"} ${quoted(others)}`;
  return claim &&
    ("seen" in claim
      ? { ...claim, seen: before + claim.seen + also }
      : { ...claim, says: before + claim.says + also });
}

/** What is said of a variable; nothing where config.toml sets it. */
function missingVariable(
  name: string,
  subject: Subject,
  scene: Scene,
): Claim | undefined {
  const { config } = scene.site;
  const environment = { ...config?.environment, ...config?.secretFiles };
  // It is set for the application, which has taken it out or asks elsewhere.
  if (Object.hasOwn(environment, name)) return undefined;
  const elsewhere = variableOfOther(name);
  if (elsewhere) return { ...elsewhere, place: subject.place };
  const near = suggest(name, Object.keys(environment));
  const holder = Object.entries(config?.secretFiles ?? {})
    .find(([, file]) => defines(file, name, scene));
  const isClass = isClassOfSettings(subject);
  const file = fileOfVariables(name, scene) ??
    (isClass ? fileOfVariables(name.toLowerCase(), scene) : undefined);
  const misnamed = file ? undefined : fileOfVariables(name, scene, MISNAMED);
  const shown = file || misnamed
    ? undefined
    : fileOfVariables(name, scene, PATTERN);
  const pattern = shown && !exists(join(dirname(shown), ".env"), scene)
    ? shown
    : undefined;
  const login = holder || file || misnamed || pattern
    ? undefined
    : loginLineOf(name, scene);
  const other = holder || file || misnamed || pattern || login
    ? undefined
    : setElsewhere(name, scene);
  const marked = file && markedStart(file, name, scene);
  const unread = file && unreadLine(file, name, subject, scene);
  const secret = join(
    scene.site.layout.siteDirectory,
    "secrets",
    name.toLowerCase(),
  );
  const says =
    `The environment variable "${name}" is not set for the application`;
  const sources = [
    ...new Set([
      ...subject.own ? [subject.own.file] : [],
      ...settingsFiles(scene),
    ]),
  ];
  const relative = file && relativeLoad(file, sources, scene);
  const ofOther = file && !isClass ? loadOfOther(sources, scene) : undefined;
  const absent = holder || file || misnamed || pattern || login
    ? undefined
    : absentLoad(sources, scene);
  const late = file && !isClass ? lateLoad(subject, scene) : undefined;
  const known = holder
    ? `; the file in ${holder[0]} holds it, and nothing has loaded that file`
    : file
    ? marked
      ? `; ${file} holds it, behind a byte order mark (BOM), as editors on Windows write it, which becomes a part of the name`
      : unread
      ? `; line ${unread.line} of ${file} writes it ${unread.how}, and what loads such files takes NAME=VALUE alone`
      : late
      ? `; ${file} holds it, and line ${late.line} of ${late.file} loads that file only after line ${late.running}, which needs it`
      : ofOther
      ? `; ${file} holds it, and line ${ofOther.line} of ${ofOther.file} alone loads that file, which the web server does not run`
      : relative
      ? `; ${file} holds it, and line ${relative.line} of ${relative.file} looks for "${relative.path}" in another place: a relative path begins at the working directory, ${scene.directory}`
      : `; ${file} holds it, and nothing has loaded that file`
    : misnamed
    ? `; ${misnamed} holds it, and programs look for a file named ".env"`
    : pattern
    ? `; ${pattern} names it, as a pattern for a file ".env", which is not there`
    : login
    ? `; ${login.known}`
    : absent
    ? `; line ${absent.line} of ${absent.file} loads a file of variables, and there is no ${absent.path}`
    : near
    ? `; config.toml sets "${near}"`
    : other
    ? `; ${other}`
    : "";
  const path = holder ? `os.environ["${holder[0]}"]` : `"${file}"`;
  const taken = misnamed ?? pattern;
  const proper = taken && join(dirname(taken), ".env");
  const mend = proper && !exists(proper, scene)
    ? misnamed
      ? `Give ${misnamed} the name ".env"; Windows hides endings such as .txt. Where nothing in the code loads it, write under [environment] in config.toml what is no secret`
      : `Make it from the pattern, with your own values: \`${
        shellCommand("cp", "-n", taken, proper)
      }\`; where nothing in the code loads it, write under [environment] in config.toml what is no secret`
    : marked
    ? `Save ${file} as UTF-8 without a BOM`
    : unread
    ? `Write \`${name}=…\` on line ${unread.line} of ${file}, without blanks around the \`=\``
    : late
    ? `Move line ${late.line} of ${late.file} above line ${late.running}`
    : file && isClass
    ? `Let the class read it: \`model_config = SettingsConfigDict(env_file="${file}")\`; or write under [environment] in config.toml what is no secret`
    : holder || file
    ? `${
      loading(path, subject)
    }; or write under [environment] in config.toml what is no secret`
    : name === "HOME" && scene.site.user
    ? `Write under [environment] in config.toml: HOME = "${scene.site.user.home}"`
    : OF_FILES.test(name)
    ? `Its value is the path of a file: put that file into the site, closed with \`chmod 600\`, and name it in config.toml below [secret_files]: ${name} = "…"; where it is no secret, below [environment]`
    : isSecretName(name)
    ? `Write it into a file of its own, as ${secret}, closed with \`chmod 600\`; name the file in config.toml below [secret_files]: \`${name}_FILE = "${secret}"\`; and set it in the code, above all that reads it: \`os.environ["${name}"] = open(os.environ["${name}_FILE"]).read().strip()\``
    : `Write it in config.toml: under [environment], ${name} = "…"; a secret belongs in a file of its own that [secret_files] names: the variable there holds the path of the file, which the code then reads`;
  return {
    ...known ? { seen: says + known } : { says },
    place: subject.place,
    mend: absent
      ? `Copy that file from where the application ran before, as .gitignore mostly names it, and close it with \`chmod 600\`; or ${
        mend[0]!.toLowerCase()
      }${mend.slice(1)}`
      : mend + (login?.or ?? ""),
  };
}

/** Variables whose value is the path of a file. */
const OF_FILES =
  /^(?:GOOGLE_APPLICATION_CREDENTIALS|\w+_(?:FILE|KEYFILE|CERTFILE|CAFILE|KEY_PATH|CREDENTIALS_PATH))$/;

/** How a file of variables is loaded, by what asks for the variable. */
function loading(path: string, { raised }: Subject): string {
  const through = raised.frames.map(({ file }) => file).join("\n");
  return /^decouple\.|\/decouple\.py/.test(`${raised.type}${through}`)
    ? `decouple looks for .env and settings.ini in the folder of the code and above it, and takes the first of them: put the file there, or name it, \`config = Config(RepositoryEnv(${path}))\``
    : /\/starlette\//.test(through)
    ? `Name it: \`config = Config(${path})\``
    : /^environs\.|\/environs\//.test(`${raised.type}${through}`)
    ? `Load the file before the variable is read: \`env.read_env(${path})\``
    : /\/environ\/\w+\.py/.test(through)
    ? `Load the file before the variable is read: \`environ.Env.read_env(${path})\``
    : `Load the file before the variable is read, as with \`dotenv.load_dotenv(${path})\``;
}

/** A file of variables with a byte order mark before this one. */
function markedStart(file: string, name: string, scene: Scene): boolean {
  const bytes = scene.host.readBytes(file, 3);
  const isMarked = !refused(bytes) && bytes[0] === 0xef && bytes[1] === 0xbb;
  return isMarked &&
    new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`).test(textOf(file, scene));
}

const DESKTOP_REGEXP =
  /^(?:(?:WAYLAND_)?DISPLAY|XAUTHORITY|XDG_(?:RUNTIME_DIR|CURRENT_DESKTOP|SEAT|VTNR|SESSION_\w+)|DBUS_SESSION_BUS_ADDRESS|DESKTOP_SESSION|SESSION_MANAGER|WINDOWID|GNOME_\w+|KDE_\w+)$/;

const TERMINAL_REGEXP =
  /^(?:SSH_(?:AUTH_SOCK|AGENT_PID|TTY|CONNECTION|CLIENT)|TERM|TERM_PROGRAM|COLUMNS|LINES|SUDO_(?:USER|UID|GID))$/;

const CGI_REGEXP =
  /^(?:REQUEST_(?:METHOD|URI|SCHEME)|SERVER_(?:NAME|PORT|PROTOCOL|SOFTWARE|ADDR)|PATH_(?:INFO|TRANSLATED)|SCRIPT_(?:NAME|FILENAME)|QUERY_STRING|CONTENT_(?:TYPE|LENGTH)|HTTP_[A-Z_]+|REMOTE_(?:ADDR|HOST|PORT|USER)|DOCUMENT_ROOT|GATEWAY_INTERFACE)$/;

const USER_REGEXP = /^(?:USER|LOGNAME|USERNAME)$/;

const WINDOWS_REGEXP =
  /^(?:(?:LOCAL)?APPDATA|USERPROFILE|PROGRAM(?:FILES|DATA)|SYSTEM(?:ROOT|DRIVE)|WINDIR|COMSPEC|HOME(?:PATH|DRIVE)|COMPUTERNAME)$/i;

/** A variable that no server has: a value for it would be a lie. */
function variableOfOther(
  name: string,
): { says: string; mend: string } | undefined {
  if (name === "PORT") {
    return {
      says:
        'The variable "PORT" is one that platforms such as Heroku, Render and Cloud Run set for a server of one\'s own: here the web server calls the application itself, and no port is needed',
      mend:
        'Put what needs it (`app.run(…)`, `uvicorn.run(…)`) below `if __name__ == "__main__":`; elsewhere read it as `os.environ.get("PORT", "8000")`',
    };
  }
  const platform = platformOf(name);
  if (platform) {
    return {
      says:
        `The variable "${name}" is one that ${platform} sets for what it runs, and this machine is none of its`,
      mend:
        `Read it as \`os.environ.get("${name}")\`, and let the code do without where there is none; where it needs a value here, as the name of the site, write your own under [environment] in config.toml`,
    };
  }
  if (/^TE?MP$/.test(name)) {
    return {
      says:
        `The variable "${name}" is one that Windows sets for all, and here it need not be set`,
      mend:
        "Write `tempfile.gettempdir()` in its place, which is right everywhere",
    };
  }
  if (name === "HOSTNAME") {
    return {
      says:
        'The variable "HOSTNAME" is one that a shell keeps for itself, or a container has, and not for the application here',
      mend: "Write `socket.gethostname()` in its place",
    };
  }
  if (/^(?:VIRTUAL_ENV|CONDA_(?:PREFIX|DEFAULT_ENV))$/.test(name)) {
    return {
      says:
        `The variable "${name}" is one that a shell sets when somebody activates a virtual environment, and not for the application here`,
      mend:
        "Write `sys.prefix` in its place: that is the environment which runs",
    };
  }
  if (USER_REGEXP.test(name) || name === "PWD") {
    return {
      says:
        `The variable "${name}" is one that a login sets, and not for the application here`,
      mend: name === "PWD"
        ? "Write `os.getcwd()`, or `Path(__file__).parent` where the folder of the code is meant"
        : "Write `getpass.getuser()` or `pwd.getpwuid(os.getuid()).pw_name` in its place",
    };
  }
  const owner = DESKTOP_REGEXP.test(name)
    ? {
      what: "that a desktop sets for the programs on its screen",
      mend:
        "Leave out what needs a desktop, such as windows, the clipboard or a keyring; libraries that draw can mostly write to files",
    }
    : TERMINAL_REGEXP.test(name)
    ? {
      what: "that somebody's login in a terminal sets",
      mend: "Leave out what needs a terminal, or let the code do without",
    }
    : CGI_REGEXP.test(name)
    ? {
      what: "of CGI, set anew for each request",
      mend:
        "Read it in the function that answers a request, from what that is given: `environ` of WSGI, `request` of the framework; where CGIHandler or `cgi` is used, leave that out, as `app` in config.toml names the application itself",
    }
    : WINDOWS_REGEXP.test(name)
    ? {
      what: "that Windows sets",
      mend:
        "Let the code take a folder of the site where it is not on Windows, as with `Path(__file__).parent`",
    }
    : undefined;
  return owner && {
    says:
      `The variable "${name}" is one ${owner.what}: under a web server there is none, and setting it by hand mends nothing`,
    mend: owner.mend,
  };
}

/** Files of variables whose name was changed on the way, as by an editor. */
const MISNAMED =
  /^(?:\.?env\.txt|\.?dotenv|\.?env|_env|\.env\.(?:bak|old|save|copy)|\.?env \(\d\)(?:\.txt)?)$/;
/** Files that show which variables there are. */
const PATTERN =
  /^(?:\.env[._-](?:example|sample|dist|template)|(?:example|sample)\.env)$/;

/** A file of variables in the site, such as .env, that gives one its value. */
function fileOfVariables(
  name: string,
  scene: Scene,
  names = /^(?:\.env|\.flaskenv|\.envrc|\.env\.local|\.env\.production)$/,
): string | undefined {
  return [
    ...new Set([
      scene.directory,
      ...dirname(scene.directory).startsWith(
          scene.site.layout.siteDirectory,
        )
        ? [dirname(scene.directory)]
        : [],
      scene.site.layout.siteDirectory,
      ...searchSite(
        scene,
        (found) => found.some((each) => names.test(each)),
      ),
    ]),
  ].flatMap((folder) =>
    namesIn(folder, scene.host).filter((each) => names.test(each))
      .map((each) => join(folder, each))
  ).find((path) => defines(path, name, scene));
}

/** Tells whether a source may load a file of variables, as it looks for one. */
function mayLoad(file: string, holder: string, scene: Scene): boolean {
  const text = textOf(file, scene);
  if (!LOADING_REGEXP.test(text)) return false;
  const path = LOADED_REGEXP.exec(text)?.[1];
  return path !== undefined
    ? join(scene.directory, path) === holder
    // Without a path it is looked for beside the source, and above it.
    : !/\b(?:load_dotenv|find_dotenv|AutoConfig)\(\s*\)|from decouple import/
      .test(text) ||
      `${dirname(file)}/`.startsWith(`${dirname(holder)}/`);
}

/** What loads variables from a file when the application starts. */
const LOADING_REGEXP =
  /dotenv|read_env|\bdecouple\b|env_file|RepositoryEnv|\bdynaconf\b|\bos\.environ\.update\(/;

/**
 * Tells whether nothing gives the application this variable: neither its
 * environment nor, as far as the source tells, a file that it loads.
 */
export function isUnset(name: string, scene: Scene): boolean {
  const { config } = scene.site;
  if (
    scene.host.env[name] !== undefined ||
    config?.environment[name] !== undefined ||
    config?.secretFiles[name] !== undefined
  ) return false;
  const texts = settingsFiles(scene).map((file) => textOf(file, scene));
  // What hands on its own value gives it none.
  const sets = new RegExp(
    `environ(?:\\.setdefault\\(|\\[)\\s*["']${name}["']\\s*(?:,|\\]\\s*=(?!=))(?!\\s*(?:os\\.)?(?:getenv|environ\\.get)\\(\\s*["']${name}["']\\s*\\))`,
  );
  if (texts.some((text) => sets.test(text))) return false;
  const holder = fileOfVariables(name, scene);
  return holder === undefined ||
    !settingsFiles(scene).some((file) => mayLoad(file, holder, scene));
}

/** Tells whether a file of settings gives the variable a value. */
function defines(file: string, name: string, scene: Scene): boolean {
  return new RegExp(`^\\s*(?:export\\s+)?${name}\\s*[=:]`, "m")
    .test(textOf(file, scene));
}

/** Files in which frameworks' settings are written. */
const SETTINGS_FILES =
  /^(?:settings|config|configuration|base|production|prod|local|default|defaults|conf|app|wsgi|main|__init__|extensions|db|database|core)\.py$/;

/** Where the site reads a variable of such a name that is not set. */
export function unsetVariable(
  wanted: RegExp,
  { own }: Subject,
  scene: Scene,
): { name: string; file: string; line: number } | undefined {
  const files = new Set([...own ? [own.file] : [], ...settingsFiles(scene)]);
  for (const file of files) {
    for (const [index, line] of linesOf(file, scene).entries()) {
      if (/^\s*#/.test(line)) continue;
      const name = [...line.matchAll(READ_REGEXP)].map(([, each]) => each!)
        .find((each) => wanted.test(each) && !scene.host.env[each]);
      if (name) return { name, file, line: index + 1 };
    }
  }
  return undefined;
}

/** The files of the site that mostly hold its settings. */
export function settingsFiles(scene: Scene): string[] {
  const module = scene.site.config?.wsgi?.module;
  const folders = [scene.directory];
  for (const name of namesIn(scene.directory, scene.host)) {
    if (!name.includes(".") && !/^(?:venv|node_modules)/.test(name)) {
      folders.push(join(scene.directory, name));
      folders.push(join(scene.directory, name, "settings"));
    }
  }
  return [
    ...new Set([
      ...module?.startsWith("/") ? [module] : [],
      ...folders.slice(0, 60).flatMap((folder) =>
        namesIn(folder, scene.host).filter((name) => SETTINGS_FILES.test(name))
          .map((name) => join(folder, name))
      ),
    ].filter((file) => !isLibraryFile(file))),
  ];
}

/**
 * What is said of a setting that is not there, where a line takes the whole
 * configuration from what a variable names, and that is not set: Flask loads
 * nothing then, and says nothing.
 *
 * @param what What the configuration has not
 */
export function configurationUnloaded(
  what: string,
  { own }: Pick<Subject, "own">,
  scene: Scene,
): Extract<Claim, { seen: string }> & { mend: string } | undefined {
  const read = /(?:os\.)?(?:environ\.get|getenv)\(\s*["'](\w+)["']\s*\)/;
  for (const file of new Set([own?.file, ...settingsFiles(scene)])) {
    const text = textOf(file, scene);
    for (const [at, line] of text.split(/\r?\n/).entries()) {
      const [, given = ""] =
        /^[^#]*\.from_(?:object|envvar)\((.*)$/.exec(line) ?? [];
      if (!file || given === "") continue;
      const [, named] = /^(\w+)\s*\)/.exec(given) ?? [];
      const name = /^["'](\w+)["']\s*,\s*silent\s*=\s*True/.exec(given)?.[1] ??
        read.exec(given)?.[1] ??
        (named &&
          new RegExp(`^\\s*${named}\\s*=\\s*${read.source}`, "m")
            .exec(text)?.[1]);
      if (!name || !isUnset(name, scene)) continue;
      const classes = [
        ...textOf(join(scene.directory, "config.py"), scene)
          .matchAll(/^class (\w+)/gm),
      ].map(([, each]) => each!);
      const chosen = classes.find((each) => /^Prod/.test(each)) ??
        classes.at(-1);
      const example = line.includes("from_envvar")
        ? `"…", with the path of the file of settings`
        : chosen
        ? `"config.${chosen}"`
        : `"…", with the name of the configuration for this machine, as in "config.ProductionConfig"`;
      return {
        code: "app-setting-missing",
        seen: `The application's configuration has ${what}: line ${
          at + 1
        } of ${file} takes it from what the variable "${name}" names, and that is not set for the application, so that nothing is loaded`,
        place: { file, line: at + 1 },
        mend: `Write under [environment] in config.toml: ${name} = ${example}`,
      };
    }
  }
  return undefined;
}
