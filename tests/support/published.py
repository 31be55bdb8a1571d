"""What anybody can read of a closed survey: every page, picture and export of every role, question by question."""

import csv
import re
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO, StringIO
from random import Random

from openpyxl import load_workbook

from tests.support.client import Browser
from tests.support.engines import NOW, Site
from tests.support.html import Page
from tests.support.routes import ROLES
from tests.support.surveys import actor, boxes, form_for, opened_survey, questions_of, workers
from wfsite.extensions import db
from wfsite.questions.question_rules import AGREEMENT, QuestionKind
from wfsite.surveys.answering.services import Sent, answers_send

_QUESTIONS = (
    (QuestionKind.AGREEMENT, False, AGREEMENT),
    (QuestionKind.SCALE, False, ("never", "always")),
    (QuestionKind.ONE, False, ("Red", "Green", "Blue")),
    (QuestionKind.SEVERAL, False, ("Tea", "Milk", "Cake")),
    (QuestionKind.TEXT, False, ()),
)
_PROMISED = re.compile(r"[Ff]ewer than 10\b")


def numbers_told(texts: Sequence[str]) -> set[str]:
    """The figures in what is published of a question, beside the threshold that everybody knows."""
    return {number for text in texts for number in re.findall(r"\d[\d.,]*", _PROMISED.sub("", text))}


def survey_with_gaps(site: Site, chance: Random) -> tuple[int, dict[int, int], int]:
    """A survey that the lead has closed: its id, how many answered each question in truth, and how many in all.

    People leave out questions by chance, so that some questions have answers of fewer than ten.
    """
    with site.app.app_context():
        people = workers(30)
        survey_id = opened_survey(site, people, questions=_QUESTIONS)
        questions = questions_of(survey_id)
        skipped = {question.name: chance.choice((0.0, 0.3, 0.7, 0.95)) for question in questions}
        answered = {question.id: 0 for question in questions}
        voters = people[: chance.randint(6, 26)]
        for person in voters:
            form = form_for(questions, chance, text="A canary comment")
            sent = {name: [] if chance.random() < skipped[name] else values for name, values in form.items()}
            assert answers_send(survey_id, sent, by=actor(person), at=NOW, boxes=boxes()) is Sent.STORED
            for question in questions:
                answered[question.id] += bool(sent[question.name])
        db.session.remove()
    site.clock.at += timedelta(days=7)
    lead = Browser(site, "survey")
    lead.get(f"/surveys/{survey_id}/close")
    lead.submit("Count the answers")
    return survey_id, answered, len(voters)


def published(site: Site, survey_id: int, question_id: int, number: int) -> list[str]:
    """Every text about one question that any account gets from any address, the question's own number left out."""
    found = []
    for account in ROLES:
        browser = Browser(site, account)
        answer = browser.client.get(f"/surveys/{survey_id}/results")
        if answer.status_code != 200:
            continue
        page = browser.get(f"/surveys/{survey_id}/results")
        sections = [s for s in page.all("section") if s["aria-labelledby"] == f"question-{question_id}"]
        for section in sections:
            found.append(section.text.replace(f"{number}. Question number {number}", ""))
            found += [tag["alt"] for tag in section.children if tag.name == "img"]
        rows = list(csv.reader(StringIO(browser.client.get(f"/surveys/{survey_id}/results.csv").text)))
        book = load_workbook(BytesIO(browser.client.get(f"/surveys/{survey_id}/results.xlsx").data))
        rows += [["" if c is None else str(c) for c in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        found += [" ".join(row[2:]) for row in rows if row and row[0] == str(number)]
        drawn = browser.client.get(f"/surveys/{survey_id}/results/{question_id}.svg")
        found.append(re.sub(r"<[^>]*>", " ", drawn.text) if drawn.status_code == 200 else "")
        comments = browser.client.get(f"/surveys/{survey_id}/results/{question_id}/comments")
        found += [item.text for item in Page(comments.text).all("li") if "canary" in item.text]
    return found


def leaks(site: Site, chance: Random) -> tuple[int, int, list[str]]:
    """One generated survey: how many small questions it has, how many others are published, and what leaked."""
    survey_id, answered, voters = survey_with_gaps(site, chance)
    small, shown, leaked = 0, 0, []
    for number, (question_id, truth) in enumerate(answered.items(), 1):
        texts = published(site, survey_id, question_id, number)
        if voters < 10 or truth < 10:
            small += 1
            told = numbers_told(texts)
            if told or any("canary" in text for text in texts):
                leaked.append(f"question {number}, {truth} of {voters} answers: {sorted(told)} {texts[:2]}")
        else:
            # The finder must find: a question that may be shown does tell its figures.
            shown += bool(numbers_told(texts)) or number == len(answered)
    return small, shown, leaked
