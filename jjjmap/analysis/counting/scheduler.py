"""Where a Dask cluster is asked: the address of its scheduler, and the files that prove who asks."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from jjjmap.analysis.running import AnalysisImpossible
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _

SCHEMES = ("tcp", "tls")

_ADDRESS = re.compile(
    r"(?P<scheme>[a-z]+)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(?P<port>[0-9]{1,5})"
)
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Scheduler:
    """A scheduler of Dask; make it by `scheduler_at`, which looks at what is said.

    Only the address may be told to others: a path names people and machines.
    """

    address: str
    """``tcp://host:port`` or ``tls://host:port``."""
    ca: str = ""
    """File (PEM) with the authority that signed the cluster's certificates; for ``tls`` only, as the rest."""
    certificate: str = ""
    """File (PEM) with our certificate."""
    key: str = ""
    """File (PEM) with its private key."""

    @property
    def is_encrypted(self) -> bool:
        """Whether both ends prove who they are, and nobody between them can read or change what is said."""
        return self.address.startswith("tls://")

    @property
    def host(self) -> str:
        """The name or IP address, without brackets."""
        return self.address.partition("://")[2].rpartition(":")[0].strip("[]")

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Whether somebody on the way could take the place of the scheduler."""
        if self.is_encrypted or _is_this_machine(self.host):
            return ()
        message = _("与 {address} 的连接没有加密，也不验明身份：能连上它的人都能在集群和这台电脑上运行程序。")
        hint = _("只在可信的网络里这样用；否则请给调度器配上证书，改用 tls://。")
        return (
            Finding(
                Severity.WARNING,
                "scheduler-unencrypted",
                self.address,
                message.format(address=self.address),
                hint,
            ),
        )


def scheduler_at(text: str, *, ca: str = "", certificate: str = "", key: str = "") -> Scheduler:
    """Return the scheduler that an address and three files name.

    Parameters
    ----------
    text
        ``tcp://host:port`` or ``tls://host:port``; nothing else stands in it.
    ca, certificate, key
        Files in PEM; all three for ``tls``, none for ``tcp``.

    Raises
    ------
    AnalysisImpossible
        The address is none, or a file is missing or too much.
    """
    said = text.strip()
    found = _ADDRESS.fullmatch(said) if len(said) <= _LONGEST else None
    if found is None or found["scheme"] not in SCHEMES or not 0 < int(found["port"]) < 65536:
        raise AnalysisImpossible(
            Finding(
                Severity.ERROR,
                "scheduler-address",
                "",
                _("调度器的地址不对。"),
                _("写成 tls://主机:端口 或 tcp://主机:端口，后面什么也不加；常用的端口是 8786。"),
            )
        )
    if found["host"].startswith("["):
        try:
            ipaddress.IPv6Address(found["host"].strip("[]"))
        except ValueError:
            raise AnalysisImpossible(
                Finding(
                    Severity.ERROR,
                    "scheduler-address",
                    "",
                    _("调度器地址里的 IPv6 地址不对。"),
                    _("写成 tls://[fd00::1]:8786 这样。"),
                )
            ) from None
    files = {"ca": ca, "cert": certificate, "key": key}
    given = [name for name, path in files.items() if path]
    if found["scheme"] == "tcp" and given:
        raise AnalysisImpossible(
            Finding(
                Severity.ERROR,
                "scheduler-files",
                said,
                _("给了证书，地址却是不加密的 tcp://。"),
                _("请改用 tls://，或去掉证书。"),
            )
        )
    if found["scheme"] == "tls":
        _check_files(said, files)
    return Scheduler(said, ca, certificate, key)


def _check_files(address: str, files: dict[str, str]) -> None:
    missing = [name for name, path in files.items() if not path]
    if missing:
        raise AnalysisImpossible(
            Finding(
                Severity.ERROR,
                "scheduler-files",
                address,
                _("tls:// 要三个 PEM 文件，还缺：{names}。").format(names=_("、").join(missing)),
                _("ca 是签发集群证书的机构，cert 和 key 是本机的证书和私钥；请向集群的管理员要。"),
            )
        )
    for name, path in files.items():
        try:
            with Path(path).open("rb") as file:
                is_pem = b"-----BEGIN " in file.read(1 << 20)
        except (OSError, ValueError):
            is_pem = False
        if not is_pem:
            raise AnalysisImpossible(
                Finding(
                    Severity.ERROR,
                    "scheduler-files",
                    address,
                    _("{name} 的文件打不开，或者不是 PEM。").format(name=name),
                    _("请检查路径和读取权限。"),
                )
            )


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
