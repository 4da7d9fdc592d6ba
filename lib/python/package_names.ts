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
_argon2_cffi_bindings argon2-cffi-bindings, _brotli Brotli, _cffi_backend cffi,
_mysql mysqlclient, _snappy python-snappy, _yaml PyYAML,
Crypto pycryptodome, Cryptodome pycryptodomex,
Cython Cython, IPython ipython, Levenshtein python-Levenshtein,
MySQLdb mysqlclient, OpenGL PyOpenGL,
OpenSSL pyOpenSSL, PIL Pillow, PyPDF2 PyPDF2, Xlib python-xlib,
absl absl-py, argon2 argon2-cffi, dns dnspython, adminsortable2 django-admin-sortable2, aiokafka aiokafka,
can python-can, graphql graphql-core, markdown_it markdown-it-py, nats nats-py, paho paho-mqtt, pdfminer pdfminer.six, progressbar progressbar2, proto proto-plus, cpuinfo py-cpuinfo, ahocorasick pyahocorasick, shapefile pyshp, Stemmer PyStemmer, z3 z3-solver,
allauth django-allauth, ariadne ariadne, attr attrs, autoslug django-autoslug,
axes django-axes, barcode python-barcode, bootstrap4 django-bootstrap4,
bootstrap5 django-bootstrap5, bs4 beautifulsoup4, bson pymongo, cairo pycairo,
ckeditor django-ckeditor, cms django-cms, colorfield django-colorfield,
compressor django-compressor, configurations django-configurations,
constance django-constance, corsheaders django-cors-headers,
crispy_bootstrap4 crispy-bootstrap4, crispy_bootstrap5 crispy-bootstrap5,
crispy_forms django-crispy-forms, cv2 opencv-python-headless,
dash_bootstrap_components dash-bootstrap-components, dateutil python-dateutil,
debug_toolbar django-debug-toolbar, decouple python-decouple, discord discord.py,
dj_database_url dj-database-url, dj_rest_auth dj-rest-auth,
django_filters django-filter, djcelery django-celery,
docx python-docx, dotenv python-dotenv, drf_spectacular drf-spectacular,
drf_yasg drf-yasg, easy_thumbnails easy-thumbnails, email_validator email-validator,
enchant pyenchant, engineio python-engineio, environ django-environ,
faiss faiss-cpu, fitz PyMuPDF, flask_cors flask-cors, flask_sqlalchemy Flask-SQLAlchemy,
fuzzywuzzy fuzzywuzzy, genshi Genshi, git GitPython, github PyGithub, gitlab python-gitlab,
googleapiclient google-api-python-client, googlemaps googlemaps,
graphene_django graphene-django, gridfs pymongo, guardian django-guardian,
haystack django-haystack, hydra hydra-core, imagekit django-imagekit,
import_export django-import-export, jose python-jose, jwt PyJWT,
kafka kafka-python, ldap python-ldap, ldap3 ldap3, magic python-magic,
markdown Markdown, memcache python-memcached, model_utils django-model-utils,
modelcluster django-modelcluster,
mpl_toolkits matplotlib, mptt django-mptt, multipart python-multipart,
mysql mysql-connector-python, nacl PyNaCl, ninja django-ninja,
odf odfpy, oauth2_provider django-oauth-toolkit, oauth2client oauth2client,
onelogin python3-saml, orjson orjson, osgeo GDAL, parler django-parler, past future,
paste Paste, phonenumber_field django-phonenumber-field, pkg_resources setuptools<81,
polymorphic django-polymorphic, pptx python-pptx, psycopg psycopg[binary],
psycopg2 psycopg2-binary, pylab matplotlib, pylibmc pylibmc, pymupdf PyMuPDF,
pythonjsonlogger python-json-logger, pywt PyWavelets,
rest_auth django-rest-auth, rest_framework djangorestframework,
rest_framework_simplejwt djangorestframework-simplejwt, reversion django-reversion,
ruamel ruamel.yaml, saml2 pysaml2, sass libsass, sendgrid sendgrid, serial pyserial,
setuptools setuptools, simple_history django-simple-history, skimage scikit-image,
sklearn scikit-learn, slugify python-slugify, snowflake snowflake-connector-python,
socketio python-socketio, socks PySocks, social_django social-auth-app-django,
solo django-solo, sorl sorl-thumbnail, speech_recognition SpeechRecognition,
stdnum python-stdnum, storages django-storages,
taggit django-taggit, tagging django-tagging, telegram python-telegram-bot,
telebot pyTelegramBotAPI, timezone_field django-timezone-field,
tinymce django-tinymce, treebeard django-treebeard, two_factor django-two-factor-auth,
umap umap-learn, usb pyusb, waffle django-waffle, webpack_loader django-webpack-loader,
websocket websocket-client, widget_tweaks django-widget-tweaks, wx wxPython,
yaml PyYAML, zmq pyzmq`;

const DISTRIBUTIONS = new Map(
  NAMES.split(",").map((pair) => pair.trim().split(" ") as [string, string]),
);

/** Imports whose package has the very same name, and that many use. */
const POPULAR = new Set(
  ("a2wsgi accelerate aiofiles aiohttp aiomysql aiopg aioredis aiosqlite " +
    "alembic altair aniso8601 annotated_types ansible anthropic anyio " +
    "apispec apscheduler arrow asgiref asyncpg authlib autobahn babel " +
    "bandit bcrypt beaker biopython black bleach blinker blosc bokeh boto " +
    "boto3 botocore bottle brotli cachecontrol cachelib cachetools cattrs " +
    "celery cerberus certifi cffi channels channels_redis chardet " +
    "charset_normalizer cheroot cherrypy click cloudinary colorama " +
    "coloredlogs configobj coverage croniter cryptography cssselect " +
    "cx_Oracle cycler daphne dash dask databases dataset deepdiff " +
    "defusedxml deprecated dill diskcache distro django djoser dnspython " +
    "docopt docutils dominate duckdb ecdsa elasticsearch elasticsearch_dsl " +
    "emoji environs et_xmlfile eventlet exchangelib fabric faker falcon " +
    "fastapi fastavro fastparquet feedgen feedparser filelock filetype " +
    "flasgger flask flatbuffers folium fonttools formencode fpdf fpdf2 " +
    "freezegun fsspec furl future gensim geoalchemy2 geocoder geojson " +
    "geopandas geopy gevent gitdb gradio graphene graphql greenlet grpc " +
    "grpcio gunicorn h11 h2 h5py hashids hiredis holoviews html2text " +
    "html5lib httplib2 httptools httpx huey huggingface_hub humanize hupper " +
    "hypercorn icalendar idna imageio imagesize inflect inflection influxdb " +
    "invoke ipaddress ipywidgets isodate isort itsdangerous jinja2 jmespath " +
    "joblib jsonfield jsonpickle jsonschema jwcrypto keras keyring kombu " +
    "langchain langdetect lightgbm limits loguru lxml mako mammoth mangum " +
    "markdown markdown2 markupsafe marshmallow marshmallow_sqlalchemy " +
    "matplotlib minio mistune mock mongoengine more_itertools msal msgpack " +
    "mypy mysqlclient mwparserfromhell natsort networkx nltk numba numexpr " +
    "numpy oauthlib oic olefile onnxruntime openai opencensus opentelemetry " +
    "openpyxl oracledb orjson packaging pandas paramiko parso passlib patsy " +
    "pdf2image pdfkit pdfminer pdfplumber peewee pendulum pexpect " +
    "phonenumbers pika pikepdf pillow pint plotly plotnine ply polars polib " +
    "portalocker premailer prettytable prometheus_client " +
    "prometheus_flask_exporter prompt_toolkit prophet psutil psycogreen " +
    "pyarrow pyasn1 pyaudio pycountry pycparser pycurl pydantic " +
    "pydantic_settings pydot pydub pyfiglet pygal pygit2 pygments " +
    "pygraphviz pyjwt pyld pymemcache pymongo pymssql pymysql pynamodb " +
    "pyodbc pyotp pyparsing pypdf pyperclip pyproj pyramid pyramid_jinja2 " +
    "pyramid_tm pysftp pysolr pytesseract pytest python_http_client pytz " +
    "pytz_deprecation_shim pywebpush pyzbar qrcode quart rapidfuzz rasterio " +
    "ratelimit rdflib redis regex reportlab requests requests_oauthlib " +
    "requests_toolbelt retrying rfc3986 rich rq rsa rtree sanic scapy " +
    "schedule scipy scrapy seaborn selenium semver sentence_transformers " +
    "sentencepiece sentry_sdk shapely shortuuid simplejson six smart_open " +
    "sniffio snowballstemmer sortedcontainers soupsieve spacy sphinx " +
    "sqlalchemy sqlalchemy_utils sqlmodel sqlparse sse_starlette starlette " +
    "statsmodels strawberry streamlit stripe structlog svgwrite sympy " +
    "tablib tabulate tblib telethon tenacity tensorflow termcolor textblob " +
    "textdistance threadpoolctl tifffile tiktoken tinycss2 tinydb toml " +
    "tomli tomlkit toolz torch torchaudio torchvision tornado tortoise tqdm " +
    "transaction transformers trio tweepy twilio twisted txaio typeguard " +
    "typer typing_extensions typing_inspect tzdata tzlocal ua_parser ujson " +
    "unidecode uritemplate urllib3 user_agents uvicorn uvloop validators " +
    "vine vobject voluptuous w3lib wagtail waitress wand watchdog " +
    "watchfiles wcwidth weasyprint web.py webargs webassets webcolors " +
    "webencodings webob websockets webtest werkzeug wheel whitenoise whoosh " +
    "wikipedia wikitextparser wordcloud wrapt wsproto wtforms " +
    "wtforms_sqlalchemy xgboost xhtml2pdf xlrd xlsxwriter xlutils xlwt " +
    "xmltodict yagmail yarl yattag youtube_dl yt_dlp zeep zipp dash_auth " +
    "dash_core_components dash_daq dash_html_components " +
    "dash_mantine_components dash_table dash_ag_grid dash_cytoscape " +
    "dash_iconify django_admin_interface django_bootstrap5 " +
    "django_browser_reload django_celery_beat django_celery_results " +
    "django_ckeditor_5 django_comments django_cotton django_countries " +
    "django_crontab django_cryptography django_dramatiq " +
    "django_elasticsearch_dsl django_extensions django_fsm django_htmx " +
    "django_jinja django_js_reverse django_mysql django_nose " +
    "django_object_actions django_otp django_permissions_policy " +
    "django_prometheus django_q django_ratelimit django_recaptcha " +
    "django_redis django_rq django_select2 django_ses django_structlog " +
    "django_summernote django_tables2 django_tailwind flask_admin " +
    "flask_allows flask_apscheduler flask_appbuilder flask_assets " +
    "flask_babel flask_babelex flask_basicauth flask_bcrypt flask_bootstrap " +
    "flask_caching flask_ckeditor flask_classful flask_compress flask_cors " +
    "flask_dance flask_debugtoolbar flask_discord flask_executor " +
    "flask_flatpages flask_gravatar flask_graphql flask_htmx flask_httpauth " +
    "flask_jwt flask_jwt_extended flask_ldap3_login flask_limiter " +
    "flask_login flask_mail flask_mailman flask_marshmallow flask_migrate " +
    "flask_moment flask_mongoengine flask_mysqldb flask_mysql flask_oidc " +
    "flask_openid flask_pagedown flask_paginate flask_peewee " +
    "flask_praetorian flask_principal flask_pymongo flask_redis " +
    "flask_restful flask_restplus flask_restx flask_rq2 flask_script " +
    "flask_seasurf flask_security flask_session flask_simplelogin " +
    "flask_smorest flask_socketio flask_sslify flask_swagger " +
    "flask_swagger_ui flask_talisman flask_testing flask_uploads flask_user " +
    "flask_uuid flask_weasyprint flask_wtf " +
    "aiomqtt appdirs asn1crypto astropy asttokens autograd backoff " +
    "beartype billiard boltons bottleneck cbor2 cftime cloudpathlib " +
    "cloudpickle colorlog configargparse curl_cffi cvxpy dateparser " +
    "debugpy einops exceptiongroup fasteners fastjsonschema fiona flake8 " +
    "frozendict frozenlist ftfy graphviz groq gspread holidays httpcore " +
    "httpx_sse humanfriendly hyperlink hypothesis importlib_metadata " +
    "importlib_resources ipykernel jax jedi joserfc json5 jsonpatch " +
    "jsonpath_ng jsonpointer jsonref jupyter_client jupyter_core " +
    "kiwisolver langchain_community langchain_core langchain_google_genai " +
    "langchain_huggingface langchain_openai langchain_text_splitters " +
    "langsmith librosa llvmlite lz4 mmh3 mpmath msgspec multidict mutagen " +
    "nbconvert nbformat neo4j nest_asyncio newrelic nibabel omegaconf " +
    "onnx optuna pandera pathos pg8000 pinecone platformdirs playwright " +
    "pluggy postgrest posthog pybind11 pydicom pyee pymupdf4llm pypdfium2 " +
    "pyreadr pytest_asyncio pytorch_lightning s3transfer safetensors " +
    "service_identity shap simpleeval sounddevice soundfile supabase " +
    "tensorboard tokenizers tomli_w torchmetrics traitlets trimesh " +
    "truststore uncertainties uuid_utils virtualenv wandb xarray " +
    "xmlschema xxhash yfinance zstandard")
    .split(" "),
);

const WELL_KNOWN = [...POPULAR, ...DISTRIBUTIONS.keys()];
/** Of names of extensions, what they all begin with is not compared. */
const EXTENSION_REGEXP = /^(?:flask|django|dash)_/;
/** Distributions that bring nothing of their own name to import. */
const OTHERS =
  "PySocks argon2-cffi psycopg2 psycopg opencv-python djangorestframework google-api-core google-auth google-auth-httplib2 google-auth-oauthlib google-genai google-generativeai ibm-db kaleido mysql-connector-python pywin32 scikit-learn tables types-requests";
const WELL_KNOWN_DISTRIBUTIONS = new Set(
  [...POPULAR, ...DISTRIBUTIONS.values(), ...OTHERS.split(" ")].map(bare),
);
/** First names that many distributions share, and what they are called. */
const SHARED: readonly { module: RegExp; distribution: string }[] = [
  { module: /^google\.protobuf\b.*/, distribution: "protobuf" },
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
  "typing.io": { since: 13, instead: "typing" },
  "typing.re": { since: 13, instead: "typing" },
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
      /^(?:Mutable(?:Mapping|Sequence|Set)|Mapping|Sequence|Set|Iterable|Iterator|Callable|Hashable|Sized|Container|Generator|KeysView|ItemsView|ValuesView)$/,
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
  zappa: "AWS Lambda",
};

const HOSTS: Readonly<Record<string, string>> = {
  "Windows":
    "winreg _winreg msvcrt _winapi _overlapped winsound nt _msi msilib win32api win32com win32con win32gui win32ui win32event win32file win32pipe win32process win32security win32service win32serviceutil win32print win32clipboard win32crypt win32cred win32net win32pdh win32evtlog win32job win32profile win32ts win32console win32timezone win32inet win32pdhutil winioctlcon pywintypes pythoncom pythonwin servicemanager winerror winxpgui winrt winshell pywinauto wmi win10toast",
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
  "Pyodide, the Python of browsers,": "pyodide pyodide_js pyscript js",
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
