"""Tests of how names are read."""

import subprocess
import sys
from pathlib import Path

import pytest

from jjjmap import paths
from jjjmap.catalogue.pinyin import PINYIN_FILE, load_readings, names_to_read, sound_of
from jjjmap.catalogue.store import load_catalogue

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize("typed", ["xa", "xaxq", "xiong", "xiongan", "xionga", "xionganxinqu"])
def test_a_name_is_spelled_or_abbreviated_from_its_beginning(typed: str) -> None:
    found = sound_of("雄安新区", "xiong an xin qu").find(typed)
    assert found is not None
    assert found[0] == 0


def test_a_sound_tells_which_characters_it_stands_for() -> None:
    sound = sound_of("滨海AI先导区", "bin hai xian dao qu")
    assert sound.find("bh") == (0, 2)
    assert sound.find("xiandao") == (4, 6)
    assert sound.find("aixd") == (2, 6)


@pytest.mark.parametrize("typed", ["iong", "ganx", "n", "xian"])
def test_letters_in_the_middle_of_a_syllable_are_no_sound(typed: str) -> None:
    assert sound_of("雄安新区", "xiong an xin qu").find(typed) is None


def test_a_later_syllable_counts_only_if_it_may() -> None:
    sound = sound_of("雄安新区", "xiong an xin qu")
    assert sound.find("xinqu") == (2, 4)
    assert sound.find("xinqu", inside=False) is None


def test_every_shipped_name_has_a_reading_and_none_is_left_over() -> None:
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    readings, findings = load_readings(paths.RESOURCES)
    assert findings == []
    assert set(readings) == set(names_to_read(catalogue))
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools/build_pinyin.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("乐亭县", "lao ting xian"),
        ("蔚县", "yu xian"),
        ("行唐县", "xing tang xian"),
        ("大城县", "dai cheng xian"),
        ("涿州市", "zhuo zhou shi"),
        ("蠡县", "li xian"),
        ("曹妃甸", "cao fei dian"),
    ],
)
def test_names_with_rare_readings_are_read_as_people_do(name: str, reading: str) -> None:
    assert load_readings(paths.RESOURCES)[0][name][0] == reading


def test_a_bad_row_is_found_and_the_rest_loads(tmp_path: Path) -> None:
    file = tmp_path / PINYIN_FILE
    file.parent.mkdir()
    file.write_text(
        "\ufeffname,pinyin\n甲县,jia xian\n乙县,yi\n丙县,bing XIAN\n丁县\n戊县,wu xian|mao xian\n", "utf-8"
    )
    readings, findings = load_readings(tmp_path)
    assert readings == {"甲县": ("jia xian",), "戊县": ("wu xian", "mao xian")}
    assert [finding.where for finding in findings] == [f"{PINYIN_FILE}:{line}" for line in (3, 4, 5)]


@pytest.mark.parametrize("data", [None, b"\xff\xfe", b"", b"a,b\n"])
def test_without_a_usable_file_there_are_no_readings_but_a_finding(
    tmp_path: Path, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / PINYIN_FILE).parent.mkdir()
        (tmp_path / PINYIN_FILE).write_bytes(data)
    readings, findings = load_readings(tmp_path)
    assert readings == {}
    assert [finding.code for finding in findings] == ["no-pinyin"]
