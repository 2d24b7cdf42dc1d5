"""The industries of GB/T 4754-2017 and what became of the classes of the edition of 2011.

Read when first asked for, not at start-up: most sessions need none of it.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path

from jjjmap.catalogue.names import normal_form
from jjjmap.errors import ResourceMissing
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES

SOURCE_IDS = ("std-gbt4754", "std-gbt4754-2011-2017")
"""Where codes and names were taken from."""

_INDUSTRIES = ("code", "level", "name_zh", "name_en", "also_zh", "vintage")
_CHANGES = ("code_2011", "name_zh_2011", "codes_2017", "change")


class IndustryLevel(StrEnum):
    """How fine an industry is."""

    SECTION = "section"
    """门类: a letter."""
    DIVISION = "division"
    """大类: two digits."""
    GROUP = "group"
    """中类: three digits."""
    CLASS = "class"
    """小类: four digits."""


@dataclass(frozen=True, slots=True)
class Industry:
    """An industry of the edition of 2017."""

    code: str
    """A letter, or two to four digits; a leading 0 is a part of it."""
    level: IndustryLevel
    name_zh: str
    name_en: str
    """Our own plain translation; empty below the two-digit level."""
    also_zh: tuple[str, ...]
    """Other wordings in which the same code is printed."""

    def name(self, language: Language) -> str:
        """Return the name in a language; in Chinese where there is no other."""
        return self.name_en if language is Language.EN and self.name_en else self.name_zh


@dataclass(frozen=True, slots=True)
class OldClass:
    """A class of the edition of 2011 that is not, or not wholly, the class of the same code today."""

    code: str
    name_zh: str
    codes_2017: tuple[str, ...]
    """The classes of 2017 that its contents went to."""


@dataclass(frozen=True)
class Industries:
    """All industries by code, and the classes of 2011 that changed.

    Classes that are not among `old_classes` are those of 2011 under the same code, unless they are new.
    """

    by_code: Mapping[str, Industry]
    old_classes: Mapping[str, OldClass]

    @cached_property
    def classes(self) -> frozenset[str]:
        """The four-digit codes of 2017."""
        return frozenset(
            code for code, industry in self.by_code.items() if industry.level is IndustryLevel.CLASS
        )

    @cached_property
    def classes_2011(self) -> frozenset[str]:
        """The four-digit codes of 2011."""
        reached = {code for old in self.old_classes.values() for code in old.codes_2017}
        return frozenset(self.old_classes) | (self.classes - reached)

    @cached_property
    def only_2011(self) -> frozenset[str]:
        """Four-digit codes that only the edition of 2011 has."""
        return self.classes_2011 - self.classes

    @cached_property
    def only_2017(self) -> frozenset[str]:
        """Four-digit codes that only the edition of 2017 has."""
        return self.classes - self.classes_2011

    @cached_property
    def changed_meaning(self) -> frozenset[str]:
        """Codes of both editions that mean something else in each."""
        return frozenset(
            code
            for code, old in self.old_classes.items()
            if code in self.classes and code not in old.codes_2017
        )

    @cached_property
    def _codes_of_name(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of 2017 by name in normal form: of today's names, and of those of 2011 that are no longer."""
        found: dict[str, tuple[str, ...]] = {}
        # A group with a single class has its name: the class says no less, so the longer code stands.
        for code, industry in sorted(self.by_code.items(), key=lambda item: (len(item[0]), item[0])):
            for name in (industry.name_zh, *industry.also_zh, industry.name_en):
                if name:
                    found[normal_form(name)] = (code,)
        for old in self.old_classes.values():
            found.setdefault(normal_form(old.name_zh), old.codes_2017)
        return found

    def codes_named(self, name: str) -> tuple[str, ...]:
        """Return the codes of 2017 that a name stands for: one, several for a name of 2011, or none."""
        return self._codes_of_name.get(normal_form(name), ())

    def section_of(self, code: str) -> str:
        """Return the letter of the section of a code; an empty text for a code that is none."""
        return self._sections.get(code[:2], code if code in self.by_code and len(code) == 1 else "")

    @cached_property
    def _sections(self) -> Mapping[str, str]:
        letter, found = "", {}
        for code, industry in self.by_code.items():
            if industry.level is IndustryLevel.SECTION:
                letter = code
            elif industry.level is IndustryLevel.DIVISION:
                found[code] = letter
        return found

    def codes_in_2017(self, code: str) -> tuple[str, ...]:
        """Return what a four-digit code of 2011 became; itself if nothing changed, nothing if it is none."""
        old = self.old_classes.get(code)
        if old is not None:
            return old.codes_2017
        return (code,) if code in self.classes_2011 else ()


def load_industries(folder: Path) -> Industries:
    """Read the industries below a folder of resources; raises ResourceMissing."""
    industries = {
        row["code"]: Industry(
            row["code"],
            IndustryLevel(row["level"]),
            row["name_zh"],
            row["name_en"],
            tuple(word for word in row["also_zh"].split("|") if word),
        )
        for row in _rows(folder / "catalogue" / "industries.csv", _INDUSTRIES)
    }
    changes = {
        row["code_2011"]: OldClass(row["code_2011"], row["name_zh_2011"], tuple(row["codes_2017"].split("|")))
        for row in _rows(folder / "catalogue" / "industry_changes.csv", _CHANGES)
    }
    return Industries(industries, changes)


@cache
def shipped_industries() -> Industries:
    """Return the industries that we ship, read once; raises ResourceMissing."""
    return load_industries(RESOURCES)


def _rows(path: Path, columns: Iterable[str]) -> Iterator[dict[str, str]]:
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True)
        if list(reader.fieldnames or ()) != list(columns):
            raise ResourceMissing(path.name, "other columns")
        for row in reader:
            if None in row or None in row.values():
                raise ResourceMissing(path.name, f"line {reader.line_num}")
            yield row
    except (OSError, ValueError, csv.Error) as exc:
        raise ResourceMissing(path.name, str(exc)) from exc
