/**
 * Names that everybody imports from the same place, by the framework that a
 * file is written for.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** A line that imports a name, or what else it takes. */
type Usual = { line: string } | { advice: string };

/** What is imported from where: `MODULE NAME NAME`. */
function homesIn(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.trim().split("\n").flatMap((line) => {
      const [home, ...names] = line.trim().split(/\s+/);
      return names.map((name) => [name, home!] as const);
    }),
  );
}

const GENERIC = homesIn(`
typing Annotated Any Callable ClassVar Dict Generic Iterable Iterator List Literal NamedTuple Optional Protocol Sequence Set Tuple Type TypeVar TypedDict Union
dataclasses dataclass field asdict
datetime datetime timedelta timezone date
collections defaultdict OrderedDict Counter deque namedtuple
functools partial wraps lru_cache cached_property reduce
pathlib Path
decimal Decimal
enum Enum IntEnum
uuid uuid4 UUID
contextlib contextmanager asynccontextmanager suppress
itertools chain product groupby
abc ABC abstractmethod
threading Thread Lock
io BytesIO StringIO
http HTTPStatus
urllib.parse urlparse urlencode quote unquote urljoin
urllib.request urlopen
zoneinfo ZoneInfo
dotenv load_dotenv
bs4 BeautifulSoup
cryptography.fernet Fernet
sqlalchemy create_engine Column Integer String ForeignKey text select func
sqlalchemy.orm sessionmaker declarative_base relationship DeclarativeBase Mapped mapped_column
pydantic BaseModel Field field_validator validator EmailStr
celery Celery shared_task
PIL Image ImageDraw ImageFont
`);

const FLASK = homesIn(`
flask Flask Blueprint Response abort after_this_request current_app flash g get_flashed_messages has_request_context jsonify make_response redirect render_template render_template_string request send_file send_from_directory session stream_with_context url_for
flask_sqlalchemy SQLAlchemy
flask_login LoginManager UserMixin current_user login_required login_user logout_user
flask_migrate Migrate
flask_wtf FlaskForm CSRFProtect
wtforms StringField PasswordField SubmitField IntegerField TextAreaField BooleanField SelectField
wtforms.validators DataRequired Email EqualTo Length InputRequired
flask_cors CORS cross_origin
flask_mail Mail Message
flask_bcrypt Bcrypt
flask_restful Api Resource reqparse
flask_socketio SocketIO emit
flask_caching Cache
flask_limiter Limiter
werkzeug.security generate_password_hash check_password_hash
werkzeug.utils secure_filename
werkzeug.middleware.proxy_fix ProxyFix
`);

const DJANGO = homesIn(`
django.shortcuts redirect render get_object_or_404 get_list_or_404
django.http HttpResponse HttpResponseRedirect HttpResponseForbidden HttpResponseNotFound HttpResponseBadRequest JsonResponse Http404 FileResponse StreamingHttpResponse HttpRequest
django.urls path re_path include reverse reverse_lazy resolve
django.db models transaction connection IntegrityError
django.db.models Avg Count F Max Min Prefetch Q Sum
django.contrib admin messages
django.contrib.auth authenticate login logout get_user_model
django.contrib.auth.models User Group Permission AbstractUser AbstractBaseUser
django.contrib.auth.decorators login_required permission_required user_passes_test
django.contrib.auth.mixins LoginRequiredMixin UserPassesTestMixin PermissionRequiredMixin
django.contrib.auth.forms UserCreationForm AuthenticationForm
django.conf settings
django.conf.urls.static static
django.core.exceptions ImproperlyConfigured ObjectDoesNotExist PermissionDenied ValidationError
django.core.mail send_mail EmailMessage
django.core.cache cache
django.core.paginator Paginator
django.core.wsgi get_wsgi_application
django.core.asgi get_asgi_application
django.core.management.base BaseCommand CommandError
django.core.files.storage default_storage FileSystemStorage
django.dispatch receiver
django.db.models.signals post_save pre_save post_delete
django.template loader
django.template.loader render_to_string
django.utils timezone
django.utils.decorators method_decorator
django.utils.safestring mark_safe
django.utils.text slugify
django.utils.translation gettext_lazy gettext
django.views View
django.views.generic ListView DetailView CreateView UpdateView DeleteView TemplateView FormView RedirectView
django.views.decorators.csrf csrf_exempt
django.views.decorators.http require_GET require_POST require_http_methods
django.apps AppConfig apps
django.test TestCase
rest_framework serializers status viewsets generics permissions routers
rest_framework.decorators api_view permission_classes action
rest_framework.response Response
rest_framework.views APIView
rest_framework.permissions IsAuthenticated AllowAny
rest_framework.routers DefaultRouter
`);

const FASTAPI = homesIn(`
fastapi APIRouter BackgroundTasks Body Cookie Depends FastAPI File Form HTTPException Header Path Query Request Response Security UploadFile WebSocket WebSocketDisconnect status
fastapi.middleware.cors CORSMiddleware
fastapi.responses FileResponse HTMLResponse JSONResponse PlainTextResponse RedirectResponse StreamingResponse
fastapi.security OAuth2PasswordBearer OAuth2PasswordRequestForm HTTPBearer
fastapi.staticfiles StaticFiles
fastapi.templating Jinja2Templates
sqlalchemy.orm Session
`);

const ABBREVIATIONS: Readonly<Record<string, string>> = {
  gpd: "geopandas",
  nn: "torch.nn",
  np: "numpy",
  pd: "pandas",
  plt: "matplotlib.pyplot",
  px: "plotly.express",
  sns: "seaborn",
  st: "streamlit",
  tf: "tensorflow",
};

const DJANGO_FILE = /^\s*(?:import|from)\s+(?:django|rest_framework)\b/m;
const FASTAPI_FILE = /^\s*(?:import|from)\s+(?:fastapi|starlette)\b/m;
const FLASK_FILE = /^\s*(?:import|from)\s+flask/m;

/** Names that another thing than an import brings, by the file's framework. */
const OTHERWISE: readonly { name: RegExp; uses: RegExp; advice: string }[] = [
  {
    name: /^request$/,
    uses: DJANGO_FILE,
    advice:
      "Give the view its request as the first parameter, `def view(request):`; in a class of views it is `self.request`",
  },
  {
    name: /^request$/,
    uses: FASTAPI_FILE,
    advice:
      "Give the function a parameter `request: Request`, and import it: `from fastapi import Request`",
  },
  {
    name: /^url$/,
    uses: DJANGO_FILE,
    advice:
      "Write `path(…)` in its place, or `re_path(…)` where the address is a regular expression, and import it: `from django.urls import path, re_path`; `url` is gone from Django since 4.0",
  },
  {
    name: /^patterns$/,
    uses: DJANGO_FILE,
    advice:
      "Write a list in its place, `urlpatterns = [path(…), …]`; `patterns` is gone from Django since 1.10",
  },
  {
    name: /^_$/,
    uses: DJANGO_FILE,
    advice:
      "Import it at the top of the file: `from django.utils.translation import gettext_lazy as _`",
  },
  {
    name: /^app(?:lication)?$/,
    uses: FLASK_FILE,
    advice:
      "Make the application above that line, `app = Flask(__name__)`, or import it from the file that makes it",
  },
  {
    name: /^app(?:lication)?$/,
    uses: FASTAPI_FILE,
    advice:
      "Make the application above that line, `app = FastAPI()`, or import it from the file that makes it",
  },
];

/** Names that nobody gives to something else, whatever the file imports. */
const OWN_WORDS =
  /^(?:Flask\w*|FastAPI|Http[A-Z0-9]\w+|JsonResponse|get_[aw]sgi_application|jsonify|url_for|render_template\w*|SQLAlchemy|LoginManager|reverse_lazy|re_path|APIRouter|HTTPException|Depends|Blueprint|send_from_directory|csrf_exempt|current_user|CORS|secure_filename|get_object_or_404)$/;

/**
 * How a name is usually imported.
 *
 * @param text The file that uses it: frameworks have names in common
 */
export function importFor(name: string, text: string): Usual | undefined {
  const whole = Object.hasOwn(ABBREVIATIONS, name)
    ? ABBREVIATIONS[name]
    : undefined;
  if (whole) return { line: `import ${whole} as ${name}` };
  const other = OTHERWISE.find((each) =>
    each.name.test(name) && each.uses.test(text)
  );
  if (other) return { advice: other.advice };
  const frameworks:
    readonly (readonly [RegExp, ReadonlyMap<string, string>])[] = [
      [DJANGO_FILE, DJANGO],
      [FASTAPI_FILE, FASTAPI],
      [FLASK_FILE, FLASK],
    ];
  const used = frameworks.filter(([uses]) => uses.test(text))
    .map(([, homes]) => homes);
  const home = used.map((homes) => homes.get(name))
    .find((each) => each !== undefined) ??
    GENERIC.get(name) ??
    (OWN_WORDS.test(name) ? onlyHome(name) : undefined);
  return home === undefined
    ? undefined
    : { line: `from ${home} import ${name}` };
}

/**
 * The module that a name of a framework, or of what goes with it, is in.
 *
 * @param module Where it was looked for
 */
export function homeOfName(name: string, module: string): string | undefined {
  const top = module.split(".")[0]!;
  const tables = /^flask/.test(top) || /^(?:werkzeug|wtforms)$/.test(top)
    ? [FLASK]
    : /^(?:django|rest_framework)$/.test(top)
    ? [DJANGO]
    : /^(?:fastapi|starlette|pydantic)$/.test(top)
    ? [FASTAPI, GENERIC]
    : /^(?:sqlalchemy|typing|collections|datetime|functools|cryptography)$/
        .test(top)
    ? [GENERIC]
    : [];
  const home = tables.map((each) => each.get(name))
    .find((each) => each !== undefined);
  return home === module ? undefined : home;
}

/** The home of a name that just one framework has. */
function onlyHome(name: string): string | undefined {
  const homes = [FLASK, DJANGO, FASTAPI].map((each) => each.get(name))
    .filter((each) => each !== undefined);
  return homes.length === 1 ? homes[0] : undefined;
}
