import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  renderSettings,
  type ServerSettings,
  SETTINGS_FORMATS,
  whyNotRendered,
} from "./settings_snippet.ts";

const NODE: ServerSettings = {
  user: "jo",
  group: "web",
  appRoot: "/srv/my site/www",
  appType: "node",
  startupFile: "app.js",
  python: "/srv/my site/venv/bin/python",
  documentRoot: "/srv/my site/www/public",
  restartDirectory: "/srv/my site/www/tmp",
};
const WSGI: ServerSettings = {
  ...NODE,
  appType: "wsgi",
  startupFile: "passenger_wsgi.py",
  python: "/srv/my site/www/shim/python",
};

Deno.test("renderSettings() writes a text for a mail", () => {
  assertEquals(
    renderSettings({ ...NODE, nodejs: "/opt/node/bin/node" }, "text"),
    `passenger_user          jo
passenger_group         web
passenger_app_root      /srv/my site/www
passenger_app_type      node
passenger_startup_file  app.js
passenger_python        /srv/my site/venv/bin/python
passenger_nodejs        /opt/node/bin/node
passenger_restart_dir   /srv/my site/www/tmp
document_root           /srv/my site/www/public`,
  );
});

Deno.test("renderSettings() writes an Apache virtual host", () => {
  assertEquals(
    renderSettings(NODE, "apache"),
    `<VirtualHost *:80>
    ServerName www.example.org
    DocumentRoot "/srv/my site/www/public"
    <Directory "/srv/my site/www/public">
        Require all granted
    </Directory>

    PassengerEnabled on
    PassengerUser jo
    PassengerGroup web
    PassengerAppRoot "/srv/my site/www"
    PassengerAppType node
    PassengerStartupFile app.js
    PassengerRestartDir "/srv/my site/www/tmp"
    # Where uploads are many or large: several times faster, but a visitor
    # who sends slowly then holds a thread of the application.
    #PassengerBufferUpload off
</VirtualHost>`,
  );
});

Deno.test("renderSettings() writes the address of the site", () => {
  const address = { names: ["a.example.org", "b.example.org"], isTls: true };
  const render = (format: typeof SETTINGS_FORMATS[number]) =>
    renderSettings(NODE, format, address);
  assertStringIncludes(
    render("apache"),
    `<VirtualHost *:80>
    ServerName a.example.org
    ServerAlias b.example.org
    Redirect permanent / https://a.example.org/
</VirtualHost>

<VirtualHost *:443>
    ServerName a.example.org
    ServerAlias b.example.org
    # Where the certificate lies, as Let's Encrypt keeps it.
    SSLEngine on
    SSLCertificateFile /etc/letsencrypt/live/a.example.org/fullchain.pem
`,
  );
  assertStringIncludes(
    render("nginx"),
    `    return 301 https://a.example.org$request_uri;
}

server {
    listen 443 ssl;
    server_name a.example.org b.example.org;
`,
  );
  const puppet = render("puppet").replace(/ +/g, " ");
  for (
    const line of [
      "apache::vhost { 'a.example.org':\n port => 443,",
      "serveraliases => ['b.example.org'],",
      "ssl => true,",
    ]
  ) assertStringIncludes(puppet, line);
  const { server_name, tls } = JSON.parse(render("json"));
  assertEquals([server_name, tls], ["a.example.org b.example.org", "on"]);
  assertStringIncludes(render("text"), "server_name             a.example.org");
  assertEquals(render("text").includes("443"), false);
});

Deno.test("renderSettings() names the interpreter of the door", () => {
  const lines = (settings: ServerSettings) =>
    renderSettings(settings, "apache").split("\n")
      .filter((line) => /Python|Nodejs|AppType|StartupFile/.test(line))
      .map((line) => line.trim());
  assertEquals(lines(WSGI), [
    "PassengerAppType wsgi",
    "PassengerStartupFile passenger_wsgi.py",
    'PassengerPython "/srv/my site/www/shim/python"',
  ]);
  assertEquals(lines({ ...NODE, nodejs: "/opt/node" }), [
    "PassengerAppType node",
    "PassengerStartupFile app.js",
    "PassengerNodejs /opt/node",
  ]);
});

Deno.test("renderSettings() writes an nginx server block", () => {
  assertEquals(
    renderSettings(WSGI, "nginx"),
    `server {
    listen 80;
    server_name www.example.org;
    root "/srv/my site/www/public";

    passenger_enabled on;
    passenger_user jo;
    passenger_group web;
    passenger_app_root "/srv/my site/www";
    passenger_app_type wsgi;
    passenger_startup_file passenger_wsgi.py;
    passenger_restart_dir "/srv/my site/www/tmp";
    passenger_python "/srv/my site/www/shim/python";
}`,
  );
});

Deno.test("renderSettings() writes attributes of apache::vhost", () => {
  assertEquals(
    renderSettings({ ...NODE, user: "o'jo" }, "puppet"),
    `apache::vhost { 'www.example.org':
  port                   => 80,
  manage_docroot         => false,
  docroot                => '/srv/my site/www/public',
  passenger_enabled      => true,
  passenger_user         => 'o\\'jo',
  passenger_group        => 'web',
  passenger_app_root     => '/srv/my site/www',
  passenger_app_type     => 'node',
  passenger_startup_file => 'app.js',
  passenger_restart_dir  => '/srv/my site/www/tmp',
}`,
  );
});

Deno.test("renderSettings() writes JSON", () => {
  assertEquals(JSON.parse(renderSettings(WSGI, "json")), {
    passenger_user: "jo",
    passenger_group: "web",
    passenger_app_root: "/srv/my site/www",
    passenger_app_type: "wsgi",
    passenger_startup_file: "passenger_wsgi.py",
    passenger_python: "/srv/my site/www/shim/python",
    passenger_restart_dir: "/srv/my site/www/tmp",
    document_root: "/srv/my site/www/public",
  });
});

Deno.test("whyNotRendered() names what a form cannot hold", () => {
  const refusing = (settings: Partial<ServerSettings>) =>
    SETTINGS_FORMATS.filter((format) =>
      whyNotRendered({ ...WSGI, ...settings }, format) !== undefined
    );
  assertEquals(refusing({}), []);
  assertEquals(refusing({ appRoot: "/a 'b' \\ \"c\" $d/www" }), []);
  for (const control of ["\n", "\x1b", "\x7f"]) {
    assertEquals(refusing({ python: `/a${control}b` }), [
      "apache",
      "nginx",
      "puppet",
    ]);
  }
  assertEquals(refusing({ appRoot: "/${a}/www" }), ["apache", "puppet"]);
  assertEquals(refusing({ documentRoot: "/$a/public" }), ["nginx"]);
  assertStringIncludes(
    whyNotRendered({ ...NODE, group: "a\nb" }, "nginx")!,
    'passenger_group is "a\\nb", and the form nginx has no place for control',
  );
});
