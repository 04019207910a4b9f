"""Everything that devices say, taps aside: kept durably, then shown, then told to the device table."""
