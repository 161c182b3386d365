"""Asks a server of the program, for the tests: prints the status, then the body.

    ask_server.py URL METHOD PATH [--token T] [--host H] [--body TEXT | --file F] [--times N]
                  [--headers] [--gone]

--times N sends N requests at the same time and prints how often each status came. --headers prints
the headers, too. --gone closes each connection as soon as its request is sent, with a reset.
"""
import argparse
import collections
import http.client
import socket
import struct
import sys
import threading
import urllib.parse

p = argparse.ArgumentParser()
p.add_argument("url")
p.add_argument("method")
p.add_argument("path")
p.add_argument("--token")
p.add_argument("--host")
p.add_argument("--body")
p.add_argument("--file")
p.add_argument("--times", type=int, default=0)
p.add_argument("--headers", action="store_true")
p.add_argument("--gone", action="store_true")
args = p.parse_args()

url = urllib.parse.urlparse(args.url)
body = open(args.file, "rb").read() if args.file else (args.body or "").encode()
headers = {"Content-Type": "application/json"}
if args.token:
    headers["Authorization"] = "Bearer " + args.token
if args.host:
    headers["Host"] = args.host


def ask():
    c = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    try:
        c.request(args.method, args.path, body if args.method == "POST" else None, headers)
        if args.gone:
            c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return 0, ""
        r = c.getresponse()
        head = "".join(f"{name}: {value}\n" for name, value in r.getheaders())
        return r.status, (head + "\n" if args.headers else "") + r.read().decode()
    except (ConnectionError, http.client.HTTPException, OSError) as why:
        return 0, str(why)
    finally:
        c.close()


if not args.times:
    status, text = ask()
    print(status)
    sys.stdout.write(text)
    sys.exit()
seen = collections.Counter()
threads = [threading.Thread(target=lambda: seen.update([ask()[0]])) for _ in range(args.times)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(" ".join(f"{status}:{n}" for status, n in sorted(seen.items())))
