"""The group's front door: registers that wait, and the latest quarter in three figures."""

from tests.support.client import Browsers


def test_works(browser: Browsers) -> None:
    b = browser("training")
    words = b.get("/training").words
    assert "Complete the register: Safeguarding children: working together" in words
    assert "25 people not recorded" in words and "2 registers still open" in words
    b.link("Complete the register: Safeguarding children: working together")
    assert "25 not recorded" in b.page.words


def test_others_see_figures_but_no_register(browser: Browsers) -> None:
    page = browser("viewer").get("/training")
    assert "Attendance" in page.words and "Complete the register" not in page.words
    assert not [a for a in page.all("a") if "attendance" in a["href"]]
