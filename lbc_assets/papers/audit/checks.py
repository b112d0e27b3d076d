"""All checks of an audit, by the name that ``paper.yaml`` gives them.

Belongs here: the list, and running it. Does not belong here: the checks themselves.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lbc_assets.papers.audit.coefficients import Claims, PValues, Restated, Stars
from lbc_assets.papers.audit.counting import Flow, MissingAnswers, Mixture, Percentages, Shares
from lbc_assets.papers.audit.designs import Additivity, ErrorRatios
from lbc_assets.papers.audit.means import ImpliedErrors, Interactions
from lbc_assets.papers.audit.testing import Anova, ChiSquare, FTests

AuditCheck = Annotated[
    Percentages
    | MissingAnswers
    | Shares
    | Flow
    | Mixture
    | ChiSquare
    | Anova
    | FTests
    | Stars
    | PValues
    | Restated
    | Claims
    | ErrorRatios
    | Additivity
    | ImpliedErrors
    | Interactions,
    Field(discriminator="check"),
]
