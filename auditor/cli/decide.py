"""`cors-audit decide`: the header lines of given requests, for programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan
from auditor.core.origin import Origin, origin_of
from auditor.run.collection import collect
from auditor.run.estate import estate_of
from auditor.run.question import Inner, Question, Told, ask, capabilities, shown_lines

KEYS = ("origin", "method", "preflight", "headers", "url", "hop", "inner")
LINE_CAP = 1_048_576
"""Characters of one line."""


@click.command()
@click.argument("sources", nargs=-1)
@click.option(
    "--config", type=click.Path(path_type=Path), help="A configuration instead of SOURCE."
)
@click.option(
    "--assume", multiple=True, metavar="P=V[,K=V]", help="ingress-nginx=1.15.1,validation=on"
)
@click.option(
    "--requests", type=click.File("r"), default="-", help="One JSON object a line; - is stdin."
)
def decide(
    sources: tuple[str, ...], config: Path | None, assume: tuple[str, ...], requests: TextIO
) -> None:
    """Answer concrete requests: which CORS header lines come back, and what a browser makes of them.

    One JSON object a line in, one a line out, in order. What cannot be known is `"known": false`
    with a reason; exit 0 when every line was answered, known or not.

    \b
    Example:
      echo '{"origin": "https://a.example", "url": "https://api.example.com/"}' \\
        | cors-audit decide deploy/
    """
    plan = load_plan(sources, config, None, assume)
    collected = collect(plan, os.environ, lambda _text: None, now())
    estate = estate_of(plan, collected)
    bad = 0
    for number, line in enumerate(requests, 1):
        if not line.strip():
            continue
        question = read_question(line, number)
        if isinstance(question, str):
            bad += 1
            print(json.dumps({"error": question}))
            print(question, file=sys.stderr)
        else:
            print(json.dumps(told_json(question, ask(estate, question))))
    if bad:
        sys.exit(2)


def told_json(question: Question, told: Told) -> Mapping[str, object]:
    """The answer as the contract has it."""
    names = [placed.hop.title for placed in told.way.hops] if told.way else []
    trace = [
        {"hop": names[e.hop] if e.hop < len(names) else "the end of the path", "did": e.did}
        for e in told.answer.events
    ]
    return {
        "known": told.known,
        "status": told.answer.status,
        "headers": shown_lines(told),
        **capabilities(question, told),
        "assumed": list(told.assumed),
        "trace": trace,
        "reason": told.answer.reason,
    }


def read_question(line: str, number: int) -> Question | str:
    """The question of one line, or what is wrong with it as `<where>: <what>; <do>`."""
    problems = list(_problems(line))
    if problems:
        return f"line {number}: {', '.join(problems)}; see cors-audit decide --help"
    data = json.loads(line)
    url = data.get("url")
    host, path = _place(url) if url else (None, "/")
    inner = data.get("inner")
    return Question(
        origin=data.get("origin"),
        method=data.get("method", "GET"),
        preflight=data.get("preflight", False),
        headers=tuple(data.get("headers") or ()),
        host=host,
        path=path,
        hop=data.get("hop"),
        bare=True,
        inner=None
        if inner is None
        else Inner(inner["status"], tuple((n, v) for n, v in inner.get("headers") or ())),
    )


def _problems(line: str) -> Iterator[str]:
    if len(line) > LINE_CAP:
        yield f"longer than {LINE_CAP:,} characters"
        return
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        yield "not JSON"
        return
    if not isinstance(data, dict):
        yield "not an object"
        return
    yield from (f"unknown key {key!r}" for key in data if key not in KEYS)
    for key, kind in (
        ("origin", str),
        ("method", str),
        ("preflight", bool),
        ("url", str),
        ("hop", str),
    ):
        value = data.get(key)
        if value is not None and not isinstance(value, kind):
            yield f"{key} is no {'text' if kind is str else 'true or false'}"
    headers = data.get("headers")
    if headers is not None and not _texts(headers):
        yield "headers is no list of names"
    if isinstance(data.get("url"), str) and not isinstance(origin_of(data["url"]), Origin):
        yield "url is no http or https URL"
    yield from _inner_problems(data.get("inner"))


def _inner_problems(inner: object) -> Iterator[str]:
    if inner is None:
        return
    if not isinstance(inner, dict) or not isinstance(inner.get("status"), int):
        yield "inner is no object with a status"
        return
    headers = inner.get("headers") or []
    if not isinstance(headers, list) or not all(
        _texts(pair) and len(pair) == 2 for pair in headers
    ):
        yield "inner.headers is no list of [name, value]"


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _place(url: str) -> tuple[str, str]:
    """Host (no port) and path of a URL that `origin_of` has accepted."""
    origin = origin_of(url)
    host = origin.host if isinstance(origin, Origin) else ""
    rest = url.partition("://")[2]
    path = "/" + rest.partition("/")[2] if "/" in rest else "/"
    return host, path.partition("?")[0].partition("#")[0] or "/"
