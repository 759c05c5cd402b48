"""A program that runs an audit as the command does, and stops at a stage to be killed there.

`python -m tests.cli.operated CONFIG STAGE`: prints each stage; at the one that begins with STAGE it
waits. Stages are what the pipeline tells its progress, and `stored` once the run is.
"""

import os
import sys
import time
from pathlib import Path

from auditor.cli.clock import now
from auditor.cli.operation import Watch, operated
from auditor.cli.planning import load_plan
from auditor.edge.metrics import Standing
from auditor.edge.reports.past import Nights
from auditor.run.audit import audit


def main(config: str, stage: str) -> None:
    def progress(text: str) -> None:
        print(text, flush=True)
        if text.startswith(stage):
            time.sleep(60)

    plan = load_plan((), Path(config), None)
    base = plan.base
    watch = Watch(
        plan.store,
        metrics=base / "cors_audit.prom",
        heartbeat_env=plan.config.notify.heartbeat_env,
        publish=base / "public",
        log=str(base / "audit.log"),
        wait_seconds=0,
    )
    with operated(watch, os.environ) as operation:
        outcome = audit(plan, now, os.environ, progress)
        progress("stored")
        operation.finish(Nights(outcome.record), Standing(), outcome.exit_code)
    print("finished", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
