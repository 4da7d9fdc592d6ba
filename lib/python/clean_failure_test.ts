import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import {
  CONFIG,
  healthyFiles,
  MODULE,
  ROOT,
  SITE,
} from "../../tests/worlds/site.ts";
import { explainFailure } from "../causes/mod.ts";
import { readSecrets } from "../site/secrets.ts";
import { readSite, type Site } from "../site/site.ts";
import { cleanFailure } from "./clean_failure.ts";
import type { Failure } from "./failure.ts";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX";

function siteWith(env: Record<string, string>, lines = ""): Site {
  const files = {
    ...healthyFiles(),
    [`${ROOT}/config.toml`]: { text: `${CONFIG}${lines}`, mode: 0o640 },
  };
  return readSite(ROOT, createFakeHost({ env, files }));
}

function opened(filename: string, errno = "ENOENT"): Failure {
  const words = errno === "ENOENT"
    ? "[Errno 2] No such file or directory"
    : "[Errno 13] Permission denied";
  return {
    problem: "import-raised",
    exception: {
      type: errno === "ENOENT" ? "FileNotFoundError" : "PermissionError",
      message: `${words}: '${filename}'`,
      filename,
      errno,
      frames: [{ file: MODULE, line: 3, function: "<module>" }],
    },
  };
}

Deno.test("cleanFailure() reaches every text, also of fields that come later", () => {
  const failure = {
    problem: "request-raised",
    subject: SECRET,
    kind: SECRET,
    candidates: [SECRET],
    stack: [{ file: `/x/${SECRET}.py`, line: 1, function: SECRET }],
    output: [`token ${SECRET}`],
    request: { method: "GET", path: `/${SECRET}` },
    exception: {
      type: `x.${SECRET}`,
      message: SECRET,
      frames: [{ file: SECRET, line: 1, function: "f" }],
      group: [{ type: "KeyError", message: `'${SECRET}'`, frames: [] }],
      cause: { type: "KeyError", message: `'${SECRET}'`, frames: [] },
    },
    later: { field: [SECRET] },
  } as Failure;
  const secrets = readSecrets(siteWith({ AWS_SECRET_ACCESS_KEY: SECRET }));
  const cleaned = cleanFailure(failure, secrets);
  const text = JSON.stringify(cleaned);
  for (const part of SECRET.split("/")) {
    assertEquals(text.includes(part), false, text);
  }
  assertEquals(cleaned.problem, "request-raised");
  assertEquals(cleanFailure(cleaned, secrets), cleaned);
});

Deno.test("cleanFailure() keeps what the application itself has set", () => {
  const failure: Failure = {
    problem: "import-raised",
    exception: { type: "ValueError", message: "bad dotenv-1234", frames: [] },
    variables: { DOT: "dotenv-1234" },
  };
  assertEquals(cleanFailure(failure, readSecrets(siteWith({}))), {
    problem: "import-raised",
    exception: { type: "ValueError", message: "bad •••", frames: [] },
  });
});

Deno.test("cleanFailure() leaves no path with a gap for a rule to look at", () => {
  const site = siteWith({ AWS_SECRET_ACCESS_KEY: SECRET });
  for (const errno of ["ENOENT", "EACCES"]) {
    for (
      const path of [SECRET, `${SITE}/data/${SECRET}`, `/nope/x-${SECRET}`]
    ) {
      const [found] = explainFailure(opened(path, errno), site);
      assertEquals(found!.code, "app-import-failed", path);
      assertStringIncludes(found!.message, "•••");
      for (const part of SECRET.split("/")) {
        assertEquals(JSON.stringify(found).includes(part), false);
      }
    }
  }
});

Deno.test("cleanFailure() leaves the paths of a site to be explained", () => {
  const path = `${SITE}/logs/app.log`;
  const site = siteWith({ MORE: path }, `LOG_FILENAME = "${path}"\n`);
  const [found] = explainFailure(opened(path), site);
  assertEquals(found!.code, "file-missing");
  assertStringIncludes(found!.message, `${SITE}/logs`);
});
