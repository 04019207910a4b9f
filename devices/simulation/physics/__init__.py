"""How machines, printers and rooms behave: pure functions of time and seed, in lab seconds, watts and °C."""
