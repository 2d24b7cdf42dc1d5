import subprocess
import sys
import threading
from pathlib import Path

import pytest

from jjjmap.i18n import Language, _, in_language, language, language_of_environment, speaking, use_language

ROOT = Path(__file__).resolve().parent.parent


def test_chinese_is_the_source_and_english_a_catalogue():
    assert _("图例") == "图例"
    use_language(Language.EN)
    assert _("图例") == "Legend"
    assert in_language(Language.ZH)("图例") == "图例"


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Language.ZH),
        ({"LANG": "en_GB.UTF-8"}, Language.EN),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, Language.ZH),
        ({"LC_MESSAGES": "en_US", "LANG": "zh_CN"}, Language.EN),
        ({"LC_ALL": "", "LANG": "en"}, Language.EN),
        ({"LANG": "C.UTF-8"}, Language.ZH),
    ],
)
def test_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: Language
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_of_environment() is expected


def test_one_thread_speaks_another_language_and_nobody_else_hears_it():
    heard, may_end, has_begun = [], threading.Event(), threading.Event()

    def export():
        with speaking(Language.EN):
            heard.append(_("图例"))
            has_begun.set()
            may_end.wait(10)

    thread = threading.Thread(target=export)
    thread.start()
    assert has_begun.wait(10)
    assert (language(), _("图例")) == (Language.ZH, "图例")
    may_end.set()
    thread.join()
    assert heard == ["Legend"]


def test_a_worker_speaks_the_language_of_the_program():
    use_language(Language.EN)
    heard = []
    thread = threading.Thread(target=lambda: heard.append(_("图例")))
    thread.start()
    thread.join()
    assert heard == ["Legend"]


def test_every_sentence_has_its_english_and_the_compiled_file_is_fresh():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_locale.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
