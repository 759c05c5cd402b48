"""Sending messages to Slack by an incoming webhook, whose URL is a secret: who has it can post.

Answers: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks: 200 `ok`; 400
`invalid_payload`, 403 `action_prohibited`, 404 `no_service`, 410 `channel_is_archived`, 429 with
Retry-After; the body is a short word.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Final

from auditor.edge.http import Answer, Failed, Request, Sender
from auditor.edge.tickets.prose import Prose
from auditor.edge.tickets.slack import render_slack
from auditor.edge.trackers.tokens import Secret

_TRIES: Final = 2
_LONGEST_WAIT_SECONDS: Final = 30.0
_PAUSE_SECONDS: Final = 2.0
_LONGEST_WORD: Final = 40
_WORD: Final = frozenset(ascii_lowercase + "_")
_LATER: Final = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Sent:
    """Slack took the message."""


@dataclass(frozen=True, slots=True)
class NotSent:
    """`slack (<variable>): <what>; <what to do>`; never with the URL."""

    problem: str


@dataclass(frozen=True, slots=True)
class Channel:
    """Where messages go. `variable`: the name of the one that holds `webhook`, for problems."""

    sender: Sender
    variable: str
    webhook: Secret


def send_notice(
    channel: Channel,
    prose: Prose,
    links: Mapping[str, str],
    sleep: Callable[[float], None],
) -> Sent | NotSent:
    """Post `prose`; tried again once where Slack asks to, or does not answer. `sleep`: seconds."""
    body = json.dumps(render_slack(prose, links)).encode()
    headers = {"content-type": "application/json"}
    request = Request("POST", channel.webhook.reveal(), headers, body)
    answer = channel.sender.send(request)
    for _ in range(_TRIES - 1):
        if not _may_pass(answer):
            break
        sleep(_wait_seconds(answer))
        answer = channel.sender.send(request)
    return _outcome(channel, answer)


def _may_pass(answer: Answer | Failed) -> bool:
    return isinstance(answer, Failed) or answer.status in _LATER or answer.status >= 500


def _wait_seconds(answer: Answer | Failed) -> float:
    asked = None if isinstance(answer, Failed) else answer.header("retry-after")
    if asked is None or not (asked.isascii() and asked.isdigit()) or len(asked) > 6:
        return _PAUSE_SECONDS
    return min(float(asked), _LONGEST_WAIT_SECONDS)


def _outcome(channel: Channel, answer: Answer | Failed) -> Sent | NotSent:
    where = f"slack ({channel.variable})"
    if isinstance(answer, Failed):
        # What follows the kind of a failure may quote the URL.
        kind = answer.reason.partition(":")[0][:_LONGEST_WORD]
        return NotSent(f"{where}: no answer, {kind}; see whether this host reaches Slack")
    if 200 <= answer.status < 300:
        return Sent()
    do = "look at Slack's status" if _may_pass(answer) else "make the webhook anew, and set it"
    return NotSent(f"{where}: status {answer.status}{_word(answer)}; {do}")


def _word(answer: Answer) -> str:
    """Slack's word for what is wrong, where it is one."""
    word = answer.body[: _LONGEST_WORD + 1].decode("ascii", "replace").strip()
    return f" {word}" if 0 < len(word) <= _LONGEST_WORD and set(word) <= _WORD else ""
