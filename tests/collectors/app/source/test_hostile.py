"""Files that were written to hurt: they end soon, with a reason, and nothing of them is run or kept."""

import time

import pytest

from collectors.app.recognition import recognise
from collectors.app.source.block import Code, SourceError
from collectors.app.source.python_syntax import LARGEST
from tests.collectors.app.source.reading import code, parts

DJANGO = "django-cors-headers"
HEAD = "CORS_ALLOWED_ORIGINS = "


def ended(text: str) -> bool:
    """Whether the file is refused, or left to its owner, and says why."""
    try:
        found = parts(DJANGO, text)
    except SourceError as error:
        return bool(error.what and error.do)
    return bool(found) and all(isinstance(part, Code) and part.reason for part in found)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        HEAD + "[" * 90 + "]" * 90,
        HEAD + "+".join(["'a'"] * 100_000),
        HEAD + "-" * 100_000 + "1",
        HEAD + ".a" * 100_000,
        HEAD + "f" + "()" * 50_000,
        HEAD + "f" + ".x()" * 50_000,
        "A = ['x']\n" + "A = A + A\n" * 60 + HEAD + "A",
        "A = 'x' * 2\nA = 'x'\n" + "A = A + A\n" * 60 + HEAD + "[A]",
        "A = ['x']\n" + "A.extend(A)\n" * 60 + HEAD + "A",
        "A = {'a': 1}\n" + "A = A | A\n" * 40 + HEAD + "A",
        "if x:\n pass\n" * 20_000 + HEAD + "y",
        "x = 1\n" * 150_000 + HEAD + "y",
        HEAD + "'\\ud800'",
        HEAD + "'a' 'b'\n\0",
        "def f():\n" * 90,
        "\tx\n  y",
        "print 'x'",
    ],
)
def test_hostile_python_ends_with_a_reason(text: str) -> None:
    started = time.process_time()
    assert ended(text), "read as if it were plain"
    assert time.process_time() - started < 5


def test_a_file_that_is_too_large_or_no_text_is_refused() -> None:
    with pytest.raises(SourceError, match="bytes of code"):
        parts(DJANGO, "#" * LARGEST + "\n")
    [gap] = recognise("settings.py", b"CORS_ALLOW_X = '\xff'", "file:x")
    assert "UTF-8" in repr(gap)


def test_nothing_is_run(tmp_path: object) -> None:
    text = (
        f"open({str(tmp_path)!r} + '/ran', 'w')\nraise SystemExit\n{HEAD}__import__('os').listdir()"
    )
    assert (
        "not in this file" in code(DJANGO, text).reason
        or "not followed" in code(DJANGO, text).reason
    )


def test_reasons_hold_no_text_of_the_file() -> None:
    text = (
        f"X = 'canary-secret'\n{HEAD}[X.join(['canary-secret']), f('canary-secret'), X % 'canary']"
    )
    assert "canary" not in repr(code(DJANGO, text))
