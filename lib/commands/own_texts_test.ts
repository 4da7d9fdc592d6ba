import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { readSite } from "../site/site.ts";
import { parseInstall, runInstall } from "./install.ts";
import { compareOwnFiles } from "./own_texts.ts";

Deno.test("compareOwnFiles() tells of files that this version does not write", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    const root = `${folder}/www`;
    await runInstall(parseInstall([root, "--user", "daemon"]), io);
    const compared = (from = io) =>
      compareOwnFiles(readSite(root, io.host), from);
    assertEquals(await compared(), []);

    const [found, ...more] = await compared({
      ...io,
      embedded: async (file) =>
        `${await io.embedded(file)}${
          /app/.test(file.source) ? "// new\n" : ""
        }`,
    });
    assertEquals([found?.code, more], ["shim-outdated", []]);
    assertStringIncludes(found!.message, `"${root}/app.js"`);

    // What somebody has edited is told otherwise.
    Deno.writeTextFileSync(`${root}/app.js`, "//\n", { append: true });
    assertEquals(await compared(), []);
  }));
