/**
 * The Python that sites of tests run on.
 *
 * @module
 */

/** Version of `/usr/bin/python3`: `3.11.2`. */
export const PYTHON_VERSION: string = pythonVersion();

/** The same without its last number, as in the names of folders: `3.11`. */
export const PYTHON_MINOR: string = PYTHON_VERSION.split(".", 2).join(".");

function pythonVersion(): string {
  try {
    const { stdout } = new Deno.Command("/usr/bin/python3", {
      args: ["--version"],
    }).outputSync();
    return new TextDecoder().decode(stdout).trim().replace("Python ", "");
  } catch {
    return "3.11.2"; // no Python: no test will ask
  }
}
