"""The place, its people and what can be booked; also the Django project."""
