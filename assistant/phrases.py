"""What Palate says by itself, in English and Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Lang = Literal["en", "zh"]
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
LETTER = re.compile(r"[^\W\d_]")

YES = re.compile(
    r"(?:yes|yeah|yep|yup|ok|okay|sure|fine|alright|all right|go ahead|do it|do that|please do|"
    r"yes,? please|sounds good|好|好的|好啊|可以|行|嗯|是|是的|没问题|那就这样)[\s.!,。！，~]*",
    re.I,
)

ENGLISH = {
    "greeting": "Hello! Tell me a few titles you like, or what you are in the mood for, and I will find "
    "something.",
    "thanks": "You are welcome. Say what to change, or ask for something else.",
    "self": "I am Palate. I recommend from this catalogue and learn from what you like; I am a program.",
    "off-topic": "I can only help you find something in this catalogue. Say what you are in the mood for.",
    "unsafe": "I cannot help with that. I am glad to find you something in the catalogue instead.",
    "reset": "Forgotten: we start afresh. Tell me what you would like.",
    "nothing shown": "I have shown nothing yet. Tell me what you like, and I will find something.",
    "which item": "I am not sure which one you mean. Name it, or say its place in the list.",
    "unknown title": "I could not find that title in the catalogue.",
    "no words": "There are no titles or descriptions here, so I go by what you and others like alone.",
    "names alone": "Only names are known here, so I cannot tell what fits “{query}” and go by what you like.",
    "unknown column": "The catalogue does not say anything about {column}.",
    "topic price": "prices",
    "topic weight": "weight",
    "topic length": "length",
    "topic tempo": "tempo",
    "topic warranty": "a warranty",
    "topic material": "materials",
    "topic people": "who made it or takes part",
    "topic country": "countries",
    "topic calories": "calories",
    "liked": "Noted: you like {items}.",
    "disliked": "Noted: {items} was not for you, and it will not come back.",
    "seen": "Noted: you know {items} already.",
    "rated": "Thank you, noted.",
    "go on": "Ask for new picks and I will take it into account.",
    "again": "Here they are again.",
    "repeated": "Nothing new fits, so here is what fits of what I have shown before.",
    "exhausted": "Everything that fits has been shown or turned down.",
    "nothing": "Nothing in the catalogue fits all of that.",
    "few": "Only {n} in the catalogue fit all of that.",
    "few one": "Only one in the catalogue fits all of that.",
    "few new": "Only {n} that you have not seen here fit all of that.",
    "few new one": "Only one that you have not seen here fits all of that.",
    "without": "Without {name} there would be {n}.",
    "without many": "Only without {name} there would be something: {n}.",
    "audience": "The catalogue does not say what suits {audience}; please check that yourself.",
    "kids": "children",
    "family": "a family",
    "teens": "teenagers",
    "adults": "adults",
    "llm loading": "The language model is still loading; I read your message by rules.",
    "llm down": "The language model is down; I read your message by rules.",
    "llm failed": "The language model could not be started; I read your message by rules.",
    "pick": "{label}, {facts}, {why}.",
    "pick bare": "{label} {why}.",
    "pick plain": "{label}: {facts}.",
    "pick only": "{label} is in the catalogue.",
    "why like": "is close to what you like",
    "why say": "is in line with what you told me",
    "why query": "matches what you asked for",
    "why facet": "has the feel you describe",
    "why toward": "goes the way you asked",
    "why link": "is linked with what you like",
    "why popularity": "is liked by many",
    "why recent": "is recent",
    "scores": "{label} scores {score} for you: {terms}.",
    "place": "Without {what} it would be {place} instead of {now}.",
    "place same": "Without {what} it would still be {now}.",
    "your like": "your like of {label}",
    "your dislike": "your dislike of {label}",
    "your say": "your word “{text}”",
    "you liked": "you liked {label}",
    "you disliked": "you disliked {label}",
    "you hid": "you hid {label}",
    "you have seen": "you have seen {label}",
    "you passed over": "you passed over {label}",
    "you said": "you said “{text}”",
    "fits": "fits “{query}”",
    "is like": "is like {label}",
    "shares": "same {relation} ({through}) as {label}, which you liked",
    "is linked": "linked with {label}, which you liked ({relation})",
    "same series": "same series as {label}, which you liked",
    "near": "comes near “{query}”",
    "is": "{values}, as you describe",
    "leans": "is more as you asked",
    "leans away": "is less as you asked",
    "direction": "goes the way you asked ({columns})",
    "many": "liked by many",
    "some": "liked by some",
    "little": "little known",
    "prior": "a fair guess for anybody",
    "recent": "is recent",
    "not recent": "has been out for a while",
    "rest": "{n} smaller terms",
    "fact": "{label}: {facts}.",
    "fact column": "{label}: {column} {value}.",
    "no fact": "The catalogue does not say the {column} of {label}.",
    "no facts": "The catalogue says nothing more of {label}.",
    "your score": "your score",
    "higher": "{label} scores higher for you.",
    "even": "They score about the same for you.",
    "least most": "{column}: lowest {low} ({low_value}), highest {high} ({high_value}).",
    "limit up to": "the limit of {column} to {high}",
    "limit from": "the limit of {column} to {low} and above",
    "limit between": "the limit of {column} to {low} to {high}",
    "limit exactly": "the limit of {column} to exactly {low}",
    "not between": "ruling out {column} {low} to {high}",
    "lower than": "“lower {column}”",
    "higher than": "“higher {column}”",
    "value": "“{value}”",
    "no value": "“no {value}”",
    "for audience": "the limits for {audience}",
    "by": "“{name}”",
    "ask facet": "Is there a {facet} you would like?",
    "ask mood": "Which of these comes closest to what you want now?",
    "any": "Any",
    "yes": "yes",
    "drop": "Go without {name}",
}  # fmt: skip
CHINESE = {
    "greeting": "你好！告诉我几个你喜欢的，或者你现在想要什么样的，我来帮你找。",
    "thanks": "不客气。想换什么、改什么，直接告诉我。",
    "self": "我是 Palate，一个程序：从这个目录里为你推荐，并从你的喜好中学习。",
    "off-topic": "我只能帮你在这个目录里找合适的。告诉我你现在想要什么样的。",
    "unsafe": "这个我帮不了你。我很乐意在目录里为你找点别的。",
    "reset": "好的，全部清空，重新开始。告诉我你想要什么样的。",
    "nothing shown": "我还没有推荐过什么。告诉我你喜欢什么，我来找。",
    "which item": "我不确定你指的是哪一个，请说出名字或它在列表中的位置。",
    "unknown title": "目录里没有找到这个名字。",
    "no words": "这个目录没有标题和介绍，我只能按你和大家的喜好来推荐。",
    "names alone": "这里只有名字，没法判断什么算“{query}”，我按你的喜好来推荐。",
    "unknown column": "目录里没有关于{column}的信息。",
    "topic price": "价格",
    "topic weight": "重量",
    "topic length": "长度",
    "topic tempo": "速度",
    "topic warranty": "质保",
    "topic material": "材料",
    "topic people": "作者和参与者",
    "topic country": "国家",
    "topic calories": "热量",
    "liked": "记下了：你喜欢{items}。",
    "disliked": "记下了：{items}不合你的口味，不会再推荐。",
    "seen": "记下了：你已经知道{items}。",
    "rated": "谢谢，记下了。",
    "go on": "想要新的推荐，直接说就行，我会参考这一点。",
    "again": "这是刚才的那些。",
    "repeated": "没有新的符合要求，下面是之前给你看过、仍然符合的。",
    "exhausted": "符合要求的都已经推荐过或被你排除了。",
    "nothing": "目录里没有符合全部要求的。",
    "few": "目录里只有 {n} 个符合全部要求。",
    "few one": "目录里只有 1 个符合全部要求。",
    "few new": "没给你看过的只有 {n} 个符合全部要求。",
    "few new one": "没给你看过的只有 1 个符合全部要求。",
    "without": "如果不要求{name}，就有 {n} 个。",
    "without many": "只有不要求{name}才会有：{n} 个。",
    "audience": "目录没有说明什么适合{audience}，请自行确认。",
    "kids": "孩子",
    "family": "全家",
    "teens": "青少年",
    "adults": "成年人",
    "llm loading": "语言模型还在加载，我先按规则理解你的话。",
    "llm down": "语言模型没有运行，我先按规则理解你的话。",
    "llm failed": "语言模型无法启动，我先按规则理解你的话。",
    "pick": "{label}：{facts}，{why}。",
    "pick bare": "{label}{why}。",
    "pick plain": "{label}：{facts}。",
    "pick only": "目录里有 {label}。",
    "why like": "和你喜欢的相近",
    "why say": "符合你说过的喜好",
    "why query": "符合你的要求",
    "why facet": "有你描述的感觉",
    "why toward": "符合你要的方向",
    "why link": "与你喜欢的有关联",
    "why popularity": "很多人喜欢",
    "why recent": "比较新",
    "scores": "{label} 对你的得分是 {score}：{terms}。",
    "place": "没有{what}，它会排在第 {place} 位，而不是第 {now} 位。",
    "place same": "没有{what}，它仍排在第 {now} 位。",
    "your like": "你对 {label} 的喜欢",
    "your dislike": "你对 {label} 的不喜欢",
    "your say": "你说的“{text}”",
    "you liked": "你喜欢 {label}",
    "you disliked": "你不喜欢 {label}",
    "you hid": "你隐藏了 {label}",
    "you have seen": "你看过 {label}",
    "you passed over": "你跳过了 {label}",
    "you said": "你说过“{text}”",
    "fits": "符合“{query}”",
    "near": "接近“{query}”",
    "is like": "和 {label} 相似",
    "shares": "与你喜欢的 {label} 有相同的 {relation}（{through}）",
    "is linked": "与你喜欢的 {label} 有关（{relation}）",
    "same series": "与你喜欢的 {label} 同属一个系列",
    "is": "属于 {values}",
    "leans": "更接近你要的",
    "leans away": "离你要的更远",
    "direction": "符合你要的方向（{columns}）",
    "many": "很多人喜欢",
    "some": "有些人喜欢",
    "little": "知道的人不多",
    "prior": "对谁都还算合适",
    "recent": "比较新",
    "not recent": "出来有一段时间了",
    "rest": "另外 {n} 个较小的原因",
    "fact": "{label}：{facts}。",
    "fact column": "{label} 的 {column}：{value}。",
    "no fact": "目录没有写明 {label} 的 {column}。",
    "no facts": "目录里没有更多关于 {label} 的信息。",
    "your score": "对你的得分",
    "higher": "对你来说 {label} 得分更高。",
    "even": "对你来说它们得分差不多。",
    "least most": "{column}：最低是 {low}（{low_value}），最高是 {high}（{high_value}）。",
    "limit up to": "{column} 不超过 {high}",
    "limit from": "{column} 不低于 {low}",
    "limit between": "{column} 在 {low} 到 {high} 之间",
    "limit exactly": "{column} 正好 {low}",
    "not between": "排除 {column} {low} 到 {high}",
    "lower than": "“更低的 {column}”",
    "higher than": "“更高的 {column}”",
    "value": "“{value}”",
    "no value": "“不要 {value}”",
    "for audience": "适合{audience}的限制",
    "by": "“{name}”",
    "ask facet": "你想要哪种 {facet}？",
    "ask mood": "下面哪一个最接近你现在想要的？",
    "any": "都可以",
    "yes": "好的",
    "drop": "不要求{name}",
}  # fmt: skip
TEXTS: dict[Lang, dict[str, str]] = {"en": ENGLISH, "zh": CHINESE}


def say(lang: Lang, key: str, **values: object) -> str:
    """Return a line in a language with its gaps filled."""
    return TEXTS[lang][key].format(**values)


def language_of(text: str, before: Lang = "en") -> Lang:
    """Return the language of a message; that of the dialogue before where it has no words ("90s?")."""
    if HAN.search(text):
        return "zh"
    return "en" if len(LETTER.findall(text)) >= 4 else before


def listed(words: Sequence[str], lang: Lang = "en") -> str:
    """Return words as a list in a sentence: "a, b and c"."""
    if lang == "zh":
        return "、".join(words)
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def ordinal(n: int, lang: Lang = "en") -> str:
    """Return "14th"; in Chinese the number alone, since the phrases hold the rest."""
    if lang == "zh":
        return str(n)
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"


def number(value: float, unit: str = "") -> str:
    """Return a number as the catalogue holds it, with its unit: "18.5 EUR", "1 year", "1999"."""
    text = f"{value:.6g}"
    one = value == 1 and len(unit) > 3 and unit.endswith("s")
    return f"{text} {unit.removesuffix('s') if one else unit}" if unit else text
