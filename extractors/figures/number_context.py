"""Word lists that tell a counted number from a name, a label or an idiom. Lower case; data only."""

from collections.abc import Set


def _words(listed: str) -> Set[str]:
    return frozenset(listed.split())


NO_NOUN = _words(
    """
    a an the this that these those each every any all both some no not and or but nor so yet if then than as of
    in on at by to from for with without within into onto over under above below between among across against
    about around after before during since until till through throughout per via versus vs up down out off near
    behind beyond despite toward towards while when where who whom whose which what why how because although
    though unless whereas is are was were be been being am has have had having do does did will would shall
    should can could may might must said says say told added also just only even still already now here there
    today yesterday tomorrow tonight it its he she they we you i him her them us his their our your my me monday
    tuesday wednesday thursday friday saturday sunday january february march april june july august september
    october november december compared according including respectively later earlier ago away apart old ahead
    back again ever once twice more less fewer most least further yes won lost beat hit fell rose made took
    became came went got ended started began remained stood scored ranked placed finished killed died used
    showed showing trailing followed following leading amid alongside beside besides plus minus except unlike
    like upon amongst whilst overall globally worldwide nationwide nationally instead together altogether
    annually daily monthly yearly weekly
    """
)
"""Words that end a counted noun phrase, or say that none begins."""

PLURALS = _words(
    """
    people men women children feet teeth mice geese police staff cattle sheep fish salmon aircraft spacecraft
    personnel crew troops media data criteria phenomena horsepower offspring poultry livestock fishermen
    policemen firefighters servicemen businessmen
    """
)
"""Plurals without -s, and words that count as such."""

LABELS = _words(
    """
    version chapter section page pages figure table room flight phase type level grade step part article
    category gate line channel highway route lot apartment season episode round week day stage tier size number
    no appendix rule item lap game lane track gen generation volume vol verse paragraph clause exhibit question
    book act scene module unit door platform pier runway building ward district precinct bill resolution case
    docket order patent build release edition series mark class world formula area ch sec fig
    """
)
"""Nouns whose number is a label: "chapter 3", "flight 370"."""

NO_NAMES = _words(
    """
    a an the this that these those about some nearly almost only just over under at in on by to from for with of
    and but or as if when while after before since until between among within around roughly approximately more
    less fewer least most up down than his her its their our my your he she it they we there here now then still
    also even another other each every all both either neither no not is are was were be been has have had will
    would can could may might last next past first second final nearly exactly another additional extra total
    average annual every per plus minus monday tuesday wednesday thursday friday saturday sunday yesterday today
    tomorrow kills kill killed hits hit tops cuts cut adds add added wins win won loses lost says said gets
    raises raised pays paid buys bought sells sold jumps falls rises drops fell rose scored scores reports
    reported nears faces seeks sees almost because although though so yet where which who what meanwhile however
    overall altogether including averaging totaling totalling reaching scoring costing with without got
    """
)
"""Words that may be capitalised before a number without making it part of a name."""

ONE_IDIOMS = _words(
    """
    another day thing way time hand side more such point stage who that night morning reason
    """
)
"""Nouns with which "one" counts nothing: "one day", "one thing"."""
