"""The cohort's variables as the analyses see them: levels in the paper's printed order, and the paper's
references.

Belongs here: one declaration a variable, used by every table. Does not belong here: how a variable is
derived (SQL), which model uses it (`specs`). Source of order and references: the paper's Tables 1 to 4.
"""

from lbc_assets.stats.terms import Covariate, Factor, Spline

AGE = Covariate("age_years")
DEPARTURE_AGE = Covariate("departure_age_years")
# Knots near the 5th, 35th, 65th and 95th percentile of the reference wave (Harrell, Regression Modeling Strategies,
# table 2.3), fixed so that waves are compared on one curve.
DEPARTURE_AGE_CURVE = Spline("departure_age_years", (1, 4, 7, 11))
# age minus age at departure: a model with age may hold one of the two, never both
YEARS_SINCE_DEPARTURE = Covariate("years_since_departure")

MIGRATION_STATUS = Factor("migration_status", ("never", "previous", "current"), reference="never")
# 'mixed': one parent is away now, the other was before; such a child is currently left behind
MIGRANT_PARENT_NOW = Factor("migrant_parent", ("both", "father", "mother", "mixed"), reference="both")
MIGRANT_PARENT_BEFORE = Factor("migrant_parent", ("both", "father", "mother"), "both", elsewhere=("mixed",))
LIVING_ARRANGEMENT = Factor("living_arrangement", ("both", "one", "neither"), reference="both")
SEX = Factor("sex", ("male", "female"), reference="male")
PROVINCE = Factor("province", ("zhejiang", "guizhou"), reference="zhejiang")
HOUSEHOLD_WEALTH = Factor("household_wealth", ("poor", "fair", "wealthy"), reference="fair")
PRIMARY_CAREGIVER = Factor("primary_caregiver", ("grandparent", "father", "mother", "other"), reference="grandparent")
PARENTS_DIVORCED = Factor("parents_divorced", ("no", "yes"), reference="no")
ANY_SIBLING = Factor("any_sibling", ("no", "yes"), reference="no")
SOCIAL_SUPPORT = Factor("social_support", ("low", "medium", "high"), reference="high")
# Table 4's 'low' against 'high' is 0-5 against 6 of six items: its standard errors rule out 0-2 against 6.
SOCIAL_SUPPORT_DICHOTOMY = Factor("social_support_dichotomy", ("low", "high"), reference="high")
SCHOOL_PERFORMANCE = Factor("school_performance", ("very_poor", "poor", "fair", "good", "very_good"), reference="fair")
# Follow-ups only: who came to a village children's centre, and the village-matched children who had none.
CENTRE_ATTENDANCE = Factor("centre_attendance", ("control", "attender"), reference="control")
WAVE_ORDER = Factor("wave_order", ("earlier", "later"), reference="earlier")

SUBSCALES = ("emotional", "conduct", "peer", "hyperactivity", "prosocial")
OUTCOMES = ("total", *SUBSCALES)
BROAD_SCALES = ("externalising", "internalising")
# Total difficulties is the sum of these; prosocial behaviour is not part of it.
TOTAL_IS_SUM_OF = ("emotional", "conduct", "peer", "hyperactivity")
