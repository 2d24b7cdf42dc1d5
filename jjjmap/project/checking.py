"""Whether a project's file is whole, and what is in it, without opening it in the window."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jjjmap.findings import Finding
from jjjmap.layers.user_layer_store import UserLayerStore
from jjjmap.project.opening import LAYERS, open_project
from jjjmap.project.versions import versions_of


@dataclass(frozen=True, slots=True)
class LayerFigures:
    """A layer of a project."""

    id: str
    title: str
    geometry: str
    """``point``, ``line`` or ``polygon``; empty for a plain table."""
    rows: int


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What is in a project."""

    title: str
    bytes: int
    version: int
    """Of the format."""
    program: str
    """What wrote it."""
    saved: str
    """ISO 8601, UTC."""
    layers: tuple[LayerFigures, ...]
    documents: int
    views: int
    former_versions: int
    """That stand beside it."""


def check_project(
    path: Path, *, progress: Callable[[float], None] = lambda share: None
) -> tuple[ProjectFacts, tuple[Finding, ...]]:
    """Unpack a project into a temporary folder, and tell what is in it and what is wrong with it.

    Raises
    ------
    ProjectUnusable
        It cannot be opened at all.
    """
    with tempfile.TemporaryDirectory(prefix="jjjmap-") as name:
        opened = open_project(path, Path(name), progress=progress)
        layers, findings = UserLayerStore(Path(name) / LAYERS).load()
    facts = ProjectFacts(
        opened.title,
        path.stat().st_size,
        opened.version,
        opened.program,
        opened.saved,
        tuple(
            LayerFigures(
                layer.id,
                layer.title,
                layer.facts.geometry.value if layer.facts.geometry is not None else "",
                layer.facts.rows,
            )
            for layer in layers
        ),
        opened.documents,
        len(opened.state.views),
        len(versions_of(path)),
    )
    return facts, (*opened.findings, *findings)
