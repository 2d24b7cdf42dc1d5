"""Tests of ``read`` and ``diff``, and of documents found by ``search``; no user's library is touched."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyogrio
import pytest

from jjjmap import paths

from .commands import answer, run

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"

PAPER = """关于甲产业协同的通知

2024年，京津冀有关企业300家，比2023年增长5%。唐山市建设机器人产业园12个，曹妃甸区承接项目超过40项。

聚焦集成电路、网络安全、生物医药等重点领域，着力打造先进制造业集群。协同培育氢能、工业互联网、高端工业母机三条重点产业链。

力争到2027年，有关企业达到500家。
"""
LATER = PAPER.replace("集成电路、网络安全、", "集成电路、信创应用、").replace(
    "氢能、工业互联网、", "氢能、网络安全和工业互联网、"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "early.txt").write_text(PAPER, "utf-8")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> str:
    return str(tmp_path / "library.sqlite")


def test_read_answers_in_the_shape_that_is_promised(folder: Path, library: str) -> None:
    document = answer("read", str(folder), "--library", library)
    assert (document["command"], document["result"]["library"]) == ("read", library)
    (told,) = document["result"]["documents"]
    assert {"id", "title", "issuer", "date", "text", "passages", "mentions", "figures"} <= set(told)
    text = told["text"]
    assert told["id"] == f"doc-{told['sha256'][:12]}" and told["outcome"] == "new"
    assert all(set(passage) == {"id", "start", "end"} for passage in told["passages"])
    for mention in told["mentions"]:
        assert {"place_id", "start", "end", "text", "confidence"} <= set(mention)
        assert text[mention["start"] : mention["end"]] == mention["text"]
    assert {"region", "130200", "caofeidian"} <= {mention["place_id"] for mention in told["mentions"]}
    assert {"hydrogen", "cyber-iiot", "machine-tool"} == {chain["chain_id"] for chain in told["chains"]}
    assert [(listed["kind"], len(listed["items"])) for listed in told["lists"]] == [
        ("cluster", 3),
        ("chain", 3),
    ]


def test_values_are_numbers_in_the_unit_as_printed(folder: Path, library: str) -> None:
    (told,) = answer("read", str(folder), "--library", library)["result"]["documents"]
    figures: dict[str, Any] = {figure["text"]: figure for figure in told["figures"]}
    assert (figures["300家"]["value"], figures["300家"]["unit"]) == (300, "家")
    more = figures["超过40项"]
    assert (more["value"], more["qualifier"], more["unit"]) == (40, ">", "项")
    assert (more["printed_value"], more["printed_unit"]) == (40, "项")
    for figure in told["figures"]:
        assert told["text"][figure["start"] : figure["end"]] == figure["text"]


def test_a_dry_run_keeps_nothing(folder: Path, library: str) -> None:
    document = answer("read", str(folder), "--dry-run", "--library", library)
    assert document["result"]["library"] is None and len(document["result"]["documents"]) == 1
    assert not Path(library).exists()
    assert not paths.library_file().exists()


def test_without_an_option_the_library_of_the_window_is_written(folder: Path) -> None:
    answer("read", str(folder))
    assert paths.library_file().exists()


def test_reading_again_changes_nothing(folder: Path, library: str) -> None:
    first = answer("read", str(folder), "--library", library)["result"]["documents"]
    second = answer("read", str(folder), "--library", library)["result"]["documents"]
    assert [told.pop("outcome") for told in (*first, *second)] == ["new", "unchanged"]
    assert first == second


def test_a_file_that_gives_no_text_is_told_and_the_others_are_read(folder: Path, library: str) -> None:
    (folder / "empty.txt").write_bytes(b"")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no archive")
    document = answer("read", str(folder), "--library", library, code=3)
    assert len(document["result"]["documents"]) == 1
    broken = [finding for finding in document["findings"] if finding["severity"] == "error"]
    assert {Path(finding["where"]).name for finding in broken} == {"empty.txt", "broken.docx"}
    assert all(finding["message"] and str(folder.parent) not in finding["where"] for finding in broken)
    result = run("read", str(folder / "empty.txt"), "--library", library)
    assert result.exit_code == 3 and "empty.txt" in result.stderr
    assert result.stdout == "没有读到文档。\n"


def test_read_tells_in_words_what_it_read(folder: Path, library: str) -> None:
    result = run("read", str(folder), "--library", library)
    assert result.exit_code == 0
    assert "关于甲产业协同的通知" in result.stdout and "新读入" in result.stdout
    assert "曹妃甸" in result.stdout and "超过40项" in result.stdout
    assert result.stdout.endswith(f"读了 1 份文档，文库：{library}\n")
    assert "读入文档" in result.stderr and "读入文档" not in result.stdout


def test_mentions_and_figures_are_exported_with_citations(folder: Path, library: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert answer("read", str(folder), "--library", library, "--export", str(out))["result"]["export"] == str(
        out
    )
    rows = list(csv.DictReader(io.StringIO(out.read_text("utf-8-sig"), newline="")))
    assert {row["记录"] for row in rows} == {"提及", "数字"}
    assert all(row["参考文献"] and row["原文"] and row["所在句"] for row in rows)
    # Without a document all of the library is exported.
    for name in ("all.xlsx", "all.gpkg"):
        assert run("read", "--library", library, "--export", str(tmp_path / name)).exit_code == 0
    assert openpyxl.load_workbook(tmp_path / "all.xlsx").sheetnames == ["提及", "数字", "文档"]
    assert len(pyogrio.list_layers(tmp_path / "all.gpkg")) == 5


@pytest.mark.parametrize(
    "words",
    [
        ("read",),
        ("read", "--dry-run"),
        ("read", "--dry-run", "--export", "out.csv"),
        ("read", "x.txt", "--export", "out.doc"),
        ("read", "--library", "no-such.sqlite", "--export", "out.csv"),
        ("diff", "one"),
        ("diff", "no such", "document"),
    ],
)
def test_wrong_usage_of_read_and_diff_has_its_code(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
    assert not Path("out.csv").exists()


def test_diff_tells_what_two_files_say_differently(folder: Path, library: str) -> None:
    (folder / "late.txt").write_text(LATER, "utf-8")
    files = (str(folder / "early.txt"), str(folder / "late.txt"))
    document = answer("diff", *files, "--library", library)
    assert document["command"] == "diff"
    changes = {
        (
            change["change"],
            change["about"],
            (change["before"] or {}).get("name"),
            (change["after"] or {}).get("name"),
        )
        for change in document["result"]["changes"]
    }
    assert ("moved", "cluster", "网络安全", "网络安全和工业互联网") in changes
    assert ("renamed", "chain", "工业互联网", "网络安全和工业互联网") in changes
    assert ("replaced", "cluster", "网络安全", "信创应用") in changes
    assert not {about for _change, about, _before, _after in changes} & {"figure", "target"}
    for change in document["result"]["changes"]:
        for side, text in (("before", PAPER), ("after", LATER)):
            for quotation in (change[side] or {}).get("quotations", ()):
                assert quotation["text"] in quotation["sentence"] and quotation["text"] in text
    assert not Path(library).exists()


def test_diff_of_a_document_with_itself_finds_nothing(folder: Path, library: str) -> None:
    file = str(folder / "early.txt")
    assert answer("diff", file, file, "--library", library)["result"]["changes"] == []
    assert "都相同" in run("diff", file, file).stdout


def test_diff_takes_documents_of_the_library_by_name_or_title(folder: Path, library: str) -> None:
    run("read", str(folder), "--library", library)
    late = folder / "late.txt"
    late.write_text(LATER.replace("300家", "320家"), "utf-8")
    result = run("diff", "early.txt", str(late), "--library", library)
    assert result.exit_code == 0
    assert "变化：300家" in result.stdout and "→ 320家" in result.stdout
    assert "更名：工业互联网 → 网络安全和工业互联网" in result.stdout
    assert "移动：网络安全，从集群名单到产业链名单" in result.stdout
    refused = answer("diff", "关于乙产业协同的通知", str(late), "--library", library, code=2)
    assert refused["findings"][0]["code"] == "document-unknown"


def test_diff_with_a_file_that_gives_no_text_fails(folder: Path, library: str) -> None:
    (folder / "empty.txt").write_bytes(b"")
    files = (str(folder / "early.txt"), str(folder / "empty.txt"))
    document = answer("diff", *files, "--library", library, code=1)
    assert document["result"] is None and document["findings"]


def test_search_finds_documents_of_the_library_beside_the_catalogue(folder: Path, library: str) -> None:
    run("read", str(folder), "--library", library)
    groups = answer("search", "工业母机", "--library", library)["result"]["groups"]
    assert {"chain", "document"} <= {group["kind"] for group in groups}
    group = groups[-1]
    assert (group["kind"], group["total"], group["passages"]) == ("document", 1, 1)
    (hit,) = group["hits"]
    assert "工业母机" in hit["text"] and hit["quotations"][0]["start"] > 0
    text = run("search", "工业母机", "--library", library, "--kind", "document").stdout
    assert text.startswith("文档（1 份，1 段）")


def test_search_in_documents_goes_by_place_and_date(folder: Path, library: str) -> None:
    run("read", str(folder), "--library", library)

    def found(*words: str) -> int:
        groups = answer("search", "企业", *words, "--library", library)["result"]["groups"]
        assert all(group["kind"] == "document" for group in groups)
        return sum(group["passages"] for group in groups)

    assert found("--kind", "document") == 2
    assert found("--place", "曹妃甸") == 1
    assert found("--place", "张家口") == 0
    assert found("--before", "1999") == 0
    assert found("地点:曹妃甸", "--kind", "document") == 1
    assert found("地点:张家口", "--kind", "document") == 0


def test_search_without_a_library_answers_as_ever() -> None:
    document = answer("search", "曹妃甸")
    assert document["findings"] == []
    assert "document" not in {group["kind"] for group in document["result"]["groups"]}
    alone = answer("search", "曹妃甸", "--kind", "document")
    assert alone["result"]["groups"] == [] and alone["findings"][0]["code"] == "library-missing"
    assert not paths.library_file().exists()


def test_a_query_that_the_library_refuses_still_searches_the_catalogue(folder: Path, library: str) -> None:
    run("read", str(folder), "--library", library)
    document = answer("search", "NOT", "港", "--library", library)
    assert [finding["severity"] for finding in document["findings"]] == ["warning"]
    refused = answer("search", "NOT", "港", "--kind", "document", "--library", library, code=2)
    assert refused["findings"][0]["code"] == "query-invalid"


def test_a_library_that_is_none_is_told(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "library.sqlite"
    broken.write_bytes(b"not a database at all" * 100)
    document = answer("read", str(folder), "--library", str(broken), code=1)
    assert document["findings"][0]["code"] == "library-unusable"
    assert broken.read_bytes().startswith(b"not a database")


def test_what_steers_a_terminal_does_not_reach_it(folder: Path, library: str) -> None:
    (folder / "early.txt").write_text(PAPER.replace("通知", "通知\x1b[2J\x07"), "utf-8")
    result = run("read", str(folder), "--library", library)
    assert "\x1b" not in result.stdout and "\x07" not in result.stdout


def test_other_commands_do_not_import_what_reads_documents() -> None:
    script = (
        "import sys\n"
        "from jjjmap.cli import cli\n"
        "cli.main(args=['places', '--kind', 'wing'], standalone_mode=False)\n"
        "heavy = ('sqlite3', 'ahocorasick', 'lxml', 'trafilatura', 'docx', 'pypdfium2', 'opencc',\n"
        "         'charset_normalizer', 'geopandas', 'openpyxl', 'pandas', 'jjjmap.text.store.library',\n"
        "         'jjjmap.text.importing', 'jjjmap.text.comparison',\n"
        "         'jjjmap.export.library.library_tables')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stderr.strip() == "[]"


def test_the_texts_that_people_gave_us_are_read_and_compared() -> None:
    files = [SEEDS / "seed-000.txt", SEEDS / "seed-003.txt"]
    if not all(file.exists() for file in files):
        pytest.skip("the texts that people gave us are not beside the checkout: seed-000.txt, seed-003.txt")
    text = run("diff", *map(str, files)).stdout
    for sentence in (
        "移动：网络安全，从集群名单到产业链名单（网络安全和工业互联网）",
        "替换：新一代信息技术应用创新 取代 网络安全",
        "更名：高端工业母机 → 高端仪器设备和工业母机",
        "更名：新能源汽车和智能网联汽车 → 新能源和智能网联汽车",
        "更名：工业互联网 → 网络安全和工业互联网",
    ):
        assert sentence in text
