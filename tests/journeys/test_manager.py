"""Five minutes before the meeting: a manager moves three actions and says why, by links and forms alone."""

from tests.support.client import Browsers


def test_a_manager_moves_three_actions_without_javascript(browser: Browsers) -> None:
    b = browser("manager")
    b.get("/")
    b.link("Steering group")
    page = b.link("Action plan")
    b.submit("Show", {"mine": "1"}, expect=200)
    links = [a["href"] for a in b.page.all("a") if a["aria-label"].startswith("Update ")]
    assert len(links) >= 6
    for href, rag in zip(links, ("green", "amber", "red"), strict=False):
        b.get(href)
        if rag != "green":
            page = b.submit("Save", {"rag": rag, "note": "", "route_to_green": ""}, expect=422)
            assert "There is a problem" in page.words
        b.submit("Save", {"rag": rag, "note": f"It is {rag} because of this", "route_to_green": "By then"})
        page = b.follow()
        assert f"is now {rag.capitalize()}" in page.words
        assert f"It is {rag} because of this" in page.words
    b.get(links[0].removesuffix("/update"))
    assert "It is green because of this" in b.page.words
    b.link("Back to the action plan 2025/26")


def test_a_secretary_brings_the_plan_out_and_in_again(browser: Browsers) -> None:
    import io

    b = browser("secretary")
    b.get("/steering/plan")
    b.link("Excel")
    content = b.response.data
    b.get("/steering/plan")
    b.link("Import a plan")
    b.submit("Upload and check", {"target": "2025", "file": (io.BytesIO(content), "plan.xlsx")})
    assert "35 rows stay the same" in b.follow().words
