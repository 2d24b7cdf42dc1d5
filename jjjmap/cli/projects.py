"""A project for one answer of the command line: its layers, its library, its map and its saved views."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from jjjmap.catalogue.models import Catalogue
from jjjmap.cli.messages import listed
from jjjmap.cli.progress import progress_of
from jjjmap.findings import Finding
from jjjmap.i18n import _
from jjjmap.layers.layer import LayerView, first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import Bounds, MapSnapshot, NamedMap
from jjjmap.project.state import ProjectState, SavedView

ALL = "all"
"""Stands for all saved views."""
MOST_LISTED = 20

project_option = click.option(
    "--project",
    "project_path",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="P.jjj.gpkg",
    help="用这个项目的图层和文库，代替窗口所用的；项目不会改动。"
    "Layers and library of this project instead of the window's; it is not changed.",
)


@dataclass(frozen=True, slots=True)
class UnpackedProject:
    """A project in a temporary folder."""

    name: str
    """Of its file."""
    state: ProjectState
    layers_folder: Path
    library_path: Path
    findings: tuple[Finding, ...]


@contextmanager
def unpacked_project(path: Path | None, library_path: Path | None = None) -> Iterator[UnpackedProject | None]:
    """Unpack a project until the end of a `with`; None if none is wanted.

    Parameters
    ----------
    path
        The project; it is read and not changed.
    library_path
        The library that was named: a project brings its own.

    Raises
    ------
    ProjectUnusable
        It cannot be read.
    click.UsageError
        A library was named, too.
    """
    if path is None:
        yield None
        return
    if library_path is not None:
        raise click.UsageError(_("--project 和 --library 不能一起用：项目里有自己的文库。"))
    from jjjmap.project.opening import LAYERS, LIBRARY, open_project

    with tempfile.TemporaryDirectory(prefix="jjjmap-") as name:
        folder = Path(name)
        with progress_of(_("打开 {name}").format(name=path.name)) as tell:
            opened = open_project(path, folder, progress=tell)
        yield UnpackedProject(
            path.name, opened.state, folder / LAYERS, folder / LIBRARY, tuple(opened.findings)
        )


def views_of_project(state: ProjectState, layers: Sequence[LayerView]) -> tuple[LayerView, ...]:
    """Return our layers and the project's as it was left; those that it does not know, as at first start."""
    from jjjmap.project.view_snapshots import arranged

    first = (*first_view(SHIPPED_LAYERS), *layers)
    if not state.layers:
        return first
    known = {setting.id for setting in state.layers}
    visible = {view.layer.id: view.visible for view in first}
    return tuple(
        view if view.layer.id in known else replace(view, visible=visible[view.layer.id])
        for view in arranged(first, state.layers)
    )


def chosen_views(state: ProjectState, said: str) -> tuple[SavedView, ...]:
    """Return the saved views that are meant: all, or those of these titles or ids, in the order said.

    Raises
    ------
    click.UsageError
        There are none, or none is called so.
    """
    if not state.views:
        raise click.UsageError(_("这个项目里没有保存的视图。"))
    if said.strip() == ALL:
        return state.views
    # A title may hold a comma itself.
    words = [said] if any(said in (view.title, view.id) for view in state.views) else said.split(",")
    found = []
    for word in (word.strip() for word in words if word.strip()):
        view = next((view for view in state.views if word in (view.title, view.id)), None)
        if view is None:
            message = _("没有名为“{name}”的视图；项目里的视图：{known}。")
            titles = [each.title for each in state.views]
            more = [_("等 {n} 个").format(n=len(titles))] if len(titles) > MOST_LISTED else []
            raise click.UsageError(message.format(name=word, known=listed([*titles[:MOST_LISTED], *more])))
        found.append(view)
    if not found:
        raise click.UsageError(_("--views 写成 all，或视图的名称，用逗号隔开。"))
    return tuple({view.id: view for view in found}.values())


def named_maps(views: Sequence[SavedView], base: MapSnapshot, catalogue: Catalogue) -> tuple[NamedMap, ...]:
    """Return saved views as maps; see `snapshots_of_views`."""
    from jjjmap.project.view_snapshots import snapshots_of_views

    snapshots = snapshots_of_views(views, base, catalogue)
    return tuple(NamedMap(view.title, shown) for view, shown in zip(views, snapshots, strict=True))


def bounds_of(state: ProjectState | None) -> Bounds | None:
    """Return the box that a project shows; None if there is none."""
    return Bounds(*state.bounds_lonlat) if state is not None and state.bounds_lonlat is not None else None
