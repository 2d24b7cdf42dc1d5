import subprocess
import sys
import threading
from pathlib import Path

from jjjmap.i18n import Language, _, in_language, language, speaking, use_language

ROOT = Path(__file__).resolve().parent.parent


def test_chinese_is_the_source_and_english_a_catalogue():
    assert _("图例") == "图例"
    use_language(Language.EN)
    assert _("图例") == "Legend"
    assert in_language(Language.ZH)("图例") == "图例"


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
