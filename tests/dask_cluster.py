"""A Dask cluster of our own on loopback: a scheduler and workers, each a process that ends with the tests."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]

_COMMON = """
import asyncio, sys, threading, os
from distributed import Scheduler, Security, Worker
ca, cert, key = sys.argv[1:4]
words = {}
if ca:
    words["security"] = Security(
        tls_ca_file=ca, tls_scheduler_cert=cert, tls_scheduler_key=key, tls_worker_cert=cert,
        tls_worker_key=key, require_encryption=True,
    )
    words["protocol"] = "tls"

async def until_told(server):
    async with server:
        print(server.address, flush=True)
        # Whoever started this process is gone when nothing more can come from it.
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)
"""

_SCHEDULER = (
    _COMMON
    + """
async def main():
    nowhere = "127.0.0.1:0"
    await until_told(
        Scheduler(host="127.0.0.1", port=0, dashboard=False, dashboard_address=nowhere, **words)
    )
asyncio.run(main())
"""
)

_WORKER = (
    _COMMON
    + """
async def main():
    await until_told(Worker(sys.argv[4], host="127.0.0.1", nthreads=1, memory_limit=0, dashboard=False,
        dashboard_address="127.0.0.1:0", **words))
if len(sys.argv) > 5:
    import jjjmap.analysis.counting.cluster
asyncio.run(main())
"""
)


class Server:
    """One process of a cluster."""

    def __init__(
        self, program: str, words: tuple[str, ...], folder: str, *, knows_jjjmap: bool = True
    ) -> None:
        paths = [str(ROOT), str(ROOT / "tests")] if knows_jjjmap else []
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(paths),
            "DASK_TEMPORARY_DIRECTORY": folder,
            "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
            "OMP_NUM_THREADS": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._address = ""

    @property
    def address(self) -> str:
        """Waits until the process has one."""
        if not self._address:
            assert self.process.stdout is not None
            self._address = self.process.stdout.readline().strip()
            assert self._address, "the process ended before it served"
        return self._address

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """End it by SIGKILL, and wait for that."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


class DaskCluster:
    """A scheduler and its workers; `tls` holds the files of authority, certificate and key."""

    def __init__(self, tls: tuple[str, str, str] = ("", "", "")) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="jjjmap-dask-", ignore_cleanup_errors=True)
        self._tls = tls
        self.workers: list[Server] = []
        self.scheduler = Server(_SCHEDULER, tls, self._folder.name)

    @property
    def address(self) -> str:
        return self.scheduler.address

    def have_workers(self, count: int) -> None:
        """Start as many workers as are missing."""
        self.workers = [worker for worker in self.workers if worker.is_running]
        while len(self.workers) < count:
            self.add_worker()
        for worker in self.workers:
            assert worker.address

    def add_worker(self, *, knows_jjjmap: bool = True) -> Server:
        words = (*self._tls, self.address, *(("jjjmap",) if knows_jjjmap else ()))
        worker = Server(_WORKER, words, self._folder.name, knows_jjjmap=knows_jjjmap)
        self.workers.append(worker)
        return worker

    def stop(self) -> None:
        for server in (*self.workers, self.scheduler):
            if server.is_running:
                server.kill()
        self._folder.cleanup()
