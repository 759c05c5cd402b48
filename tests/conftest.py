"""What every test shares: the count of tests that lacked a server."""

from collections import Counter

import pytest

from tests.servers import missing_server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    reasons = [report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)]
    names = Counter(name for reason in reasons if (name := missing_server(reason)) is not None)
    if names:
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(names.items()))
        total = names.total()
        verb = "test needs" if total == 1 else "tests need"
        terminalreporter.write_line(f"{total} {verb} a server that is not installed: {listed}")
