"""Wildcards and lists of products, each read by a function of its own."""

from collections.abc import Callable, Mapping
from typing import Final

from auditor.core.language import globs_app, globs_cloud, globs_ingress, globs_server
from auditor.core.language.globs_kong import kong
from auditor.core.language.globs_text import ANY_PORT, gaps
from auditor.core.language.pattern import Dialect
from auditor.core.language.tree import Cat, Tree, but, literal, plus


def allowlist(text: str) -> Tree:
    """Ours: `*` stands for exactly one label; everything else is literal."""
    return gaps(text, plus(but(".:/")))


def host_only(text: str) -> Tree:
    """Ours: any scheme and port with exactly this host."""
    return Cat((plus(but(":/")), literal("://" + text), ANY_PORT))


GLOBS: Final[Mapping[Dialect, Callable[[str], Tree]]] = {
    Dialect.ALLOWLIST: allowlist,
    Dialect.HOST_ONLY: host_only,
    Dialect.APISIX: globs_ingress.apisix,
    Dialect.CADDY: globs_ingress.caddy,
    Dialect.CLOUDFRONT: globs_cloud.cloudfront,
    Dialect.CONTOUR: globs_ingress.contour,
    Dialect.DJANGO_LIST: globs_app.django_list,
    Dialect.ELASTICSEARCH: globs_server.elasticsearch,
    Dialect.ENVOY_GATEWAY: globs_ingress.envoy_gateway,
    Dialect.F5_NGINX: globs_ingress.f5_nginx,
    Dialect.FLASK_CORS: globs_app.flask_cors,
    Dialect.GATEWAY_API: globs_ingress.gateway_api,
    Dialect.GCS: globs_cloud.gcs,
    Dialect.GIN: globs_app.gin,
    Dialect.HAPI: globs_app.hapi,
    Dialect.HAPROXY_INGRESS: globs_ingress.haproxy_ingress,
    Dialect.HASURA: globs_server.hasura,
    Dialect.HTTP_API: globs_cloud.http_api,
    Dialect.INGRESS_NGINX: globs_ingress.ingress_nginx,
    Dialect.ISTIO: globs_ingress.istio,
    Dialect.JETTY: globs_server.jetty,
    Dialect.KONG: kong,
    Dialect.LAMBDA_URL: globs_cloud.lambda_url,
    Dialect.LARAVEL: globs_app.laravel,
    Dialect.MINIO: globs_server.minio,
    Dialect.QUARKUS: globs_server.quarkus,
    Dialect.RACK: globs_app.rack,
    Dialect.RS_CORS: globs_app.rs_cors,
    Dialect.S3: globs_cloud.s3,
    Dialect.SERVERLESS: globs_cloud.serverless,
    Dialect.SPRING: globs_app.spring_pattern,
    Dialect.SPRING_LIST: globs_app.spring_list,
    Dialect.TRAEFIK: globs_ingress.traefik,
}
"""A function a dialect: from the text of an entry to the tree of all the texts that it lets in.

Each raises `Malformed` where the product refuses the entry and `Unmodelled` where its sources leave
open what it does.
"""
