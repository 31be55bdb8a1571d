"""Ordinary forms: WTForms fields that read strictly, and one `field()` that draws any of them in GOV.UK markup.

The govuk macros need a lenient Jinja environment, so they live in one of their own and are handed to the
site's (strict) templates as functions. Pages that are opened all day write their markup in the template.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, cast

from flask import Flask
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader
from markupsafe import Markup
from wtforms import Field, Form
from wtforms.validators import ValidationError

from wfsite.core.errors import RuleBroken
from wfsite.core.parsing import Unreadable, date_from_parts, email_address, plain_text
from wfsite.core.words import long_date

_govuk = Environment(
    # Its macros import each other under the package's name.
    loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
    undefined=ChainableUndefined,
    autoescape=True,
    auto_reload=False,
)


def _macro(component: str, name: str) -> Callable[[dict[str, Any]], Markup]:
    template = _govuk.get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    return cast("Callable[[dict[str, Any]], Markup]", getattr(template.module, name))


_input = _macro("input", "govukInput")
_password = _macro("password-input", "govukPasswordInput")
_textarea = _macro("textarea", "govukTextarea")
_select = _macro("select", "govukSelect")
_radios = _macro("radios", "govukRadios")
_checkboxes = _macro("checkboxes", "govukCheckboxes")
_date_input = _macro("date-input", "govukDateInput")
_file_upload = _macro("file-upload", "govukFileUpload")
_error_summary = _macro("error-summary", "govukErrorSummary")


def _sent(valuelist: list[Any]) -> list[str]:
    """The texts among what was sent: a file under a text field's name counts as nothing."""
    return [value for value in valuelist if isinstance(value, str)]


class AnswerField(Field):
    """A field whose answer may be shown again, and beside a colleague's: all but passwords and files."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What it holds, as it was typed."""
        return (str(self.data or ""),)

    def sent(self, texts: tuple[str, ...]) -> list[tuple[str, str]]:
        """The posted fields, as pairs, of an answer with these texts."""
        return [(self.name, text) for text in texts]

    def in_words(self, texts: tuple[str, ...]) -> str:
        """An answer as a sentence holds it."""
        return " ".join(texts)


class TextField(AnswerField):
    """One line of text, or several with `lines`; `name` is the field as a sentence holds it."""

    def __init__(
        self, label: str, *, noun: str, most: int = 200, required: bool = True, lines: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.noun, self.most, self.required, self.lines = noun, most, required, lines

    @property
    def typed(self) -> str:
        """What to show in the box."""
        sent = _sent(self.raw_data or [])
        return sent[0] if sent else str(self.data or "")

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands in the box."""
        return (self.typed,)

    def process_data(self, value: Any) -> None:
        """A value in place of whatever was sent before."""
        super().process_data(value)
        self.raw_data = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what was sent; a missing field reads as empty."""
        self.data = self.read((_sent(valuelist) or [""])[0])

    def read(self, raw: str) -> Any:
        """The value of `raw`; raises `Unreadable` with what to do."""
        return plain_text(raw, self.noun, most=self.most, required=self.required, lines=self.lines)


class EmailField(TextField):
    """An email address, lower-cased."""

    def __init__(self, label: str = "Email address", **kwargs: Any) -> None:
        super().__init__(label, noun="an email address", most=254, **kwargs)

    def read(self, raw: str) -> str:
        """The address."""
        return email_address(raw)


class PasswordField(Field):
    """A password; never shown again, never cleaned."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As sent."""
        self.data = (_sent(valuelist) or [""])[0]


class ChoiceField(AnswerField):
    """One of `choices` (value, label); `select` draws a list, else radios. Unknown values count as missing."""

    def __init__(
        self,
        label: str,
        *,
        missing: str,
        choices: Sequence[tuple[str, str]] = (),
        required: bool = True,
        select: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.choices, self.missing, self.required, self.select = choices, missing, required, select

    def process_formdata(self, valuelist: list[str]) -> None:
        """The value sent; whether it is one of the choices is known once the view has set them."""
        self.data = (_sent(valuelist) or [""])[0]

    def in_words(self, texts: tuple[str, ...]) -> str:
        """The label of what was chosen."""
        return dict(self.choices).get("".join(texts), "")

    def pre_validate(self, form: Any) -> None:
        """Refuse a missing or unknown value in the same words."""
        known = self.data in {value for value, _ in self.choices}
        if not known or (self.required and not self.data):
            wanted = self.required or bool(self.data)
            self.data = ""
            if wanted:
                raise ValidationError(self.missing)  # the only kind that WTForms hears at this point


class ChoicesField(AnswerField):
    """Any number of `choices`."""

    def __init__(self, label: str, *, choices: Sequence[tuple[str, str]] = (), hint: str = "", **kwargs: Any) -> None:
        super().__init__(label, description=hint, **kwargs)
        self.choices = choices

    def process_formdata(self, valuelist: list[str]) -> None:
        """The values sent."""
        self.data = _sent(valuelist)

    @property
    def texts(self) -> tuple[str, ...]:
        """What is ticked, in the order of the list."""
        return tuple(value for value, _ in self.choices if value in (self.data or ()))

    def in_words(self, texts: tuple[str, ...]) -> str:
        """The labels of what is ticked."""
        return "; ".join(label for value, label in self.choices if value in texts)

    def pre_validate(self, form: Any) -> None:
        """Keep the known values; an unknown one was never offered."""
        known = {value for value, _ in self.choices}
        self.data = [value for value in self.data or [] if value in known]


class DatePartsField(AnswerField):
    """Day, month and year boxes named `<name>-day` and so on."""

    def __init__(self, label: str, *, noun: str, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.noun, self.required = noun, required
        self.parts: tuple[str, ...] = ("", "", "")

    @property
    def texts(self) -> tuple[str, ...]:
        """The three boxes: a date is one answer, never half of mine and half of theirs."""
        return self.parts

    def sent(self, texts: tuple[str, ...]) -> list[tuple[str, str]]:
        """A posted field for each box."""
        return [(f"{self.name}-{part}", text) for part, text in zip(("day", "month", "year"), texts, strict=True)]

    def in_words(self, texts: tuple[str, ...]) -> str:
        """The date, or what stands in its boxes."""
        try:
            day = date_from_parts(texts, self.noun)
        except Unreadable:
            day = None
        return long_date(day) if day else " ".join(texts)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three boxes, which WTForms' one-name-one-field rule does not know of."""
        self.process_errors = []
        if formdata is None or not any(f"{self.name}-{part}" in formdata for part in ("day", "month", "year")):
            self.data = data if isinstance(data, date) else None
            self.parts = (str(data.day), str(data.month), str(data.year)) if isinstance(data, date) else ("", "", "")
            if formdata is not None and self.required:
                self.process_errors.append(f"Enter {self.noun}")
            return
        boxes = (_sent(formdata.getlist(f"{self.name}-{part}")) for part in ("day", "month", "year"))
        self.parts = tuple(sent[0] if sent else "" for sent in boxes)
        try:
            self.data = date_from_parts(self.parts, self.noun[:1].upper() + self.noun[1:])
            if self.data is None and self.required:
                raise Unreadable(f"Enter {self.noun}")
        except Unreadable as error:
            self.data = None
            self.process_errors.append(str(error))


class FileField(Field):
    """A file; `data` is werkzeug's storage or None. With `missing`, the words in which none is refused."""

    def __init__(self, label: str, *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Any) -> None:
        """Refuse that none was sent, among the form's other problems."""
        if self.missing and self.data is None:
            raise ValidationError(self.missing)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """The file that was sent, if one was."""
        self.data = valuelist[0] if valuelist and getattr(valuelist[0], "filename", None) else None

    @property
    def file_name(self) -> str:
        """The file's own name, without folders and characters that cannot be saved."""
        name = (self.data.filename or "").replace("\\", "/").rpartition("/")[2]
        return "".join(c for c in name if c.isprintable())[-200:] or "file"


def add_errors(form: Form, error: RuleBroken) -> None:
    """Put a service's refusal beside the fields it speaks of; what fits no field goes to the first."""
    for name, message in error.messages.items():
        target = form[name] if name in form else next(iter(form))
        target.errors = [*target.errors, message]


def field(bound: Any, *, hint: str = "", classes: str = "", autocomplete: str = "", **extra: Any) -> Markup:
    """One form field as GOV.UK markup, with its label, hint and error."""
    params: dict[str, Any] = {"id": bound.id, "name": bound.name, "classes": classes, **extra}
    if bound.errors:
        params["errorMessage"] = {"text": bound.errors[0]}
    if hint := hint or str(bound.description):
        params["hint"] = {"text": hint}
    if autocomplete:
        params["autocomplete"] = autocomplete
    label = {"text": bound.label.text}
    if isinstance(bound, DatePartsField):
        return _date(bound, params)
    if isinstance(bound, ChoicesField) or (isinstance(bound, ChoiceField) and not bound.select):
        return _options(bound, params)
    params["label"] = label
    if isinstance(bound, ChoiceField):
        items = [{"value": v, "text": t, "selected": v == (bound.data or "")} for v, t in bound.choices]
        return _select(params | {"items": items})
    if isinstance(bound, PasswordField):
        return _password(params)
    if isinstance(bound, FileField):
        return _file_upload(params)
    if isinstance(bound, EmailField):
        params |= {"type": "email", "spellcheck": False}
    params["value"] = bound.typed
    return _textarea(params) if bound.lines else _input(params)


def _date(bound: DatePartsField, params: dict[str, Any]) -> Markup:
    wrong = " govuk-input--error" if bound.errors else ""
    items = [
        {"name": part, "value": value, "classes": f"govuk-input--width-{2 if part != 'year' else 4}{wrong}"}
        for part, value in zip(("day", "month", "year"), bound.parts, strict=True)
    ]
    legend = {"text": bound.label.text, "classes": "govuk-fieldset__legend--s"}
    return _date_input(params | {"namePrefix": bound.name, "fieldset": {"legend": legend}, "items": items})


def _options(bound: ChoiceField | ChoicesField, params: dict[str, Any]) -> Markup:
    chosen = bound.data if isinstance(bound, ChoicesField) else [bound.data]
    items = [{"value": v, "text": t, "checked": v in (chosen or [])} for v, t in bound.choices]
    params["idPrefix"] = params.pop("id")
    params["fieldset"] = {"legend": {"text": bound.label.text, "classes": "govuk-fieldset__legend--s"}}
    return (_checkboxes if isinstance(bound, ChoicesField) else _radios)(params | {"items": items})


def error_summary(errors: Iterable[tuple[str, str]]) -> Markup:
    """The summary at the top of a page: (id of the field, message) pairs; nothing when there are none."""
    items = [{"href": f"#{target}", "text": message} for target, message in errors]
    return _error_summary({"titleText": "There is a problem", "errorList": items}) if items else Markup("")


def form_errors(form: Form) -> list[tuple[str, str]]:
    """The (id, message) pairs of a form, in its order; a date's error leads to its day box."""
    return [
        (f"{bound.id}-day" if isinstance(bound, DatePartsField) else bound.id, message)
        for bound in form
        for message in bound.errors
    ]


def init_app(app: Flask) -> None:
    """Give the drawing functions to templates."""
    app.jinja_env.globals.update(field=field, error_summary=error_summary, form_errors=form_errors)
