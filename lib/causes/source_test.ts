import {
  inPackage,
  testRows,
  testSilence,
} from "../../tests/worlds/failing_site.ts";
import { MODULE } from "../../tests/worlds/site.ts";

const failure = { python: "3.8.10" };
const line = (text: string) => ({ [MODULE]: `\n\n${text}\n` });

testRows("code for a later Python", [
  [
    {
      raised:
        "TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'",
      failure,
    },
    "code-needs-later-python",
    "`X | Y` between types, which Python knows from 3.10 on; this is Python 3.8",
    "Python 3.10 or later",
  ],
  [
    {
      raised: "TypeError: 'type' object is not subscriptable",
      files: line("def f(a: list[int]): pass"),
      failure,
    },
    "code-needs-later-python",
    "`list[int]`",
    "Python 3.9 or later",
  ],
  [
    {
      raised:
        "TypeError: dataclass() got an unexpected keyword argument 'slots'",
      failure,
    },
    "code-needs-later-python",
    "`@dataclass`",
    "Python 3.10 or later",
  ],
  [
    {
      raised:
        "ImportError: cannot import name 'UTC' from 'datetime' (/usr/lib/python3.8/datetime.py)",
      failure,
    },
    "code-needs-later-python",
    `module datetime has "UTC" from 3.11 on, and this is Python 3.8`,
    "Python 3.11 or later",
  ],
  [
    {
      raised: "AttributeError: module 'itertools' has no attribute 'batched'",
      below: [inPackage("pkg/a.py", "<module>")],
      failure,
    },
    "code-needs-later-python",
    '"batched" from 3.12 on',
    "Python 3.12 or later",
  ],
]);

testSilence("code for a later Python", [
  // It knows types so joined; these two are values.
  {
    raised:
      "TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'",
  },
  {
    raised:
      "TypeError: unsupported operand type(s) for |: 'NoneType' and 'NoneType'",
    failure,
  },
  {
    raised: "TypeError: unsupported operand type(s) for |: 'str' and 'int'",
    failure,
  },
  // A class of the application's own.
  {
    raised: "TypeError: 'type' object is not subscriptable",
    files: line('User["ann"]'),
    failure,
  },
  // Misspelt in any version.
  {
    raised: "AttributeError: module 'itertools' has no attribute 'batchd'",
    failure,
  },
]);
