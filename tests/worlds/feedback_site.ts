/**
 * A site behind real Passenger that tests break and mend: its files as
 * `install` writes them, requests that ask for JSON, and waiting.
 *
 * @module
 */

import { dirname, join } from "node:path";
import {
  makeScaffold,
  OWNED_FILES,
  renderConfig,
} from "../../lib/reports/scaffold.ts";
import { VERSION } from "../../lib/site/version.ts";
import type { Apache, ApacheSite } from "./apache.ts";
import { until } from "./background.ts";
import { asUser, type SiteUser } from "./site_user.ts";

/** A page of ours, as `application/problem+json`. */
export interface Problem {
  type: string;
  status: number;
  title: string;
  detail: string;
  findings?: {
    code: string;
    message: string;
    severity: string;
    place?: { file?: string; line?: number };
    fix?: { command?: string; text?: string };
  }[];
  exception?: { type: string; message?: string };
  output?: string[];
}

/** An answer of a site. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** Set for a page of ours. */
  problem?: Problem;
}

const LIB = new URL("../../lib/", import.meta.url);

/** The application of a healthy site. */
export const HELLO = `def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello"]
`;

let restarts = 0;

/** A site of a user; `apache` is set once it runs. */
export class FeedbackSite {
  readonly directory: string;
  readonly appRoot: string;
  /** The application's file. */
  readonly module: string;
  readonly python: string;
  apache?: Apache;
  #user: SiteUser;

  constructor(user: SiteUser, name: string) {
    this.#user = user;
    this.directory = `${user.home}/${name}`;
    this.appRoot = join(this.directory, "www");
    this.module = join(this.directory, "myapp/hello.py");
    this.python = join(this.directory, "venv/bin/python");
  }

  /** The settings of Apache for it. */
  get served(): ApacheSite {
    const { name: user, group } = this.#user;
    return {
      name: this.directory,
      appRoot: this.appRoot,
      user,
      group,
      appType: "node",
    };
  }

  /** What `config.toml` says in a healthy site. */
  config(more = ""): string {
    const { name: user, group } = this.#user;
    const { appRoot, python, module } = this;
    const settings = { user, group, appRoot, python, module, app: "app" };
    // The tests of pages look at all that a page can tell.
    return renderConfig({ ...settings, appType: "node" })
      .replace(/#(request_details) = .*/, '$1 = "full"') + more;
  }

  /** Writes all files, as `install` would, and the application. */
  async create(): Promise<void> {
    await this.shell(
      `mkdir -m 755 ${this.directory}; mkdir ${this.directory}/myapp
       /usr/bin/python3 -m venv --without-pip ${this.directory}/venv`,
    );
    const owned = new Map(OWNED_FILES.map((file) => [
      file.path,
      Deno.readTextFileSync(new URL(file.source, LIB)),
    ]));
    const { name: user, group } = this.#user;
    const { appRoot, python } = this;
    const entries = makeScaffold({
      settings: { user, group, appRoot, python, appType: "node" },
      owned,
      version: VERSION,
      isGroupSafe: true,
    });
    for (const { path, content, mode } of entries) {
      const file = join(appRoot, path);
      if (content === undefined) Deno.mkdirSync(file, { recursive: true });
      else Deno.writeTextFileSync(file, content);
      Deno.chmodSync(file, mode);
      Deno.chownSync(file, this.#user.uid, this.#user.gid);
    }
    await this.write("www/config.toml", this.config());
    await this.write("myapp/hello.py", HELLO);
  }

  /** Runs a script as the site's user. */
  async shell(script: string): Promise<string> {
    const ended = await asUser(this.#user, "/bin/sh", ["-ec", script]);
    if (ended.code !== 0) throw new Error(ended.stderr);
    return ended.stdout;
  }

  /** Writes a file of the site, by its path in the site directory. */
  async write(path: string, text: string | Uint8Array): Promise<void> {
    const file = join(this.directory, path);
    await this.shell(`mkdir -p '${dirname(file)}'`);
    const bytes = typeof text === "string"
      ? new TextEncoder().encode(text)
      : text;
    await Deno.writeFile(file, bytes);
    await Deno.chown(file, this.#user.uid, this.#user.gid);
  }

  /** Has Passenger restart the site: it looks at whole seconds. */
  async restart(): Promise<void> {
    const time = new Date(Date.now() + ++restarts * 2_000);
    await Deno.utime(join(this.appRoot, "tmp/restart.txt"), time, time);
  }

  /** Asks the site for a page. */
  async get(path = "/", init: RequestInit = {}): Promise<Reply> {
    const response = await fetch(this.apache!.url(this.directory) + path, {
      headers: { accept: "application/json" },
      ...init,
    });
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return {
      status: response.status,
      headers: response.headers,
      text,
      problem: type.includes("problem+json") ? JSON.parse(text) : undefined,
    };
  }

  /** Asks until the answer is as wanted; fails after the limit. */
  async until(
    wanted: (reply: Reply) => boolean,
    limitMs: number,
    path = "/",
  ): Promise<Reply> {
    const end = Date.now() + limitMs;
    while (true) {
      const reply = await this.get(path);
      if (wanted(reply)) return reply;
      if (Date.now() > end) {
        throw new Error(
          `Not as wanted after ${limitMs} ms: ${reply.status} ${reply.text}`,
        );
      }
      await new Promise((go) => setTimeout(go, 200));
    }
  }

  /** The site's own log as it stands; what was just printed comes later. */
  async log(): Promise<string> {
    return await Deno.readTextFile(join(this.appRoot, "log/wsgi-shim.log"));
  }

  /** The site's own log, once it tells what is wanted. */
  async logged(wanted: RegExp): Promise<string> {
    let log = "";
    await until(
      async () => wanted.test(log = await this.log()),
      () => `the log tells ${wanted}:\n${log}`,
    );
    return log;
  }
}
