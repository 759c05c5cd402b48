"""How clouds read an entry of a list of origins: by their documents, as nothing else is public."""

from typing import Final

from auditor.core.language.globs_text import (
    ALNUM,
    ANY_PORT,
    DIGIT,
    DIGITS,
    LOWER,
    NAME,
    gaps,
    shown,
)
from auditor.core.language.regex.problem import Malformed, Unmodelled
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import (
    ANYTHING,
    EMPTY_TEXT,
    Alt,
    Cat,
    Tree,
    chars,
    literal,
    star,
)

_HTTP: Final = Alt((literal("http://", caseless=True), literal("https://", caseless=True)))


def http_api(text: str) -> Tree:
    """`*`, `https://*`, `http://*` or an origin (API Gateway developer guide, http-api-cors)."""
    if text in ("https://*", "http://*"):
        return Cat((literal(text[:-1]), ANYTHING))
    return _compared("API Gateway", text)


def lambda_url(text: str) -> Tree:
    """`*` or an origin (Lambda developer guide, urls-configuration, and API reference, Cors)."""
    return _compared("Lambda", text)


def gcs(text: str) -> Tree:
    """`*` or an origin (Cloud Storage documentation, CORS configuration)."""
    return _compared("Cloud Storage", text)


def s3(text: str) -> Tree:
    """One `*` at most, for any text; `*` alone is everybody (S3 user guide, ManageCorsUsing)."""
    if text.count("*") > 1:
        raise Malformed(f"{shown(text)}: S3 refuses an entry with more than one *")
    if text in ("http", "https"):
        raise Unmodelled(
            f"{shown(text)}: the guide says that it takes secure origins, and not how it is told"
        )
    if "*" in text:
        return gaps(text, ANYTHING)
    return _compared("S3", text)


def cloudfront(text: str) -> Tree:
    """`*`, or `scheme://host:port`. Without a scheme both http and https; `*.` before a host is any
    number of labels, one at least; without a port none is, `:*` is any or none, and `*` in a port
    any digits; case does not count (CloudFront developer guide,
    understanding-response-headers-policies; floci a2389e7 does the same in
    ResponseHeadersPolicyConfigCodec.originMatches)."""
    if text == "*":
        return ANYTHING
    scheme, separator, rest = text.rpartition("://")
    host, colon, port = rest.partition(":")
    _cloudfront_must_take(text, scheme, host)
    if colon and (not port or port.strip(DIGITS + "*")):
        raise Unmodelled(f"{shown(text)}: what CloudFront does with such a port is not documented")
    begin = literal(scheme + separator, caseless=True) if separator else _HTTP
    domain = literal(host.removeprefix("*"), caseless=True)
    name = Cat((NAME, domain)) if host.startswith("*") else domain
    end: Tree = EMPTY_TEXT
    if port == "*":
        end = ANY_PORT
    elif port:
        end = Cat((chars(":"), gaps(port, star(DIGIT))))
    return Cat((begin, name, end))


def _cloudfront_must_take(text: str, scheme: str, host: str) -> None:
    """Raise where CloudFront refuses the entry, or where its documents do not say what it does."""
    domain = host.removeprefix("*.")
    if "*" in domain and domain != "*":
        where = "CloudFront takes * as the leftmost label of the domain and in the port"
        raise Malformed(f"{shown(text)}: {where}, nowhere else")
    plain = domain and not domain.strip(ALNUM + "-._") and text != "null"
    if not plain or scheme.strip(LOWER) or text != text.lower():
        raise Unmodelled(f"{shown(text)}: how CloudFront compares such an entry is not documented")


def serverless(text: str) -> Tree:
    """An origin in the mapping template that the Serverless Framework writes for a REST API: dots
    quoted, the first `*` any text, the rest a Java expression for the whole origin
    (serverless a627034, apiGateway/lib/cors.js)."""
    if text == "*":
        return ANYTHING
    return read(text.replace(".", "[.]").replace("*", ".*", 1), Syntax.JAVA)


def _compared(product: str, text: str) -> Tree:
    """`*` or an origin as a browser writes it; raises `Unmodelled` for everything else."""
    if text == "*":
        return ANYTHING
    if "*" in text:
        raise Unmodelled(f"{shown(text)}: {product} documents no such wildcard")
    scheme, separator, rest = text.partition("://")
    written = separator and rest and not set(rest) & set("/?#@ ") and text == text.lower()
    if text != "null" and not (written and scheme):
        what = "compares an entry that no browser sends as it stands is not documented"
        raise Unmodelled(f"{shown(text)}: how {product} {what}")
    return literal(text)
