"""Small documents for the tests of the search."""

import hashlib

from jjjmap.text.records import (
    Document,
    DocumentDetails,
    DocumentFormat,
    Mention,
    MentionStatus,
    RawText,
    SubjectKind,
    TextPassage,
)
from jjjmap.text.store.library import Library

NAMES = {
    "甲县": ("jia", SubjectKind.PLACE),
    "乙县": ("yi", SubjectKind.PLACE),
    "丙镇": ("town-3", SubjectKind.TOWN),
}


def make_document(
    title: str, *paragraphs: str, date: str = "", status: MentionStatus = MentionStatus.FOUND
) -> Document:
    """Return a document whose mentions are the names above; ``*`` before a name makes it a lead."""
    text, passages, mentions = "", [], []
    for number, paragraph in enumerate(paragraphs, 1):
        start = len(text)
        text += paragraph.replace("*", "") + "\n"
        passages.append(TextPassage(f"p{number}", start, len(text) - 1))
        for name, (subject_id, kind) in NAMES.items():
            at = paragraph.find(name)
            while at >= 0:
                is_lead = paragraph[at - 1 : at] == "*"
                found = start + at - paragraph.count("*", 0, at)
                mentions.append(
                    Mention(
                        subject_id,
                        kind,
                        found,
                        found + len(name),
                        name,
                        1.0,
                        "name",
                        is_lead=is_lead,
                        status=status,
                    )
                )
                at = paragraph.find(name, at + 1)
    text = text[:-1]
    mentions.sort(key=lambda mention: mention.start)
    assert all(text[mention.start : mention.end] == mention.text for mention in mentions)
    sha256 = hashlib.sha256(f"{title}{date}{text}".encode("utf-8", "replace")).hexdigest()
    return Document(
        id=f"doc-{sha256[:12]}",
        details=DocumentDetails(title, date=date),
        file_name=f"{title}.txt",
        sha256=sha256,
        size_bytes=len(text),
        raw=RawText(text, DocumentFormat.TXT),
        steps=(),
        text=text,
        passages=tuple(passages),
        mentions=tuple(mentions),
        figures=(),
    )


def store(library: Library, *documents: Document) -> list[str]:
    """Store documents; return their ids."""
    return [
        library.store(each, each.text.encode("utf-8", "replace") + each.sha256.encode()).document_id
        for each in documents
    ]
