import itertools
import random

import numpy as np
import pytest

from ocr_plugins.blocks import BBox
from ocr_plugins.source.pdf.overprint import MAX_SHIFT, Overprint, may_repeat


def test_whatever_is_drawn_twice_is_among_what_may_be() -> None:
    rng = random.Random(0)
    places = [("ab"[i % 2], rng.uniform(-300, 300), rng.uniform(-300, 300)) for i in range(3000)]
    found = may_repeat([char for char, _, _ in places], *np.array([place[1:] for place in places]).T)
    near = {
        k
        for (i, (a, x, y)), (j, (b, u, v)) in itertools.combinations(enumerate(places), 2)
        if a == b and abs(x - u) < MAX_SHIFT and abs(y - v) < MAX_SHIFT
        for k in (i, j)
    }
    assert near
    assert all(found[k] for k in near)


@pytest.mark.parametrize(("char", "x"), [("b", 50.0), ("a", 60.0)])
def test_another_letter_and_one_far_away_are_not_looked_at(char: str, x: float) -> None:
    assert may_repeat(["a", char], np.array([50.0, x]), np.array([9.0, 9.0])) == [False, False]


@pytest.mark.parametrize(("shift", "twice"), [(0.0, True), (1.1, True), (1.3, False)])
def test_a_letter_repeats_one_closer_than_half_the_width_of_the_narrowest(shift: float, twice: bool) -> None:
    overprint = Overprint()
    assert not overprint.repeats("a", BBox(50, 50, 55, 60), 10)
    assert overprint.repeats("a", BBox(50 + shift, 50, 55 + shift, 60), 10) is twice
