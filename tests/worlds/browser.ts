/**
 * A headless Chromium for tests of pages, spoken to by the DevTools protocol:
 * what a page loads, what it complains about, how wide it is, how it looks.
 *
 * @module
 */

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/google-chrome"];
const FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic " +
  "--no-first-run --disable-background-networking --disable-sync " +
  "--disable-component-update --hide-scrollbars --remote-debugging-port=0")
  .split(" ");
const START_MS = 30_000;

/** What a page did in the browser. */
export interface Visit {
  /** Addresses of all requests, the page's own included. */
  requests: string[];
  /** Errors and warnings of the console, and those of the page's own. */
  complaints: string[];
  /** Something is wider than the window. */
  overflows: boolean;
  /** The result of the script, if one was given. */
  result: unknown;
  /** PNG. */
  picture: Uint8Array;
}

/** How a page is looked at. */
export interface VisitOptions {
  width: number;
  height?: number;
  scheme: "light" | "dark";
  /** An expression that is evaluated in the page. */
  script?: string;
}

/** The path of Chromium; undefined where there is none. */
export function findChromium(): string | undefined {
  return CHROMIUM.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
}

/** A message of the DevTools protocol. */
interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** A running browser; made by {@linkcode startBrowser}. */
export class Browser implements AsyncDisposable {
  #process: Deno.ChildProcess;
  #folder: string;
  #socket: WebSocket;
  #waiting = new Map<number, (message: Message) => void>();
  #listeners = new Set<(message: Message) => void>();
  #count = 0;

  constructor(
    process: Deno.ChildProcess,
    folder: string,
    socket: WebSocket,
  ) {
    this.#process = process;
    this.#folder = folder;
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data) as Message;
      if (message.id === undefined) {
        for (const listener of this.#listeners) listener(message);
        return;
      }
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    };
  }

  /** Opens a page, looks at it and closes it. */
  async visit(url: string, options: VisitOptions): Promise<Visit> {
    const { width, height = 900, scheme, script } = options;
    const { targetId } = await this.#send("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await this.#send("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const session = sessionId as string;
    const send = (method: string, params = {}) =>
      this.#send(method, params, session);
    const requests: string[] = [];
    const complaints: string[] = [];
    let loaded = () => {};
    const load = new Promise<void>((done) => loaded = done);
    const listen = ({ method, params = {}, sessionId }: Message) => {
      if (sessionId !== session) return;
      if (method === "Page.loadEventFired") loaded();
      if (method === "Network.requestWillBeSent") {
        requests.push((params.request as { url: string }).url);
      }
      if (method === "Log.entryAdded") {
        const { level, text, source } = params.entry as Record<string, string>;
        // The status of an error page is not a complaint about the page.
        if (level !== "verbose" && source !== "network") complaints.push(text!);
      }
      if (/^Runtime\.(?:consoleAPICalled|exceptionThrown)$/.test(method!)) {
        complaints.push(JSON.stringify(params));
      }
    };
    this.#listeners.add(listen);
    for (const domain of ["Page", "Network", "Log", "Runtime"]) {
      await send(`${domain}.enable`);
    }
    await send("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: scheme }],
    });
    await send("Page.navigate", { url });
    await load;
    const evaluate = async (expression: string) => {
      const { result } = await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
      });
      return (result as { value?: unknown }).value;
    };
    const overflows = await evaluate(
      "document.documentElement.scrollWidth > innerWidth",
    );
    const result = script ? await evaluate(script) : undefined;
    const { data } = await send("Page.captureScreenshot", {
      captureBeyondViewport: true,
    });
    this.#listeners.delete(listen);
    await this.#send("Target.closeTarget", { targetId });
    return {
      requests,
      complaints,
      overflows: Boolean(overflows),
      result,
      picture: Uint8Array.from(
        atob(data as string),
        (character) => character.charCodeAt(0),
      ),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#send("Browser.close", {}).catch(() => {});
    this.#socket.close();
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  #send(
    method: string,
    params: Record<string, unknown>,
    sessionId?: string,
  ): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((done, fail) => {
      this.#waiting.set(id, ({ result, error }) => {
        if (error) fail(new Error(`${method}: ${error.message}`));
        else done(result ?? {});
      });
    });
  }
}

/** Starts a browser with a profile of its own. */
export async function startBrowser(): Promise<Browser> {
  const folder = await Deno.makeTempDir({ prefix: "wsgi-shim-browser-" });
  const process = new Deno.Command(findChromium()!, {
    args: [...FLAGS, `--user-data-dir=${folder}`, "about:blank"],
    env: { HOME: folder },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const [port, path] = await readPort(`${folder}/DevToolsActivePort`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  await new Promise<void>((done, fail) => {
    socket.onopen = () => done();
    socket.onerror = () => fail(new Error("Cannot speak to Chromium"));
  });
  return new Browser(process, folder, socket);
}

async function readPort(file: string): Promise<string[]> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    try {
      const lines = (await Deno.readTextFile(file)).split("\n");
      if (lines.length > 1) return lines;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error("Chromium does not start");
}
