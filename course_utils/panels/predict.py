"""A question before an experiment."""

import html

import ipywidgets as widgets

from .shown import Shown


class predict(Shown):
    """A question before an experiment: who looks on chooses or votes, then the run and the reason are shown.

    Parameters
    ----------
    question, because : str, the reason may hold HTML
    options : list of str, one of them the answer
    figure : LiveFigure, shown at first with the start of each path alone
    run : function () -> paths, what `figure.update` takes

    Each press of an option counts as a vote; "reveal" shows the run, and "ask
    again" begins anew. Without a kernel the question and its options stand as
    text, and the answer is folded away together with its picture.
    """

    def __init__(self, question, options, answer, because, figure, run):
        if answer not in options:
            raise ValueError(f"the answer {answer!r} is not among the options: add it to them.")
        self.answer, self.because, self.run = answer, because, run
        self.options, self.votes = options, dict.fromkeys(options, 0)
        self.buttons = [widgets.Button() for _ in options]
        self.turn = widgets.Button()  # to the answer, and back to the question
        self.outcome = widgets.HTML()
        self.outcome.add_class("course-outcome")
        listed = "\n".join(f"- {option}" for option in options)
        super().__init__(
            figure,
            widgets.HTML(f"<b>{html.escape(question)}</b>"),
            widgets.HBox([*self.buttons, self.turn]),
            self.outcome,
            text=f"{question} {' / '.join(options)}",
        )
        with self.following():
            figure.update(self.run())
            picture = figure.as_html()
            self.box.markdown = (
                f"**{question}**\n\n{listed}\n\n<details><summary>Answer</summary>\n\n"
                f"**{answer}**: {because}\n\n{picture}\n\n</details>"
            )
        for button, option in zip(self.buttons, options, strict=True):
            button.on_click(lambda _, option=option: self._vote(option))
        self.turn.on_click(lambda _: self._ask() if self.outcome.value else self._reveal())
        if not self.fault:
            self._ask()

    def _ask(self):
        """Show the question, with no votes and the starts alone."""
        self.votes = dict.fromkeys(self.options, 0)
        for button in self.buttons:
            button.button_style, button.disabled = "", False
        self.turn.description, self.outcome.value = "reveal", ""
        self._count()
        with self.following():
            self.figure.update({label: path.until(0) for label, path in self.figure.paths.items()})

    def _vote(self, option):
        self.votes[option] += 1
        self._count()

    def _count(self):
        for button, (option, votes) in zip(self.buttons, self.votes.items(), strict=True):
            button.description = f"{option} · {votes}" if votes else option

    def _reveal(self):
        for button, option in zip(self.buttons, self.options, strict=True):
            button.disabled = True
            if option == self.answer:
                button.button_style = "success"
        self.turn.description = "ask again"
        with self.following():
            self.figure.update(self.run())
            self.outcome.value = f"<b>{html.escape(self.answer)}</b>: {self.because}"
