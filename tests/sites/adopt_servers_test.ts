/**
 * An adopted site in servers that know nothing of Passenger: it answers,
 * explains itself, comes back in the same processes, and is given back.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { end, freePort, until } from "../worlds/background.ts";
import { leaveOut, whyNoModules, whyNoProgram } from "../worlds/left_out.ts";
import {
  type Grounds,
  lasting,
  onGrounds,
  picture,
} from "../worlds/native_grounds.ts";
import { NATIVE_SITES } from "../worlds/native_sites.ts";

const SERVER = new URL("../worlds/embedding_server", import.meta.url).pathname;
const bound = (port: number) => `127.0.0.1:${port}`;
const gunicorn = (port: number, ...words: string[]) => [
  ...[
    "/usr/bin/python3",
    "-m",
    "gunicorn",
    "passenger_wsgi",
    "-b",
    bound(port),
  ],
  ...["--graceful-timeout", "1", ...words],
];

/** A server that loads the startup file, in Debian's Python. */
interface Server {
  words(port: number, grounds: Grounds): string[];
  whyNot(): string | undefined;
}

const SERVERS: Record<string, Server> = {
  gunicorn: {
    words: (port) => gunicorn(port),
    whyNot: () => whyNoModules(["gunicorn"]),
  },
  "gunicorn --preload": {
    words: (port) => gunicorn(port, "--preload", "-w", "2"),
    whyNot: () => whyNoModules(["gunicorn"]),
  },
  waitress: {
    words: (port) => [
      ...["/usr/bin/python3", "-m", "waitress", "--listen", bound(port)],
      "passenger_wsgi:application",
    ],
    whyNot: () => whyNoModules(["waitress"]),
  },
  "a server that embeds Python": {
    words: (_, { home }) => [compileServer(home), `${SERVER}.py`],
    whyNot: () => whyNoProgram("cc") ?? whyNoHeaders(),
  },
};

for (const [name, { words, whyNot }] of Object.entries(SERVERS)) {
  Deno.test({
    name: `an adopted site in ${name} answers, explains itself and comes back`,
    ignore: leaveOut(
      `adopted sites in ${name}`,
      whyNoProgram("node") ?? whyNot(),
    ),
    fn: () => {
      const site = NATIVE_SITES[
        "another interpreter by os.execl, and paths by the working directory"
      ]!;
      return onGrounds(site, async (grounds) => {
        const { root, home, io, adopt, eject, read, write } = grounds;
        const seen = picture(root);
        await adopt("--yes", "--no-import");
        const port = freePort();
        const [command, ...args] = words(port, grounds);
        // Natively, the startup file would replace it by its own.
        const start = () =>
          new Deno.Command(command!, {
            args,
            cwd: root,
            clearEnv: true,
            env: {
              ...{ PATH: Deno.env.get("PATH") ?? "", HOME: home },
              ...{ PORT: String(port), WSGI_ROOT: root },
            },
            stdin: "null",
            stdout: "null",
            stderr: "null",
          }).spawn();
        const get = async (path = "/") => {
          const headers = { Accept: "application/json", Connection: "close" };
          const answer = await fetch(`http://${bound(port)}${path}`, {
            headers,
          });
          return await answer.text();
        };
        const answers = () => until(async () => await get() === "said hello");

        let child = start();
        try {
          await answers();
          assertStringIncludes(await get("/module"), "True passenger_wsgi");
          assertEquals(await get("/secret"), "by the startup file");
          await end(child);

          const whole = read(site.code);
          write(site.code, `import no_such_package\n${whole}`);
          child = start();
          await until(async () => (await get()).includes("no_such_package"));
          assertStringIncludes(await get(), site.code);
          write(site.code, whole);
          await answers();
        } finally {
          await end(child);
        }
        assertEquals(await eject("--purge"), 0, io.stderr());
        const without = (all: string[]) =>
          all.filter((line) => !line.includes(`/${site.code} `));
        assertEquals(without(lasting(root)), without(seen));
      });
    },
  });
}

/** Why no program can be linked with Debian's Python. */
function whyNoHeaders(): string | undefined {
  return pythonConfig() ? undefined : "python3-dev is not installed";
}

/** What a compiler is told. */
function pythonConfig(): string[] | undefined {
  try {
    const { success, stdout } = new Deno.Command("/usr/bin/python3-config", {
      args: ["--embed", "--includes", "--ldflags"],
    }).outputSync();
    const text = new TextDecoder().decode(stdout);
    return success ? text.trim().split(/\s+/) : undefined;
  } catch {
    return undefined;
  }
}

/** Compiles it into a folder, and gives its path. */
function compileServer(folder: string): string {
  const program = `${folder}/server`;
  const { success, stderr } = new Deno.Command("cc", {
    args: [`${SERVER}.c`, "-o", program, ...pythonConfig()!],
  }).outputSync();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return program;
}
