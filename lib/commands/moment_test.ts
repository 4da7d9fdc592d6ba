import { assertEquals, assertRejects } from "@std/assert";
import { tellIfSlow } from "./moment.ts";

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
