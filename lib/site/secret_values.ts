/**
 * The values that a site's process knows and no page may tell: those of
 * `[environment]`, the contents of `[secret_files]`, and what else stands in
 * the environment of the process, the system's own variables excepted.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { holdsSecret } from "./secret_words.ts";
import { type Host, refused } from "../machine/host.ts";
import type { Secret } from "./redaction.ts";
import type { Site } from "./site.ts";
import { hiddenValues } from "./visible_line.ts";

/** Lists what must not be told, whatever an exception says. */
export function readSecrets(site: Site): Secret[] {
  const { config, host } = site;
  const secrets: Secret[] = [];
  for (const [name, value] of Object.entries(config?.environment ?? {})) {
    secrets.push(...configured(value), { value, after: name });
  }
  if (!config) {
    secrets.push(...hiddenValues(site.configText ?? "").flatMap(configured));
  }
  for (const file of Object.values(config?.secretFiles ?? {})) {
    const bytes = host.readBytes(file, SECRET_BYTES_LIMIT);
    if (!refused(bytes)) secrets.push(...contents(bytes));
  }
  secrets.push(...variableSecrets(host.env, site));
  const seen = new Set<string>();
  return secrets.filter((one) => {
    const identity = JSON.stringify(one);
    return one.value.trim() !== "" && !seen.has(identity) &&
      seen.add(identity);
  });
}

/**
 * Folders and files that `[environment]` names. They are a part of what is
 * wrong with a file, and no secrets.
 */
export function configuredPaths({ config, host }: Site): string[] {
  return Object.values(config?.environment ?? {})
    .filter((value) => isPath(value, host));
}

const SECRET_BYTES_LIMIT = 65_536;
/** A part of a value may be shorter than a value that is told by itself. */
const SHORTEST_PART = 3;
/** From here on, a value is hardly ever a part of another word. */
const LONG_VALUE = 8;
/** Shorter ones are words of any text. */
const SHORTEST_INHERITED = 5;

/** What the system and the web server set for every process; never secret. */
const SYSTEM_REGEXP =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|SHLVL|PWD|OLDPWD|MAIL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|HOSTNAME|HOST|_|XDG_\w+|PYTHON\w+|VIRTUAL_ENV|NODE_ENV|NODE_PATH|LD_LIBRARY_PATH|IN_PASSENGER|PASSENGER_\w+|APACHE_\w+|(?:RAILS|RACK|WSGI)_ENV)$/;

/**
 * Lists what must not be told of variables that `config.toml` does not set,
 * such as those of the login files.
 */
export function variableSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  { config, host }: Pick<Site, "config" | "host">,
): Secret[] {
  const variables = Object.entries(environment).filter(
    (one): one is [string, string] => Boolean(one[1]),
  );
  const isOurs = (name: string) =>
    [config?.secretFiles, config?.environment].some((section) =>
      section !== undefined && Object.hasOwn(section, name)
    );
  const isSystems = ([name, value]: [string, string]) =>
    SYSTEM_REGEXP.test(name) && !holdsSecret(name, value);
  const known = new Set(
    variables.filter(isSystems).map(([, value]) => value),
  );
  return variables.flatMap((one): Secret[] => {
    const [name, value] = one;
    if (isSystems(one) || isOurs(name)) return [];
    const assigned = { value, after: name };
    if (known.has(value)) return [assigned];
    if (holdsSecret(name, value)) return [assigned, ...configured(value)];
    if (isOrdinary(value, host)) return [assigned, ...parts(value)];
    const isWord = value.length < LONG_VALUE;
    return [assigned, { value, isWord }, ...parts(value)];
  });
}

/** A dotted name, as of a module with settings. */
const MODULE_REGEXP = /^[a-z_]{2,24}\d{0,2}(?:\.[a-z_]{2,24}\d{0,2}){1,4}$/i;

/** Numbers, a few words and paths stand in texts that do not mean a variable. */
function isOrdinary(value: string, host: Host): boolean {
  return value.length < SHORTEST_INHERITED ||
    /^[\d.,:+-]{1,15}$/.test(value) ||
    /^[a-z]{1,16}(?:[ ._/-][a-z]{1,16}){0,2}$/i.test(value) ||
    MODULE_REGEXP.test(value) ||
    value.split(":").every((part) => isPath(part, host));
}

/** A path, as its first folder is there. */
function isPath(value: string, host: Host): boolean {
  const first = /^\/[^/\s]+(?=\/|$)/.exec(value)?.[0];
  return first !== undefined && !refused(host.stat(first));
}

function configured(value: string): Secret[] {
  return [{ value }, ...parts(value)];
}

/** Lines of a file, and what they set. */
function contents(bytes: Uint8Array): Secret[] {
  const text = new TextDecoder().decode(bytes);
  const values = leaves(text).map(([, leaf]) => leaf);
  const assigned: Secret[] = [];
  for (const line of text.split(/\r?\n/)) {
    const value = line.replace(/^[^=:]*[=:]/, "").trim();
    const bare = unquoted(value.replace(/\s+[#;].*$/, ""));
    values.push(line.trim(), value, unquoted(value), bare);
    values.push(...leaves(line).map(([, leaf]) => leaf));
    const name = /(\w+)\s*[=:]/.exec(line)?.[1];
    if (name) assigned.push({ value: bare, after: name });
  }
  return [...values.flatMap(configured), ...assigned];
}

function unquoted(value: string): string {
  return value.replace(/^["']|["'],?$/g, "");
}

/** Passwords within a value: they may be told without the rest of it. */
function parts(value: string): Secret[] {
  const found: string[] = [];
  for (const [, login] of value.matchAll(LOGIN_REGEXP)) {
    const colon = login!.indexOf(":");
    const password = login!.slice(colon + 1);
    // A token stands where others have a name.
    if (colon < 0 && password.length < LONG_VALUE) continue;
    found.push(password, decoded(password));
  }
  for (const [, name, quoted, bare] of value.matchAll(SETTING_REGEXP)) {
    const part = quoted?.slice(1, -1) ?? bare!;
    if (mayBeSecret(name!, part)) found.push(part, decoded(part));
  }
  for (const [name, leaf] of leaves(value)) {
    if (mayBeSecret(name, leaf)) found.push(leaf);
  }
  // As the name of a file, a value falls apart at its slashes.
  found.push(...value.split("/").filter((part) => PIECE_REGEXP.test(part)));
  return [...new Set(found)]
    .filter((part) => part.length >= SHORTEST_PART && part !== value)
    .map((part) => ({ value: part, isWord: part.length < LONG_VALUE }));
}

/** Within a value, names are anybody's. */
function mayBeSecret(name: string, part: string): boolean {
  return /pass|pwd|secret|token|key|credential|auth|sig/i.test(name) &&
    !/^(?:true|false|yes|no|on|off|none|null|\d{1,3}|\/.*)$/i.test(part);
}

const PIECE_REGEXP = /^(?=\D*\d)(?=\P{L}*\p{L})[^\s:@.]{8,}$/u;
/** The login of an address: `scheme://LOGIN@host`. */
const LOGIN_REGEXP = /\b[a-z][a-z0-9+.-]*:\/\/([^/?#\s]*)@/gi;
/** `name=value` in a query or in a connection string. */
const SETTING_REGEXP =
  /([A-Za-z_]\w*)\s*(?:=|:(?!\/\/))\s*("[^"]*"|'[^']*')?([^\s&;,"'}]*)/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not encoded after all
  }
}

/** The texts in JSON, each with the nearest name. */
function leaves(text: string): [name: string, leaf: string][] {
  if (!/^\s*[[{]/.test(text)) return [];
  try {
    return [...leavesOf(JSON.parse(text), "")];
  } catch {
    return []; // no JSON
  }
}

function* leavesOf(value: unknown, name: string): Generator<[string, string]> {
  if (typeof value === "string") yield [name, value];
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    yield* leavesOf(each, Array.isArray(value) ? name : key);
  }
}
