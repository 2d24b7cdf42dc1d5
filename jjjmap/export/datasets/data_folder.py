"""A map as a folder: a GeoJSON and a style for each layer, tables as CSV, ``datapackage.json``, a readme."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from jjjmap.export.datasets.about import about_export, about_facts
from jjjmap.export.datasets.arrow import plain_schema
from jjjmap.export.datasets.geojson import write_layer_geojson
from jjjmap.export.datasets.job import DataJob
from jjjmap.export.datasets.layers import OutLayer
from jjjmap.export.datasets.qgis_styles import qml_text
from jjjmap.export.datasets.records import RECORD_NAMES, Records, record_title
from jjjmap.export.tables import Cell, Table, csv_bytes
from jjjmap.i18n import Language, _, speaking

DESCRIPTION = "datapackage.json"
_PROFILE = "data-package"
_MARK = "jjjmap"


def check_folder(path: Path) -> None:
    """Raise OSError with a sentence if something stands at `path` that we did not write."""
    if not path.exists():
        return
    if not path.is_dir():
        raise OSError(None, _("这个名字已经是一个文件，不是文件夹。"))
    names = [entry.name for entry in path.iterdir()]
    if names and not _is_ours(path):
        raise OSError(None, _("文件夹里有别的文件；请换一个空文件夹，或者先把它们移走。"))


def _is_ours(path: Path) -> bool:
    """Return whether every file of a folder is one that its description lists."""
    try:
        said = json.loads((path / DESCRIPTION).read_bytes())
        listed = {resource["path"] for resource in said["resources"]} | set(said[_MARK]["files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return all(entry.name in listed or entry.name == DESCRIPTION for entry in path.iterdir())


def write_folder(draft: Path, job: DataJob) -> None:
    """Fill a new folder.

    Raises
    ------
    Stopped
        The user asked to.
    OSError
        Something could not be written.
    """
    resources: list[dict[str, Any]] = []
    others: list[str] = []
    for number, layer in enumerate(job.layers()):
        job.tick(0.9 * number / max(job.layer_count, 1))
        resources.append(_write_layer(draft, job, layer))
        if layer.style is not None:
            # QGIS finds the style of a layer beside it, by its name.
            style = draft / f"{layer.table_name}.qml"
            _write(style, qml_text(layer.style, layer.opacity))
            others.append(style.name)
    job.tick(0.9)
    for records in job.records():
        path = draft / f"{records.name}.csv"
        path.write_bytes(csv_bytes(_table(records)))
        resources.append(_csv_resource(path, records))
    for language in Language:
        path = draft / ("README.zh.md" if language is Language.ZH else "README.en.md")
        _write(path, _readme(job, resources, language))
        others.append(path.name)
    _write(
        draft / DESCRIPTION,
        json.dumps(_package(job, resources, others), ensure_ascii=False, indent=2) + "\n",
    )


def _write(path: Path, text: str) -> None:
    # Half of a surrogate pair, which a title may hold, has no place in UTF-8.
    path.write_bytes(text.encode("utf-8", "replace"))


def _write_layer(draft: Path, job: DataJob, layer: OutLayer) -> dict[str, Any]:
    if layer.table.geometry is None:
        from jjjmap.export.datasets.feature_tables import RowsWanted, write_rows

        path = draft / f"{layer.table_name}.csv"
        write_rows(path, RowsWanted(layer.title, layer.table), cancelled=job.cancelled)
        job.tick(0.0)
    else:
        path = draft / f"{layer.table_name}.geojson"
        write_layer_geojson(path, job, layer)
    fields = [
        {"name": field.name, "type": _field_type(str(field.type))}
        for field in plain_schema(layer.table.attributes)
    ]
    is_table = layer.table.geometry is None
    return {
        # Frictionless wants plain Latin letters here.
        "name": layer.id.lower(),
        "path": path.name,
        "title": layer.title,
        "description": "\n".join(layer.remarks),
        "format": "csv" if is_table else "geojson",
        "mediatype": "text/csv" if is_table else "application/geo+json",
        "encoding": "utf-8",
        **_fingerprint(path),
        **({"profile": "tabular-data-resource"} if is_table else {}),
        "schema": {"fields": fields},
    }


def _field_type(kind: str) -> str:
    known = {"bool": "boolean", "int64": "integer", "double": "number", "date32[day]": "date"}
    return known.get(kind, "datetime" if kind.startswith("timestamp") else "string")


def _table(records: Records) -> Table:
    """Return records as cells; programs know columns by their names."""
    rows = tuple(tuple(_as_cell(value) for value in row) for row in records.rows)
    return Table(records.title, tuple(column.name for column in records.columns), rows)


def _as_cell(value: object) -> Cell:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return Decimal(value)
        case Decimal() | str():
            return value
    return ""


def _csv_resource(path: Path, records: Records) -> dict[str, Any]:
    return {
        "name": records.name,
        "path": path.name,
        "title": records.title,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True, "header": True},
        **_fingerprint(path),
        "schema": {
            "fields": [
                {"name": column.name, "title": column.title, "type": column.kind.value}
                for column in records.columns
            ],
            "missingValues": [""],
            **_keys(records),
        },
    }


def _keys(records: Records) -> dict[str, Any]:
    own = {"figures": "figure_id", "passages": "passage_id", "sources": "source_id"}.get(records.name)
    keys: dict[str, Any] = {"primaryKey": [own]} if own else {}
    if records.name == "figures":
        reference = {"resource": "sources", "fields": ["source_id"]}
        keys["foreignKeys"] = [{"fields": ["source_id"], "reference": reference}]
    return keys


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _package(job: DataJob, resources: list[dict[str, Any]], others: list[str]) -> dict[str, Any]:
    about, facts = job.about, about_facts(job.about)
    return {
        "profile": _PROFILE,
        "name": "jjjmap-export",
        "title": about.title,
        "description": "\n".join(about.lines),
        "version": about.version,
        "created": f"{about.date}T00:00:00Z",
        "sources": [{"title": about.marks.attribution}],
        _MARK: {**facts, "files": others},
        "resources": resources,
    }


def _readme(job: DataJob, resources: list[dict[str, Any]], language: Language) -> str:
    """Return what a person should know who meets the folder years later, in one language."""
    with speaking(language):
        about = job.about
        if language is not about.language:
            snapshot = replace(job.snapshot, language=language)
            about = about_export(snapshot, job.catalogue, job.options, job.file_name)
        titles = {view.layer.id.lower(): view.layer.title(language) for view in job.snapshot.layers}
        titles |= {name: record_title(name) for name in RECORD_NAMES}
        listed = "\n".join(
            f"- `{resource['path']}`{_colon(language)}{_one_line(titles[resource['name']])}"
            for resource in resources
        )
        return (
            "\n\n".join(
                (
                    f"# {_one_line(about.title)}",
                    *map(_one_line, (*about.marks.lines, *about.remarks, about.made)),
                    _(
                        "坐标是 WGS-84 经纬度，经度在前。"
                        "GeoJSON 旁边同名的 .qml 是 QGIS 样式，打开图层时自动用上。"
                    ),
                    _("CSV 是 UTF-8 编码；以 = + - @ 开头的文字前面加了一个 '，以免表格软件当作公式。"),
                    _("每个数字和条目都带来源；摘要由本程序编写，不是文件原文。"),
                    _("文件：") + "\n\n" + listed,
                    _("再做一次的命令：") + f"\n\n    {_one_line(about.command)}",
                )
            )
            + "\n"
        )


def _colon(language: Language) -> str:
    return "：" if language is Language.ZH else ": "


def _one_line(text: str) -> str:
    # A readme is Markdown: no title may bring a tag, a link, or a picture that is fetched when it is read.
    return " ".join(text.split()).replace("<", "&lt;").replace("[", "\\[")
