/**
 * What SQLAlchemy says of classes that are to be models.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

/** The rules of models of SQLAlchemy. */
export const sqlalchemyModels = (): Rule[] => [
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
