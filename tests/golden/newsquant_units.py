"""Quantities in the public scorer's terms: values as stated rather than in base units, unit names as it spells them."""

import re
from collections.abc import Iterable
from decimal import Decimal

from extractors.figures.units import Found, UnitTable
from extractors.records import Quantity

_CURRENCIES = {
    "USD": "dollar", "HKD": "hong kong dollar", "AUD": "australian dollar", "NZD": "new zealand dollar",
    "SGD": "singapore dollar", "CAD": "canadian dollar", "TWD": "new taiwan dollar", "MYR": "malaysian ringgit",
    "CNY": "chinese yuan", "JPY": "japanese yen", "GBP": "pound sterling", "EUR": "euro", "INR": "indian rupee",
    "KRW": "south korean won", "CHF": "swiss franc", "ZAR": "south african rand", "BRL": "brazilian real",
    "ILS": "shekel", "TRY": "turkish lira", "RUB": "russian ruble", "SEK": "swedish krona", "IDR": "indonesian rupiah",
    "PHP": "philippine peso", "THB": "thai baht", "NGN": "nigerian naira", "MXN": "mexican peso", "BTC": "bitcoin",
    "AED": "uae dirham", "SAR": "saudi riyal",
}  # fmt: skip
_FORMS = {"%": "percentage", "ksi": "kilopound per square inch", "mpa": "megapascal", "nm": "newton metre",
    "lb-ft": "foot pound-force", "mbps": "megabit per second", "ps": "horsepower", "pounds": "pound-mass",
    "pound": "pound-mass", "″": "inch", "a/cm2": "ampere per square centimetre", "c": "celsius", "f": "fahrenheit",
    "points": "point", "w": "watt", "v": "volt", "pound-feet of torque": "pound-foot", "degf": "fahrenheit",
    "deg c": "celsius", "°f": "fahrenheit", "°c": "celsius", "sq m": "square metre", "won": "south korean won",
    "percentage points": "percentage point"}  # fmt: skip
_RATE = re.compile(r"[ ](?:an?|per|each)[ ](day|hour|month|year|minute|week|season|game)\b")


def predictions(text: str, found: Iterable[Quantity], units: UnitTable) -> list[dict[str, object]]:
    """The quantities of `text` as rows for the scorer; ranks are left out, which it does not know."""
    return [_row(text, quantity, units) for quantity in found if quantity.kind != "rank" or quantity.bound == "at_most"]


def _row(text: str, quantity: Quantity, units: UnitTable) -> dict[str, object]:
    stated = _stated_unit(quantity, units)
    factor = stated.unit.factor if stated is not None else Decimal(1)
    value: object = float(quantity.value / factor)
    if quantity.bound == "range":
        value = [float(quantity.low / factor), float(quantity.high / factor)]
    return {"value": value, "unit": _unit(text, quantity, stated)}


def _unit(text: str, quantity: Quantity, stated: Found | None) -> str:
    if quantity.kind == "age":
        return "year of age" if quantity.unit == "year" else f"{quantity.unit} of age"
    if quantity.kind in ("multiple", "fraction"):
        return "count"
    if stated is None:
        rate = _RATE.match(text, quantity.noun_end) if quantity.noun else None
        return re.sub(r"['’]s?\b", "", quantity.noun) + (f" per {rate.group(1)}" if rate else "")
    form = quantity.quote[stated.start : stated.end]
    money = _CURRENCIES.get(stated.unit.id) if stated.unit.dimension == "money" else None
    name = money or _FORMS.get(form.lower().replace(" ", " "), form)
    _, _, per = quantity.unit.partition("/")
    per = {"h": "hour", "d": "day", "s": "second", "min": "minute"}.get(per, per)
    return f"{name} per {per}" if per and stated.unit.base != quantity.unit else name


def _stated_unit(quantity: Quantity, units: UnitTable) -> Found | None:
    """The unit form in the quote: the one whose base is the quantity's."""
    base = quantity.unit.split("/")[0]
    for place in range(len(quantity.quote)):
        found = units.before(quantity.quote, place) or units.after(quantity.quote, place, abs(quantity.value))
        if found is not None and found.unit.base in (base, quantity.unit):
            return found
    return None
