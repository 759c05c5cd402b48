"""A secret put wherever an answer could hold one, and the search for it in what was kept."""

from dataclasses import asdict

from auditor.core.reading import Document, Reading

CANARY = "Canary-7f3a-secret"


def holds_canary(kept: Document | Reading) -> bool:
    """Say whether anything that was kept holds the secret."""
    shown = repr(asdict(kept)) if isinstance(kept, Document) else repr(kept)
    return CANARY in shown
