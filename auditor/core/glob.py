"""Globs of the user's files: `*` stands for any characters, also none; everything else for itself.

Matched by hand, because a translation to a regular expression would run a pattern from a file.
"""


def takes(glob: str, text: str) -> bool:
    """Return whether `glob` takes the whole of `text`; the time is linear in both, times stars."""
    head, *parts = glob.split("*")
    if not parts:
        return glob == text
    *middle, tail = parts
    end = len(text) - len(tail)
    if not (text.startswith(head) and text.endswith(tail)) or end < len(head):
        return False
    position = len(head)
    for part in middle:
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
