"""Views of a few numbers beside one another."""

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator
from matplotlib.transforms import blended_transform_factory

from .look import LEGEND, looks
from .view import View, plain

MANY = 20  # dots in a row: more are smaller
SHORT = 300  # times as far as its beginning: a logarithmic axis that ends nearer needs more than the powers of ten


class Bars(View):
    """A few numbers beside one another: a bar for each, or from one number to another, with what it is written on it.

    values : dict from label to a number, or to a pair of ends
    name : what the axis is called
    log : whether it is logarithmic
    words : function (value) -> what is written beside a bar; by default the number, or both
    """

    def __init__(self, values, name, log=False, words=None):
        self.values, self.name, self.log, self.words = values, name, log, words or _in_words
        self.shows = "; ".join(f"{label}: {self.words(value)}" for label, value in values.items())

    def draw(self, axes):
        styles = looks(self.values)
        numbers = np.array([np.max(value) for value in self.values.values()])
        low = min(np.min(value) for value in self.values.values()) / 3 if self.log else 0
        for place, (label, value) in enumerate(self.values.items()):
            start, end = (low, value) if np.ndim(value) == 0 else value
            axes.barh(place, end - start, left=start, height=0.55, color=styles[label]["color"])
            axes.annotate(f" {self.words(value)}", (end, place), va="center")
        axes.set(xscale="log" if self.log else "linear", ylim=(len(numbers) - 0.4, -0.6), xlabel=self.name)
        axes.set_xlim(low, numbers.max() * (30 if self.log else 1.25))
        axes.set_yticks(range(len(numbers)), self.values)
        axes.spines["left"].set_visible(False)

    def update(self, paths, **others):
        """Nothing of it moves."""


def _in_words(value):
    return " to ".join(f"{number:.4g}" for number in np.atleast_1d(value))


class Dots(View):
    """Several numbers of a kind, such as one for each draw: a dot for each, and a stroke at their median.

    rows : dict from row to array of shape (numbers,), or to a dict from label to such an array
        A row that has several labels shows them one below the other, each with
        its own look, and a legend names them.
    name : what the axis is called
    log : whether it is logarithmic
    """

    def __init__(self, rows, name, log=False):
        self.rows, self.name, self.log = rows, name, log
        self.shows = f"{plain(name)}: {', '.join(rows)}"

    def draw(self, axes):
        groups = {row: kinds if isinstance(kinds, dict) else {row: kinds} for row, kinds in self.rows.items()}
        styles = looks(dict.fromkeys(label for kinds in groups.values() for label in kinds))
        dots = {label: {"ls": "", "marker": it["marker"], "color": it["color"]} for label, it in styles.items()}
        place, middles = 0, []
        for kinds in groups.values():
            place += place > 0 and len(kinds) > 1  # room between rows that have several
            for label, numbers in kinds.items():
                size = 8 if len(numbers) <= MANY else 5
                axes.plot(np.median(numbers), place, **dots[label] | {"marker": "|"}, ms=17, mew=3)
                axes.plot(numbers, np.full(len(numbers), place), **dots[label], ms=size, alpha=0.45)
                place += 1
            middles.append(place - (len(kinds) + 1) / 2)
        axes.set(xscale="log" if self.log else "linear", ylim=(place - 0.3, -0.7), xlabel=self.name)
        axes.set_yticks(middles, groups)
        axes.grid(axis="x")
        axes.spines["left"].set_visible(False)
        low, high = axes.get_xlim()
        if self.log and high < SHORT * low:
            axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            axes.xaxis.set_major_formatter("{x:g}")
            axes.xaxis.set_minor_formatter("")
        if dots.keys() != groups.keys():
            above = blended_transform_factory(axes.figure.transFigure, axes.transAxes)
            where = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "bbox_transform": above}
            axes.legend([Line2D([], [], **look, ms=8) for look in dots.values()], dots, **LEGEND | where)

    def update(self, paths, **others):
        """Nothing of it moves."""
