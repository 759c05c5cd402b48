"""Which status the request template of a MOCK integration chooses.

Fact: the template writes `{"statusCode": 200}`, which the integration responses are matched with
(developer guide, how-to-mock-integration). CDK and Serverless leave the name without quotes.
"""

from collectors.gateway.rest_api.velocity_parser import TEXT_CAP

_NAME = "statusCode"
_LENGTH = 3


def chosen_status(template: str) -> int | None:
    """Return the status that `template` chooses for every request; None when it may choose others.

    Anything but one plain `statusCode` may: directives, references, two of them, none.
    """
    if len(template) > TEXT_CAP or "#" in template or template.count(_NAME) != 1:
        return None
    after = template.partition(_NAME)[2].lstrip("\"' \t\r\n")
    if not after.startswith(":"):
        return None
    digits = after[1:].lstrip("\"' \t\r\n")[: _LENGTH + 1]
    status = digits[:_LENGTH]
    whole = len(status) == _LENGTH and status.isascii() and status.isdecimal()
    return int(status) if whole and not digits[_LENGTH:].isdecimal() else None
