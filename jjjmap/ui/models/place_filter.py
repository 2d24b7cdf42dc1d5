"""The filter line of the layers dock: rows whose names hold all words, with their headings."""

from qtpy.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from jjjmap.ui.models.layer_tree_model import Role


class PlaceFilter(QSortFilterProxyModel):
    """Lets through what is looked for, all that stands above it, and all that belongs to a layer so named."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setRecursiveFilteringEnabled(True)

    @property
    def is_filtering(self) -> bool:
        """Whether anything is looked for."""
        return bool(self._words)

    def look_for(self, text: str) -> None:
        """Look for rows that hold every word of a text in one of their names."""
        self.beginFilterChange()
        self._words = tuple(text.lower().split())
        self.endFilterChange()

    # Overrides of Qt.

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether all words are found in the names of a row, or of one above it."""
        if not self._words:
            return True
        model = self.sourceModel()
        index = model.index(row, 0, parent)
        while index.isValid():
            names = model.data(index, Role.SEARCH)
            if names and all(word in names for word in self._words):
                return True
            index = index.parent()
        return False
