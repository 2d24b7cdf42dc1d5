"""``jjjmap brief``: which places it takes, what it refuses, and what it answers."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click.testing
import pytest

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.cli.briefing import brief
from jjjmap.cli.group import AnsweringGroup
from jjjmap.export.briefing import saving
from jjjmap.text.store.library import Library
from jjjmap.web import headless


class Fake:
    """Stands for browser and writing: remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[tuple[str, ...], Path, tuple[str, ...], dict[str, Any]]] = []
        self.interrupted = False

    def run_with_renderer(
        self, work: Callable[[object], object], *, catalogue: Catalogue, stop: threading.Event
    ) -> object:
        if self.interrupted:
            stop.set()
        found = work(object())
        if self.interrupted:
            raise KeyboardInterrupt
        return found

    def save_briefings(
        self, place_ids: Any, folder: Path, formats: tuple[str, ...], **settings: Any
    ) -> tuple[Path, ...]:
        ids = tuple(place_ids)
        self.asked.append((ids, folder, formats, settings))
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for place_id in ids[:1] if settings["cancelled"]() else ids:
            for suffix in formats:
                path = folder / f"{place_id}.{suffix}"
                path.write_bytes(b"x")
                written.append(path)
        settings["progress"](1.0)
        return tuple(written)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    made = Fake()
    monkeypatch.setattr(headless, "run_with_renderer", made.run_with_renderer)
    monkeypatch.setattr(saving, "save_briefings", made.save_briefings)
    return made


def run(*words: str) -> click.testing.Result:
    group = AnsweringGroup(commands={"brief": brief})
    return click.testing.CliRunner().invoke(
        group, ["brief", *words], prog_name="jjjmap", catch_exceptions=False
    )


def answer(*words: str, code: int = 0) -> dict[str, Any]:
    result = run(*words, "--json")
    assert result.exit_code == code, result.output
    document: dict[str, Any] = json.loads(result.stdout_bytes)
    return document


def test_places_are_named_in_any_way_and_taken_once(fake: Fake, tmp_path: Path) -> None:
    result = answer("雄安新区", "xiongan", "曹妃甸", "-o", str(tmp_path / "甲"), "--format", "docx,pdf,docx")[
        "result"
    ]
    ids, folder, formats, settings = fake.asked[0]
    assert ids[0] == "xiongan"
    assert len(ids) == 2
    assert (folder, formats) == (tmp_path / "甲", ("docx", "pdf"))
    assert settings["audience"].value == "internal"
    assert result["files"] == [
        str(tmp_path / "甲" / f"{each}.{suffix}") for each in ids for suffix in formats
    ]
    assert result["bytes"] == 4


def test_all_of_a_kind_within_a_place_are_taken(fake: Fake, tmp_path: Path) -> None:
    answer("--kind", "port", "--within", "天津市", "-o", str(tmp_path))
    assert fake.asked[0][0] == ("port-tianjin",)
    answer("--kind", "zone", "--kind", "wing", "-o", str(tmp_path))
    assert len(fake.asked[1][0]) == 6


def test_all_means_no_units(fake: Fake, tmp_path: Path) -> None:
    answer("--all", "-o", str(tmp_path))
    ids = fake.asked[0][0]
    assert "110000" not in ids
    assert len(ids) > 100


def test_a_public_briefing_comes_with_a_warning(fake: Fake, tmp_path: Path) -> None:
    findings = answer("雄安新区", "-o", str(tmp_path), "--public")["findings"]
    assert fake.asked[0][3]["audience"].value == "public"
    assert [each["code"] for each in findings] == ["publication"]


@pytest.mark.parametrize(
    ("words", "goes_along"),
    [
        ((), True),
        (("--no-library",), False),
        (("--public",), False),
        (("--public", "--library", "文库"), True),
    ],
)
def test_the_library_is_quoted_inside_and_in_public_only_when_it_is_named(
    fake: Fake, tmp_path: Path, words: tuple[str, ...], goes_along: bool
) -> None:
    other = tmp_path / "library.sqlite"
    for path in (paths.library_file(), other):
        path.parent.mkdir(parents=True, exist_ok=True)
        Library.open(path).close()
    answer("雄安新区", "-o", str(tmp_path), *(str(other) if word == "文库" else word for word in words))
    assert (fake.asked[0][3]["library"] is not None) == goes_along


def test_templates_are_told_apart_by_their_suffix(fake: Fake, tmp_path: Path) -> None:
    word, page = tmp_path / "甲.docx", tmp_path / "模板"
    answer("雄安新区", "-o", str(tmp_path), "--template", str(word), "--template", str(page))
    assert fake.asked[0][3]["docx_template"] == word
    assert fake.asked[0][3]["page_template"] == page


def test_a_list_of_firms_may_be_a_file(fake: Fake, tmp_path: Path) -> None:
    table = tmp_path / "企业.csv"
    table.write_text("名称,经度,纬度\n甲厂,116.1,38.99\n乙厂,116.2,39.0\n", "utf-8")
    answer("雄安新区", "-o", str(tmp_path), "--firms", str(table))
    (rows,) = fake.asked[0][3]["firms"]
    assert len(rows.table) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "请写明地点"),
        (("雄安新区", "--all"), "不能一起用"),
        (("雄安新区", "--no-library", "--library", "a.sqlite"), "不能一起用"),
        (("雄安新区", "--format", "odt"), "没有“odt”格式"),
        (("雄安新区", "--format", ","), "请写明格式"),
        (("雄安新区", "--template", "a.docx", "--template", "b.docx"), "各只能写一个"),
        (("--kind", "port", "--within", "雄县"), "没有符合条件的地点"),
    ],
)
def test_wrong_usage_is_told(fake: Fake, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    document = answer(*words, "-o", str(tmp_path), code=2)
    assert said in document["findings"][0]["message"]
    assert not fake.asked


def test_a_name_that_is_no_place_and_a_list_that_is_not_there_are_told(fake: Fake, tmp_path: Path) -> None:
    assert answer("无此地", "-o", str(tmp_path), code=2)["findings"][0]["code"] == "place-unknown"
    found = answer("雄安新区", "-o", str(tmp_path), "--firms", "无此表", code=2)["findings"][0]
    assert found["code"] == "layer-unknown"
    assert not fake.asked


def test_who_interrupts_is_told_which_files_are_whole(fake: Fake, tmp_path: Path) -> None:
    fake.interrupted = True
    result = run("雄安新区", "曹妃甸", "-o", str(tmp_path))
    assert result.exit_code == 1
    assert "已写完 1 个文件：xiongan.pdf" in result.output
    assert "已中断" in result.output


def test_the_answer_in_words_names_the_files(fake: Fake, tmp_path: Path) -> None:
    result = run("雄安新区", "-o", str(tmp_path))
    assert result.exit_code == 0
    assert "已写出 1 个文件" in result.output
    assert "xiongan.pdf" in result.output
