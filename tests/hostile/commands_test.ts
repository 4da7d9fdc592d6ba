/**
 * An administrator's loop over hostile sites: every command, as root, on every
 * site of the list, leaves nothing but output.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { COMMANDS } from "../../lib/commands/mod.ts";
import {
  ARMS,
  type HostileMachine,
  makeHostileMachine,
  ROOT_VARIABLE,
  TREASURE,
} from "../worlds/hostile_site.ts";
import { isLong, leaveOut } from "../worlds/left_out.ts";
import { makeTestSite } from "../worlds/site_on_disk.ts";
import {
  type StagedProgram,
  stageProgram,
  whyNoRoot,
} from "../worlds/staged_program.ts";

/** What is run on each site; `www` stands for its app root. */
const LINES = [
  "check www",
  "status www",
  "check --json --trust www",
  "check --fix www",
  "status --json --trust www",
  "logs www",
  "maint on www",
  "maint status www",
  "maint off www",
  "restart www",
  "settings www",
  "settings --format json www",
  "upgrade www",
  "adopt --yes --trust www",
  "eject www",
  "door judge www",
  "door explain www",
  "door guest www",
  "serve --port 0 --trust www",
  "install www/new",
];
/** What meets the trap of a site, by a word of its name. */
const MEETING: [word: string, line: string][] = [
  ["log", "logs www"],
  ["message", "maint status www"],
  ["tmp", "maint on www"],
  ["restart", "restart www"],
  ["shim", "upgrade www"],
  ["settings", "settings www"],
];

/** One of the two that look at most, what the trap is for, one more in turn. */
function shortLines(name: string, index: number): string[] {
  const met = MEETING.filter(([word]) => name.includes(word));
  const lines = [LINES[index % 2]!, ...met.map(([, line]) => line)];
  return [...new Set([...lines, LINES[index % LINES.length]!])];
}

const SERVE_SECONDS = 4;

const ignore = leaveOut("commands as root on hostile sites", whyNoRoot());

Deno.test({
  name: "commands of root on hostile sites leave nothing but output",
  ignore,
  async fn(test) {
    await using program = await stageProgram();
    await using machine = await makeHostileMachine();
    const seen = new Set<string>();
    for (const [index, [name, arm]] of Object.entries(ARMS).entries()) {
      await test.step(name, async () => {
        const site = await makeTestSite(machine.mallory, `site${index}`);
        await arm(site, machine);
        const lines = isLong ? LINES : shortLines(name, index);
        for (const line of lines) {
          const marks = await tryLine(line, site.appRoot, { program, machine });
          for (const mark of marks) seen.add(mark.split(" ")[1]!);
        }
        if (name === "code in the login files") {
          Deno.removeSync(join(machine.mallory.home, ".profile"));
        }
      });
    }
    // What never ran would have proved nothing.
    assertEquals(
      [...seen].sort(),
      ["application", "command", "login", "node", "old-python", "python"],
    );
  },
});

interface World {
  program: StagedProgram;
  machine: HostileMachine;
}

async function tryLine(
  line: string,
  appRoot: string,
  { program, machine }: World,
): Promise<string[]> {
  const before = machine.snapshot();
  const isEndless = line.startsWith("serve");
  const { code, stdout, stderr } = await program.asRoot(
    line.split(" ").map((word) => word.replace(/^www/, appRoot)),
    {
      env: { [ROOT_VARIABLE]: "root's own" },
      patience: isEndless ? SERVE_SECONDS : 240,
    },
  );
  const told = `${line}: ${code}\n${stdout}\n${stderr}`;
  assertEquals(machine.snapshot(), before, told);
  const marks = machine.takeMarks();
  const wrong = marks.filter((mark) =>
    !mark.startsWith(`${machine.mallory.uid} `) || mark.includes("root's own")
  );
  assertEquals(wrong, [], told);
  assert(
    [0, 1, 2].includes(code) || (isEndless && [124, 130].includes(code)),
    told,
  );
  assert(!`${stdout}${stderr}`.includes(TREASURE), told);
  assert(!/fault of wsgi-shim|\n +at /.test(stderr), told);
  // deno-lint-ignore no-control-regex -- it is what is looked for
  assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(stdout + stderr), told);
  return marks;
}

Deno.test("the lines of this test name every command that names a site", () => {
  const named = new Set(LINES.map((line) => line.split(" ")[0]));
  const missing = COMMANDS.map(({ usage }) => usage)
    .filter((usage) => usage.arguments.some(({ name }) => name === "APPROOT"))
    .filter(({ name }) => !named.has(name));
  assertEquals(missing.map(({ name }) => name), []);
});
