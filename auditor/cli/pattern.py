"""`cors-audit pattern`: what one origin pattern lets in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from auditor.cli.printing import SafeCommand, screen, show
from auditor.core.decision.classes import valid
from auditor.core.language.description import Description, contains, describe
from auditor.core.language.pattern import Dialect, Pattern
from auditor.edge.reports.layout import Screen, cells, labelled, pad, safe

GROUPS: Final = (
    (
        "Compared",
        {
            Dialect.EXACT: "byte for byte",
            Dialect.EXACT_CASELESS: "but for upper and lower case",
            Dialect.SPRING_LIST: "Spring allowedOrigins: caseless, a last slash is dropped",
            Dialect.DJANGO_LIST: "django-cors-headers CORS_ALLOWED_ORIGINS: scheme, host and port",
            Dialect.HOST_ONLY: "the host alone; any scheme and port",
            Dialect.SAME_HOST: "the Host of the request, which no text can tell",
            Dialect.ANY: "every origin, whatever TEXT says",
            Dialect.PREFIX: "the beginning",
            Dialect.SUFFIX: "the end",
            Dialect.SUBSTRING_OF: "any part of TEXT is an origin that is let in",
        },
    ),
    (
        "Wildcards, as a cloud reads them",
        {
            Dialect.HTTP_API: "API Gateway HTTP API: *, https://*, http://* or an origin",
            Dialect.CLOUDFRONT: "CloudFront response headers policy",
            Dialect.LAMBDA_URL: "Lambda function URL",
            Dialect.S3: "S3 bucket: one * at most",
            Dialect.GCS: "Google Cloud Storage bucket",
            Dialect.SERVERLESS: "Serverless Framework, REST API",
        },
    ),
    (
        "Wildcards, as an ingress, gateway or proxy reads them",
        {
            Dialect.INGRESS_NGINX: "ingress-nginx cors-allow-origin: * is one label",
            Dialect.F5_NGINX: "NGINX Ingress Controller of F5",
            Dialect.HAPROXY_INGRESS: "haproxy-ingress cors-allow-origin",
            Dialect.TRAEFIK: "Traefik accessControlAllowOriginList",
            Dialect.GATEWAY_API: "Gateway API, by its text",
            Dialect.ISTIO: "Istio, for the CORS filter of Gateway API",
            Dialect.ENVOY_GATEWAY: "Envoy Gateway SecurityPolicy",
            Dialect.CONTOUR: "Contour corsPolicy",
            Dialect.KONG: "Kong cors plugin",
            Dialect.APISIX: "APISIX cors plugin, the whole of allow_origins",
            Dialect.CADDY: "Caddy, matcher header Origin",
        },
    ),
    (
        "Wildcards, as an application or a server reads them",
        {
            Dialect.SPRING: "Spring allowedOriginPatterns",
            Dialect.FLASK_CORS: "flask-cors: a regular expression if it looks like one",
            Dialect.LARAVEL: "Laravel allowed_origins",
            Dialect.RACK: "rack-cors, a text",
            Dialect.RS_CORS: "rs/cors for Go",
            Dialect.GIN: "gin-contrib/cors",
            Dialect.HAPI: "hapi",
            Dialect.QUARKUS: "Quarkus",
            Dialect.JETTY: "Jetty CrossOriginFilter, the whole of allowedOrigins",
            Dialect.ELASTICSEARCH: "Elasticsearch, the whole of http.cors.allow-origin",
            Dialect.HASURA: "Hasura",
            Dialect.MINIO: "MinIO",
        },
    ),
    (
        "Regular expressions",
        {
            Dialect.PYTHON_MATCH: "Python re.match: from the beginning, open at the end",
            Dialect.PYTHON_MATCH_CASELESS: "the same with IGNORECASE",
            Dialect.PYTHON_SEARCH: "Python re.search: anywhere",
            Dialect.PYTHON_FULLMATCH: "Python re.fullmatch: the whole origin",
            Dialect.JS_TEST: "JavaScript test: anywhere; TEXT is /x/ or /x/i",
            Dialect.PCRE_NGINX: "nginx ~: anywhere",
            Dialect.PCRE_NGINX_CASELESS: "nginx ~*: anywhere, caseless",
            Dialect.PCRE_SEARCH: "PCRE: anywhere (Apache SetEnvIf)",
            Dialect.RUBY_SEARCH: "Ruby =~: anywhere; ^ and $ are those of a line",
            Dialect.PHP_SEARCH: "PHP preg_match: anywhere; TEXT with its delimiters",
            Dialect.GO_SEARCH: "Go MatchString: anywhere",
            Dialect.RE2_FULL: "RE2: the whole origin",
            Dialect.ENVOY: "Envoy and Istio safe_regex: the whole; what takes * takes all",
            Dialect.JAVA_FULL: "Java matches: the whole origin",
            Dialect.JAVA_FIND: "Java find: anywhere",
        },
    ),
    ("Ours", {Dialect.ALLOWLIST: "the allowlist: * is exactly one label"}),
)
"""Every dialect with one line about it, for the help."""


class PatternCommand(SafeCommand):
    """The command with its dialects below the options."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The dialects by group."""
        for title, dialects in GROUPS:
            with formatter.section(title):
                formatter.write_dl([(str(name), about) for name, about in dialects.items()])


@click.command(cls=PatternCommand, short_help="Say what one origin pattern lets in.")
@click.argument("text")
@click.option("--dialect", required=True, metavar="D", help="How TEXT is read: one of those below.")
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True),
    help="An allowlist file or folder: name what the pattern takes beyond it.",
)
@click.option("--contains", "asked", multiple=True, metavar="ORIGIN", help="Is this origin in it?")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def pattern(
    text: str, dialect: str, against: Path | None, asked: tuple[str, ...], form: str
) -> None:
    """Say what the origin pattern TEXT lets in, under one product's matching rule.

    The name of it comes first, with what proves it: "proved" holds for every origin that a browser
    can send, "a guess" rests on the origin that is shown, which really is let in. Then origins to
    recognise it by, and some that you might expect and that are not in it.

    \b
    Examples:
      cors-audit pattern 'https://*.example.com' --dialect glob-ingress-nginx
      cors-audit pattern '^https://app.example\\.com' --dialect pcre-nginx \\
          --against allowlist.yaml --contains https://app.example.com.evil.com

    A pattern that no automaton can hold (back-references, for one) is sampled: origins are tried
    one by one, and what is not shown is not known. Exit code 0, whatever is let in.
    """
    if dialect not in set(Dialect):
        names = ", ".join(sorted(Dialect))
        raise click.UsageError(f"--dialect: there is no dialect {dialect!r}; choose one of {names}")
    subject = Pattern(Dialect(dialect), text)
    found = describe(subject, valid, _allowed(against))
    answers = {origin: contains(subject, origin) for origin in asked}
    if form == "json":
        show(_json(found, answers))
    else:
        show("\n".join(_lines(found, answers, screen())))


def _allowed(path: Path | None) -> tuple[Pattern, ...]:
    if path is None:
        return ()
    from auditor.cli.planning import read_allowlist  # deferred: only this option needs it

    return tuple(dict.fromkeys(entry.pattern for entry in read_allowlist(path).origins))


def _json(found: Description, answers: dict[str, bool | None]) -> str:
    return json.dumps(
        {
            "dialect": str(found.pattern.dialect),
            "regular": not found.unread,
            "kind": str(found.kind),
            "proved": found.proved,
            "name": found.named.words,
            "witnesses": list(found.witnesses),
            "sampled": found.sampled,
            "contains": answers,
            "widened": list(found.widened),
            "misses": [miss.origin for miss in found.misses],
            "dead": found.dead,
            "reason": found.reason,
        }
    )


def _lines(found: Description, answers: dict[str, bool | None], shown: Screen) -> Iterator[str]:
    yield f"{safe(found.pattern.text)}  as {found.pattern.dialect}"
    yield from labelled("lets in", [found.itself.words], shown)
    yield from labelled("tried" if found.sampled else "such as", _examples(found), shown)
    yield from labelled("useless", filter(None, [found.dead]), shown)
    if found.beyond is not None:
        yield from labelled(
            "beyond", [f"the allowlist: {found.beyond.words}", *found.widened], shown
        )
    wide = max((cells(safe(miss.origin)) for miss in found.misses), default=0)
    missed = [f"{pad(safe(miss.origin), wide)}  {miss.why}" for miss in found.misses]
    yield from labelled("but not", missed, shown)
    if not found.unread and found.reason is not None:
        yield from labelled("unsure", [found.reason], shown)
    words = {True: "in it    ", False: "not in it", None: "not known"}
    asked = [f"{words[answer]}  {origin}" for origin, answer in answers.items()]
    yield from labelled("asked", asked, shown)


def _examples(found: Description) -> tuple[str, ...]:
    if found.sampled and not found.witnesses:
        return ("origins like those of an attacker, one by one: it took none of them",)
    return found.witnesses
