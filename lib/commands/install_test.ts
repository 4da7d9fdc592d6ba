import { dirname } from "node:path";
import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  createFakeIo,
  type FakeIo,
  inTempFolder,
  listTree,
} from "../../tests/worlds/fake_io.ts";
import { leaveOut, whyAsRoot } from "../../tests/worlds/left_out.ts";
import { parseConfig } from "../site/config.ts";
import { OWNED_FILES } from "../reports/scaffold.ts";
import { CommandError, UsageError } from "./command.ts";
import { type InstallOptions, parseInstall, runInstall } from "./install.ts";

const NOTHING = {
  chdir: undefined,
  python: undefined,
  user: undefined,
  group: undefined,
  appType: "node",
  node: undefined,
  module: undefined,
  app: undefined,
  maintenance: false,
  dryRun: false,
} as const;

const ROOT_NOTE =
  "note: root is no user to run a site as; name another one with --user NAME\n";

function install(io: FakeIo, ...argv: string[]) {
  return runInstall(parseInstall(argv), io);
}

function configOf(appRoot: string) {
  const file = `${appRoot}/config.toml`;
  return parseConfig(Deno.readTextFileSync(file), file).config!;
}

Deno.test("parseInstall() reads its options", () => {
  const table: [string[], Partial<InstallOptions>][] = [
    [["www"], {}],
    [["www", "--python", "/py", "--node=/node"], {
      python: "/py",
      node: "/node",
    }],
    [["--user=jo", "--group=web", "www"], { user: "jo", group: "web" }],
    [["www", "--app-type=wsgi"], { appType: "wsgi" }],
    [["www", "--module=a.b", "--app=create()"], {
      module: "a.b",
      app: "create()",
    }],
    [["www", "--maintenance", "--dry-run"], {
      maintenance: true,
      dryRun: true,
    }],
  ];
  for (const [argv, wanted] of table) {
    assertEquals(parseInstall(argv), { ...NOTHING, appRoot: "www", ...wanted });
  }
});

Deno.test("parseInstall() refuses what cannot be meant", () => {
  const table: [string[], string][] = [
    [[], "install needs APPROOT"],
    [[""], "APPROOT is empty"],
    [["www", "--user="], "--user is empty"],
    [["www", "--python", " "], "--python is empty"],
    [["www", "--app=a\0b"], "--app is empty"],
    [
      ["www", "--app-type=nodejs"],
      "--app-type must be node or wsgi, and is nodejs; did you mean node?",
    ],
    [
      ["www", "--dryrun"],
      "install has no option --dryrun; did you mean " +
      "--dry-run?",
    ],
  ];
  for (const [argv, message] of table) {
    assertEquals(
      assertThrows(() => parseInstall(argv), UsageError).message,
      message,
    );
  }
});

Deno.test("runInstall() makes the tree, and says so", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    Deno.chmodSync(folder, 0o755);
    Deno.umask(0o022);
    const options = ["site/www", "--user", "jo", "--group", "web"];
    assertEquals(await install(io, ...options), 0);
    const ours = OWNED_FILES.map(({ path, mode }) =>
      `0${mode.toString(8)} www/${path}`
    );
    assertEquals(
      listTree(`${folder}/site`),
      [
        "0755 www/",
        "0640 www/config.toml",
        "0750 www/log/",
        "0755 www/public/",
        "0755 www/shim/",
        "0755 www/shim/host/",
        "0755 www/tmp/",
        "0644 www/tmp/restart.txt",
        ...ours,
      ].sort((a, b) => a.slice(5) < b.slice(5) ? -1 : 1),
    );
    assertEquals(
      Deno.readTextFileSync(`${folder}/site/www/app.js`).split("\n").slice(1),
      ["text of shim/app.js", ""],
    );
    const shown = io.stdout().replaceAll(folder, "/srv");
    assertEquals(
      shown,
      `Made /srv/site/www:

  0755  /srv/site/
  0755  www/                    the app root
  0640  www/config.toml         your settings
  0644  www/app.js              startup file for app type node
  0644  www/passenger_wsgi.py   startup file for app type wsgi
  0755  www/shim/               files of wsgi-shim
  0644  www/shim/runtime.cjs    judges the site, and makes its pages
  0644  www/shim/last_words.py  what is said where nothing else runs
  0755  www/shim/python         stands in for Python, under app type wsgi
  0755  www/shim/host/          runs your application in Python
  0755  www/public/             static files: what is in here is served as it is
  0750  www/log/                wsgi-shim.log, from the first start
  0755  www/tmp/                signals to Passenger
  0644  www/tmp/restart.txt     its date changes: the site restarts

  Runs as  jo, group web
  Python   /srv/site/venv/bin/python (not created yet)
  Shows    the Hello World page

Next:
  1. Make the virtual environment, which is not there yet:
       python3 -m venv /srv/site/venv
  2. Check the site:
       wsgi-shim check /srv/site/www
  3. Look at it on http://127.0.0.1:8000, without a web server:
       wsgi-shim serve /srv/site/www
  4. Send these settings to the administrators of the web server; other forms:
       wsgi-shim settings --help

       passenger_user          jo
       passenger_group         web
       passenger_app_root      /srv/site/www
       passenger_app_type      node
       passenger_startup_file  app.js
       passenger_python        /srv/site/venv/bin/python
       passenger_restart_dir   /srv/site/www/tmp
       document_root           /srv/site/www/public
`,
    );
  }));

Deno.test("runInstall() only tells with --dry-run", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    assertEquals(
      await install(io, "a/www", "--dry-run", "--maintenance"),
      0,
    );
    assertEquals(listTree(folder), []);
    const lines = io.stdout().split("\n");
    assertEquals(lines[0], `Would make ${folder}/a/www:`);
    assertEquals(
      lines.at(-2),
      "  0644  www/tmp/maint.txt       it is there: the site is closed",
    );
  }));

Deno.test("runInstall() foretells the modes with --dry-run", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/s`);
    Deno.chmodSync(`${folder}/s`, 0o2755);
    const before = Deno.umask(0o027);
    try {
      for (const path of ["s/a/www", "b/www"]) {
        const dry = createFakeIo({ cwd: folder });
        await install(dry, path, "--dry-run");
        const real = createFakeIo({ cwd: folder });
        await install(real, path);
        const [told, made] = [dry, real].map((io) =>
          io.stdout().match(/^ {2}[0-7]{4} .*$/gm)
        );
        assertEquals(told, made);
      }
    } finally {
      Deno.umask(before);
    }
  }));

Deno.test({
  name: "runInstall() refuses with --dry-run what it would refuse",
  ignore: leaveOut("a folder that install may not write to", whyAsRoot()),
  fn: () =>
    inTempFolder(async (folder) => {
      Deno.mkdirSync(`${folder}/ro/empty`, { recursive: true });
      Deno.chmodSync(`${folder}/ro/empty`, 0o555);
      Deno.chmodSync(`${folder}/ro`, 0o555);
      for (const path of ["ro/www", "ro/a/www", "ro/empty"]) {
        const io = createFakeIo({ cwd: folder });
        await assertRejects(
          () => install(io, path, "--dry-run"),
          CommandError,
          `Cannot create ${folder}/${path}: permission denied`,
        );
        assertEquals(io.stdout(), "");
      }
    }),
});

Deno.test("runInstall() sees with --dry-run a file on the way", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    await assertRejects(
      () => install(createFakeIo({ cwd: folder }), "file/a/www", "--dry-run"),
      CommandError,
      "a part of the path is not a folder",
    );
  }));

Deno.test("runInstall() fills in what it was given", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    await install(
      io,
      "www",
      "--app-type=wsgi",
      "--module=app.py",
      "--app=create_app()",
      "--node=bin/node",
      "--python=py/bin/python3.11",
      "--maintenance",
    );
    const { passenger, wsgi } = configOf(`${folder}/www`);
    assertEquals(passenger.appType, "wsgi");
    assertEquals(passenger.nodejs, `${folder}/bin/node`);
    assertEquals(passenger.python, `${folder}/py/bin/python3.11`);
    assertEquals(wsgi?.module, `${folder}/app.py`);
    assertEquals(wsgi?.app, "create_app()");
    assertEquals(Deno.statSync(`${folder}/www/tmp/maint.txt`).size, 0);
    await install(createFakeIo({ cwd: folder }), "w2", "--module=a.b");
    assertEquals(configOf(`${folder}/w2`).wsgi?.module, "a.b");
  }));

Deno.test("runInstall() refuses what can never run, and makes nothing", () =>
  inTempFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/text`, "", { mode: 0o644 });
    Deno.mkdirSync(`${folder}/folder`);
    const before = listTree(folder);
    const malformed: [string[], string][] = [
      [["--app=1bad"], '--app must be the name of the callable, and is "1bad"'],
      [["--app=a b"], '--app must be the name of the callable, and is "a b"'],
      [["--app=foo"], "as in --app package.module:foo"],
      [["--app=create()"], "as in --app 'package.module:create()'"],
      [["--app=f(1)"], '--app calls f with arguments, "f(1)"'],
      [["--module=a.py", "--app=1bad"], "--app must be the name of the"],
      [["--module=a.py", "--app=a:b"], "although --module is given"],
      [["--module=my app"], "--module is neither a path nor a dotted module"],
      [["--module=a..b"], "--module is neither a path nor a dotted module"],
      [["--python=~/venv"], "the ~ in '~/venv'; write /home/me/venv"],
      [["--module=~you/a.py"], "the ~ in '~you/a.py'; write the whole path"],
    ];
    for (const [argv, message] of malformed) {
      const io = createFakeIo({ cwd: folder, env: { HOME: "/home/me" } });
      await assertRejects(
        () => install(io, "www", ...argv),
        UsageError,
        message,
      );
    }
    const unusable: [string, string][] = [
      ["--python=text", "text may not be run by anyone; --python needs the"],
      ["--node=text", "text may not be run by anyone; --node needs the path"],
      ["--node=folder", "folder is a folder; --node needs the path of a"],
    ];
    for (const [option, message] of unusable) {
      const io = createFakeIo({ cwd: folder });
      await assertRejects(
        () => install(io, "www", option),
        CommandError,
        message,
      );
    }
    assertEquals(listTree(folder), before);
  }));

Deno.test("runInstall() notes what is not there yet", () =>
  inTempFolder(async (folder) => {
    const notes = async (...argv: string[]) => {
      const io = createFakeIo({ cwd: folder });
      const options = [crypto.randomUUID(), ...argv];
      assertEquals(await install(io, ...options, "--dry-run"), 0);
      return io.stderr().replace(ROOT_NOTE, "").replace(/\s+/g, " ").trim();
    };
    assertEquals(
      await notes("--node=none", "--module=none.py"),
      `note: there is no ${folder}/none.py yet ` +
        `note: there is no ${folder}/none on this machine`,
    );
    for (const argv of [[], ["--app=a.b:c"], ["--app=a.b"], ["--module=a.b"]]) {
      assertEquals(await notes(...argv), "");
    }
    Deno.mkdirSync(`${folder}/package`);
    assertEquals(
      /^note: --module is a folder, /.test(await notes("--module=./package")),
      true,
    );
    Deno.writeTextFileSync(`${folder}/app.py`, "");
    assertEquals(await notes("--module=app.py", "--app=create_app()"), "");
  }));

Deno.test("runInstall() finds the interpreter", () =>
  inTempFolder(async (folder) => {
    function venv(name: string) {
      Deno.mkdirSync(`${folder}/${name}/bin`, { recursive: true });
      // Links stay as they are: they are what makes it a venv.
      Deno.symlinkSync("/bin/sh", `${folder}/${name}/bin/python`);
      return `${folder}/${name}/bin/python`;
    }
    async function chosen(env: Record<string, string>, ...argv: string[]) {
      const io = createFakeIo({ cwd: folder, env });
      const name = crypto.randomUUID();
      await install(io, name, ...argv);
      return configOf(`${folder}/${name}`).passenger.python;
    }
    assertEquals(await chosen({}), `${folder}/venv/bin/python`);
    const hidden = venv(".venv");
    assertEquals(await chosen({}), hidden);
    const plain = venv("venv");
    assertEquals(await chosen({}), plain);
    const active = venv("other");
    assertEquals(await chosen({ VIRTUAL_ENV: `${folder}/other` }), active);
    assertEquals(await chosen({ VIRTUAL_ENV: "/nowhere" }), plain);
    const named = venv("third");
    assertEquals(await chosen({}, "--python", "third/bin/python"), named);
    assertEquals(await chosen({}, "--python", "third"), named);
    assertEquals(
      await chosen({ PATH: `${folder}/third/bin` }, "--python", "python"),
      named,
    );
    await assertRejects(
      () => chosen({}, "--python", folder),
      CommandError,
      "is a folder without bin/python",
    );
  }));

Deno.test("runInstall() uses an empty folder as it is", () =>
  inTempFolder(async (folder) => {
    for (const mode of [0o701, 0o2755]) {
      const path = `${folder}/${mode}`;
      Deno.mkdirSync(path);
      Deno.chmodSync(path, mode);
      await install(createFakeIo({ cwd: folder }), path);
      assertEquals(Deno.statSync(path).mode! & 0o7777, mode);
    }
    // It would be gone for whoever stands in it.
    Deno.mkdirSync(`${folder}/www`);
    const before = Deno.statSync(`${folder}/www`).ino;
    const inside = createFakeIo({ cwd: `${folder}/www` });
    assertEquals(await install(inside, "."), 0);
    assertEquals(Deno.statSync(`${folder}/www`).ino, before);
    assertEquals(
      listTree(folder).some((one) => /\.wsgi-shim/.test(one)),
      false,
    );
  }));

Deno.test("runInstall() honours the umask and a setgid folder", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    const before = Deno.umask(0o077);
    try {
      await install(io, "www");
    } finally {
      Deno.umask(before);
    }
    for (const line of listTree(folder)) {
      assertEquals(/^0[67]00 /.test(line), true, line);
    }
    assertEquals(
      io.stderr().replace(ROOT_NOTE, "").replaceAll("\n", " ").trim(),
      `note: ${folder}/www has mode 0700, so the web server cannot enter it. ` +
        "`wsgi-shim check` says what to open.",
    );
    Deno.mkdirSync(`${folder}/s`);
    Deno.chmodSync(`${folder}/s`, 0o2755);
    await install(createFakeIo({ cwd: folder }), "s/www");
    const shown = listTree(`${folder}/s`);
    assertEquals(shown.includes("2755 www/"), true);
    assertEquals(shown.includes("2755 www/tmp/"), true);
  }));

Deno.test("runInstall() never overwrites, and leaves nothing behind", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/full`);
    Deno.writeTextFileSync(`${folder}/full/a file`, "mine");
    Deno.writeTextFileSync(`${folder}/file`, "mine");
    Deno.symlinkSync("nowhere", `${folder}/link`);
    Deno.symlinkSync("loop", `${folder}/loop`);
    Deno.mkdirSync(`${folder}/site`);
    Deno.writeTextFileSync(`${folder}/site/config.toml`, "");
    Deno.writeTextFileSync(`${folder}/site/passenger_wsgi.py`, "");
    Deno.mkdirSync(`${folder}/site/public`);
    const left = `${folder}/killed/.wsgi-shim-install-1a2b3c4d`;
    Deno.mkdirSync(left, { recursive: true });
    const before = listTree(folder);
    const table: [string, string][] = [
      ["full", `${folder}/full is not empty: a file`],
      ["site", `${folder}/site is not empty: config.toml, passenger_wsgi.py`],
      ["site/www", `lies inside of another site, ${folder}/site`],
      ["site/public/new/www", `lies inside of another site, ${folder}/site`],
      ["killed", `${folder}/killed is not empty: .wsgi-shim-install-1a2b3c4d`],
      ["file", `${folder}/file is there already, and is not a folder`],
      ["link", `${folder}/link is a link that leads nowhere`],
      ["file/www", "a part of the path is not a folder; nothing was left"],
      ["n".repeat(300), "the name is too long; nothing was left behind"],
      [`new/${"n".repeat(300)}`, "the name is too long; nothing was left"],
    ];
    for (const [path, message] of table) {
      const io = createFakeIo({ cwd: folder });
      await assertRejects(() => install(io, path), CommandError, message);
      assertEquals(io.stdout(), "");
    }
    const error = await assertRejects(
      () => install(createFakeIo({ cwd: folder }), "killed"),
      CommandError,
    );
    assertEquals((error as CommandError).advice, [
      `An install that was killed has left that. Remove it first: rm -r ${left}`,
    ]);
    await assertRejects(
      () => install(createFakeIo({ cwd: folder }), "loop/www"),
      CommandError,
    );
    assertEquals(listTree(folder), before);
  }));

Deno.test("runInstall() leaves nothing behind when it is interrupted", () =>
  inTempFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/empty`);
    for (const path of ["a/b/www", "empty"]) {
      // Interrupted at every single step, until it gets through.
      for (let steps = 0;; steps++) {
        const io = createFakeIo({ cwd: folder, signal: abortAfter(steps) });
        const code = await install(io, path);
        if (code === 0) {
          assertEquals(steps > 10, true);
          break;
        }
        assertEquals(code, 130);
        assertEquals(
          io.stderr().replace(ROOT_NOTE, ""),
          "Interrupted: nothing was left behind\n",
        );
        const rest = listTree(folder).map((line) => line.slice(5))
          .filter((name) => !name.startsWith("a/") || path !== "empty");
        assertEquals(rest, ["empty/"]);
      }
    }
  }));

Deno.test("runInstall() says what it could not remove again", () =>
  inTempFolder(async (folder) => {
    let looks = 0;
    const signal = {
      get aborted() {
        if (++looks === 3) Deno.writeTextFileSync(`${folder}/a/theirs`, "");
        return looks > 3;
      },
    } as AbortSignal;
    const io = createFakeIo({ cwd: folder, signal });
    assertEquals(await install(io, "a/www"), 130);
    assertEquals(
      io.stderr().replace(ROOT_NOTE, "").replaceAll("\n", " "),
      `Interrupted: could not be removed again: ${folder}/a `,
    );
    assertEquals(
      listTree(folder).map((line) => line.slice(5)),
      ["a/", "a/theirs"],
    );
  }));

Deno.test({
  name: "runInstall() leaves nothing behind on a full disk",
  ignore: leaveOut("a full disk", whyNoMount()),
  fn: () =>
    inTempFolder(async (folder) => {
      const disk = `${folder}/disk`;
      Deno.mkdirSync(disk);
      const text = "x".repeat(40_000);
      // Each size is used up at another file.
      for (const kilobytes of [16, 32, 64, 128, 200]) {
        run("mount", "-t", "tmpfs", "-o", `size=${kilobytes}k`, "t", disk);
        try {
          Deno.mkdirSync(`${disk}/empty`);
          const before = listTree(disk);
          for (const path of ["www", "a/b/www", "empty"]) {
            const io = createFakeIo({ cwd: disk });
            io.embedded = () => Promise.resolve(text);
            await assertRejects(
              () => install(io, path),
              CommandError,
              "the disk is full; nothing was left behind",
            );
            assertEquals(listTree(disk), before);
          }
        } finally {
          run("umount", disk);
        }
      }
    }),
});

Deno.test({
  name: "runInstall() says where it may not write",
  ignore: leaveOut("a folder that install may not write to", whyAsRoot()),
  fn: () =>
    inTempFolder(async (folder) => {
      Deno.mkdirSync(`${folder}/ro`);
      Deno.chmodSync(`${folder}/ro`, 0o555);
      await assertRejects(
        () => install(createFakeIo({ cwd: folder }), "ro/a/www"),
        CommandError,
        `Cannot create ${folder}/ro/a/www: permission denied; nothing was left`,
      );
    }),
});

function run(program: string, ...args: string[]): boolean {
  return new Deno.Command(program, { args, stderr: "null" }).outputSync()
    .success;
}

function whyNoMount(): string | undefined {
  if (Deno.uid() !== 0) return "only root can mount a small one";
  const folder = Deno.makeTempDirSync();
  const isMounted = run("mount", "-t", "tmpfs", "-o", "size=16k", "t", folder);
  if (isMounted) run("umount", folder);
  Deno.removeSync(folder);
  return isMounted ? undefined : "nothing can be mounted here";
}

/** A signal that aborts when it has been looked at so many times. */
function abortAfter(looks: number): AbortSignal {
  return {
    get aborted() {
      return looks-- <= 0;
    },
  } as AbortSignal;
}

Deno.test("runInstall() takes the callable that the module has", () =>
  inTempFolder(async (folder) => {
    let count = 0;
    const appOf = async (text: string, ...argv: string[]) => {
      Deno.writeTextFileSync(`${folder}/site.py`, text);
      const io = createFakeIo({ cwd: folder });
      const name = `www${++count}`;
      await install(io, name, "--module=site.py", ...argv);
      return [configOf(`${folder}/${name}`).wsgi?.app, io.stderr()] as const;
    };
    const [app, note] = await appOf("from x import y\napp = y()\n");
    assertEquals(app, "app");
    assertStringIncludes(note.replaceAll("\n", " "), 'note: app is "app", as ');
    for (
      const [text, app] of [
        ["app: Flask = Flask(__name__)\n", "app"],
        ["from blog import app, db\n", "app"],
        [
          "def create_app(config=None, debug=False):\n    pass\n",
          "create_app()",
        ],
        ["def create_app(config):\n    pass\n", "application"],
        ["app = 1\napplication = app\n", "application"],
        ["def run():\n    app = 1\n", "application"],
        ["", "application"],
      ] as const
    ) {
      assertEquals((await appOf(text))[0], app, text);
    }
    assertEquals((await appOf("app = 1\n", "--app=server"))[0], "server");
  }));

Deno.test("runInstall() begins imports above the folder that they name", () =>
  inTempFolder(async (folder) => {
    const io = createFakeIo({ cwd: folder });
    let count = 0;
    const chdirOf = async (file: string, text: string) => {
      const module = `${folder}/${file}`;
      Deno.mkdirSync(dirname(module), { recursive: true });
      Deno.writeTextFileSync(module, text);
      const name = `site${++count}`;
      await runInstall(parseInstall([name, "--module", module]), io);
      const config = Deno.readTextFileSync(`${folder}/${name}/config.toml`);
      return /^chdir = "(.*)"$/m.exec(config)?.[1];
    };
    const text = "from app.api import routes\napp = 1\n";
    assertEquals(await chdirOf("shop/app/main.py", text), `${folder}/shop`);
    assertStringIncludes(
      io.stderr().replaceAll("\n", " "),
      `note: chdir is ${folder}/shop, as main.py imports "app"`,
    );
    const deep = "import shop2.web.views\napplication = 1\n";
    assertEquals(await chdirOf("shop2/web/wsgi.py", deep), folder);
    // A module of that name lies beside it, or a package has the name.
    assertEquals(await chdirOf("app/app.py", "import app\n"), undefined);
    const flask = "from flask import Flask\napp = Flask('x')\n";
    assertEquals(await chdirOf("flask/main.py", flask), undefined);
    assertEquals(
      await chdirOf("web/main.py", "from webs import x\n"),
      undefined,
    );
  }));

Deno.test("runInstall() begins imports where Django's manage.py lies", () =>
  inTempFolder(async (folder) => {
    const project = `${folder}/mysite`;
    Deno.mkdirSync(`${project}/mysite`, { recursive: true });
    const module = `${project}/mysite/wsgi.py`;
    Deno.writeTextFileSync(module, "application = None\n");
    const io = createFakeIo({ cwd: folder });
    const chdirOf = async (name: string, ...argv: string[]) => {
      await runInstall(parseInstall([name, "--module", module, ...argv]), io);
      const text = Deno.readTextFileSync(`${folder}/${name}/config.toml`);
      return /^chdir = "(.*)"$/m.exec(text)?.[1];
    };
    // Something else may have that name.
    Deno.writeTextFileSync(`${project}/manage.py`, "print(1)\n");
    assertEquals(await chdirOf("plain"), undefined);
    Deno.writeTextFileSync(
      `${project}/manage.py`,
      'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
    );
    assertEquals(await chdirOf("django"), project);
    assertStringIncludes(
      io.stderr().replaceAll("\n", " "),
      `note: chdir is ${project}, where manage.py lies`,
    );
    assertEquals(
      await chdirOf("own", "--chdir", "elsewhere"),
      `${folder}/elsewhere`,
    );
    const alone = parseInstall(["alone", "--chdir", "x"]);
    await assertRejects(() => runInstall(alone, io), UsageError);
  }));
