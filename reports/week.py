"""ISO 8601 weeks: "2026-W47" and its bounds in a time zone. Asks no clock: the time is always given."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from extractors.errors import SettingsError

_FORM = re.compile(r"([0-9]{4})-?W([0-9]{1,2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday 00:00 to the next Monday 00:00 in `zone`. `year` is the ISO year, `number` is 1 to 53."""

    year: int
    number: int
    zone: tzinfo = field(default=UTC, compare=False)

    @classmethod
    def parse(cls, text: str, zone: tzinfo = UTC) -> "Week":
        """Read "2026-W47". Raises SettingsError for anything else and for weeks that the year does not have."""
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise SettingsError(f"{text!r:.40} is not a week; write the ISO year and week, as in 2026-W47")
        year, number = int(match[1]), int(match[2])
        try:
            _ = date.fromisocalendar(year, number, 1) + timedelta(days=7)
        except (ValueError, OverflowError):
            raise SettingsError(f"there is no week {number} in {year}; ISO years have 52 or 53 weeks") from None
        return cls(year, number, zone)

    @classmethod
    def containing(cls, moment: datetime, zone: tzinfo = UTC) -> "Week":
        """Return the week that `moment` (timezone-aware) lies in: "this week" of a clock in `zone`."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number, zone)

    @classmethod
    def last_complete(cls, moment: datetime, zone: tzinfo = UTC) -> "Week":
        """Return the week before the one that `moment` lies in: what a digest written on a Monday is about."""
        return cls.containing(moment, zone).previous()

    @property
    def first_day(self) -> date:
        """The Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def start(self) -> datetime:
        """The first moment of the week, in UTC."""
        return self._midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first moment after the week, in UTC. A week with a change of clocks is an hour longer or shorter."""
        return self._midnight(self.first_day + timedelta(days=7))

    def previous(self) -> "Week":
        """Return the week before."""
        year, number, _ = (self.first_day - timedelta(days=7)).isocalendar()
        return Week(year, number, self.zone)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
