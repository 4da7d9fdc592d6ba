/**
 * Pictures and documents that cannot be read or written as they are.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { refused } from "../machine/host.ts";
import { ownerInWords } from "./installed.ts";
import type { Rule } from "./rule.ts";

/** The rules of pictures. */
export const pictures = (): Rule[] => [
  {
    name: "picture-unknown",
    code: "data-damaged",
    over: "archive-broken",
    when: {
      type: "UnidentifiedImageError",
      message: /cannot identify image file (?:'([^']+)'|(<\S+))?/,
    },
    claim: ({ groups: [file] }, scene) => {
      const bytes = file?.startsWith("/")
        ? scene.host.readBytes(file, 64)
        : undefined;
      const isKnown = bytes !== undefined && !refused(bytes);
      const text = isKnown ? new TextDecoder().decode(bytes) : "";
      const what = !isKnown
        ? undefined
        : bytes.length === 0
        ? "is empty (0 bytes)"
        : /^\s*</.test(text)
        ? "is a text (HTML or SVG)"
        : /ftyp(?:heic|heix|mif1|avif)/.test(text)
        ? "is HEIC or AVIF, as telephones write it"
        : undefined;
      return what
        ? {
          seen: `${file} is no picture that Pillow reads: it ${what}`,
          place: { file: file! },
          mend: /HEIC/.test(what)
            ? "Let Pillow learn it (`pillow_heif.register_heif_opener()`), or take JPEG and PNG alone"
            : "Copy it to this machine again, in binary mode; a page of an error under the name of a picture looks the same",
        }
        : {
          says: `What is read there is no picture that Pillow knows${
            file ? `: ${file}` : ""
          }`,
          mend:
            "See what comes there: an upload that is empty, cut off, or read before (`file.seek(0)`), an SVG or HEIC, an answer of another server that is a page of an error; catch the error, and tell the visitor",
        };
    },
    examples: [
      {
        raised:
          "PIL.UnidentifiedImageError: cannot identify image file '/srv/site/media/a.png'",
        files: { "SITE/media/a.png": "<html>" },
        says: "is a text (HTML or SVG)",
      },
      {
        raised:
          "PIL.UnidentifiedImageError: cannot identify image file <_io.BytesIO object at 0x7f>",
        mend: "`file.seek(0)`",
      },
    ],
  },
  {
    name: "picture-not-written",
    code: "app-code",
    when: [
      { message: /^cannot write mode (\w+) as (\w+)/, through: /\/PIL\// },
      {
        type: "KeyError",
        message: /^'(WEBP|JPEG2000|AVIF|JPEG|PNG|TIFF)'$/,
        through: /\/PIL\/Image\.py /,
      },
      {
        type: "ValueError",
        message: /^unknown file extension: (\S*)/,
        through: /\/PIL\//,
      },
    ],
    claim: ({ text, kind, groups: [what = "", format] }, scene) => ({
      says: format
        ? `A picture with the colours ${what} is to be written as ${format}, which does not have them`
        : kind === "KeyError"
        ? `${ownerInWords("PIL", scene)} was built without ${what}`
        : `Pillow does not know from the name as what to write the picture${
          what ? ` ("${what}")` : ""
        }`,
      mend: format
        ? 'Write `image.convert("RGB").save(…)`, or save it as PNG'
        : kind === "KeyError"
        ? "Let Pillow come as a wheel, which has it, and not from the system; or write another kind"
        : /extension/.test(text)
        ? 'Name the kind: `image.save(path, format="JPEG")`, or let the name end in .jpg or .png'
        : "Name the kind where it is saved",
    }),
    examples: [
      {
        raised: "OSError: cannot write mode RGBA as JPEG",
        in: "PACKAGES/PIL/JpegImagePlugin.py _save",
        mend: 'convert("RGB")',
      },
      {
        raised: "ValueError: unknown file extension: ",
        in: "PACKAGES/PIL/Image.py save",
        mend: "format=",
      },
    ],
  },
  {
    name: "picture-cut-off",
    code: "data-damaged",
    when: {
      message:
        /^image file is truncated|^broken data stream when reading image|^EOF marker not found|^Cannot read an empty file|^Stream has ended unexpectedly|^Invalid Elementary Object/,
    },
    claim: ({ line }) => ({
      says: `A picture or document is cut off or damaged: ${line}`,
      mend:
        "Compare its size with the original, and upload or copy it again in binary mode; catch the error, and tell the visitor",
    }),
    examples: [
      "OSError: image file is truncated (4 bytes not processed)",
      "PyPDF2.errors.PdfReadError: EOF marker not found",
    ],
  },
  {
    name: "picture-too-large",
    code: "app-code",
    when: { type: "DecompressionBombError" },
    claim: ({ line }) => ({
      says:
        `A picture has more points than Pillow takes without being told: ${line}`,
      mend:
        "Refuse such pictures in the form, as they may be sent to use up the memory; where you know yours, set `Image.MAX_IMAGE_PIXELS` to a number that the machine's memory holds",
    }),
    examples: [
      "PIL.Image.DecompressionBombError: Image size (300000000 pixels) exceeds limit of 178956970 pixels, could be decompression bomb DOS attack.",
    ],
  },
];
