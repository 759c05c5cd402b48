"""The addresses that API Gateway gives to APIs: ids, and hosts made of them."""

_MARK = ".execute-api."
_LONGEST_ID = 64
_CHINA = "cn-"


def is_id(value: str) -> bool:
    """Say whether `value` can be the id of an API."""
    fits = 0 < len(value) <= _LONGEST_ID and value.isascii()
    return fits and value.isalnum() and value == value.lower()


def host_of(api: str, region: str) -> str:
    """Return the host of the API `api` in `region`; empty when the region is not known.

    Source: https://{api_id}.execute-api.{region}.amazonaws.com (botocore 1.44.5, RestApi); the
    regions of China are under amazonaws.com.cn (botocore's endpoints).
    """
    suffix = "amazonaws.com.cn" if region.startswith(_CHINA) else "amazonaws.com"
    return f"{api}{_MARK}{region}.{suffix}" if region else ""


def region_of(address: str) -> str:
    """Return the region of a host of that form, or of a URL with one; empty when it has none."""
    _, found, rest = address.partition(_MARK)
    return rest.partition(".")[0] if found else ""
