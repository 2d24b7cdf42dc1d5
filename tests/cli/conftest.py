"""Fixtures of the command line: a clean environment, data to be damaged, an export that only pretends."""

import shutil
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import ExportFailed
from jjjmap.export.options import ContentOptions
from jjjmap.i18n import Language, use_language
from jjjmap.layers.layer import Layer
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.text.store.library import Library


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    use_language(Language.ZH)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped data that may be damaged, in the place of the shipped data."""
    root = tmp_path / "data"
    shutil.copytree(paths.RESOURCES, root / "resources")
    shutil.copytree(paths.GEODATA, root / "geodata")
    monkeypatch.setattr(paths, "RESOURCES", root / "resources")
    monkeypatch.setattr(paths, "GEODATA", root / "geodata")
    return root


class FakeExport:
    """Stands for ``export.page.html``: writes a file, or fails, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.snapshots: list[MapSnapshot] = []
        self.options: list[ContentOptions] = []
        self.libraries: list[Library | None] = []
        self.rows: dict[str, LayerRows] = {}
        self.reason = ""

    def save_map_html(
        self,
        path: Path,
        snapshot: MapSnapshot,
        _catalogue: Catalogue,
        *,
        options: ContentOptions,
        library: Library | None,
        progress: Callable[[float], None],
        read_layer: Callable[[Layer], bytes],
    ) -> bool:
        if self.reason:
            raise ExportFailed(path, self.reason)
        self.snapshots.append(snapshot)
        self.options.append(options)
        self.libraries.append(library)
        progress(0.5)
        for view in snapshot.layers:
            if view.visible and view.layer.is_users:
                self.rows[view.layer.id] = snapshot.rows_of(view.layer.id)
            elif view.visible:
                read_layer(view.layer)
        path.write_text("<!doctype html>", "utf-8")
        progress(1.0)
        return True


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch) -> FakeExport:
    fake = FakeExport()
    module = types.ModuleType("jjjmap.export.page.html")
    module.save_map_html = fake.save_map_html  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "jjjmap.export.page.html", module)
    return fake
