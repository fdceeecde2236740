"""Sends one signed DescribeOrganization again and again over one connection: so many answers in a second of the clock on the wall.

Arguments: ADDRESS:PORT, access key, secret."""

import http.client
import sys
import time

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, EndpointConnectionError

REQUESTS = 3000
REGION = "us-east-1"

address, key, secret = sys.argv[1:4]
endpoint = f"http://{address}"
client = boto3.client("organizations", endpoint_url=endpoint, region_name=REGION, aws_access_key_id=key, aws_secret_access_key=secret)

for attempt in range(100):
    try:
        client.describe_organization()
        break
    except EndpointConnectionError:
        time.sleep(0.1)
    except ClientError:
        # A server that begins with nothing.
        client.create_organization(FeatureSet="ALL")

headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AWSOrganizationsV20161128.DescribeOrganization"}
request = AWSRequest(method="POST", url=f"{endpoint}/", data=b"{}", headers=headers)
SigV4Auth(Credentials(key, secret), "organizations", REGION).add_auth(request)
signed = dict(request.headers.items())

connection = http.client.HTTPConnection(address)
began = time.perf_counter()
for _ in range(REQUESTS):
    connection.request("POST", "/", b"{}", signed)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"{answer.status}: {body.decode(errors='replace')}")
print(f"{REQUESTS / (time.perf_counter() - began):.1f}")
