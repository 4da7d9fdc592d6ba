/**
 * What a site's application finds of root's terminal: nothing. And what root
 * finds of a command that goes on as another user: all that it says, in
 * colours and in the terminal's width, and an end by Ctrl-C.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { leaveOut } from "../worlds/left_out.ts";
import { makeTestSite, type TestSite } from "../worlds/site_on_disk.ts";
import { makeSiteUser } from "../worlds/site_user.ts";
import {
  type StagedProgram,
  stageProgram,
  whyNoRoot,
} from "../worlds/staged_program.ts";

const TERMINAL = fileURLToPath(
  new URL("../worlds/terminal.py", import.meta.url),
);
const COLUMNS = 100;

/** Types a line into every terminal that it can find, and looks about. */
const TYPIST = `import fcntl, os, termios
seen = []
def type_into(descriptor):
    for letter in b"touch /tmp/pwned\\n":
        fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([letter]))
for number in os.listdir("/proc/self/fd"):
    try:
        seen.append(os.readlink("/proc/self/fd/" + number))
        type_into(int(number))
        seen.append("typed into " + number)
    except OSError:
        pass
for path in ("/dev/tty", "/proc/%d/fd/1" % os.getppid(), "/dev/console"):
    try:
        type_into(os.open(path, os.O_RDWR | os.O_NOCTTY))
        seen.append("typed into " + path)
    except OSError:
        pass
with open("@SEEN@", "a") as file:
    print(*seen, *("%s=%s" % one for one in os.environ.items()),
          "groups", sorted(os.getgroups()), "session", os.getsid(0),
          sep="\\n", file=file)
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
`;

interface Said {
  said: string;
  code: number;
  typed: string;
}

async function inTerminal(
  program: StagedProgram,
  args: string[],
  { seconds = 40, env = {} }: {
    seconds?: number;
    env?: Record<string, string>;
  } = {},
): Promise<Said> {
  const { stdout, stderr, success } = await new Deno.Command(
    "/usr/bin/python3",
    {
      args: [TERMINAL, `${seconds}`, `${COLUMNS}`, ...program.words, ...args],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin", TERM: "xterm", LANG: "C.UTF-8", ...env },
      stdin: "null",
    },
  ).output();
  assert(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

async function arm(site: TestSite): Promise<string> {
  const seen = `${site.folder}/seen`;
  await site.write("myapp/hello.py", TYPIST.replace("@SEEN@", seen));
  await site.write("seen", "");
  // The login files are run by another way than the application.
  await Deno.writeTextFile(
    `${site.user.home}/.profile`,
    `/usr/bin/python3 ${site.folder}/myapp/hello.py\n`,
  );
  return seen;
}

Deno.test({
  name: "root's terminal stays root's",
  ignore: leaveOut("the terminal of root", whyNoRoot()),
  async fn(test) {
    await using program = await stageProgram();
    await using user = await makeSiteUser();

    await test.step("the application finds no terminal, and nothing of root's", async () => {
      const site = await makeTestSite(user, "typist");
      const seen = await arm(site);
      const { code, typed, said } = await inTerminal(
        program,
        ["check", site.appRoot],
        { env: { ROOT_ONLY: "root's own" } },
      );
      assertEquals([code, typed], [0, ""], said);
      const text = await Deno.readTextFile(seen);
      assertStringIncludes(text, "/dev/null");
      for (const word of ["typed", "/dev/pts", "/dev/tty", "root"]) {
        assert(!text.includes(word), `${word} in ${text}`);
      }
      assertStringIncludes(text, `groups\n[${user.gid}]`);
      await Deno.remove(`${user.home}/.profile`);
    });

    await test.step("what it says comes in colours and in the width", async () => {
      const site = await makeTestSite(user, "colours");
      await site.remove("www/app.js");
      const { said } = await inTerminal(program, ["check", site.appRoot]);
      assertStringIncludes(said, "\x1b[1;31merror");
      // deno-lint-ignore no-control-regex -- colours take no room
      const lines = said.replace(/\x1b\[[\d;]*m/g, "").split("\n");
      const { length } = lines.find((line) => line.startsWith("  = why"))!;
      assert(length > 80 && length <= COLUMNS, said);
      const plain = await inTerminal(program, ["check", site.appRoot], {
        env: { NO_COLOR: "1" },
      });
      assert(!plain.said.includes("\x1b[1"), plain.said);
    });

    await test.step("Ctrl-C ends what serves, and nothing remains of it", async () => {
      const site = await makeTestSite(user, "served");
      const { code, said } = await inTerminal(
        program,
        ["serve", "--port", "0", site.appRoot],
        { seconds: 4 },
      );
      assertStringIncludes(said, "Press Ctrl-C to end.");
      assertEquals(code, 0, said);
      const left = [...Deno.readDirSync("/proc")]
        .filter(({ name }) => /^\d+$/.test(name))
        .filter(({ name }) => ownerOf(`/proc/${name}`) === user.uid);
      assertEquals(left.map(({ name }) => name), []);
    });
  },
});

function ownerOf(path: string): number | null {
  try {
    return Deno.statSync(path).uid;
  } catch {
    return null;
  }
}
