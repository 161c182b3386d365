"""Writes a new hash chain over a changed store, as anyone who can write the file can. A second
implementation of src/store/chain.c and row_types.c, made only from their comments.

    rechain.py STORE
"""
import hashlib
import sqlite3
import struct
import sys

# Members of a struct within the row: the chain knows them by their full name.
STAMP = {"dev", "inode", "size_bytes", "ctime_ns"}
OUTER = {"model": {"spec", "path", "label", "engine", "n_parts", "sha256", "reader", "has_facts",
                   "prompt_tok_per_s", "reason_tok_per_s"},
         "ticket": {"slice_id", "ord", "label"},
         "answer": {"pass_id"},
         "reason": {"pass_id"}}
INNER = {"model": "facts", "ticket": "ticket", "answer": "answer", "reason": "reason"}
TABLES = ["run", "model", "slice", "ticket", "run_slice", "pass", "candidate", "segment",
          "answer", "reason", "event"]


def number(n):
    return struct.pack("<q", n)


def text(t):
    return number(len(t.encode())) + t.encode()


def full_name(table, name):
    if table == "model" and name in STAMP:
        return "stamp." + name
    if table not in INNER or name in OUTER[table]:
        return name
    return INNER[table] + "." + name


def value(v):
    if v is None:
        return b"n" + number(0)
    if isinstance(v, int):
        return b"i" + number(8) + number(v)
    if isinstance(v, float):
        return b"r" + number(8) + struct.pack("<d", v)
    if isinstance(v, str):
        return b"t" + text(v)
    return b"b" + number(len(v)) + v


def cell(db, private, v):
    if not private or v is None:
        return value(v)
    return b"p" + text(db.execute("SELECT hash FROM text WHERE id = ?", (v,)).fetchone()[0])


def main():
    db = sqlite3.connect(sys.argv[1])
    rows = []
    for table in TABLES:
        private = {row[3] for row in db.execute(f'PRAGMA foreign_key_list("{table}")')
                   if row[2] == "text"}
        cursor = db.execute(f'SELECT * FROM "{table}"')
        names = [column[0] for column in cursor.description]
        rows += [(row[0], table, names, private, row) for row in cursor]
    head = "0" * 64
    for seq, table, names, private, row in sorted(rows, key=lambda row: row[0]):
        link = text(head) + text(table)
        for name, v in list(zip(names, row))[2:]:
            shown = name[:-3] if name in private else name
            link += text(full_name(table, shown)) + cell(db, name in private, v)
        head = hashlib.sha256(link).hexdigest()
        db.execute(f'UPDATE "{table}" SET hash = ? WHERE seq = ?', (head, seq))
    db.execute("UPDATE head SET hash = ?", (head,))
    db.commit()


main()
