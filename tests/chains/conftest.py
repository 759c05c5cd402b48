"""The servers of all chains, shared by the tests of this folder."""

from collections.abc import Iterator

import pytest

from tests.chains.chain import CHAINS
from tests.chains.estate import Estate, estate


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    with estate(CHAINS, tmp_path_factory.mktemp("chains")) as found:
        yield found
