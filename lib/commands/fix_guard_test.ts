import { assertEquals } from "@std/assert";
import { createFakeIo, inTempFolder } from "../../tests/worlds/fake_io.ts";
import { whyNotRun } from "./fix_guard.ts";

const { host } = createFakeIo();

Deno.test("whyNotRun() lets pass what narrows, and nothing that widens", () =>
  inTempFolder((folder) => {
    const file = `${folder}/file`;
    Deno.writeTextFileSync(file, "");
    Deno.chmodSync(file, 0o640);
    const table: [string[], boolean][] = [
      [["o-w"], true],
      [["o="], true],
      [["go="], true],
      [["go-rwx"], true],
      [["-R", "o-w"], true],
      [["u+r"], true],
      [["u=rw,go="], true],
      [["0600"], true],
      [["0640"], true],
      [["0700"], true],
      [["o+x"], false],
      [["a+r"], false],
      [["+r"], false],
      [["g=r"], false],
      [["u+s"], false],
      [["g+s"], false],
      [["o-w,g+w"], false],
      [["0644"], false],
      [["0660"], false],
      [["4600"], false],
      [["--reference=/etc/passwd"], false],
      [["o-w+x"], false],
      [[], false],
    ];
    for (const [words, mayRun] of table) {
      const reason = whyNotRun(["chmod", ...words, file], folder, host);
      assertEquals(reason === undefined, mayRun, words.join(" "));
    }
  }));

Deno.test("whyNotRun() follows no link out of the site", () =>
  inTempFolder((folder) => {
    const site = `${folder}/site`;
    Deno.mkdirSync(`${site}/www`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/other`, "");
    Deno.symlinkSync("../other", `${site}/out`);
    Deno.symlinkSync("..", `${site}/up`);
    Deno.symlinkSync("www", `${site}/in`);
    Deno.symlinkSync("nowhere", `${site}/lost`);
    Deno.symlinkSync("site", `${folder}/link`);
    const table: [string, boolean][] = [
      [`${site}/www`, true],
      [`${site}/in`, true],
      [`${folder}/other`, true],
      [`${site}/out`, false],
      [`${site}/up`, false],
      [`${site}/up/other`, false],
      [`${site}/www/../out`, false],
    ];
    for (const [path, mayRun] of table) {
      assertEquals(
        whyNotRun(["chmod", "o-w", path], site, host) === undefined,
        mayRun,
        path,
      );
    }
    assertEquals(
      whyNotRun(["mkdir", `${site}/www/tmp`], site, host),
      undefined,
    );
    assertEquals(
      whyNotRun(["mkdir", `${site}/up/tmp`], site, host),
      `${site}/up/tmp leads out of the site`,
    );
    const link = `${folder}/link`;
    assertEquals(whyNotRun(["touch", `${link}/www`], link, host), undefined);
  }));
