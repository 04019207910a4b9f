"""Who has what when: bookings, passages, presences and what really ran."""
