"""What the commands of the allowlist need of a run."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auditor.cli.clock import now
from auditor.cli.planning import load_plan
from auditor.edge.allowlist.draft import Observed
from auditor.run.collection import collect
from auditor.run.examination import examine
from auditor.run.observe import observe


def observed_routes(params: Mapping[str, Any]) -> tuple[Observed, ...]:
    """What the sources named at the prompt, or the configuration's, let in now.

    `params`: those of the command, with `sources` (paths) and `config` (a path or None).
    """
    sources = tuple(str(path) for path in params["sources"])
    config: Path | None = params["config"]
    plan = load_plan(sources, config, None, use_allowlist=False)
    collected = collect(plan, os.environ, lambda _text: None, now())
    judgement, _ = examine(plan, collected, now().date(), lambda _text: None)
    return tuple(observe(judgement.routes))
