import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT } from "../../tests/worlds/site.ts";
import {
  MACHINE_FILE,
  machineInWords,
  readMachine,
} from "./machine_settings.ts";
import { readSite } from "./site.ts";

/** A site with this in `[wsgi]`, on a machine with this file. */
function read(wsgi: string, machine?: string, rest = "") {
  const host = createFakeHost({
    files: {
      ...healthyFiles(),
      [`${ROOT}/config.toml`]: CONFIG.replace("[wsgi]", `[wsgi]\n${wsgi}`) +
        rest,
      ...machine === undefined ? {} : { [MACHINE_FILE]: machine },
    },
  });
  const { config, feedback, configFindings } = readSite(ROOT, host);
  return {
    threads: config?.wsgi?.threads,
    seconds: config?.wsgi?.startTimeout,
    log: config?.log,
    feedback,
    found: configFindings.map(({ code, place }) => [code, place?.line]),
    words: machineInWords(readMachine(host)),
  };
}

const MACHINE = `[feedback]
details = { most = "summary" }
[log]
max_bytes = { default = 5000 }
[wsgi]
threads = { default = 2, most = 8 }
start_timeout = { most = 60 }
`;

Deno.test("readSite() takes the defaults of a machine where nothing is set", () => {
  const plain = read("");
  assertEquals([plain.threads, plain.feedback.details], [1, "full"]);
  const site = read("", MACHINE);
  assertEquals([site.threads, site.seconds], [2, 30]);
  assertEquals(site.log, { maxBytes: 5000, backups: 3 });
  // Nobody has asked for more.
  assertEquals(site.feedback, {
    details: "summary",
    requestDetails: "summary",
  });
  assertEquals(site.found, []);
  assertEquals(read("threads = 4", MACHINE).threads, 4);
});

Deno.test("readSite() keeps a site within the limits of a machine, and says so", () => {
  const line = CONFIG.split("\n").indexOf("[wsgi]") + 2;
  const site = read("threads = 16\nstart_timeout = 90", MACHINE);
  assertEquals([site.threads, site.seconds], [8, 60]);
  assertEquals(site.found, [
    ["setting-limited", line],
    ["setting-limited", line + 1],
  ]);
  const open = read("", MACHINE, '[feedback]\ndetails = "full"\n');
  assertEquals(open.feedback.details, "summary");
  assertEquals(open.found.map(([code]) => code), ["setting-limited"]);
  const closed = read("", MACHINE, '[feedback]\ndetails = "none"\n');
  assertEquals(closed.feedback.details, "none");
  assertEquals(closed.found, []);
});

Deno.test("readMachine() tells what does not count", () => {
  const wrong = [
    "[feedback",
    "[feedbak]\ndetails = { most = 'full' }\n",
    "[feedback]\ndetails = 'full'\n",
    "[feedback]\ndetails = { most = 'loud' }\n",
    "[wsgi]\nthreads = { least = 1 }\n",
    "[wsgi]\nthreads = { most = 'x' }\n",
    "threads = 3\n",
  ];
  for (const text of wrong) {
    const { found, threads } = read("threads = 4", text);
    assertEquals(found.map(([code]) => code), ["machine-settings"], text);
    assertEquals(threads, 4);
  }
  assertEquals(read("", MACHINE).words, [
    "details at most summary",
    "max_bytes 5000 where nothing is set",
    "threads at most 8, 2 where nothing is set",
    "start_timeout at most 60",
  ]);
});
