"""How well and how fast lists of firms are placed, against labels set by hand, and beside other packages.

    .venv/bin/python benchmarks/locating.py [--errors]

``--errors`` lists every row that is not right; never use it while working on rules.

The labels are tests/locating/labels/unseen.csv, the rules for them in the README.md beside it. First all
rows, placed by all their columns, with every answer one of

- right: the wanted place, or an ambiguous row left ambiguous, or a row without place left without;
- finer: a town or zone inside the wanted unit that only resources/locating has (the labels know the catalogue
  and the basemap), so that nobody has labelled whether it is that very one;
- coarser: true, but a wider place than the row makes sure (its city for its county);
- unplaced: left without place or ambiguous, though it should be the other, or has a place;
- false: a place that it is not in, or that it does not tell.

Then beside jionlp, cpca and cnloc, if these are installed (pip install --target FOLDER jionlp cpca
cnloc, and FOLDER on PYTHONPATH), at the level of counties and cities only, since they know no zones, no
towns and no codes: rows that lie in a zone or town want its county; rows told by codes alone are left
out, and of ambiguous ones and of rows without place only the places claimed for them are counted. They
are read generously: of region and address together, address, zone and name the first that gives them a
county, else a city, else a province; old codes that they give count for the units of today; jionlp
replaces old names, cnloc is asked for 2024, then for 1999.

Last the seconds for 100 000 rows: ours on generated rows of six columns and on addresses only, the others on
a sample of the same addresses, one reading each.
"""

import csv
import json
import logging
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jjjmap import paths
from jjjmap.catalogue.models import Catalogue
from jjjmap.catalogue.store import load_catalogue
from jjjmap.layers.opening.records import ColumnRole
from jjjmap.locating.placing import Locator, Placements
from jjjmap.locating.records import Disagreement, Level

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests"))
from locating.labelled_firms import FIELDS, LabelledFirm, load_firms  # noqa: E402

OUTCOMES = ("right", "finer", "coarser", "unplaced", "false")
UNIT_OUTCOMES = ("right", "coarser", "unplaced", "false")
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)
HIGH = 0.9
ROWS = 100_000
PEER_ROWS = 5_000
CHECK_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
OUTSIDE = "outside"
"""What a package names if it names another province."""

Reader = Callable[[Sequence[str]], list[str]]
"""From texts to the codes of the units that a package reads in them; "" for none, OUTSIDE for elsewhere."""


@dataclass(frozen=True, slots=True)
class Units:
    """Codes of the units of the region, by code and by name."""

    by_name: dict[tuple[str, str, str], str]
    old: dict[str, str]

    def by_code(self, code: str) -> str:
        """Return the code of today; OUTSIDE for that of another province."""
        code = code[:6]
        if not code:
            return ""
        return self.old.get(code, code) if code[:2] in {"11", "12", "13"} else OUTSIDE

    def by_names(self, province: str, city: str, county: str) -> str:
        """Return the code of the narrowest unit of three names, any of which may be empty."""
        if not province:
            return ""
        if province[:2] not in {"北京", "天津", "河北"}:
            return OUTSIDE
        narrowest_first = ((city, county), ("", county), (city, ""), ("", ""))
        known = ((province, *names) for names in narrowest_first)
        return next((self.by_name[names] for names in known if names in self.by_name), "")


def load_units() -> Units:
    """Return the units of the region."""
    with (paths.RESOURCES / "catalogue" / "units.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["adcode"]: row for row in csv.DictReader(file)}
    names: dict[tuple[str, str, str], str] = {}
    for code, row in rows.items():
        province = rows[code[:2] + "0000"]["name_zh"]
        city = rows[code[:4] + "00"]["name_zh"] if code[:4] + "00" in rows and code[2:4] != "00" else province
        if code.endswith("0000"):
            names[province, "", ""] = names[province, province, ""] = code
        elif code.endswith("00"):
            names[province, row["name_zh"], ""] = code
        else:
            names[province, city, row["name_zh"]] = code
            if province != "河北省":
                names[province, "", row["name_zh"]] = code
    with (paths.RESOURCES / "catalogue" / "old_unit_codes.csv").open(encoding="utf-8", newline="") as file:
        old = {row["code"]: row["adcode"] for row in csv.DictReader(file)}
    return Units(by_name=names, old=old)


def jionlp_reader(units: Units) -> Reader:
    """Return the reader of jionlp; raise ImportError if it is not installed."""
    import jionlp

    def read(texts: Sequence[str]) -> list[str]:
        found = (jionlp.parse_location(text, change2new=True) if text.strip() else {} for text in texts)
        return [
            units.by_names(*((place.get(level) or "") for level in ("province", "city", "county")))
            for place in found
        ]

    return read


def cpca_reader(units: Units) -> Reader:
    """Return the reader of cpca; raise ImportError if it is not installed."""
    import cpca

    def read(texts: Sequence[str]) -> list[str]:
        # A row without any text breaks its table.
        table = cpca.transform([text or "-" for text in texts]).fillna("")
        by_names = [
            units.by_names(*names) for names in zip(table["省"], table["市"], table["区"], strict=True)
        ]
        by_codes = [units.by_code(code) for code in table["adcode"]]
        # It gives districts that are younger than its codes the code of their city.
        return [name if _is_county(name) else code for name, code in zip(by_names, by_codes, strict=True)]

    return read


def cnloc_reader(units: Units) -> Reader:
    """Return the reader of cnloc; raise ImportError if it is not installed."""
    import cnloc

    def codes_in(texts: Sequence[str], year: int) -> list[str]:
        table = cnloc.getlocation(list(texts), year=year, county_short=True)
        columns = [table[f"{level}_adcode"] for level in ("county", "city", "province")]
        return [
            next((str(code) for code in row if isinstance(code, str) and code), "")
            for row in zip(*columns, strict=True)
        ]

    def read(texts: Sequence[str]) -> list[str]:
        found = [units.by_code(code) for code in codes_in(texts, 2024)]
        older = [units.by_code(code) for code in codes_in(texts, 1999)]
        return [
            old if not _is_county(new) and _is_county(old) else new
            for new, old in zip(found, older, strict=True)
        ]

    return read


PEERS: tuple[tuple[str, Callable[[Units], Reader]], ...] = (
    ("jionlp", jionlp_reader),
    ("cpca", cpca_reader),
    ("cnloc", cnloc_reader),
)


def _is_county(code: str) -> bool:
    return code.isdigit() and not code.endswith("00")


def _prefix(code: str) -> str:
    """Return what the codes of all that lies in a unit begin with."""
    return code.removesuffix("00").removesuffix("00")


def _covers(code: str, inner: str) -> bool:
    return inner.startswith(_prefix(code))


def _town_stem(name: str) -> str:
    """Return the name of a town without what kind of town it is: 沙河镇 is 沙河地区 today."""
    for kind in ("地区", "街道", "镇", "乡"):
        if name.endswith(kind) and len(name) - len(kind) >= (1 if kind in {"镇", "乡"} else 2):
            return name.removesuffix(kind).removesuffix("镇")
    return name


@dataclass(frozen=True, slots=True)
class Marker:
    """Says of answers whether they are right, by the catalogue and the basemap."""

    locator: Locator
    """Asked only for the name and the counties of what neither of them has."""
    inside: dict[str, tuple[str, ...]]
    """Codes of the units that a place lies in or consists of, by its id."""
    whole: dict[str, tuple[str, ...]]
    """Codes of the units that a place consists of."""
    seats: dict[str, str]
    """The units that towns bear the names of, by the ids of the towns."""
    towns: dict[str, str]
    """Names of the towns of the basemap."""

    def outcome(self, firm: LabelledFirm, level: Level, place_id: str) -> str:
        """Return which of `OUTCOMES` an answer is."""
        if level in {Level.NONE, Level.AMBIGUOUS}:
            return "right" if level.word == firm.want_level else "unplaced"
        if firm.want_level == "none":
            return "false"
        if firm.is_placed and any(self._is_same(place_id, want) for want in firm.want_ids):
            return "right"
        if place_id not in self.inside:
            return self._outcome_of_own(firm, place_id)
        # An ambiguous row is truly in whatever holds all its candidates; a wider place holds what is wanted.
        mine = self.whole.get(place_id, ())
        held = [
            any(_covers(code, inner) for code in mine for inner in self.inside[want])
            for want in firm.want_ids
        ]
        if firm.is_placed:
            return "coarser" if any(held) else "false"
        return "coarser" if held and all(held) else "false"

    def unit_outcome(self, firm: LabelledFirm, code: str) -> str:
        """Return which of `OUTCOMES` a unit is, for a row that wants its county or city."""
        if not code:
            return "unplaced"
        if code == OUTSIDE:
            return "false"
        wanted = {inner for want in firm.want_ids for inner in self.inside[want]}
        is_city_of_all = (
            code[2:4] != "00" and len(wanted) > 1 and all(_covers(code, inner) for inner in wanted)
        )
        if code in wanted or is_city_of_all:
            return "right"
        return "coarser" if any(_covers(code, inner) for inner in wanted) else "false"

    def _outcome_of_own(self, firm: LabelledFirm, place_id: str) -> str:
        """Return the outcome of a place that only our lists have."""
        spot = self.locator.spot(place_id)
        if spot is None or not firm.is_placed:
            return "false"
        for want in firm.want_ids:
            if want in self.towns and spot.codes[0] in self.inside[want]:
                return "right" if _town_stem(spot.name_zh) == _town_stem(self.towns[want]) else "false"
        wanted = [want for want in firm.want_ids if want.isdigit()]
        return "finer" if any(_covers(want, code) for want in wanted for code in spot.codes) else "false"

    def _is_same(self, place_id: str, want: str) -> bool:
        return place_id == want or self.seats.get(place_id) == want or self.seats.get(want) == place_id


def make_marker(catalogue: Catalogue, locator: Locator) -> Marker:
    """Return what marks the answers."""
    inside: dict[str, tuple[str, ...]] = {}
    whole: dict[str, tuple[str, ...]] = {}
    for place in catalogue.places.values():
        if place.kind.is_unit:
            inside[place.id] = whole[place.id] = (place.id,)
        else:
            whole[place.id] = tuple(place.area_adcodes)
            county = (place.county_adcode,) if place.county_adcode else ()
            inside[place.id] = whole[place.id] or county
    seats: dict[str, str] = {}
    names: dict[str, str] = {}
    towns = json.loads((paths.GEODATA / "base" / "towns.geojson").read_text(encoding="utf-8"))
    for town in towns["features"]:
        code, name = town["properties"]["adcode"], town["properties"]["name_zh"]
        inside[town["id"]] = (code,)
        names[town["id"]] = name
        unit = catalogue.places.get(code)
        if unit is not None and name.removesuffix("镇") in {unit.name_zh, unit.name_zh[:-1]}:
            seats[town["id"]] = code
    return Marker(locator=locator, inside=inside, whole=whole, seats=seats, towns=names)


def place(locator: Locator, firms: Sequence[LabelledFirm]) -> Placements:
    """Return where we put the rows."""
    columns = {ColumnRole(field): [firm.cells[field] for firm in firms] for field in FIELDS}
    placements = locator.place_rows(columns)
    if placements is None:
        raise RuntimeError("it was not cancelled")
    return placements


def _share(count: int, total: int) -> str:
    return f"{count / total:7.2%} ({count} of {total})" if total else "      – (0)"


def print_own(
    firms: Sequence[LabelledFirm], placements: Placements, marker: Marker, with_errors: bool
) -> None:
    """Print how all rows were placed: overall, by group, by confidence."""
    levels = [Level(int(level)) for level in placements.level]
    outcomes = [
        marker.outcome(firm, levels[row], str(placements.place_id[row])) for row, firm in enumerate(firms)
    ]
    count = Counter(outcomes)
    print(f"\njjjmap, all {len(firms)} rows, exact place and level of ambiguity")
    for outcome in OUTCOMES:
        print(f"  {outcome:<10}{_share(count[outcome], len(firms))}")
    print("\n  by group          " + "".join(f"{outcome:>10}" for outcome in ("rows", *OUTCOMES)))
    for group in dict.fromkeys(firm.group for firm in firms):
        of_group = [outcomes[row] for row, firm in enumerate(firms) if firm.group == group]
        part = Counter(of_group)
        cells = "".join(f"{part[outcome]:>10}" for outcome in OUTCOMES)
        print(f"  {group:<18}{len(of_group):>10}{cells}   {part['right'] / len(of_group):7.2%}")
    ambiguous = [row for row, firm in enumerate(firms) if firm.want_level == "ambiguous" and firm.want_ids]
    offered = sum(set(firms[row].want_ids) <= set(placements.candidates.get(row, ())) for row in ambiguous)
    print(f"\n  ambiguous rows whose candidates are all offered   {offered} of {len(ambiguous)}")
    told = {
        row
        for row, flags in enumerate(placements.disagreement)
        if Disagreement.REGISTRATION in Disagreement(int(flags))
    }
    leads = {
        row
        for row, firm in enumerate(firms)
        if firm.group == "relocation" and firm.case != "relocation-10"  # its code is a wrong one
    }
    # Whether one that lies outside of the region is a lead is left open.
    idle = {row for row in told - leads if firms[row].group != "outside"}
    print(
        f"  relocation leads found   {len(leads & told)} of {len(leads)}, and {len(idle)} where there is none"
    )
    placed = [row for row, level in enumerate(levels) if level > Level.AMBIGUOUS]
    high = [row for row in placed if placements.confidence[row] >= HIGH]
    wrong = sum(outcomes[row] == "false" for row in high)
    print(f"  false with confidence ≥ {HIGH}   {wrong} of {len(high)} so sure ({len(placed)} placed at all)")
    print("\n  calibration       rows    mean confidence                true      right")
    for low, end in pairwise(BANDS):
        rows = [row for row in placed if low <= placements.confidence[row] < end]
        if rows:
            mean = float(placements.confidence[rows].mean())
            true = sum(outcomes[row] != "false" for row in rows) / len(rows)
            right = sum(outcomes[row] == "right" for row in rows) / len(rows)
            print(f"  {low:.2f}…{min(end, 1):.2f}   {len(rows):>11}{mean:>19.3f}{true:>20.2%}{right:>11.2%}")
    if with_errors:
        print()
        for row, firm in enumerate(firms):
            if outcomes[row] != "right":
                got = f"{levels[row].word} {placements.place_id[row]} {placements.confidence[row]:.2f}"
                cells = " | ".join(value for value in firm.cells.values() if value)
                want = f"{firm.want_level} {'|'.join(firm.want_ids)}"
                print(f"  {outcomes[row]:<9} {firm.case:<14} {cells}  want {want}  got {got}")


def readings(firm: LabelledFirm) -> tuple[str, ...]:
    """Return the texts of a row that another package is given, best first."""
    region, address = firm.cells["region"], firm.cells["address"]
    return (region + address, address, firm.cells["zone"], firm.cells["name"])


def peer_codes(read: Reader, firms: Sequence[LabelledFirm]) -> list[str]:
    """Return the units that a package puts the rows in: of all readings the narrowest, the earlier first."""
    answers = zip(*(read(texts) for texts in zip(*map(readings, firms), strict=True)), strict=True)
    return [
        next(
            (
                code
                for fits in (_is_county, lambda code: code.isdigit() and code[2:4] != "00", bool)
                for code in codes
                if fits(code)
            ),
            "",
        )
        for codes in answers
    ]


def print_peers(
    firms: Sequence[LabelledFirm],
    placements: Placements,
    marker: Marker,
    readers: Iterable[tuple[str, Reader | None]],
) -> None:
    """Print how often we and others name the right county or city."""
    common = [
        row
        for row, firm in enumerate(firms)
        if firm.is_placed
        and (not (firm.cells["code"] or firm.cells["credit_code"]) or firm.group == "relocation")
    ]
    without = [row for row, firm in enumerate(firms) if not firm.is_placed]
    print(
        f"\nCounty or city, {len(common)} rows that have one in their text; claimed: of {len(without)} rows"
    )
    print("that are without place any unit of the region, of ambiguous ones any county")
    print(
        "             " + "".join(f"{outcome:>10}" for outcome in UNIT_OUTCOMES) + "     accuracy   claimed"
    )
    rows: list[tuple[str, list[str] | None]] = [("jjjmap", [str(code) for code in placements.unit_id])]
    rows += [(name, peer_codes(read, firms) if read else None) for name, read in readers]
    for name, codes in rows:
        if codes is None:
            print(f"  {name:<11} not installed")
            continue
        count = Counter(marker.unit_outcome(firms[row], codes[row]) for row in common)
        claimed = sum(
            _is_county(codes[row]) if firms[row].want_level == "ambiguous" else codes[row].isdigit()
            for row in without
        )
        cells = "".join(f"{count[outcome]:>10}" for outcome in UNIT_OUTCOMES)
        print(f"  {name:<11}{cells}   {count['right'] / len(common):10.2%}{claimed:>10}")
    names = [firm.group for firm in firms]
    print("\n  accuracy by group" + "".join(f"{name:>10}" for name, _codes in rows))
    for group in dict.fromkeys(names[row] for row in common):
        part = [row for row in common if names[row] == group]
        cells = ""
        for _name, codes in rows:
            if codes is None:
                cells += f"{'–':>10}"
                continue
            right = sum(marker.unit_outcome(firms[row], codes[row]) == "right" for row in part)
            cells += f"{right / len(part):>10.1%}"
        print(f"  {group:<13}{len(part):>4}{cells}")


def credit_code(authority: str, number: int) -> str:
    """Return a code that is right in form (GB 32100-2015) and belongs to nobody."""
    first = f"91{authority}MA{number:07}"
    total = sum(CHECK_ALPHABET.index(character) * 3**index for index, character in enumerate(first))
    return first + CHECK_ALPHABET[-total % 31]


def generated(catalogue: Catalogue, rows: int) -> dict[ColumnRole, list[str]]:
    """Return a list as long as wished: units, streets and zones of all kinds, no two rows quite alike."""
    random_ = random.Random(5)
    places = list(catalogue.places.values())
    counties = [place for place in places if place.kind.value == "county"]
    zones = [place for place in places if place.kind.value in {"platform", "industrial_park"}]
    columns: dict[ColumnRole, list[str]] = {ColumnRole(field): [] for field in FIELDS}
    for number in range(rows):
        county = random_.choice(counties)
        above = catalogue.places.get(county.id[:4] + "00")
        lead = random_.choice(("", above.name_zh if above else "", "河北省" if county.id[:2] == "13" else ""))
        kind = random_.choice(("路", "街", "大道", "北京路", "镇示例村"))
        street = f"示例{random_.choice('东西南北')}{kind}"
        zone = random_.choice(zones).name_zh if number % 7 == 0 else ""
        stem = county.name_zh[:-1]
        cells = {
            "name": f"{stem if number % 3 else ''}示例{number}科技有限公司",
            "address": f"{lead}{county.name_zh}{street}{random_.randrange(1, 900)}号" if number % 20 else "",
            "zone": zone,
            "region": county.name_zh if number % 4 == 0 else "",
            "code": county.id if number % 5 == 0 else "",
            "credit_code": credit_code(random_.choice(counties).id if number % 9 == 0 else county.id, number),
        }
        for field, text in cells.items():
            columns[ColumnRole(field)].append(text)
    return columns


def seconds_for(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes, on one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def print_speed(catalogue: Catalogue, locator: Locator, readers: Iterable[tuple[str, Reader | None]]) -> None:
    """Print the seconds that 100 000 rows take."""
    columns = generated(catalogue, ROWS)
    addresses = columns[ColumnRole.ADDRESS]
    print(f"\nSeconds for {ROWS:,} rows".replace(",", " "))
    print(f"  jjjmap, all six columns   {seconds_for(lambda: locator.place_rows(columns)):8.2f}")
    only = {ColumnRole.ADDRESS: addresses}
    print(f"  jjjmap, addresses only    {seconds_for(lambda: locator.place_rows(only)):8.2f}")
    for name, read in readers:
        if read is None:
            print(f"  {name:<25} not installed")
            continue
        read(addresses[:10])  # What they load at first is not counted.
        sample = addresses[:PEER_ROWS]
        seconds = seconds_for(lambda read=read, sample=sample: read(sample)) * ROWS / PEER_ROWS  # type: ignore[misc]
        note = ", two years" if name == "cnloc" else ""
        print(f"  {name:<25} {seconds:8.2f}   (from {PEER_ROWS} rows{note})")


def _installed(units: Units) -> list[tuple[str, Reader | None]]:
    readers: list[tuple[str, Reader | None]] = []
    for name, make in PEERS:
        try:
            readers.append((name, make(units)))
        except ImportError:
            readers.append((name, None))
    return readers


def main() -> None:
    """Print all figures."""
    logging.disable(logging.WARNING)
    catalogue, _findings = load_catalogue(paths.RESOURCES)
    started = time.perf_counter()
    locator = Locator(catalogue)
    print(f"names learnt in {time.perf_counter() - started:.2f} s")
    firms = load_firms()
    placements = place(locator, firms)
    marker = make_marker(catalogue, locator)
    print_own(firms, placements, marker, with_errors="--errors" in sys.argv[1:])
    readers = _installed(load_units())
    print_peers(firms, placements, marker, readers)
    print_speed(catalogue, locator, readers)


if __name__ == "__main__":
    main()
