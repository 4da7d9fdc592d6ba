/**
 * A request straight to the socket of a worker, past Passenger and proxy.
 *
 * @module
 */

const ANSWER_BYTES = 100_000;

/**
 * Asks a worker, on a connection of its own, for a short answer.
 *
 * @param path Path of the socket
 * @param variables Of the request; a GET of `/` without a password
 * @returns The answer from its status line on
 */
export async function askWorker(
  path: string,
  variables: Record<string, string> = {},
): Promise<string> {
  const all = { REQUEST_METHOD: "GET", PATH_INFO: "/", ...variables };
  const text = Object.entries(all).flat().map((each) => `${each}\0`).join("");
  const block = new TextEncoder().encode(text);
  const bytes = new Uint8Array(4 + block.length);
  new DataView(bytes.buffer).setUint32(0, block.length);
  bytes.set(block, 4);
  using connection = await Deno.connect({ transport: "unix", path });
  await connection.write(bytes);
  // Not until the end: a worker may keep the connection.
  const answer = new Uint8Array(ANSWER_BYTES);
  const length = await connection.read(answer);
  return new TextDecoder("latin1").decode(answer.subarray(0, length ?? 0));
}
