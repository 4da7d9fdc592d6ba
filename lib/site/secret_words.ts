/**
 * Which variables look as if they held a secret, by name and by form.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

const SECRET_NAME_REGEXP =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRET|SECRET_KEY|API_?KEY|ACCESS_KEY|PRIVATE_KEY|AUTH_?TOKEN|ACCESS_TOKEN|API_?TOKEN|TOKEN|CREDENTIALS?)$/i;
/** An address with a user and a password in it. */
const CREDENTIAL_URL_REGEXP = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
/** Values that only switch something on or off, or name something. */
const HARMLESS_REGEXP = /^(true|false|yes|no|on|off|none|\d{1,6}|)$/i;
/** The shell's own. */
const OWN_NAMES = ["PWD", "OLDPWD"];

/** Tells whether a variable of this name mostly holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME_REGEXP.test(name) && !OWN_NAMES.includes(name);
}

/** A value that is a path names a place for the secret, not the secret. */
export function holdsSecret(name: string, value: string): boolean {
  if (CREDENTIAL_URL_REGEXP.test(value)) return true;
  return isSecretName(name) &&
    value.length >= 4 && !value.startsWith("/") &&
    !HARMLESS_REGEXP.test(value);
}
