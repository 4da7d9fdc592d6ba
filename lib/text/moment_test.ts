import { assertEquals, assertRejects } from "@std/assert";
import { readMoment, tellIfSlow, timeInWords } from "./moment.ts";

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

Deno.test("readMoment() reads spans, times and dates", () => {
  const now = new Date(2026, 10, 22, 10, 5, 0).getTime();
  const table: [string, number | undefined][] = [
    ["90s", now - 90_000],
    ["10m", now - 600_000],
    ["3d", now - 3 * 86_400_000],
    ["09:00", new Date(2026, 10, 22, 9).getTime()],
    ["14:30", new Date(2026, 10, 21, 14, 30).getTime()],
    ["2026-11-20", new Date(2026, 10, 20).getTime()],
    ["2026-11-20 08:15", new Date(2026, 10, 20, 8, 15).getTime()],
    ["2026-11-20T08:15:00.500Z", Date.UTC(2026, 10, 20, 8, 15, 0, 500)],
    ["2026-11-20T08:15+01:00", Date.UTC(2026, 10, 20, 7, 15)],
    ["soon", undefined],
    ["", undefined],
    ["25:00", undefined],
    ["2026-13-01", undefined],
    ["5", undefined],
  ];
  for (const [text, time] of table) {
    assertEquals(readMoment(text, now), time, text);
  }
});
