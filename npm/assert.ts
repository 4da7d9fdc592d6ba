/**
 * The functions of `@std/assert` that the tests use, over `node:assert`, for
 * networks that do not reach JSR.
 *
 * @module
 */

import assert from "node:assert/strict";

/** Fails unless the expression is truthy. */
function ok(expression: unknown, message?: string): asserts expression {
  assert.ok(expression, message);
}
export { ok as assert };

/** Fails unless both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, message?: string) {
  assert.deepEqual(actual, expected, message);
}

/** Fails if both are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, message?: string) {
  assert.notDeepEqual(actual, expected, message);
}

/** Fails unless the text contains the part. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  message = "",
) {
  const told = `Expected ${JSON.stringify(actual)} to contain ${
    JSON.stringify(expected)
  } ${message}`;
  assert.ok(actual.includes(expected), told);
}

/** Fails unless the text matches. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
) {
  assert.match(actual, expected, message);
}

// deno-lint-ignore no-explicit-any -- a class may take any arguments
type ErrorClass = new (...args: any[]) => Error;

/** Fails unless the function throws an error of the class. */
export function assertThrows(
  run: () => unknown,
  errorClass: ErrorClass = Error,
  messageIncludes = "",
): Error {
  try {
    run();
  } catch (error) {
    return expected(error, errorClass, messageIncludes);
  }
  assert.fail("Expected the function to throw");
}

/** Fails unless the promise rejects with an error of the class. */
export async function assertRejects(
  run: () => PromiseLike<unknown>,
  errorClass: ErrorClass = Error,
  messageIncludes = "",
): Promise<Error> {
  try {
    await run();
  } catch (error) {
    return expected(error, errorClass, messageIncludes);
  }
  assert.fail("Expected the promise to reject");
}

function expected(
  error: unknown,
  errorClass: ErrorClass,
  messageIncludes: string,
): Error {
  assert.ok(error instanceof errorClass, `Unexpected error: ${error}`);
  assertStringIncludes(error.message, messageIncludes);
  return error;
}
