"""Makes the golden files from page-pack.md and state-root.md alone: Python 3 and the zstd command.

Nothing of the driver is used, so these files are a second reading of the two documents.
"""

import hashlib
import hmac
import pathlib
import struct
import subprocess
import sys
import tempfile

PAGE = 512
KEY = bytes(range(32))
HERE = pathlib.Path(__file__).parent
sha256 = lambda data: hashlib.sha256(data).digest()


def page(number, changed=None):
    """A page by formula; `changed` is the version that last touched byte 100."""
    data = bytearray((i // 7 + 13 * number) % 251 for i in range(PAGE))
    if changed is not None:
        data[100] = 200 + changed
    return bytes(data)


VERSIONS = {
    1: [page(n) for n in range(1, 7)],
    2: [page(1), page(2, 2), page(3), page(4), page(5, 2), page(6), page(7), page(8)],
    3: [page(1, 3), page(2, 2), page(3), page(4)],
}
VERSIONS[4] = VERSIONS[3][:2]
VERSIONS[5] = [b"".join(sha256(struct.pack(">II", n, i)) for i in range(PAGE // 32)) for n in (1, 2)]
_moved = bytes(3) + b"".join(VERSIONS[5]) + bytes(PAGE - 3)
VERSIONS[6] = [_moved[at:at + PAGE] for at in range(0, 3 * PAGE, PAGE)]


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c", "-3", "--no-check", "--stream-size=%d" % len(data)],
                          input=data, stdout=subprocess.PIPE, check=True).stdout


def zstd_against(data, bases):
    with tempfile.NamedTemporaryFile() as prefix:
        prefix.write(bytes(8) + b"".join(bases))
        prefix.flush()
        return subprocess.run(["zstd", "-q", "-c", "-9", "--no-check", "-D", prefix.name,
                               "--stream-size=%d" % len(data)],
                              input=data, stdout=subprocess.PIPE, check=True).stdout


def pack_against(page_count, start, end, contents, bases):
    """Version 2, one block. contents: list of (number, page); bases: number -> base page."""
    header = (bytes.fromhex("89494e46500d0a1a") + struct.pack(">HBBBIQQ", 2, 2, 1, 9, page_count, start, end))
    frame = zstd_against(b"".join(data for _, data in contents), [bases[n] for n, _ in contents if n in bases])
    records = struct.pack(">IH", len(frame), len(contents))
    entries = b""
    for number, data in contents:
        entries += struct.pack(">I", number) + sha256(data)
        entries += b"\x02" + sha256(bases[number])[:8] if number in bases else b"\x03" + bytes(8)
    counts = struct.pack(">II", 1, len(contents))
    return header + frame + records + entries + counts + sha256(header + records + entries + counts)


def pack(kind, page_count, start, end, contents, pages_per_block, forms=None):
    """contents: list of (number, final page, stored bytes); forms: number -> base page or None."""
    header = (bytes.fromhex("89494e46500d0a1a") + struct.pack(">HBBBIQQ", 1, kind,
              0 if forms is None else 1, 9, page_count, start, end))
    blocks, records, entries = b"", b"", b""
    for at in range(0, len(contents), pages_per_block):
        group = contents[at:at + pages_per_block]
        frame = zstd(b"".join(stored for _, _, stored in group))
        blocks += frame
        records += struct.pack(">IH", len(frame), len(group))
    for number, final, _ in contents:
        entries += struct.pack(">I", number) + sha256(final)
        if forms is not None:
            base = forms.get(number)
            entries += bytes(9) if base is None else b"\x01" + sha256(base)[:8]
    counts = struct.pack(">II", len(records) // 6, len(contents))
    return header + blocks + records + entries + counts + sha256(header + records + entries + counts)


def leaf(number, data):
    n = struct.pack(">Q", number)
    return sha256(b"\x00" + hmac.new(KEY, n, hashlib.sha256).digest() + n + data)


def root(pages):
    level = [leaf(i + 1, data) for i, data in enumerate(pages)]
    while len(level) > 1:
        level = [sha256(b"\x01" + level[i] + level[i + 1]) if i + 1 < len(level) else level[i]
                 for i in range(0, len(level), 2)]
    top = level[0] if level else bytes(32)
    return sha256(b"\x03" + struct.pack(">IQ", PAGE, len(pages)) + top)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def main():
    one, two, three = VERSIONS[1], VERSIONS[2], VERSIONS[3]
    files = {
        "snapshot-1.pack": pack(1, 6, 0, 1, [(n, p, p) for n, p in enumerate(one, 1)], 4),
        "delta-1-2.pack": pack(2, 8, 1, 2, [
            (2, two[1], xor(two[1], one[1])), (5, two[4], xor(two[4], one[4])),
            (7, two[6], two[6]), (8, two[7], two[7])], 3, {2: one[1], 5: one[4]}),
        "delta-2-3.pack": pack(2, 4, 2, 3, [(1, three[0], three[0])], 1),
        "cut-3-4.pack": pack(2, 2, 3, 4, [], 1),
        "noise-4-5.pack": pack(2, 2, 4, 5, [(n, p, p) for n, p in enumerate(VERSIONS[5], 1)], 2),
        "moved-5-6.pack": pack_against(3, 5, 6, list(enumerate(VERSIONS[6], 1)),
                                       dict(enumerate(VERSIONS[5], 1))),
    }
    tree = (bytes.fromhex("89494e46530d0a1a") + struct.pack(">HII", 1, PAGE, len(two))
            + sha256(b"\x04" + hmac.new(KEY, bytes(8), hashlib.sha256).digest())
            + b"".join(leaf(i + 1, data) for i, data in enumerate(two)))
    files["version-2.tree"] = tree + sha256(tree)
    for name, data in files.items():
        (HERE / name).write_bytes(data)
    roots = {"version %d" % v: root(pages) for v, pages in VERSIONS.items()}
    (HERE / "roots.txt").write_text("".join("%s %s\n" % (k, r.hex()) for k, r in roots.items()))
    if "--table" in sys.argv:
        for count in (0, 1, 2, 3, 6, 8):
            print("| %d | `%s` |" % (count, root([page(n) for n in range(1, count + 1)]).hex()))


main()
