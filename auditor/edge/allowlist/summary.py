"""What a draft comes to, in lines for people."""

from collections import Counter
from collections.abc import Iterator

from auditor.edge.allowlist.draft import Draft
from auditor.edge.allowlist.team_text import UNOWNED
from auditor.text.problems import printable


def summarize(draft: Draft, folder: str) -> Iterator[str]:
    """Yield the lines; `folder` is where the files were written, ending in a slash."""
    yield (
        f"wrote {_count(len(draft.files), 'file')}, one for each owner; "
        f"{_count(draft.origins, 'origin')}, {_count(draft.routes, 'route group')} "
        f'(from {_count(draft.observed, "route")}), all "proposed"'
    )
    if draft.lonely:
        yield f"  {_count(draft.lonely, 'origin')} granted on one route group only"
    if draft.ownerless:
        yield f"  {_count(draft.ownerless, 'origin')} without an owner: {folder}{UNOWNED}.yaml"
    if draft.public:
        counted = _count(draft.public, "route group")
        yield f'  {counted} "*" without cookies: drafted as public: true, please confirm'
    if draft.not_drafted:
        yield "NOT drafted, decide by hand:"
        for why, count in Counter(one.why for one in draft.not_drafted).items():
            yield f"  {count:>4}  {why}, e.g. {_example(draft, why)}"
    yield 'Proposed entries open no tickets and count as "unreviewed", never as clean, until the line'
    yield f'"status: proposed" is gone. They go stale on {draft.stale}.'
    yield f"next: cors-audit validate {folder}    then commit; CODEOWNERS sends each file to its team"


def _example(draft: Draft, why: str) -> str:
    first = next(one for one in draft.not_drafted if one.why == why)
    return printable(f"{first.origin} on {first.route}" if first.origin else first.route)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
