"""The question that is put to a request path for each of its classes of origins."""

from __future__ import annotations

from auditor.core.allowlist import AllowedRoute
from auditor.core.decision.classes import (
    actual_methods,
    answers_unknown,
    present_headers,
    request_classes,
    statuses,
    subject,
)
from auditor.core.decision.judged import Ask
from auditor.core.path.exchange import HopChain


def question(
    actual: HopChain,
    preflight: HopChain,
    methods: tuple[str, ...],
    allowed: AllowedRoute | None,
    compared: frozenset[str] | None = None,
) -> Ask:
    """What a route's `methods` and its entry of the allowlist ask of the chains of a request and of its
    preflight. `compared`: the methods whose answers count as usual."""
    about = subject(actual, preflight)
    listed = (None, None) if allowed is None else (allowed.methods, allowed.headers)
    return Ask(
        about,
        actual,
        preflight,
        actual_methods(about, methods, compared or ()),
        present_headers(about),
        request_classes(about, *listed),
        statuses(about),
        unknown=answers_unknown(about),
        compared=compared,
    )
