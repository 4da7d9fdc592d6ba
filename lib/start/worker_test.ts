import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { SILENT_LOG } from "../site/log.ts";
import { startWorker } from "./worker.ts";

Deno.test("startWorker() reports a Python that is too old for the worker", async () => {
  const folder = Deno.makeTempDirSync();
  const interpreter = join(folder, "python");
  // Called as: python -c LOADER FILE
  Deno.writeTextFileSync(
    interpreter,
    `#!/bin/sh
exec python3 -c "import sys; sys.version_info = (3, 6, 15)
$2" "$3"
`,
    { mode: 0o755 },
  );
  try {
    const start = await startWorker(
      {
        kind: "run",
        interpreter,
        threads: 1,
        startTimeout: 20,
        environment: {},
      },
      {
        file: join(folder, "no-such-worker.py"),
        appRoot: folder,
        socket: join(folder, "socket"),
        hello: "",
        log: SILENT_LOG,
        echo: false,
        explain() {
          throw new TypeError("There is no application");
        },
      },
    );
    assertEquals(start, {
      failure: { problem: "python-old", python: "3.6.15", output: [] },
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
