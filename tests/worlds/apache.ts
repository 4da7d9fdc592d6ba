/**
 * An Apache with Passenger for tests and benchmarks: its own configuration,
 * ports on 127.0.0.1, logs and instance directory in one temporary folder,
 * gone without a trace after `stop()`. Never looks at `/etc/apache2`.
 * Needs root, Debian's `apache2` and `libapache2-mod-passenger`.
 *
 * @module
 */

import { join } from "node:path";
import {
  ifItWorks,
  kill,
  killAll,
  pause,
  type Process,
  processes,
} from "./processes.ts";

// Who needs an Apache needs a user to run its sites.
export { makeSiteUser, type SiteUser } from "./site_user.ts";

const APACHE = "/usr/sbin/apache2";
const MODULES = "/usr/lib/apache2/modules";
const LOCATIONS = "/usr/lib/ruby/vendor_ruby/phusion_passenger/locations.ini";
const LOADED = "mpm_event authz_core authz_host alias deflate dir env filter " +
  "headers mime rewrite setenvif passenger";
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const START_DEADLINE_MS = 20_000;
// A free port may be taken before Apache binds it; and seen once: Apache with
// mod_passenger 6.0.17 aborted (double free) while it started.
const START_ATTEMPTS = 3;
const RETRY_REGEXP = /could not bind|ended by SIG/;
const ERROR_PAGE_REGEXP = /saved to: (\/\S+\/passenger-error-\S+\.html)/g;

/** One site, served on a port of its own. */
export interface ApacheSite {
  /** A handle for `url()`. */
  name?: string;
  /** Sites with the same app root share its processes, whatever their type. */
  appRoot: string;
  user: string;
  group: string;
  appType: "node" | "wsgi";
  /** @default {"/usr/bin/python3"} */
  python?: string;
  /** @default {"/usr/bin/node"} */
  nodejs?: string;
  /** Defaults to `public` in the app root; need not exist. */
  documentRoot?: string;
  /** Mounts the application below `/`, such as `/app`. */
  baseUri?: string;
  /** Lines added to the virtual host. */
  directives?: string[];
  /** ServerName of the virtual host. @default {"127.0.0.1"} */
  hostname?: string;
}

/** Options of {@linkcode startApache}. */
export interface ApacheOptions {
  /** Lines added to the server's own configuration; the last one wins. */
  directives?: string[];
  /** Seconds between looks at `restart.txt`. @default {0} */
  statThrottleRate?: number;
  /** Seconds that an application may take to start. @default {90} */
  startTimeout?: number;
  /** Milliseconds that processes get to leave by themselves. @default {10000} */
  stopTimeout?: number;
  /**
   * Length of the path of Passenger's instance directory, which is part of
   * every socket's path; by default as short as can be.
   */
  instanceBytes?: number;
  /** Takes the place of {@linkcode virtualHost}. */
  virtualHost?: (site: ApacheSite, port: number) => string;
}

/** Tells why an Apache cannot be started here, in words fit to print. */
export function whyNoApache(): string | undefined {
  if (Deno.build.os !== "linux") return "Apache tests need Linux";
  if (Deno.uid() !== 0) return "Apache tests need root";
  const needed = [APACHE, LOCATIONS, "/usr/bin/setpriv", "/usr/sbin/useradd"];
  for (const file of [...needed, ...modulePaths().map(([, path]) => path)]) {
    try {
      Deno.statSync(file);
    } catch {
      return `Apache tests need ${file}, which cannot be found`;
    }
  }
}

/** Makes the configuration of one site. */
export function virtualHost(site: ApacheSite, port: number): string {
  const { baseUri, directives = [] } = site;
  const documentRoot = site.documentRoot ?? join(site.appRoot, "public");
  const passenger = [
    "PassengerEnabled on",
    `PassengerAppRoot ${quote(site.appRoot)}`,
    `PassengerAppType ${site.appType}`,
    `PassengerStartupFile ${
      site.appType === "node" ? "app.js" : "passenger_wsgi.py"
    }`,
    `PassengerPython ${quote(site.python ?? "/usr/bin/python3")}`,
    `PassengerNodejs ${quote(site.nodejs ?? "/usr/bin/node")}`,
    `PassengerUser ${site.user}`,
    `PassengerGroup ${site.group}`,
    "PassengerAppEnv production",
  ];
  const mounted = baseUri === undefined ? passenger : [
    "PassengerEnabled off",
    `Alias ${baseUri} ${quote(documentRoot)}`,
    `<Location ${baseUri}>`,
    `PassengerBaseURI ${baseUri}`,
    ...passenger,
    "</Location>",
  ];
  return [
    `<VirtualHost 127.0.0.1:${port}>`,
    `ServerName ${site.hostname ?? "127.0.0.1"}`,
    `DocumentRoot ${quote(documentRoot)}`,
    `<Directory ${quote(documentRoot)}>`,
    "Options FollowSymLinks",
    "AllowOverride All",
    "Require all granted",
    "</Directory>",
    ...mounted,
    ...directives,
    "</VirtualHost>",
  ].join("\n");
}

/**
 * Starts an Apache and waits until it answers; no application is started by
 * that. It also ends when the test process dies.
 */
export async function startApache(
  sites: ApacheSite[],
  options: ApacheOptions = {},
): Promise<Apache> {
  const reason = whyNoApache();
  if (reason !== undefined) throw new Error(`Cannot start Apache: ${reason}`);
  for (let attempt = 1;; attempt++) {
    const apache = new Apache(sites, options);
    try {
      await apache.start();
      return apache;
    } catch (error) {
      await ifItWorks(apache.stop());
      const why = `${error}\n${await apache.errorLog()}`;
      if (attempt < START_ATTEMPTS && RETRY_REGEXP.test(why)) continue;
      throw new Error(`Cannot start Apache: ${why}`);
    }
  }
}

/** A running Apache; made by {@linkcode startApache}. */
export class Apache implements AsyncDisposable {
  /** The temporary folder that holds everything of this Apache. */
  readonly directory: string;
  /** Port of the first site. */
  readonly port: number;
  #sites: ApacheSite[];
  #ports: number[];
  #options: ApacheOptions;
  #child: Deno.ChildProcess | undefined;
  #ended: Deno.CommandStatus | undefined;
  #instanceDirectory = "";
  #log = "";
  #stopped: Promise<void> | undefined;

  constructor(sites: ApacheSite[], options: ApacheOptions) {
    this.#sites = sites;
    this.#options = options;
    this.#ports = freePorts(sites.length);
    this.port = this.#ports[0]!;
    // Not $TMPDIR: the site's user must get there, and the path of a socket
    // in the instance directory must not pass 107 bytes (hence "i" as well).
    this.directory = Deno.makeTempDirSync({
      dir: "/tmp",
      prefix: "wsgi-shim-",
    });
  }

  /** Passenger's instance directory; another one after `reload()`. */
  get instanceDirectory(): string {
    return this.#instanceDirectory;
  }

  /** Where a site (itself or its name) answers, without a final slash. */
  url(site: ApacheSite | string = this.#sites[0]!): string {
    const index = this.#sites.findIndex((each) =>
      each === site || each.name === site
    );
    if (index < 0) throw new RangeError("Cannot find the site in this Apache");
    const { baseUri = "" } = this.#sites[index]!;
    return `http://127.0.0.1:${this.#ports[index]}${baseUri}`;
  }

  /** What Apache, Passenger and the sites have logged, also after `stop()`. */
  async errorLog(): Promise<string> {
    const log = await ifItWorks(Deno.readTextFile(this.#at("error.log")));
    return log ?? this.#log;
  }

  /** Every process of this Apache, orphans included, by its environment. */
  processes(): Process[] {
    return processes(({ command, environment }) =>
      environment.includes(this.#mark) ||
      command.includes(`${this.directory}/`)
    );
  }

  /** Starts the server; called once, by {@linkcode startApache}. */
  async start(): Promise<void> {
    for (const folder of ["", this.#registry]) {
      await Deno.mkdir(this.#at(folder), { recursive: true });
      await Deno.chmod(this.#at(folder), 0o755);
    }
    await this.#configure();
    this.#child = new Deno.Command("/usr/bin/setpriv", {
      args: ["--pdeathsig", "TERM", APACHE, "-d", this.directory]
        .concat("-f", this.#at("apache2.conf"), "-E", this.#at("error.log"))
        .concat("-D", "FOREGROUND"),
      cwd: "/",
      clearEnv: true,
      // Applications inherit the first, as under Debian: see processes().
      env: { APACHE_PID_FILE: this.#at("apache2.pid"), PATH, LANG: "C" },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    this.#child.status.then((status) => this.#ended = status);
    await this.#answering();
  }

  /**
   * Has Apache read its sites anew, as `apachectl graceful` does; Passenger
   * starts afresh, with all applications.
   */
  async reload(): Promise<void> {
    await this.#configure();
    this.#signal("SIGUSR1");
    await this.#answering();
  }

  /**
   * Stops everything and removes every trace. Rejects, with nothing left all
   * the same, if a process did not leave by itself: such as an orphan.
   */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    this.#signal("SIGTERM");
    const deadline = Date.now() + (this.#options.stopTimeout ?? 40_000);
    let left = this.processes();
    while (left.length > 0 && Date.now() < deadline) {
      await pause();
      left = this.processes();
    }
    await killAll(() => this.processes());
    await this.#child?.status;
    this.#log = await this.errorLog();
    for (const [, page] of this.#log.matchAll(ERROR_PAGE_REGEXP)) {
      await ifItWorks(Deno.remove(page!));
    }
    for (const { name } of Deno.readDirSync("/tmp")) {
      if (!name.startsWith("passenger.spawn.")) continue;
      const args = await ifItWorks(Deno.readTextFile(`/tmp/${name}/args.json`));
      if (!args?.includes(`${this.directory}/`)) continue;
      await ifItWorks(Deno.remove(`/tmp/${name}`, { recursive: true }));
    }
    await Deno.remove(this.directory, { recursive: true });
    if (left.length === 0) return;
    const list = left.map(({ pid, command }) => `${pid} ${command}`).join("\n");
    throw new Error(`Had to kill processes that outlived Apache:\n${list}`);
  }

  // Passenger makes its instance directory in it.
  get #registry(): string {
    const others = `${this.directory}//passenger.1234567`.length;
    const { instanceBytes = 0 } = this.#options;
    return "i".repeat(Math.max(1, instanceBytes - others));
  }

  get #mark(): string {
    return `APACHE_PID_FILE=${this.#at("apache2.pid")}`;
  }

  #signal(signal: Deno.Signal): void {
    if (this.#child !== undefined && this.#ended === undefined) {
      kill(this.#child.pid, signal);
    }
  }

  #at(name: string): string {
    return join(this.directory, name);
  }

  async #configure(): Promise<void> {
    const { directives = [], statThrottleRate = 0 } = this.#options;
    const host = this.#options.virtualHost ?? virtualHost;
    const text = [
      `ServerRoot ${this.directory}`,
      `PidFile ${this.#at("apache2.pid")}`,
      `DefaultRuntimeDir ${this.directory}`,
      `Mutex file:${this.directory} default`,
      `ErrorLog ${this.#at("error.log")}`,
      ...modulePaths().map(([name, path]) => `LoadModule ${name} ${path}`),
      ...this.#ports.map((port) => `Listen 127.0.0.1:${port}`),
      "ServerName 127.0.0.1",
      "User www-data",
      "Group www-data",
      "TypesConfig /etc/mime.types",
      `PassengerRoot ${LOCATIONS}`,
      "PassengerDefaultRuby /usr/bin/ruby",
      `PassengerInstanceRegistryDir ${this.#at(this.#registry)}`,
      "PassengerUserSwitching on",
      "PassengerDefaultUser nobody",
      "PassengerFriendlyErrorPages off",
      // Both would speak to Phusion's servers.
      "PassengerDisableSecurityUpdateCheck on",
      "PassengerDisableAnonymousTelemetry on",
      `PassengerStatThrottleRate ${statThrottleRate}`,
      `PassengerStartTimeout ${this.#options.startTimeout ?? 90}`,
      "<Directory />",
      "AllowOverride None",
      "Require all denied",
      "</Directory>",
      ...directives,
      ...this.#sites.map((site, index) => host(site, this.#ports[index]!)),
      "",
    ];
    await Deno.writeTextFile(this.#at("apache2.conf"), text.join("\n"));
  }

  // Until there is a new instance directory and every port answers.
  async #answering(): Promise<void> {
    const registry = this.#at(this.#registry);
    const deadline = Date.now() + START_DEADLINE_MS;
    while (Date.now() < deadline) {
      if (this.#ended !== undefined) {
        const { signal, code } = this.#ended;
        throw new Error(`Apache was ended by ${signal ?? `status ${code}`}`);
      }
      const instances = [...Deno.readDirSync(registry)];
      const instance = join(registry, instances[0]?.name ?? "-");
      const ready = instances.length === 1 &&
        instance !== this.#instanceDirectory &&
        await ifItWorks(Deno.stat(join(instance, "creation_finalized"))) &&
        await ifItWorks(Deno.stat(this.#at("apache2.pid"))) &&
        (await Promise.all(this.#ports.map(answers))).every(Boolean);
      if (ready) {
        this.#instanceDirectory = instance;
        return;
      }
      await pause();
    }
    throw new Error(`Apache has not answered in ${START_DEADLINE_MS} ms`);
  }
}

function modulePaths(): [name: string, path: string][] {
  return LOADED.split(" ").map((
    name,
  ) => [`${name}_module`, `${MODULES}/mod_${name}.so`]);
}

function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  return listeners.map((listener) => {
    listener.close();
    return listener.addr.port;
  });
}

// Apache answers `OPTIONS *` by itself, so that no application is started.
async function answers(port: number): Promise<boolean> {
  const connecting = Deno.connect({ hostname: "127.0.0.1", port });
  using connection = await ifItWorks(connecting);
  if (connection === undefined) return false;
  const request = "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  await ifItWorks(connection.write(new TextEncoder().encode(request)));
  return await ifItWorks(connection.read(new Uint8Array(64))) !== undefined;
}

function quote(path: string): string {
  return `"${path.replaceAll(/["\\]/g, "\\$&")}"`;
}
