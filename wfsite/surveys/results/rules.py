"""What a survey says where nothing is shown. Pure."""

from wfsite.questions.figure_rules import not_shown


def why_not_shown(threshold: int, *, some_changed: bool) -> str:
    """What stands wherever a figure would speak of too few, or rest on sign-ins that were changed."""
    if some_changed:
        return "Not shown: too few answers from people whose sign-in had not changed"
    return not_shown(threshold)
