"""Names at the ends of lines."""

import textwrap
from functools import cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

SIZE = 14  # points
BOLD = {"family": "DejaVu Sans", "size": SIZE, "weight": "bold", "va": "top", "linespacing": 1.1}
ROOM = 9, 15  # how many lines of how many characters fit beside a picture


class Names:
    """Names to the right of axes, each at the end of its line and in its colour, moved apart where they would touch.

    labels : all that may come; room is kept for the widest
    """

    def __init__(self, axes, labels):
        self.axes = axes
        self.stamps = {label: axes.add_artist(Stamp(wrapped(label))) for label in labels}
        # Not seen, but laid out: so the axes leave that room.
        words = "\n".join(map(wrapped, labels))
        self.kept = axes.annotate(words, (1, 1), (10, 0), "axes fraction", "offset points", va="top", alpha=0)
        self.kept.set(size=SIZE, weight="bold")

    @staticmethod
    def fit(labels):
        lines = [line for label in labels for line in wrapped(label).split("\n")]
        return len(lines) <= ROOM[0] and max(map(len, lines)) <= ROOM[1]

    def remove(self):
        for artist in [*self.stamps.values(), self.kept]:
            artist.remove()

    def at(self, ends):
        """The artists of some names, each moved to where its line ends: dict from label to (y, colour)."""
        if not ends:
            return []
        box, dpi = self.axes.bbox, self.axes.figure.dpi
        stamps = [self.stamps[label] for label in ends]
        for stamp, (_, color) in zip(stamps, ends.values(), strict=True):
            stamp.set_color(color)
        heights = np.array([stamp.size(dpi)[0] + 3 * dpi / 72 for stamp in stamps])
        y = self.axes.get_yaxis_transform().transform([(1, y) for y, _ in ends.values()])
        tops = apart(np.clip(y[:, 1], box.y0, box.y1) + heights / 2, heights, box.y0, box.y1)
        for stamp, top in zip(stamps, tops, strict=True):
            stamp.set_position((box.x1 + 10 * dpi / 72, top))
        return stamps


def apart(tops, heights, bottom, top):
    """The nearest places, in the same order from above, at which blocks of these heights do not touch."""
    order = np.argsort(-tops, kind="stable")
    placed, free = tops.astype(float), max(top, bottom + heights.sum())
    for n in order:  # from above
        placed[n] = free = min(placed[n], free)
        free -= heights[n]
    free = bottom
    for n in order[::-1]:  # and what has sunk through the floor, back up
        placed[n] = max(placed[n], free + heights[n])
        free = placed[n]
    return placed


def wrapped(label):
    """A label in short lines: broken behind a comma, else between words; mathematics stays whole."""
    if "$" in label:
        return label
    parts = label.replace(" = ", "\u00a0=\u00a0").split(", ")
    lines = [line for part in parts for line in textwrap.wrap(part, 12, break_long_words=False) or [""]]
    return "\n".join(lines)


class Stamp(Text):
    """Bold text that is put where it is wanted: at its upper left corner, in pixels."""

    def __init__(self, text="", **look):
        super().__init__(0, 0, text, **BOLD, animated=True, in_layout=False, clip_on=False, **look)
        self.set_transform(IdentityTransform())

    def size(self, dpi):
        """Height and width in pixels."""
        return _size(self.get_text(), dpi)


@cache
def _size(text, dpi):
    figure = Figure(dpi=dpi)
    renderer = FigureCanvasAgg(figure).get_renderer()
    box = figure.text(0, 1, text, **BOLD).get_window_extent(renderer)
    return int(np.ceil(box.height)) + 1, int(np.ceil(box.width)) + 2
