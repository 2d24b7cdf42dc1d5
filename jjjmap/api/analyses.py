"""The analyses, placing firms, and tables on a map: what window and command line do, as functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from enum import Enum, EnumType
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_origin, get_type_hints

from jjjmap.api.facts import Places, shipped_catalogue
from jjjmap.api.projects import Layer
from jjjmap.api.reading import input_from, read_table, source_of
from jjjmap.api.results import Result
from jjjmap.api.speaking import told
from jjjmap.findings import Finding
from jjjmap.i18n import _, language

if TYPE_CHECKING:
    import geopandas

    from jjjmap.analysis.running import Analysis, InputLayer
    from jjjmap.layers.feature_table import FeatureTable
    from jjjmap.layers.styling.user_style import UserStyle

_BORDER_TOLERANCE_DEG = 0.01
_STREAMING = "summarize"
"""The analysis that need not hold the rows it reads."""


def summarize(layer: Any, **options: Any) -> Result:
    """Count, add up and compare rows by unit: shares, density, location quotient, growth, specialisation.

    Parameters
    ----------
    layer
        A path, a GeoDataFrame or DataFrame, a layer of a project, places, or another result.
    **options
        ``by`` (``"counties"``, ``"cities"``, ``"hex:10"`` …), ``measures``, ``category``, ``period``,
        ``weight`` and the others of `options("summarize")`; see docs/api.md.

    Returns
    -------
    Result
        A row for each unit; what could not be reckoned is empty, and told in ``missing``.

    Raises
    ------
    jjjmap.analysis.running.AnalysisImpossible
        It cannot be answered from these rows; the notes of the error say why and what to try. So for all
        analyses.
    TypeError, ValueError
        There is no such option, or it does not take this value.
    """
    return _analysed("summarize", layer, options)


def near(layer: Any = None, **options: Any) -> Result:
    """Find what is near rows, a place (``place=``) or a position (``lon=``, ``lat=``), by geodesic distances.

    Parameters
    ----------
    layer
        As for `summarize`; None where a place, a position or a line is asked about.
    **options
        ``question``, ``rings_km``, ``km``, ``kinds`` and the others of `options("near")`.
    """
    return _analysed("near", layer, options)


def hotspots(layer: Any, **options: Any) -> Result:
    """Find where rows crowd: kernel density, DBSCAN or HDBSCAN, local Moran's I, Getis and Ord's Gi*.

    Parameters
    ----------
    layer
        As for `summarize`.
    **options
        ``method``, ``by``, ``weight``, ``seed`` and the others of `options("hotspots")`.
    """
    return _analysed("hotspots", layer, options)


def gaps(layer: Any, **options: Any) -> Result:
    """Put firms on the links of industrial chains; links without any are candidates for gaps.

    Parameters
    ----------
    layer
        As for `summarize`: a list of firms.
    **options
        ``industry``, ``text``, ``chains`` and the others of `options("gaps")`.
    """
    return _analysed("gaps", layer, options)


def flows(layer: Any, **options: Any) -> Result:
    """Add an origin–destination table up to flows: curved links with value, net, gross and source.

    Parameters
    ----------
    layer
        As for `summarize`; with ``relocations=True`` a list that `locate` has placed.
    **options
        ``origin``, ``destination``, ``value``, ``period``, ``top`` and the others of `options("flows")`.
    """
    return _analysed("flows", layer, options)


def options(kind: str) -> dict[str, Any]:
    """Return the options of an analysis with their defaults, in their order.

    Parameters
    ----------
    kind
        ``"summarize"``, ``"near"``, ``"hotspots"``, ``"gaps"`` or ``"flows"``; anything else is a ValueError.
    """
    from jjjmap.analysis.python_calls import argument_name
    from jjjmap.layers.opening.records_json import to_json

    found: dict[str, Any] = {}
    for each in fields(_class_of(kind)):
        default = each.default
        if default is MISSING and each.default_factory is not MISSING:
            default = each.default_factory()
        found[argument_name(each.name)] = None if default is MISSING else _plain(default, to_json)
    return found


def locate(source: Any, *, explain: bool = False) -> geopandas.GeoDataFrame:
    """Place a list of firms without any network: park, town, county, each with evidence and confidence.

    Parameters
    ----------
    source
        A path, a DataFrame or a GeoDataFrame. Columns with addresses, parks, names, units and credit codes
        are found by their names and values.
    explain
        Whether a column says in sentences why each row is where it is.

    Returns
    -------
    GeoDataFrame
        The rows with the columns that ``jjjmap locate`` adds, and a point each (none where nothing is known).
        ``attrs["columns"]`` says which columns were read as what.

    Raises
    ------
    ValueError
        No column tells a place.
    jjjmap.errors.LayerUnreadable
        The file gives no rows.
    """
    from jjjmap.analysis.frames import frame_of, roles_of, table_of

    if isinstance(source, (str, Path)):
        with read_table(Path(source)) as (table, facts, findings):
            roles = tuple((column.name, column.role) for column in facts.columns if column.role) or roles_of(
                table
            )
            frame = frame_of(_placed(table, roles, explain))
            frame.attrs["findings"] = [finding.to_dict() for finding in findings]
            frame.attrs["source"] = source_of(facts)
            del table
    else:
        table = table_of(source)
        roles = roles_of(table)
        frame = frame_of(_placed(table, roles, explain))
    frame.attrs["columns"] = {role.value: name for name, role in roles}
    return frame


def explore(data: Any, column: str = "", *, title: str = "") -> Any:
    """Return a table on a map of folium, whole in itself: it asks no network, and no text becomes markup.

    Parameters
    ----------
    data
        A GeoDataFrame, a path, a layer of a project, places, or a result.
    column
        Column that colours the rows: classes of numbers, or categories.
    title
        Of the legend.

    Raises
    ------
    ValueError
        More rows than a notebook draws, nothing that has a position, or no such column.
    """
    from jjjmap.layers.styling.user_style import StyleMode

    if isinstance(data, Result) and not column:
        return data.explore()
    if isinstance(data, Layer) and not column:
        return data.explore()
    layer, _findings = _input(data, "data")
    style = _first_style(layer)
    if column:
        kinds = {each.name: each.kind for each in layer.table.columns}
        if column not in kinds:
            raise ValueError(_("表格里没有“{column}”这一列。").format(column=column))
        from jjjmap.layers.styling.column_values import MEASURABLE

        mode = StyleMode.GRADUATED if kinds[column] in MEASURABLE else StyleMode.CATEGORISED
        style = replace(style, mode=mode, column=column, class_count=5 if mode is StyleMode.GRADUATED else 8)
    return explored(layer.table, style, title or layer.title)


def explored(table: FeatureTable, style: UserStyle, title: str, note: str = "") -> Any:
    """Return a table on a map of folium over the borders of the cities."""
    from jjjmap.layers.boundaries import shipped_units
    from jjjmap.maps.exploring import Ground, explore_map

    if table.geometry is None:
        raise ValueError(_("这些行没有几何，画不成地图；名单可以先用 locate 落位。"))
    ground = Ground(shipped_units().outlines("cities", _BORDER_TOLERANCE_DEG))
    return explore_map(table, style, title=title, note=note, ground=ground)


def _first_style(layer: InputLayer) -> UserStyle:
    from jjjmap.layers.user_layer import first_style

    return first_style(layer.facts, 0)


def _placed(table: FeatureTable, roles: Any, explain: bool) -> FeatureTable:
    from jjjmap.locating.placed_table import columns_by_role, placed_table
    from jjjmap.locating.placing import Locator

    columns = columns_by_role(table, roles)
    if not columns:
        message = _("没有能落位的列（地址、园区、名称、行政区、信用代码）；这个表的列：{names}。")
        raise ValueError(message.format(names=_("、").join(table.attributes.column_names)))
    placements = Locator(shipped_catalogue()).place_rows(columns)
    assert placements is not None  # Nobody can cancel it.
    placed = placed_table(table, placements, language(), explain=explain)
    assert placed is not None
    return placed


def _analysed(kind: str, first: Any, said: Mapping[str, Any]) -> Result:
    """Run an analysis with the options that were said."""
    from jjjmap.analysis.running import Material
    from jjjmap.layers.boundaries import shipped_units

    analysis, layers, findings = _asked(kind, first, said)
    material = Material(shipped_catalogue(), shipped_units(), layers)
    with told():
        outcome = analysis.run(material, lambda _share: None, lambda: False)
    if findings:
        outcome = replace(outcome, findings=(*findings, *outcome.findings))
    return Result(outcome, analysis)


def _asked(
    kind: str, first: Any, said: Mapping[str, Any]
) -> tuple[Analysis, dict[str, InputLayer], list[Finding]]:
    """Return the analysis that was asked for, the layers that it reads, and what was found in them."""
    from jjjmap.analysis.python_calls import argument_name, is_layers_field, layer_fields
    from jjjmap.layers.opening.records_json import from_json

    made = _class_of(kind)
    names = {argument_name(each.name): each.name for each in fields(made)}
    unknown = [name for name in said if name not in names]
    if unknown:
        raise TypeError(f"jjjmap.{kind}() has no option {unknown[0]!r}; there are: {', '.join(names)}")
    values = {names[name]: value for name, value in said.items()}
    of_layers = layer_fields(made)
    if first is not None and of_layers:
        if of_layers[0] in values:
            raise TypeError(f"jjjmap.{kind}() was given {argument_name(of_layers[0])!r} twice")
        values[of_layers[0]] = first
    layers: dict[str, InputLayer] = {}
    findings: list[Finding] = []

    def named(value: Any) -> str:
        if value is None or (isinstance(value, str) and not value):
            return ""
        if kind == _STREAMING and isinstance(value, (str, Path)) and _is_streamed(str(value)):
            return str(value)
        layer, found = _input(value, f"data-{len(layers) + 1}" if layers else "data")
        findings.extend(found)
        number, key = 2, layer.id
        while key in layers and layers[key].table is not layer.table:
            key, number = f"{layer.id}-{number}", number + 1
        layers[key] = replace(layer, id=key)
        return key

    hints = get_type_hints(made)
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if name in of_layers:
            plain[name] = named(value)
        elif is_layers_field(name):
            plain[name] = [named(each) for each in _listed(value)]
        else:
            plain[name] = _option(kind, name, value, hints[name])
    try:
        return from_json(made, plain), layers, findings
    except ValueError as error:
        error.add_note(f"options of jjjmap.{kind}() and their defaults: {options(kind)}")
        raise


def _option(kind: str, name: str, value: Any, hint: Any) -> Any:
    """Return a value as JSON says it; raises ValueError for a word that is none of those there are."""
    if get_origin(hint) is tuple:
        each_hint = get_args(hint)[0]
        return [_option(kind, name, each, each_hint) for each in _listed(value)]
    if isinstance(hint, EnumType):
        known = [str(each.value) for each in list[Enum](hint)]
        if value not in known:
            words = ", ".join(map(repr, known))
            raise ValueError(f"jjjmap.{kind}({name}={value!r}): it is one of {words}")
    return value


def _class_of(kind: str) -> Any:
    from jjjmap.analysis.registry import KINDS, analysis_class

    if kind not in KINDS:
        raise ValueError(f"no analysis {kind[:40]!r}; there are: {', '.join(KINDS)}")
    return analysis_class(kind)


def _input(value: Any, name: str) -> tuple[InputLayer, list[Finding]]:
    """Return anything that holds rows as the layer that an analysis reads; raises TypeError for the rest."""
    if isinstance(value, (str, Path)):
        return input_from(Path(value))
    if isinstance(value, (Layer, Result)):
        return value.as_input(), []
    from jjjmap.analysis.frames import input_of

    if isinstance(value, Places):
        return input_of(value.to_gdf(), "places", _("地点")), []
    if hasattr(value, "columns") and hasattr(value, "iloc"):
        return input_of(value, name, _("表格")), []
    message = "rows are given as a path, a GeoDataFrame or DataFrame, a layer, places or a result, not as"
    raise TypeError(f"{message} {type(value).__name__}")


def _is_streamed(source: str) -> bool:
    """Whether rows are counted where they are: a folder, Parquet, or the address of a database."""
    from jjjmap.analysis.summaries.counters import is_streamed
    from jjjmap.layers.opening.database_address import is_database_url

    return is_database_url(source) or is_streamed(source)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, (str, Path)) or not hasattr(value, "__iter__") or hasattr(value, "iloc"):
        return [value]
    return list(value)


def _plain(value: Any, to_json: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(each, to_json) for each in value]
    return value.value if isinstance(value, Enum) else to_json(value)
