"""What the user should know about how a document was decoded."""

from jjjmap.encodings import Decoded
from jjjmap.findings import Finding, Severity
from jjjmap.i18n import _


def encoding_findings(file_name: str, decoded: Decoded) -> tuple[Finding, ...]:
    """Return what the user should know about how a file was decoded; nothing if that is certain."""
    if decoded.is_certain:
        return ()
    return (
        Finding(
            Severity.WARNING,
            "encoding-doubtful",
            file_name,
            _("没有把握的字符编码，按 {encoding} 读取，个别文字可能是乱码。").format(
                encoding=decoded.encoding
            ),
            _("请核对文字；若不对，请用编辑器另存为 UTF-8 后再导入。"),
        ),
    )
