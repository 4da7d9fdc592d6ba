import { assertEquals } from "@std/assert";
import { makeSecrets } from "./secrets.ts";
import { holdsSecret, isSecretName } from "./secret_words.ts";

Deno.test("isSecretName() knows names of passwords, tokens and keys", () => {
  const names = [
    "DB_PASSWORD",
    "PGPASSWORD",
    "PGPASSWD",
    "DB_PW",
    "MYSQL_PWD",
    "SMTP_PASS",
    "password2",
    "dbPassword",
    "SECRET_KEY",
    "apiKey",
    "AUTHTOKEN",
    "github.token",
    "AWS_SECRET_ACCESS_KEY",
  ];
  for (const name of names) assertEquals(isSecretName(name), true, name);
  const others = [
    "PWD",
    "OLDPWD",
    "PASSWORD_FILE",
    "AUTH_PASSWORD_VALIDATORS",
    "TOKENIZERS_PARALLELISM",
    "PRIMARY_KEY",
    "COMPASS",
    "KEYBOARD",
  ];
  for (const name of others) assertEquals(isSecretName(name), false, name);
});

Deno.test("holdsSecret() looks at the value as well", () => {
  const table: [name: string, value: string, holds: boolean][] = [
    ["MYSQL_PASSWORD", "839201", true],
    ["API_TOKEN", "3600", false],
    ["DB_PW", "hunter", true],
    ["DB_PASSWORD", "/run/secrets/db", false],
    ["DB_PASSWORD", "none", false],
    ["X", "pg://me:p4ss@h/db", true],
    ["X", "pg://h/db", false],
  ];
  for (const [name, value, holds] of table) {
    assertEquals(holdsSecret(name, value), holds, `${name}=${value}`);
  }
});

const { cleanSaid } = makeSecrets(() => []);

Deno.test("Secrets.cleanSaid() blanks what looks like a secret, though nobody knows it", () => {
  const table: [text: string, cleaned: string][] = [
    ["postgres://me:s3cr3t@h/db", "postgres://me:•••@h/db"],
    ["postgres://me:p@ss/w0rd@h/db", "postgres://me:•••@h/db"],
    ["'postgresql+psycopg2://me:x@h'", "'postgresql+psycopg2://me:•••@h'"],
    ["redis://:s3cr3t@h:6379", "redis://:•••@h:6379"],
    ["postgres%3A%2F%2Fme%3As3cr3t%40h", "postgres%3A%2F%2Fme%3A•••%40h"],
    [`pg://me:${"x".repeat(99)}`, "pg://me:•••"],
    ["https://ghp_0123456789abcdef@h/x", "https://•••@h/x"],
    ["Bearer abc.def-123", "Bearer •••"],
    [
      "{'Authorization': 'Bearer abcdefghi'}",
      "{'Authorization': 'Bearer •••'}",
    ],
    ["Basic dXNlcjpwYXNz", "Basic •••"],
    ["MYSQL_PASSWORD=839201", "MYSQL_PASSWORD=•••"],
    ["DB_PW: 'some horse', X: 1", "DB_PW: '•••', X: 1"],
    [
      '{"password": "it\\"s", "user": "me"}',
      '{"password": "•••", "user": "me"}',
    ],
    ["{'password': 'hunter', 'x': 1}", "{'password': '•••', 'x': 1}"],
    ["connect(host=h, password=hunter2)", "connect(host=h, password=•••)"],
    ["/reset?token=abc&x=1", "/reset?token=•••&x=1"],
    ["('DB_PASSWORD', 'hunter')", "('DB_PASSWORD', '•••')"],
    [
      "-----BEGIN RSA PRIVATE KEY-----\\nMIIabc\\n-----END RSA PRIVATE KEY-----",
      "-----BEGIN RSA PRIVATE KEY-----•••-----END RSA PRIVATE KEY-----",
    ],
    ["eyJhbGciOiJI.eyJzdWIiOiIx.SflKx", "•••"],
  ];
  for (const [text, cleaned] of table) {
    assertEquals(cleanSaid(text), cleaned);
    assertEquals(cleanSaid(cleaned), cleaned);
  }
});

Deno.test("Secrets.cleanSaid() leaves what only speaks of secrets", () => {
  const texts = [
    "The SECRET_KEY setting must not be empty.",
    'FATAL:  password authentication failed for user "me"',
    "KeyError: 'DB_PASSWORD'",
    'connection to server at "localhost" (127.0.0.1), port 5432 failed',
    "http://localhost:8000/users/@me",
    "mailto:me@example.org",
    "Bearer authentication is required",
    "basic authentication",
    "f(password: str, token=None)",
    "{'PWD': '/srv/site', 'OLDPWD': '/srv'}",
    "password: this field is required",
    "invalid token: unexpected end",
    "No module named 'token'",
    "git@github.com:me/x.git",
  ];
  for (const text of texts) assertEquals(cleanSaid(text), text);
});
