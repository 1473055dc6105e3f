"""A view of every step as a number."""

import numpy as np

from .look import GRID, MUTED
from .view import View, drawable

MARGIN = 2.3  # what stands before the first step, in columns


class Ledger(View):
    """Paths of one parameter, and below them in numbers: the gradient of each step, and how far each path goes in it.

    room : how many steps it shows, the latest ones
    rows : how many paths it has room for

    All paths are given the same gradients. A step is bold where it is not that
    of the first path.
    """

    shows = "θ over t, each step in numbers"

    def __init__(self, room=6, rows=3):
        self.room, self.rows = room, rows

    def draw(self, axes):
        axes.set_axis_off()
        axes.set(xlim=(-MARGIN, self.room + 0.5), ylim=(-self.rows - 2.1, 3))
        for place in range(self.rows + 3):
            axes.axhline(-place, color=GRID, lw=1)
        axes.text(-MARGIN, 1.5, r"$\theta$", va="center")
        for place, name in enumerate(("$t$", "$g$")):
            axes.text(-MARGIN, -place - 0.5, name, va="center", color=MUTED)
        self.given = [self._cells(-place - 0.5, color=MUTED) for place in range(2)]

    def _cells(self, y=0.0, **look):
        """The texts of a row, one in each column."""
        look |= {"ha": "center", "va": "center", "animated": True, "in_layout": False}
        return [self.axes.text(column + 1, y, "", **look) for column in range(self.room)]

    def take_names(self, labels):
        """A name stands before its row."""
        return True

    def new_artists(self, style):
        line = self.new_line(**style, lw=2, ms=8)
        sample = self.new_line(**style, lw=2, ms=8, markevery=[1])
        look = {"color": style["color"], "animated": True, "in_layout": False}
        return [line, sample, self.axes.text(0.45 - MARGIN, 0, "", va="center", **look), *self._cells(**look)]

    def update(self, paths, **others):
        super().update(paths)
        walked = [path for path, _ in paths.values()]
        last = max((len(path) for path in walked), default=0)
        first = max(0, last - self.room)
        for t, cells in enumerate(zip(*self.given, strict=True), first + 1):
            given = (f"{t}", _written(walked[0].origin.grad(walked[0].theta[t - 1], t)[0])) if t <= last else ("", "")
            for cell, text in zip(cells, given, strict=True):
                cell.set_text(text)
        theta = drawable([path.theta[first:, 0] for path in walked])
        known = theta[np.isfinite(theta)]
        low, span = (known.min(), np.ptp(known) or 1) if known.size else (0, 1)
        right = None
        for row, (label, values) in enumerate(zip(paths, theta, strict=True)):
            line, sample, name, *cells = self.artists[label]
            y = -row - 2.5
            line.set_data(np.arange(len(values)), 0.4 + 2.2 * (values - low) / span)
            sample.set_data(np.linspace(-MARGIN, 0.35 - MARGIN, 3), [y] * 3)
            name.set(text=rf"$\Delta\theta$ {label}", y=y)
            steps = [_written(step) for step in np.diff(walked[row].theta[first:, 0])]
            right = right or steps
            for cell, step, expected in zip(cells, _filled(steps, cells), _filled(right, cells), strict=True):
                cell.set(text=step, y=y, fontweight="normal" if step == expected else "bold")

    def move(self, artists, path, row):
        """Nothing: where one path is drawn depends on the others."""

    def moving(self):
        return [*(cell for cells in self.given for cell in cells), *super().moving()]


def _written(number):
    return f"{number + 0:.3g}"  # not -0


def _filled(texts, cells):
    return texts + [""] * (len(cells) - len(texts))
