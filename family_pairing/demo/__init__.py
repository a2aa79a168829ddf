"""The demo: a phone that is a client of the public API, the mail that was sent, and who is who. This machine only."""
