"""Bookings and closures as other people's calendars read them: RFC 5545 and 5546."""
