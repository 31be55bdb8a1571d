"""A database of the first release gets the new columns, and the numbers that it kept only as words."""

from pathlib import Path
from typing import Any

from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from tests.support.engines import Site, make_empty_app
from wfsite.extensions import db

_AGENCY = text("INSERT INTO agency (id, name, kind, active, version) VALUES (1, 'Council', 'council', :true, 1)")
_TEAM = text("INSERT INTO team (id, agency_id, name, active, version) VALUES (1, 1, 'Assessment', :true, 1)")
_TARGET = text(
    "INSERT INTO measure_target (id, team_id, measure, set_on, due_on, value, paired_with, source) "
    "VALUES (:id, 1, 'agency-ratio', '2020-03-02', '2021-02-28', 15, :words, :source)"
)
_RETURN = text(
    "INSERT INTO workforce_return (id, team_id, month, recorded_at, permanent, agency, notes) "
    "VALUES (1, 1, '2021-02-01', '2021-03-01 10:00:00', 146, 39, '{}')"
)
_WORDS = {
    1: "convert or replace 24 agency workers",
    2: "Convert or replace a further 13 agency workers",
    3: "",
    4: "no more than 20 vacancies",
}


# Words that the second migration did not read, with the number that the fifth finds in them.
_LATER = (
    ("convert/replace 24", 24),
    ("Replace or convert 24.", 24),
    ("Convert 24 agency workers", 24),
    ("convert and  replace  1,300 agency workers", 1300),
    ("at least 24 agency workers converted", 24),
    ("replacing (24)", 24),
    ("convert or replace 0 agency workers", 0),
    ("convert 10 and replace 14", None),
    ("convert 24 by March 2021", None),
    ("convert or replace all by 2021", None),
    ("convert 12.5% of agency workers", None),
    ("replace no more than 24", None),
    ("24 agency workers", None),
    ("convert two", None),
)


def test_the_first_release_s_figures_and_targets_are_kept(site: Site, tmp_path: Path) -> None:
    app = make_empty_app(site, tmp_path)
    with app.app_context():
        upgrade(revision="0001")
        with db.engine.begin() as connection:
            connection.execute(_AGENCY, {"true": True})
            connection.execute(_TEAM, {"true": True})
            connection.execute(_RETURN)
            for number, words in _WORDS.items():
                connection.execute(_TARGET, {"id": number, "words": words, "source": str(number)})
        upgrade(revision="0002")
        assert _pairs() == [(1, 24, _WORDS[1]), (2, 13, _WORDS[2]), (3, None, ""), (4, None, _WORDS[4])]
        assert _rows("SELECT permanent, agency, vacancies_covered, replacements FROM workforce_return") == [
            (146, 39, None, None)
        ]
        upgrade(revision="0004")
        with db.engine.begin() as connection:
            for number, (words, _) in enumerate(_LATER, 5):
                connection.execute(_TARGET, {"id": number, "words": words, "source": str(number)})
        upgrade(revision="0005")
        found = {number: (words, value) for number, value, words in _pairs()}
        assert [found[number] for number in range(5, 5 + len(_LATER))] == list(_LATER)
        assert (found[1], found[4]) == ((_WORDS[1], 24), (_WORDS[4], None))
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM measure_target WHERE id > 4"))
        downgrade(revision="0001")
        assert _rows("SELECT id, paired_with FROM measure_target ORDER BY id") == list(_WORDS.items())
        db.engine.dispose()


def _pairs() -> list[tuple[Any, ...]]:
    return _rows("SELECT id, convert_or_replace, paired_with FROM measure_target ORDER BY id")


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]
