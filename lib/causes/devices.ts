/**
 * Browsers that programs steer, and devices that a server does not have.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";
import { runnerOf } from "./scene.ts";

/** The rules of browsers and devices. */
export const devices = (): Rule[] => [
  {
    name: "browser-fails",
    code: "program-failed",
    over: "tkinter-missing optional-dependency",
    when: [
      {
        type: /^selenium\./,
        message:
          /DevToolsActivePort file doesn't exist|Chrome failed to start|user data directory is already in use|Process unexpectedly closed|unable to connect to renderer|session deleted because of page crash|Service \S+ unexpectedly exited/,
      },
      {
        message:
          /Browser closed unexpectedly|Failed to launch (?:chrome|browser)|Running as root without --no-sandbox|Missing X server or \$DISPLAY/,
        through: /\/(?:playwright|pyppeteer|selenium)\//,
      },
    ],
    claim: ({ text }) => ({
      says: "The browser was found, and ended while it started",
      mend: /crash|renderer/.test(text)
        ? 'It mostly has too little memory: `options.add_argument("--disable-dev-shm-usage")`, fewer pages at once, or more memory from the administrators'
        : /already in use/.test(text)
        ? "Another one runs with the same folder: give each its own `--user-data-dir`, as from `tempfile.mkdtemp()`, and end each with `driver.quit()`"
        : 'A server has no screen and little shared memory: `options.add_argument("--headless=new")` and `"--disable-dev-shm-usage"`; a home folder that may be written must be there; where the system lets users make no namespaces of their own, `"--no-sandbox"` with pages that you trust alone',
    }),
    examples: [
      {
        raised:
          "selenium.common.exceptions.WebDriverException: Message: unknown error: Chrome failed to start: exited abnormally.\n  (unknown error: DevToolsActivePort file doesn't exist)",
        in: "PACKAGES/selenium/webdriver/remote/errorhandler.py check_response",
        mend: "--headless=new",
      },
      {
        raised:
          "selenium.common.exceptions.WebDriverException: Message: unknown error: session deleted because of page crash",
        mend: "--disable-dev-shm-usage",
      },
    ],
  },
  {
    name: "browser-of-other-version",
    code: "program-failed",
    when: {
      type: "SessionNotCreatedException",
      message: /only supports (\w+) version (\d+)/,
    },
    claim: {
      says:
        "The driver is of another version than the browser: it fits $1 $2 alone",
      mend:
        "Let both be of one version: selenium 4.6 and later fetches the driver that fits by itself where no path is given; from the system, chromium and chromium-driver come together",
    },
    examples: [
      "selenium.common.exceptions.SessionNotCreatedException: Message: session not created: This version of ChromeDriver only supports Chrome version 114\nCurrent browser version is 120",
    ],
  },
  {
    name: "browser-libraries",
    code: "library-missing",
    when: {
      message:
        /Host system is missing dependencies to run browsers|error while loading shared libraries: (lib[\w.+-]+)/,
      through: /\/(?:playwright|pyppeteer|selenium)\//,
    },
    claim: ({ groups: [library] }) => ({
      says: `The browser is there, and lacks libraries of the system${
        library ? `, such as ${library}` : ""
      }`,
      mend:
        "Ask the administrators to install them, as by `playwright install-deps` run by root, or the package chromium of the system, which brings what it needs along",
    }),
    examples: [{
      raised:
        "playwright._impl._errors.Error: BrowserType.launch: \n║ Host system is missing dependencies to run browsers. ║\n",
      in: "PACKAGES/playwright/_impl/_connection.py wrap_api_call",
      mend: "install-deps",
    }],
  },
  {
    name: "device-absent",
    code: "app-code",
    over: "file-missing permission-denied file-missing-told",
    when: [
      {
        type: /^serial\./,
        message: /could not open port ['"]?(\S+?)['"]?: (?:\[Errno (\d+)\])?/,
      },
      {
        errno: "ENOENT",
        message:
          /'(\/dev\/(?:tty|video|i2c|spidev|snd|input|usb|gpio|ser)[\w./-]*)'/,
      },
      {
        message:
          /Invalid input device|No Default (?:Input|Output) Device|Error querying device|no default (?:input|output) device/i,
      },
      {
        message:
          /could not open (?:camera|video device)|can.t open camera|Cannot determine SOC peripheral base address|This module can only be run on a Raspberry Pi/i,
      },
    ],
    claim: ({ groups: [path, errno], line }, scene) =>
      path && errno === "13"
        ? {
          says: `${runnerOf(scene)}, who runs the site, may not open ${path}`,
          mend:
            "Ask the administrators to let that user use the device, as by its group (`ls -l`); one program that has it beside the site is better than several processes that want it",
        }
        : {
          says: path
            ? `The device ${path} is not on this machine`
            : `The code wants a device that a server does not have: ${line}`,
          mend:
            "Let that part run where the device is, and send what it gives to the site; on this machine the code must do without, as where it catches that error",
        },
    examples: [
      {
        raised:
          "serial.serialutil.SerialException: [Errno 2] could not open port /dev/ttyUSB0: [Errno 2] No such file or directory: '/dev/ttyUSB0'",
        facts: { errno: "ENOENT" },
        in: "PACKAGES/serial/serialposix.py open",
        says: "/dev/ttyUSB0 is not on this machine",
      },
      {
        raised:
          "serial.serialutil.SerialException: [Errno 13] could not open port /dev/ttyUSB0: [Errno 13] Permission denied: '/dev/ttyUSB0'",
        facts: { errno: "EACCES" },
        in: "PACKAGES/serial/serialposix.py open",
        mend: "by its group",
      },
      "OSError: [Errno -9996] Invalid input device (no default output device)",
    ],
  },
  {
    name: "java-missing",
    code: "program-missing",
    over: "program-told optional-dependency",
    when: {
      message: /\[?JAVA_GATEWAY_EXITED\]?|Java gateway process exited before/,
    },
    claim: (_, scene) => ({
      says: "Spark starts Java, and that ended at once or is not there",
      mend: `See with \`java -version\` as ${
        runnerOf(scene)
      } whether it is on this machine, in Debian default-jre-headless, and in a version that this PySpark takes; name its folder as JAVA_HOME under [environment] in config.toml. Spark in a web process takes much memory: a program beside the site suits it better`,
    }),
    examples: [
      "pyspark.errors.exceptions.base.PySparkRuntimeError: [JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.",
    ],
  },
];
