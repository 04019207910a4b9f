"""The managers' pages about rules: what can be booked, by whom, how much and when not."""
