"""What a request for a tile says, what its answer means, and which way it goes out."""

from __future__ import annotations

from qtpy.QtCore import QUrl
from qtpy.QtNetwork import (
    QNetworkProxy,
    QNetworkProxyFactory,
    QNetworkProxyQuery,
    QNetworkReply,
    QNetworkRequest,
)

import jjjmap
from jjjmap.maps.basemaps import Served, TileKey, TileSet
from jjjmap.maps.tile_addresses import is_loopback
from jjjmap.maps.tile_cache import CachedTile

USER_AGENT = (
    f"jjjmap/{jjjmap.__version__} (desktop map of Beijing-Tianjin-Hebei; contact: see its documentation)"
)

TIME_OUT_MS = 15_000
MAX_REDIRECTS = 3

_ERROR = QNetworkReply.NetworkError
_ATTRIBUTE = QNetworkRequest.Attribute
_REASONS = {
    _ERROR.OperationCanceledError: "timeout",  # What we give up ourselves is not asked for its reason.
    _ERROR.TimeoutError: "timeout",
    _ERROR.SslHandshakeFailedError: "certificate",
    _ERROR.InsecureRedirectError: "redirected",
    _ERROR.TooManyRedirectsError: "redirected",
    _ERROR.ProtocolUnknownError: "redirected",
}
_STATUS_REASONS = {401: "refused", 403: "refused", 407: "unreachable", 418: "refused", 429: "too-many"}


def tile_request(tile_set: TileSet, key: TileKey, token: str, known: CachedTile | None) -> QNetworkRequest:
    """Return what asks for a tile; by its tag, if an older one is known."""
    request = QNetworkRequest(QUrl(tile_set.address(key.z, key.x, key.y, token)))
    request.setHeader(QNetworkRequest.KnownHeaders.UserAgentHeader, USER_AGENT)
    request.setRawHeader(b"Accept", b"image/png,image/jpeg,image/webp")
    # Qt would name the user's own language here.
    request.setRawHeader(b"Accept-Language", b"zh-CN,en;q=0.5")
    request.setTransferTimeout(TIME_OUT_MS)
    # To the same scheme, host and port only: a token goes to nobody else.
    request.setAttribute(
        _ATTRIBUTE.RedirectPolicyAttribute, QNetworkRequest.RedirectPolicy.SameOriginRedirectPolicy
    )
    request.setMaximumRedirectsAllowed(MAX_REDIRECTS)
    for attribute in (
        _ATTRIBUTE.CookieLoadControlAttribute,
        _ATTRIBUTE.CookieSaveControlAttribute,
        _ATTRIBUTE.AuthenticationReuseAttribute,
    ):
        request.setAttribute(attribute, QNetworkRequest.LoadControl.Manual)
    if known is not None:
        if known.etag:
            request.setRawHeader(b"If-None-Match", known.etag.encode("latin-1", "ignore"))
        if known.modified:
            request.setRawHeader(b"If-Modified-Since", known.modified.encode("latin-1", "ignore"))
    return request


def headers_of(answer: QNetworkReply) -> dict[str, str]:
    """Return what the cache must know."""
    names = ("cache-control", "expires", "etag", "last-modified")
    # Text for the name: Qt's other spelling of it is gone in newer versions.
    return {name: bytes(answer.rawHeader(name).data()).decode("latin-1") for name in names}


def reason_of(answer: QNetworkReply, status: object) -> str:
    """Return why there is no tile (see `maps.basemap_reasons`), from what Qt and the server say."""
    if isinstance(status, int) and status >= 400:
        return _STATUS_REASONS.get(status, "server" if status >= 500 else "refused")
    return _REASONS.get(answer.error(), "unreachable")


def proxy_for(served: Served) -> QNetworkProxy:
    """Return the way out that the system names; in many offices there is no other."""
    host = served.basemap.tile_sets[0].host
    if is_loopback(host):
        return QNetworkProxy(QNetworkProxy.ProxyType.NoProxy)
    query = QNetworkProxyQuery(QUrl(served.basemap.tile_sets[0].address(1, 0, 0)))
    return QNetworkProxyFactory.systemProxyForQuery(query)[0]
