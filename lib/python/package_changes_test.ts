import { assertEquals } from "@std/assert";
import { findLost, findNew } from "./package_changes.ts";

Deno.test("findLost() knows names of modules, methods and arguments, and what is there today", () => {
  assertEquals(findLost("django.utils.encoding", "force_text"), {
    package: "Django",
    version: "4.0",
    now: "django.utils.encoding.force_str",
  });
  assertEquals(findLost("Engine", "table_names")?.version, "2.0");
  assertEquals(findLost("read_csv()", "squeeze"), {
    package: "pandas",
    version: "2.0",
    now: "",
  });
  assertEquals(
    findLost("requests.packages.urllib3.packages", "six")?.package,
    "urllib3",
  );
  assertEquals(findLost("flask", "_app_ctx_stack")?.version, "3.0");
  assertEquals(findLost("flask_sqlalchemy", "BaseQuery")?.version, "3.1");
  assertEquals(findLost("flask.ext", "login")?.now, "flask_login");
  assertEquals(findLost("werkzeug.wrappers", "JSONMixin")?.version, "2.1");
});

Deno.test("findLost() knows nothing of what is still there", () => {
  assertEquals(findLost("werkzeug.urls", "iri_to_uri"), undefined);
  assertEquals(findLost("flask", "Flask"), undefined);
  assertEquals(findLost("constructor", "name"), undefined);
});

Deno.test("findNew() knows which version brought a name", () => {
  assertEquals(findNew("sqlalchemy.orm", "DeclarativeBase")?.version, "2.0");
  assertEquals(findNew("sqlalchemy.orm", "Session"), undefined);
});
