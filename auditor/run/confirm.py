"""New findings asked live before their ticket is written: does a browser's end of it agree?

A preflight, and GET or HEAD, without credentials, to hosts that the configuration lists, a few a second.
What cookies would open is read from the header lines alone: whether the witness may read with cookies
is what they say, whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from auditor.core.browser.request import SAFELISTED_METHODS
from auditor.core.capability import READ, Capability
from auditor.core.finding import Finding
from auditor.core.origin import Opaque, Origin, Refused, parse
from auditor.edge.config.delivery import Verify
from auditor.edge.http import Failed
from auditor.edge.probe import SAFE_METHODS, Exchange, Probe
from auditor.edge.probe import send as send_probe
from auditor.run.live_answer import Told, judge_read, judge_send, no_answer
from auditor.run.route_url import RouteUrl, exact_hosts, is_listed, route_url
from rules.cache_mixes_origins import RULE as CACHE_MIXES_ORIGINS
from rules.narrowed_origin import RULE as NARROWED_ORIGIN

Send = Callable[[Probe], Exchange]

REQUESTS_CAP: Final = 50
"""Requests of one run."""
TIMEOUT_SECONDS: Final = 5.0
"""To connect, and for each piece of an answer."""

_PREFLIGHTED: Final = "PUT"
"""What a preflight asks for where the route names no method that takes one."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One finding asked live. `agrees`: None where the answer cannot tell; `said`: the answer in words,
    with values of the server in them: whoever shows it escapes it."""

    at: datetime
    agrees: bool | None
    said: str

    @property
    def words(self) -> str:
        """`confirmed live 03:06`, or that it was not, and why."""
        time = f"{self.at:%H:%M}"
        return (
            f"confirmed live {time}" if self.agrees else f"not confirmed live {time}: {self.said}"
        )


def sender(verify: Verify) -> Send:
    """What sends requests for `verify`: to hosts with public addresses, and to those that are listed one
    by one wherever they are."""
    return partial(send_probe, timeout_seconds=TIMEOUT_SECONDS, trusted=exact_hosts(verify.hosts))


def confirm(
    findings: Iterable[Finding],
    verify: Verify,
    send: Send,
    sleep: Callable[[float], None],
    clock: Callable[[], datetime],
) -> dict[str, Confirmation]:
    """Ask for each of `findings` that `verify` is for, the worst first; by fingerprint.

    Left out: those that are not severe enough, are on no listed host, name no origin, or say what one
    request does not show (what caches mix up). Nothing that the world does is an exception.
    """
    asker = _Asker(send, _Pace(1 / verify.per_second, sleep, clock))
    ranked = sorted(findings, key=lambda one: (-one.severity, one.fingerprint))
    found: dict[str, Confirmation] = {}
    for finding in ranked:
        question = _question(finding, verify)
        if question is not None:
            told = asker.ask(question)
            found[finding.fingerprint] = Confirmation(clock(), told.ok, told.said)
    return found


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked for one finding. `place` None: no path of it can be written out; `allowed`: the
    finding says that the witness has these capabilities, not that it lacks them; `alone`: it is about
    one route, so that each of them was found there."""

    witness: Origin | Opaque
    place: RouteUrl | None
    capabilities: tuple[Capability, ...]
    allowed: bool
    alone: bool


def _question(finding: Finding, verify: Verify) -> _Question | None:
    witness = parse(finding.witness) if finding.witness is not None else None
    wanted = tuple(one for one in Capability if one.words[0] in finding.capabilities)
    unfit = finding.severity < verify.min_severity or finding.rule == CACHE_MIXES_ORIGINS.name
    if unfit or not wanted or witness is None or isinstance(witness, Refused):
        return None
    if not any(_on_listed_host(route, verify.hosts) for route in finding.routes):
        return None
    places = [one for route in finding.routes if (one := route_url(route, verify.hosts))]
    # Of one path more is known than of a made-up one below a prefix.
    place = min(places, key=lambda one: not one.exact, default=None)
    allowed = finding.rule != NARROWED_ORIGIN.name
    return _Question(witness, place, wanted, allowed, len(finding.routes) == 1)


def _on_listed_host(route: str, globs: Sequence[str]) -> bool:
    words = route.split(" ")
    place = next((word for word in words if "/" in word), "")
    return is_listed(place.partition("/")[0], globs)


@dataclass(slots=True)
class _Pace:
    """Requests one after another, at least `interval` seconds apart."""

    interval: float
    sleep: Callable[[float], None]
    clock: Callable[[], datetime]
    last: datetime | None = None

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        if self.last is not None:
            left = self.interval - (self.clock() - self.last).total_seconds()
            # A clock that was set back makes nobody wait for longer.
            if left > 0:
                self.sleep(min(left, self.interval))
        self.last = self.clock()


@dataclass(slots=True)
class _Asker:
    """Asks, and counts. `silent`: hosts that gave no answer, which are not asked again."""

    send: Send
    pace: _Pace
    requests: int = 0
    silent: dict[str, str] = field(default_factory=dict)

    def ask(self, question: _Question) -> Told:
        """What the answers say of all capabilities of `question` together."""
        place = question.place
        if place is None:
            return Told(None, "no path of it can be written out")
        told: list[Told] = []
        for part, probe in _probes(question, place):
            exchange = self._exchange(probe, place.host)
            if isinstance(exchange, Told):
                told.append(exchange)
                continue
            given = exchange.preflight if probe.preflight else exchange.actual
            if isinstance(given, Failed):
                self.silent[place.host] = given.reason
            told += [
                judge_send(probe, given, one)
                if probe.preflight
                else judge_read(probe, question.witness, given, one)
                for one in part
            ]
        return _together(told, question)

    def _exchange(self, probe: Probe, host: str) -> Exchange | Told:
        if host in self.silent:
            return no_answer(Failed(self.silent[host]))
        if self.requests == REQUESTS_CAP:
            return Told(None, f"not asked: a run sends {REQUESTS_CAP} requests at most")
        self.pace.wait()
        self.requests += 1
        return self.send(probe)


def _probes(question: _Question, place: RouteUrl) -> list[tuple[list[Capability], Probe]]:
    """One request for all capabilities of reading, and one preflight for all of sending."""
    origin, methods = str(question.witness), place.methods
    reads = [one for one in question.capabilities if one & READ]
    sends = [one for one in question.capabilities if not one & READ]
    safe = next((one for one in ("GET", "HEAD") if one in (methods or SAFE_METHODS)), None)
    other = next((one for one in methods if one not in SAFELISTED_METHODS), _PREFLIGHTED)
    found: list[tuple[list[Capability], Probe]] = []
    if reads and safe is not None:
        found.append((reads, Probe(place.url, origin, safe)))
    if sends:
        found.append((sends, Probe(place.url, origin, other, preflight=True)))
    return found


def _together(told: list[Told], question: _Question) -> Told:
    """One answer out of several. Capabilities that only part of them bear out disprove a finding of one
    route; of several, each may stand for another route."""
    known = [one for one in told if one.ok is not None]
    if not known:
        return told[0] if told else Told(None, "only GET, HEAD and preflights are sent")
    against = [one for one in known if one.ok is not question.allowed]
    if not against:
        return Told(True, known[0].said)
    ok = False if question.alone or len(against) == len(known) else None
    return Told(ok, against[0].said)
