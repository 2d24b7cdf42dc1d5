"""The open data: the catalogue, what is doubtful about it, and the language in use."""

from collections.abc import Iterable

from qtpy.QtCore import QObject, Signal

from jjjmap.catalogue.details import Describer, PlaceDetails
from jjjmap.catalogue.models import Catalogue, Place, PlaceKind
from jjjmap.findings import Finding
from jjjmap.i18n import Language, use_language


class Workspace(QObject):
    """What every panel shows a part of."""

    findings_changed = Signal()
    language_changed = Signal(object)  # Language

    def __init__(
        self,
        catalogue: Catalogue,
        findings: Iterable[Finding] = (),
        language: Language = Language.ZH,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._findings = tuple(dict.fromkeys(findings))
        self._language = language
        self._describer: Describer | None = None
        use_language(language)

    @property
    def catalogue(self) -> Catalogue:
        """All facts."""
        return self._catalogue

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is broken or doubtful, in the order in which it was found."""
        return self._findings

    @property
    def language(self) -> Language:
        """The language of window and map."""
        return self._language

    def set_language(self, language: Language) -> None:
        """Speak another language from now on."""
        if language is self._language:
            return
        self._language = language
        use_language(language)
        self.language_changed.emit(language)

    def add_finding(self, finding: Finding) -> None:
        """Note something doubtful; what was noted before, if in another language, is not noted twice."""
        if finding in self._findings:
            return

        def fault(noted: Finding) -> tuple[str, str, str]:
            return noted.severity, noted.code, noted.where

        others = tuple(noted for noted in self._findings if fault(noted) != fault(finding))
        self._findings = (*others, finding)
        self.findings_changed.emit()

    def knows(self, place_id: str) -> bool:
        """Whether the catalogue has this place."""
        return place_id in self._catalogue.places

    def place(self, place_id: str) -> Place:
        """Return a place that the catalogue has."""
        return self._catalogue.places[place_id]

    def unit_kind(self, place_id: str) -> PlaceKind | None:
        """Return the level of an administrative unit; None for any other place."""
        place = self._catalogue.places.get(place_id)
        return place.kind if place is not None and place.kind.is_unit else None

    def places_of(self, kind: PlaceKind) -> tuple[Place, ...]:
        """Return all places of a kind."""
        return tuple(place for place in self._catalogue.places.values() if place.kind is kind)

    def details(self, place_id: str) -> PlaceDetails:
        """Return everything that concerns a place."""
        if self._describer is None:
            self._describer = Describer(self._catalogue)
        return self._describer.describe(place_id)
