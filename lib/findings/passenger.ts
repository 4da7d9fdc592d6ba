/**
 * Words about what Passenger and the web server find beside the application.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const passengerWords = {
  "node-missing": {
    severity: "error",
    title: "The configured Node cannot be run",
    why: "With app type node the web server starts the site with this program.",
    mend:
      "Correct passenger_nodejs in config.toml, or remove it to use the web server's own Node.",
    example: 'passenger_nodejs = "/usr/bin/node"',
  },
  "node-too-old": {
    severity: "error",
    title: "The Node is too old",
    mend:
      "Name a later Node in passenger_nodejs, ask the administrators for one, or use app type wsgi.",
    example: 'passenger_nodejs = "/opt/node20/bin/node"',
  },
  "package-json-invalid": {
    severity: "error",
    title: "package.json cannot be read",
    why:
      "Node reads package.json beside app.js before it loads app.js; with a mistake in it nothing is loaded.",
    mend: "Correct the file, or remove it: wsgi-shim does not need it.",
    example: "rm /site/www/package.json",
  },
  "package-json-module": {
    severity: "error",
    title: "package.json makes app.js another kind of module",
    why:
      'With "type": "module", Node takes app.js for an ES module, and app.js is not one.',
    mend: 'Remove the line with "type" from the file, or the file itself.',
    example: '{ "type": "commonjs" }',
  },
  "passengerfile": {
    severity: "warning",
    title: "A Passengerfile.json can replace the way the site starts",
    why:
      "Passenger reads it from the app root, and an app_start_command in it takes the place of wsgi-shim.",
    mend: "Remove the file, unless you know that you need it.",
    example: "rm /site/www/Passengerfile.json",
  },
  "always-restart": {
    severity: "warning",
    title: "Every request starts the application anew",
    why:
      "tmp/always_restart.txt tells the web server to do so. It helps while developing and makes a live site slow.",
    mend: "Remove the file.",
    example: "rm /site/www/tmp/always_restart.txt",
  },
  "failed-since-start": {
    severity: "warning",
    title: "The application has failed since the last start",
    why:
      "A check starts the application and asks for no page, so it does not meet what fails in one, or in a thread. The log has it.",
    mend: "Read what the log says of it; after a mend, restart the site.",
    example: "wsgi-shim logs --incident 1a2b3c4d /site/www",
  },
  "maintenance-forgotten": {
    severity: "advice",
    title: "The site has been closed for a while",
    why: "Visitors see the maintenance page as long as tmp/maint.txt is there.",
    mend: "Open the site again when you are ready.",
    example: "wsgi-shim maint off /site/www",
  },
  "maintenance-message": {
    severity: "warning",
    title: "The message for visitors cannot be read",
    why:
      "While tmp/maint.txt is there, visitors read what it says; maint.html takes the place of the whole page. Both are text files in UTF-8, and the site's user must be able to read them.",
    mend: "Write the message anew, or convert the file to UTF-8.",
    example: 'wsgi-shim maint on --message "Back at noon"',
  },
  "restart-not-a-file": {
    severity: "warning",
    title: "tmp/restart.txt is not a file",
    why:
      "Passenger restarts the site when the date of restart.txt changes, whatever it is. A folder changes its date when something in it is added or removed.",
    mend: "Move it away, and let `wsgi-shim restart` make the file.",
    example: "mv /site/www/tmp/restart.txt /site/www/tmp/restart.txt.old",
  },
  "restart-folder-differs": {
    severity: "warning",
    title: "The web server looks for restart.txt elsewhere",
    why:
      "Passenger restarts a site when the date of restart.txt changes, in the folder that PassengerRestartDir names.",
    mend:
      "Ask the administrators for PassengerRestartDir as `wsgi-shim settings` prints it.",
    example: "PassengerRestartDir /site/www/tmp",
  },
  "restart-needed": {
    severity: "advice",
    title: "The code is newer than the last restart",
    why:
      "A running application keeps the code that it started with until it is restarted. A worker writes down which files of the site it has imported.",
    mend: "Restart the site.",
    example: "wsgi-shim restart /site/www",
  },
  "htaccess-directive": {
    severity: "error",
    title: ".htaccess has a line that the web server refuses",
    why:
      "Apache answers every request with 500 when .htaccess has a directive that it does not know or does not allow there. Most settings of Passenger belong to the administrators' files.",
    mend:
      "Remove the line, or put it between <IfModule> and </IfModule> where a module of the server is meant. `wsgi-shim settings` prints what to ask for.",
    example: "PassengerPython /site/venv/bin/python",
  },
  "htaccess-denies": {
    severity: "warning",
    title: ".htaccess keeps visitors from the application",
    why:
      "The web server asks .htaccess before it asks Passenger. What is refused there never reaches the application.",
    mend: "Remove the line, unless that is meant.",
    example: "Require all denied",
  },
  "htaccess-rewrite": {
    severity: "warning",
    title: ".htaccess sends requests to another program",
    why:
      "Rules that were written for another program, such as WordPress, keep requests from your application.",
    mend: "Remove the rules.",
    example: "RewriteRule . /index.php [L]",
  },
  "htaccess-redirect": {
    severity: "error",
    title: ".htaccess sends visitors round without end",
    why:
      'A rule that sends a request to where it already is does so again and again, until the browser gives up: "too many redirects". No request reaches the application.',
    mend:
      "Give the rule a condition, so that it does not hold for what it has sent.",
    example: "RewriteRule ^(.*)$ https://%{HTTP_HOST}/$1 [R=301,L]",
  },
  "index-hides-application": {
    severity: "warning",
    title: "A start page in public/ hides that of the application",
    why:
      "The web server serves a file that is there by itself, so visitors of the first page never reach the application.",
    mend: "Move the file away, unless you want that page.",
    example: "mv public/index.html public/index.html.old",
  },
  "startup-command-broken": {
    severity: "warning",
    title: "The command that the startup file runs does not work",
    why:
      "passenger_wsgi.py asks wsgi-shim what to do. It was written down where that is; without it, Node must do, and without Node every visitor gets a plain page.",
    mend:
      "Put the program back, or let `wsgi-shim upgrade` write down where it is now. It must also be there on the web server.",
    example: "wsgi-shim upgrade /site/www",
  },
  "app-type-differs": {
    severity: "warning",
    title:
      "The web server starts the site by another file than config.toml says",
    why:
      "The checks look at the startup file of the app type in config.toml, and `wsgi-shim settings` prints it. Visitors get what the other one starts.",
    mend:
      "Write the app type that the web server uses into config.toml, or ask the administrators for the other one.",
    example: 'passenger_app_type = "wsgi"',
  },
} as const;
