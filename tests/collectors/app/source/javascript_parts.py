"""The one part that a program is read as."""

from collectors.app.source.block import Block, Code, Part


def code(parts: tuple[Part, ...]) -> Code:
    [part] = parts
    assert isinstance(part, Code), part
    assert "like: " in part.do or "cors()" in part.do
    return part


def block(parts: tuple[Part, ...]) -> Block:
    [part] = parts
    assert isinstance(part, Block), part
    return part


def values(part: Block) -> dict[str, object]:
    return {str(one.input): one.value for one in part.settings}
