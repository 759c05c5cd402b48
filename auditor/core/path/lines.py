"""Operations at work on header lines."""

from collections.abc import Callable

from auditor.core.hop.op import Act, Op
from auditor.core.path.exchange import Line


def apply_op(
    lines: tuple[Line, ...], op: Op, hop: int, value_for: Callable[[str], str | None]
) -> tuple[Line, ...]:
    """`lines` after `op`, written by the hop at position `hop`.

    `value_for` gives the value to write for a name, or None when there is none: then nothing is
    written and nothing is taken away.
    """
    if op.act is Act.REMOVE:
        return tuple(line for line in lines if line.name not in op.names)
    for name in op.names:
        value = value_for(name)
        if value is not None:
            lines = _WRITERS[op.act](lines, Line(name, value, hop, op.field))
    return lines


def _set(lines: tuple[Line, ...], new: Line) -> tuple[Line, ...]:
    return (*(line for line in lines if line.name != new.name), new)


def _set_if_absent(lines: tuple[Line, ...], new: Line) -> tuple[Line, ...]:
    return lines if any(line.name == new.name for line in lines) else (*lines, new)


def _add_line(lines: tuple[Line, ...], new: Line) -> tuple[Line, ...]:
    return (*lines, new)


def _join(lines: tuple[Line, ...], new: Line) -> tuple[Line, ...]:
    for at in range(len(lines) - 1, -1, -1):
        if lines[at].name == new.name:
            joined = new._replace(value=f"{lines[at].value}, {new.value}")
            return (*lines[:at], joined, *lines[at + 1 :])
    return (*lines, new)


def _add_token(lines: tuple[Line, ...], new: Line) -> tuple[Line, ...]:
    there = {
        token.strip().lower()
        for line in lines
        if line.name == new.name
        for token in line.value.split(",")
    }
    return lines if new.value.lower() in there else _join(lines, new)


_WRITERS: dict[Act, Callable[[tuple[Line, ...], Line], tuple[Line, ...]]] = {
    Act.SET: _set,
    Act.SET_IF_ABSENT: _set_if_absent,
    Act.ADD_LINE: _add_line,
    Act.JOIN: _join,
    Act.ADD_TOKEN: _add_token,
}
