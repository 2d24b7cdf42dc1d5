"""The shipped names, read once: rows are judged against what is really there."""

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.locating.placing import Locator


@pytest.fixture(scope="session")
def shipped_catalogue() -> Catalogue:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return catalogue


@pytest.fixture(scope="session")
def locator(shipped_catalogue: Catalogue) -> Locator:
    return Locator(shipped_catalogue)
