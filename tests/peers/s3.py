"""moto's S3 on a free port of the loopback, with one bucket: prints the port, and serves until it is killed.

One request at a time: moto looks at a write's condition and writes in two steps, where S3 does both in one.
"""

import sys

from moto.s3.models import s3_backends
from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

s3_backends["123456789012"]["aws"].create_bucket(sys.argv[1], "us-east-1")
application = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, application, threaded=False, request_handler=MotoRequestHandler)
print(server.port, flush=True)
server.serve_forever()
