"""`python -m lab up`: every process of the lab, with the database as it is."""

from lab.supervisor.command import HouseCommand


class Command(HouseCommand):
    help = "Run web, bridge, worker and (without MQTT_URL) an embedded broker until Ctrl-C."
