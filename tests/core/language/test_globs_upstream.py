"""Wildcards of products against the projects' own test tables, and Hasura's against its parser."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from auditor.core.language.automaton import machine_of
from auditor.core.language.globs import GLOBS
from auditor.core.language.machine import accepts
from auditor.core.language.pattern import Dialect
from auditor.core.language.regex.reading import read
from auditor.core.language.regex.syntax import Syntax
from auditor.core.language.tree import searched

DATA = Path(__file__).parents[2] / "data"
TEXTS: list[str] = json.loads(gzip.decompress((DATA / "glob_oracle.json.gz").read_bytes()))["texts"]

# -- test tables of Traefik and Gateway API --------------------------------------------------------


def traefik_cases() -> Iterator[tuple[list[str], list[str], str, bool]]:
    for case in json.loads((DATA / "traefik_cors_cases.json").read_text())["cases"]:
        origin = case["request"]["headers"].get("Origin")
        if origin is not None and not case.get("expected_error"):
            config = case["config"]
            sent = case["expected_headers"].get("Access-Control-Allow-Origin")
            yield (
                config.get("AccessControlAllowOriginList", []),
                config.get("AccessControlAllowOriginListRegex", []),
                origin,
                sent in ([origin], ["*"]),
            )


def test_the_unit_tests_of_traefik() -> None:
    cases = list(traefik_cases())
    for texts, regexes, origin, granted in cases:
        trees = [
            *(GLOBS[Dialect.TRAEFIK](text) for text in texts),
            *(searched(read(text, Syntax.GO)) for text in regexes),
        ]
        assert any(accepts(machine_of(tree), origin) for tree in trees) is granted
    assert len(cases) == 9


@pytest.mark.parametrize(
    "dialect", [Dialect.GATEWAY_API, Dialect.ISTIO, Dialect.ENVOY_GATEWAY], ids=str
)
def test_the_conformance_tests_of_gateway_api(dialect: Dialect) -> None:
    cases: list[dict[str, Any]] = json.loads((DATA / "gateway_api_cors_cases.json").read_text())[
        "cases"
    ]
    for case in cases:
        origin = case["request"]["headers"]["Origin"]
        expected = case["expected"]
        granted = "access-control-allow-origin" in expected["header_any_of"] | expected["headers"]
        takes = [
            accepts(machine_of(GLOBS[dialect](text)), origin)
            for text in case["cors"]["allowOrigins"]
        ]
        assert any(takes) is granted
    assert len(cases) == 6


# -- Hasura, whose server does not run here: its parser once more, without trees -------------------


class Parts(NamedTuple):
    scheme: str
    host: str
    port: int | None


def hasura_parts(text: str, *, wild: bool) -> Parts | None:
    """`domainParser` of Hasura/Server/Cors.hs; `wild`: all up to the first dot is skipped."""
    scheme, separator, rest = text.partition("://")
    if not separator or not scheme or any(not (c.isalnum() or c in "+.-") for c in scheme):
        return None
    if wild:
        _, dot, rest = rest.partition(".")
        if not dot:
            return None
    if ":" not in rest[1:] or rest.startswith(":"):
        return Parts(scheme, rest, None)
    host, _, after = rest.partition(":")
    digits = ""
    for char in after:
        if not char.isdigit():
            break
        digits += char
    return Parts(scheme, host, int(digits) if digits else None)


def hasura_takes(entry: str, text: str) -> bool:
    rest = entry.strip().partition("://")[2]
    if rest.startswith("*."):
        return hasura_parts(text, wild=True) == hasura_parts(entry.strip(), wild=True)
    parts = hasura_parts(entry.strip(), wild=False)
    assert parts is not None
    port = "" if parts.port is None else f":{parts.port}"
    return text == f"{parts.scheme}://{parts.host}{port}"


@pytest.mark.parametrize(
    "entry",
    [
        "https://app.example.com",
        "https://*.example.com",
        "https://*.b.example.com",
        "https://*.example.com:8443",
        "https://*.example.com:0",
        "https://*.",
        "https://*.:80",
        "https://*.com:",
        "http://localhost:3000/x",
        "a.b://*.c",
        "https://app.example.com/path",
    ],
)
def test_hasura_agrees_with_its_parser(entry: str) -> None:
    read_as = machine_of(GLOBS[Dialect.HASURA](entry))
    more = (f"{text}{end}" for text in TEXTS for end in ("", ":", ":0", ":00x", ":08443", ":8443/"))
    assert [text for text in more if accepts(read_as, text) is not hasura_takes(entry, text)] == []
