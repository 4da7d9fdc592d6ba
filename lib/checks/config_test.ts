import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  check,
  codes,
  CONFIG,
  healthyFiles,
  MODULE,
  only,
  PYTHON,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";

/** A `config.toml` with this text. */
function text(text: string | Uint8Array) {
  return { files: { [`${ROOT}/config.toml`]: { text, mode: 0o640 } } };
}

Deno.test("checkConfig() tells a missing file, and one that was saved under another name", () => {
  const files = { [`${ROOT}/config.toml`]: undefined };
  assertEquals(only({ files }).code, "config-missing");
  const near = only({ files: { ...files, [`${ROOT}/config.toml.txt`]: "x" } });
  assertEquals(near.fix, {
    command: `mv -n ${ROOT}/config.toml.txt ${ROOT}/config.toml`,
    safe: false,
  });
});

Deno.test("checkConfig() tells a file that cannot be read, is no text, or too large", () => {
  const closed = { text: CONFIG, owner: "root:root", mode: 0o600 };
  assertEquals(
    codes({ files: { [`${ROOT}/config.toml`]: closed } }),
    ["config-unreadable"],
  );
  // A closed folder is one cause, and not of config.toml alone.
  const behind = { [ROOT]: { owner: "root:root", mode: 0o700 } };
  const found = check({ at: "startup", files: behind });
  assertEquals(
    found.filter((one) => one.severity === "error").map((one) => one.code),
    ["config-unreadable"],
  );
  // Root reads everything, and judges for the site's user.
  assertEquals(
    codes({ who: "root", files: { [`${ROOT}/config.toml`]: closed } }),
    ["user-unreadable"],
  );
  assertEquals(codes({ files: { [`${ROOT}/config.toml`]: {} } }), [
    "config-unreadable",
  ]);
  assertEquals(codes(text("\ufeff" + CONFIG)), ["config-encoding"]);
  assertEquals(
    codes(text(Uint8Array.from([0x61, 0xe9, 0x0a]))),
    ["config-encoding"],
  );
  assertEquals(
    codes({
      files: { [`${ROOT}/config.toml`]: { text: "", size: 2_000_000 } },
    }),
    ["config-too-large"],
  );
});

Deno.test("checkConfig() tells a colleague that the settings are another's", () => {
  const found = only({ who: "ann" });
  assertEquals(found.code, "config-hidden");
  assertStringIncludes(found.message, 'You, "ann", may not read');
  assertEquals(found.fix, {
    text: `Ask jdoe to run: \`wsgi-shim check ${ROOT}\``,
  });
  // Passenger runs us as the site's user, who must read it.
  const env = { IN_PASSENGER: "1" };
  assertEquals(
    only({ who: "ann", at: "startup", env }).code,
    "config-unreadable",
  );
  const closed = { text: CONFIG, owner: "root:root", mode: 0o600 };
  const files = { [`${ROOT}/config.toml`]: closed };
  assertEquals(only({ who: "ann", files }).code, "config-unreadable");
});

Deno.test("checkConfig() shows the line that is not TOML", () => {
  const wrong = only({ config: [['"jdoe"', "jdoe"]] });
  assertEquals(wrong.code, "config-syntax");
  assertEquals(wrong.place, {
    file: `${ROOT}/config.toml`,
    line: 2,
    column: 8,
  });
  assertEquals(wrong.fix, { text: 'Write on line 2: user = "jdoe"' });
  const quotes = only({ config: [['"jdoe"', "“jdoe”"]] });
  assertStringIncludes(quotes.message, "typographic quotes");
  assertStringIncludes(
    only({ append: "<<<<<<< HEAD\n" }).message,
    "git merge",
  );
});

Deno.test("checkConfig() wants [passenger] and passenger_python, once each", () => {
  assertEquals(codes(text("")), ["config-section-missing"]);
  assertEquals(
    only({ config: [[/passenger_python.*/, ""]] }).code,
    "config-key-missing",
  );
  const mistyped = only({ config: [["passenger_python", "passenger_pyton"]] });
  assertEquals(mistyped.code, "config-key-missing");
  assertStringIncludes(mistyped.message, "`passenger_pyton` seems to be meant");
  assertEquals(
    codes({ config: [[/passenger_python = .*/, "passenger_python = 3"]] }),
    ["config-type"],
  );
});

Deno.test("checkConfig() says once that [wsgi] names no module", () => {
  assertEquals(only({ config: [[/module = .*/, ""]] }).code, "app-setting");
  assertEquals(
    only({ config: [["module =", "modul ="]] }).code,
    "config-key-missing",
  );
  assertEquals(
    only({
      config: [[/module = .*\n/, ""], ["GREETING", 'module = "x"\nGREETING']],
    }).code,
    "config-misplaced-key",
  );
  assertEquals(codes({ config: [[/module = .*/, "module = 3"]] }), [
    "config-type",
  ]);
  assertEquals(codes({ config: [['app = "app"', 'app = "a b"']] }), [
    "app-setting",
  ]);
});

Deno.test("checkConfig() sees that only the header was left a comment", () => {
  const commented = only({ config: [["[wsgi]", "#[wsgi]"]] });
  assertEquals(commented.code, "config-misplaced-key");
  assertStringIncludes(commented.message, "`module` stands in [passenger]");
  assertEquals(commented.fix, {
    text: "Take the # away from line 7, so that it reads: [wsgi]",
  });
  // Elsewhere the comment has no part in it.
  for (const lines of ["$1# [wsgi]\n", "# [wsgi]\n[log]\n$1", "$1"]) {
    const { fix } = only({
      config: [[/\[wsgi\]\n(module = .*\n)app = .*\n/, lines]],
    });
    assertEquals(fix, {
      text:
        "Write a line [wsgi] at the end of the file, and move the line below it",
    });
  }
});

Deno.test("checkConfig() reports unknown names with the nearest known one", () => {
  const key = only({ append: "[log]\nbackup = 3\n" });
  assertEquals(key.code, "config-unknown-key");
  assertStringIncludes(key.message, "`backups`");
  assertEquals(only({ append: "[logs]\n" }).code, "config-unknown-section");
});

Deno.test("checkConfig() reports values of the wrong kind or size, and names", () => {
  assertEquals(only({ append: "PORT = 8080\n" }).code, "config-type");
  assertEquals(
    only({ append: "[log]\nbackups = 1000\n" }).code,
    "config-value",
  );
  assertEquals(only({ append: 'MY-KEY = "x"\n' }).code, "config-name");
  assertEquals(
    only({ append: 'CREDENTIALS = "x"\n' }).code,
    "config-name-twice",
  );
});

Deno.test("checkConfig() recognizes what the template put there", () => {
  assertEquals(
    codes({ config: [['"jdoe"', '"mynetid"']] }),
    ["config-placeholder"],
  );
  assertEquals(
    codes({
      config: [[
        /passenger_python = .*/,
        'passenger_python = "/path/to/venv/bin/python"',
      ]],
    }),
    ["config-placeholder"],
  );
  // A user may really be called so.
  const users = [
    {
      name: "jdoe",
      uid: 1000,
      gid: 1000,
      home: "/h",
      shell: "/usr/sbin/nologin",
    },
    {
      name: "myuser",
      uid: 1000,
      gid: 1000,
      home: "/h",
      shell: "/usr/sbin/nologin",
    },
  ];
  assertEquals(
    codes({ users, config: [['"jdoe"', '"myuser"']] }).includes(
      "config-placeholder",
    ),
    false,
  );
});

Deno.test("checkConfig() says once that the site was moved", () => {
  const moved = only({
    config: [
      [/passenger_app_root = .*/, 'passenger_app_root = "/old/site/www"'],
      [
        /passenger_python = .*/,
        'passenger_python = "/old/site/venv/bin/python"',
      ],
      [/module = .*/, 'module = "/old/site/myapp/app.py"'],
      [/CREDENTIALS = .*/, 'CREDENTIALS = "/old/site/secrets/credentials.env"'],
    ],
  });
  assertEquals(moved.code, "config-app-root-elsewhere");
  assertStringIncludes(moved.message, '"/old/site/www" does not exist');
});

Deno.test("checkConfig() takes another path to the same folder for the same", () => {
  assertEquals(
    codes({
      files: { "/n/project": { link: SITE } },
      config: [[
        /passenger_app_root = .*/,
        'passenger_app_root = "/n/project/www/"',
      ]],
    }),
    [],
  );
});

Deno.test("checkConfig() reports accounts that do not exist or do not fit", () => {
  assertEquals(codes({ config: [['"jdoe"', '"jane"']] }), [
    "config-user-unknown",
  ]);
  assertEquals(codes({ config: [['group = "jdoe"', 'group = "staff"']] }), [
    "config-group-unknown",
  ]);
  assertEquals(codes({ config: [['group = "jdoe"', 'group = "users"']] }), [
    "config-group-foreign",
  ]);
  assertEquals(
    codes({ config: [['group = "jdoe"', 'group = "project"']] }),
    [],
  );
});

Deno.test("checkConfig() compares with who the web server really took", () => {
  const at = "startup" as const;
  const env = { IN_PASSENGER: "1" };
  const nobody = { uid: 65534, gid: 65534, groups: [65534] };
  const open = { [`${ROOT}/config.toml`]: { text: CONFIG, mode: 0o644 } };
  const found = check({ at, env, identity: nobody, files: open });
  assert(found.some((one) => one.code === "user-differs"));
  const group = { uid: 1000, gid: 65534, groups: [65534, 1000] };
  assertEquals(codes({ at, env, identity: group }), ["group-differs"]);
  assertEquals(codes({ at, env }), []);
  assertEquals(codes({ at, identity: group }), []);
});

Deno.test("checkConfig() gives an error for whatever the planner could not read", () => {
  for (
    const app of [
      "",
      " ",
      "a.b",
      "a:b:c",
      "a()b",
      "create_app()",
      "9",
      "x\\u0000",
    ]
  ) {
    for (const module of ["", "x y", "a..b", "/nowhere", SITE, "pkg.mod"]) {
      check({
        config: [
          [/app = "app"/, `app = "${app}"`],
          [/module = .*/, module ? `module = "${module}"` : ""],
        ],
      });
    }
  }
});

Deno.test("checkConfig() says that Passenger takes another user for root", () => {
  for (const at of ["shell", "startup"] as const) {
    const env: Record<string, string> = at === "startup"
      ? { IN_PASSENGER: "1" }
      : {};
    const user = only({
      at,
      env,
      config: [['user = "jdoe"', 'user = "root"']],
    });
    assertEquals(user.code, "config-user-root");
    assertEquals(user.severity, "warning");
    assertStringIncludes(user.message, '`user` in config.toml is "root"');
    assertEquals(user.place?.line, 2);
    assertEquals(user.fix, {
      text: `Write user = "jdoe", who owns ${ROOT}`,
    });
  }
  const group = only({ config: [['group = "jdoe"', 'group = "root"']] });
  assertEquals(group.code, "config-user-root");
  assertStringIncludes(group.message, "in that group");
  assertEquals(group.place?.line, 3);
});

Deno.test("checkConfig() knows paths that only a shell, a browser or Windows reads", () => {
  for (
    const [written, says, fix] of [
      ["~/app.py", "only a shell knows what ~ stands for", "echo ~"],
      ["~ann/app.py", "what ~ann stands for", "echo ~ann"],
      ["$HOME/app.py", "what $HOME stands for", "echo $HOME"],
      ["${HOME}/app.py", "what ${HOME} stands for", "echo ${HOME}"],
      ["/home/$USER/app.py", "what $USER stands for", "echo $USER"],
      ["file:///s/a%20b.py", "address for a browser", '"/s/a b.py"'],
      [` ${MODULE}`, "begins with a blank", `Write: NAME = "${MODULE}"`],
      [`${MODULE} `, "ends with a blank", `Write: NAME = "${MODULE}"`],
      [`'${MODULE}'`, "quotes within the quotes", `NAME = "${MODULE}"`],
      ["C:\\\\site\\\\app.py", "a path of Windows", "on this machine"],
    ] as const
  ) {
    for (
      const [name, from] of [
        ["module", `module = "${MODULE}"`],
        ["CREDENTIALS", `CREDENTIALS = "${SITE}/secrets/credentials.env"`],
        ["passenger_python", `passenger_python = "${PYTHON}"`],
      ] as const
    ) {
      const found = check({ config: [[from, `${name} = "${written}"`]] })
        .find(({ severity }) => severity === "error")!;
      assertEquals(found.code, "config-value", written);
      assertStringIncludes(found.message, says);
      assert(found.fix && "text" in found.fix);
      assertStringIncludes(found.fix.text, fix.replace("NAME", name));
    }
  }
  // Strange names, but names.
  assertEquals(
    codes({
      config: [[MODULE, `${SITE}/my~app/a$b.py`]],
      files: { [`${SITE}/my~app`]: {}, [`${SITE}/my~app/a$b.py`]: "app = 1" },
    }),
    [],
  );
});

Deno.test("readSite() keeps a page closed though a letter is not UTF-8", () => {
  const details = (before: number[], config: string) => {
    const text = [...before, ...new TextEncoder().encode(config)];
    const file = { text: Uint8Array.from(text), mode: 0o640 };
    const files = { ...healthyFiles(), [`${ROOT}/config.toml`]: file };
    return readSite(ROOT, createFakeHost({ files })).feedback.details;
  };
  const closed = `${CONFIG}[feedback]\ndetails = "none"\n`;
  for (const before of [[0x23, 0xfc, 0x0a], [0xef, 0xbb, 0xbf]]) {
    assertEquals(details(before, closed), "none");
    assertEquals(details(before, CONFIG), "full");
  }
  assertEquals(details([0], closed), "full");
});

Deno.test("checkConfig() names the paths of the site itself", () => {
  const fix = (key: string, value: string) =>
    only({ config: [[new RegExp(`${key} = .*`), `${key} = ${value}`]] }).fix;
  for (const value of ['"python3"', '"venv/bin/python"', '""', "3"]) {
    assertEquals(fix("passenger_python", value), {
      text: `Write passenger_python = "${PYTHON}"`,
    });
  }
  assertEquals(fix("passenger_app_root", '"www"'), {
    text: `Write passenger_app_root = "${ROOT}"`,
  });
});

Deno.test("checkConfig() writes the section and the user that the site has", () => {
  const unknown = only({ config: [['user = "jdoe"', 'user = "jdo"']] });
  assertEquals(unknown.code, "config-user-unknown");
  assertEquals(unknown.fix, {
    text:
      `Write the name of the user that the site runs as; "jdoe" owns ${ROOT}`,
  });
  const empty = check(text("")).find(({ code }) =>
    code === "config-section-missing"
  )!;
  assert(empty.fix && "text" in empty.fix);
  assertEquals(
    empty.fix.text,
    `Add these lines: \`[passenger]\` \`user = "jdoe"\` \`group = "jdoe"\` \`passenger_app_root = "${ROOT}"\` \`passenger_python = "${PYTHON}"\``,
  );
});

Deno.test("checkConfig() points at a name where the name is wrong", () => {
  const table: [string, string][] = [
    ["[environment]\n", "[environment]\n  1A = 'x'\n"],
    ["[environment]\n", "[environment]\n  threads = 4\n"],
    ["[wsgi]\n", "[wsgi]\n  modulo = 'x'\n"],
  ];
  for (const [from, to] of table) {
    const { place } = only({ config: [[from, to]] });
    assertEquals(place?.column, 3, to);
  }
});
