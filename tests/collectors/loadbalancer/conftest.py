"""The fake AWS of the gateway's own tests."""

from tests.collectors.gateway.conftest import _no_real_account as _no_real_account
from tests.collectors.gateway.conftest import gate as gate
from tests.collectors.gateway.conftest import moto_port as moto_port
