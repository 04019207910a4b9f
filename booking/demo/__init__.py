"""A demonstration lab: the data as plain tables, and what plants it into an empty database."""
