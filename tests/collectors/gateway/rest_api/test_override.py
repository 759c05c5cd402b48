"""Mapping templates: what is read of them, what is not, and that nothing breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.core.hop.header import VARY
from auditor.core.language.pattern import ANY, Dialect, Pattern, exact
from collectors.gateway.rest_api.override import (
    WRITTEN,
    Alternative,
    Opaque,
    Overrides,
    read_overrides,
)
from collectors.gateway.rest_api.velocity_parser import TEXT_CAP
from tests.collectors.gateway.rest_api.templates import (
    ALLOW_ORIGIN,
    cdk,
    old_serverless,
    serverless,
)

ORIGIN = "access-control-allow-origin"
ASK = '#set($o = $input.params("origin"))'
PUT = f"#set({ALLOW_ORIGIN} = $o)"
ECHO = ((ORIGIN, None),)
B, C = "https://b.example", "https://c.example"


def when(*patterns: Pattern) -> Alternative:
    return Alternative(patterns, ECHO)


@pytest.mark.parametrize(
    ("template", "chains"),
    [
        (cdk([B]), [(when(exact(B)),)]),
        (cdk([B, C]), [(when(exact(B), exact(C)),)]),
        (old_serverless([B]), [(when(exact(B)),)]),
        (
            serverless([B, "https://*.c.example"]),
            [
                (
                    when(
                        Pattern(Dialect.JAVA_FULL, "https://b[.]example"),
                        Pattern(Dialect.JAVA_FULL, "https://.*[.]c[.]example"),
                    ),
                )
            ],
        ),
        (f"#set({ALLOW_ORIGIN} = $input.params('Origin'))", [(Alternative(None, ECHO),)]),
        (f'#set({ALLOW_ORIGIN} = "$input.params(\'Origin\')")', [(Alternative(None, ECHO),)]),
        (f"{ASK}#set({ALLOW_ORIGIN} = \"$o\")", [(Alternative(None, ECHO),)]),
        (f"{ASK}#set({ALLOW_ORIGIN} = $!{{o}})", [(Alternative(None, ECHO),)]),
        (f'{{"a": 1}}\n#set({ALLOW_ORIGIN} = "*")', [(Alternative(None, ((ORIGIN, "*"),)),)]),
        (f'#set($any = "*")#set({ALLOW_ORIGIN} = $any)', [(Alternative(None, ((ORIGIN, "*"),)),)]),
        (f"{ASK}#if($o){PUT}#end", [(when(ANY),)]),
        (f'{ASK}#if($o != ""){PUT}#end', [(when(ANY),)]),
        (f'{ASK}#if("{B}" == $o or $o.equals("{C}")){PUT}#end', [(when(exact(B), Pattern(Dialect.EXACT, C)),)]),
        (f'{ASK}#if($o.startsWith("https://b")){PUT}#end', [(when(Pattern(Dialect.PREFIX, "https://b")),)]),
        # A $ at the end of an expression is no reference.
        (f'{ASK}#if($o.matches("^https://b$")){PUT}#end', [(when(Pattern(Dialect.JAVA_FULL, "^https://b$")),)]),
        (f'## why\n{ASK}#if($o == "{B}"){PUT}#end', [(when(exact(B)),)]),
        # What has nothing to do with headers may stand beside it.
        (f'#set($r = $input.path("$.x[0]"))#if($r.size() > 1)a#end{ASK}{PUT}', [(Alternative(None, ECHO),)]),
        (f"#set($context.responseOverride.header.X-Other = 'x'){ASK}{PUT}", [(Alternative(None, ECHO),)]),
        (
            f"{ASK}#if($o == '{B}'){PUT}#else#set({ALLOW_ORIGIN} = 'n')#end",
            [(when(exact(B)), Alternative(None, ((ORIGIN, "n"),)))],
        ),
    ],
)  # fmt: skip
def test_what_is_read(template: str, chains: list[tuple[Alternative, ...]]) -> None:
    found = read_overrides(template)

    assert isinstance(found, Overrides)
    assert list(found.chains) == chains


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{}",
        '{"statusCode": 200}',
        "#set($x = 1) #foreach",
        "#set($context.responseOverride.header.X = 'y')",
    ],
)
def test_what_writes_no_header_that_counts(template: str) -> None:
    assert read_overrides(template) is None


@pytest.mark.parametrize(
    "template",
    [
        # Another condition, another value, another way to name the header or the variable.
        f'{ASK}#if($o == "{B}" && $x == "1"){PUT}#end',
        f'{ASK}#if(!$o.equals("{B}")){PUT}#end',
        f'{ASK}#if($o.contains("b")){PUT}#end',
        f'{ASK}#if($list.contains($o)){PUT}#end',
        f'{ASK}#if($o == "$other"){PUT}#end',
        f'{ASK}#if($o == ""){PUT}#end',
        f'{ASK}#if($x == "{B}"){PUT}#end',
        f"#set({ALLOW_ORIGIN} = $context.identity.sourceIp)",
        f'#set({ALLOW_ORIGIN} = "https://$stageVariables.host")',
        "#set($context.responseOverride.header['Access-Control-Allow-Origin'] = 'x')",
        "#set($h = $context.responseOverride.header)$h.put('Access-Control-Allow-Origin', 'x')",
        "$context.responseOverride.header.put('Access-Control-Allow-Origin', 'x')",
        f"{ASK}#set($context.responseOverride.status = 403)",
        # A variable that no longer is the origin.
        f'{ASK}#set($o = "x")#set($o = $y){PUT}',
        f'{ASK}#if($x)#set($o = "{B}")#end{PUT}',
        f'{ASK}#if($o == "{B}")#if($x)#set($o = "y")#end{PUT}#end',
        f'#if($x)#set($o = $input.params("origin"))#end{PUT}',
        f"#if($x)#set($o = $input.params('origin'))#elseif($o == '{B}'){PUT}#end",
        f"{ASK}#if($o == '{B}')#set($p = $input.params('origin'))#elseif($p == '{C}'){PUT}#end",
        # Overridden twice, nested, or cut off.
        f"{ASK}{PUT}{PUT}",
        f'{ASK}#if($o == "{B}"){PUT}{PUT}#end',
        f'{ASK}#if($o == "{B}")#if($o == "{C}"){PUT}#end#end',
        f'{ASK}#if($o == "{B}"){PUT}',
        f"{ASK}{PUT}#end",
        f"#foreach($x in $y){PUT}#end",
        f"#[[ {PUT} ]]#",
        f"#* {PUT} *#",
        f"#set({ALLOW_ORIGIN} = 'it''s')",
        f'{ASK}#if($o == "{B}){PUT}#end',
        # What Serverless 01b529a rendered, without a parenthesis.
        f"'#set($origin = $input.params(\"Origin\") #if($origin == \"{B}\") #set({ALLOW_ORIGIN} = $origin) #end'",
        f"#set($input = $x)#set({ALLOW_ORIGIN} = $input.params('origin'))",
        "#if($x)" * 4_000 + PUT + "#end" * 4_000,
        f"#set($x = $a{'.b($a' * 5_000})){PUT}",
        PUT + " " * TEXT_CAP,
    ],
)  # fmt: skip
def test_what_is_not_read_says_so(template: str) -> None:
    found = read_overrides(template)

    assert isinstance(found, Opaque)
    assert ORIGIN in found.names


def test_a_template_that_names_no_header_may_write_all() -> None:
    found = read_overrides("#foreach($h in $x)#set($context.responseOverride.header.put($h))#end")

    assert isinstance(found, Opaque)
    assert found.names == WRITTEN


def test_headers_that_are_named_are_those_that_are_unknown() -> None:
    found = read_overrides(
        f"#foreach($x in $y){PUT}#set($context.responseOverride.header.Vary = $x)#end"
    )

    assert isinstance(found, Opaque)
    assert found.names == (ORIGIN, VARY)


@pytest.mark.parametrize(
    ("template", "shadowed", "one_case"),
    [
        (cdk([B]), False, False),
        (serverless([B]), True, False),
        (old_serverless([B]), True, True),
        (f"#set({ALLOW_ORIGIN} = $input.params().header.Origin)", False, True),
    ],
)
def test_how_the_origin_is_looked_for(template: str, shadowed: bool, one_case: bool) -> None:
    found = read_overrides(template)

    assert isinstance(found, Overrides)
    assert (found.shadowed, found.one_case) == (shadowed, one_case)


PIECES = [
    ASK,
    PUT,
    "#if(",
    "#end",
    "#else",
    '$o == "a"',
    ")",
    " || ",
    '"',
    "'",
    "$",
    "#",
    "\\",
    "{",
    "x",
    "##",
    "\n",
    "($o",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = read_overrides(text + PUT)

    assert found is None or isinstance(found, Opaque | Overrides)
