"""What may be said about why two sides differ: the texts' own words where they offer a reason, else the rule. Pure."""

import re
from collections.abc import Iterable

from store.crosscheck.sides import Disagreement

_REASON = re.compile(
    r"\b(?:discrepanc(?:y|ies)|counting (?:criteria|method)|method(?:s|olog(?:y|ies)) differ|"
    r"different (?:method|criteri|definition|count|version|source|basis|measure)|counted differently|"
    r"measured differently|depending on (?:how|the)|does not include|do not include|not including|excluding|"
    r"preliminary|provisional|conflicting (?:report|account|figure)|contradict|at odds with|disput(?:es|ed)|"
    r"revised (?:up|down|from|to))",
    re.IGNORECASE,
)
_RULES = {
    "values_differ": "the values differ by more than rounding, with the same scope",
    "bounds_exclude": "one side's bound excludes the other side's value",
    "one_source_reported_differently": "one named source is quoted with different values",
    "scope_worded": "the baselines are worded differently and may not be the same",
}


def explain(disagreement: Disagreement, sentences: Iterable[str]) -> str:
    """Return the sentence that names a reason, in quotation marks, or else the rules that decided."""
    for sentence in dict.fromkeys(sentences):
        if _REASON.search(sentence):
            return f"a text offers this: \u201c{' '.join(sentence.split())}\u201d"
    rules = "; ".join(_RULES.get(rule, rule) for rule in disagreement.rules)
    return f"{rules} (spread {disagreement.spread:.1%})"
