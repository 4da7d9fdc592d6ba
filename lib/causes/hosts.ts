/**
 * Other servers, as messages name them, and when they are to be asked.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const NOT_AT_IMPORT =
  "ask it in the function that needs the answer, not while the file is imported, so that the site starts without it";

/** The server that a message names. */
export function hostIn(text: string): string | undefined {
  const [, host, port] = /host='([^']+)', port=(\d+)/.exec(text) ??
    /Cannot connect to host ([\w.-]+):(\d+)/.exec(text) ??
    /certificate is not valid for '([^']+)'/.exec(text) ??
    /Failed to resolve '([^']+)'/.exec(text) ?? [];
  return host && port ? `${host}:${port}` : host;
}
