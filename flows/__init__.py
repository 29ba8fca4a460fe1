"""The outer edge: Prefect flows, HTTP, settings and the command line; the only room that knows the clock."""
