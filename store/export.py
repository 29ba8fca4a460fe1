"""Writes every public view as a Parquet file, each in one step, so that no reader of the folder sees half a file."""

import os
from pathlib import Path

import duckdb

from extractors.errors import CrosswireError
from store.db import open_reader
from store.schema_text import view_names


def export(home: Path, out_dir: Path) -> list[Path]:
    """Write `<view>.parquet` for every public view of the last snapshot into `out_dir` and return the files, sorted.

    Files of the same names are replaced. Raises StoreUnreadable without a database, CrosswireError for a folder
    that cannot be written.
    """
    with open_reader(home) as connection:
        try:
            out_dir.mkdir(parents=True, exist_ok=True)
            return [_write(connection, name, out_dir / f"{name}.parquet") for name in view_names(connection)]
        except (OSError, duckdb.IOException) as error:
            raise CrosswireError(f"cannot write to {out_dir}: {error}") from None


def _write(connection: duckdb.DuckDBPyConnection, view: str, target: Path) -> Path:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        # ORDER BY ALL: the same rows give the same file.
        connection.execute(
            f"COPY (SELECT * FROM {view} ORDER BY ALL) TO $path (FORMAT parquet)", {"path": str(temporary)}
        )
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    return target
