/**
 * What `serve` does, as one program without the command line: serves the app
 * root that it is given on `$PORT`.
 *
 * @module
 */

import process from "node:process";
import { createHost } from "../../lib/machine/host.ts";
import { serveSite } from "../../lib/preview/site_server.ts";

const site = serveSite({
  appRoot: process.argv[2]!,
  host: createHost(),
  door: "serve",
  echo: false,
  where: { hostname: "127.0.0.1", port: Number(process.env.PORT) },
});
process.once("SIGTERM", async () => {
  await site.stop();
  process.exit(0);
});
