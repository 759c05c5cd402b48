"""The status that a MOCK's request template chooses."""

import pytest

from collectors.gateway.rest_api.request_template import chosen_status


@pytest.mark.parametrize(
    ("template", "status"),
    [
        ('{"statusCode": 200}', 200),
        ("{statusCode:200}", 200),
        ("{ 'statusCode' : 204 }", 204),
        ('{\n  "statusCode":\n  "403"\n}', 403),
        ('{"a": 1, "statusCode": 500, "b": 2}', 500),
        ("", None),
        ("{}", None),
        ('{"statusCode": $status}', None),
        ('{"statusCode": 20}', None),
        ('{"statusCode": 2000}', None),
        ('{"statusCode": 200, "x": {"statusCode": 403}}', None),
        ('#if($x){"statusCode": 200}#end', None),
        ('{"statusCode" 200}', None),
        ('{"statusCode": ٢٠٠}', None),
    ],
)
def test_statuses(template: str, status: int | None) -> None:
    assert chosen_status(template) == status
