/**
 * The packages that are known by name: which distribution brings a module.
 *
 * Tables only, of well-known cases: what stands here may be named in a command
 * that installs it. Runs on Node and Deno.
 *
 * @module
 */

const NAMES = `
apsw apsw, django_comments django-contrib-comments, django_q django-q2,
flask_uploads Flask-Reuploaded, grpc grpcio, sqlcipher3 sqlcipher3,
strawberry strawberry-graphql, tortoise tortoise-orm,
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
yaml PyYAML, zmq pyzmq,
actstream django-activity-stream, admin_interface django-admin-interface,
anymail django-anymail, atlassian atlassian-python-api, auditlog
django-auditlog, background_task django-background-tasks, bidi python-bidi,
binance python-binance, bootstrap_datepicker_plus
django-bootstrap-datepicker-plus, bootstrapform django-bootstrap-form,
cacheops django-cacheops, camelot camelot-py, cassandra cassandra-driver,
cities_light django-cities-light, ckeditor_uploader django-ckeditor,
cloudinary_storage django-cloudinary-storage, dal django-autocomplete-light,
dal_select2 django-autocomplete-light, dbbackup django-dbbackup, djmoney
django-money, djstripe dj-stripe, drf_extra_fields django-extra-fields,
easyaudit django-easy-audit, elasticapm elastic-apm, extra_views
django-extra-views, fastapi_cache fastapi-cache2, ffmpeg ffmpeg-python, filer
django-filer, flask_frozen Frozen-Flask, formtools django-formtools,
geventwebsocket gevent-websocket, gnupg python-gnupg, grappelli
django-grappelli, health_check django-health-check, hijack django-hijack,
hitcount django-hitcount, imblearn imbalanced-learn, impersonate
django-impersonate, ipware django-ipware, jazzmin django-jazzmin, knox
django-rest-knox, leaflet django-leaflet, localflavor django-localflavor,
location_field django-location-field, logtail logtail-python, mailmerge
docx-mailmerge, maintenance_mode django-maintenance-mode, markdownx
django-markdownx, mdeditor django-mdeditor, modeltranslation
django-modeltranslation, mollie mollie-api-python, moneyed py-moneyed, mssql
mssql-django, nested_admin django-nested-admin, netCDF4 netCDF4, newspaper
newspaper3k, nmap python-nmap, O365 O365, opensearchpy opensearch-py, oscar
django-oscar, pghistory django-pghistory, post_office django-post-office,
push_notifications django-push-notifications, pyLDAvis pyLDAvis, pyrebase
Pyrebase4, Pyro4 Pyro4, pyVim pyvmomi, pyVmomi pyvmomi, rapidjson
python-rapidjson, request_logging django-request-logging, rest_flex_fields
drf-flex-fields, rest_framework_api_key djangorestframework-api-key,
rest_framework_csv djangorestframework-csv, rest_framework_datatables
djangorestframework-datatables, rest_framework_gis djangorestframework-gis,
rest_framework_jwt djangorestframework-jwt, rest_framework_nested
drf-nested-routers, rest_framework_swagger django-rest-swagger,
rest_framework_xml djangorestframework-xml, rest_framework_yaml
djangorestframework-yaml, rosetta django-rosetta, sass_processor
django-sass-processor, sekizai django-sekizai, sendgrid_backend
django-sendgrid-v5, silk django-silk, social_core social-auth-core,
SPARQLWrapper SPARQLWrapper, spellchecker pyspellchecker, split_settings
django-split-settings, sslserver django-sslserver, star_ratings
django-star-ratings, tabula tabula-py, tailwind django-tailwind, talib TA-Lib,
tenant_schemas django-tenant-schemas, threadedcomments
django-threadedcomments, unfold django-unfold, vaderSentiment vaderSentiment,
vcr vcrpy, vertexai google-cloud-aiplatform, viewflow django-viewflow, whisper
openai-whisper, whois python-whois,
adminlte3 django-adminlte3, airflow apache-airflow, arxiv arxiv, bibtexparser
bibtexparser, Bio biopython, cartopy Cartopy, citeproc citeproc-py, contextily
contextily, django_cas_ng django-cas-ng, docx2pdf docx2pdf, fastparquet
fastparquet, feedgenerator feedgenerator, fitparse fitparse, flax flax, flet
flet, gpxpy gpxpy, habanero habanero, hnswlib hnswlib, igraph igraph,
influxdb_client influxdb-client, instaloader instaloader, iso639 iso-639,
libarchive libarchive-c, litellm litellm, luigi luigi, mapclassify
mapclassify, mido mido, mlflow mlflow, mne mne, music21 music21, mwclient
mwclient, num2words num2words, oaipmh pyoai, ollama ollama, ortools ortools,
osmnx osmnx, owlready2 owlready2, paypalrestsdk paypalrestsdk, prefect
prefect, pulp PuLP, pybtex pybtex, pylatex PyLaTeX, pymarc pymarc, pymilvus
pymilvus, pyphen pyphen, pysal pysal, pysam pysam, pyshacl pyshacl, pysnmp
pysnmp, pyspark pyspark, python_calamine python-calamine, pyvis pyvis, pyxlsb
pyxlsb, pyzotero pyzotero, qdrant_client qdrant-client, rdkit rdkit,
readability readability-lxml, scholarly scholarly, shiny shiny, sickle Sickle,
SimpleITK SimpleITK, simpy simpy, sktime sktime, skvideo sk-video, smbclient
smbprotocol, smbprotocol smbprotocol, solara solara, trafilatura trafilatura,
tsfresh tsfresh, typesense typesense, weaviate weaviate-client, webauthn
webauthn, workalendar workalendar, xlwings xlwings`;

/** Distributions by the module that they bring, where the names differ. */
export const DISTRIBUTIONS = new Map(
  NAMES.split(",").map((pair) => pair.trim().split(/\s+/) as [string, string]),
);

/** Imports whose package has the very same name, and that many use. */
export const POPULAR = new Set(
  ("a2wsgi accelerate aiofiles aiohttp aiomysql aiopg aioredis aiosqlite " +
    "alembic altair aniso8601 annotated_types ansible anthropic anyio " +
    "apispec apscheduler arrow asgiref asyncpg authlib autobahn babel " +
    "bandit bcrypt beaker biopython black bleach blinker blosc bokeh boto " +
    "boto3 botocore bottle brotli cachecontrol cachelib cachetools cattrs " +
    "celery cerberus certifi cffi channels channels_redis chardet " +
    "charset_normalizer cheroot cherrypy click cloudinary colorama " +
    "coloredlogs configobj coreapi coverage croniter cryptography cssselect " +
    "cx_Oracle cycler daphne dash dask databases dataset deepdiff " +
    "defusedxml deprecated dill diskcache distro django djoser dnspython " +
    "docopt docutils dominate duckdb ecdsa elasticsearch elasticsearch_dsl " +
    "emoji environs et_xmlfile eventlet exchangelib fabric faker falcon " +
    "fastapi fastavro fastparquet feedgen feedparser filelock filetype " +
    "flasgger flask flatbuffers folium fonttools formencode fpdf fpdf2 " +
    "freezegun fsspec furl future gensim geoalchemy2 geocoder geojson " +
    "geopandas geopy gevent gitdb gradio graphene greenlet " +
    "grpcio gunicorn h11 h2 h5py hashids hiredis holoviews html2text " +
    "html5lib httplib2 httptools httpx huey huggingface_hub humanize hupper " +
    "hypercorn icalendar idna imageio imagesize inflect inflection influxdb " +
    "invoke ipaddress ipywidgets isodate isort itsdangerous jinja2 jmespath " +
    "joblib jsonfield jsonpickle jsonschema jwcrypto keras keyring kombu " +
    "langchain langdetect lightgbm limits loguru lxml mako mammoth mangum " +
    "markdown markdown2 markupsafe marshmallow marshmallow_sqlalchemy " +
    "matplotlib minio mistune mock mongoengine more_itertools msal msgpack " +
    "mypy mypy_extensions mysqlclient mwparserfromhell natsort networkx nltk numba numexpr " +
    "numpy oauthlib oic olefile onnxruntime openai opencensus " +
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
    "statsmodels streamlit stripe structlog svgwrite sympy " +
    "tablib tabulate tblib telethon tenacity tensorflow termcolor textblob " +
    "textdistance threadpoolctl tifffile tiktoken tinycss2 tinydb toml " +
    "tomli tomlkit toolz torch torchaudio torchvision tornado tqdm " +
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
    "django_ckeditor_5 django_cotton django_countries " +
    "django_crontab django_cryptography django_dramatiq " +
    "django_elasticsearch_dsl django_extensions django_fsm django_htmx " +
    "django_jinja django_js_reverse django_mysql django_nose " +
    "django_object_actions django_otp django_permissions_policy " +
    "django_prometheus django_ratelimit django_recaptcha " +
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
    "flask_swagger_ui flask_talisman flask_testing " +
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
    "xmlschema xxhash yfinance zstandard " +
    "aiogram aiohttp_cors aiohttp_session algoliasearch alpha_vantage " +
    "apiflask arabic_reshaper asyncmy avro beanie bertopic blessed borb " +
    "braintree bugsnag cairocffi cairosvg caldav catboost ccxt chameleon " +
    "chromadb clickhouse_connect clickhouse_driver cloudscraper cohere " +
    "confluent_kafka connexion crispy_tailwind cssutils dash_extensions " +
    "dash_leaflet ddtrace deep_translator django_apscheduler " +
    "django_auth_ldap django_bootstrap_icons django_comments_xtd " +
    "django_cron django_excel django_heroku django_hosts " +
    "django_mongoengine django_pandas django_plotly_dash django_tenants " +
    "django_user_agents django_vite djangocms_text_ckeditor djangosaml2 " +
    "djongo dlib docker docx2txt docxtpl dramatiq drf_standardized_errors " +
    "drf_writable_nested dropbox dulwich easyocr eli5 ephem etcd3 " +
    "eth_account eyed3 ezodf face_recognition fake_useragent " +
    "fastapi_limiter fastapi_mail fastapi_pagination fastapi_users " +
    "fasttext fcm_django fire firebase_admin flair flask_accepts " +
    "flask_apispec flask_breadcrumbs flask_cognito flask_dropzone " +
    "flask_excel flask_googlemaps flask_injector flask_jsglue flask_json " +
    "flask_material flask_menu flask_minify flask_misaka " +
    "flask_monitoringdashboard flask_msearch flask_nav flask_oauthlib " +
    "flask_openapi3 flask_pydantic flask_qrcode flask_rbac flask_rebar " +
    "flask_recaptcha flask_restless flask_rq flask_s3 flask_saml2 " +
    "flask_scss flask_sitemap flask_sock flask_sockets " +
    "flask_sqlalchemy_lite flask_sse flask_static_digest flask_table " +
    "flask_vite flask_whooshee geoip2 google_auth_httplib2 " +
    "google_auth_oauthlib googletrans gtts h5netcdf hijri_converter " +
    "hmmlearn htmlmin hvac ics imageio_ffmpeg img2pdf imutils inquirer " +
    "instagrapi jdatetime jieba jira jsmin jupyter_dash kazoo keybert " +
    "konlpy kubernetes langid language_tool_python lifelines lightfm " +
    "llama_index mailchimp_marketing mailjet_rest mariadb markdownify " +
    "martor mcstatus mechanize mediapipe meilisearch messagebird metpy " +
    "minify_html mistralai mlxtend motor moviepy mozilla_django_oidc " +
    "musicbrainzngs nanoid netmiko nh3 nox ocrmypdf odmantic ormar " +
    "pandas_datareader pgvector piccolo plotly_express pmdarima pony " +
    "postmarker praw prometheus_fastapi_instrumentator psycopg_pool pvlib " +
    "py2neo pydantic_extra_types pyexcel pyfcm pygame pymorphy2 pypinyin " +
    "pyqrcode pyscss pyttsx3 pytube quart_cors rake_nltk razorpay rcssmin " +
    "replicate requests_html requests_mock resend rjsmin rollbar rpy2 " +
    "rpyc rq_scheduler scp segno sh skyfield slack_bolt slack_sdk slowapi " +
    "spotipy spyne sqladmin sqlite_utils sshtunnel stanza starlette_admin " +
    "streamlit_authenticator streamlit_option_menu sumy svglib thefuzz " +
    "tinytag tmdbsimple treepoem ultralytics vega_datasets vonage vosk " +
    "wagtail_localize wagtailmenus web3 wtforms_alchemy wtforms_json " +
    "xlsx2csv yake yellowbrick zarr")
    .split(" "),
);

/** Distributions that bring nothing of their own name to import. */
export const OTHERS =
  "PySocks argon2-cffi psycopg2 psycopg opencv-python djangorestframework google-api-core google-auth google-auth-httplib2 google-auth-oauthlib google-genai google-generativeai ibm-db kaleido mysql-connector-python pywin32 scikit-learn tables types-requests";

/** Distributions of the same code, of which one alone may be installed. */
export const BUILDS: Readonly<Record<string, readonly string[]>> = {
  cv2: [
    "opencv-python-headless",
    "opencv-contrib-python-headless",
    "opencv-python",
    "opencv-contrib-python",
  ],
  faiss: ["faiss-cpu", "faiss-gpu"],
  onnxruntime: ["onnxruntime", "onnxruntime-gpu"],
  psycopg2: ["psycopg2-binary", "psycopg2"],
  tensorflow: ["tensorflow", "tensorflow-cpu", "tensorflow-gpu"],
};
