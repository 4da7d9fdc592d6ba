/**
 * Tables and columns that a database lacks: not made, made in another file, or
 * a value that is taken for a name.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { join } from "node:path";
import { shellCommand } from "../text/shell.ts";
import { isLibraryFile } from "../python/failure.ts";
import { guardedLine } from "./appointed.ts";
import { told } from "./drivers.ts";
import { emptyDatabase, otherDatabase } from "./sqlite.ts";
import { statementAt } from "./origins.ts";
import type { Claim, Rule, Subject } from "./rule.ts";
import { exists, type Scene } from "./scene.ts";

/** The rules of tables that are not there. */
export const absentTables = (): Rule[] => [
  {
    name: "database-not-migrated",
    code: "database-not-migrated",
    when: told(
      /no such table|relation "[^"]*" does not exist|Table '[^']*' doesn't exist|no such column|has no column named|Unknown column|column "?[\w.]+"? does not exist|Invalid object name|ORA-00942/i,
    ),
    claim: (subject, scene) => {
      const { line, own, failure } = subject;
      if (/no such table: \S*__old\b/.test(line)) {
        return {
          code: "package-conflict",
          says:
            `A table was renamed by a Django that is older than this SQLite, and is asked for by its name of before: ${line}`,
          mend:
            "Write Django>=2.1.5 into the requirements of the site, and make the database anew by its migrations, or from a dump of before: tables that were changed so are broken",
        };
      }
      const guarded = guardedTables(subject, scene);
      if (guarded) return guarded;
      // What asks while it is imported, asks at `migrate` as well.
      const isImport = failure.problem === "import-raised" &&
        own !== undefined && /^(?:<module>|[A-Z]\w*)$/.test(own.function) &&
        own.file !== scene.site.config?.wsgi?.module &&
        !/\/(?:wsgi|asgi|manage)\.py$/.test(own.file);
      const elsewhere = /no such table/.test(line)
        ? otherDatabase(subject, scene) ??
          (isImport ? undefined : emptyDatabase(subject, scene))
        : undefined;
      if (elsewhere) return elsewhere;
      const says = `The database lacks what the application asks for: ${line}`;
      const meant = /Perhaps you meant to reference the column "([^"]+)"/
        .exec(subject.text)?.[1];
      const manage = [scene.directory, ...scene.folders]
        .map((folder) => join(folder, "manage.py"))
        .find((file) => exists(file, scene));
      if (
        subject.raised.frames.some(({ file }) =>
          file.endsWith("/django/core/cache/backends/db.py")
        )
      ) {
        return {
          says:
            `The table that CACHES in Django's settings names is not there: ${line}`,
          mend: `Make it, as the site's user: \`${
            shellCommand(
              scene.python,
              manage ?? "manage.py",
              "createcachetable",
            )
          }\``,
        };
      }
      const mend = manage
        ? `${
          isImport
            ? `Move what line ${own.line} of ${own.file} asks the database into the function that needs it: there it is asked while the file is imported, and \`migrate\` itself comes to it before it makes the tables; then run`
            : "Run"
        } the migrations, as the site's user: \`${
          shellCommand(scene.python, manage, "migrate")
        }\`; or correct which database the settings name`
        : meant
        ? `PostgreSQL itself says what may be meant: ${meant}${
          /[A-Z]/.test(meant)
            ? `; a name with capital letters stands between quotation marks in a statement, as \`"${
              meant.split(".").at(-1)
            }"\`, as it is made small else`
            : ""
        }; where the column is a new one, bring the table up to date by the migrations of the framework`
        : /relation "\w+\.\w+" does not exist/.test(line)
        ? "The name before the point is that of a schema: see that both are there (`\\dt SCHEMA.*` of psql), and run the migrations of the framework where they make them"
        : /no such column/.test(line) && isPutTogether(own, scene)
        ? 'Give values as parameters, `execute("… WHERE name = ?", (name,))`: a text that is put into the statement without quotation marks is taken for the name of a column, and opens the database to strangers; where the column itself is meant, bring the table up to date'
        : /column/i.test(line)
        ? "Bring the table up to date with the migrations of the framework (`flask db upgrade`, `alembic upgrade head`), or add the column by hand (`ALTER TABLE … ADD COLUMN …`): `create_all()` makes tables that are not there, and adds nothing to one that is; or correct which database the settings name"
        : 'Create the tables, as with the migrations of the framework (`flask db upgrade`, `alembic upgrade head`) or with `db.create_all()`, which must not stand below `if __name__ == "__main__":`; or correct which database the settings name';
      return { says, mend };
    },
    examples: [
      {
        raised: "django.db.utils.OperationalError: no such table: auth_user",
        files: { "APP/manage.py": "" },
        says: "auth_user",
        mend: "PYTHON APP/manage.py migrate",
      },
      {
        raised:
          'django.db.utils.ProgrammingError: relation "shop_category" does not exist',
        frames: [
          "APP/shop/forms.py ItemForm",
          "PACKAGES/django/db/models/query.py __iter__",
        ],
        files: { "APP/manage.py": "" },
        mend: "Move what line 9 of APP/shop/forms.py asks",
      },
      {
        raised:
          "django.db.utils.OperationalError: no such table: main.auth_user__old",
        code: "package-conflict",
        mend: "Django>=2.1.5",
      },
      {
        raised: "django.db.utils.OperationalError: no such table: cached",
        in: "PACKAGES/django/core/cache/backends/db.py _base_set",
        files: { "APP/manage.py": "" },
        mend: "PYTHON APP/manage.py createcachetable",
      },
      {
        raised: "sqlite3.OperationalError: no such table: posts",
        mend: "create_all()",
      },
      {
        raised:
          'psycopg2.errors.UndefinedColumn: column "username" does not exist\nLINE 1: select userName from t\nHINT:  Perhaps you meant to reference the column "t.userName".',
        mend: 'as `"userName"`',
      },
      {
        raised: "sqlite3.OperationalError: no such column: bob",
        files: {
          "APP/app.py":
            '\n\ndb.execute(f"SELECT * FROM users WHERE name = {name}")\n',
        },
        mend: "Give values as parameters",
      },
      {
        raised: "django.db.utils.OperationalError: no such table: posts",
        files: { "APP/manage.py": "", "APP/db.sqlite3": "" },
        says: "APP/db.sqlite3 is empty (0 bytes)",
        mend: "PYTHON APP/manage.py migrate",
      },
      {
        raised:
          "sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) table posts has no column named title",
        mend: "ALTER TABLE",
      },
      {
        raised: "sqlalchemy.exc.OperationalError: no such table: posts",
        files: {
          "APP/app.py":
            'x = 1\nif __name__ == "__main__":\n    with app.app_context():\n        db.create_all()\n    app.run()\n',
        },
        says:
          'line 4 of APP/app.py makes the tables, below `if __name__ == "__main__":`',
        mend: "above",
      },
      {
        raised: "sqlite3.OperationalError: no such table: posts",
        files: {
          "APP/app.py": '\n\ndb = connect("shop.db")\n',
          "APP/shop.db": "",
          "SITE/shop.db": "x",
        },
        says: "APP/shop.db is empty (0 bytes)",
        mend: "SITE/shop.db",
      },
      {
        raised: "sqlite3.OperationalError: no such table: posts",
        files: {
          "APP/app.py": 'URI = "sqlite:///app.db"\n\nPost.query.all()\n',
          "APP/instance/app.db": "SQLite format 3 CREATE TABLE users (id)",
          "APP/app.db": 'SQLite format 3 CREATE TABLE "posts" (id)',
        },
        says:
          'APP/instance/app.db has no table "posts", and APP/app.db of the same name has it: Flask-SQLAlchemy lets a relative path begin at the folder APP/instance',
        mend: "sqlite:///APP/app.db",
      },
      {
        raised: "sqlite3.OperationalError: no such table: posts",
        files: {
          "APP/instance\\app.db": "",
          "APP/instance/app.db": "x",
        },
        says: "APP/instance\\app.db is empty (0 bytes)",
        mend: '"\\" is a letter of the name here',
      },
      {
        raised: "sqlite3.OperationalError: no such table: posts",
        files: { "APP/app.py": 'URI = "sqlite://"\n\nPost.query.all()\n' },
        says: "line 1 of APP/app.py keeps it in memory",
      },
      {
        raised: "django.db.utils.OperationalError: no such table: main.posts",
        files: { "SITE/data/blog.db": "CREATE TABLE `posts`\n(id)" },
        says: "SITE/data/blog.db has it",
      },
    ],
    not: ['sqlite3.OperationalError: near "x": syntax error'],
  },
];

/** The tables are made only where the file is run as a program. */
function guardedTables(
  { line, raised }: Subject,
  scene: Scene,
): Claim | undefined {
  const { module } = scene.site.config?.wsgi ?? {};
  const own = raised.frames.map(({ file }) => file)
    .filter((file) => !isLibraryFile(file));
  const made = [...new Set([...own, module])]
    .map((file) =>
      guardedLine(/\b(?:create_all|init_db|create_tables)\(/, file, scene)
    )
    .find((each) => each);
  return made && {
    seen:
      `The database lacks what the application asks for: ${line}; line ${made.line} of ${made.file} makes the tables, below \`if __name__ == "__main__":\`, which the web server never comes to`,
    place: made,
    mend:
      "Put that above the `if`, and above what reads the tables, in the context of the application (`with app.app_context():`); it makes only tables that are not there",
  };
}

/** A statement of SQL that a line makes of parts, values among them. */
function isPutTogether(own: Subject["own"], scene: Scene): boolean {
  const statement = own ? statementAt(own, scene) : "";
  return /\bexecute\w*\(\s*(?:[fF]["']|["'][^]{0,400}(?:["']\s*[%+]|\.format\())/
    .test(statement);
}
