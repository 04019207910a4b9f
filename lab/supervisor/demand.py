"""What the house runs only while somebody needs it: serial lines cost nothing until one is in service."""

from __future__ import annotations

import time

from django.apps import apps
from django.db import DatabaseError, close_old_connections, connection

from lab.supervisor.crew import SERIAL
from lab.supervisor.supervisor import Supervisor

PERIOD = 3.0


def follow_ports(supervisor: Supervisor) -> None:
    """Want the process of the serial lines while the table has one in service; until the house ends."""
    ports = apps.get_model("devices", "SerialPort").objects.filter(enabled=True)
    told = False
    while not supervisor.ending:
        try:
            wanted = ports.exists()
        except DatabaseError:  # what ran goes on
            connection.close()
        else:
            if wanted is not told:
                supervisor.want(SERIAL, wanted)
                told = wanted
        close_old_connections()
        time.sleep(PERIOD)
    connection.close()
