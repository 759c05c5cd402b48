"""Layers that nothing here reads, as their owners describe them in the configuration."""

from typing import assert_never

from auditor.core.hop.behaviour import (
    TRANSPARENT,
    Behaviour,
    Case,
    Doing,
    UnreadBehaviour,
)
from auditor.core.hop.guard import ALWAYS, Guard, OriginIn, OriginPresent
from auditor.core.hop.header import (
    ALLOW_CREDENTIALS,
    ALLOW_HEADERS,
    ALLOW_METHODS,
    ALLOW_ORIGIN,
    CORS_NAMES,
)
from auditor.core.hop.op import Act, Literal, Op, TheOrigin, Value, remove
from auditor.core.language.pattern import Dialect, Pattern, exact
from auditor.core.link.estate import Declared
from auditor.core.reading import ANY_PATH, Hop, PathCase
from auditor.edge.config.model import Acts, DeclaredHop

SOURCE = "config"


def declared(hop: DeclaredHop) -> Declared:
    """`hop` as linking takes it; once expired it counts as unread again."""
    return Declared(
        Hop(
            id=f"declared {hop.name}",
            layer=hop.layer,
            product="declared",
            title=f"{hop.name} (declared by {hop.declared_by} until {hop.expires})",
            where=hop.where,
            answers=(),
            cases=(PathCase(ANY_PATH, _doing(hop), ()),),
            source=SOURCE,
            document="",
            role=hop.name,
            labels=(("owner", hop.declared_by),),
            assumed=(f"{hop.name} acts {hop.acts}, says {hop.declared_by} until {hop.expires}",),
        ),
        hop.in_front_of,
    )


def _doing(hop: DeclaredHop) -> Doing:
    if hop.expired:
        return UnreadBehaviour(f"the declaration of {hop.name} expired on {hop.expires}")
    match hop.acts:
        case Acts.TRANSPARENT:
            return TRANSPARENT
        case Acts.STRIPS:
            return Behaviour(edits=((Case(ALWAYS, (remove(*CORS_NAMES),)),),))
        case Acts.SETS_WHEN_MATCHED:
            return Behaviour(edits=((_case(hop, Act.SET),),))
        case Acts.APPENDS:
            return Behaviour(edits=((_case(hop, Act.ADD_LINE),),))
        case Acts.OWNS:
            stripped = (Case(ALWAYS, (remove(*CORS_NAMES),)),)
            return Behaviour(edits=(stripped, (_case(hop, Act.SET),)))
        case _:
            assert_never(hop.acts)


def _case(hop: DeclaredHop, act: Act) -> Case:
    when, origin = _origin(hop)
    ops = [Op(act, (ALLOW_ORIGIN,), origin, "allow_origins")]
    if hop.allow_credentials:
        ops.append(Op(act, (ALLOW_CREDENTIALS,), Literal("true"), "allow_credentials"))
    for name, texts, field in (
        (ALLOW_METHODS, hop.allow_methods, "allow_methods"),
        (ALLOW_HEADERS, hop.allow_headers, "allow_headers"),
    ):
        if texts:
            ops.append(Op(act, (name,), Literal(", ".join(texts)), field))
    return Case(when, tuple(ops))


def _origin(hop: DeclaredHop) -> tuple[Guard, Value]:
    if "*" in hop.allow_origins:
        return ALWAYS, Literal("*")
    if "reflect" in hop.allow_origins:
        return (OriginPresent(),), TheOrigin()
    patterns = tuple(
        Pattern(Dialect.ALLOWLIST, text) if "*" in text else exact(text)
        for text in hop.allow_origins
    )
    return (OriginIn(patterns),), TheOrigin()
