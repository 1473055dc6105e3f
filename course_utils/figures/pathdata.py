"""Path data of SVG, the letters and numbers that say how a shape is drawn: lines, marks, words."""

import re
from functools import cache, lru_cache

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

EM = 400  # units of an outline in the size of its font
LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
POINTS = {Path.CURVE3: 2, Path.CURVE4: 3}  # of a piece of a path, where it is not one


def at(points, shape):
    """A shape at each of these points."""
    return f"M%.1f %.1f{shape}" * (points.size // 2) % tuple(points.ravel().tolist())


def along(points):
    """A line through points, all of which are near."""
    return ("M%.1f %.1fL" + "%.1f %.1f " * (len(points) - 1))[:-1] % tuple(points.ravel().tolist())


def mark(path, transform):
    """A mark, told from wherever it is put."""
    codes = path.codes
    if codes is None:
        codes = np.array([Path.MOVETO, *[Path.LINETO] * (len(path.vertices) - 1)], dtype=Path.code_type)
    return _mark(path.vertices.tobytes(), codes.tobytes(), transform.get_matrix().tobytes())


@cache
def _mark(vertices, codes, matrix):
    matrix = np.frombuffer(matrix).reshape(3, 3) * [[1], [-1], [1]]  # upside down
    if vertices == Path.unit_circle().vertices.tobytes():
        radius = abs(matrix[0, 0])
        half = f"a{radius:.1f} {radius:.1f} 0 1 0"
        return f"m{-radius:.1f} 0{half} {2 * radius:.1f} 0{half}{-2 * radius:.1f} 0z"
    return _relative(np.frombuffer(vertices).reshape(-1, 2), codes, matrix)


def absolute(path):
    """A path of any kind, without gaps."""
    pieces, last = [], None
    codes = path.codes
    ends = np.flatnonzero(codes == Path.STOP)
    end = ends[0] if len(ends) else len(codes)
    for code in codes[:end].tolist():
        if code == Path.CLOSEPOLY:
            pieces.append("Z%.0s%.0s")  # its point says nothing
        else:
            pieces.append(f"{LETTERS[code] if code != last else ' '}%.1f %.1f")
        last = None if code == Path.MOVETO else code
    return "".join(pieces) % tuple(path.vertices[:end].ravel().tolist())


def _relative(vertices, codes, matrix, grain=0.1):
    """A shape told from wherever it is put, in whole grains so that no error adds up."""
    codes = np.frombuffer(codes, dtype=Path.code_type)
    points = np.round(Affine2D(matrix).transform(vertices) / grain).astype(int)
    here = start = np.zeros(2, dtype=int)
    pieces, place = [], 0
    while place < len(codes):
        code = codes[place]
        count = POINTS.get(code, 1)
        if code == Path.CLOSEPOLY:
            pieces.append("z")
            here = start
        else:
            way = (points[place : place + count] - here).ravel()
            pieces.append(LETTERS[code].lower() + " ".join(f"{number * grain:g}" for number in way))
            here = points[place + count - 1]
            start = here if code == Path.MOVETO else start
        place += count
    return "".join(pieces).replace(" -", "-")


def written(text, prop, math=False):
    """The outlines of a line of text, from the start of its base line, EM to the size of its font."""
    return _line(text, _font(prop), math)[0]


def reach(text, prop):
    """How far a line of plain text reaches, as a share of the size of its font."""
    return _line(text, _font(prop), False)[1] / EM


@lru_cache(256)  # of the lines of a worked step, most stay as they are
def _line(text, font, math):
    pieces, reached = [], 0
    for part in [text] if math else characters(text):
        outline, advance = _outline(part, font, math)
        if outline:
            pieces.append(f"M{reached:.0f} 0{outline}")
        reached += advance
    return "".join(pieces), reached


def characters(text):
    """The characters of a text, each with the hats that stand on it."""
    return re.findall(r".[\u0300-\u036f]*", text, re.DOTALL)


def _font(prop):
    """What of a font decides the outlines, but for its size."""
    looks = ("style", "variant", "weight", "stretch", "file", "math_fontfamily")
    return tuple(prop.get_family()), *(getattr(prop, f"get_{look}")() for look in looks)


@lru_cache(2048)
def _outline(text, font, math):
    """The outline of a character, or of a line of mathematics, and how far after it the next one begins."""
    family, style, variant, weight, stretch, file, math_family = font
    prop = FontProperties(
        family=list(family),
        style=style,
        variant=variant,
        weight=weight,
        stretch=stretch,
        size=EM,
        fname=file,
        math_fontfamily=math_family,
    )
    vertices, codes = text_to_path.get_text_path(prop, text, ismath=math)
    unit = EM / text_to_path.FONT_SCALE
    codes = np.asarray(codes, dtype=Path.code_type).tobytes()
    outline = _relative(np.reshape(vertices, (-1, 2)), codes, np.diag([unit, -unit, 1]), 1)
    if math:
        return outline, 0
    widths = [text_to_path.get_text_width_height_descent(one, prop, False)[0] for one in (f"|{text}|", "||")]
    return outline, widths[0] - widths[1]
