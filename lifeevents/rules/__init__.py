"""Rules of law that explain themselves: trees in YAML, three-valued, with an article for every test.

`load_rules` reads them, `evaluate` decides, `sentences` says why, `later` from when
a no is none, `next_question` asks what decides most.
"""

from lifeevents.rules.evaluation import Outcome, Reason, evaluate
from lifeevents.rules.later import Later, later
from lifeevents.rules.loading import ROOT, Rules, load_rules
from lifeevents.rules.model import Fact, Figure, Rule
from lifeevents.rules.words import in_a_row, next_question, sentences

__all__ = [
    "ROOT",
    "Fact",
    "Figure",
    "Later",
    "Outcome",
    "Reason",
    "Rule",
    "Rules",
    "evaluate",
    "in_a_row",
    "later",
    "load_rules",
    "next_question",
    "sentences",
]
