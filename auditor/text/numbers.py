"""Numbers out of hostile text."""

# Python refuses to convert or print decimals of more than 4,300 digits (sys.int_info); a number
# kept below this prints in any base.
LONGEST = 1_000


def read_integer(text: str) -> int | str:
    """Return the integer, or the text itself when it is too long to be one."""
    return int(text) if len(text) <= LONGEST else text


def read_float(text: str) -> float | str:
    """Return the number, or the text itself when it is too long to be one."""
    return float(text) if len(text) <= LONGEST else text
