"""The campaign that takes guards out (`make soak`) names lines that are there."""

import pytest

from tests.support.guards import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.line.strip()[:50])
def test_the_guard_is_there(guard: Guard) -> None:
    assert guard.is_there()
