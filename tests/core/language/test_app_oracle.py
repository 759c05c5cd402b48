"""The answers of real frameworks to fifty origins follow from the dialect table.

Each recorded configuration that compares origins is given as patterns; the table below says which
dialect each entry of each framework is. What is no comparison stands with its reason.
"""

import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from auditor.core.language.dialect import Opaque, compile_pattern
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact

DATA = Path(__file__).parents[2] / "data"
FILES = ("app_oracle.jsonl.gz", "app_oracle_others.jsonl.gz")
Config = dict[str, Any]
Meaning = tuple[Pattern, ...] | str
"""Patterns of which one has to fit, or the reason why there are none."""

CONSTANT = "sends the same to everybody"
OFF = "writes no Allow-Origin: switched off, or broken"
CODE = "is a function"


def each(dialect: Dialect, texts: list[str]) -> tuple[Pattern, ...]:
    return tuple(Pattern(dialect, text) for text in texts)


def marked(texts: str | list[str], plain: Dialect, regex: Dialect) -> tuple[Pattern, ...]:
    """Entries of which those that the recording marks `re:` were regular expressions."""
    listed = [texts] if isinstance(texts, str) else texts
    return tuple(
        Pattern(regex, text[3:]) if text.startswith("re:") else Pattern(plain, text)
        for text in listed
    )


def aiohttp(config: Config) -> Meaning:
    return tuple(ANY if text == "*" else exact(text) for text in config)


def django(config: Config) -> Meaning:
    if config.get("CORS_ALLOW_ALL_ORIGINS"):
        return (ANY,)
    return (
        *each(Dialect.DJANGO_LIST, config.get("CORS_ALLOWED_ORIGINS", [])),
        *each(Dialect.PYTHON_MATCH, config.get("CORS_ALLOWED_ORIGIN_REGEXES", [])),
    )


def express(config: Config) -> Meaning:
    match config.get("origin", "*"):
        case False | "":
            return OFF
        case str(text) if not text.startswith("re:"):
            return CONSTANT
        case origin:
            return marked(origin, Dialect.EXACT, Dialect.JS_TEST)


def flask(config: Config) -> Meaning:
    return each(Dialect.FLASK_CORS, config.get("origins", ["*"]))


def hapi(config: Config) -> Meaning:
    return each(Dialect.HAPI, config["cors"]["origin"])


def jupyter(config: Config) -> Meaning:
    if "allow_origin_pat" in config:
        return (Pattern(Dialect.PYTHON_FULLMATCH, config["allow_origin_pat"]),)
    return CONSTANT if "allow_origin" in config else OFF


def koa(config: Config) -> Meaning:
    origin = config.get("origin")
    if origin is None and config["credentials"]:
        return (ANY,)
    return CODE if str(origin).startswith("fn:") else CONSTANT


def laravel(config: Config) -> Meaning:
    return (
        *each(Dialect.LARAVEL, config.get("allowed_origins", [])),
        *each(Dialect.PHP_SEARCH, config.get("allowed_origins_patterns", [])),
    )


def rack(config: Config) -> Meaning:
    if isinstance(config["origins"], str):
        return CODE
    return marked(config["origins"], Dialect.RACK, Dialect.RUBY_SEARCH)


def rs_cors(config: Config) -> Meaning:
    if config["AllowOriginFunc"]:
        return CODE
    return each(Dialect.RS_CORS, config["AllowedOrigins"] or ["*"])


def sanic(config: Config) -> Meaning:
    return each(Dialect.EXACT, config["CORS_ORIGINS"].split(","))


def spring(config: Config) -> Meaning:
    origins = ["*"] if config.get("defaults") else config.get("allowedOrigins", [])
    return (
        *each(Dialect.SPRING_LIST, [part for text in origins for part in text.split(",")]),
        *each(Dialect.SPRING, config.get("allowedOriginPatterns", [])),
    )


def starlette(config: Config) -> Meaning:
    if "allow_origin_regex" in config:
        return (Pattern(Dialect.PYTHON_FULLMATCH, config["allow_origin_regex"]),)
    origins = config["allow_origins"]
    if isinstance(origins, str):
        return (Pattern(Dialect.SUBSTRING_OF, origins),)
    return tuple(ANY if text == "*" else exact(text) for text in origins)


READERS: dict[str, Callable[[Config], Meaning]] = {
    "aiohttp-cors": aiohttp,
    "django-cors-headers": django,
    "express-cors": express,
    "fastify-cors": express,
    "flask-cors": flask,
    "hapi": hapi,
    "jupyter": jupyter,
    "koa-cors": koa,
    "laravel-fruitcake-php-cors": laravel,
    "rack-cors": rack,
    "rs-cors": rs_cors,
    "sanic-ext": sanic,
    "spring-web": spring,
    "starlette": starlette,
}

APP, ADMIN = exact("https://app.example.com"), exact("https://admin.example.com")
STRICT, LOOSE = r"^https://([a-z0-9-]+\.)?example\.com$", "https://.*.example.com"
FOLDED = each(Dialect.EXACT_CASELESS, ["https://app.example.com", "https://admin.example.com"])
PROXIES: dict[tuple[str, str], Meaning] = {
    ("apache-httpd", "/c1/"): CONSTANT,
    ("apache-httpd", "/c3/"): "sends the part of the origin that matched",
    ("apache-httpd", "/c4/"): CONSTANT,
    ("apache-httpd", "/c7/"): CONSTANT,
    ("apache-httpd", "/c8/"): (Pattern(Dialect.PCRE_SEARCH, r"(?i)example\.com"),),
    ("apache-httpd", "/c12/"): CONSTANT,
    ("apache-httpd", "/c13/"): (APP, ADMIN),
    ("caddy", "/c2"): (Pattern(Dialect.CADDY, "https://app.example.com"),),
    ("caddy", "/c6"): (Pattern(Dialect.GO_SEARCH, STRICT),),
    ("caddy", "/c10"): CONSTANT,
    ("envoy", "/c2"): (ANY,),
    ("envoy", "/c5"): (Pattern(Dialect.PREFIX, "https://app.example.com"),),
    ("envoy", "/c6"): (Pattern(Dialect.SUFFIX, "example.com"),),
    ("envoy", "/c10"): OFF,
    ("envoy", "/c11"): (Pattern(Dialect.ENVOY, ".*"),),
    ("envoy", "/c12"): (APP,),
    ("envoy", "/c16"): (Pattern(Dialect.ENVOY, r"\*"),),
    ("envoy", "/c18"): (ANY,),
    ("envoy", "/up2"): CONSTANT,
    ("haproxy", "/c4"): (Pattern(Dialect.SUFFIX, "example.com"),),
    ("haproxy", "/c5"): (Pattern(Dialect.PCRE_SEARCH, LOOSE),),
    ("haproxy", "/c8"): "compares the parts between dots and slashes (hdr_dom)",
    ("nginx", "/c1"): CONSTANT,
    ("nginx", "/c5"): (Pattern(Dialect.PCRE_NGINX, LOOSE),),
    ("nginx", "/c9"): OFF,
    ("nginx", "/c11"): "adds the origin to the line of the application behind it",
    ("nginx", "/c12"): FOLDED,
    ("nginx", "/i1"): OFF,
    ("varnish", "/c1"): (APP,),
    ("varnish", "/c2"): (Pattern(Dialect.PCRE_SEARCH, STRICT),),
    ("varnish", "/c3"): (Pattern(Dialect.PCRE_SEARCH, LOOSE),),
    ("varnish", "/c7"): (Pattern(Dialect.PCRE_SEARCH, r"(?i)example\.com$"),),
    ("varnish", "/c8"): (ANY,),
}


EMPTY_IS_NONE = {("django-cors-headers", "/c3"), ("envoy", "/c2"), ("envoy", "/c11")}
"""Configurations for everybody that take an Origin line without a text for none."""


def recorded() -> Iterator[Config]:
    for name in FILES:
        with gzip.open(DATA / name, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def meaning(case: Config) -> Meaning:
    reader = READERS.get(case["framework"])
    if reader is not None:
        return reader(case["config"])
    return PROXIES[case["framework"], case["path"]]


def verdicts(case: Config) -> Iterator[tuple[str, bool]]:
    """Each origin of a request that is no preflight, and whether Allow-Origin lets it in."""
    empty_is_none = (case["framework"], case["path"]) in EMPTY_IS_NONE
    for _, origins, _, shape, _, _, headers in case["rows"]:
        if shape not in ("actual", "checkOrigin") or len(origins) != 1:
            continue
        (origin,) = origins
        if origin or not empty_is_none:
            sent = [value for name, value in headers if name == "access-control-allow-origin"]
            # Node hands on the bytes of a text that is not ASCII one by one.
            yield origin, sent in ([origin], ["*"], [origin.encode().decode("latin-1")])


CASES = tuple(recorded())
COMPARING = [
    pytest.param(case, id=f"{case['framework']} {case['path']} {json.dumps(case['config'])}")
    for case in CASES
    if not isinstance(meaning(case), str)
]


def taken(patterns: tuple[Pattern, ...], origin: str) -> bool:
    machines = [compile_pattern(pattern) for pattern in patterns]
    assert not [machine for machine in machines if isinstance(machine, Opaque)]
    return any(accepts(machine, origin) for machine in machines if not isinstance(machine, Opaque))


@pytest.mark.parametrize("case", COMPARING)
def test_verdicts_follow_from_the_dialects(case: Config) -> None:
    patterns = meaning(case)
    assert not isinstance(patterns, str)
    told = [(origin, taken(patterns, origin)) for origin, _ in verdicts(case)]
    assert told == list(verdicts(case))


def test_no_row_is_left_out_unseen() -> None:
    compared = [case for case in CASES if not isinstance(meaning(case), str)]
    assert (len(CASES), len(compared)) == (124, 94)
    # Every origin but the three of EMPTY_IS_NONE.
    assert sum(len(list(verdicts(case))) for case in compared) == 4_328 - 3


def test_what_is_no_comparison_says_why() -> None:
    reasons = Counter(found for case in CASES if isinstance(found := meaning(case), str))
    assert reasons == {
        CONSTANT: 16,
        OFF: 7,
        CODE: 4,
        "sends the part of the origin that matched": 1,
        "compares the parts between dots and slashes (hdr_dom)": 1,
        "adds the origin to the line of the application behind it": 1,
    }
