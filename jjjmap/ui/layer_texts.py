"""What the window says about layers that the user opened, in sentences."""

from jjjmap.i18n import _
from jjjmap.session.user_layers import Opened


def opened_sentence(opened: Opened) -> str:
    """Return how opening a file went, with all counts that are not nought."""
    answer = opened.answer
    parts = [_("收下 {n} 行").format(n=f"{answer.accepted:,}")]
    if answer.mended:
        parts.append(_("修补 {n} 行").format(n=f"{answer.mended:,}"))
    if answer.rejected:
        parts.append(_("拒收 {n} 行").format(n=f"{answer.rejected:,}"))
    counts = _("，").join(parts)
    if len(opened.layer_ids) > 1:
        return _("已打开“{name}”，分成 {layers} 个图层：{counts}。").format(
            name=opened.name, layers=len(opened.layer_ids), counts=counts
        )
    if not opened.layer_ids:
        return _("“{name}”里没有可用的行：{counts}。").format(name=opened.name, counts=counts)
    return _("已打开“{name}”：{counts}。").format(name=opened.name, counts=counts)
