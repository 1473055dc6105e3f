"""A view of many curves, each in a frame of its own."""

import numpy as np
from matplotlib.patches import Rectangle

from .look import GRID, MUTED, OTHER_STYLES, TRUTH
from .view import View, drawable

COLOR = OTHER_STYLES[0]["color"]


class Sheet(View):
    """Curves of numbers, each in a small frame with its label, all on one logarithmic scale.

    curves : dict from label to array of shape (points,)
    beside : array of shape (points,), drawn dashed in the frames that are told
    window : (bottom, top)
    columns : how many frames stand side by side

    One frame is `chosen`, by its label; `told` is a dict from a label to what
    stands beside it once it is known.
    """

    takes = ("chosen", "told")
    shows = "curves, each with its letter"
    width, height, edge = 0.97, 0.94, 0.24  # of a frame, in units of what it has room in; and of the numbers' room

    def __init__(self, curves, beside, window, columns=4):
        self.curves, self.beside, self.window, self.columns = curves, beside, window, columns
        self.corners = {label: (n % columns, -(n // columns) - 1) for n, label in enumerate(curves)}
        self.chosen, self.told = next(iter(curves)), {}

    def draw(self, axes):
        axes.set_axis_off()
        axes.set(xlim=(-self.edge, self.columns), ylim=(min(y for _, y in self.corners.values()) - 0.02, 0))
        low, high = np.log10(self.window)
        decades = np.arange(np.ceil(low), high)
        for label, corner in self.corners.items():
            axes.add_patch(Rectangle(corner, self.width, self.height, fill=False, ec=GRID))
            for decade in decades:
                height = corner[1] + self._height(10**decade)
                axes.plot([corner[0], corner[0] + self.width], [height, height], color=GRID, lw=1)
                if corner[0] == 0 and decade % 2 == 0:
                    axes.text(-0.03, height, f"{10**decade:g}", ha="right", va="center", color=MUTED)
            axes.plot(*self._placed(self.curves[label], corner), color=COLOR, lw=1.5)
        self.frame = Rectangle((0, 0), self.width, self.height, fill=False, ec=TRUTH, lw=3, animated=True)
        axes.add_patch(self.frame)
        self.names, self.dashed = {}, {}
        for label, (x, y) in self.corners.items():
            at = (x + self.width - 0.03, y + self.height - 0.05)
            self.names[label] = axes.text(*at, label, ha="right", va="top", animated=True, in_layout=False)
            healthy = self._placed(self.beside, (x, y))
            (self.dashed[label],) = axes.plot(*healthy, color=TRUTH, ls="--", lw=1.5, animated=True)

    def _height(self, values):
        """Where values stand in a frame; NaN above it and below."""
        low, high = np.log10(self.window)
        share = (np.log10(drawable(values)) - low) / (high - low)
        return self.height * np.where((share >= 0) & (share <= 1), share, np.nan)

    def _placed(self, curve, corner):
        x, y = corner
        return x + self.width * np.linspace(0, 1, len(curve)), y + self._height(curve)

    def update(self, paths, chosen=None, told=None, **others):
        self.chosen = self.chosen if chosen is None else chosen
        self.told = self.told if told is None else told
        self.frame.set_xy(self.corners[self.chosen])
        for label, name in self.names.items():
            name.set_text(" ".join(filter(None, [self.told.get(label, ""), label])))
            name.set_fontweight("bold" if label == self.chosen else "normal")
            self.dashed[label].set_visible(label in self.told)

    def moving(self):
        dashed = (line for line in self.dashed.values() if line.get_visible())
        return [*dashed, *self.names.values(), self.frame]
