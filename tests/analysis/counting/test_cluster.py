"""Counting on a cluster: equal to the last bit though workers are killed; whatever is amiss has a name."""

import asyncio
import datetime
import ipaddress
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from cluster_pieces import GO, MadePiece, MadeRows, made_batch
from dask_cluster import DaskCluster, Server

from jjjmap.analysis.counting import cluster
from jjjmap.analysis.counting.areas import Areas
from jjjmap.analysis.counting.cluster import count_on_cluster, differences, software_here
from jjjmap.analysis.counting.cross_table import CrossTable
from jjjmap.analysis.counting.kernel import CountPlan, PreparedAreas, count_in_areas
from jjjmap.analysis.counting.rows import LAT, LON, ParquetRows, RowSource, TableRows
from jjjmap.analysis.counting.scheduler import Scheduler, scheduler_at
from jjjmap.analysis.running import AnalysisCancelled, AnalysisImpossible
from jjjmap.i18n import Language, speaking
from jjjmap.layers.feature_table import FeatureTable
from jjjmap.layers.style import Geometry

from .conftest import layer_of

PLAN = CountPlan("类别", "年", "金额")
# One cluster for all of them, not one for each process of the tests.
pytestmark = pytest.mark.xdist_group("cluster")


@pytest.fixture(scope="session")
def whole_cluster() -> Iterator[DaskCluster]:
    """One scheduler for all tests; who needs workers says how many."""
    started = DaskCluster()
    yield started
    started.stop()


@pytest.fixture
def two_workers(whole_cluster: DaskCluster) -> DaskCluster:
    """The cluster with two workers, whatever the test before did to them."""
    whole_cluster.have_workers(2)
    return whole_cluster


def never() -> bool:
    return False


def count(
    source: RowSource,
    areas: Areas,
    address: str | Scheduler,
    plan: CountPlan = PLAN,
    progress: Callable[[float], None] = lambda share: None,
    cancelled: Callable[[], bool] = never,
) -> CrossTable:
    scheduler = scheduler_at(address) if isinstance(address, str) else address
    return count_on_cluster(source, areas, plan, scheduler, progress, cancelled)


def refused(source: RowSource, areas: Areas, address: str | Scheduler) -> str:
    with pytest.raises(AnalysisImpossible) as told:
        count(source, areas, address)
    return told.value.finding.code


def by_kernel(source: RowSource, areas: Areas) -> CrossTable:
    prepared = PreparedAreas(areas)
    batches = (batch for piece in source.pieces() for batch in piece.batches(PLAN.columns))
    return CrossTable.sum_of(count_in_areas(batch, prepared, PLAN) for batch in batches)


def wait_until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)


def some_rows(count: int = 7) -> MadeRows:
    return MadeRows(tuple(MadePiece(seed) for seed in range(count)))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> ParquetRows:
    """Two files with three row groups each."""
    folder = tmp_path_factory.mktemp("shared") / "企业"
    folder.mkdir()
    for at in range(2):
        batches = [made_batch(500, 10 * at + number) for number in range(3)]
        table = pa.Table.from_batches(batches).rename_columns(["类别", "年", "金额", "经度", "纬度"])
        pq.write_table(table, folder / f"{at}.parquet", row_group_size=500)
    return ParquetRows.open(folder, position_columns=("经度", "纬度"))


def test_the_cluster_counts_to_the_last_bit_as_one_machine_does(
    two_workers: DaskCluster, squares: Areas
) -> None:
    told: list[float] = []
    found = count(some_rows(), squares, two_workers.address, progress=told.append)
    expected = by_kernel(some_rows(), squares)
    assert found == expected
    assert found.to_arrow(squares).equals(expected.to_arrow(squares))
    assert found.read_rows == 21_000 and found.nowhere_rows > 0 and found.outside_rows > 0
    assert told == sorted(told) and told[-1] == 1.0 and len(told) > 1


def test_row_groups_of_files_are_counted_where_the_worker_finds_them(
    two_workers: DaskCluster, squares: Areas, files: ParquetRows
) -> None:
    found = count(files, squares, two_workers.address)
    assert found == by_kernel(files, squares)
    assert found.read_rows == 3_000


def test_the_rows_of_an_open_layer_are_sent_in_batches(
    two_workers: DaskCluster, squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "BATCH_ROWS", 300)
    batch = made_batch(1_000, 5)
    attributes = pa.Table.from_batches([batch.select(["类别", "年", "金额"])])
    lon, lat = (batch.column(name).to_numpy() for name in (LON, LAT))
    shown = [at % 3 > 0 for at in range(1_000)]
    rows = TableRows(layer_of(FeatureTable(attributes, Geometry.POINT, lon, lat), shown))
    found = count(rows, squares, two_workers.address)
    assert found == by_kernel(rows, squares)
    assert found.read_rows == sum(shown)
    nothing_but_rows = count(rows, squares, two_workers.address, CountPlan())
    assert nothing_but_rows.read_rows == sum(shown)


def test_whoever_has_an_event_loop_already_may_count_too(two_workers: DaskCluster, squares: Areas) -> None:
    async def in_a_notebook() -> CrossTable:
        return count(some_rows(2), squares, two_workers.address)

    assert asyncio.run(in_a_notebook()) == by_kernel(some_rows(2), squares)


def test_a_source_without_rows_comes_to_nothing(two_workers: DaskCluster, squares: Areas) -> None:
    assert count(MadeRows(()), squares, two_workers.address).read_rows == 0


def test_what_a_worker_cannot_read_is_told_in_the_language_in_use(
    two_workers: DaskCluster, squares: Areas
) -> None:
    source = MadeRows((MadePiece(1), MadePiece(2, is_broken=True)))
    with speaking(Language.EN), pytest.raises(AnalysisImpossible) as told:
        count(source, squares, two_workers.address)
    assert told.value.finding.code == "broken-here"
    assert told.value.finding.message.isascii()


def test_a_file_that_is_not_on_the_worker_or_another_one_there_is_named(
    two_workers: DaskCluster, squares: Areas, files: ParquetRows
) -> None:
    one, other = files.files
    for changed, word in (
        (replace(other, size=1), "不是同一份"),
        (replace(other, path="/nowhere/1"), "读不到"),
    ):
        with pytest.raises(AnalysisImpossible) as told:
            count(replace(files, files=(one, changed)), squares, two_workers.address)
        assert told.value.finding.code == "cluster-file-unreadable"
        assert told.value.finding.where == other.name
        assert word in told.value.finding.message
        assert "共享文件夹" in told.value.finding.hint
        assert "/nowhere" not in told.value.finding.message


def test_other_versions_are_refused_by_name(
    two_workers: DaskCluster, squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(software_here(), "GEOS", "3.0.0")
    monkeypatch.setitem(software_here(), "jjjmap.analysis.counting", "0" * 12)
    with pytest.raises(AnalysisImpossible) as told:
        count(some_rows(), squares, two_workers.address)
    assert told.value.finding.code == "cluster-versions"
    assert "GEOS 本机 3.0.0" in told.value.finding.message
    assert "jjjmap.analysis.counting" in told.value.finding.message
    assert "numpy" not in told.value.finding.message


def test_versions_are_compared_worker_by_worker() -> None:
    ours = {"numpy": "2.4.6", "GEOS": "3.14.1"}
    theirs = {"a": ours, "b": {"numpy": "2.3.0", "GEOS": "3.14.1"}, "c": {"numpy": "2.3.0"}}
    assert differences(ours, theirs) == (
        ("numpy", "2.4.6", "2.3.0", ("b", "c")),
        ("GEOS", "3.14.1", "?", ("c",)),
    )


def test_a_worker_without_jjjmap_is_told_what_to_install(two_workers: DaskCluster, squares: Areas) -> None:
    bare = two_workers.add_worker(knows_jjjmap=False)
    try:
        where = bare.address
        with pytest.raises(AnalysisImpossible) as told:
            count(some_rows(), squares, two_workers.address)
    finally:
        bare.kill()
    assert told.value.finding.code == "cluster-without-jjjmap"
    assert where in told.value.finding.message
    assert "jjjmap[cluster]" in told.value.finding.hint


def test_a_scheduler_that_is_not_there_is_given_up_soon(
    squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.3)
    # Nobody listens at the port for discarding what comes.
    assert refused(some_rows(), squares, "tcp://127.0.0.1:9") == "scheduler-unreachable"


def test_without_the_extra_it_is_said_what_to_install(
    squares: Areas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(AnalysisImpossible) as told:
        count(some_rows(), squares, "tcp://127.0.0.1:9")
    assert told.value.finding.code == "cluster-extra-missing"


def test_whoever_asks_to_stop_frees_the_workers(
    two_workers: DaskCluster, squares: Areas, tmp_path: Path
) -> None:
    source = MadeRows(tuple(MadePiece(seed, str(tmp_path), is_endless=True) for seed in range(8)))
    pids = {str(worker.process.pid) for worker in two_workers.workers}

    def begun() -> set[str]:
        return {path.stem for path in tmp_path.iterdir() if path.stem in pids}

    with pytest.raises(AnalysisCancelled):
        count(source, squares, two_workers.address, cancelled=lambda: begun() == pids)
    at_work = [path.suffix for path in tmp_path.iterdir() if path.stem in pids]
    wait_until(lambda: all((tmp_path / f"ended{suffix}").exists() for suffix in at_work))
    # What stood in line behind them was forgotten.
    assert count(some_rows(2), squares, two_workers.address) == by_kernel(some_rows(2), squares)
    assert len([path for path in tmp_path.iterdir() if path.stem in pids]) == len(at_work) < 8


def killed_meanwhile(
    source: MadeRows, areas: Areas, dask: DaskCluster, folder: Path, kill: int
) -> CrossTable | AnalysisImpossible:
    """Count while workers that have begun are killed; what came of it."""
    victims = dask.workers[:kill]
    return disturbed(source, areas, scheduler_at(dask.address), victims, victims, folder)


def disturbed(
    source: MadeRows,
    areas: Areas,
    scheduler: Scheduler,
    at_work: list[Server],
    victims: list[Server],
    folder: Path,
) -> CrossTable | AnalysisImpossible:
    """Count; when these are at work, those are killed and the others may go on."""
    answers: list[CrossTable | AnalysisImpossible] = []

    def ask() -> None:
        try:
            answers.append(count(source, areas, scheduler))
        except AnalysisImpossible as exc:
            answers.append(exc)

    asking = threading.Thread(target=ask)
    asking.start()
    for worker in at_work:
        wait_until(lambda pid=worker.process.pid: list(folder.glob(f"{pid}.*")))
    for victim in victims:
        victim.kill()
    (folder / GO).touch()
    asking.join(60)
    return answers[0]


def test_one_of_two_workers_is_killed_and_the_answer_is_the_same(
    two_workers: DaskCluster, squares: Areas, tmp_path: Path
) -> None:
    source = MadeRows(tuple(MadePiece(seed, str(tmp_path)) for seed in range(8)))
    found = killed_meanwhile(source, squares, two_workers, tmp_path, kill=1)
    survivor = str(two_workers.workers[1].process.pid)
    done = {path.suffix for path in tmp_path.iterdir() if path.stem == survivor}
    assert len(done) == 8, "the survivor had to count what the other had begun as well"
    assert found == by_kernel(MadeRows(tuple(MadePiece(seed) for seed in range(8))), squares)


def test_when_all_workers_are_killed_nothing_is_told_but_that(
    two_workers: DaskCluster, squares: Areas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 0.5)
    source = MadeRows((MadePiece(1), *(MadePiece(seed, str(tmp_path)) for seed in range(2, 9))))
    told = killed_meanwhile(source, squares, two_workers, tmp_path, kill=2)
    assert isinstance(told, AnalysisImpossible)
    assert told.finding.code == "cluster-lost"
    # And a cluster that has none to begin with is not waited for longer.
    assert refused(some_rows(), squares, two_workers.address) == "cluster-lost"


# -- TLS ---------------------------------------------------------------------------------------------


def certificates(folder: Path) -> tuple[str, str, str]:
    """Write an authority, and a certificate of it with its key; for a day."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _each in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("甲", "127.0.0.1")]
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = []
    for name, key, is_authority in zip(names, keys, (True, False), strict=True):
        builder = (
            x509.CertificateBuilder(names[0], name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(here, critical=False)
        )
        made.append(builder.sign(keys[0], hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    secret = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    folder.mkdir()
    paths = []
    for file, content in zip(("ca.pem", "cert.pem", "key.pem"), (*made, secret), strict=True):
        (folder / file).write_bytes(content)
        paths.append(str(folder / file))
    return paths[0], paths[1], paths[2]


def test_a_cluster_with_certificates_serves_those_who_have_one_of_its_authority(
    squares: Areas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = certificates(tmp_path / "ours")
    others = certificates(tmp_path / "others")
    dask = DaskCluster(ours)
    try:
        dask.have_workers(1)
        assert dask.address.startswith("tls://")
        ca, certificate, key = ours
        scheduler = scheduler_at(dask.address, ca=ca, certificate=certificate, key=key)
        assert count(some_rows(2), squares, scheduler) == by_kernel(some_rows(2), squares)
        monkeypatch.setattr(cluster, "CONNECT_SECONDS", 0.5)
        ca, certificate, key = others
        stranger = scheduler_at(dask.address, ca=ca, certificate=certificate, key=key)
        assert refused(some_rows(2), squares, stranger) == "scheduler-unreachable"
        unencrypted = dask.address.replace("tls://", "tcp://")
        assert refused(some_rows(2), squares, unencrypted) == "scheduler-unreachable"
        # And when the scheduler itself is killed, nobody waits for an answer.
        waiting = MadeRows((MadePiece(1, str(tmp_path)), MadePiece(2)))
        told = disturbed(waiting, squares, scheduler, dask.workers, [dask.scheduler], tmp_path)
        assert isinstance(told, AnalysisImpossible)
        assert told.finding.code == "cluster-lost"
    finally:
        dask.stop()
