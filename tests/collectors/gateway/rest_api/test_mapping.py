"""Values of header mappings."""

import pytest

from auditor.core.hop.op import InnerHeader, Literal, RequestHeader, TheOrigin, UnknownValue, Value
from collectors.gateway.rest_api.mapping import value_of

UNKNOWN = UnknownValue("h is mapped from {}, which is not read")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("'https://a.example'", Literal("https://a.example")),
        ("'*'", Literal("*")),
        ("''", Literal("")),
        # One pair of quotes is taken off, not every quote.
        ("''*''", Literal("'*'")),
        ("integration.response.header.Access-Control-Allow-Origin", InnerHeader("access-control-allow-origin")),
        ("integration.response.multivalueheader.Vary", InnerHeader("vary")),
        ("method.request.header.Origin", TheOrigin()),
        ("method.request.header.X-Site", RequestHeader("x-site")),
        ("stageVariables.site", Literal("https://v.example")),
    ],
)  # fmt: skip
def test_values(value: str, written: Value) -> None:
    assert value_of(value, {"site": "https://v.example"}, "h") == written


@pytest.mark.parametrize(
    "value",
    [
        # Without quotes nothing is a text.
        "*",
        "https://a.example",
        "'",
        "'*",
        "stageVariables.other",
        "site",
        "context.identity.sourceIp",
        "integration.response.body",
        "integration.response.body.origin",
        "method.request.querystring.origin",
        "",
    ],
)
def test_values_that_are_not_known(value: str) -> None:
    expected = UnknownValue(UNKNOWN.cause.format(value))

    assert value_of(value, {"site": "https://v.example"}, "h") == expected
