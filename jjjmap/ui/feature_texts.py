"""What the details dock says about a feature of the user's: attributes, where it lies, what is near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jjjmap.catalogue.wording import kind_name
from jjjmap.i18n import _
from jjjmap.ui.richtext import NOTHING, Markup, element, join, link

if TYPE_CHECKING:
    from jjjmap.analysis.whereabouts import NearPlace, Whereabouts
    from jjjmap.session.layers.user_features import FeatureDetails
    from jjjmap.session.workspace import Workspace


def feature_overview(feature: FeatureDetails, workspace: Workspace) -> Markup:
    """Return the first tab: the row itself, then what the program knows of its position."""
    return join((_attributes(feature), _where(feature, workspace), _near(feature, workspace)))


def _attributes(feature: FeatureDetails) -> Markup:
    filled = [(name, value) for name, value in feature.attributes if value]
    empty = [name for name, value in feature.attributes if not value]
    said = _("分析结果；算法和依据见“分析结果”") if feature.is_made else _("您的文件“{name}”")
    source = element("p", said.format(name=feature.source_name), css="small")
    parts = [_table([(name, value) for name, value in filled]) if filled else NOTHING, source]
    if empty:
        lacking = _("没有值：{names}") if feature.is_made else _("没有填写：{names}")
        parts.append(element("p", lacking.format(names=_("、").join(empty)), css="small"))
    return join(parts)


def _where(feature: FeatureDetails, workspace: Workspace) -> Markup:
    heading = element("h3", _("位置"))
    if feature.lon is None or feature.lat is None:
        return join((heading, element("p", _("这一行没有坐标，不在地图上。"), css="faint")))
    rows: list[tuple[str, str | Markup]] = [(_("经纬度"), f"{feature.lon:.5f}, {feature.lat:.5f}")]
    where = feature.whereabouts
    if where is not None and where.county_id:
        rows.append((_("县区"), _places(where.unit_ids, workspace)))
        if where.area_ids:
            rows.append((_("所在的功能区"), _places(where.area_ids, workspace)))
        if where.cluster_ids:
            rows.append((_("提到这里的集群"), _places(where.cluster_ids, workspace)))
    parts = [heading, _table(rows)]
    if where is not None and where.near_border:
        parts.append(
            element("p", _("离县界很近，而底图的边界已经概化，所在县区可能是相邻的那一个。"), css="small")
        )
    if where is not None and not where.county_id:
        parts.append(element("p", _("不在京津冀范围内。"), css="faint"))
    return join(parts)


def _near(feature: FeatureDetails, workspace: Workspace) -> Markup:
    where: Whereabouts | None = feature.whereabouts
    if where is None or not where.near:
        return NOTHING
    rows = [(kind_name(near.kind), _distance(near, workspace)) for near in where.near]
    note = element("p", _("直线距离，按两个点位计算；标“约”的地点只知道在哪个县区。"), css="small")
    return join((element("h3", _("最近的地点")), _table(rows), note))


def _distance(near: NearPlace, workspace: Workspace) -> Markup:
    from jjjmap.analysis.whereabouts import direction_name

    km = f"{near.km:.1f}" if near.km < 10 else f"{near.km:.0f}"
    sentence = _("约 {km} 公里，{direction}方") if near.is_rough else _("{km} 公里，{direction}方")
    said = sentence.format(km=km, direction=direction_name(near.direction))
    return join((_places((near.place_id,), workspace), " ", element("span", said, css="small")))


def _places(place_ids: tuple[str, ...], workspace: Workspace) -> Markup:
    links = [
        link("place", place_id, workspace.place(place_id).name(workspace.language))
        for place_id in place_ids
        if workspace.knows(place_id)
    ]
    return join(links, " · ")


def _table(rows: Sequence[tuple[str, str | Markup]]) -> Markup:
    return element(
        "table",
        *(element("tr", element("td", label, css="label"), element("td", value)) for label, value in rows),
    )
