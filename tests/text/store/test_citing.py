import pytest

from jjjmap.text.records import DocumentDetails
from jjjmap.text.store.citing import cite, reference_to
from jjjmap.text.store.library_records import DocumentEntry


@pytest.mark.parametrize(
    ("details", "file_name", "reference"),
    [
        (
            DocumentDetails("某区域产业方案", "某部", "2023-05-23", "某部规〔2023〕58号"),
            "a.docx",
            "某部. 某区域产业方案: 某部规〔2023〕58号[Z]. 2023-05-23.",
        ),
        (
            DocumentDetails("某区域迈上新台阶", "某某日报", "2023-06-02"),
            "a.txt",
            "某区域迈上新台阶[N]. 某某日报, 2023-06-02.",
        ),
        (DocumentDetails("看点多", "人民某报海外版", ""), "a.txt", "看点多[N]. 人民某报海外版."),
        (DocumentDetails("看点多", "某某网", "2023-06"), "a.html", "某某网. 看点多[EB/OL]. (2023-06)."),
        (DocumentDetails("看点多"), "a.htm", "看点多[EB/OL]."),
        (DocumentDetails("内部材料"), "a.pdf", "内部材料[Z]."),
        (DocumentDetails("", "", "2024"), "调研 记录.docx", "调研 记录[Z]. 2024."),
        (DocumentDetails("多行\n标题。", "某局"), "a.txt", "某局. 多行 标题[Z]."),
    ],
)
def test_a_reference_says_what_is_known_and_nothing_else(
    details: DocumentDetails, file_name: str, reference: str
) -> None:
    assert reference_to(details, file_name) == reference
    assert "S.l." not in reference


def test_a_citation_carries_the_words_the_document_and_the_place() -> None:
    entry = DocumentEntry(
        "doc-0123456789ab",
        DocumentDetails("某方案", "某部", "2023"),
        "a.docx",
        9,
        "",
        "2024-01-01T00:00:00Z",
        9,
        0,
        0,
        0,
    )
    citation = cite(entry, "甲市有\n3 家", 4, 11)
    assert citation.text == "“甲市有 3 家”（某部. 某方案[Z]. 2023. doc-0123456789ab: 4-11）"
