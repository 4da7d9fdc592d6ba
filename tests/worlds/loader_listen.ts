/**
 * What Passenger's Node loader does to servers: the first one listens where
 * the loader wants it.
 *
 * @module
 */

import http from "node:http";
import type { AddressInfo } from "node:net";

/** Lets a server listen on 127.0.0.1 instead; returns where it is. */
export async function listened(act: () => Promise<unknown>): Promise<string> {
  const { listen } = http.Server.prototype;
  let url = "";
  http.Server.prototype.listen = function (
    this: http.Server,
    _: unknown,
    ready: () => void,
  ) {
    return listen.call(this, { port: 0, host: "127.0.0.1" }, () => {
      url = `http://127.0.0.1:${(this.address() as AddressInfo).port}`;
      ready();
    });
  } as typeof listen;
  await act().finally(() => http.Server.prototype.listen = listen);
  return url;
}
