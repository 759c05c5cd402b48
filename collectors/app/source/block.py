"""What a framework's own file tells it about CORS: blocks, each for the paths that it covers.

A reader turns the bytes of a file into blocks and knows one framework's syntax; what the values mean
stays with the framework's preset (`collectors.app.semantics`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from auditor.core.reading import ANY_PATH, Json, PathMatch
from collectors.app.mapping import Split
from collectors.app.policy import Policy
from collectors.app.semantics.preset import Compiled, Input, Version


@dataclass(frozen=True, slots=True)
class Setting:
    """One value that the framework is told.

    `field`: as its owner looks it up (`CORS_ALLOWED_ORIGINS`, `allow_origins`). `value`: a text, a
    list of texts, a flag or a number; what the environment holds is a placeholder in a text
    (`${NAME}`, `${NAME:default}`). `split`: how a text becomes a list where the code cuts one
    (`os.environ["X"].split(",")`). `trim`: whether the code drops spaces around the parts; most do
    not, and a part with a space in front matches nothing. `drop_empty`: whether it leaves out empty
    parts; most do not, and cut an empty text into one empty part. `lines`: of the items of a list, in
    order.
    """

    input: Input
    field: str
    value: Json
    line: int
    lines: tuple[int, ...] = ()
    split: Split = Split.NONE
    trim: bool = False
    drop_empty: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One call or section: what it says, and for which paths in the app's own terms.

    The first block that covers a path decides. `methods` None: all of them. `otherwise`: on the same
    paths, the blocks that are asked in turn for the origins which those before do not take (their own
    `paths`, `methods` and `otherwise` do not count); what comes of it is the reader's `chain`.
    `assumed`: what is taken for granted because this file cannot tell.
    """

    title: str
    line: int
    settings: tuple[Setting, ...]
    paths: tuple[PathMatch, ...] = (ANY_PATH,)
    methods: frozenset[str] | None = None
    otherwise: tuple["Block", ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A block that decides in code, which is not run: `reason` says what stands there (a function, a
    call, a name from another file), `do` what its owner can do about it."""

    title: str
    line: int
    reason: str
    do: str
    paths: tuple[PathMatch, ...] = (ANY_PATH,)


Part: TypeAlias = Block | Code


class SourceError(Exception):
    """A file cannot be read as what it seems to be: the line if known, what is wrong, what to do."""

    def __init__(self, line: int | None, what: str, do: str) -> None:
        super().__init__(what)
        self.line, self.what, self.do = line, what, do


@dataclass(frozen=True, slots=True)
class Setup:
    """What a mapping says beside the file: the framework's release, the active profile (Spring)."""

    release: Version | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class SourceReader:
    """One framework's files. `preset`: whose semantics the values have; `suffixes`: of file names;
    `words`: lower-case bytes of which a file must hold one to be worth parsing; `read`: the parts of
    a file, in order, empty where it says nothing of CORS; it raises `SourceError`. `chain`: what the
    product does with the policies of a block and of its `otherwise`, in order; None where no block
    of it has one. `read_as`: as `read`, where a release or a profile changes what the file says."""

    preset: str
    suffixes: tuple[str, ...]
    words: tuple[bytes, ...]
    read: Callable[[bytes], tuple[Part, ...]]
    chain: Callable[[tuple[Policy, ...], Version], Compiled] | None = None
    read_as: Callable[[bytes, Setup], tuple[Part, ...]] | None = None

    def parts(self, data: bytes, setup: Setup) -> tuple[Part, ...]:
        """The parts of a file, as `setup` has it. Raises `SourceError`."""
        return self.read(data) if self.read_as is None else self.read_as(data, setup)
