import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { runChecks } from "../checks/mod.ts";
import { readSite } from "../site/site.ts";
import { splitCommand } from "../text/shell_words.ts";
import { parseInstall, runInstall } from "./install.ts";
import { parseUpgrade, runUpgrade } from "./upgrade.ts";

/** The files that a web server starts a site by, and the app type of each. */
const DOORS = [
  ["app.js", "node"],
  ["passenger_wsgi.py", "wsgi"],
  ["shim/python", "wsgi"],
] as const;

/** What may stand in the place of one, and what `check` says to it. */
const STATES: [string, (file: string) => void, RegExp][] = [
  ["nothing", () => {}, /-missing$/],
  [
    "an empty file",
    (file) => Deno.writeTextFileSync(file, ""),
    /-(empty|missing)$/,
  ],
  [
    "a link to nowhere",
    (file) => Deno.symlinkSync("/nowhere/x", file),
    /-missing$/,
  ],
  ["a folder", (file) => Deno.mkdirSync(file), /-missing$/],
  [
    "blank lines",
    (file) => Deno.writeTextFileSync(file, "\n\n"),
    /-(empty|broken)$/,
  ],
  [
    "a file of somebody else",
    (file) => Deno.writeTextFileSync(file, "from hello import application\n"),
    /-(foreign|broken)$/,
  ],
];

for (const [name, appType] of DOORS) {
  for (const [what, make, code] of STATES) {
    Deno.test(`what check says to ${what} in place of ${name} mends it`, () =>
      inTempFolder(async (folder) => {
        const io = createFakeIo({ cwd: folder });
        const argv = [
          "www",
          "--app-type",
          appType,
          "--python",
          "/usr/bin/python3",
        ];
        await runInstall(parseInstall(argv), io);
        const file = `${folder}/www/${name}`;
        Deno.removeSync(file);
        make(file);
        const found = () =>
          runChecks(
            readSite(`${folder}/www`, { ...io.host, startsNothing: true }),
            { at: "shell" },
          ).filter(({ place }) => place?.file === file);
        const [first] = found();
        assertEquals(code.test(first?.code ?? ""), true, first?.code);
        const { fix } = first!;
        for (
          const words of splitCommand((fix as { command: string }).command)!
        ) {
          if (words[0] === "mv") Deno.renameSync(words[1]!, words[2]!);
          else {
            assertEquals(words.slice(0, 2), ["wsgi-shim", "upgrade"]);
            await runUpgrade(parseUpgrade(words.slice(2)), io);
          }
        }
        assertEquals(found(), []);
        assertEquals(Deno.lstatSync(file).isFile, true);
        assertEquals(dirname(file).startsWith(folder), true);
      }));
  }
}
