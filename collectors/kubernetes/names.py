"""The names under which Services and workloads are linked: `service:kube:prod-1/orders/api`.

The last two parts are namespace and name, which hold no slash; what stands before is the source,
which may (contexts of EKS are ARNs, folders are paths).
"""

LIVE = "kube:"
"""How the name of a source that is a running cluster begins."""


def service_name(source: str, namespace: str, name: str) -> str:
    """The name of a Service; `namespace` is empty where a manifest writes none."""
    return f"service:{source}/{namespace}/{name}"


def workload_name(source: str, namespace: str, name: str) -> str:
    """The name of what runs the pods: a Deployment, a StatefulSet, ..."""
    return f"workload:{source}/{namespace}/{name}"


def namespace_of(name: str) -> str:
    """The namespace in the name of a Service or workload, for excluding by namespace."""
    return name.rsplit("/", 2)[1]


def host_name(text: str) -> str:
    """`text` as names of hosts are compared: lower case, no last dot, no `dualstack.` in front."""
    return "host:" + text.lower().removesuffix(".").removeprefix("dualstack.")
