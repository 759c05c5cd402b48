"""Which release of a product counts, and what it does with a policy."""

from dataclasses import dataclass

from auditor.core.reading import Gap, Where
from collectors.app.fault import Fault
from collectors.app.mapping import preset_of
from collectors.app.policy import Policy
from collectors.app.semantics.custom import Spelled, compile_custom
from collectors.app.semantics.preset import Compiled, Preset, Version, written
from collectors.collector import Options


@dataclass(frozen=True, slots=True)
class Release:
    """A product in a release; `assumed`: what is taken for granted about which one it is."""

    preset: Preset
    version: Version
    assumed: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """`starlette 0.40.0`."""
        return f"{self.preset.name} {written(self.version)}"


def release_of(like: str, options: Options, where: Where) -> Release | Fault:
    """The release that `like` names, or `options` by preset name, or else the newest that was read;
    a fault at `where` if there is no such preset or release."""
    try:
        preset, version = preset_of(like)
        given = None if version is not None else options.get(preset.name)
        version = version if given is None else preset_of(f"{preset.name}@{given}")[1]
    except ValueError as error:
        what, _, do = str(error).partition("; ")
        return Fault(where, Gap.UNSUPPORTED, what, do)
    newest = f"{preset.name} {written(preset.newest)}"
    if version is None:
        return Release(preset, preset.newest, (f"{newest} (newest; assumed)",))
    assumed = () if given is None else (f"{preset.name} {given} (assumed)",)
    if version > preset.newest:
        does = f"{preset.name} {written(version)} does as {newest}, the newest that was read"
        assumed = (f"{does} (assumed)", *assumed)
    return Release(preset, version, assumed)


def compile_policy(
    semantics: Release | Spelled, policy: Policy, where: Where
) -> Compiled | tuple[Fault, ...]:
    """What the product, or an application with spelled-out semantics, does with `policy`; the faults
    at `where` with which it does not run."""
    if isinstance(semantics, Release):
        compiled = semantics.preset.compile(policy, semantics.version)
    else:
        compiled = compile_custom(policy, semantics)
    return faults_of(compiled, where) or compiled


def faults_of(compiled: Compiled, where: Where) -> tuple[Fault, ...]:
    """Why the product does not run with what it was told."""
    halves = [text.partition("; ") for text in compiled.faults]
    return tuple(Fault(where, Gap.INVALID, what, do) for what, _, do in halves)
