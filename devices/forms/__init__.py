"""What managers may say of devices, checked."""
