"""Makes roots-2.txt and the table of state-root.md from that page alone: Python 3 with `cryptography`.

Nothing of the driver is used, so these are a second reading of the document.
"""

import hashlib
import hmac
import pathlib
import struct
import sys

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY = bytes(range(32))
HERE = pathlib.Path(__file__).parent
sha256 = lambda data: hashlib.sha256(data).digest()


def page(number, size, changed=None):
    data = bytearray((i // 7 + 13 * number) % 251 for i in range(size))
    if changed is not None:
        data[100] = 200 + changed
    return bytes(data)


def versions():
    p = lambda *numbers: [page(n, 512) for n in numbers]
    made = {1: p(1, 2, 3, 4, 5, 6)}
    made[2] = [page(1, 512), page(2, 512, 2), *p(3, 4), page(5, 512, 2), *p(6, 7, 8)]
    made[3] = [page(1, 512, 3), page(2, 512, 2), *p(3, 4)]
    made[4] = made[3][:2]
    made[5] = [b"".join(sha256(struct.pack(">II", n, i)) for i in range(16)) for n in (1, 2)]
    moved = bytes(3) + b"".join(made[5]) + bytes(509)
    made[6] = [moved[at:at + 512] for at in range(0, 1536, 512)]
    return made


def salt(number, chunk):
    label = hmac.new(KEY, b"inft page salts\x01", hashlib.sha256).digest()
    aes = Cipher(algorithms.AES(label), modes.ECB()).encryptor()
    return aes.update(struct.pack(">QII", number, chunk, 0))


def top(level):
    while len(level) > 1:
        level = [sha256(b"\x01" + level[i] + level[i + 1]) if i + 1 < len(level) else level[i]
                 for i in range(0, len(level), 2)]
    return level[0] if level else bytes(32)


def leaf(number, data):
    chunks = [sha256(b"\x05" + salt(number, i) + data[i * 512:i * 512 + 512]) for i in range(len(data) // 512)]
    return sha256(b"\x06" + struct.pack(">Q", number) + top(chunks))


def root(size, pages):
    leaves = [leaf(n, data) for n, data in enumerate(pages, 1)]
    return sha256(b"\x07" + struct.pack(">IQ", size, len(pages)) + top(leaves))


def main():
    made = versions()
    (HERE / "roots-2.txt").write_text("".join("version %d %s\n" % (v, root(512, p).hex()) for v, p in made.items()))
    two = made[2]
    tree = (bytes.fromhex("89494e46530d0a1a") + struct.pack(">HII", 1, 512, len(two)) + sha256(b"\x04" + salt(0, 0))
            + b"".join(leaf(n, data) for n, data in enumerate(two, 1)))
    (HERE / "version-2-chunks.tree").write_bytes(tree + sha256(tree))
    if "--table" in sys.argv:
        for size, count in ((512, 0), (512, 1), (512, 2), (512, 3), (512, 6), (512, 8), (4096, 1), (4096, 5), (65536, 3)):
            print("| %d | %d | `%s` |" % (size, count, root(size, [page(n, size) for n in range(1, count + 1)]).hex()))


if __name__ == "__main__":
    main()
