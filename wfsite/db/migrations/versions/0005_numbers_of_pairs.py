"""The numbers of pairs of targets that 0002 did not find in their words.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-24
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TARGET = sa.table(
    "measure_target",
    sa.column("id", sa.Integer),
    sa.column("paired_with", sa.String),
    sa.column("convert_or_replace", sa.Integer),
)
_CONVERT_OR_REPLACE = re.compile(r"\b(?:convert|replac)", re.IGNORECASE)
# Whatever holds a digit; of these a whole number of workers is no share, sum, part of a date, or year.
_WITH_DIGITS = re.compile(r"\S*[0-9]\S*")
_WHOLE = re.compile(r"\(?(?!(?:19|20)[0-9]{2}\b)([0-9]{1,5}|[0-9]{1,3},[0-9]{3})[.,;:)]*", re.ASCII)
# "No more than 24" is a limit, not what is wanted.
_LIMIT = re.compile(r"\b(?:no|not|at most|up to|fewer|less|maximum)\b", re.IGNORECASE)


def upgrade() -> None:
    """Fill the number of each pair whose words hold just one; the rest stay without, and are judged as not known."""
    connection = op.get_bind()
    pairs = sa.select(_TARGET.c.id, _TARGET.c.paired_with).where(_TARGET.c.convert_or_replace.is_(None))
    for target in connection.execute(pairs).all():
        number = _number(target.paired_with)
        if number is not None:
            connection.execute(_TARGET.update().where(_TARGET.c.id == target.id).values(convert_or_replace=number))


def _number(words: str) -> int | None:
    """The only number in words about converting or replacing, where it is a whole number to be reached."""
    found = _WITH_DIGITS.findall(words)
    if len(found) != 1 or not _CONVERT_OR_REPLACE.search(words) or _LIMIT.search(words):
        return None
    whole = _WHOLE.fullmatch(found[0])
    return int(whole[1].replace(",", "")) if whole else None


def downgrade() -> None:
    """Nothing: the numbers say what the words say."""
