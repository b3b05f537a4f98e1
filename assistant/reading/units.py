"""Units: what they measure, and how one is turned into another."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

MONEY = "money"
# dimension: {unit words parted by blanks ("_" stands for a blank): size in the first unit}
_TABLE: dict[str, dict[str, float]] = {
    MONEY: {
        "€ $ £ ¥ eur euro euros usd dollar dollars gbp pound_sterling quid buck bucks yuan rmb cny "
"jpy yen chf franc "
        "francs aud cad inr rupee rupees kr sek nok dkk krone kronor peso pesos pln zł 块钱 块 元钱 "
"元 欧元 美元 美金 英镑 "
        "人民币 欧 刀 日元 港币 镑 大洋 块大洋": 1.0,
        "cent cents": 0.01,
    },
    "mass": {
        "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes 公斤 千克": 1.0,
        "g gr gram grams gramme grammes 克": 0.001, "mg 毫克": 1e-6, "t ton tons tonne tonnes 吨": 1000.0,
        "lb lbs pound pounds 磅": 0.45359237, "oz ounce ounces 盎司": 0.028349523, "斤": 0.5,
    },
    "time": {
        "s sec secs second seconds 秒钟 秒": 1.0, "min mins minute minutes 分钟 分": 60.0,
        "h hr hrs hour hours 个小时 小时 个钟头 钟头": 3600.0,
        "d day days night nights 天 晚 夜": 86400.0, "week weeks 周 个星期 星期": 604800.0,
        "month months mo 个月": 2629800.0, "y yr yrs year years 年": 31557600.0,
    },
    "distance": {
        "m metre metres meter meters 米": 1.0,
        "cm centimetre centimetres centimeter centimeters 厘米 公分": 0.01,
        "mm millimetre millimetres millimeter millimeters 毫米": 0.001,
        "km kilometre kilometres kilometer kilometers 公里 千米": 1000.0,
        "in inch inches 英寸 寸": 0.0254,
        "ft foot feet 英尺": 0.3048, "yd yard yards": 0.9144,
        "mile miles mi 英里": 1609.344,
    },
    "volume": {
        "l litre litres liter liters 升": 1.0, "ml millilitre millilitres milliliter milliliters 毫升": 0.001,
        "cl": 0.01, "gal gallon gallons 加仑": 3.785411784, "pint pints": 0.568, "cup cups": 0.24,
    },
    "tempo": {"bpm beats_per_minute beats_a_minute 拍": 1.0},
    "pages": {"pages page pp 页": 1.0},
    "power": {"w watt watts 瓦": 1.0, "kw kilowatt kilowatts 千瓦": 1000.0,
        "hp horsepower 马力": 745.7},
    "voltage": {"v volt volts 伏": 1.0},
    "charge": {"mah 毫安时 毫安": 1.0, "ah": 1000.0},
    "energy": {"kcal cal calorie calories 卡路里 大卡 卡": 1.0, "kj": 0.239},
    "data": {"gb gig gigs gigabyte gigabytes": 1.0,
        "mb megabyte megabytes": 0.001, "tb terabyte terabytes": 1000.0},
    "percent": {"% percent per_cent": 1.0},
    "sound": {"db decibel decibels 分贝": 1.0},
    "temperature": {"°c celsius degrees 摄氏度 度": 1.0},
    "stars": {"star stars 星级 颗星 星": 1.0},
    "parts": {"season seasons 季": 1.0},
    "episodes": {"episode episodes 集": 1.0},
    "lessons": {"lesson lessons lecture lectures 节课 课时 节": 1.0},
    "chapters": {"chapter chapters 章": 1.0},
    "words": {"word words 字": 1.0},
    "players": {"player players 人 玩家": 1.0},
    "servings": {"serving servings portion portions 人份 份": 1.0},
}  # fmt: skip


class Unit(NamedTuple):
    """Say what a unit measures and how much of the first unit of that dimension it is."""

    dimension: str
    factor: float


@cache
def _units() -> dict[str, Unit]:
    return {
        word.replace("_", " "): Unit(dimension, factor)
        for dimension, table in _TABLE.items()
        for words, factor in table.items()
        for word in words.split()
    }


def unit_of(word: str) -> Unit | None:
    """Return what a unit as people or catalogues write it stands for; None where it is none."""
    low = word.strip().lower().rstrip(".")
    return _units().get(low)


def same_dimension(said: Unit | None, column: Unit | None) -> float:
    """Return by what a number in the unit `said` is multiplied for a column; 0 where they do not fit."""
    if said is None or column is None:
        return 1.0 if said is None else 0.0
    if said.dimension != column.dimension:
        return 0.0
    return said.factor if said.dimension == MONEY else said.factor / column.factor


@cache
def pattern() -> str:
    """Return a regular expression for one unit, without groups; longer ones are tried first."""
    words = sorted(_units(), key=len, reverse=True)
    latin = "|".join(re.escape(w) for w in words if w.isascii() and w[0].isalpha())
    other = "|".join(re.escape(w) for w in words if not (w.isascii() and w[0].isalpha()))
    return rf"(?:(?:{latin})(?![a-z])|{other})"
