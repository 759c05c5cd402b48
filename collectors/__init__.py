"""The collectors, as an explicit tuple: what is not in it does not run."""

from collectors.collector import Collector
from collectors.gateway.http_api.collector import COLLECTOR as HTTP_API
from collectors.ingress.ingress_nginx.collector import COLLECTOR as INGRESS_NGINX

COLLECTORS: tuple[Collector, ...] = (HTTP_API, INGRESS_NGINX)
