"""The installed PCRE2 on bytes, no options: see tests/engines/worker.py for the lines.

The library itself, which nginx and PHP load too: the packages that bring it to Python set options
of their own (`\\x{61}` is not `a` there).
"""

import ctypes
import sys

GIVE_UP_AFTER = 2
NO_MATCH = -1
LIBRARY = ctypes.CDLL(sys.argv[1])
COMPILE, MATCH = LIBRARY.pcre2_compile_8, LIBRARY.pcre2_match_8
MATCH_DATA = LIBRARY.pcre2_match_data_create_from_pattern_8
COMPILE.restype = MATCH_DATA.restype = ctypes.c_void_p


def answer(pattern: bytes, texts: list[bytes]) -> str:
    error, at = ctypes.c_int(), ctypes.c_size_t()
    size = ctypes.c_size_t(len(pattern))
    code = ctypes.c_void_p(COMPILE(pattern, size, 0, ctypes.byref(error), ctypes.byref(at), None))
    if not code:
        return f"!{message(error.value)} (at {at.value})"
    data = ctypes.c_void_p(MATCH_DATA(code, None))
    found = "="
    for text in texts:
        if found.count("?") == GIVE_UP_AFTER:
            found += "?"
            continue
        size = ctypes.c_size_t(len(text))
        result = MATCH(code, text, size, ctypes.c_size_t(0), 0, data, None)
        found += "T" if result >= 0 else "F" if result == NO_MATCH else "?"
    LIBRARY.pcre2_match_data_free_8(data)
    LIBRARY.pcre2_code_free_8(code)
    return found


def message(error: int) -> str:
    said = ctypes.create_string_buffer(256)
    LIBRARY.pcre2_get_error_message_8(error, said, ctypes.c_size_t(len(said)))
    return said.value.decode()


print("ready", flush=True)
for line in sys.stdin:
    _, *fields = line.rstrip("\n").split("\t")
    source, *rest = (bytes.fromhex(field) for field in fields)
    print(answer(source, rest), flush=True)
