import { assertEquals } from "@std/assert";
import { createDeathCount } from "./passenger_process.ts";

const EARLY = { proven: false };
const PROVEN = { proven: true };

Deno.test("createDeathCount() has had enough of three deaths in a minute", () => {
  const isTooMuch = createDeathCount();
  const told = [0, 20_000, 59_999].map((now) => isTooMuch(EARLY, now));
  assertEquals(told, [false, false, true]);
});

Deno.test("createDeathCount() forgets a death after a minute", () => {
  const isTooMuch = createDeathCount();
  const told = [0, 20_000, 60_000, 79_999].map((now) => isTooMuch(EARLY, now));
  assertEquals(told, [false, false, false, true]);
});

Deno.test("createDeathCount() takes the death of a proven worker for an accident", () => {
  const isTooMuch = createDeathCount();
  for (let now = 0; now < 100; now++) {
    assertEquals(isTooMuch(PROVEN, now), false);
  }
  assertEquals(isTooMuch(EARLY, 100), false);
  assertEquals(isTooMuch(EARLY, 101), false);
  assertEquals(isTooMuch(PROVEN, 102), false);
  assertEquals(isTooMuch(EARLY, 103), true);
});
