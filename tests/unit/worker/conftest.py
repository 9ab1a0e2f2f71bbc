"""What the tests of the pipeline read."""

import pytest

from catalog.model import Snapshot
from tests import fakes_shop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """The schema of a small shop."""
    return fakes_shop.snapshot(tmp_path_factory.mktemp("shop"))
