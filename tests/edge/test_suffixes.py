"""Public suffixes: under which names anybody can have a host."""

from datetime import date
from importlib.metadata import version

import pytest

from auditor.edge import suffixes


@pytest.mark.parametrize(
    ("host", "suffix", "registered"),
    [
        ("app.example.com", "com", "example.com"),
        ("example.com", "com", "example.com"),
        ("com", "com", None),
        ("a.b.example.co.uk", "co.uk", "example.co.uk"),
        ("co.uk", "co.uk", None),
        ("shop.vercel.app", "vercel.app", "shop.vercel.app"),
        ("vercel.app", "vercel.app", None),
        ("x.y.github.io", "github.io", "y.github.io"),
        ("a.b.ck", "b.ck", "a.b.ck"),
        ("www.ck", "ck", "www.ck"),
        ("xn--j6w193g", "xn--j6w193g", None),
        ("intranet", "intranet", None),
        ("a.intranet", "intranet", "a.intranet"),
        ("app.example.com.", "com", "example.com"),
        ("10.0.0.1", None, None),
        ("10.0.0.1.", None, None),
        ("[::1]", None, None),
        ("", None, None),
    ],
)
def test_suffix_and_registrable_part(host: str, suffix: str | None, registered: str | None) -> None:
    assert suffixes.public_suffix_of(host) == suffix
    assert suffixes.registrable(host) == registered
    assert suffixes.is_public_suffix(host) is (suffix is not None and suffix == host)


def test_the_list_has_a_date() -> None:
    assert suffixes.read_date("1.1.2.20261023") == date(2026, 10, 23)
    assert f"{suffixes.DATED:%Y%m%d}" == version("publicsuffixlist").rpartition(".")[2]
    with pytest.raises(ValueError, match="invalid literal"):
        suffixes.read_date("1.1.2")
