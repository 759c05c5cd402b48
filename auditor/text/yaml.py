"""YAML 1.1 as kubectl and helm write it: many documents, aliases, merge keys, tags."""

from collections.abc import Callable

import yaml
from yaml.reader import Reader, ReaderError

from auditor.text.encoding import decode, require_document_size
from auditor.text.limits import DEFAULT, Limits
from auditor.text.problems import BrokenDocumentError, Problems, printable
from auditor.text.tree import Document, Mark, Node, Parsed
from auditor.text.yaml_composer import Composer
from auditor.text.yaml_pieces import Piece, cut_pieces


def parse_yaml(
    data: bytes,
    name: str,
    limits: Limits = DEFAULT,
    wanted: Callable[[str], bool] | None = None,
) -> Parsed:
    """Parse every document of a stream whose text is `wanted`; never raises on bad input.

    Scalars are typed by YAML 1.1 rules. A document with a doubled key is kept, with the last
    value (as kubectl does), and a problem names both lines. Documents that are not wanted are
    neither parsed nor returned, but counted in `Document.index`.
    """
    problems = Problems(name, limits.problems)
    try:
        text = decode(data, limits)
    except BrokenDocumentError as broken:
        return problems.only(broken)
    documents: list[Document] = []
    for piece in cut_pieces(text):
        if piece.index == limits.documents:
            what = f"more than {limits.documents:,} documents; those from here on were not read"
            problems.add(piece.marked, what, "split the file")
            break
        if wanted is not None and not wanted(piece.text):
            continue
        try:
            root = _parse_piece(piece, limits, problems)
        except BrokenDocumentError as broken:
            problems.add_broken(broken)
            continue
        mark = Mark(piece.marked, 1)
        documents.append(Document(root, piece.index, mark, piece.comment_source))
    return Parsed(tuple(documents), problems.listed())


def _parse_piece(piece: Piece, limits: Limits, problems: Problems) -> Node | None:
    if piece.empty:
        return None
    require_document_size(piece.text, limits, piece.marked)
    try:
        return Composer(piece.line, limits, problems).compose(piece.text)
    except ReaderError:
        raise _unreadable_character(piece) from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(piece, error) from None
    # PyYAML's Python parser lets these out for escapes and versions that are out of range.
    except (yaml.YAMLError, ValueError, OverflowError):
        what = "this is not YAML"
        raise BrokenDocumentError(piece.marked, what, _advice(piece)) from None


def _syntax_error(piece: Piece, error: yaml.MarkedYAMLError) -> BrokenDocumentError:
    mark = error.problem_mark or error.context_mark
    line = piece.marked if mark is None else piece.line + mark.line
    reasons = [part for part in (error.context, error.problem) if part]
    what = f"this is not YAML: {printable(', '.join(reasons))}"
    return BrokenDocumentError(line, what, _advice(piece))


def _unreadable_character(piece: Piece) -> BrokenDocumentError:
    found = Reader.NON_PRINTABLE.search(piece.text)
    line = piece.marked
    what = "a control character, which YAML does not allow"
    if found:
        line = piece.line + piece.text.count("\n", 0, found.start())
        what = f"the character U+{ord(found[0]):04X}, which YAML does not allow"
    return BrokenDocumentError(line, what, "remove it, or leave the file out if it is no text")


def _advice(piece: Piece) -> str:
    if "{{" in piece.text:
        return "if this is a template, render it first; if not, correct it"
    return "correct it"
