/**
 * Programs and libraries beside Python that tell by themselves why they
 * refuse: git, ImageMagick, wkhtmltopdf, PROJ, PostGIS.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Claim, Rule } from "./rule.ts";
import { runnerOf, type Scene } from "./scene.ts";

/** What git says, in the words of a site. */
function saidByGit(text: string, scene: Scene): Claim | undefined {
  const runner = runnerOf(scene);
  const told = (says: string, mend: string): Claim => ({ says, mend });
  return /detected dubious ownership/.test(text)
    ? told(
      `git refuses the repository, as it belongs to somebody else than ${runner}, who runs the site`,
      `Let the files belong to ${runner}; or, where that user trusts the other, as ${runner}: \`git config --global --add safe.directory\` with the folder that is told`,
    )
    : /could not read (?:Username|Password) for|Authentication failed for|terminal prompts disabled/
        .test(text)
    ? told(
      "git asks for a name and a password, and nobody types them on a web server",
      `Let ${runner} reach the repository by itself: by SSH with a key that may only read it (a deploy key), or by a token in a file of its own that git's credential helper reads; a repository that is moved or private asks in the same way`,
    )
    : /Host key verification failed/.test(text)
    ? told(
      "git does not know the key of the server that it asks by SSH",
      `As ${runner}, log in to it once with \`ssh\`, and compare the key with what its administrators tell: it is kept in ~/.ssh/known_hosts of that user`,
    )
    : /Permission denied \(publickey/.test(text)
    ? told(
      "The server that git asks by SSH does not take a key of the site's user",
      `See with \`ssh -T git@HOST\`, as ${runner}, which key it shows: those of your login are not there; make it one of its own, and add its public part to the repository as a deploy key`,
    )
    : /unable to auto-detect email address|Please tell me who you are|empty ident name/
        .test(text)
    ? told(
      `git does not know in whose name to commit, as ${runner} has told it no name`,
      `As ${runner}: \`git config --global user.name\` and \`user.email\`, each with its value; or set GIT_AUTHOR_NAME, GIT_AUTHOR_EMAIL, GIT_COMMITTER_NAME and GIT_COMMITTER_EMAIL under [environment] in config.toml`,
    )
    : /Your local changes to the following files would be overwritten|untracked working tree files would be overwritten/
        .test(text)
    ? told(
      "git pulls nothing, as files in the folder were changed here and would be overwritten",
      "See with `git status` which; keep what is needed (`git stash`, or a commit), and leave files that the site writes, such as databases and uploads, out of the repository (.gitignore)",
    )
    : /index\.lock': File exists/.test(text)
    ? told(
      "git finds a lock of another run of itself (index.lock)",
      "See whether another git runs there (`ps -C git`), as of a request at the same time; where none does, a run was ended in its middle, and the file that is named may be removed",
    )
    : /not a git repository/.test(text)
    ? told(
      "The folder in which git is started is no repository",
      "Name it, as `git -C FOLDER` or `cwd=`: a relative one begins at the working directory of the site; a folder that was copied without .git is none, and what asks for the version must do without there",
    )
    : undefined;
}

/** The rules of such programs. */
export const tools = (): Rule[] => [
  {
    name: "git-refuses",
    code: "program-failed",
    over: "program-failed",
    when: [
      {
        type: "GitCommandError InvalidGitRepositoryError NoSuchPathError",
        message: /[^]*/,
      },
      {
        type: "CalledProcessError",
        message: /Command '(?:\['?)?"?(?:\/\S*\/)?git\b/,
      },
    ],
    claim: ({ text, kind, line, failure }, scene) => {
      if (kind === "InvalidGitRepositoryError" || kind === "NoSuchPathError") {
        const isThere = kind === "InvalidGitRepositoryError";
        return {
          says: isThere
            ? `The folder "${line}" is no repository of git`
            : `The folder "${line}", which is to be a repository of git, is not there`,
          mend: isThere
            ? "Name the folder that has .git in it, or write `Repo(path, search_parent_directories=True)`; a site that was copied without .git has none: let the code do without (`except InvalidGitRepositoryError`)"
            : "Correct the path; a relative one begins at the working directory of the site",
        };
      }
      return saidByGit(
        kind === "GitCommandError" ? text : (failure.output ?? []).join("\n"),
        scene,
      ) ?? (kind === "GitCommandError" && {
            says: `git refuses: ${
              /stderr: '\s*(?:fatal: |error: )?([^\n]{0,200})/.exec(text)
                ?.[1] ??
                line
            }`,
            mend: `Try the same in a shell as ${
              runnerOf(scene)
            }, in that folder`,
          } || undefined);
    },
    examples: [
      {
        raised:
          "subprocess.CalledProcessError: Command '['git', 'describe']' returned non-zero exit status 128.",
        failure: {
          output: [
            "fatal: detected dubious ownership in repository at '/srv/site'",
          ],
        },
        mend: "safe.directory",
      },
      {
        raised:
          "git.exc.GitCommandError: Cmd('git') failed due to: exit code(128)\n  cmdline: git pull\n  stderr: 'fatal: could not read Username for 'https://git.example.org': No such device or address'",
        mend: "deploy key",
      },
      {
        raised:
          "git.exc.GitCommandError: Cmd('git') failed due to: exit code(1)\n  cmdline: git merge x\n  stderr: 'error: merge is not possible'",
        says: "git refuses: merge is not possible",
      },
      {
        raised: "git.exc.InvalidGitRepositoryError: /srv/site/app",
        mend: "search_parent_directories=True",
      },
    ],
    not: [
      "subprocess.CalledProcessError: Command '['git', 'describe']' returned non-zero exit status 128.",
    ],
  },
  {
    name: "imagemagick-policy",
    code: "program-failed",
    over: "program-failed",
    when: [
      {
        type: /^wand\.exceptions\./,
        message:
          /not allowed by the security policy [`'"]?(\w+)|exceeds limit|cache resources exhausted/i,
      },
      {
        type: "CalledProcessError",
        output: /not allowed by the security policy [`'"]?(\w+)/,
      },
    ],
    claim: ({ groups: [form], line }) => ({
      says: form
        ? `ImageMagick may not read or write ${form} on this machine, by its security policy`
        : `ImageMagick needs more room than its policy on this machine lets it have: ${line}`,
      mend: form
        ? `Use another program for it (pdftoppm of poppler, PyMuPDF, Ghostscript by itself), or ask the administrators whether policy.xml may allow ${form}: it was closed as files of strangers made harm by it`
        : "Make pictures smaller before (`-resize`, `-define jpeg:size=`), or ask the administrators for larger limits in policy.xml",
    }),
    examples: [
      "wand.exceptions.PolicyError: attempt to perform an operation not allowed by the security policy `PDF' @ error/constitute.c/IsCoderAuthorized/422",
      {
        raised:
          "subprocess.CalledProcessError: Command '['convert', 'a.pdf', 'a.png']' returned non-zero exit status 1.",
        failure: {
          output: [
            "convert-im6.q16: attempt to perform an operation not allowed by the security policy `PDF' @ error/constitute.c/IsCoderAuthorized/421.",
          ],
        },
        mend: "pdftoppm",
      },
    ],
  },
  {
    name: "ghostscript-missing",
    code: "program-missing",
    when: {
      type: /^wand\.exceptions\.Delegate/,
      message: /FailedToExecuteCommand [`'"]+(\w+)|(NoDecodeDelegate)/i,
    },
    claim: ({ groups: [program] }) => ({
      says: program
        ? `ImageMagick hands the file on to the program "${program}", and that fails or is not there`
        : "ImageMagick of this machine was built without what reads that kind of file",
      mend: program === "gs"
        ? "See with `gs --version` as the site's user; if it is not there, ask the administrators for Ghostscript (in Debian the package ghostscript)"
        : "Ask the administrators for it, or use another package for that kind of file, as Pillow or PyMuPDF",
    }),
    examples: [
      "wand.exceptions.DelegateError: FailedToExecuteCommand `'gs' -sstdout=%stderr -dQUIET' @ error/ghostscript-private.h/ExecuteGhostscriptCommand/75",
    ],
  },
  {
    name: "wkhtmltopdf-fails",
    code: "program-failed",
    when: {
      type: "OSError",
      message:
        /wkhtmlto\w+ (?:reported an error|exited with non-zero code)[^]{0,2000}?(QXcbConnection|cannot connect to X server|HostNotFoundError|ContentNotFoundError|ContentAccessDenied|ConnectionRefusedError|ProtocolUnknownError|TimeoutError|SslHandshake|unpatched qt)/i,
    },
    claim: ({ groups: [word = ""], text }) => ({
      says: `wkhtmltopdf was started, and ${
        /X/.test(word) && /QXcb|X server/.test(word)
          ? "wants a screen, which a server has not"
          : /unpatched/.test(word)
          ? "is a build that lacks what is asked for (unpatched Qt)"
          : `does not get what the page names: ${
            /(?:Failed to load|Error:) (?:loading )?([^\s,]{1,200})/.exec(text)
              ?.[1] ?? word
          }`
      }`,
      mend: /QXcb|X server/.test(word)
        ? 'Set QT_QPA_PLATFORM = "offscreen" under [environment] in config.toml; older builds want a screen that is none, `xvfb-run`'
        : /unpatched/.test(word)
        ? "Ask the administrators for the build of wkhtmltopdf.org with its own Qt, or leave such options out (headers, footers, table of contents)"
        : /ContentAccessDenied|ProtocolUnknown/.test(word)
        ? 'Files of the machine are read only where `"enable-local-file-access": ""` is among the options: give it for pages of your own alone, and name pictures and styles by `file:///` and their whole path'
        : "Name pictures and styles of the page by their whole path or address: it is drawn outside of the browser, where `/static/…` has no host; a site that asks itself needs another thread (`threads` in [wsgi])",
    }),
    examples: [
      {
        raised:
          "OSError: wkhtmltopdf reported an error:\nQXcbConnection: Could not connect to display",
        mend: "offscreen",
      },
      {
        raised:
          "OSError: wkhtmltopdf exited with non-zero code 1. error:\nError: Failed to load http:///static/a.css, with network status code 3\nExit with code 1 due to network error: HostNotFoundError",
        mend: "by their whole path",
      },
    ],
  },
  {
    name: "proj-data-missing",
    code: "data-not-here",
    over: "file-missing-told",
    when: {
      message:
        /Valid PROJ data directory not found|Cannot find proj\.db|no database context specified|proj\.db contains DATABASE\.LAYOUT\.VERSION/,
    },
    claim: ({ text }, { host, site }) => {
      const named = ["PROJ_LIB", "PROJ_DATA"].find((name) =>
        (site.config?.environment[name] ?? host.env[name]) !== undefined
      );
      return {
        says: /LAYOUT\.VERSION/.test(text)
          ? "PROJ finds a proj.db of another version than itself"
          : "PROJ, below the packages for maps, does not find its data (proj.db)",
        probably: named
          ? `${named} names a folder of another installation`
          : "two installations of it are mixed, as one of the system or of conda and one that pip brought",
        mend: named
          ? `Take ${named} out where it is set: wheels of pyproj, rasterio and fiona bring data of their own`
          : "Install pyproj, rasterio and fiona again from wheels, which bring data of their own; where the library is the system's, ask the administrators for its data (in Debian proj-data)",
      };
    },
    examples: [
      {
        raised:
          "rasterio.errors.CRSError: The EPSG code is unknown. PROJ: internal_proj_create_from_database: Cannot find proj.db",
        mend: "data of their own",
      },
      {
        raised:
          "pyproj.exceptions.DataDirError: Valid PROJ data directory not found. Either set the path using the environmental variable PROJ_LIB or with `pyproj.datadir.set_data_dir`.",
        config: 'PROJ_LIB = "/opt/conda/share/proj"',
        mend: "Take PROJ_LIB out",
      },
    ],
  },
  {
    name: "postgis-missing",
    code: "database-not-migrated",
    over: "django-setup",
    when: {
      message: /Cannot determine PostGIS version for database "([^"]+)"/,
    },
    claim: {
      says: 'The database "$1" has no PostGIS, which GeoDjango asks for',
      mend:
        "Let the owner of the database, or an administrator, run in it, once: `CREATE EXTENSION IF NOT EXISTS postgis`; where the server has no files of it, its administrators install them first",
    },
    examples: [
      'django.core.exceptions.ImproperlyConfigured: Cannot determine PostGIS version for database "shop" using command "SELECT postgis_lib_version()". GeoDjango requires at least PostGIS version 2.5. Was the database created from a spatial database template?',
    ],
  },
];
