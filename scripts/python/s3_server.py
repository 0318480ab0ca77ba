"""A server of S3 for tests: moto, behind a check of each request's signature and hash by botocore.

Usage: s3_server.py BUCKET...

Writes its port to standard output and serves until standard input ends. The access key is 'test-key', the secret
'test/secret+key', the session token 'test-token' or none. A bucket may be named by the path or by the host.

GET /-/fault?kind=503|close|hang|pass&count=N makes the next N requests fail, or not, after those of earlier calls; kind=clear
forgets them. GET /-/requests gives the methods and queries of
all requests so far, one a line; GET /-/flip?bucket=B&key=K changes one bit of an object.
"""

import hashlib
import io
import os
import sys
import threading
import time
import urllib.parse

os.environ.setdefault("S3_UPLOAD_PART_MIN_SIZE", "1")
os.environ.setdefault("AWS_ACCESS_KEY_ID", "moto")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "moto")

import boto3
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

ACCESS_KEY, SECRET, TOKEN = "test-key", "test/secret+key", "test-token"
TEMPLATE = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{}</Code><Message>{} &amp; no more</Message></Error>'


class Server:
    def __init__(self, buckets):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.buckets = buckets
        self.lock = threading.Lock()
        self.faults = []
        self.requests = []

    def __call__(self, environ, start_response):
        path, _, query = environ["REQUEST_URI"].partition("?")
        if path.startswith("/-/"):
            return self.control(path[3:], dict(urllib.parse.parse_qsl(query)), start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        if not environ.get("HTTP_AUTHORIZATION", "").startswith("AWS4-HMAC-SHA256 Credential=moto/"):
            with self.lock:
                self.requests.append(f"{environ['REQUEST_METHOD']} {query}")
                fault = self.faults.pop(0) if self.faults else None
            if fault == "close":
                environ["werkzeug.socket"].close()
                return []
            if fault == "hang":
                time.sleep(3)
            if fault and fault.isdigit():
                return self.error(start_response, f"{fault} Slow", "SlowDown")
            wrong = self.wrong(environ, path, query, body)
            if wrong:
                return self.error(start_response, "403 Forbidden", wrong)
        bucket = environ["HTTP_HOST"].split(".")[0]
        if bucket in self.buckets:
            environ["HTTP_HOST"] = "127.0.0.1"
            environ["PATH_INFO"] = f"/{bucket}{environ['PATH_INFO']}"
            environ["REQUEST_URI"] = environ["RAW_URI"] = f"/{bucket}{environ['REQUEST_URI']}"
        environ["wsgi.input"] = io.BytesIO(body)
        return self.moto(environ, start_response)

    def error(self, start_response, status, code):
        start_response(status, [("Content-Type", "application/xml")])
        return [TEMPLATE.format(code, code).encode()]

    def wrong(self, environ, path, query, body):
        """The code of what is wrong with a request, or None."""
        fields = dict(
            field.strip().split("=", 1)
            for field in environ.get("HTTP_AUTHORIZATION", "").removeprefix("AWS4-HMAC-SHA256 ").split(",")
            if "=" in field
        )
        if fields.get("Credential", "").split("/")[0] != ACCESS_KEY:
            return "InvalidAccessKeyId"
        signed = fields["SignedHeaders"].split(";")
        if not {"host", "x-amz-date", "x-amz-content-sha256"} <= set(signed):
            return "AccessDenied"
        headers = {name: environ["HTTP_" + name.upper().replace("-", "_")] for name in signed}
        if headers.get("x-amz-security-token", TOKEN) != TOKEN:
            return "InvalidToken"
        if headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            return "XAmzContentSHA256Mismatch"
        _, _, region, service, _ = fields["Credential"].split("/")
        request = AWSRequest(
            method=environ["REQUEST_METHOD"], headers=headers, data=body,
            url=f"http://{environ['HTTP_HOST']}{path}" + (f"?{query}" if query else ""),
        )
        request.context["timestamp"] = headers["x-amz-date"]
        auth = S3SigV4Auth(Credentials(ACCESS_KEY, SECRET), service, region)
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return None if auth.signature(text, request) == fields["Signature"] else "SignatureDoesNotMatch"

    def control(self, what, parameters, start_response):
        answer = ""
        if what == "fault":
            with self.lock:
                if parameters["kind"] == "clear":
                    self.faults = []
                self.faults += [parameters["kind"]] * int(parameters["count"])
        elif what == "requests":
            with self.lock:
                answer = "".join(f"{line}\n" for line in self.requests)
        elif what == "flip":
            s3 = client(self.port)
            data = bytearray(s3.get_object(Bucket=parameters["bucket"], Key=parameters["key"])["Body"].read())
            data[len(data) // 2] ^= 1
            s3.put_object(Bucket=parameters["bucket"], Key=parameters["key"], Body=bytes(data))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [answer.encode()]


def client(port):
    return boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1")


class QuietHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def main():
    app = Server(set(sys.argv[1:]))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    app.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    s3 = client(server.server_port)
    for bucket in app.buckets:
        s3.create_bucket(Bucket=bucket)
    print(server.server_port, flush=True)
    sys.stdin.read()
    os._exit(0)


main()
