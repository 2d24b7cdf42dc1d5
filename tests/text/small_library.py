"""Invented documents and an analyser of a few lines for the tests of the library."""

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.documents.cleaning import apply_steps
from jjjmap.text.documents.passages import split_passages
from jjjmap.text.records import (
    CleaningKind,
    CleaningStep,
    Document,
    DocumentDetails,
    DocumentFormat,
    Edit,
    Mention,
    RawText,
    SubjectKind,
    TextFigure,
)
from jjjmap.text.store.library import Library, StoredAs

PLACES = {"甲市": "130100", "乙县": "130121", "丙港": "bing-port"}
DOUBTFUL = "丁镇"
"""Found with little confidence, as ``town-ding``."""
ADVERT = "【广告】"

_FIGURE = re.compile(r"(\d+)(家|公里)")


@dataclass
class SmallAnalyser:
    """Finds the places above and numbers before 家 and 公里; its cleaning takes out adverts."""

    version: str = "small-1"
    calls: int = 0
    places: dict[str, str] = field(default_factory=lambda: dict(PLACES))

    def read(
        self,
        data: bytes,
        file_name: str,
        *,
        details: DocumentDetails | None = None,
        inactive: Collection[str] = (),
    ) -> Document:
        """Read the bytes of a text in UTF-8."""
        self.calls += 1
        text = data.decode("utf-8")
        raw = RawText(text, DocumentFormat.TXT, "utf-8")
        steps = tuple(
            CleaningStep(
                f"advert-{number}",
                CleaningKind.BOILERPLATE,
                (Edit(found.start(), found.end()),),
                is_active=f"advert-{number}" not in inactive,
            )
            for number, found in enumerate(re.finditer(re.escape(ADVERT) + r".*\n", text))
        )
        clean = apply_steps(text, steps)
        sha256 = hashlib.sha256(data).hexdigest()
        return Document(
            id=f"doc-{sha256[:12]}",
            details=details or DocumentDetails(title=text.split("\n")[0][:40], date="2024"),
            file_name=file_name,
            sha256=sha256,
            size_bytes=len(data),
            raw=raw,
            steps=steps,
            text=clean.text,
            passages=tuple(split_passages(clean.text)),
            mentions=self._mentions(clean.text),
            figures=_figures(clean.text),
        )

    def analyse_again(self, document: Document, *, inactive: Collection[str]) -> Document:
        """Read the raw text again."""
        again = self.read(
            document.raw.text.encode("utf-8"), document.file_name, details=document.details, inactive=inactive
        )
        return replace(again, id=document.id, sha256=document.sha256)

    def _mentions(self, text: str) -> tuple[Mention, ...]:
        names = {**self.places, DOUBTFUL: "town-ding"}
        pattern = re.compile("|".join(r"\s*".join(name) for name in names))
        return tuple(
            Mention(
                subject_id=names["".join(found.group().split())],
                kind=SubjectKind.PLACE,
                start=found.start(),
                end=found.end(),
                text=found.group(),
                confidence=0.4 if found.group() == DOUBTFUL else 0.95,
                rule="name",
            )
            for found in pattern.finditer(text)
        )


def _figures(text: str) -> tuple[TextFigure, ...]:
    return tuple(
        TextFigure(
            value=Decimal(found.group(1)),
            qualifier=Qualifier.EXACT,
            unit=found.group(2),
            start=found.start(),
            end=found.end(),
            text=found.group(),
            printed_value=Decimal(found.group(1)),
            printed_unit=found.group(2),
            sentence_start=text.rfind("。", 0, found.start()) + 1,
            sentence_end=(text.find("。", found.end()) + 1) or len(text),
            indicator="企业" if found.group(2) == "家" else "里程",
        )
        for found in _FIGURE.finditer(text)
    )


def put(library: Library, text: str, file_name: str = "报告.txt", **options: object) -> StoredAs:
    """Read a text and store it."""
    analyser = options.pop("analyser", None) or SmallAnalyser()
    assert isinstance(analyser, SmallAnalyser)
    details = options.pop("details", None)
    assert details is None or isinstance(details, DocumentDetails)
    data = text.encode("utf-8")
    document = analyser.read(data, file_name, details=details)
    return library.store(document, data, analyser=analyser, **options)  # type: ignore[arg-type]


def sentence(number: int) -> str:
    """Return a sentence that no other number gives, long enough to tell texts apart."""
    letters = "春夏秋冬山水风云花鸟鱼虫松竹梅兰琴棋书画诗酒茶米油盐酱醋东南西北金木石火土天地日月星辰"
    value, words = (number + 1) * 2654435761 % (1 << 61), []
    for _step in range(18):
        value = (value * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        words.append(letters[(value >> 33) % len(letters)])
    return "".join(words) + "。"


def prose(first: int, count: int) -> str:
    """Return sentences that stand in no text with other numbers."""
    return "".join(
        sentence(number) + ("\n" if number % 3 == 2 else "") for number in range(first, first + count)
    )


def mention_of(document: Document, subject_id: str, number: int = 0) -> Mention:
    """Return one of the mentions of a subject."""
    return [mention for mention in document.mentions if mention.subject_id == subject_id][number]


def spans(mentions: Sequence[Mention]) -> list[tuple[str, str, str]]:
    """Return what can be compared at a glance."""
    return [(mention.text, mention.subject_id, mention.status.value) for mention in mentions]
