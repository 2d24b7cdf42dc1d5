"""The one chosen place or user's feature, the others that lie under the same click, and the way back."""

from collections.abc import Sequence

from qtpy.QtCore import QObject, Signal

from jjjmap.layers.feature_ids import LAYER_PREFIX

HISTORY_LENGTH = 200


class Selection(QObject):
    """What is chosen, for map, lists, tables and texts alike: a place, or a feature of a user's layer.

    Both go by their id (`feature_ids` tells them apart). It is never asked whether a place or feature exists:
    whoever chooses has looked it up.
    """

    place_chosen = Signal(
        str, bool
    )  # place id, whether the map goes there; every time, also for the same place
    feature_chosen = Signal(str, bool)  # feature id, whether the map goes there; every time as well
    selection_cleared = Signal()  # also before a feature is chosen instead of a place
    candidates_changed = Signal(list)  # ids under the last click, nearest first
    history_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen_id = ""
        self._candidates: tuple[str, ...] = ()
        self._history: list[str] = []
        self._position = -1

    @property
    def chosen_id(self) -> str:
        """The chosen place or feature; empty if none."""
        return self._chosen_id

    @property
    def place_id(self) -> str:
        """The chosen place; empty if none, or if a user's feature is chosen."""
        return "" if _is_feature(self._chosen_id) else self._chosen_id

    @property
    def feature_id(self) -> str:
        """The chosen feature of a user's layer; empty if none."""
        return self._chosen_id if _is_feature(self._chosen_id) else ""

    @property
    def candidates(self) -> tuple[str, ...]:
        """What lies under the last click, nearest first; one that was chosen elsewhere stands alone."""
        return self._candidates

    @property
    def can_go_back(self) -> bool:
        """Whether a place was chosen before this one, or before everything was cleared."""
        return self._position > 0 or (not self._chosen_id and self._position == 0)

    @property
    def can_go_forward(self) -> bool:
        """Whether somebody went back."""
        return self._position < len(self._history) - 1

    def choose(self, place_id: str, *, fly: bool) -> None:
        """Choose a place from a list or a text."""
        self._set_candidates((place_id,))
        self._remember(place_id)
        self._announce(place_id, fly)

    def offer(self, candidates: Sequence[str]) -> None:
        """Take what lies under a click on the map, nearest first: the first is chosen, nothing clears."""
        if not candidates:
            self.clear()
            return
        self._set_candidates(tuple(dict.fromkeys(candidates)))
        self.choose_candidate(self._candidates[0])

    def choose_candidate(self, place_id: str) -> None:
        """Choose one of the places under the last click; the map stays where it is."""
        self._remember(place_id)
        self._announce(place_id, False)

    def step_candidate(self, step: int) -> None:
        """Choose the next (+1) or the previous (-1) of the places under the last click, round and round."""
        if self._chosen_id in self._candidates:
            position = self._candidates.index(self._chosen_id) + step
            self.choose_candidate(self._candidates[position % len(self._candidates)])

    def go_back(self) -> None:
        """Choose what was chosen before; after clearing, what was chosen last."""
        if self.can_go_back:
            self._position -= 1 if self._chosen_id else 0
            self._revisit()

    def go_forward(self) -> None:
        """Undo `go_back`."""
        if self.can_go_forward:
            self._position += 1
            self._revisit()

    def clear(self) -> None:
        """Choose nothing."""
        if not self._chosen_id and not self._candidates:
            return
        self._chosen_id = ""
        self._set_candidates(())
        self.selection_cleared.emit()
        self.history_changed.emit()

    def forget_layer(self, layer_id: str) -> None:
        """Forget the features of a layer that was taken out, on the way back too."""

        def is_left(chosen_id: str) -> bool:
            return not chosen_id.startswith(f"{layer_id}#")

        if not is_left(self._chosen_id):
            self.clear()
        self._set_candidates(tuple(each for each in self._candidates if is_left(each)))
        before = self._history[: self._position + 1]
        kept = [each for each in self._history if is_left(each)]
        if len(kept) != len(self._history):
            self._history = kept
            self._position = sum(map(is_left, before)) - 1
            self.history_changed.emit()

    def _set_candidates(self, candidates: tuple[str, ...]) -> None:
        if candidates != self._candidates:
            self._candidates = candidates
            self.candidates_changed.emit(list(candidates))

    def _remember(self, place_id: str) -> None:
        if 0 <= self._position < len(self._history) and self._history[self._position] == place_id:
            return
        self._history = [*self._history[: self._position + 1], place_id][-HISTORY_LENGTH:]
        self._position = len(self._history) - 1

    def _revisit(self) -> None:
        place_id = self._history[self._position]
        self._set_candidates((place_id,))
        self._announce(place_id, True)

    def _announce(self, chosen_id: str, fly: bool) -> None:
        leaves_place = bool(self.place_id)
        self._chosen_id = chosen_id
        if _is_feature(chosen_id):
            if leaves_place:
                self.selection_cleared.emit()
            self.feature_chosen.emit(chosen_id, fly)
        else:
            self.place_chosen.emit(chosen_id, fly)
        self.history_changed.emit()


def _is_feature(chosen_id: str) -> bool:
    return chosen_id.startswith(LAYER_PREFIX)
