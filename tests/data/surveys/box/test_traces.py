"""What real requests leave in files and logs while a survey is open: nothing of an answer, nothing of who or when."""

import logging
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from tests.support.client import Browser
from tests.support.engines import Site
from tests.support.leaks import files_of, files_with, flush_to_files, naive_tables, naive_vote
from tests.support.surveys import form_for, opened_survey, person_id, questions_of, workers
from wfsite.extensions import db
from wfsite.surveys.box import folder
from wfsite.surveys.models import Comment
from wfsite.web.logs import fault, is_survey_page

CANARY = "Zebrafinch-4711-canary"


def _opened(site: Site) -> tuple[int, dict[str, list[str]], int]:
    """A survey that staff@ may answer, a good form for it, and the number of staff@."""
    with site.app.app_context():
        staff = person_id("staff")
        survey_id = opened_survey(site, [*workers(20), staff])
        form = form_for(questions_of(survey_id), Random(1), text=CANARY)
        db.session.remove()
    return survey_id, form, staff


def test_an_answer_is_found_in_no_file_while_open(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    survey_id, form, staff = _opened(site)
    temporary = set(Path(tempfile.gettempdir()).glob("*"))
    with caplog.at_level(logging.DEBUG):
        b = Browser(site, "staff")
        b.post(f"/surveys/{survey_id}", {**form, next(iter(form)): "wrong"}, expect=422)
        b.post(f"/surveys/{survey_id}", form)
        b.post(f"/surveys/{survey_id}", form, expect=200)
    needles = [CANARY.encode(), CANARY.encode("utf-16-le"), CANARY.encode().hex().encode()]
    with site.app.app_context():
        flush_to_files(site)
        assert files_with(needles, files_of(site)) == []
        assert CANARY not in caplog.text and all(CANARY not in str(r.__dict__) for r in caplog.records)
        new = [file for file in set(Path(tempfile.gettempdir()).glob("*")) - temporary if file.is_file()]
        assert files_with(needles, new) == []
        # The same search finds it at once where it is stored as it is.
        naive_tables(site)
        naive_vote(staff, CANARY)
        flush_to_files(site)
        assert files_with(needles, files_of(site))


def test_the_log_has_no_line_of_a_survey_page(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """A line without a name has its time all the same, and stands beside others that say who was on the site."""
    survey_id, form, staff = _opened(site)
    b, stranger = Browser(site, "staff"), Browser(site)
    page = f"/surveys/{survey_id}"
    with caplog.at_level(logging.DEBUG, logger="wfsite"):
        b.get("/surveys")
        b.get(page)
        b.post(page, expect=422)
        b.post(page, form)
        b.follow()
        b.post(page, form, expect=200)
        b.get("/surveys/987654", expect=404)
        b.get("/surveys/nobody", expect=404)
        assert b.client.put(page).status_code == 405
        stranger.get(page, expect=303)
        stranger.client.post(page, data=form)
        b.get("/account")
    (other,) = [record.__dict__ for record in caplog.records if record.name.startswith("wfsite")]
    assert (other["person"], other["route"]) == (staff, "/account"), "the control: the other pages do have one"


def test_every_survey_page_is_known_by_its_address(site: Site) -> None:
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("surveys.")]
    assert rules
    for rule in rules:
        with site.app.test_request_context(rule.rule.replace("<id:survey_id>", "1")):
            assert is_survey_page(), rule


def test_a_survey_page_that_fails_says_only_that(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    survey_id, form, _ = _opened(site)
    b = Browser(site, "staff")
    token = b.token()
    with closing(sqlite3.connect(folder.box_file(site.boxes, survey_id))) as other:
        other.execute("BEGIN IMMEDIATE")
        with caplog.at_level(logging.DEBUG, logger="wfsite"):
            answer = b.client.post(f"/surveys/{survey_id}", data=form | {"csrf_token": token})
    assert answer.status_code == 503
    (line,) = [record for record in caplog.records if record.name.startswith("wfsite")]
    usual = {*logging.makeLogRecord({}).__dict__, "message"}
    ours = {key: value for key, value in line.__dict__.items() if key not in usual}
    assert (line.getMessage(), ours) == ("a survey page failed", {"status": 503})


def test_a_fault_on_a_survey_page_is_its_kind_and_place(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """The words of an error may be an answer: `invalid literal for int(): …`."""

    def told(path: str) -> logging.LogRecord:
        caplog.clear()
        with site.app.test_request_context(path, method="POST"):
            try:
                int(CANARY)
            except ValueError as error:
                fault(error)
        (record,) = caplog.records
        return record

    elsewhere = told("/account")
    assert CANARY in logging.Formatter().format(elsewhere), "the control"
    line = told("/surveys/1")
    assert CANARY not in logging.Formatter().format(line) and CANARY not in str(line.__dict__)
    assert vars(line)["problem"] == "ValueError" and vars(line)["where"].startswith("test_traces.py:")


def test_no_other_request_says_from_which_survey_somebody_comes(site: Site) -> None:
    """A proxy's usual log writes the address from which each request came: pictures, styles, the next page."""
    survey_id, form, _ = _opened(site)
    b = Browser(site, "staff")
    for path, kind in ((f"/surveys/{survey_id}", "strict-origin"), ("/surveys", "strict-origin"), ("/", "same-origin")):
        b.get(path)
        assert b.response.headers["Referrer-Policy"] == kind
    token = b.token()
    sent = b.client.post(f"/surveys/{survey_id}", data=form | {"csrf_token": token})
    assert sent.status_code == 303 and sent.headers["Referrer-Policy"] == "strict-origin"
    assert "Set-Cookie" not in sent.headers, "nor is anything with a time in it left in the browser"
    assert "Set-Cookie" not in b.client.get(sent.headers["Location"]).headers


def test_an_error_of_the_database_does_not_quote_what_was_written(site: Site) -> None:
    with site.app.app_context():
        with pytest.raises(DBAPIError) as error:
            db.session.execute(insert(Comment), [{"question_id": 10**6, "key": b"k" * 16, "text": CANARY}])
        db.session.rollback()
        db.session.remove()
    assert "comment" in str(error.value) and CANARY not in str(error.value)
