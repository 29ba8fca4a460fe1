"""The one error root. Every error a user can meet says what, where and what to do next, in one line."""


class CrosswireError(Exception):
    """Base of every error raised on purpose. `exit_code` is what the command line ends with."""

    exit_code = 1


class SettingsError(CrosswireError):
    """A settings, feeds or pack file has a mistake: the message names the file, the key and what was expected."""

    exit_code = 78


class ModelMissing(CrosswireError):
    """A model is not installed, or its weights are not the pinned ones; the message holds the command to run."""

    exit_code = 69


class FeedUnreadable(CrosswireError):
    """A feed's bytes could not be read as a feed. `code` is stable and is stored with the feed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoreLocked(CrosswireError):
    """Another run holds the writer's lock."""

    exit_code = 75


class StoreUnreadable(CrosswireError):
    """The database is missing or damaged."""

    exit_code = 65


class StoreTooNew(StoreUnreadable):
    """The database was written by a newer crosswire than this one."""

    exit_code = 78


class StoreFull(CrosswireError):
    """The disk holds no more; nothing is half-stored."""

    exit_code = 74


class SqlRefused(CrosswireError):
    """A statement that `crosswire sql` does not run; the message says why."""

    exit_code = 64


class NothingFetched(CrosswireError):
    """A run in which no feed could be read at all."""

    exit_code = 1
