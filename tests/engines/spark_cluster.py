"""A cluster of one's own: a master, two workers and a Spark Connect server, bound to loopback, gone with the block.

``python -m tests.engines.spark_cluster COMMAND …`` runs a command beside one, with its address in ``SPARK_REMOTE``.
It wants Java and the extra ``spark``; a megabyte of what it says stands in its folder.
"""

from __future__ import annotations

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

from tests import sampling
from tests.engines.engines import SPARK
from tests.ports import free_port

WORKERS: Final = 2
_SECONDS: Final = 180
_JAVA: Final = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
_SETTINGS: Final = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
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
    """Its address and its processes."""

    folder: Path
    port: int
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it is asked."""
        return f"sc://127.0.0.1:{self.port}"

    def kill_worker(self, number: int) -> None:
        """End a worker as a fault of its machine would, its executors with it."""
        os.killpg(self.workers[number].pid, signal.SIGKILL)


def can_run() -> bool:
    """Whether Java and Spark are at hand."""
    return bool(shutil.which("java") and find_spec("pyspark"))


@contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """A cluster that answers; with ``settings`` of its own it runs as it would in use, with everything compiled."""
    home = Path(find_spec("pyspark").submodule_search_locations[0])  # type: ignore[union-attr,index]  # can_run() said so
    around = {
        **os.environ,
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_NO_DAEMONIZE": "1",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_DAEMON_JAVA_OPTS": _JAVA,
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with ExitStack() as stack:
        said: dict[str, Path] = {}

        def begin(name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
            said[name] = folder / f"{name}.log"
            log = stack.enter_context(said[name].open("wb"))
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

        master, connect = free_port(), free_port()
        deploy = "org.apache.spark.deploy"
        place = ("--host", "127.0.0.1", "--webui-port", "0")
        begin("master", "spark-class", f"{deploy}.master.Master", *place, "--port", str(master))
        _until(said["master"], "I have been elected leader")
        cluster = Cluster(folder, connect)
        for number in range(WORKERS):
            name = f"worker-{number}"
            share = ("--cores", "1", "--memory", "2g", "--work-dir", str(folder / name))
            worker = (f"{deploy}.worker.Worker", *place, *share, f"spark://127.0.0.1:{master}")
            cluster.workers.append(begin(name, "spark-class", *worker))
        own_port = {"spark.connect.grpc.binding.port": str(connect)}
        chosen = settings if settings is not None else {} if sampling.is_whole() else _QUICK
        words = [
            word
            for name, value in {**_SETTINGS, **chosen, **own_port}.items()
            for word in ("--conf", f"{name}={value}")
        ]
        server = ("--class", "org.apache.spark.sql.connect.service.SparkConnectServer", *words, "spark-internal")
        begin("connect", "spark-submit", "--master", f"spark://127.0.0.1:{master}", *server, SPARK_DAEMON_MEMORY="800m")
        _until_open(connect, said["connect"])
        for number in range(WORKERS):
            _until(said[f"worker-{number}"], "Successfully registered with master")
        yield cluster


def _until(log: Path, words: str) -> None:
    end = time.monotonic() + _SECONDS
    while words not in log.read_text("utf-8", "replace"):
        if time.monotonic() > end:
            raise TimeoutError(log.read_text("utf-8", "replace")[-3000:])
        time.sleep(0.2)


def _until_open(port: int, log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        if time.monotonic() > end:
            raise TimeoutError(log.read_text("utf-8", "replace")[-3000:])
        time.sleep(0.2)


def _end(process: subprocess.Popen[bytes]) -> None:
    with_all = process.pid
    if process.poll() is None:
        os.killpg(with_all, signal.SIGKILL)
    process.wait()


def main(command: Sequence[str]) -> int:
    """Run a command beside a cluster; its code of exit."""
    # Told to stop, too, it takes its cluster along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="ayan-spark-") as folder, running(Path(folder)) as cluster:
        return subprocess.run(list(command), env={**os.environ, SPARK: cluster.address}, check=False).returncode


if __name__ == "__main__":
    if not can_run():
        sys.exit("Java and the extra spark are wanted: uv sync --extra spark")
    sys.exit(main(sys.argv[1:]))
