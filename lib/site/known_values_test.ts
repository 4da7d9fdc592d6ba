import { assertEquals } from "@std/assert";
import { createFakeHost } from "../../tests/worlds/machine.ts";
import { knownValues } from "./known_values.ts";
import { layoutOf } from "./layout.ts";

const LAYOUT = layoutOf("/s/www");

Deno.test("knownValues() goes by the owner and by what lies beside the app root", () => {
  const files = {
    "/s/www": { owner: "jdoe:project" },
    "/s/.venv/bin/python": "",
  };
  assertEquals(knownValues(LAYOUT, createFakeHost({ files })), {
    user: "jdoe",
    group: "project",
    passenger_app_root: "/s/www",
    passenger_python: "/s/.venv/bin/python",
  });
});

Deno.test("knownValues() takes nobody for the user of a site that is root's", () => {
  const files = { "/s/www": { owner: "root:root" } };
  const { user, group, passenger_python } = knownValues(
    LAYOUT,
    createFakeHost({ files }),
  );
  assertEquals([user, group, passenger_python], Array(3).fill(undefined));
});
