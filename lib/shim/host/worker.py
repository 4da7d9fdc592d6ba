"""A worker: the process that loads the application and answers requests."""

import faulthandler
import importlib
import os
import signal
import socket
import sys
import threading
import time

from . import channel, facts, frameworks, incidents, loading, server, sources, streams

EXIT_SECONDS = 5  # for threads and exit handlers of the application
# What the start itself was told, and means nothing to an application.
OWN_VARIABLES = ("PASSENGER_SPAWN_WORK_DIR", "NODE_PATH", "NODE_CHANNEL_FD")


def work(settings, environment, listener, pipes, commands):
    """Load, report, serve; does not return.

    `pipes` has the descriptors for output, errors, reports and faults;
    `commands` is the one that pages arrive on.
    """
    status = 1
    try:
        lead_group()
        os.dup2(pipes["out"], 1)
        os.dup2(pipes["err"], 2)
        os.close(pipes["out"])
        os.close(pipes["err"])
        streams.close_input()
        streams.open_output()
        take_environment(environment)
        if listener is not None:
            listener = socket.socket(fileno=channel.far_away(listener.detach()))
            listener.setblocking(False)
        link = channel.Channel(commands, pipes["report"], pipes["fault"])
        status = run(settings, listener, link)
    except SystemExit:
        raise
    except BaseException:
        import traceback

        traceback.print_exc()
    leave(status)


def take_environment(environment):
    """Set the variables of the site, which Python itself has read already."""
    for name in OWN_VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(environment)
    facts.given = dict(os.environ)


def run(settings, listener, link):
    """Load, report, serve; return the exit status, with threads at an end."""
    pid = os.getpid()
    faulthandler.enable(file=link.faults)
    link.start()
    if settings.get("start_timeout"):
        faulthandler.dump_traceback_later(settings["start_timeout"], file=link.faults)
    began = time.monotonic()
    serving = failed = loop = None
    told = incidents.Incidents(link)
    if listener is not None:
        frameworks.hear_threads(told.tell_thread)
    interface = "wsgi"
    loading.is_begun = True
    try:
        if settings.get("interface") == "asgi":
            from . import asgi

            loop = asgi.open_loop(settings, link)
        application, interface = loading.load(settings)
        loading.loaded = application
    except facts.Failed as error:
        failed = error
    if os.getpid() != pid:
        # The application has forked, to go on in the background. What follows
        # is not for a copy; the thread that cancelling waits for is not in it.
        return 0
    if failed is None and interface != "wsgi":
        from . import asgi

        serving = asgi.Server(application, interface, settings, link, listener, loop)
        try:
            serving.begin(began + (settings.get("start_timeout") or asgi.START_SECONDS))
        except facts.Failed as error:
            failed = error
    elif failed is None and listener is not None:
        serving = server.Server(application, settings, link, listener)
    faulthandler.cancel_dump_traceback_later()
    if failed is not None:
        link.report("failed", failure=failed.failure)
        return 1
    if listener is not None:
        if settings.get("site"):
            link.sources = sources.Sources(settings, link)
            link.sources.tell()
        link.stop = serving.stop
        signaled = handle_signals(serving.stop)
        frameworks.hear_refusals(told.tell_refusal)
    remarks = {}
    if settings.get("trial"):
        from . import django_remarks, unanswered

        remarks["remarks"] = frameworks.remarks(application)
        remarks["django"] = django_remarks.django_remarks()
        remarks["unanswered"] = unanswered.unanswered(application)
    link.report(
        "ready",
        pid=pid,
        python=sys.version.split()[0],
        executable=sys.executable,
        interface="wsgi" if interface == "wsgi" else "asgi",
        **remarks,
        threads=serving.threads if serving else 1,
        threads_alive=[
            thread.name
            for thread in threading.enumerate()
            if not thread.daemon and thread is not threading.main_thread()
        ],
    )
    if listener is None:
        if serving is not None:
            serving.finish()
        return 0
    # For print_error(): when no more files can be opened, it is too late.
    for name in ("traceback", "tokenize"):
        importlib.import_module(name)
    serving.run(signaled)
    exit_soon()
    sys.exit(0)


def handle_signals(stop):
    """Let SIGTERM and SIGINT stop the server, after what the application does.

    Returns a descriptor that can be read after each signal. Python calls its
    handlers in the main thread, which a signal need not wake: another thread
    may have taken it, or it came just before the main thread began to wait.
    """
    pid = os.getpid()
    signaled, writer = os.pipe()
    for descriptor in (signaled, writer):
        os.set_blocking(descriptor, False)
    previous = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    if previous >= 0:
        try:
            # An event loop of the application's, which learns of its own signals
            # by it, and has the main thread.
            signal.set_wakeup_fd(previous)
        except (OSError, ValueError):
            pass  # closed

    def handler(previous):
        def handle(number, frame):
            if os.getpid() != pid:
                # A child that the application forked has inherited this.
                signal.signal(number, previous or signal.SIG_DFL)
                os.kill(os.getpid(), number)
                return
            stop()
            if callable(previous):
                previous(number, frame)

        return handle

    for number in (signal.SIGTERM, signal.SIGINT):
        previous = signal.getsignal(number)
        if previous is signal.default_int_handler:
            previous = None  # would raise KeyboardInterrupt in a request
        signal.signal(number, handler(previous))
    # A visitor who leaves must not end the worker.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    return signaled


def exit_soon():
    """End the process though a thread or an exit handler does not."""

    def end():
        time.sleep(EXIT_SECONDS)
        os._exit(0)

    threading.Thread(target=end, name="wsgi-shim-exit", daemon=True).start()


def lead_group():
    """Found a process group: an application that signals its own means no more."""
    try:
        os.setsid()
    except OSError:
        pass  # it leads one already


def leave(status):
    """End a process that does not serve, and what the application began in it."""
    try:
        sys.stdout.flush()
    except Exception:
        pass  # closed, or None
    if os.getpgrp() == os.getpid():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
    os._exit(status)  # threads of the application must not delay it
