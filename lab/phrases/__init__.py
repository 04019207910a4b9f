"""From the facts of the house to words, in the reader's language."""
