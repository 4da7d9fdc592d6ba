"""Tests of the log of lib/shim/host, by the rules of lib/site/log.ts.

Run as `python3 -m unittest tests/host/log_test.py`, with any Python from 3.8.
"""

import json
import os
import re
import shutil
import stat
import sys
import tempfile
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import launch  # noqa: E402

launch.load_host()

from _wsgi_shim import log  # noqa: E402


class LogTest(unittest.TestCase):
    """Has a folder for each test."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="wsgi-shim-log-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.file = os.path.join(self.folder, "x.log")

    def open(self, max_bytes=1000000, backups=3):
        return log.Log(self.file, max_bytes, backups)

    def lines(self, name="x.log"):
        with open(os.path.join(self.folder, name), encoding="utf-8", newline="") as file:
            return file.read().split("\n")[:-1]

    def names(self):
        return sorted(set(os.listdir(self.folder)) - {"x.log.machines"})

    def test_texts_become_the_lines_that_the_other_writer_makes(self):
        with open(os.path.join(HERE, "log_vectors.json"), encoding="utf-8") as file:
            vectors = json.load(file)
        for text, expected in vectors:
            with self.subTest(text[:40]):
                self.open().write("out", text)
                told = [re.sub(r"^\S+Z \[\d+\] out: ", "", line) for line in self.lines()]
                self.assertEqual(told, expected)
                os.unlink(self.file)

    def test_a_line_says_when_who_and_what(self):
        self.open().write("start", "hello")
        pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \[%d\] start: hello$" % os.getpid()
        self.assertRegex(self.lines()[0], "^" + pattern)
        self.assertEqual(stat.S_IMODE(os.stat(self.file).st_mode) & ~0o640, 0)

    def test_it_is_rotated_by_size_and_keeps_so_many(self):
        writer = self.open(1000, 2)
        for number in range(100):
            writer.write("out", "line %d %s" % (number, "x" * 100))
        self.assertEqual(self.names(), ["x.log", "x.log.1", "x.log.2"])
        self.assertIn("line 99", self.lines()[-1])

    def test_fewer_backups_remove_what_is_too_many(self):
        for number in range(1, 6):
            open("%s.%d" % (self.file, number), "w").close()
        writer = self.open(10, 2)
        writer.write("out", "one")
        writer.write("out", "two")
        self.assertEqual(self.names(), ["x.log", "x.log.1", "x.log.2"])

    def test_without_backups_it_is_emptied(self):
        writer = self.open(10, 0)
        writer.write("out", "one")
        writer.write("out", "two")
        self.assertEqual(self.names(), ["x.log"])
        self.assertEqual(len(self.lines()), 1)

    def test_another_writer_may_rotate_it(self):
        one, two = self.open(), self.open()
        one.write("out", "first")
        os.rename(self.file, self.file + ".1")
        two.write("out", "second")
        one.write("out", "third")
        self.assertEqual(len(self.lines()), 2)

    def test_a_lock_that_was_left_behind_is_broken(self):
        lock = self.file + ".lock"
        os.mkdir(lock)
        writer = self.open(10, 1)
        writer.write("out", "one")
        writer.write("out", "two")
        self.assertTrue(os.path.exists(lock))
        old = time.time() - 60
        os.utime(lock, (old, old))
        writer.write("out", "three")
        writer.write("out", "four")
        self.assertFalse(os.path.exists(lock))
        self.assertEqual(self.names(), ["x.log", "x.log.1"])

    def write_on(self, machine, writer, text):
        """Write as another machine does."""
        own, log.MACHINE = log.MACHINE, machine
        try:
            writer.write("out", text)
        finally:
            log.MACHINE = own

    def test_lines_name_the_machine_where_there_are_several(self):
        one, two = self.open(), self.open()
        self.write_on("web1", one, "alone")
        self.write_on("web2", two, "beside")
        self.write_on("web1", one, "no more alone")
        told = [re.sub(r"^\S+Z \[\d+|out: ", "", line) for line in self.lines()]
        self.assertEqual(told, ["] alone", "@web2] beside", "@web1] no more alone"])
        self.assertEqual(self.lines("x.log.machines"), ["web1", "web2"])

    def test_a_lock_of_a_machine_that_is_gone_is_waited_for_and_broken(self):
        one, two = self.open(100, 9), self.open(100, 9)
        self.write_on("web1", one, "first")
        self.write_on("web2", two, "second")
        lock = self.file + ".lock"
        os.mkdir(lock)
        self.write_on("web1", one, "x" * 100)
        self.assertTrue(os.path.exists(lock))
        self.assertIn("x" * 100, self.lines()[-1])
        old = time.time() - 60
        os.utime(lock, (old, old))
        self.write_on("web2", two, "last")
        self.assertFalse(os.path.exists(lock))
        self.assertEqual(self.names(), ["x.log", "x.log.1"])
        self.assertEqual(len(self.lines() + self.lines("x.log.1")), 4)

    def test_lines_of_machines_that_write_at_once_are_whole(self):
        # Each in a process, with open files of its own.
        def write_all(machine):
            log.MACHINE = machine
            writer = self.open(20000, 50)
            for number in range(300):
                writer.write("out", "line %d of %s\nand more" % (number, machine))

        children = []
        for machine in ("web1", "web2", "web3"):
            pid = os.fork()
            if pid == 0:
                try:
                    write_all(machine)
                finally:
                    os._exit(0)
            children.append(pid)
        for pid in children:
            os.waitpid(pid, 0)
        lines = [line for name in self.names() for line in self.lines(name)]
        self.assertEqual(len(lines), 3 * 300 * 2)
        whole = r"^\S+Z \[\d+(@web\d)?\] out: (line \d+ of web\d|and more)$"
        self.assertEqual([line for line in lines if not re.match(whole, line)], [])
        self.assertGreater(len(self.names()), 3)

    def test_links_and_what_is_no_file_are_left_alone(self):
        precious = os.path.join(self.folder, "precious")
        open(precious, "w").close()
        os.symlink(precious, self.file)
        self.open().write("out", "one")
        self.assertEqual(os.path.getsize(precious), 0)
        os.unlink(self.file)
        os.mkfifo(self.file)
        self.open().write("out", "nobody reads")
        self.assertTrue(stat.S_ISFIFO(os.lstat(self.file).st_mode))


if __name__ == "__main__":
    unittest.main()
