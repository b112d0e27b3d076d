"""The cohort's variables as the analyses see them: levels in the paper's printed order, and the paper's
references.

Belongs here: one declaration a variable, used by every table. Does not belong here: how a variable is
derived (SQL), which model uses it (`specs`). Source of order and references: the paper's Tables 1 to 4.
"""

from lbc_assets.stats.terms import Covariate, Factor

AGE = Covariate("age_years")
DEPARTURE_AGE = Covariate("departure_age_years")

MIGRATION_STATUS = Factor("migration_status", ("never", "previous", "current"), reference="never")
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
# Total difficulties is the sum of these; prosocial behaviour is not part of it.
TOTAL_IS_SUM_OF = ("emotional", "conduct", "peer", "hyperactivity")
