"""What a run is to look at: from the configuration, or from files and folders named at the prompt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from auditor.core.allowlist import Allowlist
from auditor.core.waiver.waiver import Waivers
from auditor.edge.code_owners import CodeOwners
from auditor.edge.config.model import Aws, Config, FailOn, Kubernetes
from auditor.edge.store.record import Input
from auditor.run.mapping import app_mapping
from collectors.app.mapping import AppMapping
from collectors.collector import Options


@dataclass(frozen=True, slots=True)
class AppSource:
    """An app's settings by a mapping; `values`: files that placeholders are filled from."""

    mapping: AppMapping
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run needs to know before it reads.

    `base`: the folder that paths are relative to. `files`: files and folders to look through.
    `code_owners`: the CODEOWNERS files, by the paths that the configuration names.
    `whole`: what is named is all there is, so that a host of the allowlist that nothing answers to is a
    gap. `estate`: what the run covers, so that runs over the same are compared; `store` None: nothing is
    kept. `assume`: by product, what is taken for granted where nothing read says it. `inputs`: the files
    of the user's that all this comes from, and what was assumed, as they are kept with the run.
    """

    base: Path
    config: Config
    estate: str
    whole: bool = False
    files: tuple[str, ...] = ()
    apps: tuple[AppSource, ...] = ()
    aws: Aws | None = None
    kubernetes: Kubernetes | None = None
    allowlist: Allowlist | None = None
    waivers: Waivers = field(default_factory=Waivers)
    store: Path | None = None
    fail_on: FailOn = field(default_factory=FailOn)
    assume: Mapping[str, Options] = field(default_factory=dict)
    code_owners: Mapping[str, CodeOwners] = field(default_factory=dict)
    inputs: tuple[Input, ...] = ()


def plan_of(
    config: Config,
    base: Path,
    name: str,
    allowlist: Allowlist | None,
    assume: Mapping[str, Options],
) -> Plan:
    """The plan of a configuration file `name` in the folder `base`; `assume` from the prompt wins."""
    mapped = [entry for entry in config.files if entry.serves or entry.workload]
    plain = [path for entry in config.files if entry not in mapped for path in entry.path]
    known = {one.product: {"version": one.version} for one in config.assume}
    return Plan(
        base=base,
        config=config,
        estate=name,
        whole=True,
        files=tuple(plain),
        apps=tuple(AppSource(app_mapping(entry), entry.values) for entry in mapped),
        aws=config.aws,
        kubernetes=config.kubernetes,
        allowlist=allowlist,
        store=base / config.store,
        fail_on=config.fail_on,
        assume={**known, **assume},
    )


def plan_for(
    sources: tuple[str, ...], base: Path, allowlist: Allowlist | None, assume: Mapping[str, Options]
) -> Plan:
    """The plan for files and folders named at the prompt: no configuration, nothing kept."""
    return Plan(
        base=base,
        config=Config(),
        estate=" ".join(sorted(sources)),
        files=sources,
        allowlist=allowlist,
        assume=assume,
    )


def parse_assumptions(texts: tuple[str, ...]) -> dict[str, Options]:
    """`ingress-nginx=1.15.1,validation=on` by product; raises ValueError naming the bad one."""
    assume: dict[str, Options] = {}
    for text in texts:
        product, equals, rest = text.partition("=")
        version, *others = rest.split(",")
        pairs = [other.partition("=") for other in others]
        if not product or not equals or any(not mark or not key for key, mark, _ in pairs):
            raise ValueError(
                f"--assume {text!r}: not PRODUCT=VERSION[,KEY=VALUE...]; "
                "write ingress-nginx=1.15.1,validation=on"
            )
        assume[product] = {"version": version} | {key: value for key, _, value in pairs}
    return assume
