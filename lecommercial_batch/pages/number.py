"""A phone number as people write it."""


def written(digits: str) -> str:
    """Return a number with its country code as people write it."""
    if len(digits) == 11 and digits.startswith("33"):  # noqa: PLR2004  a French number with its country code
        return f"+33 {digits[2]} {' '.join(digits[at : at + 2] for at in range(3, 11, 2))}"
    return f"+{digits}"
