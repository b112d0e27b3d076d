"""Words that answers and labels are made of, English and Chinese, and the canonical values they stand for.

Belongs here: words of answers. Does not belong here: words of headers (``words.py``), number codes (``codes.py``). The
degrees to which an item is true are told by the kind of word they begin with; the wording of items stands nowhere.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from lbc_assets.intake.questionnaire import Variable, questionnaire

YES_NO = ("yes", "no")
_YES = "yes y true checked selected agree agreed consent 是 是的 有 对 同意 已同意 健在 在世 选中"
_NO = "no n false unchecked unselected disagree refuse 否 不是 没有 无 不 不同意 去世 已故 未选中"
_WORDS: dict[str, dict[str, str]] = {
    "sex": {"male": "male m boy man 男 男生 男孩 男性", "female": "female f girl woman 女 女生 女孩 女性"},
    "province": {"zhejiang": "zhejiang zj 浙江 浙江省", "guizhou": "guizhou gz 贵州 贵州省"},
    "county": {
        "kaihua": "kaihua 开化 开化县",
        "jiande": "jiande 建德 建德市",
        "jiangshan": "jiangshan 江山 江山市",
        "guiding": "guiding 贵定 贵定县",
        "longli": "longli 龙里 龙里县",
    },
    "cares_most": {
        "father": "father dad 父亲 爸爸",
        "stepfather": "stepfather 继父 后爸",
        "mother": "mother mum mom 母亲 妈妈",
        "stepmother": "stepmother 继母 后妈",
        "grandparent": "grandparent grandparents grandmother grandfather 祖父母 爷爷奶奶 外公外婆 奶奶 爷爷",
        "sibling": "sibling siblings brother sister 兄弟姐妹 哥哥 姐姐",
        "relative": "relative relatives 亲戚 其他亲戚",
        "friend": "friend friends 朋友",
        "nobody": "nobody none no_one 没有人 无人",
        "several": "several 多人 几个人",
    },
    "_migration": {
        "current": "current currently now away 现在外出 正在外出 目前外出 目前在外 现在在外",
        "previous": "previous previously before formerly 曾经外出 以前外出 曾外出 曾经",
        "never": "never 从未 从未外出 从没有 从不",
    },
    "school_performance": {
        "very_good": "very_good excellent 非常好 很好 优秀",
        "good": "good 好 较好 良好",
        "fair": "fair average 一般 中等",
        "poor": "poor 差 较差 不好",
        "very_poor": "very_poor 很差 非常差",
    },
}
_MISSING = {
    "no_answer": "missing no_answer unanswered not_answered blank empty 未回答 未填 未填写 缺失 空 无回答 .",
    "dont_know": "dont_know do_not_know dk unknown not_sure 不知道 不清楚 不确定",
    "refused": "refused refuse_to_answer 拒绝 拒绝回答 拒答",
    "not_applicable": "not_applicable na n_a 不适用",
    "skipped": "skipped skip 跳过 未显示",
}
_FITS = "(符合|真实|属实|对|像)"
_DEGREES = (
    ("0", re.compile(f"not(_at_all)?_true|(完全|一点也|很|非常)?不(太|大|很)?{_FITS}")),
    (
        "1",
        re.compile(f"(somewhat|sometimes|partly|a_little)(_true)?|(有点|有点儿|有些|有时|部分|比较|基本|稍微){_FITS}"),
    ),
    ("2", re.compile(f"(certainly|very|completely|definitely)_true|(完全|非常|十分|很|肯定){_FITS}")),
)


def plain(text: str) -> str:
    """A label or answer made comparable: width, case, blanks and marks do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").strip()
    return re.sub(r"[\s_/()\[\]-]+", "_", folded).strip("_")


def missing_reason(text: str) -> str | None:
    """Why an answer is missing, where the word says so."""
    return _missing().get(plain(text))


def value_of(variable: Variable, text: str) -> str | None:
    """The canonical value that a word stands for as an answer to this variable, or None."""
    word = plain(text)
    if word in variable.allowed and not word.isdigit():
        return word
    if variable.name.startswith("sdq_"):
        return next((value for value, form in _DEGREES if form.fullmatch(word)), None)
    if set(variable.allowed) == set(YES_NO):
        return {**dict.fromkeys(_YES.split(), "yes"), **dict.fromkeys(_NO.split(), "no")}.get(word)
    name = "_migration" if variable.name.endswith("_migration") else variable.name
    return {w: value for value, words in _WORDS.get(name, {}).items() for w in words.split()}.get(word)


@functools.cache
def _missing() -> dict[str, str]:
    return {word: reason for reason, words in _MISSING.items() for word in words.split()}


@functools.cache
def _known() -> frozenset[str]:
    words = {word for values in _WORDS.values() for group in values.values() for word in group.split()}
    allowed = {value for variable in questionnaire().values() for value in variable.allowed}
    return frozenset({*words, *allowed, *_YES.split(), *_NO.split(), *_missing()})


def is_known_answer(text: str) -> bool:
    """Whether a text is one of these words, or a degree, and so no child's own."""
    word = plain(text)
    return word in _known() or any(form.fullmatch(word) for _, form in _DEGREES)
