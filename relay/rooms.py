"""A followed job: who follows it, and how far each of them is."""

from dataclasses import dataclass, field

from relay.clients import Client
from relay.lane import Lane


@dataclass(eq=False, slots=True)
class Room:
    """A followed job: its clients here, and how far it is known to be."""

    job_id: str
    latest: int = 0
    clients: set[Client] = field(default_factory=set)
    lanes: list[Lane] = field(default_factory=list)  # nearly always one

    def enter(self, client: Client) -> None:
        """Let a client go live, which has all until the present."""
        for lane in self.lanes:
            if lane.takes(client):
                break
        else:
            lane = Lane(chunked=client.chunked)
            self.lanes.append(lane)
        lane.enter(client)

    def merge_lanes(self) -> None:
        """Bring together who was at different milestones and is not any more."""
        lanes, self.lanes = self.lanes, []
        for lane in lanes:
            twin = next((other for other in self.lanes if other.like(lane)), None)
            if twin is None and not lane.empty:
                self.lanes.append(lane)
            elif twin is not None:
                for client in lane:
                    lane.leave(client)
                    twin.enter(client)
