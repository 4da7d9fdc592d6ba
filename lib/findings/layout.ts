/**
 * Words about a site's own files and folders: are they there, and are they ours.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const layoutWords = {
  "app-root-missing": {
    severity: "error",
    title: "The app root is not there",
    why:
      "The app root is the folder that the web server starts the site from; nothing can run without it.",
    mend:
      "Check the path for a typing error: the app root is the folder that holds config.toml. `wsgi-shim install APPROOT` creates one, in a folder that is new or empty.",
    example: "wsgi-shim install /site/www",
  },
  "app-root-long": {
    severity: "error",
    title: "The path of the app root is too long for Passenger",
    why:
      "Passenger names the processes of a site by its app root, and ends with a failed assertion when that name has more than 255 bytes (seen with 6.0.17): this site gets no page at all, and every other site of the web server is disturbed.",
    mend:
      "Move the site to a folder with a shorter path, and correct passenger_app_root and the other paths in config.toml.",
    example: "mv /a/very/long/path/to/mysite /srv/mysite",
  },
  "startup-file-missing": {
    severity: "error",
    title: "The startup file is missing",
    why:
      "The web server starts the site by loading app.js (app type node) or passenger_wsgi.py (app type wsgi) from the app root. Without it, visitors get an error page that names no cause.",
    mend:
      "`wsgi-shim upgrade` writes the files that belong to wsgi-shim again and leaves your settings alone.",
    example: "wsgi-shim upgrade /site/www",
  },
  "startup-file-empty": {
    severity: "error",
    title: "The startup file is empty",
    why:
      "An upload that was cut off, or a full disk, leaves a file without content. The web server loads it and finds no application.",
    mend: "Write it again with `wsgi-shim upgrade`.",
    example: "wsgi-shim upgrade /site/www",
  },
  "startup-file-foreign": {
    severity: "warning",
    title: "The startup file was not written by wsgi-shim",
    why:
      "The web server runs that file in place of wsgi-shim, so neither the settings in config.toml nor the error pages have any effect.",
    mend:
      "Keep a copy if you need what is in it, remove it, and write ours with `wsgi-shim upgrade`.",
    example: "wsgi-shim upgrade /site/www",
  },
  "startup-file-replaced": {
    severity: "error",
    title: "Something has replaced the startup file of an adopted site",
    why:
      "A hosting panel writes passenger_wsgi.py anew when its settings of the application change, and so may an upload or `git checkout`. The web server then runs that file in place of wsgi-shim: the site may be well, but explains nothing.",
    mend:
      "`wsgi-shim adopt --again` takes the site over as it runs now; `wsgi-shim eject` gives it back. Neither loses a file.",
    example: "wsgi-shim adopt --again /site",
  },
  "startup-file-loads-itself": {
    severity: "error",
    varies: true,
    title: "The startup file loads itself",
    why:
      "Hosting panels write a passenger_wsgi.py that loads the file they were told; told passenger_wsgi.py, it loads itself without end.",
    mend: "Remove the file, and write ours with `wsgi-shim upgrade`.",
    example: "wsgi = imp.load_source('wsgi', 'passenger_wsgi.py')",
  },
  "startup-file-restarts-python": {
    severity: "error",
    varies: true,
    title: "The startup file starts another Python",
    why:
      "Lines with os.execl were needed on hosts that offer one Python for all. With an interpreter of its own the site does not need them, and a wrong path in them makes a loop.",
    mend: "Remove the file, and write ours with `wsgi-shim upgrade`.",
    example: 'os.execl("/site/venv/bin/python3", "python3", *sys.argv)',
  },
  "startup-file-fails": {
    severity: "error",
    title: "The web server's Node cannot load app.js",
    why:
      "The web server loads this file before anything else of the site, and shows a page of its own where that fails.",
    mend:
      "Mend what Node says. Where the file is as wsgi-shim wrote it, get another version of wsgi-shim, and renew the file with its `upgrade`.",
    example: "Node cannot load \"/site/www/app.js\": Cannot find module './fs'",
  },
  "npm-package-missing": {
    severity: "error",
    title: "The npm package that app.js loads is not installed",
    why:
      'An app.js that says require("wsgi-shim/runtime") takes the runtime from the npm package, which Node looks for in node_modules beside the file and in the folders above.',
    mend:
      "Install it where package.json lists it. A site without npm has an app.js of its own: move yours away, and let `wsgi-shim upgrade` write it.",
    example: "npm install --prefix /site/www",
  },
  "shim-file-missing": {
    severity: "error",
    title: "A file of wsgi-shim is missing",
    why:
      "The startup file needs the files in shim/ to start the application and to tell what is wrong.",
    mend: "Write them again with `wsgi-shim upgrade`.",
    example: "wsgi-shim upgrade /site/www",
  },
  "shim-file-broken": {
    severity: "error",
    title: "A file of wsgi-shim cannot be loaded",
    why:
      "The web server loads this file before anything else of the site. It is cut off, as by an upload that ended early, or something else lies in its place.",
    mend:
      "Move the file away, and let `wsgi-shim upgrade` write it again: a file that it does not know, it keeps.",
    example:
      "mv /site/www/shim/runtime.cjs /site/www/shim/runtime.cjs.old && wsgi-shim upgrade /site/www",
  },
  "shim-outdated": {
    severity: "warning",
    title: "The site has files of another version of wsgi-shim",
    why:
      "What `wsgi-shim check` tells and what the web server runs may differ when they are of different versions.",
    mend: "Renew the files with `wsgi-shim upgrade`, then restart the site.",
    example: "wsgi-shim upgrade /site/www && wsgi-shim restart /site/www",
  },
  "shim-changed": {
    severity: "warning",
    varies: true,
    title: "A file of wsgi-shim was changed",
    why:
      "The file is not as it was written: someone edited it, or an upload cut it off. `wsgi-shim upgrade` keeps such a file, so it stays as it is until it is moved away.",
    mend:
      "Move the file away, and let `wsgi-shim upgrade` write it again. What you need of your own belongs in config.toml and in your application.",
    example:
      "mv /site/www/shim/host/__main__.py /site/www/shim/host/__main__.py.old && wsgi-shim upgrade /site/www",
  },
  "folder-missing": {
    severity: "warning",
    title: "A folder of the site is missing",
    why:
      "public/ holds static files, log/ the site's log, and tmp/ the file that restarts the site. Git does not keep empty folders, so they get lost in a copy.",
    mend: "Create the folder with the command shown.",
    example: "mkdir -m 0755 /site/www/tmp",
  },
  "folder-blocked": {
    severity: "error",
    title: "Something else stands where a folder should be",
    mend: "Look at what lies there, move it away, and create the folder.",
    example: "mv /site/www/tmp /site/www/tmp.old && mkdir /site/www/tmp",
  },
} as const;
