"""A small sample news site, served on loopback, for a first look and for the tests."""
