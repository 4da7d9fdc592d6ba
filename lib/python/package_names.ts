/**
 * Packages by other names: what to install for an import, what became of
 * modules that Python no longer has, and which versions fit together.
 *
 * Tables only, of well-known cases. Runs on Node and Deno.
 *
 * @module
 */

import { suggest } from "../text/suggestion.ts";
import { DISTRIBUTIONS, OTHERS, POPULAR } from "./known_packages.ts";

const WELL_KNOWN = [...POPULAR, ...DISTRIBUTIONS.keys()];
/** Of names of extensions, what they all begin with is not compared. */
const EXTENSION_REGEXP = /^(?:flask|django|dash)_/;
const WELL_KNOWN_DISTRIBUTIONS = new Set(
  [...POPULAR, ...DISTRIBUTIONS.values(), ...OTHERS.split(" ")].map(bare),
);
/** First names that many distributions share, and what they are called. */
const SHARED: readonly { module: RegExp; distribution: string }[] = [
  { module: /^google\.protobuf\b.*/, distribution: "protobuf" },
  { module: /^flaskext\.mysql\b.*/, distribution: "Flask-MySQL" },
  {
    module:
      /^opentelemetry\.(?:_logs|attributes|baggage|context|environment_variables|metrics|propagate|propagators|trace|util|version)\b.*/,
    distribution: "opentelemetry-api",
  },
  { module: /^opentelemetry\.sdk\b.*/, distribution: "opentelemetry-sdk" },
  {
    module: /^opentelemetry\.instrumentation\.(\w+)\b.*/,
    distribution: "opentelemetry-instrumentation-$1",
  },
  {
    module: /^opentelemetry\.exporter\.otlp\b.*/,
    distribution: "opentelemetry-exporter-otlp",
  },
  ...Object.entries({
    secretmanager: "secret-manager",
    recaptchaenterprise: "recaptcha-enterprise",
    error_reporting: "error-reporting",
    bigquery_storage: "bigquery-storage",
    resourcemanager: "resource-manager",
    translate: "translate",
  }).map(([part, name]) => ({
    module: new RegExp(`^google\\.cloud\\.${part}(?:_v\\d\\w*)?\\b.*`),
    distribution: `google-cloud-${name}`,
  })),
  {
    module:
      /^google\.cloud\.(aiplatform|bigquery|bigtable|compute|container|datastore|dialogflow|dns|documentai|firestore|iam|kms|language|logging|monitoring|ndb|pubsub|redis|run|scheduler|spanner|speech|storage|tasks|texttospeech|trace|videointelligence|vision|workflows)(?:_v\d\w*)?\b.*/,
    distribution: "google-cloud-$1",
  },
  { module: /^google\.genai\b.*/, distribution: "google-genai" },
  { module: /^google\.generativeai\b.*/, distribution: "google-generativeai" },
  { module: /^google\.ads\.googleads\b.*/, distribution: "google-ads" },
  {
    module: /^google\.analytics\.data(?:_v\d\w*)?\b.*/,
    distribution: "google-analytics-data",
  },
  { module: /^google\.(?:auth|oauth2)\b.*/, distribution: "google-auth" },
  { module: /^google\.api_core\b.*/, distribution: "google-api-core" },
  {
    module: /^google\.(?:api|rpc|longrunning|type)\b.*/,
    distribution: "googleapis-common-protos",
  },
  { module: /^google_auth_oauthlib\b.*/, distribution: "google-auth-oauthlib" },
  {
    module:
      /^azure\.(storage\.(?:blob|queue)|identity|core|cosmos|servicebus|eventhub|keyvault\.(?:secrets|keys|certificates)|functions|communication\.email|data\.tables|monitor\.opentelemetry|ai\.(?:textanalytics|formrecognizer|documentintelligence)|mgmt\.(?:compute|network|resource|storage|web|sql|keyvault|containerinstance))\b.*/,
    distribution: "azure-$1",
  },
  {
    module: /^azure\.search\.documents\b.*/,
    distribution: "azure-search-documents",
  },
  {
    module: /^azure\.storage\.fileshare\b.*/,
    distribution: "azure-storage-file-share",
  },
  {
    module:
      /^jaraco\.(text|functools|context|collections|classes|itertools|path|stream|logging)\b.*/,
    distribution: "jaraco.$1",
  },
  {
    module:
      /^zope\.(interface|component|event|schema|deprecation|sqlalchemy|proxy|configuration|security|location|exceptions|testing|publisher|traversing|browser|tal|tales|pagetemplate|structuredtext|i18n\w*|hookable|lifecycleevent|container|annotation|contenttype|datetime|processlifetime)\b.*/,
    distribution: "zope.$1",
  },
  { module: /^paste\.deploy\b.*/, distribution: "PasteDeploy" },
  { module: /^paste\.script\b.*/, distribution: "PasteScript" },
  { module: /^repoze\.(lru|who|sendmail)\b.*/, distribution: "repoze.$1" },
  { module: /^ruamel\.yaml\b.*/, distribution: "ruamel.yaml" },
  {
    module: /^ruamel\.std\.(pathlib|argparse|convert)\b.*/,
    distribution: "ruamel.std.$1",
  },
  {
    module:
      /^backports\.(zoneinfo|csv|lzma|tarfile|cached_property|ssl_match_hostname)\b.*/,
    distribution: "backports.$1",
  },
  {
    module: /^opentelemetry\.(sdk|semconv|proto)\b.*/,
    distribution: "opentelemetry-$1",
  },
  {
    module:
      /^opentelemetry\.instrumentation\.(django|flask|fastapi|requests|sqlalchemy|psycopg2|redis|celery|wsgi|asgi|logging|urllib3|httpx|pymysql|sqlite3)\b.*/,
    distribution: "opentelemetry-instrumentation-$1",
  },
  {
    module: /^opentelemetry\.exporter\.otlp\.proto\.(grpc|http)\b.*/,
    distribution: "opentelemetry-exporter-otlp-proto-$1",
  },
  { module: /^mpl_toolkits\.basemap\b.*/, distribution: "basemap" },
  {
    module:
      /^sphinxcontrib\.(applehelp|devhelp|htmlhelp|jsmath|qthelp|serializinghtml|httpdomain|bibtex|jquery|mermaid|plantuml|spelling)\b.*/,
    distribution: "sphinxcontrib-$1",
  },
];

/** The name to install for a module: the usual other name, or its own. */
export function distributionOf(module: string): string {
  const shared = SHARED.find((each) => each.module.test(module));
  if (shared) {
    return module.replace(shared.module, shared.distribution)
      .replace(/^(azure)-.*/, (name) => name.replaceAll(".", "-"));
  }
  const name = module.split(".")[0]!;
  // The index takes `_` and `-` for the same; the latter is the usual one.
  return DISTRIBUTIONS.get(name) ?? name.replaceAll("_", "-");
}

/** Modules inside of Python's own packages, which are imported by themselves. */
export const STANDARD_PARTS: Readonly<Record<string, string>> = {
  concurrent: "futures",
  email: "mime message utils header headerregistry encoders policy parser",
  html: "parser entities",
  http: "client server cookies cookiejar",
  importlib: "util metadata resources machinery",
  logging: "handlers config",
  multiprocessing: "pool managers shared_memory",
  os: "path",
  unittest: "mock",
  urllib: "request parse error robotparser",
  xml: "etree dom sax",
};

/** Names that several distributions share, and one of which bears it itself. */
const FAMILIES = "logilab paste repoze sphinxcontrib zope".split(" ");

/** Tells whether distributions that share a name are known to do so. */
export function isFamily(module: string): boolean {
  return FAMILIES.includes(module);
}

/** Tells whether it is known who brings a part of a name that many share. */
export function isKnownPart(module: string): boolean {
  return SHARED.some((each) => each.module.test(module));
}

/** Tells whether a module surely belongs to a public package. */
export function isPublicPackage(module: string): boolean {
  return isKnownPart(module) ||
    WELL_KNOWN.includes(module.split(".")[0]!);
}

/** Tells whether a distribution is a well-known one, for a module. */
export function isKnownDistribution(
  distribution: string,
  module: string,
): boolean {
  return isPublicPackage(module) &&
      distributionOf(module).replace(/[[<>=!~].*$/, "") ===
        distribution.replace(/[[<>=!~].*$/, "") ||
    WELL_KNOWN_DISTRIBUTIONS.has(bare(distribution));
}

function bare(distribution: string): string {
  return distribution.replace(/[[<>=!~].*$/, "").toLowerCase()
    .replaceAll(/[-_.]+/g, "-");
}

/** The well-known module that a name was probably meant for. */
export function nearPackage(module: string): string | undefined {
  const name = module.split(".")[0]!;
  return isPublicPackage(name) ? undefined : nearest(name);
}

/** Of the names of extensions, what they all begin with is not compared. */
function nearest(name: string): string | undefined {
  const [prefix = ""] = EXTENSION_REGEXP.exec(name) ?? [];
  const rests = WELL_KNOWN.filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length))
    // Many have a module of their own that is nearly as short.
    .filter((known) => known.length > 4);
  // Thousands of names are near to many that are none of them.
  const rest = suggest(name.slice(prefix.length), rests, 2);
  return rest && prefix + rest;
}

const STANDARD = new Set(
  ("abc argparse array ast asyncio base64 binascii bisect bz2 calendar cmath " +
    "cmd code codecs collections colorsys concurrent configparser contextlib " +
    "contextvars copy csv ctypes curses dataclasses datetime dbm decimal " +
    "difflib dis doctest email encodings enum errno faulthandler fcntl " +
    "fileinput fnmatch fractions ftplib functools gc getopt getpass gettext " +
    "glob graphlib grp gzip hashlib heapq hmac html http imaplib importlib " +
    "inspect io ipaddress itertools json keyword linecache locale logging " +
    "lzma mailbox mimetypes mmap multiprocessing netrc numbers opcode " +
    "operator optparse os pathlib pdb pickle pkgutil platform plistlib poplib " +
    "posixpath pprint profile pty pwd queue quopri random re readline reprlib " +
    "resource runpy sched secrets select selectors shelve shlex shutil signal " +
    "site smtplib socket socketserver sqlite3 ssl stat statistics string " +
    "stringprep struct subprocess symtable sys sysconfig syslog tarfile " +
    "tempfile termios textwrap threading time timeit token tokenize tomllib " +
    "trace traceback tracemalloc tty types typing unicodedata unittest urllib " +
    "uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp " +
    "zipfile zipimport zlib zoneinfo").split(" "),
);

/** Tells whether a module belongs to Python itself. */
export function isStandardModule(module: string): boolean {
  return STANDARD.has(module.split(".")[0]!);
}

/** The parts of Python that are left out where a library was not there. */
export const OPTIONAL_MODULES: Readonly<Record<string, string>> = {
  _bz2: "libbz2-dev",
  _ctypes: "libffi-dev",
  _curses: "libncurses-dev",
  _dbm: "libgdbm-compat-dev",
  _gdbm: "libgdbm-dev",
  _hashlib: "libssl-dev",
  _lzma: "liblzma-dev",
  _sqlite3: "libsqlite3-dev",
  _ssl: "libssl-dev",
  _uuid: "uuid-dev",
  _zstd: "libzstd-dev",
  readline: "libreadline-dev",
  zlib: "zlib1g-dev",
};

/** Modules that Python gave up: since which minor version, and for what. */
export const REMOVED_MODULES: Readonly<
  Record<string, { since: number; install?: string; instead?: string }>
> = {
  aifc: { since: 13, install: "standard-aifc" },
  asynchat: { since: 12, install: "pyasynchat" },
  asyncore: { since: 12, install: "pyasyncore" },
  audioop: { since: 13, install: "audioop-lts" },
  cgi: { since: 13, install: "legacy-cgi" },
  cgitb: { since: 13, install: "legacy-cgi" },
  chunk: { since: 13, install: "standard-chunk" },
  crypt: { since: 13, install: "legacycrypt" },
  distutils: { since: 12, install: "setuptools" },
  imghdr: { since: 13, install: "standard-imghdr" },
  imp: { since: 12, instead: "importlib" },
  lib2to3: { since: 13, install: "fissix" },
  nntplib: { since: 13, install: "standard-nntplib" },
  pipes: { since: 13, instead: "subprocess" },
  smtpd: { since: 12, install: "aiosmtpd" },
  sndhdr: { since: 13, install: "standard-sndhdr" },
  telnetlib: { since: 13, install: "standard-telnetlib" },
  "typing.io": { since: 13, instead: "typing" },
  "typing.re": { since: 13, instead: "typing" },
  uu: { since: 13, instead: "base64" },
  xdrlib: { since: 13, install: "standard-xdrlib" },
};

/** Modules that later versions of Python brought. */
export const NEW_MODULES: Readonly<
  Record<string, { since: number; install?: string }>
> = {
  annotationlib: { since: 14 },
  compression: { since: 14, install: "backports.zstd" },
  graphlib: { since: 9, install: "graphlib-backport" },
  tomllib: { since: 11, install: "tomli" },
  zoneinfo: { since: 9, install: "backports.zoneinfo" },
};

/** Modules that only Python 2 had, with their names of today. */
export const PYTHON_2_MODULES: Readonly<Record<string, string>> = {
  BaseHTTPServer: "http.server",
  CGIHTTPServer: "http.server",
  ConfigParser: "configparser",
  Cookie: "http.cookies",
  HTMLParser: "html.parser",
  MimeWriter: "email",
  Queue: "queue",
  SimpleHTTPServer: "http.server",
  SocketServer: "socketserver",
  StringIO: "io",
  Tkinter: "tkinter",
  UserDict: "collections",
  __builtin__: "builtins",
  anydbm: "dbm",
  cPickle: "pickle",
  cStringIO: "io",
  commands: "subprocess",
  cookielib: "http.cookiejar",
  copy_reg: "copyreg",
  exceptions: "builtins",
  htmlentitydefs: "html.entities",
  httplib: "http.client",
  md5: "hashlib",
  mimetools: "email",
  popen2: "subprocess",
  rfc822: "email",
  robotparser: "urllib.robotparser",
  sha: "hashlib",
  thread: "_thread",
  urllib2: "urllib.request",
  urlparse: "urllib.parse",
  xmlrpclib: "xmlrpc.client",
};

/** Packages of Python 2 that have another name today. */
export const PYTHON_2_PACKAGES: Readonly<
  Record<string, { write: string; install: string }>
> = {
  BeautifulSoup: {
    write: "from bs4 import BeautifulSoup",
    install: "beautifulsoup4",
  },
  Image: { write: "from PIL import Image", install: "Pillow" },
  ImageDraw: { write: "from PIL import ImageDraw", install: "Pillow" },
  ImageFont: { write: "from PIL import ImageFont", install: "Pillow" },
};

/**
 * Names that Python itself gave up, in modules and classes; old packages still
 * ask for them.
 */
export const LOST_PYTHON_NAMES: readonly {
  module: RegExp;
  name: RegExp;
  since: number;
  /** What does its work today; `$1` is a group of the name's expression. */
  now?: string;
}[] = [
  {
    module: /ConfigParser$/,
    name: /^readfp$/,
    since: 12,
    now: "read_file",
  },
  {
    module: /^locale$/,
    name: /^resetlocale$/,
    since: 13,
    now: 'locale.setlocale(locale.LC_ALL, "")',
  },
  {
    module: /^\w*Test(?:Case)?$/,
    name: /^(assert(?:Not)?(?:AlmostEqual|Equal|RaisesRegexp?|Regexp?))s$/,
    since: 12,
    now: "$1",
  },
  {
    module: /^collections$/,
    name:
      /^(?:Mutable(?:Mapping|Sequence|Set)|Mapping|Sequence|Set|Iterable|Iterator|Callable|Hashable|Sized|Container|Generator|KeysView|ItemsView|ValuesView|MappingView|Async(?:Generator|Iterable|Iterator)|Awaitable|ByteString|Collection|Coroutine|Reversible)$/,
    since: 10,
    now: "collections.abc.$&",
  },
  {
    module: /^inspect$/,
    name: /^(?:getargspec|formatargspec)$/,
    since: 11,
    now: "inspect.getfullargspec",
  },
  {
    module: /^pkgutil$/,
    name: /^Imp(?:Importer|Loader)$/,
    since: 12,
    now: "importlib.machinery",
  },
  {
    module: /^ssl$/,
    name: /^(?:wrap_socket|match_hostname)$/,
    since: 12,
    now: "ssl.create_default_context().wrap_socket",
  },
  {
    module: /^configparser$/,
    name: /^SafeConfigParser$/,
    since: 12,
    now: "configparser.ConfigParser",
  },
  { module: /^asyncio$/, name: /^coroutine$/, since: 11, now: "async def" },
  {
    module: /^asyncio$/,
    name:
      /^(?:[gs]et_child_watcher|(?:Abstract|Safe|Fast|MultiLoop|Threaded)ChildWatcher)$/,
    since: 14,
  },
  {
    module: /^EntryPoints$/,
    name: /^get$/,
    since: 12,
    now: "select",
  },
  {
    module: /^asyncio$/,
    name: /^async$/,
    since: 7,
    now: "asyncio.ensure_future",
  },
  { module: /^fractions$/, name: /^gcd$/, since: 9, now: "math.gcd" },
  {
    module: /^base64$/,
    name: /^(en|de)codestring$/,
    since: 9,
    now: "base64.$1codebytes",
  },
  {
    module: /^plistlib$/,
    name: /^readPlist\w*$/,
    since: 9,
    now: "plistlib.load",
  },
  { module: /Element(?:Tree)?$/, name: /^get(?:children|iterator)$/, since: 9 },
  {
    module: /HTMLParser$/i,
    name: /^unescape$/,
    since: 9,
    now: "html.unescape",
  },
  {
    module: /^array\.array$/,
    name: /^(to|from)string$/,
    since: 9,
    now: "$1bytes",
  },
  { module: /Thread$/, name: /^isAlive$/, since: 9, now: "is_alive" },
  {
    module: /^platform$/,
    name: /^(?:linux_distribution|dist)$/,
    since: 8,
    now: "distro.linux_distribution, of the package distro",
  },
  {
    module: /^locale$/,
    name: /^format$/,
    since: 12,
    now: "locale.format_string",
  },
  {
    module: /^importlib$/,
    name: /^find_loader$/,
    since: 12,
    now: "importlib.util.find_spec",
  },
  {
    module: /^unittest$/,
    name: /^(?:makeSuite|findTestCases|getTestCaseNames)$/,
    since: 13,
  },
  { module: /^typing$/, name: /^(?:io|re)$/, since: 13 },
  {
    module: /^pkgutil$/,
    name: /^(?:find|get)_loader$/,
    since: 14,
    now: "importlib.util.find_spec",
  },
  { module: /^cgi$/, name: /^escape$/, since: 8, now: "html.escape" },
  { module: /^time$/, name: /^clock$/, since: 8, now: "time.perf_counter" },
  {
    module: /^ast$/,
    name: /^(?:Num|Str|Bytes|NameConstant)$/,
    since: 14,
    now: "ast.Constant",
  },
  { module: /^ast$/, name: /^Ellipsis$/, since: 14, now: "ast.Constant" },
  { module: /^configparser$/, name: /^LegacyInterpolation$/, since: 13 },
  {
    module: /^importlib\.util$/,
    name: /^(?:module_for_loader|set_loader|set_package)$/,
    since: 12,
  },
  {
    module: /^inspect$/,
    name: /^ArgSpec$/,
    since: 11,
    now: "inspect.FullArgSpec",
  },
  { module: /^os$/, name: /^errno$/, since: 7, now: "errno" },
  { module: /^os$/, name: /^stat_float_times$/, since: 7 },
  { module: /^platform$/, name: /^popen$/, since: 8, now: "os.popen" },
  { module: /^re$/, name: /^template$/, since: 13, now: "re.compile" },
  { module: /^sqlite3$/, name: /^OptimizedUnicode$/, since: 12, now: "str" },
  { module: /^sqlite3$/, name: /^enable_shared_cache$/, since: 12 },
  {
    module: /^sqlite3$/,
    name: /^version(?:_info)?$/,
    since: 14,
    now: "sqlite3.sqlite_version",
  },
  {
    module: /^ssl$/,
    name: /^RAND_pseudo_bytes$/,
    since: 12,
    now: "ssl.RAND_bytes",
  },
  {
    module: /^sys$/,
    name: /^(get|set)checkinterval$/,
    since: 9,
    now: "sys.$1switchinterval",
  },
  { module: /^typing$/, name: /^GenericMeta$/, since: 7 },
];

/** Names that a later Python, `3.N`, brought to modules that it had before. */
const NEW_NAMES: Readonly<Record<number, string>> = {
  7: "asyncio.all_tasks asyncio.create_task asyncio.current_task " +
    "asyncio.get_running_loop asyncio.run contextlib.AsyncExitStack " +
    "contextlib.asynccontextmanager contextlib.nullcontext " +
    "http.server.ThreadingHTTPServer queue.SimpleQueue re.Match " +
    "re.Pattern time.monotonic_ns time.perf_counter_ns time.time_ns " +
    "typing.ForwardRef typing.NoReturn typing.OrderedDict",
  8: "functools.cached_property functools.singledispatchmethod math.comb " +
    "math.dist math.isqrt math.perm math.prod " +
    "multiprocessing.parent_process pprint.pp shlex.join " +
    "signal.raise_signal socket.create_server threading.excepthook " +
    "threading.get_native_id typing.Final typing.Literal " +
    "typing.Protocol typing.SupportsIndex typing.TypedDict typing.final " +
    "typing.get_args typing.get_origin typing.runtime_checkable " +
    "unittest.IsolatedAsyncioTestCase unittest.mock.AsyncMock " +
    "zipfile.Path",
  9: "argparse.BooleanOptionalAction ast.unparse asyncio.to_thread " +
    "functools.cache importlib.resources.as_file " +
    "importlib.resources.files math.lcm math.nextafter math.ulp " +
    "os.waitstatus_to_exitcode random.randbytes types.GenericAlias " +
    "typing.Annotated xml.etree.ElementTree.indent",
  10: "contextlib.aclosing dataclasses.KW_ONLY " +
    "importlib.metadata.packages_distributions inspect.get_annotations " +
    "itertools.pairwise sys.orig_argv sys.stdlib_module_names " +
    "types.EllipsisType types.NoneType types.UnionType " +
    "typing.Concatenate typing.ParamSpec typing.ParamSpecArgs " +
    "typing.ParamSpecKwargs typing.TypeAlias typing.TypeGuard " +
    "typing.is_typeddict",
  11: "asyncio.Barrier asyncio.Runner asyncio.TaskGroup asyncio.timeout " +
    "asyncio.timeout_at contextlib.chdir datetime.UTC enum.EnumType " +
    "enum.FlagBoundary enum.ReprEnum enum.StrEnum enum.global_enum " +
    "enum.member enum.nonmember enum.verify hashlib.file_digest " +
    "http.HTTPMethod inspect.getmembers_static locale.getencoding " +
    "logging.getLevelNamesMapping math.cbrt math.exp2 operator.call " +
    "sqlite3.Blob sys.exception typing.LiteralString typing.Never " +
    "typing.NotRequired typing.Required typing.Self typing.TypeVarTuple " +
    "typing.Unpack typing.assert_never typing.assert_type " +
    "typing.clear_overloads typing.dataclass_transform " +
    "typing.get_overloads typing.reveal_type",
  12: "calendar.Day calendar.Month collections.abc.Buffer " +
    "csv.QUOTE_NOTNULL csv.QUOTE_STRINGS inspect.markcoroutinefunction " +
    "itertools.batched logging.getHandlerByName logging.getHandlerNames " +
    "math.sumprod random.binomialvariate types.get_original_bases " +
    "typing.TypeAliasType typing.override",
  13: "asyncio.QueueShutDown base64.z85decode base64.z85encode " +
    "copy.replace glob.translate math.fma mimetypes.guess_file_type " +
    "queue.ShutDown re.PatternError typing.NoDefault typing.ReadOnly " +
    "typing.TypeIs typing.get_protocol_members typing.is_protocol " +
    "warnings.deprecated",
};

/** The minor version of Python that brought `module.name`, if it is known. */
export function bornIn(name: string): number | undefined {
  return Object.entries(NEW_NAMES)
    .filter(([, names]) => names.split(" ").includes(name))
    .map(([minor]) => Number(minor))[0];
}

/** Modules that exist only inside of a server, and which. */
export const SERVER_MODULES: Readonly<Record<string, string>> = {
  apache: "mod_wsgi",
  gunicorn_config: "gunicorn",
  lswsgi: "LiteSpeed",
  mod_python: "mod_python",
  mod_wsgi: "mod_wsgi",
  uwsgi: "uWSGI",
  uwsgidecorators: "uWSGI",
};

/** Packages that only run an application elsewhere, and where that is. */
export const RUNNERS: Readonly<Record<string, string>> = {
  apig_wsgi: "AWS Lambda",
  aws_wsgi: "AWS Lambda",
  awsgi: "AWS Lambda",
  bjoern: "the server bjoern",
  django_heroku: "Heroku",
  django_on_heroku: "Heroku",
  gunicorn: "the server gunicorn",
  hypercorn: "the server Hypercorn",
  mangum: "AWS Lambda",
  meinheld: "the server meinheld",
  serverless_wsgi: "AWS Lambda",
  waitress: "the server waitress",
  wfastcgi: "IIS, the web server of Windows",
  zappa: "AWS Lambda",
};

const HOSTS: Readonly<Record<string, string>> = {
  "Windows":
    "winreg _winreg msvcrt _winapi _overlapped winsound nt _msi msilib win32api win32com win32con win32gui win32ui win32event win32file win32pipe win32process win32security win32service win32serviceutil win32print win32clipboard win32crypt win32cred win32net win32pdh win32evtlog win32job win32profile win32ts win32console win32timezone win32inet win32pdhutil winioctlcon pywintypes pythoncom pythonwin servicemanager winerror winxpgui winrt winshell pywinauto pywin32 comtypes wmi win10toast",
  "macOS":
    "AppKit Foundation Cocoa Quartz CoreFoundation CoreServices CoreText CoreLocation CoreBluetooth LaunchServices SystemConfiguration ScriptingBridge AVFoundation PyObjCTools objc Carbon MacOS EasyDialogs appscript rumps _scproxy",
  "Blender": "bpy bmesh mathutils bpy_extras bgl blf bge",
  "Maya": "maya.cmds maya.mel maya.OpenMaya maya.api pymel",
  "Houdini": "hou hdefereval",
  "Nuke": "nuke nukescripts",
  "3ds Max": "pymxs MaxPlus",
  "Cinema 4D": "c4d",
  "Unreal Engine": "unreal",
  "Fusion 360": "adsk",
  "FreeCAD": "FreeCAD FreeCADGui",
  "Rhino": "rhinoscriptsyntax scriptcontext Rhino",
  "GIMP": "gimp gimpfu gimpcolor",
  "Scribus": "scribus",
  "QGIS": "qgis",
  "ArcGIS": "arcpy",
  "IDA Pro": "idaapi idc idautils",
  "GDB": "gdb",
  "LLDB": "lldb",
  "Vim": "vim",
  "Sublime Text": "sublime sublime_plugin",
  "WeeChat": "weechat",
  "HexChat": "hexchat",
  "Kodi": "xbmc xbmcgui xbmcaddon xbmcplugin xbmcvfs",
  "Ren'Py": "renpy",
  "PostgreSQL": "plpy",
  "FreeSWITCH": "freeswitch",
  "collectd": "collectd",
  "Databricks": "dbutils dbruntime",
  "AWS Glue": "awsglue",
  "Google Colab": "google.colab",
  "Google App Engine": "google.appengine",
  "Abaqus": "abaqus abaqusConstants",
  "ROS, the Robot Operating System,": "rospy rclpy",
  "Anki": "aqt",
  "Krita": "krita",
  "Inkscape": "inkex",
  "Kaggle": "kaggle_secrets kaggle_datasets",
  "Pyodide, the Python of browsers": "pyodide pyodide_js pyscript js",
  "MicroPython or CircuitPython, on microcontrollers,":
    "micropython utime uasyncio urequests usocket ubinascii ustruct uos esp32 rp2 pyb microbit digitalio busio microcontroller",
  "Jython, the Python of Java,": "java javax",
  "IronPython, the Python of .NET,": "System",
  "PyPy, another interpreter,": "__pypy__ _pypyjson",
};

/** Systems and programs that alone have a module, and the module's name. */
const HOST_OF = new Map(
  Object.entries(HOSTS).flatMap(([host, modules]) =>
    modules.split(" ").map((module) => [module, host] as const)
  ),
);

/**
 * The system or program that alone has a module: `Windows` for `winreg`. Of
 * dotted names, the longest beginning that is known counts.
 */
export function hostOf(module: string): string | undefined {
  const parts = module.split(".");
  return HOST_OF.get(parts.slice(0, 2).join(".")) ?? HOST_OF.get(parts[0]!);
}

/** What Python's own modules have on one system alone. */
export const SYSTEM_NAMES: readonly {
  system: string;
  module: RegExp;
  name: RegExp;
}[] = [
  { system: "Windows", module: /^os$/, name: /^(?:startfile|O_BINARY)$/ },
  {
    system: "Windows",
    module: /^ctypes(?:\.\w+)?$/,
    name:
      /^(?:windll|oledll|WinDLL|OleDLL|WinError|FormatError|GetLastError|WINFUNCTYPE|HRESULT)$/,
  },
  {
    system: "Windows",
    module: /^subprocess$/,
    name:
      /^(?:STARTUPINFO|STARTF_\w+|SW_HIDE|CREATE_\w+|DETACHED_PROCESS|\w+_PRIORITY_CLASS)$/,
  },
  { system: "Windows", module: /^signal$/, name: /^CTRL_(?:C|BREAK)_EVENT$/ },
  {
    system: "Windows",
    module: /^asyncio(?:\.\w+)?$/,
    name: /^(?:Windows\w+|ProactorEventLoop|IocpProactor)$/,
  },
  {
    system: "Windows",
    module: /^sys$/,
    name: /^(?:getwindowsversion|winver)$/,
  },
  { system: "Windows", module: /^socket$/, name: /^(?:SIO|RCVALL)_\w+$/ },
  {
    system: "macOS and BSD",
    module: /^select$/,
    name: /^(?:kqueue|kevent|KQ_\w+)$/,
  },
  { system: "macOS and BSD", module: /^os$/, name: /^l?chflags$/ },
];

/**
 * Packages whose import name another distribution has taken on the index, by
 * the module: those, and what is meant.
 */
export const WRONG_DISTRIBUTIONS: Readonly<
  Record<string, { wrong: readonly string[]; right: string }>
> = {
  Crypto: { wrong: ["crypto", "pycrypto"], right: "pycryptodome" },
  attr: { wrong: ["attr"], right: "attrs" },
  bson: { wrong: ["bson"], right: "pymongo" },
  crontab: { wrong: ["crontab"], right: "python-crontab" },
  dns: { wrong: ["dns"], right: "dnspython" },
  ffmpeg: { wrong: ["ffmpeg"], right: "ffmpeg-python" },
  gitlab: { wrong: ["gitlab"], right: "python-gitlab" },
  gnupg: { wrong: ["gnupg"], right: "python-gnupg" },
  nmap: { wrong: ["nmap"], right: "python-nmap" },
  barcode: { wrong: ["barcode"], right: "python-barcode" },
  dateutil: { wrong: ["dateutil", "py-dateutil"], right: "python-dateutil" },
  decouple: { wrong: ["decouple"], right: "python-decouple" },
  docx: { wrong: ["docx"], right: "python-docx" },
  dotenv: { wrong: ["dotenv"], right: "python-dotenv" },
  environ: { wrong: ["environ"], right: "django-environ" },
  fitz: { wrong: ["fitz"], right: "PyMuPDF" },
  can: { wrong: ["can"], right: "python-can" },
  consul: { wrong: ["consul"], right: "python-consul" },
  haystack: { wrong: ["haystack"], right: "django-haystack" },
  jenkins: { wrong: ["jenkins"], right: "python-jenkins" },
  pdfminer: { wrong: ["pdfminer"], right: "pdfminer.six" },
  snappy: { wrong: ["snappy"], right: "python-snappy" },
  vlc: { wrong: ["vlc"], right: "python-vlc" },
  whisper: { wrong: ["whisper"], right: "openai-whisper" },
  git: { wrong: ["git", "python-git"], right: "GitPython" },
  github: { wrong: ["github"], right: "PyGithub" },
  jose: { wrong: ["jose"], right: "python-jose" },
  jwt: { wrong: ["jwt"], right: "PyJWT" },
  kafka: { wrong: ["kafka"], right: "kafka-python" },
  ldap: { wrong: ["ldap"], right: "python-ldap" },
  magic: { wrong: ["magic", "libmagic", "file-magic"], right: "python-magic" },
  memcache: { wrong: ["memcache", "memcached"], right: "python-memcached" },
  multipart: { wrong: ["multipart"], right: "python-multipart" },
  mysql: {
    wrong: ["mysql", "mysql-connector"],
    right: "mysql-connector-python",
  },
  pptx: { wrong: ["pptx"], right: "python-pptx" },
  serial: { wrong: ["serial"], right: "pyserial" },
  slugify: {
    wrong: ["slugify", "unicode-slugify", "awesome-slugify"],
    right: "python-slugify",
  },
  socketio: { wrong: ["socketio"], right: "python-socketio" },
  sklearn: { wrong: ["sklearn"], right: "scikit-learn" },
  telegram: { wrong: ["telegram"], right: "python-telegram-bot" },
  usb: { wrong: ["usb"], right: "pyusb" },
  websocket: { wrong: ["websocket"], right: "websocket-client" },
};

/** Names that are asked of packages which never had them, by old recipes. */
export const NEVER_NAMES: readonly {
  module: RegExp;
  name: RegExp;
  why: string;
  mend: string;
}[] = [
  {
    module: /^asgiref(?:\.\w+)?$/,
    name: /^(?:Asgi|ASGI)To(?:Wsgi|WSGI)\w*$|^ASGIMiddleware$/,
    why: "asgiref only turns WSGI into ASGI, and not the other way round",
    mend:
      "Nothing need be wrapped: let `app` in config.toml name the ASGI application itself; the wrapper for servers that speak WSGI alone is ASGIMiddleware of the package a2wsgi",
  },
  {
    module: /^(?:uvicorn|starlette|fastapi)(?:\.\w+)*$/,
    name: /^(?:WSGIAdapter|AsgiToWsgi|ASGIToWSGI|ASGIMiddleware|to_wsgi)$/,
    why: "it speaks ASGI, and has nothing that makes WSGI of it",
    mend:
      "Nothing need be wrapped: let `app` in config.toml name the ASGI application itself; the wrapper for servers that speak WSGI alone is ASGIMiddleware of the package a2wsgi",
  },
];

/**
 * Modules that several distributions on the index bring, each with names of
 * its own, by which one sees whose is meant.
 */
const NAMESAKES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  argon2: {
    "argon2-cffi":
      "PasswordHasher Type Parameters exceptions extract_parameters low_level profiles",
    argon2: "argon2_hash Argon2Exception Argon2Type",
  },
  binance: {
    "python-binance":
      "AsyncClient BinanceSocketManager Client ThreadedWebsocketManager client enums",
    binance: "",
  },
  camelot: { "camelot-py": "read_pdf", camelot: "" },
  captcha: {
    captcha: "ImageCaptcha AudioCaptcha image audio",
    "django-simple-captcha": "CaptchaField CaptchaStore CaptchaTextInput",
    "django-recaptcha<4": "ReCaptchaField ReCaptchaV2Checkbox ReCaptchaV3",
  },
  coinbase: {
    coinbase: "wallet",
    "coinbase-advanced-py": "RESTClient WSClient rest websocket",
  },
  community: {
    "python-louvain":
      "best_partition community_louvain generate_dendrogram induced_graph partition_at_level",
    community: "",
  },
  facebook: { "facebook-sdk": "GraphAPI GraphAPIError", facebook: "" },
  jwt: {
    PyJWT: "decode encode ExpiredSignatureError PyJWKClient PyJWTError",
    jwt: "JWT jwk_from_dict jwk_from_pem",
  },
  ratelimit: {
    ratelimit: "RateLimitException limits sleep_and_retry",
    "django-ratelimit<4": "ratelimit is_ratelimited RatelimitMixin",
  },
  tabula: {
    "tabula-py": "convert_into convert_into_by_batch read_pdf",
    tabula: "",
  },
  telebot: {
    pyTelegramBotAPI: "TeleBot apihelper async_telebot custom_filters",
    telebot: "",
  },
  trello: { "py-trello": "TrelloClient", trello: "TrelloApi" },
  twitter: {
    "python-twitter": "Api TwitterError",
    twitter: "OAuth OAuth2 Twitter TwitterStream oauth_dance",
  },
  ulid: {
    "python-ulid": "ULID",
    "ulid-py": "from_bytes from_int from_timestamp from_uuid new parse",
  },
  umap: { "umap-learn": "UMAP", umap: "" },
  whois: { "python-whois": "WhoisEntry whois", whois: "query" },
};

/** The distributions that are known to bring a module of this name. */
export function namesakesOf(module: string): string[] {
  const own = Object.hasOwn(NAMESAKES, module)
    ? Object.keys(NAMESAKES[module]!)
    : [];
  const { wrong = [], right } = Object.hasOwn(WRONG_DISTRIBUTIONS, module)
    ? WRONG_DISTRIBUTIONS[module]!
    : {};
  return [...new Set([...right ? [right] : [], ...own, ...wrong])];
}

/**
 * The other distributions that may be meant by a module that one has brought;
 * none where it is the usual one, and only one other shares the name.
 */
export function doubtedBy(module: string, owner: string): string[] {
  const others = namesakesOf(module).map(bare)
    .filter((each) => each !== bare(owner));
  const isRight = Object.hasOwn(WRONG_DISTRIBUTIONS, module) &&
    bare(WRONG_DISTRIBUTIONS[module]!.right) === bare(owner);
  return isRight ||
      others.length < 2 && bare(distributionOf(module)) === bare(owner)
    ? []
    : others;
}

/** Of distributions that bring the same module, the one with these names. */
export function namesakeWith(
  module: string,
  names: readonly string[],
): string | undefined {
  const all = Object.hasOwn(NAMESAKES, module) ? NAMESAKES[module]! : {};
  return Object.entries(all)
    .find(([, own]) => own.split(" ").some((each) => names.includes(each)))
    ?.[0];
}
