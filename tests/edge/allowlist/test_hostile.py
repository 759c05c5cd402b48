"""Whatever is in an allowlist file, loading it ends in an allowlist or in problems."""

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.core.allowlist import Allowlist
from auditor.edge.allowlist.load import load_allowlist
from auditor.text.tree import Problem

KEYS = "version defaults origins groups routes owner origin pattern match allow_origins public g"
VALUE: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(
        ["", "1", "on", "t", "https://a.example", '"https://*.a.example"', "g", "true"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4).map(
            lambda items: "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
        ),
    ),
    max_leaves=10,
)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=2))
def test_no_bytes_raise(contents: list[bytes]) -> None:
    assert load_allowlist([(f"{at}.yaml", data) for at, data in enumerate(contents)])


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS.split()[:5]), VALUE, max_size=5))
def test_no_shape_raises(entries: dict[str, str]) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in entries.items())
    loaded = load_allowlist([("a.yaml", text.encode())])
    assert isinstance(loaded, Allowlist) or all(isinstance(one, Problem) for one in loaded)
