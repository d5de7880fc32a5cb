"""Makes the golden packs of version 3 from page-pack.md and state-root.md alone: Python 3 with `cryptography`, and zstd.

Nothing of the driver is used, so these files are a second reading of the two documents.
"""

import hashlib
import importlib.util
import pathlib
import struct
import subprocess
import tempfile

HERE = pathlib.Path(__file__).parent
_spec = importlib.util.spec_from_file_location("make2", HERE.parent / "pack" / "make2.py")
roots = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(roots)

HEAD = bytes.fromhex("89494e46500d0a1a0003")
sha256 = lambda data: hashlib.sha256(data).digest()


def zstd(data, bases=None):
    with tempfile.NamedTemporaryFile() as prefix:
        prefix.write(bytes(8) + b"".join(bases or []))
        prefix.flush()
        against = ["-9", "-D", prefix.name] if bases is not None else ["-3"]
        return subprocess.run(["zstd", "-q", "-c", "--no-check", "--stream-size=%d" % len(data)] + against,
                              input=data, stdout=subprocess.PIPE, check=True).stdout


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def zigzag(value):
    return varint(2 * value if value >= 0 else -2 * value - 1)


def runs(numbers):
    found = []
    for n in numbers:
        if found and found[-1][0] + found[-1][1] == n:
            found[-1][1] += 1
        else:
            found.append([n, 1])
    out, end = varint(2 * len(found)), 0
    for first, length in found:
        out += varint(first - end - 1) + varint(length - 1)
        end = first + length
    return out


def pack(kind, count, start, end, blocks, top=(), forms=None):
    """blocks: lists of (number, page, stored bytes, base page or None); top: the last of them, each a list too."""
    ordinary = [zstd(b"".join(s for _, _, s, _ in b)) if forms != "against" else
                zstd(b"".join(s for _, _, s, _ in b), [base for _, _, _, base in b if base]) for b in blocks]
    above = [zstd(b"".join(s for _, _, s, _ in b)) for b in top]
    everything = [one for b in list(blocks) + list(top) for one in b]
    entries = b""
    for number, page, _, base in everything:
        entries += roots.leaf(number, page)
        if forms:
            entries += roots.leaf(number, base)[:8] if base else bytes(8)
    tops = [one[0] for b in top for one in b]
    out = bytes([kind + (4 if forms else 0) + (8 if top else 0), 9]) + varint(count) + varint(end)
    if kind == 2:
        out += varint(end - start) + runs(sorted(one[0] for one in everything))
    if top:
        out += varint(len(tops)) + b"".join(zigzag(n - p) for n, p in zip(tops, [0] + tops))
    out += varint(len(ordinary))
    out += b"".join(varint(len(f)) + varint(len(b)) for f, b in list(zip(ordinary, blocks))[:-1])
    if top:
        out += varint(len(above)) + b"".join(varint(len(f)) + varint(len(b)) for f, b in zip(above, top))
    for b in blocks if forms else []:
        based = [1 if base else 0 for _, _, _, base in b]
        if len(set(based)) == 1:
            out += bytes([{"xor": (0, 1), "against": (3, 2)}[forms][based[0]]])
        else:
            out += bytes([4 if forms == "xor" else 5])
            out += sum(bit << i for i, bit in enumerate(based)).to_bytes((len(b) + 7) // 8, "little")
    near = len(everything) <= 64
    out += entries if near else sha256(entries)
    frame = struct.pack(">I", len(out)) + zstd(out)
    stored, codec = (frame, 0x81) if len(frame) < len(out) else (out, 1)
    said = struct.pack(">IB", len(stored), codec)
    return (HEAD + b"".join(ordinary) + (b"" if near else entries) + b"".join(above) + stored + said
            + sha256(HEAD + stored + said))


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def whole(pages, first=1):
    return [(n, p, p, None) for n, p in enumerate(pages, first)]


def main():
    v = roots.versions()
    one, two = v[1], v[2]
    inner = {1, 20, 41}
    many = [roots.page(n, 512) for n in range(1, 71)]
    rest = [one for one in whole(many) if one[0] not in inner]
    files = {
        "snapshot-1.pack": pack(1, 6, 0, 1, [whole(one[:4]), whole(one[4:], 5)]),
        "delta-1-2.pack": pack(2, 8, 1, 2, [
            [(2, two[1], xor(two[1], one[1]), one[1]), (5, two[4], xor(two[4], one[4]), one[4]), (7, two[6], two[6], None)],
            [(8, two[7], two[7], None)]], forms="xor"),
        "delta-2-3.pack": pack(2, 4, 2, 3, [whole(v[3][:1])]),
        "cut-3-4.pack": pack(2, 2, 3, 4, []),
        "noise-4-5.pack": pack(2, 2, 4, 5, [whole(v[5])]),
        "moved-5-6.pack": pack(2, 3, 5, 6, [[(n, p, p, b) for n, (p, b) in enumerate(zip(v[6], v[5] + [None]), 1)]],
                               forms="against"),
        "many-1.pack": pack(1, 70, 0, 1, [rest[:40], rest[40:]], [[whole(many)[n - 1] for n in (41, 20, 1)]]),
    }
    for name, data in files.items():
        (HERE / name).write_bytes(data)


main()
