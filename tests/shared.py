"""Where the shared evaluation material lies, when it does: beside the checkout."""

from pathlib import Path

SHARED = Path(__file__).parents[2] / "shared"
