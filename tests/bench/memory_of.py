"""Runs a command and prints its time and peak memory, or with --watch PID the memory of a process that runs already.

    memory_of.py LABEL COMMAND…
    memory_of.py --watch PID LABEL

The peak of a process that is watched counts from its start; of it, `anonymous` is the memory that it holds itself, and
`file pages` are pages of files that the kernel may drop at any moment. Sampled every 5 ms.
"""
import subprocess
import sys
import threading
import time


def status(pid):
    values = {}
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            name, _, rest = line.partition(":")
            if name in ("VmHWM", "RssAnon", "RssFile"):
                values[name] = int(rest.split()[0]) / 1000
    return values


def sample(pid, peaks, is_over):
    while not is_over.is_set():
        try:
            now = status(pid)
        except OSError:
            return
        for name, value in now.items():
            peaks[name] = max(peaks.get(name, 0), value)
        time.sleep(0.005)


def main():
    if sys.argv[1] == "--watch":
        pid, label = sys.argv[2], sys.argv[3]
        peaks, is_over = {}, threading.Event()
        thread = threading.Thread(target=sample, args=(pid, peaks, is_over))
        thread.start()
        sys.stdin.read()  # until the one who started us closes it
        is_over.set()
        thread.join()
        print(f"| {label} | | {peaks.get('RssAnon', 0):.0f} | {peaks.get('RssFile', 0):.0f} |")
        return 0
    label, command = sys.argv[1], sys.argv[2:]
    begin = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peaks, is_over = {}, threading.Event()
    thread = threading.Thread(target=sample, args=(child.pid, peaks, is_over))
    thread.start()
    code = child.wait()
    seconds = time.monotonic() - begin
    is_over.set()
    thread.join()
    print(f"| {label} | {seconds:.1f} | {peaks.get('RssAnon', 0):.0f} | {peaks.get('RssFile', 0):.0f} |")
    return code


sys.exit(main())
