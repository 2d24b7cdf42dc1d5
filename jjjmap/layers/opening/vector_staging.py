"""Vector files brought where GDAL may open them: under neutral names, with their parts, encodings, layers."""

import logging
import shutil
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.archives import copy_members, is_archive, members
from jjjmap.layers.opening.gdal import closed_gdal, first_words, gdal_errors
from jjjmap.layers.opening.layer_part import not_written
from jjjmap.layers.opening.long_integers import copy_with_texts, has_long_integers
from jjjmap.layers.opening.records import EncodingGuess, FileFormat, OpenOptions, SubLayer
from jjjmap.layers.opening.shapefile_parts import companions, dbf_encoding, is_cut_off, stage
from jjjmap.layers.opening.transcoding import copy_as_utf8, is_utf8

logger = logging.getLogger(__name__)

_SUFFIX = {
    FileFormat.GEOJSON: ".geojson",
    FileFormat.GEOJSONSEQ: ".geojsonl",
    FileFormat.GPKG: ".gpkg",
    FileFormat.SHAPEFILE: ".shp",
    FileFormat.KML: ".kml",
    FileFormat.FLATGEOBUF: ".fgb",
    FileFormat.GPX: ".gpx",
}
_JSON = (FileFormat.GEOJSON, FileFormat.GEOJSONSEQ)
_TEXTS = (FileFormat.GEOJSON, FileFormat.GEOJSONSEQ, FileFormat.KML, FileFormat.GPX)
_RESERVED_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """A file as GDAL gets it: under a neutral name in a private folder."""

    path: Path
    """The user's file, for errors and findings."""
    staged: Path
    format: FileFormat
    sublayer: str
    """Empty for the first; of an archive the name of the Shapefile, else the layer in GDAL's words."""
    sublayers: tuple[SubLayer, ...]
    options: dict[str, str]
    """Open options of the driver."""
    encoding: str
    """Empty if the format says it itself."""
    encodings: tuple[EncodingGuess, ...]
    findings: tuple[Finding, ...]
    has_index: bool = True
    """False for a Shapefile without .shx."""

    @property
    def name(self) -> str:
        """What GDAL is told, from within the private folder: marks in names of folders mean things to it."""
        return self.staged.name


def stage_source(path: Path, kind: FileFormat, options: OpenOptions, scratch: Path) -> Source:
    """Bring a file where GDAL may open it, under a name that says nothing: links, copies only where needed.

    Raises
    ------
    LayerUnreadable
        ``damaged``, ``bomb``, ``encrypted``, ``no-space``, ``no-sublayer``.
    """
    source = _staged(path, kind, options, scratch)
    if kind not in _JSON or not has_long_integers(source.staged):
        return source
    exact = scratch / f"exact{_SUFFIX[kind]}"
    if not copy_with_texts(source.staged, exact):
        return source
    message = _("有的整数超过 15 位（如证照号码），已按文本保留，一位不少。")
    told = Finding(Severity.INFO, "long-numbers-as-text", path.name, message)
    return replace(source, staged=exact, findings=(*source.findings, told))


def _staged(path: Path, kind: FileFormat, options: OpenOptions, scratch: Path) -> Source:
    target = scratch / f"layer{_SUFFIX[kind]}"
    if is_archive(path):
        inside = members(path, _SUFFIX[kind])
        listed = tuple(SubLayer(name) for name in inside)
        name = options.sublayer if options.sublayer in inside else next(iter(inside))
        copy_members(path, _wanted_parts(kind, inside[name]), scratch, "layer")
        if kind is FileFormat.SHAPEFILE:
            parts = {suffix: scratch / f"layer{suffix}" for suffix in inside[name]}
            return _shapefile(path, target, parts, options, name, listed)
        return _plain_source(path, target, kind, options, {})
    if kind is FileFormat.SHAPEFILE:
        parts = companions(path)
        for suffix, part in parts.items():
            stage(part, scratch / f"layer{suffix}")
        return _shapefile(path, target, parts, options, "", ())
    if kind is FileFormat.GPKG:
        return _plain_source(path, target, kind, options, _stage_geopackage(path, target))
    if kind in _TEXTS and not is_utf8(path):
        encoding = copy_as_utf8(path, target, options.encoding)
        source = _plain_source(path, target, kind, options, {})
        names = dict.fromkeys((encoding, "gb18030", "big5"))
        return replace(
            source, encoding=encoding, encodings=tuple(EncodingGuess(name, False) for name in names)
        )
    stage(path, target)
    return _plain_source(path, target, kind, options, {})


def _wanted_parts(kind: FileFormat, parts: dict[str, Any]) -> dict[str, Any]:
    wanted = (".shp", ".shx", ".dbf", ".prj", ".cpg") if kind is FileFormat.SHAPEFILE else (_SUFFIX[kind],)
    return {suffix: part for suffix, part in parts.items() if suffix in wanted}


def _stage_geopackage(path: Path, target: Path) -> dict[str, str]:
    """Stage a GeoPackage; return open options under which SQLite writes nothing beside it.

    Opening a file that has a journal changes it: such a file is copied, journal and all. Any other is opened
    as one that nobody changes.
    """
    journals = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    journals = [journal for journal in journals if journal.is_file() and journal.stat().st_size]
    if not journals:
        stage(path, target)
        return {"IMMUTABLE": "YES"}
    needed = sum(file.stat().st_size for file in (path, *journals)) + _RESERVED_BYTES
    if shutil.disk_usage(target.parent).free < needed:
        raise LayerUnreadable(path, "no-space", f"{needed >> 20} MB")
    try:
        shutil.copyfile(path, target)
        for journal in journals:
            shutil.copyfile(journal, target.with_name(target.name + journal.name.removeprefix(path.name)))
    except OSError as exc:
        raise not_written(path, exc) from exc
    return {}


def _plain_source(
    path: Path, staged: Path, kind: FileFormat, options: OpenOptions, open_options: dict[str, str]
) -> Source:
    found: tuple[SubLayer, ...] = ()
    if kind in (FileFormat.GPKG, FileFormat.KML, FileFormat.GPX):
        found = _sublayers(path, staged, kind, open_options)
        if not found:
            raise LayerUnreadable(path, "no-rows")
    names = [layer.name for layer in found]
    filled = next((layer.name for layer in found if layer.rows), names[0] if names else "")
    if options.sublayer and found and options.sublayer not in names:
        raise LayerUnreadable(path, "no-sublayer", options.sublayer)
    sublayer = options.sublayer if found and options.sublayer else filled
    return Source(path, staged, kind, sublayer, found, open_options, "", (), ())


def _sublayers(
    path: Path, staged: Path, kind: FileFormat, open_options: dict[str, str]
) -> tuple[SubLayer, ...]:
    gdal = closed_gdal()
    try:
        with warnings.catch_warnings():
            # Told when a layer is read, not for each that is there.
            warnings.simplefilter("ignore")
            listed = gdal.list_layers(staged.name)
    except gdal_errors() as exc:
        raise LayerUnreadable(path, "damaged", first_words(exc)) from exc
    found: list[SubLayer] = []
    for name, geometry in listed:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                info = gdal.read_info(staged.name, layer=name, force_feature_count=True, **open_options)
        except gdal_errors() as exc:
            logger.warning("layer %r of %s is passed over: %s", name, path.name, exc)
            continue
        if kind is FileFormat.GPX and not info["features"]:
            continue
        found.append(SubLayer(str(name), str(geometry or ""), int(info["features"])))
    return tuple(found)


def _shapefile(
    path: Path,
    staged: Path,
    parts: dict[str, Path],
    options: OpenOptions,
    sublayer: str,
    sublayers: tuple[SubLayer, ...],
) -> Source:
    findings: list[Finding] = []
    for suffix, message, hint in (
        (".shx", _("缺少索引文件 .shx，已按 .shp 临时重建，原文件夹没有改动。"), ""),
        (
            ".dbf",
            _("缺少属性文件 .dbf，只有形状、没有属性。"),
            _("请把同名的 .dbf 放到 .shp 旁边，再打开一次。"),
        ),
        (
            ".prj",
            _("缺少坐标系文件 .prj，坐标基准只能猜测。"),
            _("请在打开时核对坐标基准，或向提供者索取 .prj。"),
        ),
    ):
        if suffix not in parts:
            severity = Severity.INFO if suffix == ".shx" else Severity.WARNING
            findings.append(Finding(severity, f"missing-{suffix[1:]}", path.name, message, hint))
    if is_cut_off(parts[".shp"]):
        message = _("文件比它自己说的短，后面的形状已经丢失。")
        hint = _("请重新下载或复制一份完整的。")
        findings.append(Finding(Severity.WARNING, "cut-off", path.name, message, hint))
    encoding = options.encoding
    guesses: tuple[EncodingGuess, ...] = ()
    if ".dbf" in parts:
        try:
            found = dbf_encoding(parts[".dbf"], parts.get(".cpg"))
        except OSError as exc:
            raise LayerUnreadable(path, "no-access", exc.strerror or ".dbf") from exc
        if not found.is_plain and found.declared and found.declared != found.name:
            message = _("说明文件写的编码是 {declared}，但内容是 {found}，已按后者读。")
            findings.append(
                Finding(
                    Severity.WARNING,
                    "encoding-mistaken",
                    path.name,
                    message.format(declared=found.declared, found=found.name),
                    _("如果文字不对，请在打开时选择编码。"),
                )
            )
        if not found.is_plain and not found.is_certain:
            names = dict.fromkeys((found.name, "utf-8", "gb18030", "big5"))
            guesses = tuple(EncodingGuess(name, False) for name in names)
        encoding = options.encoding or found.name
    return Source(
        path,
        staged,
        FileFormat.SHAPEFILE,
        sublayer,
        sublayers,
        {},
        encoding,
        guesses,
        tuple(findings),
        has_index=".shx" in parts,
    )
