"""`cors-audit judge`: recorded exchanges in, a browser's verdicts out, one JSON object a line."""

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final

import click

from auditor.core.browser import judgement
from auditor.core.browser.judgement import Judgement, Question
from auditor.core.browser.lines import HTTP_WHITE_SPACE, is_token
from auditor.core.browser.request import Credentials, Request
from auditor.core.browser.response import Answer
from auditor.core.origin import Opaque, Origin, Refused, origin_of, parse

_QUESTION_KEYS: Final = (
    "origin",
    "url",
    "method",
    "headers",
    "credentials",
    "preflight",
    "response",
)
_ANSWER_KEYS: Final = ("status", "headers")
_LONGEST_LINE = 1 << 20
_SHOWN_KEYS = 5
_SHOWN_CHARACTERS = 40
_USAGE_ERROR = 2

Lines = tuple[tuple[str, str], ...]


class _DuplicateKeyError(Exception):
    """A key stands twice in one object."""


@click.command(short_help="Say what a browser does with recorded answers.")
@click.argument("questions", type=click.File("rb"), default="-")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="One line of text, or one JSON object, for each question.",
)
@click.pass_context
def judge(context: click.Context, questions: BinaryIO, style: str) -> None:
    """Say whether a browser lets script read recorded answers, by the Fetch standard.

    QUESTIONS is a file, or - for standard input, with one JSON object a line. Every key is
    required. "credentials" is include, same-origin or omit; "preflight" and "response" are
    null where nothing was recorded.

    \b
    Example:
      $ tr -d '\\n' <<'END' | cors-audit judge
      {"origin": "https://app.example.com", "url": "https://api.example.com/v1/me",
       "method": "PUT", "headers": [["x-request-id", "1"]], "credentials": "include",
       "preflight": {"status": 204, "headers": [
         ["access-control-allow-origin", "https://app.example.com"],
         ["access-control-allow-credentials", "true"],
         ["access-control-allow-methods", "PUT"]]},
       "response": null}
      END
      BLOCKED: the preflight fails: Access-Control-Allow-Headers does not list a
      header of the request: x-request-id. Needs a preflight.

    With --format json the answer has needs_preflight, preflight_ok, shared (the end of it:
    script gets the response), exposed (the header names that script can read) and reason;
    null where nothing was given to judge.

    A line that cannot be read is answered by {"error": ...} in its place, and the exit code
    is 2. Otherwise it is 0, whatever the verdicts.
    """
    failed = False
    for number, line in enumerate(_read_lines(questions), start=1):
        answer = _answer(line)
        if isinstance(answer, Judgement):
            sys.stdout.write(_write(answer, style) + "\n")
            continue
        failed = True
        problems = [f"line {number}: {problem}" for problem in answer]
        error = " | ".join(problems)
        sys.stdout.write((json.dumps({"error": error}) if style == "json" else error) + "\n")
        click.echo("\n".join(problems), err=True)
    sys.stdout.flush()
    if failed:
        context.exit(_USAGE_ERROR)


def _read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """Yield each line, None for one that is too long; holds no more than one in memory."""
    while line := stream.readline(_LONGEST_LINE + 1):
        if len(line) <= _LONGEST_LINE or line.endswith(b"\n"):
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST_LINE)
        yield None


def _answer(line: bytes | None) -> Judgement | list[str]:
    """Return the judgement of one line, or all that is wrong with it as `<what>; <what to do>`."""
    problems: list[str] = []
    question = _read_question(_load(line, problems), problems) if line is not None else None
    if line is None:
        problems.append(f"is over {_LONGEST_LINE} bytes; leave out what CORS does not need")
    return problems if question is None or problems else judgement.judge(question)


def _load(line: bytes, problems: list[str]) -> object:
    """Return the JSON value of a line; what is wrong with it goes to `problems`."""
    do = "write one JSON object a line"
    try:
        return json.loads(line.decode("utf-8-sig"), object_pairs_hook=_unique)
    except _DuplicateKeyError as error:
        problems.append(f"the key {error} stands twice; write it once")
    except json.JSONDecodeError as error:
        problems.append(f"not JSON ({error.msg}, column {error.colno}); {do}")
    except UnicodeDecodeError:
        problems.append(f"not UTF-8; {do}")
    except RecursionError:
        problems.append(f"nested too deeply; {do}")
    except ValueError:
        problems.append(f"holds a number of too many digits; {do}")
    return None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateKeyError(_show(next(name for name in names if names.count(name) > 1)))
    return found


def _read_question(data: object, problems: list[str]) -> Question | None:
    """Return the question that a JSON value asks; None with its problems where it asks none."""
    if problems:
        return None
    fields = _read_object(data, _QUESTION_KEYS, "", problems)
    if fields is None:
        return None
    origin = _read_origin(fields["origin"], problems)
    target = _read_target(fields["url"], problems)
    method = _read_method(fields["method"], problems)
    headers = _read_headers(fields["headers"], "headers", problems)
    _check_values(headers, problems)
    credentials = _read_credentials(fields["credentials"], problems)
    preflight = _read_answer(fields["preflight"], "preflight", problems)
    response = _read_answer(fields["response"], "response", problems)
    if origin is None or target is None or credentials is None or problems:
        return None
    return Question(Request(origin, target, method, headers, credentials), preflight, response)


def _read_object(
    data: object, keys: tuple[str, ...], where: str, problems: list[str]
) -> dict[str, object] | None:
    """Return an object that has exactly these keys."""
    shape = f"write an object with {', '.join(keys)}"
    prefix = f"{where} " if where else ""
    if not isinstance(data, dict):
        problems.append(f"{prefix}is not an object; {shape}")
        return None
    missing = [key for key in keys if key not in data]
    unknown = [_show(key) for key in data if key not in keys][:_SHOWN_KEYS]
    if missing:
        problems.append(f"{prefix}lacks {', '.join(missing)}; {shape}")
    if unknown:
        problems.append(f"{prefix}has unknown {', '.join(unknown)}; {shape}")
    return None if missing or unknown else data


def _read_origin(value: object, problems: list[str]) -> Origin | Opaque | None:
    origin = parse(value) if isinstance(value, str) else None
    if isinstance(origin, Refused):
        problems.append(f"origin {origin.text}")
        return None
    if origin is None:
        problems.append("origin is not a text; write what stands in the Origin header")
    return origin


def _read_target(value: object, problems: list[str]) -> Origin | None:
    target = origin_of(value) if isinstance(value, str) else None
    if isinstance(target, Origin):
        return target
    reason = target.reason.text if isinstance(target, Refused) else "is not an http or https URL"
    problems.append(f"url {reason}; write an absolute http or https URL")
    return None


def _read_method(value: object, problems: list[str]) -> str:
    if isinstance(value, str) and is_token(value):
        return value
    problems.append("method is not a method name; write GET, PUT, ...")
    return ""


def _read_credentials(value: object, problems: list[str]) -> Credentials | None:
    if isinstance(value, str) and value in set(Credentials):
        return Credentials(value)
    problems.append(f"credentials is not a mode; write {', '.join(Credentials)}")
    return None


def _read_headers(value: object, where: str, problems: list[str]) -> Lines:
    """Return header lines; their values may be anything that some server may have sent."""
    lines: list[tuple[str, str]] = []
    if not isinstance(value, list):
        problems.append(f"{where} is not a list; write [[name, value], ...]")
        return ()
    for at, pair in enumerate(value):
        match pair:
            case [str(name), str(text)] if is_token(name):
                lines.append((name, text))
            case _:
                problems.append(f"{where}[{at}] is no header; write [name, value], both texts")
    return tuple(lines)


def _check_values(headers: Lines, problems: list[str]) -> None:
    """Refuse request header values that `fetch` throws at (Fetch 5.1: byte strings, one line)."""
    for at, (_, text) in enumerate(headers):
        value = text.strip(HTTP_WHITE_SPACE)
        if any(char in "\0\r\n" or char > "\xff" for char in value):
            problems.append(f"headers[{at}] has a value that cannot be sent; write bytes, one line")


def _read_answer(value: object, where: str, problems: list[str]) -> Answer | None:
    if value is None:
        return None
    fields = _read_object(value, _ANSWER_KEYS, where, problems)
    if fields is None:
        return None
    status = fields["status"]
    lines = _read_headers(fields["headers"], f"{where}.headers", problems)
    if isinstance(status, int) and 100 <= status <= 999:
        return Answer(status, lines)
    problems.append(f"{where}.status is not a status; write a whole number from 100 to 999")
    return None


def _show(key: str) -> str:
    return json.dumps(key[:_SHOWN_CHARACTERS])


def _write(found: Judgement, style: str) -> str:
    """Return one line."""
    if style == "json":
        return json.dumps(
            {
                "needs_preflight": found.needs_preflight,
                "preflight_ok": found.preflight_ok,
                "shared": found.shared,
                "exposed": None if found.exposed is None else list(found.exposed),
                "reason": found.reason,
            }
        )
    word = {True: "ALLOWED", False: "BLOCKED", None: "NOT JUDGED"}[found.shared]
    asked = " Needs a preflight." if found.needs_preflight else ""
    names = f" Script reads {', '.join(found.exposed)}." if found.exposed else ""
    return f"{word}: {found.reason}.{asked}{names}"
