"""Signs requests with botocore. Standard input: one JSON object a line with method, url (escaped), headers, time
(20130524T000000Z), access, secret, region. Standard output: for each the 'authorization' header."""

import json
import sys

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

for line in sys.stdin:
    case = json.loads(line)
    request = AWSRequest(method=case["method"], url=case["url"], headers=case["headers"])
    request.context["timestamp"] = case["time"]
    auth = S3SigV4Auth(Credentials(case["access"], case["secret"]), "s3", case["region"])
    text = auth.string_to_sign(request, auth.canonical_request(request))
    names = auth.signed_headers(auth.headers_to_sign(request))
    print(f"AWS4-HMAC-SHA256 Credential={auth.scope(request)},SignedHeaders={names},Signature={auth.signature(text, request)}")
