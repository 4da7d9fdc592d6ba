/**
 * What the code names at a service, and the service does not have or does not
 * give to this account: buckets, sheets, models, prices; and what is set up
 * twice or never.
 *
 * Runs on Node and Deno.
 *
 * @module
 */

import type { Rule } from "./rule.ts";

/** Codes of Amazon's services, and of those that speak like them. */
const OF_AMAZON: Readonly<Record<string, { says: string; mend: string }>> = {
  NoSuchBucket: {
    says: "There is no bucket of that name",
    mend:
      "Correct its name, region and the address of the service (endpoint_url) where the settings name them; or make it",
  },
  NoSuchKey: {
    says: "The bucket has no such object",
    mend:
      "Correct its name: capital letters and a `/` at its start count; catch the error where it may be missing",
  },
  404: {
    says: "The bucket has no such object, or there is no such bucket",
    mend:
      "Correct their names: capital letters and a `/` at the start count; catch the error where it may be missing",
  },
  ExpiredToken: {
    says: "The key was one for a while, and that is over",
    mend:
      "Let the site have a key of its own that lasts, in a file that AWS_SHARED_CREDENTIALS_FILE in [secret_files] of config.toml names, in place of one from a login",
  },
  RequestTimeTooSkewed: {
    says: "The clock of this machine differs from that of the service",
    mend:
      "See with `date -u`, and ask the administrators to let the machine keep its time (NTP)",
  },
  PermanentRedirect: {
    says: "The bucket is in another region than is asked",
    mend:
      "Name the bucket's region where the client is made, `region_name=…`, or under [environment] as AWS_DEFAULT_REGION",
  },
  AuthorizationHeaderMalformed: {
    says: "The bucket is in another region than is asked",
    mend:
      "Name the bucket's region where the client is made, `region_name=…`, or under [environment] as AWS_DEFAULT_REGION",
  },
  IllegalLocationConstraintException: {
    says: "The bucket is in another region than is asked",
    mend: "Name its region where the client is made, `region_name=…`",
  },
  AccessControlListNotSupported: {
    says: "The bucket takes no rights of single objects (ACL)",
    mend:
      "Leave `ACL=…` out, in django-storages AWS_DEFAULT_ACL = None; who may read is said by the policy of the bucket",
  },
};

const GOOGLE = /^(?:google|googleapiclient|gspread|firebase_admin)\b/;

/** The rules of what a service does not have. */
export const serviceThings = (): Rule[] => [
  {
    name: "amazon-thing",
    code: "server-refused",
    over: "server-answers-error service-rights service-key-refused",
    when: {
      type: /^botocore\./,
      message: /^An error occurred \((\w+)\) when calling the (\w+) operation/,
    },
    claim: ({ groups: [code = "", operation], line }) => {
      const found = Object.hasOwn(OF_AMAZON, code)
        ? OF_AMAZON[code]
        : undefined;
      return found && {
        says: `${found.says} (${operation}): ${line}`,
        mend: found.mend,
      };
    },
    examples: [
      {
        raised:
          "botocore.exceptions.ClientError: An error occurred (NoSuchBucket) when calling the PutObject operation: The specified bucket does not exist",
        mend: "Correct its name",
      },
      {
        raised:
          "botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling the PutObject operation: The difference between",
        mend: "`date -u`",
      },
    ],
    not: [
      "botocore.exceptions.ClientError: An error occurred (ValidationError) when calling the Run operation: no",
    ],
  },
  {
    name: "google-switched-off",
    code: "server-refused",
    over: "service-rights server-answers-error",
    when: {
      type: GOOGLE,
      message:
        /(?:([\w ]+ API) )?has not been used in project|SERVICE_DISABLED|accessNotConfigured|API is not enabled|BILLING_DISABLED|requires billing to be enabled/,
    },
    claim: ({ text, groups: [name] }) => ({
      says: /illing/.test(text)
        ? "Google does not answer, as the project has no billing"
        : `${
          name?.trim() ?? "That API of Google"
        } is not switched on in the project of the key`,
      mend: /illing/.test(text)
        ? "Set billing up for the project in the Google Cloud console"
        : "Switch it on in the Google Cloud console (APIs & Services, Library), in the project that the key belongs to, and wait some minutes",
    }),
    examples: [{
      raised:
        'googleapiclient.errors.HttpError: <HttpError 403 when requesting https://sheets.googleapis.com/v4/x returned "Google Sheets API has not been used in project 1 before or it is disabled".>',
      says: "Google Sheets API is not switched on",
      mend: "Library",
    }],
  },
  {
    name: "google-not-shared",
    code: "server-refused",
    over: "service-rights server-answers-error",
    when: [
      { type: "SpreadsheetNotFound WorksheetNotFound" },
      {
        type: GOOGLE,
        message:
          /caller does not have permission|PERMISSION_DENIED|insufficientPermissions|insufficient authentication scopes|HttpError 404|Requested entity was not found/,
      },
    ],
    claim: ({ text, kind }) => ({
      says: kind === "WorksheetNotFound"
        ? "The spreadsheet has no sheet of that name"
        : /scopes|insufficientPermissions/.test(text)
        ? "The key was made for fewer rights (scopes) than are asked for"
        : "Google has nothing of that name that this key may see",
      mend: kind === "WorksheetNotFound"
        ? "Correct the name of the sheet: blanks and capital letters count"
        : /scopes|insufficientPermissions/.test(text)
        ? "Name the scopes where the credentials are made, as https://www.googleapis.com/auth/spreadsheets; a token that was kept from before must be made anew"
        : "Share the document or folder with the address of the service account (client_email in its key), and correct its name or number",
    }),
    examples: [
      {
        raised: "gspread.exceptions.SpreadsheetNotFound",
        mend: "client_email",
      },
      {
        raised:
          'googleapiclient.errors.HttpError: <HttpError 403 when requesting https://x returned "Request had insufficient authentication scopes.">',
        mend: "scopes",
      },
    ],
  },
  {
    name: "google-token-over",
    code: "credentials-missing",
    over: "service-key-refused",
    when: {
      type: /^google\.auth\.exceptions\.RefreshError$/,
      message:
        /Token has been expired or revoked|invalid_scope|unauthorized_client|account not found|deleted_client/,
    },
    claim: ({ text, line }) => ({
      says: `Google takes the kept login no more: ${line}`,
      mend: /expired or revoked/.test(text)
        ? "Let the owner of the account log in once more, and keep the new token (token.json) where the site reads it; while the OAuth app is in testing, tokens last seven days alone: publish it, or use a service account"
        : "See in the Google Cloud console that the account or client of the key is still there, and has the rights that are asked for",
    }),
    examples: [{
      raised:
        "google.auth.exceptions.RefreshError: ('invalid_grant: Token has been expired or revoked.', {'error': 'invalid_grant'})",
      mend: "seven days",
    }],
  },
  {
    name: "model-of-service-absent",
    code: "server-refused",
    over: "server-answers-error",
    when: {
      type:
        /^(?:openai|anthropic|groq|mistralai|cohere|google|ollama|litellm|together)\b/,
      message:
        /\b404\b[\s\S]{0,200}[Mm]odel|model_not_found|model [`'"]?([\w.:/-]+)[`'"]? (?:does not exist|not found)|not_found_error|has been (?:deprecated|decommissioned)|models?\/([\w.-]+) is not found/,
    },
    claim: ({ line, groups }) => {
      const model = groups.find((each) => each !== undefined);
      return {
        says: `The service has no model ${
          model ? `"${model}"` : "of that name"
        } for this account: ${line.slice(0, 200)}`,
        mend:
          "Write the name of a model that the account may use, as the pages or the list of models of the service show: older ones are taken away with time",
      };
    },
    examples: [{
      raised:
        "openai.NotFoundError: Error code: 404 - {'error': {'message': 'The model `gpt-4` does not exist or you do not have access to it.'}}",
      mend: "the list of models",
    }],
  },
  {
    name: "key-of-other-mode",
    code: "config-value",
    when: {
      type: /^stripe\b/,
      message: /exists in (test|live) mode, but a (test|live) mode key/,
    },
    claim: {
      says: "Stripe has that in its $1 mode, and the key is one of its $2 mode",
      mend:
        "Let keys, prices and customers be of one mode: on the site itself mostly live (sk_live_…), with numbers that were made there",
    },
    examples: [
      "stripe._error.InvalidRequestError: Request req_x: No such price: 'price_x'; a similar object exists in test mode, but a live mode key was used to make this request.",
    ],
  },
  {
    name: "bot-refused",
    code: "server-refused",
    when: [
      {
        type: /^(?:telegram|aiogram|discord|slack_sdk)\./,
        message:
          /rejected by the server|Unauthorized|Improper token|terminated by other getUpdates|'error': '(not_in_channel|channel_not_found|missing_scope|is_archived)'|bot was blocked|Chat not found|chat not found/,
      },
      {
        type:
          /^(?:telegram|aiogram|discord)\b.*\.(?:InvalidToken|LoginFailure|TelegramUnauthorizedError)$/,
      },
    ],
    over: "service-key-refused service-rights server-answers-error",
    claim: ({ text, line, kind }) => ({
      says: `The service of the bot refuses: ${line}`,
      mend: /getUpdates/.test(text)
        ? "Two programs ask for the messages of one bot: each process of the site is one; let the site be told by a webhook, or let one program beside it ask"
        : /not_in_channel/.test(text)
        ? "Invite the bot into that channel (`/invite`)"
        : /missing_scope/.test(text)
        ? "Give the app that right (OAuth & Permissions), and install it in the workspace anew"
        : /channel_not_found|[Cc]hat not found|is_archived|blocked/.test(text)
        ? "Correct the number of the channel or chat; the bot must be in it, and a person must have written to it first"
        : /InvalidToken|LoginFailure|Unauthorized|rejected|Improper/.test(
            `${kind}${text}`,
          )
        ? "See that the token is whole where the code reads it, with no line end or quotation marks around it (`.strip()`), and that it still holds; keep it in a file that [secret_files] of config.toml names"
        : "See in its words what it wants",
    }),
    examples: [
      {
        raised:
          "telegram.error.InvalidToken: The token was rejected by the server.",
        mend: "`.strip()`",
      },
      {
        raised:
          "telegram.error.Conflict: Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
        mend: "webhook",
      },
      {
        raised:
          "slack_sdk.errors.SlackApiError: The request to the Slack API failed.\nThe server responded with: {'ok': False, 'error': 'not_in_channel'}",
        mend: "/invite",
      },
    ],
  },
  {
    name: "firebase-set-up",
    code: "app-code",
    over: "value-from-variable",
    when: {
      message: /^The default Firebase app (already exists|does not exist)/,
    },
    claim: ({ groups: [what] }) =>
      what === "already exists"
        ? {
          says:
            "Firebase is set up twice in this process: the module is read under two names, or the line is come to again",
          mend:
            "Set it up once: `if not firebase_admin._apps: firebase_admin.initialize_app(…)`, in a module that all import by the same name",
        }
        : {
          says: "Firebase is asked before it is set up in this process",
          mend:
            'Call `firebase_admin.initialize_app(…)` where the application is made, above what asks it, and not below `if __name__ == "__main__":`',
        },
    examples: [
      {
        raised:
          "ValueError: The default Firebase app already exists. This means you called initialize_app() more than once without providing an app name as the second argument.",
        mend: "firebase_admin._apps",
      },
      {
        raised:
          "ValueError: The default Firebase app does not exist. Make sure to initialize the SDK by calling initialize_app().",
        mend: "above what asks it",
      },
    ],
  },
  {
    name: "broker-login",
    code: "database-login",
    over: "database-unreachable",
    when: {
      type: /^(?:amqp|kombu|pika|aiormq)\./,
      message: /ACCESS_REFUSED|access to vhost|NOT_ALLOWED|Login was refused/,
    },
    claim: ({ line, text }) => ({
      says: `The message broker refuses the login: ${line}`,
      mend: /vhost/.test(text)
        ? "Correct the virtual host at the end of the address (amqp://NAME:PASSWORD@HOST/VHOST), and let its administrators give the account rights there"
        : "Correct name and password in the address; RabbitMQ lets `guest` in from its own machine alone",
    }),
    examples: [
      "amqp.exceptions.AccessRefused: (0, 0): (403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
    ],
  },
  {
    name: "task-not-written",
    code: "app-code",
    when: [
      {
        type: /^(?:kombu|celery)\./,
        message:
          /^Object of type (\w+) is not JSON serializable|is not JSON serializable/,
      },
      {
        type: /^celery\.exceptions\.ImproperlyConfigured$/,
        message: /Cannot mix new (?:setting names with old|and old)/,
      },
    ],
    claim: ({ text, groups: [kind] }) =>
      /mix/.test(text)
        ? {
          says:
            "The settings of Celery have old names (CELERY_…) and new ones (in small letters) side by side",
          mend:
            'Let all have one form: in Django all begin with CELERY_, read by `app.config_from_object("django.conf:settings", namespace="CELERY")`; elsewhere all in small letters, as broker_url',
        }
        : {
          says: `A task is given what cannot be sent to it${
            kind ? `, a ${kind}` : ""
          }: tasks get texts, numbers, lists and dictionaries`,
          mend:
            "Give the number of a row in place of the row (`item.id`), a time as `.isoformat()`, and let the task fetch what it needs",
        },
    examples: [
      {
        raised:
          "kombu.exceptions.EncodeError: Object of type datetime is not JSON serializable",
        mend: "`item.id`",
      },
      {
        raised:
          "celery.exceptions.ImproperlyConfigured: \nCannot mix new setting names with old setting names",
        mend: "namespace",
      },
    ],
  },
];
