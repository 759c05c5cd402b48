"""Which engine speaks which dialect, and how it is started."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from functools import partial
from pathlib import Path

from auditor.core.language.pattern import Dialect
from tests.engines.engine import Engine
from tests.engines.worker import Worker
from tests.servers import require

_PROGRAMS = Path(__file__).parent / "programs"
_WHY = "what a regular expression takes is compared with the engine of its product"


def _python(program: str, *arguments: str) -> Engine:
    return Worker((sys.executable, "-W", "ignore", _PROGRAMS / program, *arguments))


def _pcre2() -> Engine:
    library = find_library("pcre2-8") or str(require("libpcre2-8.so.0", _WHY))
    return _python("pcre2_answers.py", library)


def _re2() -> Engine:
    require("re2", _WHY)
    from tests.engines.re2 import Re2

    return Re2()


def _nginx() -> Engine:
    from tests.engines.nginx import Nginx

    return Nginx(require("nginx", _WHY))


def _node() -> Engine:
    return Worker((require("node", _WHY), _PROGRAMS / "answers.js"))


def _ruby() -> Engine:
    return Worker((require("ruby", _WHY), "-W0", _PROGRAMS / "answers.rb"), stall_seconds=1.5)


def _php() -> Engine:
    return Worker((require("php", _WHY), "-d", "display_errors=0", _PROGRAMS / "answers.php"))


def _java() -> Engine:
    require("javac", _WHY)
    options = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
    return Worker((require("java", _WHY), *options, _PROGRAMS / "Answers.java"))


def _go() -> Engine:
    command = (require("go", _WHY), "run", _PROGRAMS / "answers.go")
    return Worker(command, {"GOPROXY": "off", "GOFLAGS": ""})


ENGINES: dict[Dialect, Callable[[], Engine]] = {
    Dialect.PYTHON_MATCH: partial(_python, "python_answers.py"),
    Dialect.PYTHON_MATCH_CASELESS: partial(_python, "python_answers.py"),
    Dialect.PYTHON_SEARCH: partial(_python, "python_answers.py"),
    Dialect.PYTHON_FULLMATCH: partial(_python, "python_answers.py"),
    Dialect.JS_TEST: _node,
    Dialect.PCRE_NGINX: _nginx,
    Dialect.PCRE_NGINX_CASELESS: _nginx,
    Dialect.PCRE_SEARCH: _pcre2,
    Dialect.RUBY_SEARCH: _ruby,
    Dialect.PHP_SEARCH: _php,
    Dialect.GO_SEARCH: _go,
    Dialect.RE2_FULL: _re2,
    Dialect.ENVOY: _re2,
    Dialect.JAVA_FULL: _java,
    Dialect.JAVA_FIND: _java,
}


@contextmanager
def engine_of(dialect: Dialect) -> Iterator[Engine]:
    """The engine of `dialect` until the block ends; `tests.servers.require` says when it lacks."""
    engine = ENGINES[dialect]()
    try:
        yield engine
    finally:
        engine.close()
