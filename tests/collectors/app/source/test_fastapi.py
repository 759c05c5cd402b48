"""CORSMiddleware where code sets it up."""

import pytest

from tests.collectors.app.source.reading import block, code, parts, values

A = "https://a.example"
BEFORE = """from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
import os
app = FastAPI()
"""


@pytest.mark.parametrize(
    "text",
    [
        f"app.add_middleware(CORSMiddleware, allow_origins=['{A}'])",
        f"app.add_middleware(\n    CORSMiddleware,\n    # allow_origins=['*'],\n    allow_origins=['{A}'],\n)",
        f"O = ['{A}']\ndef create_app():\n    app = FastAPI()\n    app.add_middleware(CORSMiddleware, allow_origins=O)",
        f"if True:\n    app.add_middleware(CORSMiddleware, allow_origins=['{A}'])",
        f"O = ['{A}']\nif O:\n    app.add_middleware(CORSMiddleware, allow_origins=O)",
        f"import starlette.middleware.cors as c\napp.add_middleware(c.CORSMiddleware, allow_origins=['{A}'])",
        f"from fastapi.middleware import Middleware as M\nMS = [M(CORSMiddleware, allow_origins=['{A}'])]",
        f"wrapped = CORSMiddleware(app=app, allow_origins=['{A}'])",
        f"class Settings:\n    origins = ['{A}']\ns = Settings()\napp.add_middleware(CORSMiddleware, allow_origins=s.origins)",
    ],
)
def test_where_it_is_set_up(text: str) -> None:
    assert values(block("starlette", BEFORE + text)) == {"origins": [A]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "app.add_middleware(CORSMiddleware, allow_origins=settings.ORIGINS)",
            "settings is not set",
        ),
        (
            "from .c import s\napp.add_middleware(CORSMiddleware, allow_origins=s.o)",
            ".c.s.o is not in",
        ),
        ("app.add_middleware(CORSMiddleware, **options)", "the name options is not set"),
        (
            "def f(x):\n    app.add_middleware(CORSMiddleware, allow_origins=x)",
            "an argument of a function",
        ),
        (
            "if os.getenv('X'):\n    app.add_middleware(CORSMiddleware)",
            "whether it is called: a condition",
        ),
        (
            "if __name__ == '__main__':\n    app.add_middleware(CORSMiddleware)",
            "whether it is called",
        ),
        ("app.add_middleware(CORSMiddleware)\nb.add_middleware(CORSMiddleware)", "on lines 5, 6"),
        ("app.add_middleware(CORSMiddleware, allow_methods='GET')", "a text where a list"),
        (
            "app.add_middleware(CORSMiddleware, allow_origin=[])",
            "argument allow_origin is not known",
        ),
        ("app.add_middleware(CORSMiddleware, allow_origins=[1])", "a number, true, false or None"),
        (
            "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    o: list[str] = []\n"
            "app.add_middleware(CORSMiddleware, allow_origins=S().o)",
            "an instance of a class with a base elsewhere",
        ),
    ],
)
def test_what_is_made_elsewhere_is_left_to_its_owner(text: str, reason: str) -> None:
    found = code("starlette", BEFORE + text)
    assert reason in found.reason
    assert "under files:" in found.do


def test_a_flag_that_is_an_environments_text_is_no_flag() -> None:
    text = "app.add_middleware(CORSMiddleware, allow_credentials=os.environ['C'])"
    assert "counts as true" in code("starlette", BEFORE + text).reason


@pytest.mark.parametrize(
    "text",
    [
        "# app.add_middleware(CORSMiddleware, allow_origins=['*'])",
        "from mine import CORSMiddleware\napp.add_middleware(CORSMiddleware)",
        "app.add_middleware(GZipMiddleware)",
    ],
)
def test_other_calls_are_none_of_it(text: str) -> None:
    assert parts("starlette", BEFORE + text) == ()
