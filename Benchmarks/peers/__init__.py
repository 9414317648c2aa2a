"""The supervisors that are compared, one file each."""
from peers.circus import Circus
from peers.daemontools import Daemontools
from peers.floor import Floor
from peers.ours import Ours
from peers.runit import Runit
from peers.s6 import S6
from peers.supervisord import Supervisord
from peers.systemd import Systemd

ALL = {peer.name: peer for peer in (
    Floor, Ours, S6, Runit, Daemontools, Systemd, Supervisord, Circus)}
OURS, FLOOR = Ours.name, Floor.name
