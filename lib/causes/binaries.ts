/**
 * Compiled packages that the system cannot load, libraries and programs of the
 * system that a package wants and does not find.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, resolve } from "node:path";
import { systemOf } from "../machine/executable.ts";
import { refused } from "../machine/host.ts";
import { programNotOnPath } from "./programs.ts";
import { findInstalled, ownerOf, packageOf, versionOf } from "./installed.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { shellCommand } from "../text/shell.ts";

const LOADING = "ImportError OSError ModuleNotFoundError";

/** Packages that come without the libraries of a desktop. */
const HEADLESS: Readonly<Record<string, string>> = {
  cv2: "opencv-python-headless",
};

/**
 * Libraries that packages ask for by names of their own: in what words, what
 * they are called, and what the package of the system is called in Debian.
 */
const LIBRARIES: readonly {
  message: RegExp;
  library: string;
  debian: string;
  also?: string;
}[] = [
  {
    message: /could not find the GDAL library|GDAL_LIBRARY_PATH|gdal-config/i,
    library: "GDAL",
    debian: "libgdal-dev or gdal-bin",
    also:
      "where it lies in another folder, set GDAL_LIBRARY_PATH in Django's settings",
  },
  {
    message: /could not find the GEOS library|GEOS_LIBRARY_PATH|libgeos_c/i,
    library: "GEOS",
    debian: "libgeos-c1v5",
    also:
      "where it lies in another folder, set GEOS_LIBRARY_PATH in Django's settings",
  },
  {
    message:
      /libproj|pyproj.*(?:proj library|data directory)|PROJ: proj_create/i,
    library: "PROJ",
    debian: "libproj-dev",
  },
  {
    message: /SpatiaLite|mod_spatialite/,
    library: "SpatiaLite",
    debian: "libsqlite3-mod-spatialite",
  },
  {
    message:
      /no library called "(?:lib)?cairo|cannot load library '?(?:lib)?cairo/i,
    library: "Cairo",
    debian: "libcairo2",
  },
  {
    message:
      /cannot load library '?(?:lib)?(?:gobject|pango|cairo|harfbuzz|fontconfig|gdk)|no library called "(?:cairo|pango|gobject|libcairo)/i,
    library: "Pango, with Cairo and GObject",
    debian: "libpango-1.0-0 and libpangoft2-1.0-0",
  },
  {
    message:
      /failed to find libmagic|libmagic.*(?:not found|not installed)|could not find (?:lib)?magic/i,
    library: "libmagic",
    debian: "libmagic1",
  },
  {
    message: /Unable to find zbar shared library|libzbar/i,
    library: "ZBar",
    debian: "libzbar0",
  },
  {
    message:
      /MagickWand shared library not found|ImageMagick.*(?:not found|not installed)/i,
    library: "ImageMagick (MagickWand)",
    debian: "libmagickwand-6.q16-6",
  },
  {
    message: /libsndfile|sndfile library not found/i,
    library: "libsndfile",
    debian: "libsndfile1",
  },
  {
    message: /PortAudio library not found/i,
    library: "PortAudio",
    debian: "libportaudio2",
  },
  {
    message:
      /Could not find (?:the )?(?:Oracle )?Client library|DPI-1047|libclntsh/i,
    library: "the Oracle client",
    debian: "the Oracle Instant Client",
  },
  {
    message: /Can't open lib '[^']*'|Data source name not found/i,
    library: "of a driver for ODBC",
    debian: "unixodbc and the driver of the database",
  },
  {
    message: /libodbc/i,
    library: "unixODBC, which manages drivers of databases",
    debian: "unixodbc, and the driver of the database",
  },
  {
    message: /The Enchant C library|enchant C library/i,
    library: "Enchant",
    debian: "libenchant-2-2",
  },
  {
    message: /xmlsec.*not found/i,
    library: "xmlsec",
    debian: "libxmlsec1-openssl",
  },
  {
    message: /Unable to find dmtx shared library/i,
    library: "libdmtx",
    debian: "libdmtx0b",
  },
  {
    message: /cannot load library '?libvips/i,
    library: "libvips",
    debian: "libvips42",
  },
  {
    message: /Cannot find the ecCodes library/i,
    library: "ecCodes",
    debian: "libeccodes0",
  },
  {
    message: /Couldn't locate OpenSlide|libopenslide\.so/i,
    library: "OpenSlide",
    debian: "libopenslide0",
  },
  {
    message: /unable to find.*libusb|libusb.*not found/i,
    library: "libusb",
    debian: "libusb-1.0-0",
  },
];

/** Programs that packages ask for in words of their own, with that word. */
const PROGRAMS: readonly { message: RegExp; program?: string }[] = [
  {
    message: /^(\S+) is not installed or it's not in your PATH/i,
  },
  { message: /No wkhtmltopdf executable found/i, program: "wkhtmltopdf" },
  { message: /No wkhtmltoimage executable found/i, program: "wkhtmltoimage" },
  {
    message: /Unable to get page count\. Is poppler installed/i,
    program: "pdfinfo",
  },
  {
    message:
      /(?:Couldn't|Could not) find (?:ffmpeg|ffprobe)|ffmpeg.*(?:not found|is not installed)|No ffmpeg exe could be found/i,
    program: "ffmpeg",
  },
  {
    message:
      /Bad git executable|git executable.*(?:must be specified|not found)|Cmd\('git'\) not found/i,
    program: "git",
  },
  {
    message:
      /failed to execute .*\bdot\b|ExecutableNotFound|Graphviz executables|"dot" (?:with args|not found)/i,
    program: "dot",
  },
  {
    message:
      /(?:'?(chromedriver|geckodriver)'? executable needs to be in PATH)/i,
  },
  {
    message:
      /Ghostscript (?:is )?not (?:found|installed)|Unable to locate Ghostscript/i,
    program: "gs",
  },
  { message: /No pandoc was found/i, program: "pandoc" },
  {
    message:
      /\bjava\b.*command (?:is )?not found|JAVA_HOME is not set|JVM not found|No JVM shared library/i,
    program: "java",
  },
  {
    message:
      /Node\.?js (?:is )?not (?:found|installed)|Could not find an available JavaScript runtime/i,
    program: "node",
  },
  {
    message: /LibreOffice.*not (?:found|installed)|soffice.*not found/i,
    program: "soffice",
  },
  {
    message:
      /latex could not be found|Failed to process string with tex because latex/i,
    program: "latex",
  },
  { message: /exiftool is not (?:found|installed)/i, program: "exiftool" },
  {
    message: /msgfmt.*(?:not found|Can't find)|Can't find msgfmt/i,
    program: "msgfmt",
  },
  {
    message: /(?:mysqldump|pg_dump|psql): (?:command )?not found/i,
    program: "pg_dump",
  },
  {
    message:
      /(?:^|\n|')(?:\/bin\/)?(?:ba|da|z)?sh: (?:line )?(?:\d+: )*([\w.-]+): (?:command )?not found/,
  },
];

/** The rules of compiled packages, libraries and programs. */
export const binaries = (): Rule[] => [
  {
    name: "system-library-told",
    code: "library-missing",
    over:
      "django-setup shared-library-missing variable-missing optional-dependency setting-from-variable built-on-newer-system package-missing",
    when: {
      message:
        /librar|\.so\b|cannot load|magic|DPI-1047|xmlsec|ODBC|\[unixODBC\]|libusb|SpatiaLite|GDAL/i,
    },
    claim: ({ text }) => {
      const known = LIBRARIES.find((each) => each.message.test(text));
      // A file that is there and cannot be loaded is another matter.
      if (
        !known ||
        /invalid ELF|wrong ELF|undefined symbol|GLIBC|failed to map/.test(text)
      ) return undefined;
      const [, closed] =
        /(\/[^\s:"']+): cannot open shared object file: Permission denied/
          .exec(text) ?? [];
      return closed
        ? {
          says:
            `The package needs the system's library ${known.library}, and may not read it: ${closed}`,
          mend:
            `Let whoever put it there open its folders and files for all to read; see with \`namei -l ${closed}\` where the way is closed`,
        }
        : {
          says:
            `The package needs the system's library ${known.library}, and does not find it: {line}`
              .replace("{line}", shortened(text)),
          mend:
            `pip does not bring it along: ask the administrators to install it (in Debian ${known.debian})${
              known.also ? `; ${known.also}` : ""
            }`,
        };
    },
    examples: [
      {
        raised:
          'django.core.exceptions.ImproperlyConfigured: Could not find the GDAL library (tried "gdal", "GDAL"). Is GDAL installed? If it is, try setting GDAL_LIBRARY_PATH in your settings.',
        says: "library GDAL",
        mend: "GDAL_LIBRARY_PATH",
      },
      {
        raised:
          "OSError: cannot load library 'gobject-2.0-0': gobject-2.0-0: cannot open shared object file: No such file or directory.  Additionally, ctypes.util.find_library() did not manage to locate a library called 'gobject-2.0-0'",
        mend: "libpango",
      },
      "ImportError: failed to find libmagic.  Check your installation",
      {
        raised:
          'cx_Oracle.DatabaseError: DPI-1047: Cannot locate a 64-bit Oracle Client library: "/opt/oracle/libclntsh.so: cannot open shared object file: Permission denied"',
        says: "may not read it: /opt/oracle/libclntsh.so",
        mend: "namei -l",
      },
      "ImportError: Unable to find zbar shared library",
      "pyodbc.Error: ('01000', \"[01000] [unixODBC][Driver Manager]Can't open lib 'ODBC Driver 17 for SQL Server' : file not found (0) (SQLDriverConnect)\")",
    ],
  },
  {
    name: "program-told",
    code: "program-missing",
    over: "optional-dependency variable-missing file-missing package-missing",
    when: [
      {
        message:
          /PATH|executable|found|installed|JAVA_HOME|runtime|ffmpeg|[Gg]it\b|dot|latex|JVM/,
      },
    ],
    claim: ({ text, raised }, scene) => {
      if (/^ModuleNotFoundError$/.test(raised.type)) return undefined;
      for (const { message, program } of PROGRAMS) {
        const found = message.exec(text);
        const name = program ?? found?.[1];
        if (!found || !name) continue;
        const claim = programNotOnPath(basename(name), scene) ?? {
          says: `${
            basename(name)
          } is a program of the system, and the package says of it: ${
            shortened(text)
          }`,
          mend:
            "It is on this machine: try it in a shell as the site's user, and name it by its absolute path",
        };
        return name.startsWith("/")
          ? {
            says: `The program ${name} is not there`,
            mend: "Correct its path, or ask the administrators to install it",
          }
          : claim;
      }
      return undefined;
    },
    examples: [
      {
        raised:
          "pytesseract.pytesseract.TesseractNotFoundError: tesseract is not installed or it's not in your PATH. See README file for more information.",
        says: 'The program "tesseract" is in none of the folders of PATH',
        mend: "administrators",
      },
      "OSError: No wkhtmltopdf executable found: \"b''\"",
      {
        raised:
          "pdf2image.exceptions.PDFInfoNotInstalledError: Unable to get page count. Is poppler installed and in PATH?",
        says: '"pdfinfo" is in none',
        mend: "poppler-utils",
      },
      {
        raised:
          "ImportError: Bad git executable.\nThe git executable must be specified in one of the following ways:",
        files: { "/opt/git/bin/git": "" },
        says: '"git"',
      },
      "graphviz.backend.execute.ExecutableNotFound: failed to execute PosixPath('dot'), make sure the Graphviz executables are on your systems' PATH",
    ],
    not: [
      "ValueError: user: not found",
      "ModuleNotFoundError: No module named 'git'",
      "jinja2.exceptions.TemplateNotFound: index.html",
    ],
  },
  {
    name: "browser-missing",
    code: "program-missing",
    over: "program-told file-missing optional-dependency",
    when: [
      {
        message: /Executable doesn't exist at (\S+)/,
        through: /\/playwright\//,
      },
      { message: /Unable to obtain driver for (\w+)/ },
      { message: /cannot find (Chrome|Firefox|Edge) binary/i },
    ],
    claim: ({ groups: [what = ""] }, scene) => {
      const isPath = what.startsWith("/");
      return {
        says: isPath
          ? `The browser that Playwright starts is not on this machine for this user: ${what} is not there`
          : `Selenium finds no ${what}, or no driver for it, on this machine`,
        mend: isPath
          ? `Fetch it as the site's user: \`${
            shellCommand(scene.python, "-m", "playwright", "install")
          }\`; the libraries that browsers need are the administrators' to install`
          : 'Ask the administrators for the browser and its driver (in Debian chromium and chromium-driver, or firefox-esr), and name both by their paths, as `Service("/usr/bin/chromedriver")` and `options.binary_location`; a server has no screen: `options.add_argument("--headless")`',
      };
    },
    examples: [
      {
        raised:
          "playwright._impl._errors.Error: BrowserType.launch: Executable doesn't exist at /home/ann/.cache/ms-playwright/chromium-1/chrome",
        in: "PACKAGES/playwright/_impl/_connection.py wrap_api_call",
        mend: "playwright install",
      },
      {
        raised:
          "selenium.common.exceptions.NoSuchDriverException: Message: Unable to obtain driver for chrome; For documentation on this error, please visit: https://x",
        in: "PACKAGES/selenium/webdriver/common/driver_finder.py f",
        mend: "--headless",
      },
    ],
    not: ["RuntimeError: Executable doesn't exist at /opt/x"],
  },
  {
    name: "keyring-of-desktop",
    code: "program-missing",
    over: "optional-dependency",
    when: [
      { type: "NoKeyringError" },
      { message: /^No recommended backend was available/ },
    ],
    claim: {
      says:
        "keyring keeps secrets in the store of somebody's desktop, and a server's user has none",
      mend:
        "Let the code read the secret from a file that config.toml names below [secret_files], in place of `keyring.get_password(…)`",
    },
    examples: [{
      raised:
        "keyring.errors.NoKeyringError: No recommended backend was available. Install a recommended 3rd party backend package; or, install the keyrings.alt package",
      in: "PACKAGES/keyring/backends/fail.py get_password",
      mend: "[secret_files]",
    }],
  },
  {
    name: "numpy-mismatch",
    code: "package-conflict",
    over: "package-name-missing other-build",
    when: {
      message:
        /numpy\.(?:dtype|ufunc|ndarray) size changed|module compiled against (?:ABI|API) version|compiled using NumPy 1\.x cannot be run in|numpy\._?core\.multiarray failed to import|_ARRAY_API not found/,
    },
    claim: ({ raised }, scene) => {
      const owner = raised.frames.map(({ file }) => packageOf(file))
        .filter((name) => name && name !== "numpy").at(-1);
      const numpy = versionOf("numpy", scene);
      if (owner && !numpy && !findInstalled("numpy", scene)) {
        return {
          code: "package-missing",
          seen: `The package "${owner}" needs numpy, and that is not installed`,
          mend: { install: "numpy" },
        };
      }
      const says = `${
        owner ? `The package "${owner}"` : "A compiled package"
      } was built for another version of numpy than the one installed${
        numpy ? `, ${numpy}` : ""
      }`;
      return {
        says,
        mend: numpy && Number(numpy.split(".")[0]) >= 2
          ? {
            install: "numpy<2",
            or: `write a later version of ${
              owner ? ownerOf(owner, scene).name : "the package"
            } into the requirements of the site`,
          }
          : `Write versions of ${
            owner ? ownerOf(owner, scene).name : "that package"
          } and numpy that fit each other into the requirements of the site, and install those`,
      };
    },
    examples: [
      {
        raised:
          "ValueError: numpy.dtype size changed, may indicate binary incompatibility. Expected 96",
        in: "PACKAGES/pandas/__init__.py f",
        files: { "PACKAGES/numpy/__init__.py": "" },
        says: '"pandas"',
        mend: "requirements",
      },
      {
        raised:
          "ImportError: A module that was compiled using NumPy 1.x cannot be run in NumPy 2.0.1 as it may crash",
        in: "PACKAGES/cv2/__init__.py f",
        files: { "PACKAGES/numpy-2.0.1.dist-info/METADATA": "" },
        mend: "'numpy<2'",
      },
    ],
  },
  {
    name: "libpq-missing",
    code: "library-missing",
    over: "django-setup",
    when: { type: "ImportError", message: /^no pq wrapper available/ },
    claim: {
      says:
        'The package "psycopg" finds no libpq, the library of PostgreSQL, and was installed without its own',
      mend: { install: "psycopg[binary]" },
    },
    examples: [{
      raised: "ImportError: no pq wrapper available.\nAttempts made:\n- c",
      says: "libpq",
      mend: "install 'psycopg[binary]'",
    }],
  },
  {
    name: "library-of-own",
    code: "library-missing",
    over: "shared-library-missing other-build system-library-told file-missing",
    when: {
      type: "OSError",
      message:
        /^(\S+): (?:cannot open shared object file|invalid ELF header|file too short)/,
      in: /\/ctypes\/__init__\.py /,
    },
    claim: ({ groups: [name = ""], place, own, raised }, scene) => {
      // What a package loads, the package brings.
      const isOwn = raised.frames.every(({ file }) =>
        !packageOf(file) || file === own?.file
      );
      if (!isOwn || !own) return undefined;
      const file = resolve(scene.directory, name);
      const head = scene.host.readBytes(file, 4);
      const system = refused(head)
        ? /\.dll$/i.test(name)
          ? "Windows"
          : /\.dylib$/.test(name)
          ? "macOS"
          : undefined
        : systemOf(head);
      if (system) {
        return {
          says:
            `"${name}" is a library of ${system}, and this is Linux, which cannot load it`,
          place,
          mend:
            `Get the library for Linux (mostly \`lib….so\`) from who makes it, or build it here, and name that one where \`sys.platform\` is "linux"`,
        };
      }
      return name.includes("/") && refused(head) && head.errno === "ENOENT"
        ? {
          seen:
            `The library ${file}, which the code loads, is not on this machine${
              name.startsWith("/")
                ? ""
                : `: a relative path begins at the working directory`
            }`,
          place,
          mend:
            "Copy it to this machine, where it was built for Linux, or build it here; and name it from the code, as by `str(Path(__file__).parent / name)`",
        }
        : undefined;
    },
    examples: [
      {
        raised:
          "OSError: ./codec.dll: cannot open shared object file: No such file or directory",
        in: "PYTHON/ctypes/__init__.py __init__",
        says: "is a library of Windows",
        mend: "sys.platform",
      },
      {
        raised: "OSError: /srv/site/myapp/codec.so: invalid ELF header",
        in: "PYTHON/ctypes/__init__.py __init__",
        files: {
          "APP/codec.so": { text: new Uint8Array([0xcf, 0xfa, 0xed, 0xfe]) },
        },
        says: "is a library of macOS",
      },
      {
        raised:
          "OSError: ./lib/codec.so: cannot open shared object file: No such file or directory",
        in: "PYTHON/ctypes/__init__.py __init__",
        says: "The library APP/lib/codec.so, which the code loads, is not",
      },
    ],
    not: [
      {
        raised:
          "OSError: libzbar.so.0: cannot open shared object file: No such file or directory",
        in: "PYTHON/ctypes/__init__.py __init__",
      },
      {
        raised:
          "OSError: PACKAGES/fast/fast.dll: cannot open shared object file: No such file or directory",
        in: [
          "PACKAGES/fast/__init__.py <module>",
          "PYTHON/ctypes/__init__.py __init__",
        ],
      },
    ],
  },
  {
    name: "shared-library-missing",
    code: "library-missing",
    over: "django-setup file-missing",
    when: {
      type: LOADING,
      message:
        /(?:^|\s)([\w.+-]+\.so[\w.]*): cannot open shared object file: No such file/,
    },
    claim: (subject) => {
      const library = subject.groups[0]!;
      const owner = failedPackage(subject);
      if (library.startsWith("libpython")) return undefined;
      const headless = owner ? HEADLESS[owner] : undefined;
      return {
        says: `This machine lacks the library ${library}, which ${
          owner ? `the package "${owner}"` : "a compiled module"
        } needs`,
        mend: headless
          ? {
            install: headless,
            then:
              "remove the package with windows, opencv-python, from the requirements of the site",
            or:
              `ask the administrators for the package of the system that holds ${library}`,
          }
          : `pip does not bring it along: ask the administrators to install the package of the system that holds ${library}; in Debian, \`apt-file search ${library}\` names it. Where it lies in a folder of your own, write that under [environment]: LD_LIBRARY_PATH = "…"`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: libmariadb.so.3: cannot open shared object file: No such file or directory",
        in: "PACKAGES/MySQLdb/__init__.py <module>",
        says: "libmariadb.so.3",
        mend: "apt-file search libmariadb.so.3",
      },
      {
        raised:
          "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
        in: "PACKAGES/cv2/__init__.py <module>",
        mend: "opencv-python-headless",
      },
      {
        raised: "NameError: name '_mysql' is not defined",
        in: "PACKAGES/MySQLdb/__init__.py <module>",
        facts: {
          incidental: true,
          cause: {
            type: "ImportError",
            message:
              "libmysqlclient.so.21: cannot open shared object file: No such file or directory",
            frames: [],
          },
        },
        says: "libmysqlclient.so.21",
      },
      {
        raised:
          "django.core.exceptions.ImproperlyConfigured: Error loading MySQLdb module.\nDid you install mysqlclient?",
        in: [
          "PACKAGES/django/__init__.py setup",
          "PACKAGES/django/db/backends/mysql/base.py <module>",
        ],
        facts: {
          cause: {
            type: "ImportError",
            message:
              "libmysqlclient.so.21: cannot open shared object file: No such file or directory",
            frames: [{
              file: "PACKAGES/MySQLdb/__init__.py",
              line: 17,
              function: "<module>",
            }],
          },
        },
        files: { "PACKAGES/MySQLdb/__init__.py": "" },
        says: "lacks the library libmysqlclient.so.21",
        mend: "apt-file search libmysqlclient.so.21",
      },
    ],
  },
  {
    name: "built-for-other-python",
    code: "package-binary-mismatch",
    when: {
      type: LOADING,
      message: /(?:^|\s)(libpython[\w.+-]+\.so[\w.]*): cannot open shared/,
    },
    claim: (subject) =>
      mismatch(
        `was built for another Python: it needs ${subject.groups[0]}`,
        subject,
      ),
    examples: [{
      raised:
        "ImportError: libpython3.9.so.1.0: cannot open shared object file: No such file or directory",
      in: "PACKAGES/lxml/__init__.py <module>",
      files: { "PACKAGES/lxml-4.9.0.dist-info/METADATA": "" },
      says: "libpython3.9",
      mend: "--no-cache-dir lxml==4.9.0",
    }],
  },
  {
    name: "built-on-newer-system",
    code: "package-binary-mismatch",
    over: "other-build",
    when: {
      type: LOADING,
      message: /version [`']([A-Z]\w*_\d[\w.]*)' not found/,
    },
    claim: (subject, scene) => {
      const how = `was built on a newer system: it needs ${
        subject.groups[0]
      }, which this machine does not have`;
      const owner = failedPackage(subject);
      return owner
        ? {
          seen: `The package "${owner}" ${how}`,
          mend: {
            module: owner,
            again: true,
            or: `where that brings the same file, write an earlier version of ${
              ownerOf(owner, scene).name
            } into the requirements of the site`,
          },
        }
        : mismatch(how, subject);
    },
    examples: [{
      raised:
        "ImportError: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by PACKAGES/cryptography/_rust.so)",
      in: "PACKAGES/cryptography/x.py f",
      says: "GLIBC_2.34",
      mend: "or where that brings the same file, write an earlier version",
    }],
  },
  {
    name: "other-build",
    code: "package-binary-mismatch",
    when: {
      type: LOADING,
      message:
        /wrong ELF class|invalid ELF header|undefined symbol|does not define module export function|Exec format error|file too short|incompatible architecture|mach-o/,
    },
    claim: (subject) => {
      const file = /(\/[^\s:]+\.so[\w.]*)/.exec(subject.text)?.[1];
      return file
        ? mismatch(
          `was built for another Python or another kind of machine: ${
            basename(file)
          } cannot be loaded here`,
          subject,
        )
        : undefined;
    },
    examples: [{
      raised:
        "ImportError: PACKAGES/lxml/etree.so: wrong ELF class: ELFCLASS32",
      files: { "PACKAGES/lxml-4.9.0.dist-info/METADATA": "" },
      says: '"lxml"',
      mend: "--force-reinstall --no-deps --no-cache-dir lxml==4.9.0",
    }],
  },
  {
    name: "file-system-noexec",
    code: "python-noexec",
    when: {
      type: LOADING,
      message:
        /(\/\S+\.so[\w.]*): (?:failed to map segment.*: )?Operation not permitted|(\/\S+\.so[\w.]*): cannot apply additional memory protection/,
    },
    over: "memory-limit",
    claim: ({ groups }) => ({
      says: `The system refuses to run code from ${groups[0] ?? groups[1]}`,
      probably: "its file system is mounted with noexec",
      mend:
        "Ask the administrators for a folder on a file system without noexec, and make the virtual environment there",
    }),
    examples: [
      "ImportError: /x/y/z.so: failed to map segment from shared object: Operation not permitted",
    ],
  },
];

/** The package that could not be loaded. */
function failedPackage({ text, raised }: Subject): string | undefined {
  const file = /(\/[^\s:()]+\.so[\w.]*)/.exec(text)?.[1];
  return packageOf(file ?? "") ??
    packageOf(/required by ([^\s)]+)/.exec(text)?.[1] ?? "") ??
    packageOf(raised.frames.at(-1)?.file ?? "");
}

function mismatch(how: string, subject: Subject): Claim {
  const owner = failedPackage(subject);
  return owner
    ? {
      seen: `The package "${owner}" ${how}`,
      mend: { module: owner, again: true },
    }
    : {
      says: `A compiled module ${how}`,
      mend: "Build it again on this machine, with the site's own Python",
    };
}

function shortened(text: string): string {
  const whole = text.replace(/\s+/g, " ");
  return whole.length > 200 ? `${whole.slice(0, 200)}…` : whole;
}
