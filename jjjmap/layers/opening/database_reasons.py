"""Why a database gave nothing, each with a sentence and what to try."""

from collections.abc import Mapping
from types import MappingProxyType

from jjjmap.i18n import _
from jjjmap.reasons import Reason, Reasons

REASONS: Mapping[str, Reason] = MappingProxyType(
    {
        "bad-address": Reason(
            lambda: _("数据库的地址不对（{detail}）。"),
            lambda: _("写成 postgresql://用户@主机:端口/数据库；问号后面只认 sslmode 和 table。"),
        ),
        "unknown-host": Reason(lambda: _("找不到这台主机。"), lambda: _("请检查主机名的写法、网络和 VPN。")),
        "refused": Reason(
            lambda: _("主机没有接受连接（{detail}）。"),
            lambda: _("请检查端口、PostgreSQL 是否在运行、是否允许从这台电脑连接（pg_hba.conf、防火墙）。"),
        ),
        "not-postgres": Reason(
            lambda: _("那个端口上应答的不是 PostgreSQL。"), lambda: _("请检查主机和端口；常用的端口是 5432。")
        ),
        "no-answer": Reason(
            lambda: _("等了 {detail} 秒，服务器没有应答。"),
            lambda: _("请检查主机、端口、网络和 VPN，然后再试。"),
        ),
        "no-encryption": Reason(
            lambda: _("加密连接没有谈成（{detail}）。"),
            lambda: _("请换一种加密方式（sslmode），或请管理员检查服务器的证书。"),
        ),
        "password-needed": Reason(
            lambda: _("数据库要密码。"), lambda: _("请填写密码；命令行可先设环境变量 PGPASSWORD。")
        ),
        "wrong-password": Reason(
            lambda: _("用户名或密码不对。"), lambda: _("请重新填写；大小写有别，也请检查用户名。")
        ),
        "not-allowed": Reason(
            lambda: _("服务器不让这个用户连接（{detail}）。"),
            lambda: _("请管理员检查这个用户的权限和 pg_hba.conf。"),
        ),
        "no-database": Reason(
            lambda: _("服务器上没有这个数据库。"), lambda: _("请检查数据库名，大小写有别。")
        ),
        "busy": Reason(lambda: _("服务器现在不接受新的连接（{detail}）。"), lambda: _("请过一会儿再试。")),
        "no-postgis": Reason(
            lambda: _("这个数据库没有安装 PostGIS。"),
            lambda: _("请换一个数据库，或请管理员执行 CREATE EXTENSION postgis。"),
        ),
        "no-table": Reason(
            lambda: _("没有名为“{detail}”的空间表，或者它刚被删改。"),
            lambda: _("请重新列出表；写成 模式.表.几何列，只有一个几何列时可省略它。"),
        ),
        "no-permission": Reason(
            lambda: _("这个用户没有读这张表的权限（{detail}）。"),
            lambda: _("请管理员授予 SELECT 权限；只读的用户就够了。"),
        ),
        "unknown-srid": Reason(
            lambda: _("数据库不认识几何列的坐标系编号（{detail}）。"),
            lambda: _("请管理员在 spatial_ref_sys 中补上它，或用 ST_SetSRID 改成正确的编号。"),
        ),
        "cannot-transform": Reason(
            lambda: _("有的坐标换算不到经纬度（{detail}）。"),
            lambda: _("坐标系编号多半写错了；请检查这一列的 SRID，或只读一个范围。"),
        ),
        "too-slow": Reason(
            lambda: _("一个查询超过了 {detail} 秒，已停下。"),
            lambda: _("请缩小范围后再读；给几何列建空间索引（GiST）会快得多。"),
        ),
        "gone": Reason(
            lambda: _("读到一半，与数据库的连接断了。"),
            lambda: _("请检查网络和服务器，然后重新读取；没有留下半份数据。"),
        ),
        "query-failed": Reason(
            lambda: _("数据库没有执行查询：{detail}"), lambda: _("请检查这张表或视图能否用其他软件打开。")
        ),
        "cancelled": Reason(lambda: _("读取已取消。"), lambda: _("需要时可以重新读取。")),
    }
)
"""Every `DatabaseUnusable.reason`."""

_REASONS = Reasons(REASONS, "query-failed")
reason_parts = _REASONS.parts
reason_sentence = _REASONS.sentence
