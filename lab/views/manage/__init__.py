"""The managers' pages about the house and its people."""
