"""An invented document that names invented places, for the tests of what shows documents."""

from decimal import Decimal

from jjjmap.catalogue.models import Qualifier
from jjjmap.text.documents.passages import split_passages
from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    Mention,
    RawText,
    SubjectKind,
    TextFigure,
)

BEGINNING = "𠀀甲县与乙县合作。\n甲县功能区落户企业超过30家，<b>乙县</b>轴承集群同步推进。\n"
TEXT = BEGINNING + "别的话。\n" * 80 + "甲县收尾。"


def mention(words: str, subject_id: str, nth: int = 0, **fields: object) -> Mention:
    start = -1
    for _time in range(nth + 1):
        start = TEXT.index(words, start + 1)
    values = {"confidence": 0.95, "rule": "name", **fields}
    return Mention(subject_id, SubjectKind.PLACE, start, start + len(words), words, **values)  # type: ignore[arg-type]


def document() -> Document:
    at = TEXT.index("超过30家")
    figure = TextFigure(
        Decimal(30), Qualifier.MORE, "家", at, at + 5, "超过30家", Decimal(30), "家", 13, 45, indicator="企业"
    )
    mentions = (
        mention("甲县", "990001"),
        mention("乙县", "990002", confidence=0.4, candidates=("yi-cluster",)),
        mention("甲县功能区", "jia-zone"),
        mention("甲县", "990001", 1),
        mention("甲县", "990001", 2),
    )
    return Document(
        id="doc-0123456789ab",
        details=DocumentDetails("合作通报", "某报", "2031-05-06"),
        file_name="a.txt",
        sha256="0123456789ab" + "0" * 52,
        size_bytes=len(TEXT.encode()),
        raw=RawText(TEXT, DocumentFormat.TXT, "utf-8"),
        steps=(),
        text=TEXT,
        passages=split_passages(TEXT),
        mentions=tuple(sorted(mentions, key=lambda each: (each.start, -each.end))),
        figures=(figure,),
    )
