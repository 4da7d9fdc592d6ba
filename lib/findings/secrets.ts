/**
 * Words about secret files.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const secretsWords = {
  "secret-missing": {
    severity: "error",
    title: "A secret file is not there",
    why:
      "The application is told its path and will look for it. Secret files are kept out of git, so they must be copied by hand.",
    mend: "Copy the file, or correct its path in config.toml.",
    example: 'CREDENTIALS = "/site/secrets/credentials.env"',
  },
  "secret-too-open": {
    severity: "error",
    title: "A secret file is open to others",
    why:
      "Passwords and keys in it can be read by people who should not. As ssh does with keys, wsgi-shim refuses such a file.",
    mend: "Take the permissions away with the command shown.",
    example: "chmod o= /site/secrets/credentials.env",
  },
  "secret-unreadable": {
    severity: "error",
    title: "The application's user cannot read a secret file",
    why:
      "The application runs as the site's user and needs what is in the file.",
    mend: "Give the file to that user, or let a group of that user read it.",
    example: "chgrp mygroup credentials.env && chmod g+r credentials.env",
  },
  "secret-not-a-file": {
    severity: "error",
    title: "A secret file is not a file",
    why:
      "Its path names a folder or a device, and the application expects a file.",
    mend: "Write the path of the file itself in config.toml.",
    example: 'CREDENTIALS = "/site/secrets/credentials.env"',
  },
  "secret-in-app-root": {
    severity: "warning",
    title: "A secret file lies in the app root",
    why:
      "The app root is near to what the web server serves: one wrong setting of the web server, and the file can be downloaded.",
    mend: "Move it to a folder beside the app root, and correct config.toml.",
    example: "mv /site/www/credentials.env /site/secrets/",
  },
  "secret-in-config": {
    severity: "warning",
    title: "A secret seems to stand in config.toml",
    why:
      "config.toml is read by everyone who works on the site, and ends up in backups and in git. Secrets belong in files of their own.",
    mend:
      "Move the value to a file that only the site's user can read, and name that file in [secret_files].",
    example: 'API_KEY_FILE = "/site/secrets/api-key"',
  },
  "secret-format": {
    severity: "advice",
    title: "A file of settings has lines that may be misread",
    why:
      "Programs read such files in different ways. Windows line endings become part of a password, and spaces around = are refused by a shell.",
    mend: "Write NAME=value, without spaces around =, with Unix line endings.",
    example: "sed -i 's/\\r$//' /site/secrets/credentials.env",
  },
} as const;
