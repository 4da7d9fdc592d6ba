import { assertEquals } from "@std/assert";
import { codes, MODULE, SITE } from "../../tests/worlds/site.ts";

Deno.test("checkDebugMode() finds switches in config.toml and in the code", () => {
  assertEquals(codes({ append: 'FLASK_DEBUG = "1"\n' }), ["debug-enabled"]);
  assertEquals(codes({ append: 'FLASK_DEBUG = "0"\n' }), []);
  const source = (text: string) => codes({ files: { [MODULE]: text } });
  assertEquals(source("app.debug = True\n"), ["debug-enabled"]);
  assertEquals(source("# app.debug = True\n"), []);
  assertEquals(
    source('if __name__ == "__main__":\n    app.run(debug=True)\n'),
    [],
  );
});

Deno.test("checkDebugMode() tells of CherryPy, which shows what failed by itself", () => {
  const source = (text: string, beside = "") =>
    codes({
      files: {
        [MODULE]: text,
        [MODULE.replace(/[^/]+$/, "settings.py")]: beside,
      },
    });
  const cherry = 'import cherrypy\napp = cherrypy.Application(Root(), "/")\n';
  assertEquals(source(cherry), ["debug-enabled"]);
  assertEquals(
    source(`${cherry}cherrypy.config.update({"environment": "production"})\n`),
    [],
  );
  assertEquals(source(cherry, 'SHOW = {"request.show_tracebacks": 0}\n'), []);
  assertEquals(source(`# ${cherry.split("\n")[1]}\n`), []);
});

Deno.test("checkDebugMode() minds the conditions above a line", () => {
  const source = (text: string, append?: string) =>
    codes({ files: { [MODULE]: text }, append });
  const below = (head: string) => `${head}\n    app.debug = True\n`;
  const asks = 'os.environ.get("SHOP_DEBUG")';
  assertEquals(source(below(`if ${asks}:`)), []);
  assertEquals(source(below(`if ${asks}:`), 'SHOP_DEBUG = "y"\n'), [
    "debug-enabled",
  ]);
  assertEquals(source(below(`if ${asks} == "1":`), 'SHOP_DEBUG = "0"\n'), []);
  assertEquals(source(below(`if not ${asks}:`)), ["debug-enabled"]);
  assertEquals(source(below(`if ${asks} != "0":`)), ["debug-enabled"]);
  assertEquals(source(below("if is_laptop():")), []);
  assertEquals(source(below('if __name__ == "__main__":')), []);
  assertEquals(source(below("def create_app():")), ["debug-enabled"]);
  assertEquals(source(below(`if ${asks}:\n    pass\nelse:`)), [
    "debug-enabled",
  ]);
  assertEquals(source(below("try:\n    import x\nexcept ImportError:")), []);
  assertEquals(
    source(`app = DebuggedApplication(app) if ${asks} else app\n`),
    [],
  );
  assertEquals(source(`if ${asks}: app = DebuggedApplication(app)\n`), []);
  assertEquals(source("app.debug = True if x else False\n"), [
    "debug-enabled",
  ]);
});

Deno.test("checkDebugMode() reads Django's settings", () => {
  const settings = (text: string) =>
    codes({
      files: {
        [MODULE]:
          'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")\n',
        [`${SITE}/myapp/mysite/settings.py`]: text,
      },
    });
  assertEquals(settings("DEBUG = True\n"), ["debug-enabled"]);
  const off = "DEBUG = False\nALLOWED_HOSTS = []\n";
  assertEquals(settings(off), ["host-not-allowed"]);
  assertEquals(settings(`${off}ALLOWED_HOSTS.append("x")\n`), []);
  assertEquals(settings(`${off}from .local import *\n`), []);
  assertEquals(settings('DEBUG = False\nALLOWED_HOSTS = ["x"]\n'), []);
  assertEquals(settings("DEBUG = True\nALLOWED_HOSTS = []\n"), [
    "debug-enabled",
  ]);
  assertEquals(settings('DEBUG = os.environ.get("DEBUG") == "1"\n'), []);
});
