"""The guards of the ballot box, each with the change that takes it out: the tests must notice every one."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
_DATA = "tests/data/surveys/box"
_TESTS = (
    *(f"tests/rules/{room}" for room in ("disclosure", "questions", "surveys")),
    *(f"{_DATA}/test_{name}.py" for name in ("box", "opening", "attacks", "attacks_http")),
)
_UNKNOWN = (f"{_DATA}/test_commit_unknown.py",)
_WATCHED = (f"{_DATA}/test_watching.py",)
_KEPT = ("tests/pages/people/test_kept_forms.py",)


@dataclass(frozen=True)
class Guard:
    """A line that protects, and what stands there once somebody has taken it out."""

    file: str
    line: str
    instead: str
    tests: tuple[str, ...] = _TESTS

    def is_there(self) -> bool:
        """Whether the line stands in its file, once."""
        return (CHECKOUT / "wfsite" / self.file).read_text(encoding="utf-8").count(self.line) == 1


_TALLY, _KEEPING = "surveys/closing/tally.py", "surveys/closing/keeping.py"
_STORE, _FOLDER = "surveys/box/store.py", "surveys/box/folder.py"
_OPENING = "surveys/answering/services.py"
_GROUP, _ENVELOPES, _BOX = "disclosure/group_rules.py", "surveys/box/envelopes.py", "surveys/box/rules.py"
GUARDS = (
    Guard(_STORE, "AND done = 0 AND credential IS ?\nAND", "AND credential IS ?\nAND"),
    Guard(_STORE, "coalesce(credential, ?)", "?", _WATCHED),
    Guard(_BOX, "return bool(credential) and self.credential == credential", "return True", _WATCHED),
    Guard("surveys/answering/queries.py", "if seen.done and is_told:", "if seen.done:", _WATCHED),
    Guard(_OPENING, "if seen.done and seen.knows(by.credential):", "if seen.done:", _WATCHED),
    Guard("people/loading.py", "if cookie.credential != credential_of(", "if not credential_of(", _WATCHED),
    Guard(_STORE, "\nAND EXISTS (SELECT 1 FROM box WHERE state = 'open')", ""),
    Guard(_STORE, "unchanged = seen.knows(credential)", "unchanged = True"),
    Guard(_STORE, "if seen.done is None or seen.has_ended(at=at):", "if seen.has_ended(at=at):"),
    Guard(_STORE, "yield None if has_ended(boxes, survey_id) else", "yield"),
    Guard(_STORE, "WHERE state IN ('shut', 'counting') AND cancelled = 0", "WHERE cancelled = 0"),
    Guard(_STORE, "state IN ('shut', 'counting') AND cancelled = 0", "state IN ('shut', 'counting')"),
    Guard(_STORE, "if cancel and seen.state is not BoxState.SHUT:", "if False:"),
    Guard(_KEEPING, "if found.outcome and found.count_id != box.look.count_id:", "if False:"),
    Guard(_STORE, "is_due = at >= seen.manifest.closes_at", "is_due = True"),
    Guard(_BOX, "return self.unchanged * 2 >= manifest.invited", "return True"),
    Guard(_BOX, "return max(self.threshold, FLOOR)", "return self.threshold"),
    Guard(_BOX, "self.state is not BoxState.OPEN or at >=", "at >="),
    Guard(_STORE, "BoxState.COUNTING if may_be_kept else BoxState.SHUT", "BoxState.COUNTING"),
    Guard(_STORE, "BoxState.COUNTING if may_be_kept else BoxState.SHUT", "BoxState.SHUT", _UNKNOWN),
    Guard(_STORE, "for file in waiting_files(boxes):", "for file in ():"),
    Guard(_KEEPING, "if not _is_kept(box):", "if True:", _UNKNOWN),
    Guard(_KEEPING, "may_be_kept=box.look.state is BoxState.COUNTING", "may_be_kept=False", _UNKNOWN),
    Guard(_TALLY, "            store.hold(boxes, box.manifest.survey_id, None)\n", ""),
    Guard(_KEEPING, "if called_off and outcome is not Outcome.CANCELLED:", "if False:"),
    Guard(_STORE, "        yield bool(cancelled)\n        box.execute(_KEPT)", "        yield bool(cancelled)"),
    Guard(_STORE, "person = ? AND credential = ?", "person = ? AND (credential IS NULL OR credential = ?)"),
    Guard(_FOLDER, "return has_ended(boxes, survey_id) or", "return"),
    Guard(_FOLDER, "return has_ended(boxes, survey_id) or box_file(boxes, survey_id).parent.exists()", "return False"),
    Guard(_FOLDER, ".{hashlib.sha256(database_half).hexdigest()}", ".{os.getpid()}"),
    Guard(_FOLDER, "if hidden.stat().st_mtime < before.timestamp():", "if True:"),
    Guard(_OPENING, "    db.session.rollback()\n    try:\n        half", "    try:\n        half"),
    Guard(_OPENING, ", Survey.state == SurveyState.OPEN)", ")"),
    Guard("surveys/closing/services.py", "if box_waits(boxes, survey_id, survey.box_half):", "if False:"),
    Guard(
        "surveys/closing/services.py",
        "        # It may have been put into its place between the two.\n"
        "        has_box = _shut(survey_id, at=at, boxes=boxes, cancel=cancel)\n",
        "",
    ),
    Guard(_FOLDER, "out.truncate(0)", "pass"),
    Guard(_TALLY, "if len(sealed) != box.marks.answered:", "if False:"),
    Guard(_TALLY, "if box.marks.unchanged < manifest.fewest:", "if False:"),
    Guard(_TALLY, "len(opened) != len(sealed) or ", ""),
    Guard(_TALLY, " or sum(ballot.unchanged for ballot in opened) != box.marks.unchanged", ""),
    Guard("surveys/box/opening.py", "if private.public_key().public_bytes_raw() != manifest.public_key:", "if False:"),
    Guard(_ENVELOPES, 'return b"wfsite ballot " + manifest.digest', 'return b"wfsite ballot"'),
    Guard(_ENVELOPES, "salt=halves.database", "salt=b'salt'"),
    Guard(_ENVELOPES, ".derive(halves.file)", ".derive(bytes(32))"),
    Guard(_GROUP, "return sure >= threshold and", "return answered >= threshold and"),
    Guard("disclosure/option_rules.py", "return count >= answered - 1", "return count >= answered"),
    Guard(_KEEPING, "sure=ballot.unchanged", "sure=True"),
    Guard(_GROUP, "(sure >= SMALL or sure == answered)", "True"),
    Guard("people/account_views.py", "form_tokens.token_for(person_id)", "secrets.token_hex(20)", _KEPT),
    Guard("web/form_tokens.py", "signed.loads(form_text(FIELD))", "signed.loads_unsafe(form_text(FIELD))[1]", _KEPT),
    Guard("web/kept_forms.py", "if owner != person_id:", "if False:", _KEPT),
    Guard("people/loading.py", "if not rows or rows[0].id != cookie.person_id:", "if not rows:"),
)


def is_noticed(guard: Guard, folder: Path) -> bool:
    """Whether the tests fail in a copy of the checkout from which the guard is taken out."""
    copy = folder / "copy"
    shutil.copytree(CHECKOUT, copy, ignore=shutil.ignore_patterns(".git", ".venv", "instance*", ".mypy_cache"))
    (copy / "instance").mkdir()
    file = copy / "wfsite" / guard.file
    file.write_text(file.read_text(encoding="utf-8").replace(guard.line, guard.instead), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-k", "not postgresql", *guard.tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    shutil.rmtree(copy)
    assert done.returncode in (0, 1), done.stdout[-3000:]
    return done.returncode == 1
