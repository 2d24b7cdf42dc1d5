"""The browser of the command line: it needs no screen, and its process ends as any other."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent.parent

HEAD = """
import sys, time
from jjjmap.web.headless import run_with_renderer
PAGE = "<!doctype html><meta charset='utf-8'><body>甲县</body>"
def printed(renderer):
    return renderer.printed(PAGE, width_mm=100, height_mm=50).pdf[:5].decode()
"""


def started(program: str, **variables: str | None) -> subprocess.Popen[str]:
    env = dict(os.environ)
    for name in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY", "QTWEBENGINE_DISABLE_SANDBOX"):
        env.pop(name, None)
    env |= {name: value for name, value in variables.items() if value is not None}
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + program],
        cwd=CHECKOUT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    said, complained = process.communicate(timeout=60)
    return process.returncode, said, complained


@pytest.mark.parametrize("display", [None, ":4711"], ids=["no screen", "a screen that is not there"])
def test_a_command_prints_without_a_screen_and_without_a_word_on_stderr(display: str | None) -> None:
    code, said, complained = ended(started("print(run_with_renderer(printed))", DISPLAY=display))
    assert (code, said, complained) == (0, "%PDF-\n", "")


def test_a_process_may_print_more_than_once() -> None:
    program = "print([run_with_renderer(printed) for _ in range(3)])"
    code, said, _complained = ended(started(program))
    assert (code, said) == (0, "['%PDF-', '%PDF-', '%PDF-']\n")


def test_an_error_of_the_work_comes_out_as_it_is() -> None:
    program = """
def work(renderer):
    printed(renderer)
    raise KeyError("boom")
try:
    run_with_renderer(work)
except KeyError as exc:
    print("heard", exc)
"""
    code, said, complained = ended(started(program))
    assert (code, said, complained) == (0, "heard 'boom'\n", "")


def test_work_that_draws_nothing_starts_no_page() -> None:
    code, said, _complained = ended(started("print(run_with_renderer(lambda renderer: 7))"))
    assert (code, said) == (0, "7\n")


@pytest.mark.skipif(sys.platform == "win32", reason="os.kill sends no SIGINT on Windows")
def test_ctrl_c_stops_drawing_and_ends_the_command_as_interrupted() -> None:
    program = """
import threading
from jjjmap.errors import RenderingStopped
stop = threading.Event()
def work(renderer):
    printed(renderer)
    print("begun", flush=True)
    try:
        while True:
            printed(renderer)
    except RenderingStopped:
        print("stopped", stop.is_set(), flush=True)
try:
    run_with_renderer(work, stop=stop)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""
    process = started(program)
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    process.send_signal(signal.SIGINT)
    code, said, complained = ended(process)
    assert (code, said, complained) == (130, "stopped True\ninterrupted\n", "")


def test_a_map_is_drawn_without_a_screen() -> None:
    program = """
from jjjmap.export.renderer import Sheet
from jjjmap.i18n import Language
from jjjmap.layers.layer import first_view
from jjjmap.layers.shipped import SHIPPED_LAYERS
from jjjmap.maps.snapshot import MapSnapshot
snapshot = MapSnapshot(first_view(SHIPPED_LAYERS), Language.EN, selected_id="xiongan")
svg = run_with_renderer(lambda renderer: renderer.map_svg(snapshot, Sheet(title="Region")))
print(svg.startswith("<svg"), "Region" in svg, len(svg) > 100_000)
"""
    code, said, complained = ended(started(program))
    assert (code, said, complained) == (0, "True True True\n", "")
