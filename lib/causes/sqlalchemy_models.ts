/**
 * What SQLAlchemy says of classes that are to be models.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { suggest } from "../text/suggestion.ts";
import { fieldsAt, placeOfClass } from "./django_views.ts";
import type { Rule } from "./rule.ts";
import { lineOf } from "./scene.ts";

/** The rules of models of SQLAlchemy. */
export const sqlalchemyModels = (): Rule[] => [
  {
    name: "sqlalchemy-column-unknown",
    code: "app-code",
    when: [
      {
        type: "TypeError",
        message: /^'(\w+)' is an invalid keyword argument for (\w+)/,
        through: /\/sqlalchemy\//,
      },
      {
        type: "InvalidRequestError",
        message: /^Entity namespace for "([\w.]+)" has no property "(\w+)"/,
      },
      {
        type: "AttributeError",
        message: /^[Tt]ype object '(\w+)' has no attribute '(\w+)'/,
        in: /\/sqlalchemy\/sql\/base\.py _entity_namespace_key$/,
      },
    ],
    claim: ({ groups: [one = "", two = ""], kind, own }, scene) => {
      const [name, model] = kind === "TypeError" ? [one, two] : [two, one];
      const place = placeOfClass(
        kind === "TypeError"
          ? model
          : `(?:${model}|${model.charAt(0).toUpperCase()}${model.slice(1)})`,
        scene,
      );
      const near = suggest(name, fieldsAt(place, scene));
      const where = place ? ` (${place.file}:${place.line})` : "";
      return {
        says: `"${name}" is no column of the model "${model}"${where}`,
        place: own && { file: own.file, line: own.line },
        mend: near
          ? `Write "${near}", if that is meant`
          : "Write the name of a column or of a relationship there as the class has it, and not as the table or a form has it",
      };
    },
    examples: [
      {
        raised: "TypeError: 'nam' is an invalid keyword argument for User",
        in: "PACKAGES/sqlalchemy/orm/decl_base.py _declarative_constructor",
        failure: { problem: "request-raised" },
        files: {
          "APP/models.py":
            "class User(db.Model):\n    name = db.Column(db.String(9))\n",
        },
        says: 'no column of the model "User" (APP/models.py:1)',
        mend: 'Write "name"',
      },
      {
        raised:
          'sqlalchemy.exc.InvalidRequestError: Entity namespace for "user" has no property "nam"',
        failure: { problem: "request-raised" },
        files: {
          "APP/models.py":
            "class User(db.Model):\n    name: Mapped[str] = mapped_column()\n",
        },
        mend: 'Write "name"',
      },
    ],
  },
  {
    name: "sqlalchemy-row-of-other-kind",
    code: "app-code",
    when: [
      {
        type: "UnmappedInstanceError",
        message: /^Class '(?:builtins\.)?([\w.]+)' is not mapped/,
      },
      {
        type: "AttributeError",
        message: /^'(\w+)' object has no attribute '_sa_instance_state'/,
      },
    ],
    claim: ({ groups: [kind = ""] }) => ({
      says: `SQLAlchemy wants a row, an object of a model, and gets ${
        kind === "NoneType" ? "None" : `what is of type ${kind}`
      }`,
      mend: /^(?:list|tuple|set)$/.test(kind)
        ? "Write `session.add_all(rows)` for several rows"
        : kind === "NoneType"
        ? "See what gives it: a search that found nothing gives None, and so does a function without `return`"
        : "Make the row first, as `row = Post(title=…)`, and give that; where a relationship is filled, rows of the other model are wanted, and not their numbers or names; a class with the name of a model that is none (a form, a schema) may stand there",
    }),
    examples: [
      {
        raised:
          "sqlalchemy.orm.exc.UnmappedInstanceError: Class 'builtins.str' is not mapped",
        in: "PACKAGES/sqlalchemy/orm/session.py add",
        failure: { problem: "request-raised" },
        says: "of type str",
      },
      {
        raised:
          "sqlalchemy.orm.exc.UnmappedInstanceError: Class 'builtins.NoneType' is not mapped",
        in: "PACKAGES/sqlalchemy/orm/session.py delete",
        says: "gets None",
      },
      {
        raised:
          "AttributeError: 'str' object has no attribute '_sa_instance_state'",
        in: "PACKAGES/sqlalchemy/orm/attributes.py fire_append_event",
        mend: "rows of the other model",
      },
    ],
  },
  {
    name: "sqlalchemy-row-by-place",
    code: "app-code",
    when: {
      type: "TypeError",
      message:
        /^(?:\w+\.)?__init__\(\) takes 1 positional argument but \d+ were given/,
    },
    claim: ({ own, raised }, scene) => {
      const last = raised.frames.at(-1);
      if (last?.file !== own?.file || last?.line !== own?.line) {
        return undefined;
      }
      for (
        const [, name = ""] of lineOf(own, scene).matchAll(/\b([A-Z]\w*)\(/g)
      ) {
        const place = placeOfClass(name, scene);
        const head = lineOf(place && { ...place, line: place.line }, scene);
        if (/\((?:[\w.]+\.)?(?:Model|Base)\b/.test(head)) {
          return {
            says:
              `A row of the model ${name} is made with values by their place, and it takes them by name alone`,
            mend: `Write \`${name}(${
              fieldsAt(place, scene).find((each) => each !== "id") ?? "name"
            }=…)\``,
          };
        }
      }
      return undefined;
    },
    examples: [{
      raised:
        "TypeError: __init__() takes 1 positional argument but 2 were given",
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py": "\n\n    user = User(name)\n",
        "APP/models.py":
          "class User(db.Model):\n    id = db.Column(1)\n    name = db.Column(db.String(9))\n",
      },
      mend: "`User(name=…)`",
    }],
    not: [{
      raised:
        "TypeError: __init__() takes 1 positional argument but 2 were given",
      failure: { problem: "request-raised" },
      files: {
        "APP/app.py": "\n\n    user = User(name)\n",
        "APP/models.py": "class User:\n    def __init__(self):\n        pass\n",
      },
    }],
  },
  {
    name: "sqlalchemy-model-without-key",
    code: "app-code",
    when: {
      type: "ArgumentError",
      message:
        /could not assemble any primary key columns for mapped table '([^']+)'/,
    },
    claim: {
      says: 'The model of the table "$1" has no primary key',
      mend:
        "Give it a column with `primary_key=True`, as in `id = db.Column(db.Integer, primary_key=True)`",
    },
    examples: [{
      raised:
        "sqlalchemy.exc.ArgumentError: Mapper Mapper[User(user)] could not assemble any primary key columns for mapped table 'user'",
      in: "PACKAGES/sqlalchemy/orm/mapper.py _configure_pks",
      mend: "primary_key=True",
    }],
  },
  {
    name: "sqlalchemy-model-name",
    code: "app-code",
    when: [
      {
        type: "InvalidRequestError",
        message:
          /^Attribute name '(\w+)' is reserved when using the Declarative API/,
      },
      {
        type: "InvalidRequestError",
        message:
          /^Class <class '([\w.]+)'> does not have a __table__ or __tablename__ specified/,
      },
      {
        type: "ArgumentError",
        message:
          /^Type annotation for "([\w.]+)" can't be correctly interpreted for Annotated Declarative Table form/,
      },
    ],
    claim: ({ groups: [name], line }) => ({
      says: /^Attribute/.test(line)
        ? `A model has a column "${name}", a name that SQLAlchemy keeps for itself`
        : /^Class/.test(line)
        ? `The model ${name} does not say which table it is`
        : `The column "${name}" has a type annotation that SQLAlchemy 2 does not take`,
      mend: /^Attribute/.test(line)
        ? `Name the attribute otherwise, and the column as before: \`meta = db.Column("${name}", …)\``
        : /^Class/.test(line)
        ? 'Write `__tablename__ = "…"` into it; with Flask-SQLAlchemy, let it inherit from `db.Model`'
        : "Write `Mapped[…]` around the type, as in `name: Mapped[str] = mapped_column()`; or `__allow_unmapped__ = True` into the class",
    }),
    examples: [
      {
        raised:
          "sqlalchemy.exc.InvalidRequestError: Attribute name 'metadata' is reserved when using the Declarative API.",
        mend: 'db.Column("metadata", …)',
      },
      {
        raised:
          "sqlalchemy.exc.InvalidRequestError: Class <class 'app.User'> does not have a __table__ or __tablename__ specified and does not inherit from an existing table-mapped class.",
        mend: "`__tablename__",
      },
    ],
  },
];
