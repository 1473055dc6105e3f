"""Panels: which widgets they are made of, and what happens at each move."""

import asyncio
import base64
import html
import io
import itertools
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import ipywidgets as widgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from PIL import Image
from traitlets.config import Config

from course_utils import descend, gradient_descent, momentum
from course_utils.figures import HeatMap, LiveFigure, Map, Profile, Surface, loss_curve
from course_utils.panels import choice, log_slider, panel, predict, slider, start_sliders, step_slider, sweep
from course_utils.panels.controls import nearest, player
from course_utils.panels.shown import CSS
from course_utils.problems import LinearRegression, bowl, wavy


class Recorder:
    """Stands for a figure; it and what is made with it write down what happens, in order."""

    def __init__(self, takes=()):
        self.takes, self.shown, self.events, self.text = set(takes), (300, 200), [], "what is drawn"
        self.paths, self.still = {}, b"what stands still"

    def areas(self):
        return []

    def update(self, paths, **others):
        self.events.append(("figure", paths, others))

    def compute(self, **values):
        self.events.append(("compute", values))
        return {"paths": values}

    def frame(self, whole=False):
        self.events.append(("sent",))
        return b"%d" % len(self.events)


def sliders():
    return {"lr": log_slider("learning rate η", 0.1, -3, 0), "steps": slider("steps", 15, 1, 40)}


def made(figure=None, compute=None, **others):
    """A panel with two sliders, and its figure with nothing written down as yet."""
    figure = figure or Recorder()
    it = panel(figure, compute or figure.compute, **(others or {}), **sliders())
    figure.events.clear()
    return it, figure


def click(button):
    button.click()


# --- controls


def test_a_slider_of_whole_numbers_stays_whole():
    control = slider("steps", 15, 1, 40)
    assert isinstance(control, widgets.IntSlider) and type(control.value) is int
    assert (control.value, control.min, control.max, control.step, control.description) == (15, 1, 40, 1, "steps")


@pytest.mark.parametrize(("numbers", "step"), [((0.5, 0, 1), 0.01), ((0, -2.0, 2), 0.02), ((0.7, 0, 0.99), 0.005)])
def test_a_slider_of_other_numbers_moves_by_a_round_number_near_a_hundredth_of_the_way(numbers, step):
    control = slider("slope w", *numbers)
    assert isinstance(control, widgets.FloatSlider)
    assert (control.value, control.min, control.max) == numbers
    assert control.step == pytest.approx(step)


def test_a_slider_takes_a_step():
    assert slider("w", 0.3, -2.0, 2.0, 0.01).step == 0.01
    assert slider("steps", 10, 0, 100, 10).step == 10
    half = slider("w", 1, 0, 2, 0.5)
    half.value = 0.5
    assert half.value == 0.5


def test_a_slider_of_learning_rates_stops_at_values_that_can_be_read():
    control = log_slider("learning rate η", 0.4, -3, 0.5)
    stops = []
    for place in range(control.slider.min, control.slider.max + 1):
        control.slider.value = place
        stops.append(control.value)
        assert control.readout.value == f"{control.value:.3g}" == f"{float(control.readout.value):.3g}"
        assert float(control.readout.value) == control.value, "what is read is what is used, to the last digit"
    assert stops[0] == 0.001 and stops[-1] == 3.16 and {0.002, 0.05, 0.1, 0.3, 0.4, 0.5, 1.0, 2.0, 3.0} <= {*stops}
    assert all(1.015 < after / before < 1.06 for before, after in itertools.pairwise(stops))


def test_a_learning_rate_that_is_set_stays_as_it_is_and_the_slider_stands_near_it():
    control, seen = log_slider("learning rate η", 0.4, -2, 0), []
    control.observe(lambda change: seen.append(change.new), "value")
    control.value = 0.668
    assert (control.value, control.readout.value, seen) == (0.668, "0.668", [0.668])
    assert control.values[control.slider.value] == 0.66
    control.slider.value += 1
    assert (control.value, control.readout.value) == (0.68, "0.68")
    for wild, end in ((7.0, 1.0), (1e-9, 0.01)):
        control.value = wild
        assert control.value == end


@pytest.mark.parametrize(("low", "high"), [(-2, 0.1), (-1.5, -0.2), (-8, 0), (-4, 1), (-2, 1)])
def test_a_slider_of_learning_rates_begins_and_ends_where_it_is_told(low, high):
    control = log_slider("η", 10 ** ((low + high) / 2), low, high)
    assert control.values == sorted({*control.values})
    assert (control.values[0], control.values[-1]) == pytest.approx((10.0**low, 10.0**high), rel=5e-3)
    assert control.place(control.values[3]) * control.slider.max == pytest.approx(3)


def test_a_choice_is_a_row_of_buttons():
    menu = choice("batch", ["one", "all"])
    assert isinstance(menu, widgets.ToggleButtons)
    assert (menu.options, menu.value, menu.description) == (("one", "all"), "one", "batch")
    assert choice("batch", ["one", "all"], "all").value == "all"


def test_a_choice_may_stand_for_something():
    menu = choice("rows", {"none": 0, "all": 342})
    assert (menu.value, menu.label) == (0, "none")
    menu.label = "all"
    assert menu.value == 342
    assert choice("rows", {"all": 342, "none": 0}, 0).label == "none"


def test_the_start_is_set_by_two_sliders():
    x, y = start_sliders(bowl).values()
    assert list(start_sliders(bowl)) == ["x", "y"]
    assert [(s.value, s.min, s.max) for s in (x, y)] == [(-5, -6, 3), (-2, -3, 3)]
    assert [s.description for s in (x, y)] == ["start θ₁", "start θ₂"]


def test_the_start_sliders_of_a_model_are_told_window_and_start():
    model = LinearRegression([1, 2, 3], [2, 4, 7])
    x, y = start_sliders(model, window=(-2, 2, -3, 3), start=(0.5, 1)).values()
    assert [(s.value, s.min, s.max) for s in (x, y)] == [(0.5, -2, 2), (1, -3, 3)]
    assert start_sliders(bowl, start=(0, 1))["x"].value == 0
    with pytest.raises(
        ValueError, match=r"^a pair of sliders needs a window of 4 numbers: add window=\(left, [^\n]*\.$"
    ):
        start_sliders(model, start=(0, 1))
    with pytest.raises(ValueError, match=r"^a pair of sliders needs a start of 2 numbers: add start=\(x, y\)\.$"):
        start_sliders(model, window=(-2, 2, -3, 3))


def test_a_step_slider_starts_where_it_is_told():
    control = step_slider("step t", 5, 10)
    assert (control.value, control.slider.value, control.play.value) == (5, 5, 5)
    assert (control.slider.min, control.slider.max, control.play.play.max) == (0, 10, 10)
    assert control.description == "step t"


def test_a_step_slider_moves_by_its_slider_its_player_and_its_buttons():
    control, seen = step_slider("step t", 9, 10), []
    control.observe(lambda change: seen.append(change.new), "value")
    click(control.forward)
    click(control.forward)  # at the end already
    control.play.value = 3
    click(control.back)
    control.slider.value = 0
    click(control.back)  # at the start already
    assert seen == [10, 3, 2, 0]
    assert control.slider.value == control.play.value == control.value == 0


# --- a move


def test_a_panel_computes_once_when_it_is_made():
    figure = Recorder()
    panel(figure, figure.compute, **sliders())
    values = {"lr": 0.1, "steps": 15}
    assert figure.events == [("compute", values), ("figure", {"paths": values}, {}), ("sent",)]


def test_a_move_computes_then_draws_then_shows_each_once():
    it, figure = made()
    it.controls["steps"].value = 16
    values = {"lr": 0.1, "steps": 16}
    assert figure.events == [("compute", values), ("figure", {"paths": values}, {}), ("sent",)]
    assert it.picture.value == b"3"


def test_a_choice_computes_once():
    figure = Recorder()
    it = panel(figure, figure.compute, batch=choice("batch", {"one": 1, "all": 342}))
    figure.events.clear()
    it.controls["batch"].label = "all"
    assert figure.events == [("compute", {"batch": 342}), ("figure", {"paths": {"batch": 342}}, {}), ("sent",)]


def test_what_the_figure_takes_goes_to_the_figure():
    figure = Recorder(takes=["step", "azimuth"])
    it = panel(figure, figure.compute, step=step_slider("step t", 3, 9), **sliders())
    figure.events.clear()
    it.controls["step"].value = 4
    assert figure.events == [
        ("compute", {"lr": 0.1, "steps": 15}),
        ("figure", {"paths": {"lr": 0.1, "steps": 15}}, {"step": 4}),
        ("sent",),
    ]


def test_compute_may_return_more_for_the_figure():
    it, figure = made(compute=lambda lr, steps: ({"a": lr}, {"grid": steps}))
    it.controls["lr"].value = 0.5
    assert figure.events[0] == ("figure", {"a": 0.5}, {"grid": 15})


def test_several_controls_are_set_at_once():
    it, figure = made()
    it.set(lr=0.5, steps=3)
    assert figure.events[0] == ("compute", {"lr": 0.5, "steps": 3})
    assert [event[0] for event in figure.events] == ["compute", "figure", "sent"]


def buttons(it):
    return {button.description: button for button in it.buttons}


def test_a_preset_sets_its_values_and_reset_those_of_the_beginning():
    it, figure = made(presets={"too far": {"lr": 0.6}, "both": {"lr": 0.01, "steps": 40}})
    assert list(buttons(it)) == ["too far", "both", "reset"]
    values = []
    for label in ("too far", "both", "reset"):
        click(buttons(it)[label])
        values.append(figure.events[-3][1])
    assert values == [{"lr": 0.6, "steps": 15}, {"lr": 0.01, "steps": 40}, {"lr": 0.1, "steps": 15}]
    assert len(figure.events) == 9, "each click draws once"


def test_a_preset_of_an_unknown_control_is_refused():
    with pytest.raises(Exception, match="learning_rate"):
        made(presets={"too far": {"learning_rate": 0.6}})


def test_what_is_said_stands_below_the_controls_and_in_the_text():
    it, _ = made(say=lambda paths: f"η < {paths['paths']['lr']:.2g} & more")
    it.controls["lr"].value = 0.2
    assert ">η &lt; 0.2 &amp; more<" in it.said.value and 'role="status"' in it.said.value
    assert repr(it.box) == "learning rate η = 0.2, steps = 15: η < 0.2 & more"


def test_what_is_drawn_is_heard_and_not_seen():
    it, _ = made()
    assert it.said.value == '<span role="status"><span class="course-heard">what is drawn</span></span>'
    assert repr(it.box) == "learning rate η = 0.1, steps = 15", "it stands in the still picture's own text"


def test_no_line_is_kept_free_for_a_fault():
    it, _ = made()
    assert it.error.value == "" and it.error.layout.display == "none"


# --- the learning rate's limits


def share(value, low, high):
    return f"{100 * (value - low) / (high - low):.2f}%"


def test_limits_are_marked_on_the_track_and_named():
    it, _ = made(limits=bowl.limits)
    shown = it.marks.value
    for label, text in (("1/λₘₐₓ", "0.25"), ("best", "0.476"), ("limit", "0.5")):
        assert f"{label} = {text}" in shown
        assert f"{100 * it.controls['lr'].place(bowl.limits()[label]):.2f}%" in shown, (
            "it stands where its logarithm is"
        )
    red = f"{100 * it.controls['lr'].place(0.5):.2f}%"
    assert f"#0000 {red}" in shown and shown.count(it.place) == 1
    assert it.place in it.controls["lr"]._dom_classes


def test_limits_follow_beta():
    controls = {"lr": slider("η", 0.5, 0.0, 1.0), "beta": slider("β", 0.0, 0.0, 0.9)}
    it = panel(Recorder(), lambda lr, beta: {}, limits=bowl.limits, **controls)
    assert "limit = 0.5" in it.marks.value and share(0.5, 0, 1) in it.marks.value
    controls["beta"].value = 0.5
    assert "limit = 0.75" in it.marks.value and share(0.75, 0, 1) in it.marks.value
    controls["beta"].value = 0.9
    assert "limit = 0.95" in it.marks.value


def test_a_panel_marks_its_own_slider_in_every_kernel_of_the_page():
    code = "from course_utils.problems import bowl\nfrom course_utils.panels import log_slider, panel\n"
    code += "from course_utils.figures import LiveFigure, Map\n"
    code += "it = panel(LiveFigure(Map(bowl)), lambda lr: {}, limits=bowl.limits, lr=log_slider('η', 1, -1, 1))\n"
    code += "print(it.place)"
    ran = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    places = {run.stdout for run in ran} | {made(limits=bowl.limits)[0].place for _ in range(2)}
    assert len(places) == 4, "a style reaches all notebooks that are open"


# --- faults show


def fail(*args, **values):
    raise ValueError("a < b & c")


def fails_above_one_half(**values):
    if values["lr"] > 0.5:
        fail()
    return {}


@pytest.mark.parametrize(
    ("part", "function"),
    [
        ("compute", fails_above_one_half),
        ("say", lambda paths: fail() if paths["paths"]["lr"] > 0.5 else ""),
    ],
)
def test_a_fault_shows_in_red_until_the_next_good_move(part, function):
    it, figure = made(**{part: function})
    it.controls["lr"].value = 0.9
    assert "ValueError: a &lt; b &amp; c" in it.error.value
    assert 'role="alert"' in it.error.value and "[role=alert] { color: #b00020" in CSS
    assert it.error.layout.display == "flex"
    it.controls["lr"].value = 0.2
    assert it.error.value == "" and it.error.layout.display == "none"
    assert figure.events[-1][0] == "sent"


def test_the_picture_is_pale_while_it_is_not_what_was_asked_for():
    it, figure = made(compute=fails_above_one_half)
    it.controls["lr"].value = 0.9
    assert "course-stale" in it.pictures._dom_classes and not figure.events, "nor is it sent again"
    it.controls["lr"].value = 0.2
    assert "course-stale" not in it.pictures._dom_classes


def test_a_fault_at_the_outset_shows():
    figure = Recorder()
    it = panel(figure, fail, **sliders())
    assert html.escape("ValueError: a < b & c") in it.error.value


def test_a_fault_is_in_the_text_that_a_notebook_keeps():
    it, _ = made(compute=fails_above_one_half, say=lambda paths: "all is well")
    it.controls["lr"].value = 0.9
    assert "ValueError: a < b & c" in repr(it.box)
    assert "all is well" not in repr(it.box) and "all is well" not in it.said.value, (
        "what was said of an earlier move is gone"
    )


def test_a_fault_in_the_figure_shows():
    figure = LiveFigure(Profile(wavy), size=(3, 2))
    it = panel(figure, lambda lr, steps: {"a": None}, **sliders())
    assert "AttributeError" in it.error.value


def test_a_fault_in_the_limits_shows():
    it, _ = made(limits=fail)
    assert "ValueError" in it.error.value


# --- the text form, and what a notebook is handed


def test_the_text_is_one_short_line():
    it, _ = made()
    assert repr(it.box) == "learning rate η = 0.1, steps = 15"
    it.set(lr=0.0123456, steps=2)
    assert repr(it.box) == "learning rate η = 0.0123, steps = 2"


def test_the_text_names_the_word_that_was_chosen():
    controls = {"rule": choice("rule", {"Adam": abs, "none": None}), "on": widgets.Checkbox(True, description="noise")}
    assert repr(panel(Recorder(), lambda **values: {}, **controls).box) == "rule = Adam, noise = True"


def test_the_text_of_a_notebook_is_whole():
    it, _ = made(say=lambda paths: "x" * 200)
    assert it.box._repr_mimebundle_()["text/plain"] == repr(it.box) == f"learning rate η = 0.1, steps = 15: {'x' * 200}"


@pytest.fixture
def outputs():
    """Runs a function as a cell would, and returns what it displays."""
    InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def run(function, *args):
        with capture_output() as captured:
            function(*args)
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()


VIEW = "application/vnd.jupyter.widget-view+json"


def test_a_panel_shows_its_controls_and_its_picture_as_two_outputs(outputs):
    figure = LiveFigure(Profile(wavy), size=(3, 2))
    it = panel(figure, lambda lr, steps: {"θ": descend(gradient_descent, wavy.grad, [1.0], steps, lr=lr)}, **sliders())
    controls, still = outputs(display, it)
    assert VIEW in controls.data and controls.data["text/plain"] == "learning rate η = 0.1, steps = 15"
    assert VIEW not in still.data and "image/png" in still.data
    assert still.data["text/plain"] == still.metadata["image/png"]["alt"] == figure.text

    assert it.picture in it.pictures.children and it.pictures in it.box.children
    assert (it.still.value, it.picture.value) == (figure.still, figure.frame())
    assert outputs(setattr, it.controls["lr"], "value", 0.5) == [], "the still picture stays as its line of text does"
    assert it.picture.value == figure.frame() and still.data["text/plain"] != figure.text


def test_a_panel_begins_with_lines_on_what_is_still_also_where_a_second_name_has_moved_the_layout(outputs):
    figure = LiveFigure(Map(bowl), loss_curve(bowl, 5))
    it = panel(
        figure,
        lambda lr: [descend(rule, bowl.grad, bowl.start, 5, lr=lr) for rule in (gradient_descent, momentum)],
        lr=slider("η", 0.1, 0.0, 1.0),
    )
    outputs(display, it)
    assert (it.still.value, it.picture.value) == (figure.still, figure.frame())


def test_running_a_cell_again_closes_what_it_had_shown(monkeypatch):
    def run(execution, *shown, cell="a"):
        parent = {"metadata": {"cellId": cell}, "header": {"msg_id": execution}}
        kernel = SimpleNamespace(get_parent=lambda: parent)
        monkeypatch.setattr("course_utils.panels.shown.get_ipython", lambda: SimpleNamespace(kernel=kernel))
        monkeypatch.setattr("course_utils.panels.shown.display", lambda *parts: None)
        for it in shown:
            it._ipython_display_()

    one, two, three, four = (made()[0] for _ in range(4))
    control = one.controls["lr"]
    run("first", one, two)
    run("first elsewhere", three, cell="b")
    assert all(it.figure is not None and it.box.comm for it in (one, two, three))
    run("second", four)
    assert [it.figure is None for it in (one, two, three, four)] == [True, True, False, False]
    assert control.comm is None and three.box.comm


# --- the picture is touched


def walk(lr=0.1, x=-5.0, y=-2.0):
    return descend(gradient_descent, bowl.grad, (x, y), 20, lr=lr)


def on_the_bowl(**others):
    figure = LiveFigure(Map(bowl), loss_curve(bowl, 20))
    return panel(figure, walk, lr=log_slider("learning rate η", 0.1, -2, 0), **start_sliders(bowl), **others)


def test_where_a_picture_may_be_touched_is_where_its_map_lies():
    figure = LiveFigure(Map(bowl), loss_curve(bowl, 20))
    (area,) = figure.areas()
    assert area["x"] == {"name": "x", "low": -6, "high": 3, "log": False}
    assert area["y"] == {"name": "y", "low": -3, "high": 3, "log": False}
    left, top, right, bottom = area["box"]
    width, height = figure.pixels
    picture = figure.picture()
    inside = picture.getpixel((int(left * width) + 3, int(top * height) + 3))
    outside = picture.getpixel((int(left * width) - 3, int(top * height) + 3))
    assert inside != outside == (255, 255, 255), "the corner of the map"
    assert (right - left) * width / ((bottom - top) * height) == pytest.approx(1.5, rel=1e-3)


def test_a_heat_map_gives_values_to_its_two_hyper_parameters():
    cells = HeatMap(("lr", "$\\eta$", [0.01, 0.1, 1.0]), ("beta", "$\\beta$", [0, 0.5]), "$L$", (1e-6, 1), log="x")
    (area,) = LiveFigure(cells).areas()
    assert (area["x"]["name"], area["x"]["log"], area["y"]["name"], area["y"]["log"]) == ("lr", True, "beta", False)
    assert area["x"]["low"] < 0.01 and area["x"]["high"] > 1


def test_what_is_touched_sets_the_sliders_and_draws_once():
    it = on_the_bowl()
    shown = []
    it.picture.observe(shown.append, "value")
    it.inbox.value = json.dumps({"x": 1.2345, "y": -0.7})
    assert (it.controls["x"].value, it.controls["y"].value) == (1.2, -0.7)
    assert len(shown) == 1 and it.picture.value == it.figure.frame() and "from (1.2, -0.7)" in it.figure.text


@pytest.mark.parametrize(
    ("control", "value", "stop"),
    [
        (slider("x", 0, -6.0, 3.0, 0.1), 0.123, 0.1),
        (slider("x", 0, -6.0, 3.0, 0.1), 99, 3),
        (slider("steps", 5, 1, 40), 7.6, 8),
        (log_slider("η", 0.1, -2, 0), 0.1234, 0.125),
        (log_slider("η", 0.1, -2, 0), 50, 1),
    ],
)
def test_a_place_on_the_picture_means_the_nearest_stop_of_a_slider(control, value, stop):
    assert nearest(control, value) == stop


def test_only_where_both_controls_are_there_is_a_picture_touched():
    def areas(it):
        script = html.unescape(it.box.children[-1].children[-2].value)
        return json.loads(re.search(r"\(this, (.*)\)\"", script)[1])

    assert [area["x"]["name"] for area in areas(on_the_bowl())] == ["x"]
    assert areas(panel(LiveFigure(Map(bowl)), walk, lr=slider("η", 0.1, 0.0, 1.0))) == []


# --- films and ghosts


def test_the_paths_grow_as_a_film_and_stand_whole_at_its_end():
    it = on_the_bowl()
    whole, lengths = it.picture.value, []
    for frame in (1, 30, 60, 0):
        it.film.value = frame
        lengths.append(len(it.figure.paths["gradient descent"]))
    assert lengths == [0, 10, 20, 20] and it.picture.value == whole
    it.film.value = 10
    it.controls["lr"].value = 0.2
    assert len(it.figure.paths["gradient descent"]) == 20, "a move shows the whole walk"


def test_a_film_plays_as_fast_as_it_is_told():
    film = player(60, 80)
    film.speed.label = "4"
    assert film.play.interval == 20
    film.speed.label = "½"
    assert film.play.interval == 160


def test_a_panel_with_a_step_has_its_own_player_and_no_film():
    it = panel(LiveFigure(Map(bowl)), walk, step=step_slider("step t", 3, 9), lr=slider("η", 0.1, 0.0, 1.0))
    assert it.film not in it.box.children[-1].children
    assert on_the_bowl().box.children[-1].children[0].play.max == 60


def test_a_ghost_stays_below_until_it_is_let_go():
    it = on_the_bowl()
    alone = it.figure.picture()
    it.controls["lr"].value = 0.3
    plain = it.figure.picture()
    it.controls["lr"].value = 0.1
    it.ghost.value = True
    it.controls["lr"].value = 0.3
    assert it.figure.picture() not in (plain, alone)
    it.ghost.value = False
    assert it.figure.picture() == plain


def test_a_ghost_is_of_the_last_good_picture_also_after_a_fault():
    it = on_the_bowl()
    good, update = it.figure.picture(), it.figure.views[0].update

    def fails(paths, **others):
        update(paths, **others)
        if not good_again:
            raise ValueError("half drawn")

    good_again, it.figure.views[0].update = [], fails
    it.controls["lr"].value = 0.4
    assert "half drawn" in it.fault
    good_again.append(True)
    it.ghost.value = True
    it.ghost.value = False
    assert it.figure.picture() == good


def test_a_learning_rate_is_read_off_also_where_what_follows_it_was_interrupted():
    control = log_slider("η", 0.1, -3, 0)

    def interrupted(change):
        raise KeyboardInterrupt

    control.observe(interrupted, "value")
    with pytest.raises(KeyboardInterrupt):
        control.value = 1.0
    assert (control.readout.value, control.slider.value) == ("1", control.slider.max)


def test_what_is_still_is_sent_once_and_never_later_than_what_moves_on_it():
    it = panel(
        LiveFigure(Surface(bowl)),
        lambda lr: descend(gradient_descent, bowl.grad, bowl.start, 5, lr=lr),
        lr=slider("η", 0.1, 0.0, 1.0),
        azimuth=slider("azimuth", -140, -180, 180),
    )
    sent = []
    it.still.observe(lambda change: sent.append("still"), "value")
    kinds = {b"data:image/jpeg": "whole", b"data:image/svg+": "lines"}
    it.picture.observe(lambda change: sent.append(kinds[bytes(change.new)[:15]]), "value")

    def moved(name, *values):
        sent.clear()
        for value in values:
            it.controls[name].value = value
        return sent

    assert moved("lr", 0.2, 0.3) == ["lines"] * 2
    assert moved("azimuth", 0, 10, 20) == ["whole"] * 3
    assert moved("lr", 0.2, 0.3, 0.4, 0.5) == ["whole", "still", "whole", "lines", "lines"]
    assert bytes(it.still.value) == it.figure.still


# --- predictions


def question(run=lambda: {}):
    figure = LiveFigure(Map(bowl), size=(3, 2))
    return predict("Does it arrive?", ["yes", "no"], "no", "because <i>η</i> is too large", figure, run)


def test_an_answer_must_be_among_the_options():
    with pytest.raises(ValueError, match="'maybe'"):
        predict("Does it arrive?", ["yes", "no"], "maybe", "", Recorder(), dict)


def five_steps():
    return descend(gradient_descent, bowl.grad, bowl.start, 5, lr=0.6)


def test_a_question_shows_where_the_walk_begins_and_nothing_of_its_end():
    it = question(five_steps)
    assert "gradient descent: θ(0) = (-5, -2) from (-5, -2)" in it.figure.text
    assert it.outcome.value == "" and it.picture.value == it.figure.frame()


def test_votes_are_counted_and_reveal_nothing():
    it = question(five_steps)
    asked = it.picture.value
    for place in (0, 1, 0):
        click(it.buttons[place])
    assert [button.description for button in it.buttons] == ["yes · 2", "no · 1"]
    assert it.outcome.value == "" and it.picture.value == asked


def test_the_answer_is_revealed_on_demand_and_the_question_can_be_asked_again():
    it = question(five_steps)
    asked = it.picture.value
    click(it.buttons[0])
    click(it.turn)
    assert it.outcome.value == "<b>no</b>: because <i>η</i> is too large"
    assert it.picture.value == it.figure.frame() != asked and "gradient descent: θ(5)" in it.figure.text
    assert [button.button_style for button in it.buttons] == ["", "success"]
    assert all(button.disabled for button in it.buttons) and it.turn.description == "ask again"
    click(it.turn)
    assert it.turn.description == "reveal"
    assert [button.description for button in it.buttons] == ["yes", "no"]
    assert it.outcome.value == "" and it.picture.value == asked
    assert not any(button.disabled or button.button_style for button in it.buttons)


def test_a_fault_in_a_prediction_shows():
    it = question(fail)
    assert html.escape("ValueError: a < b & c") in it.error.value and not it.outcome.value


def test_the_picture_of_the_answer_is_folded_with_it(outputs):
    text = outputs(display, question(five_steps))[0].data["text/markdown"]
    folded = text[text.index("<details>") : text.index("</details>")]
    (image,) = re.findall(r'<img width="288" alt="[^"]*θ\(5\)[^"]*" src="data:image/png;base64,([^"]+)">', folded)
    assert Image.open(io.BytesIO(base64.b64decode(image))).size == (576, 384)


def test_without_a_kernel_a_question_stands_as_text_with_its_answer_folded_away(outputs):
    question_output, picture = outputs(display, question())
    assert question_output.data["text/plain"] == "Does it arrive? yes / no"
    text = question_output.data["text/markdown"]
    assert text.index("Does it arrive?") < text.index("- yes") < text.index("- no") < text.index("<details>")
    assert text.index("<details>") < text.index("**no**: because")
    assert "image/png" in picture.data


# --- sweeps


def swept(run=lambda seed, lr: seed + lr, show=lambda results: {"curves": list(results)}):
    figure = Recorder()
    return sweep(figure, [{"lr": lr} for lr in (0.1, 0.2, 0.3)], run, show), figure


def again(it, after=None):
    """Clicks the button that starts a sweep, and waits for its end."""

    async def clicked():
        it.start.click()
        await asyncio.sleep(0)
        busy = (it.start.disabled, it.stop.disabled)
        if after:
            after()
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
        return busy

    return asyncio.run(clicked())


def drawn(figure):
    return [event[2]["curves"] for event in figure.events if event[0] == "figure"]


def test_the_first_sweep_is_done_when_it_is_shown(outputs):
    it, figure = swept()
    controls, *rest = outputs(display, it)
    assert VIEW in controls.data and controls.data["text/plain"] == "(a button: again, with other seeds)"
    assert drawn(figure)[-1] == it.results == [0.1, 0.2, 0.3]
    assert len(rest) == 1
    assert it.bar.value == it.bar.max == 3 and it.said.value == "seed 0"


def test_a_sweep_done_again_has_another_seed_and_is_drawn_as_it_grows(outputs):
    it, figure = swept()
    outputs(display, it)
    figure.events.clear()
    assert again(it) == (True, False), "while it runs it can be stopped and not be started"
    assert drawn(figure) == [[1.1], [1.1, 1.2], [1.1, 1.2, 1.3]]
    assert [event[0] for event in figure.events] == ["figure", "sent"] * 3
    assert (it.start.disabled, it.stop.disabled, it.bar.value, it.said.value) == (False, True, 3, "seed 1")


def test_the_cells_below_count_on_the_first_sweep_however_often_it_was_done_again(outputs):
    it, _ = swept()
    outputs(display, it)
    again(it)
    again(it, after=it.stop.click)
    assert it.results == [0.1, 0.2, 0.3]


def test_a_sweep_that_is_stopped_leaves_what_was_shown_before(outputs):
    it, figure = swept()
    outputs(display, it)
    again(it)
    figure.events.clear()
    again(it, after=it.stop.click)
    assert drawn(figure) == [[2.1], [1.1, 1.2, 1.3]] and figure.events[-1] == ("sent",)
    assert (it.start.disabled, it.stop.disabled, it.bar.value, it.said.value) == (False, True, 0, "seed 1")


def test_a_fault_in_a_sweep_is_gone_after_the_next_good_one():
    it, _ = swept(run=lambda seed, lr: fail() if seed == 0 else lr)
    again(it)
    assert it.error.value
    again(it)
    assert it.error.value == ""


@pytest.mark.parametrize("part", ["run", "show"])
def test_a_fault_in_a_sweep_shows(part, outputs):
    it, _ = swept(**{part: fail})
    assert len(outputs(display, it)) == 2, "controls and picture"
    assert html.escape("ValueError: a < b & c") in it.error.value
    it.error.value = ""
    again(it)
    assert html.escape("ValueError: a < b & c") in it.error.value
    assert (it.start.disabled, it.stop.disabled) == (False, True)


# --- which control goes where


def test_a_control_goes_to_compute_as_well_where_compute_names_it():
    figure = Recorder(takes=["step"])
    it = panel(figure, lambda lr, step: {"paths": (lr, step)}, lr=slider("η", 0.5, 0.0, 1.0), step=slider("t", 3, 0, 9))
    it.controls["step"].value = 4
    assert figure.events[-2] == ("figure", {"paths": (0.5, 4)}, {"step": 4})


def test_a_control_that_nobody_takes_is_refused():
    with pytest.raises(TypeError, match=r"^the control steps goes nowhere: .* argument steps, .*\.$"):
        panel(Recorder(takes=["step"]), lambda lr: {}, **sliders())


def test_limits_need_a_control_named_lr():
    with pytest.raises(ValueError, match=r"^limits are marked on .*: name its control lr, or leave out limits\.$"):
        panel(Recorder(), lambda rate: {}, limits=bowl.limits, rate=slider("η", 0.5, 0.0, 1.0))
