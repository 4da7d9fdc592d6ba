/**
 * The values that a site's process knows and no page may tell: those of
 * `[environment]`, the contents of `[secret_files]`, and what else stands in
 * the environment of the process, the system's own variables excepted.
 *
 * What a value is decides, more than its name: a path of the site, a switch
 * or the name of a module is no secret, and hides what is wrong where it is
 * taken out. Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { type Host, refused } from "../machine/host.ts";
import type { Secret } from "./redaction.ts";
import {
  holdsSecret,
  isSecretName,
  isSwitch,
  mayBeSecretName,
} from "./secret_words.ts";
import type { Site } from "./site.ts";
import { hiddenValues } from "./visible_line.ts";

/** A value, with the name of what holds it, where it has one. */
type Named = readonly [name: string | undefined, value: string];

/** What is known of the surroundings of a value. */
type Surroundings = Pick<Site, "config" | "host" | "layout">;

/** Lists what must not be told, whatever an exception says. */
export function* siteSecrets(site: Site): Generator<Secret> {
  const { config, configText = "", host } = site;
  for (const named of Object.entries(config?.environment ?? {})) {
    yield* secretsOf(named, site);
  }
  for (const named of hiddenValues(configText)) yield* secretsOf(named, site);
  for (const file of Object.values(config?.secretFiles ?? {})) {
    const bytes = host.readBytes(file, SECRET_BYTES_LIMIT);
    if (refused(bytes)) continue;
    for (const named of contents(bytes)) yield* secretsOf(named, site);
  }
  yield* variableSecrets(host.env, site);
}

/** More than this of a file is not known. */
const SECRET_BYTES_LIMIT = 1_048_576;
/** Shorter values are told only behind their names. */
const SHORTEST = 4;
/** From here on, a value is hardly ever a part of another word. */
const LONG = 8;

/** What the system and the web server set for every process; never secret. */
const SYSTEM_REGEXP =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|SHLVL|PWD|OLDPWD|MAIL|TERM|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|HOSTNAME|HOST|_|XDG_\w+|PYTHON\w+|VIRTUAL_ENV|NODE_ENV|NODE_PATH|LD_LIBRARY_PATH|IN_PASSENGER|PASSENGER_\w+|APACHE_\w+|(?:RAILS|RACK|WSGI)_ENV|SERVER_SOFTWARE)$/;

/**
 * Lists what must not be told of variables that `config.toml` does not set,
 * such as those of the login files, or of the application itself.
 */
export function* variableSecrets(
  environment: Readonly<Record<string, string | undefined>>,
  site: Surroundings,
): Generator<Secret> {
  const { config } = site;
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
  for (const [name, value] of variables) {
    if (isSystems([name, value]) || isOurs(name)) continue;
    if (known.has(value)) yield { value, after: name };
    else yield* secretsOf([name, value], site);
  }
}

/** What must not be told of a value. */
function* secretsOf(
  [name, written]: Named,
  site: Surroundings,
): Generator<Secret> {
  const value = withoutScheme(written.trim());
  if (value === "") return;
  if (name !== undefined) yield { value, after: name };
  const isSecret = name === undefined || isSecretName(name);
  const parts = partsOf(value);
  const hasPassword = parts.some((part) => part.length >= SHORTEST);
  const isAddress = ADDRESS_REGEXP.test(value);
  for (const part of parts) {
    yield { value: part, isWord: part.length < LONG };
    if (part.length >= LONG) yield* writtenSecrets(decoded(part));
  }
  if (isSwitch(value) || PEM_LABEL_REGEXP.test(value)) return;
  if (isSecret ? isPlace(value, site) : isHarmless(value, site)) return;
  // What is left of an address helps to see which it is.
  if (isAddress && (hasPassword || !isRandom(value)) && name !== undefined) {
    return;
  }
  yield* writtenSecrets(value);
}

/** The path in an address of a file. */
function withoutScheme(value: string): string {
  return /^file:\/\/\//.test(value)
    ? decoded(value.slice("file://".length))
    : value;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not encoded after all
  }
}

/** A secret, as a whole and by the parts in which it may be seen. */
function* writtenSecrets(value: string): Generator<Secret> {
  if (value.length >= SHORTEST) yield secret(value);
  const lines = value.split(/(?:\r?\n|\\+r?\\*n)+/).map((line) => line.trim());
  if (lines.length > 1) {
    for (const line of lines) {
      if (line.length >= SHORTEST && !PEM_LABEL_REGEXP.test(line)) {
        yield* [line, ...piecesOf(line)].map(secret);
      }
    }
    yield secret(lines.filter((line) => !PEM_LABEL_REGEXP.test(line)).join(""));
  }
  for (const piece of piecesOf(value)) yield secret(piece);
  const bytes = decodedBytes(value);
  if (bytes) yield secret(bytes);
}

function secret(value: string): Secret {
  const isCommon = /^(?:\p{L}+|\d+)$/u.test(value);
  return { value, isWord: value.length < LONG && isCommon };
}

const PEM_LABEL_REGEXP = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/** As the name of a file, a value falls apart at its slashes. */
function piecesOf(value: string): string[] {
  if (!value.includes("/") || ADDRESS_REGEXP.test(value)) return [];
  // As a line of a file it is no name of one.
  if (/^[A-Za-z_]\w*=/.test(value)) return [];
  const names = value.split("/").slice(0, MOST_PIECES);
  const folders = names.map((_, at) => names.slice(0, at).join("/"));
  const rests = names.map((_, at) => names.slice(at).join("/"));
  return [
    ...names.filter((name) =>
      name.length >= SHORTEST && !secret(name).isWord &&
      // The beginning of an address that is not written as one.
      !/^(?:https?|socks\w*):$/.test(name)
    ),
    ...[...folders, ...rests].filter((path) => path.length >= LONG),
  ].filter((piece) => piece !== value);
}

const MOST_PIECES = 12;

/** A key that is written in base64 or hex, as the application has it. */
function decodedBytes(value: string): string | undefined {
  if (value.length < 16 || value.length > 10_000) return undefined;
  if (/^(?:[\da-f]{2})+$/i.test(value)) {
    return value.replace(
      /../g,
      (pair) => String.fromCharCode(parseInt(pair, 16)),
    );
  }
  if (!/^[\w+/-]+={0,2}$/.test(value)) return undefined;
  try {
    return atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return undefined; // no base64 after all
  }
}

/** Tells by what it is that a value is no secret, whoever holds it. */
function isHarmless(value: string, site: Surroundings): boolean {
  return isPlace(value, site) || WELL_KNOWN_REGEXP.test(value) ||
    value.length < LONG && /^(?:[a-z]+[\d.-]{0,2}|[\d.,:+_-]+)$/i.test(value) ||
    value.split(/[,\s]+/).every((part) => isName(part));
}

/** Words for the kind of a site, its engines and its logging. */
const WELL_KNOWN_REGEXP =
  /^(?:production|development|localhost|staging\d?|maintenance|postgres(?:ql)?|psycopg[23]?|mysqlclient|memcached|rabbitmq|critical|disabled|testserver|[a-z]{2,3}_[A-Z]{2}(?:\.[\w-]+)?)$/i;
/** A dotted name, of a module, a class in it, a callable of it, or a host. */
const NAME_REGEXP =
  /^[a-z][a-z_-]{0,23}\d{0,2}(?:\.[a-z_-]{2,24}\d{0,2}){1,5}(?::(?:\d{1,5}|[a-z_]{1,24}(?:\(\))?))?$/i;
const NUMBERED_HOST_REGEXP = /^(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?$/;
const LOCAL_HOST_REGEXP =
  /^(?:localhost|[a-z_]{1,16}):(?:\d{1,5}|[a-z_]{1,16}(?:\(\))?)$/;

function isName(value: string): boolean {
  return NAME_REGEXP.test(value) || NUMBERED_HOST_REGEXP.test(value) ||
    LOCAL_HOST_REGEXP.test(value);
}

/** Paths, of which several may stand one after the other, and time zones. */
function isPlace(value: string, { host, layout, config }: Surroundings) {
  if (/^[/~$]./.test(value)) {
    return value.split(":").filter(Boolean).every((part) => isPath(part, host));
  }
  // Those of Windows are of another machine, and tell what is wrong.
  if (/^[a-z]:[\\/]/i.test(value)) {
    return value.split(";").every((part) =>
      part.replace(/^[a-z]:[\\/]/i, "").split(/[\\/]+/)
        .every((name) =>
          WORDS_REGEXP.test(name.toLowerCase()) &&
          name.split(/[._ -]+/).every((word) => HUMPS_REGEXP.test(word))
        )
    );
  }
  // Relative to the site, or to the folder of the application.
  if (!/^[\w.-][\w.@ /-]{2,199}$/.test(value)) return false;
  if (isRandom(value) && !/[./]/.test(value)) return false;
  const folders = [layout.siteDirectory, layout.appRoot, config?.wsgi?.chdir];
  return folders.some((folder) =>
    folder !== undefined && !refused(host.stat(join(folder, value)))
  ) ||
    /^[A-Z][A-Za-z_]+\/[A-Z][A-Za-z_]+$/.test(value) &&
      !refused(host.stat(`/usr/share/zoneinfo/${value}`));
}

/**
 * An absolute path: its first folder is there, or all of its names are words,
 * as in one that was moved, mistyped or meant for a shell.
 */
function isPath(value: string, host: Host): boolean {
  const first = /^\/[^/\s]+(?=\/|$)/.exec(value)?.[0];
  if (first !== undefined && !refused(host.stat(first))) return true;
  const names = value.replace(SHELL_HOME_REGEXP, "").split("/");
  return names.shift() === "" && names.every((name) => WORDS_REGEXP.test(name));
}

/** A name of a file that is made of words, as in `my_app-2.tar.gz`. */
const WORDS_REGEXP =
  /^\.?(?:[a-z]+(?:[._ -][a-z]+)*[\d._-]{0,4}(?:\.[a-z]+)?|\$\{?[A-Z_]+\}?|\.)?$/;
/** A word with capital letters where people put them, as in `AppData`. */
const HUMPS_REGEXP =
  /^(?:[A-Z]{0,8}|[a-z]{1,24}|(?:[A-Z][a-z]{2,20}){1,3})\d{0,4}$/;
/** `~`, `~ann` or `$HOME` at the beginning of a path. */
const SHELL_HOME_REGEXP = /^(?:~[a-z]*|\$\{?[A-Z_]+\}?)(?=\/|$)/;

/** The settings in a file: whatever it is, all that may be a value in it. */
function* contents(bytes: Uint8Array): Generator<Named> {
  const text = new TextDecoder().decode(bytes);
  if (text.includes("\ufffd") || text.includes("\0")) {
    const whole = String.fromCharCode.bind(undefined);
    let binary = "";
    for (let at = 0; at < bytes.length; at += 4096) {
      binary += whole(...bytes.subarray(at, at + 4096));
    }
    yield [undefined, binary];
  }
  yield* leavesOf(text);
  yield* netrcOf(text);
  const isAlone = /^\s*\S[^\n]*$/.test(text.trimEnd());
  let key: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (PEM_LABEL_REGEXP.test(trimmed)) {
      if (key) yield [undefined, key.join("\n")];
      key = trimmed.includes("BEGIN") ? [] : undefined;
    } else key?.push(trimmed);
    yield* lineOf(trimmed, isAlone);
  }
}

const LINE_REGEXP =
  /^(?:export\s+|set\s+|-\s+)?["']?([\w.-]{1,80})["']?\s*(?:=>|:=|=|:)\s*(.*)$/;

function* lineOf(line: string, isAlone: boolean): Generator<Named> {
  // Comments, headers, and what only JSON, XML and PEM are made of.
  if (/^(?:[{}[\]();,#]*|<\/?[\w.-]+>|\[[\w .-]+\])$/.test(line)) return;
  const [, name, value] = LINE_REGEXP.exec(line) ?? [];
  if (name !== undefined && value !== undefined) {
    for (const each of valuesIn(value)) yield [name, each];
  }
  // What ends as base64 does is no name, nor a password with a sign in it.
  const isNamed = name !== undefined && !isRandom(name) &&
    (!isAlone || /^[a-z_]\w*$/i.test(name));
  if (!value || !isNamed) {
    for (const each of valuesIn(line)) yield [undefined, each];
  }
  const fields = line.split(/(?<!\\):/);
  if (fields.length === PGPASS_FIELDS && !/^[{"']/.test(line)) {
    yield ["password", fields.at(-1)!.replaceAll(/\\(.)/g, "$1")];
  }
  // Of a form that is not known, what can be nothing else.
  for (const token of line.split(/[\s"'`=,;:<>(){}[\]|&]+/)) {
    if (isRandom(token)) yield [undefined, token];
  }
}

/** `host:port:database:user:password` */
const PGPASS_FIELDS = 5;

/** A value with and without quotes, and without what may be a comment. */
function valuesIn(value: string): Set<string> {
  const bare = value.replace(/[,;]$/, "");
  const unquoted = bare.replace(/^["']|["']$/g, "");
  const short = value.replace(/\s+[#;].*$/, "");
  return new Set([
    /^(["']).*\1[,;]?$/.test(value) ? unquoted : value,
    unquoted,
    unescaped(unquoted),
    short.replace(/^["']|["']$/g, ""),
  ]);
}

/** What is written between double quotes. */
function unescaped(written: string): string {
  if (!written.includes("\\")) return written;
  try {
    return JSON.parse(`"${written}"`);
  } catch {
    return written; // only a text with backslashes
  }
}

/** `machine NAME login NAME password PASSWORD`, on one line or several. */
function* netrcOf(text: string): Generator<Named> {
  for (const [, name, value] of text.matchAll(NETRC_REGEXP)) {
    yield [name, value!.replace(/^"|"$/g, "")];
  }
}

const NETRC_REGEXP =
  /(?<![\w"'])(login|password|account)[ \t]+("[^"\n]*"|\S+)/g;

/** Texts and numbers in JSON, or what looks like it, each with its name. */
function* leavesOf(text: string): Generator<Named> {
  if (!/[[{]/.test(text)) return;
  let name: string | undefined;
  for (const [, string, colon, number] of text.matchAll(LEAF_REGEXP)) {
    if (colon !== undefined) name = string;
    else {
      yield [name, string ?? number!];
      if (string?.includes("\\")) yield [name, unescaped(string)];
    }
  }
}

const LEAF_REGEXP = /"((?:\\.|[^"\\\n])*)"\s*(:)?|(?<=[[:,]\s*)(-?\d[\w.+-]*)/g;

/** The login of an address: `scheme://LOGIN@host`. */
const LOGIN_REGEXP = /(?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/([^/?#\s]*)@/gi;
const ADDRESS_REGEXP = /^[a-z][a-z0-9+.-]*:\/\//i;
/** `name=value` in a query or in a connection string. */
const SETTING_REGEXP =
  /(?<!\w)(\w+)\s*(?:=|:(?!\/\/))\s*("[^"]*"|'[^']*')?([^\s&;,"'}]*)/g;
/** A part of a value may be shorter than a value that is told by itself. */
const SHORTEST_PART = 3;

/** Passwords within a value: they may be told without the rest of it. */
function partsOf(value: string): string[] {
  const found: string[] = [];
  for (const [, login] of value.matchAll(LOGIN_REGEXP)) {
    const colon = login!.indexOf(":");
    const password = login!.slice(colon + 1);
    // A token stands where others have a name.
    if (colon < 0 && password.length < LONG) continue;
    found.push(password);
  }
  // A password that should have been encoded ends at the last sign.
  const wrong = /^[a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:(\S+)@/i.exec(value)?.[1];
  if (wrong) found.push(wrong);
  for (const [, name, quoted, bare] of value.matchAll(SETTING_REGEXP)) {
    const part = quoted?.slice(1, -1) ?? bare!;
    if (mayBeSecretName(name!) && !isSwitch(part) && !part.startsWith("/")) {
      found.push(part);
    }
  }
  for (const [name, leaf] of leavesOf(value)) {
    if (mayBeSecretName(name ?? "") && !isSwitch(leaf)) found.push(leaf);
  }
  if (ADDRESS_REGEXP.test(value)) {
    found.push(...value.split(/[/?&=#:@]/).filter(isRandom));
  }
  return [...new Set(found)]
    .filter((part) => part.length >= SHORTEST_PART && part !== value);
}

/** Letters and digits that are no word with a number. */
function isRandom(text: string): boolean {
  return /^(?=\D*\d)(?=\P{L}*\p{L})[^\s:@]{8,}$/u.test(text) &&
    !/^(?:[A-Z]?[a-z]+|[A-Z]+)[\d.-]{0,4}$/.test(text) && !isName(text);
}
