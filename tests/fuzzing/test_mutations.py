"""Mutants are many, broken, and the same whenever they are asked for; and what does harm is noticed."""

import io
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from jjjmap.errors import LayerUnreadable
from jjjmap.findings import Finding, Severity
from jjjmap.worker_process import WorkerStopped
from tests.fuzzing import campaign
from tests.fuzzing.mutations import MOST_BYTES, Family, mutant
from tests.fuzzing.promises import (
    Fault,
    KeptWorker,
    WatchedWorker,
    check_error,
    check_findings,
    check_sentence,
    untouched,
)
from tests.fuzzing.trial import Trial
from tests.project.made_projects import made_home, save

SEEDS = [b'{"a": [1, 2.5, "x"], "b": {"c": null}}', b'{"a": 3}\n{"d": [true]}']


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(zipfile.ZipInfo("a.xml"), "<a>1</a>" * 50)
        archive.writestr(zipfile.ZipInfo("b.xml"), "<b>2</b>" * 50)
    return made.getvalue()


@pytest.mark.parametrize("family", [each for each in Family if each is not Family.SQLITE])
def test_mutants_are_broken_and_come_again_by_their_number(family: Family) -> None:
    seeds = [zipped()] * 2 if family in (Family.ZIP, Family.ZIP_OF_BYTES) else SEEDS
    made = [mutant(seeds, family, Random(number)) for number in range(300)]
    assert made == [mutant(seeds, family, Random(number)) for number in range(300)]
    assert len(set(made)) > 200 and max(map(len, made)) <= MOST_BYTES
    assert sum(data in seeds for data in made) < 60


def test_some_mutants_of_json_are_json_that_nobody_expects() -> None:
    whole = 0
    for number in range(300):
        try:
            json.loads(mutant(SEEDS[:1], Family.JSON, Random(number)))
        except (ValueError, RecursionError):
            continue
        whole += 1
    assert whole > 100


def test_some_mutants_of_xml_are_xml() -> None:
    whole = 0
    for number in range(200):
        try:
            ElementTree.fromstring(mutant([b'<a x="1"><b>2</b><c y="z"/></a>'], Family.XML, Random(number)))
        except ElementTree.ParseError:
            continue
        whole += 1
    assert whole > 80


def test_some_mutants_of_archives_are_broken_inside_only() -> None:
    whole = 0
    for number in range(100):
        try:
            with zipfile.ZipFile(io.BytesIO(mutant([zipped()], Family.ZIP, Random(number)))) as archive:
                whole += archive.testzip() is None
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, RuntimeError):
            continue
    assert whole > 40


def test_cells_of_a_database_are_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.jjj.gpkg"
    save(made_home(tmp_path / "home"), path)
    data = path.read_bytes()
    made = [mutant([data], Family.SQLITE, Random(number)) for number in range(20)]
    assert len(set(made)) > 15 and sum(each[:16] == data[:16] for each in made) > 10


# -- What does harm is noticed ---------------------------------------------------------------------


class Harmful(Trial):
    family = Family.BYTES

    def made_seeds(self) -> Sequence[bytes]:
        return [b"sound"]

    def run(self, data: bytes) -> str:
        raise RuntimeError("fell")


def test_a_campaign_keeps_what_did_harm_and_how_to_make_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign, "FORMATS", {"x": Harmful})
    report = campaign.run_campaign("x", tmp_path, seed=3, mutants=2, kept=tmp_path / "harm")
    assert len(report.faults) == report.mutants == 2
    kept = (tmp_path / "harm" / "3-1.x").read_bytes()
    assert kept == campaign.mutant_of(Harmful(tmp_path), "x", 3, 1)
    assert "RuntimeError: fell" in (tmp_path / "harm" / "3-1.x.txt").read_text()
    assert "2 mutants, 2 faults" in report.line()


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "a").write_bytes(b"other"),
        lambda folder: (folder / "b").touch(),
        lambda folder: (folder / "a").unlink(),
    ],
)
def test_a_change_of_the_users_folder_is_a_fault(tmp_path: Path, change: Callable[[Path], object]) -> None:
    (tmp_path / "a").write_bytes(b"mine")
    with untouched(tmp_path):
        pass
    with pytest.raises(Fault), untouched(tmp_path):
        change(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "字" * 300, "Traceback (most recent…", "a\0b", "\ud800", "在 .scratch-x 里"]
)
def test_what_cannot_be_shown_is_a_fault(text: str) -> None:
    check_sentence("文件已损坏。", "x")
    with pytest.raises(Fault):
        check_sentence(text, "x")
    with pytest.raises(Fault):
        check_findings([Finding(Severity.ERROR, "x", "a", text)])


@pytest.mark.usefixtures("qapp")
def test_an_error_that_nobody_foresaw_is_a_fault() -> None:
    check_error(LayerUnreadable(Path("a.csv"), "damaged", "x"), "x")
    for error, detail in (
        (RuntimeError("x"), ""),
        (
            LayerUnreadable(Path("a.csv"), "crashed", "KeyError: 1 (mending.py:12)"),
            "KeyError: 1 (mending.py:12)",
        ),
    ):
        with pytest.raises(Fault):
            check_error(error, detail)


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
@pytest.mark.parametrize(("code", "is_fault"), [("os._exit(3)", True), ("os.kill(os.getpid(), 11)", False)])
def test_a_worker_that_dies_is_noted_and_of_an_exception_of_ours_it_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, is_fault: bool
) -> None:
    monkeypatch.setattr(WatchedWorker, "deaths", WatchedWorker.deaths.__class__())
    (tmp_path / "dying.py").write_text(f"import os, sys\nsys.stdin.buffer.read(1)\n{code}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    workers = KeptWorker(1 << 30)
    worker = workers("dying", memory_bytes=1 << 30)
    with pytest.raises(Fault if is_fault else WorkerStopped):
        worker.ask({}, 20.0)
    assert list(WatchedWorker.deaths.elements()) == [3 if is_fault else -11]
