"""What Prometheus reads at /metrics: counted where it happens, and gauges read when it asks.

No label comes from anybody's input or names an incident: each has a handful of values that the code or the
operator knows.
"""

from collections.abc import Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE

from bot import VERSION
from bot.storage.standing import Standing

__all__ = ["CONTENT_TYPE", "Metrics"]

NAN = float("nan")
ACKNOWLEDGED = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)  # seconds; Slack waits for three
ASKED = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class Metrics:
    """The metrics of one Warroom, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._counters()
        self._gauges()

    def _counters(self) -> None:
        counter, registry = self._counter, self.registry
        self.acknowledgements = Histogram(
            "warroom_acknowledgement_seconds", "From a payload of Slack's to its answer", ["kind"],
            buckets=ACKNOWLEDGED, registry=registry,
        )  # fmt: skip
        self.database = Histogram(
            "warroom_database_seconds", "A transaction, waiting for its thread included", ["kind"],
            buckets=ASKED, registry=registry,
        )  # fmt: skip
        self.unsigned = counter("warroom_unsigned_requests", "Requests whose signature was missing, wrong or old")
        self.deliveries = counter("warroom_deliveries", "Ends of deliveries", "effect", "outcome")
        self.calls = counter("warroom_slack_calls", "Calls to Slack", "method", "outcome")
        self.throttled = counter("warroom_slack_throttled", "Calls that Slack answered with 429", "method")
        self.promises = counter("warroom_promises", "Promised updates: kept, late, or their minute missed", "outcome")
        self.reconnects = counter("warroom_socket_reconnects", "New Socket Mode connections after the first")
        for outcome in ("kept", "late", "missed"):
            self.promises.labels(outcome)

    def _gauges(self) -> None:
        gauge = self._gauge
        Info("warroom_build", "What is running", registry=self.registry).info({"version": VERSION})
        self.waiting = gauge("warroom_outbox_waiting", "Effects that wait, by kind of lane", "lane")
        self.oldest = gauge("warroom_outbox_oldest_seconds", "Age of the oldest that waits, by kind of lane", "lane")
        self.dead = gauge("warroom_dead_letters", "Effects that were given up, since the beginning")
        self.overdue = gauge("warroom_due_overdue", "Things that have fallen due and are not done")
        self.overdue_age = gauge("warroom_due_overdue_seconds", "Age of the oldest thing that has fallen due")
        self.open = gauge("warroom_open_incidents", "Open incidents, private ones included", "severity")
        self.check = gauge("warroom_check_ok", "Whether a check of /readyz is well", "check")
        self.ready = gauge("warroom_ready", "Whether /readyz is well")
        self.connected = gauge("warroom_socket_connected", "Whether Socket Mode is connected; no value over HTTP")
        self.tick = gauge("warroom_tick_age_seconds", "Since the clock ticked last")
        self.heard = gauge("warroom_heard_age_seconds", "Since Slack sent anything last")
        self.free = gauge("warroom_disk_free_bytes", "Free on the disk of the SQLite file; no value on PostgreSQL")

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(name, told, labels, registry=self.registry)

    def _gauge(self, name: str, told: str, *labels: str) -> Gauge:
        return Gauge(name, told, labels, registry=self.registry)

    def show(self, standing: Standing | None, now: datetime) -> None:
        """Set the gauges that the database knows; without it they have no value."""
        if standing is None:
            for gauge in (self.waiting, self.oldest, self.open):
                gauge.clear()
            for gauge in (self.dead, self.overdue, self.overdue_age):
                gauge.set(NAN)
            return
        _set(self.waiting, {lane: queue.waiting for lane, queue in standing.lanes.items()})
        _set(self.oldest, {lane: (now - queue.since).total_seconds() for lane, queue in standing.lanes.items()})
        _set(self.open, standing.open_by_severity)
        self.dead.set(standing.dead)
        self.overdue.set(standing.overdue)
        since = standing.overdue_since
        self.overdue_age.set((now - since).total_seconds() if since else 0.0)

    def show_checks(self, checks: Mapping[str, str]) -> None:
        """Set what /readyz would say."""
        _set(self.check, {name: not problem for name, problem in checks.items()})
        self.ready.set(not any(checks.values()))

    def show_process(
        self, *, connected: bool | None, free: int | None, ticked: float | None, heard: float | None
    ) -> None:
        """Set what the process knows; None has no value: one that is never true would be a lie."""
        _set_if_known(self.connected, connected)
        _set_if_known(self.free, free)
        _set_if_known(self.tick, ticked)
        _set_if_known(self.heard, heard)

    def text(self) -> bytes:
        """Everything, as Prometheus reads it."""
        return generate_latest(self.registry)


def _set(gauge: Gauge, values: Mapping[str, float]) -> None:
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)


def _set_if_known(gauge: Gauge, value: float | None) -> None:
    gauge.set(NAN if value is None else value)
