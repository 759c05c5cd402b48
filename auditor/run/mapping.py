"""From an entry of `files:` in the configuration to the app collector's own terms."""

from collections.abc import Mapping

from auditor.core.reading import Json
from auditor.edge.config.files import FilesEntry, Resolve, Semantics, SettingKey
from collectors.app.mapping import AppMapping, Choice, Embedded, FromKey, Given, Meaning, Split
from collectors.app.semantics.custom import Spelled
from collectors.app.semantics.preset import Input


def app_mapping(entry: FilesEntry) -> AppMapping:
    """The declaration that `entry` makes."""
    spelled = None if entry.semantics is None else _spelled(entry.semantics)
    meaning = entry.semantics
    return AppMapping(
        name=entry.name or (entry.serves[0] if entry.serves else entry.path[0]),
        paths=entry.path,
        semantics=spelled or entry.like or "",
        serves=entry.serves,
        inputs=_inputs(entry),
        format=entry.format,
        embedded=None
        if entry.embedded is None
        else Embedded(entry.embedded.configmap_key, entry.embedded.format),
        split=None if entry.split is None else Split(str(entry.split)),
        empty_means=Meaning.PRODUCT_DEFAULT if meaning is None else Meaning(meaning.empty_means),
        missing_means=None if meaning is None else Meaning(meaning.missing_means),
        resolve_defaults=Resolve.ENV_DEFAULT in entry.resolve,
        owner=entry.owner,
        profile=entry.profile,
    )
