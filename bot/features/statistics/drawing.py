"""A program that reads facts as JSON from stdin and writes a PNG to stdout. It needs nothing but Python.

The only text in the chart is digits, so it is the same in every language.
"""

import json
import struct
import sys
import zlib
from typing import Any

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 1130, 620
LEFT, RIGHT = 40, 1090
TOP, FLOOR = 50, 260  # of the bars
GRID_TOP, ROW, LABELS = 330, 36, 190  # of the table: its top, the height of a row, the width of row labels
WHITE, INK, GREY, BLUE = (255, 255, 255), (40, 44, 52), (214, 219, 226), (52, 120, 246)
GAP = 8

GLYPHS = {
    "0": "01110 10001 10011 10101 11001 10001 01110", "1": "00100 01100 00100 00100 00100 00100 01110",
    "2": "01110 10001 00001 00010 00100 01000 11111", "3": "11111 00010 00100 00010 00001 10001 01110",
    "4": "00010 00110 01010 10010 11111 00010 00010", "5": "11111 10000 11110 00001 00001 10001 01110",
    "6": "00110 01000 10000 11110 10001 10001 01110", "7": "11111 00001 00010 00100 01000 01000 01000",
    "8": "01110 10001 10001 01110 10001 10001 01110", "9": "01110 10001 10001 01111 00001 00010 01100",
    "-": "00000 00000 00000 11111 00000 00000 00000", "%": "11000 11001 00010 00100 01000 10011 00011",
    "+": "00000 00100 00100 11111 00100 00100 00000", "(": "00010 00100 01000 01000 01000 00100 00010",
    ")": "01000 00100 00010 00010 00010 00100 01000", " ": "00000 00000 00000 00000 00000 00000 00000",
}  # fmt: skip
CELL = 6  # columns of a glyph and the gap after it


class Canvas:
    def __init__(self) -> None:
        self.rows = [bytearray(bytes(WHITE) * WIDTH) for _ in range(HEIGHT)]

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        for row in self.rows[max(0, top) : top + height]:
            row[left * 3 : (left + width) * 3] = bytes(colour) * width

    def write(self, text: str, middle: int, top: int, size: int = 2, colour: Colour = INK) -> None:
        left = middle - len(text) * CELL * size // 2
        for index, character in enumerate(text):
            for y, line in enumerate(GLYPHS[character].split()):
                for x, dot in enumerate(line):
                    if dot == "1":
                        self.box(left + (index * CELL + x) * size, top + y * size, size, size, colour)

    def png(self) -> bytes:
        """Source: PNG specification, chunks IHDR, IDAT, IEND; each row begins with its filter, 0 for none."""
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        body = zlib.compress(b"".join(b"\0" + bytes(row) for row in self.rows), 9)
        return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def draw(facts: dict[str, Any]) -> bytes:
    canvas = Canvas()
    _bars(canvas, facts["days"])
    _table(canvas, facts["cohorts"])
    return canvas.png()


def _bars(canvas: Canvas, days: list[tuple[str, int]]) -> None:
    """New users on each day."""
    most = max([people for _, people in days] or [0]) or 1
    step = (RIGHT - LEFT) // max(1, len(days))
    canvas.box(LEFT, FLOOR, RIGHT - LEFT, 2, INK)
    for index, (day, people) in enumerate(days):
        left, height = LEFT + index * step, round((FLOOR - TOP) * people / most)
        canvas.box(left + GAP, FLOOR - height, step - 2 * GAP, height, BLUE)
        size = 2 if len(str(people)) * CELL * 2 <= step else 1
        canvas.write(str(people), left + step // 2, FLOOR - height - 20, size)
        canvas.write(day, left + step // 2, FLOOR + 12, 1 + (step >= len(day) * CELL * 2), INK)


def _table(canvas: Canvas, cohorts: list[tuple[str, int, list[int]]]) -> None:
    """For each week of joining, the percentage of users who were back after so many weeks."""
    weeks = max([len(shares) for _, _, shares in cohorts] or [0])
    width = (RIGHT - LEFT - LABELS) // max(1, weeks)
    for later in range(weeks):
        canvas.write(f"+{later + 1}", LEFT + LABELS + later * width + width // 2, GRID_TOP - 24)
    for index, (week, joined, shares) in enumerate(cohorts):
        top = GRID_TOP + index * ROW
        canvas.write(f"{week} ({joined})", LEFT + LABELS // 2, top + 10, 2 if len(f"{joined}") <= 6 else 1)  # noqa: PLR2004
        for later, share in enumerate(shares):
            left = LEFT + LABELS + later * width
            canvas.box(left + 1, top + 1, width - 2, ROW - 2, _shade(share))
            canvas.write(f"{share}%", left + width // 2, top + 10)


def _shade(share: int) -> Colour:
    part = min(100, share) / 100
    red, green, blue = (round(pale + (full - pale) * part) for pale, full in zip((240, 244, 250), BLUE, strict=True))
    return red, green, blue


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


if __name__ == "__main__":
    sys.stdout.buffer.write(draw(json.load(sys.stdin)))
