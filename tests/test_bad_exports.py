"""Exports that cannot come to anything: a sentence, the old file as it was, and nothing left lying about."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docx
import numpy as np
import pyarrow as pa
import pytest
import shapely
from made_layers import made_rows, made_view
from pdf_made_by_hand import made_pdf

from jjjmap.catalogue.models import Catalogue, Precision
from jjjmap.cli.messages import explain as explain_on_command_line
from jjjmap.errors import (
    ExportFailed,
    JjjmapError,
    LibraryUnusable,
    RenderingFailed,
    RenderingStopped,
    RowsUnreadable,
    TemplateInvalid,
)
from jjjmap.export.briefing import template_limits
from jjjmap.export.briefing.saving import save_briefings
from jjjmap.export.datasets.data_export import save_data
from jjjmap.export.options import ContentOptions
from jjjmap.export.page.html import save_map_html
from jjjmap.export.pictures.saving import save_picture
from jjjmap.export.renderer import MeasuredPage, PrintedPages, Sheet
from jjjmap.export.rendering_reasons import REASONS
from jjjmap.i18n import Language, use_language
from jjjmap.i18n import language as language_in_use
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.layer import Layer, LayerView
from jjjmap.layers.layer_rows import LayerRows
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.layers.shipped_files import EMPTY_COLLECTION
from jjjmap.layers.style import Geometry
from jjjmap.maps.snapshot import Bounds, MapSnapshot
from jjjmap.session.exporters import BriefingFormat, BriefingsWish
from jjjmap.session.file_exporters import FileExporters
from jjjmap.ui.messages import explain as explain_in_window

CHECKOUT = Path(__file__).resolve().parent.parent

Cancelled = Callable[[], bool]
Progress = Callable[[float], None]

PAGE, SVG, PDF, PNG = "图.html", "图.svg", "图.pdf", "图.png"
GPKG, GEOJSON, XLSX, FOLDER = "图.gpkg", "图.geojson", "图.xlsx", "图"
PICTURES = (SVG, PDF, PNG)
DATA = (GPKG, GEOJSON, XLSX, FOLDER)
MAPS = (PAGE, *PICTURES, *DATA)
BRIEFINGS = ("甲园_jia-park.pdf", "甲园_jia-park.docx", "甲园_jia-park.html")
EVERYTHING = (*MAPS, *BRIEFINGS)
DRAWN = (*PICTURES, *BRIEFINGS)
"""What a browser has a hand in."""

SHOWN = ("counties", "platforms")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="72mm" height="36mm"><text>甲</text></svg>'
SHEET = Sheet(72, 50, title="甲")


# -- What is exported ------------------------------------------------------------------------------


class FakeRenderer:
    """Answers at once, asking now and then whether it shall stop; fails at a call if it is told to."""

    def __init__(self, error: Exception | None = None, error_at: int = 1) -> None:
        self.error = error
        self.error_at = error_at
        self.calls = 0

    def map_svg(self, snapshot: MapSnapshot, sheet: Sheet, *, cancelled: Cancelled = lambda: False) -> str:
        self._call(cancelled)
        return DRAWING

    def printed(
        self,
        html: str,
        *,
        width_mm: float,
        height_mm: float,
        one_page: bool = False,
        cancelled: Cancelled = lambda: False,
    ) -> PrintedPages:
        self._call(cancelled)
        return PrintedPages(made_pdf())

    def measured(
        self, html: str, *, width_mm: float, height_mm: float, cancelled: Cancelled = lambda: False
    ) -> MeasuredPage:
        self._call(cancelled)
        return MeasuredPage()

    def _call(self, cancelled: Cancelled) -> None:
        self.calls += 1
        if cancelled():
            raise RenderingStopped
        if self.error is not None and self.calls >= self.error_at:
            raise self.error
        if cancelled():
            raise RenderingStopped


def _feature(feature_id: str, geometry: dict[str, Any], name: str) -> dict[str, Any]:
    properties = {"name_zh": name, "name_en": name, "precision": "site", "category": ""}
    return {"type": "Feature", "id": feature_id, "properties": properties, "geometry": geometry}


def read_layer(layer: Layer) -> bytes:
    """Return two counties and a park of ours."""
    if layer.id not in SHOWN:
        return EMPTY_COLLECTION
    if layer.id == "platforms":
        features = [_feature("jia-park", {"type": "Point", "coordinates": [116.03, 39.08]}, "甲园")]
    else:
        boxes = (shapely.box(116, 39, 116.1, 39.1), shapely.box(116.1, 39, 116.2, 39.1))
        shapes = [json.loads(shapely.to_geojson(box)) for box in boxes]
        features = [_feature("990001", shapes[0], "甲县"), _feature("990002", shapes[1], "乙县")]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def firms(count: int = 1500) -> LayerRows:
    attributes = pa.table({"名称": [f"第{n}厂" for n in range(count)], "产值": np.arange(count) * 1.5})
    lon, lat = np.linspace(116, 116.2, count), np.linspace(39, 39.1, count)
    return made_rows(FeatureTable(attributes, Geometry.POINT, lon, lat))


def parks() -> LayerRows:
    shapes = np.array([shapely.Point(116.1, 39.05).buffer(0.01 * n) for n in range(1, 6)], dtype=object)
    wkb = pa.chunked_array([pa.array(shapely.to_wkb(shapes), pa.binary())])
    table = FeatureTable(pa.table({"园": list("甲乙丙丁戊")}), Geometry.POLYGON, wkb=wkb)
    return made_rows(table, layer_id="user-0000000b", title="园区")


@dataclass
class World:
    """All that an export needs."""

    catalogue: Catalogue
    snapshot: MapSnapshot
    renderer: FakeRenderer
    page_template: Path | None = None
    docx_template: Path | None = None
    place_id: str = "jia-park"

    def save(
        self, path: Path, *, progress: Progress = lambda share: None, cancelled: Cancelled = lambda: False
    ) -> bool:
        """Write what the name of a file says; return whether it was written."""
        told: dict[str, Any] = {"progress": progress, "cancelled": cancelled}
        if path.name in BRIEFINGS:
            written = save_briefings(
                [self.place_id],
                path.parent,
                [path.suffix[1:]],
                catalogue=self.catalogue,
                language=Language.ZH,
                renderer=self.renderer,
                firms=[firms(50)],
                page_template=self.page_template,
                docx_template=self.docx_template,
                **told,
            )
            return len(written) == 1
        if path.suffix in (".svg", ".pdf", ".png"):
            return save_picture(path, self.snapshot, SHEET, self.renderer, dpi=96, **told)
        save = save_map_html if path.suffix == ".html" else save_data
        return save(path, self.snapshot, self.catalogue, read_layer=read_layer, **told)

    def fails(self, path: Path, language: Language = Language.ZH) -> JjjmapError:
        """Return the error of an export that must fail, after a look at how it is told."""
        with pytest.raises((ExportFailed, RenderingFailed, RowsUnreadable, TemplateInvalid)) as failure:
            self.save(path)
        assert_told_in_sentences(failure.value, language)
        return failure.value


@pytest.fixture
def world(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    rows = {each.stored.id: each for each in (firms(), parks())}
    shown = [LayerView(layer, layer.id in SHOWN, layer.opacity) for layer in SHIPPED_LAYERS]
    views = (*shown, *(made_view(each) for each in rows.values()))
    snapshot = MapSnapshot(views, Language.ZH, Bounds(116, 39, 116.2, 39.1), rows_of=rows.__getitem__)
    return World(catalogue, snapshot, FakeRenderer())


# -- What must be as it was ------------------------------------------------------------------------


def everything_in(*folders: Path) -> dict[str, bytes | str]:
    """Return all files, folders and links below some folders, hidden ones too."""
    found: dict[str, bytes | str] = {}
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_symlink():
            found[str(path)] = f"link to {path.readlink()}"
        else:
            found[str(path)] = path.read_bytes() if path.is_file() else "folder"
    return found


@dataclass
class Disk:
    """The folder that exports go to, and the system's folder for temporary files."""

    folder: Path
    temporary: Path

    def __post_init__(self) -> None:
        self.before = self.all()

    def all(self) -> dict[str, bytes | str]:
        return everything_in(self.folder, self.temporary)

    def keep(self) -> None:
        """Take what is there now as what shall stay."""
        self.before = self.all()

    def assert_as_before(self) -> None:
        now = self.all()
        assert set(now) ^ set(self.before) == set(), "something was left behind, or is gone"
        assert now == self.before, "an old file is not what it was"


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    folder, temporary = tmp_path / "出", tmp_path / "系统临时"
    folder.mkdir()
    temporary.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "CPL_TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    return Disk(folder, temporary)


def put_old(path: Path) -> None:
    """Let something good stand where an export goes: a file, or a folder that we wrote before."""
    if path.suffix:
        path.write_bytes(b"the good old file")
        return
    path.mkdir()
    (path / "old.csv").write_bytes(b"the good old file")
    package = {"resources": [{"path": "old.csv"}], "jjjmap": {"files": []}}
    (path / "datapackage.json").write_text(json.dumps(package), "utf-8")


_CODE = re.compile(r"Errno|[A-Z]\w+(Error|Exception)\b|Traceback|0x[0-9a-f]{4}|\bNone\b|\.part\b|\.jjjmap-")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def sentences(error: JjjmapError, language: Language) -> list[str]:
    """Return what a person reads of an error: what happened, why, and what to try; window and terminal."""
    before = language_in_use()
    use_language(language)
    try:
        told = explain_in_window(error)
        finding, _code = explain_on_command_line(error)
        return [told.what, told.why, told.hint, finding.message, finding.hint]
    finally:
        use_language(before)


def assert_told_in_sentences(error: JjjmapError, language: Language = Language.ZH) -> None:
    said = sentences(error, language)
    name = error.path.name if isinstance(error, ExportFailed | TemplateInvalid) else ""
    for sentence in said:
        assert sentence, said
        assert not _CODE.search(sentence), sentence
        ends = "。！？" if language is Language.ZH else ".!?"
        assert sentence[-1] in ends or (name and sentence.endswith(name)), sentence
        if language is Language.ZH:
            assert _CHINESE.search(sentence), sentence


SMALL_DISK_BYTES = 1 << 19


@pytest.fixture(scope="module")
def _small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("小盘")
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no small disk: mounting a tmpfs takes Linux and the rights of root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def small_disk(_small_disk: Path, disk: Disk) -> Iterator[Disk]:
    """A disk of half a megabyte."""
    yield Disk(_small_disk, disk.temporary)
    for path in _small_disk.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def leave_free(small: Disk, count: int) -> None:
    """Fill a disk but for so many bytes."""
    free = shutil.disk_usage(small.folder).free
    (small.folder / "别的").write_bytes(b"x" * max(0, free - count))


# -- No space left ---------------------------------------------------------------------------------


@pytest.fixture
def at_most() -> Iterator[Callable[[int], None]]:
    """Let no file of this process grow beyond so many bytes, whoever writes it."""
    resource = pytest.importorskip("resource", reason="no resource limits on this system")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_that_cannot_grow_is_told_and_leaves_nothing(
    world: World, disk: Disk, name: str, at_most: Callable[[int], None]
) -> None:
    path = disk.folder / name
    assert world.save(path)
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    largest = max(file.stat().st_size for file in files)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    put_old(path)
    disk.keep()
    for share in (0.0, 0.6):
        at_most(int(largest * share))
        try:
            with pytest.raises(ExportFailed) as failure:
                world.save(path)
        finally:
            at_most(-1)
        assert_told_in_sentences(failure.value)
        disk.assert_as_before()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_disk_that_is_full_is_called_full(
    world: World, disk: Disk, small_disk: Disk, name: str, language: Language
) -> None:
    assert world.save(disk.folder / name)
    size = sum(file.stat().st_size for file in disk.folder.rglob("*") if file.is_file())
    path = small_disk.folder / name
    put_old(path)
    leave_free(small_disk, min(size // 2, 200_000))
    small_disk.keep()
    use_language(language)
    world.snapshot = replace(world.snapshot, language=language)
    error = world.fails(path, language)
    assert isinstance(error, ExportFailed)
    assert error.reason == ("磁盘已满。" if language is Language.ZH else "The disk is full.")
    small_disk.assert_as_before()


def test_a_system_folder_that_is_full_is_told_where_a_workbook_grows_in_it(
    world: World, small_disk: Disk, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk.folder))
    leave_free(small_disk, 90_000)
    small_disk.keep()
    put_old(disk.folder / XLSX)
    disk.keep()
    error = world.fails(disk.folder / XLSX)
    assert isinstance(error, ExportFailed) and "满" in error.reason
    disk.assert_as_before()
    small_disk.assert_as_before()


# -- Folders and names that take nothing -----------------------------------------------------------


@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize(
    ("code", "said"), [(errno.EROFS, "只读"), (errno.EACCES, "权限"), (errno.EPERM, "权限")]
)
def test_a_folder_that_takes_nothing_is_told(
    world: World, disk: Disk, name: str, code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so that the system's refusal is played."""
    put_old(disk.folder / name)
    disk.keep()

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *args: Any, **more: Any) -> Any:
            makes = real is not os.open or args[0] & os.O_CREAT
            if makes and isinstance(path, str | os.PathLike) and disk.folder in Path(path).parents:
                raise OSError(code, os.strerror(code), str(path))
            return real(path, *args, **more)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refusing(os.open))
        patched.setattr(os, "mkdir", refusing(os.mkdir))
        error = world.fails(disk.folder / name)
    assert isinstance(error, ExportFailed) and said in error.reason
    disk.assert_as_before()


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_file_that_is_open_in_another_program_is_told(
    world: World, disk: Disk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: the new file is written, but may not take the place of the old one."""
    put_old(disk.folder / name)
    disk.keep()

    def refuse(source: Any, target: Any, **_more: Any) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(source), 5, str(target))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refuse)
        patched.setattr(os, "rename", refuse)
        error = world.fails(disk.folder / name)
    assert isinstance(error, ExportFailed) and "打开" in error.reason and "关" in error.reason
    disk.assert_as_before()


def _below_a_file(folder: Path, name: str) -> Path:
    (folder / "a.txt").write_text("a")
    return folder / "a.txt" / name


def _below_a_loop(folder: Path, name: str) -> Path:
    (folder / "loop").symlink_to(folder / "loop")
    return folder / "loop" / name


def _in_proc(_folder: Path, name: str) -> Path:
    return Path("/proc/self") / name


def _below_a_long_name(folder: Path, name: str) -> Path:
    return folder / ("长" * 200) / name


def _below_nul(folder: Path, name: str) -> Path:
    return folder / "a\x00b" / name


BAD_FOLDERS = {
    "below a file": (_below_a_file, "不是文件夹|是一个文件"),
    "below a link to itself": (_below_a_loop, "链接"),
    "where nothing can be made": (_in_proc, "文件夹不存在|权限"),
    "below a name that is too long": (_below_a_long_name, "太长"),
    "below a name with NUL": (_below_nul, "字符"),
}
_on_posix = pytest.mark.skipif(os.name != "posix", reason="links and /proc are those of Linux")


@_on_posix
@pytest.mark.parametrize("name", EVERYTHING)
@pytest.mark.parametrize("kind", BAD_FOLDERS)
def test_a_place_where_nothing_can_stand_is_told(world: World, disk: Disk, name: str, kind: str) -> None:
    make, said = BAD_FOLDERS[kind]
    path = make(disk.folder, name)
    disk.keep()
    error = world.fails(path)
    assert isinstance(error, ExportFailed) and re.search(said, error.reason), error.reason
    disk.assert_as_before()


def _too_long(folder: Path, suffix: str) -> Path:
    return folder / ("甲" * 90 + suffix)


def _with_nul(folder: Path, suffix: str) -> Path:
    return folder / f"甲\x00乙{suffix}"


def _a_folder(folder: Path, suffix: str) -> Path:
    path = folder / f"甲{suffix}"
    path.mkdir()
    (path / "mine.txt").write_text("mine")
    return path


def _itself(folder: Path, suffix: str) -> Path:
    path = folder / f"甲{suffix}"
    path.symlink_to(path)
    return path


def _each_other(folder: Path, suffix: str) -> Path:
    one, other = folder / f"甲{suffix}", folder / "乙"
    one.symlink_to(other)
    other.symlink_to(one)
    return one


def _dangling_into_nowhere(folder: Path, suffix: str) -> Path:
    path = folder / f"甲{suffix}"
    path.symlink_to(folder / "没有" / f"乙{suffix}")
    return path


BAD_TARGETS = {
    "a name that is too long": (_too_long, "太长"),
    "a name with NUL": (_with_nul, "字符"),
    "a folder": (_a_folder, "文件夹"),
    "a link to itself": (_itself, "链接"),
    "two links to each other": (_each_other, "链接"),
    "a link to what cannot be made": (_dangling_into_nowhere, "文件夹不存在"),
}


@_on_posix
@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("kind", BAD_TARGETS)
def test_a_target_that_cannot_be_written_is_told(world: World, disk: Disk, name: str, kind: str) -> None:
    make, said = BAD_TARGETS[kind]
    path = make(disk.folder, Path(name).suffix)
    disk.keep()
    error = world.fails(path)
    assert isinstance(error, ExportFailed) and re.search(said, error.reason), error.reason
    disk.assert_as_before()


@_on_posix
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_dangling_link_is_filled_and_still_is_one(world: World, disk: Disk, name: str) -> None:
    path, real = disk.folder / name, disk.folder / f"真{Path(name).suffix}"
    path.symlink_to(real)
    assert world.save(path)
    assert path.is_symlink() and real.exists()
    assert len(list(disk.folder.iterdir())) == 2


@pytest.mark.parametrize("name", BRIEFINGS)
def test_a_folder_for_briefings_that_is_none_is_told(world: World, disk: Disk, name: str) -> None:
    (disk.folder / name).mkdir()
    disk.keep()
    error = world.fails(disk.folder / name)
    assert isinstance(error, ExportFailed) and "文件夹" in error.reason
    disk.assert_as_before()


# -- Places that are poor --------------------------------------------------------------------------


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", BRIEFINGS)
def test_a_place_without_data_or_position_still_gives_a_page(
    world: World, disk: Disk, name: str, language: Language
) -> None:
    nowhere = replace(
        world.catalogue.places["yi-cluster"],
        id="bare",
        lon=None,
        lat=None,
        precision=Precision.UNKNOWN,
        county_adcode="",
        area_adcodes=(),
        source_ids=(),
    )
    bare = replace(
        world.catalogue,
        places=world.catalogue.places | {"bare": nowhere},
        figures={},
        passages={},
        clusters={},
    )
    formats = [Path(name).suffix[1:]]
    written = save_briefings(
        ["bare", "990002"], disk.folder, formats, catalogue=bare, language=language, renderer=world.renderer
    )
    assert [path.stat().st_size > 0 for path in written] == [True, True]
    assert everything_in(disk.temporary) == {}


def test_a_place_that_is_not_there_writes_nothing(world: World, disk: Disk) -> None:
    world.place_id = "no-such-place"
    with pytest.raises(KeyError):
        world.save(disk.folder / BRIEFINGS[0])
    disk.assert_as_before()


# -- Templates of the user's -----------------------------------------------------------------------

HEAD = "<!DOCTYPE html>\n<html>\n<head><title>{{ b.title }}</title></head>\n<body>\n"
MARKS = "{% for line in b.marks.lines %}{{ line }}{% endfor %}\n"

BAD_PAGES: dict[str, tuple[bytes, int, str]] = {
    "a broken bracket": (f"{HEAD}{{{{ b.title }}\n".encode(), 5, ""),
    "a tag that is not closed": (f"{HEAD}{{% if b.title %}}\n甲\n".encode(), 6, ""),
    "a tag that there is not": (f"{HEAD}甲\n{{% frobnicate %}}\n".encode(), 6, "frobnicate"),
    "a filter that there is not": (f"{HEAD}{{{{ b.title|nosuch }}}}\n".encode(), 5, "nosuch"),
    "a field that there is not": (f"{HEAD}\n{{{{ b.titel }}}}\n".encode(), 6, "titel"),
    "a name that there is not": (f"{HEAD}{{{{ nosuch }}}}\n".encode(), 5, "nosuch"),
    "a division by nought": (f"{HEAD}{{{{ 1 // 0 }}}}\n".encode(), 5, ""),
    "a way out of the sandbox": (f"{HEAD}{{{{ ''.__class__.__mro__ }}}}\n".encode(), 5, "__class__"),
    "another way out": (f"{HEAD}{{{{ b.__init__.__globals__ }}}}\n".encode(), 5, "__init__"),
    "a way out by format": (f"{HEAD}{{{{ '{{0.__class__}}'.format(b) }}}}\n".encode(), 5, "__class__"),
    "a file that it includes": (f"{HEAD}{{% include '../../etc/passwd' %}}\n".encode(), 5, "passwd"),
    "itself that it includes": (f"{HEAD}{{% include 'briefing.html.j2' %}}\n".encode(), 5, ""),
    "a range that is too long": (f"{HEAD}{{% for n in range(10**9) %}}{{% endfor %}}\n".encode(), 5, ""),
    "text that is no UTF-8": (HEAD.encode() + "甲".encode("gb18030"), 5, "UTF-8"),
    "bytes that are no text": (bytes(range(128, 256)) * 100, 1, "UTF-8"),
    "no beginning of a page": (f"甲\n{MARKS}".encode(), 0, "DOCTYPE"),
    "nothing": (b"", 0, "DOCTYPE"),
    "no marks": (f"{HEAD}甲".encode(), 0, "内部参考"),
    "too much": (b"a" * ((1 << 20) + 1), 0, "太大"),
}
LOOPS = "{% for a in range(99999) %}{% for b in range(99999) %}"
ENDLESS_PAGES = {
    "loops that write": f"{LOOPS}aaaaaaaa{'{% endfor %}' * 2}",
    "loops that write nothing": f"{LOOPS}{'{% endfor %}' * 2}",
    "a power": "{{ 9 ** (9 ** 9) }}",
    "a text many times over": "{{ 'a' * 9999999999 }}",
    "a text as wide as the sea": "{{ '%9999999999d' % 1 }}",
    "padding without end": "{{ 'a'.ljust(9999999999) }}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
}


@pytest.fixture
def _in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_limits, "LIMIT_S", 0.5)


@pytest.mark.parametrize("name", (BRIEFINGS[0], BRIEFINGS[2]))
@pytest.mark.parametrize("kind", BAD_PAGES)
def test_a_page_template_with_an_error_is_told_with_its_line(
    world: World, disk: Disk, tmp_path: Path, name: str, kind: str
) -> None:
    content, line, said = BAD_PAGES[kind]
    world.page_template = tmp_path / "模板"
    world.page_template.mkdir()
    (world.page_template / "briefing.html.j2").write_bytes(content)
    error = world.fails(disk.folder / name)
    assert isinstance(error, TemplateInvalid)
    assert error.path.name == "briefing.html.j2"
    assert error.line == line
    assert said in error.reason
    disk.assert_as_before()


@pytest.mark.usefixtures("_in_a_hurry")
@pytest.mark.parametrize("kind", ENDLESS_PAGES)
def test_a_page_template_without_end_is_stopped(world: World, disk: Disk, tmp_path: Path, kind: str) -> None:
    world.page_template = tmp_path / "briefing.html.j2"
    world.page_template.write_text(f"{HEAD}{ENDLESS_PAGES[kind]}{MARKS}", "utf-8")
    error = world.fails(disk.folder / BRIEFINGS[2])
    assert isinstance(error, TemplateInvalid)
    disk.assert_as_before()


def test_a_page_template_that_is_not_there_is_told(world: World, disk: Disk, tmp_path: Path) -> None:
    for missing in (tmp_path / "没有", tmp_path / "没有.j2", disk.folder):
        world.page_template = missing
        error = world.fails(disk.folder / BRIEFINGS[2])
        assert isinstance(error, TemplateInvalid) and "找不到" in error.reason
        disk.assert_as_before()


def _word(*paragraphs: str) -> bytes:
    document, file = docx.Document(), io.BytesIO()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(file)
    return file.getvalue()


BAD_WORDS: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "nothing": (lambda: b"", 0, "Word"),
    "rubbish": (lambda: bytes(range(256)) * 40, 0, "Word"),
    "half a file": (lambda: _word("{{ briefing }}")[:-2000], 0, "Word"),
    "no place for the briefing": (lambda: _word("甲", "乙"), 0, "briefing"),
    "a field that there is not": (lambda: _word("{{ titel }}", "{{ briefing }}"), 1, "titel"),
    "a field that is not closed": (lambda: _word("甲", "{{ title", "{{ briefing }}"), 2, "title"),
    "a way out": (lambda: _word("{{ ''.__class__ }}", "{{ briefing }}"), 1, "__class__"),
    "a loop": (lambda: _word("{% for a in b %}", "{{ briefing }}"), 1, "for"),
    "two briefings": (lambda: _word("{{ briefing }}", "{{ briefing }}"), 2, "一次"),
    "a page of another kind": (lambda: b"<!DOCTYPE html><html></html>", 0, "Word"),
}


@pytest.mark.parametrize("kind", BAD_WORDS)
def test_a_word_template_with_an_error_is_told_with_its_paragraph(
    world: World, disk: Disk, tmp_path: Path, kind: str
) -> None:
    make, line, said = BAD_WORDS[kind]
    world.docx_template = tmp_path / "模板.docx"
    world.docx_template.write_bytes(make())
    error = world.fails(disk.folder / "新" / BRIEFINGS[1])
    assert isinstance(error, TemplateInvalid)
    assert error.path == world.docx_template
    assert error.line == line
    assert said in error.reason
    disk.assert_as_before()


def test_a_word_template_that_is_no_file_is_told(world: World, disk: Disk, tmp_path: Path) -> None:
    for path in (tmp_path / "没有.docx", tmp_path):
        world.docx_template = path
        error = world.fails(disk.folder / BRIEFINGS[1])
        assert isinstance(error, TemplateInvalid)
        disk.assert_as_before()


# -- A browser that dies or hangs ------------------------------------------------------------------


@pytest.mark.parametrize("name", DRAWN)
def test_a_browser_that_dies_at_any_call_leaves_nothing(world: World, disk: Disk, name: str) -> None:
    assert world.save(disk.folder / name)
    calls = world.renderer.calls
    put_old(disk.folder / name)
    disk.keep()
    assert calls
    for call in range(1, calls + 1):
        world.renderer = FakeRenderer(RenderingFailed("ended"), call)
        world.fails(disk.folder / name)
        disk.assert_as_before()


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("name", (SVG, BRIEFINGS[2]))
def test_why_a_browser_gave_nothing_is_told(
    world: World, disk: Disk, name: str, reason: str, language: Language
) -> None:
    use_language(language)
    world.renderer = FakeRenderer(RenderingFailed(reason))
    world.fails(disk.folder / name, language)
    disk.assert_as_before()


# -- Cancelled -------------------------------------------------------------------------------------


class Asked:
    """Says no so many times, then yes."""

    def __init__(self, noes: int = sys.maxsize) -> None:
        self.noes = noes
        self.count = 0

    def __call__(self) -> bool:
        self.count += 1
        return self.count > self.noes


def _some_of(count: int, most: int) -> Sequence[int]:
    """Return the first, the last and some numbers between them."""
    if count <= most:
        return range(count)
    return sorted({round(n * (count - 1) / (most - 1)) for n in range(most)})


@pytest.mark.parametrize("has_old", [False, True], ids=["nothing there", "an old file"])
@pytest.mark.parametrize("name", EVERYTHING)
def test_a_cancel_at_any_moment_leaves_nothing(world: World, disk: Disk, name: str, has_old: bool) -> None:
    path = disk.folder / name
    never = Asked()
    assert world.save(path, cancelled=never)
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    if has_old:
        put_old(path)
    disk.keep()
    assert never.count >= 3, "it is asked before, during and after the work"
    for noes in _some_of(never.count, 9 if has_old else 3):
        assert world.save(path, cancelled=Asked(noes)) is False, noes
        disk.assert_as_before()


def test_a_cancel_between_briefings_leaves_whole_files_only(world: World, disk: Disk) -> None:
    ids, formats = ("jia-park", "990001"), ("pdf", "docx", "html")

    def save(cancelled: Cancelled) -> tuple[Path, ...]:
        return save_briefings(
            ids, disk.folder, formats,
            catalogue=world.catalogue, language=Language.ZH, renderer=world.renderer, cancelled=cancelled,
        )  # fmt: skip

    never = Asked()
    whole = {path: path.read_bytes() for path in save(never)}
    for noes in _some_of(never.count, 8):
        for path in disk.folder.iterdir():
            path.unlink()
        written = save(Asked(noes))
        there = {path: path.read_bytes() for path in sorted(disk.folder.iterdir())}
        assert there == {path: whole[path] for path in sorted(written)}
        assert len(written) < len(whole)
        assert everything_in(disk.temporary) == {}


# -- Rows and libraries that are gone --------------------------------------------------------------


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", (PAGE, *DATA))
def test_rows_whose_files_are_gone_are_told_by_their_layer(
    world: World, disk: Disk, name: str, language: Language
) -> None:
    put_old(disk.folder / name)
    disk.keep()

    def gone(_layer_id: str) -> LayerRows:
        raise RowsUnreadable("企业名单", os.strerror(errno.ENOENT))

    world.snapshot = replace(world.snapshot, rows_of=gone, language=language)
    use_language(language)
    with pytest.raises((ExportFailed, RowsUnreadable)) as failure:
        world.save(disk.folder / name)
    assert_told_in_sentences(failure.value, language)
    assert all("企业名单" in " ".join(part) for part in _by_reader(failure.value, language))
    disk.assert_as_before()


def _by_reader(error: JjjmapError, language: Language) -> tuple[list[str], list[str]]:
    said = sentences(error, language)
    return said[:3], said[3:]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 99], ids=["empty", "rubbish"])
@pytest.mark.parametrize("name", (PAGE, *DATA, BRIEFINGS[2]))
def test_a_library_that_is_broken_is_told(
    world: World, disk: Disk, tmp_path: Path, name: str, content: bytes
) -> None:
    """As the window goes about it, which opens the library for each export."""
    broken = tmp_path / "library.sqlite"
    broken.write_bytes(content)
    exporters = FileExporters(lambda: broken, lambda: world.renderer)  # type: ignore[arg-type, return-value]
    told: dict[str, Any] = {"progress": lambda share: None, "cancelled": lambda: False}
    put_old(disk.folder / name)
    disk.keep()
    snapshot, catalogue = world.snapshot, world.catalogue
    wish = BriefingsWish(("jia-park",), disk.folder, (BriefingFormat.HTML,), Language.ZH)
    try:
        if name in BRIEFINGS:
            exporters.prepare()
            exporters.save_briefings(wish, snapshot, catalogue, **told)
        else:
            save = exporters.save_html if name == PAGE else exporters.save_data
            save(disk.folder / name, snapshot, catalogue, ContentOptions(), **told)
    except (LibraryUnusable, ExportFailed) as error:
        assert_told_in_sentences(error)
        disk.assert_as_before()
    else:
        assert not content, "an empty file is a library in which nothing stands"


# -- The command line ------------------------------------------------------------------------------


def _environment(home: Path, temporary: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    homes = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), str(home))
    return kept | homes | {"TMPDIR": str(temporary), "LC_ALL": "zh_CN.UTF-8", "PYTHONUTF8": "1"}


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass
class Command:
    """A command in a process of its own."""

    process: subprocess.Popen[bytes]
    said: bytes = b""

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        ends = time.monotonic() + 60
        while not is_ready():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < ends, "never came so far"
            time.sleep(0.005)

    def hear(self, word: str) -> None:
        """Read what it says on the error stream up to a word."""
        stream = self.process.stderr
        assert stream is not None
        while word.encode() not in self.said:
            piece = stream.read(1)
            assert piece, self.said.decode()
            self.said += piece

    def ended(self) -> tuple[int, str]:
        _answer, complained = self.process.communicate(timeout=60)
        return self.process.returncode, (self.said + complained).decode()


@pytest.fixture
def start(tmp_path: Path, disk: Disk) -> Iterator[Callable[..., Command]]:
    (tmp_path / "home").mkdir()
    running: list[Command] = []

    def begin(*words: str | Path) -> Command:
        process = subprocess.Popen(
            [sys.executable, "-m", "jjjmap", *map(str, words)],
            cwd=CHECKOUT,
            env=_environment(tmp_path / "home", disk.temporary),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Whoever runs the tests in the background of a shell has Ctrl+C ignored.
            preexec_fn=_hear_interrupts if os.name == "posix" else None,
        )
        running.append(Command(process))
        return running[-1]

    yield begin
    for command in running:
        if command.process.poll() is None:
            command.process.kill()
            command.process.communicate()


@pytest.fixture(scope="module")
def many_firms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("名单") / "企业.csv"
    rows = (f"第{n}厂,{116 + n / 200_000},{39 + n / 400_000}\n" for n in range(40_000))
    path.write_text("名称,经度,纬度\n" + "".join(rows), "utf-8")
    return path


_by_signals = pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no SIGINT on Windows")


@_by_signals
@pytest.mark.parametrize(("name", "number"), [(GPKG, "SIGTERM"), (XLSX, "SIGINT"), (PAGE, "SIGTERM")])
def test_a_command_that_is_ended_halfway_leaves_nothing(
    disk: Disk, start: Callable[..., Command], many_firms: Path, name: str, number: str
) -> None:
    path = disk.folder / name
    put_old(path)
    disk.keep()
    command = start("export", "--data", many_firms, "-o", path)
    if name == GPKG:
        command.wait_until(lambda: any(disk.folder.rglob("data.gpkg")))
    elif name == XLSX:
        command.wait_until(lambda: any(disk.temporary.glob("openpyxl*")))
    else:
        command.hear("导出地图")
    command.process.send_signal(getattr(signal, number))
    code, said = command.ended()
    assert (code, "已中断。" in said, "Traceback" in said) == (1, True, False), said
    disk.assert_as_before()


@_by_signals
def test_a_command_that_is_ended_while_it_draws_leaves_whole_files_only(
    disk: Disk, start: Callable[..., Command]
) -> None:
    folder = disk.folder / "简报"
    command = start("brief", "--all", "-o", folder, "--format", "html")
    command.wait_until(lambda: any(folder.glob("*.html")))
    command.process.send_signal(signal.SIGTERM)
    code, said = command.ended()
    assert (code, "已中断。" in said, "Traceback" in said) == (1, True, False), said
    written = sorted(folder.iterdir())
    assert all(path.name in said and path.read_bytes().rstrip().endswith(b"</html>") for path in written)
    assert everything_in(disk.temporary) == {}


@_on_posix
@pytest.mark.parametrize(("name", "language"), [(PAGE, Language.ZH), (GPKG, Language.EN)])
def test_a_command_that_cannot_write_answers_in_a_sentence(
    disk: Disk, start: Callable[..., Command], name: str, language: Language
) -> None:
    path = _below_a_file(disk.folder, name)
    disk.keep()
    command = start("export", "-o", path, "--lang", language.value, "--json")
    answer, _complained = command.process.communicate(timeout=60)
    said = json.loads(answer)
    assert (command.process.returncode, said["result"]) == (1, None)
    (finding,) = said["findings"]
    assert finding["code"] == "export-failed"
    assert bool(_CHINESE.search(finding["message"].replace(str(path), ""))) is (language is Language.ZH)
    disk.assert_as_before()
