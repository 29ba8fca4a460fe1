"""Store in, markdown out: pure rendering over typed reads."""
