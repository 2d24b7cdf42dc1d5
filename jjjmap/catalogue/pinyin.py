"""How Chinese names are read, so that `xa`, `xiongan` and `xiong an` find 雄安.

The readings stand in ``catalogue/pinyin.csv``, made by ``tools/build_pinyin.py`` and open to correction.
"""

import csv
import io
import re
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from jjjmap.catalogue.models import Catalogue
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

PINYIN_FILE = "catalogue/pinyin.csv"
HEADER = ("name", "pinyin")

_READING = re.compile(r"[a-z]+( [a-z]+)*", re.ASCII)

Readings = dict[str, tuple[str, ...]]
"""By name its readings, the usual one first: a syllable for each Chinese character, parted by spaces."""


def is_han(letter: str) -> bool:
    """Whether a letter is a Chinese character; signs such as 、 or 〇 are none."""
    return "\u3400" <= letter <= "\u9fff"


def names_to_read(catalogue: Catalogue) -> tuple[str, ...]:
    """Return the Chinese names by which something can be found through its sound, sorted."""
    names = {
        name
        for place in catalogue.places.values()
        for name in (place.name_zh, place.short_zh, *place.aliases)
    }
    names.update(
        name for chain in catalogue.chains.values() for name in (chain.name_zh_2023, chain.name_zh_2024)
    )
    return tuple(sorted(name for name in names if any(map(is_han, name))))


def load_readings(folder: Path) -> tuple[Readings, list[Finding]]:
    """Load the readings of names.

    Parameters
    ----------
    folder
        The resources; holds ``catalogue/pinyin.csv``: name and reading, several readings parted by ``|``.

    Returns
    -------
    Readings
        What could be read: without a reading a name is still found by its characters.
    list of Finding
        What is wrong, with file and line. Never raises for bad data.
    """
    try:
        text = (folder / PINYIN_FILE).read_text(encoding="utf-8-sig")
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        return {}, [_unusable(_("文件读不了：{reason}").format(reason=reason))]
    except UnicodeDecodeError:
        return {}, [_unusable(_("文件不是 UTF-8 编码"))]
    readings: Readings = {}
    findings: list[Finding] = []
    rows = csv.reader(io.StringIO(text, newline=""))
    if tuple(next(rows, ())) != HEADER:
        return {}, [_unusable(_("表头应为：{columns}").format(columns=",".join(HEADER)))]
    for row in rows:
        try:
            name, cell = row
            readings[name] = _checked(name, tuple(cell.split("|")))
        except ValueError:
            where = f"{PINYIN_FILE}:{rows.line_num}"
            message = _("读音与名称的字数不合，或不是小写字母")
            findings.append(Finding(Severity.WARNING, "bad-pinyin", where, message, _("这一行没有载入")))
    return readings, findings


def _checked(name: str, readings: tuple[str, ...]) -> tuple[str, ...]:
    count = sum(map(is_han, name))
    for reading in readings:
        if not _READING.fullmatch(reading) or reading.count(" ") + 1 != count:
            raise ValueError(reading)
    return readings


def _unusable(message: str) -> Finding:
    hint = _("搜索仍可用，只是不能按拼音查找")
    return Finding(Severity.WARNING, "no-pinyin", PINYIN_FILE, message, hint)


@dataclass(frozen=True, slots=True)
class Sound:
    """A name as it sounds, and which of its characters each part of the sound belongs to."""

    letters: str
    """The syllables without spaces; other letters and digits of the name stand for themselves."""
    initials: str
    """The first letter of each syllable."""
    starts: tuple[int, ...]
    """Where each syllable begins in `letters`."""
    positions: tuple[int, ...]
    """Which character of the name each syllable belongs to."""

    def find(self, wanted: str, *, inside: bool = True) -> tuple[int, int] | None:
        """Return the characters of the name, from and to, that a text spells or abbreviates; None if none.

        Parameters
        ----------
        wanted
            Letters and digits in small letters, e.g. ``xiongan``, ``xionga`` or ``xa``.
        inside
            Whether the text may begin at a later syllable.
        """
        at = self.initials.find(wanted)
        if at == 0 or (at > 0 and inside and len(wanted) > 1):
            return self.positions[at], self.positions[at + len(wanted) - 1] + 1
        at = self.letters.find(wanted)
        while at >= 0 and (inside or at == 0):
            first = bisect_left(self.starts, at)
            if first < len(self.starts) and self.starts[first] == at:
                last = bisect_left(self.starts, at + len(wanted)) - 1
                return self.positions[first], self.positions[last] + 1
            at = self.letters.find(wanted, at + 1)
        return None

    def is_all(self, wanted: str) -> bool:
        """Whether a text spells or abbreviates the whole name."""
        return wanted in (self.letters, self.initials)


def letters_of(name: str, reading: str) -> str:
    """Return all that a name can be found by in one of its readings: spelled, and abbreviated."""
    if len(name) == reading.count(" ") + 1:  # As most names, it holds nothing but Chinese characters.
        return f"{reading.replace(' ', '')} {''.join([syllable[0] for syllable in reading.split(' ')])}"
    sound = sound_of(name, reading)
    return f"{sound.letters} {sound.initials}"


def sound_of(name: str, reading: str) -> Sound:
    """Return how a name sounds in one of its readings."""
    syllables = iter(reading.split())
    letters, initials = "", ""
    starts: list[int] = []
    positions: list[int] = []
    for position, letter in enumerate(name):
        if is_han(letter):
            syllable = next(syllables)
        elif letter.isascii() and letter.isalnum():
            syllable = letter.lower()
        else:
            continue
        starts.append(len(letters))
        positions.append(position)
        letters += syllable
        initials += syllable[0]
    return Sound(letters, initials, tuple(starts), tuple(positions))
