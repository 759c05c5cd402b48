"""One stage of one REST API as a hop: its cases in order, its names, and whose it is."""

from __future__ import annotations

from auditor.core.hop.behaviour import Behaviour, Respond
from auditor.core.hop.guard import ALWAYS
from auditor.core.reading import ANY_PATH, Hop, Layer, PathCase
from collectors.answers.fields import pairs, text, texts
from collectors.answers.provenance import STACK_TAG
from collectors.gateway.rest_api.behaviour import NOWHERE
from collectors.gateway.rest_api.case import stage_cases, unread_case
from collectors.gateway.rest_api.estate import Api, Stage
from collectors.gateway.rest_api.kind import Kind
from collectors.gateway.rest_api.remark import assumptions, notes, places, remedies

# An API answers a stage that it does not have with 403 Forbidden; no gateway response applies.
_FORBIDDEN = Behaviour(responds=(Respond(ALWAYS, (403,), field="stages"),))


def stage_hop(api: Api, stage: Stage, *, unique: bool) -> Hop:
    """Return the hop of `stage`; `unique`: no other API of the source has the same name."""
    cached = any((stage.cached or {}).values())
    return _hop(
        api,
        stage.name,
        unique=unique,
        cases=tuple(stage_cases(api, stage)),
        assumed=assumptions(api, caches=cached),
    )


def front_hop(api: Api, *, unique: bool) -> Hop:
    """Return the hop of the API's own name, for paths that begin with no stage of it."""
    if api.stages is None:
        return _hop(api, "", unique=unique, cases=(unread_case(api, Kind.STAGES),))
    case = PathCase(ANY_PATH, _FORBIDDEN, NOWHERE, title="no stage")
    return _hop(api, "", unique=unique, cases=(case,))


def _hop(
    api: Api,
    stage: str,
    *,
    unique: bool,
    cases: tuple[PathCase, ...],
    assumed: tuple[str, ...] = (),
) -> Hop:
    body = api.document.body
    own_name = text(body, "name")
    name = own_name if unique and own_name else f"{own_name} {api.id}".strip()
    label = f"{name}/{stage}" if stage else name
    account = text(body, "account") or "unknown account"
    region = text(body, "region") or "unknown region"
    addresses = sorted(one.address for one in api.mappings if stage and one.stage == stage)
    title = f"REST API {api.id} ({own_name}, {region})"
    return Hop(
        id=f"rest-api:{account}/{region}/{label}",
        layer=Layer.GATEWAY,
        product="rest-api",
        title=f"{title}, stage {stage}" if stage else title,
        where=api.document.where,
        answers=(f"rest-api:{api.id}/{stage}" if stage else f"execute-api:{api.id}",),
        cases=cases,
        source=api.document.source,
        document=api.document.key,
        role=addresses[0] if addresses else label,
        fields=tuple(sorted(places(api).items())) if stage else (),
        remedies=remedies(api) if stage else (),
        labels=_labels(api, stage, account, region),
        assumed=assumed,
        notes=notes(api) if stage else (),
    )


def _labels(api: Api, stage: str, account: str, region: str) -> tuple[tuple[str, str], ...]:
    body = api.document.body
    tags = pairs(body, "tags")
    stack = tags.get(STACK_TAG)
    return (
        ("account", account),
        ("region", region),
        *((("stage", stage),) if stage else ()),
        *(("endpoint", kind) for kind in texts(body, "endpointTypes")),
        *((("stack", stack),) if stack else ()),
        *((f"tag:{name}", value) for name, value in tags.items()),
    )
