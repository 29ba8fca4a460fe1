"""Copies, origins, stories, pair labels and contradictions, computed from stored rows."""
