"""Reads the lines of a function, and what its names held after each."""

import ast
import functools
import re
import sys

import numpy as np

from ..formulas import SYMBOLS, Plain, assignments
from .guard import unwrapped
from .mistakes import edited_source, source_of

CLOSE = {"rtol": 1e-9, "atol": 1e-9}  # rounding passes, no mistake does
STATE = "returned"  # where a value stands that is no line's


class Lines:
    """A function read from its source: the name and the value of each line, and what is returned under which name."""

    def __init__(self, text, outputs=None):
        function = ast.parse(text).body[0]
        self.arguments = [argument.arg for argument in function.args.args]
        self.nodes, returned = [], {}
        for statement in function.body:
            self.nodes += [(node.targets[0].id, node.value) for node in assignments(statement)]
            match statement:
                case ast.Return(value=ast.Call(keywords=[_, *_] as keywords)):
                    returned = {keyword.arg: keyword.value for keyword in keywords}
                case ast.Return(value=ast.Call(args=[ast.List(elts=parts)])):
                    returned = dict(zip(outputs or map(ast.unparse, parts), parts, strict=True))
                case ast.Return(value=node):
                    returned = {(outputs or [node.id if isinstance(node, ast.Name) else "result"])[0]: node}
        for name, node in returned.items():
            if not isinstance(node, ast.Name) and name not in dict(self.nodes):
                self.nodes.append((name, node))
                returned[name] = ast.Name(name, ast.Load())
        prev = self.arguments[0]
        read = [n.attr for n in ast.walk(function) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == prev]
        self.memories = [name for name in dict.fromkeys(read) if name != "theta"]
        self.names = list(dict.fromkeys(name for name, _ in self.nodes))
        self.node = dict(self.nodes)
        self.writer = Plain(prev, set(self.names) if read else ())
        self.codes = [(name, compiled(ast.unparse(node))) for name, node in self.nodes]
        self.returned = {name: (node, compiled(ast.unparse(node))) for name, node in returned.items()}

    def renames(self, name):
        """Whether another value than its own is returned under a name."""
        return name in self.returned and ast.unparse(self.returned[name][0]) != name

    def formula(self, name):
        return self.writer.assignment(assigned(name, self.node[name]))


def assigned(name, node):
    return ast.Assign([ast.Name(name, ast.Store())], node)


@functools.cache
def lines_of(function, edit=None):
    """The Lines of a function, or of one of its known mistakes."""
    if edit:
        return Lines(edited_source(function, edit), list(lines_of(function).returned))
    return Lines(source_of(function))


@functools.cache
def has_lines(function, is_rule):
    """Whether a function can be judged line by line: it assigns names, and returns them, a rule in a State."""
    try:
        parts = ast.parse(source_of(function)).body[0].body
        lines = lines_of(function)
    except (OSError, TypeError, SyntaxError, AttributeError, IndexError, ValueError):
        return False  # its source can't be read, or is that of something else
    plain = all(isinstance(part, ast.Expr | ast.Return) or assignments(part) for part in parts)
    return plain and isinstance(parts[-1], ast.Return) and (not is_rule or "theta" in lines.returned)


@functools.cache
def compiled(text):
    return compile(text, "<line>", "eval")


class Case:
    """What one right line after another is evaluated with, and what the student has in its place.

    names : dict
        The arguments, by the names of the right function; for a rule they hold
        all steps at once, as rows.
    values : dict from (name, line) to array
        What the student's names held after each of their lines.
    """

    def __init__(self, names, values):
        self.names, self.values = names, values


def traced(function, call):
    """What call() returns, and what the names of `function` held after each of its lines, by (name, line)."""
    code, held, now, line = getattr(unwrapped(function), "__code__", None), {}, {}, None

    def look(frame, event, _):
        nonlocal line
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, int | float | np.ndarray | np.number | list):
                try:
                    value = np.array(value, dtype=float)
                except (ValueError, TypeError):
                    continue
                if name not in now or not np.array_equal(now[name], value, equal_nan=True):
                    now[name] = value
                    if line:
                        held[name, line] = value
        line = frame.f_lineno
        return look

    def begin(frame, event, _):
        return look if frame.f_code is code and line is None else None

    before = sys.gettrace()
    sys.settrace(begin)
    try:
        result = call()
    finally:
        sys.settrace(before)
    return result, held


def agree(mine, right):
    """Whether two arrays agree to nine digits; what is one number for all columns may agree with several."""
    mine, right = np.asarray(mine), np.asarray(right)
    if mine.ndim != right.ndim or mine.shape[:-1] != right.shape[:-1]:
        return False
    if mine.shape != right.shape and 1 not in (mine.shape[-1], right.shape[-1]):
        return False
    finite = np.isfinite(mine)
    near = np.abs(mine - right) <= CLOSE["atol"] + CLOSE["rtol"] * np.abs(right)
    same = (mine == right) | (np.isnan(mine) & np.isnan(right)) | (near & finite & np.isfinite(right))
    return bool(same.all())


def telling(value):
    """Whether a value can be recognised: it is no constant, and finite somewhere."""
    value = value[np.isfinite(value)]
    return value.size > 1 and np.ptp(value) > 0


def words(code):
    """The names in a line of Python, but for those behind a dot, and np."""
    return set(re.findall(r"(?<![.\w])[^\W\d]\w*", code)) - {"np"}


def symbol_of(name):
    return SYMBOLS.get(name, ("", name))[1]


def told_apart(mine, right):
    """Two numbers as texts, with as many digits as it takes to tell them apart."""
    digits = next((count for count in (6, 9, 12) if f"{mine:.{count}g}" != f"{right:.{count}g}"), 17)
    return f"{mine:.{digits}g}", f"{right:.{digits}g}"
