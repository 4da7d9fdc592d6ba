/**
 * The paths of a site: what lies where below the app root.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** Absolute paths of a site's own files and folders. */
export interface Layout {
  /** Folder that holds the app root, the venv and the application. */
  siteDirectory: string;
  /** What Passenger calls the app root. */
  appRoot: string;
  /** The settings. */
  config: string;
  /** Startup file of the wsgi door. */
  passengerWsgi: string;
  /** Startup file of the node door. */
  appJs: string;
  /** The startup file of before, where the site was adopted. */
  original: string;
  /** Folder of our own files. */
  shim: string;
  /** What `app.js` loads. */
  runtime: string;
  /** The package that hosts the application. */
  host: string;
  /** What Python runs to start it. */
  hostMain: string;
  /** What speaks where neither Node nor a command runs. */
  lastWords: string;
  /** The `/bin/sh` script that stands in for the Python interpreter. */
  shimPython: string;
  /** What an adoption has made, and what was there before. */
  adoption: string;
  /** Document root of static files. */
  publicDirectory: string;
  /** Folder of the log. */
  logDirectory: string;
  /** The log. */
  log: string;
  /** Where workers that keep dying are written down. */
  deaths: string;
  /** The source files that the running worker has imported. */
  sources: string;
  /** Folder of the signals to Passenger and to us. */
  tmp: string;
  /** Its date moves: Passenger restarts the site. */
  restart: string;
  /** It is there: the site is closed. */
  maintenance: string;
  /** Replaces the maintenance page where it exists. */
  maintenancePage: string;
}

/** The files of the host, in its folder. */
export const HOST_FILES = [
  "__init__.py",
  "__main__.py",
  "answer.py",
  "asgi.py",
  "asgi_http.py",
  "asgi_websocket.py",
  "bodies.py",
  "bridge.py",
  "callables.py",
  "catching.py",
  "channel.py",
  "cookies.py",
  "django_refusals.py",
  "django_remarks.py",
  "ending.py",
  "execs.py",
  "explaining.py",
  "facts.py",
  "frameworks.py",
  "gateway.py",
  "guest.py",
  "handshake.py",
  "hello.py",
  "home.py",
  "incidents.py",
  "loading.py",
  "log.py",
  "loop.py",
  "redirections.py",
  "server.py",
  "sources.py",
  "streams.py",
  "supervisor.py",
  "unanswered.py",
  "websocket.py",
  "worker.py",
] as const;

/** Lays out a site by its app root, an absolute path. */
export function layoutOf(appRoot: string): Layout {
  const at = (...names: string[]) => join(appRoot, ...names);
  return {
    siteDirectory: dirname(appRoot),
    appRoot,
    config: at("config.toml"),
    passengerWsgi: at("passenger_wsgi.py"),
    appJs: at("app.js"),
    original: at("passenger_wsgi.app.py"),
    shim: at("shim"),
    runtime: at("shim", "runtime.cjs"),
    host: at("shim", "host"),
    hostMain: at("shim", "host", "__main__.py"),
    lastWords: at("shim", "last_words.py"),
    shimPython: at("shim", "python"),
    adoption: at("shim", "adopted.json"),
    publicDirectory: at("public"),
    logDirectory: at("log"),
    log: at("log", "wsgi-shim.log"),
    deaths: at("log", "deaths.json"),
    sources: at("log", "sources.json"),
    tmp: at("tmp"),
    restart: at("tmp", "restart.txt"),
    maintenance: at("tmp", "maint.txt"),
    maintenancePage: at("maint.html"),
  };
}
