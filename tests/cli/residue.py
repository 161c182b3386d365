#!/usr/bin/env python3
"""residue.py CANARIES FOLDER...: files that hold a canary, or any 12 bytes in a row of one.

Prints "FILE whole" or "FILE piece" for each file with a hit; CANARIES has one word a line.
"""
import os
import sys

PIECE = 12
words = [line.strip().encode() for line in open(sys.argv[1]) if line.strip()]
pieces = {word[i:i + PIECE] for word in words for i in range(len(word) - PIECE + 1)}
assert len(words) >= 100 and all(len(word) >= PIECE for word in words)

for folder in sys.argv[2:]:
    for root, _, names in os.walk(folder):
        for name in sorted(names):
            path = os.path.join(root, name)
            if os.path.samefile(path, sys.argv[1]) or not os.path.isfile(path):
                continue
            data = open(path, "rb").read()
            if any(word in data for word in words):
                print(os.path.relpath(path, folder), "whole")
            elif any(data[i:i + PIECE] in pieces for i in range(len(data) - PIECE + 1)):
                print(os.path.relpath(path, folder), "piece")
