"""What a message says of the titles and picks it names: liked, disliked, seen, asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from assistant.message import MASK, sentence_end

Side = Literal["liked", "disliked", "seen", "about", "none"]
REACH = 110  # characters before a title in which a word counts

_ADV = r"(?:(?:really|so|very|quite|absolutely|totally|just|also|still|pretty|a bit|a little|kind of|kinda|rather|such|truly|simply|way|far|too|all|actually|honestly|never|always|both|to be) )*"
_GOOD = (
    r"great|amazing|brilliant|awesome|fantastic|wonderful|excellent|superb|perfect|lovely|incredible|outstanding|terrific|"
    r"beautiful|good|fun|fab|fabulous|gorgeous|magnificent|stunning|cool|nice|the best|my favou?rites?|a masterpiece|masterpieces?|a classic|classics|a gem|"
    r"underrated|spot on|a treat|my (?:jam|thing|kind of)|a joy|not bad|not half bad|unforgettable|a blast|a hit|better|(?:one|some) of (?:my|the) (?:favou?rites?|best)|solid|sublime"
)
_BAD = (
    r"boring|awful|terrible|overrated|bad|the worst|worst|disappointing|a disappointment|stupid|dull|meh|horrible|dreadful|rubbish|garbage|trash|crap|crappy|"
    r"lame|tedious|a bore|a let ?down|not (?:very |that |so |really |particularly |all that )?(?:good|great|for me|my (?:thing|taste|style|cup of tea)|funny|interesting|impressed|what i)|unwatchable|unbearable|"
    r"a waste(?: of \w+)?|mediocre|forgettable|cheesy|annoying|ridiculous|nonsense|pretentious|weak|poor|too (?:long|slow|short|heavy|expensive|violent|dark|sad|loud|boring|scary|weird|silly|fast|old|pricey|big|noisy|soft)|underwhelming|painful|ugly|flimsy|so-so|no good"
)
_PRAISE = (
    r"lov(?:e[ds]?|ing)|luv(?:ed)?|lik(?:e[ds]?|ing)|enjoy(?:ed|s|ing)?|ador(?:e[ds]?|ing)|favou?rites?|fave|(?:big |huge )?fans? of|similar to|same \w+ as|as good as|in the (?:style|vein|spirit|manner) of|along the lines of|"
    r"reminds? me of|reminiscent of|great|amazing|brilliant|awesome|fantastic|wonderful|masterpiece|excellent|superb|into|appreciate[ds]?|not bad|impressed by|obsessed with|crazy about|"
    r"feel of|vibes? of|mood of|spirit of|akin to|close to|inspired by|resembl(?:es?|ing)|comparable to|rewatch(?:ed|ing)?|grew up (?:with|on)|can't get enough of|never (?:get )?tired? of|hooked on|cherish|treasure|"
    r"happy with|pleased with|delighted with|swear by|more of|(?:works?|worked) (?:well|great)|recommend(?:ed)?"
)
_NOT = r"(?:(?:do|does|did|was|is|were|could|would|ca|has|have)(?:n'?t| not)|never|not|didnt|dont|cannot)"
_BLAME = (
    rf"hat(?:e[ds]?|ing)|dislik(?:e[ds]?|ing)|loath(?:e[ds]?|ing)|detest(?:ed)?|despise[ds]?|{_NOT}(?: \w+){{0,2}} (?:like[ds]?|love[ds]?|enjoy(?:ed)?|into|(?:a )?(?:big |huge )?fan of|care for|get (?:into|on with|through)|finish|click with|impressed (?:by|with)|stand|bear|happy with|recommend|want)|"
    r"can'?t stand|couldn'?t (?:stand|bear|finish|get into)|bored? (?:by|to \w+ by|me)|boring|awful|terrible|overrated|worst|disappoint(?:ing|ed)(?: by| with| in)?|sick of|tired of|fed up with|"
    r"unlike|nothing like|anything (?:but|like)|not (?:another|more like|like)|regret(?:ted)?|walked out (?:of|on)|fell asleep (?:during|in|watching)|gave up on|stopped watching|returned|sent back|avoid|put off by|instead of|rather than|other than|except|no more|skip|drop|lose|take out|anything except"
)
_KNOWN = (
    r"(?:already |just |recently |all |only |have |'ve |ve |i |we )*(?:seen|saw|watched|own(?:ed)?|bought|heard|read|played|tried|listened to|know|knew|(?<!you )got|finished|completed|rewatched|through with|familiar with|used)\b"
)
_BEFORE = re.compile(
    rf"(?P<disliked>(?<![\w'])(?:{_BLAME})(?![\w']))|(?P<liked>(?<![\w'])(?:{_PRAISE})(?![\w']))|(?P<seen>(?<![\w])(?:{_KNOWN})(?!\w)|(?<![\w'])(?:i|we)(?:'ve| have) (?:already )?(?:got )?(?:the |a )?$)|"
    r"(?P<dis_zh>不(?:太|怎么|是很|是太)?(?:喜欢|爱看?|爱听|想[看要听])|讨厌|烦|受不了|不要(?:再来|再推荐|像)?|别(?:再)?(?:来|推荐|给我|像)|恨|反感|看不下去|听不下去|不像|除了)|"
    r"(?P<lik_zh>(?:最|很|超|特别|非常|也|都|挺|真)?(?:喜欢|爱看?|爱听|迷)|像|类似于?|跟|和|与|同|如|推荐.{0,4}像|风格像|好比|参考)|"
    r"(?P<see_zh>(?:已经|都|刚|早就?|以前|之前)?(?<!没)(?<!没有)(?:看|听|读|买|玩|用|刷)(?:过|完|了)|已经有|我(?:家)?有(?!点|没|个)|家里有|知道|手上有|拥有)"
)
_WAS = r"(?:,? ?(?:which |that |it |they |both |all |both of which |both of them |but |and |i (?:found|find|thought|think)(?: it| they)?(?: was| is)? ?)?)?(?: ?(?:was|is|were|are|wasn't|isn't|weren't|felt|seems?|seemed|'s|being|has been|turned out|ended up)\s+)"
_AFTER = re.compile(
    rf"[\"')*]*(?:\s*\((?:\d{{4}})\))?(?:"
    rf"(?P<disliked>(?:{_WAS}| (?:sounds?|looks?|looked) |[ ,?!.]+(?:- )?){_ADV}(?:{_BAD})(?![\w'])(?! (?:funny|for))|"
    rf"{_WAS}{_ADV}(?:n't|not)(?! bad| only)|[ ,]+(?:wasn't|isn't|weren't|aren't|didn't|doesn't|did not|does not|don't|didnt) (?!bad)\w+|[,.!?:; -]*(?:which |that |and |but |,|i )*(?:i |we )?(?:really |just |absolutely |have to say i )?(?:hated|disliked|loathed|hate|detested)(?: (?:it|them|that|this|both)\b|(?=\s*$|[.,!;]))|[,.!?:; -]*(?:and |but |which )?(?:i |we )?(?:didn't|did not|don't|do not|never|couldn't|can't) (?:really |much )?(?:like|enjoy|love|care|get into|finish|stand)|"
    r"[,]? (?:really |just |totally )*(?:bored|disappointed|annoyed|depressed|scared|lost|left) (?:me|us)\b|[ ,]+(?:no|nope|nah|not (?:so much|really|again)|no thanks|is out|are out|can go)\b)|"
    rf"(?P<liked>(?:{_WAS}|[ ,?!.]+(?:- )?){_ADV}(?:{_GOOD})(?![\w'])(?! (?:than|for (?:kids|me))| or\b)|[,.!?:; -]*(?:which |that |and |but |,|i )*(?:i |we )?(?:really |just |absolutely |both )?(?:loved|liked|enjoyed|adored|love|adore)(?: (?:it|them|that|both|all of (?:it|them)|every)\b|(?=\s*$|[.,!;]))|"
    r" (?:rocks|rules|blew me away|blew my mind|made me (?:laugh|cry|smile)|moved me|stuck with me|works (?:well|great|for me))|(?:,| is| are| was| were)? ?(?:my|our) (?:all[- ]time )?(?:favou?rites?|childhood|jam|go-to)|[ -](?:style|like|esque|vibes?|type|-ish)\b)|"
    r"(?P<seen>[,.!? -]*(?:(?:i|we|which i|which we|that i)(?:'ve| have|ve)? )?(?:already |both |all )*(?:seen|saw|watched|know|own|have|got|heard|read|played)(?: (?:it|that|them|those|both|one|all|already|before))*(?= ?(?:$|[,.!?]|already|before|and|so|too|by heart|twice|last|yesterday|but))|[, ]*(?:i|we) (?:already )?(?:have|own|know)(?: it| that| already)*(?= ?(?:$|[,.!?]))|[ ,]+(?:is|are) (?:one i|something i)(?:'ve| have)? (?:already )?(?:seen|know|watched)|[, ]+already\b)|"
    r"(?P<dis_zh>[》」\"']*(?:我|真|实在|就|都|也|是|的|,|这部?电影|那部?|有点|太|很|比较|挺|觉得|,?我?觉得)*(?:无聊|难看|烂|差劲?(?!不多)|一般般?|失望|难听|没意思|不好看|不好听|不怎么样|不行|不喜欢|讨厌|不爱|看不下去|看不懂|听不懂|看不进去|后悔|不值|坑|沉闷|闷|垃圾|算了|不要|没劲|不感兴趣|太长|太慢|太吵|太重|太贵|高估|被高估|看睡着|太[^,.!?]{1,4}了?))|"
    r"(?P<see_zh>[》」\"']*(?:和.{0,2})?(?:我|们|都|已经|早就?|以前|之前|也|刚|,|全)*(?:看|听|读|买|玩|用|刷)(?:过|完|了)|[》」\"']*,?我?(?:家里?)?(?:已经|早就)?(?:有了|知道|有一[把个台]|家有|有(?=$|[,.!])))|"
    r"(?P<lik_zh>[》」\"']*(?:我|真|实在|就|都|也|是|的|,|这部?电影|那部?|有点|太|很|超级?|比较|挺|特别|非常|觉得|,?我?觉得|最)*(?:好看|不错|好听|棒|赞|经典|精彩|喜欢|神作|好|爱|最爱|绝了|牛|感人|好笑|有意思|满意|合适)|"
    r"[》」\"']*(?:这|那)(?:样|种|类)的?|[》」\"']*(?:之类|类似|差不多|一样|同类|的?风格|的?感觉|那种|这种|类型)))"
)
# "I have a Heron already and love it": what comes after counts more than that it is known.
_LATER = re.compile(
    r"[^.;!?]{0,40}?\b(?:and|but|,)(?: i| we)?(?: really| just| absolutely| still| do| have to say)* (?:(?P<good>lov(?:ed?|ing)|lik(?:ed?|ing)|enjoy(?:ed)?|ador(?:ed?))|(?P<bad>hat(?:ed?|ing)|dislik(?:ed?)|(?:don't|didn't|can't|couldn't|wasn't) (?:like|love|enjoy|stand|impressed)|regret(?:ted)?))(?: (?:it|them|that|both))?\b(?! (?:a|an|some|something|another|more|to)\b)|"
    r".{0,12}(?:,|但|不过|而且)?.{0,4}(?:(?P<bad_zh>(?:很|太|真|有点)?(?:无聊|难看|失望|后悔|不喜欢|没意思|不好用|噪音太大|难用|不感兴趣|没兴趣))|(?P<good_zh>很喜欢|喜欢得|特别顺手|很好用|很不错|听哭|看哭|百看不厌|循环|特别喜欢|超喜欢|非常喜欢|好用))"
)
_JOINED = re.compile(r"[\s\"'*》」]*(?:,|and|or|&|\+|/|,\s*and|,\s*or|plus|as well as|also|、|和|跟|与|还有|以及|或者?|,还有)?[\s\"'*]*(?:the |also |both |《)*[\"'《]*")
_RATHER = re.compile(r"\b(?:cheaper|lighter|shorter|longer|older|newer|heavier|faster|slower|better|funnier|scarier|more|less|\w+er)(?: \w+){0,2} than(?: the)? *$|比$|比起$")
_NEGATED_REF = re.compile(r"(?:^|[,.;!?] ?|\b(?:but|just|and|anything|please) )not(?: the)? *$|\b(?:not|isn't|aren't) *$|\banything but *$|不是$|不要$")
_ASKED = re.compile(r"\b(?:about|what|which|who|compare|between|why|is|does|how|when|tell me)\b|怎么样|如何|吗|什么|介绍|为什么|比较|哪")


class Mention(NamedTuple):
    """Hold a title or a reference: where it stands, and what stands for it in the slots."""

    start: int
    end: int
    labels: tuple[str, ...]
    reference: bool


class Opinions(NamedTuple):
    """Titles and references by what is said of them."""

    liked: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


def read_opinions(plain: str, mentions: Sequence[Mention], default: Side = "liked") -> Opinions:
    """Sort titles and references by the nearest word of praise or blame in their clause.

    Args:
        plain: The message, made plain, with the titles covered.
        mentions: Titles and references, in order.
        default: What a title without such a word counts as: `liked`, or `about` where it is asked about. A
            reference without such a word is left out, unless it is asked about.
    """
    sides: list[Side] = []
    for number, mention in enumerate(mentions):
        previous = mentions[number - 1] if number else None
        limit = mentions[number + 1].start if number + 1 < len(mentions) else len(plain)
        joined = previous is not None and _JOINED.fullmatch(plain[previous.end : mention.start])
        after = _after(plain, mention, limit)
        if joined and sides[-1] != "none":
            side = sides[-1]
        else:
            side = after or _before(plain, mention, previous, default) or _unsaid(mention, default)
        if after and joined:
            side = _spread_back(plain, mentions, sides, number, after)
        sides.append(side)
    listed, sides = _resolve_listed(mentions, _resolve_it(mentions, sides))
    return _gather(listed, sides)


def _spread_back(plain: str, mentions: Sequence[Mention], sides: list[Side], number: int, side: Side) -> Side:
    """Let words after a list hold for all of it, where nothing else was said of its beginning."""
    at = number
    while at and _JOINED.fullmatch(plain[mentions[at - 1].end : mentions[at].start]):
        at -= 1
    if _before(plain, mentions[at], mentions[at - 1] if at else None) is None:
        for place in range(at, number):
            sides[place] = side
        return side
    return sides[-1]


def _unsaid(mention: Mention, default: Side) -> Side:
    return "none" if mention.reference and default != "about" else default


def _resolve_it(mentions: Sequence[Mention], sides: list[Side]) -> list[Side]:
    """Let "it" after a title mean that title: "seen Heat, loved it"."""
    out = list(sides)
    for number, mention in enumerate(mentions):
        if mention.labels == ("#it",) and number and mentions[number - 1].labels != ("#it",):
            if out[number] == "disliked" or (out[number] == "liked" and out[number - 1] == "none"):
                out[number - 1] = out[number]
            out[number] = "none"
    return out


def _resolve_listed(mentions: Sequence[Mention], sides: list[Side]) -> tuple[list[Mention], list[Side]]:
    """Let "the first" and "the others" after several titles mean those: "Rust and Grid: loved the first"."""
    titles = [m for m in mentions if not m.reference]
    out, kept = list(sides), list(mentions)
    for number, mention in enumerate(mentions):
        before = [t for t in titles if t.end <= mention.start]
        if not mention.reference or len(before) < 2 or sides[number] == "none":
            continue
        meant = _listed(mention, before, [k for k in kept[:number] if k.reference])
        for title in meant:
            out[mentions.index(title)] = sides[number]
        if meant:
            kept[number] = mention._replace(labels=tuple(t.labels[0] for t in meant))
    return kept, out


def _listed(mention: Mention, titles: Sequence[Mention], earlier: Sequence[Mention]) -> list[Mention]:
    label = mention.labels[0]
    if label == "#rest":
        named = {name for other in earlier for name in other.labels}
        return [t for t in titles if t.labels[0] not in named]
    if label == "#*":
        return list(titles)
    if re.fullmatch(r"#-?\d+", label):
        place = int(label[1:])
        place = place - 1 if place > 0 else len(titles) + place
        return [titles[place]] if 0 <= place < len(titles) else []
    return []


def _gather(mentions: Sequence[Mention], sides: Sequence[Side]) -> Opinions:
    found: dict[str, list[str]] = {name: [] for name in Opinions._fields}
    for mention, side in zip(mentions, sides, strict=True):
        if side != "none" and mention.labels != ("#rest",):
            found[side] += mention.labels
    once = {side: tuple(dict.fromkeys(labels)) for side, labels in found.items()}
    once["liked"] = tuple(t for t in once["liked"] if t not in once["disliked"])
    once["seen"] = tuple(t for t in once["seen"] if t not in (*once["liked"], *once["disliked"]))
    return Opinions(**once)


def _after(plain: str, mention: Mention, limit: int) -> Side | None:
    end = min(limit + 1, max(sentence_end(plain, mention.end) + 24, mention.end))  # one more shows what follows
    text = plain[mention.end : end]
    stop = re.search(r"[;\n]|\.\s(?!i |we )", text)
    text = text[: stop.start()] if stop else text
    match = _AFTER.match(text)
    side = _side_of(match) if match else None
    later = _LATER.match(text)
    if later and side in (None, "seen"):
        return "disliked" if later["bad"] or later["bad_zh"] else "liked"
    return side


def _side_of(match: re.Match[str]) -> Side:
    names: dict[str, Side] = {"dis_zh": "disliked", "lik_zh": "liked", "see_zh": "seen"}
    group = str(match.lastgroup)
    return names.get(group, group)  # type: ignore[arg-type]


def _before(plain: str, mention: Mention, previous: Mention | None, default: Side = "liked") -> Side | None:
    begin = max(previous.end if previous else 0, mention.start - REACH)
    text = plain[begin : mention.start]
    clause = re.split(r"[.;!?\n]|\bbut\b|但是?|不过", text)[-1].replace(MASK, "")
    if _RATHER.search(clause):
        return None if default == "about" else "none"
    if _NEGATED_REF.search(clause):
        return "disliked" if mention.reference else "none"
    side: Side | None = None
    for match in _BEFORE.finditer(clause):
        if "," in clause[match.end() :] and not re.fullmatch(r" ?(?:bad|half bad)?,(?: (?:that|the|this|my))? ?[\"']*", clause[match.end() :]):
            continue
        side = _side_of(match)
    return side
