"""How much of hostile input is looked at before it is refused."""

from dataclasses import dataclass

from auditor.text.problems import BrokenDocumentError


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on what one file may cost.

    Nodes are scalars (keys too), sequences and mappings as a walk over the finished tree meets
    them: what an alias stands for is counted again at every alias.
    """

    file_bytes: int = 64 * 1024 * 1024
    document_bytes: int = 5 * 1024 * 1024
    """One YAML document, or one TOML, properties, dotenv or INI file. JSON has the file's cap."""
    depth: int = 100
    """Collections inside each other."""
    nodes: int = 500_000
    """In one document."""
    json_nodes: int = 5_000_000
    """In one JSON file: API dumps are large, and nothing in JSON multiplies."""
    aliases: int = 1_000
    """In one document."""
    documents: int = 100_000
    """In one file."""
    problems: int = 1_000
    """Listed for one file; the rest is counted."""


DEFAULT = Limits()


@dataclass(slots=True)
class Budget:
    """The nodes that one document may still spend."""

    nodes: int
    spent: int = 0

    def spend(self, nodes: int, line: int | None, why: str = "") -> None:
        """Count nodes; raises BrokenDocumentError when the document has too many."""
        self.spent += nodes
        if self.spent > self.nodes:
            what = f"more than {self.nodes:,} values{why}"
            raise BrokenDocumentError(line, what, "split it or leave it out")
