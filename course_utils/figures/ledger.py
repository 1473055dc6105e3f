"""A view of every step as a number."""

import numpy as np

from .look import GRID, NUMBERS
from .view import View, drawable


class Ledger(View):
    """Paths of one parameter, and below them in numbers: the gradient of each step, and how far each path goes in it.

    room : how many steps it shows, the latest ones
    rows : how many paths it has room for

    All paths are given the same gradients. A step is bold where it is not that
    of the first path.
    """

    shows = "θ over t, each step"
    header = 2.3  # the width of what stands before the first step, in columns

    def __init__(self, room=6, rows=3):
        self.room, self.rows = room, rows

    def draw(self, axes):
        axes.set_axis_off()
        axes.set(xlim=(-self.header, self.room + 0.5), ylim=(-self.rows - 2.2, 3))
        for place in range(self.rows + 3):
            axes.axhline(-place, color=GRID, lw=1)
        axes.text(-self.header, 1.5, r"$\theta$", va="center")
        for place, name in enumerate(("$t$", "$g$")):
            axes.text(-self.header, -place - 0.5, name, va="center", color=NUMBERS)
        self.given = [self._row(place, color=NUMBERS) for place in range(2)]

    def _row(self, place, **look):
        """The texts of one row: a cell for each column."""
        where = {"y": -place - 0.5, "va": "center", "ha": "center", "animated": True, "in_layout": False}
        return [self.axes.text(column + 1, s="", **where, **look) for column in range(self.room)]

    def update(self, paths, **others):
        super().update(paths)
        walked = [path for path, _ in paths.values()]
        last = max((len(path) for path in walked), default=0)
        first = max(0, last - self.room)
        self._write_given(walked, first, last)
        values = drawable([path.theta[first:, 0] for path in walked]) if walked else np.zeros((0, 1))
        low, high = (np.nanmin(values), np.nanmax(values)) if np.isfinite(values).any() else (0, 0)
        right = []
        for row, ((label, (path, _)), theta) in enumerate(zip(paths.items(), values, strict=True)):
            line, name, *cells = self.artists[label]
            line.set_data(np.arange(len(theta)), 0.4 + 2.2 * (theta - low) / (high - low or 1))
            name.set(text=rf"$\Delta\theta$ {label}", y=-row - 2.5)
            steps = [_written(step) for step in np.diff(path.theta[first:, 0])]
            right = right or steps
            for place, cell in enumerate(cells):
                told = place < len(steps)
                cell.set(text=steps[place] if told else "", y=-row - 2.5)
                cell.set_fontweight("bold" if told and steps[place] != right[place] else "normal")

    def _write_given(self, walked, first, last):
        for column in range(self.room):
            t, (number, gradient) = first + column + 1, (row[column] for row in self.given)
            number.set_text(t if t <= last else "")
            g = walked[0].origin.grad(walked[0].theta[t - 1], t) if t <= last else None
            gradient.set_text("" if g is None else _written(g[0]))

    def new_artists(self, style):
        line = self.new_line(**style, lw=2, ms=8)
        name = self.axes.text(-self.header, 0, "", va="center", color=style["color"], animated=True, in_layout=False)
        return [line, name, *self._row(0, color=style["color"])]

    def move(self, artists, path, row):
        """Nothing: what is shown of one path depends on the others."""

    def moving(self):
        return [*(cell for row in self.given for cell in row), *super().moving()]


def _written(number):
    return f"{number + 0:.3g}"  # no -0
