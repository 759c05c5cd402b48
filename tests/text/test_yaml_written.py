"""What is written as YAML is read back as it was, in the order in which it was given."""

import yaml

from auditor.core.reading import Json
from auditor.text.yaml_written import write_yaml


def test_documents_come_back_as_they_were() -> None:
    twice: Json = {"a": ["*"]}
    documents: list[Json] = [
        {"z": "", "a": "on", "n": "012", "date": "2012-10-17", "colon": "a: b", "null": "null"},
        {"first": twice, "second": twice, "flag": True, "none": None, "odd": "a\nb # c"},
    ]
    text = write_yaml(documents)
    assert list(yaml.safe_load_all(text)) == documents
    assert text.startswith("z: ''\na: 'on'\n")
    assert "&" not in text, "nobody reads anchors"
