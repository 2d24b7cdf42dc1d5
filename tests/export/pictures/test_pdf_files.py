import re
import zlib

import pypdfium2
import pytest
from pdf_made_by_hand import made_pdf

from jjjmap.errors import RenderingFailed
from jjjmap.export.pictures.pdf_files import About, finished_pdf, page_count
from jjjmap.i18n import Language

HOSTILE = "雄安 </dc:title><script>alert(1)</script> (a) \\) >> ${x} `y` \u202e\x00\x01\ud800 😀"


@pytest.mark.parametrize("pages", [1, 2, 7])
def test_pages_are_counted(pages: int) -> None:
    assert page_count(made_pdf(pages=pages)) == pages


def test_a_finished_file_says_what_it_is() -> None:
    done = finished_pdf(made_pdf(), About("雄安新区", Language.ZH, "内部参考 · 示意图"))
    document = pypdfium2.PdfDocument(done)
    said = document.get_metadata_dict()
    assert said["Title"] == "雄安新区"
    assert said["Subject"] == "内部参考 · 示意图"
    assert said["Author"] == "jjjmap"
    assert said["Producer"].startswith("jjjmap ")
    assert page_count(done) == len(document) == 1
    assert b"Chromium" not in done and b"Skia" not in done
    assert "/Lang <FEFF" + "zh-CN".encode("utf-16-be").hex().upper() in done.decode("latin-1")
    assert "雄安新区".encode() in done  # in XMP as well
    document.close()


def test_the_same_print_gives_the_same_bytes_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    about = About("甲", Language.EN)
    assert finished_pdf(made_pdf(day="20260101"), about) == finished_pdf(made_pdf(day="20301231"), about)
    assert b"D:20231114221320Z" in finished_pdf(made_pdf(), about)


def test_other_content_gives_another_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    one, other = (
        finished_pdf(made_pdf(width_pt=width), About("甲", Language.ZH)).rpartition(b"/ID [")[2]
        for width in (72, 74)
    )
    assert one != other


def test_a_hostile_title_stays_a_title() -> None:
    done = finished_pdf(made_pdf(), About(HOSTILE, Language.ZH, HOSTILE))
    document = pypdfium2.PdfDocument(done)
    title = document.get_metadata_value("Title")
    assert title.startswith("雄安 </dc:title><script>alert(1)</script> (a) \\) >> ${x} `y` ")
    assert len(document) == 1
    assert b"<script>" not in done
    document.close()


def test_finishing_twice_changes_nothing_but_what_is_said() -> None:
    once = finished_pdf(made_pdf(), About("甲", Language.ZH))
    assert page_count(once) == 1
    assert pypdfium2.PdfDocument(once)[0].get_size() == (72, 36)


@pytest.mark.parametrize(
    "broken",
    [b"", b"%PDF-1.4", b"<html>", made_pdf()[:-30], made_pdf().replace(b"xref\n0", b"xrex\n0")],
)
def test_what_is_no_pdf_of_ours_is_refused(broken: bytes) -> None:
    with pytest.raises(RenderingFailed):
        page_count(broken)
    with pytest.raises(RenderingFailed):
        finished_pdf(broken, About("甲", Language.ZH))


def test_glyphs_stand_for_characters_and_not_for_radicals_that_look_alike():
    cmap = b"begincmap\n2 beginbfchar\n<18> <2F2D>\n<20> <4EAC>\nendbfchar\nendcmap"
    packed = zlib.compress(cmap)
    stream = b"<</Filter /FlateDecode\n/Length %d>> stream\n%s\nendstream" % (len(packed), packed)
    finished = finished_pdf(made_pdf(more=(stream,)), About("图", Language.ZH))
    found = [
        zlib.decompress(each)
        for each in re.findall(rb"FlateDecode\n/Length \d+>> ?stream\n(.*?)\nendstream", finished, re.DOTALL)
    ]
    assert [b"<18> <5C71>" in each and b"<20> <4EAC>" in each for each in found] == [True]
