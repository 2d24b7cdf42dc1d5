"""Prepare this machine for ``make``: system libraries, a Chinese font, and ``.venv`` from the lock files.

``python3 tools/setup_machine.py run|test|test-fast|test-pyqt5|packages``: make calls it; a second call does
nothing. For test-pyqt5 the environment is ``.venv-pyqt5``: the same packages with PyQt5 in place of PySide6.

It runs before anything is installed: standard library only, and written so that an old Python can still read
it and say that it is too old.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parent.parent
RUN_LOCK = CHECKOUT / "requirements.lock"
DEV_LOCK = CHECKOUT / "requirements-dev.lock"
PYQT5_LOCK = CHECKOUT / "requirements-pyqt5.lock"
"""What PyQt5 is made of, and nothing else."""
PYSIDE6_PACKAGES = ("pyside6", "shiboken6")
"""How the names of the packages begin that make up PySide6."""
SKIP = "JJJMAP_SKIP_SYSTEM_CHECK"


class SetupStopped(Exception):
    """Something that only a person can settle: what they read, in both languages, and what to type."""

    def __init__(self, chinese: str, english: str, command: str = "") -> None:
        super().__init__(f"{chinese}\n{english}" + (f"\n\n    {command}\n" if command else ""))


class Environment(NamedTuple):
    """A folder for packages."""

    folder: Path
    leaves_out: tuple[str, ...] = ()
    """How the names of packages begin that are left out, though a lock has them."""

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    @property
    def ready(self) -> Path:
        """Written last: says from which locks, by which Python and where it was made."""
        return self.folder / "jjjmap-ready"

    @property
    def unfinished(self) -> Path:
        """Written before it is changed and removed after; outside the folder, for that is removed whole."""
        return self.folder.with_name(f"{self.folder.name}-unfinished")


VENV = Environment(CHECKOUT / ".venv")
PYQT5_VENV = Environment(CHECKOUT / ".venv-pyqt5", PYSIDE6_PACKAGES)


class Need(NamedTuple):
    """One thing that the system must have, and the package that brings it on Debian and Ubuntu."""

    name: str
    """File name of a shared library, or what is looked for, in a word."""
    packages: tuple[str, ...]
    """Names of the one package, newest first: Debian 13 and Ubuntu 24.04 renamed some."""


LIBRARIES = (
    # What QtWebEngine, QtGui and the platform plug-ins link to (``readelf -d``); some come with others, but
    # which ones differs between distributions.
    Need("libEGL.so.1", ("libegl1",)),
    Need("libGL.so.1", ("libgl1",)),
    Need("libX11.so.6", ("libx11-6",)),
    Need("libX11-xcb.so.1", ("libx11-xcb1",)),
    Need("libXcomposite.so.1", ("libxcomposite1",)),
    Need("libXdamage.so.1", ("libxdamage1",)),
    Need("libXext.so.6", ("libxext6",)),
    Need("libXfixes.so.3", ("libxfixes3",)),
    Need("libXrandr.so.2", ("libxrandr2",)),
    Need("libXtst.so.6", ("libxtst6",)),
    Need("libasound.so.2", ("libasound2t64", "libasound2")),
    Need("libdbus-1.so.3", ("libdbus-1-3",)),
    Need("libexpat.so.1", ("libexpat1",)),
    Need("libfontconfig.so.1", ("libfontconfig1",)),
    Need("libfreetype.so.6", ("libfreetype6",)),
    Need("libgbm.so.1", ("libgbm1",)),
    Need("libgthread-2.0.so.0", ("libglib2.0-0t64", "libglib2.0-0")),
    Need("libnspr4.so", ("libnspr4",)),
    Need("libnss3.so", ("libnss3",)),
    Need("libstdc++.so.6", ("libstdc++6",)),
    Need("libudev.so.1", ("libudev1",)),
    Need("libxcb-dri3.so.0", ("libxcb-dri3-0",)),
    Need("libxkbcommon.so.0", ("libxkbcommon0",)),
    Need("libxkbfile.so.1", ("libxkbfile1",)),
    # From here on: a real window by X11.
    Need("libxcb-cursor.so.0", ("libxcb-cursor0",)),
    Need("libxcb-glx.so.0", ("libxcb-glx0",)),
    Need("libxcb-icccm.so.4", ("libxcb-icccm4",)),
    Need("libxcb-image.so.0", ("libxcb-image0",)),
    Need("libxcb-keysyms.so.1", ("libxcb-keysyms1",)),
    Need("libxcb-render-util.so.0", ("libxcb-render-util0",)),
    Need("libxcb-shape.so.0", ("libxcb-shape0",)),
    Need("libxcb-xkb.so.1", ("libxcb-xkb1",)),
    Need("libxkbcommon-x11.so.0", ("libxkbcommon-x11-0",)),
)
QT5_LIBRARIES = (
    Need("libXrender.so.1", ("libxrender1",)),
    Need("libgssapi_krb5.so.2", ("libgssapi-krb5-2",)),
    Need("libxcb-randr.so.0", ("libxcb-randr0",)),
    Need("libxcb-render.so.0", ("libxcb-render0",)),
    Need("libxcb-shm.so.0", ("libxcb-shm0",)),
    Need("libxcb-sync.so.1", ("libxcb-sync1",)),
    Need("libxcb-xfixes.so.0", ("libxcb-xfixes0",)),
    Need("libxcb-xinerama.so.0", ("libxcb-xinerama0",)),
)
CHINESE_FONT = Need("Chinese font", ("fonts-noto-cjk",))
XVFB = Need("Xvfb", ("xvfb",))
CHROMIUM = Need("chromium", ("chromium",))
CHROMEDRIVER = Need("chromedriver", ("chromium-driver",))


class _FontSet(ctypes.Structure):
    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.c_void_p))


def say(chinese: str, english: str) -> None:
    """Tell the person at the terminal what happens, in both languages."""
    print(f"[jjjmap] {chinese}\n[jjjmap] {english}", flush=True)


def loads(soname: str) -> bool:
    """Return whether the dynamic linker finds and loads a shared library."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def has_chinese_font() -> bool:
    """Ask fontconfig, as Qt and Chromium do; without fontconfig there is no answer, so no."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    fontconfig.FcNameParse.restype = ctypes.c_void_p
    fontconfig.FcObjectSetCreate.restype = ctypes.c_void_p
    fontconfig.FcFontList.restype = ctypes.POINTER(_FontSet)
    fontconfig.FcFontList.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)
    # Nothing is freed: the process ends soon.
    found = fontconfig.FcFontList(
        None, fontconfig.FcNameParse(b":lang=zh-cn:outline=true"), fontconfig.FcObjectSetCreate()
    )
    return bool(found) and found.contents.count > 0


def missing_needs(task: str) -> list[Need]:
    """Return what the system lacks for a task, in the order of the tables."""
    if task == "packages":
        return []
    libraries = LIBRARIES + QT5_LIBRARIES if task == "test-pyqt5" else LIBRARIES
    missing = [need for need in libraries if not loads(need.name)]
    if not has_chinese_font():
        missing.append(CHINESE_FONT)
    if task == "test":
        if not shutil.which("Xvfb"):
            missing.append(XVFB)
        if not (os.environ.get("CHROMIUM") or Path("/usr/bin/chromium").exists()):
            missing.append(CHROMIUM)
        if not (os.environ.get("CHROMEDRIVER") or shutil.which("chromedriver")):
            missing.append(CHROMEDRIVER)
    return missing


def apt_candidate(package: str) -> str:
    """Return the version that apt would install, or "" when it knows none."""
    answer = subprocess.run(
        ["apt-cache", "policy", package],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    for line in answer.stdout.splitlines():
        if line.strip().startswith("Candidate:"):
            version = line.split(":", 1)[1].strip()
            return "" if version == "(none)" else version
    return ""


def guess_package(need: Need) -> str:
    """Choose between a package's new and old name by the system's release."""
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    release = {key: value.strip('"') for key, _, value in (line.partition("=") for line in lines)}
    first_with_new_names = {"debian": 13.0, "ubuntu": 24.04}.get(release.get("ID", ""), 0.0)
    version = release.get("VERSION_ID", "")
    is_old = version.replace(".", "", 1).isdigit() and float(version) < first_with_new_names
    return need.packages[-1] if is_old else need.packages[0]


def choose_packages(needs: list[Need]) -> tuple[list[str], list[Need]]:
    """Return the packages to install, and the needs for which apt has no real package.

    A candidate whose version says ``snap`` is Ubuntu's stub: it starts a download from another store.
    """
    if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
        # A fresh system whose lists this user may not fetch: apt cannot be asked.
        return sorted({guess_package(need) for need in needs}), []
    packages: set[str] = set()
    without: list[Need] = []
    for need in needs:
        versions = {package: apt_candidate(package) for package in need.packages}
        real = [package for package, version in versions.items() if version and "snap" not in version]
        if real:
            packages.add(real[0])
        else:
            without.append(need)
    return sorted(packages), without


def root_prefix() -> list[str] | None:
    """Return what makes a command run as root: nothing, sudo, or None when that is not allowed."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None


def install_command(packages: list[str]) -> str:
    """Return the two apt commands as a person types them."""
    sudo = "" if os.geteuid() == 0 else "sudo "
    names = " ".join(packages)
    return f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {names}"


def apt(prefix: list[str], *words: str) -> bool:
    """Run apt-get without questions, waiting for another apt to finish; return whether it went well."""
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    command = [*prefix, *environment, "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    command += ["-o", "DPkg::Lock::Timeout=300", *words]
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode == 0


def install_system(task: str, needs: list[Need]) -> None:
    """Install what is missing, or stop and say what to type."""
    names = ", ".join(need.name for need in needs[:4]) + (f", … ({len(needs)})" if len(needs) > 4 else "")
    if not shutil.which("apt-get"):
        in_debian = " ".join(sorted({need.packages[0] for need in needs}))
        raise SetupStopped(
            f"系统缺少：{names}。这不是 Debian/Ubuntu：请用本系统的包管理器安装相应的包"
            f"（Debian 的包名：{in_debian}），再运行一次；若检查有误，可设 {SKIP}=1 跳过。",
            f"The system lacks: {names}. This is not Debian or Ubuntu: install what corresponds "
            f"(Debian's names: {in_debian}) and run again. If the check is mistaken, {SKIP}=1 skips it.",
        )
    prefix = root_prefix()
    if prefix is not None:
        say(
            f"系统缺少：{names}。现在用 apt-get 安装。",
            f"The system lacks: {names}. Installing with apt-get.",
        )
        if not apt(prefix, "update"):
            say(
                "apt-get update 没有成功，用已有的包列表继续。",
                "apt-get update failed; going on with the old lists.",
            )
    packages, without = choose_packages(needs)
    unknown = " ".join(need.packages[0] for need in without if need not in (CHROMIUM, CHROMEDRIVER))
    if unknown:
        raise SetupStopped(
            f"apt 找不到这些包：{unknown}。请检查软件源和网络，再运行一次。",
            f"apt does not know: {unknown}. Check the package sources and the network, then run again.",
        )
    if without:
        say(
            "apt 没有真正的 chromium 包（Ubuntu 只有 snap 存根）：需要 Chromium 的测试会跳过并写明原因；"
            "也可另装一个，用环境变量 CHROMIUM 和 CHROMEDRIVER 指定。",
            "apt has no real chromium (Ubuntu has a snap stub): tests that need Chromium are skipped and say "
            "so; you can install one otherwise and name it in CHROMIUM and CHROMEDRIVER.",
        )
    if not packages:
        return
    command = install_command(packages)
    if prefix is None:
        raise SetupStopped(
            f"系统缺少：{names}。当前用户不能安装，请先运行下面的命令，再运行一次 make。",
            f"The system lacks: {names}. You may not install here: run this command, then make again.",
            command,
        )
    if not apt(prefix, "install", "-y", "--no-install-recommends", *packages):
        raise SetupStopped(
            "apt-get 没有装成（原因见上）。解决后可以自己运行：",
            "apt-get failed (see above for the reason). When that is settled, you can run it yourself:",
            command,
        )
    still = [need.name for need in missing_needs(task) if need not in without]
    if still:
        raise SetupStopped(
            f"装完以后仍然缺少：{', '.join(still)}。若检查有误，可设 {SKIP}=1 跳过。",
            f"Still missing after that: {', '.join(still)}. If the check is mistaken, {SKIP}=1 skips it.",
        )


def ensurepip_need() -> list[Need]:
    """Return the package with pip's seed where Debian left it out of Python."""
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return []
    return [Need("ensurepip", (f"python3.{sys.version_info.minor}-venv",))]


def lock_state(lock: Path) -> str:
    """Return one line that changes when a lock does."""
    return f"{lock.name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"


def wanted_state(locks: list[Path], venv: Environment) -> list[str]:
    """Return the lines that the ready-file must hold: this Python, this place, these locks."""
    return [
        f"python {sys.version.split()[0]} {Path(sys.executable).resolve()}",
        f"at {venv.folder}",
        *map(lock_state, locks),
    ]


def ready_state(venv: Environment) -> list[str]:
    """Return the lines of the ready-file; none while the environment is missing or unfinished."""
    if venv.unfinished.exists() or not venv.python.exists() or not venv.ready.exists():
        return []
    return venv.ready.read_text(encoding="utf-8").splitlines()


def holds(locks: list[Path], venv: Environment) -> bool:
    """Return whether an environment is complete and holds what these locks say."""
    return set(wanted_state(locks, venv)) <= set(ready_state(venv))


def without(text: str, leaves_out: tuple[str, ...]) -> str:
    """Return the text of a lock without some packages: a package begins at the margin, its hashes do not."""
    kept: list[str] = []
    is_kept = True
    for line in text.splitlines(keepends=True):
        if not line.startswith(" "):
            is_kept = not line.startswith(leaves_out)
        if is_kept:
            kept.append(line)
    return "".join(kept)


def pip_install(lock: Path, venv: Environment) -> None:
    """Install exactly what a lock says, every file checked against its hash."""
    wanted = lock
    if venv.leaves_out:
        wanted = venv.folder / lock.name
        wanted.write_text(without(lock.read_text(encoding="utf-8"), venv.leaves_out), encoding="utf-8")
    done = subprocess.run(
        [
            str(venv.python), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet",
            "--progress-bar", "off", "--only-binary", ":all:", "--require-hashes", "--requirement",
            str(wanted),
        ],
        check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise SetupStopped(
            f"没有装成 {lock.name} 里的包（原因见上）。解决后再运行一次，会从头重装。",
            f"The packages of {lock.name} could not be installed (see above). "
            "Run again when that is settled; it starts afresh.",
        )


def prepare_venv(locks: list[Path], venv: Environment = VENV) -> None:
    """Make an environment hold what the locks say; do nothing when it does.

    One that was left half-made, was made from other locks, by another Python or elsewhere is made anew:
    pip takes a package whose files are half there for installed. Only the packages of the last lock are added
    to a sound one.
    """
    if holds(locks, venv):
        return
    may_add = holds(locks[:1], venv) and len(ready_state(venv)) == len(wanted_state(locks[:1], venv))
    name = venv.folder.name
    venv.unfinished.write_text(f"Removed when {name} is complete.\n", encoding="utf-8")
    if may_add:
        say("正在加装开发用的包。", "Adding the packages for development.")
    else:
        if venv.folder.exists():
            say(f"{name} 不完整或已过时，重新建立。", f"{name} is incomplete or out of date; making it anew.")
        say(
            f"正在建立 {name} 并安装锁定的包（约下载 350 MB，需要几分钟）。",
            f"Making {name} and installing the locked packages (about 350 MB to fetch, a minute or more).",
        )
        made = subprocess.run([sys.executable, "-m", "venv", "--clear", str(venv.folder)], check=False)
        if made.returncode != 0:
            raise SetupStopped(f"没有建成 {name}（原因见上）。", f"{name} could not be made (see above).")
        if venv.leaves_out:
            pip_install(locks[0], venv)
    pip_install(locks[-1], venv)
    venv.ready.write_text("\n".join(wanted_state(locks, venv)) + "\n", encoding="utf-8")
    venv.unfinished.unlink()


def check_display() -> None:
    """Stop when there is no screen for a window, and say what works without one."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise SetupStopped(
            "环境已备好，但这里没有图形显示（DISPLAY 和 WAYLAND_DISPLAY 都没有设），打不开窗口。"
            "不用窗口也能用命令行：.venv/bin/python main.py --help；要用虚拟屏幕，请装 xvfb 后运行：",
            "All is prepared, but there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no "
            "window can open. The command line needs none: .venv/bin/python main.py --help. For a virtual "
            "screen, install xvfb and run:",
            "Xvfb :99 & DISPLAY=:99 make run",
        )


def prepare(task: str) -> None:
    """Do all that a task needs: run, test, test-fast, test-pyqt5, or ``packages`` for tools alone."""
    if sys.version_info < (3, 11):  # noqa: UP036
        found = sys.version.split()[0]
        raise SetupStopped(
            f"需要 Python 3.11 或更新，现在是 {found}。装好后在 make 命令里指定，例如：",
            f"Python 3.11 or newer is needed; this is {found}. Install one and name it, for example:",
            "make run PYTHON=python3.12",
        )
    venv = PYQT5_VENV if task == "test-pyqt5" else VENV
    is_for_development = any(line.startswith(DEV_LOCK.name) for line in ready_state(VENV))
    locks = [RUN_LOCK] if task == "run" and not is_for_development else [RUN_LOCK, DEV_LOCK]
    if venv is PYQT5_VENV:
        locks = [DEV_LOCK, PYQT5_LOCK]
    if sys.platform == "linux" and not os.environ.get(SKIP):
        needs = [] if holds(locks, venv) else ensurepip_need()
        needs += missing_needs(task)
        if needs:
            install_system(task, needs)
    prepare_venv(locks, venv)
    if task == "run":
        check_display()


def main() -> int:
    """Prepare for the task named on the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal in another encoding shows question marks rather than a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if len(sys.argv) != 2 or sys.argv[1] not in ("run", "test", "test-fast", "test-pyqt5", "packages"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        prepare(sys.argv[1])
    except SetupStopped as stop:
        print(f"\n[jjjmap] {stop}", file=sys.stderr, flush=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
