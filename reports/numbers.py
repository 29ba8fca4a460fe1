"""Stored values as people write them: 744B, $1.40 / 1M tokens, 5th, 12.5%, 94x, 6 months. No digit is lost or added."""

from decimal import Decimal

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩"}
_SCALES = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"))
_PLAIN = frozenset({"", "count", "number", "magnitude"})
_SUFFIX = {"percent": "%", "ratio": "x"}
_WORDS = {"h": "hour", "d": "day", "s": "second", "month": "month", "year": "year"}
_NOUNS = {"points": "point", "parameters": "parameter", "tokens": "token", "bytes": "byte"}
_IRREGULAR = {"people": ("person", "people"), "elo": ("Elo", "Elo")}
_BOUNDS = {"about": "about ", "at_least": "at least ", "at_most": "at most "}


def shown(value: float | Decimal, unit: str, bound: str = "exact") -> str:
    """Return a value in the base unit as text: 744000000000, "parameters" gives "744B parameters".

    `bound` adds what the wording leaves open: "about 744B parameters", "3rd or better". Unknown units
    follow the number as they are.
    """
    exact = _decimal(value)
    if unit == "rank":
        return ordinal(exact) + {"at_most": " or better", "at_least": " or worse"}.get(bound, "")
    return _BOUNDS.get(bound, "") + _with_unit(exact, unit)


def ordinal(value: Decimal) -> str:
    """Return 1st, 2nd, 3rd, 4th; a rank that is no whole number stays as it is."""
    if value != value.to_integral_value():
        return number(value)
    last = int(abs(value)) % 100
    ending = "th" if last in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(last % 10, "th")
    return f"{int(value):,}{ending}"


def number(value: Decimal) -> str:
    """Return a number with thousands separators, or in millions, billions and trillions where that loses nothing."""
    for scale, letter in _SCALES:
        scaled = value / scale
        if abs(value) >= scale and scaled == round(scaled, 3):
            return f"{_trimmed(scaled)}{letter}"
    return _trimmed(value)


def relative_change(old: float, new: float) -> str:
    """Return how much `new` differs from `old`, in per cent with one decimal: "+10.5%". Empty when `old` is 0."""
    if old == 0:
        return ""
    change = round((_decimal(new) - _decimal(old)) / abs(_decimal(old)) * 100, 1)
    return f"{change:+,}%"


def signed(score: float) -> str:
    """Return a tone or its change with two decimals and a sign; what rounds to zero has none: "+0.31", "0.00"."""
    rounded = round(_decimal(score), 2)
    return f"{rounded:+.2f}" if rounded else "0.00"


def metric_words(metric: str) -> str:
    """Return a metric's id as words: "parameters.total" is "parameters (total)", "open:test flights" "test flights"."""
    if metric.startswith("open:"):
        return metric.removeprefix("open:")
    name, _, detail = metric.replace("_", " ").partition(".")
    return f"{name} ({detail.replace('.', ', ')})" if detail else name


def _with_unit(value: Decimal, unit: str) -> str:
    base, slash, per = unit.partition("/")
    if base in _SYMBOLS or _is_currency(base):
        return _money(value, base) + (f" / {per}" if slash else "")
    if unit in _PLAIN:
        return number(value)
    if unit in _SUFFIX:
        return number(value) + _SUFFIX[unit]
    if unit == "m" and abs(value) >= 1000:
        return f"{number(value / 1000)} km"
    return f"{number(value)} {_counted(unit, value)}"


def _money(value: Decimal, currency: str) -> str:
    sign = "-" if value < 0 else ""
    amount = abs(value)
    cents = amount < 1000 and amount != amount.to_integral_value() and amount == round(amount, 2)
    text = f"{amount:.2f}" if cents else number(amount)
    symbol = _SYMBOLS.get(currency)
    return f"{sign}{symbol}{text}" if symbol else f"{sign}{currency} {text}"


def _is_currency(unit: str) -> bool:
    return len(unit) == 3 and unit.isascii() and unit.isalpha() and unit.isupper()


def _counted(unit: str, value: Decimal) -> str:
    singular = _WORDS.get(unit) or _NOUNS.get(unit)
    if unit in _IRREGULAR:
        return _IRREGULAR[unit][abs(value) != 1]
    if singular is None:
        return unit
    return singular if abs(value) == 1 else f"{singular}s"


def _trimmed(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _decimal(value: float | Decimal) -> Decimal:
    """The shortest decimal that reads back as the same float: 0.1 is 0.1."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))
