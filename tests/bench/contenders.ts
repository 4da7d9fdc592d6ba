/**
 * The servers that are compared, side by side in one Apache: Passenger's own
 * Python loader, wsgi-shim by its handoff, mod_wsgi in daemon mode, gunicorn
 * and uvicorn behind mod_proxy; and without Apache, `serve` and gunicorn.
 *
 * Each has one application process, and a site of its own: Passenger shares
 * the processes of one app root.
 *
 * @module
 */

import { join } from "node:path";
import {
  type Apache,
  type ApacheSite,
  startApache,
  virtualHost,
} from "../worlds/apache.ts";
import type { Door } from "../worlds/doors.ts";
import { end, freePort, startAsUser, until } from "../worlds/background.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";
import { asUser, type SiteUser } from "../worlds/site_user.ts";

/** The kinds of servers. */
export type Kind = "native" | "shim" | "mod_wsgi" | "gunicorn" | "uvicorn";

/** One server with one site. */
export interface Contender {
  name: string;
  kind: Kind;
  /** `app.py`, `django_app.py` or `fastapi_app.py`. */
  app: string;
  threads: number;
  /** Of ours: the way in. @default {"node"} */
  door?: Door;
  /** Absolute path of the Node that Passenger uses. @default the system's */
  nodejs?: string;
  /** Lines of the site's `.htaccess`. */
  htaccess?: string;
}

/** Addresses of servers without Apache, by their threads. */
export interface Direct {
  shim: Record<number, string>;
  gunicorn: Record<number, string>;
}

const MODULES = "/usr/lib/apache2/modules";
const GUNICORN = "/usr/bin/gunicorn";
/** The package: the program need not be there. */
const UVICORN = "/usr/lib/python3/dist-packages/uvicorn";
const MOD_WSGI = Deno.env.get("MOD_WSGI") ?? `${MODULES}/mod_wsgi.so`;
const PROXY = ["proxy", "proxy_http"].map((name) =>
  `LoadModule ${name}_module ${MODULES}/mod_${name}.so`
);

/** Why a kind of server cannot take part; undefined when it can. */
export function whyAbsent(kind: Kind): string | undefined {
  const proxy = `${MODULES}/mod_proxy_http.so`;
  const files = {
    native: [],
    shim: [],
    mod_wsgi: [MOD_WSGI],
    gunicorn: [GUNICORN, proxy],
    uvicorn: [UVICORN, "/usr/lib/python3/dist-packages/fastapi", proxy],
  }[kind];
  for (const file of files) {
    try {
      Deno.statSync(file);
    } catch {
      return `${file} is not there`;
    }
  }
}

/** All contenders, running. */
export class Field implements AsyncDisposable {
  readonly apache: Apache;
  readonly #sites: Map<string, FeedbackSite>;
  readonly #children: Deno.ChildProcess[];
  readonly #user: SiteUser;
  readonly #gunicorn: Direct["gunicorn"];

  private constructor(
    user: SiteUser,
    apache: Apache,
    sites: Map<string, FeedbackSite>,
    children: Deno.ChildProcess[],
    gunicorn: Direct["gunicorn"],
  ) {
    this.#user = user;
    this.apache = apache;
    this.#sites = sites;
    this.#children = children;
    this.#gunicorn = gunicorn;
  }

  /** Writes the sites and starts the servers. */
  static async open(user: SiteUser, contenders: Contender[]): Promise<Field> {
    const sites = new Map<string, FeedbackSite>();
    const children: Deno.ChildProcess[] = [];
    const gunicorn: Direct["gunicorn"] = {};
    for (const contender of contenders) {
      const site = new FeedbackSite(user, contender.name);
      await prepare(site, contender);
      sites.set(contender.name, site);
      if (contender.kind === "gunicorn") {
        const port = freePort();
        children.push(startGunicorn(user, site, contender, port));
        if (contender.app === "app.py") {
          gunicorn[contender.threads] = `http://127.0.0.1:${port}/`;
        }
      }
    }
    const uvicorns = new Map<string, number>();
    for (const { name } of contenders.filter(isUvicorn)) {
      const port = freePort();
      uvicorns.set(name, port);
      children.push(startUvicorn(user, sites.get(name)!, port));
    }
    const served = contenders.map((contender): ApacheSite => ({
      ...sites.get(contender.name)!.served,
      name: contender.name,
      ...doorOf(contender, sites.get(contender.name)!),
    }));
    const kinds = new Set(contenders.map(({ kind }) => kind));
    const apache = await startApache(served, {
      directives: [
        "PassengerMaxPoolSize 50",
        // One process for each contender, however many requests wait.
        "PassengerMaxInstancesPerApp 1",
        "PassengerMaxRequestQueueSize 1000",
        ...kinds.has("gunicorn") || kinds.has("uvicorn") ? PROXY : [],
        ...kinds.has("mod_wsgi")
          ? [`LoadModule wsgi_module ${MOD_WSGI}`, "WSGIRestrictEmbedded On"]
            .concat(`WSGISocketPrefix /tmp/${user.name}`)
          : [],
      ],
      virtualHost: (site, port) =>
        hostOf(
          site,
          port,
          contenders.find(({ name }) => name === site.name)!,
          user,
          uvicorns.get(site.name ?? ""),
        ),
    });
    return new Field(user, apache, sites, children, gunicorn);
  }

  /** Where a contender answers. */
  url(name: string): string {
    return this.apache.url(name);
  }

  /** A contender's site. */
  site(name: string): FeedbackSite {
    return this.#sites.get(name)!;
  }

  /** Processes that work for a contender alone. */
  pids(name: string): number[] {
    const { directory } = this.site(name);
    const own: number[] = [];
    for (const entry of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(entry.name)) continue;
      try {
        const cwd = Deno.readLinkSync(`/proc/${entry.name}/cwd`);
        if (`${cwd}/`.startsWith(`${directory}/`)) own.push(Number(entry.name));
      } catch {
        continue; // It ended while we looked.
      }
    }
    return own;
  }

  /** The process that answers a contender's requests. */
  async worker(name: string): Promise<number> {
    const response = await fetch(`${this.url(name)}/pid`);
    return Number(await response.text());
  }

  /** Names of all contenders. */
  get names(): string[] {
    return [...this.#sites.keys()];
  }

  /** Milliseconds that a command takes as the site's user; it must succeed. */
  async timeAsUser(command: string, args: string[]): Promise<number> {
    const begun = performance.now();
    const { code, stderr } = await asUser(this.#user, command, args);
    if (code !== 0) throw new Error(`${command}: status ${code}: ${stderr}`);
    return performance.now() - begun;
  }

  /** Starts `serve` beside Passenger; gunicorn answers without Apache too. */
  async openDirect(binary: string | undefined): Promise<Direct> {
    const direct: Direct = { shim: {}, gunicorn: this.#gunicorn };
    if (!binary) return direct;
    for (const threads of [1, 8] as const) {
      const name = `serve${threads}`;
      const site = new FeedbackSite(this.#user, name);
      await prepare(site, { name, kind: "shim", app: "app.py", threads });
      const { appRoot } = site;
      const port = freePort();
      const args = ["serve", appRoot, `--port=${port}`];
      this.#children.push(
        startAsUser(this.#user, binary, args, { cwd: appRoot }),
      );
      const url = direct.shim[threads] = `http://127.0.0.1:${port}/`;
      await until(async () => (await fetch(url)).ok);
    }
    return direct;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) await end(child);
    await this.apache.stop();
  }
}

/** How Passenger is told of a contender's door. */
function doorOf(
  { kind, door = "node", nodejs }: Contender,
  { appRoot, served }: FeedbackSite,
): Pick<ApacheSite, "appType" | "python" | "nodejs"> {
  if (kind !== "native" && door === "node") return { appType: "node", nodejs };
  const isShim = kind === "shim" && door === "python";
  const python = isShim ? join(appRoot, "shim/python") : served.python;
  return { appType: "wsgi", python };
}

async function prepare(site: FeedbackSite, contender: Contender) {
  const { app, kind, threads, htaccess } = contender;
  await site.create();
  const text = await Deno.readTextFile(new URL(app, import.meta.url));
  await site.write("myapp/hello.py", text + "\napp = application\n");
  await site.write(
    "www/config.toml",
    site.config().replace(/^#?threads = .*$/m, `threads = ${threads}`),
  );
  // Django is the system's.
  await site.shell(
    `sed -i 's/^\\(include-system-site-packages\\).*/\\1 = true/' ` +
      `${site.directory}/venv/pyvenv.cfg`,
  );
  if (kind === "native") {
    const folder = join(site.directory, "myapp");
    await site.write(
      "www/passenger_wsgi.py",
      `import sys\nsys.path.insert(0, "${folder}")\nfrom hello import application\n`,
    );
  }
  if (htaccess) await site.write("www/public/.htaccess", htaccess + "\n");
}

function startGunicorn(
  user: SiteUser,
  site: FeedbackSite,
  { threads }: Contender,
  port: number,
): Deno.ChildProcess {
  const folder = join(site.directory, "myapp");
  return startAsUser(
    user,
    GUNICORN,
    // Apache is another user, and must get at the socket.
    ["-w1", `--threads=${threads}`, "-b", `unix:${folder}/socket`, "-m", "0"]
      .concat("-b", `127.0.0.1:${port}`, "hello:application"),
    { cwd: folder },
  );
}

function isUvicorn({ kind }: Contender): boolean {
  return kind === "uvicorn";
}

/** With what Python alone has: asyncio's loop, and h11. */
function startUvicorn(
  user: SiteUser,
  site: FeedbackSite,
  port: number,
): Deno.ChildProcess {
  return startAsUser(
    user,
    "/usr/bin/python3",
    ["-m", "uvicorn", "--loop=asyncio", "--http=h11", "--no-access-log"]
      .concat("--log-level=warning", `--port=${port}`, "hello:application"),
    { cwd: join(site.directory, "myapp") },
  );
}

function hostOf(
  site: ApacheSite,
  port: number,
  { kind, name, threads }: Contender,
  user: SiteUser,
  uvicorn: number | undefined,
): string {
  const folder = join(site.appRoot, "../myapp");
  switch (kind) {
    case "native":
    case "shim":
      return virtualHost(site, port);
    case "gunicorn":
      return [
        `<VirtualHost 127.0.0.1:${port}>`,
        "PassengerEnabled off",
        `ProxyPass / "unix:${folder}/socket|http://${name}/"`,
        "</VirtualHost>",
      ].join("\n");
    case "uvicorn":
      return [
        `<VirtualHost 127.0.0.1:${port}>`,
        "PassengerEnabled off",
        `ProxyPass / "http://127.0.0.1:${uvicorn}/"`,
        "</VirtualHost>",
      ].join("\n");
    case "mod_wsgi":
      return [
        `<VirtualHost 127.0.0.1:${port}>`,
        "PassengerEnabled off",
        `WSGIDaemonProcess ${name} processes=1 threads=${threads} home=${folder} python-path=${folder} user=${user.name} group=${user.group}`,
        `WSGIScriptAlias / ${folder}/hello.py process-group=${name} application-group=%{GLOBAL}`,
        `<Directory ${folder}>`,
        "Require all granted",
        "</Directory>",
        "</VirtualHost>",
      ].join("\n");
  }
}
