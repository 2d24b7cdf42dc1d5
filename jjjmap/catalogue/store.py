"""Read the catalogue from the CSV files that a person edits; bad data become findings, never exceptions.

After loading, every reference from one record to another resolves: a reference to nothing is dropped, and a
record that is nothing without it (a figure without its source) is left out.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Generic, TypeVar

from jjjmap.catalogue.models import (
    REGION_ID,
    Catalogue,
    Chain,
    ChainNode,
    Cluster,
    CorridorStop,
    Figure,
    Milestone,
    Passage,
    Place,
    PlaceKind,
    Precision,
    Source,
    UnitAlias,
)
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

T = TypeVar("T")
Values = dict[str, Any]

UNIT_SOURCE_ID = "base-tianditu"
"""Source of the administrative units: their names, codes and label points come with the borders."""

_BOM = b"\xef\xbb\xbf"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ADCODE = re.compile(r"\d{6}", re.ASCII)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_MOMENT = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
_DATE = re.compile(rf"({_MOMENT})?", re.ASCII)
_PERIOD = re.compile(rf"({_MOMENT}(/{_MOMENT})?)?", re.ASCII)


class _BadCell(Exception):
    """A cell that cannot be read; the row it stands in is left out."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint


# ---------------------------------------------------------------------------------------------- cells

Cell = Callable[[str], Any]


def _text(cell: str) -> str:
    return cell


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for word in cell.split("|") if word)


def _number(cell: str) -> float | None:
    return float(_digits(cell)) if cell else None


def _integer(cell: str) -> int:
    if "." in _digits(cell):
        raise _BadCell("bad-number", _("“{cell}”不是整数").format(cell=cell))
    return int(cell)


def _decimal(cell: str) -> Decimal:
    return Decimal(_digits(cell))


def _digits(cell: str) -> str:
    # float() would take “nan”, “1_000” and full-width digits as well.
    if not _NUMBER.fullmatch(cell):
        raise _BadCell("bad-number", _("“{cell}”不是数").format(cell=cell))
    return cell


def _flag(cell: str) -> bool:
    return str(_ZERO_OR_ONE(cell)) == "1"


def _date(cell: str) -> str:
    if not _DATE.fullmatch(cell):
        raise _BadCell("bad-date", _("“{cell}”不是日期：应为 年、年-月 或 年-月-日").format(cell=cell))
    return cell


def _period(cell: str) -> str:
    if not _PERIOD.fullmatch(cell):
        raise _BadCell("bad-date", _("“{cell}”不是时期：应为 年、年-月、年-月-日 或 起/止").format(cell=cell))
    start, slash, end = cell.partition("/")
    # The part that both name decides: 2014/2014-07 is a span, 2014-07/2014 may be one.
    shared = min(len(start), len(end))
    if slash and end[:shared] < start[:shared]:
        raise _BadCell("bad-date", _("“{cell}”不是时期：止在起之前").format(cell=cell))
    return cell


def _slug(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise _BadCell("bad-id", _("编号“{cell}”只能用小写字母、数字和连字符").format(cell=cell))
    return cell


def _adcode(cell: str) -> str:
    if not _ADCODE.fullmatch(cell):
        raise _BadCell("bad-id", _("“{cell}”不是六位行政区划代码").format(cell=cell))
    return cell


def _one_of(known: Iterable[str]) -> Cell:
    words = tuple(known)

    def read(cell: str) -> str:
        if cell not in words:
            raise _BadCell(
                "unknown-word",
                _("“{cell}”不是这一栏认得的词").format(cell=cell),
                _("可用的词：{words}").format(words="、".join(word or "“”" for word in words)),
            )
        return cell

    return read


_ZERO_OR_ONE = _one_of(("0", "1"))


def _member_of(kind: type[StrEnum]) -> Cell:
    by_value = {str(member.value): member for member in kind}
    known = _one_of(by_value)

    def read(cell: str) -> StrEnum:
        return by_value[known(cell)]

    return read


def _cell_for(annotation: Any) -> Cell:
    """Return the reader for the type of a dataclass field."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return _member_of(annotation)
    readers: dict[Any, Cell] = {
        str: _text,
        int: _integer,
        bool: _flag,
        Decimal: _decimal,
        float | None: _number,
        tuple[str, ...]: _words,
    }
    return readers[annotation]


# --------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True, slots=True)
class _Table(Generic[T]):
    """How a file becomes records."""

    name: str
    """Below the folder, with forward slashes, as findings print it."""
    cells: Mapping[str, Cell]
    """A reader for every column, in the order of the file."""
    make: Callable[[Values], T]
    key: Callable[[T], str]
    """What must be unique."""
    required: frozenset[str] = frozenset()
    """Columns that must not be empty; of a pair ``x_zh``, ``x_en`` either one will do."""
    pairs: tuple[tuple[str, str], ...] = field(init=False)
    """Columns that say the same in both languages."""
    readers: tuple[tuple[str, Cell], ...] = field(init=False)
    """The cells that are not text, most being text."""

    def __post_init__(self) -> None:
        pairs = []
        for column in self.cells:
            other = column.removesuffix("_zh") + "_en"
            # A classifier such as 家 has no English counterpart.
            if column.endswith("_zh") and other in self.cells and column != "unit_zh":
                pairs.append((column, other))
        readers = tuple((column, cell) for column, cell in self.cells.items() if cell is not _text)
        object.__setattr__(self, "pairs", tuple(pairs))
        object.__setattr__(self, "readers", readers)


def _id_of(record: Any) -> str:
    return str(record.id)


def _table(
    name: str,
    record: type[T],
    *,
    required: Iterable[str],
    key: Callable[[T], str] = _id_of,
    make: Callable[[Values], T] | None = None,
    spread: Mapping[str, Cell] | None = None,
    omitted: Iterable[str] = (),
    **cells: Cell,
) -> _Table[T]:
    """Return the table of a dataclass: a column for each field, read by its type or as `cells` say.

    `spread` names the columns that stand for fields of type dict; `make` gathers them. Fields that are
    `omitted` have no column.
    """
    columns: dict[str, Cell] = {}
    for column in fields(record):  # type: ignore[arg-type]  # every record here is a dataclass
        if column.type != dict[str, str] and column.name not in omitted:
            columns[column.name] = cells.get(column.name) or _cell_for(column.type)
    columns |= spread or {}
    return _Table(name, columns, make or (lambda values: record(**values)), key, frozenset(required))


def _make_place(values: Values) -> Place:
    _check_position(values["lon"], values["lat"])
    if values["kind"].is_unit:
        raise _BadCell("unknown-word", _("行政区划单位在 units.csv 里登记，不在这里"))
    return Place(**values)


def _make_unit(values: Values) -> Place:
    _check_position(values["lon"], values["lat"])
    return Place(
        id=values["adcode"],
        kind=PlaceKind(values["level"]),
        name_zh=values["name_zh"],
        name_en=values["name_en"],
        lon=values["lon"],
        lat=values["lat"],
        precision=Precision.AREA,
        county_adcode=values["adcode"] if values["level"] == PlaceKind.COUNTY else "",
        parent_id=values["parent_adcode"],
        source_ids=(UNIT_SOURCE_ID,),
        area_km2=values["area_km2"],
    )


_REGIONS = {"北京": "beijing", "天津": "tianjin", "河北": "hebei"}


def _make_chain(values: Values) -> Chain:
    roles, roles_en = (
        {name: role for name, slug in _REGIONS.items() if (role := values.pop(f"role_{slug}_{language}"))}
        for language in ("zh", "en")
    )
    return Chain(roles=roles, roles_en=roles_en, **values)


def _make_stop(values: Values) -> CorridorStop:
    _check_position(values["lon"], values["lat"])
    return CorridorStop(**values)


def _check_position(lon: float | None, lat: float | None) -> None:
    if lon is None and lat is None:
        return
    if lon is None or lat is None:
        raise _BadCell("bad-position", _("经度和纬度只填了一个"))
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise _BadCell("bad-position", _("经纬度 {lon}，{lat} 超出范围").format(lon=lon, lat=lat))


_SOURCES = _table(
    "catalogue/sources.csv",
    Source,
    required=("id", "title"),
    id=_slug,
    date=_date,
    link_kind=_one_of(("original", "repository", "repost", "mirror", "seed", "dataset", "none")),
    quality=_one_of(("official", "press", "repost", "weak", "mirror", "dataset")),
)
_PLACES = _table(
    "catalogue/places.csv",
    Place,
    required=("id", "name_zh"),
    make=_make_place,
    omitted=("area_km2",),
    id=_slug,
    category_basis=_one_of(("", "official", "inferred")),
)
_UNITS: _Table[Place] = _Table(
    "catalogue/units.csv",
    {
        "adcode": _adcode,
        "level": _one_of(kind.value for kind in PlaceKind if kind.is_unit),
        "name_zh": _text,
        "name_en": _text,
        "pinyin": _text,
        "parent_adcode": _text,
        "lon": _number,
        "lat": _number,
        "area_km2": _number,
    },
    _make_unit,
    _id_of,
    frozenset(("adcode", "name_zh")),
)
_CLUSTERS = _table("catalogue/clusters.csv", Cluster, required=("id", "set_zh"), id=_slug)
_CHAINS = _table(
    "catalogue/chains.csv",
    Chain,
    required=("id", "name_en"),
    make=_make_chain,
    id=_slug,
    spread={f"role_{slug}_{language}": _text for slug in _REGIONS.values() for language in ("zh", "en")},
)
_NODES = _table(
    "catalogue/chain_nodes.csv",
    ChainNode,
    required=("id", "name_zh"),
    id=_slug,
    stage=_one_of(("upstream", "midstream", "downstream")),
)
_FIGURES = _table(
    "catalogue/figures.csv",
    Figure,
    required=("id", "indicator_zh", "scope_id", "source_id"),
    id=_slug,
    period=_period,
)
_MILESTONES = _table(
    "catalogue/milestones.csv",
    Milestone,
    required=("id", "date", "title_zh", "source_id"),
    id=_slug,
    date=_date,
)
_STOPS = _table(
    "catalogue/corridor_stops.csv",
    CorridorStop,
    required=("corridor_id", "name_zh"),
    key=lambda stop: f"{stop.corridor_id}/{stop.order}",
    make=_make_stop,
)
_UNIT_ALIASES = _table(
    "catalogue/unit_aliases.csv",
    UnitAlias,
    required=("name_zh", "adcode"),
    key=lambda alias: f"{alias.name_zh}/{alias.adcode}",
    adcode=_adcode,
    kind=_one_of(("renamed", "merged", "zone", "place")),
    until=_date,
)
_SECTION = _one_of(("goal", "principle", "task", "task-item", "safeguard", "place-digest", "cluster-digest"))
_PASSAGES = tuple(
    _table(name, Passage, required=("id", "title_zh", "text_zh"), id=_slug, section=_SECTION)
    for name in ("policy/items.csv", "policy/digests.csv")
)


# -------------------------------------------------------------------------------------------- reading


@dataclass(slots=True)
class _Loaded(Generic[T]):
    """The records of one kind, from one file or several."""

    records: dict[str, T] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    """File and line of a record, by its key."""
    failed: list[str] = field(default_factory=list)
    """Files that could not be read at all."""


def _read(folder: Path, table: _Table[T], loaded: _Loaded[T], findings: list[Finding]) -> None:
    """Add the records of a file to `loaded` and what is wrong with them to `findings`."""
    try:
        text = _decoded(folder, table.name, findings)
        for where, cells in _rows(table, text, findings):
            record = _record(table, where, cells, findings)
            if record is None:
                continue
            key = table.key(record)
            if key in loaded.records:
                message = _("编号“{key}”已在 {where} 用过").format(key=key, where=loaded.where[key])
                findings.append(Finding(Severity.ERROR, "duplicate-id", where, message, _("后一行没有载入")))
                continue
            loaded.records[key] = record
            loaded.where[key] = where
    except _BadFile as bad:
        findings.append(bad.finding)
        if bad.nothing_read:
            loaded.failed.append(table.name)


class _BadFile(Exception):
    """A file, or the rest of it, cannot be read."""

    def __init__(
        self, code: str, where: str, message: str, hint: str = "", *, nothing_read: bool = True
    ) -> None:
        super().__init__(message)
        self.finding = Finding(Severity.ERROR, code, where, message, hint)
        self.nothing_read = nothing_read


def _decoded(folder: Path, name: str, findings: list[Finding]) -> str:
    """Return the text of a file."""
    try:
        data = (folder / name).read_bytes()
    except FileNotFoundError as exc:
        raise _BadFile("file-missing", name, _("文件不存在"), _("重新安装，或从备份恢复这个文件")) from exc
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise _BadFile("file-unreadable", name, _("文件读不了：{reason}").format(reason=reason)) from exc
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
        findings.append(
            Finding(
                Severity.WARNING,
                "byte-order-mark",
                f"{name}:1",
                _("文件以字节序标记（BOM）开头，已忽略"),
                _("另存为不带 BOM 的 UTF-8"),
            )
        )
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise _BadFile(
            "wrong-encoding", f"{name}:{line}", _("文件不是 UTF-8 编码"), _("另存为 UTF-8")
        ) from exc


def _rows(table: _Table[T], text: str, findings: list[Finding]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield file:line and the cells by column, after the header has been checked."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            where = f"{table.name}:{line}"
            # A quoted cell may span lines; a finding names the line where its row begins.
            line = reader.line_num + 1
            if not columns:
                columns = _checked_header(table, cells, where, findings)
            elif len(cells) == len(columns):
                yield where, dict(zip(columns, cells, strict=True))
            elif cells:
                message = _("应有 {wanted} 栏，实有 {found} 栏").format(wanted=len(columns), found=len(cells))
                findings.append(
                    Finding(
                        Severity.ERROR,
                        "bad-row",
                        where,
                        message,
                        _("这一行没有载入；含逗号的文字要加英文双引号"),
                    )
                )
    except csv.Error as exc:
        raise _BadFile(
            "bad-csv",
            f"{table.name}:{line}",
            _("从这里起不是合法的 CSV"),
            _("检查英文双引号是否成对；此后的行没有载入"),
            nothing_read=not columns,
        ) from exc
    if not columns:
        raise _BadFile("wrong-header", f"{table.name}:1", _("文件是空的"))


def _checked_header(table: _Table[T], cells: list[str], where: str, findings: list[Finding]) -> list[str]:
    """Return the columns of a header that has all we need."""
    missing = [column for column in table.cells if column not in cells]
    if missing or len(set(cells)) != len(cells):
        message = _("表头缺少或重复了栏目：{columns}").format(
            columns="、".join(missing or sorted({cell for cell in cells if cells.count(cell) > 1}))
        )
        hint = _("表头应为：{columns}").format(columns=",".join(table.cells))
        raise _BadFile("wrong-header", where, message, hint)
    unknown = [column for column in cells if column not in table.cells]
    if unknown:
        message = _("表头有不认得的栏目，已忽略：{columns}").format(columns="、".join(unknown))
        findings.append(Finding(Severity.WARNING, "unknown-column", where, message))
    return cells


def _record(table: _Table[T], where: str, cells: dict[str, str], findings: list[Finding]) -> T | None:
    """Return the record of a row, or None when the row is left out."""
    for zh, en in table.pairs:
        if bool(cells[zh]) != bool(cells[en]):
            empty = en if cells[zh] else zh
            message = _("“{column}”一栏空着，暂用另一种语言的文字").format(column=empty)
            findings.append(Finding(Severity.WARNING, "missing-translation", where, message))
            cells[zh] = cells[en] = cells[zh] or cells[en]
    column = ""
    try:
        for column in table.required:
            if not cells[column]:
                raise _BadCell("missing-text", _("必填的栏目空着"))
        values: Values = {column: cells[column] for column in table.cells}
        for column, read in table.readers:
            values[column] = read(cells[column])
        column = ""
        return table.make(values)
    except _BadCell as bad:
        message = f"{column}: {bad.message}" if column else bad.message
        findings.append(Finding(Severity.ERROR, bad.code, where, message, bad.hint or _("这一行没有载入")))
        return None


# ----------------------------------------------------------------------------------------- references


@dataclass(frozen=True, slots=True)
class _Target:
    """What references of one sort may point to."""

    known: frozenset[str]
    code: str
    whole: bool
    """Whether its files could be read; if not, one finding about the file is enough."""


def _check_references(
    name: str,
    loaded: _Loaded[T],
    findings: list[Finding],
    *,
    essential: Mapping[str, _Target] | None = None,
    optional: Mapping[str, _Target] | None = None,
) -> None:
    """Drop references to nothing; leave a record out when an essential one is among them."""
    lost = 0
    for key, record in list(loaded.records.items()):
        kept: T | None = record
        for column, target in (essential or {}).items():
            wanted = getattr(record, column)
            if wanted not in target.known:
                kept = None
                lost += not target.whole
                if target.whole:
                    findings.append(_dangling(loaded.where[key], column, wanted, target, _("这一行没有载入")))
        for column, target in (optional or {}).items():
            value = getattr(record, column)
            words = value if isinstance(value, tuple) else ((value,) if value else ())
            if target.known.issuperset(words):
                continue
            if kept is not None:
                known = tuple(wanted for wanted in words if wanted in target.known)
                kept = replace(kept, **{column: known if isinstance(value, tuple) else ""})  # type: ignore[type-var]
            if target.whole:
                findings.extend(
                    _dangling(loaded.where[key], column, wanted, target, _("这处引用没有载入"))
                    for wanted in words
                    if wanted not in target.known
                )
        if kept is None:
            del loaded.records[key]
        elif kept is not record:
            loaded.records[key] = kept
    if lost:
        message = _("它们所依据的文件没有载入，{count} 行因此略去").format(count=lost)
        findings.append(Finding(Severity.ERROR, "rows-left-out", name, message))


def _dangling(where: str, column: str, wanted: str, target: _Target, hint: str) -> Finding:
    message = _("{column}: 没有编号为“{wanted}”的记录").format(column=column, wanted=wanted)
    return Finding(Severity.ERROR, target.code, where, message, hint)


def _break_parent_cycles(places: _Loaded[Place], findings: list[Finding]) -> None:
    """Make sure that climbing from part to whole comes to an end."""
    sound: set[str] = set()
    for start in list(places.records):
        path: list[str] = []
        here = start
        while here and here not in sound:
            if here in path:
                message = _("上级关系成环：{path}").format(path=" → ".join([*path[path.index(here) :], here]))
                findings.append(
                    Finding(
                        Severity.ERROR, "parent-cycle", places.where[here], message, _("这处引用没有载入")
                    )
                )
                places.records[here] = replace(places.records[here], parent_id="")
                break
            path.append(here)
            here = places.records[here].parent_id
        sound.update(path)


def _check_sourced(name: str, records: _Loaded[Any], findings: list[Finding]) -> None:
    """Warn of records that say something without saying where it was read."""
    for key, record in records.records.items():
        if not record.source_ids:
            findings.append(Finding(Severity.WARNING, "no-source", records.where[key], _("没有写明来源")))


def _with_unit_names(places: dict[str, Place]) -> None:
    """Write into each unit the names of the units that it lies in."""
    for key, unit in places.items():
        if not unit.kind.is_unit:
            continue
        names: dict[PlaceKind, str] = {}
        above: Place | None = unit
        while above is not None:
            names[above.kind] = above.name_zh
            above = places.get(above.parent_id)
        province = names.get(PlaceKind.PROVINCE, "")
        places[key] = replace(
            unit,
            province=province,
            # Counties of Beijing and Tianjin hang on the municipality itself.
            city=names.get(PlaceKind.CITY, province if unit.kind is PlaceKind.COUNTY else ""),
            county=names.get(PlaceKind.COUNTY, ""),
        )


def load_catalogue(folder: Path) -> tuple[Catalogue, list[Finding]]:
    """Load all facts.

    Parameters
    ----------
    folder
        Holds ``catalogue/*.csv`` and ``policy/*.csv``: UTF-8, a header row, lists parted by ``|``.

    Returns
    -------
    Catalogue
        What could be read; records in the order of the files, administrative units after the other places.
    list of Finding
        What is wrong, with file and line; empty if all is well. Never raises for bad data.
    """
    findings: list[Finding] = []
    sources: _Loaded[Source] = _Loaded()
    places: _Loaded[Place] = _Loaded()
    clusters: _Loaded[Cluster] = _Loaded()
    chains: _Loaded[Chain] = _Loaded()
    nodes: _Loaded[ChainNode] = _Loaded()
    passages: _Loaded[Passage] = _Loaded()
    figures: _Loaded[Figure] = _Loaded()
    milestones: _Loaded[Milestone] = _Loaded()
    stops: _Loaded[CorridorStop] = _Loaded()
    unit_aliases: _Loaded[UnitAlias] = _Loaded()
    _read(folder, _SOURCES, sources, findings)
    _read(folder, _PLACES, places, findings)
    _read(folder, _UNITS, places, findings)
    _read(folder, _CLUSTERS, clusters, findings)
    _read(folder, _CHAINS, chains, findings)
    _read(folder, _NODES, nodes, findings)
    for table in _PASSAGES:
        _read(folder, table, passages, findings)
    _read(folder, _FIGURES, figures, findings)
    _read(folder, _MILESTONES, milestones, findings)
    _read(folder, _STOPS, stops, findings)
    if (folder / _UNIT_ALIASES.name).exists():
        # A convenience: a catalogue is whole without it.
        _read(folder, _UNIT_ALIASES, unit_aliases, findings)

    source = _Target(frozenset(sources.records), "unknown-source", not sources.failed)
    chain = _Target(frozenset(chains.records), "unknown-chain", not chains.failed)
    place = _Target(frozenset(places.records), "unknown-place", not places.failed)

    def places_of(test: Callable[[Place], bool]) -> _Target:
        return replace(place, known=frozenset(key for key, found in places.records.items() if test(found)))

    unit = places_of(lambda found: found.kind.is_unit)
    scope = replace(place, known=place.known | chain.known | {REGION_ID}, whole=place.whole and chain.whole)

    _check_references(
        _PLACES.name,
        places,
        findings,
        optional={"parent_id": place, "county_adcode": unit, "area_adcodes": unit, "source_ids": source},
    )
    _break_parent_cycles(places, findings)
    _check_references(
        _CLUSTERS.name,
        clusters,
        findings,
        essential={"id": places_of(lambda found: found.kind is PlaceKind.CLUSTER)},
        optional={"member_ids": place, "chain_ids": chain},
    )
    _check_references(_CHAINS.name, chains, findings, optional={"source_ids": source})
    _check_references(
        _NODES.name,
        nodes,
        findings,
        essential={"chain_id": chain},
        optional={"place_ids": place, "source_ids": source},
    )
    _check_references(
        "policy",
        passages,
        findings,
        optional={"place_ids": place, "chain_ids": chain, "source_ids": source},
    )
    _check_references(_FIGURES.name, figures, findings, essential={"scope_id": scope, "source_id": source})
    _check_references(
        _MILESTONES.name, milestones, findings, essential={"source_id": source}, optional={"place_ids": place}
    )
    _check_references(
        _STOPS.name,
        stops,
        findings,
        essential={"corridor_id": places_of(lambda found: found.kind is PlaceKind.CORRIDOR)},
        optional={"county_adcode": unit, "source_ids": source},
    )
    _check_references(_UNIT_ALIASES.name, unit_aliases, findings, essential={"adcode": unit})
    if not sources.failed:
        for name, records in (
            (_PLACES.name, places),
            (_CHAINS.name, chains),
            (_NODES.name, nodes),
            ("policy", passages),
            (_STOPS.name, stops),
        ):
            _check_sourced(name, records, findings)
    _with_unit_names(places.records)
    catalogue = Catalogue(
        places=places.records,
        clusters=clusters.records,
        chains=chains.records,
        chain_nodes=nodes.records,
        passages=passages.records,
        figures=figures.records,
        sources=sources.records,
        milestones=milestones.records,
        corridor_stops=tuple(stops.records.values()),
        unit_aliases=tuple(unit_aliases.records.values()),
    )
    return catalogue, findings
