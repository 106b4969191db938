"""A cluster of one's own: a master, two workers and a Spark Connect server, bound to loopback, gone with the block.

``python -m tests.engines.spark_cluster COMMAND …`` runs a command beside one, with its address in ``SPARK_REMOTE``.
It wants Java and the extra ``spark``; a megabyte of what it says stands in its folder.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from tests import sampling
from tests.engines.engines import SPARK
from tests.patience import PATIENCE
from tests.ports import free_port

WORKERS: Final = 2
_SECONDS: Final = 180
_JAVA: Final = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_SETTINGS: Final = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.host": "127.0.0.1",
    # Small tables on two processors: more parts are only more waiting.
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "WARN",
    "spark.executor.memory": "600m",
    "spark.driver.extraJavaOptions": _JAVA,
    "spark.executor.extraJavaOptions": _JAVA,
}

# Half a second of each small question is Java compiling it: `make soak` pays for that, a short run has it interpreted.
_QUICK: Final = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}


@dataclass
class Cluster:
    """Its addresses and its processes."""

    folder: Path
    port: int
    ui: int
    masters: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    server: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"sc://127.0.0.1:{self.port}"

    def running_jobs(self) -> int:
        """How many jobs it is at work on."""
        return len(self._jobs())

    def tasks_done(self) -> int:
        """How many tasks are done of the jobs that it is at work on."""
        return sum(job["numCompletedTasks"] for job in self._jobs())

    def _jobs(self) -> list[Mapping[str, int]]:
        api = f"http://127.0.0.1:{self.ui}/api/v1/applications"
        with urlopen(api, timeout=PATIENCE) as answer:
            (application,) = json.load(answer)
        with urlopen(f"{api}/{application['id']}/jobs?status=running", timeout=PATIENCE) as answer:
            jobs: list[Mapping[str, int]] = json.load(answer)
            return jobs

    def processor_seconds(self) -> float:
        """What its processes that still run, and those they have waited for, took of the processors so far."""
        ours = {each.pid for each in (*self.masters, *self.workers, self.server) if each is not None}
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                facts = stat.read_text("utf-8", "replace").rpartition(")")[2].split()
                # Executors and their Python have groups of their own, and the session of the worker that began them.
                if int(facts[3]) in ours:
                    ticks += sum(map(int, facts[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def kill_worker(self, number: int) -> None:
        """End a worker as a fault of its machine would, its executors with it."""
        _kill(self.workers[number])

    def freeze_worker(self, number: int) -> None:
        """Let a worker and its executors hang, as a machine does whose line is cut: nobody is told."""
        os.killpg(self.workers[number].pid, signal.SIGSTOP)

    def kill_server(self) -> None:
        """End the server of Spark Connect in the same way."""
        assert self.server is not None
        _kill(self.server)


def can_run() -> bool:
    """Whether Java and Spark are at hand."""
    return bool(shutil.which("java") and find_spec("pyspark"))


@contextmanager
def running(
    folder: Path,
    settings: Mapping[str, str] | None = None,
    *,
    alone: bool = False,
    workers_know: Mapping[str, str] | None = None,
) -> Iterator[Cluster]:
    """A cluster that answers; with ``settings`` of its own it runs as it would in use, with everything compiled.

    ``alone`` it is one process with two threads, which begins in a third of the time. ``workers_know`` are variables of
    the environment of the workers, and of nobody else.
    """
    home = Path(find_spec("pyspark").submodule_search_locations[0])  # type: ignore[union-attr,index]  # can_run() said so
    around = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_JAVA_OPTS": _JAVA,
        # Killed as they are, they would leave their folders behind.
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "JAVA_TOOL_OPTIONS": f'"-Djava.io.tmpdir={folder}"',
        "SPARK_DAEMON_MEMORY": "256m",
    }
    cluster = Cluster(folder, free_port(), free_port())
    with ExitStack() as stack:

        def begin(name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            process = subprocess.Popen(
                [str(home / "bin" / command[0]), *command[1:]],
                env=around | more,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=folder,
                start_new_session=True,
            )
            stack.callback(_end, process)
            return process

        master = "local[2]"
        if not alone:
            master = f"spark://127.0.0.1:{(port := free_port())}"
            deploy = "org.apache.spark.deploy"
            place = ("--host", "127.0.0.1", "--webui-port", "0")
            master_words = (f"{deploy}.master.Master", *place, "--port", str(port))
            cluster.masters.append(begin("master", "spark-class", *master_words))
            _until(folder / "master.log", "I have been elected leader")
            for number in range(WORKERS):
                name = f"worker-{number}"
                # As much as any executor of a test or a benchmark asks for: it is promised, not taken.
                share = ("--cores", "1", "--memory", "16g", "--work-dir", str(folder / name))
                worker = (f"{deploy}.worker.Worker", *place, *share, master)
                cluster.workers.append(begin(name, "spark-class", *worker, **(workers_know or {})))
        own_ports = {"spark.connect.grpc.binding.port": str(cluster.port), "spark.ui.port": str(cluster.ui)}
        chosen = settings if settings is not None else {} if sampling.is_whole() else _QUICK
        words = [
            word
            for name, value in {**_SETTINGS, **chosen, **own_ports}.items()
            for word in ("--conf", f"{name}={value}")
        ]
        server = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *words, "spark-internal")
        cluster.server = begin("connect", "spark-submit", "--master", master, *server, SPARK_DAEMON_MEMORY="800m")
        _until_open(cluster.port, cluster.server, folder / "connect.log")
        for number, _ in enumerate(cluster.workers):
            _until(folder / f"worker-{number}.log", "Successfully registered with master")
        yield cluster


def _until(log: Path, words: str) -> None:
    end = time.monotonic() + _SECONDS
    while words not in log.read_text("utf-8", "replace"):
        if time.monotonic() > end:
            raise TimeoutError(log.read_text("utf-8", "replace")[-3000:])
        time.sleep(0.2)


def _until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise TimeoutError(log.read_text("utf-8", "replace")[-3000:])
        time.sleep(0.2)


def _kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        _kill(process)


def main(command: Sequence[str]) -> int:
    """Run a command beside a cluster; its code of exit."""
    # Told to stop, too, it takes its cluster along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="ayan-spark-") as folder, running(Path(folder)) as cluster:
        code = subprocess.run(list(command), env={**os.environ, SPARK: cluster.address}, check=False).returncode
        sys.stdout.write(f"== the cluster took {cluster.processor_seconds():.0f} processor seconds\n")
        return code


if __name__ == "__main__":
    if not can_run():
        sys.exit("Java and the extra spark are wanted: uv sync --extra spark")
    sys.exit(main(sys.argv[1:]))
