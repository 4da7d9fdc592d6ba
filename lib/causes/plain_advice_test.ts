import { assertEquals, assertStringIncludes } from "@std/assert";
import { explain } from "../../tests/worlds/failing_site.ts";

Deno.test("plainAdvice() says what to do about everyday exceptions", () => {
  const table: [raised: string, fix: string][] = [
    ["NameError: name 'Flask' is not defined", "`from flask import Flask`"],
    ["NameError: name 'os' is not defined", "`import os`"],
    ["NameError: name 'np' is not defined", "`import numpy as np`"],
    [
      "NameError: name 'constructor' is not defined",
      "Give `constructor` a value",
    ],
    [
      "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe9 in position 3: unexpected end of data",
      "is not UTF-8",
    ],
    [
      "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 3: ordinal not in range(128)",
      'encoding="utf-8"',
    ],
    [
      "UnicodeEncodeError: 'ascii' codec can't encode character",
      'open(path, "w", encoding="utf-8")',
    ],
    [
      "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
      "no JSON",
    ],
    [
      "IsADirectoryError: [Errno 21] Is a directory: '/x'",
      "name the file in it",
    ],
    [
      "ValueError: invalid literal for int() with base 10: ''",
      "An empty text is no number",
    ],
    [
      "urllib.error.URLError: <urlopen error [Errno -2] Name or service not known>",
      "Another server could not be reached",
    ],
    ["configparser.NoSectionError: No section: 'db'", "ConfigParser.read()"],
    [
      "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 127.",
      "found no such program",
    ],
    [
      "subprocess.CalledProcessError: Command 'x' returned non-zero exit status 1.",
      "what it printed is in the log",
    ],
    [
      "RuntimeError: Working outside of application context.\n\nThis",
      "`with app.app_context():`",
    ],
    [
      "RuntimeError: Working outside of request context.\n\nThis",
      "Only a view has a request",
    ],
    [
      "RuntimeError: The session is unavailable because no secret key was set.",
      "`app.secret_key = open(",
    ],
    ["RuntimeError: other", "Correct the line that is named"],
    [
      "AssertionError: View function mapping is overwriting an existing endpoint function: index",
      "a function with the name `index`",
    ],
    [
      "sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres",
      "`postgresql://`",
    ],
    [
      "pydantic.errors.PydanticImportError: `BaseSettings` has been moved to the `pydantic-settings` package. See https://",
      "`from pydantic_settings import BaseSettings`",
    ],
    [
      "jinja2.exceptions.TemplateNotFound: Index.html",
      "the folder `templates` beside the module",
    ],
    // As NLTK words it, in a frame.
    [
      "LookupError: \n*****\n  Resource \u001b[93mpunkt_tab\u001b[0m not found.\n  >>> nltk.download('punkt_tab')\n",
      "`python -m nltk.downloader punkt_tab`",
    ],
    ["ValueError: bad", "Correct the line that is named"],
    ["myapp.Weird", "Correct the line that is named"],
  ];
  for (const [raised, says] of table) {
    const { code, fix } = explain({ raised });
    assertEquals(code, "app-import-failed", raised);
    assertStringIncludes(fix && "text" in fix ? fix.text : "", says);
  }
});
