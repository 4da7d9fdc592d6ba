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
    name: "font-without-letters",
    code: "app-code",
    over: "encoding-write",
    when: [
      { type: "FPDFUnicodeEncodingException" },
      { type: "UnicodeEncodeError", through: /\/fpdf\// },
      { type: "KeyError", message: /^'(.+)'$/, in: /\/reportlab\// },
    ],
    claim: ({ kind, line, raised, groups: [name = ""] }) => {
      if (kind === "KeyError") {
        return raised.frames.some(({ function: each }) => /font/i.test(each))
          ? {
            says:
              `reportlab knows no font "${name}": apart from those that every PDF has (Helvetica, Times-Roman, Courier), each is registered first`,
            mend:
              `Copy its file beside the code, and write, before it is used: \`pdfmetrics.registerFont(TTFont("${name}", Path(__file__).parent / "${name}.ttf"))\``,
          }
          : undefined;
      }
      return {
        says:
          `The font of the PDF has no such letters, as those that every PDF has know those of Western Europe alone: ${line}`,
        mend:
          'Copy a font with them beside the code, such as DejaVuSans.ttf, and write `pdf.add_font("DejaVu", fname=Path(__file__).parent / "DejaVuSans.ttf")` and `pdf.set_font("DejaVu")`; the older package "fpdf" wants `uni=True` as well, and fpdf2 comes in its place',
      };
    },
    examples: [
      {
        raised:
          'fpdf.errors.FPDFUnicodeEncodingException: Character "€" at index 6 in text is outside the range of characters supported by the font used: "helvetica". Please consider using a Unicode font.',
        in: "PACKAGES/fpdf/fpdf.py normalize_text",
        mend: "DejaVuSans.ttf",
      },
      {
        raised:
          "UnicodeEncodeError: 'latin-1' codec can't encode character '\\u20ac' in position 90: ordinal not in range(256)",
        in: "PACKAGES/fpdf/fpdf.py output",
        says: "font of the PDF",
      },
      {
        raised: "KeyError: 'DejaVu'",
        in: "PACKAGES/reportlab/pdfbase/pdfmetrics.py getFont",
        mend: 'registerFont(TTFont("DejaVu"',
      },
    ],
    not: [{
      raised: "KeyError: 'x'",
      in: "PACKAGES/reportlab/platypus/tables.py wrap",
    }],
  },
  {
    name: "sheet-missing",
    code: "app-code",
    when: [
      { type: "KeyError", message: /^'Worksheet (.+) does not exist\.'$/ },
      {
        type: "ValueError",
        message: /^Worksheet named '(.+)' not found/,
      },
      { type: "XLRDError", message: /^No sheet named <'(.+)'>/ },
    ],
    claim: ({ groups: [name = ""] }) => ({
      says: `The workbook has no sheet "${name}"`,
      mend:
        "See which it has (`workbook.sheetnames`, with pandas `pandas.ExcelFile(path).sheet_names`): each letter counts, also blanks at the end and capital letters; Excel names new ones by its language (Sheet1, Tabelle1, Feuil1); the first is `workbook.worksheets[0]`, with pandas `sheet_name=0`",
    }),
    examples: [
      {
        raised: "KeyError: 'Worksheet Data does not exist.'",
        in: "PACKAGES/openpyxl/workbook/workbook.py __getitem__",
        says: 'no sheet "Data"',
      },
      {
        raised: "ValueError: Worksheet named 'Data' not found",
        in: "PACKAGES/pandas/io/excel/_openpyxl.py get_sheet_by_name",
        mend: "sheet_names",
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
