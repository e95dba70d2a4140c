"""How many updates one worker process handles, from the webhook to the bot's answer at the Bot API."""

import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.conf import settings

from benchmarks.ending import end
from benchmarks.load import send
from benchmarks.load.cpu import Cpu, busy
from benchmarks.load.plan import Plan
from benchmarks.peers import celery_per_update as per_update
from benchmarks.peers.process import serving
from benchmarks.registry import Context, Measurement, Peer, benchmark
from booking_site.env import BASE_DIR
from booking_site.supervisor.ports import free_port
from telegram_ui.gateway.identity import identify
from telegram_ui.playground.client import PlaygroundClient
from telegram_ui.playground.process import PlaygroundProcess

_CHATS = 500
#: Updates of each chat in the measurement proper, and by the clock.
_EACH, _EACH_PACED = 8, 2
_PACE = 200.0
_TASKS = 60  # tasks of the slowest peer
_LATENCY_MS = 50
_SECRET = "peer-secret"  # noqa: S105 - of a server that lives for seconds
#: What a typed /help costs: a new menu is sent, then the old one is deleted.
_ANSWER = "sendMessage"
_PROCESS = "worker_updates"
_PATIENCE = 60.0


@benchmark("updates.end_to_end", seconds=120)
def end_to_end(context: Context) -> list[Measurement]:
    """Web, Redis and one worker as the Procfile starts them; the Bot API stand-in and the load run beside them."""
    with PlaygroundProcess(settings.PLAYGROUND_TOKEN) as bot_api:
        bot_api.client.add_user(id=1_000_000, count=_CHATS)
        os.environ["TELEGRAM_API_URL"] = bot_api.url
        env = {"TELEGRAM_API_URL": bot_api.url}
        with context.system(only=("redis", "web", _PROCESS), env=env, seed=False) as system:
            plan = Plan(
                port=system.ports["PORT"], path="/tg/webhook", secret=system.secrets["TELEGRAM_WEBHOOK_SECRET"],
                count=_CHATS * _EACH, chats=_CHATS,
            )  # fmt: skip
            for number in range(_CHATS):
                identify(plan.update(number)["message"]["from"])
            bot_api.client.set_faults(latency_ms=_LATENCY_MS)
            # Every chat gets its menu, every cache is warm.
            _Run(bot_api.client, replace(plan, count=_CHATS)).post()
            cpu = Cpu(system, _PROCESS)
            full = _Run(bot_api.client, replace(plan, first_update=100_000)).post()
            cost = cpu.used() / plan.count * 1000
            paced_plan = replace(plan, first_update=200_000, count=_CHATS * _EACH_PACED, rate=_PACE)
            paced = _Run(bot_api.client, paced_plan).post()
            peer = _simple_request_handler(bot_api.client, plan)
            slow = _celery_per_update(bot_api.client, plan, system.redis_url)
    conditions = (
        f"/help from {_CHATS} chats, {_EACH} each, through the webhook as fast as it takes them, from the first POST to "
        f"the last answer; one worker process, one web process, embedded Valkey with AOF, Bot API {_LATENCY_MS} ms and "
        f"2 calls an update; worker CPU {cost:.2g} ms an update; p50 and p99: {_PACE:g} updates/s by the clock, until "
        f"the answer reaches the Bot API; load, Bot API and system share the machine; {busy()}"
    )
    return [
        Measurement(
            value=full.per_second, unit="handled/s", p50_ms=paced.percentile(50), p99_ms=paced.percentile(99),
            peer=Peer("aiogram SimpleRequestHandler, in memory, same handlers", peer),
            conditions=f"{conditions}; Celery task with asyncio.run per update, prefork 2: {slow:.3g}/s",
        ),
        Measurement(
            name="updates.end_to_end.celery_per_update", value=slow, unit="handled/s",
            conditions=f"{_TASKS} tasks, prefork with 2 processes, same handlers, chats and Bot API",
        ),
    ]  # fmt: skip


class _Run:
    """One load, from the first update until the Bot API has seen the answer to every one."""

    def __init__(self, bot_api: PlaygroundClient, plan: Plan) -> None:
        self._bot_api, self._plan = bot_api, plan
        self._calls: list[dict[str, Any]] = []
        self._began = 0.0
        bot_api.request("DELETE", "/calls")

    def post(self) -> "_Run":
        """Carry the plan out over HTTP."""
        return self.await_answers(send(self._plan).began)

    def await_answers(self, began: float) -> "_Run":
        """Wait for the answers; asks only now and then, so as not to disturb.

        Raises:
            TimeoutError: they did not come.
        """
        deadline = time.monotonic() + _PATIENCE
        while self._bot_api.stats()["calls"].get(_ANSWER, {}).get("200", 0) < self._plan.count:
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"{self._plan.count} answers did not come within {_PATIENCE:g} s: {self._bot_api.stats()}"
                )
            time.sleep(0.25)
        self._began = began
        self._calls = self._bot_api.calls(_ANSWER, status=200, limit=10_000)
        return self

    @property
    def per_second(self) -> float:
        return len(self._calls) / (float(max(call["wall"] for call in self._calls)) - self._began)

    def percentile(self, percent: int) -> float:
        """Milliseconds from the moment an update was due to go out until its answer reached the Bot API."""
        answered: dict[int, list[float]] = defaultdict(list)
        for call in self._calls:  # in the order of arrival, which within a chat is the order of its updates
            answered[call["chat_id"]].append(call["wall"])
        plan = self._plan
        waits: list[float] = []
        for number in range(plan.count):
            due = self._began + number / plan.rate
            waits.append(answered[plan.first_chat + number % plan.chats][number // plan.chats] - due)
        return statistics.quantiles(waits, n=100)[percent - 1] * 1000


def _simple_request_handler(bot_api: PlaygroundClient, plan: Plan) -> float:
    """Handled a second by the peer; warmed up as we are."""
    port = free_port()
    beside = replace(plan, port=port, secret=_SECRET)
    with serving("aiogram_handlers", port, _SECRET):
        _Run(bot_api, replace(beside, count=_CHATS)).post()
        return _Run(bot_api, beside).post().per_second


def _celery_per_update(bot_api: PlaygroundClient, plan: Plan, broker: str) -> float:
    """Handled a second by the slow peer: its worker is up and warm before the clock starts."""
    app = per_update.app
    app.conf.update(broker_url=broker)
    command = [
        *(sys.executable, "-m", "celery", "-q", "-A", "benchmarks.peers.celery_per_update", "worker"),
        *("--pool=prefork", "--concurrency=2", "--without-gossip", "--without-mingle", "--loglevel=error"),
    ]
    environment = {**os.environ, "PEER_BROKER_URL": broker}
    worker = subprocess.Popen(command, cwd=BASE_DIR, env=environment, stdin=subprocess.DEVNULL)
    try:
        for count in (20, _TASKS):
            run = _Run(bot_api, replace(plan, count=count))
            began = time.time()
            for number in range(count):
                app.send_task(per_update.TASK, args=[plan.update(number)], queue=per_update.QUEUE)
            rate = run.await_answers(began).per_second
    finally:
        end(worker)
    return rate
