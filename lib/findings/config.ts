/**
 * Words about `config.toml`: can it be read, is it TOML, do its values make sense.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const configWords = {
  "config-missing": {
    severity: "error",
    title: "config.toml is missing",
    why:
      "config.toml tells which Python and which application the site runs; without it there is nothing to start.",
    mend:
      "Restore it from a backup, or rename the file if it was saved under another name. Without one, move the app root away: `wsgi-shim install` creates a new one with a config.toml to fill in.",
    example: "No config.toml in /site/www; config.toml.txt is there",
  },
  "config-unreadable": {
    severity: "error",
    title: "config.toml cannot be read",
    why:
      "The application's user must be able to read config.toml, or the site cannot start.",
    mend:
      "Give the file to the site's user, or let the site's group read it. A folder, a device or a link to nowhere in its place must be moved away, and the file restored.",
    example: "chmod u+r /site/www/config.toml",
  },
  "config-hidden": {
    severity: "error",
    title: "You may not read config.toml",
    why:
      "The settings belong to another user, who may read them. What the site serves depends on them, so that nothing is said of it here.",
    mend:
      "Ask the owner of the site to run the command, or run it as the site's user. Nothing needs to be changed on the site.",
    example: "sudo -u jo wsgi-shim check /site/www",
  },
  "config-encoding": {
    severity: "error",
    title: "config.toml is not UTF-8 text",
    why: "TOML is UTF-8 by definition, without a byte order mark.",
    mend:
      "Save the file as UTF-8 in your editor, or convert it with the command shown.",
    example: "iconv -f latin1 -t utf8 config.toml > config.toml.utf8",
  },
  "config-too-large": {
    severity: "error",
    title: "config.toml is too large",
    why:
      "Settings take a few hundred bytes; a file above 64 KB is something else, and is not read.",
    mend:
      "Restore the file from a backup, or move the app root away: `wsgi-shim install` creates a new one with a config.toml to fill in.",
    example: "config.toml has 3000000 bytes",
  },
  "config-syntax": {
    severity: "error",
    title: "A line of config.toml cannot be read",
    why:
      "A file with one line that is not TOML 1.0 cannot be read at all, so no setting counts. The few forms of TOML that programs read differently count as wrong, too.",
    mend: "Correct the line that is shown. Text needs quotes in TOML.",
    example: 'user = siteuser   →   user = "siteuser"',
  },
  "config-section-missing": {
    severity: "error",
    title: "A required section is missing",
    why:
      "[passenger] holds what must agree with the web server: user, group, app root and interpreter.",
    mend:
      "Add the section. A new one is printed by `wsgi-shim install --dry-run` for an empty folder.",
    example: "[passenger]",
  },
  "config-key-missing": {
    severity: "error",
    title: "A required setting is missing",
    mend: "Add the key with its value below its section header.",
    example: 'passenger_python = "/site/venv/bin/python"',
  },
  "config-unknown-section": {
    severity: "warning",
    title: "A section is not known",
    why: "What stands below it has no effect.",
    mend: "Correct its name, or remove it.",
    example: "[enviroment]   →   [environment]",
  },
  "config-unknown-key": {
    severity: "warning",
    title: "A setting is not known",
    why: "It has no effect: the default is used in its place.",
    mend:
      "Correct its name, move it below the header it belongs to, or remove it.",
    example: "thread = 4   →   threads = 4",
  },
  "config-type": {
    severity: "error",
    title: "A setting has a value of the wrong kind",
    why:
      "The value cannot be used, and guessing another would hide the mistake.",
    mend: "Write a value of the kind that the message names.",
    example: 'PORT = 8080   →   PORT = "8080"',
  },
  "config-value": {
    severity: "error",
    varies: true,
    title: "A setting has a value that is not possible",
    why:
      "The value cannot be used, and guessing another would hide the mistake.",
    mend: "Write a value within the limits that the message names.",
    example: "threads = 400   →   threads = 8",
  },
  "config-placeholder": {
    severity: "error",
    title: "A placeholder was left in config.toml",
    why: "The value is an example from the template, not yours.",
    mend: "Replace it by the value for your site.",
    example: 'user = "myuser"   →   user = "jdoe"',
  },
  "config-misplaced-key": {
    severity: "error",
    title: "A setting stands below the wrong header",
    why:
      "In TOML a key belongs to the header above it, so here it has another meaning than intended.",
    mend: "Move the line below the header that the message names.",
    example: "module is in [environment] but belongs to [wsgi]",
  },
  "config-name": {
    severity: "error",
    title: "A name cannot be an environment variable",
    why:
      "Names of environment variables are made of letters, digits and underscores, and do not begin with a digit.",
    mend: "Choose another name.",
    example: 'MY-KEY = "x"   →   MY_KEY = "x"',
  },
  "config-name-twice": {
    severity: "error",
    title: "A variable is set in two sections",
    why:
      "A name in both [secret_files] and [environment] would have two values; which one wins would be chance.",
    mend: "Remove one of the two lines.",
    example: "SECRETS stands in [secret_files] and in [environment]",
  },
  "config-app-root-elsewhere": {
    severity: "error",
    title: "config.toml is of another site",
    why:
      "passenger_app_root names another folder than the one config.toml lies in. The site was moved or copied, and its other paths probably lead to the old place, too.",
    mend: "Correct all paths in config.toml.",
    example: 'passenger_app_root = "/new/site/www"',
  },
  "config-user-unknown": {
    severity: "error",
    title: "The configured user does not exist",
    why:
      "The web server runs the application as this user. For a user that it does not know, it takes another one without a word.",
    mend: "Write the name of a user of the web server's machine.",
    example: 'user = "jdoe"',
  },
  "config-user-root": {
    severity: "warning",
    title: "The site is to run as root",
    why:
      "Passenger never runs an application as root or in the group root: it takes its default user and group, mostly nobody, who cannot read what is yours. Elsewhere, whoever breaks into the application would own the machine.",
    mend:
      "Let user and group in config.toml name an ordinary user, and give the files of the site to that user.",
    example: 'user = "siteuser"',
  },
  "config-group-unknown": {
    severity: "error",
    title: "The configured group does not exist",
    why:
      "The web server runs the application in this group. For a group that it does not know, it takes another one without a word.",
    mend: "Write the name of a group of the web server's machine.",
    example: 'group = "myproject"',
  },
  "config-group-foreign": {
    severity: "warning",
    title: "The configured user is not in the configured group",
    why:
      "The application gets the group, but what the user creates in the shell does not belong to it.",
    mend: "Write a group that the user is in; `id -nG` lists them.",
    example: 'group = "myproject"',
  },
  "user-differs": {
    severity: "error",
    varies: true,
    title: "The web server runs the site as another user than configured",
    why:
      "Owners and permissions of the site's files are meant for the configured user. The web server takes nobody when it does not know the user.",
    mend:
      "Ask the administrators to set PassengerUser, or correct user in config.toml.",
    example: "PassengerUser jdoe",
  },
  "group-differs": {
    severity: "warning",
    title: "The web server runs the site in another group than configured",
    why:
      "Files that only the configured group can read are closed to the application. The web server takes nogroup when it does not know the group.",
    mend:
      "Ask the administrators to set PassengerGroup, or correct group in config.toml.",
    example: "PassengerGroup myproject",
  },
  "threads-without-effect": {
    severity: "advice",
    title: "threads has no meaning for this application",
    why:
      "An application that speaks ASGI serves all its requests in one event loop; what may block, it runs in threads of its own.",
    mend: "Leave it out.",
    example: "threads = 8",
  },
  "asgi-wrapped": {
    severity: "advice",
    title: "An ASGI application is wrapped for WSGI",
    why:
      "The wrapper costs a thread for each request, and startup and shutdown handlers do not run in it. wsgi-shim serves ASGI applications as they are.",
    mend: "Let `app` name the application that is in the wrapper.",
    example: 'application = ASGIMiddleware(app)   →   app = "app"',
  },
  "django-asgi-sync": {
    severity: "advice",
    title: "Django's views are not asynchronous",
    why:
      "Behind asgi.py, Django runs such views in one thread, one after another. Behind wsgi.py, `threads` of them run at once.",
    mend: "Let `module` name wsgi.py.",
    example: 'module = "mysite.wsgi"',
  },
  "websockets-refused": {
    severity: "advice",
    title: "WebSockets do not pass through Apache with Passenger",
    why:
      "Apache passes no bytes on after the handshake. An attempt is answered with 501 at once, and told in the log; Passenger Standalone lets WebSockets through.",
    mend:
      "Use server-sent events or repeated requests, or ask the administrators for Passenger Standalone behind ProxyPass.",
    example: 'StreamingResponse(events(), media_type="text/event-stream")',
  },
  "root-path-given": {
    severity: "advice",
    title: "The application sets its own root_path",
    why:
      "Where a site lies below a path, the web server tells so with each request. A root_path of the application's own replaces that, and where it differs, the addresses that FastAPI makes, such as that of its documentation page, lead nowhere.",
    mend: "Leave it out.",
    example: 'FastAPI(root_path="/api")   →   FastAPI()',
  },
  "setting-limited": {
    severity: "warning",
    title: "A setting goes beyond what this machine allows",
    why:
      "The administrators of the machine limit some settings of all sites in /etc/wsgi-shim.toml. What goes beyond counts as their limit.",
    mend:
      "Write a value within the limit, or ask the administrators for a higher one. `wsgi-shim settings` tells all limits.",
    example: "threads = 8",
  },
  "machine-settings": {
    severity: "warning",
    title: "/etc/wsgi-shim.toml is wrong",
    why:
      "The defaults and limits of a machine stand there. What is wrong there does not count, so that a site may get more, or less, than the administrators mean.",
    mend:
      "Each setting is a table with default, most or both, in the section that it has in config.toml.",
    example: "[wsgi]\nthreads = { default = 2, most = 8 }",
  },
} as const;
