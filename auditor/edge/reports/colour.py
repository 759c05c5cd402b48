"""Colours for a terminal: the reports' door to rich, opened only when one is there."""

from __future__ import annotations

from rich.color import ColorSystem
from rich.style import Style

from auditor.edge.reports.layout import Tone

_STYLES = {
    Tone.CRITICAL: Style(color="red", bold=True, reverse=True),
    Tone.HIGH: Style(color="red", bold=True),
    Tone.MEDIUM: Style(color="yellow", bold=True),
    Tone.LOW: Style(color="cyan"),
    Tone.STRONG: Style(bold=True),
    Tone.FAINT: Style(dim=True),
    Tone.GAIN: Style(color="red"),
    Tone.LOSS: Style(color="yellow"),
}


def paint(text: str, tone: Tone) -> str:
    """`text` in the colour of `tone`, in the sixteen colours that every terminal has."""
    return _STYLES[tone].render(text, color_system=ColorSystem.STANDARD)
