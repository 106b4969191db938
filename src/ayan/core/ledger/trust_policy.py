"""Trust policies (C2SP tlog-policy): which logs and witnesses somebody believes, and how many of them are enough."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ayan.core.ledger.checkpoint import Checkpoint, cosigned, open_checkpoint
from ayan.core.ledger.limits import LARGEST_POLICY
from ayan.core.ledger.note import COSIGNATURE, ED25519, Algorithm, BadNoteKey, NotSigned, Verifier

NONE: Final = "none"

_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class BadPolicy(ValueError):
    """A policy that cannot be read; the text names the line."""


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """One witness of a policy: its name there, its key, and the address it takes checkpoints at, where known."""

    name: str
    key: Verifier
    url: str | None = None


@dataclass(frozen=True, slots=True)
class WitnessGroup:
    """At least ``least`` of the ``members``, each a witness or an earlier group."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyCheck:
    """A checkpoint that a policy accepts, and which of its witnesses cosigned it when (POSIX seconds), by name."""

    checkpoint: Checkpoint
    cosigned: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """The logs that are believed (any one of them), the witnesses, and the witness or group that must have cosigned."""

    logs: tuple[Verifier, ...] = ()
    witnesses: Mapping[str, PolicyWitness] = field(default_factory=dict)
    groups: Mapping[str, WitnessGroup] = field(default_factory=dict)
    quorum: str = NONE

    @classmethod
    def of(cls, *logs: Verifier) -> Policy:
        """The policy that believes these logs without any witness."""
        return cls(logs)

    def check(self, signed: bytes) -> PolicyCheck:
        """The checkpoint in a note, if one of the logs signed it and enough witnesses cosigned it.

        Raises BadNote or NotSigned otherwise.
        """
        checkpoint = open_checkpoint(signed, *self.logs)
        times = cosigned(signed, [witness.key for witness in self.witnesses.values()])
        witness_times = {
            witness.name: times[witness.key] for witness in self.witnesses.values() if witness.key in times
        }
        if not self.satisfied(witness_times):
            raise NotSigned(f"too few witnesses cosigned the checkpoint: {', '.join(witness_times) or 'none'}")
        return PolicyCheck(checkpoint, witness_times)

    def satisfied(self, cosigners: Collection[str]) -> bool:
        """Whether these witnesses, by name, are enough."""
        return self.quorum == NONE or self._holds(self.quorum, cosigners)

    def _holds(self, name: str, cosigners: Collection[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigners
        return sum(self._holds(member, cosigners) for member in group.members) >= group.least


def parse_policy(text: str) -> Policy:
    """The policy that a file holds; BadPolicy names the first line at fault."""
    if len(text) > LARGEST_POLICY or _FORBIDDEN.search(text):
        raise BadPolicy("a policy holds plain lines of text")
    reading = _Reading()
    for number, line in enumerate(text.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if words and not words[0].startswith("#"):
            try:
                reading.line(words)
            except (BadNoteKey, BadPolicy) as error:
                raise BadPolicy(f"line {number}: {error}") from None
    return reading.policy()


class _Reading:
    """A policy as far as it has been read."""

    def __init__(self) -> None:
        self._logs: list[Verifier] = []
        self._witnesses: dict[str, PolicyWitness] = {}
        self._groups: dict[str, WitnessGroup] = {}
        self._members: set[str] = set()
        self._quorum: str | None = None

    def line(self, words: Sequence[str]) -> None:
        """Take one line in."""
        match list(words):
            case ["log", key, *rest] if len(rest) < 2:
                self._logs.append(self._new(key, ED25519))
            case ["witness", name, key, *rest] if len(rest) < 2:
                self._witnesses[self._free(name)] = PolicyWitness(name, self._new(key, COSIGNATURE), *rest)
            case ["group", name, least, *members] if members:
                self._groups[self._free(name)] = self._group(least, members)
            case ["quorum", name] if self._quorum is None:
                self._quorum = name if name == NONE else self._known(name)
            case _:
                raise BadPolicy("not a log, a witness, a group, or the one quorum")

    def policy(self) -> Policy:
        """The whole policy."""
        if self._quorum is None:
            raise BadPolicy("the quorum is missing")
        return Policy(tuple(self._logs), self._witnesses, self._groups, self._quorum)

    def _group(self, least: str, members: Sequence[str]) -> WitnessGroup:
        for member in members:
            if self._known(member) in self._members:
                raise BadPolicy(f"{member} is a member twice")
            self._members.add(member)
        named = {"any": 1, "all": len(members)}
        if least not in named and not re.fullmatch("[1-9][0-9]{0,5}", least, re.ASCII):
            raise BadPolicy("a group says all, any, or how many")
        count = named.get(least) or int(least)
        if count > len(members):
            raise BadPolicy("a group asks for more than its members")
        return WitnessGroup(count, tuple(members))

    def _new(self, text: str, algorithm: Algorithm) -> Verifier:
        key = Verifier.parse(text)
        if key.algorithm != algorithm:
            raise BadPolicy("a log needs a key of type 1, a witness one of type 4")
        same = self._logs if algorithm == ED25519 else [witness.key for witness in self._witnesses.values()]
        if any(other.public == key.public for other in same):
            raise BadPolicy("the same key twice")
        return key

    def _free(self, name: str) -> str:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise BadPolicy(f"the name {name} is taken")
        return name

    def _known(self, name: str) -> str:
        if name not in self._witnesses and name not in self._groups:
            raise BadPolicy(f"{name} is not named before")
        return name
