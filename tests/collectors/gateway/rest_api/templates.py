"""Mapping templates as CDK and the Serverless Framework write them."""

from collections.abc import Sequence

ALLOW_ORIGIN = "$context.responseOverride.header.Access-Control-Allow-Origin"


def cdk(origins: Sequence[str]) -> str:
    """What addCorsPreflight renders for every origin but the first (aws-cdk 008e41b)."""
    asked = " || ".join(f'$origin == "{origin}"' for origin in origins)
    return "\n".join(
        (
            '#set($origin = $input.params().header.get("Origin"))',
            '#if($origin == "")',
            '  #set($origin = $input.params().header.get("origin"))',
            "#end",
            f"#if({asked})",
            f"  #set({ALLOW_ORIGIN} = $origin)",
            "#end",
        )
    )


def serverless(origins: Sequence[str]) -> str:
    """What the Serverless Framework renders for all origins (serverless a627034)."""
    written = (origin.replace(".", "[.]").replace("*", ".*", 1) for origin in origins)
    asked = " || ".join(f'$origin.matches("{origin}")' for origin in written)
    return (
        '#set($origin = $input.params("Origin"))\n'
        '#if($origin == "") #set($origin = $input.params("origin")) #end\n'
        f"#if({asked}) #set({ALLOW_ORIGIN} = $origin) #end"
    )


def old_serverless(origins: Sequence[str]) -> str:
    """What it rendered before, with the parenthesis that 01b529a forgot."""
    asked = " || ".join(f'$origin == "{origin}"' for origin in origins)
    return (
        f'#set($origin = $input.params("Origin")) #if({asked}) #set({ALLOW_ORIGIN} = $origin) #end'
    )
