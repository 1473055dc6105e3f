"""A rule that is questioned until its mistake can be named."""

import html
from itertools import pairwise

import ipywidgets as widgets

from .shown import Shown

HIDDEN, GUESS = "hidden rule", "your guess"


class detective(Shown):
    """A hidden wrong rule answers gradients of one's choice by its steps, until its mistake can be named.

    Parameters
    ----------
    figure : LiveFigure, which takes paths of one parameter
    suspects : what the rules are, such as `exercises.Suspects`
        It has `name`, what the right rule is called; `sentences`, a dict from
        what may be wrong to the whole sentence on it; `walk(name, gradients,
        **settings)` and `telling(name, others, gradients, settings)`.
    gradients : sequence of numbers, a button each
    **settings : rows of buttons, such as those of `choice`, by hyper-parameter

    A wrong guess is answered by the trial that tells it best from the hidden
    rule. Each mistake is hidden once, in the order of the sentences; on the
    buttons they stand in the order of the alphabet. The first
    case begins with a trial that tells it from all others, so that it can be
    solved on paper: without a kernel that trial, the question and what may be
    wrong stand as text, and the answer is folded away.
    """

    def __init__(self, figure, suspects, gradients=(-2, 0, 1, 3), **settings):
        self.suspects, self.gradients, self.controls = suspects, gradients, settings
        self.mistakes, self.trial, self.guess, self.moving_many = list(suspects.sentences), [], None, False
        self.give = [widgets.Button(description=f"{g:g}") for g in gradients]
        self.again, self.another = (widgets.Button(description=label) for label in ("begin again", "another case"))
        self.options = [widgets.Button(description=mistake) for mistake in sorted(self.mistakes)]
        self.buttons = [*self.give, self.again, self.another, *self.options]
        self.said, self.heard = widgets.HTML(), widgets.HTML()
        asked = [widgets.Label("next gradient g"), *self.give, self.again, self.another]
        self.said.add_class("course-said")
        rows = map(widgets.HBox, (asked, [*settings.values()], self.options))
        super().__init__(figure, *rows, self.said, self.heard)
        for g, button in zip(gradients, self.give, strict=True):
            button.on_click(lambda _, g=g: self._try([*self.trial, g]))
        self.again.on_click(lambda _: self._try([], guess=None))
        self.another.on_click(lambda _: self._hide((self.case + 1) % len(self.mistakes)))
        for button in self.options:
            button.on_click(self._judge)
        for control in settings.values():
            control.observe(lambda _: self._try(self.trial), "value")
        self._hide(0)
        others = [suspects.name, *self.mistakes[1:]]
        self._show_telling(others, None, least=3, repeat=False)
        self._write()

    @property
    def hidden(self):
        return self.mistakes[self.case]

    def _hide(self, case):
        self.case = case
        for button in self.options:
            button.disabled, button.button_style, button.icon = False, "", ""
        self._say(f"Case {case + 1} of {len(self.mistakes)}: what is wrong with the hidden rule?")
        self._try([], guess=None)

    def _try(self, trial, guess=...):
        """Let the rules walk under these gradients, and show their steps."""
        if self.moving_many:
            return
        self.trial, self.guess = trial, self.guess if guess is ... else guess
        with self.following():
            settings = {name: control.value for name, control in self.controls.items()}
            walkers = {self.suspects.name: self.suspects.name, HIDDEN: self.hidden, GUESS: self.guess}
            paths = {label: self.suspects.walk(name, trial, **settings) for label, name in walkers.items() if name}
            self.figure.update(paths)
            steps = "; ".join(f"{label}: {', '.join(_steps(path))}" for label, path in paths.items())
            self.heard.value = f'<span role="status" class="course-heard">steps of {html.escape(steps)}</span>'

    def _show_telling(self, others, guess, **how):
        """The trial that tells the hidden rule best from these others."""
        offered = {name: _values(control.options) for name, control in self.controls.items()}
        trial, settings = self.suspects.telling(self.hidden, others, self.gradients, offered, **how)
        self.moving_many = True
        for name, value in settings.items():
            self.controls[name].value = value
        self.moving_many = False
        self._try(trial, guess)

    def _judge(self, chosen):
        if chosen.description == self.hidden:
            for button in self.options:
                button.disabled = True
            chosen.button_style, chosen.icon = "success", "check"
            self._say(f"Yes. {self.suspects.sentences[self.hidden]}")
        else:
            chosen.disabled, chosen.icon = True, "times"
            self._show_telling([chosen.description], chosen.description)
            hidden, guess = (_steps(self.figure.paths[label])[-1] for label in (HIDDEN, GUESS))
            self._say(f"No. Here the last steps differ: {hidden} for the hidden rule, {guess} for your guess.")

    def _say(self, said):
        self.said.value = f'<span role="status">{html.escape(said)}</span>'

    def _write(self):
        """What stands for the panel where there is no kernel."""
        question = f"What is wrong with the hidden rule? It should be {self.suspects.name}."
        given = ", ".join(f"{g:g}" for g in self.trial)
        settings = ", ".join(f"{control.description} = {control.label}" for control in self.controls.values())
        trial = f"The picture shows what each next gradient g, {given}, does to both ({settings})."
        listed = "\n".join(f"- {mistake}" for mistake in sorted(self.mistakes))
        folded = f"<details><summary>Answer</summary>\n\n{self.suspects.sentences[self.hidden]}\n\n</details>"
        self.box.text = f"{question} {' / '.join(sorted(self.mistakes))}"
        self.box.markdown = f"**{question}** {trial}\n\n{listed}\n\n{folded}"


def _values(options):
    return [*(options.values() if isinstance(options, dict) else options)]


def _steps(path):
    """Each step of a path of one parameter, as a word."""
    steps = (after - before + 0 for before, after in pairwise(path.theta[:, 0]))
    return [f"{step:.3g}" if step == step else "no number" for step in steps]
