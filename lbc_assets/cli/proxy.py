"""``lbc proxy-key``: the line that nginx includes, so that the web server believes what it says of its users.

Belongs here: printing the line. Does not belong here: the key (``server/who.py``), nginx's site (``deploy/``).
"""

from __future__ import annotations

import click


@click.command()
def proxy_key() -> None:
    """Print the nginx include with the proxy's key (a secret: to a file that only root reads)."""
    from lbc_assets.keys import KeyNotUsable
    from lbc_assets.server import who
    from lbc_assets.settings import find_home

    home = find_home().make()
    try:
        click.echo(f'proxy_set_header X-LBC-Proxy-Key "{who.proxy_key(home)}";')
    except KeyNotUsable as problem:
        raise click.ClickException(str(problem)) from None
