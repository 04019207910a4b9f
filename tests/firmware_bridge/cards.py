"""What the bridge of the tests knows cards by."""

from devices.reader_keys import site_key
from firmware_bridge.doors.marks import Marks
from tests.booking.readers import SECRET
from tests.factories import PEPPER
from tests.firmware_bridge.ntag import CARD_SECRET

MARKS = Marks(PEPPER, b"", site_key(SECRET), CARD_SECRET)
