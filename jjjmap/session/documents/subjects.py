"""What mentions name: places and chains of the catalogue, and the towns of the basemap."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from typing import TYPE_CHECKING

from jjjmap.i18n import Language
from jjjmap.paths import GEODATA, inside
from jjjmap.session.documents.records import Subject
from jjjmap.session.workspace import Workspace

if TYPE_CHECKING:
    from jjjmap.text.fulltext.subjects import CatalogueSubjects


class LibrarySubjects:
    """Knows all subjects; what takes long is read when it is first asked for."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def inside(self, subject_id: str) -> Collection[str]:
        """Return the units, places and towns that lie wholly in a unit; nothing for other subjects."""
        return self.names.inside(subject_id)

    def subject(self, subject_id: str) -> Subject | None:
        """Return what a mention names: a place, a town or a chain; None if nobody knows it."""
        from jjjmap.text.records import SubjectKind

        catalogue = self._workspace.catalogue
        place = catalogue.places.get(subject_id)
        if place is not None:
            return Subject(
                place.id, SubjectKind.PLACE, place.name_zh, place.name_en, place.lon, place.lat, place.id
            )
        chain = catalogue.chains.get(subject_id)
        if chain is not None:
            return Subject(chain.id, SubjectKind.CHAIN, chain.name(Language.ZH), chain.name(Language.EN))
        return self._towns.get(subject_id) if subject_id.startswith("town-") else None

    def name(self, subject_id: str) -> str:
        """Return the name of a subject in the language in use; its id if nobody knows it."""
        subject = self.subject(subject_id)
        return subject.name(self._workspace.language) if subject is not None else subject_id

    @cached_property
    def names(self) -> CatalogueSubjects:
        """The same for searching and counting."""
        from jjjmap.text.fulltext.subjects import CatalogueSubjects

        return CatalogueSubjects.with_towns(self._workspace.catalogue)

    @cached_property
    def _towns(self) -> dict[str, Subject]:
        return _read_towns()


def _read_towns() -> dict[str, Subject]:
    """Return the towns of the basemap by id; those that the shipped file lacks are unknown, no error."""
    import json

    from jjjmap.text.records import SubjectKind

    features = json.loads(inside(GEODATA, "base/towns.geojson").read_text(encoding="utf-8"))["features"]
    towns = {}
    for feature in features:
        facts, (lon, lat) = feature["properties"], feature["geometry"]["coordinates"]
        towns[feature["id"]] = Subject(
            feature["id"],
            SubjectKind.TOWN,
            facts["name_zh"],
            facts["name_en"],
            lon,
            lat,
            facts.get("adcode", ""),
        )
    return towns
