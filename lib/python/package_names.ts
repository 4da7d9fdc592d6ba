/**
 * Packages by other names: what to install for an import, what became of
 * modules that Python no longer has, and which versions fit together.
 *
 * Tables only, of well-known cases. Runs on Node and Deno.
 *
 * @module
 */

import { suggest } from "../text/suggestion.ts";

const NAMES = `
BeautifulSoup beautifulsoup4, Crypto pycryptodome, Cryptodome pycryptodomex,
MySQLdb mysqlclient, OpenGL PyOpenGL,
OpenSSL pyOpenSSL, PIL Pillow, Xlib python-xlib, attr attrs,
allauth django-allauth, barcode python-barcode, bs4 beautifulsoup4,
bson pymongo, cairo pycairo, compressor django-compressor,
corsheaders django-cors-headers, crispy_forms django-crispy-forms,
cv2 opencv-python, dateutil python-dateutil, debug_toolbar django-debug-toolbar,
decouple python-decouple, discord discord.py, 
django_filters django-filter, docx python-docx, dotenv python-dotenv,
enchant pyenchant, engineio python-engineio, environ django-environ,
faiss faiss-cpu, fitz PyMuPDF, flask_sqlalchemy Flask-SQLAlchemy,
git GitPython, github PyGithub, googleapiclient google-api-python-client,
gridfs pymongo, guardian django-guardian, hydra hydra-core,
import_export django-import-export, jose python-jose,
jwt PyJWT, kafka kafka-python, ldap python-ldap, magic python-magic,
memcache python-memcached,
mpl_toolkits matplotlib, mptt django-mptt, mysql mysql-connector-python,
nacl PyNaCl, osgeo GDAL, past future, pkg_resources setuptools<81,
pptx python-pptx, psycopg psycopg[binary], psycopg2 psycopg2-binary,
pylab matplotlib, rest_framework djangorestframework,
ruamel ruamel.yaml, saml2 pysaml2, serial pyserial, skimage scikit-image,
sklearn scikit-learn, slugify python-slugify, socketio python-socketio,
social_django social-auth-app-django, speech_recognition SpeechRecognition,
stdnum python-stdnum, storages django-storages,
taggit django-taggit, tagging django-tagging, telegram python-telegram-bot,
umap umap-learn, usb pyusb, 
websocket websocket-client, wx wxPython,
yaml PyYAML, zmq pyzmq`;

const DISTRIBUTIONS = new Map(
  NAMES.split(",").map((pair) => pair.trim().split(" ") as [string, string]),
);

/** Imports whose package has the very same name, and that everybody uses. */
const POPULAR = new Set(
  ("a2wsgi aiohttp altair anthropic asgiref bcrypt boto3 bottle cattrs celery certifi click " +
    "cryptography dash dask django environs falcon fastapi flask geopandas gevent gunicorn httpx itsdangerous jinja2 jwcrypto " +
    "langchain loguru lxml markdown markupsafe matplotlib nltk numpy openai openpyxl orjson " +
    "pandas passlib peewee plotly psutil pydantic pydantic_settings pygments " +
    "pymongo pymysql pyramid pytz qrcode redis reportlab requests rich scapy scipy seaborn " +
    "sentry_sdk simplejson six spacy sqlalchemy starlette statsmodels streamlit sympy tensorflow " +
    "tornado torch transformers typing_extensions uvicorn uwsgi waitress " +
    "webob websockets werkzeug whitenoise wtforms xlsxwriter yarl " +
    "django_celery_beat django_countries django_extensions django_htmx " +
    "django_otp django_redis django_rq django_tables2 " +
    "flask_admin flask_babel flask_bcrypt flask_caching flask_compress flask_cors " +
    "flask_httpauth flask_jwt_extended flask_limiter flask_login flask_mail " +
    "flask_marshmallow flask_migrate flask_restful flask_restx flask_security " +
    "flask_session flask_smorest flask_socketio flask_talisman flask_wtf")
    .split(" "),
);

const WELL_KNOWN = [...POPULAR, ...DISTRIBUTIONS.keys()];
/** Extensions, of which nobody has a list. */
const EXTENSION_REGEXP = /^(?:flask|django)_/;

/** The name to install for a module: the usual other name, or its own. */
export function distributionOf(module: string): string {
  const parts = module.split(".");
  if (parts[0] === "google") {
    return parts[1] === "protobuf"
      ? "protobuf"
      : parts[1] === "cloud" && parts[2]
      ? `google-cloud-${parts[2]}`
      : parts[1] === "genai"
      ? "google-genai"
      : "google-api-core";
  }
  const name = parts[0]!;
  // The index takes `_` and `-` for the same; the latter is the usual one.
  return DISTRIBUTIONS.get(name) ?? name.replaceAll("_", "-");
}

/** Tells whether a module surely belongs to a public package. */
export function isPublicPackage(module: string): boolean {
  const name = module.split(".")[0]!;
  return WELL_KNOWN.includes(name) ||
    EXTENSION_REGEXP.test(name) && nearest(name) === undefined;
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
    .map((known) => known.slice(prefix.length));
  const rest = suggest(name.slice(prefix.length), rests);
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
  uu: { since: 13, instead: "base64" },
  xdrlib: { since: 13, install: "standard-xdrlib" },
};

/** Modules that later versions of Python brought. */
export const NEW_MODULES: Readonly<
  Record<string, { since: number; install?: string }>
> = {
  graphlib: { since: 9, install: "graphlib-backport" },
  tomllib: { since: 11, install: "tomli" },
  zoneinfo: { since: 9, install: "backports.zoneinfo" },
};

/** Modules that only Python 2 had, with their names of today. */
export const PYTHON_2_MODULES: Readonly<Record<string, string>> = {
  BaseHTTPServer: "http.server",
  ConfigParser: "configparser",
  Cookie: "http.cookies",
  HTMLParser: "html.parser",
  Queue: "queue",
  SocketServer: "socketserver",
  StringIO: "io",
  Tkinter: "tkinter",
  __builtin__: "builtins",
  cPickle: "pickle",
  cStringIO: "io",
  commands: "subprocess",
  cookielib: "http.cookiejar",
  httplib: "http.client",
  thread: "_thread",
  urllib2: "urllib.request",
  urlparse: "urllib.parse",
  xmlrpclib: "xmlrpc.client",
};

/** A name that a package gave up, and what brings it back. */
export interface LostName {
  /** The module that is asked. */
  module: RegExp;
  /** The name that is not there. */
  name: RegExp;
  /** What to install. */
  install: string;
  /** The package that gave it up, and since when. */
  since: string;
}

/** Names that libraries still ask for, though a later version has them not. */
export const LOST_NAMES: readonly LostName[] = [
  {
    module: /^werkzeug\.urls$/,
    name: /^url_|^(?:iri_to_uri|uri_to_iri)$/,
    install: "Werkzeug<3",
    since: "Werkzeug 3",
  },
  {
    module: /^werkzeug\.security$/,
    name: /^safe_str_cmp$|^pbkdf2_/,
    install: "Werkzeug<2.1",
    since: "Werkzeug 2.1",
  },
  {
    module: /^werkzeug\.wrappers/,
    name: /^BaseRe(?:sponse|quest)$|Mixin$/,
    install: "Werkzeug<2.1",
    since: "Werkzeug 2.1",
  },
  {
    module: /^werkzeug$/,
    name: /^(?:secure_filename|FileStorage|cached_property|import_string)$/,
    install: "Werkzeug<1",
    since: "Werkzeug 1",
  },
  {
    module: /^flask$/,
    name: /^(?:Markup|escape)$/,
    install: "Flask<3",
    since: "Flask 3",
  },
  {
    module: /^flask(?:\.globals)?$/,
    name: /^_(?:app|request)_ctx_stack$/,
    install: "Flask<2.3",
    since: "Flask 2.3",
  },
  {
    module: /^flask\.json$/,
    name: /^JSON(?:En|De)coder$/,
    install: "Flask<2.3",
    since: "Flask 2.3",
  },
  {
    module: /^jinja2(?:\.utils)?$/,
    name:
      /^(?:escape|Markup|contextfunction|contextfilter|environmentfilter|environmentfunction|evalcontextfilter|evalcontextfunction)$/,
    install: "Jinja2<3.1",
    since: "Jinja2 3.1",
  },
  {
    module: /^markupsafe$/,
    name: /^soft_unicode$/,
    install: "MarkupSafe<2.1",
    since: "MarkupSafe 2.1",
  },
  {
    module: /^itsdangerous$/,
    name:
      /^(?:json|JSONWebSignatureSerializer|TimedJSONWebSignatureSerializer)$/,
    install: "itsdangerous<2.1",
    since: "itsdangerous 2.1",
  },
  {
    module: /^django\.utils\.(?:translation|encoding|http)$/,
    name:
      /^(?:u[ng]*gettext\w*|force_text|smart_text|urlquote\w*|urlunquote\w*|is_safe_url)$/,
    install: "Django<4",
    since: "Django 4",
  },
  {
    module: /^django\.conf\.urls$/,
    name: /^url$/,
    install: "Django<4",
    since: "Django 4",
  },
  {
    module: /^django\.utils\.timezone$/,
    name: /^utc$/,
    install: "Django<5",
    since: "Django 5",
  },
  {
    module: /^django\.(?:utils|utils\.encoding)$/,
    name: /^(?:six|lru_cache|python_2_unicode_compatible)$/,
    install: "Django<3",
    since: "Django 3",
  },
  {
    module: /^numpy$/,
    name: /^(?:int|float|bool|object|str|complex|long|unicode)$/,
    install: "numpy<1.24",
    since: "numpy 1.24",
  },
  {
    module: /^numpy$/,
    name: /^(?:float_|complex_|unicode_|string_|NaN|Inf|product|cumproduct)$/,
    install: "numpy<2",
    since: "numpy 2",
  },
  {
    module: /^pydantic$/,
    name: /^BaseSettings$/,
    install: "pydantic<2",
    since: "pydantic 2",
  },
  {
    module: /^PIL\.Image$/,
    name: /^(?:ANTIALIAS|LINEAR|CUBIC)$/,
    install: "Pillow<10",
    since: "Pillow 10",
  },
  {
    module: /^huggingface_hub$/,
    name: /^cached_download$/,
    install: "huggingface_hub<0.26",
    since: "huggingface_hub 0.26",
  },
];

/** Attributes that objects of a class had in an earlier version of a package. */
export const LOST_ATTRIBUTES: readonly {
  kind: RegExp;
  name: RegExp;
  package: string;
  /** The version that has them not. */
  since: string;
}[] = [
  {
    kind: /^(?:Flask|Blueprint)$/,
    name: /^before_(?:app_)?first_request$/,
    package: "Flask",
    since: "2.3",
  },
  {
    kind: /^(?:DataFrame|Series)$/,
    name: /^(?:append|iteritems|mad)$/,
    package: "pandas",
    since: "2",
  },
  {
    kind: /^(?:FreeTypeFont|ImageFont|ImageDraw)$/,
    name: /^(?:getsize|getsize_multiline|textsize|multiline_textsize)$/,
    package: "Pillow",
    since: "10",
  },
  {
    kind: /^Engine$/,
    name: /^(?:execute|has_table|table_names|scalar)$/,
    package: "SQLAlchemy",
    since: "2",
  },
];

/** Names that Python itself gave up; old packages still ask for them. */
export const LOST_PYTHON_NAMES: readonly {
  module: RegExp;
  name: RegExp;
  since: number;
}[] = [
  {
    module: /^collections$/,
    name:
      /^(?:Mutable(?:Mapping|Sequence|Set)|Mapping|Sequence|Set|Iterable|Iterator|Callable|Hashable|Sized|Container|Generator|KeysView|ItemsView|ValuesView)$/,
    since: 10,
  },
  { module: /^inspect$/, name: /^(?:getargspec|formatargspec)$/, since: 11 },
  { module: /^pkgutil$/, name: /^Imp(?:Importer|Loader)$/, since: 12 },
  { module: /^ssl$/, name: /^(?:wrap_socket|match_hostname)$/, since: 12 },
  { module: /^configparser$/, name: /^SafeConfigParser$/, since: 12 },
  { module: /^asyncio$/, name: /^coroutine$/, since: 11 },
  { module: /^fractions$/, name: /^gcd$/, since: 9 },
  { module: /^cgi$/, name: /^escape$/, since: 8 },
  { module: /^time$/, name: /^clock$/, since: 8 },
  { module: /^ast$/, name: /^(?:Num|Str|Bytes|NameConstant)$/, since: 14 },
];

/** Names that a later Python, `3.N`, brought to modules that it had before. */
const NEW_NAMES: Readonly<Record<number, string>> = {
  9: "ast.unparse asyncio.to_thread functools.cache math.lcm " +
    "importlib.resources.files typing.Annotated",
  10: "contextlib.aclosing inspect.get_annotations itertools.pairwise " +
    "types.NoneType types.UnionType typing.Concatenate typing.ParamSpec " +
    "typing.TypeAlias typing.TypeGuard typing.is_typeddict",
  11: "asyncio.Runner asyncio.TaskGroup asyncio.timeout contextlib.chdir " +
    "datetime.UTC enum.EnumType enum.ReprEnum enum.StrEnum enum.verify " +
    "hashlib.file_digest typing.LiteralString typing.Never " +
    "typing.NotRequired typing.Required typing.Self typing.TypeVarTuple " +
    "typing.Unpack typing.assert_never typing.assert_type " +
    "typing.dataclass_transform typing.reveal_type",
  12: "collections.abc.Buffer itertools.batched typing.TypeAliasType " +
    "typing.override",
  13: "copy.replace queue.ShutDown typing.ReadOnly typing.TypeIs " +
    "warnings.deprecated",
};

/** The minor version of Python that brought `module.name`, if it is known. */
export function bornIn(name: string): number | undefined {
  return Object.entries(NEW_NAMES)
    .filter(([, names]) => names.split(" ").includes(name))
    .map(([minor]) => Number(minor))[0];
}
