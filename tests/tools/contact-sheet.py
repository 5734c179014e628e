#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts many screens on one picture, to look at all views in a look at once.

usage: contact-sheet.py OUT.png [--columns N] [--size 12] [--light] IN.ansi...

RC_PICTURES=DIR test_looks writes the screens. Needs python3-pil, as ansi2png.py does.
"""
import argparse
import os
import tempfile

import ansi2png
from PIL import Image, ImageDraw


def picture(path, size, light):
    style = ansi2png.Style(light)
    with open(path, encoding="utf-8") as f:
        rows = ansi2png.parse(f.read(), style)
    cols = max(sum(c[1] for c in row) for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "screen.png")
        ansi2png.write_png(out, rows, (cols, len(rows)), round(size * .52), size, style.default[1])
        return Image.open(out).copy()


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("output")
    p.add_argument("inputs", nargs="+")
    p.add_argument("--columns", type=int, default=4)
    p.add_argument("--size", type=int, default=12)
    p.add_argument("--light", action="store_true")
    a = p.parse_args()
    screens = [(os.path.basename(path)[:-5], picture(path, a.size, a.light)) for path in a.inputs]
    w = max(s.width for _, s in screens) + 8
    h = max(s.height for _, s in screens) + 20
    lines = -(-len(screens) // a.columns)
    sheet = Image.new("RGB", (a.columns * w, lines * h), (90, 90, 90))
    draw = ImageDraw.Draw(sheet)
    for k, (name, screen) in enumerate(screens):
        x, y = k % a.columns * w, k // a.columns * h
        draw.text((x + 4, y + 4), name, fill=(255, 255, 255))
        sheet.paste(screen, (x + 4, y + 18))
    sheet.save(a.output)


if __name__ == "__main__":
    main()
