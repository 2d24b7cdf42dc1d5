import io

import numpy as np
import pytest
from pdf_made_by_hand import made_pdf
from PIL import Image

from jjjmap.errors import RenderingFailed, RenderingStopped
from jjjmap.export.pictures import rasters
from jjjmap.export.pictures.rasters import page_png


def test_a_page_becomes_a_picture_of_the_wanted_size_that_knows_how_fine_it_is() -> None:
    picture = Image.open(io.BytesIO(page_png(made_pdf(), 200, 100, 200, texts={"Title": "雄安新区"})))
    assert picture.size == (200, 100)
    assert picture.mode == "RGB"
    assert picture.info["dpi"] == pytest.approx((200, 200), abs=0.02)
    assert picture.info["Title"] == "雄安新区"
    assert picture.getpixel((5, 50)) == (255, 0, 0)
    assert picture.getpixel((195, 50)) == (255, 255, 255)


def test_a_picture_drawn_in_many_bands_is_the_one_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Image.open(io.BytesIO(page_png(made_pdf(), 331, 157, 96, texts={})))
    shares: list[float] = []
    monkeypatch.setattr(rasters, "_BAND_PIXELS", 331 * 10)
    banded = page_png(made_pdf(), 331, 157, 96, texts={}, progress=shares.append)
    assert np.array_equal(np.asarray(whole), np.asarray(Image.open(io.BytesIO(banded))))
    assert len(shares) == 16
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_wish_to_stop_is_heard_between_bands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rasters, "_BAND_PIXELS", 1000)
    asked = iter([False, False, True])
    with pytest.raises(RenderingStopped):
        page_png(made_pdf(), 100, 100, 96, texts={}, cancelled=lambda: next(asked))


def test_hostile_texts_of_a_picture_stay_texts() -> None:
    said = "a\0IEND\n${x} <script> \ud800 \u202e"
    picture = Image.open(io.BytesIO(page_png(made_pdf(), 10, 10, 96, texts={"Title": said})))
    picture.load()
    assert picture.info["Title"] == "a IEND\n${x} <script> ? \u202e"


def test_what_is_no_pdf_gives_no_picture() -> None:
    with pytest.raises(RenderingFailed):
        page_png(b"nothing", 10, 10, 96, texts={})
