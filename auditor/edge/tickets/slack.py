"""Messages as Slack's blocks: mrkdwn in which only our own marks work.

`&`, `<` and `>` are escaped, so that `<!channel>`, `<@U1>` and `<https://x|y>` are text; `verbatim`
keeps URLs, channel names and `@here` as they are; and words with anything else in them stand as
code, which knows no emphasis and no emoji. A backtick, which cannot be escaped there, is shown as
`\\x60`. Caps: docs.slack.dev/reference/block-kit, text object and blocks: 3,000 characters of a text
object, 150 of a header, 50 blocks of a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, assert_never

from auditor.core.reading import Json
from auditor.edge.reports.layout import safe
from auditor.edge.tickets.plain import columns
from auditor.edge.tickets.prose import Block, BlockKind, Prose
from auditor.edge.tickets.words import Piece, pieces

TEXT_CAP: Final = 3_000
HEADER_CAP: Final = 150
BLOCKS_CAP: Final = 50
LINE_CAP: Final = 260
"""Characters of one line; none grows to more than ten (`\\U000e0001`), so each fits in a text."""
_LABEL_CAP: Final = 20
_LINE_ROOM: Final = 2_700
"""Of a text, what a line may take beside its label."""
_NO_LINKS: Final[Mapping[str, str]] = MappingProxyType({})
_LINK_PREFIX: Final = "https://"
_FENCE: Final = "```"


def render_slack(prose: Prose, links: Mapping[str, str] = _NO_LINKS) -> dict[str, Json]:
    """`prose` as the body of a message. `links`: names of tickets, and their URLs as their trackers
    gave them; a word that is one of these names, exactly, is a link, and no other is."""
    blocks = [piece for block in prose for piece in _blocks(block, links)]
    if len(blocks) > BLOCKS_CAP:
        left = len(blocks) - BLOCKS_CAP + 1
        blocks = [*blocks[: BLOCKS_CAP - 1], _section(f"{left} more parts are left out.")]
    fallback = next((one.text for one in prose if one.text), "cors-audit")
    content: list[Json] = list[Json](blocks)
    return {
        "text": _escaped(safe(fallback, LINE_CAP)),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": content,
    }


def _blocks(block: Block, links: Mapping[str, str]) -> Iterator[dict[str, Json]]:
    if not block.text and not block.rows:
        return
    match block.kind:
        case BlockKind.TEXT:
            yield from _sections([_line(block.text, links)])
        case BlockKind.HEADING:
            yield _header(block.text)
        case BlockKind.ROWS:
            yield from _sections(_labelled(row, links) for row in block.rows)
        case BlockKind.CODE:
            yield from _fenced(block.text.split("\n"))
        case BlockKind.ITEMS:
            yield from _sections(f"\u2022 {_line(row[0], links)}" for row in block.rows)
        case BlockKind.TABLE:
            yield from _fenced(columns(block.rows, _LABEL_CAP * 4))
        case _:
            assert_never(block.kind)


def _header(text: str) -> dict[str, Json]:
    shown = safe(text)[:HEADER_CAP]
    return {"type": "header", "text": {"type": "plain_text", "text": shown, "emoji": False}}


def _labelled(row: tuple[str, ...], links: Mapping[str, str]) -> str:
    label, value = row
    shown = _line(value, links)
    return f"{_line(label[:_LABEL_CAP])}: {shown}" if label else shown


def _sections(lines: Iterable[str]) -> Iterator[dict[str, Json]]:
    """As few sections as hold all `lines`."""
    return (_section(text) for text in _packed(lines, TEXT_CAP))


def _fenced(lines: Iterable[str]) -> Iterator[dict[str, Json]]:
    shown = (_literal(safe(line)[: 2 * LINE_CAP]) for line in lines)
    for text in _packed(shown, TEXT_CAP - 2 * len(_FENCE) - 2):
        yield _section(f"{_FENCE}\n{text}\n{_FENCE}")


def _section(text: str) -> dict[str, Json]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def _packed(lines: Iterable[str], cap: int) -> Iterator[str]:
    held = ""
    for line in lines:
        if held and len(held) + 1 + len(line) > cap:
            yield held
            held = line
        else:
            held = f"{held}\n{line}" if held else line
    if held:
        yield held


def _line(text: str, links: Mapping[str, str] = _NO_LINKS) -> str:
    """One line: whole with its links where that fits, else the beginning of it, bare."""
    shown = " ".join(_linked(text, links))
    return shown if len(shown) <= _LINE_ROOM else _bare(text)


def _linked(text: str, links: Mapping[str, str]) -> Iterator[str]:
    held: list[str] = []
    for word in text.split():
        name = word.rstrip(".,;:")
        url = links.get(name, "")
        if not _linkable(url):
            held.append(word)
            continue
        if held:
            yield _bare(" ".join(held))
        held = []
        yield f"<{url}|{_literal(safe(name)).replace('|', ' ')}>{word[len(name) :]}"
    if held:
        yield _bare(" ".join(held))


def _bare(text: str) -> str:
    return "".join(map(_inline, pieces(text, LINE_CAP)))


def _inline(piece: Piece) -> str:
    return f"`{_literal(piece.text)}`" if piece.code else piece.text


def _linkable(url: str) -> bool:
    plain = url.isascii() and url.isprintable()
    return plain and url.startswith(_LINK_PREFIX) and not any(char in " <>|&`" for char in url)


def _literal(text: str) -> str:
    return _escaped(text).replace("`", "\\x60")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
