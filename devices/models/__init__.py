"""Devices: what speaks, how it is heard, and what readers may decide alone."""

from devices.models.devices import NAME, Channel, Device
from devices.models.lines import Mapping, SerialPort, Service
from devices.models.readers import AllowList, ReaderPrint

__all__ = ["NAME", "AllowList", "Channel", "Device", "Mapping", "ReaderPrint", "SerialPort", "Service"]
