"""The doctor: which curve, which diagnosis, which answer."""

from types import SimpleNamespace

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from traitlets.config import Config

from course_utils.figures import LiveFigure, Sheet
from course_utils.panels import doctor

PATIENTS = {
    "A": SimpleNamespace(diagnosis="slow", because="A slow one <crawls>.", how="η = 0.1"),
    "B": SimpleNamespace(diagnosis="healthy", because="A healthy one falls.", how="η = 1"),
    "C": SimpleNamespace(diagnosis="lost", because="A lost one climbs.", how="η = 9"),
}


@pytest.fixture
def game():
    sheet = Sheet({"A": [1, 0.9], "B": [1, 0.1], "C": [1, 5]}, [1, 0.1], (0.01, 10), columns=3)
    return doctor(LiveFigure(sheet, size=(6, 2)), PATIENTS)


def press(it, label):
    (button,) = (button for button in it.buttons if button.description == label)
    button.click()
    return button


def test_diagnoses_stand_in_another_order_than_the_curves(game):
    assert [button.description for button in game.buttons] == ["healthy", "lost", "slow"]


def test_a_letter_shows_its_curve_at_once(game):
    shown = []
    game.picture.observe(shown.append, "value")
    game.letters.value = "C"
    assert game.figure.others["chosen"] == "C" and len(shown) == 1 and game.picture.value == game.figure.frame()
    assert ">Which diagnosis fits curve C?<" in game.said.value and 'role="status"' in game.said.value


def test_a_wrong_diagnosis_is_answered_by_what_it_would_look_like(game):
    button = press(game, "lost")
    assert ">Not this one. A lost one climbs.<" in game.said.value
    assert not button.disabled and game.figure.others["told"] == {}


def test_a_right_diagnosis_is_told_with_its_run_and_stays(game):
    button = press(game, "slow")
    assert ">Yes. A slow one &lt;crawls&gt;. It was η = 0.1.<" in game.said.value
    assert button.disabled
    game.letters.value = "B"
    press(game, "healthy")
    assert game.figure.others == {"chosen": "B", "told": {"A": "slow", "B": "healthy"}}
    game.letters.value = "A"
    assert "Yes. A slow one" in game.said.value


def test_without_a_kernel_all_diagnoses_stand_as_text_with_the_answers_folded_away(game):
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with capture_output() as captured:
        display(game)
    InteractiveShell.clear_instance()
    controls, picture = captured.outputs
    assert "image/png" in picture.data
    text, fold = controls.data["text/markdown"].split("<details>")
    assert "- healthy\n- lost\n- slow" in text and "crawls" not in text
    assert '<img width="576" alt="curves' in fold and "data:image/png;base64," in fold
    assert game.figure.others == {"chosen": "A", "told": {}}, "what is folded away is not shown"
    for letter, patient in PATIENTS.items():
        assert f"- {letter}: **{patient.diagnosis}**. {patient.because} It was {patient.how}." in fold
    assert controls.data["text/plain"].endswith("healthy / lost / slow")
