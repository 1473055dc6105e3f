"""A view of one step as arithmetic."""

from matplotlib.text import Text

from ..formulas import worked_step
from .look import INK, NUMBERS, TERMS
from .pathdata import reach
from .view import View

ROOM = 0.96  # of its axes' width: fitted to pixels, characters get a little wider
ASCENT = 0.76  # of the height of a font, from the top of a line to its base line


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


class _QuickText(Text):
    """A line of text that is drawn without the layout which Matplotlib makes anew for each new text, slowly.

    Dozens of numbers change at each move. A line that is wider than its axes is
    set smaller: nothing of it is cut off.
    """

    def draw(self, renderer):
        if not (self.get_text() and self.get_visible()):
            return
        font = self.get_fontproperties().copy()
        font.set_size(self.narrower() * self.get_fontsize())
        x, y = self.get_transform().transform(self.get_position())
        y -= ASCENT * renderer.points_to_pixels(self.get_fontsize())
        gc = renderer.new_gc()
        gc.set_foreground(self.get_color())
        height = renderer.get_canvas_width_height()[1]
        renderer.draw_text(gc, x, height - y if renderer.flipy() else y, self.get_text(), font, 0)
        gc.restore()

    def narrower(self):
        """By what factor the line must be set smaller to end within its axes; 1 where it fits."""
        points = ROOM * self.axes.bbox.width * 72 / self.axes.figure.dpi
        return min(1, points / max(1e-9, self.get_fontsize() * reach(self.get_text(), self.get_fontproperties())))
