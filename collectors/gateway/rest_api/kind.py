"""The kinds of document that REST APIs are read from."""

from enum import StrEnum


class Kind(StrEnum):
    """STAGES, RESOURCES and GATEWAY_RESPONSES have an API's id as key, MAPPINGS a domain's name."""

    API = "RestApi"
    STAGES = "RestApiStages"
    RESOURCES = "RestApiResources"
    GATEWAY_RESPONSES = "RestApiGatewayResponses"
    DOMAIN = "RestDomainName"
    MAPPINGS = "BasePathMappings"
    VPC_LINKS = "VpcLinks"


COMMANDS = {
    Kind.API: "aws apigateway get-rest-apis",
    Kind.STAGES: "aws apigateway get-stages --rest-api-id {key}",
    Kind.RESOURCES: "aws apigateway get-resources --embed methods --rest-api-id {key}",
    Kind.GATEWAY_RESPONSES: "aws apigateway get-gateway-responses --rest-api-id {key}",
    Kind.DOMAIN: "aws apigateway get-domain-names",
    Kind.MAPPINGS: "aws apigateway get-base-path-mappings --domain-name {key}",
    Kind.VPC_LINKS: "aws apigateway get-vpc-links",
}
"""What prints each of them; `{key}` stands for the API's id or the domain's name."""

FILES = {
    Kind.STAGES: "get-stages.{key}.json",
    Kind.RESOURCES: "get-resources.{key}.json",
    Kind.GATEWAY_RESPONSES: "get-gateway-responses.{key}.json",
    Kind.MAPPINGS: "get-base-path-mappings.{key}.json",
}
"""What to call a file whose answer does not say whose it is."""
