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

/** Where a name of a server counts, by how it ends. */
export function insideOf(host: string): string | undefined {
  return /^(?:host|gateway)\.docker\.internal$|\.docker$/.test(host)
    ? "inside of a container of Docker"
    : /\.pythonanywhere-services\.com$/.test(host)
    ? "inside of PythonAnywhere"
    : /^dpg-[a-z0-9]+-a$/.test(host)
    ? "inside of Render"
    : /\.railway\.internal$/.test(host)
    ? "inside of Railway"
    : /\.(?:flycast|internal)$/.test(host)
    ? "inside of the network of the host that gave it, as Fly.io or Google's cloud"
    : /\.svc(?:\.cluster\.local)?$|\.cluster\.local$/.test(host)
    ? "inside of a cluster (Kubernetes)"
    : undefined;
}
