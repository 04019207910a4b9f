"""What managers fill in about the house; nothing is lost when something is wrong."""
