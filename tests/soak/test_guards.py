"""Each guard of the ballot box taken out once: the tests notice."""

from pathlib import Path

import pytest

from tests.support.guards import GUARDS, Guard, is_noticed

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: f"{guard.file}: {guard.line.strip()[:50]}")
def test_a_guard_that_is_taken_out_is_noticed(guard: Guard, tmp_path: Path) -> None:
    assert is_noticed(guard, tmp_path)
