/**
 * Compiled packages that are there and do not work: built against other
 * libraries, without a part, for other processors, or loaded twice.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { dirname } from "node:path";
import { namesIn } from "../machine/host.ts";
import { distributionOf, isPublicPackage } from "../python/package_names.ts";
import { normalise } from "../python/pip.ts";
import { findInstalled, ownerOf, packageOf } from "./installed.ts";
import { ANYWHERE, MISSING, nameOf } from "./missing.ts";
import type { Claim, Mend, Rule, Subject } from "./rule.ts";
import { lineOf, type Scene, whereSet } from "./scene.ts";

/** Whose symbols begin so. */
const SYMBOLS: readonly { symbol: RegExp; library: string }[] = [
  {
    symbol: /^(?:SSL|TLS|EVP|OPENSSL|OpenSSL|X509|CRYPTO|ERR|RSA|EC|BIO|DTLS)_/,
    library: "OpenSSL",
  },
  { symbol: /^PQ\w/, library: "libpq (of PostgreSQL)" },
  { symbol: /^sqlite3_/, library: "SQLite" },
  {
    symbol: /^mysql_|^mariadb_/,
    library: "the client library of MySQL or MariaDB",
  },
  { symbol: /^(?:xml|xslt|html)[A-Z]\w/, library: "libxml2 or libxslt" },
  { symbol: /^curl_/, library: "libcurl" },
  { symbol: /^(?:inflate|deflate|crc32|gz)\w*$/, library: "zlib" },
  { symbol: /^(?:FT|Fc)_?\w/, library: "FreeType or fontconfig" },
  { symbol: /^(?:GDAL|OGR|OSR|CPL)\w/, library: "GDAL" },
  { symbol: /^ffi_/, library: "libffi" },
];

/** Packages without the part for graphics cards. */
const WITHOUT_CUDA: Readonly<Record<string, string>> = {
  faiss: "faiss-cpu",
  onnxruntime: "onnxruntime",
};

/** What is raised, through whose files, and what is behind it. */
const KNOWN: readonly {
  type?: RegExp;
  message: RegExp;
  through?: RegExp;
  says: string;
  mend: Mend | ((module: string, scene: Scene) => Mend);
}[] = [
  {
    message:
      /^The _imaging\w* (?:C module is not installed|extension was built for)|^(?:decoder|encoder) \w+ not available|^The _imagingft C module/,
    through: /\/PIL\//,
    says:
      "Pillow was built here without a library of the system, which it needs for this (such as libfreetype for letters, libjpeg for JPEG)",
    mend: {
      module: "PIL",
      again: true,
      then:
        "where that builds it from its source again, ask the administrators for libfreetype6-dev, libjpeg-dev and zlib1g-dev before",
    },
  },
  {
    message: /lxml & xmlsec libxml2 library version mismatch/,
    says:
      "The installed lxml and xmlsec were built with different versions of libxml2",
    mend:
      "Build both on this machine with the libxml2 of the system: write `--no-binary lxml` and `--no-binary xmlsec` as lines of the requirements, and install those again; the administrators have libxml2-dev and libxmlsec1-dev for it; or write versions of both whose wheels belong together",
  },
  {
    message:
      /cannot load any more object with static TLS|cannot allocate memory in static TLS block/,
    says:
      "The loader of the system has no room left for the thread-local memory that compiled packages ask for",
    mend: (module) =>
      `Import \`${module}\` at the very top of the module that [wsgi] of config.toml names, before all else that is compiled (numpy, torch, sklearn, cv2)`,
  },
  {
    message: /cannot enable executable stack as shared object requires/,
    says:
      "A compiled package asks for memory that is both written and run (an executable stack), which this system refuses",
    mend: (module, scene) =>
      `Write a later version of ${
        ownerOf(module, scene).name
      } into the requirements of the site, which asks for none; or ask the administrators: \`patchelf --clear-execstack\` takes the mark off the file that is named`,
  },
  {
    message: /^urllib3 v2(?:\.0)? only supports OpenSSL 1\.1\.1\+/,
    says:
      "urllib3 2 needs OpenSSL 1.1.1 or later, and the Python of the site was built with an older one",
    mend: {
      install: "urllib3<2",
      or:
        "make the virtual environment with a Python that was built with a later OpenSSL",
    },
  },
  {
    message:
      /we detected an older version of numpy in|^Error importing numpy: you should not try to import numpy from\s+its source directory|multiple copies of numpy/i,
    says:
      "Files of two versions of numpy lie in one place, so that they do not fit together",
    mend: { module: "numpy", again: true },
  },
  {
    message:
      /^CPU dispatcher tracer already initli?z?|^cannot load module more than once per process|may only be initialized once per interpreter process|^Interpreter change detected|do(?:es)? not (?:yet )?support (?:loading in )?subinterpreters/,
    says:
      "A compiled package is loaded twice in one process, which it does not allow",
    mend:
      "Look for what imports it again: an import that failed at first and is tried once more (the first failure, further up in the log, is the one that counts), code that empties `sys.modules` or calls `importlib.reload()`; under mod_wsgi, `WSGIApplicationGroup %{GLOBAL}`",
  },
  {
    message:
      /^dynamic module does not define (?:module export function \(PyInit|init function \(init)/,
    through: /^/,
    says:
      "The file is no build of that module for this Python: it was built for another version of Python, under another name, or by a tool that makes plain libraries",
    mend: (module, scene) =>
      findInstalled(module, scene)
        ? { module, again: true }
        : "Build it again from its source with the Python of the site, and keep the name that the build gives; what speaks no Python is loaded with `ctypes.CDLL(PATH)`",
  },
  {
    type: /PanicException$/,
    message: /Python API call failed/,
    through: /\/cryptography\//,
    says:
      "The compiled part of cryptography gave up, mostly because it does not find `_cffi_backend`, the compiled part of cffi",
    mend: (_, scene) =>
      findInstalled("_cffi_backend", scene)
        ? { module: "_cffi_backend", again: true }
        : { install: "cffi" },
  },
];

/** The rules of builds. */
export const builds = (): Rule[] => [
  {
    name: "build-told",
    code: "package-binary-mismatch",
    over:
      "optional-dependency version-told package-name-missing name-gone-told numpy-mismatch other-build",
    when: { message: /^/ },
    claim: ({ text, raised }, scene) => {
      const through = raised.frames.map(({ file }) => file).join("\n");
      const module = packageOf(/(\/[^\s:]+\.so\b)/.exec(text)?.[1] ?? "") ??
        packageOf(raised.frames.at(-1)?.file ?? "")?.replace(/\.py$/, "");
      const known = KNOWN.find((each) =>
        each.message.test(text) && (each.type?.test(raised.type) ?? true) &&
        (each.through?.test(through) ?? module !== undefined)
      );
      return known && {
        says: known.says + (known.type ? "" : `: ${brief(text)}`),
        mend: typeof known.mend === "function"
          ? known.mend(module ?? "", scene)
          : known.mend,
      };
    },
    examples: [
      {
        raised: "ImportError: The _imagingft C module is not installed",
        in: "PACKAGES/PIL/ImageFont.py __getattr__",
        files: {
          "PACKAGES/PIL/__init__.py": "",
          "PACKAGES/pillow-9.0.0.dist-info/METADATA": "Name: pillow\n",
        },
        says: "Pillow was built here without a library",
        mend: "pillow==9.0.0",
      },
      {
        raised:
          "ImportError: PACKAGES/torch/lib/libgomp.so.1: cannot allocate memory in static TLS block",
        in: "PACKAGES/sklearn/__init__.py <module>",
        mend: "Import `torch` at the very top",
      },
      {
        raised:
          "ImportError: PACKAGES/numpy/core/_umath.so: cannot enable executable stack as shared object requires: Permission denied",
        in: "PACKAGES/numpy/__init__.py <module>",
        mend: "patchelf --clear-execstack",
      },
      {
        raised:
          "ImportError: urllib3 v2.0 only supports OpenSSL 1.1.1+, currently the 'ssl' module is compiled with 'OpenSSL 1.0.2k-fips  26 Jan 2017'. See: https://x",
        in: "PACKAGES/urllib3/__init__.py <module>",
        mend: "'urllib3<2'",
      },
      {
        raised:
          "xmlsec.InternalError: (-1, 'lxml & xmlsec libxml2 library version mismatch')",
        in: "PACKAGES/onelogin/saml2/utils.py f",
        mend: "--no-binary lxml",
      },
      {
        raised: "ImportError: cannot load module more than once per process",
        in: "PACKAGES/numpy/core/multiarray.py <module>",
        mend: "the first failure",
      },
      {
        raised:
          "ImportError: dynamic module does not define module export function (PyInit_fast)",
        facts: { name: "fast" },
        says: "no build of that module for this Python",
        mend: "ctypes.CDLL",
      },
      {
        raised:
          "ImportError: dynamic module does not define module export function (PyInit__fast)",
        facts: { name: "fast._fast" },
        in: "PACKAGES/fast/__init__.py <module>",
        files: {
          "PACKAGES/fast/__init__.py": "",
          "PACKAGES/fast-1.2.dist-info/METADATA": "Name: fast\n",
        },
        mend: 'Install the package "fast" again',
      },
      {
        raised: "pyo3_runtime.PanicException: Python API call failed",
        in: "PACKAGES/cryptography/exceptions.py <module>",
        mend: "pip install cffi",
      },
    ],
    not: ["ImportError: The _imagingft C module is not installed"],
  },
  {
    name: "copy-of-other-system",
    code: "package-wrong",
    over: `${ANYWHERE} package-part-gone versions-clash`,
    when: MISSING,
    claim: (subject, scene) => {
      const parts = nameOf(subject).split(".");
      const file = subject.raised.frames.at(-1)?.file ?? "";
      const folder = dirname(file);
      const inner = parts.slice(0, -1).join("/");
      if (
        parts.length < 2 || !folder.endsWith(`/${inner}`) ||
        packageOf(file) !== undefined
      ) return undefined;
      const built = namesIn(folder, scene.host).find((each) =>
        each.startsWith(`${parts.at(-1)}.`) && /\.(?:pyd|so|dylib)$/.test(each)
      );
      if (!built) return undefined;
      const home = folder.slice(0, -inner.length - 1);
      const distribution = namesIn(home, scene.host)
        .map((each) => /^(.+?)-\d[^-]*\.dist-info$/.exec(each)?.[1])
        .find((each) => each && normalise(each) === normalise(parts[0]!)) ??
        (isPublicPackage(parts[0]!) ? distributionOf(parts[0]!) : undefined);
      // A module of the site's own, built on another machine.
      if (!distribution) return undefined;
      const system = /\.pyd$/.test(built)
        ? "Windows"
        : /darwin|\.dylib$/.test(built)
        ? "macOS"
        : "another Python, or another kind of machine";
      return {
        seen:
          `${folder} is a copy of a package that was built for ${system}: ${built} cannot be loaded here`,
        mend: {
          install: distribution,
          then:
            `take ${home} off the search path, as packages that were copied from another machine do not work here`,
        },
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'fastcore._fastcore'",
        facts: { name: "fastcore._fastcore" },
        in: "APP/lib/fastcore/__init__.py <module>",
        files: {
          "APP/lib/fastcore/__init__.py": "",
          "APP/lib/fastcore/_fastcore.cp311-win_amd64.pyd": "MZ",
          "APP/lib/fastcore-2.3.dist-info/METADATA": "Name: fastcore\n",
        },
        says: "was built for Windows",
        mend: "take APP/lib off the search path",
      },
      {
        raised: "ModuleNotFoundError: No module named 'yaml._yaml'",
        facts: { name: "yaml._yaml" },
        in: "APP/vendor/yaml/__init__.py <module>",
        files: {
          "APP/vendor/yaml/__init__.py": "",
          "APP/vendor/yaml/_yaml.cpython-39-darwin.so": "",
        },
        says: "was built for macOS",
        mend: "PyYAML",
      },
    ],
  },
  {
    // OpenSSL 3 has old functions only in its legacy provider, and where FIPS
    // is switched on the system refuses MD5 as well.
    name: "hash-refused",
    code: "library-missing",
    when: {
      type: "ValueError UnsupportedDigestmodError",
      message:
        /^unsupported hash type (md4|md5|ripemd160|rmd160|whirlpool|sm3|blake2\w)$|^\[digital envelope routines[^\]]*\] (?:unsupported|disabled for FIPS)|^error:\w*:digital envelope routines::?unsupported/i,
    },
    claim: (subject, scene) => {
      const line = lineOf(subject.own, scene);
      const name = (subject.groups[0] ??
        /\b(md4|md5|sha1|ripemd160|rmd160|whirlpool)\b/i.exec(line)?.[1])
        ?.toLowerCase();
      const mayPass = !name || name === "md5" || name === "sha1";
      const [call] =
        /\bhashlib\.(?:md5|sha1|new)\((?:[^()]|\([^()]*\))*\)/.exec(line) ??
          [];
      return {
        says: `The OpenSSL of this system refuses the hash function ${
          name ?? "that is asked for"
        }: it is an old one, which OpenSSL 3 leaves out or the standard FIPS forbids`,
        mend: mayPass
          ? `Write \`${
            call && !call.includes("usedforsecurity")
              ? call.replace(
                /(?<=[^(])\)$|\(\)$/,
                (end) =>
                  end === "()"
                    ? "(usedforsecurity=False)"
                    : ", usedforsecurity=False)",
              )
              : "hashlib.md5(data, usedforsecurity=False)"
          }\` where it protects nothing (Python 3.9 and later), or sha256; for passwords, use what is made for them`
          : `Use another function, such as sha256, or a package that brings its own ${name}, such as pycryptodome (\`Crypto.Hash\`)`,
      };
    },
    examples: [
      {
        raised:
          "ValueError: [digital envelope routines: EVP_DigestInit_ex] disabled for FIPS",
        files: { "APP/app.py": "#\n#\nkey = hashlib.md5(name).hexdigest()\n" },
        says: "refuses the hash function md5",
        mend: "Write `hashlib.md5(name, usedforsecurity=False)`",
      },
      {
        raised: "ValueError: [digital envelope routines] unsupported",
        in: "PACKAGES/things/keys.py f",
        mend: "usedforsecurity",
      },
      {
        raised: "ValueError: unsupported hash type ripemd160",
        in: "PYTHON/hashlib.py __hash_new",
        mend: "pycryptodome",
      },
    ],
    not: ["ValueError: unsupported hash type sha265"],
  },
  {
    name: "graphics-card-missing",
    code: "library-missing",
    over: "shared-library-missing system-library-told",
    when: {
      type: "ImportError OSError",
      message:
        /(?:^|\s)(lib(?:cud|cublas|cufft|curand|cusparse|cusolver|nvrtc|nvidia|nccl|nvToolsExt|cupti)[\w.+-]*\.so[\w.]*): cannot open shared object file/,
    },
    claim: ({ raised, groups: [library] }) => {
      const module = raised.frames.map(({ file }) => packageOf(file))
        .findLast((each) => each !== undefined);
      const plain = module && Object.hasOwn(WITHOUT_CUDA, module)
        ? WITHOUT_CUDA[module]
        : undefined;
      return {
        says: `${
          module ? `The package "${module}"` : "A package"
        } was built for graphics cards of NVIDIA (CUDA), and this machine has no ${library}`,
        mend: plain
          ? {
            install: plain,
            then:
              "take the one for graphics cards out of the requirements of the site",
          }
          : `Install the build of ${
            module ?? "it"
          } for processors alone, without CUDA${
            module?.startsWith("torch")
              ? ": pytorch.org tells the line of pip for CPU, also for torchvision and torchaudio"
              : ", as its documentation tells"
          }, after the present one is uninstalled`,
      };
    },
    examples: [
      {
        raised:
          "OSError: libcublas.so.11: cannot open shared object file: No such file or directory",
        in: [
          "PACKAGES/torch/__init__.py _load_global_deps",
          "PYTHON/ctypes/__init__.py __init__",
        ],
        says: 'The package "torch" was built for graphics cards',
        mend: "pytorch.org",
      },
    ],
  },
  {
    name: "other-library",
    code: "package-binary-mismatch",
    over: "other-build",
    when: {
      type: "ImportError OSError",
      message: /(\/[^\s:]+\.so[\w.]*): undefined symbol: (\w+)/,
    },
    claim: (subject, scene) => explainSymbol(subject, scene),
    examples: [
      {
        raised:
          "ImportError: PACKAGES/psycopg2/_psycopg.cpython-311-x86_64-linux-gnu.so: undefined symbol: PQconninfo",
        in: "PACKAGES/psycopg2/__init__.py <module>",
        files: {
          "PACKAGES/psycopg2/__init__.py": "",
          "PACKAGES/psycopg2-2.9.dist-info/METADATA": "Name: psycopg2\n",
        },
        says:
          "built with a later libpq (of PostgreSQL) than the one that is loaded here",
        mend: "psycopg2-binary",
      },
      {
        raised:
          "ImportError: PACKAGES/lxml/etree.so: undefined symbol: xmlGetIntSubset",
        in: "PACKAGES/lxml/html.py <module>",
        config: 'LD_LIBRARY_PATH = "/opt/lib"',
        says: "LD_LIBRARY_PATH (set in [environment] of config.toml)",
        mend: "Take LD_LIBRARY_PATH out",
      },
      {
        raised:
          "OSError: PACKAGES/torchvision/_C.so: undefined symbol: _ZN3c1017RegisterOperatorsD1Ev",
        in: "PACKAGES/torchvision/__init__.py <module>",
        says: "for another version of torch",
        mend: "versions of torch and torchvision",
      },
    ],
    not: [{
      raised:
        "ImportError: PACKAGES/lxml/etree.so: undefined symbol: PyUnicode_FromX",
      in: "PACKAGES/lxml/html.py <module>",
    }],
  },
];

function explainSymbol(
  { groups: [file = "", symbol = ""], raised }: Subject,
  scene: Scene,
): Claim | undefined {
  const owner = packageOf(file) ??
    packageOf(raised.frames.at(-1)?.file ?? "")?.replace(/\.py$/, "");
  if (!owner) return undefined;
  if (/^_ZN\w*(?:c10|torch|at)\d/.test(symbol) && owner !== "torch") {
    return {
      says:
        `The package "${owner}" was built for another version of torch than the one installed: ${symbol} is not in it`,
      mend:
        `Write versions of torch and ${owner} that belong together into the requirements of the site, as the documentation of ${owner} lists them, and install those`,
    };
  }
  const known = SYMBOLS.find((each) => each.symbol.test(symbol));
  if (!known) return undefined;
  const where = whereSet("LD_LIBRARY_PATH", scene);
  const says =
    `The package "${owner}" was built with a later ${known.library} than the one that is loaded here: that has no ${symbol}`;
  if (where) {
    return {
      says:
        `${says}; LD_LIBRARY_PATH (set in ${where}) names where libraries are looked for first`,
      mend:
        `Take LD_LIBRARY_PATH out of ${where}, where nothing else needs it, so that the library of the system is loaded; else install ${owner} again on this machine`,
    };
  }
  return owner === "psycopg2"
    ? {
      says,
      mend: {
        install: "psycopg2-binary",
        or: "uninstall psycopg2 and build it again on this machine",
      },
    }
    : { seen: says, mend: { module: owner, again: true } };
}

function brief(text: string): string {
  const whole = text.replace(/\s+/g, " ").trim();
  return whole.length > 160 ? `${whole.slice(0, 160)}…` : whole;
}
