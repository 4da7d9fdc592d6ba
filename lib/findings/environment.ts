/**
 * Words about environment variables and of the login shell that sets them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const environmentWords = {
  "environment-conflict": {
    severity: "error",
    title: "A variable already has another value",
    why:
      "The variable is set in config.toml and, with another value, in the environment of the process. Which one the application sees would be chance.",
    mend:
      "Remove it from one of the two places. Variables of the process come from the login files, such as ~/.bash_profile, and from the web server.",
    example: "DATABASE_URL is set in config.toml and in ~/.bash_profile",
  },
  "environment-path-missing": {
    severity: "warning",
    title: "A variable names a path that cannot be used",
    why: "The application will look there, and fail when it starts or later.",
    mend: "Create the folder, correct its permissions, or correct the path.",
    example: "mkdir -p /site/log",
  },
  "environment-shell-words": {
    severity: "warning",
    title: "A variable holds what only a shell replaces",
    why:
      "config.toml is no shell script: $HOME, $PATH and ~ stay as they are written. A PATH with $PATH in it leaves out the folders of the system.",
    mend: "Write the whole value.",
    example: 'PATH = "/home/jo/bin:/usr/local/bin:/usr/bin:/bin"',
  },
  "environment-missing": {
    severity: "warning",
    title: "The application needs a variable that is not set",
    why:
      "Under the web server the application does not see the variables of your own shell, and a missing one ends its start with KeyError.",
    mend:
      "Set it in [environment]; name a file in [secret_files] if it is a secret.",
    example: '[environment]\nDATABASE_HOST = "db.example.org"',
  },
  "login-shell-missing": {
    severity: "error",
    title: "The login shell cannot be run",
    why:
      "The web server starts the site through the login shell of its user. A shell that is not there stops every start.",
    mend: "Choose another shell with chsh, or ask the administrators.",
    example: "chsh -s /bin/bash",
  },
  "login-shell-skipped": {
    severity: "advice",
    title: "The login files are not read for the application",
    why:
      "The web server reads login files only through bash, zsh or ksh. With another shell, variables that you set there do not reach the application.",
    mend: "Set them in [environment] of config.toml.",
    example: '[environment]\nDATABASE_HOST = "db.example.org"',
  },
  "login-shell-exits": {
    severity: "error",
    title: "The login files end the shell",
    why:
      "The web server starts the site from a login shell. An exit, an exec, or `set -e` with a command that fails ends it before the site starts, and nothing tells why.",
    mend:
      "Put a line at the top of the login file that leaves it early for the web server.",
    example: '[ -n "$IN_PASSENGER" ] && return 0',
  },
  "login-shell-hangs": {
    severity: "error",
    title: "The login files wait for something",
    why:
      "The web server starts the site from a login shell, without a keyboard. A question or a program that does not end keeps the site from starting.",
    mend:
      "Put a line at the top of the login file that leaves it early for the web server.",
    example: '[ -n "$IN_PASSENGER" ] && return 0',
  },
  "login-limit": {
    severity: "warning",
    title: "The login files set a limit that is low",
    why:
      "The web server starts the site from a login shell, and the limits of that shell hold for Node, Python and the application. What they leave is used up when there are more visitors, or at the start already.",
    mend: "Set the limit for shells only, or remove the line.",
    example: '[ -z "$IN_PASSENGER" ] && ulimit -v 1000000',
  },
  "login-limit-start": {
    severity: "error",
    title: "Nothing starts with the limits of the login files",
    why:
      "The web server starts the site from a login shell, and the limits of that shell hold for Node and Python, too. These leave less than they take.",
    mend: "Set the limit for shells only, or remove the line.",
    example: '[ -z "$IN_PASSENGER" ] && ulimit -v 1000000',
  },
  "login-umask": {
    severity: "warning",
    title: "New files of the application are closed to the web server",
    why:
      "The umask of the login files holds for the application, too. The web server reads files in public/ as another user: it answers 403 for those that nobody else may read.",
    mend: "Set the umask for shells only.",
    example: '[ -z "$IN_PASSENGER" ] && umask 077',
  },
  "login-umask-open": {
    severity: "warning",
    title: "Everybody may change what the application writes",
    why:
      "The umask of the login files holds for the application, too. Other users of the machine can put their own code or data into files that they may write.",
    mend: "Set a umask that closes new files for others, such as 022.",
    example: "umask 022",
  },
  "login-output": {
    severity: "warning",
    title: "The login files send the output elsewhere",
    why:
      "What the application and wsgi-shim print goes where the login files say, and not into the log of the web server, where it is looked for.",
    mend: "Redirect the output of single commands, not of the whole shell.",
    example: '[ -z "$IN_PASSENGER" ] && exec >"$HOME/login.log" 2>&1',
  },
  "login-shell-slow": {
    severity: "warning",
    title: "The login files take long",
    why:
      "The web server runs them before each process of the site. A visitor who comes first waits for them.",
    mend:
      "Put a line at the top of the login file that leaves it early for the web server.",
    example: '[ -n "$IN_PASSENGER" ] && return 0',
  },
  "login-file-broken": {
    severity: "warning",
    varies: true,
    title: "A login file is not read as it was meant",
    why:
      "Where a login file has a mistake, bash leaves the rest of it, and the line ends of Windows become a part of each value. What the application needs from there is missing or wrong.",
    mend: "Correct the file, and save it with the line ends of Unix.",
    example: "bash -n ~/.bash_profile",
  },
  "login-path": {
    severity: "warning",
    title: "PATH leaves out the system's programs",
    why:
      "The application cannot start programs such as git or ls, and the web server may not find Node.",
    mend: "Extend PATH in the login files; do not replace it.",
    example: 'export PATH="$HOME/bin:$PATH"',
  },
  "login-variable": {
    severity: "warning",
    varies: true,
    title: "A variable changes how programs start",
    why:
      "Variables such as NODE_OPTIONS, LD_LIBRARY_PATH and PYTHONHOME change every program that the web server starts for the site, wsgi-shim and Python among them.",
    mend: "Do not export it from the login files, or not under the web server.",
    example: '[ -z "$IN_PASSENGER" ] && export NODE_OPTIONS=…',
  },
  "login-environment-large": {
    severity: "error",
    varies: true,
    title: "The environment is too large",
    why:
      "A variable of more than 128 KB makes the system refuse to start any program.",
    mend: "Do not export it from the login files; keep large values in files.",
    example: "export -n BIG",
  },
  "login-secret": {
    severity: "advice",
    title: "The login files export a secret to every program",
    why:
      "What is exported there is seen by each program that you start, and shown by many when they fail.",
    mend: "Keep it in a file, and name the file in [secret_files].",
    example: 'CREDENTIALS = "/site/secrets/credentials.env"',
  },
} as const;
