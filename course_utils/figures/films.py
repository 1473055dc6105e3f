"""Films of a path's growth, to take along."""

import ipywidgets as widgets
import numpy as np
from IPython.display import display


def animate(figure, name, seconds=5):
    """Write the growth of a figure's paths to an animated GIF, with a progress bar.

    figure : LiveFigure, showing the paths
    name : file name, ending in .gif
    seconds : how long it plays; the last frame stands for two seconds more

    The figure shows the same as before when it is done.
    """
    paths, others = figure.paths, figure.others
    steps = max(len(path) for path in paths.values())
    rows = np.unique(np.linspace(0, steps, min(steps + 1, 60)).astype(int))
    bar = widgets.IntProgress(max=len(rows), description=name)
    display(bar)
    # One palette for all, taken from the full picture: with a palette each, the background would flicker.
    palette = figure.picture().convert("RGB").quantize(128)
    frames = []
    for row in rows:
        figure.update({label: path.until(row) for label, path in paths.items()}, **others)
        frames.append(figure.picture().convert("RGB").quantize(palette=palette, dither=0))
        bar.value += 1
    figure.update(paths, **others)
    durations = [round(1000 * seconds / len(frames))] * (len(frames) - 1) + [2000]
    frames[0].save(name, save_all=True, append_images=frames[1:], duration=durations, loop=0)
