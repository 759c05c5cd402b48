"""The `judge` command: one answer line a question, in order, and bad lines in their place."""

import json
import shlex
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from auditor.cli.judge import judge

WPT = Path(__file__).parents[1] / "data" / "wpt_cors_cases.json"
ALLOW = ["access-control-allow-origin", "https://a.example"]
QUESTION = {
    "origin": "https://a.example",
    "url": "https://b.example/x",
    "method": "GET",
    "headers": [],
    "credentials": "omit",
    "preflight": None,
    "response": {"status": 200, "headers": [ALLOW, ["X-A", "1"]]},
}
ANSWER = {
    "needs_preflight": False,
    "preflight_ok": None,
    "shared": True,
    "exposed": [],
    "reason": "the response allows this origin",
}


def run(*lines, style="json"):
    data = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    result = CliRunner().invoke(judge, ["--format", style], input=data)
    assert not isinstance(result.exception, Exception)
    return result


def answers(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_recorded_exchange_through_the_command():
    kinds = ("acao", "credentials", "expose", "preflight", "needs-preflight")
    cases = [case for case in json.loads(WPT.read_text())["cases"] if case["kind"] in kinds]
    lines = [
        case["request"] | {key: case.get(key) for key in ("preflight", "response")}
        for case in cases
    ]
    result = run(*lines)
    found = answers(result)
    assert (result.exit_code, result.stderr, len(found)) == (0, "", len(cases))
    assert len(cases) == 146
    for case, answer in zip(cases, found, strict=True):
        assert list(answer) == list(ANSWER)
        assert answer["needs_preflight"] is case["expected"].get("preflight", False), case["id"]
        assert answer["shared"] is case["expected"].get("shared"), case["id"]
        assert set(case["expected"].get("visible", ())) <= set(answer["exposed"] or ())


def test_answers_stand_in_order_with_errors_in_their_place():
    result = run(QUESTION, b"nope", QUESTION | {"origin": "null"}, b"")
    first, second, third, fourth = answers(result)
    assert first == ANSWER
    assert second["error"].startswith("line 2: not JSON (")
    assert second["error"].endswith("; write one JSON object a line")
    assert third["shared"] is False
    assert fourth["error"].startswith("line 4: ")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [second["error"], fourth["error"]]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"origin": None}, "origin is not a text; write what stands in the Origin header"),
        ({"origin": "https://A.example/"}, "write https://a.example"),
        ({"url": "/x"}, "url is not an http or https URL; write an absolute http or https URL"),
        ({"url": "data:,"}, "url is not an http or https URL; write an absolute http or https URL"),
        ({"url": 1}, "url is not an http or https URL; write an absolute http or https URL"),
        ({"url": "http://a b/"}, "url has a character that hosts cannot have; write an absolute"),
        ({"method": "GE T"}, "method is not a method name; write GET, PUT, ..."),
        ({"method": None}, "method is not a method name; write GET, PUT, ..."),
        ({"credentials": "yes"}, "credentials is not a mode; write include, same-origin, omit"),
        ({"credentials": True}, "credentials is not a mode; write include, same-origin, omit"),
        ({"credentials": []}, "credentials is not a mode; write include, same-origin, omit"),
        ({"headers": {}}, "headers is not a list; write [[name, value], ...]"),
        ({"headers": ["ab"]}, "headers[0] is no header; write [name, value], both texts"),
        ({"headers": [["a", 1]]}, "headers[0] is no header; write [name, value], both texts"),
        ({"headers": [["a b", ""]]}, "headers[0] is no header; write [name, value], both texts"),
        ({"headers": [["a", "x\ny"]]}, "headers[0] has a value that cannot be sent"),
        ({"headers": [["a", "\u20ac"]]}, "headers[0] has a value that cannot be sent"),
        ({"preflight": []}, "preflight is not an object; write an object with status, headers"),
        ({"response": {"status": 200}}, "response lacks headers; write an object with status"),
        ({"response": {"status": True, "headers": []}}, "response.status is not a status; write"),
        ({"response": {"status": 99, "headers": []}}, "response.status is not a status; write"),
        ({"response": {"status": 1000, "headers": []}}, "response.status is not a status; write"),
        ({"response": {"status": 200, "headers": 1}}, "response.headers is not a list; write"),
        ({"extra": 1}, 'has unknown "extra"; write an object with origin, url, method'),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_remedy(change, problem):
    result = run(QUESTION | change)
    (answer,) = answers(result)
    assert list(answer) == ["error"]
    assert answer["error"].startswith("line 1: ")
    assert problem in answer["error"]
    assert result.exit_code == 2


@pytest.mark.parametrize("key", list(QUESTION))
def test_every_key_is_required(key):
    (answer,) = answers(run({name: value for name, value in QUESTION.items() if name != key}))
    assert answer["error"].startswith(f"line 1: lacks {key}; write an object with origin, ")


def test_all_problems_of_a_line_come_at_once():
    result = run(QUESTION | {"origin": "x", "method": "", "headers": 1})
    assert len(result.stderr.splitlines()) == 3
    assert answers(result)[0]["error"] == " | ".join(result.stderr.splitlines())


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"[]", "is not an object; write an object with origin"),
        (b"null", "is not an object; write an object with origin"),
        (b"\xff{}", "not UTF-8; write one JSON object a line"),
        (b"[" * 100_000, "nested too deeply; write one JSON object a line"),
        (b'{"origin": ' + b"1" * 5000 + b"}", "holds a number of too many digits; write one"),
        (b'{"url": 1, "url": 2}', 'the key "url" stands twice; write it once'),
        (b'"' + b"x" * (1 << 20) + b'"', "is over 1048576 bytes; leave out what CORS"),
    ],
)
def test_junk_is_one_clear_line(line, problem):
    result = run(line, QUESTION)
    bad, good = answers(result)
    assert bad["error"].startswith(f"line 1: {problem}")
    assert good == ANSWER
    assert len(result.stderr.splitlines()) == 1


def test_a_byte_order_mark_and_a_missing_last_newline_are_read():
    data = b"\xef\xbb\xbf" + json.dumps(QUESTION).encode()
    result = CliRunner().invoke(judge, ["--format", "json"], input=data)
    assert answers(result) == [ANSWER]


def test_no_secret_is_repeated():
    headers = [["authorization", "Bearer hush\n1"]]
    result = run(QUESTION | {"url": "https://me:hush@b.example:x/", "headers": headers})
    assert result.exit_code == 2
    assert "hush" not in result.output


def test_text_is_one_line_an_answer():
    asked = QUESTION | {"method": "PUT", "preflight": {"status": 200, "headers": [ALLOW]}}
    own = QUESTION | {"url": "https://a.example/"}
    result = run(QUESTION, asked, own, QUESTION | {"response": None}, b"{", style="text")
    allowed, blocked, same, unknown, error = result.stdout.splitlines()
    assert allowed == "ALLOWED: the response allows this origin."
    assert blocked == (
        "BLOCKED: the preflight fails: Access-Control-Allow-Methods does not list the method: PUT."
        " Needs a preflight."
    )
    assert same.endswith(" Script reads access-control-allow-origin, x-a.")
    assert unknown == "NOT JUDGED: no response was given."
    assert error.startswith("line 5: not JSON")


def test_a_file_is_read_and_a_missing_one_is_a_usage_error(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(QUESTION) + "\n")
    assert "ALLOWED" in CliRunner().invoke(judge, [str(path)]).stdout
    missing = CliRunner().invoke(judge, [str(tmp_path / "none")])
    assert (missing.exit_code, missing.stdout) == (2, "")


def test_the_example_of_the_help_answers_as_printed():
    text = judge.get_help(click.Context(judge))
    command, _, rest = text.partition("<<'END'")[2].partition("\n")
    assert shlex.split(command) == ["|", "cors-audit", "judge"]
    question, _, printed = rest.partition("END\n")
    result = CliRunner().invoke(judge, [], input=question.replace("\n", ""))
    assert result.exit_code == 0
    assert " ".join(printed.split("\n\n")[0].split()) == result.stdout.strip()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(list(QUESTION)),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(list(QUESTION)), inner),
)


@given(st.one_of(st.binary(), VALUES.map(lambda value: json.dumps(value).encode())))
def test_no_input_ends_in_a_traceback(data):
    result = CliRunner().invoke(judge, ["--format", "json"], input=data)
    assert not isinstance(result.exception, Exception)
    assert len(answers(result)) == len(data.split(b"\n")) - (data.endswith(b"\n") or not data)


@given(st.sampled_from(list(QUESTION)), VALUES)
def test_any_value_of_a_key_is_answered_or_refused(key, value):
    result = run(QUESTION | {key: value})
    (answer,) = answers(result)
    assert list(answer) in (["error"], list(ANSWER))
    assert result.exit_code == (2 if "error" in answer else 0)
