"""docs/api.md: every example runs, and every option of every analysis is named."""

import doctest
import re
import shutil
from pathlib import Path

import pytest

import jjjmap
from jjjmap.analysis.registry import KINDS
from tests.project.made_projects import made_home, save

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "api.md"
CONTRACTS = """卖方,买方,成交额（亿元）
北京,天津,3
北京,天津市,4.5
北京,津冀,10
天津,北京,2.5
北京,北京,50
火星,天津,1
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the files that the page names."""
    shutil.copy(CHECKOUT / "tools/demo_data/企业名单（虚构）.csv", tmp_path / "企业.csv")
    (tmp_path / "技术合同.csv").write_text(CONTRACTS, "utf-8")
    save(made_home(tmp_path / "home"), tmp_path / "规划.jjj.gpkg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_example_runs_and_answers_what_stands_there(files: Path) -> None:
    text = PAGE.read_text("utf-8")
    assert text.count("```") % 2 == 0
    test = doctest.DocTestParser().get_doctest(text, {}, "api.md", str(PAGE), 0)
    assert len(test.examples) > 30
    told: list[str] = []
    failed, tried = doctest.DocTestRunner(verbose=False).run(test, out=told.append)
    assert tried == len(test.examples) and not failed, "".join(told)


def test_every_option_and_every_name_stands_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", text, re.MULTILINE))
    for kind in KINDS:
        assert re.findall(r"`(\w+)`", rows[kind]) == list(jjjmap.options(kind)), kind
    for name in set(jjjmap.__all__) - {"__version__", "Layer", "Places", "Project", "Records"}:
        assert re.search(rf"\b{name}\b", text), name
