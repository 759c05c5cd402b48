"""Spring's properties, in YAML and .properties."""

import pytest

from auditor.core.reading import ANY_PATH, PathKind, PathMatch
from collectors.app.mapping import Split
from collectors.app.source.block import Block, Code, SourceError
from collectors.app.source.spring_path import taken_by_pattern
from tests.collectors.app.source.reading import block, code, parts, values

A, B = "https://a.example", "https://b.example"
GLOBAL = "spring.cloud.gateway.globalcors.cors-configurations"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.yml",
            f"spring:\n  cloud:\n    gateway:\n      globalcors:\n        cors-configurations:\n          '[/**]':\n            allowedOrigins: ['{A}', '{B}']\n",
        ),
        (
            "a.yml",
            f"spring.cloud:\n  gateway.globalcors.corsConfigurations:\n    '[/**]':\n      allowed-origins:\n      - {A}\n      - {B}\n",
        ),
        (
            "a.properties",
            f"{GLOBAL}.[/**].allowed-origins[0]={A}\n{GLOBAL}.[/**].allowedOrigins[1]={B}\n",
        ),
        (
            "a.properties",
            f"{GLOBAL}[/**].allowed_origins[0]={A}\n{GLOBAL}[/**].ALLOWEDORIGINS[1]={B}\n",
        ),
    ],
)
def test_the_same_in_every_spelling(name: str, text: str) -> None:
    [found] = parts("spring", text, name)
    assert isinstance(found, Block)
    assert values(found) == {"origins": [A, B]}
    assert found.paths == (ANY_PATH,)


def test_one_text_is_cut_at_commas() -> None:
    [found] = block(
        "spring", f"{GLOBAL}: {{'[/**]': {{allowedOrigins: '{A}, ${{B:{B}}}'}}}}\n"
    ).settings
    assert found.value == f"{A}, ${{B:{B}}}"
    assert (found.split, found.trim, found.drop_empty) == (Split.COMMA, True, True)
    assert found.field == f"{GLOBAL}[/**].allowedOrigins"


SEVERAL = f"""spring.cloud.gateway.server.webflux:
  globalcors.cors-configurations:
    '[/api/**]': {{allowedOrigins: '{A}'}}
    '[/**]': {{allowedOriginPatterns: 'https://*.x'}}
    '[/orders/**]': {{allowedOrigins: '{B}'}}
  routes:
  - id: late
    order: 5
    predicates: [Path=/late/**, Method=GET]
    metadata: {{cors: {{allowedOrigins: '{A},{B}', allowedMethods: ['*'], maxAge: 30}}}}
  - id: plain
    predicates: [Path=/plain/**]
  - id: orders
    predicates: ['Path=/orders/**,/o/**']
    metadata.cors: {{allowCredentials: true}}
  - id: every
    order: 9
    metadata: {{cors: {{allowedHeaders: '*'}}}}
"""


def test_routes_come_before_what_is_global_and_take_its_place() -> None:
    found = parts("spring", SEVERAL)
    assert [part.title for part in found] == [
        "route orders", "route late", "route every", "globalcors [/api/**]",
    ]  # fmt: skip
    assert [part.paths[0].text for part in found] == ["/orders", "/late", "/", "/api"]
    late = found[1]
    assert isinstance(late, Block)
    assert values(late) == {"origins": [f"{A},{B}"], "methods": ["*"], "max_age": "30"}
    assert late.assumed == (
        "Spring Cloud Gateway is 4.3.0 or newer, which reads spring.cloud.gateway.server.webflux",
        "Spring Cloud Gateway is 4.2.4, 4.3.1 or newer: patterns are asked as written",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f"{GLOBAL}: {{'/**': {{allowedOrigins: x}}}}", "stands without brackets"),
        (f"{GLOBAL}: {{'[/**]': {{allowOrigins: x}}}}", "is no property of a CORS configuration"),
        (f"{GLOBAL}: {{'[/**]': {{maxAge: soon}}}}", "is no number of seconds"),
        ("spring.cloud.gateway.server.webmvc.globalcors.cors-configurations: {'[/**]': {allowedOrigins: x}}", "the MVC gateway"),
        (f"{GLOBAL}: {{'[/**]': {{allowedOrigins: x}}}}\nspring.cloud.gateway.server.webflux.globalcors.cors-configurations: {{'[/**]': {{allowedOrigins: x}}}}", "both prefixes"),
        ("spring.cloud.gateway.routes: [{metadata: {cors: {allowed-origins: x}}}]", "no name that the gateway looks for"),
        ("spring.cloud.gateway.routes: [{predicates: [{name: Path, args: {patterns: /x}}], metadata: {cors: {allowedOrigins: x}}}]", "arguments of their own"),
        ("spring.cloud.gateway.routes: [{predicates: ['Path=${P}'], metadata: {cors: {allowedOrigins: x}}}]", "a placeholder"),
    ],
)  # fmt: skip
def test_what_has_no_certain_meaning_is_left_to_its_owner(text: str, reason: str) -> None:
    assert reason in code("spring", text).reason


def test_actuator_and_graphql() -> None:
    text = f"""management:
  endpoints.web:
    base-path: /manage
    cors: {{allowed-origins: '{A}', max-age: 10m}}
spring.graphql:
  path: /query
  cors: {{allowed-origin-patterns: ['https://*.x']}}
server.servlet.context-path: /app
"""
    actuator, graphql = parts("spring", text)
    assert isinstance(actuator, Block)
    assert isinstance(graphql, Block)
    assert values(actuator) == {"origins": A, "max_age": 600}
    assert actuator.paths == (PathMatch(PathKind.PREFIX, "/app/manage"),)
    assert values(graphql) == {
        "patterns": ["https://*.x"], "methods": ["GET", "HEAD", "POST"], "headers": ["*"], "max_age": 1_800,
    }  # fmt: skip
    assert graphql.paths == (PathMatch(PathKind.EXACT, "/app/query"),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "management.endpoints.web.cors: {allowed-methods: GET}",
        "management:\n  server.port: 9000\n  endpoints.web.cors.allowed-origins: x",
        "spring.mvc.cors.allowed-origins: x",
        "spring.cloud.gateway.routes: [{id: a, predicates: [Path=/x]}]",
        "app.cors.allowed-origins: x",
    ],
)
def test_files_that_say_nothing_of_it(text: str) -> None:
    assert parts("spring", text) == ()


PROFILES = f"""{GLOBAL}: {{'[/**]': {{allowedOrigins: ['{A}', '{B}']}}}}
---
spring.config.activate.on-profile: prod
{GLOBAL}: {{'[/**]': {{allowedOrigins: ['{A}']}}}}
---
spring.config.activate.on-profile: dev
{GLOBAL}: {{'[/**]': {{allowedOrigins: '*'}}}}
"""


@pytest.mark.parametrize(("profile", "origins"), [("prod", [A]), ("dev", "*"), ("test", [A, B])])
def test_profiles(profile: str, origins: object) -> None:
    assert values(block("spring", PROFILES, profile=profile)) == {"origins": origins}


def test_without_a_profile_it_is_not_known_which_counts() -> None:
    with pytest.raises(SourceError) as caught:
        parts("spring", PROFILES)
    assert (caught.value.line, caught.value.do) == (7, "write profile: in the mapping")
    one = PROFILES.partition("---")[0] + "---\nspring.config.activate.on-profile: dev\nx: 1\n"
    assert values(block("spring", one)) == {"origins": [A, B]}
    with pytest.raises(SourceError, match="profile expression"):
        parts("spring", PROFILES.replace("prod", "prod & eu"), profile="prod")


def test_properties_of_several_documents_are_refused() -> None:
    with pytest.raises(SourceError, match="several documents"):
        parts("spring", f"{GLOBAL}[/**].allowed-origins=x\n#---\na=b\n", "a.properties")


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("/**", (ANY_PATH,)),
        ("/api/**", (PathMatch(PathKind.PREFIX, "/api"),)),
        ("/api/{*rest}", (PathMatch(PathKind.PREFIX, "/api"),)),
        ("/api", (PathMatch(PathKind.EXACT, "/api"),)),
        ("/api/*", (PathMatch(PathKind.TEMPLATE, "/api/{any}"),)),
        ("/{v}/x", (PathMatch(PathKind.TEMPLATE, "/{any}/x"),)),
        (
            "/{v}/x/**",
            (
                PathMatch(PathKind.TEMPLATE, "/{any}/x"),
                PathMatch(PathKind.TEMPLATE, "/{any}/x/{rest+}"),
            ),
        ),
        ("/a*/x", (PathMatch(PathKind.OPAQUE, "/a*/x"),)),
        ("/{v:[0-9]+}", (PathMatch(PathKind.OPAQUE, "/{v:[0-9]+}"),)),
        ("/**/x", (PathMatch(PathKind.OPAQUE, "/**/x"),)),
        ("api/**", ()),
    ],
)
def test_path_patterns(pattern: str, paths: tuple[PathMatch, ...]) -> None:
    assert taken_by_pattern(pattern) == paths


def test_hostile_files_end() -> None:
    deep = "a:" + "".join(f"\n{' ' * at}a:" for at in range(1, 40)) + " x\n"
    with pytest.raises(SourceError):
        parts("spring", deep)
    assert all(
        isinstance(part, Code)
        for part in parts(
            "spring", "spring.cloud.gateway.globalcors.cors-configurations: {'': {x: y}}"
        )
    )


def test_keys_in_brackets_are_compared_as_they_are_written() -> None:
    text = f"{GLOBAL}: {{'[/a-b]': {{allowedOrigins: '{A}'}}, '[/A_B]': {{allowedOrigins: '{B}'}}}}"
    found = parts("spring", text)
    assert [part.paths[0].text for part in found] == ["/a-b", "/A_B"]
