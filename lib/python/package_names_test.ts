import { assert, assertEquals } from "@std/assert";
import {
  distributionOf,
  isPublicPackage,
  isStandardModule,
  nearPackage,
  NEW_MODULES,
  OPTIONAL_MODULES,
  REMOVED_MODULES,
} from "./package_names.ts";

Deno.test("distributionOf() knows what is installed under another name", () => {
  assertEquals(distributionOf("yaml"), "PyYAML");
  assertEquals(distributionOf("PIL.Image"), "Pillow");
  assertEquals(distributionOf("google.cloud.storage"), "google-cloud-storage");
  assertEquals(distributionOf("some_module"), "some-module");
});

Deno.test("isPublicPackage() knows no typing mistakes and no modules of a site", () => {
  for (const name of ["flask", "django.urls", "flask_login"]) {
    assert(isPublicPackage(name), name);
  }
  for (const name of ["flaks", "myapp", "utils"]) {
    assert(!isPublicPackage(name), name);
  }
});

Deno.test("nearPackage() finds what was probably meant", () => {
  assertEquals(nearPackage("flaks"), "flask");
  assertEquals(nearPackage("flask"), undefined);
  assertEquals(nearPackage("entirely_of_its_own"), undefined);
});

Deno.test("isStandardModule() goes by the first part of a name", () => {
  assert(isStandardModule("os.path"));
  assert(isStandardModule("json"));
  assert(!isStandardModule("flask"));
});

Deno.test("the tables name modules that Python has or had", () => {
  for (const [module, { since }] of Object.entries(NEW_MODULES)) {
    // What came with 3.14 may well be a module of a site's own.
    assert(isStandardModule(module) || since > 13, module);
  }
  for (const module of Object.keys(OPTIONAL_MODULES)) {
    assert(module.startsWith("_") || isStandardModule(module), module);
  }
  for (const [module, { since }] of Object.entries(REMOVED_MODULES)) {
    assert(since > 8, module);
  }
});
