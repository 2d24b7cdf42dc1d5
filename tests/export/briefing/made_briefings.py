"""A briefing with something in every section, put together by hand."""

import io
from dataclasses import replace
from decimal import Decimal

from PIL import Image

from jjjmap.analysis.series import Series, Vintage
from jjjmap.catalogue.models import Figure, Qualifier
from jjjmap.export.briefing.docx_body import BriefingPictures
from jjjmap.export.briefing.records import (
    BriefChain,
    BriefFact,
    BriefFigure,
    BriefFirms,
    Briefing,
    BriefNeighbour,
    BriefPassage,
    Reference,
)
from jjjmap.export.marks import Audience, marks_of
from jjjmap.i18n import Language

LINK = "https://a.example/1"


def png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "#ccd9e6").save(file, "PNG", dpi=(200, 200))
    return file.getvalue()


PICTURES = BriefingPictures(png(240, 300), png(600, 300), png(460, 270))


def made_series() -> Series:
    points = tuple(
        Figure(
            f"f{year}",
            "jia-park",
            "产值",
            "Output",
            Decimal(year - 2000),
            Qualifier.EXACT,
            "亿元",
            "100 million yuan",
            str(year),
            "",
            "",
            "daily",
        )
        for year in (2021, 2022, 2023)
    )
    return Series(points, Vintage.FINAL, contested=False)


def made_figure(indicator: str, value: str, *refs: int) -> BriefFigure:
    return BriefFigure(indicator, value, "2023年", "增长5%", "", is_contested=False, scope="", refs=refs)


def made_briefing(language: Language = Language.ZH, audience: Audience = Audience.INTERNAL) -> Briefing:
    return Briefing(
        place_id="jia-park",
        language=language,
        title="甲园",
        subtitle="Jia Park · 承接平台",
        evidence="津冀自列名单",
        made="2024-05-06",
        version="9.9",
        facts=(
            BriefFact("概况", "甲园承接产业转移。", (1,)),
            BriefFact("位置", "甲县", (1, 2)),
            BriefFact("面积", "12 平方公里", (1, 2)),
        ),
        figures=(made_figure("产值", "约12.5亿元", 3), made_figure("企业", "超40家", 1)),
        disagreements=(BriefFact("企业", "甲报：40家；乙报：50家。", (1, 3)),),
        chart=made_series(),
        chart_title="产值（亿元）",
        passages=(
            BriefPassage("2024-03", "建设", "甲园建设公共平台。", is_quotation=False, refs=(4,)),
            BriefPassage("2023", "意见", "支持甲园发展", is_quotation=True, refs=(5,), why="文库"),
        ),
        chains=(BriefChain("氢能", "储运", ("储氢瓶", "阀门"), (3,)),),
        neighbours=(BriefNeighbour("港口", "port", "乙港", 12.4, "东", is_approximate=True),),
        firms=(
            BriefFirms(
                "企业名单",
                "firms.csv",
                3,
                20,
                "位于甲县",
                (("机械", 2), ("化工", 1)),
                "行业",
                ("甲厂", "乙厂"),
            ),
        ),
        references=(
            Reference(1, "甲省日报. 一[N]. 2024.", "", "媒体报道"),
            Reference(2, "甲县. 二[Z]. 2023.", "", "官方发布"),
            Reference(3, f"甲网. 三[EB/OL]. (2024). {LINK}", LINK, "官方发布"),
            Reference(4, "乙网. 四[EB/OL]. (2024).", "", "转载"),
            Reference(5, "丙省. 五[Z]. 2023.", "", "用户文档"),
            Reference(6, "丁省. 六[Z]. 2022.", "", "转载"),
        ),
        notes=("距离只供参考。",),
        left_out=("另有 7 项数据",),
        marks=marks_of(audience, language),
        lon=116.1,
        lat=39.1,
        chart_refs=(3,),
    )


def long_briefing(language: Language = Language.ZH) -> Briefing:
    """Return a briefing of which half does not fit on a page."""
    short = made_briefing(language)
    text = "甲园建设公共平台，承接产业转移，服务周边各县的企业和居民，" * 4
    return replace(
        short,
        figures=short.figures * 4,
        passages=tuple(replace(short.passages[0], title=f"第{n}条", text=text) for n in range(14)),
    )
