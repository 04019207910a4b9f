"""Who may open an account: nobody by themselves; the lab makes them."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Signing up is for the lab's staff to do, or for the school's directory."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
