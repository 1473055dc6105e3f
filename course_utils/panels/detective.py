"""A rule that is questioned until its mistake can be named."""

import html

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
    gradients : list of numbers, a button each
    **settings : rows of buttons, each a `choice` from a list of numbers
        They have the names of hyper-parameters.

    Each mistake is hidden once, in the order of the sentences. The first case
    begins with a trial that tells it from all others, so that it can be solved
    on paper: without a kernel that trial, the question and what may be wrong
    stand as text, and the answer is folded away.
    """

    def __init__(self, figure, suspects, gradients=(-2, 0, 1, 3), **settings):
        self.suspects, self.gradients, self.controls = suspects, gradients, settings
        self.mistakes, self.trial, self.moving_many = list(suspects.sentences), [], False
        self.give = [widgets.Button(description=f"{g:g}") for g in gradients]
        self.again, self.another = (widgets.Button(description=label) for label in ("begin again", "another case"))
        self.options = [widgets.Button(description=mistake) for mistake in self.mistakes]
        self.said = widgets.HTML()
        self.buttons = [*self.give, self.again, self.another, *self.options]
        given = [widgets.Label("next gradient g"), *self.give, self.again, self.another]
        rows = [given, settings.values(), self.options, [self.said]]
        super().__init__(figure, *(widgets.HBox([*row]) for row in rows))
        for g, button in zip(gradients, self.give, strict=True):
            button.on_click(lambda _, g=g: self._try([*self.trial, g]))
        self.again.on_click(lambda _: self._try([], guess=None))
        for button in self.options:
            button.on_click(self._judge)
        self.another.on_click(lambda _: self._begin(self.case + 1))
        for control in settings.values():
            control.observe(lambda _: self._try(self.trial), "value")
        self._begin(0)

    @property
    def hidden(self):
        return self.mistakes[self.case % len(self.mistakes)]

    def _begin(self, case):
        """Hide another rule."""
        self.case = case
        for button in self.options:
            button.disabled, button.button_style, button.icon = False, "", ""
        self._say(f"Case {case % len(self.mistakes) + 1} of {len(self.mistakes)}: what is wrong with the hidden rule?")
        if case:
            self._try([], guess=None)
        else:
            others = [self.suspects.name, *(one for one in self.mistakes if one != self.hidden)]
            self._show_telling(others, None, least=3)
            self._write()

    def _show_telling(self, others, guess, **how):
        """The trial that tells the hidden rule from these others best."""
        offered = {name: control.options for name, control in self.controls.items()}
        trial, values = self.suspects.telling(self.hidden, others, self.gradients, offered, **how)
        self.moving_many = True
        for name, value in values.items():
            self.controls[name].value = value
        self.moving_many = False
        self._try(trial, guess)

    def _try(self, trial, guess=...):
        """Let the rules walk under these gradients, and show their steps."""
        if self.moving_many:
            return
        self.trial, self.guess = trial, self.guess if guess is ... else guess
        with self.following():
            settings = {name: control.value for name, control in self.controls.items()}
            rules = {self.suspects.name: self.suspects.name, HIDDEN: self.hidden, GUESS: self.guess}
            paths = {k: self.suspects.walk(rule, trial, **settings) for k, rule in rules.items() if rule}
            self.figure.update(paths)

    def _judge(self, chosen):
        chosen.disabled = True
        if chosen.description == self.hidden:
            for button in self.options:
                button.disabled = True
            chosen.button_style, chosen.icon = "success", "check"
            self._say(f"Yes. {self.suspects.sentences[self.hidden]}")
        else:
            chosen.icon = "times"
            self._show_telling([chosen.description], chosen.description)
            hidden, guess = (self._last_step(label) for label in (HIDDEN, GUESS))
            self._say(
                f"No. This trial tells them apart: the last step of the hidden rule is {hidden}, of your guess {guess}."
            )

    def _last_step(self, label):
        *_, before, after = self.figure.paths[label].theta[:, 0]
        step = f"{after - before + 0:.3g}"
        return "no number" if step == "nan" else step

    def _say(self, said):
        self.said.value = f'<span role="status">{html.escape(said)}</span>'

    def _write(self):
        """What stands for the panel where there is no kernel."""
        name, given = self.suspects.name, ", ".join(f"{g:g}" for g in self.trial)
        settings = ", ".join(f"{control.description} = {control.label}" for control in self.controls.values())
        question = f"What is wrong with the hidden rule? It should be {name}."
        trial = f"Each next gradient g ({given}) moves both, as the picture shows ({settings})."
        listed = "\n".join(f"- {mistake}" for mistake in self.mistakes)
        folded = f"<details><summary>Answer</summary>\n\n{self.suspects.sentences[self.hidden]}\n\n</details>"
        self.box.text = f"{question} {' / '.join(self.mistakes)}"
        self.box.markdown = f"**{question}** {trial}\n\n{listed}\n\n{folded}"
