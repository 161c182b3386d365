#!/usr/bin/env python3
"""Runs a command whose standard error is a terminal, and plays that terminal.

    terminal.py COLUMNSxROWS [--interrupt PATTERN] [--resize COLUMNS] COMMAND...

Standard output goes to out.txt. What the terminal shows whenever something was written goes to
frames.txt, frames separated by a line of "====", and at the end to screen.txt. Fails if a character
was written beyond the last column, or if a sequence is unknown. Prints the command's exit code.
--interrupt sends Ctrl-C as soon as the terminal shows the PATTERN; --resize makes the window narrower then.
"""
import fcntl
import os
import pty
import re
import signal
import struct
import sys
import termios
import unicodedata


class Terminal:
    def __init__(self, columns, rows):
        self.columns, self.n_rows, self.wrapped, self.writes = columns, rows, [], 0
        self.lines, self.row, self.column = [""], 0, 0

    def put(self, c):
        if self.column >= self.columns:
            self.wrapped.append(self.lines[self.row])
            self.newline()
            self.column = 0
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + c + line[self.column + 1 :]
        self.column += 2 if unicodedata.east_asian_width(c) in "WF" else 1

    def newline(self):
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append("")

    def write(self, text):
        for m in re.finditer(r"\x1b\[(\d*)([A-Za-z])|(.)", text, re.S):
            number, final, c = m.groups()
            if final == "A":
                # The cursor cannot leave the window.
                top = max(0, len(self.lines) - self.n_rows)
                self.row = max(top, self.row - int(number or 1))
            elif final == "K" and number in ("", "0"):
                self.lines[self.row] = self.lines[self.row][: self.column]
            elif final == "J" and number in ("", "0"):
                self.lines[self.row] = self.lines[self.row][: self.column]
                del self.lines[self.row + 1 :]
            elif final == "m":
                pass
            elif final:
                sys.exit(f"unknown sequence {m.group(0)!r}")
            elif c == "\r":
                self.column = 0
            elif c == "\n":
                self.newline()
            elif c.isprintable():
                self.put(c)
            else:
                sys.exit(f"unknown character {c!r}")

    def narrow(self, columns):
        """Wraps longer lines, as many terminals do."""
        lines = []
        for i, line in enumerate(self.lines):
            if i == self.row:
                self.row = len(lines)
            parts = [line[k : k + columns] for k in range(0, len(line), columns)]
            lines += parts or [""]
        self.lines, self.columns = lines, columns

    def text(self):
        return "\n".join(line.rstrip() for line in self.lines).rstrip() + "\n"


def main():
    args = sys.argv[1:]
    columns, rows = map(int, args.pop(0).split("x"))
    interrupt = resize = None
    while args[0].startswith("--"):
        option, value = args.pop(0), args.pop(0)
        if option == "--interrupt":
            interrupt = value
        else:
            resize = int(value)
    master, slave = pty.openpty()

    def set_size(n):
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, n, 0, 0))

    set_size(columns)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        os.dup2(slave, 2)
        os.dup2(os.open("out.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.closerange(3, 100)
        os.environ.setdefault("TERM", "xterm")
        os.execvp(args[0], args)
    terminal = Terminal(columns, rows)
    frames = []
    pending = b""
    slave_open = True
    stopped = False
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended and slave_open:
            os.close(slave)
            slave_open = False
        try:
            data = os.read(master, 1 << 16) if ended or readable(master) else b""
        except OSError:
            data = b""
        if ended and not data:
            break
        if not data:
            continue
        pending += data
        whole = pending.decode(errors="ignore")
        if whole.encode() != pending and not ended:
            continue
        pending = b""
        terminal.writes += 1
        # Programs end lines with \n, the terminal's driver adds \r.
        terminal.write(whole)
        frames.append(terminal.text())
        # The program waits meanwhile, and what it has written already is shown as it was meant.
        if resize and (stopped or frames[-1].count("\n") > 2):
            os.kill(pid, signal.SIGSTOP)
            stopped = True
            if not readable(master):
                terminal.narrow(resize)
                set_size(resize)
                resize = None
                os.kill(pid, signal.SIGCONT)
        if interrupt and re.search(interrupt, frames[-1], re.M):
            os.write(master, b"\x03")
            interrupt = None
    with open("frames.txt", "w") as f:
        f.write("====\n".join(frames))
    with open("screen.txt", "w") as f:
        f.write(terminal.text() if frames else "")
    if terminal.wrapped:
        sys.exit(f"wrapped: {terminal.wrapped[0]!r}")
    code = os.waitstatus_to_exitcode(status)
    print(128 - code if code < 0 else code)


def readable(fd):
    import select

    return bool(select.select([fd], [], [], 0.05)[0])


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
