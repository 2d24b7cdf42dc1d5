"""The shipped gazetteer, made once for all tests of mentions."""

from functools import cache

from jjjmap import paths
from jjjmap.catalogue.store import load_catalogue
from jjjmap.text.names.gazetteer import Gazetteer, build_gazetteer


@cache
def shipped_gazetteer() -> Gazetteer:
    """Return the gazetteer of the shipped catalogue."""
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    return build_gazetteer(catalogue)
