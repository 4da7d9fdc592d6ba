import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { healthyFiles, MODULE, ROOT, SITE } from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { checkUnanswered, type Unanswered } from "./unanswered.ts";

const VIEWS = `${SITE}/myapp/views.py`;

function tell(remark: Unanswered, files: Record<string, string> = {}) {
  const host = createFakeHost({ files: { ...healthyFiles(), ...files } });
  const [found, ...more] = checkUnanswered(readSite(ROOT, host), [remark]);
  assertEquals(more, []);
  return found!;
}

Deno.test("checkUnanswered() says where the addresses are that do not count", () => {
  const none = {
    what: "no-routes" as const,
    parts: [],
    others: [],
  };
  const guarded = tell(none, {
    [MODULE]:
      'app = Flask("x")\nif __name__ == "__main__":\n    import routes\n    app.run()\n',
  });
  assertEquals(guarded.code, "routes-missing");
  assertEquals(guarded.place, { file: MODULE, line: 3 });
  const bottle = tell(none, {
    [MODULE]: 'app = Bottle()\n@route("/")\ndef i():\n    pass\n',
  });
  assertStringIncludes(bottle.message, "that Bottle keeps by itself");
  const again = tell(none, {
    [MODULE]:
      'app = Flask("x")\n@app.route("/")\ndef i():\n    pass\napp = Flask("x")\n',
  });
  assertEquals(again.place, { file: MODULE, line: 5 });
  assertStringIncludes(again.message, "a second time");
  const unread = tell(none, { [VIEWS]: '@app.route("/")\ndef i(): pass\n' });
  assertEquals(unread.place, { file: VIEWS });
  assertStringIncludes(unread.message, "nothing imports");
  const part = { name: "pages", file: VIEWS };
  assertStringIncludes(
    tell({ ...none, parts: [part] }).message,
    `"pages" of "${VIEWS}" has some, and is not registered`,
  );
  assertStringIncludes(
    tell({ ...none, others: [part] }).message,
    'another one, "pages"',
  );
  // A comment is no address.
  const comment = tell(none, { [VIEWS]: '# @app.route("/")\n' });
  assertEquals(comment.place, { file: MODULE });
});

Deno.test("checkUnanswered() passes over what a host of another version tells", () => {
  const site = readSite(ROOT, createFakeHost({ files: healthyFiles() }));
  const told = [{ what: "news" }] as unknown as Unanswered[];
  assertEquals(checkUnanswered(site, told), []);
});

Deno.test("checkUnanswered() names the application that is in a wrapper", () => {
  const found = tell({ what: "events", package: "mangum", inner: "app" });
  assertEquals([found.code, found.severity], ["app-not-callable", "warning"]);
  assertStringIncludes(JSON.stringify(found.fix), 'app = \\"app\\"');
});

Deno.test("checkUnanswered() only advises where it may be meant so", () => {
  const severities = [
    tell({ what: "unregistered", parts: [{ name: "a", file: VIEWS }] }),
    tell({ what: "no-root", first: "/blog/" }),
    tell({ what: "cookie-path", path: "/blog" }),
    tell({ what: "no-key", file: VIEWS }),
    tell({ what: "prefix", prefix: "/blog" }),
    tell({
      what: "cookie-domain",
      name: "SESSION_COOKIE_DOMAIN",
      domain: "localhost",
    }),
  ].map(({ severity }) => severity);
  const [advice, warning] = ["advice", "warning"];
  assertEquals(severities, [
    ...[advice, advice, advice],
    ...[warning, warning, warning],
  ]);
});

Deno.test("checkUnanswered() tells which variable should have brought the key", () => {
  const found = tell({ what: "no-key", file: MODULE }, {
    [MODULE]: 'app.config.from_object(os.environ.get("APP_SETTINGS"))\n',
  });
  assertEquals(found.place, { file: MODULE, line: 1 });
  assertStringIncludes(JSON.stringify(found.fix), "APP_SETTINGS = ");
});

Deno.test("checkUnanswered() finds a template that has another name", () => {
  const folder = `${SITE}/myapp/templates`;
  const remark: Unanswered = {
    what: "template-missing",
    name: "index.html",
    wanted: "Base.html",
    folders: [folder],
    file: VIEWS,
    line: 3,
  };
  assertEquals(tell(remark).code, "template-unusable");
  const near = tell(remark, { [`${folder}/base.html`]: "x", [folder]: "" });
  assertStringIncludes(near.message, '"Base.html", which it needs');
  assertStringIncludes(tell(remark).message, "there is no folder");
  const other = tell(remark, {
    [`${SITE}/myapp/Templates/Base.html`]: "x",
  });
  assertEquals(other.place, { file: VIEWS, line: 3 });
  const moved = tell(
    { ...remark, wanted: "index.html", folders: ["C:\\shop\\templates"] },
    { [`${folder}/index.html`]: "x" },
  );
  assertStringIncludes(moved.message, "is a folder of Windows");
  assertStringIncludes(JSON.stringify(moved.fix), "DIRS of TEMPLATES");
  // A package's folder is named as no place for it.
  const ofPackage = `${SITE}/venv/lib/python3.11/site-packages/shop/templates`;
  const elsewhere = tell(
    { ...remark, name: "Base.html", folders: [ofPackage] },
    { [`${folder}/Base.html`]: "x", [`${ofPackage}/x.html`]: "" },
  );
  assertStringIncludes(elsewhere.message, `it lies in "${folder}"`);
  assertEquals(JSON.stringify(elsewhere).includes(ofPackage), false);
});

Deno.test("checkUnanswered() tells of templates that are broken or empty", () => {
  const at = { name: "index.html", file: VIEWS, line: 3 };
  const broken = (message: string) =>
    JSON.stringify(tell({ what: "template-broken", message, ...at }).fix);
  assertStringIncludes(broken("Unexpected end."), "Correct");
  const tags = "is not a registered tag library. Must be one of:";
  assertStringIncludes(broken(`'staticfiles' ${tags}`), "{% load static %}");
  assertStringIncludes(broken(`'markup' ${tags}`), "templatetags");
  assertStringIncludes(
    broken("Encountered unknown tag 'load'."),
    "is of Django's templates",
  );
  assertStringIncludes(
    tell({ what: "template-empty", ...at }).message,
    "blank page",
  );
});

Deno.test("checkUnanswered() tells of a front end that was not built", () => {
  const remark: Unanswered = {
    what: "static-folder",
    folder: `${SITE}/myapp/frontend/build`,
    file: VIEWS,
    line: 3,
  };
  const text = (files = {}) => JSON.stringify(tell(remark, files).fix);
  assertStringIncludes(text(), "correct `static_folder`");
  const list = { [`${SITE}/myapp/frontend/package.json`]: "{}" };
  assertStringIncludes(text(list), "npm run build");
  assertStringIncludes(tell(remark).message, "404 Not Found");
});

Deno.test("checkUnanswered() tells of a template that is named as on Windows", () => {
  const name = "shop\\list.html";
  const found = tell({
    what: "template-missing",
    name,
    wanted: name,
    folders: [],
    file: VIEWS,
    line: 3,
  });
  assertStringIncludes(JSON.stringify(found.fix), "shop/list.html");
});

Deno.test("checkUnanswered() tells of a function that begins no answer", () => {
  const remark = { what: "never-starts", file: MODULE, line: 3 } as const;
  const text = (inner: { name: string; file: string } | null) =>
    JSON.stringify(tell({ ...remark, name: "application", inner }).fix);
  assertStringIncludes(text(null), "start_response");
  assertStringIncludes(
    text({ name: "app", file: VIEWS }),
    "import app as application",
  );
  assertStringIncludes(text({ name: "app", file: MODULE }), "of that file");
});
