"""Why an online basemap cannot be used, each with a sentence and what to try."""

from collections.abc import Mapping
from types import MappingProxyType

from jjjmap.i18n import _
from jjjmap.reasons import Reason, Reasons

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        # Of addresses and tokens as they are typed.
        "bad-address": Reason(
            lambda: _("这不是一个能用的瓦片地址。"),
            lambda: _("应以 https:// 开头，没有空格，如 https://tiles.example.cn/{z}/{x}/{y}.png。"),
        ),
        "no-holes": Reason(
            lambda: _("地址里没有缩放级别和行列号的位置。"),
            lambda: _("请把它们写成 {z}、{x}、{y}，WMTS 也可写成 {TileMatrix}、{TileCol}、{TileRow}。"),
        ),
        "unknown-hole": Reason(
            lambda: _("地址里有不认识的部分 {detail}。"),
            lambda: _("请换成实际的值；只有 {z}、{x}、{y}、{-y}、{s} 和 {token} 可以留着。"),
        ),
        "description": Reason(
            lambda: _("这是服务说明（GetCapabilities）的地址，不是瓦片的地址。"),
            lambda: _("请填一块瓦片的地址（GetTile），其中的行列号会自动换成变量。"),
        ),
        "plain-http": Reason(
            lambda: _("这个地址没有加密（http）：路上的人能看到您在看哪里，也能换掉底图。"),
            lambda: _("请改用 https；内网的地址确实只有 http 时，勾选“仍然使用”。"),
        ),
        "with-password": Reason(
            lambda: _("地址里写了用户名或密码。"),
            lambda: _("请去掉它们；密钥写成 {token}，再填到密钥栏里。"),
        ),
        "shifted": Reason(
            lambda: _("{detail} 的底图坐标有偏移（GCJ-02 或 BD-09），叠在一起会差几百米。"),
            lambda: _("请用天地图，或别的没有偏移的底图。"),
        ),
        "degrees": Reason(
            lambda: _("这套瓦片按经纬度切分，与本图的投影不合。"),
            lambda: _("请用 Web 墨卡托的一套；天地图是名称以 _w 结尾的那套。"),
        ),
        "bad-token": Reason(
            lambda: _("这不像一个密钥。"), lambda: _("请从服务网站整段复制，中间没有空格和汉字。")
        ),
        "too-many-own": Reason(
            lambda: _("已经有 {detail} 个自己的底图，不能再多。"), lambda: _("请先移除不用的。")
        ),
        # Of servers.
        "refused": Reason(
            lambda: _("{detail} 拒绝了请求。"),
            lambda: _("请核对密钥是否正确、类型和白名单是否允许桌面程序使用、当日额度是否用完。"),
        ),
        "too-many": Reason(lambda: _("{detail} 说请求太多。"), lambda: _("请过一会儿再试。")),
        "not-found": Reason(
            lambda: _("{detail} 没有这一带的瓦片。"), lambda: _("请核对地址，特别是行列号的次序和缩放级别。")
        ),
        "server": Reason(lambda: _("{detail} 出了故障。"), lambda: _("请过一会儿再试。")),
        "unreachable": Reason(
            lambda: _("连不上 {detail}。"), lambda: _("请检查网络、代理和防火墙，然后重试。")
        ),
        "timeout": Reason(lambda: _("{detail} 迟迟没有应答。"), lambda: _("请检查网络，过一会儿再试。")),
        "certificate": Reason(
            lambda: _("{detail} 的证书不可信，没有连接。"),
            lambda: _("请检查本机的日期和时间；单位的网络若拦截加密连接，请与管理员联系。"),
        ),
        "redirected": Reason(
            lambda: _("{detail} 让程序到别的网站去取，没有照办。"),
            lambda: _("有的网络要先登录；请在浏览器里登录后重试。"),
        ),
        "not-a-picture": Reason(
            lambda: _("{detail} 给的不是图片。"),
            lambda: _("多半是密钥不对，或网络要先登录；也请核对地址。"),
        ),
        "too-large": Reason(
            lambda: _("{detail} 给的图片大得不像瓦片，没有收下。"), lambda: _("请核对地址。")
        ),
        "unknown": Reason(lambda: _("在线底图取不到（{detail}）。"), lambda: _("请稍后重试。")),
    }
)

_REASONS = Reasons(REASONS, "unknown")


def reason_sentence(reason: str, detail: str = "") -> str:
    """Return why a basemap cannot be used and what to try, in the language in use."""
    return _REASONS.sentence(reason, detail)


def reason_parts(reason: str, detail: str = "") -> tuple[str, str]:
    """Return the same as two sentences."""
    return _REASONS.parts(reason, detail)
