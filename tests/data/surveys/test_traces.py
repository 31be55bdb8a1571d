"""What real requests leave in files and logs while a survey is open: nothing of an answer, nothing of who or when."""

import logging
import tempfile
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from tests.support.client import Browser
from tests.support.leaks import files_of, files_with, flush_to_files, naive_tables, naive_vote
from tests.support.surveys import form_for, opened_survey, person_id, questions_of, workers
from wfsite.extensions import db
from wfsite.surveys.models import Comment

CANARY = "Zebrafinch-4711-canary"


def _opened(site):
    """A survey that staff@ may answer, a good form for it, and the number of staff@."""
    with site.app.app_context():
        staff = person_id("staff")
        survey_id = opened_survey(site, [*workers(20), staff])
        form = form_for(questions_of(survey_id), Random(1), text=CANARY)
        db.session.remove()
    return survey_id, form, staff


def test_an_answer_is_found_in_no_file_while_open(site, caplog):
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


def test_the_log_says_nothing_of_who_when_or_how_much(site, caplog):
    survey_id, form, staff = _opened(site)
    b = Browser(site, "staff")
    with caplog.at_level(logging.INFO, logger="wfsite.request"):
        b.get(f"/surveys/{survey_id}")
        b.post(f"/surveys/{survey_id}", form)
        b.get("/account")
    read, sent, other = [record.__dict__ for record in caplog.records if record.name == "wfsite.request"]
    assert other["person"] == staff, "the other pages' lines do say it"
    for line in (read, sent):
        assert set(other) - set(line) == {"person", "request_id", "ms"}
        assert line["route"] == "/surveys/<id:survey_id>"
        # Every record of logging's own has a line, a process and its times, which may be any number.
        ours = set(line) - set(logging.makeLogRecord({}).__dict__)
        assert ours and staff not in (line[key] for key in ours)


def test_an_error_of_the_database_does_not_quote_what_was_written(site):
    with site.app.app_context():
        with pytest.raises(DBAPIError) as error:
            db.session.execute(insert(Comment), [{"question_id": 10**6, "key": b"k" * 16, "text": CANARY}])
        db.session.rollback()
        db.session.remove()
    assert "comment" in str(error.value) and CANARY not in str(error.value)
