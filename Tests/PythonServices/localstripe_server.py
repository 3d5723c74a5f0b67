# localstripe on a port of 127.0.0.1 and nowhere else, with nothing on the disk: by itself it listens on every address and
# keeps its store in one file for all.
import sys

from aiohttp import web
from localstripe.resources import store
from localstripe.server import app

type(store).dump_to_disk = lambda self: None
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]))
