"""Passages with the mentions and figures that a person marked in them; labels/README.md tells the marks."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.records import SubjectKind

LABELS = Path(__file__).resolve().parent / "labels"

_HEADER = "== "
_MENTION_SPEC = re.compile(r"\?|(chain/)?[a-z0-9-]+(\+[a-z0-9-]+)*\^?", re.ASCII)
_ESCAPABLE = "{}[]|\\"


class LabelsUnreadable(Exception):
    """A passage whose marks cannot be understood."""


@dataclass(frozen=True, slots=True)
class LabelledMention:
    """A mention that has to be found."""

    subject_id: str
    kind: SubjectKind
    start: int
    end: int
    text: str
    is_lead: bool


@dataclass(frozen=True, slots=True)
class LabelledFigure:
    """A figure that has to be found."""

    value: Decimal
    qualifier: Qualifier
    units: tuple[str, ...]
    """Mostly one; several where either is a good reading (个月, 月)."""
    start: int
    end: int
    text: str

    def __str__(self) -> str:
        return f"{self.text} = {self.qualifier} {self.value} {' or '.join(self.units)}".rstrip()


@dataclass(frozen=True, slots=True)
class Undecided:
    """A stretch that the rules of labelling leave open; what is found inside it counts neither way."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class LabelledPassage:
    """A text without its marks, and what they said."""

    name: str
    style: str
    text: str
    mentions: tuple[LabelledMention, ...]
    """By start, the longer first."""
    figures: tuple[LabelledFigure, ...]
    """By start."""
    open_mentions: tuple[Undecided, ...] = ()
    open_figures: tuple[Undecided, ...] = ()
    is_cleaned_first: bool = False
    """Whether lines are broken as in a newspaper, so that it is read only after cleaning."""
    body: tuple[int, int] | None = None
    """Where the article stands if the text holds more; what is found outside does not count."""


def load_labelled(name: str) -> tuple[LabelledPassage, ...]:
    """Return the passages of ``labels/<name>.txt``."""
    return parse_labelled((LABELS / f"{name}.txt").read_text("utf-8"))


def parse_labelled(text: str) -> tuple[LabelledPassage, ...]:
    """Return the passages of a file of labels.

    Raises
    ------
    LabelsUnreadable
        A mark is not closed, not known or wrong, or two passages share a name.
    """
    passages: dict[str, LabelledPassage] = {}
    header = ""
    lines: list[str] = []
    for line in [*text.splitlines(), _HEADER]:
        if not line.startswith(_HEADER):
            lines.append(line)
            continue
        if header:
            passage = _parse_passage(header, "\n".join(lines).strip("\n"))
            if passage.name in passages:
                raise LabelsUnreadable(f"{passage.name}: name used twice")
            passages[passage.name] = passage
        elif "".join(lines).strip():
            raise LabelsUnreadable(f"text before the first header: {lines[0]!r}")
        header, lines = line.removeprefix(_HEADER).strip(), []
    return tuple(passages.values())


def _parse_passage(header: str, marked: str) -> LabelledPassage:
    name, _bar, rest = (part.strip() for part in header.partition("|"))
    style, _bar, flags = (part.strip() for part in rest.partition("|"))
    if not name or not style or flags not in ("", "broken-lines"):
        raise LabelsUnreadable(f"header not understood: {header!r}")
    parser = _Parser(name, marked)
    parser.read()
    return LabelledPassage(
        name=name,
        style=style,
        text="".join(parser.text),
        mentions=tuple(
            sorted(parser.mentions, key=lambda mention: (mention.start, -mention.end, mention.subject_id))
        ),
        figures=tuple(sorted(parser.figures, key=lambda figure: figure.start)),
        open_mentions=tuple(parser.open_mentions),
        open_figures=tuple(parser.open_figures),
        is_cleaned_first=flags == "broken-lines",
    )


class _Parser:
    """Reads one passage from left to right; marks may lie inside one another."""

    def __init__(self, name: str, marked: str) -> None:
        self.name = name
        self.marked = marked
        self.at = 0
        self.text: list[str] = []
        self.mentions: list[LabelledMention] = []
        self.figures: list[LabelledFigure] = []
        self.open_mentions: list[Undecided] = []
        self.open_figures: list[Undecided] = []

    def read(self) -> None:
        """Read all of it."""
        self._read_until("")

    def _fail(self, what: str) -> LabelsUnreadable:
        return LabelsUnreadable(f"{self.name}: {what} before {self.marked[self.at : self.at + 20]!r}")

    def _read_until(self, end: str) -> None:
        while self.at < len(self.marked):
            letter = self.marked[self.at]
            if letter == end:
                self.at += 1
                return
            if letter == "{":
                self._read_mention()
            elif letter == "[":
                self._read_figure()
            elif letter in "}]":
                raise self._fail("nothing to close")
            else:
                if letter == "\\":
                    self.at += 1
                    letter = self.marked[self.at : self.at + 1]
                    if letter not in _ESCAPABLE or not letter:
                        raise self._fail("unknown escape")
                self.text.append(letter)
                self.at += 1
        if end:
            raise self._fail(f"{end!r} is missing")

    def _read_mention(self) -> None:
        spec, colon, _rest = self.marked[self.at + 1 :].partition(":")
        if not colon or not _MENTION_SPEC.fullmatch(spec):
            raise self._fail("mark of a mention not understood")
        self.at += len(spec) + 2
        start = len(self.text)
        self._read_until("}")
        end, text = len(self.text), "".join(self.text[start:])
        if not text.strip():
            raise self._fail("empty mention")
        if spec == "?":
            self.open_mentions.append(Undecided(start, end, text))
            return
        is_lead = spec.endswith("^")
        is_chain = spec.startswith("chain/")
        for subject_id in spec.removeprefix("chain/").removesuffix("^").split("+"):
            kind = SubjectKind.CHAIN if is_chain else SubjectKind.PLACE
            if subject_id.startswith("town-"):
                kind = SubjectKind.TOWN
            self.mentions.append(LabelledMention(subject_id, kind, start, end, text, is_lead))

    def _read_figure(self) -> None:
        self.at += 1
        start = len(self.text)
        self._read_until("|")
        end, text = len(self.text), "".join(self.text[start:])
        said, bracket, _rest = self.marked[self.at :].partition("]")
        if not bracket or not text.strip():
            raise self._fail("mark of a figure not understood")
        self.at += len(said) + 1
        if said == "?":
            self.open_figures.append(Undecided(start, end, text))
            return
        fields = said.split("|")
        if len(fields) not in (2, 3):
            raise self._fail("a figure needs value, unit and perhaps a qualifier")
        try:
            value = Decimal(fields[0])
            qualifier = Qualifier(fields[2] if len(fields) == 3 else "=")
        except (InvalidOperation, ValueError) as error:
            raise self._fail(f"bad figure {said!r}") from error
        self.figures.append(
            LabelledFigure(value, qualifier, tuple(fields[1].split(" or ")), start, end, text)
        )


# ---------------------------------------------------------------------------------------- labels by quotation


def load_seeds(folder: Path) -> tuple[LabelledPassage, ...]:
    """Return the documents of a folder that ``labels/seeds.json`` knows, as they stand in their files."""
    labels: dict[str, dict[str, Any]] = json.loads((LABELS / "seeds.json").read_text("utf-8"))
    return tuple(
        _quoted_passage(name, (folder / name).read_text("utf-8"), said)
        for name, said in labels.items()
        if (folder / name).is_file()
    )


def _quoted_passage(name: str, text: str, said: dict[str, Any]) -> LabelledPassage:
    first, last = said["body"]
    start = text.index(first)
    end = text.index(last, start) if last else len(text)
    mentions: list[LabelledMention] = []
    figures: list[LabelledFigure] = []
    open_mentions: list[Undecided] = []
    open_figures: list[Undecided] = []
    for label in said["mentions"]:
        for at, to in _stretches(name, text, (start, end), label):
            if label.get("open"):
                open_mentions.append(Undecided(at, to, text[at:to]))
            for subject_id in label.get("ids", ()):
                kind = SubjectKind.CHAIN if subject_id.startswith("chain/") else SubjectKind.PLACE
                subject_id = subject_id.removeprefix("chain/")
                is_lead = bool(label.get("lead"))
                mentions.append(LabelledMention(subject_id, kind, at, to, text[at:to], is_lead))
    for label in said["figures"]:
        for at, to in _stretches(name, text, (start, end), label):
            if label.get("open"):
                open_figures.append(Undecided(at, to, text[at:to]))
                continue
            value, qualifier = Decimal(label["value"]), Qualifier(label["qualifier"])
            figures.append(LabelledFigure(value, qualifier, (label["unit"],), at, to, text[at:to]))
    return LabelledPassage(
        name=name,
        style="seed",
        text=text,
        mentions=tuple(
            sorted(mentions, key=lambda mention: (mention.start, -mention.end, mention.subject_id))
        ),
        figures=tuple(sorted(figures, key=lambda figure: figure.start)),
        open_mentions=tuple(open_mentions),
        open_figures=tuple(open_figures),
        is_cleaned_first=True,
        body=(start, end),
    )


def _stretches(
    name: str, text: str, body: tuple[int, int], label: dict[str, Any]
) -> Sequence[tuple[int, int]]:
    """Return where a quotation stands in the article: all of it, or the occurrences that ``nth`` names."""
    found = _find(text, body, label["quote"])
    if "nth" in label:
        if max(label["nth"]) > len(found):
            raise LabelsUnreadable(f"{name}: {label['quote']} stands there only {len(found)} times")
        found = [found[number - 1] for number in label["nth"]]
    for longer in label.get("outside", ()):
        around = _find(text, body, longer)
        found = [one for one in found if not any(at <= one[0] and one[1] <= to for at, to in around)]
    if part := label.get("part"):
        # The letter itself, wherever a line is broken in between.
        found = [(text.index(part, at, to), text.index(part, at, to) + 1) for at, to in found]
    if not found:
        raise LabelsUnreadable(f"{name}: {label['quote']} is not there")
    return found


def _find(text: str, body: tuple[int, int], quote: str) -> list[tuple[int, int]]:
    letters = r"\s*".join(re.escape(letter) for letter in quote if not letter.isspace())
    # 12% is not found in 112%, nor 6条 in 36条.
    before = r"(?<![\d.])" if quote[0].isdigit() else ""
    return [match.span() for match in re.compile(before + letters).finditer(text, *body)]
