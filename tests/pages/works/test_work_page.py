"""How far a check is: the page, the part that asks again, the end, and who may see it."""

import io

import pytest
from sqlalchemy import update

from tests.support.client import Browsers
from tests.support.engines import Site
from tests.support.groups import group_id, sit
from tests.support.works import check_asked, plan_file
from wfsite.extensions import db
from wfsite.imports.queries import CHECK_WORK
from wfsite.works.models import Work
from wfsite.works.queries import work_left
from wfsite.works.rules import WorkState
from wfsite.works.running import Bounds, works_run
from wfsite.works.services import work_take, work_tell


@pytest.fixture
def check(site: Site) -> tuple[int, int]:
    """An upload of the secretary's whose check waits: its id and its work's."""
    with site.app.app_context():
        found = check_asked()
        db.session.remove()
    return found


def _tell(site: Site, words: str, done: int = 0, total: int = 0) -> None:
    with site.app.app_context():
        if found := work_left(at=site.clock()):
            assert work_take(found, slot=1, runner="r", at=site.clock())
            db.session.commit()
        db.session.rollback()
        work_id = db.session.query(Work.id).filter_by(runner="r").scalar()
        db.session.rollback()
        assert work_tell(work_id, words, done=done, total=total, runner="r", at=site.clock())
        db.session.remove()


def _run(site: Site) -> None:
    with site.app.app_context():
        works_run(site.clock, Bounds())
        db.session.remove()


def _fail(site: Site, sentence: str) -> None:
    with site.app.app_context():
        db.session.execute(
            update(Work).where(Work.kind == CHECK_WORK).values(state=WorkState.FAILED, problem=sentence, slot=None)
        )
        db.session.commit()
        db.session.remove()


def test_works(site: Site, browser: Browsers, check: tuple[int, int]) -> None:
    _, work_id = check
    b = browser("secretary")
    page = b.get(f"/works/{work_id}")
    assert page.one("h1").text == "Checking plan.csv for the plan of 2025/26"
    assert "Waiting for its turn" in page.words and "You can leave this page" in page.words
    _tell(site, "Looking through the rows", 1, 3)
    page = b.link("See how far it is now")
    assert "Looking through the rows: 1 of 3" in page.words
    bar = page.one("progress")
    assert (bar["value"], bar["max"]) == ("1", "3")
    _tell(site, "Comparing the rows with what the site holds")
    bar = b.get(f"/works/{work_id}").one("progress")
    assert "value" not in bar.attrs
    assert b.get("/").words.count("plan.csv is being checked") == 1


def test_when_it_is_done_it_leads_to_the_check(site: Site, browser: Browsers, check: tuple[int, int]) -> None:
    upload_id, work_id = check
    b = browser("secretary")
    b.get(f"/steering/plan/import/{upload_id}", expect=303)
    assert b.response.headers["Location"] == f"/works/{work_id}"
    _run(site)
    b.get(f"/works/{work_id}", expect=303)
    assert "4 rows" in b.follow().words
    assert "3 rows will be added" in b.page.words
    b.get("/")
    page = b.link("Your check of plan.csv is ready")
    assert "Confirm and import" in page.words
    b.submit("Confirm and import")
    b.follow()
    assert "plan.csv" not in b.get("/").words


def test_fragment(site: Site, browser: Browsers, check: tuple[int, int]) -> None:
    _, work_id = check
    b = browser("secretary")
    part = b.get(f"/works/{work_id}", htmx=True).one("div")
    assert part["hx-trigger"] == "every 2s"
    assert "HX-Trigger-After-Settle" in b.response.headers
    again = part["hx-get"]
    b.get(again, htmx=True, expect=204)
    _tell(site, "Looking through the rows", 1, 8)
    first = b.get(again, htmx=True).one("div")["hx-get"]
    assert "1 of 8" in b.response.headers["HX-Trigger-After-Settle"]
    _tell(site, "Looking through the rows", 1, 9)
    b.get(first, htmx=True)
    assert "HX-Trigger-After-Settle" not in b.response.headers, "only each quarter is said aloud"
    with site.app.app_context():
        db.session.execute(update(Work).values(state=WorkState.DONE, slot=None))
        db.session.commit()
        db.session.remove()
    b.get(first, htmx=True)
    assert b.response.headers["HX-Redirect"].startswith("/steering/plan/import/")
    b.get(f"/works/{work_id}?seen=%00&step=" + "x" * 500, expect=303)


def test_what_failed_says_what_to_do_and_can_be_asked_for_again(
    site: Site, browser: Browsers, check: tuple[int, int]
) -> None:
    upload_id, work_id = check
    b = browser("secretary")
    _fail(site, "Split the file")
    assert "plan.csv could not be checked" in b.get("/").words
    b.get(f"/works/{work_id}", expect=303)
    page = b.follow()
    assert page.one("title").text.startswith("Error:") and "Split the file." in page.words
    b.submit("Check it again")
    assert b.response.headers["Location"] == f"/steering/plan/import/{upload_id}"
    assert "3 rows will be added" in b.follow().words


def test_invalid_asking_again_changes_nothing_while_it_runs(
    site: Site, browser: Browsers, check: tuple[int, int]
) -> None:
    upload_id, work_id = check
    _tell(site, "Looking through the rows", 1, 3)
    b = browser("secretary")
    b.post(f"/steering/plan/import/{upload_id}/check")
    b.get(f"/works/{work_id}")
    assert "1 of 3" in b.page.words


@pytest.mark.parametrize("account", ["staff", "manager", "chair", "data", "admin", "viewer"])
def test_stranger(browser: Browsers, check: tuple[int, int], account: str) -> None:
    browser(account).get(f"/works/{check[1]}", expect=404)


def test_a_stranger_signs_in_first(browser: Browsers, check: tuple[int, int]) -> None:
    browser(None).get(f"/works/{check[1]}", expect=303)


def test_a_colleague_who_may_do_the_same_sees_it_and_home_is_the_askers(
    site: Site, browser: Browsers, check: tuple[int, int]
) -> None:
    with site.app.app_context():
        sit("manager", group_id())
        db.session.commit()
        db.session.remove()
    b = browser("manager")
    assert "Checking plan.csv" in b.get(f"/works/{check[1]}").words
    assert "plan.csv" not in b.get("/").words


def test_unknown_id(browser: Browsers) -> None:
    for path in ("999999", "0", "-1", "a", "99999999999"):
        browser("secretary").get(f"/works/{path}", expect=404)


def test_a_kind_that_nobody_knows_is_not_found(site: Site, browser: Browsers, check: tuple[int, int]) -> None:
    with site.app.app_context():
        db.session.execute(update(Work).values(kind="of another release"))
        db.session.commit()
        db.session.remove()
    browser("secretary").get(f"/works/{check[1]}", expect=404)


def test_a_small_file_is_checked_before_its_page_comes(browser: Browsers) -> None:
    b = browser("secretary")
    b.post("/steering/plan/import", {"target": "2025", "file": (io.BytesIO(plan_file(20)), "small.csv")})
    assert "20 rows will be added" in b.follow().words
