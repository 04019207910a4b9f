"""Webhooks on their way out: signed as https://www.standardwebhooks.com says, sent, tried again."""
