/**
 * Who made a page that a visitor gets: each server and each framework has
 * words of its own for what it refuses.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

/** An answer, as far as it tells who gave it. */
export interface Spoken {
  status: number;
  headers: Headers;
  body: string;
}

/** What made a page, and what that means. */
export interface Speaker {
  /** `application`: it was reached. `server`: it was not. */
  kind:
    | "application"
    | "server"
    | "passenger"
    | "passenger-details"
    | "passenger-busy"
    | "passenger-access"
    | "passenger-ended"
    | "other-site";
  /** Its name, as a sentence goes on: `Apache`. */
  name: string;
  /** What the page means, as a sentence goes on. */
  means?: string;
  /** What mends it. */
  mend?: string;
}

type Signs = Speaker & {
  status?: RegExp;
  body?: RegExp;
  /** The header `Server`. */
  server?: RegExp;
};

const DEBUG_MEND =
  "Everyone sees code and settings there: switch DEBUG off on a site that others can reach, and look for the exception in the log";

/**
 * Cloudflare's own statuses (Cloudflare, "Troubleshooting Cloudflare 5XX
 * errors"): what each means, and what mends it.
 */
const CLOUDFLARE: readonly [RegExp, string, string][] = [
  [
    /^520$/,
    "the answer of the web server was empty or broken",
    "Look into the log of the site for a worker that died in a request; else ask the administrators of the web server for theirs",
  ],
  [
    /^521$/,
    "the web server refuses its connections",
    "Ask the administrators whether the web server runs, and lets the addresses of Cloudflare through its firewall",
  ],
  [
    /^52[23]$/,
    "it does not reach the web server",
    "Compare the address that is entered at Cloudflare with the web server's, and ask the administrators whether their firewall lets the addresses of Cloudflare through",
  ],
  [
    /^524$/,
    "the web server took the request, and did not answer in time (100 seconds, if nothing else is set there)",
    "Let the page answer sooner, and do what takes long after it, in a program of its own",
  ],
  [
    /^525$/,
    "the web server and it could not agree on TLS",
    "Ask the administrators whether the web server speaks https for this name, with a certificate",
  ],
  [
    /^526$/,
    "the certificate of the web server is not valid: it has run out, is for another name, or nobody known has signed it",
    'Have the certificate of the web server renewed, or one of Cloudflare\'s "Origin CA" installed there; the mode "Full" in place of "Full (strict)" does not ask for a valid one',
  ],
  [
    /^530$/,
    "the name of the web server that is entered there is not known, or its address refuses it",
    "Correct the entry in the DNS at Cloudflare",
  ],
  [
    /^5[23]\d$/,
    "it does not get an answer from the web server behind it",
    "Look up the number in the documentation of Cloudflare, and ask whoever has the account there",
  ],
];

/** The first that fits is the one. */
const SPEAKERS: readonly Signs[] = [
  {
    kind: "passenger-details",
    name: "Passenger",
    body:
      /<title>Web application could not be started<\/title>|window\.spec\s*=\s*\{\s*"config"|<title>Ruby \(Rack\) application could not be started/,
  },
  {
    kind: "passenger",
    name: "Passenger",
    status: /^5/,
    body:
      /We're sorry, but something went wrong\.?(?!\s*\(500\))|could not be started by the Phusion Passenger|<p>Application could not be started\.|Application could not be started\. Please try again later/,
  },
  {
    kind: "passenger-busy",
    name: "Passenger",
    body:
      /under heavy load \(queue full\)|too many people are accessing this website/,
  },
  {
    kind: "passenger-access",
    name: "Passenger",
    body: /<h1>Passenger error #(?:1|2)<\/h1>/,
  },
  {
    kind: "passenger-ended",
    name: "Passenger",
    body: /Incomplete response received from application/,
  },
  // What the frameworks say: the request came as far as the application.
  {
    kind: "application",
    name: "Django, with DEBUG switched on,",
    body:
      /You(?:'|&#39;|&#x27;)re seeing this error because you have <code>DEBUG = True<\/code>|<th>Exception Type:<\/th>[\s\S]{0,2000}(?:Django|Python) Version/,
    mend: DEBUG_MEND,
  },
  {
    kind: "application",
    name: "the debugger of Werkzeug",
    body:
      /<title>[^<]*\/\/ Werkzeug Debugger<\/title>|The debugger caught an exception in your WSGI application/,
    mend: DEBUG_MEND,
  },
  {
    kind: "application",
    name: "Django",
    status: /^400$/,
    body: /<h1>Bad Request \(400\)<\/h1>/,
    means:
      "it refuses the name by which the site is asked, or the request itself",
    mend:
      "Let ALLOWED_HOSTS in Django's settings hold the name in the address; the log has the exception",
  },
  {
    kind: "application",
    name: "Django",
    status: /^403$/,
    body: /CSRF verification failed/,
    means: "it takes a form for a stranger's",
    mend:
      'Let CSRF_TRUSTED_ORIGINS in Django\'s settings hold the address, with "https://"',
  },
  {
    kind: "application",
    name: "Django",
    body:
      /<h1>(?:Server Error \(500\)|Not Found|403 Forbidden)<\/h1>\s*<p>(?:The requested resource was not found on this server\.)?<\/p>|<h1>Server Error \(500\)<\/h1>/,
  },
  {
    kind: "application",
    name: "Flask or Werkzeug",
    body:
      /The requested URL was not found on the server\. If you entered the URL manually|You don(?:'|&#39;|&#x27;)t have the permission to access the requested resource|The server encountered an internal error and was unable to complete your request\. Either the server is overloaded or there is an error in the application|The method is not allowed for the requested URL|The browser \(or proxy\) sent a request that this server could not understand|The server could not verify that you are authorized to access the URL requested\. You either supplied/,
  },
  {
    kind: "application",
    name: "FastAPI or Django REST framework",
    body: /^\s*\{"detail":\s*["[{]/,
  },
  {
    kind: "application",
    name: "Starlette or FastAPI",
    status: /^400$/,
    body: /^Invalid host header\s*$/,
    means: "its TrustedHostMiddleware refuses the name by which it is asked",
    mend:
      "Let `allowed_hosts` of TrustedHostMiddleware hold the name in the address",
  },
  {
    kind: "application",
    name: "Starlette or FastAPI",
    status: /^(?:404|405|500)$/,
    body: /^(?:Not Found|Method Not Allowed|Internal Server Error)\s*$/,
  },
  {
    kind: "server",
    name: "ModSecurity, which guards the web server,",
    status: /^(?:403|406)$/,
    body: /Mod_?Security|<h1>Not Acceptable!?<\/h1>/i,
    means: "it takes the request for an attack",
    mend:
      "Ask the administrators which of its rules refused the request, by the time and the address: their log names it",
  },
  {
    kind: "application",
    name: "Bottle",
    body: /<title>Error: \d{3} [\w ]+<\/title>[\s\S]*Sorry, the requested URL/,
  },
  {
    kind: "application",
    name: "CherryPy",
    body: /Powered by <a href="http:\/\/www\.cherrypy\.(?:org|dev)/,
  },
  {
    kind: "application",
    name: "Pyramid",
    body:
      /<title>\d{3} [\w ]+<\/title>[\s\S]*The resource could not be found\./,
  },
  // Whoever stands before the web server, or in its place.
  ...CLOUDFLARE.map(([status, means, mend]): Signs => ({
    kind: "server",
    name: "Cloudflare, which stands before the web server,",
    status,
    server: /^cloudflare/i,
    means,
    mend,
  })),
  {
    kind: "server",
    name: "Cloudflare, which stands before the web server,",
    server: /^cloudflare/i,
    body:
      /<title>[^<]*\| Cloudflare<\/title>|cf-error-details|Attention Required! \| Cloudflare|Just a moment\.\.\.|<center>cloudflare<\/center>/,
    means: "the request did not come as far as the site",
    mend:
      "Look at the rules and the events in the account at Cloudflare: it refuses the request by itself, or asks visitors to prove that they are people",
  },
  {
    kind: "other-site",
    name: "the host",
    body:
      /<title>[^<]*(?:Account Suspended|Domain (?:is )?Parked|Site Not Found|Default Web Site Page|Web Server'?s Default Page)|\/cgi-sys\/(?:suspendedpage|defaultwebpage)\.cgi|This Account has been suspended|domain (?:is|has been) (?:parked|registered)|buy this domain/i,
    means: "it knows no site under this name, or has closed the account",
    mend:
      "Ask the host whether the account is open, and whether the name belongs to this site",
  },
  {
    kind: "other-site",
    name: "Heroku",
    body: /herokucdn\.com\/error-pages\/no-such-app|No such app/,
    means: "the name still leads to another host",
    mend: "Correct the entry of the name in the DNS",
  },
  {
    kind: "server",
    name: "nginx",
    status: /^50[24]$/,
    body: /<center>(?:nginx|openresty)/,
    means: "it did not get an answer from what stands behind it",
    mend:
      "Ask the administrators for the error log of nginx: with Passenger behind, its watchdog may have ended; with a proxy, `proxy_pass` may name a port on which nothing listens",
  },
  {
    kind: "server",
    name: "nginx",
    status: /^413$/,
    body: /<center>(?:nginx|openresty)/,
    means: "the request is larger than `client_max_body_size`",
    mend: "Ask the administrators to raise client_max_body_size",
  },
  {
    kind: "server",
    name: "nginx",
    body: /<center>(?:nginx|openresty)/,
  },
  {
    kind: "server",
    name: "LiteSpeed",
    body:
      /Proudly powered by\s+(?:<a[^>]*>)?\s*LiteSpeed Web Server|The server is temporarily busy, try again later!|<address>LiteSpeed/i,
    means:
      "the request did not come as far as the site, or its process gave no answer",
    mend:
      "LiteSpeed runs Python applications by settings of its own: ask the administrators whether the application is set up there, and for the error log",
  },
  {
    kind: "server",
    name: "Apache, as a proxy,",
    status: /^50[234]$/,
    body:
      /The proxy server (?:received an invalid response from|could not handle)|Reason: <strong>(?:Error reading from remote server|DNS lookup failure)/,
    means: "it did not get an answer from the server behind it",
    mend:
      "Ask the administrators which ProxyPass stands for this address; a site under Passenger has none",
  },
  {
    kind: "server",
    name: "Apache",
    status: /^503$/,
    body:
      /unable to service your\s+request due to maintenance downtime or capacity\s+problems/,
    means: "what it hands the request to does not run or is closed",
    mend:
      "Ask the administrators for the error log: a ProxyPass to a port on which nothing listens, or Passenger that does not run, does this",
  },
  {
    kind: "server",
    name: "Apache",
    status: /^500$/,
    body:
      /The server encountered an internal error or\s+misconfiguration and was unable to complete\s+your request/,
    means:
      "a line of .htaccess or of its settings is wrong, or another program than Passenger failed",
    mend:
      "Look in .htaccess for the line that was changed last, such as one of a module that is not there, or Options where AllowOverride does not allow that; the error log of the web server names it",
  },
  {
    kind: "server",
    name: "Apache",
    body:
      /You don(?:'|&#0?39;)t have permission to access (?:this resource|\S+\s+on this server)|The requested URL (?:\S+ )?was not found on this server\.|<address>Apache[^<]*<\/address>/,
  },
  {
    kind: "server",
    name: "HAProxy, which stands before the web server,",
    body: /No server is available to handle this request/,
    means: "it takes no web server behind it for well",
    mend: "Ask the administrators: the request did not reach the web server",
  },
  {
    kind: "server",
    name: "Varnish, a cache before the web server,",
    body: /Backend fetch failed|Guru Meditation/,
    means: "it did not get an answer from the web server behind it",
    mend: "Ask the administrators: the request did not reach the site",
  },
  {
    kind: "server",
    name: "Squid, a proxy between you and the web server,",
    body:
      /<!-- ?ERR_\w+|Generated .* \(squid|The requested URL could not be retrieved/,
    means: "it refuses, or did not reach the web server",
    mend:
      "Try it without HTTP_PROXY and HTTPS_PROXY in the environment, or from another network",
  },
  {
    kind: "server",
    name: "Amazon's balancer, which stands before the web server,",
    server: /^awselb/,
    means: "it takes no web server behind it for well",
    mend: "Ask whoever runs it: the request did not reach the web server",
  },
  {
    kind: "server",
    name: "Traefik, which stands before the web server,",
    status: /^404$/,
    body: /^404 page not found\s*$/,
    means: "it has no rule for this name, if it is Traefik",
    mend: "Ask the administrators for the rule of this name",
  },
  {
    kind: "server",
    name: "IIS, the web server of Windows,",
    server: /^Microsoft-IIS/,
    means: "the name leads to another machine",
    mend: "Correct the entry of the name in the DNS",
  },
  {
    kind: "server",
    name: "uWSGI, another server than Passenger,",
    body: /uWSGI Error|Python application not found/,
    means: "the web server hands requests on to it still",
    mend:
      "Ask the administrators to leave uwsgi_pass or mod_proxy_uwsgi out for this site, and show them what `wsgi-shim settings` prints",
  },
];

/** Tells who made a page, where that can be seen. */
export function speakerOf(
  { status, headers, body }: Spoken,
): Speaker | undefined {
  const server = headers.get("Server") ?? "";
  return SPEAKERS.find((one) =>
    (one.status?.test(String(status)) ?? true) &&
    (one.body?.test(body) ?? true) &&
    (one.server?.test(server) ?? true)
  );
}

/** It came from a process that Passenger started, or from Passenger itself. */
export function isThroughPassenger(
  { headers }: Pick<Spoken, "headers">,
): boolean {
  return /Passenger/i.test(
    `${headers.get("X-Powered-By") ?? ""} ${headers.get("Server") ?? ""}`,
  );
}
