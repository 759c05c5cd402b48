"""The digest of rows that are to be stored is that of the rows that are read back."""

from auditor.core.reading import Gap
from auditor.edge.store.rows import plain
from auditor.edge.store.spans import digest_rows


def test_what_is_stored_as_text_counts_as_text() -> None:
    assert type(plain(Gap.DENIED)) is str
    assert digest_rows([(plain(Gap.DENIED), 1, None)]) == digest_rows([("denied", 1, None)])
    assert digest_rows([("1", 1)]) != digest_rows([(1, 1)])
    assert digest_rows([("a",), ("b",)]) == digest_rows([("b",), ("a",)])
