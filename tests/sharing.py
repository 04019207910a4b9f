"""How workers share the tests: whole files, and all files of one group as if they were one."""

from xdist.scheduler import LoadGroupScheduling


class Files(LoadGroupScheduling):
    """A file stays with one worker; files of the same `xdist_group` stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return super()._split_scope(nodeid).partition("::")[0]
