"""The broker lets each family use the topics that its profile reads."""

import pytest

from devices.broker.accounts import Account
from devices.broker.acl import may
from firmware_bridge.profiles import PROFILES


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_device_may_use_every_topic_of_its_family(profile):
    account = Account("plug-1", "", profile=profile.name)

    refused = [topic for topic in profile.topics if not may(account, topic.format(device="plug-1"))]

    assert refused == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_device_may_not_use_the_topics_of_another(profile):
    account = Account("plug-1", "", profile=profile.name)

    assert not any(may(account, topic.format(device="plug-2")) for topic in profile.topics)
