"""A panel that is filled when it is first seen, and follows the chosen place only while it is seen."""

from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QWidget

from jjjmap.session.selection import Selection


class FollowingPanel(QWidget):
    """What panels of a lazy dock share that show something of the chosen place.

    A panel says by `_fill_once` what it shows at first and by `_follow_place` what another place changes.
    """

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selection = selection
        self._is_filled = False
        self._followed_id = ""

    def show_place(self, place_id: str, fly: bool = False) -> None:
        """Show another place; a slot for `Selection.place_chosen`."""
        # A dock behind another lies outside of the window, though Qt calls it visible.
        if self.isVisible() and not self.visibleRegion().isEmpty():
            self.catch_up()

    def show_nothing(self) -> None:
        """Show no place; a slot for `Selection.selection_cleared`."""
        self.show_place("")

    def catch_up(self) -> None:
        """Show the chosen place, if another one is shown."""
        if self._is_filled and self._followed_id != self._selection.place_id:
            self._followed_id = self._selection.place_id
            self._follow_place()

    def _fill(self) -> None:
        if not self._is_filled:
            self._is_filled = True
            self._followed_id = self._selection.place_id
            self._fill_once()

    def _fill_once(self) -> None:
        """Show what there is; called when the panel is first seen."""
        raise NotImplementedError

    def _follow_place(self) -> None:
        """Show what concerns the chosen place."""
        raise NotImplementedError

    # Overrides of Qt.

    def showEvent(self, event: QShowEvent) -> None:
        """Fill when first seen: the start of the program does not wait for it."""
        super().showEvent(event)
        self.catch_up()
        self._fill()
