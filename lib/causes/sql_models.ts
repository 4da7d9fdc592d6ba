/**
 * Models and sessions of SQLAlchemy, and the migrations of Alembic.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

/** The rules of models. */
export const sqlModels = (): Rule[] => [
  {
    name: "model-without-key",
    code: "app-code",
    when: [
      {
        type: "NoForeignKeysError AmbiguousForeignKeysError",
        message: /relationship (\S+?)[.\s]*(?:-|$)/,
      },
      { type: "NoForeignKeysError AmbiguousForeignKeysError" },
    ],
    claim: ({ kind, groups: [relation] }) => ({
      says: kind.startsWith("No")
        ? `Nothing joins the two models of the relation${
          relation ? ` ${relation}` : ""
        }: neither has a ForeignKey of the other`
        : `More than one ForeignKey could join the two models of the relation${
          relation ? ` ${relation}` : ""
        }`,
      mend: kind.startsWith("No")
        ? 'Give one of the models a column as `user_id = mapped_column(ForeignKey("user.id"))`, with the name of the table, not of the class'
        : "Say which one is meant: `relationship(…, foreign_keys=[…])`",
    }),
    examples: [
      {
        raised:
          "sqlalchemy.exc.NoForeignKeysError: Could not determine join condition between parent/child tables on relationship User.posts - there are no foreign keys linking these tables.",
        says: "User.posts",
        mend: "ForeignKey",
      },
    ],
  },
  {
    name: "row-without-session",
    code: "app-code",
    when: {
      type: "DetachedInstanceError",
      message: /Instance <([\w.]+)|[Pp]arent instance <([\w.]+)/,
    },
    claim: ({ groups }) => ({
      says: `A row (${
        groups.find((each) => each !== undefined)?.split(".").at(-1) ?? ""
      }) is asked for what was not loaded yet, after its session was closed`,
      mend:
        "Read what is needed while the session is open, as by `joinedload()` or `selectinload()`; keep no rows between requests, in a global, a cache or a thread: keep their numbers; `expire_on_commit=False` keeps what was loaded after a commit",
    }),
    examples: [{
      raised:
        "sqlalchemy.orm.exc.DetachedInstanceError: Instance <User at 0x7f> is not bound to a Session; attribute refresh operation cannot proceed",
      says: "(User)",
      mend: "`joinedload()`",
    }],
  },
  {
    name: "rows-not-one",
    code: "app-code",
    when: { type: /^sqlalchemy\..*(?:MultipleResultsFound|NoResultFound)$/ },
    claim: ({ kind }) => ({
      says: kind === "NoResultFound"
        ? "One row is to be found, and there is none"
        : "One row is to be found, and there are several",
      mend: kind === "NoResultFound"
        ? "Take `one_or_none()` or `first()` and answer with 404 where it is None; an empty database on this machine looks the same"
        : "Take `first()` where any will do; else let the column be unique, and take the rows away that are there twice",
    }),
    examples: [
      "sqlalchemy.exc.MultipleResultsFound: Multiple rows were found when exactly one was required",
      {
        raised:
          "sqlalchemy.exc.NoResultFound: No row was found when one was required",
        mend: "404",
      },
    ],
  },
  {
    name: "value-of-other-type",
    code: "app-code",
    when: {
      type: "StatementError",
      message:
        /SQLite (\w+) type only accepts Python|(?:TypeError|ValueError)\) (?:Not a boolean value|String or bytes|Couldn't parse)/,
    },
    claim: ({ groups: [kind], line }) => ({
      says: `A column is given a value of another type: ${line}`,
      mend: kind
        ? "Make a date or time of the text before: `datetime.fromisoformat(text)`, or `datetime.strptime(text, …)`"
        : "Make a value of the column's type before, as true or false for a Boolean",
    }),
    examples: [{
      raised:
        "sqlalchemy.exc.StatementError: (builtins.TypeError) SQLite DateTime type only accepts Python datetime and date objects as input.",
      mend: "fromisoformat",
    }],
  },
  {
    name: "text-without-length",
    code: "app-code",
    when: {
      type: "CompileError",
      message: /column '(\w+)'\): VARCHAR requires a length on dialect (\w+)/,
    },
    claim: {
      says:
        'The column "$1" is a text without a length, which $2 does not take',
      mend:
        "Write `String(255)`, or `Text`: SQLite and PostgreSQL need no length",
    },
    examples: [
      "sqlalchemy.exc.CompileError: (in table 'user', column 'name'): VARCHAR requires a length on dialect mysql",
    ],
  },
  {
    name: "await-left-out",
    code: "app-code",
    when: { type: "MissingGreenlet" },
    claim: {
      says:
        "Something of the database is asked for outside of an `await`: mostly an attribute of a row that is loaded only then",
      mend:
        "Load it with the row, as by `selectinload(Model.other)`, make the session with `expire_on_commit=False`, and await each call of the session; an engine of `create_async_engine()` cannot be used by code that is not async, as `create_all()` without `run_sync`",
    },
    examples: [
      "sqlalchemy.exc.MissingGreenlet: greenlet_spawn has not been called; can't call await_only() here. Was IO attempted in an unexpected place?",
    ],
  },
  {
    name: "bind-unknown",
    code: "app-setting-missing",
    when: {
      message: /^Bind key '([^']*)' is not in 'SQLALCHEMY_BINDS'/,
    },
    claim: {
      says:
        'A model names the database "$1", which SQLALCHEMY_BINDS does not have',
      mend:
        'Set `app.config["SQLALCHEMY_BINDS"] = {"$1": "…"}` above the line that calls `init_app(app)`, or correct `__bind_key__` of the model',
    },
    examples: [
      "sqlalchemy.exc.UnboundExecutionError: Bind key 'x' is not in 'SQLALCHEMY_BINDS' config.",
    ],
  },
  {
    name: "alembic-refuses",
    code: "database-not-migrated",
    when: {
      type: /^alembic\./,
      message:
        /^(?:Can't locate revision identified by '(\w+)'|Target database is not up to date|Multiple head revisions|Path doesn't exist: '?([^'\n]+)'?|No 'script_location' key)/,
    },
    claim: ({ text, groups: [revision, path] }, scene) => ({
      says: revision
        ? `The database was brought to revision ${revision}, and no file of the migrations has that`
        : path
        ? `The folder of the migrations, "${
          path.replace(/\.$/, "")
        }", is not there`
        : /Multiple/.test(text)
        ? "Two migrations follow the same one, so that nobody knows which is the last"
        : /script_location/.test(text)
        ? "Alembic finds no alembic.ini where it looks"
        : "The database is not at the last migration",
      mend: revision
        ? "Bring the missing file to `migrations/versions` of this machine, as .gitignore may name it; where the tables are as the models say, and nothing is lost by it, `flask db stamp head` (`alembic stamp head`) tells the database so"
        : path
        ? `Copy it to this machine; a relative path begins at the working directory, ${scene.directory}`
        : /Multiple/.test(text)
        ? "Join them: `flask db merge heads` (`alembic merge heads`), and upgrade"
        : /script_location/.test(text)
        ? `Name it by its whole path (\`Config("…/alembic.ini")\`): a relative one begins at the working directory, ${scene.directory}`
        : "Run `flask db upgrade` (`alembic upgrade head`) first",
    }),
    examples: [
      {
        raised:
          "alembic.util.exc.CommandError: Can't locate revision identified by 'abc123'",
        mend: "migrations/versions",
      },
      {
        raised:
          "alembic.util.exc.CommandError: Path doesn't exist: 'migrations'.  Please use the 'init' command to create a new scripts folder.",
        says: '"migrations"',
      },
      {
        raised:
          "alembic.util.exc.CommandError: Multiple head revisions are present for given argument 'head'",
        mend: "merge heads",
      },
    ],
  },
];
