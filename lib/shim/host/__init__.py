"""The host of wsgi-shim: runs a Python application in Passenger's place.

`__main__.py` loads this folder as the package `_wsgi_shim`, so that no module
of an application can be mistaken for one of ours. The files are named by the
stages of a life: the process that Passenger knows (`supervisor`, `handshake`,
`log`, `explaining`, `ending`) and the one that it forks and that loads and
serves the application (`worker` and what it imports). All are imported before
the fork, and what serves ASGI at the first start of such an application: what
`upgrade` writes under a running site changes nothing in it.

Python 3.8 or later, the standard library alone. Modules that only a failure
needs are imported where it is told: each costs memory in every process.
"""
