"""From an entry of the configuration to the app collector's declaration: every field."""

from dataclasses import fields, replace

import pytest

from auditor.core.language.pattern import Dialect
from auditor.core.reading import Where
from auditor.edge.config.files import Embedded as ConfiguredEmbedded
from auditor.edge.config.files import (
    EmptyMeans,
    FilesEntry,
    Matcher,
    MatcherKind,
    MatcherMode,
    Resolve,
    Semantics,
    SettingKey,
    StarMeans,
)
from auditor.edge.config.files import Split as ConfiguredSplit
from auditor.run.mapping import app_mapping
from auditor.text.formats import Format
from collectors.app.mapping import AppMapping, Embedded, FromKey, Given, Meaning, Split
from collectors.app.semantics.custom import Spelled, StarMeaning
from collectors.app.semantics.preset import Input

HERE = Where("cors-audit.yaml", 3)
PLAIN = FilesEntry(("services/a.env",), HERE, serves=("api.example.com/v1/*",))


def test_an_entry_with_every_field() -> None:
    entry = FilesEntry(
        path=("a.yaml", "b.yaml"),
        where=HERE,
        name="orders",
        key="cors.origins",
        patterns="cors.patterns",
        allow_all=SettingKey("cors.all", default=False),
        empty_means=EmptyMeans.DENY,
        missing_means=EmptyMeans.ANY,
        format=Format.YAML,
        split=ConfiguredSplit.SEMICOLON,
        like="spring@6.1",
        serves=("api.example.com/v1/*",),
        credentials=True,
        methods=("GET", "PUT"),
        headers=SettingKey("cors.headers"),
        expose=("etag",),
        max_age=600,
        embedded=ConfiguredEmbedded("app.yaml", Format.YAML),
        resolve=(Resolve.ENV_DEFAULT, Resolve.DOTENV),
        values=("values.env",),
        profile="prod",
        owner="team-orders",
    )
    assert app_mapping(entry) == AppMapping(
        name="orders",
        paths=("a.yaml", "b.yaml"),
        semantics="spring@6.1",
        serves=("api.example.com/v1/*",),
        inputs={
            Input.ORIGINS: FromKey("cors.origins"),
            Input.PATTERNS: FromKey("cors.patterns"),
            Input.ALLOW_ALL: FromKey("cors.all", False),
            Input.CREDENTIALS: Given(True),
            Input.METHODS: Given(["GET", "PUT"]),
            Input.HEADERS: FromKey("cors.headers"),
            Input.EXPOSE: Given(["etag"]),
            Input.MAX_AGE: Given(600),
        },
        format=Format.YAML,
        embedded=Embedded("app.yaml", Format.YAML),
        split=Split.SEMICOLON,
        empty_means=Meaning.DENY,
        missing_means=Meaning.ANY,
        resolve_defaults=True,
        owner="team-orders",
        profile="prod",
    )


def test_a_workload_and_its_container() -> None:
    found = app_mapping(replace(PLAIN, workload="kube:prod-1/orders/api", container="app"))
    assert (found.workload, found.container) == ("kube:prod-1/orders/api", "app")
    assert found.names == ("host:api.example.com", "workload:kube:prod-1/orders/api")


def test_an_entry_with_nothing_but_its_file() -> None:
    assert app_mapping(FilesEntry(("a.env",), HERE)) == AppMapping("a.env", ("a.env",), "", ())


@pytest.mark.parametrize(
    ("name", "serves", "workload", "called"),
    [
        ("orders", ("api.test/*",), "kube:prod-1/orders/api", "orders"),
        (None, ("api.test/*", "b.test/*"), "kube:prod-1/orders/api", "api.test/*"),
        (None, (), "kube:prod-1/orders/api", "prod-1/orders/api"),
        (None, (), None, "services/a.env"),
    ],
)
def test_what_an_app_is_called(
    name: str | None, serves: tuple[str, ...], workload: str | None, called: str
) -> None:
    entry = replace(PLAIN, name=name, serves=serves, workload=workload)
    assert app_mapping(entry).name == called


def test_no_value_that_is_false_or_empty_is_taken_for_none() -> None:
    entry = replace(PLAIN, credentials=False, allow_all=False, methods=(), max_age=0)
    assert app_mapping(entry).inputs == {
        Input.CREDENTIALS: Given(False),
        Input.ALLOW_ALL: Given(False),
        Input.METHODS: Given([]),
        Input.MAX_AGE: Given(0),
    }


@pytest.mark.parametrize("split", list(ConfiguredSplit))
def test_every_way_to_split_is_known_to_the_collector(split: ConfiguredSplit) -> None:
    assert str(app_mapping(replace(PLAIN, split=split)).split) == str(split)


@pytest.mark.parametrize("means", list(EmptyMeans))
def test_every_meaning_is_known_to_the_collector(means: EmptyMeans) -> None:
    found = app_mapping(replace(PLAIN, empty_means=means, missing_means=means))
    assert str(found.empty_means) == str(found.missing_means) == str(means)


def test_defaults_beside_placeholders_count_only_where_it_is_said() -> None:
    assert not app_mapping(replace(PLAIN, resolve=(Resolve.DOTENV,))).resolve_defaults
    assert app_mapping(replace(PLAIN, resolve=(Resolve.ENV_DEFAULT,))).resolve_defaults


@pytest.mark.parametrize(
    ("matcher", "dialect"),
    [
        (Matcher(), Dialect.EXACT),
        (Matcher(ignore_case=True), Dialect.EXACT_CASELESS),
        (Matcher(MatcherKind.REGEX, "python-re", MatcherMode.MATCH), Dialect.PYTHON_MATCH),
        (Matcher(MatcherKind.REGEX, "python-re", MatcherMode.FULLMATCH), Dialect.PYTHON_FULLMATCH),
        (Matcher(MatcherKind.REGEX, "js", MatcherMode.SEARCH), Dialect.JS_TEST),
    ],
)
def test_semantics_that_are_spelled_out(matcher: Matcher, dialect: Dialect) -> None:
    semantics = Semantics(matcher, StarMeans.REFLECT, vary=True)
    found = app_mapping(replace(PLAIN, semantics=semantics))
    assert found.semantics == Spelled(dialect, StarMeaning.REFLECT, vary=True)


@pytest.mark.parametrize("star", list(StarMeans))
def test_every_meaning_of_a_star_is_known_to_the_collector(star: StarMeans) -> None:
    found = app_mapping(replace(PLAIN, semantics=Semantics(star_means=star))).semantics
    assert isinstance(found, Spelled)
    assert str(found.star) == str(star)
    assert not found.vary


def test_credentials_of_the_entry_win_over_those_of_its_semantics() -> None:
    spelled = replace(PLAIN, semantics=Semantics(credentials=True))
    assert app_mapping(spelled).inputs == {Input.CREDENTIALS: Given(True)}
    both = replace(spelled, credentials=SettingKey("cors.credentials"))
    assert app_mapping(both).inputs == {Input.CREDENTIALS: FromKey("cors.credentials")}


def test_every_field_of_an_entry_is_looked_at_above() -> None:
    """A field that is added to entries is handed on, or is named here with the reason why not."""
    not_of_the_mapping = {"where", "values"}  # values: read beside the mapping, by the plan
    mapped = {
        "path", "name", "key", "patterns", "allow_all", "empty_means", "missing_means", "format",
        "split", "like", "serves", "credentials", "methods", "headers", "expose", "max_age",
        "embedded", "resolve", "profile", "owner", "semantics", "workload", "container",
    }  # fmt: skip
    assert {f.name for f in fields(FilesEntry)} == mapped | not_of_the_mapping
