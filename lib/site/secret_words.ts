/**
 * What looks like a secret: the names of variables that mostly hold one, and
 * what is a secret wherever it is seen, such as the password of an address.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { type Decoded, type Span, spanOf } from "../text/decoding.ts";

const PASSWORD_NAME_REGEXP =
  /(?:PASSWORD|PASSWD|PASSPHRASE)\d*$|(?:^|[_.-])(?:PASS|PWD|PW|PIN)\d*$/i;
const SECRET_NAME_REGEXP =
  /(?:^|[_.-])(?:SECRET|TOKEN|CREDENTIALS?)\d*$|(?:SECRET|API|ACCESS|AUTH|PRIVATE|SIGNING|ENCRYPTION|SESSION|MASTER|FERNET)[_-]?(?:KEY|TOKEN|SECRET)\d*$/i;
/** The shell's own. */
const OWN_NAMES = ["PWD", "OLDPWD"];

/** An address with a user and a password in it. */
const CREDENTIAL_URL_REGEXP = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
/** Values that only switch something on or off. */
const SWITCH_REGEXP = /^(?:true|false|yes|no|on|off|none|null|\d{0,3})$/i;
/** A number may be a password, and is mostly a count where it is a token. */
const NUMBER_REGEXP = /^\d{1,6}$/;

/** Tells whether a variable of this name mostly holds a secret. */
export function isSecretName(name: string): boolean {
  return isPasswordName(name) || SECRET_NAME_REGEXP.test(name);
}

function isPasswordName(name: string): boolean {
  return PASSWORD_NAME_REGEXP.test(name) &&
    !OWN_NAMES.includes(name.toUpperCase());
}

/** A value that is a path names a place for the secret, not the secret. */
export function holdsSecret(name: string, value: string): boolean {
  if (CREDENTIAL_URL_REGEXP.test(value)) return true;
  return isSecretName(name) &&
    value.length >= 4 && !value.startsWith("/") && !SWITCH_REGEXP.test(value) &&
    (isPasswordName(name) || !NUMBER_REGEXP.test(value));
}

/** Within a value, names are anybody's. */
export function mayBeSecretName(name: string): boolean {
  return /pass|pwd|(?:^|[_.-])(?:pw|pin)$|secret|token|key|credential|auth|sig|salt|cookie|jwt/i
    .test(name);
}

/** Tells whether a value only switches something on or off. */
export function isSwitch(value: string): boolean {
  return SWITCH_REGEXP.test(value);
}

/**
 * Finds what is a secret whoever says it: the password of an address, the
 * value behind a name such as `db_password`, a token behind `Bearer`, a
 * private key.
 */
export function findLookingSecret(text: Decoded): Span[] {
  const step = text.steps.at(-1)!;
  const { units } = step;
  const found: Span[] = [];
  const add = (start: number, { length }: string) => {
    if (length > 0) found.push(spanOf(step, start, start + length));
  };
  for (const { 0: whole, 1: login, 2: password, index } of all(LOGIN_REGEXP)) {
    const end = index + whole.length - 1;
    if (password !== undefined) add(end - password.length, password);
    // A token stands where others have a name.
    else if (/\d/.test(login!) && login!.length >= TOKEN) {
      add(end - login!.length, login!);
    }
  }
  for (const { 0: whole, 1: rest, index } of all(CUT_LOGIN_REGEXP)) {
    add(index + whole.length - rest!.length, rest!);
  }
  for (const { 0: whole, 1: name, index } of all(ASSIGNED_REGEXP)) {
    if (!isSecretName(name!)) continue;
    const quote = units[index + whole.length] === "'" ? 1 : 0;
    const start = index + whole.length + quote;
    const value = quote > 0
      ? quotedAt(units, start)
      : wordAt(units, start, whole);
    if (!isSwitch(value) && !/^(?:str|int|bytes|•+)$/.test(value)) {
      add(start, value);
    }
  }
  for (const { 0: whole, 1: scheme, 2: token, index } of all(SCHEME_REGEXP)) {
    const start = index + whole.length - token!.length;
    const [from, to] = spanOf(step, start, index + whole.length);
    const isProse = scheme === "bearer"
      ? PROSE_REGEXP.test(token!)
      // Base64 of any length has small and capital letters, or more.
      : !/\d|[=+]|[a-z][A-Z]/.test(text.text.slice(from, to));
    if (!isProse) add(start, token!);
  }
  for (const { 0: whole, 1: body, index } of all(PEM_REGEXP)) {
    add(index + whole.length - body!.length, body!);
  }
  for (const { 0: whole, index } of all(JWT_REGEXP)) add(index, whole);
  return found;

  function all(regexp: RegExp) {
    return units.matchAll(regexp);
  }
}

const TOKEN = 16;
/** `scheme://LOGIN@host`; decoded, one slash is left. */
const LOGIN_REGEXP =
  /(?<![a-z])[a-z][a-z0-9+.-]*:\/(?=[^\s'<>]*@)(?:([^\s'<>:@/]*)@|[^\s'<>:@/]*:(?!\d{1,5}\/)([^\s'<>]+)@)/g;
/** A password so long that the text ends before it does. */
const CUT_LOGIN_REGEXP =
  /(?<![a-z])[a-z][a-z0-9+.-]*:\/[^\s'<>:@/]*:(?!\d{1,5}(?:\/|$))([^\s'<>@…]{64,})(?=$|…|\.\.\.)/g;
/** A name, and what stands between it and its value. */
const ASSIGNED_REGEXP =
  /(?<![a-z0-9_.-])([a-z_](?:[a-z0-9_.-]*[a-z0-9])?)[')\]]{0,3} ?(?:=>|->|:=|==?|:(?!\/)|,(?= ?')) ?(?:[bruf]{0,2}(?='))?/g;
const SCHEME_REGEXP = /(?<![a-z])(bearer|basic|token) ([^\s'<>,;)}\]]{8,})/g;
const PROSE_REGEXP =
  /^(?:auth|token|scheme|credential|realm|required|missing|challenge|header|format|invalid)[a-z]*[.:]?$/;
const PEM_REGEXP =
  /-----begin [a-z ]*private key-----([^-]+?)(?=-----|$|…|\.\.\.)/g;
const JWT_REGEXP =
  /(?<![a-z0-9])ey[a-z0-9_-]{8,}\.[a-z0-9_-]{8,}(?:\.[\w-]*)?/g;

/** What is quoted, to a quote that ends it. */
function quotedAt(units: string, start: number): string {
  const rest = units.slice(start);
  const end = rest.search(/'(?=[\s,;:)}\]&>.]|$)/);
  return end < 0 ? rest : rest.slice(0, end);
}

function wordAt(units: string, start: number, before: string): string {
  const word = /^[^\s,;&)}\]'<>]*/.exec(units.slice(start))![0];
  // Behind a colon and a blank there may be a sentence about it.
  const isProse = /: $/.test(before) && !/[^a-z.]/.test(word);
  return isProse ? "" : word;
}
