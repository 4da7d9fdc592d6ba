import { assertEquals, assertStringIncludes } from "@std/assert";
import { only } from "../../tests/worlds/site.ts";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { healthyFiles, MODULE, ROOT } from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { checkSample } from "./sample.ts";

const SAMPLE = `import os
import sys

def application(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    message = 'It works!\\n'
    version = 'Python %s\\n' % sys.version.split()[0]
    return ['\\n'.join([message, version]).encode()]
`;

Deno.test("checkSample() tells of the sample of a panel, and of what is beside it", () => {
  const found = only({ files: { [MODULE]: SAMPLE } });
  assertEquals(found.code, "sample-application");
  const site = readSite(
    ROOT,
    createFakeHost({
      files: {
        ...healthyFiles(),
        [MODULE]: SAMPLE,
        [MODULE.replace("app.py", "main.py")]: "app = Flask(__name__)\n",
      },
    }),
  );
  assertStringIncludes(
    JSON.stringify(checkSample(site)[0]?.fix),
    "main.py",
  );
  assertEquals(
    checkSample(readSite(ROOT, createFakeHost({ files: healthyFiles() }))),
    [],
  );
});
