"""What `publish:` puts into a folder after each run: the run as a file, and a page to look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auditor.edge.reports.html import run_page
from auditor.edge.reports.past import Nights
from auditor.edge.runfile import RunFileError, write_run_file
from auditor.edge.whole_file import unwritten, write_whole

RUN_FILE: Final = "latest.run"
PAGE: Final = "index.html"


def publish(folder: Path, nights: Nights) -> Iterator[str]:
    """Write both into `folder`, each whole or not at all; yields what could not be written,
    `<path>: <what>; <what to do>`. The folder is made where it alone is missing.

    The page can be read by whoever may look into the folder; the run file, which holds what was
    read, by its owner alone, as `write_run_file` makes it.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        yield unwritten(folder, error)
        return
    try:
        write_whole(folder / PAGE, run_page(nights).encode())
    except OSError as error:
        yield unwritten(folder / PAGE, error)
    try:
        write_run_file(folder / RUN_FILE, nights.now)
    except RunFileError as error:
        yield str(error)
