"""The whole program, walked through where there is no network: it asks for none but what the user wants."""

import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest
from qtpy.QtWidgets import QDialog
from walking import LIMIT_S, WITHOUT_NETWORK, Walked

import jjjmap.ui.dialogs
from jjjmap.ui.action_table import MENUS

pytestmark = [
    pytest.mark.web,
    pytest.mark.timeout(LIMIT_S + 30),
    pytest.mark.skipif(sys.platform != "linux", reason="namespaces are a matter of Linux"),
]


def test_the_walk_opens_every_dock_and_every_dialog(walked: Walked) -> None:
    docks = {entry for menu in MENUS for entry in menu.entries if entry and entry.endswith("_dock")}
    dialogs = set()
    for module in pkgutil.iter_modules(jjjmap.ui.dialogs.__path__, "jjjmap.ui.dialogs."):
        for name, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            is_base = any(getattr(part, "__isabstractmethod__", False) for part in vars(found).values())
            if issubclass(found, QDialog) and found.__module__ == module.name and not is_base:
                dialogs.add(name)
    assert len(docks) >= 12 and len(dialogs) >= 26
    assert docks - set(walked.said["docks"]) == set()
    assert dialogs - set(walked.said["dialogs"]) - set(walked.said_after["dialogs"]) == set()


def test_no_page_asks_for_anything_outside_the_program(walked: Walked) -> None:
    guards = walked.said["guards"]
    # That of the window, and those of the hidden pages that draw and print.
    assert len(guards) >= 3
    assert all(allowed > 0 for allowed, _refused in guards)
    assert [refused for _allowed, refused in guards] == [[] for _each in guards]
    assert walked.said["online_before"] == 0


def test_the_kernel_sees_no_attempt_to_leave(walked: Walked) -> None:
    """Connections, datagrams and ways not found are counted for the namespace, whoever in it tries."""
    assert set(walked.said["kernel"].values()) == {0}, walked.said["kernel"]
    # It does count: the two attempts that were made to try it, and what the user wanted.
    assert walked.said["kernel_after"]["Tcp.ActiveOpens"] == 1
    assert walked.said["kernel_after"]["Ip.OutNoRoutes"] == 1
    assert walked.said["wanted"]["Tcp.ActiveOpens"] > 3


def test_nobody_obeys_a_proxy_of_the_environment_without_being_asked_online(walked: Walked) -> None:
    assert walked.said["heard"] == 0


def test_the_page_stays_in_the_sandbox_of_chromium(walked: Walked) -> None:
    if not walked.is_sandboxed:
        pytest.skip(walked.why_not)
    sandbox = walked.said["sandbox"]
    assert sandbox["seccomp"] == "2" and not sandbox["has_our_network"]
    assert "no-sandbox" not in sandbox["command"]


def test_nothing_goes_wrong_on_the_way(walked: Walked) -> None:
    assert walked.said["boxes"] == [] and walked.said_after["boxes"] == []
    assert walked.said["console"] == [] and walked.said_after["console"] == []
    errors = [line for line in walked.log.splitlines() if " ERROR " in line]
    # The one that the walk made, and the crash that the second start was told of.
    assert len(errors) == 2, "\n".join(line[:500] for line in errors)
    made, told = (line.split(" ERROR ")[1] for line in errors)
    assert made == "jjjmap.ui.unforeseen: unforeseen"
    assert told.startswith("jjjmap.app: a program that ran before has crashed: Fatal Python error")


def test_the_namespace_has_loopback_and_nothing_else() -> None:
    ask = (
        "import socket, sys; print(sorted(name for _n, name in socket.if_nameindex()), socket.gethostname());"
    )
    ask += (
        "socket.create_server(('127.0.0.1', 0)); s = socket.socket(); print(s.connect_ex(('192.0.2.1', 9)))"
    )
    command = [sys.executable, str(WITHOUT_NETWORK), "--host", "elsewhere", sys.executable, "-c", ask]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 77:
        pytest.skip(done.stderr.strip())
    interfaces, number = done.stdout.splitlines()
    assert interfaces == "['lo'] elsewhere"
    assert int(number) != 0
