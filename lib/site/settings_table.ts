/**
 * Every setting of `config.toml`, once: name, type, default and meaning. The
 * parser, the template that `install` writes, the reference in `docs/` and
 * the "did you mean" of unknown keys are made from this table.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** The shape of a setting's value. */
export type SettingType =
  | { name: "string"; mayBePath?: true }
  | { name: "absolute path" }
  | { name: "path" }
  | { name: "choice"; choices: readonly string[] }
  | { name: "integer"; least: number; most: number }
  | { name: "seconds"; least: number; most: number };

/** One setting of `config.toml`. */
export interface Setting {
  section: string;
  key: string;
  /** Older names that are read as well. */
  aliases?: readonly string[];
  type: SettingType;
  /** The value when the key is absent; undefined for none. */
  default?: string | number;
  /** What it means, in one line. */
  meaning: string;
  /** What `install` writes as an example, in TOML. */
  example: string;
}

/** A section of `config.toml`. */
export interface Section {
  name: string;
  /** What it is for, in one line. */
  meaning: string;
  /** Its keys are the user's own names, with strings as values. */
  free?: { value: "string" | "absolute path"; example: string };
}

/** What counts where a setting is absent or not valid. */
export const DEFAULTS = {
  appType: "node",
  app: "application",
  interface: "auto",
  loop: "asyncio",
  threads: 1,
  /** Seconds. */
  startTimeout: 30,
  details: "full",
  requestDetails: "summary",
  maxBytes: 1_000_000,
  backups: 3,
} as const;

/** The sections, in the order in which they are written. */
export const SECTIONS: readonly Section[] = [
  {
    name: "passenger",
    meaning: "What the administrators of the web server need to know.",
  },
  {
    name: "wsgi",
    meaning:
      "Your application. Without this section the site shows a Hello World page.",
  },
  {
    name: "secret_files",
    meaning:
      "Files with passwords and keys, outside the app root. Each becomes an environment variable that holds the path.",
    free: {
      value: "absolute path",
      example:
        'CREDENTIALS = "/path/to/mywebsitefiles/secrets/credentials.env"',
    },
  },
  {
    name: "environment",
    meaning: "Environment variables of the application. No secrets here.",
    free: {
      value: "string",
      example: 'DJANGO_SETTINGS_MODULE = "mysite.settings"',
    },
  },
  {
    name: "feedback",
    meaning: "What the error page tells.",
  },
  {
    name: "log",
    meaning: "How log/wsgi-shim.log is rotated.",
  },
];

/** The settings, in the order in which they are written. */
export const SETTINGS: readonly Setting[] = [
  {
    section: "passenger",
    key: "user",
    aliases: ["passenger_user"],
    type: { name: "string" },
    meaning: "the user that the application runs as",
    example: '"myuser"',
  },
  {
    section: "passenger",
    key: "group",
    aliases: ["passenger_group"],
    type: { name: "string" },
    meaning: "the group that the application runs as",
    example: '"mygroup"',
  },
  {
    section: "passenger",
    key: "passenger_app_root",
    type: { name: "absolute path" },
    meaning: "the app root: the folder of this file",
    example: '"/path/to/mywebsitefiles/www"',
  },
  {
    section: "passenger",
    key: "passenger_python",
    type: { name: "absolute path" },
    meaning: "the Python interpreter of the virtual environment",
    example: '"/path/to/mywebsitefiles/venv/bin/python"',
  },
  {
    section: "passenger",
    key: "passenger_app_type",
    type: { name: "choice", choices: ["node", "wsgi"] },
    default: DEFAULTS.appType,
    meaning: "which startup file the web server loads: app.js (node) or " +
      "passenger_wsgi.py (wsgi)",
    example: '"node"',
  },
  {
    section: "passenger",
    key: "passenger_nodejs",
    type: { name: "absolute path" },
    meaning: "the Node that the web server uses, if it is not the one on its " +
      "PATH",
    example: '"/usr/local/bin/node"',
  },
  {
    section: "wsgi",
    key: "module",
    type: { name: "string", mayBePath: true },
    meaning: "the file, package folder or dotted name of the module that " +
      "holds the application",
    example: '"/path/to/mywebsitefiles/myapp/app.py"',
  },
  {
    section: "wsgi",
    key: "app",
    type: { name: "string" },
    default: DEFAULTS.app,
    meaning:
      "the callable in the module: a name, a dotted name, or a factory " +
      "call such as create_app()",
    example: '"app"',
  },
  {
    section: "wsgi",
    key: "interface",
    type: { name: "choice", choices: ["auto", "wsgi", "asgi"] },
    default: DEFAULTS.interface,
    meaning: "what the callable speaks: seen by itself (auto), or told where " +
      "that is in doubt",
    example: '"asgi"',
  },
  {
    section: "wsgi",
    key: "loop",
    type: { name: "choice", choices: ["asyncio", "uvloop"] },
    default: DEFAULTS.loop,
    meaning: "the event loop of an ASGI application; uvloop is a package " +
      "that must be installed",
    example: '"uvloop"',
  },
  {
    section: "wsgi",
    key: "chdir",
    type: { name: "path" },
    meaning: "working directory and first entry of sys.path; the module's " +
      "folder if not given",
    example: '"/path/to/mywebsitefiles/mysite"',
  },
  {
    section: "wsgi",
    key: "threads",
    type: { name: "integer", least: 1, most: 64 },
    default: DEFAULTS.threads,
    meaning: "requests that one process serves at once (1 to 64); for ASGI " +
      "it has no meaning",
    example: "1",
  },
  {
    section: "wsgi",
    key: "start_timeout",
    type: { name: "seconds", least: 1, most: 3600 },
    default: DEFAULTS.startTimeout,
    meaning: "seconds that the application may take to start",
    example: "30",
  },
  {
    section: "feedback",
    key: "details",
    type: { name: "choice", choices: ["full", "summary", "none"] },
    default: DEFAULTS.details,
    meaning: "how much the page of a site that cannot start tells: " +
      '"full", "summary" (only what kind of mistake) or "none"',
    example: '"full"',
  },
  {
    section: "feedback",
    key: "request_details",
    type: { name: "choice", choices: ["full", "summary", "none"] },
    default: DEFAULTS.requestDetails,
    meaning: "the same for the page of an exception in a request; never " +
      "more than details",
    example: '"summary"',
  },
  {
    section: "log",
    key: "max_bytes",
    type: { name: "integer", least: 10_000, most: 1_000_000_000 },
    default: DEFAULTS.maxBytes,
    meaning: "size in bytes at which the log is rotated",
    example: "1000000",
  },
  {
    section: "log",
    key: "backups",
    type: { name: "integer", least: 0, most: 100 },
    default: DEFAULTS.backups,
    meaning: "how many rotated logs are kept",
    example: "3",
  },
];

/** The keys of a section, under all their names. */
export function keysOf(section: string): string[] {
  return SETTINGS.filter((setting) => setting.section === section)
    .flatMap((setting) => [setting.key, ...(setting.aliases ?? [])]);
}
