"""Databases on the command line: the password, and the list of tables."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from jjjmap.cli.messages import harmless
from jjjmap.cli.tables import table_lines
from jjjmap.errors import DatabaseUnusable
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _
from jjjmap.layers.opening.database_address import DatabaseAddress, DatabaseUrl, parse_url
from jjjmap.layers.opening.passwords import Passwords
from jjjmap.layers.opening.postgis import PostgisReader
from jjjmap.layers.opening.postgis_tables import GeometryColumn


def open_database(text: str) -> tuple[PostgisReader, DatabaseUrl, list[Finding]]:
    """Open the database that a URL names; whoever sits at a terminal is asked for a password that is missing.

    Raises
    ------
    DatabaseUnusable
        See `database_reasons.REASONS`.
    """
    url = parse_url(text)
    reader, _password = open_reader(url)
    return reader, url, password_findings(url)


def open_reader(url: DatabaseUrl) -> tuple[PostgisReader, str | None]:
    """Return a reader, and the password that it was opened with; asks and raises as `open_database`."""
    password = url.password or Passwords().find(url.address)
    try:
        return PostgisReader(url.address, password), password
    except DatabaseUnusable as exc:
        if exc.reason not in ("password-needed", "wrong-password") or not sys.stdin.isatty():
            raise
    asked = click.prompt(_("{name} 的密码").format(name=url.address.name), hide_input=True, err=True)
    return PostgisReader(url.address, str(asked)), str(asked)


def password_findings(url: DatabaseUrl) -> list[Finding]:
    """Return that the password stands where others can read it, if it stands in the URL."""
    if url.password is None:
        return []
    message = _("命令行里的密码，本机的其他用户可能看得到，也会留在命令历史里。")
    hint = _("请从地址里去掉密码：会提示输入，或设环境变量 PGPASSWORD，或用 ~/.pgpass。")
    return [Finding(Severity.WARNING, "password-visible", url.address.name, message, hint)]


def tables_text(address: DatabaseAddress, columns: Sequence[GeometryColumn]) -> str:
    """Return the tables of a database as lines."""
    if not columns:
        return _("{name} 里没有这个用户能读的空间表。").format(name=address.name)
    rows = [
        (
            harmless(column.name),
            column.geometry,
            str(column.srid or "?"),
            _("约 {n:,}").format(n=column.rows) if column.rows is not None else "?",
        )
        for column in columns
    ]
    return "\n".join(table_lines((_("模式.表.几何列"), _("几何"), "SRID", _("行数")), rows))
