"""The CODEOWNERS files that a configuration names: read once, beside it."""

from __future__ import annotations

import os.path
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from auditor.cli.user_files import read_paths
from auditor.edge.store.record import Input, InputKind, take_input
from auditor.text.tree import Problem

if TYPE_CHECKING:
    from auditor.edge.code_owners import CodeOwners
    from auditor.edge.config.model import Config

_BESIDE_THE_ROOT: Final = (".github", "docs")
"""Folders in the root of a repository where the file may be as well (GitHub Docs, "About code
owners")."""


@dataclass(slots=True)
class CodeOwnersFiles:
    """What was read, by the path as the configuration writes it. `problems`: files that could not be
    read; `remarks`: lines that mean nothing; `inputs`: what a run keeps of the files."""

    files: dict[str, CodeOwners] = field(default_factory=dict)
    inputs: list[Input] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def add(self, path: str, base: Path) -> None:
        """Read the file `path` of a configuration in the folder `base`."""
        from auditor.edge.code_owners import CodeOwners, parse_code_owners

        at = base / path
        if at.is_dir():
            self.problems.append(Problem(str(at), "it is a folder", "name the file in it"))
            return
        read = read_paths((at,))
        self.problems += read.problems
        for name, data in read.files:
            entries, found = parse_code_owners(data, name)
            if entries is None:
                self.problems += found
            else:
                self.remarks += found
                root = _inside(at, base)
                self.files[path] = CodeOwners(entries, root)
                self.inputs.append(take_input(InputKind.CODEOWNERS, path, data))
                self.inputs.append(take_input(InputKind.ROOT, path, os.fsencode(root)))


def _inside(file: Path, base: Path) -> str:
    """`base`, which the places of hops are relative to, as seen from the root of the repository."""
    folder = file.parent.resolve()
    root = folder.parent if folder.name in _BESIDE_THE_ROOT else folder
    return PurePath(os.path.relpath(base.resolve(), root)).as_posix()


def read_code_owners(config: Config, base: Path) -> CodeOwnersFiles:
    """Every CODEOWNERS file that `config` names under `owners`."""
    from auditor.edge.config.model import OwnerSource

    found = CodeOwnersFiles()
    for rule in config.owners:
        if rule.source is OwnerSource.CODEOWNERS and rule.name not in found.files:
            found.add(rule.name, base)
    return found
