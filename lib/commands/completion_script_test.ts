import { assertEquals } from "@std/assert";
import { inTempFolder } from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyNoProgram } from "../../tests/worlds/left_out.ts";
import { renderCompletions, SHELLS } from "./completion_script.ts";
import { helpUsage } from "./help.ts";
import { COMMANDS } from "./mod.ts";

const USAGES = [...COMMANDS.map(({ usage }) => usage), helpUsage]
  .filter((usage) => !usage.isHidden);

/** Runs a test in a folder with the script, a folder and a file to complete. */
function testShell(
  shell: typeof SHELLS[number],
  what: string,
  test: (folder: string) => Promise<void>,
): void {
  Deno.test({
    name: `renderCompletions() writes what ${shell} ${what}`,
    ignore: leaveOut(`completion in ${shell}`, whyNoProgram(shell)),
    fn: () =>
      inTempFolder(async (folder) => {
        Deno.mkdirSync(`${folder}/some site`);
        Deno.writeTextFileSync(`${folder}/sun`, "");
        Deno.writeTextFileSync(
          `${folder}/script`,
          renderCompletions(USAGES, shell),
        );
        await test(folder);
      }),
  });
}

async function run(program: string, args: string[], cwd: string) {
  const ended = await new Deno.Command(program, {
    args,
    cwd,
    env: { HOME: cwd, TERM: "dumb" },
  }).output();
  const decoder = new TextDecoder();
  assertEquals(decoder.decode(ended.stderr), "");
  return decoder.decode(ended.stdout).trim().split("\n");
}

/** What is typed, and what it may become. */
const TABLE: [string[], string[]][] = [
  [["ma"], ["maint"]],
  [["install", "--py"], ["--python"]],
  [["install", "--app-type", "w"], ["wsgi"]],
  [["settings", "--format", ""], ["apache", "json", "nginx", "puppet", "text"]],
  [["maint", ""], ["off", "on", "status"]],
  [["maint", "on", "s"], ["some site"]],
  [["maint", "on", "--message", "x", "s"], ["some site"]],
  [["check", "s"], ["some site"]],
  [["check", "--strict", "s"], ["some site"]],
  [["logs", "-n", "3", "s"], ["some site"]],
  [["explain", "config-sy"], ["config-syntax"]],
  [["help", "up"], ["upgrade"]],
  [["completions", "z"], ["zsh"]],
];

for (const shell of SHELLS) {
  testShell(shell, "can read", async (folder) => {
    assertEquals(await run(shell, ["-n", "script"], folder), [""]);
  });
}

testShell("bash", "completes with", async (folder) => {
  const ask = `source ./script
type() { false; } # compopt works only while bash completes
COMP_WORDS=(wsgi-shim "$@"); COMP_CWORD=$#; _wsgi_shim
printf '%s\\n' "\${COMPREPLY[@]}" | sort`;
  for (
    const [words, wanted] of [
      ...TABLE,
      // As bash takes it apart.
      [["settings", "--format", "=", "p"], ["puppet"]],
      [["settings", "--format", "="], [
        "apache",
        "json",
        "nginx",
        "puppet",
        "text",
      ]],
      [["logs", "--lines", "=", "3", "s"], ["some site"]],
    ] as typeof TABLE
  ) {
    assertEquals(
      await run("bash", ["-c", ask, "bash", ...words], folder),
      wanted,
      words.join(" "),
    );
  }
});

testShell("fish", "completes with", async (folder) => {
  for (const [words, wanted] of TABLE) {
    const line = ["wsgi-shim", ...words].join(" ");
    const found = await run(
      "fish",
      ["--private", "-c", "source script; complete -C $argv[1]", line],
      folder,
    );
    const names = found.map((one) =>
      one.split("\t")[0]!.replace(/\/$/, "").replaceAll("\\ ", " ")
    );
    assertEquals(names.sort(), wanted, line);
  }
});

testShell("zsh", "completes with", async (folder) => {
  // A real zsh in a terminal of its own, as completion needs its editor;
  // its widget writes down what became of the line.
  const ask = `zmodload zsh/zpty
zpty z "PS1= PS2= zsh -f -i"
zpty -w z 'unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; source ./script'
zpty -w z 'probe() { zle complete-word; print -r -- "$BUFFER" >draft; mv draft result; }'
zpty -w z 'zle -N probe; bindkey "^T" probe; touch ready'
until_there() {
  repeat 200; do [[ -e $1 ]] && return; zpty -r -t z >/dev/null; sleep 0.05; done
}
until_there ready
for typed in "$@"; do
  zpty -n -w z $'\\C-u'"$typed"$'\\C-t'
  until_there result
  cat result; rm result
done
zpty -d z`;
  const pairs = [
    ["wsgi-shim ma", "wsgi-shim maint"],
    [
      "wsgi-shim settings --format=pu",
      "wsgi-shim settings --format=puppet",
    ],
    [
      "wsgi-shim maint on --message x s",
      "wsgi-shim maint on --message x some\\ site/",
    ],
    ["wsgi-shim check s", "wsgi-shim check some\\ site/"],
    ["wsgi-shim explain config-sy", "wsgi-shim explain config-syntax"],
  ] as const;
  const typed = pairs.map(([line]) => line);
  const shown = await run(
    "zsh",
    ["-f", "-c", ask, "zsh", ...typed],
    folder,
  );
  assertEquals(
    shown.map((line) => line.trim()),
    pairs.map(([, wanted]) => wanted),
  );
});
