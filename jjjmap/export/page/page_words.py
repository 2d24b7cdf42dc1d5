"""The words that an exported map says around its map; names and facts come from elsewhere."""

from jjjmap import i18n
from jjjmap.catalogue import wording
from jjjmap.i18n import Language, in_language


def page_texts(language: Language) -> dict[str, str]:
    """Return the words that the exported page says around its map; holes are filled by the page."""
    _ = in_language(language)
    with i18n.speaking(language):
        hole = "{name}"
        no_policy, no_figures = wording.no_passages_text(hole), wording.no_figures_text(hole)
        no_related, no_sources = wording.no_related_text(hole), wording.no_sources_text(hole)
        contested, disagreements = wording.contested_text(), wording.disagreements_title()
    return {
        "layers": _("图层"),
        "details": _("详情"),
        "close": _("关闭"),
        "back": _("返回"),
        "home": _("全部地点"),
        "guide": _(
            "点图上的符号或区域，这里会写出它的政策摘要、数据和出处；"
            "也可以从下面的名单里选。按 Esc 取消选择。"
        ),
        "several": _("此处重叠着 {n} 个要素，由近到远；在图上按 Tab 键可逐个查看："),
        "policy": _("政策"),
        "no_policy": no_policy,
        "digest_note": _("摘要由本程序编写，不是文件原文；出处见方括号里的编号。"),
        "direct": _("直接提到本地点"),
        "quoted": _("原文引用"),
        "quotations": _("制图者文档中的原文"),
        "figures": _("数据"),
        "no_figures": no_figures,
        "indicator": _("指标"),
        "of_part": _("{part}：{indicator}"),
        "value": _("数值"),
        "period": _("时期"),
        "contested": contested,
        "related": _("关联"),
        "no_related": no_related,
        "distance": _("{km} 公里"),
        "distance_rough": _("约 {km} 公里"),
        "sources": _("来源"),
        "disagreements": disagreements,
        "no_sources": no_sources,
        "source_mark": _("来源 {n}"),
        "open_source": _("打开原文"),
        "no_link": _("镜像、转载或无网页的来源，不提供链接。"),
        "layer_missing": _("这个图层没有画出来。"),
        **_search_texts(language),
        **_view_texts(language),
        **_state_texts(language),
        **_chain_texts(language),
    }


def _search_texts(language: Language) -> dict[str, str]:
    _ = in_language(language)
    return {
        "search": _("搜索地点"),
        "search_hint": _("地名、拼音或简称"),
        "search_none": _("没有找到“{words}”。"),
        "search_count": _("找到 {n} 个"),
        "more": _("还有更多，请再输入几个字。"),
        "clear_search": _("清除搜索"),
    }


def _view_texts(language: Language) -> dict[str, str]:
    _ = in_language(language)
    return {
        "views": _("制图者保存的视图"),
        "view_number": _("{n} / {count}"),
        "previous_view": _("上一个视图"),
        "next_view": _("下一个视图"),
        "view_filters": _("切换视图不改变“我的数据”的筛选，仍是导出时的行。"),
    }


def _state_texts(language: Language) -> dict[str, str]:
    _ = in_language(language)
    return {
        "states": _("地图状态"),
        "moment": _("时间：{moment}"),
        "dimmed": _("当时还没有的 {n} 个地点画得较淡"),
        "end_moment": _("不限时间"),
        "marked": _("标记：{title}（{n} 处）"),
        "marked_plain": _("标记了 {n} 处"),
        "end_marks": _("取消标记"),
        "filtered": _("筛选：{layer}，{sentence}"),
    }


def _chain_texts(language: Language) -> dict[str, str]:
    _ = in_language(language)
    return {
        "chains": _("产业链"),
        "chains_fact": _("产业链"),
        "chain_chart": _("产业链图"),
        "show_chain": _("看“{name}”的产业链图"),
        "choose_chain": _("选择产业链"),
        "chain_guide": _("点一个环节，图上会标出它的地点；点地点名称，看它的详情。"),
        "no_place": _("来源没有写明地点"),
        "node_of": _("{chain}：{node}"),
        "roles": _("三地分工"),
        "no_role": _("没有来源说明分工"),
        "chokepoints": _("堵点与卡点"),
        "no_chokepoints": _("资料库没有记下。"),
        "chain_figures": _("数据"),
        "no_chain_figures": _("资料库中没有整条链的数据。"),
        "chain_clusters": _("本链的产业集群"),
        "chain_passages": _("提到本链的政策"),
    }


def feature_texts(language: Language) -> dict[str, str]:
    """Return the words that the page says of users' features; a map without any does without them."""
    _ = in_language(language)
    winds = {
        "n": _("北"),
        "ne": _("东北"),
        "e": _("东"),
        "se": _("东南"),
        "s": _("南"),
        "sw": _("西南"),
        "w": _("西"),
        "nw": _("西北"),
    }
    return {
        "attributes": _("属性"),
        "empty_value": _("（空）"),
        "extent": _("大小"),
        "position": _("位置"),
        "lon_lat": _("{lon}°E，{lat}°N（WGS-84）"),
        "method": _("方法与依据"),
        "users_analysis": _("由制图者做的分析得出，方法见下。"),
        "whereabouts": _("所在与附近"),
        "policy_here": _("它所在的县（市、区）和政策区域，点开看政策和数据："),
        "is_outside": _("它不在京津冀范围内。"),
        "near_border": _("它离县界很近，所属的县（市、区）可能是邻县。"),
        "near": _("附近"),
        "no_attributes": _("制图者没有附上这个图层的属性。"),
        "users_file": _("数据来自制图者打开的文件：{name}"),
        **{f"wind_{wind}": name for wind, name in winds.items()},
    }


def unread_texts(language: Language) -> dict[str, str]:
    """Return what is read only where the page does not run."""
    _ = in_language(language)
    return {
        "no_script": _("这张地图要靠文件里自带的脚本来画，请允许本文件运行脚本；它不访问网络。"),
        "problem": _(
            "地图没有画出来：文件可能不完整，或者浏览器太旧"
            "（需要 Chrome 或 Edge 80、Firefox 113、Safari 16.4 以上）。"
        ),
    }


def cover_texts(language: Language) -> dict[str, str]:
    """Return the words around the map that stand in the file itself, for who runs no script too."""
    _ = in_language(language)
    return {
        "command_intro": _("以下命令用同样的数据再生成这张图（底图、图层次序和透明度为初始值）："),
        "users_missing": _("制图者自己的图层、标记和时间不在命令里。"),
        "map_name": _("地图"),
        "details_name": _("详情"),
    }
