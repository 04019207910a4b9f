"""The simulated makers: they book over HTTP, tap their badges, work, and sometimes forget to badge out."""
