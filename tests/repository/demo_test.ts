/**
 * The demo, which is the first thing of ours that most people see: in a
 * folder that nobody else may enter, and after all that may go wrong in it.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { runDemo } from "../../build/demo.ts";
import { CommandError, UsageError } from "../../lib/commands/command.ts";
import { readEmbedded } from "../../lib/commands/embedded.ts";
import { until } from "../worlds/background.ts";
import { createFakeIo, inTempFolder } from "../worlds/fake_io.ts";

/** A demo that runs, or has ended by itself. */
interface Run extends AsyncDisposable {
  /** Where it answers. */
  address: string;
  /** All that it has printed. */
  printed(): string;
}

/** Starts the demo and waits for its address; it ends as by Ctrl-C. */
async function start(folder: string, ...argv: string[]): Promise<Run> {
  const interrupt = new AbortController();
  const lines: string[] = [];
  const print = (line: string) => void lines.push(`${line}\n`);
  const io = {
    ...createFakeIo({ signal: interrupt.signal }),
    out: print,
    err: print,
    narrate: print,
    embedded: readEmbedded,
  };
  const printed = () => lines.join("");
  const addressOf = () => /http:\S+/.exec(printed())?.[0];
  const ended = runDemo(folder, argv.length > 0 ? argv : ["--port=0"], io);
  await Promise.race([
    ended,
    until(() => addressOf() !== undefined, printed, 60_000),
  ]);
  return {
    address: addressOf()!,
    printed,
    async [Symbol.asyncDispose]() {
      interrupt.abort();
      assertEquals(await ended, 0);
    },
  };
}

async function assertHello({ address, printed }: Run): Promise<void> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  const text = await answer.text();
  assertEquals(answer.status, 200, text + printed());
  assertStringIncludes(text, "<title>Hello World</title>");
}

function test(name: string, run: (folder: string) => Promise<void>) {
  Deno.test({
    name,
    // The log stays open until the program ends, and so does the wait for a
    // folder that another run has.
    sanitizeResources: false,
    sanitizeOps: false,
    fn: () => inTempFolder((folder) => run(`${folder}/demo`)),
  });
}

test("the demo says Hello World where no web server could enter", async (folder) => {
  await using demo = await start(folder);
  await assertHello(demo);
  assert(!/^note:/m.test(demo.printed()), demo.printed());
  const [, told = ""] = demo.printed().split("Press Ctrl-C to end.\n\n");
  const [first = "", second = ""] = told.split("\n");
  assertStringIncludes(
    first,
    "For a web server this would have to change: The web server cannot enter a " +
      "folder on the way to the site",
  );
  assertEquals(first.includes("to run as root"), Deno.uid() === 0, first);
  assert(second.endsWith(` task -q cli check ${folder}/www`), second);
});

test("the demo takes up what is there", async (folder) => {
  {
    await using _first = await start(folder);
  }
  const config = `${folder}/www/config.toml`;
  const edited = `${Deno.readTextFileSync(config)}# mine\n`;
  Deno.writeTextFileSync(config, edited);
  Deno.writeTextFileSync(`${folder}/venv/mine`, "");
  // As an earlier version of ours may have left it.
  Deno.removeSync(`${folder}/www/app.js`);
  await using demo = await start(folder);
  await assertHello(demo);
  assert(!/Making|interrupted/.test(demo.printed()), demo.printed());
  assertEquals(Deno.readTextFileSync(config), edited);
  assert(Deno.statSync(`${folder}/venv/mine`).isFile);
  assert(Deno.statSync(`${folder}/www/app.js`).isFile);
});

test("the demo goes on after a run that was killed", async (folder) => {
  const left = `${folder}/.www.wsgi-shim-install-12345678`;
  Deno.mkdirSync(`${left}/shim`, { recursive: true });
  Deno.mkdirSync(`${folder}/venv/bin`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/venv/pyvenv.cfg`, "home = /usr/bin\n");
  Deno.symlinkSync("/nowhere/python3", `${folder}/venv/bin/python`);
  await using demo = await start(folder);
  await assertHello(demo);
  assertStringIncludes(demo.printed(), "An earlier run was interrupted");
  await assertRejects(() => Deno.stat(left), Deno.errors.NotFound);
});

test("the demo tells where it runs already", async (folder) => {
  {
    await using first = await start(folder);
    const error = await assertRejects(
      () => start(folder, "--port=0"),
      CommandError,
      `The demo runs already, on ${first.address}`,
    );
    assertEquals((error as CommandError).advice, [
      "End that run with Ctrl-C to start another one",
    ]);
    await assertHello(first);
  }
  await using next = await start(folder);
  await assertHello(next);
});

test("the demo tells of a port that is occupied", async (folder) => {
  using other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = other.addr;
  const error = await assertRejects(
    () => start(folder, "--port", String(port)),
    CommandError,
    `Cannot listen on 127.0.0.1, port ${port}: another program uses the port`,
  );
  const [advice = ""] = (error as CommandError).advice;
  assert(advice.endsWith(" task demo --port 0"), advice);
  await using next = await start(folder);
  await assertHello(next);
});

test("the demo says what is wrong with a site that cannot be served", async (folder) => {
  {
    await using _first = await start(folder);
  }
  Deno.writeTextFileSync(`${folder}/www/config.toml`, "[passenger\n");
  const error = await assertRejects(() => start(folder), CommandError);
  assertEquals((error as CommandError).advice, [
    `To begin anew: mv ${folder} ${folder}.old`,
  ]);
});

test("the demo takes the options of serve, and no folder", async (folder) => {
  for (const argv of [["--port"], ["--prot=1"], ["elsewhere"]]) {
    await assertRejects(() => start(folder, ...argv), UsageError);
  }
  await assertRejects(() => Deno.stat(folder), Deno.errors.NotFound);
});
