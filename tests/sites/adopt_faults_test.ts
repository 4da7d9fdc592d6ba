/**
 * Sites that were made without us are adopted, answer as before, explain
 * themselves whatever breaks them, come back once they are mended, and are
 * given back as they were.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  leaveOut,
  whyAsRoot,
  whyNoModules,
  whyNoProgram,
} from "../worlds/left_out.ts";
import {
  type Answer,
  type Grounds,
  lasting,
  onGrounds,
  picture,
} from "../worlds/native_grounds.ts";
import { NATIVE_SITES } from "../worlds/native_sites.ts";

const ignore = leaveOut(
  "what breaks an adopted site",
  whyNoProgram("node"),
);

/** Breaks any site, by a file that it cannot do without. */
interface Fault {
  break(file: string, grounds: Grounds): void;
  /** @default the site's own code */
  file?: string;
  /** What is told of it, besides the file. */
  tells: RegExp;
}

const OLD = ".old";
const STARTUP = "passenger_wsgi.app.py";
const before = (text: string) => (file: string, { read, write }: Grounds) =>
  write(file, text + read(file));

const FAULTS: Record<string, Fault> = {
  "a package is missing": {
    break: before("import no_such_package\n"),
    tells: /module-not-here.*no_such_package/s,
  },
  "a name is misspelt": {
    break: before("LIMIT = maximun(1, 2)\n"),
    tells: /app-code.*maximun/s,
  },
  "a merge is left unfinished": {
    break: before("<<<<<<< HEAD\nLIMIT = 1\n=======\n"),
    tells: /source-merge-markers/,
  },
  "a file has another name": {
    break: (file, { root }) =>
      Deno.renameSync(`${root}/${file}`, `${root}/${file}${OLD}`),
    tells: /module-not-here|app-module-missing|django-settings|file-missing/,
  },
  "the application has another name": {
    file: STARTUP,
    break: (file, { read, write }) =>
      write(file, read(file).replaceAll(/\bapplication\b/g, "aplication")),
    tells: /app-callable-missing.*application = aplication/s,
  },
};
const UNREADABLE = {
  "a file cannot be read": {
    break: (file: string, { root }: Grounds) =>
      Deno.chmodSync(`${root}/${file}`, 0),
    tells: /(?:cannot|may not) read/,
  },
};
const faults: Record<string, Fault> =
  leaveOut("files that cannot be read", whyAsRoot())
    ? FAULTS
    : { ...FAULTS, ...UNREADABLE };

for (const [name, site] of Object.entries(NATIVE_SITES)) {
  Deno.test({
    name: `adopt, whatever breaks afterwards, and eject of ${name}`,
    ignore: ignore ||
      leaveOut(
        `the adoption of ${name}`,
        site.needs && whyNoModules(site.needs),
      ),
    fn: () =>
      onGrounds(site, async (grounds) => {
        const { root, io, adopt, check, eject, ask, serve } = grounds;
        const native = ask();
        const seen = picture(root);
        if (site.kinds) {
          assertEquals(await adopt("--dry-run"), 0, io.stderr());
          assertEquals(picture(root), seen);
        }
        assertEquals(await adopt("--yes"), 0, io.stderr());
        for (const kind of site.kinds ?? ["plain"]) {
          assertEquals(comparable(ask(kind)), comparable(native), kind);
        }
        for (const [what, fault] of Object.entries(faults)) {
          const { file = site.code } = fault;
          const restore = keep(`${root}/${file}`);
          fault.break(file, grounds);
          await using server = serve();
          const page = await server.ask();
          // A page of the site's own, or an answer by compiled code.
          const tale = page.status === 503 ? page.text : await check();
          assert(fault.tells.test(tale), `${what}: ${tale}`);
          assertStringIncludes(tale, file.split("/").at(-1)!, what);
          restore();
        }
        assertEquals(comparable(ask()), comparable(native));
        assertEquals(await eject("--purge"), 0, io.stderr());
        assertEquals(lasting(root), seen);
      }),
  });
}

/** Remembers a file, for it to be as it was. */
function keep(path: string): () => void {
  const { mode, mtime } = Deno.statSync(path);
  const text = Deno.readTextFileSync(path);
  return () => {
    try {
      Deno.renameSync(path + OLD, path);
    } catch {
      // It has its name.
    }
    Deno.chmodSync(path, mode! & 0o7777);
    Deno.writeTextFileSync(path, text);
    Deno.utimeSync(path, mtime!, mtime!);
  };
}

/** What a debug mode shows of the server is another each time. */
function comparable(answers: Answer[]) {
  return answers.map((one) => one.status < 500 ? one : one.status);
}
