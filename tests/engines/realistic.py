"""Regular expressions as teams really write them for origins: well, carelessly and wrongly."""

from auditor.core.language.pattern import Dialect
from tests.engines.spelling import wrap

PORTABLE = (
    # Anchored and escaped.
    r"^https://app\.example\.com$",
    r"^https?://app\.example\.com$",
    r"^https://(www\.)?example\.com$",
    r"^https://(app|admin|www)\.example\.com$",
    r"^https://(?:app|admin)\.example\.(?:com|org)$",
    r"^https://[a-z0-9-]+\.example\.com$",
    r"^https://[a-zA-Z0-9-]+\.example\.com$",
    r"^https://([a-z0-9-]+\.)*example\.com$",
    r"^https://([a-z0-9](-?[a-z0-9])*\.)+example\.com$",
    r"^https://[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.example\.com$",
    r"^https://\w+\.example\.com$",
    r"^https://[\w-]+\.example\.com$",
    r"^https://[\w.-]+\.example\.com$",
    r"^https://.+\.example\.com$",
    r"^https://.*\.example\.com$",
    r"^https://[^.]+\.example\.com$",
    r"^https://[^./]+\.example\.com$",
    r"^https://([^.]+\.)?example\.com$",
    r"^https?://(.*\.)?example\.com(:\d+)?$",
    r"^https?://(.+\.)?example\.com(:[0-9]+)?$",
    r"^https://(?:[\w-]+\.)*example\.com(?::\d{1,5})?$",
    r"^http://localhost(:\d+)?$",
    r"^https?://localhost(:[0-9]{1,5})?$",
    r"^https?://(localhost|127\.0\.0\.1)(:\d+)?$",
    r"^http://(localhost|127\.0\.0\.1|\[::1\]):\d{4,5}$",
    r"^https?://192\.168\.\d{1,3}\.\d{1,3}(:\d+)?$",
    r"^https?://10(\.\d{1,3}){3}(:\d+)?$",
    r"^https://pr-\d+\.preview\.example\.com$",
    r"^https://[a-z]+-pr-[0-9]+\.example\.dev$",
    r"^https://deploy-preview-\d+--acme\.netlify\.app$",
    r"^https://acme-[a-z0-9]+-acme-team\.vercel\.app$",
    r"^https://tenant-[0-9a-f]{8}\.example\.com$",
    r"^https://([a-z]{2}|[a-z]{2}-[a-z]{2})\.example\.com$",
    r"^https://app\.(dev|staging|prod)\.example\.com$",
    r"^https://(app\.)?(eu|us)(-\d)?\.example\.com(:8443)?$",
    r"^(https://app\.example\.com|https://admin\.example\.com)$",
    r"^(?:https?://)?(?:www\.)?example\.com/?$",
    r"^chrome-extension://[a-p]{32}$",
    r"^(capacitor|ionic)://localhost$",
    r"^moz-extension://[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    r"^null$",
    r"^https://[a-z0-9-]+\.s3\.amazonaws\.com$",
    r"^https://d[a-z0-9]{13}\.cloudfront\.net$",
    r"^https:\/\/app\.example\.com$",
    r"^https?:\/\/([a-z0-9-]+\.)?example\.com(:\d+)?$",
    # A dot that takes anything.
    r"^https://app.example.com$",
    r"^https://.*.example.com$",
    r"^https?://(www.)?example.com$",
    r"^https://.+.example.com$",
    r"^https://[a-z]+.example.com$",
    # An end or a start that is open.
    r"https://app\.example\.com",
    r"https?://.*\.example\.com",
    r"https?://.*example\.com",
    r"^https://app\.example\.com",
    r"^https://.*\.example\.com",
    r"^https?://.*",
    r"\.example\.com$",
    r"example\.com$",
    r".*\.example\.com$",
    r"https?://.*\.?example\.com$",
    r"^https://app\.example\.com|https://admin\.example\.com$",
    r"^https://a\.example\.com$|^https://b\.example\.com$",
    r"https://app\.example\.com|",
    r"localhost",
    # Everyone.
    r".*",
    r"^.*$",
    r".+",
    r"^https?://.+$",
    r"^https://",
    r"^(.*)$",
    r"^https?://[^/]+$",
    # Classes that hold more than meant.
    r"^https://[A-z0-9-]+\.example\.com$",
    r"^https://[a-z0-9.-]+example\.com$",
    r"^https://[\w\-.]*example\.com$",
    r"^https://[a-z0-9_-]{1,63}\.example\.com$",
    r"^https://[\d]+\.example\.com:(80|443|8080|8443)$",
    r"^https?://\S+\.example\.com$",
    r"^https://(\w+[.-])*example\.com$",
    r"^http[s]?://(?:[a-zA-Z]|[0-9]|[-_])+\.example\.com$",
    r"^https?://([a-z0-9]+[.])*example[.]com(?:[:][0-9]+)?$",
)
LOOKING = (
    r"^https://(?!admin\.)[a-z0-9-]+\.example\.com$",
    r"^https://(?!.*\.\.)[a-z0-9.-]+\.example\.com$",
    r"^(?=https://)(?!.*evil).*\.example\.com$",
    r"^https://(?:(?!internal|admin)[a-z0-9-]+)\.example\.com$",
    r"^https://(?=.{1,40}$)[a-z0-9-]+\.example\.com$",
    r"^https://[a-z0-9-]+(?<!-staging)\.example\.com$",
    r"(?<=https://)app\.example\.com$",
    r"^https://(?![^.]*-internal\.)(\w[\w-]*)\.example\.com$",
    r"(?<!not)example\.com$",
    r"^(?!http://).+\.example\.com$",
)
FLAGGED = (
    r"(?i)^https://[a-z0-9-]+\.example\.com$",
    r"^(?i:https)://app\.example\.com$",
    r"(?i)^https?://(app|www)\.Example\.com(:\d+)?$",
)
PYTHON = (
    *FLAGGED,
    r"^https://(?P<tenant>[a-z0-9-]+)\.example\.com\Z",
    r"\Ahttps://[a-z0-9-]+\.example\.com\Z",
    r"https://app\.example\.com\Z",
    r"^https://\w{1,20}\.example\.com(?::(?P<port>\d+))?$",
)
JS = (
    r"/^https:\/\/app\.example\.com$/",
    r"/\.example\.com$/",
    r"/example\.com$/i",
    r"/^https?:\/\/(?:.+\.)?example\.com(?::\d{1,5})?$/i",
    r"/^https:\/\/(?<tenant>[a-z0-9-]+)\.example\.com$/",
    r"/localhost/g",
    r"/^http:\/\/localhost:[0-9]+$/m",
    r"/^https:\/\/[^.]+\.example\.com$/u",
)
PCRE = (
    *FLAGGED,
    r"\Ahttps://[a-z0-9-]+\.example\.com\z",
    r"^https://[[:alnum:]-]+\.example\.com$",
    r"^https?://(?<tenant>[a-z0-9-]++)\.example\.com$",
    r"^https://(?>[a-z0-9-]+)\.example\.com$",
    r"^https://\Qapp.example.com\E$",
    r"^https?://(.*\.)?(example\.com|example\.org)$",
    r"^(https?://(app|www)\.example\.com)(:\d+)?\z",
)
PHP = (
    r"#^https://([a-z0-9-]+\.)?example\.com$#i",
    r"~^https?://localhost(:\d+)?\z~",
    r"{^https://[a-z]{2,5}\.example\.com$}D",
    r"/^https:\/\/.*\.example\.com$/",
    r"@^https?://.*\.example\.com$@i",
    r"/\.example\.com\z/",
)
RUBY = (
    *FLAGGED[:2],
    r"\Ahttps://[a-z0-9-]+\.example\.com\z",
    r"\Ahttps?://(.*\.)?example\.com(:\d+)?\Z",
    r"\Ahttps://[[:alnum:]-]+\.example\.com\z",
    r"\Ahttp://localhost(:\d+)?\z",
    r"\Ahttps:\/\/\h{8}\.example\.com\z",
    r"\Ahttps://(?<tenant>[a-z0-9-]+)\.example\.com\z",
    r"/\Ahttps?:\/\/(.+\.)?example\.com\z/i",
    r"/example\.com$/",
    r"/^https?:\/\/localhost(:\d+)?$/",
)
GO = (
    *FLAGGED,
    r"\Ahttps://[a-z0-9-]+\.example\.com\z",
    r"^https://(?P<tenant>[a-z0-9-]+)\.example\.com$",
    r"^https://[[:alnum:]-]+\.example\.com$",
    r"^https://\Qapp.example.com\E$",
)
JAVA = (
    *FLAGGED,
    r"\Ahttps://[a-z0-9-]+\.example\.com\z",
    r"https://\p{Alnum}+\.example\.com",
    r"\Qhttps://\E.*\Q.example.com\E",
    r"^https://[a-z&&[^x]]+\.example\.com$",
    r"^https://(?<tenant>[a-z0-9-]++)\.example\.com$",
    r"https?://([\p{Alpha}\d-]+\.)*example\.com(:\d+)?",
)
_OWN: dict[Dialect, tuple[str, ...]] = {
    Dialect.PYTHON_MATCH: (*LOOKING, *PYTHON),
    Dialect.PYTHON_MATCH_CASELESS: (*LOOKING, *PYTHON),
    Dialect.PYTHON_SEARCH: (*LOOKING, *PYTHON),
    Dialect.PYTHON_FULLMATCH: (*LOOKING, *PYTHON),
    Dialect.JS_TEST: (*LOOKING, *JS),
    Dialect.PCRE_NGINX: (*LOOKING, *PCRE),
    Dialect.PCRE_NGINX_CASELESS: (*LOOKING, *PCRE),
    Dialect.PCRE_SEARCH: (*LOOKING, *PCRE),
    Dialect.PHP_SEARCH: PHP,
    Dialect.RUBY_SEARCH: (*LOOKING, *RUBY),
    Dialect.GO_SEARCH: GO,
    Dialect.RE2_FULL: GO,
    Dialect.ENVOY: GO,
    Dialect.JAVA_FULL: (*LOOKING, *JAVA),
    Dialect.JAVA_FIND: (*LOOKING, *JAVA),
}


def common(dialect: Dialect) -> tuple[str, ...]:
    """What people write in every dialect, in the spelling of this one."""
    wrapped = (*LOOKING, *PCRE) if dialect is Dialect.PHP_SEARCH else ()
    return tuple(
        wrap(dialect, text, caseless=text.endswith("com$")) for text in (*PORTABLE, *wrapped)
    )


def recorded(dialect: Dialect) -> tuple[str, ...]:
    """Every recorded pattern of `dialect`."""
    return (*common(dialect), *_OWN[dialect])
