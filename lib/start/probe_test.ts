import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { createHost } from "../machine/host.ts";
import type { Failure } from "../python/failure.ts";
import { readSite } from "../site/site.ts";
import { askInterpreter, type Probe, probeInterpreter } from "./probe.ts";

/** Looks at a program of the shell that stands for an interpreter. */
async function probed(
  script: string | undefined,
  act: (probe: Probe) => void = () => {},
): Promise<Failure | undefined> {
  let failure: Failure | undefined;
  await inTempFolder(async (folder) => {
    const interpreter = join(folder, "python");
    if (script !== undefined) {
      Deno.writeTextFileSync(interpreter, `#!/bin/sh\n${script}\n`);
      Deno.chmodSync(interpreter, 0o755);
    }
    Deno.writeTextFileSync(
      join(folder, "config.toml"),
      `[passenger]
passenger_python = "${interpreter}"
[wsgi]
start_timeout = 1
[environment]
MOTTO = "tea"
`,
    );
    const probe = probeInterpreter(readSite(folder, createHost()))!;
    act(probe);
    failure = await probe.failure;
  });
  return failure;
}

Deno.test("probeInterpreter() is content with one that runs the host", async () => {
  assertEquals(await probed('[ "${1##*/}" = __main__.py ]'), undefined);
});

Deno.test("probeInterpreter() tells how it ended, and what it said", async () => {
  assertEquals(await probed('echo; echo "no $MOTTO" >&2; exit 3'), {
    problem: "exited",
    status: 3,
    output: ["no tea"],
  });
});

Deno.test("probeInterpreter() waits no longer than a start may take", async () => {
  assertEquals(await probed("echo begun; exec sleep 30"), {
    problem: "hung",
    seconds: 1,
    output: ["begun"],
  });
});

Deno.test({
  name: "probeInterpreter() tells of one that is not there",
  // Deno keeps the pipes of a child that never was.
  sanitizeResources: false,
  async fn() {
    const failure = await probed(undefined, (probe) => probe.cancel());
    assertEquals(failure?.problem, "unstartable");
    assertEquals(failure?.exception?.errno, "ENOENT");
  },
});

Deno.test("probeInterpreter() ends one that nobody waits for", async () => {
  const failure = await probed("exec sleep 30", (probe) => probe.cancel());
  assertEquals(failure?.signal, "SIGKILL");
});

Deno.test("probeInterpreter() needs one that is named", async () => {
  await inTempFolder((folder) => {
    Deno.writeTextFileSync(join(folder, "config.toml"), "[passenger]\n");
    const site = readSite(folder, createHost());
    assertEquals(probeInterpreter(site), undefined);
    return Promise.resolve();
  });
});

Deno.test("askInterpreter() hears what one says that ended before the host's first line", () =>
  inTempFolder(async (folder) => {
    const interpreter = join(folder, "python");
    Deno.writeTextFileSync(
      interpreter,
      '#!/bin/sh\necho "home is $PYTHONHOME" >&2\nexit 1\n',
    );
    Deno.chmodSync(interpreter, 0o755);
    Deno.writeTextFileSync(
      join(folder, "config.toml"),
      `[passenger]\npassenger_python = "${interpreter}"\n`,
    );
    const site = readSite(folder, createHost());
    const ended: Failure = { problem: "exited", status: 1 };
    assertEquals(await askInterpreter(ended, site, { PYTHONHOME: "/x" }), {
      ...ended,
      output: ["home is /x"],
    });
    const known: Failure = { problem: "exited", status: 1, output: ["bye"] };
    assertEquals(await askInterpreter(known, site), known);
  }));
