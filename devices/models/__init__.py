"""Devices: what speaks, how it is heard, and what readers may decide alone."""

from devices.models.alarms import Alarm, AlarmMute, AlarmRule, AlarmState
from devices.models.captures import Capture
from devices.models.devices import NAME, Channel, Device
from devices.models.lines import Mapping, SerialPort, Service
from devices.models.orders import Control, Order
from devices.models.readers import AllowList, Lockout, ReaderPrint
from devices.models.running import MachineState
from devices.models.splits import Split

__all__ = [
    "NAME", "Alarm", "AlarmMute", "AlarmRule", "AlarmState", "AllowList", "Capture", "Channel",
    "Control", "Device", "Lockout", "MachineState", "Mapping", "Order", "ReaderPrint", "SerialPort",
    "Service", "Split",
]  # fmt: skip
