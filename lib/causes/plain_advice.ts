/**
 * What to do about the everyday exceptions of Python whose cause is in the
 * line that raised them.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { PythonException } from "../python/failure.ts";
import { isStandardModule } from "../python/package_names.ts";
import { classOf } from "./scene.ts";

/** Names that everybody imports from the same place. */
const HOMES: Readonly<Record<string, string>> = {
  Flask: "flask",
  Blueprint: "flask",
  render_template: "flask",
  request: "flask",
  redirect: "flask",
  url_for: "flask",
  jsonify: "flask",
  session: "flask",
  Path: "pathlib",
  datetime: "datetime",
  defaultdict: "collections",
  dataclass: "dataclasses",
  Optional: "typing",
  get_wsgi_application: "django.core.wsgi",
  load_dotenv: "dotenv",
  create_engine: "sqlalchemy",
};

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  np: "numpy",
  pd: "pandas",
  plt: "matplotlib.pyplot",
};

type Advice = (message: string) => string | undefined;

const ADVICE: Readonly<Record<string, Advice>> = {
  NameError(message) {
    const name = /^name '(\w+)' is not defined/.exec(message)?.[1];
    if (!name) return undefined;
    const whole = Object.hasOwn(ABBREVIATIONS, name) && ABBREVIATIONS[name];
    const home = Object.hasOwn(HOMES, name) && HOMES[name];
    const line = whole
      ? `import ${whole} as ${name}`
      : home
      ? `from ${home} import ${name}`
      : isStandardModule(name)
      ? `import ${name}`
      : undefined;
    return line
      ? `Import it at the top of the file: \`${line}\``
      : `Give \`${name}\` a value above that line, import it, or correct its spelling; capital letters count`;
  },
  UnicodeDecodeError(message) {
    return message.startsWith("'ascii'")
      ? 'Say which encoding the file has, as with `open(path, encoding="utf-8")`; the web server starts Python with a plain locale'
      : 'The file that is read there is not UTF-8: convert it, or say what it is, as with `open(path, encoding="latin-1")`; a picture or an archive is opened with "rb"';
  },
  UnicodeEncodeError() {
    return 'Say which encoding to write, as with `open(path, "w", encoding="utf-8")`; the web server starts Python with a plain locale';
  },
  JSONDecodeError() {
    return "What is read there is no JSON: look at the file, which may be empty, cut off, or hold a comma too many or single quotes";
  },
  IsADirectoryError() {
    return "A folder is opened there as if it were a file: name the file in it";
  },
  ValueError(message) {
    return /^invalid literal for int\(\) with base 10: ''/.test(message)
      ? "An empty text is no number: the variable or field that it comes from is not set; give it a value, or a default"
      : undefined;
  },
  TemplateNotFound: searchedTemplate,
  TemplateDoesNotExist: searchedTemplate,
  RuntimeError(message) {
    return /^Working outside of application context/.test(message)
      ? "Give that line an application to work with: put it below `with app.app_context():`, or into a view"
      : /^Working outside of request context/.test(message)
      ? "Only a view has a request: move that line into one"
      : /no secret key was set/.test(message)
      ? 'Keep a key in a file that [secret_files] of config.toml names, and write: `app.secret_key = open(os.environ["SECRET_KEY"]).read().strip()`'
      : undefined;
  },
  AssertionError(message) {
    const name =
      /^View function mapping is overwriting an existing endpoint function: (\S+)/
        .exec(message)?.[1];
    return name &&
      `Two routes have a function with the name \`${name}\`: rename one, or give its route an \`endpoint=\`; a decorator of your own needs \`functools.wraps\``;
  },
  LookupError(message) {
    const data = /nltk\.download\('([\w-]+)'\)/.exec(message)?.[1];
    return data &&
      `Fetch these data of NLTK as the site's user, with the Python of the virtual environment: \`python -m nltk.downloader ${data}\``;
  },
  NoSuchModuleError(message) {
    return /sqlalchemy\.dialects:postgres$/.test(message)
      ? "Let the address of the database begin with `postgresql://`: SQLAlchemy gave up the shorter `postgres://`"
      : undefined;
  },
  PydanticImportError(message) {
    const [, name, home] =
      /^`(\w+)` has been moved to the `([\w-]+)` package/.exec(message) ?? [];
    return name && home &&
      `Install ${home} in the virtual environment, and write: \`from ${
        home.replaceAll("-", "_")
      } import ${name}\``;
  },
  CalledProcessError(message) {
    return /exit status 127\b/.test(message)
      ? "The shell found no such program (127): name it by its absolute path, or install it"
      : "The program that was started there failed: what it printed is in the log; try it in a shell as the site's user";
  },
  URLError: askedNetwork,
  ConnectionRefusedError: askedNetwork,
  ConnectionError: askedNetwork,
  ConnectTimeout: askedNetwork,
  gaierror: askedNetwork,
  NoSectionError: readNothing,
  NoOptionError: readNothing,
};

function searchedTemplate(): string {
  return "Put the template where the framework looks for it, for Flask the folder `templates` beside the module; capital letters count";
}

function readNothing(): string {
  return "Look at the file that was read: ConfigParser.read() says nothing of one that is not there, and a relative path begins at the working directory; name it as with `Path(__file__).parent`";
}

function askedNetwork(): string {
  return "Another server could not be reached from this machine: look at its name, and whether a proxy or firewall stands between; ask it in the function that needs the answer, not while the file is imported";
}

/** What mends an exception that only its own line explains. */
export function plainAdvice(raised: PythonException): string | undefined {
  const kind = classOf(raised);
  const isParser = /\/configparser\.py$/.test(raised.frames.at(-1)?.file ?? "");
  if (isParser && kind === "KeyError") return readNothing();
  return Object.hasOwn(ADVICE, kind)
    ? ADVICE[kind]!(raised.message)
    : undefined;
}
