"""What integration responses do to the headers of an answer: which one is chosen, what it writes.

Facts: an answer from behind is replaced; of its headers those come out that are mapped to a declared
response header (developer guide, request-response-data-mappings). The pattern of a response is a
Java expression for the status, for a Lambda function for its error message; without one it is the
default, and a pattern that takes no message at all overrides the default (handle-errors-in-lambda-
integration, how-to-method-settings-execution-console; botocore 1.44.5, selectionPattern).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from auditor.core.hop.behaviour import Case, Step
from auditor.core.hop.guard import ALWAYS, Guard, OriginIn, StatusIn, UnknownGuard
from auditor.core.hop.op import InnerHeader, Op, TheOrigin, UnknownValue, remove, set_
from auditor.core.language.membership import takes_alone
from auditor.core.language.pattern import Dialect, Pattern
from collectors.gateway.rest_api.mapping import value_of
from collectors.gateway.rest_api.method import OPTIONS_METHOD, Integration, IntegrationResponse
from collectors.gateway.rest_api.override import WRITTEN, Alternative, Opaque, Overrides

FIELD = "integrationResponses"
TEMPLATES = "responseTemplates"

_STATUSES = range(100, 600)

Selected = tuple[Guard, IntegrationResponse]
"""An integration response, and which answers from behind it is chosen for."""


def field_of(verb: str, response: IntegrationResponse, part: str) -> str:
    """Return what a setting of `response` is called; the answer to OPTIONS is one of its own, those
    of other methods share names, so that many methods with the same settings are the same."""
    return f"{prefix_of(verb)}{FIELD}.{response.status}.{part}"


def prefix_of(verb: str) -> str:
    """Return what the fields of a method's settings begin with."""
    return f"{OPTIONS_METHOD}." if verb == OPTIONS_METHOD else ""


def mapped_ops(
    response: IntegrationResponse, verb: str, variables: Mapping[str, str]
) -> tuple[Op, ...]:
    """Return the header lines that the mappings of `response` write."""
    return tuple(
        set_(header, value_of(value, variables, header), field_of(verb, response, header))
        for header, value in response.headers
    )


def copies_inner(integration: Integration) -> bool:
    """Say whether a header of the answer from behind can come out."""
    return any(
        isinstance(value_of(value, {}, header), InnerHeader)
        for response in integration.responses
        for header, value in response.headers
    )


def selection(integration: Integration) -> tuple[Selected, ...]:
    """Return the responses of a non-proxy integration with what each is chosen for, the default last.

    What they are chosen by is the status from behind; for a Lambda function, whose errors have
    none, it is the status that the error comes out with.
    """
    if integration.invokes_function:
        return tuple(_by_message(integration.responses))
    return tuple(_by_status(integration.responses))


def chosen(integration: Integration, status: int) -> IntegrationResponse | None:
    """Return the response of a MOCK integration whose request template chose `status`."""
    for response in integration.responses:
        if response.pattern and status in (statuses_of(response.pattern) or ()):
            return response
    return next((one for one in integration.responses if not one.pattern), None)


def replacing(
    selected: Sequence[Selected], verb: str, variables: Mapping[str, str], otherwise: tuple[Op, ...]
) -> Step:
    """Return the step that puts what is mapped in the place of what came from behind; `otherwise`:
    the lines of an answer that no response is chosen for."""
    drop = remove(*WRITTEN, field=f"{prefix_of(verb)}{FIELD}")
    cases = [Case(when, (drop, *mapped_ops(one, verb, variables))) for when, one in selected]
    if all(when for when, _ in selected):
        cases.append(Case(ALWAYS, (drop, *otherwise)))
    return tuple(cases)


def overriding(selected: Sequence[Selected], verb: str) -> tuple[Step, ...]:
    """Return the steps of the mapping templates, which come after all mappings."""
    chains = [tuple(_chains(response, verb)) for _, response in selected]
    longest = max((len(found) for found in chains), default=0)
    return tuple(tuple(_level(selected, chains, level)) for level in range(longest))


def _level(
    selected: Sequence[Selected], chains: Sequence[tuple[Step, ...]], level: int
) -> Iterator[Case]:
    for (when, _), found in zip(selected, chains, strict=True):
        for case in found[level] if level < len(found) else ():
            yield Case((*when, *case.when), case.ops)
        # What is chosen stays chosen, so that the cases of the next response do not apply.
        yield Case(when, ())


def _chains(response: IntegrationResponse, verb: str) -> Iterator[Step]:
    field = field_of(verb, response, TEMPLATES)
    template = _only_template(response)
    match template:
        case None:
            return
        case Opaque(cause, names):
            why = f"{field}: {cause}"
            ops = tuple(set_(name, UnknownValue(why), field) for name in names)
            yield (Case((UnknownGuard(why),), ops),)
        case Overrides(chains):
            for chain in chains:
                yield tuple(_case(one, field) for one in chain)


def _only_template(response: IntegrationResponse) -> Overrides | Opaque | None:
    """The template of `response`; of several that differ the request's Accept header chooses."""
    if len(response.templates) < 2:
        return next(iter(response.templates), None)
    names = {name for one in response.templates for name in _written_by(one)}
    cause = "its mapping templates differ, and the Accept header chooses between them"
    return Opaque(cause, tuple(sorted(names)))


def _written_by(template: Overrides | Opaque | None) -> Iterable[str]:
    match template:
        case None:
            return ()
        case Opaque(names=names):
            return names
        case Overrides(chains):
            return [name for chain in chains for one in chain for name, _ in one.headers]


def _case(alternative: Alternative, field: str) -> Case:
    patterns = alternative.patterns
    when: Guard = ALWAYS if patterns is None else (OriginIn(patterns),)
    return Case(
        when,
        tuple(
            set_(name, TheOrigin() if value is None else value, field)
            for name, value in alternative.headers
        ),
    )


def _by_message(responses: Sequence[IntegrationResponse]) -> Iterator[Selected]:
    default = _takes_silence(responses) or _default(responses)
    for response in responses:
        if response.pattern and response is not default:
            yield (StatusIn(frozenset({response.status})),), response
    if default is not None:
        yield ALWAYS, default


def _by_status(responses: Sequence[IntegrationResponse]) -> Iterator[Selected]:
    patterned = [one for one in responses if one.pattern]
    taken = [statuses_of(one.pattern) for one in patterned]
    for at, (response, own) in enumerate(zip(patterned, taken, strict=True)):
        if own is None:
            yield (UnknownGuard(f"the pattern {response.pattern} takes a status"),), response
            continue
        others = frozenset().union(*(one or () for i, one in enumerate(taken) if i != at))
        if own - others:
            yield (StatusIn(own - others),), response
        if own & others:
            cause = f"of several patterns that take a status, {response.pattern} is the one"
            yield (UnknownGuard(cause), StatusIn(own & others)), response
    default = _default(responses)
    if default is not None:
        yield ALWAYS, default


def _default(responses: Iterable[IntegrationResponse]) -> IntegrationResponse | None:
    return next((one for one in responses if not one.pattern), None)


def _takes_silence(responses: Iterable[IntegrationResponse]) -> IntegrationResponse | None:
    """The response whose pattern takes the message that a function without an error has: none."""
    return next((one for one in responses if one.pattern and _takes(one.pattern, "")), None)


@lru_cache(maxsize=1_024)
def statuses_of(pattern: str) -> frozenset[int] | None:
    """Return the statuses that the whole of `pattern` takes; None when it cannot be read."""
    verdicts = {status: _takes(pattern, str(status)) for status in _STATUSES}
    if None in verdicts.values():
        return None
    return frozenset(status for status, taken in verdicts.items() if taken)


def _takes(pattern: str, text: str) -> bool | None:
    return takes_alone(Pattern(Dialect.JAVA_FULL, pattern), text)
