"""Text in columns, folded to a width; a library for terminals takes longer over it than the whole analysis."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

GAP = "  "
NARROWEST = 8


def columns(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    foldable: Collection[str] = (),
    right: Collection[str] = (),
) -> Iterator[str]:
    """Lines of a table of at most `width` characters, as far as folding the `foldable` columns allows."""
    table = [header, *rows]
    widths = _fitted(
        [max(map(cells, column)) for column in zip(*table)],
        width - len(GAP) * (len(header) - 1),
        [index for index, name in enumerate(header) if name in foldable],
    )
    pad = [_to_the_right if name in right else _to_the_left for name in header]
    for row in table:
        parts = [folded(text, size) for text, size in zip(row, widths)]
        for line in range(max(map(len, parts))):
            texts = [part[line] if line < len(part) else "" for part in parts]
            padded = (place(text, size) for place, text, size in zip(pad, texts, widths))
            yield GAP.join(padded).rstrip()


def _fitted(widths: list[int], available: int, foldable: list[int]) -> list[int]:
    """The widths, with the widest of the foldable columns made narrower until all fit."""
    while sum(widths) > available and any(widths[index] > NARROWEST for index in foldable):
        widest = max(foldable, key=lambda index: widths[index])
        second = max((widths[index] for index in foldable if index != widest), default=NARROWEST)
        least = max(NARROWEST, min(second, widths[widest] - 1))
        widths[widest] = max(least, widths[widest] - (sum(widths) - available))
    return widths


def folded(text: str, width: int) -> list[str]:
    """The text in lines of at most `width`, broken at blanks where there are some."""
    if cells(text) <= width:
        return [text]
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cells(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if cells(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return lines


def cells(text: str) -> int:
    """Columns that the text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _to_the_left(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _to_the_right(text: str, width: int) -> str:
    return " " * (width - cells(text)) + text
