/**
 * Data of the application that are not on this machine, or not of this
 * version: pickles, models, corpora, files of Git LFS.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename, isAbsolute, join } from "node:path";
import { isLibraryFile } from "../python/failure.ts";
import { isStandardModule } from "../python/package_names.ts";
import { goneIn } from "./older_versions.ts";
import { ownerInWords, ownerOf, versionSuffix } from "./installed.ts";
import type { Rule, Subject } from "./rule.ts";
import { exists, lineOf, type Scene, searchSite, textOf } from "./scene.ts";
import { fileRead } from "./data_files.ts";
import { namesIn } from "../machine/host.ts";

const UNPICKLING =
  /\/(?:pickle|joblib\/\w+|dill\/\w+|torch\/serialization|cloudpickle\/\w+|pandas\/(?:io|compat)\/pickle\w*)\.py |_pickle| (?:load|loads|find_class|_unpickle|unpickle|read_pickle)$/;

/** A line that reads data in which modules are named. */
const READING =
  /\b(?:c?[pP]ickle|joblib|dill|cloudpickle|torch|pd|pandas|np|numpy|skops)\.(?:loads?|read_pickle|Unpickler)\s*\(|\b(?:read_pickle|load_model)\s*\(/;

function absolute(path: string, scene: Scene): string {
  return isAbsolute(path) ? path : join(scene.directory, path);
}

/** The rules of data. */
export const data = (): Rule[] => [
  {
    name: "git-lfs-pointer",
    code: "data-not-here",
    over:
      "json-broken pickle-broken sqlite-damaged encoding-read unpickle-name workbook-of-other-kind table-column-missing framework-key-missing configuration-chosen stray-file-probably",
    when: [
      {
        type:
          "UnpicklingError JSONDecodeError ParserError BadZipFile UnidentifiedImageError ValueError KeyError OSError ImportError RuntimeError UnicodeDecodeError EOFError Exception HeaderError SafetensorError",
        message:
          /Excel file format cannot be determined|invalid load key, 'v'|git-lfs|version https|Expecting value|not a zip file|cannot identify image|HeaderTooLarge|header too large|file signature not found|unpickling stack|^118$|not a gzip|File too small|Invalid magic|not in a known format|pickled \(object\) data|pickled data when allow_pickle/,
      },
      { type: "KeyError", through: /\/pandas\// },
    ],
    claim: (subject, scene) => {
      const file = dataFiles(subject, scene).find((each) =>
        textOf(each, scene).startsWith("version https://git-lfs")
      );
      if (file) {
        return {
          seen:
            `${file} holds no data, but a pointer of Git LFS: the file itself was never fetched to this machine`,
          place: { file },
          mend:
            "Fetch it in the repository with `git lfs pull`, or copy the file itself here",
        };
      }
      return /invalid load key, 'v'/.test(subject.text)
        ? {
          says: `What is read there is no pickle: ${subject.line}`,
          probably:
            "it is a pointer of Git LFS, a text that begins with `version`, whose file was never fetched",
          mend:
            "Look at the first line of the file; fetch it in the repository with `git lfs pull`, or copy the file itself here",
        }
        : undefined;
    },
    examples: [
      {
        raised: "OSError: Unable to open file (file signature not found)",
        in: "PACKAGES/h5py/_hl/files.py make_fid",
        files: {
          "APP/app.py": '\n\nmodel = load(HERE / "model" / "digits.h5")\n',
          "APP/model/digits.h5":
            "version https://git-lfs.github.com/spec/v1\noid\n",
        },
        says: "APP/model/digits.h5 holds no data, but a pointer of Git LFS",
        mend: "git lfs pull",
      },
      {
        raised: "_pickle.UnpicklingError: invalid load key, 'v'.",
        files: {
          "APP/app.py": '\n\nmodel = load("model.pkl")\n',
          "APP/model.pkl": "version https://git-lfs.github.com/spec/v1\noid\n",
        },
        says: "APP/model.pkl holds no data",
        mend: "git lfs pull",
      },
      {
        raised: "_pickle.UnpicklingError: invalid load key, 'v'.",
        says: "probably it is a pointer of Git LFS",
      },
      {
        raised:
          "ValueError: Excel file format cannot be determined, you must specify an engine manually.",
        in: "PACKAGES/pandas/io/excel/_base.py __init__",
        files: {
          "APP/app.py": '\n\nd = pd.read_excel("d.xlsx")\n',
          "APP/d.xlsx": "version https://git-lfs.github.com/spec/v1\noid\n",
        },
        says: "APP/d.xlsx holds no data",
      },
      {
        raised: "KeyError: 'price'",
        in: "PACKAGES/pandas/core/frame.py __getitem__",
        files: {
          "APP/app.py": '\n\nx = pd.read_csv("d.csv")["price"]\n',
          "APP/d.csv": "version https://git-lfs.github.com/spec/v1\noid\n",
        },
        says: "APP/d.csv holds no data",
      },
    ],
    not: [
      "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ],
  },
  {
    name: "unpickle-name",
    code: "data-other-version",
    over:
      "package-name-missing name-undefined circular-import name-lost-in-package file-hides-module package-part-missing",
    when: [
      {
        type: "AttributeError",
        message: /Can't get attribute '([\w.]+)' on <module '([\w.]+)'/,
      },
      {
        type: "ModuleNotFoundError",
        message: /No module named '(__main__\.?[\w.]*|__mp_main__)'/,
      },
    ],
    claim: ({ groups: [name = "", module = "__main__"] }, scene) => {
      const isMain = /^__(?:mp_)?main__$/.test(module);
      return isMain
        ? {
          says:
            `A pickle asks for "${name}" of __main__, the program that wrote it; under the web server __main__ is another program, which has no "${name}"`,
          mend:
            `Put "${name}" into a module that both the program that writes the pickle and the application import, and write the pickle anew; or, above the line that reads it: \`import sys; sys.modules["__main__"].${name} = ${name}\``,
        }
        : {
          says:
            `A pickle asks for "${name}" of the module ${module}, which has none`,
          probably: `it was written with another version of ${module}${
            versionSuffix(module.split(".")[0]!, scene)
          }`,
          mend:
            `Write the pickle anew with what is installed here; or write the version of ${
              ownerOf(module, scene).name
            } with which it was written into the requirements of the site`,
        };
    },
    examples: [
      {
        raised:
          "AttributeError: Can't get attribute 'tokenize' on <module '__main__' from '/srv/site/www/shim/host/__main__.py'>",
        says: '"tokenize" of __main__',
        mend: "write the pickle anew",
      },
      {
        raised:
          "AttributeError: Can't get attribute 'DummyX' on <module 'sklearn.tree' from 'PACKAGES/sklearn/tree.py'>",
        says: "another version of sklearn",
      },
    ],
  },
  {
    name: "unpickle-module",
    code: "data-other-version",
    over:
      "package-missing module-unknown own-part-missing package-part-missing module-mistyped module-elsewhere package-part-new package-part-gone own-module-absent package-damaged python-part-missing",
    when: {
      type: "ModuleNotFoundError",
      message: /No module named '([\w.]+)'/,
    },
    claim: ({ groups: [name = ""], raised }, scene) => {
      const through = raised.frames.some(({ file, function: called }) =>
        /\/(?:pickle|joblib\/numpy_pickle\w*|dill\/\w+|torch\/serialization|pandas\/\w+\/pickle\w*)\.py$/
            .test(file) &&
          called !== "<module>" ||
        /^(?:find_class|_unpickle|read_pickle)$/.test(called)
      );
      // What is compiled leaves no frame: the line alone tells it.
      if (!through && !READING.test(lineOf(raised.frames.at(-1), scene))) {
        return undefined;
      }
      const top = name.split(".")[0]!;
      if (isStandardModule(top)) {
        return {
          says:
            `A pickle asks for the module "${name}", which this Python does not have`,
          probably: name.startsWith("pathlib._local")
            ? "it holds a path, and Python 3.13 wrote it"
            : "another version of Python wrote it",
          mend: name.startsWith("pathlib._local")
            ? 'Write it anew with `str(path)` in place of the path; where it cannot be made again, read it once with `sys.modules["pathlib._local"] = pathlib` above `load()`'
            : "Write it anew with this Python, or run the site with the version that wrote it",
        };
      }
      const gone = goneIn(name);
      return {
        says: `A pickle asks for the module "${name}", which is not here${
          versionSuffix(top, scene) &&
          ` (installed is ${top}${versionSuffix(top, scene)})`
        }`,
        probably:
          "it was written with another version of that package, or by a program with modules of its own",
        mend:
          `Write the pickle anew with what is installed here; or let the requirements of the site name the versions with which it was written${
            name.startsWith("numpy._core")
              ? " (numpy 2 wrote this one, and an older numpy is installed)"
              : gone
              ? ` (that module is gone since ${gone.package} ${gone.version}: ${gone.package}<${gone.version} wrote this one)`
              : ""
          }`,
      };
    },
    examples: [{
      raised: "ModuleNotFoundError: No module named 'numpy._core.numeric'",
      facts: { name: "numpy._core.numeric" },
      files: {
        "APP/app.py": "\n\nmodel = pickle.load(file)\n",
        "PACKAGES/numpy/__init__.py": "",
        "PACKAGES/numpy-1.26.4.dist-info/METADATA": "Name: numpy\n",
      },
      says: "installed is numpy 1.26.4",
      mend: "numpy 2 wrote this one",
    }, {
      raised: "ModuleNotFoundError: No module named 'numpy._core'",
      facts: { name: "numpy._core" },
      in: "PACKAGES/joblib/numpy_pickle.py _unpickle",
      files: {
        "PACKAGES/numpy-1.26.4.dist-info/METADATA": "",
        "PACKAGES/numpy/__init__.py": "",
      },
      says: "installed is numpy 1.26.4",
      mend: "numpy 2 wrote this one",
    }, {
      raised: "ModuleNotFoundError: No module named 'pathlib._local'",
      facts: { name: "pathlib._local" },
      files: { "APP/app.py": "\n\nmodel = pickle.load(file)\n" },
      says: "Python 3.13 wrote it",
      mend: "str(path)",
    }, {
      raised: "ModuleNotFoundError: No module named 'sklearn.tree.tree'",
      facts: { name: "sklearn.tree.tree" },
      files: {
        "APP/app.py": "\n\nmodel = pickle.load(file)\n",
        "PACKAGES/sklearn/__init__.py": "",
        "PACKAGES/sklearn/tree/__init__.py": "",
        "PACKAGES/scikit_learn-1.5.2.dist-info/METADATA": "",
      },
      mend: "scikit-learn<0.24 wrote this one",
    }],
    not: [{
      raised: "ModuleNotFoundError: No module named '_pytest'",
      facts: { name: "_pytest" },
      in: "PACKAGES/joblib/testing.py <module>",
    }],
  },
  {
    name: "unpickle-version",
    code: "data-other-version",
    over:
      "unpickle-name unpickle-module package-part-missing none-from-variable",
    when: [
      {
        output:
          /Trying to unpickle estimator (\w+) from version (\d+(?:\.\w+)*) when using version (\d+(?:\.\w+)*)/,
        through: /\/(?:sklearn|joblib)\//,
      },
      {
        message: /node array from the pickle has an incompatible dtype/,
      },
      {
        type: "AttributeError",
        message: /^'()()()(\w+)' object has no attribute '(\w+)'/,
        in: /\/sklearn\//,
      },
      {
        message:
          /is not a known BitGenerator module|__randomstate_ctor\(\) takes|__bit_generator_ctor\(\) takes/,
      },
      {
        through: UNPICKLING,
        message: /^code\(\) (?:argument|takes)|bad marshal data/,
      },
    ],
    claim: (
      { groups: [what, from, now, kind, lacking], text, raised },
      scene,
    ) => {
      if (kind) {
        const isRead = raised.frames.some(({ file }) =>
          !isLibraryFile(file) &&
          /\b(?:pickle|joblib|dill|cloudpickle|skops)\b/
            .test(textOf(file, scene))
        );
        return isRead && {
              says: `${
                ownerInWords("sklearn", scene)
              } looks for "${lacking}" in a ${kind}, which has none`,
              probably:
                "that was saved by another version of scikit-learn, and read from a file here",
              mend:
                "Save it anew with what is installed, or write the version of scikit-learn with which it was saved into the requirements of the site",
            } || undefined;
      }
      if (/BitGenerator|_ctor\(\)/.test(text)) {
        return {
          says:
            `What is read there holds random numbers of numpy as another version saves them; installed is ${
              ownerInWords("numpy", scene)
            }`,
          mend:
            "Save it anew with what is installed, or write the version of numpy with which it was saved into the requirements of the site",
        };
      }
      const isPython = /^code\(\)|marshal/.test(text);
      return what
        ? {
          says:
            `What is read there, a ${what}, was written by scikit-learn ${from}, and ${now} is installed`,
          mend:
            `Write scikit-learn==${from} into the requirements of the site, and install those; or write the data anew with ${now}`,
        }
        : {
          says: isPython
            ? "What is read there holds code of another version of Python"
            : `What is read there was written by another version of scikit-learn; installed is ${
              ownerInWords("sklearn", scene)
            }`,
          mend:
            "Write it anew with what is installed here, or run the site with what it was written with",
        };
    },
    examples: [
      {
        raised:
          "ValueError: node array from the pickle has an incompatible dtype:\n- expected: {'names': ['left_child']}",
        in: "PACKAGES/sklearn/tree/_tree.pyx __setstate__",
        failure: {
          output: [
            "InconsistentVersionWarning: Trying to unpickle estimator DecisionTreeClassifier from version 1.2.2 when using version 1.4.2. This might",
          ],
        },
        says: "written by scikit-learn 1.2.2, and 1.4.2 is installed",
        mend: "scikit-learn==1.2.2",
      },
      {
        raised: "TypeError: code() argument 13 must be str, not int",
        in: "PYTHON/pickle.py loads",
        says: "another version of Python",
      },
      {
        raised:
          "AttributeError: 'SimpleImputer' object has no attribute '_fill_dtype'",
        in: "PACKAGES/sklearn/impute/_base.py transform",
        failure: { problem: "request-raised" },
        files: {
          "APP/app.py": 'model = joblib.load("model.joblib")\n',
          "PACKAGES/scikit_learn-1.5.2.dist-info/METADATA":
            "Name: scikit-learn\n",
        },
        says:
          'scikit-learn 1.5.2 looks for "_fill_dtype" in a SimpleImputer, which has none; probably',
        mend: "Save it anew",
      },
      {
        raised:
          "ValueError: <class 'numpy.random._mt19937.MT19937'> is not a known BitGenerator module.",
        in: "PACKAGES/numpy/random/_pickle.py __bit_generator_ctor",
        says: "random numbers of numpy",
        mend: "the version of numpy",
      },
    ],
    not: [
      // Nothing here reads what was saved.
      {
        raised: "AttributeError: 'Model' object has no attribute 'x'",
        in: "PACKAGES/sklearn/base.py fit",
      },
    ],
  },
  {
    name: "pickle-protocol",
    code: "data-other-version",
    when: { message: /^unsupported pickle protocol: (\d)/ },
    claim: ({ groups: [protocol] }, { version }) => ({
      says: `The pickle was written by a later Python than ${
        version?.join(".") ?? "this one"
      } (protocol ${protocol})`,
      mend:
        "Write it anew with this Python, or with `protocol=4`, or run the site with the later Python",
    }),
    examples: ["ValueError: unsupported pickle protocol: 5"],
  },
  {
    name: "pickle-broken",
    code: "data-damaged",
    when: [
      { type: "UnpicklingError" },
      { type: "EOFError", message: /^Ran out of input$/ },
    ],
    claim: (subject, scene) => ({
      says: subject.kind === "EOFError"
        ? `The pickle that is read there is empty or cut off${
          fileRead(subject, scene)?.replace(/^/, ": ") ?? ""
        }`
        : `What is read there is no pickle, or is damaged: ${subject.line}`,
      mend:
        'Compare its size with the original, and copy it again in binary mode; a pickle is opened with "rb"',
    }),
    examples: [
      "EOFError: Ran out of input",
      {
        raised: "EOFError: Ran out of input",
        files: {
          "APP/m.pkl": "",
          "APP/app.py": '\n\nM = pickle.load(open("m.pkl", "rb"))\n',
        },
        says: "cut off: APP/m.pkl",
      },
      "_pickle.UnpicklingError: invalid load key, '\\x0a'.",
    ],
  },
  {
    name: "nltk-data",
    code: "data-not-here",
    when: { type: "LookupError", message: /nltk\.download\('([\w-]+)'\)/ },
    claim: ({ groups: [name = ""], text }, scene) => ({
      says: `The data "${name}" of NLTK are not on this machine${
        text.includes("Searched in")
          ? ", in none of the folders that it names"
          : ""
      }`,
      mend:
        `Fetch them as the site's user: \`${scene.python} -m nltk.downloader ${name} -d ${
          join(scene.site.layout.siteDirectory, "nltk_data")
        }\`, and write under [environment]: NLTK_DATA = "${
          join(scene.site.layout.siteDirectory, "nltk_data")
        }"`,
    }),
    examples: [{
      raised:
        "LookupError: \n*****\n  Resource \u001b[93mpunkt_tab\u001b[0m not found.\n  >>> nltk.download('punkt_tab')\n",
      mend: "-m nltk.downloader punkt_tab",
    }],
    not: ["LookupError: \n*****\n  Resource was not found.\n"],
  },
  {
    name: "pickle-of-paths",
    code: "data-other-version",
    over: "value-from-variable",
    when: {
      message: /^cannot instantiate '(Windows|Posix)Path' on your system/,
    },
    claim: ({ groups: [system] }) => ({
      says: `The pickle that is read holds a path of ${
        system === "Windows" ? "Windows" : "another system"
      } (${system}Path), which Python makes nowhere else`,
      mend:
        "Write the file anew with `str(path)` in place of the path, there or on this machine; where it cannot be made again, read it once with `pathlib.WindowsPath = pathlib.PurePosixPath` above `load()`",
    }),
    examples: [{
      raised:
        "NotImplementedError: cannot instantiate 'WindowsPath' on your system",
      in: "PYTHON/pathlib.py __new__",
      says: "a path of Windows",
      mend: "`str(path)`",
    }],
  },
  {
    name: "textblob-data",
    code: "data-not-here",
    when: { type: "MissingCorpusError" },
    claim: (_, scene) => ({
      says: "The corpora of NLTK that TextBlob needs are not on this machine",
      mend:
        `Fetch them as the user that the site runs as: \`${scene.python} -m textblob.download_corpora\`; they go to nltk_data in the home folder of that user, or where NLTK_DATA under [environment] in config.toml says`,
    }),
    examples: [{
      raised:
        "textblob.exceptions.MissingCorpusError: \nLooks like you are missing some required data for this feature.\n",
      mend: "-m textblob.download_corpora",
    }],
  },
  {
    name: "build-output-missing",
    code: "data-not-here",
    over: "file-missing file-missing-told optional-dependency django-setup",
    when: [
      { message: /Cannot find (\S+) in Vite manifest at (\S+?)\.?(?:\s|$)/ },
      {
        message:
          /(?:Error reading|[Cc]annot find|[Uu]nable to read|No such file or directory:)[^'"\n]*?['" ]?((?:\/|\.{0,2}\/|[\w-]+\/)*(?:[\w-]+\.)*(?:webpack-stats|loadable-stats|manifest|vite-manifest|asset-manifest|rev-manifest|mix-manifest|build-manifest|entrypoints|parcel-manifest)[\w.-]*\.json)\b/,
      },
      {
        message:
          /No such file or directory: '([^']*\/(?:dist|build|\.next|\.output|public\/build)\/(?:[\w.-]+\/)*[\w.-]+\.(?:html|js|css|json))'/,
      },
      {
        type:
          "WebpackLoaderBadStatsError WebpackBundleLookupError WebpackError",
        message: /(\S[^\n]*)/,
      },
    ],
    claim: ({ groups: [what = "", manifest], text, kind }, scene) => {
      const mend =
        "Build the front end where its tools are, as with `npm run build`, and copy what that writes to this machine; .gitignore names it mostly, so that git does not bring it along";
      if (/^Webpack/.test(kind)) {
        return {
          says:
            `What webpack wrote does not hold what a template asks for: ${what}`,
          mend: `${mend}; where the build went wrong, it says why`,
        };
      }
      if (manifest) {
        return exists(absolute(manifest, scene), scene)
          ? {
            says:
              `"${what}" is asked for, and ${manifest}, the list of what Vite has built, does not have it`,
            mend: `${mend}; or correct the name in the template`,
          }
          : {
            says: `${manifest}, the list of what Vite has built, is not there`,
            mend,
          };
      }
      const path = absolute(what, scene);
      if (exists(path, scene)) return undefined;
      return {
        seen:
          `${path} is not on this machine: the build of the front end writes it${
            /webpack/.test(text)
              ? " (webpack)"
              : /[Vv]ite/.test(text)
              ? " (Vite)"
              : ""
          }`,
        mend,
      };
    },
    examples: [
      {
        raised:
          "OSError: Error reading APP/webpack-stats.json. Are you sure webpack has generated the file and the path is correct?",
        in: "PACKAGES/webpack_loader/loaders.py load_assets",
        says: "APP/webpack-stats.json is not on this machine",
        mend: "`npm run build`",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: 'APP/static/dist/manifest.json'",
        facts: { errno: "ENOENT", filename: "APP/static/dist/manifest.json" },
        mend: "`npm run build`",
      },
      {
        raised:
          "FileNotFoundError: [Errno 2] No such file or directory: 'APP/frontend/build/index.html'",
        facts: { errno: "ENOENT", filename: "APP/frontend/build/index.html" },
        says: "APP/frontend/build/index.html is not on this machine",
      },
      {
        raised:
          "django_vite.core.exceptions.DjangoViteAssetNotFoundError: Cannot find src/main.ts in Vite manifest at SITE/static/manifest.json",
        files: { "SITE/static/manifest.json": "{}" },
        says: "does not have it",
      },
      {
        raised:
          "webpack_loader.exceptions.WebpackBundleLookupError: Cannot resolve bundle main.",
        says: "Cannot resolve bundle main.",
      },
    ],
    not: [{
      raised:
        "FileNotFoundError: [Errno 2] No such file or directory: 'APP/users.json'",
      facts: { errno: "ENOENT", filename: "APP/users.json" },
    }],
  },
  {
    name: "translations-not-compiled",
    code: "data-not-here",
    over: "file-missing",
    when: { message: /No translation file found for domain: '([\w-]+)'/ },
    claim: {
      says:
        "gettext finds no compiled translations ($1.mo) for the language and in the folder that it is given",
      mend:
        "Compile them, as with `pybabel compile` or `msgfmt`, and copy them to this machine: .gitignore often names *.mo; or write `fallback=True`, so that texts stay as they are; a relative `localedir` begins at the working directory",
    },
    examples: [{
      raised:
        "FileNotFoundError: [Errno 2] No translation file found for domain: 'messages'",
      facts: { errno: "ENOENT" },
      says: "messages.mo",
      mend: "pybabel compile",
    }],
  },
  {
    name: "fixture-missing",
    code: "data-not-here",
    when: {
      type: "CommandError",
      message: /^No fixture named '([\w.-]+)' found/,
    },
    claim: {
      says: 'Django finds no fixture "$1"',
      mend:
        "Copy it into the folder `fixtures` of an application that INSTALLED_APPS names, or into one that FIXTURE_DIRS names; .gitignore may name it",
    },
    examples: [
      "django.core.management.base.CommandError: No fixture named 'initial' found.",
    ],
  },
  {
    name: "font-missing",
    code: "data-not-here",
    over: "file-missing-told",
    when: {
      type: "OSError",
      message: /^cannot open resource/,
      in: /\/PIL\/ImageFont\.py /,
    },
    claim: ({ own }, scene) => {
      const name = /["']([^"']+\.(?:ttf|otf|ttc|pfb))["']/i
        .exec(lineOf(own, scene))?.[1];
      return {
        says: `Pillow cannot open the file of a font${
          name ? `, "${name}"` : ""
        }`,
        mend:
          'Copy the font beside the code, and name it as with `Path(__file__).parent / "font.ttf"`: fonts of Windows and macOS, such as arial.ttf, are not on a server, and a bare name is looked for in the working directory and in the folders of the system',
      };
    },
    examples: [{
      raised: "OSError: cannot open resource",
      in: "PACKAGES/PIL/ImageFont.py __init__",
      files: { "APP/app.py": '\n\nf = ImageFont.truetype("arial.ttf", 12)\n' },
      says: '"arial.ttf"',
      mend: "Copy the font",
    }],
  },
  {
    name: "picture-not-read",
    code: "data-not-here",
    when: {
      message:
        /Assertion failed\) !\w*\.?empty\(\) in function '(?:cv::)?(\w+)'/,
    },
    claim: ({ groups: [what] }) => ({
      says: what === "detectMultiScale"
        ? "OpenCV has loaded no cascade: its file was not found, and loading it says nothing"
        : `OpenCV is given an empty picture in ${what}(): \`cv2.imread()\` says nothing of a file that is not there, and gives None`,
      mend: what === "detectMultiScale"
        ? 'Name it by its absolute path, as with `cv2.data.haarcascades + "haarcascade_frontalface_default.xml"`'
        : "Name the file by its absolute path, as with `Path(__file__).parent`, and look whether it was copied to this machine",
    }),
    examples: [
      {
        raised:
          "cv2.error: OpenCV(4.8.0) /io/cascadedetect.cpp:1689: error: (-215:Assertion failed) !empty() in function 'detectMultiScale'",
        mend: "cv2.data.haarcascades",
      },
      {
        raised:
          "cv2.error: OpenCV(4.8.0) /io/color.cpp:182: error: (-215:Assertion failed) !_src.empty() in function 'cvtColor'",
        says: "an empty picture in cvtColor()",
      },
    ],
  },
  {
    name: "tesseract-language",
    code: "data-not-here",
    over: "file-missing-told",
    when: {
      type: "TesseractError",
      message: /Error opening data file (\S*?(\w+)\.traineddata)/,
    },
    claim: {
      says: 'tesseract has no data for the language "$2": $1 is not there',
      mend:
        'Ask the administrators for it (in Debian tesseract-ocr-$2), or copy the file into a folder of the site, and name that under [environment]: TESSDATA_PREFIX = "…"',
    },
    examples: [{
      raised:
        "pytesseract.pytesseract.TesseractError: (1, 'Error opening data file /usr/share/tessdata/deu.traineddata')",
      mend: "tesseract-ocr-deu",
    }],
  },
  {
    name: "model-of-other-keras",
    code: "data-other-version",
    over: "file-missing-told",
    when: {
      message:
        /^Unknown (?:layer|optimizer|loss function|metric function|initializer|activation function)s?: ?'?(\w+)|^Could not (?:locate class|deserialize class) '(\w+)'|^Error when deserializing class '(\w+)'|Keras 3 only supports V3|^bad marshal data|^Unrecognized keyword arguments?(?: passed to \w+)?: /,
      through: /\/(?:tf_)?keras\//,
    },
    claim: ({ line }, scene) => ({
      says:
        `The model that is loaded there was saved by another version of Keras than the ${
          ownerInWords("keras", scene)
        } installed, or has parts of your own: ${line.slice(0, 200)}`,
      mend:
        "Save it anew with what is installed, as `model.keras`; or write the version of tensorflow and keras with which it was saved into the requirements of the site; layers of your own are given by `custom_objects`",
    }),
    examples: [
      {
        raised: "ValueError: Unknown layer: Functional",
        in: "PACKAGES/keras/utils/generic_utils.py f",
        mend: "`model.keras`",
      },
      {
        raised:
          "ValueError: File format not supported: filepath=model. Keras 3 only supports V3 `.keras` files and legacy H5 format files",
        in: "PACKAGES/keras/src/saving/saving_api.py load_model",
      },
      {
        raised:
          "TypeError: Error when deserializing class 'InputLayer' using config={'batch_shape': [None, 2]}.\n\nException encountered: Unrecognized keyword arguments: ['batch_shape']",
        in: "PACKAGES/keras/engine/base_layer.py from_config",
      },
    ],
  },
  {
    name: "torch-without-card",
    code: "app-code",
    when: {
      message:
        /Attempting to deserialize object on a CUDA device|^Torch not compiled with CUDA|Found no NVIDIA driver|No CUDA GPUs are available|^Cannot access accelerator device/,
    },
    claim: ({ text }) => ({
      says:
        "The code wants a graphics card for PyTorch (CUDA), and this machine has none that it can use",
      mend: /deserialize/.test(text)
        ? 'Write `torch.load(path, map_location="cpu")`'
        : 'Let the code take what is there: `device = "cuda" if torch.cuda.is_available() else "cpu"`',
    }),
    examples: [
      {
        raised:
          "RuntimeError: Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine",
        mend: 'map_location="cpu"',
      },
      {
        raised: "AssertionError: Torch not compiled with CUDA enabled",
        mend: "torch.cuda.is_available()",
      },
    ],
  },
  {
    name: "torch-weights-only",
    code: "data-other-version",
    over: "pickle-broken",
    when: { message: /^Weights only load failed/, through: /\/torch\// },
    claim: (_, scene) => ({
      says: `The file holds more than weights, and the installed ${
        ownerInWords("torch", scene)
      } reads only those by itself (since PyTorch 2.6)`,
      mend:
        "Save what is needed anew, as `torch.save(model.state_dict(), path)`; `weights_only=False` in `torch.load()` runs code that the file holds, and is right only for a file that you have made yourself",
    }),
    examples: [{
      raised:
        "_pickle.UnpicklingError: Weights only load failed. This file can still be loaded, to do so you have two options",
      in: "PACKAGES/torch/serialization.py load",
      mend: "state_dict",
    }],
  },
  {
    name: "spacy-model",
    code: "data-not-here",
    over: "file-missing",
    when: { message: /\[E050\] Can't find model '([\w./-]+)'/ },
    claim: ({ groups: [name = ""] }, scene) => ({
      says: `The model "${name}" of spaCy is not installed`,
      mend: name.includes("/")
        ? "Copy the folder of the model to this machine, or correct its path"
        : `Fetch it as the site's user: \`${scene.python} -m spacy download ${name}\``,
    }),
    examples: [{
      raised:
        "OSError: [E050] Can't find model 'en_core_web_sm'. It doesn't seem to be a Python package or a valid path to a data directory.",
      mend: "-m spacy download en_core_web_sm",
    }],
  },
  {
    name: "hub-model",
    code: "data-not-here",
    over:
      "network-unreachable name-unknown certificate-untrusted file-missing proxy-refused",
    when: [
      {
        message:
          /We couldn't connect to 'https:\/\/huggingface\.co'|LocalEntryNotFoundError|Can't load (?:the )?(?:tokenizer|model|configuration|config|feature extractor)[\w ]* (?:for|of) '([^']+)'|is not a local folder and is not a valid model identifier/,
      },
      { type: "LocalEntryNotFoundError OfflineModeIsEnabled" },
    ],
    claim: ({ groups: [name] }, { site }) => ({
      says: `A model${
        name ? `, "${name}",` : ""
      } is not on this machine, and the server that has it could not be asked`,
      mend:
        `Fetch it before, as the site's user, into a folder of the site, and write under [environment]: HF_HOME = "${
          join(site.layout.siteDirectory, "models")
        }"; the web server's machine may have no way to the internet, and a model is nothing to fetch while a site starts`,
    }),
    examples: [
      "OSError: We couldn't connect to 'https://huggingface.co' to load this file, couldn't find it in the cached files and it looks like bert-base is not the path to a directory",
    ],
  },
];

/** The files that the failure, or the line of the application, names. */
function dataFiles({ raised, own }: Subject, scene: Scene): string[] {
  const names = [...lineOf(own, scene).matchAll(/(["'])([^"'\n]+\.\w+)\1/g)]
    .map(([, , name]) => name!);
  const above = own
    ? textOf(own.file, scene).split("\n").slice(
      Math.max(0, own.line - 6),
      own.line,
    )
      .flatMap((line) =>
        [...line.matchAll(/(["'])([^"'\n]+\.\w+)\1/g)].map(([, , name]) =>
          name!
        )
      )
    : [];
  const told = [
    ...raised.filename ? [raised.filename] : [],
    ...[...raised.message.matchAll(/'([^'\n]+\.\w+)'/g)].map(([, name]) =>
      name!
    ),
  ];
  const named = [...told, ...names, ...above].flatMap((name) =>
    isAbsolute(name) ? [name] : [
      join(scene.directory, name),
      ...own ? [join(own.file, "..", name)] : [],
    ]
  );
  // A path that the line puts together of parts ends in the name of the file.
  const elsewhere = [
    ...new Set([...names, ...above].map((name) => basename(name))),
  ]
    .slice(0, 10).flatMap((name) =>
      searchSite(scene, (all) => all.includes(name)).slice(0, 3)
        .map((folder) => join(folder, name))
    );
  const beside = namesIn(scene.directory, scene.host)
    .filter((name) =>
      /\.(?:pkl|pickle|joblib|bin|pt|pth|h5|onnx|json|csv|zip|npy|npz|parquet|model|safetensors|db)$/
        .test(name)
    )
    .slice(0, 50).map((name) => join(scene.directory, name));
  return [...new Set([...named, ...elsewhere, ...beside])];
}
