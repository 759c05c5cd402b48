"""Bytes to text, or a reason why they are no text."""

import codecs

from auditor.text.limits import Limits
from auditor.text.problems import BrokenDocumentError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOT_TEXT = "save it as UTF-8, or leave it out if it is no text"


def decode(data: bytes, limits: Limits, otherwise: str | None = None) -> str:
    r"""Return the file as text whose lines end in "\n", without a byte order mark.

    UTF-16 needs its byte order mark; all else is UTF-8, or the encoding `otherwise` where the
    format has an older one. Raises BrokenDocumentError: over the cap, another encoding, binary.
    """
    if len(data) > limits.file_bytes:
        what = f"{len(data):,} bytes, over the cap of {limits.file_bytes:,} bytes a file"
        raise BrokenDocumentError(None, what, "split it or leave it out")
    text = _decode(data, otherwise)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise BrokenDocumentError(line, "binary content (a NUL character)", _NOT_TEXT)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def _decode(data: bytes, otherwise: str | None) -> str:
    encoding = "utf-16" if data.startswith(_UTF16) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if otherwise is not None and encoding != "utf-16":
            return data.decode(otherwise)
        line = None if encoding == "utf-16" else data.count(b"\n", 0, error.start) + 1
        name = encoding.removesuffix("-sig").upper()
        what = f"the byte at offset {error.start} is not {name}"
        raise BrokenDocumentError(line, what, _NOT_TEXT) from None


def require_document_size(text: str, limits: Limits, line: int | None = None) -> None:
    """Raise BrokenDocumentError for a document over the cap."""
    # One character is one to four bytes: measuring is rarely needed.
    if len(text) * 4 <= limits.document_bytes:
        return
    size = len(text.encode())
    if size > limits.document_bytes:
        what = f"{size:,} bytes, over the cap of {limits.document_bytes:,} bytes a document"
        raise BrokenDocumentError(line, what, "split it or leave it out")


def require_characters(text: str, line: int | None) -> None:
    """Raise BrokenDocumentError for half a surrogate pair: it prints and encodes nowhere."""
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        what = "an escape that stands for half a character (a lone surrogate)"
        raise BrokenDocumentError(line, what, "write the character itself") from None
