/**
 * What the administrators of the web server are asked to set, in the forms
 * that they use.
 *
 * What the forms rest on was read in Passenger's own table of
 * options (`apache2_module`, `nginx_module`). Runs on Node and Deno.
 *
 * @module
 */

import { toJson } from "../text/json.ts";
import { printable, UNPRINTABLE_REGEXP } from "../text/shell.ts";
import { alignRows } from "../text/wrap.ts";

/** What the web server must know of a site. */
export interface ServerSettings {
  user: string;
  group: string;
  /** Absolute path. */
  appRoot: string;
  appType: "node" | "wsgi";
  /** Name in the app root. */
  startupFile: string;
  /** Absolute path: the interpreter, or the script that stands in for it. */
  python: string;
  /** Absolute path of the web server's Node, where it is not on its PATH. */
  nodejs?: string;
  /** Absolute path of the static files. */
  documentRoot: string;
  /** Absolute path of the folder with `restart.txt`. */
  restartDirectory: string;
}

/** The forms of the settings. */
export const SETTINGS_FORMATS = [
  "text",
  "apache",
  "nginx",
  "puppet",
  "json",
] as const;

/** A form of the settings. */
export type SettingsFormat = typeof SETTINGS_FORMATS[number];

/** Renders what the web server must know, in one of the forms. */
export function renderSettings(
  settings: ServerSettings,
  format: SettingsFormat,
): string {
  switch (format) {
    case "text":
      return renderText(settings);
    case "apache":
      return renderApache(settings);
    case "nginx":
      return renderNginx(settings);
    case "puppet":
      return renderPuppet(settings);
    case "json":
      return toJson(namedSettings(settings), 2);
    default: {
      const unknown: never = format;
      throw new TypeError(`Unknown format: ${unknown}`);
    }
  }
}

/**
 * Tells which setting has a value that a form cannot hold, and why; undefined
 * where all can be written.
 */
export function whyNotRendered(
  settings: ServerSettings,
  format: SettingsFormat,
): string | undefined {
  if (format === "text" || format === "json") return undefined;
  for (const [key, value] of Object.entries(neededSettings(settings))) {
    const reason = whyNotWritten(key, value, format);
    if (reason !== undefined) {
      return `${key} is ${JSON.stringify(value)}, and ${reason}`;
    }
  }
  return undefined;
}

function whyNotWritten(
  key: string,
  value: string,
  format: "apache" | "nginx" | "puppet",
): string | undefined {
  if (UNPRINTABLE_REGEXP.test(value)) {
    return `the form ${format} has no place for control characters`;
  }
  // Neither server has an escape for what it takes for a variable.
  if (format !== "nginx" && /\$\{/.test(value)) {
    return "Apache reads ${…} as a variable";
  }
  if (format === "nginx" && key === "document_root" && value.includes("$")) {
    return "nginx reads $ as the start of a variable";
  }
  return undefined;
}

/** The settings by the names that `config.toml` and Passenger's manual use. */
function namedSettings(settings: ServerSettings): Record<string, string> {
  return {
    passenger_user: settings.user,
    passenger_group: settings.group,
    passenger_app_root: settings.appRoot,
    passenger_app_type: settings.appType,
    passenger_startup_file: settings.startupFile,
    passenger_python: settings.python,
    ...settings.nodejs === undefined
      ? {}
      : { passenger_nodejs: settings.nodejs },
    passenger_restart_dir: settings.restartDirectory,
    document_root: settings.documentRoot,
  };
}

/** What a server's own file needs: the interpreter of this door only. */
function neededSettings(settings: ServerSettings): Record<string, string> {
  const { passenger_python: _, passenger_nodejs, ...rest } = namedSettings(
    settings,
  );
  if (settings.appType === "wsgi") {
    return { ...rest, passenger_python: settings.python };
  }
  return passenger_nodejs === undefined ? rest : { ...rest, passenger_nodejs };
}

function renderText(settings: ServerSettings): string {
  const rows = Object.entries(namedSettings(settings)).map((
    [name, value],
  ) => [name, printable(value)] as const);
  return alignRows(rows, {
    indent: 0,
    // A path is copied from a mail: it stays on its line.
    columns: Infinity,
  });
}

function renderApache(settings: ServerSettings): string {
  const documentRoot = quoteDirective(settings.documentRoot);
  return `<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot ${documentRoot}
    <Directory ${documentRoot}>
        Require all granted
    </Directory>

    PassengerEnabled on
${
    passengerLines(settings, {
      nameOf: (key) =>
        "Passenger" + key.split("_").map((part) =>
          part.charAt(0).toUpperCase() + part.slice(1)
        ).join(""),
      indent: "    ",
      end: "",
    })
  }
    # Where uploads are many or large: several times faster, but a visitor
    # who sends slowly then holds a thread of the application.
    #PassengerBufferUpload off
</VirtualHost>`;
}

function renderNginx(settings: ServerSettings): string {
  return `server {
    listen 80;
    server_name www.example.org;
    root ${quoteDirective(settings.documentRoot)};

    passenger_enabled on;
${
    passengerLines(settings, {
      nameOf: (key) => `passenger_${key}`,
      indent: "    ",
      end: ";",
    })
  }
}`;
}

/** Attributes of `apache::vhost` in puppetlabs-apache. */
function renderPuppet(settings: ServerSettings): string {
  const named = neededSettings(settings);
  const { document_root, passenger_restart_dir, ...passenger } = named;
  const attributes = {
    docroot: document_root!,
    passenger_enabled: true,
    ...passenger,
    passenger_restart_dir: passenger_restart_dir!,
  };
  const width = Math.max(...Object.keys(attributes).map((key) => key.length));
  const lines = Object.entries(attributes).map(([key, value]) =>
    `  ${key.padEnd(width)} => ${
      typeof value === "string" ? quotePuppet(value) : value
    },`
  );
  return `apache::vhost { 'www.example.org':
  ${"port".padEnd(width)} => 80,
  ${"manage_docroot".padEnd(width)} => false,
${lines.join("\n")}
}`;
}

interface Dialect {
  nameOf(key: string): string;
  indent: string;
  end: string;
}

function passengerLines(settings: ServerSettings, dialect: Dialect): string {
  return Object.entries(neededSettings(settings))
    .filter(([key]) => key.startsWith("passenger_"))
    .map(([key, value]) => {
      const name = dialect.nameOf(key.slice("passenger_".length));
      return `${dialect.indent}${name} ${quoteDirective(value)}${dialect.end}`;
    }).join("\n");
}

const PLAIN_REGEXP = /^[A-Za-z0-9_@+,./-]+$/;

/** Apache and nginx quote alike. */
function quoteDirective(value: string): string {
  if (PLAIN_REGEXP.test(value)) return value;
  return `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

function quotePuppet(value: string): string {
  return `'${value.replace(/[\\']/g, "\\$&")}'`;
}
