"""A badge reader for a door or a machine: asks the server, and decides by itself while it is away.

Times are whole milliseconds or seconds: most boards' floats have 24 bits, and today's Unix time needs 31.
"""
