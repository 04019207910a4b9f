"""Notices by mail: gathered, sorted, written in the member's language, sent once the server takes them."""
