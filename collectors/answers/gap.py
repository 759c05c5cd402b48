"""What a call of AWS that failed leaves unread."""

from auditor.core.reading import Layer, Unread
from collectors._aws import Trouble
from collectors.answers.provenance import Provenance
from collectors.collector import Collected


def unread(
    place: Provenance, part: str, trouble: Trouble, names: tuple[str, ...], *, layer: Layer
) -> Collected:
    """The gap that `trouble` leaves where `part` of `place` should be; `names`: what it blinds."""
    gap = Unread(
        scope=f"{place.where} {part}",
        source=place.source,
        gap=trouble.gap,
        reason=trouble.reason,
        do=trouble.do,
        where=place.where,
        layer=layer,
        names=names,
    )
    return Collected(unread=(gap,))
