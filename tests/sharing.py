"""How workers share the tests: whole files, and all files of one group as if they were one."""

import re
from functools import cache

from xdist.scheduler import LoadFileScheduling

from tests.processes import ROOT

GROUP = re.compile(r'xdist_group\("(\w+)"\)')


class Files(LoadFileScheduling):
    """`--dist loadgroup` would send about, one by one, the tests of files that have no group."""

    def _split_scope(self, nodeid: str) -> str:
        return group(super()._split_scope(nodeid))


@cache
def group(file: str) -> str:
    """The group that a file names in its marks, else the file."""
    named = GROUP.search((ROOT / file).read_text())
    return named[1] if named else file
