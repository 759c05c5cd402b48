"""Patterns as configurations write them: a dialect and a text, nothing interpreted yet.

A `Pattern` is plain data (hashed, diffed, printed). What it matches is decided in one place only:
`auditor.core.language.dialect`, which turns it into a tree over characters or says why it cannot.
"""

from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    """How one product reads a pattern; the names are those of the `pattern` command."""

    EXACT = "exact"
    EXACT_CASELESS = "exact-caseless"
    ANY = "any"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    ALLOWLIST = "glob-allowlist"
    INGRESS_NGINX = "glob-ingress-nginx"
    HTTP_API = "glob-http-api"
    SPRING = "glob-spring"
    APISIX = "glob-apisix"
    CADDY = "glob-caddy"
    CLOUDFRONT = "glob-cloudfront"
    CONTOUR = "glob-contour"
    ELASTICSEARCH = "glob-elasticsearch"
    ENVOY_GATEWAY = "glob-envoy-gateway"
    F5_NGINX = "glob-f5-nginx"
    FLASK_CORS = "glob-flask-cors"
    GATEWAY_API = "glob-gateway-api"
    GCS = "glob-gcs"
    GIN = "glob-gin"
    HAPI = "glob-hapi"
    HAPROXY_INGRESS = "glob-haproxy-ingress"
    HASURA = "glob-hasura"
    ISTIO = "glob-istio"
    JETTY = "glob-jetty"
    KONG = "glob-kong"
    LAMBDA_URL = "glob-lambda-url"
    LARAVEL = "glob-laravel"
    MINIO = "glob-minio"
    QUARKUS = "glob-quarkus"
    RACK = "glob-rack"
    RS_CORS = "glob-rs-cors"
    S3 = "glob-s3"
    SERVERLESS = "glob-serverless"
    TRAEFIK = "glob-traefik"
    SPRING_LIST = "list-spring"
    DJANGO_LIST = "list-django"
    SUBSTRING_OF = "substring-of"
    HOST_ONLY = "host-only"
    SAME_HOST = "same-host"
    PYTHON_MATCH = "python-match"
    PYTHON_MATCH_CASELESS = "python-match-caseless"
    PYTHON_SEARCH = "python-search"
    PYTHON_FULLMATCH = "python-fullmatch"
    JS_TEST = "js-test"
    PCRE_NGINX = "pcre-nginx"
    PCRE_NGINX_CASELESS = "pcre-nginx-i"
    PCRE_SEARCH = "pcre-search"
    RUBY_SEARCH = "ruby-search"
    PHP_SEARCH = "php-search"
    GO_SEARCH = "go-search"
    RE2_FULL = "re2-full"
    ENVOY = "envoy"
    JAVA_FULL = "java-full"
    JAVA_FIND = "java-find"


@dataclass(frozen=True, slots=True, order=True)
class Pattern:
    """One origin pattern: `text` exactly as written, to be read by the rules of `dialect`."""

    dialect: Dialect
    text: str

    def __str__(self) -> str:
        return f"{self.dialect}:{self.text}"


ANY = Pattern(Dialect.ANY, "*")


def exact(text: str) -> Pattern:
    """The pattern that matches `text` byte for byte and nothing else."""
    return Pattern(Dialect.EXACT, text)
