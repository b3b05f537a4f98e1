"""Words that bound a number, before and after it."""

from __future__ import annotations

import re

LOW, HIGH = "low", "high"  # which bound a word sets
NEGATED = re.compile(
    r"(?:\bno|\bnot|\bnothing|\bnever|n't|\bnone|\bwithout|\bcannot|\bnicht|\bkein\w*|"
    r"\bpas)(?: (?!but\b|just\b|only\b|"
    r"and\b)[\w']+){0,4}\s*$|(?:不要?|别|不能|不想|不可以|不会|没有?)$"
)
_THAN = (
    (
        HIGH,
        r"less|fewer|lower|cheaper|lighter|shorter|smaller|slower|quicker|younger|thinner|quieter|"
        r"easier",
    ),
    (
        LOW,
        r"more|greater|higher|bigger|larger|longer|heavier|faster|pricier|dearer|older|thicker|"
        r"louder|better|stronger",
    ),
)
_UPPER = (
    rf"(?:\bunder|\bbelow|\bbeneath|(?:{_THAN[0][1]}|less expensive|less) (?:than|then)|<=?|≤|"
    rf"\binside|\bunter|\b(?:menos de|moins de|weniger als|leichter als|kürzer als|billiger als|"
    rf"günstiger als|meno di|minder dan)\b|"
    r"低于|少于|小于|轻于|短于|便宜于|慢于)"
)
_LOWER = (
    rf"(?:\bover|\babove|\bbeyond|\bexceed(?:s|ing)?|\bpast|(?:{_THAN[1][1]}|"
    rf"more expensive) (?:than|then)|\büber|\b(?:m[aá]s de|mais de|plus de|mehr als|schwerer als|"
    rf"länger als|teurer als|pi[uù] di)\b|"
    r">=?|≥|\bnorth of|超过|高于|多于|大于|重于|长于|快于|超)"
)
_MOST = (
    r"(?:\bat most|\bup to|\bmax(?:imum)?\.?(?: of| is)?|\bwithin|\bno more than|\blimit(?: of|"
    r" is)?|\bcap(?:ped)? (?:of|at)|\ba ceiling of|\bas much as|\bkeep it (?:to|at)|\b(?:stretch|go|push it|"
    r"run|extend|manage|live with)(?: up| as far| as high)? (?:to|as)|"
    r"\b(?:hasta|até|como m[aá]ximo|jusqu'à|bis zu|höchstens|al massimo|no m[aá]ximo)(?!\w)|"
    r"最多|至多|不到|最高|上限是?|控制在|别超|封顶)"
)
_SPEND = (
    r"(?:\bspend(?:ing)?|\bafford|\bpay|\bbudget(?:'s| is| of|:)*|\b(?:only|just) (?:have|got)|"
    r"\bi(?: have|'ve got)|预算(?:是|在|为|只有|就|有|,)*|只有|只出|手头有?)"
)
_LEAST = (
    r"(?:\bat least|\bat the least|\bmin(?:imum)?\.?(?: of| is)?|\bno less than|\bstarting (?:at|"
    r"from)|\bupwards? of|\bnot less than|\bas from|"
    r"\b(?:al menos|por lo menos|au moins|mindestens|almeno|pelo menos)\b|至少|最少|起码|最低|最起码)"
)
_ABOUT = (
    r"(?:\babout|\baround|\broughly|\bapproximately|\bapprox\.?|\bcirca|\bca\.?|~|\bclose to|"
    r"\bin the region of|\bsomewhere (?:around|near)|\bnearly|\balmost|\bsomething like|大概|"
    r"大约|差不多|约|接近|将近)"
)
_FILL = r"(?:\s*(?:a|an|the|about|around|of|just|say|only|是|在|是在|[:：]))*\s*$"
BEFORE = tuple(
    (side, flips, re.compile(rf"{words}{_FILL}"))
    for side, flips, words in (
        (HIGH, False, _MOST), (LOW, False, _LEAST), (HIGH, True, _UPPER), (LOW, True, _LOWER),
        ("about", False, _ABOUT), (HIGH, False, _SPEND),
    )
)  # fmt: skip
AFTER = tuple(
    (side, re.compile(rf"\s*{words}"))
    for side, words in (
        (HIGH, rf"(?:(?:people|persons|guests|of us|each|apiece|a piece|altogether|in total|per \w+) )?"
rf"(?:(?:or|and|&) (?:less|under|below|lower|down|{_THAN[0][1]})|(?:at )?max(?:imum)?\b|"
rf"(?:(?:is|would be|are|'s) )?(?:plenty|enough|"
rf"the limit|my limit|all i (?:have|'ve got)|the most)\b|"
rf"(?:will|would|'ll|should) do\b|(?:is|would be|are|'s) (?:ok|okay|fine|"
rf"alright|all right|no problem)(?: too| as well)?\b|"
rf"tops\b|at (?:the )?(?:very )?most|and no more|or nothing over|limit\b|"
rf"(?:钱)?(?:也|都)(?:行|可以|没问题|能接受)|"
rf"以下|以内|之内|以里|"
rf"内(?!容)|封顶|打住|往下|之下|budget)"),
        (LOW, rf"(?:(?:or|and|&) (?:more|above|over|up|upwards?|{_THAN[1][1]})|\+|plus\b|upwards?\b|"
rf"(?:at )?min(?:imum)?\b|at (?:the )?(?:very )?least|以上|之上|起步?|往上|开外)"),
        ("about", r"(?:or so|or thereabouts|give or take|-?ish\b|左右|上下|前后|的样子)"),
    )
)  # fmt: skip
TO = re.compile(r"\s*(?:-|~|to|and|until|or|till|到|至|和)\s*")
BETWEEN = re.compile(r"(?:\bbetween|\bfrom|\banywhere from|\bin the range(?: of)?|从|在|介于)\s*$")
# "I've got about two hours" is a limit; so is 半小时能搞定.
TO_SPEND = re.compile(
    r"\b(?:i|we)(?:'ve| have)?(?: only)? (?:got|have)(?: only| just)? (?:about|around|roughly|maybe)? "
    r"?$|\bspend (?:about|around) $|"
    r"\bbudget (?:is|of) (?:about|around) $"
)
DONE_IN = re.compile(
    r"(?:就?(?:能|可以)|内|里)?(?:搞定|做好|看完|做完|读完|完成|学完)| (?:free|to spare|to kill)\b"
)
