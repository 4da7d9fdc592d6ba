"""Exchanges a folder for a link and back, whenever somebody looks at it.

exchanger.py FOLDER NAME TARGET: as soon as the system tells of anything in
FOLDER or in FOLDER/NAME, what is at FOLDER/NAME becomes a link to TARGET for a
moment, again and again. With NAME empty, it is done to the folder "shim" of
each hidden folder in FOLDER, as an install makes them.
"""

import ctypes
import os
import random
import select
import struct
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
ALL_EVENTS = 0xFFF
NONBLOCK = 0o4000
EVENT = struct.Struct("iIII")
TIMES = 20
PAUSE = 0.004


def watch(queue, path):
    return LIBC.inotify_add_watch(queue, os.fsencode(path), ALL_EVENTS)


def wait(queue, seconds):
    """The names that events tell of."""
    if not select.select([queue], [], [], seconds)[0]:
        return []
    data = os.read(queue, 65536)
    names, at = [], 0
    while at < len(data):
        length = EVENT.unpack_from(data, at)[3]
        at += EVENT.size
        names.append(os.fsdecode(data[at : at + length].rstrip(b"\0")))
        at += length
    return names


def exchange(place, target):
    aside = place + ".aside"
    for _ in range(TIMES):
        time.sleep(random.uniform(0, PAUSE))
        try:
            os.rename(place, aside)
            os.symlink(target, place)
            time.sleep(random.uniform(0, PAUSE))
            os.unlink(place)
            os.rename(aside, place)
        except OSError:
            return


def main(folder, name, target):
    queue = LIBC.inotify_init1(NONBLOCK)
    watch(queue, folder)
    if name:
        watch(queue, os.path.join(folder, name))
    print("ready", flush=True)
    while True:
        names = wait(queue, 60)
        if not names:
            continue
        if name:
            exchange(os.path.join(folder, name), target)
            # What it did itself.
            wait(queue, 0)
            continue
        for one in hidden(folder):
            place = os.path.join(folder, one, "shim")
            watch(queue, os.path.join(folder, one))
            if os.path.isdir(place) and not os.path.islink(place):
                exchange(place, target)


def hidden(folder):
    return [one for one in os.listdir(folder) if one.startswith(".")]


main(*sys.argv[1:])
