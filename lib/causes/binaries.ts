/**
 * Compiled packages that the system cannot load: built for another Python or
 * another machine, or in want of a library.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { basename } from "node:path";
import type { PythonException } from "../python/failure.ts";
import type { Finding } from "../findings/finding.ts";
import { packageOf, pip } from "./installed.ts";
import { distributionOf } from "../python/package_names.ts";
import { cause, classOf, placeIn, type Scene } from "./scene.ts";

const LIBRARY_REGEXP =
  /(?:^|\s)([\w.+-]+\.so[\w.]*): cannot open shared object file: No such file/;
const OTHER_BUILD_REGEXP =
  /wrong ELF class|invalid ELF header|undefined symbol|Exec format error|file too short|incompatible architecture|mach-o/;
const NEWER_SYSTEM_REGEXP =
  /version [`']((?:GLIBC|GLIBCXX|CXXABI)_[\w.]+)' not found/;
const NUMPY_REGEXP =
  /numpy\.(?:dtype|ufunc|ndarray) size changed|module compiled against (?:ABI|API) version|compiled using NumPy 1\.x cannot be run in|numpy\.core\.multiarray failed to import|_ARRAY_API not found/;

/** Packages that come without the libraries of a desktop. */
const HEADLESS: Readonly<Record<string, string>> = {
  cv2: "opencv-python-headless",
};

/** Explains a compiled package that cannot be loaded. */
export function explainBinary(
  raised: PythonException,
  scene: Scene,
): Finding | undefined {
  const { message } = raised;
  if (NUMPY_REGEXP.test(message)) return explainNumpy(raised, scene);
  if (!/^(?:Import|OS)Error$/.test(classOf(raised))) return undefined;
  if (/^no pq wrapper available/.test(message)) {
    return cause("library-missing", {
      message:
        'The package "psycopg" finds no libpq, the library of PostgreSQL, and was installed without its own',
      place: placeIn(raised, scene),
      fix: pip(scene, distributionOf("psycopg")),
    });
  }
  const file = /(\/[^\s:]+\.so[\w.]*)/.exec(message)?.[1];
  const owner = packageOf(file ?? "") ??
    packageOf(raised.frames.at(-1)?.file ?? "");
  const place = placeIn(raised, scene);
  const told = owner ? `the package "${owner}"` : "a compiled module";
  const library = LIBRARY_REGEXP.exec(message)?.[1];
  if (library?.startsWith("libpython")) {
    return mismatch(
      `was built for another Python: it needs ${library}`,
      owner,
      raised,
      scene,
    );
  }
  if (library) {
    const headless = owner ? HEADLESS[owner] : undefined;
    return cause("library-missing", {
      message: `This machine lacks the library ${library}, which ${told} needs`,
      place,
      fix: headless ? pip(scene, "--force-reinstall", headless) : {
        text:
          `Ask the administrators to install the package of the system that holds ${library}; on Debian, \`apt-file search ${library}\` names it`,
      },
    });
  }
  const symbol = NEWER_SYSTEM_REGEXP.exec(message)?.[1];
  if (symbol) {
    return mismatch(
      `was built on a newer system: it needs ${symbol}, which this machine does not have`,
      owner,
      raised,
      scene,
    );
  }
  if (/failed to map segment from shared object/.test(message)) {
    return cause(
      /Cannot allocate memory/.test(message) ? "limit-memory" : "python-noexec",
      {
        message: /Cannot allocate memory/.test(message)
          ? `There is not enough memory to load ${file ?? "a library"}`
          : `The system refuses to load ${
            file ?? "a compiled module"
          }: its file system is mounted with noexec, or memory is limited`,
        place,
        fix: {
          text:
            "Ask the administrators for a file system without noexec, or for more memory",
        },
      },
    );
  }
  if (!OTHER_BUILD_REGEXP.test(message) || !file) return undefined;
  return mismatch(
    `was built for another Python or another kind of machine: ${
      basename(file)
    } cannot be loaded here`,
    owner,
    raised,
    scene,
  );
}

function mismatch(
  how: string,
  owner: string | undefined,
  raised: PythonException,
  scene: Scene,
): Finding {
  return cause("package-binary-mismatch", {
    message: `${owner ? `The package "${owner}"` : "A compiled module"} ${how}`,
    place: placeIn(raised, scene),
    fix: owner
      ? pip(
        scene,
        "--force-reinstall",
        "--no-cache-dir",
        distributionOf(owner),
      )
      : { text: "Build it again on this machine, with the site's own Python" },
  });
}

function explainNumpy(raised: PythonException, scene: Scene): Finding {
  const owner = raised.frames.map(({ file }) => packageOf(file))
    .filter((name) => name && name !== "numpy").at(-1);
  return cause("package-conflict", {
    message: `${
      owner ? `The package "${owner}"` : "A compiled package"
    } was built for another version of numpy than the one installed`,
    place: placeIn(raised, scene),
    fix: owner
      ? pip(scene, "--upgrade", distributionOf(owner), "numpy")
      : pip(scene, "numpy<2"),
  });
}
