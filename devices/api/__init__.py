"""The API's calls about devices and what they measured."""

from ninja import Router

router = Router(tags=["devices"])
