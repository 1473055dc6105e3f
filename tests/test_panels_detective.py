"""The detective: what is hidden, what is asked, what is answered."""

from types import SimpleNamespace

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from traitlets.config import Config

from course_utils.figures import Ledger, LiveFigure
from course_utils.panels import choice, detective

SENTENCES = {"turned": "turned: it <walks> uphill.", "half": "half: too short.", "lost": "lost: no number."}
FACTORS = {"right": 1, "turned": -1, "half": 0.5, "lost": np.nan}


class Liars:
    """Three wrong rules, whose steps are some factor times those of the right one; they write down what is asked."""

    def __init__(self):
        self.name, self.sentences, self.asked = "right", SENTENCES, []

    def walk(self, name, gradients, **settings):
        self.asked.append((name, list(gradients), settings))
        theta = np.cumsum([1, *(-FACTORS[name] * settings["lr"] * np.array(gradients))])
        origin = SimpleNamespace(grad=lambda theta, t: np.full(1, float(gradients[t - 1])), hyper=settings)
        return Walked(theta=theta[:, np.newaxis], origin=origin)

    def telling(self, name, others, gradients, settings, **how):
        self.asked.append(("telling", name, list(others), list(gradients), settings, how))
        return [3, 1], {"lr": 0.1}


class Walked(SimpleNamespace):
    def __len__(self):
        return len(self.theta) - 1

    def single(self):
        return self


@pytest.fixture
def game():
    liars = Liars()
    lr = choice("learning rate η", {"small": 0.1, "one": 1})
    it = detective(LiveFigure(Ledger(), size=(8.8, 2.9)), liars, (-2, 1, 3), lr=lr)
    it.opening = list(liars.asked)
    liars.asked.clear()
    return it


def press(it, *labels):
    for label in labels:
        (button,) = (button for button in it.buttons if button.description == label)
        if not button.disabled:
            button.click()


def walked(it):
    return {label: path.theta[:, 0].tolist() for label, path in it.figure.paths.items()}


def test_the_first_case_begins_with_the_trial_that_tells_it_from_all_others(game):
    told = [asked for asked in game.opening if asked[0] == "telling"]
    assert told == [
        ("telling", "turned", ["right", "half", "lost"], [-2, 1, 3], {"lr": [0.1, 1]}, {"least": 3, "repeat": False})
    ]
    assert game.trial == [3, 1] and game.controls["lr"].value == 0.1
    assert walked(game) == {"right": pytest.approx([1, 0.7, 0.6]), "hidden rule": pytest.approx([1, 1.3, 1.4])}


def test_a_gradient_is_one_more_step_of_both_and_is_drawn_once(game):
    shown = []
    game.picture.observe(shown.append, "value")
    press(game, "-2")
    assert game.trial == [3, 1, -2] and len(shown) == 1
    assert game.picture.value == game.figure.frame(whole=True), "its layout has just changed"
    assert game.suspects.asked == [("right", [3, 1, -2], {"lr": 0.1}), ("turned", [3, 1, -2], {"lr": 0.1})]


def test_to_begin_again_leaves_the_start_alone(game):
    press(game, "begin again")
    assert game.trial == [] and walked(game) == {"right": [1], "hidden rule": [1]}
    press(game, "3")
    assert walked(game)["hidden rule"] == pytest.approx([1, 1.3])


def test_another_setting_walks_the_same_trial_anew(game):
    game.controls["lr"].value = 1
    assert game.suspects.asked == [("right", [3, 1], {"lr": 1}), ("turned", [3, 1], {"lr": 1})]


def test_the_right_mistake_is_told_in_its_whole_sentence(game):
    press(game, "turned")
    assert ">Yes. turned: it &lt;walks&gt; uphill.<" in game.said.value and 'role="status"' in game.said.value
    looks = {button.description: (button.disabled, button.button_style, button.icon) for button in game.options}
    assert looks == {"turned": (True, "success", "check"), "half": (True, "", ""), "lost": (True, "", "")}


def test_a_wrong_guess_is_answered_by_the_trial_that_tells_with_both_numbers(game):
    game.controls["lr"].value = 1
    press(game, "begin again")
    game.suspects.asked.clear()
    shown = []
    game.picture.observe(shown.append, "value")
    press(game, "half")
    assert game.suspects.asked[0] == ("telling", "turned", ["half"], [-2, 1, 3], {"lr": [0.1, 1]}, {})
    assert game.controls["lr"].value == 0.1 and game.trial == [3, 1] and len(shown) == 1
    assert walked(game)["your guess"] == pytest.approx([1, 0.85, 0.8])
    assert ">No. Here the last steps differ: 0.1 for the hidden rule, -0.05 for your guess.<" in game.said.value
    assert [button.disabled for button in game.options] == [True, False, False]
    press(game, "begin again")
    assert "your guess" not in walked(game)


def test_a_step_that_is_no_number_is_told_in_words(game):
    press(game, "lost")
    assert "no number for your guess." in game.said.value
    assert "your guess: no number, no number<" in game.heard.value


def test_the_steps_are_heard_and_not_seen(game):
    press(game, "begin again", "1")
    heard = '<span role="status" class="course-heard">steps of right: -0.1; hidden rule: 0.1</span>'
    assert game.heard.value == heard


def test_each_mistake_is_hidden_once_and_then_from_the_first_again(game):
    hidden = []
    for number in (1, 2, 3, 1):
        hidden.append(game.hidden)
        assert f"Case {number} of 3" in game.said.value
        press(game, "half" if game.hidden != "half" else "lost", game.hidden, "another case")
        assert game.trial == [] and not any(button.disabled or button.icon for button in game.options)
    assert hidden == ["turned", "half", "lost", "turned"]


def test_the_buttons_do_not_stand_in_the_order_of_the_cases(game):
    assert [button.description for button in game.options] == sorted(SENTENCES) != list(SENTENCES)


def test_a_fault_in_a_walk_shows(game):
    game.suspects.walk = None
    press(game, "1")
    assert "TypeError" in game.error.value


def test_without_a_kernel_question_trial_and_options_stand_as_text_with_the_answer_folded_away(game):
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with capture_output() as captured:
        display(game)
    InteractiveShell.clear_instance()
    controls, picture = captured.outputs
    assert "image/png" in picture.data and "hidden rule" in picture.data["text/plain"]
    text, fold = controls.data["text/markdown"].split("<details>")
    assert "It should be right." in text and "next gradient g, 3, 1," in text and "learning rate η = small" in text
    assert text.index("- half") < text.index("- lost") < text.index("- turned") and "uphill" not in text
    assert SENTENCES["turned"] in fold and fold.endswith("</details>")
    assert controls.data["text/plain"].endswith("half / lost / turned")
