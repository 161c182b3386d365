"""Types a line and a tab into zsh on a terminal, and checks what zsh makes of it.

zsh_complete.py BUILD LINE WORD: the completed line must end with WORD.
"""
import os
import pty
import select
import sys
import time

build, line, word = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(PATH=build + ":" + os.environ["PATH"], TERM="dumb", PS1="> ")
    os.execvp("zsh", ["zsh", "-f", "-i"])
seen = ""


def read_until(text, seconds=20):
    global seen
    end = time.monotonic() + seconds
    while text not in seen and time.monotonic() < end:
        if select.select([fd], [], [], 0.2)[0]:
            seen += os.read(fd, 65536).decode(errors="replace")
    return text in seen


os.write(fd, b"fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo re''ady\n")
assert read_until("ready"), seen
seen = ""
os.write(fd, line.encode() + b"\t")
assert read_until(line[: line.rindex(" ") + 1] + word), seen
os.write(fd, b"\x03exit\n")
os.close(fd)
os.waitpid(pid, 0)
