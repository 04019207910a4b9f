"""The electronics that speaks for resources."""
