"""Posts a little and says ACK after each answer: `strace` over it shows that the disk was told first."""

from __future__ import annotations

import os

import tests.scale  # noqa: F401  (sets the world up)
from tests.builders import NOW, TODAY
from tests.scale.world import a_world
from zhixuan.modules.stock.operations.dispense import dispense
from zhixuan.rules.stock.fefo import Wanted
from zhixuan.shared.command_ids import new

if __name__ == "__main__":
    world = a_world()
    for number in range(5):
        line = Wanted(world.product_ids[0], 1)
        said = {"on": TODAY, "actor": world.actor, "command_id": new(), "at": NOW}
        dispense(facility_id=world.facility_ids[0], lines=[line], **said)
        os.write(1, f"ACK {number}\n".encode())
