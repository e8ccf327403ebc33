"""Puts DynamoDB Local and ElasticMQ into a directory: `python -m tests.integration.install DIR`.

Everything comes from Maven Central, or the mirror that Maven's own settings name.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

JAVA = Path(__file__).parent / "java"
OLDEST_JAVA = 17
TOLD_THE_TIME = ("org/elasticmq/util/NowProvider", "org/elasticmq/actor/queue/InternalMessage$")
"""ElasticMQ's classes that ask for it."""


def main(target: Path) -> None:
    """Fill `target` anew. Exits with one line where a tool is missing."""
    maven, compiler = shutil.which("mvn"), shutil.which("javac")
    if not (maven and compiler and shutil.which("java")) or version_of(compiler) < OLDEST_JAVA:
        sys.exit(
            f"make test-integration needs a JDK (java and javac, {OLDEST_JAVA} or newer) and Maven"
            " (mvn); on Debian or Ubuntu: apt-get install openjdk-17-jdk-headless maven"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    # Moved into place at the end: what was interrupted is not taken for complete.
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        fresh = Path(scratch) / "fresh"
        fetch(maven, fresh / "lib", Path(scratch) / "maven")
        compile_ours(compiler, fresh / "lib", fresh / "classes")
        give_clock(fresh / "lib", fresh / "classes")
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)


def version_of(compiler: str) -> int:
    """17 for `javac 17.0.15`, 1 for the `javac 1.8` of old, 0 for what is none."""
    said = subprocess.run([compiler, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(found[1]) if found else 0


def fetch(maven: str, libraries: Path, repository: Path) -> None:
    """The jars, and the native libraries of DynamoDB Local's SQLite, with their checksums right."""
    quietly = ("--quiet", "--batch-mode", "-Dstyle.color=never", "--strict-checksums")
    places = (f"-Dmaven.repo.local={repository}", f"-DoutputDirectory={libraries}")
    pom = ("--file", str(JAVA / "pom.xml"))
    subprocess.run([maven, *quietly, *pom, *places, "dependency:copy-dependencies"], check=True)


def compile_ours(compiler: str, libraries: Path, classes: Path) -> None:
    sources = sorted(str(path) for path in JAVA.glob("*.java"))
    options = ("-proc:none", "-Xlint:-path", "-d", str(classes), "-cp", f"{libraries}/*")
    subprocess.run([compiler, *options, *sources], check=True)


def give_clock(libraries: Path, classes: Path) -> None:
    """Copies of some of ElasticMQ's classes that ask Clock.java for the time, not the machine.

    A class file names another class in one place, and Clock's name is as long as the one it
    replaces there.
    """
    (core,) = libraries.glob("elasticmq-core_*.jar")
    with zipfile.ZipFile(core) as jar:
        for name in TOLD_THE_TIME:
            code = jar.read(f"{name}.class")
            assert code.count(b"java/lang/System") == 1, f"{name} is not as it was in 1.6.14"
            copy = classes / f"{name}.class"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(code.replace(b"java/lang/System", b"statustext/Clock"))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
