"""What is written about the house, its people and their skills: verbs, each in one transaction."""
