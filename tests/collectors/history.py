"""A small event history on loopback, which speaks LookupEvents as botocore's model has it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers import LOOPBACK

ROLE = "deploy-ci"
CANARY_KEY, CANARY_ADDRESS = "AKIACANARYCANARY0001", "203.0.113.77"


def assumed(role: str = ROLE, issuer: bool = True) -> dict[str, Any]:
    """The identity of a session of `role`."""
    issued = {"type": "Role", "arn": f"arn:aws:iam::123456789012:role/{role}", "userName": role}
    return {
        "type": "AssumedRole",
        "principalId": "AROACANARY:session",
        "arn": f"arn:aws:sts::123456789012:assumed-role/{role}/session-of-anna",
        "accountId": "123456789012",
        "accessKeyId": CANARY_KEY,
        **({"sessionContext": {"sessionIssuer": issued}} if issuer else {}),
    }


def event(
    name: str,
    at: str,
    request: object = None,
    *,
    service: str = "apigateway",
    identity: object = None,
    **more: object,
) -> dict[str, Any]:
    """One event, as the CloudTrail user guide shows the contents of a record."""
    return {
        "eventVersion": "1.09",
        "userIdentity": assumed() if identity is None else identity,
        "eventTime": at,
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": CANARY_ADDRESS,
        "userAgent": "aws-cli",
        "requestParameters": request,
        "responseElements": None,
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        **more,
    }


@dataclass
class History:
    """What the server answers. `events`: in any order; `texts`: by event name, what stands for the
    event in its row; `refuse`: after this many calls every one gets this error."""

    events: list[dict[str, Any]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    refuse: tuple[int, str] | None = None
    page: int = 50
    asked: list[dict[str, Any]] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def names(self) -> list[str]:
        """The event names that were asked for, in order."""
        return [one["LookupAttributes"][0]["AttributeValue"] for one in self.asked]

    def answer(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.asked.append(body)
        if self.refuse is not None and len(self.asked) > self.refuse[0]:
            return 400, {"__type": self.refuse[1], "message": f"secret {CANARY_KEY}"}
        (attribute,) = body["LookupAttributes"]
        assert attribute["AttributeKey"] == "EventName"
        wanted = [one for one in self.events if one["eventName"] == attribute["AttributeValue"]]
        wanted = [one for one in wanted if _seconds(one) >= body.get("StartTime", 0)]
        wanted.sort(key=_seconds, reverse=True)
        start = int(body.get("NextToken", "0"))
        end = start + min(self.page, body["MaxResults"])
        rows = [self.row(one) for one in wanted[start:end]]
        after = {"NextToken": str(end)} if end < len(wanted) else {}
        return 200, {"Events": rows, **after}

    def row(self, one: dict[str, Any]) -> dict[str, Any]:
        return {
            "EventId": "11111111-2222-3333-4444-555555555555",
            "EventName": one["eventName"],
            "ReadOnly": "false",
            "EventTime": _seconds(one),
            "AccessKeyId": CANARY_KEY,
            "EventSource": one["eventSource"],
            "CloudTrailEvent": self.texts.get(one["eventName"], json.dumps(one)),
        }


def _seconds(one: dict[str, Any]) -> float:
    return datetime.fromisoformat(one["eventTime"]).timestamp()


@contextmanager
def serving(history: History) -> Iterator[str]:
    """The address of a server that answers from `history`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["x-amz-target"].endswith(".LookupEvents")
            history.regions.append(self.headers["authorization"].split("/")[2])
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            status, answer = history.answer(body)
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/x-amz-json-1.1")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    history.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
