"""What servers of the API's family mean by refusing a call about contacts: the text tells, not the status."""

import re
from typing import Final

from lecommercial_batch.core.model import Outcome

#: In which a contact that is there already is refused; some servers do so with a 200 that is no success.
_REFUSALS: Final = frozenset({200, 400, 401, 409, 422})
_THERE: Final = re.compile(
    r"\balready (?:\w+ )?(?:exists?|in|there|added|registered|present|taken)\b|\bexists? already\b"
    r"|\bexiste déjà\b|\bdéjà (?:dans|existant|présente?|ajoutée?|inscrite?|enregistrée?|utilisée?)\b",
    re.IGNORECASE,
)
_QUOTA: Final = re.compile(r"quota|limit|monthly|mensuel|dépass", re.IGNORECASE)
_TEMPLATE: Final = re.compile(r"template", re.IGNORECASE)


def already_there(status: int, said: str) -> bool:
    """Tell whether a contact was refused because the API has them already."""
    return status in _REFUSALS and bool(_THERE.search(said))


def unauthorised(said: str) -> tuple[Outcome, str]:
    """Return what a 401 means: the key, unless its text speaks of a quota, which these calls do not use up."""
    if "request failed" in said.casefold():
        return Outcome.REFUSED, "request_failed"
    if _TEMPLATE.search(said):
        return Outcome.HALTED, "template_not_found"
    return Outcome.HALTED, "quota_exceeded" if _QUOTA.search(said) else "invalid_keys"
