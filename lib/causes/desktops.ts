/**
 * What works a screen, a keyboard, a loudspeaker or the pins of a small
 * computer, and finds none on a server.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import { isLibraryFile } from "../python/failure.ts";
import { findInstalled, packageOf } from "./installed.ts";
import { ANYWHERE, isOwn, MISSING, topOf } from "./missing.ts";
import { homesOf, tracesOf } from "./own_modules.ts";
import type { Rule } from "./rule.ts";

const ELSEWHERE =
  "Leave the import and what uses it out here: let that part be a program of its own where the device is, which sends what it measures to a view of this site, as by `requests.post(…)`";

/** Packages by what they work, and what a web application does instead. */
const KINDS: readonly {
  modules: string;
  /** The code says that a screen is wanted. */
  isScreen?: true;
  what: string;
  mend: string;
}[] = [
  {
    modules:
      "PyQt4 PyQt5 PyQt6 PySide PySide2 PySide6 PySimpleGUI FreeSimpleGUI arcade customtkinter dearpygui easygui eel flet guizero kivy kivymd pgzero pgzrun pyglet pyqtgraph qtpy tkcalendar tkinterdnd2 toga ttkbootstrap ttkthemes turtle ursina webview wx",
    isScreen: true,
    what: "opens windows",
    mend:
      "Leave the import and what uses it out: a web application shows what it has in pages, and asks with forms",
  },
  {
    modules:
      "autoit evdev keyboard mouse mss pyautogui pydirectinput pygetwindow pymsgbox pynput pyscreeze pystray screeninfo uinput",
    isScreen: true,
    what: "works the screen, the mouse and the keyboard of whoever sits there",
    mend:
      "Leave the import and what uses it out: nobody sits at a server; what a visitor does is told by his requests, and by JavaScript in the pages",
  },
  {
    modules: "pyperclip",
    what: "works the clipboard of whoever sits there",
    mend:
      "Leave the import and what uses it out: the clipboard is the visitor's, and his browser fills it by `navigator.clipboard.writeText(…)` in a script of the page",
  },
  {
    modules: "pygame",
    isScreen: true,
    what: "opens windows and plays sound",
    mend:
      'Leave the import and what uses it out: a game in a window is no web application. Where it only draws pictures, add pygame to the requirements of the site and install those, with SDL_VIDEODRIVER = "dummy" under [environment] in config.toml',
  },
  {
    modules: "playsound pyaudio sounddevice simpleaudio pyttsx3 pyttsx4 vlc",
    what: "plays or records sound",
    mend:
      "Leave the import and what uses it out: a page plays sound at the visitor's, with `<audio src=… controls>`, from a file that the application makes",
  },
  {
    modules:
      "Adafruit_BMP Adafruit_DHT Adafruit_PCA9685 Adafruit_SSD1306 RPi RPLCD adafruit_dht gpiozero lgpio luma mfrc522 picamera picamera2 pigpio pirc522 sense_hat smbus smbus2 spidev w1thermsensor wiringpi",
    what:
      "works the pins, the sensors or the camera of a Raspberry Pi or its like",
    mend: ELSEWHERE,
  },
];

/** What installed ones say where there is nothing to work. */
const TOLD: readonly {
  message: RegExp;
  /** The code says that a screen is wanted. */
  isScreen?: true;
  says: string;
  mend: string;
}[] = [
  {
    isScreen: true,
    message: /Rebuild the library with Windows, GTK\+|cvShowImage|cvWaitKey/,
    says:
      "`cv2.imshow()` and its like open a window, and a server has no screen",
    mend:
      'Write the picture into a file, `cv2.imwrite(path, image)`, or send it: `cv2.imencode(".png", image)[1].tobytes()`',
  },
  {
    isScreen: true,
    message:
      /^(?:pygame\.error: )?No available video device|^video system not initialized/,
    says: "pygame wants a screen, and a server has none",
    mend:
      'To draw without a window, write under [environment] in config.toml: SDL_VIDEODRIVER = "dummy"; a game that is played in a window is no web application',
  },
  {
    message:
      /ALSA: |Couldn't open audio device|No such audio device|dsp: No such audio device|mixer not initialized/,
    says: "The application plays sound, and a server has no sound card",
    mend:
      'Leave it out here; a page plays sound at the visitor\'s, with `<audio src=… controls>`. Where pygame alone asks for it, write under [environment] in config.toml: SDL_AUDIODRIVER = "dummy"',
  },
  {
    isScreen: true,
    message: /^\s*Pyperclip could not find a copy\/paste mechanism/,
    says:
      "pyperclip works the clipboard of whoever sits there, and nobody sits at a server",
    mend:
      "Leave it out: the clipboard is the visitor's, and his browser fills it by `navigator.clipboard.writeText(…)` in a script of the page",
  },
  {
    message: /^docx2pdf is not implemented for linux/,
    says:
      "docx2pdf lets Microsoft Word do the work, and there is none for Linux",
    mend:
      "Let LibreOffice make the PDF, if the administrators install it: `soffice --headless --convert-to pdf --outdir FOLDER FILE`, started by `subprocess.run([…])`",
  },
  {
    message: /eSpeak or eSpeak-ng not installed|^libespeak[\w.-]*: cannot open/,
    says: "pyttsx3 speaks through eSpeak, which this machine does not have",
    mend:
      "To make files of speech (`engine.save_to_file(…)`), ask the administrators for espeak-ng; a server has no loudspeaker, and the page plays the file at the visitor's",
  },
  {
    isScreen: true,
    message:
      /^Bad display name|failed to acquire X connection|NoSuchDisplayException|^Cannot connect to "None"|^You must be root to use this library on linux/,
    says:
      "The package works the screen, the mouse or the keyboard of whoever sits there, and nobody sits at a server",
    mend:
      "Leave the import and what uses it out; what a visitor does is told by his requests, and by JavaScript in the pages",
  },
  {
    message:
      /^No access to \/dev\/(?:g?mem|gpio\w*)|^Unable to load any default pin factory|^can't connect to pigpio|No Raspberry Pi|SPI ?Dev not found/i,
    says:
      "The package works the pins of a Raspberry Pi, and this machine has none, or the site's user may not use them",
    mend:
      `${ELSEWHERE}; on a Raspberry Pi, its administrator lets the site's user into the group gpio`,
  },
  {
    message: /^Can't find Google Chrome\/Chromium installation/,
    says:
      "Eel opens a window of a browser on the machine that it runs on, with a web server of its own: it makes programs for a desktop, and no web application",
    mend:
      "Name an application in [wsgi] of config.toml that answers visitors, as of Flask: the pages of the folder that `eel.init()` names can be its templates and static files, and each `@eel.expose` a view",
  },
  {
    message: /^could not locate runnable browser/,
    says:
      "The application opens a browser, which would be one on the server, and it has none",
    mend:
      "Leave `webbrowser` out: show the visitor a link, or send him there: `return redirect(address)`",
  },
];

/** The rules of desktops. */
export const desktops = (): Rule[] => [
  {
    name: "module-of-desktop",
    code: "app-code",
    over:
      `${ANYWHERE} python-part-missing package-in-other-environment package-for-other-python packages-unreadable`,
    when: MISSING,
    claim: (subject, scene) => {
      const top = topOf(subject);
      const kind = KINDS.find(({ modules }) =>
        modules.split(" ").includes(top)
      );
      const importer = subject.raised.frames.at(-1)?.file ?? "";
      if (
        !kind || isOwn(top, scene) || findInstalled(top, scene) ||
        homesOf(top, scene).length > 0 || tracesOf(top, scene).length > 0
      ) return undefined;
      const asker = isLibraryFile(importer) ? packageOf(importer) : undefined;
      return {
        ...kind.isScreen && { code: "display-missing" },
        says:
          `The package "${top}" ${kind.what}, and a server has nothing of that: it is not installed${
            asker ? `, and the package "${asker}" imports it` : ""
          }`,
        mend: kind.mend +
          (/^(?:keyboard|mouse|turtle|arcade|luma|mss|webview)$/.test(top)
            ? "; if a file of your own is meant, copy it to this machine"
            : ""),
      };
    },
    examples: [
      {
        raised: "ModuleNotFoundError: No module named 'pyautogui'",
        code: "display-missing",
        says: "the screen, the mouse and the keyboard",
        mend: "nobody sits at a server",
      },
      {
        raised: "ModuleNotFoundError: No module named 'PyQt5.QtWidgets'",
        facts: { name: "PyQt5.QtWidgets" },
        code: "display-missing",
        says: '"PyQt5" opens windows',
        mend: "forms",
      },
      {
        raised: "ModuleNotFoundError: No module named 'pyperclip'",
        says: "the clipboard",
        mend: "navigator.clipboard",
      },
      {
        raised: "ModuleNotFoundError: No module named 'pygame'",
        code: "display-missing",
        mend: "SDL_VIDEODRIVER",
      },
      {
        raised: "ModuleNotFoundError: No module named 'RPi'",
        says: "a Raspberry Pi",
        mend: "requests.post",
      },
      {
        raised: "ModuleNotFoundError: No module named 'turtle'",
        code: "display-missing",
        mend: "if a file of your own is meant",
      },
    ],
    not: [
      {
        raised: "ModuleNotFoundError: No module named 'keyboard'",
        files: { "SITE/lib/keyboard.py": "" },
      },
    ],
  },
  {
    name: "desktop-told",
    code: "app-code",
    over: "optional-dependency system-library-told",
    when: { message: /^/ },
    claim: ({ text, own }) => {
      const told = own && TOLD.find(({ message }) => message.test(text));
      return told && {
        ...told.isScreen && { code: "display-missing" },
        says: told.says,
        mend: told.mend,
      };
    },
    examples: [
      {
        raised:
          "cv2.error: OpenCV(4.8) error: (-2:Unspecified error) The function is not implemented. Rebuild the library with Windows, GTK+ 2.x or Cocoa support in function 'cvShowImage'",
        code: "display-missing",
        mend: "cv2.imwrite(path, image)",
      },
      {
        raised:
          "pyperclip.PyperclipException: \n    Pyperclip could not find a copy/paste mechanism for your system.\n    For more information, see",
        in: "PACKAGES/pyperclip/__init__.py __call__",
        code: "display-missing",
        says: "the clipboard of whoever sits there",
        mend: "navigator.clipboard",
      },
      {
        raised:
          "NotImplementedError: docx2pdf is not implemented for linux as it requires Microsoft Word to be installed",
        in: "PACKAGES/docx2pdf/__init__.py convert",
        says: "Microsoft Word",
        mend: "soffice --headless",
      },
      {
        raised: "pygame.error: No available video device",
        code: "display-missing",
        mend: "SDL_VIDEODRIVER",
      },
      {
        raised: 'Xlib.error.DisplayNameError: Bad display name ""',
        in: [
          "PACKAGES/pyautogui/__init__.py <module>",
          "PACKAGES/Xlib/support/unix_connect.py get_display",
        ],
        code: "display-missing",
        says: "nobody sits at a server",
      },
      {
        raised: "RuntimeError: No access to /dev/mem.  Try running as root!",
        in: "PACKAGES/RPi/GPIO/__init__.py f",
        mend: "the group gpio",
      },
      {
        raised: "webbrowser.Error: could not locate runnable browser",
        in: "PYTHON/webbrowser.py get",
        mend: "redirect(address)",
      },
    ],
  },
];
