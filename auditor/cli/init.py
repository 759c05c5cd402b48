"""`cors-audit init`: a commented configuration for what is here."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from auditor.cli.user_files import CONFIG_NAME, usual_allowlist
from auditor.text.problems import printable

if TYPE_CHECKING:
    from auditor.edge.config.starter import FoundFolder, Surroundings

_USAGE_ERROR = 2
_MOST_FILES = 20_000
_MOST_FOLDERS = 50
_LONGEST = 1 << 20
_KUBECONFIG_LONGEST = 8 << 20
_IGNORED = frozenset({"node_modules", "__pycache__", "dist", "build", "venv"})
_YAML: Final = (".yaml", ".yml")
_SETTINGS: Final = (".env", ".properties", ".toml", ".ini", ".json", *_YAML)
# Presence alone is looked at; boto3 reads these (boto3 1.44, guide "Credentials").
_AWS_VARIABLES: Final = (
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
)


@click.command(short_help="Write a commented configuration for what is here.")
@click.option(
    "--into",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(CONFIG_NAME),
    show_default=True,
    help="The file to write; one that is there is never overwritten.",
)
@click.pass_context
def init(context: click.Context, into: Path) -> None:
    """Write cors-audit.yaml for what is here, with comments on what else can stand in it.

    Looks at this folder and those in it, at the names of your kubeconfig's contexts, and at
    whether there are AWS credentials; no value of any credential is read, nothing is fetched.

    \b
    Example:
      $ cors-audit init
      wrote cors-audit.yaml: aws, 2 contexts, 3 folders
      next: cors-audit validate    then cors-audit audit
    """
    from auditor.edge.config.starter import write_starter

    found = look_around(Path(), Path.home(), os.environ)
    try:
        with into.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(write_starter(found))
    except FileExistsError:
        do = "edit it, or name another file with --into"
        click.echo(f"{printable(str(into))}: is there already; {do}", err=True)
        context.exit(_USAGE_ERROR)
    except OSError as error:
        do = "name another file with --into"
        words = error.strerror or "no reason given"
        click.echo(f"{printable(str(into))}: cannot be written ({words}); {do}", err=True)
        context.exit(_USAGE_ERROR)
    aws = "aws" if found.aws else "no aws"
    counted = f"{len(found.contexts)} contexts, {len(found.folders)} folders"
    click.echo(f"wrote {printable(str(into))}: {aws}, {counted}")
    click.echo("next: cors-audit validate    then cors-audit audit")


def look_around(here: Path, home: Path, environment: Mapping[str, str]) -> "Surroundings":
    """Return what is in the folder `here` and belongs to whoever lives in `home`."""
    from auditor.edge.config.starter import Surroundings

    folders, incomplete = _folders(here)
    found = usual_allowlist(here)
    return Surroundings(
        aws=tuple(_aws(home, environment)),
        contexts=_contexts(home, environment),
        folders=folders,
        allowlist=found.name + ("/" if found.is_dir() else "") if found else None,
        incomplete=incomplete,
    )


def _aws(home: Path, environment: Mapping[str, str]) -> Iterator[str]:
    yield from (name for name in _AWS_VARIABLES if environment.get(name))
    for name in ("config", "credentials"):
        if (home / ".aws" / name).is_file():
            yield f"~/.aws/{name}"


def _contexts(home: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the contexts; the credentials beside them are dropped unread."""
    from auditor.text.tree import Mapping as MappingNode
    from auditor.text.tree import Scalar, Sequence
    from auditor.text.yaml import parse_yaml

    listed = environment.get("KUBECONFIG", "").split(os.pathsep)
    paths = [Path(text) for text in listed if text] or [home / ".kube" / "config"]
    names: list[str] = []
    for path in paths:
        data = _read(path, _KUBECONFIG_LONGEST)
        documents = parse_yaml(data, path.name).documents if data else ()
        root = documents[0].root if documents else None
        contexts = root.get("contexts") if isinstance(root, MappingNode) else None
        items = contexts.items if isinstance(contexts, Sequence) else ()
        for item in items:
            name = item.get("name") if isinstance(item, MappingNode) else None
            if isinstance(name, Scalar) and _fits(name.text):
                names.append(name.text)
    return tuple(dict.fromkeys(names))


def _folders(here: Path) -> tuple[tuple["FoundFolder", ...], bool]:
    """Return the folders that hold what we read, and whether the search ended early."""
    from auditor.edge.config.starter import FoundFolder

    counts: dict[str, list[int]] = {}
    files = 0
    for folder, names, entries in os.walk(here):
        names[:] = sorted(n for n in names if not n.startswith(".") and n not in _IGNORED)
        for entry in sorted(entries):
            files += 1
            path = Path(folder, entry)
            top = path.relative_to(here).parts[0] + ("/" if path.parent != here else "")
            manifest, setting = _kinds(path)
            if (manifest or setting) and _fits(top):
                count = counts.setdefault(top, [0, 0])
                count[0] += manifest
                count[1] += setting
        if files > _MOST_FILES:
            break
    found = tuple(FoundFolder(top, *count) for top, count in sorted(counts.items()))
    return found[:_MOST_FOLDERS], files > _MOST_FILES or len(found) > _MOST_FOLDERS


def _kinds(path: Path) -> tuple[bool, bool]:
    """Return whether a file is a Kubernetes manifest, and whether its settings mention CORS."""
    name = path.name.lower()
    if name == CONFIG_NAME or name.startswith("allowlist"):
        return False, False
    is_settings = path.suffix in _SETTINGS or name.startswith(".env")
    if not is_settings or not (data := _read(path, _LONGEST)):
        return False, False
    lines = data.splitlines()
    keys = (b"kind:", b"apiVersion:")
    has_keys = all(any(line.startswith(key) for line in lines) for key in keys)
    manifest = path.suffix in _YAML and has_keys
    return manifest, not manifest and b"cors" in data.lower()


def _read(path: Path, longest: int) -> bytes:
    """Return a file's content, nothing where it is too long, special or cannot be read."""
    try:
        if not path.is_file() or path.stat().st_size > longest:
            return b""
        return path.read_bytes()
    except (OSError, ValueError):
        return b""


def _fits(text: str) -> bool:
    """Return whether a name can stand in our file as it is."""
    return text.isprintable() and text == text.strip() != "" and len(text) < 500
