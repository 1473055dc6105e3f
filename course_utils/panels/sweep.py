"""Many runs behind a progress bar."""

import asyncio

import ipywidgets as widgets

from .shown import Shown


class sweep(Shown):
    """Many runs, one after another, with a progress bar; a button does them anew and can be stopped.

    Parameters
    ----------
    figure : LiveFigure
    tasks : list of dicts
    run : function (seed=..., **task) -> result
        The seed is the number of the sweep, from 0.
    show : function (results) -> dict of what `figure.update` takes beside the
        paths, from the results of the first tasks, in their order

    The first sweep is done when it is shown, so that a saved notebook holds its
    picture; `results` holds what its tasks have returned. Later sweeps change
    the picture alone: cells below count on the same results, however often the
    button was pressed. One that is stopped, or fails, leaves what was shown before.
    """

    def __init__(self, figure, tasks, run, show, label="again, with other seeds"):
        self.tasks, self.run, self.show = tasks, run, show
        self.seed, self.going, self.results, self.complete = -1, False, [], []
        self.bar = widgets.IntProgress(max=len(tasks), layout={"width": "20em"})
        self.start, self.stop = widgets.Button(description=label), widgets.Button(description="stop", disabled=True)
        self.said = widgets.HTML()
        row = widgets.HBox([self.start, self.stop, self.bar, self.said])
        super().__init__(figure, row, text=f"(a button: {label})")
        self.start.on_click(lambda _: asyncio.get_running_loop().create_task(self._again()))
        self.stop.on_click(lambda _: setattr(self, "going", False))

    def _runs(self):
        """Do one task at each turn, and show what there is; a fault shows in red."""
        self.seed += 1
        self.bar.value, self.said.value = 0, f"seed {self.seed}"
        results = []
        for task in self.tasks:
            with self.following():
                results.append(self.run(seed=self.seed, **task))
                self.bar.value += 1
                self.figure.update({}, **self.show(results))
            if self.fault:
                return
            yield
        self.complete, self.results = results, self.results or results

    async def _again(self):
        before = self.said.value
        self.going, self.start.disabled, self.stop.disabled = True, True, False
        for _ in self._runs():
            await asyncio.sleep(0.005)  # lets the kernel hear the stop button
            if not self.going:
                break
        if not self.going and self.complete:
            self.bar.value, self.said.value = 0, before
            with self.following():
                self.figure.update({}, **self.show(self.complete))
        self.going, self.start.disabled, self.stop.disabled = False, False, True

    def prepare(self):
        for _ in self._runs():
            pass
