/**
 * Words about access: can the web server and the site's user get at what they
 * need.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const accessWords = {
  "web-server-blocked": {
    severity: "error",
    title: "The web server cannot enter a folder on the way to the site",
    why:
      "The web server first looks at the site under a user of its own, who can go only where everyone can. It must be able to enter every folder down to the app root. Entering is not listing: the names in the folder stay hidden.",
    mend:
      "Let others enter each folder that stops them, but for a home directory: move the site elsewhere, or ask the administrators for an access control list. If a folder is not yours, ask its owner.",
    example: "chmod o+x /srv/project",
  },
  "startup-file-closed": {
    severity: "error",
    title: "The web server cannot read the startup file",
    why:
      "The web server looks at the startup file under a user of its own, who can read only what everyone can read.",
    mend:
      "Let everyone read the file. It holds no secrets: those are in files of their own.",
    example: "chmod o+r /site/www/app.js",
  },
  "restart-file-closed": {
    severity: "warning",
    title: "The web server cannot see tmp/restart.txt",
    why:
      "A restart is asked for by touching tmp/restart.txt. A web server that cannot look at it never restarts the site, so old code keeps running.",
    mend: "Let everyone enter tmp/ and read the file.",
    example: "chmod o+rx /site/www/tmp && chmod o+r /site/www/tmp/restart.txt",
  },
  "public-closed": {
    severity: "warning",
    title: "The web server cannot read static files",
    why:
      "The web server serves public/ by itself, as a user who can read only what everyone can read. A file that it cannot read is answered with 403 Forbidden; a closed folder often closes the whole site.",
    mend:
      "Let everyone read the files, and enter the folders. What not everyone may read belongs elsewhere.",
    example: "chmod o+rx /site/www/public",
  },
  "htaccess-closed": {
    severity: "error",
    title: "The web server cannot read .htaccess",
    why:
      "Apache refuses every request (403 Forbidden) below a folder whose .htaccess it cannot read.",
    mend: "Let everyone read the file, or remove it.",
    example: "chmod o+r /site/www/public/.htaccess",
  },
  "user-blocked": {
    severity: "error",
    title: "The application's user cannot enter a folder",
    why:
      "The application runs as the site's user. What that user cannot reach does not exist for it.",
    mend:
      "Let the user enter the folder: as its owner, through its group, or as everyone.",
    example: "chmod g+x /site/myapp",
  },
  "user-unreadable": {
    severity: "error",
    title: "The application's user cannot read a file",
    why:
      "The application runs as the site's user. A file that was uploaded by another user, or saved with a strict umask, cannot be read by it.",
    mend: "Let the user read the file: as its owner or through its group.",
    example: "chmod g+r /site/myapp/app.py",
  },
  "package-unreadable": {
    severity: "error",
    varies: true,
    title: "A package folder cannot be read",
    why:
      "Python takes a folder that it cannot read for an empty package: the import succeeds, and the names in it are missing later.",
    mend: "Let the site's user read the folder and what is in it.",
    example: "chmod -R g+rX /site/myapp/pkg",
  },
  "database-unwritable": {
    severity: "advice",
    title: "A database beside the application can only be read",
    why:
      "SQLite writes to the database and creates a journal beside it, so file and folder must both be writable for the site's user. Without that, saving fails with `attempt to write a readonly database`.",
    mend:
      "Let the site's user write to both, unless the application only reads.",
    example: "chown jdoe /site/data /site/data/db.sqlite3",
  },
  "selinux-label": {
    severity: "warning",
    title: "A security label may keep the web server out",
    why:
      "SELinux gives files a label by the place where they were made, and a move keeps it. A web server may not read files that are labelled as private, whatever their mode.",
    mend: "Give the files the label of their new place.",
    example: "restorecon -Rv /site",
  },
  "log-unwritable": {
    severity: "warning",
    title: "The log cannot be written",
    why:
      "log/wsgi-shim.log is what tells why a start failed. The site runs without it, but then nobody can see what it does.",
    mend: "Let the site's user write to log/, or give the folder to that user.",
    example: "chmod u+wx /site/www/log",
  },
} as const;
