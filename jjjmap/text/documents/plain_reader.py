"""The text of a txt file: characters without structure."""

from pathlib import Path

from jjjmap.encodings import Decoded, decode
from jjjmap.errors import DocumentUnreadable
from jjjmap.i18n import _
from jjjmap.text.documents.encodings import encoding_findings
from jjjmap.text.documents.sanitizing import CONTROLS, tidy
from jjjmap.text.records import DocumentFormat, RawText


def decode_text(path: Path, data: bytes) -> Decoded:
    """Return the characters of a file that should hold nothing but text; ``not-text`` is raised if not."""
    decoded = decode(data)
    sample = decoded.text[: 1 << 16]
    # Form feeds and escapes occur in old text files; a hundredth of control characters does not.
    if len(CONTROLS.findall(sample)) > max(2, len(sample) / 100):
        raise DocumentUnreadable(path, "not-text", _("二进制数据"))
    return decoded


def read_plain(path: Path, data: bytes) -> RawText:
    """Read a txt file."""
    decoded = decode_text(path, data)
    return RawText(
        tidy(decoded.text),
        DocumentFormat.TXT,
        decoded.encoding,
        findings=encoding_findings(path.name, decoded),
    )
