"""Curves that are to be diagnosed."""

import html

import ipywidgets as widgets

from .controls import choice
from .shown import Shown


class doctor(Shown):
    """Curves with a letter each, to be diagnosed by buttons.

    Parameters
    ----------
    figure : LiveFigure, which takes `chosen`, a letter, and `told`, a dict from
        a letter to its diagnosis
    patients : dict from letter to what has `diagnosis`, `because`, a sentence
        on how that is seen, and `how`, which says what was run

    After a right diagnosis its sentence is said, and how the curve was made;
    after a wrong one the sentence says what that diagnosis would look like.
    Without a kernel all diagnoses stand as text, and the answers
    are folded away together with their picture.
    """

    def __init__(self, figure, patients):
        self.patients, self.told = patients, {}
        self.letters = choice("curve", list(patients))
        self.controls = {"curve": self.letters}
        found = sorted(patients.values(), key=lambda patient: patient.diagnosis)
        self.because = {patient.diagnosis: patient.because for patient in found}
        self.buttons = [widgets.Button(description=diagnosis) for diagnosis in self.because]
        self.said = widgets.HTML()
        self.said.add_class("course-outcome")
        question = "Which diagnosis fits which curve?"
        super().__init__(
            figure,
            widgets.HBox([self.letters]),
            widgets.HBox(self.buttons),
            self.said,
            text=f"{question} {' / '.join(self.because)}",
        )
        with self.following():
            listed = "\n".join(f"- {diagnosis}" for diagnosis in self.because)
            folded = f"<details><summary>Answers</summary>\n\n{self._answers()}\n\n</details>"
            self.box.markdown = f"**{question}**\n\n{listed}\n\n{folded}"
        self.letters.observe(lambda _: self._choose(), "value")
        for button in self.buttons:
            button.on_click(self._judge)
        self._choose()

    def _answers(self):
        """All answers as text, below the picture in which they stand beside their curves."""
        self.figure.update({}, told={letter: patient.diagnosis for letter, patient in self.patients.items()})
        answers = [f"- {letter}: **{p.diagnosis}**. {p.because} It was {p.how}." for letter, p in self.patients.items()]
        return "\n".join([self.figure.as_html(), "", *answers])

    def _choose(self):
        """Show the curve of the chosen letter, with its diagnosis if that is known."""
        with self.following():
            self.figure.update({}, chosen=self.letters.value, told=self.told)
        known = self.letters.value in self.told
        self._say(self._answer() if known else f"Which diagnosis fits curve {self.letters.value}?")

    def _judge(self, button):
        patient = self.patients[self.letters.value]
        if button.description != patient.diagnosis:
            self._say(f"Not this one. {self.because[button.description]}")
            return
        self.told = self.told | {self.letters.value: patient.diagnosis}
        button.disabled = True
        self._choose()

    def _answer(self):
        patient = self.patients[self.letters.value]
        return f"Yes. {patient.because} It was {patient.how}."

    def _say(self, said):
        self.said.value = f'<span role="status">{html.escape(said)}</span>'
