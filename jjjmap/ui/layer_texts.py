"""What the window says about layers that the user opened, in sentences."""

from jjjmap.i18n import _
from jjjmap.session.layers.user_layers import Opened


def opened_sentence(opened: Opened) -> str:
    """Return how opening a file, or making a layer, went, with all counts that are not nought."""
    answer = opened.answer
    parts = [_("读入 {n} 行").format(n=f"{answer.accepted:,}")]
    if answer.mended:
        parts.append(_("修补 {n} 行").format(n=f"{answer.mended:,}"))
    if answer.rejected:
        parts.append(_("被拒 {n} 行").format(n=f"{answer.rejected:,}"))
    counts = _("，").join(parts)
    if not opened.layer_ids:
        return _("“{name}”里没有可用的行：{counts}。").format(name=opened.name, counts=counts)
    facts = answer.parts[0].facts
    if opened.is_made:
        without = facts.without_geometry
        if without:
            return _("已生成图层“{name}”：{n} 行，其中 {without} 行不在地图上。").format(
                name=facts.title, n=f"{facts.rows:,}", without=f"{without:,}"
            )
        return _("已生成图层“{name}”：{n} 行。").format(name=facts.title, n=f"{facts.rows:,}")
    if len(opened.layer_ids) > 1:
        return _("已打开“{name}”，分成 {layers} 个图层：{counts}。").format(
            name=opened.name, layers=len(opened.layer_ids), counts=counts
        )
    name = opened.name
    if facts.sublayer and not facts.format.is_table:
        name = f"{name} · {facts.sublayer}"
    if facts.geometry is None:
        return _("已打开“{name}”：{counts}；没有坐标，可以在属性表里落位或连接到地图。").format(
            name=name, counts=counts
        )
    return _("已打开“{name}”：{counts}。").format(name=name, counts=counts)


def reloaded_sentence(opened: Opened) -> str:
    """Return how reading the file of a layer again went."""
    answer = opened.answer
    same = next((each for each in answer.findings if each.code == "reload-same"), None)
    if same is not None:
        return same.message
    rows = f"{answer.parts[0].facts.rows:,}"
    return _("已重新读取“{name}”：{n} 行。").format(name=opened.name, n=rows)
