/**
 * Words about exposure: what visitors could see and should not.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const exposureWords = {
  "public-exposes": {
    severity: "error",
    title: "Something private lies in public/",
    why:
      "The web server hands out everything in public/ to everyone who asks for it, as it is.",
    mend:
      "Move it out of public/, and change the passwords and keys in it: they may have been read.",
    example: "mv /site/www/public/.env /site/secrets/",
  },
  "debug-enabled": {
    severity: "warning",
    title: "The application runs in debug mode",
    why:
      "Debug pages show code, settings and passwords to visitors; some even run commands for them.",
    mend: "Switch debug mode off for the live site.",
    example: "DEBUG = False",
  },
} as const;
