"""What we ship as tables: places, figures, policy digests and sources, each row with where it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from jjjmap import paths
from jjjmap.api.speaking import told
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.i18n import language

if TYPE_CHECKING:
    import geopandas
    import pandas

    from jjjmap.export.datasets.records import Records as _Records


@cache
def shipped_catalogue() -> Catalogue:
    """Return the facts that we ship, read once."""
    from jjjmap.catalogue.store import load_catalogue

    return load_catalogue(paths.RESOURCES)[0]


@dataclass(frozen=True)
class Places:
    """Some places of the catalogue."""

    items: tuple[Place, ...]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Place]:
        return iter(self.items)

    def to_frame(self) -> pandas.DataFrame:
        """Return a row for each place: names in both languages, position and how good it is, sources."""
        import pandas

        return pandas.DataFrame([_place_row(place) for place in self.items], columns=list(_PLACE_COLUMNS))

    def to_gdf(self, *, areas: bool = False) -> geopandas.GeoDataFrame:
        """Return the places on the map, EPSG:4326.

        Parameters
        ----------
        areas
            Polygons instead of points: the borders of units, and the units together that a place is told by.
            Places that are told by none have no geometry then. Borders are generalised.
        """
        import geopandas

        frame = self.to_frame()
        shapes = [_area(place) for place in self.items] if areas else [_point(place) for place in self.items]
        return geopandas.GeoDataFrame(
            frame, geometry=geopandas.GeoSeries(shapes, crs="EPSG:4326"), crs="EPSG:4326"
        )

    def explore(self) -> Any:
        """Return the places on a map of folium; whole in itself, it asks no network."""
        from jjjmap.api.analyses import explore

        return explore(self)

    def _repr_html_(self) -> str:
        return _html(self.to_frame())


_PLACE_COLUMNS = (
    "id", "kind", "name", "name_zh", "name_en", "category", "evidence", "lon", "lat", "precision", "province",
    "city", "county", "county_adcode", "area_adcodes", "parent_id", "industries", "note", "source_ids",
    "sources",
)  # fmt: skip


def places(kind: str | PlaceKind | None = None, within: str | None = None) -> Places:
    """Return places of the catalogue.

    Parameters
    ----------
    kind
        Only this kind, e.g. ``"platform"``, ``"port"``, ``"county"``. Administrative units come only when
        they are asked for. An unknown kind is a ValueError that names those there are.
    within
        Only what lies in this place: a name, an id or a code; of a cluster its members.

    Raises
    ------
    jjjmap.errors.PlaceUnknown
        `within` names no place.
    """
    from jjjmap.catalogue.details import Describer
    from jjjmap.catalogue.names import find_place

    wanted = None
    if kind is not None:
        try:
            wanted = PlaceKind(kind)
        except ValueError:
            known = ", ".join(each.value for each in PlaceKind)
            raise ValueError(f"no kind of place {str(kind)[:40]!r}; there are: {known}") from None
    catalogue = shipped_catalogue()
    candidates = tuple(catalogue.places.values())
    if within is not None:
        with told():
            candidates = tuple(Describer(catalogue).inside(find_place(catalogue, within).place.id))
    order = list(PlaceKind)
    chosen = [
        place
        for place in candidates
        if (place.kind is wanted if wanted is not None else not place.kind.is_unit)
    ]
    return Places(tuple(sorted(chosen, key=lambda place: (order.index(place.kind), place.id))))


@dataclass(frozen=True)
class Records:
    """Facts as a table."""

    records: _Records

    def __len__(self) -> int:
        return len(self.records.rows)

    def to_frame(self) -> pandas.DataFrame:
        """Return the table; numbers as ``float``, as printed in ``value_text``."""
        import pandas

        from jjjmap.export.datasets.records import ValueKind

        frame = pandas.DataFrame(
            list(self.records.rows), columns=[column.name for column in self.records.columns]
        )
        for column in self.records.columns:
            if column.kind is ValueKind.NUMBER:
                frame[column.name] = frame[column.name].astype(float)
        frame.attrs["titles"] = {column.name: column.title for column in self.records.columns}
        return frame

    def _repr_html_(self) -> str:
        return _html(self.to_frame())


def figures(scope: str | None = None) -> Records:
    """Return figures, each with its source.

    Parameters
    ----------
    scope
        Only those about this place, chain or unit (name, id or code), or ``"region"``.

    Raises
    ------
    jjjmap.errors.PlaceUnknown
        Nothing is called so.
    """
    from jjjmap.export.datasets.records import figure_records

    return _about(figure_records(shipped_catalogue(), language()), scope, "place_id")


def passages(about: str | None = None) -> Records:
    """Return policy digests (ours, no quotations), with the places that they name and their sources.

    Parameters
    ----------
    about
        Only those that name this place or chain.

    Raises
    ------
    jjjmap.errors.PlaceUnknown
        Nothing is called so.
    """
    from jjjmap.export.datasets.records import passage_records

    return _about(passage_records(shipped_catalogue(), language()), about, "place_ids")


def sources() -> Records:
    """Return the sources of all facts that we ship."""
    from jjjmap.export.datasets.records import source_records

    return Records(source_records(shipped_catalogue()))


def _about(records: _Records, name: str | None, column: str) -> Records:
    from dataclasses import replace

    from jjjmap.catalogue.names import find_place

    if name is None:
        return Records(records)
    catalogue = shipped_catalogue()
    if name in catalogue.chains:
        wanted = name
    else:
        chains = [
            each.id
            for each in catalogue.chains.values()
            if name in (each.name_zh_2023, each.name_zh_2024, each.name_en)
        ]
        with told():
            wanted = chains[0] if chains else find_place(catalogue, name).place.id
    at = next(number for number, each in enumerate(records.columns) if each.name == column)
    rows = tuple(row for row in records.rows if wanted in str(row[at]).split("|"))
    return Records(replace(records, rows=rows))


def _place_row(place: Place) -> tuple[Any, ...]:
    from jjjmap.catalogue.citing import references_to

    return (
        place.id,
        place.kind.value,
        place.name(language()),
        place.name_zh,
        place.name_en,
        place.category,
        place.evidence.value,
        place.lon,
        place.lat,
        place.precision.value,
        place.province,
        place.city,
        place.county,
        place.county_adcode,
        "|".join(place.area_adcodes),
        place.parent_id,
        "|".join(place.industries),
        place.note(language()),
        "|".join(place.source_ids),
        " ".join(references_to(shipped_catalogue(), place.source_ids)),
    )


def _point(place: Place) -> Any:
    import shapely

    return None if place.lon is None or place.lat is None else shapely.Point(place.lon, place.lat)


def _area(place: Place) -> Any:
    import shapely

    from jjjmap.layers.boundaries import shipped_units

    units = shipped_units()
    if place.kind.is_unit:
        return units.shape_of(place.id) if place.id in units else None
    shapes = [units.shape_of(code) for code in place.area_adcodes if code in units]
    return shapely.union_all(shapes) if shapes else None


def _html(frame: pandas.DataFrame) -> str:
    # pandas escapes what stands in cells.
    made: str = frame._repr_html_()
    return made
