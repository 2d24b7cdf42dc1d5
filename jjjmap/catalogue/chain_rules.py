"""Which industries and words belong to which link of a chain: a table that the user may change.

No source publishes such a table: what we ship is our own inference, and every row says so.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from pathlib import Path

from jjjmap.atomic_files import replace_file
from jjjmap.catalogue.industries import Industries
from jjjmap.errors import ResourceMissing
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import Language, _
from jjjmap.paths import RESOURCES, settings_file

MOST_RULES = 5_000
MOST_BYTES = 1_000_000
MOST_KEY_LETTERS = 60
MOST_NOTE_LETTERS = 300
_LEAST_KEYWORD_LETTERS = 2

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""

INFERRED, OWN = "inferred", "own"
"""What a row rests on: our inference, or the user."""


class RuleKind(StrEnum):
    """What the key of a rule is."""

    CODE = "code"
    """A code of GB/T 4754-2017 with all below it: 276 is 2761 and 2762, too."""
    KEYWORD = "keyword"
    """A word of the firm's name or business scope."""


class Strength(StrEnum):
    """How closely an industry belongs to a link."""

    CORE = "core"
    RELATED = "related"
    """It may belong, or serves the link: such firms alone do not close a gap."""


@dataclass(frozen=True, slots=True)
class ChainRule:
    """A row of the table."""

    node_id: str
    kind: RuleKind
    key: str
    strength: Strength = Strength.CORE
    basis: str = OWN
    note_zh: str = ""
    note_en: str = ""

    @property
    def identity(self) -> tuple[str, RuleKind, str]:
        """What there can be only one of."""
        return self.node_id, self.kind, self.key

    def note(self, language: Language) -> str:
        """Return why it is there, in a language; in the other one where there is nothing else."""
        first, second = self.note_zh, self.note_en
        return (first or second) if language is Language.ZH else (second or first)


COLUMNS = tuple(each.name for each in fields(ChainRule))


def rule_trouble(rule: ChainRule, node_ids: Iterable[str], industries: Industries) -> str:
    """Return what is wrong with a rule, as a sentence; empty if it can be used."""
    if rule.node_id not in node_ids:
        return _("没有编号为“{id}”的环节。").format(id=rule.node_id[:MOST_KEY_LETTERS])
    if rule.kind is RuleKind.CODE and rule.key not in industries.by_code:
        return _("“{key}”不是 GB/T 4754—2017 的行业代码。").format(key=rule.key[:MOST_KEY_LETTERS])
    if rule.kind is RuleKind.KEYWORD and len(rule.key) < _LEAST_KEYWORD_LETTERS:
        return _("关键词“{key}”太短，至少要两个字。").format(key=rule.key)
    if len(rule.key) > MOST_KEY_LETTERS:
        return _("关键词太长，最多 {n} 个字。").format(n=MOST_KEY_LETTERS)
    return ""


def cleaned_key(kind: RuleKind, text: str) -> str:
    """Return a key as rules have it: a code without its letter, a word without control characters."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isprintable()).strip()
    if kind is RuleKind.KEYWORD:
        return plain.casefold()
    plain = plain.replace(" ", "").upper()
    return plain[1:] if len(plain) > 1 and plain[0].isalpha() else plain


def rules_from_csv(
    data: bytes, name: str, node_ids: Iterable[str], industries: Industries, *, basis: str = OWN
) -> tuple[tuple[ChainRule, ...], list[Finding]]:
    """Read a table of rules; what cannot be used becomes a finding with its line.

    Parameters
    ----------
    data
        UTF-8 or GB 18030; columns ``node_id``, ``kind``, ``key``, and if there are ``strength``, ``note_zh``
        and ``note_en``. The signs that keep cells from being formulas are taken off.
    basis
        What the rows rest on if they do not say.
    """
    if len(data) > MOST_BYTES:
        message = _("对应表有 {n} 字节，超过上限 {most} 字节。").format(
            n=f"{len(data):,}", most=f"{MOST_BYTES:,}"
        )
        return (), [Finding(Severity.ERROR, "table-too-large", name, message)]
    known = frozenset(node_ids)
    findings: list[Finding] = []
    rules: dict[tuple[str, RuleKind, str], ChainRule] = {}
    try:
        reader = csv.reader(io.StringIO(_decoded(data), newline=""), strict=True)
        header = [cell.strip().lower() for cell in next(reader, [])]
        if not {"node_id", "kind", "key"}.issubset(header) or len(set(header)) != len(header):
            message = _("表头应有 node_id、kind、key 三列，可以有 strength、note_zh、note_en。")
            return (), [Finding(Severity.ERROR, "wrong-header", f"{name}:1", message)]
        for cells in reader:
            where = f"{name}:{reader.line_num}"
            if not any(cell.strip() for cell in cells):
                continue
            # Lines that are wrong count, too: each of them becomes a finding.
            if len(rules) + len(findings) >= MOST_RULES:
                message = _("只读前 {n} 行，后面的没有读。").format(n=f"{MOST_RULES:,}")
                findings.append(Finding(Severity.ERROR, "too-many-rows", where, message))
                break
            rule, trouble = _rule(dict(zip(header, map(_unquoted, cells), strict=False)), basis)
            trouble = trouble or (rule_trouble(rule, known, industries) if rule is not None else "")
            if rule is None or trouble:
                findings.append(Finding(Severity.WARNING, "rule-unusable", where, trouble))
            elif rule.identity in rules:
                message = _("环节、类别和代码或关键词与前面一行相同，后一行没有用。")
                findings.append(Finding(Severity.WARNING, "rule-twice", where, message))
            else:
                rules[rule.identity] = rule
    except (csv.Error, UnicodeDecodeError) as exc:
        message = _("对应表不是可读的 CSV：{reason}").format(reason=str(exc)[:MOST_NOTE_LETTERS])
        findings.append(Finding(Severity.ERROR, "bad-csv", name, message))
    return tuple(rules.values()), findings


def rules_to_csv(rules: Sequence[ChainRule]) -> bytes:
    """Return rules as CSV that no spreadsheet takes for formulas; `rules_from_csv` reads it back."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for rule in rules:
        writer.writerow([_quoted(str(getattr(rule, column))) for column in COLUMNS])
    # With a mark at its start, spreadsheets take it for UTF-8.
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


@cache
def shipped_rules() -> tuple[ChainRule, ...]:
    """Return the rules that we ship, read once; raises ResourceMissing."""
    path = RESOURCES / "catalogue" / "chain_industries.csv"
    try:
        reader = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline=""), strict=True)
        rules = tuple(
            ChainRule(
                row["node_id"],
                RuleKind(row["kind"]),
                row["key"],
                Strength(row["strength"]),
                row["basis"],
                row["note_zh"],
                row["note_en"],
            )
            for row in reader
        )
    except (OSError, ValueError, KeyError, csv.Error) as exc:
        raise ResourceMissing(path.name, str(exc)) from exc
    if not rules:
        raise ResourceMissing(path.name, "empty")
    return rules


def rules_file() -> Path:
    """Return the file of the user's own table, beside the settings; it need not exist."""
    return settings_file().with_name("chain-table.csv")


def user_rules(
    node_ids: Iterable[str], industries: Industries, path: Path | None = None
) -> tuple[tuple[ChainRule, ...], list[Finding]]:
    """Return the user's own table; no rules if there is none or it cannot be used."""
    path = path or rules_file()
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return (), []
    except OSError as exc:
        message = _("自己的对应表读不了：{reason}").format(reason=exc.strerror or type(exc).__name__)
        return (), [Finding(Severity.WARNING, "table-unreadable", path.name, message)]
    return rules_from_csv(data, path.name, node_ids, industries)


def save_user_rules(rules: Sequence[ChainRule] | None, path: Path | None = None) -> None:
    """Keep the user's own table; None to go back to the one that we ship. Raises OSError."""
    path = path or rules_file()
    if rules is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_file(path, rules_to_csv(rules))


def _rule(cells: dict[str, str], basis: str) -> tuple[ChainRule | None, str]:
    words = {name: cells.get(name, "").strip() for name in COLUMNS}
    try:
        kind = RuleKind(words["kind"].lower())
    except ValueError:
        return None, _("“{word}”不是类别：应为 code（代码）或 keyword（关键词）。").format(
            word=words["kind"][:20]
        )
    try:
        strength = Strength(words["strength"].lower() or Strength.CORE)
    except ValueError:
        message = _("“{word}”不是强弱：应为 core（核心）或 related（相关）。")
        return None, message.format(word=words["strength"][:20])
    notes = [_one_line(words[name])[:MOST_NOTE_LETTERS] for name in ("note_zh", "note_en")]
    said = words["basis"] if words["basis"] in (INFERRED, OWN) else basis
    return ChainRule(words["node_id"], kind, cleaned_key(kind, words["key"]), strength, said, *notes), ""


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _quoted(cell: str) -> str:
    return f"'{cell}" if cell.startswith((*FORMULA_STARTS, "'")) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA_STARTS, "'")) else cell
