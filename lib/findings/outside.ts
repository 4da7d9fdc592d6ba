/**
 * Words about the look from outside: what a visitor's browser would get, for
 * `check --url`.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

export const outsideWords = {
  "outside-name-unknown": {
    severity: "error",
    title: "The name of the site is not known",
    why: "Without an address for the name no visitor finds the site.",
    mend:
      "Look for a typing mistake in the address. A new name needs an entry in the DNS, which the administrators make and which can take hours to be seen everywhere.",
    example: "getent hosts www.example.org",
  },
  "outside-unreachable": {
    severity: "error",
    title: "The web server does not answer",
    why:
      "No answer came from the address, so the request never reached the site.",
    mend:
      "Ask the administrators whether the web server runs, and whether a firewall lets you through from where you look.",
    example: "curl -v http://www.example.org/",
  },
  "outside-certificate": {
    severity: "error",
    title: "The certificate is not accepted",
    why: "Browsers warn their users before they show such a site.",
    mend:
      "Ask the administrators for a certificate for this name. An authority of your own organisation may be known to browsers there and not to this machine.",
    example: "openssl s_client -connect www.example.org:443",
  },
  "outside-passenger-error": {
    severity: "error",
    title: "Passenger could not start the site",
    why:
      "This page comes from Passenger itself: its loader failed before wsgi-shim could show a page of its own.",
    mend:
      "Compare the server's settings with those that `wsgi-shim settings` prints: app root, app type, startup file and interpreter. The server's log has the reason.",
    example: "We're sorry, but something went wrong",
  },
  "outside-overloaded": {
    severity: "error",
    title: "Passenger has too many requests waiting",
    why:
      "Passenger lets requests wait until a process of the site is free. When the queue is full, it turns visitors away by itself.",
    mend:
      "Find out what the processes do for so long: a database or another server that does not answer is the most frequent. More threads or processes help where the site is only much visited.",
    example: "This website is under heavy load (queue full)",
  },
  "outside-server-error": {
    severity: "error",
    title: "A server before the application answers with an error",
    why:
      "The page is one that a web server, a proxy or a host has built in. The application did not make it, and may be well.",
    mend:
      "Ask whoever runs that server; its own log has the reason. What stands in the log of the site does not tell it.",
    example: "502 Bad Gateway, nginx",
  },
  "outside-redirect": {
    severity: "error",
    title: "The address sends visitors to one that does not answer",
    why:
      "The web server or the application answers, and names another address. That one is wrong, cannot be reached from here, or sends back.",
    mend:
      "Look for the other address in the settings of the application and of the web server.",
    example:
      "https://www.example.org/ sends visitors to http://localhost:8000/",
  },
  "outside-elsewhere": {
    severity: "advice",
    title: "The address sends visitors to another name",
    why:
      "What was looked at is the page under the other name. It may be that of a login, or of another site.",
    mend: "Look whether the other name is the one that is meant.",
    example:
      "https://example.org/ sends visitors to https://login.example.net/",
  },
  "outside-forbidden": {
    severity: "error",
    title: "The web server refuses to show the site",
    why:
      "The server may not enter a folder, finds no application where it looks, or its settings forbid the access.",
    mend:
      "Let `wsgi-shim check` judge the folders, and compare the server's settings with those that `wsgi-shim settings` prints.",
    example: "403 Forbidden",
  },
  "outside-other-site": {
    severity: "error",
    title: "The address shows another site",
    why:
      "The web server answers with a page that is there by default, so it does not know this site under this name.",
    mend:
      "Ask the administrators whether the name belongs to this site; show them what `wsgi-shim settings` prints.",
    example: "Apache2 Debian Default Page",
  },
  "outside-other-files": {
    severity: "warning",
    title: "The address does not give the site's own files",
    why:
      "The web server hands out the files of public/ as they are. Where one of them does not come back, it is another site that answers, or the document root is another folder.",
    mend:
      "Look for a typing mistake in the address, and compare the server's settings with those that `wsgi-shim settings` prints.",
    example: "curl http://www.example.org/favicon.ico",
  },
  "outside-unproven": {
    severity: "advice",
    title: "Nothing tells whether it is this site that answers",
    why:
      "A page of an application looks like that of any other. A file of public/ that comes back as it is would be the proof, and there is none.",
    mend: "Put a file of its own into public/, and look again.",
    example: "cp favicon.ico /site/www/public/",
  },
  "outside-error-page": {
    severity: "error",
    title: "Visitors get the error page",
    mend:
      "The log tells what is wrong there, by the incident. Once it is mended, the page goes away by itself.",
    example: "wsgi-shim logs /site/www",
  },
  "outside-maintenance": {
    severity: "warning",
    title: "Visitors still get the maintenance page",
    why: "tmp/maint.txt is gone, but the web server has not noticed yet.",
    mend: "Restart the site, and look again after some seconds.",
    example: "wsgi-shim restart /site/www",
  },
  "outside-still-open": {
    severity: "warning",
    title: "Visitors do not get the maintenance page yet",
    why: "tmp/maint.txt is there, but the web server has not noticed yet.",
    mend: "Restart the site, and look again after some seconds.",
    example: "wsgi-shim restart /site/www",
  },
  "outside-refused": {
    severity: "error",
    title: "Visitors get a refusal",
    why:
      "The site answers, but not with the page: whoever follows this address finds nothing there.",
    mend:
      "Look at an address that the application knows. Django answers with 400 where ALLOWED_HOSTS does not name the host of the address. A page of the web server itself means that the request did not reach the application.",
    example: "https://www.example.org/ gives status 404 (Not Found)",
  },
  "outside-failure": {
    severity: "error",
    title: "The answer is an error",
    mend: "Look for the exception in the log.",
    example: "wsgi-shim logs /site/www",
  },
  "outside-exposed": {
    severity: "error",
    title: "Everyone can read a file of the site",
    why:
      "The web server hands out files of the app root. Settings and code, and with them passwords, can be read by everyone.",
    mend:
      "Ask the administrators to set the document root to public/ in the app root, and change the passwords and keys that could be read.",
    example: "DocumentRoot /site/www/public",
  },
} as const;
