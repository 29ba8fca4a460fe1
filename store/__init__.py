"""DuckDB: schema, reads, writes, and everything that compares one article with another."""
