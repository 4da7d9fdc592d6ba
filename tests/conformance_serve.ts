/**
 * What `serve` does, as one program without the command line: serves the app
 * root that it is given on `$PORT`.
 *
 * @module
 */

import process from "node:process";
import { createHost } from "../lib/host.ts";
import { createSiteServer } from "../lib/site_server.ts";

const server = createSiteServer({
  appRoot: process.argv[2]!,
  host: createHost(),
  door: "serve",
  echo: false,
});
process.once("SIGTERM", () => server.stop().then(() => process.exit(0)));
server.http.listen(Number(process.env.PORT), "127.0.0.1");
