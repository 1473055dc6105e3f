"""Draws two walks on the bowl where they part, as a few lines of SVG that need no plotting library."""

import base64
from html import escape

import numpy as np

from ..descent import descend
from ..problems import bowl
from ..rules import NAMES
from .guard import called

STEPS, SCALE = 30, 48  # pixels for one unit of θ
RATES = (0.3, 1, 0.1, 0.03)  # tried in this order, until the two walks part where one can see it
MINE, RIGHT, LEVELS, INK = "#d6006c", "#222222", "#c8d4e0", "#555555"


def picture(mine, right):
    """A folded picture of both walks, as HTML; nothing where they look the same, or can't be walked so."""
    seen = {}
    for lr in RATES:
        paths = [descend(rule, bowl.grad, bowl.start, STEPS, lr=lr).theta for rule in (mine, right)]
        apart = np.flatnonzero(~(np.abs(paths[0] - paths[1]).max(axis=1) < 0.15))
        inside = [np.abs(path).max() < 6 for path in paths]  # not where it is nan
        if apart.size and inside[1]:
            seen.setdefault(inside[0], (paths, right, lr, apart[0]))
    return _folded(*seen.get(True, seen.get(False))) if seen else ""


def _folded(paths, right, lr, step):
    left, width, bottom, height = bowl.window[0], 9, bowl.window[2], 6
    name = NAMES.get(right, called(right).replace("_", " "))

    def at(point):
        x, y = np.clip(np.nan_to_num(point, nan=1e3), -1e3, 1e3)
        return f"{SCALE * (x - left):.0f} {SCALE * (height + bottom - y):.0f}"

    def words(point, text, color, up):
        x, y = at(np.clip(point, [left + 0.3, bottom + 0.5], [left + width - 1.8, bottom + height - 0.5])).split()
        return f'<text x="{x}" y="{int(y) - up}" fill="{color}">{escape(text)}</text>'

    center = "cx='{}' cy='{}'".format(*at(np.zeros(2)).split())
    axes = SCALE / np.sqrt(np.array(bowl.curvatures) / 2)
    levels = [size * axes for size in (0.5, 1, 1.5, 2, 2.5, 3, 4)]
    parts = [f"<ellipse {center} rx='{rx:.0f}' ry='{ry:.0f}' stroke='{LEVELS}'/>" for rx, ry in levels]
    for path, color in zip(paths[::-1], (RIGHT, MINE), strict=True):
        parts.append(f"<polyline points='{' '.join(map(at, path))}' stroke='{color}' stroke-width='2'/>")
    x, y = at(paths[1][step]).split()
    parts.append(f"<circle cx='{x}' cy='{y}' r='7' stroke='{INK}' stroke-width='2'/>")
    x, y = at(paths[1][0]).split()
    parts.append(f"<circle cx='{x}' cy='{y}' r='4' fill='{INK}'/>")
    parts += [words(paths[0][-1], "yours", MINE, 10), words(paths[1][-1], name, RIGHT, -20)]
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{SCALE * width}' height='{SCALE * height}' fill='none' "
        f"font-family='sans-serif' font-size='15'><rect width='100%' height='100%' fill='white'/>{''.join(parts)}</svg>"
    )
    said = f"On the bowl, with η = {lr}, they part at step {step}"
    source = base64.b64encode(svg.encode()).decode()
    return (
        f'<details style="margin-top: 6px"><summary>{said}: see where</summary>'
        f'<img alt="{said}: your path and that of {escape(name)}" src="data:image/svg+xml;base64,{source}"></details>'
    )
