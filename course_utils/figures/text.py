"""A view of one step as arithmetic."""

import re
from functools import cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from PIL import Image

from ..formulas import worked_step
from .look import INK, NUMBERS, TERMS
from .view import View


class WorkedStep(View):
    """One step of one path as arithmetic: each line of the rule's formula, then its numbers.

    lines : function (path, step) -> list of lines of text; the first of a
        group begins without a space
    room : how many lines there must be room for
    """

    share = 2.4

    def __init__(self, lines=worked_step, room=19):
        self.lines, self.room = lines, room
        self.shows = "t"

    def draw(self, axes):
        axes.set_axis_off()
        axes.set(ylim=(self.room, 0))

    def new_artists(self, style):
        lines = [_QuickText(0, line, va="top", animated=True, in_layout=False) for line in range(self.room)]
        return [self.axes.add_artist(line) for line in lines]

    def move(self, artists, path, row):
        lines = self.lines(path, row)
        for place, artist in enumerate(artists):
            artist.set_text(lines[place] if place < len(lines) else "")
            artist.set_color(NUMBERS if artist.get_text().startswith(" ") else TERMS.get(artist.get_text()[:1], INK))


MARGIN = 3  # points to the left of a character, for what of it reaches there


class _QuickText(Text):
    """A line of text put together from pictures of its characters, each of which is drawn once.

    Matplotlib draws text slowly, and here dozens of numbers change at each move.
    A line that is wider than its axes is set narrower: nothing of it is cut off.
    """

    def draw(self, renderer):
        if not self.get_text():
            return None
        if not isinstance(renderer, RendererAgg):
            return self._draw_as_text(renderer)
        pieces, narrower = self._pieces(renderer.dpi)
        ends = np.cumsum([advance for _, advance in pieces])
        height, reach = pieces[0][0].shape
        shade = np.zeros((height, int(ends[-1]) + reach), dtype=np.uint8)
        for (picture, advance), end in zip(pieces, ends, strict=True):
            left = round(end - advance)
            np.maximum(shade[:, left : left + reach], picture, out=shade[:, left : left + reach])
        if narrower < 1:
            shade = np.asarray(Image.fromarray(shade).resize((int(shade.shape[1] * narrower), height)))
        pixels = np.empty((*shade.shape, 4), dtype=np.uint8)
        pixels[..., :3] = np.multiply(to_rgb(self.get_color()), 255)
        pixels[..., 3] = shade
        x, y = self.get_transform().transform(self.get_position())
        gc = renderer.new_gc()
        renderer.draw_image(gc, round(x) - _margin(renderer.dpi), round(y) - height, pixels[::-1])
        gc.restore()

    def narrower(self, dpi):
        """By what factor the line must be set narrower to end within its axes; 1 where it fits."""
        return self._pieces(dpi)[1]

    def _pieces(self, dpi):
        """The line's characters, each with the hats that stand on it; and by what factor they are set narrower."""
        characters = re.findall(r".[\u0300-\u036f]*", self.get_text())
        pieces = [_character(character, self.get_fontsize(), dpi) for character in characters]
        width = max(1, sum(advance for _, advance in pieces))
        return pieces, min(1, (self.axes.bbox.width - _margin(dpi)) / width)

    def _draw_as_text(self, renderer):
        """For an SVG or PDF, which get real text: smaller, where pixels are set narrower."""
        size = self.get_fontsize()
        self.set_fontsize(size * self.narrower(self.axes.figure.dpi))
        super().draw(renderer)
        self.set_fontsize(size)


def _margin(dpi):
    return round(MARGIN * dpi / 72)


@cache
def _character(text, size, dpi):
    """How dark each pixel of a character is, as tall as a line and wider than any character; and its advance."""
    side, margin = round(2 * size * dpi / 72), _margin(dpi)
    figure = Figure(figsize=(side / dpi, side / dpi), dpi=dpi)
    renderer = FigureCanvasAgg(figure).get_renderer()
    style = FontProperties(size=size)
    _, height, below = renderer.get_text_width_height_descent("lp", style, False)
    advance = renderer.get_text_width_height_descent(f"|{text}|", style, False)[0]
    advance -= renderer.get_text_width_height_descent("||", style, False)[0]
    figure.text(margin / side, 1 - (height - below) / side, text, fontproperties=style, color="black")
    figure.draw(renderer)
    return 255 - np.asarray(renderer.buffer_rgba())[..., 0], advance
