import { assertEquals } from "@std/assert";
import { parseConfig } from "./config.ts";

const FILE = "/s/www/config.toml";

Deno.test("parseConfig() fills in defaults", () => {
  const { config, findings, feedback } = parseConfig(
    '[passenger]\nuser = "jdoe"\n[wsgi]\nmodule = "x"\n',
    FILE,
  );
  assertEquals(findings, []);
  assertEquals(feedback, { details: "full", requestDetails: "summary" });
  assertEquals(config, {
    passenger: {
      user: "jdoe",
      group: undefined,
      appRoot: undefined,
      python: undefined,
      appType: "node",
      nodejs: undefined,
    },
    wsgi: {
      module: "x",
      app: "application",
      interface: "auto",
      loop: "asyncio",
      chdir: undefined,
      threads: 1,
      startTimeout: 30,
    },
    secretFiles: {},
    environment: {},
    log: { maxBytes: 1_000_000, backups: 3 },
  });
});

Deno.test("parseConfig() reads older names, and paths relative to the file", () => {
  const { config } = parseConfig(
    '[passenger]\npassenger_user = "jdoe"\n[wsgi]\nchdir = "../app"\nmodule = "../app/app.py"\n',
    FILE,
  );
  assertEquals(config?.passenger.user, "jdoe");
  assertEquals(config?.wsgi?.chdir, "/s/app");
  assertEquals(config?.wsgi?.module, "/s/app/app.py");
});

Deno.test("parseConfig() tells where a key stands", () => {
  const { placeOf } = parseConfig('[passenger]\n\nuser = "jdoe"\n', FILE);
  assertEquals(placeOf("passenger.user"), {
    file: FILE,
    line: 3,
    column: 8,
    key: "passenger.user",
  });
  // A key that is missing is missing from its section.
  assertEquals(placeOf("passenger.group").line, 1);
  assertEquals(placeOf("wsgi.app"), { file: FILE, key: "wsgi.app" });
});

Deno.test("parseConfig() tells where a section in a section stands", () => {
  const lineOf = (text: string, key: string) =>
    parseConfig(text, FILE).placeOf(key).line;
  assertEquals(lineOf("[passenger]\n[wsgi.sub]\nx = 1\n", "wsgi.module"), 2);
  assertEquals(lineOf("[wsgi]\n[wsgi.sub.deep]\nx = 1\n", "wsgi.sub"), 2);
  assertEquals(lineOf("[wsgi]\n[wsgi.sub]\nx = 1\n", "wsgi.module"), 1);
});

Deno.test("parseConfig() opens no page that was closed, whatever else is wrong", () => {
  const details = (text: string) => parseConfig(text, FILE).feedback.details;
  assertEquals(details('[feedback]\ndetails = "none"\n[x\n'), "none");
  assertEquals(details('[feedback]\ndetails = "nnoe"\n'), "summary");
  assertEquals(details("[feedback]\ndetails = none\n"), "none");
  assertEquals(details("[x\n"), "full");
});

Deno.test("parseConfig() tells of a request no more than of a start", () => {
  const levels = (lines: string) => {
    const { details, requestDetails } =
      parseConfig(`[feedback]\n${lines}\n`, FILE).feedback;
    return `${details} ${requestDetails}`;
  };
  const table: [lines: string, levels: string][] = [
    ["", "full summary"],
    ['request_details = "full"', "full full"],
    ['request_details = "none"', "full none"],
    ['details = "summary"\nrequest_details = "full"', "summary summary"],
    ['details = "none"\nrequest_details = "full"', "none none"],
    ['details = "none"', "none none"],
    ['request_details = "everything"', "full summary"],
    ["request_details = none\n[", "full none"],
    ['details = "none"\nrequest_details = "full"\n[', "none none"],
  ];
  for (const [lines, wanted] of table) assertEquals(levels(lines), wanted);
});

Deno.test("parseConfig() stops to count after very many mistakes", () => {
  const text = Array.from({ length: 500 }, (_, at) => `k${at} = 1`).join("\n");
  assertEquals(parseConfig(text, FILE).findings.length, 100);
});

Deno.test("parseConfig() refuses a variable that no program can be started with", () => {
  const { findings } = parseConfig(
    `[passenger]\nuser = "jdoe"\n[environment]\nBIG = "${
      "x".repeat(140_000)
    }"\nOK = "x"\n`,
    FILE,
  );
  assertEquals(findings.map((one) => one.code), ["config-value"]);
  assertEquals(findings[0]!.message.includes("xxx"), false);
});

Deno.test("parseConfig() reports two names of one setting that differ", () => {
  const codes = (other: string) =>
    parseConfig(
      `[passenger]\nuser = "jdoe"\npassenger_user = "${other}"\n`,
      FILE,
    ).findings.map((one) => one.code);
  assertEquals(codes("root"), ["config-value"]);
  assertEquals(codes("jdoe"), []);
});

Deno.test("parseConfig() tells an integer from another number", () => {
  const told = (threads: string) =>
    parseConfig(`[passenger]\n[wsgi]\nthreads = ${threads} # x\n`, FILE)
      .findings.map(({ message, fix }) => [message, fix]);
  const wanted = "`threads` in [wsgi] must be an integer from 1 to 64, and is";
  for (const fine of ["4", "+4", "0x10", "1_0"]) assertEquals(told(fine), []);
  assertEquals(told("1.5"), [[`${wanted} 1.5`, {
    text: "Write, for example: threads = 1",
  }]]);
  assertEquals(told("4.0"), [[`${wanted} 4.0`, {
    text: "Write: threads = 4",
  }]]);
  assertEquals(told("1e1"), [[`${wanted} 1e1`, {
    text: "Write: threads = 10",
  }]]);
  assertEquals(told("nan"), [[`${wanted} not a number`, {
    text: "Write, for example: threads = 1",
  }]]);
});
