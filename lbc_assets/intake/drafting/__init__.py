"""What a draft of a codebook is made of: columns described, recognised, their codes proposed, and all of it laid out.

Belongs here: guessing, with a word on how sure a guess is. Does not belong here: reading files (``reading.py``), what a
codebook may say (``codebook.py``), what is shown of answers (``shown_codes.py``).
"""
