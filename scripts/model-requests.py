#!/usr/bin/env python3
"""Says forty plain requests to a running server and tells what each became: an honest look at a model, not a test.

usage: scripts/model-requests.py [--url http://127.0.0.1:8080] [--steward target/release/steward] [--data .steward] [--only N,N] [-o FILE.jsonl]

The server serves the demo (STEWARD_TODAY=2026-11-20) and says by its settings which model answers. Each request is a
conversation of its own. A read is judged by the call, a write by what the approval holds, which is what would be done;
it is then rejected, or approved where the request says `commit`. Nothing is judged by what the model says.
"""
import argparse, decimal, json, pathlib, subprocess, sys, time, urllib.parse, urllib.request

SPEAKER = "accountant@demo.example"
HERE = pathlib.Path(__file__).resolve().parent


def http(url, token=None, body=None):
    headers = {"content-type": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, headers=headers, data=json.dumps(body).encode() if body is not None else None)
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


class Company:
    def __init__(self, url):
        self.url, self.parties, self.tokens = url, {}, {}

    def token(self, email):
        if email not in self.tokens:
            sign_in = {"organization": "demo", "email": email, "password": "demo"}
            self.tokens[email] = http(f"{self.url}/api/v1/auth/token", body=sign_in)["access_token"]
        return self.tokens[email]

    def party(self, name):
        if name not in self.parties:
            query = urllib.parse.urlencode({"q": name, "limit": 50})
            rows = http(f"{self.url}/api/v1/directory/parties?{query}", self.token(SPEAKER))["items"]
            self.parties[name] = next((row for row in rows if row["name"] == name), {"id": None, "number": None, "name": name})
        return self.parties[name]

    def approval(self, id, maker):
        return http(f"{self.url}/api/v1/approvals/{id}", self.token(maker))


def same(want, got, company):
    """What was asked for and what came: numbers by value, `@` a party by any of its names, `~` words that occur."""
    if isinstance(want, str) and want.startswith("@"):
        party = company.party(want[1:])
        return str(got).casefold() in {str(party[key]).casefold() for key in ("id", "number", "name")}
    if isinstance(want, str) and want.startswith("~"):
        return want[1:].casefold() in str(got).casefold()
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(same(w, g, company) for w, g in zip(want, got))
    if isinstance(want, dict):
        return isinstance(got, dict) and all(key in got and same(w, got[key], company) for key, w in want.items())
    try:
        return decimal.Decimal(str(want)) == decimal.Decimal(str(got))
    except decimal.InvalidOperation:
        return str(want).casefold() == str(got).casefold()


def surplus(want, got, may, at=""):
    """Arguments that nobody asked for."""
    found = []
    pairs = got.items() if isinstance(got, dict) else enumerate(got) if isinstance(got, list) else ()
    for key, value in pairs:
        path = f"{at}.{key}".lstrip(".")
        known = want.get(key) if isinstance(want, dict) else want[key] if isinstance(want, list) and key < len(want) else None
        if known is None and path not in may and value not in (None, [], {}):
            found.append(f"{path}={value}")
        elif isinstance(value, (dict, list)):
            found += surplus(known, value, may, path)
    return found


def say(args, request):
    command = [args.steward, "chat", request["say"], "--new", "--json", "--url", args.url, "--data", args.data]
    command += ["--as", request.get("as", SPEAKER)]
    answer = "yes" if request.get("commit") else "no"
    since = time.time()
    try:
        done = subprocess.run(command, input=f"{answer}\n", capture_output=True, text=True, timeout=args.timeout)
        lines, failed = done.stdout.splitlines(), done.stderr.strip() if done.returncode else ""
    except subprocess.TimeoutExpired as late:
        lines, failed = (late.stdout or b"").decode().splitlines(), f"no end within {args.timeout} s"
    return [json.loads(line) for line in lines if line.startswith("{")], failed, time.time() - since


def heard(events):
    """The calls of the first run in order, the approval that it asked for, and all that was said."""
    calls, approval, text = {}, None, ""
    for event in events:
        kind = event.get("type")
        if kind == "TOOL_CALL_START":
            calls[event["toolCallId"]] = {"tool": event["toolCallName"], "raw": ""}
        elif kind == "TOOL_CALL_ARGS":
            calls[event["toolCallId"]]["raw"] += event["delta"]
        elif kind == "TEXT_MESSAGE_CONTENT":
            text += event["delta"]
        elif kind == "RUN_FINISHED" and approval is None:
            interrupts = (event.get("outcome") or {}).get("interrupts") or []
            approval = interrupts[0]["id"] if interrupts else None
    return [{"tool": c["tool"], "arguments": json.loads(c["raw"] or "{}")} for c in calls.values()], approval, text


def judge(company, request, calls, approval, text):
    """`right`, or what it became instead, with why."""
    proposed = company.approval(approval, request.get("as", SPEAKER))["calls"] if approval else []
    if request.get("none") or request.get("ask"):
        if proposed:
            return "WRONG PREVIEW", proposed[0]["name"]
        if request.get("ask") and "?" not in text and "which" not in text.casefold():
            return "not asked", ""
        return ("right", "") if request.get("ask") or not calls else ("needless call", calls[0]["tool"])
    wanted = request["op"] if isinstance(request["op"], list) else [request["op"]]
    reads = [{"name": name, "arguments": c["arguments"]} for c in calls for name in wanted if c["tool"] == name.replace(".", "_")]
    made = proposed or reads[-1:]
    if not made:
        return "nothing", "asked" if "?" in text else (calls[-1]["tool"] if calls else "no call")
    if made[-1]["name"] not in wanted or len(proposed) > 1:
        return ("WRONG PREVIEW" if proposed else "wrong read"), " + ".join(c["name"] for c in made)
    got = made[-1]["arguments"]
    missing = [key for key, want in request["args"].items() if not same(want, got.get(key), company)]
    extra = surplus(request["args"], got, request.get("may", []))
    if not missing and not extra:
        return "right", ""
    why = "; ".join([f"{key}={json.dumps(got.get(key))}" for key in missing] + [f"invented {e}" for e in extra])
    return ("WRONG PREVIEW" if proposed else "wrong arguments"), why


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--steward", default="target/release/steward")
    parser.add_argument("--data", default=".steward")
    parser.add_argument("--only", default="", help="numbers of requests, with commas")
    parser.add_argument("--timeout", type=int, default=600, help="seconds for one request")
    parser.add_argument("-o", "--output", help="keep every answer in this file, a JSON object a line")
    args = parser.parse_args()
    company, only = Company(args.url), {int(n) for n in args.only.split(",") if n}
    requests = [json.loads(line) for line in (HERE / "model-requests.jsonl").read_text().splitlines()]
    kept, counts = open(args.output, "w") if args.output else None, {}
    for number, request in enumerate(requests, 1):
        if only and number not in only:
            continue
        events, failed, took = say(args, request)
        calls, approval, text = heard(events)
        verdict, why = ("FAILED", failed) if failed else judge(company, request, calls, approval, text)
        counts[verdict] = counts.get(verdict, 0) + 1
        print(f"{number:3} {took:6.1f} s  {verdict:16} {request['say'][:60]:60}  {why}", flush=True)
        if kept:
            row = {"number": number, "say": request["say"], "verdict": verdict, "why": why, "seconds": round(took, 1)}
            kept.write(json.dumps(row | {"calls": calls, "approval": approval, "text": text}) + "\n")
            kept.flush()
    total = sum(counts.values())
    print(f"\n{total} requests: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items(), key=lambda c: -c[1])))


if __name__ == "__main__":
    sys.exit(main())
