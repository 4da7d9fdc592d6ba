/**
 * What `check` says of `.htaccess`, beside what a real Apache does with it.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { checkHtaccess } from "../../lib/checks/htaccess.ts";
import { createHost } from "../../lib/machine/host.ts";
import { readSite } from "../../lib/site/site.ts";
import { startApache, whyNoApache } from "../worlds/apache.ts";
import { FeedbackSite } from "../worlds/feedback_site.ts";
import { leaveOut } from "../worlds/left_out.ts";
import { makeSiteUser } from "../worlds/site_user.ts";

/** Lines, the status that each makes Apache give, and what is said of it. */
const LINES: readonly [status: number, lines: string, severity?: string][] = [
  [200, "Header set X-Frame-Options DENY"],
  [200, "RewriteEngine on\nRewriteRule ^old$ /new [R=301]"],
  [200, "<IfModule mod_php.c>\nphp_value memory_limit 64M\n</IfModule>"],
  [200, "<IfModule mod_wsgi.c>\nWSGIScriptAlias / /x.wsgi\n</IfModule>"],
  [200, '<FilesMatch "\\.py$">\nRequire all denied\n</FilesMatch>'],
  [500, "php_value memory_limit 64M", "error"],
  [500, "PassengerPython /usr/bin/python3", "error"],
  [500, "<Directory /srv>\nRequire all granted\n</Directory>", "error"],
  [500, "<Location />\nRequire all granted\n</Location>", "error"],
  [500, "<VirtualHost *:80>\n</VirtualHost>", "error"],
  ...[
    "Alias /a /b",
    "AllowOverride All",
    "CustomLog /tmp/log common",
    "DocumentRoot /srv",
    "ErrorLog /tmp/log",
    "Include /etc/passwd",
    "KeepAlive On",
    "Listen 8080",
    "LoadModule x_module x.so",
    "LogLevel debug",
    "RewriteMap a txt:/b",
    "ScriptAlias /cgi-bin /b",
    "ServerAlias www.example.org",
    "ServerName www.example.org",
    "Timeout 300",
    "User www-data",
    "ProxyPass / http://127.0.0.1:5000/",
    "SSLEngine on",
    "WSGIScriptAlias / /x.wsgi",
    "WSGIDaemonProcess x",
    "php_admin_value memory_limit 64M",
  ].map((line): [number, string, string] => [500, line, "error"]),
  [403, "Require all denied", "warning"],
  [404, "PassengerEnabled off", "warning"],
  [
    500,
    "RewriteEngine on\nRewriteRule ^(.*)$ app.fcgi/$1 [L]",
    "error",
  ],
];

Deno.test({
  name: "check and Apache agree on what may stand in .htaccess",
  ignore: leaveOut(".htaccess behind Apache", whyNoApache()),
  async fn() {
    await using user = await makeSiteUser();
    const site = new FeedbackSite(user, "site");
    await site.create();
    site.apache = await startApache([site.served]);
    await using _apache = site.apache;
    for (const [expected, lines, severity] of LINES) {
      await site.write("www/public/.htaccess", `${lines}\n`);
      const { status, problem } = await site.get("/page");
      const found = checkHtaccess(readSite(site.appRoot, createHost()));
      assertEquals(
        [lines, status, problem, ...found.map(({ severity }) => severity)],
        [lines, expected, undefined, ...(severity ? [severity] : [])],
      );
    }
  },
});
