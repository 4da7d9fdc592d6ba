/**
 * Directives that Apache 2.4 takes in `.htaccess`, by the module that brings
 * them, as `apache2 -L` tells of each.
 *
 * A table. Runs on Node and Deno.
 *
 * @module
 */

/** Names by module, as `<IfModule mod_NAME.c>` has it; of `core` first. */
const DIRECTIVES: Readonly<Record<string, readonly string[]>> = split({
  core:
    "<Else <ElseIf <Files <FilesMatch <If <IfDefine <IfDirective <IfFile <IfModule <IfSection <IfVersion <Limit <LimitExcept AcceptPathInfo AddDefaultCharset CGIPassAuth CGIVar ContentDigest DefaultType EnableMMAP EnableSendfile Error ErrorDocument FileETag ForceType LimitRequestBody LimitXMLRequestBody Options QualifyRedirectURL RLimitCPU RLimitMEM RLimitNPROC ServerSignature SetHandler SetInputFilter SetOutputFilter",
  access_compat: "Satisfy Allow Deny Order",
  actions: "Action",
  alias:
    "AliasPreservePath Redirect RedirectMatch RedirectPermanent RedirectRelative RedirectTemp",
  auth_basic:
    "AuthBasicAuthoritative AuthBasicFake AuthBasicProvider AuthBasicUseDigestAlgorithm",
  auth_digest:
    "AuthDigestAlgorithm AuthDigestDomain AuthDigestNcCheck AuthDigestNonceLifetime AuthDigestProvider AuthDigestQop",
  auth_form:
    "AuthFormAuthoritative AuthFormBody AuthFormDisableNoStore AuthFormFakeBasicAuth AuthFormLocation AuthFormLoginRequiredLocation AuthFormLoginSuccessLocation AuthFormLogoutLocation AuthFormMethod AuthFormMimetype AuthFormPassword AuthFormProvider AuthFormSitePassphrase AuthFormUsername",
  authn_anon:
    "Anonymous Anonymous_LogEmail Anonymous_MustGiveEmail Anonymous_NoUserID Anonymous_VerifyEmail",
  authn_core: "AuthName AuthType",
  authn_dbm: "AuthDBMType AuthDBMUserFile",
  authn_file: "AuthUserFile",
  authn_socache: "AuthnCacheProvideFor AuthnCacheTimeout",
  authnz_ldap:
    "AuthLDAPAuthorizePrefix AuthLDAPBindAuthoritative AuthLDAPBindDN AuthLDAPBindPassword AuthLDAPCompareAsUser AuthLDAPCompareDNOnServer AuthLDAPDereferenceAliases AuthLDAPGroupAttribute AuthLDAPGroupAttributeIsDN AuthLDAPInitialBindAsUser AuthLDAPInitialBindPattern AuthLDAPMaxSubGroupDepth AuthLDAPRemoteUserAttribute AuthLDAPRemoteUserIsDN AuthLDAPSearchAsUser AuthLDAPSubGroupAttribute AuthLDAPSubGroupClass AuthLDAPURL",
  authz_core:
    "<RequireAll <RequireAny <RequireNone AuthMerging AuthzSendForbiddenOnFailure Require",
  authz_dbm: "AuthDBMGroupFile AuthzDBMType",
  authz_groupfile: "AuthGroupFile",
  autoindex:
    "AddAlt AddAltByEncoding AddAltByType AddDescription AddIcon AddIconByEncoding AddIconByType DefaultIcon FancyIndexing HeaderName IndexHeadInsert IndexIgnore IndexIgnoreReset IndexOptions IndexOrderDefault IndexStyleSheet ReadmeName",
  cern_meta: "MetaDir MetaFiles MetaSuffix",
  charset_lite: "CharsetDefault CharsetOptions CharsetSourceEnc",
  deflate:
    "DeflateInflateLimitRequestBody DeflateInflateRatioBurst DeflateInflateRatioLimit",
  dir:
    "DirectoryCheckHandler DirectoryIndex DirectoryIndexRedirect DirectorySlash FallbackResource",
  env: "PassEnv SetEnv UnsetEnv",
  expires: "ExpiresActive ExpiresByType ExpiresDefault",
  filter:
    "AddOutputFilterByType FilterChain FilterDeclare FilterProtocol FilterProvider",
  headers: "Header RequestHeader",
  imagemap: "ImapBase ImapDefault ImapMenu",
  include:
    "SSIErrorMsg SSIEtag SSILastModified SSILegacyExprParser SSITimeFormat SSIUndefinedEcho XBitHack",
  mime:
    "AddCharset AddEncoding AddHandler AddInputFilter AddLanguage AddOutputFilter AddType DefaultLanguage ModMimeUsePathInfo MultiviewsMatch RemoveCharset RemoveEncoding RemoveHandler RemoveInputFilter RemoveLanguage RemoveOutputFilter RemoveType",
  negotiation: "CacheNegotiatedDocs ForceLanguagePriority LanguagePriority",
  rewrite: "RewriteBase RewriteCond RewriteEngine RewriteOptions RewriteRule",
  session:
    "Session SessionEnv SessionExclude SessionExpiryUpdateInterval SessionHeader SessionInclude SessionMaxAge",
  session_cookie: "SessionCookieName SessionCookieName2 SessionCookieRemove",
  setenvif:
    "BrowserMatch BrowserMatchNoCase SetEnvIf SetEnvIfExpr SetEnvIfNoCase",
  speling: "CheckBasenameMatch CheckCaseOnly CheckSpelling",
  ssl:
    "SSLCACertificateFile SSLCACertificatePath SSLCipherSuite SSLOptions SSLRenegBufferSize SSLRequire SSLRequireSSL SSLUserName SSLVerifyClient SSLVerifyDepth",
  substitute: "Substitute SubstituteInheritBefore SubstituteMaxLineLength",
  usertrack:
    "CookieDomain CookieExpires CookieHttpOnly CookieName CookieSameSite CookieSecure CookieStyle CookieTracking",
});

/** All names, in any of the modules. */
export const NAMES: readonly string[] = Object.values(DIRECTIVES).flat();

const MODULES: ReadonlyMap<string, string> = new Map(
  Object.entries(DIRECTIVES).flatMap(([module, names]) =>
    names.map((name) => [name.toLowerCase(), module] as const)
  ),
);

/** The module that brings a directive, by its name in small letters. */
export function moduleOfDirective(key: string): string | undefined {
  return MODULES.get(key);
}

function split(
  words: Record<string, string>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    Object.entries(words).map(([module, names]) => [module, names.split(" ")]),
  );
}
