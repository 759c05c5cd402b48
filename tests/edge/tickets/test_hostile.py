"""Hostile values in every field of everything that a ticket or a message is made of, one at a time."""

import types
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest

from auditor.edge.tickets import comments, review, umbrella
from auditor.edge.tickets.adf import render_adf
from auditor.edge.tickets.markdown import render_line, render_markdown
from auditor.edge.tickets.messages import digest, notice
from auditor.edge.tickets.plain import render_plain
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.slack import render_slack
from auditor.edge.tickets.text import ticket_body
from auditor.edge.tickets.title import ticket_title
from tests.edge.tickets import tales
from tests.edge.tickets.harmless import (
    assert_adf_harmless,
    assert_harmless,
    assert_slack_harmless,
)
from tests.edge.tickets.hostile import EVERYTHING, HOSTILE

CANARY = "Zebra"
"""A plain word that nothing else holds."""
RUN, TODAY = tales.RUN, tales.TODAY


def on_a_ticket(telling: Any) -> Iterator[tuple[str, Prose]]:
    yield "body", ticket_body(telling)
    yield "changed", comments.comment_changed(telling, None)
    yield "changed-from", comments.comment_changed(tales.FULL, telling.finding)
    yield "worse", comments.comment_worse(telling, tales.BEFORE)
    yield "fixed", comments.comment_fixed(telling.run, telling.changes)
    yield "expired", comments.comment_expired(telling)
    yield "regressed", comments.comment_regressed(telling)
    yield "by-hand", comments.comment_by_hand(telling)
    yield "escalated", comments.comment_escalated(telling.run, telling.finding)
    yield "verified", comments.comment_verified(telling)
    members = (telling.finding, telling.finding)
    yield "umbrella", umbrella.umbrella_body(members, telling.run, 1)
    yield "umbrella-changed", umbrella.comment_umbrella_changed(members, 1, telling.run)
    yield "umbrella-by-hand", umbrella.comment_umbrella_by_hand(members, telling.run)
    for title in (ticket_title(telling.finding), umbrella.umbrella_title(members)):
        assert_harmless(render_line(title))


def on_an_accepted_one(waived: Any) -> Iterator[tuple[str, Prose]]:
    yield "accepted", comments.comment_accepted(RUN, waived)
    yield "expired", comments.comment_expired(tales.FULL, waived)


def on_a_review(found: Any) -> Iterator[tuple[str, Prose]]:
    yield "review", review.review_body(found, TODAY)
    yield "review-changed", review.comment_review_changed(found, TODAY, RUN)
    yield "review-by-hand", review.comment_review_by_hand(found, TODAY, RUN)
    assert_harmless(render_line(review.review_title(found)))


def as_a_notice(found: Any) -> Iterator[tuple[str, Prose]]:
    yield "notice", notice(found)


def as_a_digest(found: Any) -> Iterator[tuple[str, Prose]]:
    yield "digest", digest(found)


def on_an_unverified_one(reason: Any) -> Iterator[tuple[str, Prose]]:
    yield "unverified", comments.comment_unverified(RUN, reason)


Texts = Callable[[Any], Iterator[tuple[str, Prose]]]
FILLED = replace(
    tales.FULL,
    finding=replace(tales.WIDENED, because=("a",)),
    unread=("mesh",),
    drift=replace(tales.FULL.drift, reason="r"),
)
SUBJECTS: tuple[tuple[str, Any, Texts], ...] = (
    ("telling", FILLED, on_a_ticket),
    ("telling", tales.WAIVER_OVER, on_a_ticket),
    ("waived", tales.WAIVED, on_an_accepted_one),
    ("review", tales.REVIEW, on_a_review),
    ("notice", tales.NOTICE, as_a_notice),
    ("digest", replace(tales.DIGEST, waivers=tales.WAIVERS[:2]), as_a_digest),
    ("reason", "r", on_an_unverified_one),
)


def poisoned(value: Any, text: str, path: str, hint: Any = str) -> Iterator[tuple[str, Any]]:
    """`value` with each text in it, and each that it could have, replaced by `text`, one at a time."""
    if type(value) is str or (value is None and takes_text(hint)):
        yield path, text
    elif isinstance(value, tuple):
        item = next(iter(get_args(hint)), str)
        for index, one in enumerate(value[:1]):
            for name, other in poisoned(one, text, path, item):
                yield name, (*value[:index], other, *value[index + 1 :])
    elif is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        for one in fields(value):
            inner = getattr(value, one.name)
            for name, other in poisoned(inner, text, f"{path}.{one.name}", hints[one.name]):
                yield name, replace(value, **{one.name: other})


def takes_text(hint: Any) -> bool:
    union = get_origin(hint) in (Union, types.UnionType)
    return hint is str or (union and str in get_args(hint))


def variants(text: str, only: str | None = None) -> Iterator[tuple[str, dict[str, Prose]]]:
    """For each field (or `only` one) what is said with `text` in it, where that is anything else."""
    for name, value, texts in SUBJECTS:
        usual = dict(texts(value))
        for path, other in poisoned(value, text, name):
            if only in (None, path):
                said = dict(texts(other))
                yield path, {key: one for key, one in said.items() if one != usual[key]}


FIELDS = sorted({path for path, _ in variants(CANARY)})
SILENT = frozenset(
    {
        # It is hashed, or it picks words; it is not shown.
        "telling.drift.fingerprint",
        "telling.drift.changed",
        "telling.drift.reason",
        "telling.finding.capabilities",
        "telling.finding.documents",
        "telling.finding.grantor.hop",
        "telling.finding.grantor.role",
        "waived.key",
        # The URL behind a ticket's name, which Slack gets as a link.
        "digest.left.url",
        "digest.new.url",
        "digest.standing.url",
        "notice.new.url",
        # Shown of entries of the allowlist on its own pages.
        "review.entries.owner",
        "review.entries.party",
        "review.entries.reason",
        "digest.waivers.reason",
        "digest.waivers.ticket",
    }
)


def assert_only_text(prose: Prose) -> None:
    assert_harmless(render_markdown(prose))
    assert_adf_harmless(render_adf(prose))
    assert_slack_harmless(render_slack(prose))
    assert all(char.isprintable() or char == "\n" for char in render_plain(prose))


@pytest.mark.parametrize("path", FIELDS)
def test_hostile_text_in_a_field_is_only_text(path: str) -> None:
    for _, said in variants(EVERYTHING, path):
        for prose in said.values():
            assert_only_text(prose)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_the_fields_that_are_shown_everywhere_is_only_text(text: str) -> None:
    for path in ("telling.finding.what", "telling.finding.witness", "telling.finding.subject"):
        for _, said in variants(text, path):
            assert_harmless(render_markdown(said.get("body", ())))


def test_every_field_is_shown_or_known_not_to_be() -> None:
    """A text that left a field out would pass the tests above."""
    shown = {
        path
        for path, said in variants(CANARY)
        if any(CANARY in render_plain(one) for one in said.values())
    }
    silent = {path for path in FIELDS if not path.startswith("telling.drift.finding.")} - shown
    assert silent == SILENT, "show it, or say there why not"
