import { assertEquals, assertStringIncludes } from "@std/assert";
import { createFakeHost, type Entry } from "../../tests/worlds/machine.ts";
import { codes, healthyFiles, only, ROOT } from "../../tests/worlds/site.ts";
import { readSite } from "../site/site.ts";
import { lineOfModule, lineThatAnswers, lineToHttps } from "./htaccess.ts";

type Files = Record<string, Entry | string>;

/** A site with these lines, below a comment. */
function written(text: string, folder = `${ROOT}/public`, more: Files = {}) {
  return { files: { [`${folder}/.htaccess`]: `# x\n${text}\n`, ...more } };
}

function siteWith(text: string) {
  const files = { ...healthyFiles(), ...written(text).files };
  return readSite(ROOT, createFakeHost({ files }));
}

function line(text: string, folder?: string, more?: Files) {
  return codes(written(text, folder, more));
}

Deno.test("checkHtaccess() reports lines that take the site down", () => {
  assertEquals(line("PassengerPython /x"), ["htaccess-directive"]);
  assertEquals(line("PasengerEnabled on"), ["htaccess-directive"]);
  assertEquals(line("  passengerenabled on"), []);
  assertEquals(line("ServerName www.example.org"), ["htaccess-directive"]);
  assertEquals(
    line("<Directory /srv>\nRequire all granted\n</Directory>"),
    ["htaccess-directive"],
  );
  assertEquals(line("RewriteRule . /x \\\nListen"), []);
});

Deno.test("checkHtaccess() reports sections that are not closed, or not open", () => {
  const rewrite = "RewriteEngine On";
  const found = only(written(`<IfModule mod_rewrite.c>\n${rewrite}`));
  assertEquals(found.code, "htaccess-directive");
  assertStringIncludes(JSON.stringify(found.fix), "Write </IfModule>");
  assertEquals(found.severity, "warning");
  assertEquals(
    only(written('<Files "x">\nRequire all denied')).severity,
    "error",
  );
  assertEquals(line(`${rewrite}\n</IfModule>`), ["htaccess-directive"]);
  assertEquals(
    line("<IfModule a>\n<Files x>\n</IfModule>\n</Files>"),
    ["htaccess-directive"],
  );
  assertEquals(
    line("<IfModule a>\n<files x>\n</Files>\n  </ifmodule>\n# <Files>"),
    [],
  );
});

Deno.test("checkHtaccess() reports lines that keep visitors away", () => {
  assertEquals(line("PassengerEnabled off"), ["htaccess-denies"]);
  assertEquals(line("Require all denied"), ["htaccess-denies"]);
  const some = "<FilesMatch \\.py$>\nRequire all denied\n</FilesMatch>";
  assertEquals(line(some), []);
  assertEquals(line("Require all denied", ROOT), []);
  const { message, fix } = only(
    written("Deny from all\nAllow from 192.0.2.7"),
  );
  assertStringIncludes(JSON.stringify(fix), "Remove the lines 2, 3");
  assertStringIncludes(message, "but for those that line 3 lets in");
});

Deno.test("checkHtaccess() reports rules that were meant for another program", () => {
  assertEquals(line("RewriteRule . /index.php [L]"), ["htaccess-rewrite"]);
  assertEquals(
    line("RewriteRule ^(.*)$ app.fcgi/$1 [QSA,L]"),
    ["htaccess-rewrite"],
  );
  assertEquals(line("FallbackResource /index.php"), ["htaccess-rewrite"]);
  assertEquals(line("RewriteRule ^old$ /new [R=301]"), []);
  assertEquals(line("DirectoryIndex index.php index.html"), []);
  assertEquals(line("RewriteRule ^(.*)\\.php$ /$1.php [R=301,L]"), []);
  assertEquals(line("RewriteRule ^old$ /new.php [L,R]"), []);
  const there = { [`${ROOT}/public/run.cgi`]: "" };
  assertEquals(line("RewriteRule ^run$ /run.cgi", undefined, there), []);
  const all = only(written("RewriteRule (.*) run.cgi/$1", undefined, there));
  assertStringIncludes(all.message, "do not reach the application");
});

Deno.test("checkHtaccess() reports files of passwords that Apache does not find", () => {
  const told = (path: string, more: Files = {}, require = "valid-user") =>
    written(
      `AuthType Basic\nAuthName "x"\nAuthUserFile ${path}\nRequire ${require}`,
      undefined,
      more,
    );
  const beside = { [`${ROOT}/.htpasswd`]: "" };
  const found = only(told(".htpasswd", beside));
  assertEquals([found.code, found.severity], ["htaccess-directive", "error"]);
  assertStringIncludes(
    JSON.stringify(found.fix),
    `AuthUserFile ${ROOT}/.htpasswd`,
  );
  assertEquals(only(told(".htpasswd")).severity, "warning");
  assertEquals(codes(told(".htpasswd", beside, "all granted")), []);
  assertEquals(codes(told("users", { "/etc/apache2/users": "" })), []);
  assertEquals(codes(told(`${ROOT}/.htpasswd`, beside)), []);
  assertEquals(codes(told(`"${ROOT}/.htpasswd"`, beside)), []);
  const closed = { "/home": { mode: 0o700, owner: "root" } };
  assertEquals(codes(told("/home/hidden/.htpasswd", closed)), []);
  const strange = only(told("/home/elsewhere/.htpasswd", { "/home": {} }));
  assertEquals(strange.severity, "warning");
  const private_ = { [`${ROOT}/.htpasswd`]: { text: "", mode: 0o600 } };
  const unread = only(told(`${ROOT}/.htpasswd`, private_));
  assertEquals(unread.severity, "warning");
  assertStringIncludes(unread.message, "that file has mode 0600");
  const gone = only(told(`${ROOT}/passwords`, beside));
  assertStringIncludes(gone.message, "there is no such file");
});

Deno.test("checkHtaccess() reports a login without a name", () => {
  const login = "AuthType Basic\nRequire valid-user";
  assertStringIncludes(only(written(login)).message, "no line says AuthName");
  assertEquals(codes(written(`${login}\nAuthName "x"`)), []);
  assertEquals(codes(written("AuthType Basic\nRequire all granted")), []);
});

Deno.test("lineThatAnswers() names what refuses, and nothing for some files alone", () => {
  const told = (status: number, text: string) =>
    lineThatAnswers(status, siteWith(text))?.line;
  assertEquals(told(403, "A b\nRequire ip 10.0.0.0/8"), 3);
  assertEquals(told(403, "RewriteRule ^ - [NC,F]"), 2);
  assertEquals(told(503, "RewriteRule ^ - [R=503,L]"), 2);
  assertEquals(told(403, "Redirect 403 /"), 2);
  assertEquals(told(403, "Require all granted"), undefined);
  assertEquals(told(403, "RewriteRule ^ - [R=503,L]"), undefined);
  assertEquals(
    told(403, '<Files ".ht*">\nRequire all denied\n</Files>'),
    undefined,
  );
});

Deno.test("lineThatAnswers() leaves out what is compared", () => {
  const told = (text: string) => lineThatAnswers(403, siteWith(text))?.text;
  assertEquals(
    told("Require expr \"%{HTTP:X-Door} == 'open-sesame'\""),
    "Require expr …",
  );
  assertEquals(told("RewriteRule ^hidden-door - [F]"), "RewriteRule … [F]");
  assertEquals(told("Require ip 192.0.2.0/24"), "Require ip 192.0.2.0/24");
});

Deno.test("lineToHttps() names the rule that asks how this server was reached", () => {
  const told = (condition: string) =>
    lineToHttps(
      siteWith(
        `RewriteEngine On\nRewriteCond ${condition}\nRewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R,L]`,
      ),
    )?.line;
  assertEquals(told("%{HTTPS} off"), 4);
  assertEquals(told("%{HTTP:X-Forwarded-Proto} !https"), undefined);
});

Deno.test("lineOfModule() names a line that each request needs a module for", () => {
  const told = (text: string) => {
    const found = lineOfModule(siteWith(text));
    return found && [found.line, found.module];
  };
  const old = '<FilesMatch "x">\nOrder allow,deny\n</FilesMatch>';
  assertEquals(told(old), [3, "access_compat"]);
  assertEquals(told("Header set X 1\nDeny from all"), [3, "access_compat"]);
  assertEquals(told("Header set X 1"), [2, "headers"]);
  const optional = "<IfModule mod_headers.c>\nHeader set X 1\n</IfModule>";
  assertEquals(told(optional), undefined);
  assertEquals(told("Require all granted"), undefined);
});

Deno.test("checkHtaccess() says of which module a line is that Apache lacks", () => {
  const php = "php_value upload_max_filesize 64M\nphp_flag x Off";
  const apache = (...names: string[]) =>
    Object.fromEntries(
      names.map((name) => [`/usr/lib/apache2/modules/${name}.so`, ""]),
    );
  const told = (files: Files) => only(written(php, undefined, files));
  const server = apache("mod_passenger", "mod_rewrite");
  const seen = told(server);
  assertEquals([seen.code, seen.severity], ["htaccess-directive", "error"]);
  assertStringIncludes(seen.message, "mod_php");
  assertStringIncludes(JSON.stringify(seen.fix), "the lines 2, 3");
  // Where the server's modules cannot be seen, that is only likely.
  assertEquals(told({}).severity, "warning");
  assertEquals(told(apache("mod_rewrite")).severity, "warning");
  const both = apache("mod_passenger", "libphp8.2");
  assertEquals(line(php, undefined, both), []);
  const optional = `<IfModule mod_php.c>\n${php}\n</IfModule>`;
  assertEquals(line(optional, undefined, server), []);
  assertEquals(line("Order allow,deny\nAllow from all"), []);
});

Deno.test("checkHtaccess() leaves to panels what they have written", () => {
  const mark = (which: string) =>
    `# DO NOT REMOVE. CLOUDLINUX PASSENGER CONFIGURATION ${which}\n`;
  const block = `${mark("BEGIN")}PassengerPython /x\n${mark("END")}`;
  const line = (text: string) =>
    codes({ files: { [`${ROOT}/public/.htaccess`]: text } });
  assertEquals(line(block), []);
  assertEquals(line(`${block}PassengerPython /x\n`), ["htaccess-directive"]);
});

Deno.test("checkHtaccess() says that a start page wins", () => {
  const found = only({ files: { [`${ROOT}/public/index.html`]: "<p>" } });
  assertEquals(found.code, "index-hides-application");
  assertStringIncludes(found.message, "index.html");
  assertEquals(codes({ files: { [`${ROOT}/public/logo.png`]: "x" } }), []);
});

Deno.test("checkHtaccess() reports rules that send visitors round without end", () => {
  const on = "RewriteEngine On\n";
  const rule = "RewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]";
  assertEquals(line(on + rule), ["htaccess-redirect"]);
  assertEquals(line(rule), []);
  assertEquals(line(`${on}RewriteCond %{HTTPS} off\n${rule}`), []);
  assertEquals(line(`${on}RewriteCond %{HTTPS} !=on\n${rule}`), []);
  assertEquals(line(`${on}RewriteCond %{SERVER_PORT} !^443$\n${rule}`), []);
  assertEquals(
    line(`${on}RewriteCond %{HTTPS} on\n${rule}`),
    ["htaccess-redirect"],
  );
  assertEquals(
    line(`${on}RewriteCond %{HTTP:X-Forwarded-Proto} =https\n${rule}`),
    ["htaccess-redirect"],
  );
  const { severity, message } = only(
    written("Redirect 301 / https://www.example.org/"),
  );
  assertEquals(severity, "warning");
  assertStringIncludes(message, "where that is the site itself");
  assertEquals(line("Redirect /old https://www.example.org/"), []);
  assertEquals(line("Redirect / /app/"), ["htaccess-redirect"]);
  assertEquals(line("RedirectMatch ^/$ /app/"), []);
  assertEquals(
    line("<If \"%{HTTPS} == 'off'\">\nRedirect / https://x.org/\n</If>"),
    [],
  );
  const www = "RewriteCond %{HTTP_HOST} !^www\\.\n" +
    "RewriteRule ^ https://www.%{HTTP_HOST}%{REQUEST_URI} [R,L]\n";
  const bare = "RewriteCond %{HTTP_HOST} ^www\\.(.*)$\n" +
    "RewriteRule ^ https://%1%{REQUEST_URI} [R,L]\n";
  assertEquals(line(on + www), []);
  assertEquals(line(on + bare), []);
  assertEquals(line(on + www + bare), ["htaccess-redirect"]);
  assertEquals(
    line(`${on}RewriteRule ^(.*)$ /app/$1 [L]`),
    ["htaccess-redirect"],
  );
  assertEquals(line(`${on}RewriteRule ^(.*)$ /app/$1 [END]`), []);
  assertEquals(line(`${on}RewriteRule ^ - [E=PROTO:https]`), []);
  const quoted = '"https\\:\\/\\/www\\.x\\.org\\/$1" [R=301,L]';
  assertEquals(
    only(written(`${on}RewriteRule ^(.*)$ ${quoted}`)).severity,
    "warning",
  );
  const other = "%{ENV:PROTO}://x.org/$1 [R,L]";
  assertEquals(line(`${on}RewriteRule ^(.*)$ ${other}`), []);
  assertEquals(line(`${on}RewriteRule .* index.php [F]`), []);
  const file = "RewriteCond %{REQUEST_FILENAME} !-f\n";
  assertEquals(
    line(`${on}${file}RewriteRule ^ /index.html [L]`),
    ["htaccess-rewrite"],
  );
  assertEquals(
    line(
      `${on}${file}RewriteCond %{REQUEST_URI} !^/api/\nRewriteRule ^ /index.html [L]`,
    ),
    [],
  );
  assertEquals(
    line(`${on}RewriteRule ^(.*)$ http://127.0.0.1:8000/$1 [P,L]`),
    ["htaccess-rewrite"],
  );
});

Deno.test("checkHtaccess() reports what Apache cannot read", () => {
  for (
    const text of [
      "RewriteEngin On",
      "AuthTyp Basic",
      "PassengerEnable on",
      "Options -Indexes FollowSymLinks",
      "Options -Indexs",
      "Order allow, deny",
      "ErrorDocument 404",
      "Require all grant",
      "RewriteEngine Enabled",
      "RewriteRule ^a$ /b [R=301, L]",
      "RewriteRule ^(.*$ /b [L]",
      "RewriteCond %{HTTPS} off [NC OR]",
      "location / {\n  proxy_pass http://x;\n}",
      "import os",
      "<<<<<<< HEAD\n=======\n>>>>>>> x",
      "<?php echo 1; ?>",
    ]
  ) {
    const found = new Set(line(text));
    assertEquals([...found], ["htaccess-directive"], text);
  }
  for (
    const text of [
      "Options -Indexes +FollowSymLinks",
      "Options None",
      'ErrorDocument 404 "Not here"',
      "SecRuleEngine Off",
      "ShibRequestSetting requireSession 1",
      "RewriteRule ^api/(?!v1)(.*)$ /api/v1/$1 [L]",
      "RewriteCond %{TIME_HOUR} >=20",
      'RewriteCond %{HTTP_USER_AGENT} "a b" [NC,OR]',
      "SetEnvIf Authorization (.*) \\\n  HTTP_AUTHORIZATION=$1",
      "Order Deny,Allow",
    ]
  ) assertEquals(line(text), [], text);
});
