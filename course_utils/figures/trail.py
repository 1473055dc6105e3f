"""A path as it is drawn on a landscape."""

from functools import cache
from itertools import pairwise

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import IdentityTransform

from .look import INK

PALE, PIECES = 0.4, 8
GAP = 7  # points along the way from mark to mark, where steps are shorter than that


class Trail(Line2D):
    """A line that shows where it comes from: pale where it begins, full where it ends, with a ring at its start.

    Its steps are small hollow marks, thinned where they crowd. Between two
    points that both lie outside the axes nothing is drawn: a path that
    diverges would cover all.

    hops : whether to draw each step as an arc
    strength : of its colour, from 0 to 1
    """

    def __init__(self, *, hops=False, strength=1, **look):
        super().__init__([], [], **look)
        self.hops, self.strength = hops, strength

    def draw(self, renderer):
        if not self.get_visible():
            return
        points = self.get_transform().transform(self.get_xydata())
        shown = _within(points, self.axes.bbox)
        if not shown.any():
            return
        points[~shown] = np.nan
        walked = len(points) > 1
        points = points[: np.flatnonzero(shown)[-1] + 1]  # what comes after is not seen: here it is full
        color = self.strength * np.array(to_rgb(self.get_color())) + 1 - self.strength
        gc = renderer.new_gc()
        self._set_gc_clip(gc)
        gc.set_joinstyle("round")
        gc.set_capstyle("round")

        def stroke(points, color, width):
            gc.set_foreground((*color, 1), isRGBA=True)
            gc.set_linewidth(width)
            renderer.draw_path(gc, self._line(points), IdentityTransform())

        def marks(points, marker, size, face, edge, width):
            gc.set_foreground(edge)
            gc.set_linewidth(width)
            shape = _shape(marker, renderer.points_to_pixels(size))
            renderer.draw_markers(gc, *shape, Path(points), IdentityTransform(), face)

        width = self.get_linewidth()
        stroke(points, (1, 1, 1), 1.9 * width)
        cuts = np.unique(np.linspace(0, len(points) - 1, PIECES + 1).astype(int))
        for (first, last), share in zip(pairwise(cuts), np.linspace(1, PALE, len(cuts) - 1)[::-1], strict=True):
            stroke(points[first : last + 1], share * color + 1 - share, width)
        steps = points[_thinned(points, renderer.points_to_pixels(GAP))]
        if len(steps):
            marks(steps, self.get_marker(), self.get_markersize(), (1, 1, 1, 1), color, 1.2)
        if walked and np.isfinite(points[0]).all():
            marks(points[:1], "o", 10, None, INK, 1.5)
        gc.restore()

    def _line(self, points):
        if not self.hops or len(points) < 2:
            return Path(points)
        tails, tips = points[:-1], points[1:]
        tops = (tails + tips) / 2 + [[0, 1]] * np.abs(tips - tails)[:, :1]
        hops = np.stack([tails, tops, tips], axis=1)
        hops = hops[np.isfinite(hops).all(axis=(1, 2))]
        if not len(hops):
            return Path(points)
        return Path(hops.reshape(-1, 2), [Path.MOVETO, Path.CURVE3, Path.CURVE3] * len(hops))


@cache
def _shape(marker, size):
    """The path of a mark and what makes it as large as this, in pixels."""
    style = MarkerStyle(marker)
    return style.get_path(), style.get_transform().scale(size)


def inside(points, box):
    """Which points, in pixels, lie within a box."""
    return ((points >= box.min) & (points <= box.max)).all(axis=1)


def _within(points, box):
    """Which points lie within a box, or beside one on the path that does."""
    within = inside(points, box)
    shown = within.copy()
    shown[1:] |= within[:-1]
    shown[:-1] |= within[1:]
    return shown & np.isfinite(points).all(axis=1)


def _thinned(points, gap):
    """Which steps get a mark: not the first, none nearer than the gap along the way, and those that are points."""
    far = np.nan_to_num(np.hypot(*np.diff(points, axis=0).T), nan=gap).cumsum() // gap  # behind a gap too
    return np.flatnonzero((np.diff(far, prepend=0) > 0) & np.isfinite(points[1:]).all(axis=1)) + 1
