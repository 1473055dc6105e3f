"""Judges a function line by line: each line of the right one, on the student's own state and own earlier lines."""

import ast
import difflib
import functools
import inspect
import linecache
import re
from types import SimpleNamespace

import numpy as np

from ..rules import Start
from .guard import source, unwrapped
from .lines import STATE, Case, agree, compiled, lines_of, symbol_of, telling, traced, words
from .slips import slips

EASY = [(2, 1, (0.5, 0.75, 0.5)), (3, 2, (0.75, 0.5, 0.5)), (-1, 2, (0.25, 0.5, 0.5))]  # g, memory, shares


class Verdict:
    """Which lines of a right function a student has kept, and what is wrong in the others.

    mine, right : functions; cases : list of Case; mistakes : edits of right;
    memories : dict from the right names of a rule's memories to the student's
    `wrong` holds (name, None) for each line that is not kept, and (name, STATE)
    for what is not returned as it should be.
    """

    def __init__(self, mine, right, cases, mistakes=(), memories=None, changed=()):
        self.mine, self.right, self.cases, self.mistakes, self.changed = mine, right, cases, mistakes, changed
        self.lines, self.memories = lines_of(right), memories or {}
        self.is_rule = memories is not None
        self.find()
        self.judge()

    def judge(self):
        self.good, known = self.agreement(self.lines)
        for place, case in enumerate(self.cases):
            case.known = known[place]
        self.wrong = {key for key, good in self.good.items() if not good}

    def find(self):
        """Find for each line where the student's own value stands, in the first case; the others are alike."""
        case = self.cases[0]
        names, self.own, guessed = dict(case.names), {}, []
        taken = {*self.lines.names, *self.lines.arguments, *self.memories.values()}
        free = [key for key in case.values if key[0] not in taken]
        for name, code in self.lines.codes:
            value = eval(code, names)
            keys = [key for key in case.values if key[0] == self.memories.get(name, name)]
            keys = [key for key in keys if key[1] != STATE][::-1] or keys
            keys.sort(key=lambda key: not agree(case.values[key], value))
            if not keys:
                keys = [key for key in free if telling(case.values[key]) and agree(case.values[key], value)][:1]
            if not keys:
                keys = [key for key in free if key[1] != STATE and self.looks_like(name, key)][-1:]
                guessed += [name] if keys else []
            if keys:
                self.own[name] = keys
                free = [key for key in free if key[0] != keys[0][0]]
                value = case.values[keys[0]]
            names[name] = value
        for name in guessed:  # a line of the student's may after all be none of these
            self.judge()
            wrong, keys = self.wrong, self.own.pop(name)
            self.judge()
            if len(self.wrong) >= len(wrong):
                self.own[name] = keys

    def looks_like(self, name, key):
        """Whether a student's line has nearly the name of a right one, or is made of the same."""
        if difflib.SequenceMatcher(None, plain(name), plain(key[0])).ratio() > 0.7:
            return True
        called = {keys[0][0]: right for right, keys in self.own.items()}
        settings = inspect.signature(self.right).parameters if self.is_rule else {}
        codes = ast.unparse(self.lines.node[name]), self.own_line(key).partition("=")[2]
        made = [{called.get(word, word) for word in words(code)} for code in codes]
        lines, shares = [one - settings.keys() for one in made], [len(one & settings.keys()) for one in made]
        return bool(lines[0]) and lines[0] == lines[1] and shares[0] == shares[1]

    def agreement(self, lines):
        """For each line of which the student has a value whether it agrees, and for each name that is returned.

        And for each case, what the names of the lines stand for in it.
        """
        good, known = {}, []
        for case in self.cases:
            names = dict(case.names)
            for name, code in lines.codes:
                value = eval(code, names)
                keys = [key for key in self.own.get(name, ()) if key in case.values]
                if keys and keys[0][1] == STATE and lines.renames(name):
                    keys = []  # the student has the returned value alone, which is compared below
                if keys:
                    agrees = [key for key in keys if agree(case.values[key], value)]
                    good.setdefault((name, None), []).append(bool(agrees))
                    value = case.values[(agrees or keys)[0]]
                names[name] = value
            for name, (_, code) in lines.returned.items():
                state = case.values.get((self.memories.get(name, name), STATE))
                if state is not None:
                    good.setdefault((name, STATE), []).append(agree(state, eval(code, names)))
            known.append(names)
        return {key: all(each) for key, each in good.items()}, known

    # --- what is said

    def told(self):
        """What is wrong, in a sentence or two for each line; then its formula; then with easy numbers put in."""
        if not self.wrong and not self.changed:
            return []
        said, unknown = self.sentences()
        if unknown and not self.changed and (other := self.with_changes()):
            if len(other.sentences()[1]) < len(unknown):
                return other.told()
        shown = [name for name in unknown or self.wrong_names if (name, None) in self.wrong]
        formulas, worked = (" ".join(filter(None, map(say, shown[:2]))) for say in (self.beside, self.worked))
        if unknown:
            return [" ".join(filter(None, [self.marks(), *said, formulas, worked]))]
        return [" ".join(filter(None, [self.marks(), *said])), formulas, worked]

    def with_changes(self):
        """The verdict given that g or a setting is what the student has made of it; None where all are as they were."""
        first = self.cases[0].values
        keys = {name: key for key in first for name in self.lines.arguments if key[0] == name and key[1] != STATE}
        cases = [Case(c.names | {name: c.values[key] for name, key in keys.items()}, c.values) for c in self.cases]
        return keys and Verdict(self.mine, self.right, cases, self.mistakes, self.memories, list(keys.items()))

    @property
    def wrong_names(self):
        return [name for name in self.lines.names if {(name, None), (name, STATE)} & self.wrong]

    def marks(self):
        """Such as: t ✓  m ✓  v ✗  θ ✓ (given your v)."""
        shown = [name for name in self.lines.names if {(name, None), (name, STATE)} & self.good.keys()]
        said, wrong = [], self.wrong_names
        for name in shown:
            own = self.called(name)
            given = [symbol_of(other) for other in wrong if other in self.uses(name)]
            given = f" (given your {' and '.join(given)})" if given and name == shown[-1] else ""
            mark = "✗" if name in wrong else f"✓{given}"
            said.append(f"{symbol_of(name)}{f' (your {own})' if own != name else ''} {mark}")
        return "  ".join(said) + "." if len(said) > 1 else ""

    def uses(self, name):
        """The names that a line is made of, and those that these are made of."""
        direct = {part.id for part in ast.walk(self.lines.node[name]) if isinstance(part, ast.Name)} - {name}
        return direct.union(*(self.uses(part) for part in direct if part in self.lines.node))

    def sentences(self):
        """A sentence for each known mistake or slip that is found, and the names of the lines that none explains."""
        told = [self.argument_changed(name, key) for name, key in self.changed]
        left = set(self.wrong)
        for still, said in sorted(self.known, key=lambda one: len(one[0])):
            if self.wrong - still <= left:
                told.append(said)
                left &= still
        unknown = []
        for name in self.lines.names:
            if (name, None) in left:
                said = self.slip(name)
                told += [said] if said else []
                unknown += [] if said else [name]
            elif (name, STATE) in left:
                told.append(self.otherwise_returned(name))
        return told, unknown

    @functools.cached_property
    def known(self):
        """What is left of `wrong` if a known mistake is taken for right, with its sentence, where that is less."""
        found = []
        for edit in self.mistakes:
            try:
                good, _ = self.agreement(lines_of(self.right, edit))
            except Exception:  # its line needs what the student has in another shape
                continue
            still = {key for key, kept in good.items() if not kept}
            if still < self.wrong:
                found.append((still, edit[-1]))
        return found

    def otherwise_returned(self, name):
        """What stands under a name in what is returned, where its line is right."""
        case, own = self.cases[0], self.called(name)
        mine, right = case.values[self.memories.get(name, name), STATE], case.values[self.own[name][0]]
        others = {key[0]: value for key, value in case.values.items() if key[1] != STATE and key[0] != own}
        if self.is_rule:
            others = {f"prev.{own}, the old one": getattr(case.names[self.lines.arguments[0]], name, None)} | others
        other = next((other for other, value in others.items() if value is not None and agree(mine, value)), None)
        same = [agree(*rows) for rows in zip(mine, right, strict=True)] if self.is_rule else [False]
        what = f"you return {other}" if other else "what you return is another"
        late = f", from step {1 + same.index(False)} on" if same[0] else ""
        return f"The line of {symbol_of(name)} is right, but {what}{late}: return {own}."

    def slip(self, name):
        """What is wrong in a line, if it is a single small slip, there or in a line that is written into it."""
        lines, cases = self.lines, [case for case in self.cases if self.own[name][0] in case.values]
        values = [case.values[self.own[name][0]] for case in cases]
        if name == "t" and not np.ptp(values[0]):
            return f"t is {values[0].flat[0]:g} at every step: count on from the step before, prev.t."
        if not any(np.isfinite(value).mean() > 0.3 for value in values):
            return ""
        last = max(place for place, (its, _) in enumerate(lines.nodes) if its == name)
        first = last
        while first and lines.nodes[first - 1][0] not in self.own:
            first -= 1
        for place in range(last, first - 1, -1):
            its, node = lines.nodes[place]
            for text, said in slips(node, self.symbols(place), lines.writer):
                try:
                    if all(self.gives(text, place, last, *pair) for pair in zip(cases, values, strict=True)):
                        return f"In the line of {symbol_of(its)}, {said()}"
                except Exception:
                    continue
        return ""

    def gives(self, text, place, last, case, value):
        """Whether a line with a slip, and those between it and the student's next value, give this value."""
        names = case.known | {self.lines.codes[place][0]: eval(compiled(text), case.known)}
        for name, code in self.lines.codes[place + 1 : last + 1]:
            names[name] = eval(code, names)
        return agree(value, names[self.lines.codes[last][0]])

    def symbols(self, place):
        """What a slip may put in the place of something else, as texts of Python."""
        first, *rest = self.lines.arguments
        numbers = sorted(set(re.findall(r"(?<![\w.])\d[\d.]*(?:e-?\d+)?", source(self.mine))))
        kept = [f"{first}.{name}" for name in self.lines.memories] if self.is_rule else [first]
        return [*rest, *kept, *(name for name, _ in self.lines.nodes[:place]), *numbers]

    def argument_changed(self, name, key):
        return f"{symbol_of(name)} is given, and `{self.own_line(key)}` changes it before it is used: take it as it is."

    def is_mislabelled(self, name):
        """Whether what is returned under a name is neither its line nor another form of it."""
        value = self.cases[0].values.get((name, STATE))
        if value is None or not {(name, None), (name, STATE)} & self.wrong:
            return False
        others = [other for key, other in self.cases[0].values.items() if key[0] != name and telling(other)]
        return (name, None) in self.good.keys() - self.wrong or any(agree(value, other) for other in others)

    def called(self, name):
        """What a student calls what has this name in the right function."""
        return self.own.get(name, [(name, STATE)])[0][0]

    def beside(self, name):
        """The formula of a line, and the student's own line."""
        inner = [part for part in self.lines.names if part in self.uses(name) and part not in self.own]
        right = [self.lines.formula(name), ", ".join(map(self.lines.formula, inner[::-1]))]
        right = " where ".join(filter(None, right))
        right = f"`{name} = {ast.unparse(self.lines.node[name])}`" if name == "t" else right
        mine = self.own_line(self.own[name][0])
        # What it is made of and is no line of the right function stands before it.
        known = {keys[0][0] for keys in self.own.values()}
        parts = [key for key in self.cases[0].values if key[0] in words(mine) - known and key[1] != STATE]
        mine = "; ".join([*map(self.own_line, parts), mine])
        return f"It should be {right}" + (f"; yours is `{mine}`." if mine else ".")

    def own_line(self, key):
        """The line of a student's source on which a value was made."""
        name, line = key
        if line != STATE:
            return linecache.getline(unwrapped(self.mine).__code__.co_filename, line).split("#")[0].strip()
        try:
            parts = list(ast.walk(ast.parse(source(self.mine))))
        except SyntaxError:  # a lambda in the middle of something
            return ""
        named = [
            f"{name}={ast.unparse(part.value)}" for part in parts if isinstance(part, ast.keyword) and part.arg == name
        ]
        named = named or [ast.unparse(part) for part in parts if isinstance(part, ast.Return)]
        return next((text for text in named if text != f"{name}={name}"), "")

    def worked(self, name):
        """The line with easy numbers put in, and what the student's gives for them."""
        for easy in EASY:
            try:
                names, values = self.easy(*easy)
                for its, code in self.lines.codes:
                    right = eval(code, names)
                    key = self.own.get(its, [None])[0]
                    if its == name:
                        break
                    names[its] = values.get(key, right)
                shown = [shown_numbers(part) for part in (right, values[key])]
                if shown[0] != shown[1] and np.isfinite(values[key]).all():
                    return f"{self.given(name, names)}{symbol_of(name)} = {shown[0]}, and yours is {shown[1]}."
            except Exception:  # whatever a student's function may do with them: rather no numbers
                return ""
        return ""

    def easy(self, g, memory, shares):
        """The right function's names with easy numbers, and what the student's names hold with them."""
        case, shares = self.cases[0].names, iter(shares)
        first, *rest = names = self.lines.arguments
        if self.is_rule:
            kept = {name: memory if (getattr(case[first], name) < 0).any() else memory**2 for name in self.memories}
            kept = {name: 1 if name == "t" else np.array([float(value)]) for name, value in kept.items()}
            hyper = {name: {"lr": 0.1, "eps": 0.1}.get(name) or next(shares) for name in rest[1:]}
            start = Start([1.0])
            vars(start).update({self.memories[name]: value for name, value in kept.items()})
            names = {first: SimpleNamespace(theta=start.theta, **kept), rest[0]: np.array([float(g)]), **hyper}
            state, values = traced(self.mine, lambda: self.mine(start, names[rest[0]], **hyper))
            values |= {(name, STATE): np.array(value, dtype=float) for name, value in vars(state).items()}
        else:
            arrays = iter(np.array([[1, 2], [g, 1], [3, 2]], dtype=float))
            names = {n: next(arrays) if np.ndim(case[n]) else 0.1 if n == "lr" else next(shares) for n in names}
            result, values = traced(self.mine, lambda: self.mine(*names.values()))
            parts = [result] if len(self.lines.returned) == 1 else result
            values |= {(name, STATE): np.array(part) for name, part in zip(self.lines.returned, parts, strict=True)}
        return self.right.__globals__ | names, values

    def given(self, name, names):
        """Such as: With vₜ₋₁ = 4, β₂ = 0.75, g = 2:."""
        leaves = {}
        for part in ast.walk(self.lines.node[name]):
            text = ast.unparse(part) if isinstance(part, ast.Name | ast.Attribute) else "np"
            if text.split(".")[0] != "np" and not isinstance(names[text.split(".")[0]], SimpleNamespace) ^ (
                "." in text
            ):
                leaves[self.lines.writer.expression(part)] = shown_numbers(eval(compiled(text), names))
        return f"With {', '.join(f'{symbol} = {value}' for symbol, value in leaves.items())}: "


def shown_numbers(value):
    numbers = [f"{number + 0.0:.3g}" for number in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"


def plain(name):
    return name.lower().replace("_", "")
