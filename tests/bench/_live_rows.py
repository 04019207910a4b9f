"""Who watches in `live`; runs in a Django process."""

from lab.models import ApiToken
from tests import factories


def token() -> str:
    return ApiToken.issue(factories.manager("charlie"))
