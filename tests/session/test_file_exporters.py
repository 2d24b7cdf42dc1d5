"""The exporters of the program call the rooms below with what the window says."""

import sys
from pathlib import Path
from typing import Any

import pytest

from jjjmap.catalogue.models import Catalogue
from jjjmap.errors import RenderingFailed, RenderingStopped
from jjjmap.export.options import ContentOptions
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import MapSnapshot
from jjjmap.session.exporters import BriefingFormat, BriefingsWish, Exporters
from jjjmap.session.file_exporters import FileExporters
from jjjmap.text.store.library import Library


class NoRenderer:
    """Nothing is drawn here."""

    is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.fixture
def snapshot() -> MapSnapshot:
    views = tuple(view for view in first_view(SHIPPED_LAYERS) if view.layer.id in ("ports", "provinces"))
    return MapSnapshot(views, Language.ZH)


@pytest.fixture
def exporters(tmp_path: Path) -> Exporters:
    return FileExporters(lambda: tmp_path / "library.sqlite", NoRenderer)  # type: ignore[arg-type,return-value]


def heard(monkeypatch: pytest.MonkeyPatch, where: str, answer: Any) -> list[tuple[Any, ...]]:
    """Replace a function below by one that keeps what it was called with."""
    calls: list[tuple[Any, ...]] = []

    def take(*args: Any, **kwargs: Any) -> Any:
        calls.append((args, kwargs))
        return answer

    monkeypatch.setattr(where, take)
    return calls


def go(share: float) -> None:
    """Take progress."""


def test_a_page_is_made_without_making_a_library(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "图.html"
    done = exporters.save_html(
        path, snapshot, catalogue, ContentOptions(), progress=go, cancelled=lambda: False
    )
    assert done and path.read_text(encoding="utf-8").lower().startswith("<!doctype html>")
    assert not (tmp_path / "library.sqlite").exists()


def test_the_users_library_is_opened_for_the_work_and_closed(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Library.open(tmp_path / "library.sqlite").close()
    calls = heard(monkeypatch, "jjjmap.export.datasets.data_export.save_data", True)
    closed: list[Library] = []
    close = Library.close
    monkeypatch.setattr(Library, "close", lambda library: (closed.append(library), close(library)))
    path = tmp_path / "图.gpkg"
    assert exporters.save_data(
        path, snapshot, catalogue, ContentOptions(), progress=go, cancelled=lambda: False
    )
    [(args, kwargs)] = calls
    assert args == (path, snapshot, catalogue) and kwargs["options"] == ContentOptions()
    assert closed == [kwargs["library"]]


@pytest.mark.parametrize("with_library", [True, False])
@pytest.mark.parametrize("what", ["page.html.save_map_html", "datasets.data_export.save_data"])
def test_the_library_stays_at_home_when_it_is_not_to_go_along(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, what: str, with_library: bool,
) -> None:  # fmt: skip
    Library.open(tmp_path / "library.sqlite").close()
    calls = heard(monkeypatch, f"jjjmap.export.{what}", True)
    save = exporters.save_html if what.startswith("page") else exporters.save_data
    options = ContentOptions(with_library=with_library)
    assert save(tmp_path / "图", snapshot, catalogue, options, progress=go, cancelled=lambda: False)
    assert (calls[0][1]["library"] is not None) == with_library


def test_a_picture_for_the_clipboard_needs_no_file_and_can_be_cancelled(
    exporters: Exporters, snapshot: MapSnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = heard(monkeypatch, "jjjmap.export.pictures.saving.picture_png", b"png")
    exporters.prepare()
    assert exporters.picture_png(snapshot, Sheet(), dpi=192, cancelled=lambda: False) == b"png"
    assert calls[0][0][:2] == (snapshot, Sheet()) and calls[0][1]["dpi"] == 192

    def stop(*_args: Any, **_kwargs: Any) -> bytes:
        raise RenderingStopped

    monkeypatch.setattr("jjjmap.export.pictures.saving.picture_png", stop)
    assert exporters.picture_png(snapshot, Sheet(), dpi=192, cancelled=lambda: True) is False


def test_a_picture_is_drawn_by_the_renderer(
    exporters: Exporters, snapshot: MapSnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = heard(monkeypatch, "jjjmap.export.pictures.saving.save_picture", True)
    sheet = Sheet(title="甲")
    exporters.prepare()
    assert exporters.save_picture(
        tmp_path / "图.png", snapshot, sheet, dpi=200, progress=go, cancelled=lambda: False
    )
    [(args, kwargs)] = calls
    assert args[:3] == (tmp_path / "图.png", snapshot, sheet) and isinstance(args[3], NoRenderer)
    assert kwargs["dpi"] == 200


def test_the_browser_is_made_once_and_let_go(tmp_path: Path, snapshot: MapSnapshot) -> None:
    made: list[NoRenderer] = []

    def make() -> NoRenderer:
        made.append(NoRenderer())
        return made[-1]

    exporters = FileExporters(lambda: tmp_path / "library.sqlite", make)  # type: ignore[arg-type]
    assert made == []
    exporters.prepare()
    exporters.prepare()
    exporters.close()
    assert len(made) == 1 and made[0].is_closed
    with pytest.raises(RenderingFailed):
        exporters.save_picture(
            tmp_path / "图.png", snapshot, Sheet(), dpi=96, progress=go, cancelled=lambda: False
        )


def test_briefings_are_written_where_the_files_were_foretold(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    wish = BriefingsWish(
        ("jia-park", "jia-zone"), tmp_path, (BriefingFormat.PDF, BriefingFormat.HTML), Language.ZH,
        docx_template=tmp_path / "模板.docx",
    )  # fmt: skip
    files = exporters.briefing_files(wish, catalogue)
    assert len(files) == 4 and {path.suffix for path in files} == {".pdf", ".html"}
    assert all("jia-" in path.stem and path.parent == tmp_path for path in files)
    calls = heard(monkeypatch, "jjjmap.export.briefing.saving.save_briefings", files)
    exporters.prepare()
    assert exporters.save_briefings(wish, snapshot, catalogue, progress=go, cancelled=lambda: False) == files
    [(args, kwargs)] = calls
    assert args == (("jia-park", "jia-zone"), tmp_path, ("pdf", "html"))
    assert kwargs["library"] is None and kwargs["docx_template"] == tmp_path / "模板.docx"


def test_the_predicted_size_of_a_page_is_its_size(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path
) -> None:
    predicted = exporters.predicted_bytes(snapshot, catalogue, ContentOptions())
    path = tmp_path / "图.html"
    exporters.save_html(path, snapshot, catalogue, ContentOptions(), progress=go, cancelled=lambda: False)
    assert predicted == pytest.approx(path.stat().st_size, rel=0.01)


def test_what_our_layers_take_is_reckoned_once_but_anew_without_the_library(
    exporters: Exporters, snapshot: MapSnapshot, catalogue: Catalogue, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Library.open(tmp_path / "library.sqlite").close()
    calls = heard(monkeypatch, "jjjmap.export.page.html.shipped_map_bytes", 1000)
    for options in (ContentOptions(), ContentOptions(title="甲"), ContentOptions(with_library=False)):
        assert exporters.predicted_bytes(snapshot, catalogue, options) == 1000
    assert [kwargs["library"] is not None for _args, kwargs in calls] == [True, False]


def test_nothing_heavy_is_imported_before_it_is_wanted() -> None:
    import subprocess

    code = (
        "import sys, jjjmap.session.file_exporters\n"
        "print([name for name in ('geopandas', 'matplotlib', 'docx', 'jinja2', 'folium')"
        " if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
