"""Bytes of unknown encoding -> UTF-8 text with one kind of line end."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from retriever.errors import BadData

BLOCK = 1 << 20
EVIDENCE = 64 << 10
# In the order in which they are believed where several fit.
COMMON = [
    "cp1252",
    "cp1250",
    "cp1251",
    "gb18030",
    "big5",
    "shift_jis",
    "euc_kr",
    "cp1253",
    "cp1254",
    "cp1256",
]
WESTERN = frozenset("àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜŸ€£§°·´–—‘’“”„…«»®™©¡¿ºª½¼²")
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Scan:
    """Hold what one pass over the bytes of a file found.

    Attributes:
        encoding: Its encoding, as Python names it.
        why: How that is known, in words.
        lines: Number of line ends.
        plain: It is UTF-8 without a mark, without zero bytes, with line feeds: it can stay as it is.
    """

    encoding: str
    why: str
    lines: int
    plain: bool


def scan(path: Path, forced: str | None = None) -> Scan:
    """Find the encoding of a whole file.

    Raises:
        BadData: It is no text, or `forced` is no encoding.
    """
    decoder, valid, lines, returns, nuls, size = codecs.getincrementaldecoder("utf-8")(), True, 0, 0, 0, 0
    odd = bytearray()
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        while block := file.read(BLOCK):
            size += len(block)
            lines += block.count(b"\n")
            returns += block.count(b"\r")
            nuls += block.count(b"\x00")
            valid = valid and _takes(decoder, block)
            if len(odd) < EVIDENCE and not block.isascii():
                odd += _odd_lines(block)
        valid = valid and _takes(decoder, b"", final=True)
    mark = next((name for magic, name in MARKS if head.startswith(magic)), None)
    if forced is not None:
        _check_name(forced)
        return Scan(forced, "as told", lines, False)
    if mark is not None:
        return Scan(mark, "its first bytes say so", lines, False)
    if nuls > size // 5:
        return Scan(_wide(path), "every other byte is zero", lines, False)
    if nuls > max(size // 100, 8):
        raise BadData(f"{path} is no text: it holds {nuls:,} zero bytes.", "Export it as CSV or Parquet.")
    if valid:
        why = "all of it is valid" if odd else "all of it is plain ASCII"
        return Scan("utf-8", why, lines, not nuls and (lines > 0 or not returns))
    return _guess(bytes(odd[:EVIDENCE]), lines)


def _takes(decoder: codecs.IncrementalDecoder, block: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _odd_lines(block: bytes) -> bytes:
    return b"\n".join(line[:2000] for line in block.split(b"\n") if not line.isascii())[:EVIDENCE]


def _check_name(name: str) -> None:
    try:
        codecs.lookup(name)
    except LookupError as error:
        raise BadData(f"There is no encoding {name!r}.", "Use a name such as utf-8 or cp1252.") from error


def _wide(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _guess(odd: bytes, lines: int) -> Scan:
    """Tell damaged UTF-8 from another encoding by the lines that are not ASCII."""
    samples = odd.split(b"\n")
    good = sum(_is_utf8(line) for line in samples)
    if good > 0.8 * len(samples):
        return Scan("utf-8", "most of it is valid; what is not is replaced", lines, False)
    if _western(odd):
        return Scan("cp1252", "it is no UTF-8, and its letters are Western", lines, False)
    best = from_bytes(odd, cp_isolation=COMMON, threshold=0.5).best()
    name = "cp1252" if best is None else best.encoding
    return Scan(
        name, "it is no UTF-8, and reads best so; say --encoding NAME if letters are wrong", lines, False
    )


def _western(odd: bytes) -> bool:
    """Say whether odd bytes are single letters of Western words, and punctuation, in cp1252."""
    runs = re.findall(r"[^\x00-\x7f]+", odd.decode("cp1252", "replace"))
    letters = "".join(runs)
    return sum(c in WESTERN for c in letters) > 0.9 * len(letters) and len(letters) <= 1.5 * len(runs)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def rewrite(path: Path, target: Path, encoding: str) -> int:
    """Write the file as UTF-8 with line feeds and without zero bytes.

    Returns:
        How many lines had bytes that the encoding does not know; these became U+FFFD.
    """
    damaged = 0
    errors = "replace"
    with (
        path.open("r", encoding=encoding, errors=errors, newline=None) as source,
        target.open("w", encoding="utf-8", newline="\n") as out,
    ):
        while piece := source.read(BLOCK):
            damaged += sum("\ufffd" in line for line in piece.split("\n")) if "\ufffd" in piece else 0
            out.write(piece.replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))
    return damaged
