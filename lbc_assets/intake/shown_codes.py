"""Which answers of a file may be shown to the one who writes its codebook: codes, and never a child's own words.

Belongs here: that rule. Does not belong here: counting answers. A code that hardly anyone gave could be an answer by
which somebody is known, and so could a short word (a name, a village): both are counted, not shown.
"""

from __future__ import annotations

import re

from lbc_assets.intake.drafting.answers import is_known_answer

SHOWN_LEAST = 3
LONGEST = 8
# a number, a letter or two capitals, letters with digits: '2', '-9', '1.0', 'f', 'DK', 'A02'; 'Li' is a name
_CODE = re.compile(r"[+-]?[0-9]{1,4}(?:\.[0-9]{1,2})?|[A-Za-z]|[A-Z]{2}|(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_.+-]{1,8}")


def is_code(text: str) -> bool:
    """Whether a text looks like a code, or is a word that answers are made of in any questionnaire."""
    return (len(text) <= LONGEST and _CODE.fullmatch(text) is not None) or is_known_answer(text)


def may_be_shown(text: str, times: int) -> bool:
    """Whether a code that was given so many times may be shown."""
    return times >= SHOWN_LEAST and is_code(text)
