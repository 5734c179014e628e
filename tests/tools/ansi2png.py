#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns text with SGR escapes into a picture, to look at screens of tests.

usage: ansi2png.py IN.ansi OUT.png|OUT.svg [--cols N] [--rows N] [--size 18] [--light]
                   [--cvd protan|deutan|tritan|mono]

IN comes from vtrun's 'ansi FILE' or from 'roadcut show --format ansi'. Blocks, braille and box lines
are drawn as shapes, so that no font has to have them. --cvd shows the picture as a colour-blind
reader sees it (Machado, Oliveira, Fernandes, IEEE TVCG 15, 1291 (2009), full strength). PNG needs
the packages python3-pil and fonts-dejavu-core, SVG nothing.
"""
import argparse
import re
import unicodedata

BASE = ["000000", "cd0000", "00cd00", "cdcd00", "3b78ff", "cd00cd", "00cdcd", "e5e5e5",
        "7f7f7f", "ff5555", "55ff55", "ffff55", "7aa2ff", "ff55ff", "55ffff", "ffffff"]

CVD = {
    "protan": ((.152286, 1.052583, -.204868), (.114503, .786281, .099216),
               (-.003882, -.048116, 1.051998)),
    "deutan": ((.367322, .860646, -.227968), (.280085, .672501, .047413),
               (-.011820, .042940, .968881)),
    "tritan": ((1.255528, -.076749, -.178779), (-.078411, .930809, .147602),
               (.004733, .691367, .303900)),
    "mono": ((.2126, .7152, .0722),) * 3,
}

# Which half lines leave the middle of a box character: left, right, up, down; capitals are heavy.
BOX = {"─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu", "├": "udr", "┤": "udl",
       "┬": "lrd", "┴": "lru", "┼": "lrud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "╴": "l",
       "╵": "u", "╶": "r", "╷": "d", "━": "LR", "┃": "UD"}
QUADRANT = {0x2596: 4, 0x2597: 8, 0x2598: 1, 0x2599: 13, 0x259a: 9, 0x259b: 7, 0x259c: 11,
            0x259d: 2, 0x259e: 6, 0x259f: 14}
BRAILLE = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
TOKEN = re.compile(r"\x1b\[([0-9;:]*)([A-Za-z])|\x1b[()][A-Z0-9]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
                   r"|[\x0e\x0f]|(\n)|(.)")


def rgb(index):
    """Colour of an xterm-256 index."""
    if index < 16:
        return tuple(int(BASE[index][k:k + 2], 16) for k in (0, 2, 4))
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    index -= 16
    return tuple(55 + 40 * v if v else 0 for v in (index // 36, index // 6 % 6, index % 6))


def seen(color, matrix):
    """The colour as a colour-blind reader sees it: the matrix works on linear light."""
    light = [v / 255 / 12.92 if v <= 10 else ((v / 255 + .055) / 1.055) ** 2.4 for v in color]
    light = [min(1, max(0, sum(a * b for a, b in zip(row, light)))) for row in matrix]
    return tuple(round(255 * (12.92 * v if v <= .0031308 else 1.055 * v ** (1 / 2.4) - .055))
                 for v in light)


def width(char):
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


class Style:
    """What the escapes so far have switched on."""

    def __init__(self, light):
        self.default = ((30, 30, 30), (252, 252, 252)) if light else ((216, 222, 233), (22, 24, 29))
        self.reset()

    def reset(self):
        self.fg = self.bg = None
        self.bold = self.dim = self.underline = self.reverse = False

    def select(self, numbers):
        while numbers:
            n = numbers.pop(0)
            if n == 0:
                self.reset()
            elif n in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[n], True)
            elif n == 22:
                self.bold = self.dim = False
            elif n in (24, 27):
                setattr(self, {24: "underline", 27: "reverse"}[n], False)
            elif n in (39, 49):
                setattr(self, "fg" if n == 39 else "bg", None)
            elif n in (38, 48):
                kind = numbers.pop(0) if numbers else 5
                color = rgb(numbers.pop(0)) if kind == 5 else tuple(numbers[:3])
                if kind == 2:
                    del numbers[:3]
                setattr(self, "fg" if n == 38 else "bg", color)
            elif 30 <= n < 38 or 90 <= n < 98:
                self.fg = rgb(n - 30 if n < 40 else n - 82)
            elif 40 <= n < 48 or 100 <= n < 108:
                self.bg = rgb(n - 40 if n < 50 else n - 92)

    def colors(self):
        fg, bg = self.fg or self.default[0], self.bg or self.default[1]
        if self.reverse:
            fg, bg = bg, fg
        if self.dim:
            fg = tuple((a + b) // 2 for a, b in zip(fg, bg))
        return fg, bg


def parse(text, style):
    """Rows of cells (char, width, fg, bg, bold, underline)."""
    rows = [[]]
    for m in TOKEN.finditer(text):
        char = m.group(4)
        if m.group(3):
            rows.append([])
        elif char and char != "\r":
            fg, bg = style.colors()
            if width(char) == 0 and rows[-1]:  # a combining mark joins the cell before it
                rows[-1][-1] = (rows[-1][-1][0] + char,) + rows[-1][-1][1:]
            else:
                rows[-1].append((char, width(char), fg, bg, style.bold, style.underline))
        elif m.group(2) == "m":
            numbers = re.split("[;:]", m.group(1)) if m.group(1) else ["0"]
            style.select([int(x) if x else 0 for x in numbers])
    if not rows[-1]:
        rows.pop()
    return rows


def shapes(char, w, h):
    """Rectangles (x0, y0, x1, y1) and dots (x, y, r) of a drawing character; None if it is text."""
    o = ord(char[0])
    if 0x2800 <= o < 0x2900:
        return [], [(w * (.27 + .46 * x), h * (.125 + .25 * y), w * .15)
                    for bit, (x, y) in enumerate(BRAILLE) if (o - 0x2800) >> bit & 1]
    if 0x2581 <= o <= 0x2588:
        return [(0, h * (0x2588 - o) / 8, w, h)], []
    if 0x2589 <= o <= 0x258f:
        return [(0, 0, w * (0x2590 - o) / 8, h)], []
    single = {0x2580: (0, 0, w, h / 2), 0x2590: (w / 2, 0, w, h), 0x2594: (0, 0, w, h / 8),
              0x2595: (w * 7 / 8, 0, w, h)}
    if o in single:
        return [single[o]], []
    if 0x2591 <= o <= 0x2593:
        step = {0x2591: 4, 0x2592: 2, 0x2593: 1}[o]
        return [(x, y, x + 1, y + 1) for y in range(int(h)) for x in range(int(w))
                if (x % 2 == 0 and (x // 2 + y) % step == 0) or (step == 1 and y % 2 == 0)], []
    if o in QUADRANT:
        return [(w / 2 * (k % 2), h / 2 * (k // 2), w / 2 * (k % 2 + 1), h / 2 * (k // 2 + 1))
                for k in range(4) if QUADRANT[o] >> k & 1], []
    if char[0] not in BOX:
        return None
    out = []
    for arm in BOX[char[0]]:
        t = max(1, w / 9) * (2 if arm.isupper() else 1) / 2
        out.append({"l": (0, h / 2 - t, w / 2 + t, h / 2 + t), "r": (w / 2 - t, h / 2 - t, w, h / 2 + t),
                    "u": (w / 2 - t, 0, w / 2 + t, h / 2 + t),
                    "d": (w / 2 - t, h / 2 - t, w / 2 + t, h)}[arm.lower()])
    return out, []


def write_svg(path, rows, size, w, h, background):
    def name(c):
        return "#%02x%02x%02x" % tuple(c)

    cols, lines = size
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{cols * w}" height="{lines * h}" '
           f'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="{h * .8:.1f}">'
           f'<rect width="100%" height="100%" fill="{name(background)}"/>']
    for y, row in enumerate(rows[:lines]):
        x = 0
        for char, cells, fg, bg, bold, _ in row:
            if bg != background:
                out.append(f'<rect x="{x * w}" y="{y * h}" width="{cells * w + .5}" '
                           f'height="{h + .5}" fill="{name(bg)}"/>')
            drawn = ([], []) if char == " " else shapes(char, w, h)
            if drawn is None:
                text = char.replace("&", "&amp;").replace("<", "&lt;")
                weight = ' font-weight="bold"' if bold else ""
                out.append(f'<text x="{x * w}" y="{y * h + h * .77:.1f}" fill="{name(fg)}"{weight}>'
                           f'{text}</text>')
            else:
                out += [f'<rect x="{x * w + q[0]:.2f}" y="{y * h + q[1]:.2f}" '
                        f'width="{q[2] - q[0]:.2f}" height="{q[3] - q[1]:.2f}" fill="{name(fg)}"/>'
                        for q in drawn[0]]
                out += [f'<circle cx="{x * w + q[0]:.2f}" cy="{y * h + q[1]:.2f}" r="{q[2]:.2f}" '
                        f'fill="{name(fg)}"/>' for q in drawn[1]]
            x += cells
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(out) + "\n</svg>\n")


def write_png(path, rows, size, w, h, background):
    from PIL import Image, ImageDraw, ImageFont
    fonts = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono%s.ttf"
    scale = 2  # drawn twice as large, then shrunk: smooth dots
    w, h = w * scale, h * scale
    cols, lines = size
    font = {}
    for bold in (False, True):
        try:
            font[bold] = ImageFont.truetype(fonts % ("-Bold" if bold else ""), int(h * .8))
        except OSError:
            font[bold] = ImageFont.load_default()
    image = Image.new("RGB", (cols * w, lines * h), background)
    draw = ImageDraw.Draw(image)
    for y, row in enumerate(rows[:lines]):
        x = 0
        for char, cells, fg, bg, bold, underline in row:
            left, top = x * w, y * h
            if bg != background:
                draw.rectangle((left, top, left + cells * w - 1, top + h - 1), fill=bg)
            drawn = ([], []) if char == " " else shapes(char, w, h)
            if drawn is None:
                draw.text((left, top + h * .05), char, font=font[bold], fill=fg)
            else:
                for q in drawn[0]:
                    draw.rectangle((left + q[0], top + q[1], left + q[2] - 1, top + q[3] - 1), fill=fg)
                for q in drawn[1]:
                    draw.ellipse((left + q[0] - q[2], top + q[1] - q[2], left + q[0] + q[2],
                                  top + q[1] + q[2]), fill=fg)
            if underline:
                draw.line((left, top + h - 3, left + cells * w - 1, top + h - 3), fill=fg, width=scale)
            x += cells
    image.resize((cols * w // scale, lines * h // scale), Image.LANCZOS).save(path)


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("input")
    p.add_argument("output")
    p.add_argument("--cols", type=int)
    p.add_argument("--rows", type=int)
    p.add_argument("--size", type=int, default=18, help="height of a cell in pixels")
    p.add_argument("--light", action="store_true")
    p.add_argument("--cvd", choices=sorted(CVD))
    a = p.parse_args()
    style = Style(a.light)
    background = style.default[1]
    with open(a.input, encoding="utf-8", errors="replace") as f:
        rows = parse(f.read(), style)
    if a.cvd:
        rows = [[c[:2] + (seen(c[2], CVD[a.cvd]), seen(c[3], CVD[a.cvd])) + c[4:] for c in row]
                for row in rows]
        background = seen(background, CVD[a.cvd])
    cols = a.cols or max((sum(c[1] for c in row) for row in rows), default=1)
    write = write_svg if a.output.endswith(".svg") else write_png
    write(a.output, rows, (cols, a.rows or len(rows)), round(a.size * .52), a.size, background)


if __name__ == "__main__":
    main()
