"""A question before an experiment."""

import html

import ipywidgets as widgets

from .shown import Shown


class predict(Shown):
    """A question before an experiment; the choice is committed, then the run and the reason are shown.

    Parameters
    ----------
    question, because : str, the reason may hold HTML
    options : list of str, one of them the answer
    figure : LiveFigure, shown at first without the paths
    run : function () -> paths, what `figure.update` takes

    Without a kernel the question and its options stand as text, and the answer
    is folded away.
    """

    def __init__(self, question, options, answer, because, figure, run):
        if answer not in options:
            raise ValueError(f"the answer {answer!r} is not among the options: add it to them.")
        self.answer, self.because, self.run = answer, because, run
        self.buttons = [widgets.Button(description=option) for option in options]
        self.outcome = widgets.HTML()
        listed = "\n".join(f"- {option}" for option in options)
        folded = f"<details><summary>Answer</summary>\n\n**{answer}**: {because}\n\n</details>"
        super().__init__(
            figure,
            widgets.HTML(f"<b>{html.escape(question)}</b>"),
            widgets.HBox(self.buttons),
            self.outcome,
            text=f"{question} {' / '.join(options)}",
            markdown=f"**{question}**\n\n{listed}\n\n{folded}",
        )
        for button in self.buttons:
            button.on_click(self._reveal)
        with self.following():
            figure.update({})

    def _reveal(self, chosen):
        for button in self.buttons:
            button.disabled = True
            if button.description == self.answer:
                button.button_style = "success"
        chosen.icon = "check" if chosen.description == self.answer else "times"
        with self.following():
            self.figure.update(self.run())
            self.outcome.value = f"<b>{html.escape(self.answer)}</b>: {self.because}"
