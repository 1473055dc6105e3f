"""A view of the arrows that one step is made of."""

import numpy as np

from .belief import arrow
from .look import TERMS
from .maps import Map

LONGEST = 0.3  # of the map's width


class StepMap(Map):
    """A map with the arrows of the marked step: against the gradient, against the memory, and the step itself.

    Like a Map otherwise. Gradient and memory have one scale, at which the longer
    of them is three tenths of the map's width; the step has its true length. The
    colours are those of the terms in a WorkedStep. A rule without the memory m
    has no arrow for it; with bias correction it is that of the corrected one.
    """

    def new_artists(self, style):
        arrows = [self.new_line(color=TERMS[name], lw=3, solid_capstyle="round") for name in ("g", "m", "θ")]
        return [*super().new_artists(style), *arrows]

    def new_trail(self, style):
        return super().new_trail(style, strength=0.5)

    def move(self, artists, path, row):
        *walked, against_g, against_m, step = artists
        super().move(walked, path, row)
        for artist in (against_g, against_m, step):
            artist.set_data([], [])
        if not row:
            return
        before, after = path.theta[row - 1 : row + 1]
        g = self.landscape.grad(before)
        memory = vars(path).get("m_hat", vars(path).get("m"))
        m = np.zeros_like(g) if memory is None else memory[row]
        scale = LONGEST * np.ptp(self.window[:2]) / max(np.linalg.norm(g), np.linalg.norm(m), 1e-300)
        against_g.set_data(*arrow(before, before - scale * g).T)
        if memory is not None:
            against_m.set_data(*arrow(before, before - scale * m).T)
        step.set_data(*arrow(before, after).T)
