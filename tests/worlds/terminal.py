"""Runs a command in a terminal of its own, and tells what became of it.

terminal.py SECONDS COLUMNS COMMAND...: prints one line of JSON with the output,
the exit status, and what somebody has typed into the terminal but nobody has
read. After SECONDS it types Ctrl-C.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time


def main(seconds, columns, *command):
    pid, terminal = pty.fork()
    if pid == 0:
        # As a shell with job control: the terminal stays with this process.
        child = os.fork()
        if child == 0:
            os.execvp(command[0], command)
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        status = os.waitpid(child, 0)[1]
        # What was put into the queue would be a line for the shell.
        time.sleep(0.3)
        settings = termios.tcgetattr(0)
        settings[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(0, termios.TCSANOW, settings)
        queued = struct.unpack(
            "i", fcntl.ioctl(0, termios.FIONREAD, struct.pack("i", 0))
        )[0]
        text = os.read(0, queued).decode() if queued else ""
        sys.stdout.write("\n@@" + json.dumps([status, text]) + "\n")
        sys.stdout.flush()
        os._exit(0)
    size = struct.pack("HHHH", 24, int(columns), 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    output, deadline = b"", time.monotonic() + float(seconds)
    while True:
        left = deadline - time.monotonic()
        if left <= 0:
            os.write(terminal, b"\x03")
            deadline = time.monotonic() + 20
            continue
        if not select.select([terminal], [], [], left)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        output += data
    text = output.decode(errors="replace").replace("\r\n", "\n")
    said, _, ended = text.rpartition("\n@@")
    status, typed = json.loads(ended)
    print(json.dumps({
        "said": said,
        "code": os.waitstatus_to_exitcode(status),
        "typed": typed,
    }))


main(*sys.argv[1:])
