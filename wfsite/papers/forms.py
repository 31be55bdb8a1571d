"""Forms of the papers room."""

import logging
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm

from wfsite.core.apart import Broken, TooHeavy
from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable
from wfsite.papers.queries import PaperFacts
from wfsite.papers.rules import FileKind, Paragraph, Stage, Standing
from wfsite.web.fields import ChoiceField, FileField, TextField
from wfsite.web.uploads import LARGEST_PAPER
from wfsite.web.waiting import READING, done_apart

log = logging.getLogger("wfsite.papers")

_UNREAD = "The site could not look through this file. Save it as PDF and choose that"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was looked through and may be kept."""

    name: str
    kind: FileKind
    content: bytes


class _Standing(FlaskForm):
    """What a paper is called, and who may read it."""

    title = TextField("Title", noun="the title", description="For example: Terms of reference")
    standing = ChoiceField(
        "Who may read it",
        missing="Choose who may read it",
        choices=[
            (Standing.OPEN.value, "Open: whoever may read the page that it hangs on, drafts as well"),
            (Standing.CONFIDENTIAL.value, "Confidential: members only, and nobody else sees that it is there"),
            (Standing.EXEMPT.value, "Exempt: members only, under Schedule 12A to the Local Government Act 1972"),
        ],
    )
    paragraph = ChoiceField(
        "Paragraph of Schedule 12A",
        missing="Choose a paragraph of the list, or none",
        choices=[("", "Not exempt"), *((one.value, one.label) for one in Paragraph)],
        required=False,
        select=True,
    )
    reason = TextField(
        "Why it is not open",
        noun="the reason",
        most=1000,
        lines=True,
        required=False,
        description="Needed for a confidential or exempt paper. Only those who may read the paper see it.",
    )

    @property
    def facts(self) -> PaperFacts:
        """What was entered."""
        return PaperFacts(
            title=self.title.data,
            standing=Standing(self.standing.data),
            paragraph=Paragraph(self.paragraph.data) if self.paragraph.data else None,
            reason=self.reason.data,
            withdrawn=False,
        )


class _File(FlaskForm):
    """A file, and what it is called among a paper's versions."""

    file = FileField("File", missing="Choose a file")
    label = TextField("Version", noun="the version", most=40, description="For example: Draft, V0.1, Final")
    stage = ChoiceField(
        "Is it final?",
        missing="Choose whether it is a draft or final",
        choices=[
            (Stage.DRAFT.value, "Draft: it is still being worked on"),
            (Stage.FINAL.value, "Final: it is the one to read from now on"),
        ],
    )


class VersionForm(_File):
    """A newer version of a paper."""


class PaperEditForm(_Standing):
    """A paper's title, and who may read it."""


class PaperAddForm(_Standing, _File):
    """A paper and its first version."""


def sent_file(form: _File) -> Sent:
    """The file of a valid form, looked through apart; raises `RuleBroken` when it cannot be kept, or `Busy`."""
    with closing(form.file.data) as stream:
        content = stream.read(LARGEST_PAPER + 1)
    if len(content) > LARGEST_PAPER:
        raise RuleBroken("file", "The file must be 10 MB or smaller. Save its pictures smaller, or split it")
    name = form.file.file_name
    return Sent(name, FileKind(_looked_through(name, content).decode()), content)


def _looked_through(name: str, content: bytes) -> bytes:
    try:
        return done_apart(READING, "wfsite.papers.checking:kind_of", name, content)
    except Unreadable as error:
        raise RuleBroken("file", str(error)) from None
    except (TooHeavy, Broken) as error:
        log.error("looking through a file", extra={"problem": str(error) or type(error).__name__})
        raise RuleBroken("file", _UNREAD) from None


def recorded(facts: PaperFacts) -> Mapping[str, Any]:
    """What the form of a paper begins with."""
    return {
        "title": facts.title,
        "standing": facts.standing.value,
        "paragraph": facts.paragraph.value if facts.paragraph else "",
        "reason": facts.reason,
    }
