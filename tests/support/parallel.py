"""Many browsers at once: parallel posts of the same answers, in threads with a client each."""

from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier, local

from flask.testing import FlaskClient
from sqlalchemy import select

from tests.support.client import TOKEN_FIELD, Browser
from tests.support.engines import Site
from tests.support.present import the
from tests.support.surveys import form_for, opened_survey, questions_of, standing_of, workers
from wfsite.extensions import db
from wfsite.people.models import Person


def parallel_posts(site: Site, *, voters: int, posts: int, threads: int = 8) -> dict[int, int]:
    """Each of `voters` people sends `posts` times, all mixed, from `threads` threads; returns answers by status.

    Asserts that exactly one ballot a voter is there in the end.
    """
    with site.app.app_context():
        people = workers(voters)
        survey_id = opened_survey(site, people)
        questions = questions_of(survey_id)
        emails = list(db.session.scalars(select(Person.email).where(Person.id.in_(people))))
        db.session.remove()
    chance = Random(8)
    browsers = [Browser(site, email) for email in emails]
    forms = [form_for(questions, chance) | {TOKEN_FIELD: b.token()} for b in browsers]
    cookies = [the(b.client.get_cookie("wfsite")).value for b in browsers]
    jobs = [voter for voter in range(voters) for _ in range(posts)]
    chance.shuffle(jobs)
    barrier, mine = Barrier(threads), local()

    def post(voter: int) -> int:
        if not hasattr(mine, "client"):
            mine.client = FlaskClient(site.app, use_cookies=False)
            barrier.wait(timeout=20)
        answer = mine.client.post(
            f"/surveys/{survey_id}", data=forms[voter], headers={"Cookie": f"wfsite={cookies[voter]}"}
        )
        return int(answer.status_code)

    found: dict[int, int] = {}
    with ThreadPoolExecutor(threads) as pool:
        for status in pool.map(post, jobs):
            found[status] = found.get(status, 0) + 1
    with site.app.app_context():
        standing = standing_of(survey_id)
    assert (standing["ballots"], standing["responded"]) == (voters, voters)
    return found
