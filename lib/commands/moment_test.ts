import { assertEquals, assertRejects } from "@std/assert";
import { tellIfSlow, timeInWords } from "./moment.ts";

Deno.test("tellIfSlow() is silent where nobody waits long", async () => {
  const told: number[] = [];
  const after = (ms: number) =>
    new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms));
  assertEquals(await tellIfSlow(after(1), () => told.push(1), 1_000), 1);
  assertEquals(await tellIfSlow(after(60), () => told.push(60), 5), 60);
  const failed = Promise.reject(new RangeError("out of cheese"));
  await assertRejects(
    () => tellIfSlow(failed, () => told.push(0), 5),
    RangeError,
  );
  assertEquals(told, [60]);
});

Deno.test("timeInWords() says of which zone a time is", () => {
  const words = timeInWords(Date.UTC(2026, 10, 22, 10, 5, 7));
  assertEquals(
    /^2026-11-2\d \d\d:\d\d:07 (UTC|[+-]\d\d:\d\d)$/.test(words),
    true,
    words,
  );
  const [day, time, zone] = words.split(" ");
  const said = `${day}T${time}${zone === "UTC" ? "Z" : zone}`;
  assertEquals(new Date(said).toISOString(), "2026-11-22T10:05:07.000Z");
});
