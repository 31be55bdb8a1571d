"""Whether anything may be told of a group at all. Pure."""

# Under this many answers, a table in which (nearly) everybody said the same would tell what each one said.
SMALL = 20


def may_be_told(answered: int, *, sure: int, threshold: int) -> bool:
    """Whether enough people answered of whom it is sure who they are, also once all other answers are taken away.

    Whoever planted the others knows them, and can take them away. Under twenty who are sure, only where there are no
    others: what is masked in a small table could then be worked out.
    """
    return sure >= threshold and (sure >= SMALL or sure == answered)
