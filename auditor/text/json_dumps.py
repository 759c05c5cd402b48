"""Large JSON files: the standard library's C decoder, without positions.

The decoder builds plain lists before anything here can count; strings and numbers are bounded
by the file's size, so only the brackets are counted before it starts.
"""

import json
from typing import NoReturn

from auditor.text.encoding import require_characters
from auditor.text.entries import Entries
from auditor.text.limits import Budget, Limits
from auditor.text.numbers import read_float, read_integer
from auditor.text.problems import BrokenDocumentError, Problems
from auditor.text.tree import Mark, Node, Scalar, Sequence

_HERE = Mark(1, 1)
_SPLIT = "split it or leave it out"


def read_dump(text: str, limits: Limits, problems: Problems) -> Node:
    """Return the only value of the text, all marks on line 1; raises BrokenDocumentError."""
    if text.count("[") + text.count("{") > limits.json_nodes:
        what = f"more than {limits.json_nodes:,} values"
        raise BrokenDocumentError(None, what, _SPLIT)
    try:
        decoded = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = f"this is not JSON: {error.msg} (column {error.colno})"
        raise BrokenDocumentError(error.lineno, what, "correct it") from None
    except RecursionError:
        raise _too_deep(limits) from None
    except ValueError as error:
        raise BrokenDocumentError(None, f"this is not JSON: {error}", "correct it") from None
    return _Grower(limits, problems).grow(decoded, 0)


class _Pairs(list[tuple[str, object]]):
    """An object as the decoder saw it: its doubled keys are still there."""


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_Pairs,
    parse_int=lambda text: Scalar(read_integer(text), text, _HERE),
    parse_float=lambda text: Scalar(read_float(text), text, _HERE),
    parse_constant=_refuse_constant,
)
_EMPTY = Sequence((), _HERE)
_CONSTANTS = {
    True: Scalar(True, "true", _HERE),
    False: Scalar(False, "false", _HERE),
    None: Scalar(None, "null", _HERE),
}


class _Grower:
    """Turns what the decoder returned into nodes, within the limits."""

    def __init__(self, limits: Limits, problems: Problems) -> None:
        self._limits = limits
        self._problems = problems
        self._budget = Budget(limits.json_nodes)
        # Without positions, equal texts are equal nodes: one for all saves most of the memory.
        self._texts: dict[str, Scalar] = {}

    def grow(self, decoded: object, depth: int) -> Node:
        """Return the node of a decoded value that stands in `depth` collections."""
        self._budget.spend(1, None)
        match decoded:
            case str():
                return self._text(decoded)
            case Scalar():
                return decoded
            case _Pairs():
                self._require_depth(depth + 1)
                return self._mapping(decoded, depth + 1)
            case []:
                self._require_depth(depth + 1)
                return _EMPTY
            case list():
                self._require_depth(depth + 1)
                return Sequence(tuple([self.grow(item, depth + 1) for item in decoded]), _HERE)
            case True | False | None:
                return _CONSTANTS[decoded]
            case _:
                raise TypeError(type(decoded))

    def _mapping(self, pairs: _Pairs, depth: int) -> Node:
        entries = Entries(self._problems)
        for key, value in pairs:
            self._budget.spend(1, None)
            entries.add(self._text(key), self.grow(value, depth))
        return entries.mapping(_HERE)

    def _text(self, text: str) -> Scalar:
        known = self._texts.get(text)
        if known is None:
            require_characters(text, None)
            known = self._texts[text] = Scalar(text, text, _HERE, quoted=True)
        return known

    def _require_depth(self, depth: int) -> None:
        if depth > self._limits.depth:
            raise _too_deep(self._limits)


def _too_deep(limits: Limits) -> BrokenDocumentError:
    what = f"nested more than {limits.depth} levels deep"
    return BrokenDocumentError(None, what, _SPLIT)
