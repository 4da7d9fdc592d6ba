import { HOST_FILES } from "../site/layout.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { checksum } from "../site/adoption.ts";
import { markText } from "../site/marker.ts";
import {
  check,
  codes,
  only,
  programs,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { VERSION } from "../site/version.ts";

Deno.test("checkLayout() is silent on a healthy site", () => {
  assertEquals(check(), []);
  assertEquals(check({ at: "startup" }), []);
});

Deno.test("checkLayout() names an app root that is not there, and one near it", () => {
  const found = check({ appRoot: `${SITE}/wwww` });
  assertEquals(found.map((one) => one.code), ["app-root-missing"]);
  assertStringIncludes(found[0]!.message, '"www" is there');
});

Deno.test("checkLayout() refuses an app root that is a file", () => {
  assertEquals(codes({ appRoot: `${ROOT}/app.js` }), ["app-root-missing"]);
});

Deno.test("checkLayout() gives one finding for a folder that is no app root", () => {
  const fixIn = (files: Record<string, undefined | { mode?: number }>) => {
    const found = only({
      appRoot: "/srv/x",
      files: { "/srv/x": {}, ...files },
    });
    assertEquals(found.code, "app-root-missing");
    assertStringIncludes(found.message, '"/srv/x" is no app root');
    return found.fix;
  };
  assertEquals(fixIn({}), {
    command: "wsgi-shim install /srv/x",
    safe: false,
  });
  assertEquals(fixIn({ "/srv/x/a": {} }), {
    text:
      "Name the folder that holds config.toml, or make a site: `wsgi-shim install /srv/x/www`",
  });
  assertEquals(fixIn({ "/srv/x/www": {} }), {
    text: "Name the folder that holds config.toml",
  });
  assertEquals(fixIn({ "/srv/x/www": {}, "/srv/x/www/config.toml": {} }), {
    command: "wsgi-shim check /srv/x/www",
    safe: false,
  });
});

Deno.test("checkLayout() knows how long a path Passenger can bear, in bytes", () => {
  const isTold = (appRoot: string, at?: "startup") =>
    codes({ appRoot, at, files: { [appRoot]: {}, [`${appRoot}/app.js`]: "" } })
      .includes("app-root-long");
  assertEquals(isTold(`/${"x".repeat(241)}`), false);
  assertEquals(isTold(`/${"x".repeat(242)}`), true);
  assertEquals(isTold(`/${"é".repeat(121)}`), true);
  // Whatever has started there can be started there.
  assertEquals(isTold(`/${"x".repeat(242)}`, "startup"), false);
});

Deno.test("checkLayout() asks for the startup file of the configured type only", () => {
  const found = only({ files: { [`${ROOT}/app.js`]: undefined } });
  assertEquals(found.code, "startup-file-missing");
  assertEquals(found.fix, {
    command: `wsgi-shim upgrade ${ROOT}`,
    safe: false,
  });
  assertEquals(
    codes({ files: { [`${ROOT}/passenger_wsgi.py`]: undefined } }),
    [],
  );
  assertEquals(
    codes({
      files: { [`${ROOT}/app.js`]: undefined },
      config: [["[wsgi]", 'passenger_app_type = "wsgi"\n[wsgi]']],
    }),
    [],
  );
});

Deno.test("checkLayout() tells what has replaced the startup file of an adopted site", () => {
  const text = "application = 1\n";
  const record = (before: string) =>
    JSON.stringify({
      version: 1,
      original: { sha256: checksum(before), mode: 0o644, modified: 0 },
      written: {},
      folders: [],
    });
  const told = (before: string) => {
    const found = check({
      config: [["[passenger]", '[passenger]\npassenger_app_type = "wsgi"']],
      files: {
        [`${ROOT}/passenger_wsgi.py`]: text,
        [`${ROOT}/public`]: undefined,
        [`${ROOT}/shim/adopted.json`]: record(before),
      },
    });
    // It need not have a folder of that name.
    assert(!found.some(({ message }) => message.includes("public")));
    return found.find(({ code }) => code === "startup-file-replaced")?.message;
  };
  assertStringIncludes(told(text)!, "before the adoption");
  assertStringIncludes(told("x")!, "Something has replaced");
});

Deno.test("checkLayout() tells an empty startup file from a foreign one", () => {
  const content = (text: string) =>
    codes({ files: { [`${ROOT}/app.js`]: text } });
  assertEquals(content(""), ["startup-file-empty"]);
  assertEquals(content("\n \n"), ["startup-file-empty"]);
  assertEquals(content("require('express')\n"), ["startup-file-foreign"]);
});

Deno.test("checkLayout() recognizes startup files that loop", () => {
  const content = (text: string) =>
    only({
      config: [["[wsgi]", 'passenger_app_type = "wsgi"\n[wsgi]']],
      files: { [`${ROOT}/passenger_wsgi.py`]: text },
    });
  const itself = content(
    "import imp\nwsgi = imp.load_source('wsgi', 'passenger_wsgi.py')\n",
  );
  assertEquals(itself.code, "startup-file-loads-itself");
  assertEquals(itself.place?.line, 2);
  const again = content(
    'import sys, os\nif sys.executable != "x": os.execl("x", "x", *sys.argv)\n',
  );
  assertEquals(again.code, "startup-file-restarts-python");
  const template = content(
    "#import imp\n#wsgi = imp.load_source('wsgi', 'passenger_wsgi.py')\n",
  );
  assertEquals(template.code, "startup-file-foreign");
});

Deno.test("checkLayout() reports a missing shim folder as one finding", () => {
  const names = [
    ...["", "/runtime.cjs", "/last_words.py", "/python"],
    ...HOST_FILES.map((name) => `/host/${name}`),
  ];
  const files = Object.fromEntries(
    names.map((name) => [`${ROOT}/shim${name}`, undefined]),
  );
  assertEquals(only({ files }).code, "shim-file-missing");
  const one = only({ files: { [`${ROOT}/shim/host/__main__.py`]: "" } });
  assertStringIncludes(one.message, "__main__.py");
});

Deno.test("checkLayout() compares versions, and what was written with what is there", () => {
  const old = markText("// x\n", "0.0.1", "//");
  for (const at of ["shell", "startup"] as const) {
    const found = only({ at, files: { [`${ROOT}/app.js`]: old } });
    assertEquals(found.code, "shim-outdated");
  }
  const edited = only({
    files: { [`${ROOT}/app.js`]: markText("// x\n", "0.1.0", "//") + "//" },
  });
  assertEquals(edited.code, "shim-changed");
  assertEquals(edited.fix, {
    command:
      `mv ${ROOT}/app.js ${ROOT}/app.js.old && wsgi-shim upgrade ${ROOT}`,
    safe: false,
  });
});

Deno.test("checkLayout() tells a file that cannot be loaded from an edited one", () => {
  const wsgi: [string, string][] = [
    ["[wsgi]", 'passenger_app_type = "wsgi"\n[wsgi]'],
  ];
  const broken = (path: string, text: string, stderr = "", isWsgi = false) =>
    check({
      files: { [`${ROOT}/${path}`]: text },
      config: isWsgi ? wsgi : [],
      run: (program, args, options) =>
        args.includes(`${ROOT}/${path}`) && !program.startsWith("ls")
          ? { status: stderr ? 1 : 0, stderr }
          : programs()(program, args, options),
    }).map((one) => `${one.severity} ${one.code}`);
  const isBroken = ["error shim-file-broken"];
  const isChanged = ["warning shim-changed"];
  const syntax = "SyntaxError: Unexpected end of input";
  const cut = markText("// x\n", VERSION, "//") + "exports.start = (";
  assertEquals(broken("shim/runtime.cjs", "garbage"), isBroken);
  assertEquals(broken("shim/runtime.cjs", cut, syntax), isBroken);
  assertEquals(broken("shim/runtime.cjs", cut), isChanged);
  assertEquals(broken("shim/host/__main__.py", "garbage"), isBroken);
  assertEquals(
    broken("shim/host/__main__.py", "def main(): pass\n"),
    isChanged,
  );
  assertEquals(broken("app.js", "// wsgi-shim runtime", syntax), isBroken);
  assertEquals(broken("app.js", "// wsgi-shim runtime"), []);
  assertEquals(broken("app.js", "garbage(", syntax), isBroken);
  assertEquals(broken("app.js", "garbage"), ["warning startup-file-foreign"]);
  for (const path of ["shim/last_words.py", "shim/python"]) {
    assertEquals(broken(path, "garbage", "", true), isBroken);
    // Another door does without it.
    assertEquals(broken(path, "garbage"), isChanged);
    assertEquals(broken(path, ""), isChanged);
  }
  const files = { [`${ROOT}/shim/runtime.cjs`]: "garbage" };
  assertEquals(codes({ files, at: "startup" }), []);
  assertEquals(codes({ files, at: "startup", isForeseen: true }), [
    "shim-file-broken",
  ]);
  const found = only({ files });
  const file = `${ROOT}/shim/runtime.cjs`;
  assertEquals(found.fix, {
    command: `mv ${file} ${file}.old && wsgi-shim upgrade ${ROOT}`,
    safe: false,
  });
});

Deno.test("checkLayout() offers to create folders that were lost", () => {
  const found = only({
    files: {
      [`${ROOT}/tmp`]: undefined,
      [`${ROOT}/tmp/restart.txt`]: undefined,
    },
  });
  assertEquals(found.code, "folder-missing");
  assertEquals(found.fix, { command: `mkdir -m 0755 ${ROOT}/tmp`, safe: true });
  const blocked = only({ files: { [`${ROOT}/public`]: "a file" } });
  assertEquals(blocked.code, "folder-blocked");
});

Deno.test("checkLayout() tells where the npm package is missing, and what installs it", () => {
  const two = 'require("wsgi-shim/runtime").start(__dirname);';
  const without = {
    [`${ROOT}/app.js`]: two,
    [`${ROOT}/shim`]: undefined,
    [`${ROOT}/shim/runtime.cjs`]: undefined,
    [`${ROOT}/shim/worker.py`]: undefined,
  };
  const listed = only({
    files: {
      ...without,
      [`${SITE}/package.json`]: '{"dependencies": {"wsgi-shim": "^0.1.0"}}',
    },
  });
  assertEquals([listed.code, listed.fix], ["npm-package-missing", {
    command: `npm install --prefix ${SITE}`,
    safe: false,
  }]);
  assertEquals(only({ files: without }).fix, {
    text: `Install it: \`npm install --prefix ${ROOT} wsgi-shim\``,
  });
});
