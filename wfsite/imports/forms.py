"""The form that takes a file."""

from collections.abc import Sequence
from contextlib import closing

from flask_wtf import FlaskForm

from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable
from wfsite.sheets.reading import Table, read_table
from wfsite.web.fields import ChoiceField, FileField
from wfsite.web.uploads import LARGEST_FILE


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

    def table(self) -> Table:
        """The rows of the file that was sent; raises `RuleBroken` when it cannot be read."""
        if self.file.data is None:
            raise RuleBroken("file", "Choose a file")
        with closing(self.file.data) as sent:
            content = sent.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise RuleBroken("file", "The file must be smaller than 5 MB")
        try:
            return read_table(self.file.data.filename or "", content)
        except Unreadable as error:
            raise RuleBroken("file", str(error)) from None

    @property
    def file_name(self) -> str:
        """The file's own name, without folders and characters that cannot be saved."""
        name = (self.file.data.filename or "").replace("\\", "/").rpartition("/")[2]
        return "".join(c for c in name if c.isprintable())[-200:] or "file"
