"""Why a row stands where it does, and what contradicts it, as sentences in the language in use."""

from jjjmap.i18n import Language, _
from jjjmap.i18n import language as language_in_use
from jjjmap.locating.credit_codes import PROVINCES
from jjjmap.locating.judging import MOST_CANDIDATES
from jjjmap.locating.placing import LOW_CONFIDENCE, Locator, Placements
from jjjmap.locating.records import Closeness, Clue, Disagreement, Fields, Level, Reason, Rule, Verdict


def level_name(level: Level) -> str:
    """Return a level in words."""
    return {
        Level.NONE: _("未落位"),
        Level.AMBIGUOUS: _("有歧义"),
        Level.PROVINCE: _("省市"),
        Level.CITY: _("地市"),
        Level.COUNTY: _("区县"),
        Level.TOWN: _("乡镇街道"),
        Level.ZONE: _("园区"),
        Level.SITE: _("具体位置"),
    }[level]


def field_name(field: Fields) -> str:
    """Return in words what a column holds."""
    return {
        Fields.ADDRESS: _("地址"),
        Fields.REGION: _("行政区"),
        Fields.CODE: _("区划代码"),
        Fields.ZONE: _("园区"),
        Fields.NAME: _("名称"),
        Fields.CREDIT_CODE: _("统一社会信用代码"),
        Fields.USER: _("用户选定"),
    }.get(field, "")


def clue_sentence(clue: Clue, locator: Locator) -> str:
    """Say what one name or code in a row stands for."""
    language = language_in_use()
    names = [locator.name_of(clue.spot_id, language)] if clue.spot_id else []
    if not names:
        names = [locator.full_name(code.ljust(6, "0"), language) for code in clue.codes if code]
    return _CLUES[clue.rule]().format(
        field=field_name(clue.field), text=clue.text, place=_listed(dict.fromkeys(names))
    )


_CLUES = {
    Rule.UNIT: lambda: _("{field}里写着“{text}”：{place}。"),
    Rule.STEM: lambda: _("{field}里的“{text}”取作{place}。"),
    Rule.OLD_NAME: lambda: _("{field}里的“{text}”是旧名，现为{place}。"),
    Rule.TOWN: lambda: _("{field}里的乡镇或街道“{text}”：{place}。"),
    Rule.TOWN_STEM: lambda: _("{field}里的“{text}”取作{place}。"),
    Rule.ZONE: lambda: _("{field}里写着园区“{text}”：{place}。"),
    Rule.GENERIC_ZONE: lambda: _("{field}里的“{text}”，按前面的行政区取作{place}。"),
    Rule.ZONE_UNKNOWN: lambda: _("{field}里的“{text}”不在已知的园区里，只取前面的行政区。"),
    Rule.PLACE: lambda: _("{field}里的地名“{text}”在{place}。"),
    Rule.ROAD: lambda: _("{field}里的道路“{text}”在{place}。"),
    Rule.BRANCH: lambda: _("{field}里的“{text}”（分支机构或括号里的地名）：{place}。"),
    Rule.CODE: lambda: _("{field}的区划位 {text}：{place}。"),
    Rule.CODE_OLD: lambda: _("{field}的区划位 {text} 是旧代码，现属{place}。"),
    Rule.CODE_ZONE: lambda: _("{field}的区划位 {text} 属于{place}。"),
    Rule.CODE_AUTHORITY: lambda: _("{field}的区划位 {text} 只到{place}。"),
    Rule.CODE_OUTSIDE: lambda: _("{field}的区划位 {text} 不在京津冀。"),
    Rule.ELSEWHERE: lambda: _("{field}里的“{text}”不在京津冀。"),
}


def code_problem_sentence(problem: str) -> str:
    """Say what is wrong with a credit code; empty if nothing is."""
    sentences = {
        "length": _("统一社会信用代码不是18位，没有用它。"),
        "letters": _("统一社会信用代码里有不该有的字符；改成形近的数字后校验位对得上，才用它。"),
        "check": _("统一社会信用代码的校验位不对，没有用它。"),
        "old": _("是15位的旧注册号，用了前6位。"),
        "rounded": _("统一社会信用代码被表格软件改成了数，已经不可用；请把这一列存成文本。"),
    }
    return sentences.get(problem, "")


def disagreement_sentences(verdict: Verdict, locator: Locator, unit_id: str | None = None) -> tuple[str, ...]:
    """Say what contradicts the place of a row.

    Parameters
    ----------
    verdict
        Of the row.
    locator
        Names the units.
    unit_id
        The unit that the user chose instead; None for that of the verdict.
    """
    language = language_in_use()
    found = verdict.disagreement
    placed_id = verdict.unit_id if unit_id is None else unit_id
    placed = locator.name_of(placed_id, language) if placed_id else verdict.outside
    sentences = []
    if found & Disagreement.REGISTRATION and verdict.registered_id:
        registered = PROVINCES.get(verdict.registered_id) or locator.name_of(verdict.registered_id, language)
        message = _("登记在{registered}，地址在{placed}：可能是迁移线索。")
        sentences.append(message.format(registered=registered, placed=placed))
    for flag, field in (
        (Disagreement.NAME, Fields.NAME),
        (Disagreement.REGION, Fields.REGION),
        (Disagreement.CODE, Fields.CODE),
        (Disagreement.ZONE, Fields.ZONE),
    ):
        if found & flag:
            said = [
                locator.name_of(clue.spot_id, language) if clue.spot_id else clue.text
                for clue in verdict.clues
                if clue.field is field
            ]
            message = _("{field}指向{said}，与{placed}不一致。")
            sentences.append(
                message.format(field=field_name(field), said=_listed(dict.fromkeys(said[-1:])), placed=placed)
            )
    return tuple(sentences)


def reason_sentence(verdict: Verdict) -> str:
    """Say why a row has no place; empty if it has one."""
    if verdict.level is Level.AMBIGUOUS:
        # There may be more than are told.
        is_all = len(verdict.candidates) < MOST_CANDIDATES
        sentence = (
            _("有 {n} 个地方都符合，请选一个。")
            if is_all
            else _("符合的地方很多，这里只列出 {n} 个；请补上所在的市或区县，或选一个。")
        )
        return sentence.format(n=len(verdict.candidates))
    return {
        Reason.NONE: "",
        Reason.NOTHING_SAID: _("没有地址、园区、名称或代码。"),
        Reason.NOTHING_KNOWN: _("没有认得的地名。"),
        Reason.OUTSIDE: _("在京津冀以外（{place}）。").format(place=verdict.outside),
    }[verdict.reason]


def telling_clues(clues: tuple[Clue, ...]) -> tuple[Clue, ...]:
    """Return clues without the units that only lead to a narrower one: 河北省 and 唐山市 before 曹妃甸区."""
    return tuple(
        clue
        for number, clue in enumerate(clues)
        if clue.rule not in (Rule.UNIT, Rule.STEM)
        or not any(
            later.field is clue.field and later.codes != clue.codes and later.codes
            for later in clues[number + 1 :]
        )
    )


def verdict_sentences(verdict: Verdict, locator: Locator) -> tuple[str, ...]:
    """Return all that is to be said about a row: why it has no place, clues, problems, contradictions."""
    sentences = [reason_sentence(verdict)]
    sentences += [clue_sentence(clue, locator) for clue in telling_clues(verdict.clues)]
    sentences.append(code_problem_sentence(verdict.code_problem))
    sentences += disagreement_sentences(verdict, locator)
    return tuple(dict.fromkeys(sentence for sentence in sentences if sentence))


def row_sentences(placements: Placements, row: int) -> tuple[str, ...]:
    """Return all that is to be said about a row as it stands now, the user's choice included."""
    verdict = placements.verdict(row)
    locator = placements.locator
    if not placements.fields[row] & Fields.USER:
        return verdict_sentences(verdict, locator)
    place_id = str(placements.place_id[row])
    chosen = _("你把它放在{place}。") if place_id else _("你在地图上点了它的位置。")
    clues = [clue_sentence(clue, locator) for clue in telling_clues(verdict.clues)]
    return (chosen.format(place=locator.full_name(place_id, language_in_use())), *dict.fromkeys(clues))


def confidence_word(confidence: float) -> str:
    """Return how sure a place is, in a word."""
    if confidence >= 0.9:
        return _("把握高")
    return _("把握中") if confidence >= LOW_CONFIDENCE else _("把握低")


def evidence_codes(fields: int) -> str:
    """Return the columns that a place was found by, as files hold them: ``address|name``."""
    return "|".join(field.name.lower() for field in Fields if field and fields & field and field.name)


def disagreement_codes(disagreement: int) -> str:
    """Return what contradicts a place, as files hold it: ``registration|name``."""
    return "|".join(flag.name.lower() for flag in Disagreement if flag and disagreement & flag and flag.name)


def closeness_name(closeness: Closeness) -> str:
    """Return in words how near to a row its point is; empty if it has none."""
    return {
        Closeness.SITE: _("具体位置"),
        Closeness.TOWN: _("到乡镇街道"),
        Closeness.COUNTY: _("到区县"),
        Closeness.AREA: _("到片区"),
        Closeness.NONE: "",
    }[closeness]


def evidence_words(fields: int) -> str:
    """Return the columns that a place was found by, in words."""
    return _listed(dict.fromkeys(field_name(field) for field in Fields if field and fields & field))


def disagreement_words(disagreement: int) -> str:
    """Return which columns contradict a place, in words."""
    names = {
        Disagreement.REGISTRATION: _("登记地"),
        Disagreement.NAME: field_name(Fields.NAME),
        Disagreement.REGION: field_name(Fields.REGION),
        Disagreement.CODE: field_name(Fields.CODE),
        Disagreement.ZONE: field_name(Fields.ZONE),
    }
    return _listed(dict.fromkeys(name for flag, name in names.items() if disagreement & flag))


def reason_words(reason: Reason) -> str:
    """Return why a row has no place, in a word or two; empty if it has one."""
    return {
        Reason.NONE: "",
        Reason.NOTHING_SAID: _("没有填写"),
        Reason.NOTHING_KNOWN: _("没有认得的地名"),
        Reason.OUTSIDE: _("在京津冀以外"),
    }[reason]


def _listed(names: "dict[str, None]") -> str:
    return ("、" if language_in_use() is Language.ZH else ", ").join(names)
