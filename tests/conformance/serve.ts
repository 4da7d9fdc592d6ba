/**
 * What `serve` does, as one program without the command line: serves the app
 * root that it is given on `$PORT`.
 *
 * @module
 */

import process from "node:process";
import { serveHttp } from "../../lib/commands/http_server.ts";
import { createHost } from "../../lib/machine/host.ts";
import { createSiteHandler } from "../../lib/preview/site_server.ts";

const site = createSiteHandler({
  appRoot: process.argv[2]!,
  host: createHost(),
  door: "serve",
  echo: false,
});
const server = serveHttp(
  { hostname: "127.0.0.1", port: Number(process.env.PORT) },
  site.answer,
);
process.once("SIGTERM", async () => {
  await server.stop();
  await site.stop();
  process.exit(0);
});
