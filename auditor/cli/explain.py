"""`cors-audit explain`: one request through every hop, and what to change."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import click

from auditor.cli.clock import now
from auditor.cli.planning import load_plan, stop
from auditor.core.browser.judgement import Question, judge
from auditor.core.browser.response import Answer
from auditor.core.origin import Opaque, Origin, Refused, origin_of, parse
from auditor.core.waiver.extension import extended
from auditor.edge.http import Answer as Received
from auditor.edge.http import Failed
from auditor.edge.probe import Exchange, Probe, send
from auditor.edge.reports.explain import ExplainReport, lay_out
from auditor.edge.store.record import RunRecord
from auditor.run.collection import collect
from auditor.run.estate import environment_for, estate_of
from auditor.run.explain import Asked, browser_request
from auditor.run.explain import explain as explain_request
from auditor.run.explain_report import deviates, report_of
from auditor.run.plan import Plan
from auditor.run.replay import collected_by
from collectors.collector import Collected

_VALUES = {"content-type": "application/json"}
"""What a header is taken to hold when only its name is given."""


@click.command()
@click.argument("finding", required=False)
@click.option("--url", help="The URL that the page calls.")
@click.option("--origin", help="The origin of the page, as https://app.example.com, or null.")
@click.option("--method", default="GET", show_default=True)
@click.option(
    "--header", "headers", multiple=True, metavar="NAME[: VALUE]", help="A header that script sets."
)
@click.option("--credentials", is_flag=True, help="With the user's cookies (credentials: include).")
@click.option(
    "--live", is_flag=True, help="Send it too: a preflight, and the request if GET or HEAD."
)
@click.option(
    "--source", "sources", multiple=True, metavar="PATH", help="Files instead of a configuration."
)
@click.option(
    "--run", "which", metavar="ID|last|FILE", help="What that run read, instead of reading now."
)
@click.option("--config", type=click.Path(path_type=Path))
@click.option("--allowlist", type=click.Path(path_type=Path))
@click.option("--assume", multiple=True, metavar="P=V[,K=V]")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--exit-code", is_flag=True, help="10 when the answer is not what the allowlist wants."
)
def explain(
    finding: str | None,
    url: str | None,
    origin: str | None,
    method: str,
    headers: tuple[str, ...],
    credentials: bool,
    live: bool,
    sources: tuple[str, ...],
    which: str | None,
    config: Path | None,
    allowlist: Path | None,
    assume: tuple[str, ...],
    form: str,
    exit_code: bool,
) -> None:
    """Explain one browser request: who answers, who writes which line, what the browser does and why.

    Give --url and --origin, or the id of a FINDING of the last run. With --live and nothing
    configured here, only what really comes back is judged: no account is needed. With --run FILE,
    an exported run is looked into, by the files kept with it and as of its day: no store is needed.

    \b
    Examples:
      cors-audit explain 7f3a91c2 --run latest.run
      cors-audit explain --url https://api.example.com/v1/orders/7 \\
          --origin https://shop.partner.example --method PUT --header x-request-id --credentials
    """
    nowhere = not sources and which is None and config is None
    if live and nowhere and not Path("cors-audit.yaml").exists():
        asked = _asked(url, origin, method, headers, credentials)
        print(_live_alone(asked, form))
        return
    if which is None:
        read = Read(load_plan(sources, config, allowlist, assume), now().date())
    else:
        read = _of_run(which, sources, config)
    plan = read.plan
    if finding is not None:
        url, origin, credentials = _of_finding(read, finding, credentials)
    asked = _asked(url, origin, method, headers, credentials)
    estate = estate_of(plan, read.collected())
    host, path = asked.place
    environment = environment_for(plan, estate, host, path)
    trusted = extended(plan.allowlist, plan.waivers, read.day)
    found = explain_request(estate, trusted, environment, asked, read.day)
    report = report_of(found, tuple(_live_lines(asked)) if live else ())
    print(_shown(report, form))
    if exit_code and deviates(found):
        sys.exit(10)


@dataclass(frozen=True, slots=True)
class Read:
    """What is explained: what a run read (`record`), on its `day`, or what can be read now."""

    plan: Plan
    day: date
    record: RunRecord | None = None

    def collected(self) -> Collected:
        """Everything that was read."""
        if self.record is not None:
            return collected_by(self.record)
        return collect(self.plan, os.environ, lambda _text: None, now())


def _of_run(which: str, sources: tuple[str, ...], config: Path | None) -> Read:
    from auditor.cli.stored import Asked as AskedRun
    from auditor.cli.stored import load_nights

    if sources:
        stop(["--run and --source exclude each other; name one of them"])
    plan, nights = load_nights(AskedRun(which, config, None))
    return Read(plan, nights.now.head.started.date(), nights.now)


def _asked(
    url: str | None, origin: str | None, method: str, headers: tuple[str, ...], credentials: bool
) -> Asked:
    problems: list[str] = []
    target = origin_of(url) if url else None
    if not isinstance(target, Origin):
        problems.append(f"--url {url!r}: no http or https URL; write https://api.example.com/path")
    page = parse(origin) if origin else None
    if page is None:
        problems.append(
            "--origin: missing; write the origin of the page, as https://app.example.com"
        )
    elif isinstance(page, Refused):
        hint = f"; write {page.hint}" if page.hint else ""
        problems.append(f"--origin {origin!r}: no browser sends it, {page.reason}{hint}")
    if (
        problems
        or url is None
        or not isinstance(target, Origin)
        or not isinstance(page, Origin | Opaque)
    ):
        stop(problems)
    return Asked(url, target, page, method, tuple(map(_header, headers)), credentials)


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    name = name.strip().lower()
    return name, value.strip() if colon else _VALUES.get(name, "1")


def _of_finding(read: Read, finding: str, credentials: bool) -> tuple[str, str, bool]:
    """URL, origin and credentials that show the finding of that run, or of the last one."""
    from auditor.cli.stored import LAST, identify, open_existing

    record = read.record
    if record is None:
        if read.plan.store is None:
            stop([f"finding {finding}: no store to look it up in; give --url and --origin"])
        with open_existing(read.plan) as store:
            record = store.run(identify(store, LAST))
    begins = finding.lower()
    known = [d.finding for d in record.drifts if d.finding and d.fingerprint.startswith(begins)]
    if len(known) != 1 or known[0].witness is None:
        stop([f"finding {finding}: not one finding of that run; see cors-audit findings"])
    one = known[0]
    route = one.routes[0].rpartition(" ")[2]
    url = f"https://{route.removesuffix('/*').replace('*', '')}/"
    with_cookies = any(word.endswith("_cred") for word in one.capabilities)
    return url, str(one.witness), credentials or with_cookies


def _live_alone(asked: Asked, form: str) -> str:
    """What really comes back, judged; nothing is known of the hops."""
    exchange = _send(asked)
    lines = tuple(_described(asked, exchange))
    if form == "json":
        return json.dumps({"url": asked.url, "origin": asked.origin, "live": list(lines)})
    return "\n".join(lines)


def _live_lines(asked: Asked) -> list[str]:
    return list(_described(asked, _send(asked)))


def _send(asked: Asked) -> Exchange:
    return send(Probe(asked.url, asked.origin, asked.method, asked.unsafe, asked.preflighted))


def _described(asked: Asked, exchange: Exchange) -> list[str]:
    lines: list[str] = []
    for name, part in (("preflight", exchange.preflight), (asked.method, exchange.actual)):
        if isinstance(part, Failed):
            lines.append(f"{name}: no answer ({part.reason})")
        elif part is not None:
            lines.append(f"{name}: {part.status}")
            kept = [
                f"  {n}: {v}"
                for n, v in part.lines
                if n.startswith("access-control-") or n == "vary"
            ]
            lines += kept or ["  no CORS header"]
    return [*lines, _live_verdict(asked, exchange)]


def _live_verdict(asked: Asked, exchange: Exchange) -> str:
    parts = {
        key: _answer(part) for key, part in (("p", exchange.preflight), ("a", exchange.actual))
    }
    judged = judge(Question(browser_request(asked), parts["p"], parts["a"]))
    if judged.shared is None:
        ok = judged.preflight_ok
        words = "not known" if ok is None else "passes" if ok else "fails"
        return (
            f"browser: the preflight {words}; {asked.method} itself was not sent: {judged.reason}"
        )
    return f"browser: {'ALLOWED' if judged.shared else 'BLOCKED'}: {judged.reason}"


def _answer(part: Received | Failed | None) -> Answer | None:
    return Answer(part.status, part.lines) if isinstance(part, Received) else None


def _shown(report: ExplainReport, form: str) -> str:
    return json.dumps(asdict(report), indent=2) if form == "json" else lay_out(report)
