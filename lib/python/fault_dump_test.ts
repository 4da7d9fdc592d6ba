import { assertEquals } from "@std/assert";
import { parseFaultDump } from "./fault_dump.ts";

const OWN = "/site/www/shim/worker.py";

Deno.test("parseFaultDump() gives the thread that failed, outermost first", () => {
  const dump = `Fatal Python error: Segmentation fault

Thread 0x00007f01 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 324 in wait

Current thread 0x00007f02 (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/site/my app/hello.py", line 1 in <module>
  File "<frozen importlib._bootstrap_external>", line 940 in exec_module
  File "${OWN}", line 300 in import_file

Extension modules: numpy.core (total: 1)
`;
  assertEquals(parseFaultDump(dump, OWN), [
    { file: "/site/my app/hello.py", line: 1, function: "<module>" },
    {
      file: "/usr/lib/python3.11/ctypes/__init__.py",
      line: 519,
      function: "string_at",
    },
  ]);
});

Deno.test("parseFaultDump() gives the main thread of one that hangs", () => {
  const dump = `Timeout (0:00:01)!
Thread 0x00007f01 (most recent call first):
  File "${OWN}", line 180 in watch
Thread 0x00007f02 (most recent call first):
  File "/site/hello.py", line 2 in <module>
`;
  assertEquals(parseFaultDump(dump, OWN), [
    { file: "/site/hello.py", line: 2, function: "<module>" },
  ]);
});

Deno.test("parseFaultDump() makes nothing of nothing", () => {
  assertEquals(parseFaultDump("", OWN), []);
  assertEquals(parseFaultDump('  File "x", line 1 in f\n', OWN), []);
});
