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

/** Under which address the web server shows the site. */
export interface Address {
  /** The first one, and its aliases; none: a name to be replaced. */
  names?: readonly string[];
  /** With a certificate, and a way there from plain HTTP. @default {false} */
  isTls?: boolean;
}

/** Stands for the name of the site where nobody has said it. */
const EXAMPLE_NAMES = ["www.example.org"];

/** Renders what the web server must know, in one of the forms. */
export function renderSettings(
  settings: ServerSettings,
  format: SettingsFormat,
  address: Address = {},
): string {
  const { names = EXAMPLE_NAMES, isTls = false } = address;
  const site = { names, isTls };
  switch (format) {
    case "text":
      return renderText(settings, address);
    case "apache":
      return renderApache(settings, site);
    case "nginx":
      return renderNginx(settings, site);
    case "puppet":
      return renderPuppet(settings, site);
    case "json":
      return toJson({ ...addressed(address), ...namedSettings(settings) }, 2);
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

/** The address by the names that the text and JSON use. */
function addressed({ names, isTls }: Address): Record<string, string> {
  return {
    ...names && { server_name: names.join(" ") },
    ...isTls && { tls: "on" },
  };
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

function renderText(settings: ServerSettings, address: Address): string {
  const named = { ...addressed(address), ...namedSettings(settings) };
  const rows = Object.entries(named).map((
    [name, value],
  ) => [name, printable(value)] as const);
  return alignRows(rows, {
    indent: 0,
    // A path is copied from a mail: it stays on its line.
    columns: Infinity,
  });
}

/** Where Let's Encrypt keeps the certificate of a site. */
function certificateOf([name = ""]: readonly string[]) {
  const folder = `/etc/letsencrypt/live/${name.replace(/^\*\./, "")}`;
  return { cert: `${folder}/fullchain.pem`, key: `${folder}/privkey.pem` };
}

function renderApache(
  settings: ServerSettings,
  { names, isTls }: Required<Address>,
): string {
  const documentRoot = quoteDirective(settings.documentRoot);
  const [name, ...aliases] = names;
  const named = [
    `    ServerName ${name}`,
    ...aliases.map((alias) => `    ServerAlias ${alias}`),
  ].join("\n");
  const { cert, key } = certificateOf(names);
  const redirect = `<VirtualHost *:80>
${named}
    Redirect permanent / https://${name}/
</VirtualHost>

`;
  const certificate = `
    # Where the certificate lies, as Let's Encrypt keeps it.
    SSLEngine on
    SSLCertificateFile ${cert}
    SSLCertificateKeyFile ${key}
`;
  return `${isTls ? redirect : ""}<VirtualHost *:${isTls ? 443 : 80}>
${named}
${
    isTls
      ? `${certificate.slice(1)}
`
      : ""
  }    DocumentRoot ${documentRoot}
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

function renderNginx(
  settings: ServerSettings,
  { names, isTls }: Required<Address>,
): string {
  const named = `    server_name ${names.join(" ")};`;
  const { cert, key } = certificateOf(names);
  const redirect = `server {
    listen 80;
${named}
    return 301 https://${names[0]}$request_uri;
}

`;
  const listen = isTls
    ? `    listen 443 ssl;
${named}
    # Where the certificate lies, as Let's Encrypt keeps it.
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
`
    : `    listen 80;
${named}
`;
  return `${isTls ? redirect : ""}server {
${listen}    root ${quoteDirective(settings.documentRoot)};

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
function renderPuppet(
  settings: ServerSettings,
  { names, isTls }: Required<Address>,
): string {
  const named = neededSettings(settings);
  const { document_root, passenger_restart_dir, ...passenger } = named;
  const [name, ...aliases] = names;
  const { cert, key } = certificateOf(names);
  const attributes = {
    ...aliases.length > 0 && { serveraliases: aliases.join(" ") },
    ...isTls && { ssl: true, ssl_cert: cert, ssl_key: key },
    docroot: document_root!,
    passenger_enabled: true,
    ...passenger,
    passenger_restart_dir: passenger_restart_dir!,
  };
  const width = Math.max(...Object.keys(attributes).map((key) => key.length));
  const lines = Object.entries(attributes).map(([key, value]) =>
    `  ${key.padEnd(width)} => ${
      key === "serveraliases"
        ? `[${aliases.map(quotePuppet).join(", ")}]`
        : typeof value === "string"
        ? quotePuppet(value)
        : value
    },`
  );
  return `apache::vhost { '${name}':
  ${"port".padEnd(width)} => ${isTls ? 443 : 80},
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
