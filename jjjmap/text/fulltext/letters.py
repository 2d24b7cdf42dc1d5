"""Where which letter stands in many texts, and so which texts hold a word."""

import numpy as np

from jjjmap.text.fulltext.query import Word

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
"""A set of texts: for each whether it belongs to it."""
Positions = np.ndarray[tuple[int], np.dtype[np.int32]]
Units = np.ndarray[tuple[int], np.dtype[np.uint16]]

_CODES = 0x10000
_MOST_CHECKED = 12
"""Longer words are narrowed down by so many letters and then looked for as they are."""


class Letters:
    """Texts one behind the other, which can be asked for words.

    A word is found by its rarest letter: its places are known, or looked up where they are not sorted yet,
    and the neighbours of each are compared.

    Parameters
    ----------
    units
        The texts in the form of `search_index.searchable_forms`, UTF-16.
    """

    def __init__(self, units: Units) -> None:
        # An end at the beginning too: what is asked before the first letter is answered by it.
        self._units = np.concatenate((np.zeros(1, np.uint16), units))
        self._ends = np.flatnonzero(self._units == 0).astype(np.int32)
        self._order: Positions | None = None
        self._starts: Positions = np.empty(0, np.int32)

    @classmethod
    def of_text(cls, text: str) -> "Letters":
        """Make it of texts as `search_index.searchable_forms` returns them."""
        return cls(np.frombuffer(text.encode("utf-16-le"), dtype="<u2"))

    @property
    def units(self) -> Units:
        """The texts, each with its end."""
        return self._units[1:]

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self._ends) - 1

    @property
    def is_sorted(self) -> bool:
        """Whether the places of each letter are known."""
        return self._order is not None

    def sort(self) -> None:
        """Find out the places of each letter, which makes searches faster."""
        self._starts = np.zeros(_CODES + 1, np.int32)
        np.cumsum(np.bincount(self._units, minlength=_CODES), out=self._starts[1:])
        self._order = np.argsort(self._units, kind="stable").astype(np.int32)

    def text(self, number: int) -> str:
        """Return one of the texts."""
        data: bytes = self._units[self._ends[number] + 1 : self._ends[number + 1]].tobytes()
        return data.decode("utf-16-le", "replace")

    def holding(self, word: Word) -> Mask:
        """Return which texts hold a word."""
        letters = np.frombuffer(word.text.encode("utf-16-le", "surrogatepass"), dtype="<u2").tolist()
        places = self._places(letters)
        if word.is_begun:
            places = self._beginning(places, word.text[0])
        found = self._texts_at(places)
        if len(letters) > _MOST_CHECKED:
            pattern = word.pattern
            for number in np.flatnonzero(found).tolist():
                text = self.text(number)
                found[number] = word.text in text if pattern is None else pattern.search(text) is not None
        return found

    def _places(self, letters: list[int]) -> Positions:
        """Return where the letters stand in a row, as far as they are compared."""
        if len(letters) == 1:
            return self._places_of(letters[0])
        first, *others = range(len(letters))[:_MOST_CHECKED]
        if self._order is not None:
            ends = self._starts[np.array((letters, [letter + 1 for letter in letters]))]
            first, *others = np.argsort(ends[1] - ends[0], kind="stable")[:_MOST_CHECKED].tolist()
        places = self._places_of(letters[first])
        for other in others:
            if not len(places):
                break
            # Beyond the last text stands an end, as before the first one.
            places = places[self._units.take(places + (other - first), mode="clip") == letters[other]]
        places = places - np.int32(first)
        return places

    def _places_of(self, letter: int) -> Positions:
        if self._order is None:
            return np.flatnonzero(self._units == letter).astype(np.int32)
        places: Positions = self._order[self._starts[letter] : self._starts[letter + 1]]
        return places

    def _beginning(self, places: Positions, letter: str) -> Positions:
        """Return those of some places where a Latin word or a number begins, and does not only go on."""
        before = self._units.take(places - 1, mode="clip")
        if letter.isalpha():
            goes_on = (before >= ord("a")) & (before <= ord("z"))
        else:
            is_point = (before == ord(".")) | (before == ord(","))
            goes_on = _is_digit(before) | (is_point & _is_digit(self._units.take(places - 2, mode="clip")))
        begun: Positions = places[~goes_on]
        return begun

    def _texts_at(self, places: Positions) -> Mask:
        if len(places) * 4 < self.size:
            found = np.zeros(self.size, np.bool_)
            found[np.searchsorted(self._ends, places) - 1] = True
            return found
        bounds = np.searchsorted(places, self._ends)
        return bounds[1:] > bounds[:-1]


def _is_digit(units: Units) -> Mask:
    return (units >= ord("0")) & (units <= ord("9"))
