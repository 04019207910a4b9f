"""The simulated devices, one file a family; each speaks for itself over its own connection."""
