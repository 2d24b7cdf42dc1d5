"""A briefing as our browser prints it and as Poppler reads it: one page, with text and its own fonts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from pathlib import Path
from jjjmap.catalogue.store import load_catalogue
from jjjmap.export.briefing.contents import brief_place
from jjjmap.export.briefing.maps import draw_maps
from jjjmap.export.briefing.page import briefing_pdf
from jjjmap.i18n import Language
from jjjmap.paths import RESOURCES
from jjjmap.web.headless import run_with_renderer

catalogue = load_catalogue(RESOURCES)[0]

def work(renderer):
    maps = draw_maps(catalogue, "caofeidian", Language.ZH, renderer)
    assert maps.locator.startswith("<svg") and maps.detail.startswith("<svg")
    briefing = brief_place(catalogue, "caofeidian", Language.ZH)
    return [briefing_pdf(briefing, maps, renderer) for _time in range(2)]

for number, pdf in enumerate(run_with_renderer(work, catalogue=catalogue)):
    Path(sys.argv[1], f"{number}.pdf").write_bytes(pdf)
"""

pytestmark = pytest.mark.skipif(
    not all(shutil.which(name) for name in ("pdftotext", "pdffonts", "pdfinfo")),
    reason="Poppler's pdftotext, pdffonts or pdfinfo is not installed",
)


def told(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("printed")
    homes = ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1700000000"} | dict.fromkeys(homes, str(folder))
    # A process of its own: its browser must not meet that of other tests.
    subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], check=True, env=environment, timeout=110)
    return folder


def test_a_printed_briefing_is_one_page_with_text_and_fonts(printed: Path) -> None:
    file = str(printed / "0.pdf")

    facts = told("pdfinfo", file)
    text = "".join(told("pdftotext", file, "-").split())
    fonts = told("pdffonts", file).splitlines()[2:]

    assert "Pages:           1\n" in facts
    assert "A4" in facts
    assert "曹妃甸协同发展示范区" in facts
    for words in (
        "曹妃甸协同发展示范区",
        "内部参考",
        "示意图",
        "GS(2024)0650号",
        "主要数据",
        "2023年11月14日",
    ):
        assert words in text
    # Name, type, encoding, then whether it is embedded and cut down to what is used.
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts)


def test_a_printed_briefing_is_the_same_each_time(printed: Path) -> None:
    assert (printed / "0.pdf").read_bytes() == (printed / "1.pdf").read_bytes()
