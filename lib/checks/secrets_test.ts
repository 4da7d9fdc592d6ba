import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { check, codes, only, ROOT, SITE } from "../../tests/worlds/site.ts";

const SECRET = `${SITE}/secrets/credentials.env`;

Deno.test("checkSecrets() tells a missing file, with one near it", () => {
  const found = only({ config: [["credentials.env", "credential.env"]] });
  assertEquals(found.code, "secret-missing");
  assertStringIncludes(found.message, '"credentials.env" is there');
  assertEquals(found.place?.key, "secret_files.CREDENTIALS");
  assertEquals(
    codes({ files: { [SECRET]: { link: "/gone" } } }),
    ["secret-missing"],
  );
});

Deno.test("checkSecrets() judges modes as ssh judges keys", () => {
  const mode = (mode: number, owner = "jdoe:jdoe") =>
    check({ files: { [SECRET]: { text: "K=v\n", mode, owner } } });
  for (const open of [0o644, 0o604, 0o602, 0o641]) {
    const [found] = mode(open);
    assertEquals(found?.code, "secret-too-open");
    assertEquals(found?.fix, { command: `chmod o= ${SECRET}`, safe: true });
  }
  assertEquals(mode(0o640), []);
  assertEquals(mode(0o400), []);
  assertEquals(mode(0o640, "jdoe:project"), []);
});

Deno.test("checkSecrets() closes a secret to a group that many share", () => {
  const found = check({
    who: "root",
    config: [['"jdoe"', '"ann"'], ['"jdoe"', '"users"']],
    files: {
      [`${SITE}/secrets`]: { owner: "ann:users" },
      [SECRET]: { text: "K=v\n", owner: "ann:users", mode: 0o644 },
    },
  }).find((one) => one.code === "secret-too-open");
  assertEquals(found?.fix, { command: `chmod go= ${SECRET}`, safe: true });
});

Deno.test("checkSecrets() does not touch a file outside the site by itself", () => {
  const found = only({
    files: {
      "/etc/shared.env": { text: "K=v\n", mode: 0o644 },
      [SECRET]: { link: "/etc/shared.env" },
    },
  });
  assertEquals(found.fix, { command: "chmod o= /etc/shared.env", safe: false });
});

Deno.test("checkSecrets() tells who cannot read it, and never opens it to all", () => {
  const found = only({
    files: { [SECRET]: { text: "K=v\n", owner: "root:root", mode: 0o600 } },
  });
  assertEquals(found.code, "secret-unreadable");
  assertEquals(found.fix, {
    command: `chown jdoe ${SECRET}`,
    safe: false,
    by: "root",
  });
  const far = "/home/other/credentials.env";
  const elsewhere = only({
    config: [[SECRET, far]],
    files: {
      "/home/other": { owner: "root:root", mode: 0o700 },
      [far]: { text: "K=v\n", owner: "root:root", mode: 0o600 },
    },
  });
  assertEquals(elsewhere.code, "secret-unreadable");
  assert(elsewhere.fix && "text" in elsewhere.fix);
  const late = only({
    identity: { uid: 1000, gid: 1000, groups: [1000] },
    files: { [SECRET]: { text: "K=v\n", owner: "root:project", mode: 0o640 } },
  });
  assertStringIncludes(late.message, "added to the group");
});

Deno.test("checkSecrets() wants a file, and outside the app root", () => {
  assertEquals(codes({ files: { [SECRET]: {} } }), ["secret-not-a-file"]);
  assertEquals(
    codes({
      config: [[SECRET, `${ROOT}/s.env`]],
      files: { [`${ROOT}/s.env`]: { text: "K=v\n", mode: 0o600 } },
    }),
    ["secret-in-app-root"],
  );
});

Deno.test("checkSecrets() points at lines that programs read in different ways", () => {
  const content = (text: string) =>
    check({ files: { [SECRET]: { text, mode: 0o600 } } });
  assertEquals(content("A=1\nB=2\r\n")[0]?.place, { file: SECRET, line: 2 });
  assertEquals(content("A = hunter2\n")[0]?.code, "secret-format");
  assertEquals(content('# A = 1\nexport A="b c"\n'), []);
});

Deno.test("checkSecrets() sees secrets in config.toml, and never repeats them", () => {
  const found = check({
    append: 'API_KEY = "hunter2-value"\nDATABASE_URL = "pg://u:hunter2@db/x"\n',
  });
  assertEquals(found.map((one) => one.code), [
    "secret-in-config",
    "secret-in-config",
  ]);
  assert(!JSON.stringify(found).includes("hunter2"));
  assertEquals(
    codes({
      append:
        'API_KEY_FILE = "/x"\nTOKEN = "/run/token"\nCACHE_KEY_PREFIX = "abcdef"\n',
    }),
    [],
  );
});
