"""How many updates one web process takes in, and how long Telegram waits for its answer."""

import statistics
from dataclasses import replace

import redis

from benchmarks.load import Load, send
from benchmarks.load.cpu import Cpu, busy
from benchmarks.load.plan import Plan
from benchmarks.peers.process import serving
from benchmarks.registry import Context, Measurement, Peer, benchmark
from booking_site.supervisor.ports import free_port
from booking_site.testing.system import SystemUnderTest
from telegram_ui.gateway.identity import UserContext

_ROUNDS = 3
#: A chat for each update of a round: none is limited, and every one makes its chat ready anew, the dearest case.
_SATURATING = 5_000
_PACED, _PACE = 2_500, 500.0
_SECRET = "peer-secret"  # noqa: S105 - of a server that lives for seconds


@benchmark("webhook.accept", seconds=120)
def accept(context: Context) -> Measurement:
    """No worker runs: this is the door alone. The peer is measured between our own rounds, under the same load."""
    full, paced, peer_full, peer_paced = [], [], [], []
    port = free_port()
    with context.system(only=("redis", "web"), seed=False) as system, serving("aiogram_trivial", port, _SECRET):
        plan = Plan(
            port=system.ports["PORT"], path="/tg/webhook", secret=system.secrets["TELEGRAM_WEBHOOK_SECRET"],
            count=_SATURATING, chats=_SATURATING,
        )  # fmt: skip
        beside = replace(plan, port=port, secret=_SECRET)
        _round(system, replace(plan, count=1_000))  # imports, connections, scripts
        send(replace(beside, count=1_000))
        cpu = Cpu(system, "web")
        for _ in range(_ROUNDS):
            full.append(_round(system, plan))
            peer_full.append(send(beside))
            paced.append(_round(system, replace(plan, count=_PACED, rate=_PACE)))
            peer_paced.append(send(replace(beside, count=_PACED, rate=_PACE)))
        cost = cpu.used() / (_ROUNDS * (_SATURATING + _PACED)) * 1000
    peer_p99 = statistics.median(load.p99_ms for load in peer_paced)
    return Measurement(
        value=_median_rate(full),
        unit="accepted/s",
        p50_ms=statistics.median(load.p50_ms for load in paced),
        p99_ms=statistics.median(load.p99_ms for load in paced),
        peer=Peer("aiogram SimpleRequestHandler, in memory, trivial handler", _median_rate(peer_full)),
        conditions=(
            f"medians of {_ROUNDS} rounds; one granian process, embedded Valkey with AOF, known users, no worker; "
            f"{plan.connections} keep-alive connections; value: saturated, {_SATURATING} updates from as many chats; "
            f"p50 and p99: open loop at {_PACE:g}/s for {_PACED / _PACE:g} s, from the scheduled moment (peer's p99 "
            f"{peer_p99:.3g} ms); web CPU {cost:.2g} ms an update; load generator on the same machine; {busy()}"
        ),
    )


def _round(system: SystemUnderTest, plan: Plan) -> Load:
    """Under load, from empty mailboxes and with every sender's context in Redis, as in the midst of a day."""
    with system.redis() as client:
        client.flushdb()
        _warm(client, plan)
    return send(plan)


def _warm(client: redis.Redis, plan: Plan) -> None:
    with client.pipeline(transaction=False) as pipe:
        for chat in range(plan.first_chat, plan.first_chat + plan.chats):
            known = UserContext(user_id=chat, tg_id=chat, role="client", language="en")
            pipe.set(f"tg:ctx:{chat}", known.to_json(), ex=600)
        pipe.execute()


def _median_rate(loads: list[Load]) -> float:
    return statistics.median(load.per_second for load in loads)
