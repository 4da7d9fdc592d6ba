/**
 * What popular packages gave up, and what came to them, with the version: names
 * of modules, methods of classes, arguments of functions.
 *
 * Tables only, of well-known cases. Runs on Node and Deno.
 *
 * @module
 */

import { normalise } from "./pip.ts";
import { compareReleases } from "./version.ts";

/**
 * A package, the version without them, and where they were: a module, a class,
 * or a function with its brackets. Then the names, each with what does its work
 * today.
 */
const LOST = `
aiogram 3.0 aiogram: executor
Wagtail 2.0 wagtail: wagtailcore=wagtail.core wagtaildocs=wagtail.documents wagtailforms=wagtail.contrib.forms wagtailredirects=wagtail.contrib.redirects wagtail*=wagtail.*
Wagtail 2.0 wagtail.wagtailcore: *=wagtail.core.*
Wagtail 2.0 wagtail.wagtailadmin: *=wagtail.admin.*
Wagtail 2.0 wagtail.wagtailimages: *=wagtail.images.*
Wagtail 2.0 wagtail.wagtaildocs: *=wagtail.documents.*
Wagtail 2.0 wagtail.wagtailsearch: *=wagtail.search.*
Wagtail 2.0 wagtail.wagtailsnippets: *=wagtail.snippets.*
Wagtail 2.0 wagtail.contrib: wagtailroutablepage=wagtail.contrib.routable_page wagtailfrontendcache=wagtail.contrib.frontend_cache wagtailsitemaps=wagtail.contrib.sitemaps wagtailsearchpromotions=wagtail.contrib.search_promotions wagtailstyleguide=wagtail.contrib.styleguide
Wagtail 5.0 wagtail: core=wagtail tests=wagtail.test
Wagtail 5.0 wagtail.core: utils=wagtail.coreutils *=wagtail.*
Wagtail 5.0 wagtail.admin: edit_handlers=wagtail.admin.panels
Wagtail 5.0 wagtail.admin.panels: StreamFieldPanel=wagtail.admin.panels.FieldPanel RichTextFieldPanel=wagtail.admin.panels.FieldPanel
Wagtail 5.0 wagtail.contrib.forms: edit_handlers=wagtail.contrib.forms.panels
Wagtail 5.0 wagtail.documents: edit_handlers=wagtail.admin.panels
Wagtail 5.0 wagtail.images: edit_handlers=wagtail.admin.panels
Wagtail 5.0 wagtail.snippets: edit_handlers=wagtail.admin.panels
Wagtail 6.0 wagtail.contrib: modeladmin=wagtail_modeladmin
aiogram 3.0 aiogram.utils: executor
Django 1.5 django.utils.encoding: force_unicode=django.utils.encoding.force_str smart_unicode=django.utils.encoding.smart_str
Django 1.9 django.contrib.sites.models: get_current_site=django.contrib.sites.shortcuts.get_current_site
Django 1.9 django.db.models.query: ValuesQuerySet ValuesListQuerySet
Django 1.9 django.db.models.signals: post_syncdb=django.db.models.signals.post_migrate pre_syncdb=django.db.models.signals.pre_migrate
Django 1.9 django.forms: extras=django.forms
Django 1.9 django.utils.log: NullHandler=logging.NullHandler
Django 1.9 django.utils.module_loading: import_by_path=django.utils.module_loading.import_string
Django 2.0 django.urls: RegexURLPattern=django.urls.URLPattern RegexURLResolver=django.urls.URLResolver
Django 2.0 django.utils.safestring: EscapeData EscapeBytes SafeBytes=django.utils.safestring.SafeString
Django 3.1 django.db.models: FieldDoesNotExist=django.core.exceptions.FieldDoesNotExist
flask-marshmallow 0.12 Marshmallow: ModelSchema=SQLAlchemyAutoSchema TableSchema=SQLAlchemyAutoSchema
falcon 4.0 falcon: api_helpers=falcon.app_helpers get_http_status=falcon.code_to_http_status
Flask-WTF 0.9 flask_wtf: TextField=wtforms.StringField PasswordField=wtforms.PasswordField SubmitField=wtforms.SubmitField BooleanField=wtforms.BooleanField TextAreaField=wtforms.TextAreaField Required=wtforms.validators.DataRequired
Flask-WTF 1.0 flask_wtf: Form=flask_wtf.FlaskForm
gensim 4.0 gensim: summarization
gensim 4.0 gensim.models: wrappers
gensim 4.0 Word2Vec.__init__(): size=vector_size iter=epochs
gensim 4.0 Doc2Vec.__init__(): size=vector_size iter=epochs
kombu 5.0 kombu: five=vine.five
marshmallow 3.0 marshmallow.fields: LocalDateTime
matplotlib 3.0 matplotlib.cbook: is_numlike is_string_like
matplotlib 3.0 matplotlib.pyplot: hold
matplotlib 3.6 FigureBase.gca(): projection=add_subplot
matplotlib 3.8 matplotlib: docstring
matplotlib 3.9 matplotlib.cm: register_cmap=matplotlib.colormaps.register unregister_cmap=matplotlib.colormaps.unregister
networkx 2.4 Graph: node=nodes
networkx 2.4 DiGraph: node=nodes
networkx 3.0 networkx: from_numpy_matrix=networkx.from_numpy_array to_numpy_matrix=networkx.to_numpy_array from_scipy_sparse_matrix=networkx.from_scipy_sparse_array to_scipy_sparse_matrix=networkx.to_scipy_sparse_array
numpy 1.18 numpy: rank=numpy.ndim
numpy 1.23 numpy: asscalar=numpy.ndarray.item
openpyxl 3.1 openpyxl.writer.excel: save_virtual_workbook=openpyxl.Workbook.save
pandas 0.23 pandas: ewma expanding_apply rolling_apply rolling_corr rolling_count rolling_max rolling_mean rolling_median rolling_min rolling_std rolling_sum rolling_var
pandas 0.25 read_excel(): sheetname=sheet_name
pandas 1.0 DataFrame: as_matrix=to_numpy get_value=at set_value=at
pandas 1.0 Series: as_matrix=to_numpy get_value=at set_value=at
pandas 2.0 NDFrame.to_csv(): line_terminator=lineterminator
pandas 2.0 DataFrame.to_csv(): line_terminator=lineterminator
pandas 2.0 pandas.core: index=pandas
pip 10.0 pip: main
plotly 4.0 plotly: plotly=chart_studio.plotly
pypdf 5.0 pypdf: PdfMerger=pypdf.PdfWriter
pyramid 2.0 pyramid: compat
scikit-learn 0.22 sklearn.datasets: fetch_mldata=sklearn.datasets.fetch_openml
scikit-learn 0.23 sklearn.metrics: jaccard_similarity_score=sklearn.metrics.jaccard_score
scikit-learn 0.24 sklearn.cluster: k_means_=sklearn.cluster
scikit-learn 0.24 sklearn.datasets: samples_generator=sklearn.datasets
scikit-learn 0.24 sklearn.ensemble: forest=sklearn.ensemble gradient_boosting=sklearn.ensemble
scikit-learn 0.24 sklearn.feature_extraction: stop_words=sklearn.feature_extraction.text
scikit-learn 0.24 sklearn.linear_model: logistic=sklearn.linear_model base=sklearn.linear_model stochastic_gradient=sklearn.linear_model
scikit-learn 0.24 sklearn.neighbors: base=sklearn.neighbors
scikit-learn 0.24 sklearn.svm: classes=sklearn.svm
scikit-learn 0.24 sklearn.tree: tree=sklearn.tree
scikit-learn 0.24 sklearn.utils: safe_indexing testing
scikit-learn 1.2 sklearn.metrics: plot_confusion_matrix=sklearn.metrics.ConfusionMatrixDisplay plot_precision_recall_curve=sklearn.metrics.PrecisionRecallDisplay plot_roc_curve=sklearn.metrics.RocCurveDisplay
scikit-learn 1.3 sklearn.metrics: SCORERS=sklearn.metrics.get_scorer_names
scikit-learn 1.4 AgglomerativeClustering.__init__(): affinity=metric
scipy 1.3 scipy.misc: comb=scipy.special.comb factorial=scipy.special.factorial logsumexp=scipy.special.logsumexp
scipy 1.9 scipy.linalg: pinv2=scipy.linalg.pinv
selenium 4.3 WebDriver: find_element_by_*=find_element find_elements_by_*=find_elements
selenium 4.3 WebElement: find_element_by_*=find_element find_elements_by_*=find_elements
selenium 4.10 WebDriver.__init__(): executable_path=service chrome_options=options desired_capabilities=options firefox_options=options
shapely 2.1 shapely.ops: cascaded_union=shapely.ops.unary_union
SQLAlchemy 1.4 sqlalchemy.ext.declarative: api=sqlalchemy.orm base=sqlalchemy.orm.decl_base
SQLAlchemy 1.4 sqlalchemy.sql.expression: _literal_as_text
tornado 6.0 tornado.wsgi: WSGIAdapter WSGIApplication
torch 2.0 torch: _six
torchtext 0.12 torchtext: legacy
tweepy 4.0 API: search=search_tweets
tweepy 4.0 tweepy: error=tweepy.errors
APScheduler 3.0 apscheduler: scheduler=apscheduler.schedulers.background.BackgroundScheduler
Celery 4.0 celery.contrib: methods
Celery 5.0 celery: task=celery decorators=celery five=vine.five
Celery 5.0 celery.utils: encoding=kombu.utils.encoding
click 8.0 click: _bashcomplete=click.shell_completion
click 8.1 click: _unicodefun get_os_args=sys.argv get_terminal_size=shutil.get_terminal_size
click 8.1 click.utils: get_os_args=sys.argv
click 8.1 click.termui: get_terminal_size=shutil.get_terminal_size
djangorestframework 3.7 rest_framework.filters: DjangoFilterBackend=django_filters.rest_framework.DjangoFilterBackend
djangorestframework 3.7 rest_framework.compat: django_filters=django_filters
djangorestframework 3.10 rest_framework.compat: unicode_to_repr
djangorestframework 3.10 rest_framework.decorators: list_route=rest_framework.decorators.action detail_route=rest_framework.decorators.action
djangorestframework 3.10 rest_framework.filters: DjangoObjectPermissionsFilter=rest_framework_guardian.filters.ObjectPermissionsFilter
djangorestframework 3.14 rest_framework.fields: NullBooleanField=rest_framework.fields.BooleanField
djangorestframework 3.14 rest_framework.serializers: NullBooleanField=rest_framework.serializers.BooleanField
djangorestframework 3.15 rest_framework.compat: distinct
djangorestframework 3.17 rest_framework.compat: coreapi=drf_spectacular
djangorestframework 3.17 rest_framework.schemas: coreapi=drf_spectacular
djangorestframework 3.17 rest_framework: documentation=drf_spectacular
CherryPy 9.0 cherrypy: wsgiserver=cheroot.wsgi
dash 3.0 Dash: run_server=run
Django 1.5 django.views.generic: date_based=django.views.generic list_detail=django.views.generic simple=django.views.generic create_update=django.views.generic
Django 1.6 django.conf.urls: defaults=django.urls
Django 1.6 django.contrib: localflavor=localflavor
Django 1.6 django.utils: hashcompat=hashlib
Django 1.7 django.utils: simplejson=json
Django 1.8 django.contrib: comments=django_comments formtools=formtools
Django 1.8 django.db.transaction: commit_on_success=django.db.transaction.atomic commit_manually=django.db.transaction.atomic autocommit=django.db.transaction.atomic
Django 1.8 django.middleware: transaction=django.db.transaction
Django 1.9 django.contrib.admin: util=django.contrib.admin.utils
Django 1.9 django.core.cache: get_cache=django.core.cache.caches
Django 1.9 django.core.servers: fastcgi
Django 1.9 django.db.backends: util=django.db.backends.utils
Django 1.9 django.db.models: get_model=django.apps.apps.get_model get_models=django.apps.apps.get_models
Django 1.9 django.utils: tzinfo=django.utils.timezone unittest=unittest
Django 1.9 django.utils.functional: memoize=functools.lru_cache
Django 1.9 django.utils: importlib=importlib
Django 1.9 django.utils.datastructures: SortedDict=collections.OrderedDict
Django 1.9 django.contrib.contenttypes: generic=django.contrib.contenttypes.fields
Django 1.9 django.db.models: loading=django.apps
Django 1.9 django.forms: util=django.forms.utils
Django 1.10 django.conf.urls: patterns
Django 1.10 django.core: context_processors=django.template.context_processors
Django 1.10 django.core.management.base: NoArgsCommand=django.core.management.base.BaseCommand
Django 2.0 django.core: urlresolvers=django.urls
Django 2.0 django.contrib.gis: geoip=django.contrib.gis.geoip2
Django 2.1 django.contrib.auth.views: login=django.contrib.auth.views.LoginView logout=django.contrib.auth.views.LogoutView password_change=django.contrib.auth.views.PasswordChangeView password_reset=django.contrib.auth.views.PasswordResetView
Django 2.1 django.db.models: permalink=django.urls.reverse
Django 2.0 django.contrib.auth.middleware: SessionAuthenticationMiddleware
Django 2.0 django.utils.functional: allow_lazy=django.utils.functional.keep_lazy
Django 3.0 django.contrib.staticfiles: templatetags=django.templatetags.static
Django 3.0 django.db.backends: postgresql_psycopg2=django.db.backends.postgresql
Django 3.0 django.shortcuts: render_to_response=django.shortcuts.render
Django 3.0 django.utils: six=six lru_cache=functools
Django 3.0 django.utils._os: abspathu=os.path.abspath upath npath
Django 3.0 django.utils.decorators: available_attrs=functools.WRAPPER_ASSIGNMENTS ContextDecorator=contextlib.ContextDecorator
Django 3.0 django.utils.encoding: python_2_unicode_compatible=six.python_2_unicode_compatible
Django 3.0 django.utils.functional: curry=functools.partial
Django 3.0 django.utils.http: cookie_date=django.utils.http.http_date
Django 3.1 django.contrib.admin: ACTION_CHECKBOX_NAME=django.contrib.admin.helpers.ACTION_CHECKBOX_NAME
Django 3.1 django.db.models.fields: FieldDoesNotExist=django.core.exceptions.FieldDoesNotExist
Django 3.1 django.db.models.query: EmptyResultSet=django.core.exceptions.EmptyResultSet
Django 3.1 django.db.models.sql: EmptyResultSet=django.core.exceptions.EmptyResultSet
Django 3.1 django.db.models.sql.datastructures: EmptyResultSet=django.core.exceptions.EmptyResultSet
Django 3.1 django.contrib.staticfiles.storage: CachedStaticFilesStorage=django.contrib.staticfiles.storage.ManifestStaticFilesStorage
Django 3.1 django.utils.timezone: FixedOffset=datetime.timezone
Django 3.1 django.utils.decorators: classproperty=django.utils.functional.classproperty
Django 1.10 render(): context_instance=request dictionary=context dirs current_app=request.current_app
Django 1.10 render_to_string(): context_instance=request dictionary=context dirs
Django 4.0 Signal.__init__(): providing_args
Django 4.0 WSGIRequest: is_ajax
Django 4.0 django.conf.urls: url=django.urls.re_path
Django 4.0 django.utils.encoding: force_text=django.utils.encoding.force_str smart_text=django.utils.encoding.smart_str
Django 4.0 django.utils.http: is_safe_url=django.utils.http.url_has_allowed_host_and_scheme urlquote=urllib.parse.quote urlquote_plus=urllib.parse.quote_plus urlunquote=urllib.parse.unquote urlunquote_plus=urllib.parse.unquote_plus
Django 4.0 django.utils.text: unescape_entities=html.unescape
Django 4.0 django.utils.translation: ugettext=django.utils.translation.gettext ugettext_lazy=django.utils.translation.gettext_lazy ugettext_noop=django.utils.translation.gettext_noop ungettext=django.utils.translation.ngettext ungettext_lazy=django.utils.translation.ngettext_lazy
Django 4.1 django.core.cache.backends.memcached: MemcachedCache=django.core.cache.backends.memcached.PyMemcacheCache
Django 5.0 django.utils: baseconv datetime_safe
Django 5.0 django.utils.timezone: utc=datetime.timezone.utc
Django 5.1 UserManager: make_random_password=django.utils.crypto.get_random_string
Django 5.1 django.contrib.auth.hashers: SHA1PasswordHasher UnsaltedSHA1PasswordHasher UnsaltedMD5PasswordHasher
Django 5.1 django.contrib.postgres.fields: CICharField CIEmailField CITextField CIText
Django 5.1 django.core.files.storage: get_storage_class=django.core.files.storage.storages
Django 1.7 HttpResponse.__init__(): mimetype=content_type
Django 1.7 HttpResponseBase.__init__(): mimetype=content_type
Flask 1.0 Flask.__init__(): static_path=static_url_path
Flask 1.0 flask: ext
Flask 1.0 flask.ext: *=flask_*
Flask 2.0 flask: _compat
Flask 2.0 flask.helpers: _endpoint_from_view_func
Flask 2.0 flask.testing: make_test_environ_builder=flask.testing.EnvironBuilder
Flask 2.0 flask.wrappers: JSONMixin
Flask 2.1 flask: safe_join=werkzeug.utils.safe_join
Flask 2.1 flask.helpers: safe_join=werkzeug.utils.safe_join
Flask 2.2 send_file(): attachment_filename=download_name cache_timeout=max_age add_etags=etag
Flask 2.2 send_from_directory(): filename=path attachment_filename=download_name cache_timeout=max_age add_etags=etag
Flask 2.3 Blueprint: before_app_first_request json_encoder json_decoder
Flask 2.3 Flask: before_first_request env json_encoder=json_provider_class json_decoder=json_provider_class propagate_exceptions send_file_max_age_default session_cookie_name templates_auto_reload use_x_sendfile
Flask 2.1 flask.helpers: total_seconds=datetime.timedelta.total_seconds
Flask 2.2 flask.app: _request_ctx_stack=flask.globals.request_ctx
Flask 2.2 flask.globals: _app_ctx_err_msg _find_app _lookup_req_object
Flask 2.3 flask.helpers: get_env
Flask 2.3 flask.json: htmlsafe_dumps=jinja2.utils.htmlsafe_json_dumps JSONEncoder=flask.json.provider.DefaultJSONProvider JSONDecoder=flask.json.provider.DefaultJSONProvider
Flask 3.0 flask: Markup=markupsafe.Markup escape=markupsafe.escape signals_available _app_ctx_stack=flask.g _request_ctx_stack=flask.g
Flask 3.0 flask.globals: _app_ctx_stack=flask.g _request_ctx_stack=flask.g
Flask 3.0 flask.helpers: locked_cached_property=werkzeug.utils.cached_property
Flask 3.0 flask.scaffold: *=flask.sansio.scaffold.*
Flask 3.0 flask: scaffold=flask.sansio.scaffold
Flask 3.0 flask.signals: signals_available
Flask-Babel 3.0 Babel: localeselector timezoneselector
Flask-JWT-Extended 4.0 JWTManager: token_in_blacklist_loader=token_in_blocklist_loader user_claims_loader=additional_claims_loader user_loader_callback_loader=user_lookup_loader
Flask-JWT-Extended 4.0 flask_jwt_extended: fresh_jwt_required=flask_jwt_extended.jwt_required get_jwt_claims=flask_jwt_extended.get_jwt get_raw_jwt=flask_jwt_extended.get_jwt jwt_optional=flask_jwt_extended.jwt_required jwt_refresh_token_required=flask_jwt_extended.jwt_required
Flask-Limiter 3.0 Limiter.__init__(): key_func
Flask-Migrate 3.0 flask_migrate: MigrateCommand
Flask-SQLAlchemy 3.0 SQLAlchemy.__init__(): use_native_unicode
Flask-SQLAlchemy 3.0 SQLAlchemy.create_all(): app=app.app_context bind=bind_key
Flask-SQLAlchemy 3.0 SQLAlchemy.drop_all(): app=app.app_context bind=bind_key
Flask-SQLAlchemy 3.0 flask_sqlalchemy: get_state
Flask-SQLAlchemy 3.0 SQLAlchemy: apply_driver_hacks apply_pool_defaults create_scoped_session get_app get_binds get_tables_for_bind make_connector
Flask-SQLAlchemy 3.1 flask_sqlalchemy: Model=flask_sqlalchemy.model.Model models_committed=flask_sqlalchemy.track_modifications.models_committed before_models_committed=flask_sqlalchemy.track_modifications.before_models_committed BaseQuery=flask_sqlalchemy.query.Query Pagination=flask_sqlalchemy.pagination.Pagination SignallingSession=flask_sqlalchemy.session.Session get_debug_queries=flask_sqlalchemy.record_queries.get_recorded_queries
Flask-WTF 0.9 flask_wtf: html5=wtforms.fields
Flask-WTF 1.0 flask_wtf: CsrfProtect=flask_wtf.CSRFProtect
Flask-WTF 1.0 flask_wtf.csrf: CsrfProtect=flask_wtf.CSRFProtect
httpx 0.11 httpx: config=httpx
httpx 0.14 httpx: ASGIDispatch=httpx.ASGITransport WSGIDispatch=httpx.WSGITransport
httpx 0.18 httpx: StatusCode=httpx.codes
httpx 0.28 httpx._types: ProxiesTypes VerifyTypes
httpx 0.28 AsyncClient.__init__(): app=transport proxies=proxy
httpx 0.28 Client.__init__(): app=transport proxies=proxy
huggingface_hub 0.26 huggingface_hub: cached_download=huggingface_hub.hf_hub_download
importlib-metadata 5.0 EntryPoints: get=select
IPython 4.0 IPython: html=notebook nbformat=nbformat
itsdangerous 2.1 itsdangerous: jws JSONWebSignatureSerializer TimedJSONWebSignatureSerializer=itsdangerous.URLSafeTimedSerializer json=json
Jinja2 3.0 jinja2: _compat asyncsupport
Jinja2 3.0 jinja2.runtime: implements_to_string
Jinja2 3.0 jinja2.utils: soft_unicode=markupsafe.soft_str
Jinja2 3.1 jinja2.ext: autoescape with_ AutoEscapeExtension WithExtension
Jinja2 3.1 jinja2.filters: contextfilter=jinja2.pass_context environmentfilter=jinja2.pass_environment evalcontextfilter=jinja2.pass_eval_context
Jinja2 3.1 jinja2: Markup=markupsafe.Markup escape=markupsafe.escape contextfunction=jinja2.pass_context contextfilter=jinja2.pass_context environmentfunction=jinja2.pass_environment environmentfilter=jinja2.pass_environment evalcontextfunction=jinja2.pass_eval_context evalcontextfilter=jinja2.pass_eval_context
Jinja2 3.1 jinja2.utils: Markup=markupsafe.Markup escape=markupsafe.escape unicode_urlencode=jinja2.utils.url_quote contextfunction=jinja2.pass_context environmentfunction=jinja2.pass_environment evalcontextfunction=jinja2.pass_eval_context
Keras 2.10 keras.layers: core=keras.layers convolutional=keras.layers
Keras 2.13 keras.utils: np_utils=keras.utils
langchain 1.0 langchain: llms=langchain_community.llms vectorstores=langchain_community.vectorstores document_loaders=langchain_community.document_loaders callbacks=langchain_core.callbacks chains=langchain_classic.chains docstore=langchain_community.docstore hub=langchain_classic.hub memory=langchain_classic.memory output_parsers=langchain_core.output_parsers prompts=langchain_core.prompts retrievers=langchain_classic.retrievers schema=langchain_core text_splitter=langchain_text_splitters utilities=langchain_community.utilities
langchain 1.0 langchain.agents: AgentExecutor=langchain_classic.agents.AgentExecutor AgentType=langchain_classic.agents.AgentType initialize_agent=langchain_classic.agents.initialize_agent load_tools=langchain_community.agent_toolkits.load_tools.load_tools create_react_agent=langchain.agents.create_agent
langchain 1.0 langchain.chat_models: ChatOpenAI=langchain_openai.ChatOpenAI ChatAnthropic=langchain_anthropic.ChatAnthropic AzureChatOpenAI=langchain_openai.AzureChatOpenAI
langchain 1.0 langchain.embeddings: OpenAIEmbeddings=langchain_openai.OpenAIEmbeddings HuggingFaceEmbeddings=langchain_huggingface.HuggingFaceEmbeddings
Markdown 3.2 markdown.util: etree=xml.etree.ElementTree
MarkupSafe 2.1 markupsafe: soft_unicode=markupsafe.soft_str
marshmallow 3.0 Schema.__init__(): strict
marshmallow 3.0 marshmallow: MarshalResult UnmarshalResult compat
marshmallow 4.0 Schema.__init__(): context=marshmallow.experimental.context.Context
marshmallow 4.0 Field.__init__(): default=dump_default missing=load_default
marshmallow 4.0 marshmallow: __version__=importlib.metadata.version __version_info__=importlib.metadata.version pprint=pprint.pprint
matplotlib 3.9 matplotlib.cm: get_cmap=matplotlib.colormaps
moviepy 2.0 moviepy: editor=moviepy
numpy 1.18 numpy.testing: decorators=numpy.testing
numpy 1.24 numpy: bool=bool complex=complex float=float int=int long=int object=object str=str unicode=str
numpy 1.26 numpy: distutils=setuptools
numpy 2.0 numpy: bool8=numpy.bool_ int0=numpy.intp uint0=numpy.uintp str0=numpy.str_ bytes0=numpy.bytes_ object0=numpy.object_ void0=numpy.void mat=numpy.asmatrix cfloat=numpy.complex128 longfloat=numpy.longdouble longcomplex=numpy.clongdouble singlecomplex=numpy.complex64 PZERO NZERO recfromcsv=numpy.genfromtxt recfromtxt=numpy.genfromtxt issubclass_=issubclass issubsctype=numpy.issubdtype issctype obj2sctype sctypes maximum_sctype set_string_function=numpy.set_printoptions disp who lookfor safe_eval=ast.literal_eval byte_bounds=numpy.lib.array_utils.byte_bounds compare_chararrays=numpy.char.compare_chararrays float_=numpy.float64 complex_=numpy.complex128 unicode_=numpy.str_ string_=numpy.bytes_ NaN=numpy.nan NAN=numpy.nan Inf=numpy.inf Infinity=numpy.inf infty=numpy.inf PINF=numpy.inf NINF product=numpy.prod cumproduct=numpy.cumprod sometrue=numpy.any alltrue=numpy.all round_=numpy.round msort=numpy.sort asfarray=numpy.asarray cast find_common_type=numpy.promote_types AxisError=numpy.exceptions.AxisError ComplexWarning=numpy.exceptions.ComplexWarning RankWarning=numpy.exceptions.RankWarning VisibleDeprecationWarning=numpy.exceptions.VisibleDeprecationWarning DataSource=numpy.lib.npyio.DataSource
numpy 2.4 numpy: in1d=numpy.isin trapz=numpy.trapezoid
motor 3.0 AsyncIOMotorCursor: count=AsyncIOMotorCollection.count_documents
motor 3.0 MotorCollection: insert=insert_one update=update_one remove=delete_one save=replace_one count=count_documents ensure_index=create_index find_and_modify=find_one_and_update
neo4j 4.0 neo4j: v1=neo4j
neo4j 4.0 neo4j.exceptions: CypherError=neo4j.exceptions.Neo4jError
neo4j 6.0 Session: read_transaction=execute_read write_transaction=execute_write last_bookmark=last_bookmarks
openai 1.0 openai: error=openai api_resources=openai embeddings_utils
pandas 0.19 pandas.io: data=pandas_datareader
pandas 0.25 pandas: Panel
pandas 1.0 DataFrame: ix=loc
pandas 1.0 Series: ix=loc
pandas 2.0 DataFrame: append=pandas.concat iteritems=items lookup mad
pandas 2.0 Series: append=pandas.concat iteritems=items mad
pandas 2.0 NDFrame.to_excel(): encoding
pandas 2.0 OpenpyxlWriter: save=close
pandas 2.0 XlsxWriter: save=close
pandas 3.0 DataFrame: applymap=map swapaxes=transpose
pandas 2.0 NDFrame.to_csv(): line_terminator=lineterminator
pandas 2.0 to_csv(): line_terminator=lineterminator
pandas 3.0 DataFrame.groupby(): axis
pandas 3.0 NDFrame.fillna(): method=ffill
pandas 3.0 read_csv(): date_parser=date_format delim_whitespace=sep infer_datetime_format keep_date_col verbose
pandas 2.0 pandas: Float64Index=pandas.Index Int64Index=pandas.Index UInt64Index=pandas.Index datetime=datetime.datetime np=numpy
pandas 2.0 pandas.core.indexes: numeric=pandas.Index
pandas 2.0 pandas.io.json: json_normalize=pandas.json_normalize
pandas 2.0 pandas.util: testing=pandas.testing
pandas 2.0 read_csv(): error_bad_lines=on_bad_lines warn_bad_lines=on_bad_lines mangle_dupe_cols prefix squeeze
pandas 2.0 to_excel(): encoding
Pillow 6.0 PIL: OleFileIO=olefile VERSION=PIL.__version__
Pillow 6.0 PIL.Image: VERSION=PIL.__version__
Pillow 9.0 PIL: PILLOW_VERSION=PIL.__version__
Pillow 10.0 FreeTypeFont: getsize=getbbox getsize_multiline=ImageDraw.multiline_textbbox
Pillow 10.0 ImageDraw: multiline_textsize=multiline_textbbox textsize=textbbox
Pillow 10.0 ImageFont: getsize=getbbox
Pillow 10.0 PIL.Image: ANTIALIAS=PIL.Image.LANCZOS LINEAR=PIL.Image.BILINEAR CUBIC=PIL.Image.BICUBIC
Pillow 11.0 PIL: PyAccess
Pillow 12.0 PIL.Image: isImageType=isinstance
protobuf 5.26 SymbolDatabase: GetPrototype=google.protobuf.message_factory.GetMessageClass
protobuf 6.30 google.protobuf: service
protobuf 6.30 MessageFactory: GetPrototype=google.protobuf.message_factory.GetMessageClass
pyOpenSSL 23.3 OpenSSL.crypto: PKCS12=cryptography.hazmat.primitives.serialization.pkcs12 load_pkcs12=cryptography.hazmat.primitives.serialization.pkcs12.load_key_and_certificates
pip 10.0 pip: req download utils
pydantic 2.0 pydantic: BaseSettings=pydantic_settings.BaseSettings
pydantic 2.0 pydantic.fields: ModelField Undefined UndefinedType
pydantic 2.0 pydantic.main: ModelMetaclass
pydantic 2.0 conlist(): min_items=min_length max_items=max_length unique_items
pydantic 2.0 constr(): regex=pattern
pydantic 2.0 conset(): min_items=min_length max_items=max_length
PyJWT 2.0 jwt: ExpiredSignature=jwt.ExpiredSignatureError InvalidAudience=jwt.InvalidAudienceError InvalidIssuer=jwt.InvalidIssuerError compat contrib
PyJWT 2.0 jwt.exceptions: ExpiredSignature=jwt.ExpiredSignatureError
PyJWT 2.0 jwt.utils: merge_dict
pymongo 3.0 pymongo: Connection=pymongo.MongoClient connection=pymongo.mongo_client
pymongo 4.0 pymongo: MongoReplicaSetClient=pymongo.MongoClient GEOHAYSTACK son_manipulator
pymongo 4.0 pymongo.errors: CertificateError=ssl.CertificateError
pymongo 4.0 Collection: insert=insert_one update=update_one remove=delete_one save=replace_one count=count_documents ensure_index=create_index find_and_modify=find_one_and_update map_reduce group
pymongo 4.0 Collection: initialize_ordered_bulk_op=bulk_write initialize_unordered_bulk_op=bulk_write inline_map_reduce parallel_scan reindex
pymongo 4.0 Cursor: count=Collection.count_documents
pymongo 4.0 Database: collection_names=list_collection_names add_user authenticate remove_user logout eval current_op profiling_level profiling_info set_profiling_level
pymongo 4.0 MongoClient: database_names=list_database_names fsync is_locked unlock
python-telegram-bot 20.0 telegram: ParseMode=telegram.constants.ParseMode
python-telegram-bot 20.0 telegram.ext: Filters=telegram.ext.filters Dispatcher=telegram.ext.Application
python-telegram-bot 20.0 Updater.__init__(): use_context token
redis 3.0 Redis: has_key=exists
redis 4.0 redis: _compat
redis 5.0 redis.client: parse_info
redis 5.0 redis.connection: HiredisParser=redis.connection._HiredisParser PythonParser
redis 6.0 Redis.__init__(): charset=encoding errors=encoding_errors
redis 6.0 redis.commands.search: indexDefinition=redis.commands.search.index_definition
scikit-learn 0.20 sklearn: cross_validation=sklearn.model_selection grid_search=sklearn.model_selection
scikit-learn 0.22 sklearn.preprocessing: Imputer=sklearn.impute.SimpleImputer
scikit-learn 0.23 sklearn.externals: joblib=joblib six=six
scikit-learn 1.2 CountVectorizer: get_feature_names=get_feature_names_out
scikit-learn 1.2 OneHotEncoder: get_feature_names=get_feature_names_out
scikit-learn 1.2 TfidfVectorizer: get_feature_names=get_feature_names_out
scikit-learn 1.4 OneHotEncoder.__init__(): sparse=sparse_output
scipy 1.13 scipy.linalg: tri=numpy.tri tril=numpy.tril triu=numpy.triu
scipy 1.13 scipy.signal: hamming=scipy.signal.windows.hamming hann=scipy.signal.windows.hann gaussian=scipy.signal.windows.gaussian
scipy 1.14 scipy.integrate: cumtrapz=scipy.integrate.cumulative_trapezoid simps=scipy.integrate.simpson trapz=scipy.integrate.trapezoid
scipy 1.15 scipy.linalg: kron=numpy.kron
scipy 1.15 scipy.signal: cwt=pywt.cwt ricker morlet morlet2 daub qmf cascade
scipy 1.17 scipy.special: sph_harm=scipy.special.sph_harm_y
scipy 1.2 scipy.misc: imread=imageio.imread imsave=imageio.imwrite imresize=PIL.Image.Image.resize
scipy 1.12 scipy.misc: ascent=scipy.datasets.ascent face=scipy.datasets.face electrocardiogram=scipy.datasets.electrocardiogram
setuptools 71 setuptools: extern=packaging _vendor=packaging
SQLAlchemy 1.4 sqlalchemy.engine.result: RowProxy=sqlalchemy.engine.Row ResultProxy=sqlalchemy.engine.Result
SQLAlchemy 1.4 sqlalchemy.engine: RowProxy=sqlalchemy.engine.Row
SQLAlchemy 1.4 sqlalchemy.orm: comparable_property=sqlalchemy.ext.hybrid.hybrid_property MapperExtension=sqlalchemy.event
SQLAlchemy 1.4 sqlalchemy.orm.query: _ColumnEntity
SQLAlchemy 1.4 sqlalchemy: interfaces=sqlalchemy.event
SQLAlchemy 2.0 Engine: execute=Connection.execute has_table=inspect(engine).has_table scalar=Connection.scalar table_names=inspect(engine).get_table_names
SQLAlchemy 2.0 MetaData.__init__(): bind
SQLAlchemy 2.0 declarative_base(): bind
SQLAlchemy 2.0 select(): whereclause=Select.where from_obj=Select.select_from columns
SQLAlchemy 2.0 Query: from_self
SQLAlchemy 2.0 Session.__init__(): autocommit
SQLAlchemy 2.0 sqlalchemy: databases=sqlalchemy.dialects
SQLAlchemy 2.0 sqlalchemy.orm: eagerload=sqlalchemy.orm.joinedload relation=sqlalchemy.orm.relationship
SQLAlchemy 2.0 sqlalchemy.dialects: firebird sybase
SQLAlchemy 2.0 sqlalchemy.sql.visitors: VisitableType
SQLAlchemy 2.0 sqlalchemy.util.langhelpers: public_factory
SQLAlchemy 2.0 sqlalchemy.util.compat: string_types
SQLAlchemy 2.1 sqlalchemy.pool: FallbackAsyncAdaptedQueuePool=sqlalchemy.pool.AsyncAdaptedQueuePool
starlette 0.17 starlette: graphql
starlette 1.0 Starlette.__init__(): on_startup=lifespan on_shutdown=lifespan
starlette 1.0 Starlette: add_event_handler on_event route=starlette.routing.Route websocket_route=starlette.routing.WebSocketRoute exception_handler middleware
stripe 13.0 stripe: error=stripe
tensorflow 2.0 tensorflow: ConfigProto=tensorflow.compat.v1.ConfigProto GraphDef=tensorflow.compat.v1.GraphDef Session=tensorflow.compat.v1.Session contrib examples get_default_graph=tensorflow.compat.v1.get_default_graph global_variables_initializer=tensorflow.compat.v1.global_variables_initializer placeholder=tensorflow.compat.v1.placeholder reset_default_graph=tensorflow.compat.v1.reset_default_graph
tweepy 4.0 tweepy: StreamListener=tweepy.Stream TweepError=tweepy.TweepyException
twilio 6.0 twilio.rest: TwilioRestClient=twilio.rest.Client
urllib3 2.0 Retry.__init__(): method_whitelist=allowed_methods
urllib3 1.26.8 urllib3.packages: ssl_match_hostname=urllib3.util.ssl_match_hostname
urllib3 2.0 urllib3.contrib: appengine ntlmpool
urllib3 2.0 urllib3.exceptions: SubjectAltNameWarning SNIMissingWarning
urllib3 2.0 urllib3.request: RequestMethods=urllib3._request_methods.RequestMethods
urllib3 2.1 urllib3.contrib: securetransport
urllib3 2.0 urllib3.packages: six=six
urllib3 2.0 urllib3.util.ssl_: DEFAULT_CIPHERS
Werkzeug 1.0 Request: is_xhr
Werkzeug 1.0 werkzeug: contrib=werkzeug.middleware cached_property=werkzeug.utils.cached_property secure_filename=werkzeug.utils.secure_filename import_string=werkzeug.utils.import_string find_modules=werkzeug.utils.find_modules redirect=werkzeug.utils.redirect FileStorage=werkzeug.datastructures.FileStorage MultiDict=werkzeug.datastructures.MultiDict ImmutableMultiDict=werkzeug.datastructures.ImmutableMultiDict generate_password_hash=werkzeug.security.generate_password_hash check_password_hash=werkzeug.security.check_password_hash url_encode=urllib.parse.urlencode url_quote=urllib.parse.quote abort=werkzeug.exceptions.abort Headers=werkzeug.datastructures.Headers LocalProxy=werkzeug.local.LocalProxy BaseResponse=werkzeug.wrappers.Response BaseRequest=werkzeug.wrappers.Request wrap_file=werkzeug.wsgi.wrap_file escape=markupsafe.escape
WhiteNoise 4.0 whitenoise: django=whitenoise.middleware
WhiteNoise 4.0 whitenoise.storage: GzipManifestStaticFilesStorage=whitenoise.storage.CompressedManifestStaticFilesStorage
Werkzeug 1.0 ProxyFix.__init__(): num_proxies=x_for
Werkzeug 1.0 werkzeug.contrib: fixers=werkzeug.middleware.proxy_fix cache=cachelib profiler=werkzeug.middleware.profiler securecookie=secure_cookie.cookie sessions=secure_cookie.session
Werkzeug 1.0 werkzeug.wsgi: DispatcherMiddleware=werkzeug.middleware.dispatcher.DispatcherMiddleware SharedDataMiddleware=werkzeug.middleware.shared_data.SharedDataMiddleware ProxyMiddleware=werkzeug.middleware.http_proxy.ProxyMiddleware
Werkzeug 2.0 werkzeug: posixemulation _compat
Werkzeug 2.1 werkzeug: useragents=werkzeug.user_agent filesystem
Werkzeug 2.1 werkzeug.urls: Href
Werkzeug 2.2 werkzeug.routing: parse_rule parse_converter_args
Werkzeug 2.3 werkzeug.wsgi: extract_path_info get_query_string get_script_name pop_path_info peek_path_info
Werkzeug 2.1 werkzeug.security: safe_str_cmp=hmac.compare_digest pbkdf2_bin=hashlib.pbkdf2_hmac pbkdf2_hex=hashlib.pbkdf2_hmac
Werkzeug 2.1 werkzeug.serving: run_with_reloader=werkzeug._reloader.run_with_reloader
Werkzeug 2.1 werkzeug.utils: escape=markupsafe.escape unescape=html.unescape bind_arguments=inspect.Signature.bind validate_arguments=inspect.Signature.bind format_string=string.Template invalidate_cached_property HTMLBuilder
Werkzeug 2.1 werkzeug.wrappers: BaseResponse=werkzeug.wrappers.Response BaseRequest=werkzeug.wrappers.Request *Mixin
Werkzeug 3.0 werkzeug.urls: url_quote=urllib.parse.quote url_quote_plus=urllib.parse.quote_plus url_unquote=urllib.parse.unquote url_unquote_plus=urllib.parse.unquote_plus url_encode=urllib.parse.urlencode url_decode=urllib.parse.parse_qs url_parse=urllib.parse.urlsplit url_unparse=urllib.parse.urlunsplit url_join=urllib.parse.urljoin url_*=urllib.parse
Werkzeug 3.0 werkzeug.http: parse_authorization_header=werkzeug.datastructures.Authorization.from_header parse_www_authenticate_header=werkzeug.datastructures.WWWAuthenticate.from_header
Werkzeug 3.0 werkzeug.wsgi: make_chunk_iter make_line_iter
Werkzeug 3.1 werkzeug: __version__=importlib.metadata.version
WTForms 3.0 wtforms: TextField=wtforms.StringField compat html5=wtforms
WTForms 3.0 wtforms.ext: *=wtforms_*
WTForms 3.0 wtforms.fields.core: StringField=wtforms.fields.StringField TextField=wtforms.fields.StringField BooleanField=wtforms.fields.BooleanField
WTForms 3.0 wtforms.fields: TextField=wtforms.StringField html5=wtforms.fields
WTForms 3.0 wtforms.fields.html5: *=wtforms.fields.*
WTForms 3.0 wtforms.validators: Required=wtforms.validators.DataRequired
WTForms 3.0 wtforms.widgets: HTMLString=markupsafe.Markup
WTForms 3.0 wtforms.widgets.core: HTMLString=markupsafe.Markup
`;

/** A package, the first version with them, where they are, and the names. */
const NEW = `
click 8.0 click.core: ParameterSource
dash 2.0 dash: dcc html dash_table Input Output State callback ctx
Django 1.10 django: urls
Django 1.10 django.utils: deprecation
Django 1.11 django.contrib.auth.views: LoginView LogoutView PasswordChangeView PasswordResetView
Django 2.0 django.urls: path re_path
Django 2.2 django.db.models: UniqueConstraint CheckConstraint
Django 3.0 django.core: asgi
Django 3.0 django.db.models: Choices IntegerChoices TextChoices
Django 3.0 django.utils.http: url_has_allowed_host_and_scheme
Django 3.1 django.db.models: JSONField
Django 4.0 django.core.cache.backends: redis
Django 4.2 django.core.files.storage: storages InMemoryStorage
Django 5.0 django.db.models: GeneratedField
Django 5.1 django.contrib.auth.middleware: LoginRequiredMiddleware
Django 5.2 django.db.models: CompositePrimaryKey
Django 6.0 django: tasks
Django 6.0 django.middleware: csp
Django 6.0 django.utils: csp
django-allauth 0.56.0 allauth.account: middleware
djangorestframework 3.10 rest_framework.schemas: openapi
Flask 2.0 Blueprint: delete get patch post put register_blueprint
Flask 2.0 Flask: delete get patch post put
Flask 2.2 Flask: json json_provider_class
Flask 2.2 flask.json: provider
Jinja2 3.0 jinja2: pass_context pass_environment pass_eval_context
matplotlib 3.5 matplotlib: colormaps
numpy 1.17 numpy.random: default_rng
numpy 1.20 numpy: typing
numpy 1.25 numpy: exceptions
numpy 2.0 numpy: _core
openai 1.0 openai: APIConnectionError APIStatusError APITimeoutError AsyncAzureOpenAI AsyncOpenAI AuthenticationError AzureOpenAI BadRequestError OpenAI RateLimitError
openai 0.27 openai: ChatCompletion
openai 1.0 openai: resources types
pandas 1.0 pandas: json_normalize NA
Pillow 9.1 PIL.Image: Resampling Transpose
pydantic 2.0 pydantic: AfterValidator AliasChoices AliasPath AwareDatetime BeforeValidator PlainSerializer PlainValidator RootModel SerializationInfo TypeAdapter ValidationInfo WithJsonSchema WrapValidator computed_field field_serializer field_validator model_serializer model_validator
pydantic 2.0 pydantic: alias_generators functional_serializers functional_validators json_schema type_adapter
pydantic 2.7 pydantic: with_config
PyJWT 2.0 jwt: PyJWKClient PyJWKClientError
PyJWT 2.1 jwt: PyJWK
PyJWT 2.10 jwt: decode_complete
pymongo 4.9 pymongo: AsyncMongoClient
redis 6.0 redis.commands.search: index_definition
redis 4.2 redis: asyncio
SQLAlchemy 1.4 sqlalchemy.ext: asyncio
SQLAlchemy 1.4 sqlalchemy.orm: DeclarativeMeta Mapped declarative_base declared_attr registry synonym_for
SQLAlchemy 1.4 sqlalchemy.engine: Row
SQLAlchemy 2.0 Connection: commit rollback
SQLAlchemy 2.0 sqlalchemy: Double Uuid
SQLAlchemy 2.0 sqlalchemy.ext.asyncio: async_sessionmaker
SQLAlchemy 2.0.13 sqlalchemy.ext.asyncio: AsyncAttrs
SQLAlchemy 2.0 sqlalchemy.orm: DeclarativeBase DeclarativeBaseNoMeta MappedAsDataclass WriteOnlyMapped mapped_column
typing_extensions 4.0 typing_extensions: NotRequired Required Self
typing_extensions 4.1 typing_extensions: LiteralString Never Unpack TypeVarTuple dataclass_transform reveal_type assert_never
typing_extensions 4.4 typing_extensions: Any override
typing_extensions 4.5 typing_extensions: deprecated
typing_extensions 4.6 typing_extensions: Buffer TypeAliasType get_original_bases
typing_extensions 4.8 typing_extensions: Doc
typing_extensions 4.9 typing_extensions: ReadOnly
typing_extensions 4.10 typing_extensions: TypeIs
typing_extensions 4.13 typing_extensions: TypeForm evaluate_forward_ref
typing_extensions 4.14 typing_extensions: Sentinel
Werkzeug 0.15 werkzeug: middleware
Werkzeug 2.0 werkzeug: sansio
Werkzeug 2.0 werkzeug.utils: safe_join send_file
WTForms 3.1 wtforms: ColorField
WTForms 3.1 wtforms.fields: ColorField
WTForms 3.0 wtforms: DateTimeLocalField EmailField SearchField TelField URLField
WTForms 3.0 wtforms.fields: DateTimeLocalField EmailField SearchField TelField URLField
`;

/** Packages that nobody keeps any more, and what does their work today. */
const DEAD: Readonly<Record<string, string>> = {
  "aioredis": "redis (`redis.asyncio`)",
  "django-celery": "celery with django-celery-beat",
  "django-jsonfield": "`JSONField` of Django",
  "django-nose": "Django's own test runner",
  "django-rest-auth": "dj-rest-auth",
  "djangorestframework-jwt": "djangorestframework-simplejwt",
  "flask-babelex": "Flask-Babel",
  "flask-bootstrap": "Bootstrap-Flask",
  "flask-jwt": "Flask-JWT-Extended",
  "flask-oauthlib": "Authlib",
  "flask-restplus": "flask-restx",
  "flask-script":
    "the commands of Flask itself (`flask`, `@app.cli.command()`)",
  "flask-security": "Flask-Security-Too",
  "flask-sslify": "flask-talisman",
  "flask-uploads": "Flask-Reuploaded",
  "mysql-python": "mysqlclient",
  "nose": "pytest",
  "oauth2client": "google-auth",
  "pycrypto": "pycryptodome",
  "pypdf2": "pypdf",
  "raven": "sentry-sdk",
};

/**
 * A package, the version that first goes with later ones (`-`: none does), and
 * what it goes with until then, though it does not say so itself.
 */
const LIMITS = `
passlib - bcrypt<5
djongo - pymongo<4
Flask 2.0 Jinja2<3.1
Flask 2.0 itsdangerous<2.1
Flask 2.0 Werkzeug<2.1
Flask 2.3 Werkzeug<3
Flask-SQLAlchemy 3.0 SQLAlchemy<2
Jinja2 3.0 MarkupSafe<2.1
pandas 2.2.2 numpy<2
`;

/** The versions of a distribution that an installed one goes with: `<5`. */
export function limitBy(
  asker: string,
  version: string,
  wanted: string,
): string | undefined {
  return LIMITS.trim().split("\n").map((row) => row.split(/ |(?=<)/))
    .find(([name, first, of]) =>
      normalise(name!) === normalise(asker) &&
      normalise(of!) === normalise(wanted) &&
      (first === "-" || compareReleases(version, first!) < 0)
    )?.[3];
}

/** What does the work of a package that nobody keeps any more. */
export function successorOf(distribution: string): string | undefined {
  const name = distribution.toLowerCase().replace(/[-_.]+/g, "-");
  return Object.hasOwn(DEAD, name) ? DEAD[name] : undefined;
}

/** A version of a package that has a name no more, or has it for the first time. */
export interface Change {
  package: string;
  version: string;
  /** Of a name that is gone: what does its work today. */
  now?: string;
}

/** What became of a name that a package gave up. */
export function findLost(of: string, name: string): Change | undefined {
  // requests has urllib3 under a name of its own as well.
  return find(LOST, of.replace(/^requests\.packages\./, ""), name);
}

/** Which version brought a name. */
export function findNew(of: string, name: string): Change | undefined {
  return find(NEW, of, name);
}

interface Row {
  package: string;
  version: string;
  names: readonly [pattern: RegExp, now: string][];
}

const read = new Map<string, Map<string, Row[]>>();

function find(table: string, of: string, name: string): Change | undefined {
  const rows = read.get(table) ?? rowsOf(table);
  read.set(table, rows);
  for (const row of rows.get(of) ?? []) {
    for (const [pattern, now] of row.names) {
      const found = pattern.exec(name);
      if (!found) continue;
      return {
        package: row.package,
        version: row.version,
        now: now && now.replace("*", found[1] ?? ""),
      };
    }
  }
  return undefined;
}

function rowsOf(table: string): Map<string, Row[]> {
  const rows = new Map<string, Row[]>();
  for (const line of table.trim().split("\n")) {
    const [, name, version, of, names] =
      /^(\S+) (\S+) (\S+): (.+)$/.exec(line) ?? [];
    if (!name || !version || !of || !names) throw new Error(line);
    rows.set(of, [...rows.get(of) ?? [], {
      package: name,
      version,
      names: names.split(" ").map((each) => {
        const [pattern = "", now = ""] = each.split("=");
        return [new RegExp(`^${pattern.replace("*", "(\\w+)")}$`), now];
      }),
    }]);
  }
  return rows;
}
