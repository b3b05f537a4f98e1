"""Words in the names of columns that say what a column holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_ROLES = {
    "user": (
        "user users uid userid username customer customers client reviewer member account person "
        "people visitor buyer reader listener viewer profile subscriber student guest patient player "
        "voter rater consumer household shopper kunde kunden utilisateur usuario cliente benutzer "
        "nutzer 用户 session cust usr "
        "utente utenti usuarios clientes utilizador gebruiker klant klient acheteur comprador "
        "会员 客户 顾客"
    ),
    "item": (
        "item items iid itemid product prod sku asin isbn movie film book article news song track "
        "artist album video game recipe podcast course anime business restaurant poi place venue "
        "location post stock goods listing produkt produit producto artikel ean upc gtin code mid pid "
        "aid joke title show series episode hotel paper repo app content doc document entity 商品 物品 "
        "object offer"
    ),
    "id": (
        "id ids key code no nr num number nummer sku asin isbn ean upc gtin uid iid pid mid uuid guid "
        "ref handle idx index"
    ),
    "title": (
        "title titles name titel titre titulo título nombre nome bezeichnung headline label heading "
        "caption naam tytul 标题 名称 designation "
        "titolo titulos obra denominacion denominazione titull nimi navn 书名 片名 歌名 商品名 名字 题目"
    ),
    "year": (
        "year years yr released release published publication jahr annee année ano año anno born "
        "vintage publicationyear releaseyear 年份 "
        "edicion edizione uscita erscheinungsjahr 年 出版年"
    ),
    "text": (
        "description desc abstract summary overview plot synopsis text body about content tagline "
        "details beschreibung blurb review resume lead snippet 描述 简介 "
        "descripcion descrizione descricao sinopsis sinossi resumen riassunto resumo argumento trama "
        "omschrijving inhalt klappentext 介绍 内容 详情 摘要"
    ),
    "rating": (
        "rating ratings rate rated score scores star stars overall grade vote votes preference pref "
        "bewertung note puntuacion valoracion mark points satisfaction 评分 sterne "
        "puntaje calificacion valutazione voto voti punteggio avaliacao nota punkte waardering 打分 得分 星级"
    ),
    "time": (
        "timestamp time times date datetime ts at when day unix epoch datum fecha zeit uhrzeit moment "
        "created updated clicked viewed 时间 modified stamp "
        "hora data ora horodatage aika dato cuando 日期 下单时间"
    ),
    "weight": (
        "weight plays playcount count counts cnt listens quantity qty views hours frequency freq "
        "minutes duration amount watched spent total plays_count menge anzahl"
    ),
    "event": (
        "event events action actions behavior behaviour type interaction kind label activity verb "
        "status feedback liked clicked purchased bought"
    ),
    "image": (
        "image img images poster picture cover thumbnail photo photos icon backdrop"
    ),
    "source": (
        "source src from follower truster user1 a left trustor"
    ),
    "target": (
        "target dst to followee trustee friend user2 b right followed"
    ),
    "history": (
        "history list sequence seq items basket session"
    ),
}  # fmt: skip
WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {role: frozenset(words.split()) for role, words in _ROLES.items()}
)
PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "director": "directors",
        "directors": "directors",
        "actor": "actors",
        "actors": "actors",
        "cast": "cast",
        "stars": "actors",
        "author": "authors",
        "authors": "authors",
        "writer": "writers",
        "writers": "writers",
        "artist": "artists",
        "artists": "artists",
        "composer": "composers",
        "performer": "performers",
        "autor": "authors",
        "autora": "authors",
        "autore": "authors",
        "autori": "authors",
        "escritor": "authors",
        "escritora": "authors",
        "schriftsteller": "authors",
        "作者": "authors",
        "director(s)": "directors",
        "directora": "directors",
        "regista": "directors",
        "导演": "directors",
        "演员": "actors",
        "歌手": "artists",
        "cantante": "artists",
        "interprete": "artists",
        "autoren": "authors",
        "auteur": "authors",
        "regisseur": "directors",
    }
)
_FACETS = (
    "genre genres category categories subcategory class classes tag tags brand brands make maker "
    "manufacturer publisher store department type kind style styles mood colour color material "
    "language languages country countries region label labels section topic topics subject subjects "
    "shelf shelves series collection platform cuisine city state format marke kategorie kategorien "
    "gattung sprache land genero categoria"
)
FACETS = frozenset(_FACETS.split())
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GLUED = re.compile(
    r"(?P<what>[^\W\d_]{3,}?)(?P<end>ids?|n(?:umme)?r|no|num(?:ber|mer)?|key|ref|name|title|code|date|year|count)"
)


def words_of(name: str) -> frozenset[str]:
    """Return the words of a column's name in lower case: "reviewerID" and "Reviewer-Id" alike."""
    parts = [part.lower() for part in re.split(r"[\W_]+", _CAMEL.sub(" ", name)) if part]
    found = set(parts)
    for part in parts:
        found.add(part.rstrip("0123456789") or part)
        if (glued := _GLUED.fullmatch(part)) and part not in WORDS["weight"]:
            found |= {glued["what"], glued["end"], glued["what"].rstrip("ns")}
    return frozenset(found)


def says(name: str, role: str) -> bool:
    """Say whether the name of a column holds a word for `role`."""
    return bool(words_of(name) & WORDS[role])


def facet_name(name: str) -> str:
    """Return the name that a facet goes by: "productCategory" as "product category"."""
    words = [w for w in re.split(r"[\W_]+", _CAMEL.sub(" ", name.strip())) if w]
    plain = " ".join(words).lower() or name.strip().lower()
    if plain in PEOPLE:
        return PEOPLE[plain]
    return {"genre": "genres", "tag": "tags", "listed in": "genres"}.get(plain, plain)
