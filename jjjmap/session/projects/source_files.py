"""The files that layers were read from: where they are, and which are not there any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jjjmap.project.state import SourceFile
from jjjmap.session.layers.user_layers import UserLayers


@dataclass(frozen=True, slots=True)
class MissingFile:
    """A file that a layer was read from and that is not where it was."""

    layer_id: str
    title: str
    """Of the layer."""
    path: Path
    """Where it was."""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name


def missing_files(layers: UserLayers) -> tuple[MissingFile, ...]:
    """Return files that are not there; their layers have their rows all the same."""
    return tuple(
        MissingFile(each.layer_id, layers.stored(each.layer_id).title, Path(each.path))
        for each in layers.sources()
        if layers.holds(each.layer_id) and not _is_there(Path(each.path))
    )


def tell_sources(
    layers: UserLayers,
    sources: Iterable[SourceFile],
    project: Path | None,
    known: Iterable[SourceFile] = (),
) -> None:
    """Say where the files of a project's layers are on this computer.

    Parameters
    ----------
    sources
        As the project says it: of a file that is not below its folder it has no more than the name.
    known
        With absolute paths, of layers that were open before: a layer that is among them, as after the home
        was saved as a project, has its file where it was.
    """
    places = {(each.layer_id, each.sha256): Path(each.path) for each in known}
    for each in sources:
        path = PurePosixPath(each.path)
        if layers.holds(each.layer_id) and project is not None and not path.is_absolute():
            beside = project.parent.joinpath(*path.parts)
            place = beside if _is_there(beside) else places.get((each.layer_id, each.sha256), beside)
            layers.set_source(each.layer_id, place, each.options)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
