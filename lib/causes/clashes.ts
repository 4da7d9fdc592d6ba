/**
 * Versions of packages that are known not to go together, or not with how code
 * was written before, by what they raise.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { versionOf } from "./installed.ts";
import type { Rule } from "./rule.ts";
import { lineOf, textOf } from "./scene.ts";

/** What is raised, through whose files, and what is behind it. */
const CLASHES: readonly {
  message: RegExp;
  through: RegExp;
  says: string;
  wants: string;
}[] = [
  {
    message: /^Descriptors cannot (?:not )?be created directly/,
    through: /\/google\/protobuf\//,
    says:
      "A package holds code that was made for an older protobuf than the one installed",
    wants: "protobuf<3.21, or a later version of the package that uses it,",
  },
  {
    message: /^module 'lib' has no attribute '\w+'/,
    through: /\/OpenSSL\//,
    says: "The installed pyOpenSSL is older than the installed cryptography",
    wants: "a later pyOpenSSL",
  },
  {
    message: /^module 'sqlalchemy' has no attribute '__all__'/,
    through: /\/flask_sqlalchemy\//,
    says: "The installed Flask-SQLAlchemy was written for an older SQLAlchemy",
    wants: "Flask-SQLAlchemy>=3",
  },
  {
    message: /^issubclass\(\) arg 1 must be a class/,
    through: /\/pydantic\/(?:typing|main|fields|schema|class_validators)\b/,
    says:
      "The installed pydantic is older than the installed typing-extensions, or than this Python",
    wants:
      "pydantic>=1.10.8,<2, or a later version of the package that uses it,",
  },
  {
    message: /unexpected keyword argument 'proxies'/,
    through: /\/(?:openai|anthropic|groq|supabase|gotrue)\//,
    says: "A package was written for an older httpx than the one installed",
    wants: "httpx<0.28, or a later version of that package,",
  },
  {
    message: /unexpected keyword argument '(?:unbound_message|as_tuple)'/,
    through: /\/(?:flask|werkzeug)\//,
    says: "The installed Flask and Werkzeug are of different ages",
    wants: "Flask and Werkzeug of the same age, such as the latest of both,",
  },
  {
    message: /unexpected keyword argument 'allowed_methods'|method_whitelist/,
    through: /\/urllib3\//,
    says: "A package was written for another version of urllib3",
    wants: "urllib3<2, or a later version of the package that uses it,",
  },
  {
    message:
      /(?:'yaml' has no attribute|cannot import name) 'C(?:Safe|Full|Base|Unsafe)?(?:Loader|Dumper|Parser|Emitter)'|^No module named 'yaml\._yaml'/,
    through: /^/,
    says:
      "PyYAML was installed here without its compiled part (libyaml), which brings the names that begin with C",
    wants:
      'nothing new: write `Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)`, which does the same more slowly; or have PyYAML installed again from a wheel',
  },
  {
    message:
      /ForwardRef\._evaluate\(\) missing .*'(?:recursive_guard|type_params)'/,
    through: /\/pydantic\//,
    says:
      "The installed pydantic is older than this Python, whose typing wants one more argument since 3.12.4",
    wants: "pydantic>=1.10.16, or pydantic>=2.8 where the code is for that,",
  },
  {
    message: /^unable to infer type for attribute "/,
    through: /\/pydantic\/v1\//,
    says:
      "The part of pydantic that is as version 1 was (`pydantic.v1`) does not work with Python 3.14 or later",
    wants:
      "nothing new: make the virtual environment with Python 3.13; or use a later version of the package that imports `pydantic.v1`, which does without it",
  },
  {
    message: /directly inherits TypingOnly but has additional attributes/,
    through: /\/sqlalchemy\//,
    says: "The installed SQLAlchemy is too old for Python 3.13",
    wants:
      "SQLAlchemy>=2.0.31, or SQLAlchemy>=1.4.54,<2 where the code is for 1.4,",
  },
  {
    message:
      /from_db_value\(\) missing 1 required positional argument: 'context'/,
    through: /\/django\/db\/models\//,
    says:
      "A field of a package, or of the application, is written for Django before 3.0, which gave one argument more",
    wants:
      "nothing new: write a later version of the package that brings the field into the requirements; in a field of your own, leave `context` out of `def from_db_value(self, value, expression, connection)`",
  },
  {
    message: /render\(\) got an unexpected keyword argument 'renderer'/,
    through: /\/django\/forms\//,
    says:
      "A widget of a package, or of the application, is written for Django before 2.1, which gave no `renderer`",
    wants:
      "nothing new: write a later version of the package that brings the widget into the requirements; in a widget of your own, write `def render(self, name, value, attrs=None, renderer=None)`",
  },
  {
    message:
      /authenticate\(\) (?:missing 1 required positional argument: 'request'|takes \d+ positional arguments? but|got an unexpected keyword)/,
    through: /\/django\/contrib\/auth\/__init__\.py/,
    says:
      "A backend for logging in, of a package or of the application, is written for Django before 2.1, which gave no `request`",
    wants:
      "nothing new: write a later version of the package that brings it into the requirements; in a backend of your own, write `def authenticate(self, request, username=None, password=None, **kwargs)`",
  },
  {
    message:
      /^not all arguments converted during string formatting|^not enough arguments for format string/,
    through: /\/(?:MySQLdb|pymysql)\/cursors\.py/,
    says: "The query has another number of `%s` than there are values for it",
    wants:
      "nothing new: write one `%s` for each value, without quotes around it, and give the values as a tuple, also a single one: `execute(query, (name,))`; a `%` of the query itself is written twice",
  },
  {
    message: /^duplicate base class TimeoutError/,
    through: /\/aioredis\//,
    says:
      "The package aioredis is no longer kept, and does not work with Python 3.11 or later",
    wants:
      "redis>=4.2 in place of aioredis (`from redis import asyncio as aioredis`)",
  },
  {
    message: /^load\(\) missing 1 required positional argument: 'Loader'/,
    through: /^/,
    says:
      "`yaml.load()` must be told how to read since PyYAML 6: without a Loader it may run what the file says",
    wants:
      "nothing new: write `yaml.safe_load(…)` in its place; where a package calls it, write a later version of that",
  },
  {
    message:
      /value for the "algorithms" argument when calling decode|^decode\(\) missing .*'algorithms'/,
    through: /\/jwt\//,
    says: "`jwt.decode()` must be told the algorithms since PyJWT 2",
    wants:
      'nothing new: write `jwt.decode(token, key, algorithms=["HS256"])`, with the algorithm that the token is made with; where a package calls it, write a later version of that',
  },
  {
    message: /^(?:Flask\.)?send_from_directory\(\) missing \d .*'path'/,
    through: /^/,
    says:
      "`send_from_directory()` of Flask calls its second argument `path` since 2.2, which was `filename`",
    wants:
      "nothing new: write `send_from_directory(folder, name)`, or `path=` in place of `filename=`",
  },
  {
    message: /^List argument must consist only of (?:tuples|dictionaries)/,
    through: /\/sqlalchemy\//,
    says:
      "SQLAlchemy takes what stands for the signs in a query by name, as a dictionary, since 2.0",
    wants:
      'nothing new: write `execute(text("… WHERE id = :id"), {"id": value})` in place of `?` or `%s` and a list of values',
  },
  {
    message:
      /^(?:Client\.)?__init__\(\) missing \d .*'callback_api_version'|^Unsupported callback API version/,
    through: /^/,
    says:
      "`Client()` of paho-mqtt must be told which kind of callbacks it calls since 2.0",
    wants:
      "nothing new: write `mqtt.Client(mqtt.CallbackAPIVersion.VERSION1, …)`, which is as before",
  },
  {
    message:
      /^Not an executable object: '|^Textual SQL expression .* should be explicitly declared as text\(/,
    through: /\/sqlalchemy\//,
    says: "SQLAlchemy takes SQL as a text only through `text(…)` since 2.0",
    wants:
      'nothing new: write `from sqlalchemy import text` and `execute(text("…"))`; where a package calls it, write a later version of that',
  },
  {
    message:
      /^Invalid argument\(s\) '(?:pool_size|max_overflow|pool_timeout|pool_recycle)'.* sent to create_engine\(\), using configuration SQLite/,
    through: /\/sqlalchemy\//,
    says:
      "The arguments for a pool of connections are given, and the address names SQLite, which has no such pool here",
    wants:
      "nothing new: leave them out for SQLite; where another database is meant, its address has not arrived, and a default is taken",
  },
  {
    message:
      /^Invalid argument\(s\) '(?:encoding|convert_unicode|case_sensitive|strategy|empty_in_list_strategy)'/,
    through: /\/sqlalchemy\//,
    says:
      "SQLAlchemy 2.0 took arguments of `create_engine()` away that are given there",
    wants:
      "nothing new: leave `encoding`, `convert_unicode`, `strategy` and their like out; where a package gives them, write a later version of that",
  },
  {
    message: /^The asyncio extension requires an async driver/,
    through: /\/sqlalchemy\//,
    says:
      "`create_async_engine()` is given the address of a driver that is not async",
    wants:
      "nothing new: let the address begin with an async driver that is installed, as `postgresql+asyncpg://`, `mysql+aiomysql://` or `sqlite+aiosqlite://`",
  },
  {
    message: /^greenlet_spawn has not been called/,
    through: /\/sqlalchemy\//,
    says:
      "Data are loaded from the database where nothing awaits it: an attribute that is read late, or a session that is not async",
    wants:
      "nothing new: load what is needed in the query (`selectinload(…)`), write `expire_on_commit=False`, and await what the async session does",
  },
  {
    message: /^SSL_ST_INIT|has no attribute 'SSL_ST_INIT'/,
    through: /\/OpenSSL\//,
    says: "The installed pyOpenSSL is older than the installed cryptography",
    wants: "a later pyOpenSSL",
  },
  {
    message:
      /Did you mean to say select\(|^The "whens" argument to case\(\).*is now passed as a series/,
    through: /\/sqlalchemy\//,
    says: "`select()` and `case()` of SQLAlchemy take no list since 2.0",
    wants:
      "nothing new: give what was in the list one after the other, as `select(A.id, A.name)` and `case((A.x == 1, 'one'), else_='more')`; where a package calls it, write a later version of that",
  },
  {
    message: /^Additional arguments should be named .* got 'autoload'/,
    through: /\/sqlalchemy\//,
    says: "`Table()` of SQLAlchemy has no argument `autoload` since 2.0",
    wants:
      "nothing new: leave `autoload=True` out, `autoload_with=engine` does it; where a package gives it, write a later version of that",
  },
  {
    message: /^Invalid hash method '(?:plain|md5|sha\d+)'/,
    through: /\/werkzeug\/security\.py/,
    says:
      "Werkzeug 3 makes and reads no password hashes with such a method any more, as they are too weak",
    wants:
      'nothing new: write `generate_password_hash(password)`, or `method="pbkdf2:sha256"`; passwords that were stored in the old way must be set anew, or checked once more with Werkzeug<3',
  },
  {
    message: /^Subject must be a string/,
    through: /\/jwt\//,
    says: "PyJWT takes only a text as `sub` since 2.10",
    wants:
      'nothing new: write `{"sub": str(user.id)}` where the token is made; tokens of before must be made anew',
  },
  {
    message: /unexpected keyword argument 'extra_headers'/,
    through: /\/websockets\//,
    says:
      "`websockets.connect()` calls its argument `additional_headers` since websockets 14, and `extra_headers` no more",
    wants:
      "nothing new: write `additional_headers=`; where a package gives it, write a later version of that",
  },
  {
    message:
      /^Unknown option:? '?ssl_(?:cert_reqs|certfile|keyfile|ca_certs|match_hostname|crlfile|pem_passphrase)/,
    through: /\/pymongo\//,
    says: "pymongo 4 took the options that begin with `ssl_` away",
    wants:
      "nothing new: write `tls=True`, `tlsCAFile=` and `tlsCertificateKeyFile=` in their place; where a package gives them, write a later version of that",
  },
  {
    message:
      /^(?:Database|Collection|MongoClient)?(?: objects do| does) not implement truth value testing/,
    through: /\/pymongo\//,
    says:
      "pymongo lets nobody ask whether a database or a collection is true, as in `if db:`",
    wants:
      "nothing new: write `if db is not None:`; where a package asks, write a later version of that",
  },
  {
    message:
      /'M' is no longer supported for offsets|Invalid frequency: (?:\w*[MQYHTSLUN]|A)\b/,
    through: /\/pandas\//,
    says:
      "pandas 3 has other names for spans of time: ME, QE and YE for the ends of months, quarters and years, and h, min, s for hours, minutes and seconds",
    wants: "nothing new: write the new name in place of the one that is told",
  },
  {
    message: /unexpected keyword argument '(?:many|partial|unknown)'/,
    through: /\/marshmallow\/schema\.py/,
    says:
      "marshmallow gives more arguments to methods below `@post_load` and its like since 3.0, as `many`, and this one does not take them",
    wants:
      "nothing new: write `**kwargs` at the end of its arguments, as `def make(self, data, **kwargs):`; where a package defines it, write a later version of that",
  },
  {
    message: /^Detected (?:incompatible|mismatched) Protobuf Gencode\/Runtime/,
    through: /\/google\/protobuf\//,
    says:
      "Code that protoc has made (_pb2.py) is of another version than the installed protobuf can load",
    wants:
      "a protobuf of the version that the message calls gencode, or a later one of the same first number,",
  },
  {
    message: /can't be correctly interpreted for Annotated Declarative Table/,
    through: /\/sqlalchemy\//,
    says:
      "SQLAlchemy 2 reads the annotations of a model, and this one is none of its kind",
    wants:
      "nothing new: write `name: Mapped[int] = mapped_column(…)`, or `__allow_unmapped__ = True` in the class; else SQLAlchemy<2",
  },
];

/** The rules of known clashes. */
export const clashes = (): Rule[] => [
  {
    name: "marshmallow-result",
    code: "package-conflict",
    over: "none-from-variable",
    when: {
      type: "AttributeError",
      message: /^'(?:dict|list)' object has no attribute '(data|errors)'/,
    },
    claim: ({ own, groups: [name] }, scene) => {
      const version = versionOf("marshmallow", scene);
      return version !== undefined && Number(version.split(".")[0]) >= 3 &&
          /\.(?:dump|load)s?\(/.test(lineOf(own, scene)) && {
            says:
              `What marshmallow's \`dump()\` and \`load()\` give has no \`${name}\` since 3.0, and ${version} is installed`,
            mend: name === "data"
              ? "Leave `.data` out: they give the data themselves"
              : "Catch `marshmallow.ValidationError` around `load()`: its `messages` are the errors",
          } || undefined;
    },
    examples: [{
      raised: "AttributeError: 'dict' object has no attribute 'data'",
      files: {
        "APP/app.py": "\n\nx = schema.dump(shop).data\n",
        "PACKAGES/marshmallow-3.20.0.dist-info/METADATA": "",
      },
      mend: "Leave `.data` out",
    }],
    not: [{
      raised: "AttributeError: 'dict' object has no attribute 'data'",
      files: {
        "APP/app.py": "\n\nx = shop.data\n",
        "PACKAGES/marshmallow-3.20.0.dist-info/METADATA": "",
      },
    }],
  },
  {
    // What protoc makes tells for which version it is.
    name: "protobuf-older",
    code: "package-conflict",
    over: "name-of-later-package package-name-missing",
    when: {
      type: "ImportError",
      message: /^cannot import name 'runtime_version' from 'google\.protobuf'/,
    },
    claim: ({ raised }, scene) => {
      const made = raised.frames.findLast(({ file }) =>
        /_pb2(?:_grpc)?\.py$/.test(file)
      )?.file;
      const [, version] = /^# Protobuf Python Version: (\d[\d.]*\d)/m
        .exec(textOf(made, scene)) ?? [];
      const installed = versionOf("protobuf", scene);
      return {
        says: `${
          made ?? "Code that protoc has made"
        } was made for a later protobuf${version ? `, ${version},` : ""} than ${
          installed ? `the installed ${installed}` : "the one installed"
        }`,
        mend: `Write protobuf>=${
          version ?? "5.29"
        } into the requirements of the site, if all else there works with it, and install those; or let a protoc of the installed version make that file anew`,
      };
    },
    examples: [
      {
        raised:
          "ImportError: cannot import name 'runtime_version' from 'google.protobuf' (PACKAGES/google/protobuf/__init__.py)",
        frames: ["APP/app.py <module>", "APP/shop_pb2.py <module>"],
        files: {
          "APP/shop_pb2.py":
            "# -*- coding: utf-8 -*-\n# Generated by the protocol buffer compiler.  DO NOT EDIT!\n# Protobuf Python Version: 5.29.1\n",
          "PACKAGES/protobuf-4.25.0.dist-info/METADATA": "",
        },
        says:
          "APP/shop_pb2.py was made for a later protobuf, 5.29.1, than the installed 4.25.0",
        mend: "protobuf>=5.29.1",
      },
    ],
  },
  {
    name: "versions-clash",
    code: "package-conflict",
    over:
      "name-lost-in-package package-name-missing attribute-undefined submodule-not-imported arguments-wrong",
    when: { message: /^[\s\S]/ },
    claim: ({ text, raised }) => {
      const through = raised.frames.map(({ file }) => file).join("\n");
      const clash = CLASHES.find((each) =>
        each.message.test(text) && each.through.test(through)
      );
      return clash && {
        says: clash.says,
        mend: clash.wants.startsWith("nothing new: ")
          ? capital(clash.wants.replace("nothing new: ", ""))
          : `Write ${clash.wants} into the requirements of the site, and install those`,
      };
    },
    examples: [
      {
        raised:
          "TypeError: Descriptors cannot not be created directly.\nIf this call came from a _pb2.py file",
        in: "PACKAGES/google/protobuf/descriptor.py __new__",
        mend: "protobuf<3.21",
      },
      {
        raised:
          "TypeError: Client.__init__() got an unexpected keyword argument 'proxies'",
        in: "PACKAGES/openai/_base_client.py __init__",
        mend: "httpx<0.28",
      },
      {
        raised:
          "TypeError: load() missing 1 required positional argument: 'Loader'",
        mend: "Write `yaml.safe_load(…)`",
      },
      {
        raised:
          "sqlalchemy.exc.ObjectNotExecutableError: Not an executable object: 'SELECT 1'",
        in: "PACKAGES/sqlalchemy/engine/base.py execute",
        mend: 'execute(text("…"))',
      },
      {
        raised:
          "TypeError: send_from_directory() missing 1 required positional argument: 'path'",
        mend: "`path=` in place of `filename=`",
      },
      {
        raised:
          "sqlalchemy.exc.ArgumentError: List argument must consist only of dictionaries",
        in: "PACKAGES/sqlalchemy/engine/base.py execute",
        mend: '{"id": value}',
      },
      {
        raised:
          "TypeError: Client.__init__() missing 1 required positional argument: 'callback_api_version'",
        mend: "VERSION1",
      },
      {
        raised: "AttributeError: module 'yaml' has no attribute 'CLoader'",
        files: { "PACKAGES/yaml/__init__.py": "" },
        says: "without its compiled part",
        mend: "CSafeLoader",
      },
      {
        raised:
          "sqlalchemy.exc.ArgumentError: Column expression, FROM clause, or other columns clause element expected, got [<x>]. Did you mean to say select(<x>)?",
        in: "PACKAGES/sqlalchemy/sql/coercions.py expect",
        mend: "select(A.id, A.name)",
      },
      {
        raised: "ValueError: Invalid hash method 'sha256'.",
        in: "PACKAGES/werkzeug/security.py _hash_internal",
        says: "Werkzeug 3",
        mend: "generate_password_hash(password)",
      },
      {
        raised:
          "TypeError: BaseEventLoop.create_connection() got an unexpected keyword argument 'extra_headers'",
        in: "PACKAGES/websockets/asyncio/client.py create_connection",
        mend: "additional_headers",
      },
      {
        raised:
          "NotImplementedError: Database objects do not implement truth value testing or bool(). Please compare with None instead: database is not None",
        in: "PACKAGES/pymongo/synchronous/database.py __bool__",
        mend: "if db is not None",
      },
      {
        raised:
          "TypeError: Shop.make() got an unexpected keyword argument 'many'",
        in: "PACKAGES/marshmallow/schema.py _invoke_processors",
        mend: "**kwargs",
      },
      {
        raised:
          "google.protobuf.runtime_version.VersionError: Detected incompatible Protobuf Gencode/Runtime versions when loading x.proto: gencode 6.31.1 runtime 5.29.3.",
        in:
          "PACKAGES/google/protobuf/runtime_version.py ValidateProtobufRuntimeVersion",
        mend: "gencode",
      },
      {
        raised:
          "TypeError: ForwardRef._evaluate() missing 1 required keyword-only argument: 'recursive_guard'",
        in: [
          "PACKAGES/pydantic/typing.py evaluate_forwardref",
          "PYTHON/typing.py _evaluate",
        ],
        mend: "pydantic>=1.10.16",
      },
      {
        raised:
          "AssertionError: Class <class 'sqlalchemy.sql.elements.SQLCoreOperations'> directly inherits TypingOnly but has additional attributes {'__static_attributes__'}.",
        in: "PACKAGES/sqlalchemy/util/langhelpers.py __init_subclass__",
        mend: "SQLAlchemy>=2.0.31",
      },
      {
        raised:
          "TypeError: not all arguments converted during string formatting",
        in: "PACKAGES/MySQLdb/cursors.py execute",
        failure: { problem: "request-raised" },
        mend: "execute(query, (name,))",
      },
      {
        raised:
          "TypeError: render() got an unexpected keyword argument 'renderer'",
        in: "PACKAGES/django/forms/boundfield.py as_widget",
        failure: { problem: "request-raised" },
        mend: "renderer=None",
      },
      {
        raised: "TypeError: duplicate base class TimeoutError",
        in: "PACKAGES/aioredis/exceptions.py <module>",
        mend: "redis>=4.2",
      },
    ],
    not: [
      "ValueError: Invalid hash method 'sha256'.",
      "TypeError: f() got an unexpected keyword argument 'proxies'",
    ],
  },
];

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
