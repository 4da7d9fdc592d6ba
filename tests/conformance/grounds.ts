/**
 * The servers that the cases of `conformance.ts` run on. Ours: by handoff
 * behind Apache, and through the proxy as `serve` does. To compare with:
 * Passenger's own loader, gunicorn and waitress.
 *
 * @module
 */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../../build/run_deno.ts";
import { type Apache, type SiteUser, startApache } from "../worlds/apache.ts";
import { end, freePort, startAsUser, until } from "../worlds/background.ts";
import type { Ground } from "./case.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";

/** Ours. */
export const OURS = ["handoff", "serve"] as const;
/** What ours are compared with. */
export const OTHERS = ["native", "gunicorn", "waitress"] as const;
/** Any of them. */
export type GroundName = typeof OURS[number] | typeof OTHERS[number];

const APP = new URL("app.py", import.meta.url);
const SERVE = fileURLToPath(new URL("serve.ts", import.meta.url));
const COMMANDS = {
  gunicorn: (port: number) => ["-b", `127.0.0.1:${port}`, "hello:application"],
  waitress: (port: number) => [
    `--listen=127.0.0.1:${port}`,
    "hello:application",
  ],
};

/** The servers, running. */
export class Grounds implements AsyncDisposable {
  readonly #sites = new Map<GroundName, FeedbackSite>();
  readonly #ports = new Map<GroundName, number>();
  readonly #children: Deno.ChildProcess[] = [];
  #apache: Apache | undefined;

  /** Writes the sites and starts the servers. */
  static async open(
    user: SiteUser,
    names: readonly GroundName[],
    config: Record<string, string> = {},
  ): Promise<Grounds> {
    const grounds = new Grounds();
    const source = await Deno.readTextFile(APP);
    for (const name of names) {
      const site = new FeedbackSite(user, name);
      await site.create();
      await site.write("myapp/hello.py", `${source}\n\napp = application\n`);
      await site.write("www/config.toml", changed(site.config(), config));
      if (name === "native") await writeNative(site);
      grounds.#sites.set(name, site);
    }
    await grounds.#startApache();
    for (const name of names) await grounds.#startOther(name, user);
    return grounds;
  }

  /** A server as the cases see it. */
  ground(name: GroundName): Ground {
    const folder = join(this.site(name).directory, "myapp");
    return {
      port: this.#ports.get(name)!,
      async wrote(file) {
        try {
          return await Deno.readTextFile(join(folder, file));
        } catch {
          return undefined;
        }
      },
      signal: (file) => Deno.writeTextFile(join(folder, file), ""),
      async clear() {
        for (const file of ["cut", "go"]) {
          await Deno.remove(join(folder, file)).catch(() => {});
        }
      },
    };
  }

  /** The site of a server. */
  site(name: GroundName): FeedbackSite {
    return this.#sites.get(name)!;
  }

  /** Processes that a server has for its site: shim, worker, application. */
  pids(name: GroundName): number[] {
    const directory = `${this.site(name).directory}/`;
    return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name))
      .filter((pid) => {
        try {
          const cwd = Deno.readLinkSync(`/proc/${pid}/cwd`);
          return pid > 0 && `${cwd}/`.startsWith(directory);
        } catch {
          return false; // It ended while we looked.
        }
      });
  }

  async #startApache() {
    const ours = (["handoff", "native"] as const).filter((name) =>
      this.#sites.has(name)
    );
    if (ours.length === 0) return;
    const served = ours.map((name) => ({
      ...this.site(name).served,
      name,
      appType: name === "native" ? "wsgi" as const : "node" as const,
    }));
    this.#apache = await startApache(served);
    for (const name of ours) {
      this.#ports.set(name, Number(new URL(this.#apache.url(name)).port));
    }
  }

  async #startOther(name: GroundName, user: SiteUser) {
    if (name === "handoff" || name === "native") return;
    const { directory, appRoot } = this.site(name);
    const port = freePort();
    const start = (command: string, args: string[], cwd: string) =>
      this.#children.push(
        startAsUser(user, command, args, { cwd, env: { PORT: String(port) } }),
      );
    if (name === "serve") {
      const program = join(directory, "serve.mjs");
      await bundle(SERVE, program);
      await Deno.chmod(program, 0o644);
      // Root's Deno may lie where the user cannot get.
      const deno = join(directory, "deno");
      await Deno.copyFile(Deno.execPath(), deno);
      await Deno.chmod(deno, 0o755);
      const args = ["run", "-q", "-A", "--no-config", program, appRoot];
      start(deno, args, appRoot);
    } else {
      const command = name === "gunicorn" ? name : "waitress-serve";
      const folder = join(directory, "myapp");
      start(`/usr/bin/${command}`, COMMANDS[name](port), folder);
    }
    this.#ports.set(name, port);
    await until(async () => {
      const response = await fetch(`http://127.0.0.1:${port}/?do=bare`);
      await response.bytes();
      return response.ok;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) await end(child);
    await this.#apache?.stop();
  }
}

/** Gives settings of `config.toml` other values. */
function changed(text: string, values: Record<string, string>): string {
  let result = text;
  for (const [key, value] of Object.entries(values)) {
    const line = new RegExp(`^#?${key} = .*$`, "m");
    result = result.replace(line, `${key} = ${value}`);
  }
  return result;
}

async function writeNative(site: FeedbackSite) {
  await site.write(
    "www/passenger_wsgi.py",
    `import sys\nsys.path.insert(0, "${site.directory}/myapp")\n` +
      "from hello import application\n",
  );
}
