import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { CONFIG, healthyFiles, ROOT, SITE } from "../../tests/worlds/site.ts";
import { readSecrets } from "./secrets.ts";
import { readSite, type Site } from "./site.ts";

interface World {
  /** Lines at the end of `config.toml`, below `[environment]`. */
  lines?: string;
  /** Of the secret file. */
  contents?: string | Uint8Array;
  /** Of the process. */
  env?: Record<string, string>;
}

function siteOf({ lines = "", contents = "", env = {} }: World): Site {
  return readSite(
    ROOT,
    createFakeHost({
      env,
      files: {
        ...healthyFiles(),
        [`${ROOT}/config.toml`]: { text: `${CONFIG}${lines}\n`, mode: 0o640 },
        [`${SITE}/secrets/credentials.env`]: { text: contents, mode: 0o600 },
      },
    }),
  );
}

function clean(text: string, world: World): string {
  return readSecrets(siteOf(world)).clean(text);
}

Deno.test("siteSecrets() knows what config.toml sets", () => {
  const table: [lines: string, text: string, cleaned: string][] = [
    ['TOKEN = "ab1d"', "xab1dx", "x•••x"],
    ['TOKEN = "abcd"', "abcd xabcdx", "••• xabcdx"],
    ['MODE = "a"', "a MODE=a, a", "a MODE=•••, a"],
    ['MODE = "on"', "{'MODE': 'on', 'X': 'on'}", "{'MODE': '•••', 'X': 'on'}"],
    ['NUMBER = "12"', "12 NUMBER is 12", "12 NUMBER is •••"],
    ['URL = "pg://me:p4s@h/db"', "password p4s of me", "password ••• of me"],
    ['URL = "pg://me:p4s%40s@h/db"', "p4s@s p4s%40s", "••• •••"],
    ['URL = "pg://me:p4s@h/db"', "pg://me:p4s@h/db", "pg://me:•••@h/db"],
    ['DSN = "host=h password=p4s user=me"', "h p4s me", "h ••• me"],
    ['URL = "https://h/?api_key=k3y&x=1"', "k3y of h", "••• of h"],
    ['LOGIN = \'{"user": "me", "password": "p4s"}\'', "me p4s", "me •••"],
    ['X = "correcthorse"', "correcthorse", "•••"],
    // What is said of every site, tells nothing of this one.
    [
      'URL = "pg://me:secret@h/db"',
      "it looks like a secret",
      "it looks like a secret",
    ],
    ['URL = "pg://me:secret@h/db"', "[secret_files]", "[secret_files]"],
    [
      'URL = "pg://me:secret@h/db"',
      "the password secret of me",
      "the password ••• of me",
    ],
    ['URL = "pg://me:secret@h/db"', "a 'secret', secret", "a '•••', •••"],
    [
      "CA = 'C:\\corp\\ca-list.pem'",
      "C:\\corp\\ca-list.pem",
      "C:\\corp\\ca-list.pem",
    ],
    ["X = 'c:\\4Gz0kPq7'", "c:\\4Gz0kPq7", "•••"],
    ["X = 'c:\\KzqWmRtyP'", "c:\\KzqWmRtyP", "•••"],
    ['X = "Tr0ub4dor&3"', "Tr0ub4dor&3", "•••"],
  ];
  for (const [lines, text, cleaned] of table) {
    assertEquals(clean(text, { lines }), cleaned, lines);
  }
});

Deno.test("siteSecrets() leaves what is no secret, whatever its name", () => {
  const values = [
    `${SITE}/log/app.log`,
    "/srvv/site/log/app.log",
    "C:/Users/Ann Lee/certs/corp-ca.pem",
    "myapp/app.py",
    "mysite.settings",
    "mysite.settings.Production",
    "mysite.wsgi:application",
    "true",
    "8080",
    "0.0.0.0:8000",
    "production",
    "sqlite3",
    "db1.example.org:5432",
    "redis://localhost:6379/0",
    "example.org,www.example.org",
    "en_GB.UTF-8",
  ];
  for (const value of values) {
    for (const name of ["LOG_FILENAME", "API_THING", "X"]) {
      const text = `it is ${value} there`;
      const lines = `${name} = "${value}"`;
      assertEquals(clean(text, { lines }), text);
      assertEquals(clean(text, { env: { [name]: value } }), text);
      assertEquals(clean(text, { contents: `${name}=${value}\n` }), text);
    }
  }
});

Deno.test("siteSecrets() knows what names like DB_PW hold, though it looks harmless", () => {
  for (const name of ["MYSQL_PASSWORD", "DB_PW", "PGPASSWD", "MYSQL_PWD"]) {
    for (const value of ["839201", "hunter", "production", "mysite.settings"]) {
      const env = { [name]: value };
      assertEquals(clean(`it is ${value} there`, { env }), "it is ••• there");
    }
  }
});

Deno.test("siteSecrets() knows what secret files hold", () => {
  const contents =
    `KEY='quoted one'\nexport OTHER = plain-one\n{"json": "inner-one"}\nNOTED=noted-one # a note\nab\nPIN=12\nURL=amqp://me:q4s@h\n`;
  const table: [text: string, cleaned: string][] = [
    ["quoted one", "•••"],
    ["plain-one", "•••"],
    ["inner-one", "•••"],
    ["noted-one", "•••"],
    ["ab PIN: 12 12", "ab PIN: ••• 12"],
    ["q4s me", "••• me"],
  ];
  for (const [text, cleaned] of table) {
    assertEquals(clean(text, { contents }), cleaned);
  }
});

const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASC
QXbcDeFgHiJkLmNo
-----END PRIVATE KEY-----
`;

Deno.test("siteSecrets() knows every common form of a secret file", () => {
  const table: [contents: string, secret: string][] = [
    ["hunter22\n", "hunter22"],
    ["  correct horse\n", "correct horse"],
    ['{"user": "me", "deep": [{"password": "p4ss"}]}', "p4ss"],
    ['{"pin": 83920174}', "83920174"],
    ['{"pins": [1, 83920174]}', "83920174"],
    ['{\n  "pin": 83920174\n}', "83920174"],
    ["{'key': 'x'}\npin = 83920174", "83920174"],
    ["machine h login me password n3trcp4ss\n", "n3trcp4ss"],
    ["machine h\n  login me\n  password horsehorse\n", "horsehorse"],
    ["KEY='LPyTRVl\n", "LPyTRVl"],
    ["h:5432:db:me:pgpassw\\:rd\n", "pgpassw:rd"],
    ["*:*:*:me:horsehorse\n", "horsehorse"],
    ["[db]\nuser = me\npassword = horsehorse\n", "horsehorse"],
    ["[db]\npassword: horsehorse\n", "horsehorse"],
    ["db:\n  - password: 'horse # horse'\n", "horse # horse"],
    ["<password>h0rseh0rse</password>\n", "h0rseh0rse"],
    [PEM, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"],
    [PEM, "QXbcDeFgHiJkLmNo"],
    [PEM, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCQXbcDeFgHiJkLmNo"],
    [JSON.stringify({ key: PEM }), "QXbcDeFgHiJkLmNo"],
    [`KEY="${PEM.replaceAll("\n", "\\n")}"\n`, "QXbcDeFgHiJkLmNo"],
  ];
  for (const [contents, secret] of table) {
    const text = `it is ${secret} there`;
    assertEquals(clean(text, { contents }), "it is ••• there", contents);
  }
});

Deno.test("siteSecrets() knows keys that are bytes", () => {
  const bytes = Uint8Array.from({ length: 32 }, (_, at) => at * 37 + 129);
  const repr = [...bytes].map((byte) =>
    `\\x${byte.toString(16).padStart(2, "0")}`
  ).join("");
  const hex = repr.replaceAll("\\x", "");
  const base64 = btoa(String.fromCharCode(...bytes));
  for (const contents of [bytes, hex, base64]) {
    for (const told of [`b'${repr}'`, `'${hex}'`, `'${base64}'`]) {
      const cleaned = clean(told, { contents }).replace(/=*'$/, "'");
      assertEquals(cleaned.replace("b'", "'"), "'•••'");
    }
  }
});

Deno.test("siteSecrets() knows a value by the parts that a path falls into", () => {
  const env = { AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX" };
  const table: [text: string, cleaned: string][] = [
    ["'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEX'", "'•••'"],
    ["'bPxRfiCYEX' in wJalrXUtnFEMI/K7MDENG", "'•••' in •••"],
    ["K7MDENG", "•••"],
    ["/srv/K7MDENG/bPxRfiCYEX.txt", "/srv/•••.txt"],
  ];
  for (const [text, cleaned] of table) {
    assertEquals(clean(text, { env }), cleaned);
  }
});

Deno.test("siteSecrets() knows what the process was given by others", () => {
  const table: [name: string, value: string, text: string, cleaned: string][] =
    [
      ["DB_PASSWORD", "loginsecret-42", "xloginsecret-42x", "x•••x"],
      ["DB_PASSWORD", "h0rse", "xh0rsex", "x•••x"],
      ["BROKER", "q2-zzk9-alpha", "q2-zzk9-alpha", "•••"],
      ["DB", "postgres://me:p4ss@h/db", "p4ss for me at h", "••• for me at h"],
      // The system's, and what is a word of many texts.
      ["HOME", "/home/jdoe1", "/home/jdoe1", "/home/jdoe1"],
      ["LC_ALL", "en_GB.UTF-8", "en_GB.UTF-8", "en_GB.UTF-8"],
      ["PASSENGER_APP_ENV", "staging2", "staging2", "staging2"],
      ["APACHE_RUN_DIR", "/var/run/apache2", "apache2", "apache2"],
      ["DEBUG", "1", "line 1", "line 1"],
      ["MODE", "production", "in production", "in production"],
      ["MODE", "production", "{'MODE': 'production'}", "{'MODE': '•••'}"],
      ["PORT", "5432", "port 5432", "port 5432"],
      ["DEBUG", "1", "environ({'DEBUG': '1'})", "environ({'DEBUG': '•••'})"],
      // Paths that are there, and the paths of secret files.
      ["CACHE", `${SITE}/cache9`, `${SITE}/cache9/x`, `${SITE}/cache9/x`],
      ["CREDENTIALS", `${SITE}/s.env`, `${SITE}/s.env`, `${SITE}/s.env`],
      ["TOKEN", "/9j4AAQ/SkZJ+g", "'/9j4AAQ/SkZJ+g'", "'/•••'"],
    ];
  for (const [name, value, text, cleaned] of table) {
    assertEquals(clean(text, { env: { [name]: value } }), cleaned, name);
  }
});

Deno.test("siteSecrets() leaves a value that the system's variables have as well", () => {
  const env = { USER: "chris99", SUDO_USER: "chris99" };
  assertEquals(clean("of chris99", { env }), "of chris99");
});

Deno.test("siteSecrets() reads a large secret file to its end", () => {
  const lines = Array.from({ length: 40_000 }, (_, at) => `K${at}=v${at}-x7q9`);
  const contents = `${lines.join("\n").slice(0, 1_000_000)}\nX=last-0ne-h3re\n`;
  assertEquals(clean("is last-0ne-h3re", { contents }), "is •••");
});

Deno.test("readSecrets() reads a secret file again once it is another", () => {
  const [old, later] = ["first-value-1", "second-value-2"].map((contents) =>
    siteOf({ contents })
  );
  let host = old!.host;
  const site: Site = {
    ...old!,
    host: {
      ...host,
      stat: (file) => host.stat(file),
      readBytes: (file, limit) => host.readBytes(file, limit),
    },
  };
  const text = "first-value-1 second-value-2";
  assertEquals(readSecrets(site).clean(text), "••• second-value-2");
  host = later!.host;
  assertEquals(readSecrets(site).clean(text), "first-value-1 •••");
});
