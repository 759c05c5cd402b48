"""The collectors, as an explicit tuple: what is not in it does not run."""

from collectors.cdn.cloudfront.collector import COLLECTOR as CLOUDFRONT
from collectors.collector import Collector
from collectors.gateway.http_api.collector import COLLECTOR as HTTP_API
from collectors.gateway.rest_api.collector import COLLECTOR as REST_API
from collectors.ingress.ingress_nginx.collector import COLLECTOR as INGRESS_NGINX
from collectors.kubernetes.collector import COLLECTOR as KUBERNETES
from collectors.loadbalancer.elbv2.collector import COLLECTOR as ELBV2

COLLECTORS: tuple[Collector, ...] = (
    CLOUDFRONT,
    HTTP_API,
    REST_API,
    ELBV2,
    INGRESS_NGINX,
    KUBERNETES,
)
