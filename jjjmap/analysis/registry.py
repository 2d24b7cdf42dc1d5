"""The analyses there are, by the word that names them in projects and on the command line."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from jjjmap.analysis.running import Analysis
from jjjmap.layers.opening.records_json import from_json
from jjjmap.layers.provenance import Provenance

_PLACES = {
    "summarize": ("jjjmap.analysis.summaries.summarize", "Summarize"),
    "near": ("jjjmap.analysis.nearby.near", "Near"),
    "hotspots": ("jjjmap.analysis.hotspots.hotspots", "Hotspots"),
    "gaps": ("jjjmap.analysis.chain_gaps.gaps", "Gaps"),
    "flows": ("jjjmap.analysis.flows.flows", "Flows"),
}
"""Module and class; each is imported when it is asked for."""

KINDS = tuple(_PLACES)


def analysis_from(provenance: Provenance) -> Analysis:
    """Return the analysis that a layer was made by.

    Raises
    ------
    ValueError
        There is no such analysis, or its options are none that it knows.
    """
    return analysis_from_json(provenance.analysis, provenance.options)


def analysis_from_json(kind: str, options: Any) -> Analysis:
    """Return the analysis that was asked for; raises ValueError for what is none."""
    return cast(Analysis, from_json(analysis_class(kind), options))


def analysis_class(kind: str) -> type[Any]:
    """Return the frozen dataclass of an analysis; raises ValueError for a word that is none."""
    if kind not in _PLACES:
        raise ValueError(f"no analysis {kind[:40]!r}")
    module, name = _PLACES[kind]
    return cast(type[Any], getattr(import_module(module), name))
