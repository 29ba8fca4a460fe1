"""Figures: every stated number with what it is about, its scope and who says it."""
