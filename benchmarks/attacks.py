"""The same attacks against folium, geopandas, pandas and QtWebEngine as they come, and against ours.

    .venv/bin/python benchmarks/attacks.py [pages] [reach] [files] [saves]

- ``pages``: hostile text in maps that are saved as HTML and opened in Chromium without a network; every tip
  and popup is opened. Ours has the text in all places at once, in an exported file and in the window's page.
- ``reach``: what a page in QtWebEngine reads and asks for, with the settings that Qt begins with.
- ``files``: hostile files; a server on this machine counts requests. Seconds and memory are those of the
  process (of the larger of process and worker), its start included.
- ``saves``: `to_file` over an old file and a save of a project, killed twenty times and on a full disk.

What is safe in both stays in the table. Chromium is ``$CHROMIUM`` or ``chromium``, its driver
``$CHROMEDRIVER`` or ``chromedriver``; popups of folium need XStatic-jQuery installed, and the full disk the
right to mount a volume. It takes some five minutes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SECTIONS = ("pages", "reach", "files", "saves")


def _say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def table(title: str, rows: Iterable[tuple[str, str, str]]) -> None:
    """Print rows as they come."""
    _say(f"\n## {title}\n")
    _say("| attack | stock | jjjmap |\n| --- | --- | --- |")
    for row in rows:
        _say("| " + " | ".join(map(_cell, row)) + " |")


def window(which: str, said: str = "") -> Any:
    """Return what a page in QtWebEngine did, see `attack_window`."""
    done = subprocess.run(
        [sys.executable, str(HERE / "attack_window.py"), which],
        input=said,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "PYTHONPATH": f"{HERE.parent}{os.pathsep}{HERE}"},
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def pages(in_window: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what ran in pages."""
    import attack_pages

    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    # Selenium would look for one in the network.
    driver = os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")
    if program is None or driver is None:
        yield "all of them", "not tried: no Chromium or no chromedriver", "not tried"
        return
    for attack, stock, ours in attack_pages.page_rows(program, driver):
        text = attack_pages.CASES[attack][0]
        yield attack, stock, f"file: {ours}; window: {'RUNS' if text in in_window['ran'] else 'safe'}"


def reach(in_window: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield what pages reached."""
    stock = window("stock")
    for what, ours in in_window["reached"].items():
        ways = [how for how, found in stock.items() if found[what]]
        yield what, f"YES: {', '.join(ways)}" if ways else "no", "YES" if ours else "no"


def main() -> None:
    """Print the tables."""
    wanted = sys.argv[1:] or SECTIONS
    in_window: dict[str, Any] = {}
    if {"pages", "reach"} & set(wanted):
        from attack_pages import texts_for_window

        in_window = window("ours", texts_for_window())
    if "pages" in wanted:
        table("Script in a map", pages(in_window))
    if "reach" in wanted:
        table("What a page reaches in QtWebEngine", reach(in_window))
    if "files" in wanted:
        from attack_files import file_rows

        table("Hostile files", file_rows())
    if "saves" in wanted:
        from attack_saves import save_rows

        table("Saves that end badly", save_rows())


if __name__ == "__main__":
    main()
