"""`python -m lab COMMAND`: Django's commands and ours."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lab.settings")
    execute_from_command_line(["python -m lab", *sys.argv[1:]])
