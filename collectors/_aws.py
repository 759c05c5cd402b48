"""The one door to boto3 and botocore: sessions, clients, calls, and what went wrong in words.

Every call is a read. What the world does wrong (a denied call, a dead endpoint, a throttled
account) comes back as a `Trouble`, never as an exception; an exception here is a fault of ours (an
unknown operation, a parameter that the service model refuses). Throttled and failed calls are
tried again with a client-side rate (botocore's adaptive mode). Certificates are always verified;
a private authority is named by AWS_CA_BUNDLE. Error texts of the service are not passed on, since
some repeat parts of the signed request: an operation and an error code are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from auditor.core.reading import Gap, Json

Client: TypeAlias = Any
"""A botocore client: its classes are made at run time, so nothing can be said of their types."""

Answer: TypeAlias = dict[str, Json]

_ATTEMPTS = 8
_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_MAX_PAGES = 2_000
_FALLBACK_REGION = "us-east-1"

_RENEW = (Gap.DENIED, "renew the credentials and run again")
# A region that the account has not opted in to refuses valid credentials.
_REGION_CLOSED = (Gap.DENIED, "enable this region for the account, or exclude it")
_GRANT = (Gap.DENIED, "grant the role what `cors-audit policy aws` prints")
_LATER = (Gap.THROTTLED, "cors-audit audit --resume last --unread")
_GONE = (Gap.ABSENT, "it was deleted while it was read; run again")
_FAILED = (Gap.UNREACHABLE, "the service failed; run again")
_CODES: Mapping[str, tuple[Gap, str]] = {
    **dict.fromkeys(("ExpiredToken", "ExpiredTokenException", "RequestExpired"), _RENEW),
    **dict.fromkeys(
        ("UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure"), _REGION_CLOSED
    ),
    **dict.fromkeys(("AccessDenied", "AccessDeniedException", "UnauthorizedOperation"), _GRANT),
    **dict.fromkeys(
        ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded"),
        _LATER,
    ),
}
_STATUSES: Mapping[int, tuple[Gap, str]] = {401: _GRANT, 403: _GRANT, 404: _GONE, 429: _LATER}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a call gave nothing: the gap, `Operation: ErrorCode`, and what to do about it."""

    gap: Gap
    reason: str
    do: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a paged answer, in order; with `trouble` they are not all of them."""

    items: tuple[Answer, ...]
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Aws:
    """Credentials of one account, and the clients made with them.

    `endpoint` replaces every service's address (tests, private endpoints); without one the
    variables AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> count. `attempts`: retries of a call.
    """

    session: Any
    endpoint: str | None = None
    attempts: int = _ATTEMPTS

    @property
    def home(self) -> str:
        """The region to ask for what is the same in every region."""
        return self.session.region_name or _FALLBACK_REGION

    def client(self, service: str, region: str) -> Client:
        """Return a client of `service` in `region`; nothing is sent yet."""
        from botocore.config import Config

        config = Config(
            retries={"mode": "adaptive", "max_attempts": self.attempts},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            user_agent_extra="cors-audit",
        )
        return self.session.client(
            service, region_name=region, endpoint_url=self.endpoint, config=config
        )

    def account(self) -> str | Trouble:
        """Return the twelve digits of the account that the credentials belong to."""
        answer = call(self.client("sts", self.home), "get_caller_identity")
        return answer if isinstance(answer, Trouble) else str(answer["Account"])

    def role(self, account: str, name: str) -> str:
        """Return the ARN of the role `name` in `account`; an ARN is returned as it is."""
        if name.startswith("arn:"):
            return name
        partition = self.session.get_partition_for_region(self.home)
        return f"arn:{partition}:iam::{account}:role/{name.removeprefix('/')}"

    def regions(self, service: str, wanted: tuple[str, ...] = ()) -> tuple[str, ...] | Trouble:
        """Return the regions to read, sorted: those of `wanted`, or all that are enabled.

        Either way only where `service` exists, as this botocore knows it. A name of `wanted` that
        no region has is a trouble, not an empty answer.
        """
        offered = {
            region
            for partition in self.session.get_available_partitions()
            for region in self.session.get_available_regions(service, partition)
        }
        if wanted:
            if unknown := sorted(set(wanted) - offered):
                reason = f"regions: {', '.join(unknown)} unknown to {service}"
                return Trouble(Gap.INVALID, reason, "correct the names under aws.regions")
            return tuple(sorted(set(wanted)))
        enabled = listing(self.client("ec2", self.home), "describe_regions", "Regions")
        if enabled.trouble is not None:
            return enabled.trouble
        return tuple(sorted(offered & {str(row["RegionName"]) for row in enabled.items}))


def connect(
    *,
    environ: Mapping[str, str],
    profile: str | None = None,
    role: str | None = None,
    external_id_env: str | None = None,
    endpoint: str | None = None,
    attempts: int = _ATTEMPTS,
) -> Aws | Trouble:
    """Return a session of this machine's credentials, or of the role (an ARN) that they assume.

    `external_id_env` names the variable of `environ` that holds the role's external id.
    """
    from botocore.exceptions import BotoCoreError

    if endpoint is not None and not endpoint.startswith(("https://", "http://")):
        return Trouble(Gap.INVALID, "endpoint: it is not a URL", "write it as https://host[:port]")
    try:
        own = Aws(_session(profile_name=profile), endpoint, attempts)
    except BotoCoreError as error:
        return trouble("Session", error)
    if role is None:
        return own
    external_id = environ.get(external_id_env) if external_id_env else None
    if external_id_env and not external_id:
        reason = f"AssumeRole: the variable {external_id_env} is not set"
        return Trouble(Gap.DENIED, reason, "set it to the external id that the role asks for")
    return _assume(own, role, external_id)


def call(client: Client, operation: str, **params: Json) -> Answer | Trouble:
    """Return the answer of one call; `operation` as boto3 spells it (`get_apis`)."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    try:
        answer: Answer = getattr(client, operation)(**params)
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        return trouble(_service_word(operation), error)
    return answer


def pages(client: Client, operation: str, **params: Json) -> Iterator[Answer | Trouble]:
    """Give the pages of a listing; a `Trouble` is the last thing given and means there are more."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    source = (
        client.get_paginator(operation).paginate(**params)
        if client.can_paginate(operation)
        else _tokens(client, operation, params)
    )
    try:
        for number, page in enumerate(source):
            if number == _MAX_PAGES:
                reason = f"{_service_word(operation)}: more than {_MAX_PAGES} pages"
                yield Trouble(Gap.TOO_LARGE, reason, "read this account in parts")
                return
            yield page
    except (BotoCoreError, ClientError, ResponseParserError) as error:
        yield trouble(_service_word(operation), error)


def listing(client: Client, operation: str, key: str, **params: Json) -> Listing:
    """Return what stands under `key` on every page of a listing; dots lead into objects
    (`CachePolicyList.Items`)."""
    items: list[Answer] = []
    for page in pages(client, operation, **params):
        if isinstance(page, Trouble):
            return Listing(tuple(items), page)
        rows: Json = page
        for part in key.split("."):
            rows = rows.get(part) if isinstance(rows, dict) else None
        if isinstance(rows, list):
            items += [row for row in rows if isinstance(row, dict)]
    return Listing(tuple(items))


def trouble(operation: str, error: Exception) -> Trouble:
    """Say in words what `error` of botocore means; raises it again when the fault is ours."""
    from botocore import exceptions

    match error:
        case exceptions.ClientError(response=response):
            return _refusal(operation, response)
        case exceptions.HTTPClientError() | exceptions.ConnectionError():
            gap, do = Gap.UNREACHABLE, "check the network and the endpoint"
        case (
            exceptions.ParamValidationError()
            | exceptions.UnknownServiceError()
            | exceptions.NoRegionError()
        ):
            raise error
        case _ if isinstance(error, _credential_errors()):
            gap, do = Gap.DENIED, "give credentials: a profile, a role or variables"
        case _:
            gap, do = Gap.INVALID, "run again; report it if it stays"
    return Trouble(gap, f"{operation}: {type(error).__name__}", do)


def _refusal(operation: str, response: Mapping[str, Any]) -> Trouble:
    code = str(response.get("Error", {}).get("Code", "") or "Unknown")
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    otherwise = _FAILED if status >= 500 else (Gap.INVALID, "run again; report it if it stays")
    gap, do = _CODES.get(code) or _STATUSES.get(status, otherwise)
    return Trouble(gap, f"{operation}: {code}", do)


def _credential_errors() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.NoCredentialsError,
        exceptions.PartialCredentialsError,
        exceptions.CredentialRetrievalError,
        exceptions.ProfileNotFound,
        exceptions.TokenRetrievalError,
        exceptions.SSOError,
    )


def _assume(own: Aws, role: str, external_id: str | None) -> Aws | Trouble:
    from botocore.exceptions import ParamValidationError

    params: Answer = {"RoleArn": role, "RoleSessionName": "cors-audit"}
    if external_id:
        params["ExternalId"] = external_id
    try:
        answer = call(own.client("sts", own.home), "assume_role", **params)
    except ParamValidationError:
        # Both texts are the user's; the error would repeat them.
        reason = "AssumeRole: the role's ARN or its external id has not the form of one"
        return Trouble(Gap.INVALID, reason, "correct aws.organization")
    if isinstance(answer, Trouble):
        return answer
    given: Any = answer["Credentials"]
    session = _session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=own.home,
    )
    return Aws(session, own.endpoint, own.attempts)


def _session(**given: str | None) -> Any:
    """A session that shares what the services look like with all others: 300 accounts would read and
    hold as many copies of it."""
    import boto3
    from botocore.session import Session

    core = Session(profile=given.get("profile_name"))
    core.register_component("data_loader", _models(core.get_config_variable("data_path")))
    return boto3.Session(botocore_session=core, **given)


@cache
def _models(data_path: str | None) -> Any:
    from botocore.loaders import create_loader

    return create_loader(data_path)


def _tokens(client: Client, operation: str, params: Mapping[str, Json]) -> Iterator[Answer]:
    from botocore.exceptions import PaginationError

    page: Answer = getattr(client, operation)(**params)
    yield page
    token = _token(page)
    while token:
        page = getattr(client, operation)(**params, **token)
        yield page
        before, token = token, _token(page)
        if token == before:
            raise PaginationError(message="the service gives the same page again")


def _token(page: Answer) -> dict[str, Json]:
    """The parameter that asks for the page after `page`; empty when it is the last."""
    if token := page.get("NextToken"):
        return {"NextToken": token}
    # CloudFront puts its marker inside the list that it answers with, or beside it.
    for part in (page, *page.values()):
        if isinstance(part, dict) and (marker := part.get("NextMarker")):
            return {"Marker": marker}
    return {}


def _service_word(operation: str) -> str:
    return "".join(part.capitalize() for part in operation.split("_"))
