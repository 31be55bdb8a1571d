"""The form that takes a file."""

import logging
from collections.abc import Sequence
from contextlib import closing

from flask_wtf import FlaskForm

from wfsite.core.apart import Broken, TooHeavy
from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable
from wfsite.sheets.columns import Column
from wfsite.sheets.tables import Table, table_from_json
from wfsite.web.fields import ChoiceField, FileField
from wfsite.web.uploads import LARGEST_FILE
from wfsite.web.waiting import READING, done_apart

log = logging.getLogger("wfsite.imports")

_TOO_HEAVY = (
    "The file takes longer to read, or more memory, than the site gives to one file. Copy the table alone into a new "
    "workbook, or save it as CSV, and upload that"
)
_BROKEN = "The site could not read this file. Save it again as .xlsx or .csv and upload that"


class UploadForm(FlaskForm):
    """A spreadsheet, and what it is to be read into where there is a choice."""

    target = ChoiceField("", missing="", select=True)
    file = FileField("Spreadsheet")

    def ask_target(self, label: str, missing: str, choices: Sequence[tuple[str, str]]) -> None:
        """Offer `choices` of a target; none takes the question away."""
        if not choices:
            del self.target
            return
        self.target.label.text = label
        self.target.missing, self.target.choices = missing, choices

    def table(self, columns: Sequence[Column]) -> Table:
        """The rows of the file that was sent, under the headings that name most of `columns`, read apart.

        Raises `RuleBroken` when it cannot be read, or `Busy`.
        """
        if self.file.data is None:
            raise RuleBroken("file", "Choose a file")
        with closing(self.file.data) as sent:
            content = sent.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise RuleBroken("file", "The file must be smaller than 5 MB")
        try:
            name = self.file.data.filename or ""
            read = done_apart(READING, "wfsite.sheets.reading:table_as_json", name, content, tuple(columns))
        except Unreadable as error:
            raise RuleBroken("file", str(error)) from None
        except TooHeavy:
            raise RuleBroken("file", _TOO_HEAVY) from None
        except Broken as error:
            log.error("reading a file", extra={"problem": str(error)})
            raise RuleBroken("file", _BROKEN) from None
        return table_from_json(read)

    @property
    def file_name(self) -> str:
        """The file's own name, without folders and characters that cannot be saved."""
        return str(self.file.file_name)
