#!/usr/bin/env python3
"""Judges a proof about an inft database by a pin that the caller types, asking nobody.

    check_proof.py <file> --pin <chain>:<registry>:<id>:<version>:<root> [--json]
    check_proof.py <file> --pin <chain>:<registry>:<id>:<version>:history=<hash> [--json]

The format is in src/site/markdown/receipt.md. Exit codes: 0 VALID, 1 INVALID, 2 INDETERMINATE, 64 wrong usage.
Standard library only. It shares no code with the driver: two programs would have to be wrong in the same way.
"""
import base64, hashlib, json, re, sys

MAX_BYTES, MAX_63 = 8 << 20, (1 << 63) - 1
UNSEEN = re.compile('[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]')
class Refused(Exception):
    """Its arguments are a code and a sentence."""
def require(holds, code, message):
    if not holds:
        raise Refused(code, message)

# Hashes and signatures ------------------------------------------------------------------------
MASK, COMPACT = (1 << 64) - 1, bytes.fromhex('011a5e701f2179550e0c35263f4f5d535248166679582174')
ROUNDS = [sum((byte >> j & 1) << ((1 << j) - 1) for j in range(7)) for byte in COMPACT]
def permute(a):
    for constant in ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        for x in range(5):
            d = c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & MASK)
            for y in range(x, 25, 5):
                a[y] ^= d
        x, y, lane = 1, 0, a[1]
        for t in range(1, 25):
            x, y = y, (2 * x + 3 * y) % 5
            turn = t * (t + 1) // 2 % 64
            a[x + 5 * y], lane = (lane << turn | lane >> (64 - turn)) & MASK, a[x + 5 * y]
        for y in range(0, 25, 5):
            row = a[y:y + 5]
            a[y:y + 5] = [row[x] ^ (~row[(x + 1) % 5] & MASK & row[(x + 2) % 5]) for x in range(5)]
        a[0] ^= constant
def keccak(data):
    padded = bytearray(data + b'\1' + bytes(-(len(data) + 1) % 136))
    padded[-1] |= 0x80
    state = [0] * 25
    for at in range(0, len(padded), 8):
        state[at % 136 // 8] ^= int.from_bytes(padded[at:at + 8], 'little')
        if at % 136 == 128:
            permute(state)
    return b''.join(lane.to_bytes(8, 'little') for lane in state[:4])
def sha256(*parts):
    return hashlib.sha256(b''.join(parts)).digest()
FIELD = 2 ** 256 - 2 ** 32 - 977
ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141
BASE = (0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798,
        0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8)
def add(p, q):
    if p is None or q is None:
        return q if p is None else p
    if p[0] == q[0] and (p[1] + q[1]) % FIELD == 0:
        return None
    over, under = (3 * p[0] * p[0], 2 * p[1]) if p[0] == q[0] else (q[1] - p[1], q[0] - p[0])
    slope = over * pow(under, -1, FIELD)
    x = (slope * slope - p[0] - q[0]) % FIELD
    return x, (slope * (p[0] - x) - p[1]) % FIELD
def multiply(point, factor):
    total = None
    while factor:
        total = add(total, point) if factor & 1 else total
        point, factor = add(point, point), factor >> 1
    return total
def recover(digest, signature):
    """Address of the signer, or None."""
    r, s, v = int.from_bytes(signature[:32], 'big'), int.from_bytes(signature[32:64], 'big'), signature[64]
    y = pow(r ** 3 + 7, (FIELD + 1) // 4, FIELD)
    if not (0 < r < ORDER and 0 < s <= ORDER // 2 and v in (27, 28)) or (y * y - r ** 3 - 7) % FIELD:
        return None
    inverse, point = pow(r, -1, ORDER), (r, y if y % 2 == v - 27 else FIELD - y)
    minus_hash = -int.from_bytes(digest, 'big')
    key = add(multiply(BASE, minus_hash * inverse % ORDER), multiply(point, s * inverse % ORDER))
    return key and keccak(sized(key[0], 32) + sized(key[1], 32))[12:]

# Step 1: reading. A kind of proof reads its own part between read_header and read_commit --------
def sized(number, length):
    return number.to_bytes(length, 'big')
class Lines:
    def __init__(self, data):
        self.at = 0
        require(len(data) <= MAX_BYTES, 'MALFORMED', 'the file is too long')
        text = data.decode()
        self.need(text.endswith('\n'), 'the file does not end with a line feed')
        self.lines = text.split('\n')[:-1]
    def need(self, holds, what):
        require(holds, 'MALFORMED', 'line %d: %s' % (self.at, what))
    def peek(self):
        return self.lines[self.at] if self.at < len(self.lines) else None
    def exactly(self, line):
        self.need(self.peek() == line, 'does not say "%s"' % line)
        self.at += 1
    def value_if(self, word):
        found = (self.peek() or '').startswith(word + ' ')
        self.at += found
        return self.lines[self.at - 1][len(word) + 1:] if found else None
    def value(self, word):
        value = self.value_if(word)
        self.need(value is not None, 'does not say ' + word)
        return value
    def words(self, word, count):
        words = self.value(word).split(' ')
        self.need(len(words) == count, 'has other values')
        return words
    def number(self, text, least, most=MAX_63):
        self.need(re.fullmatch('0|[1-9][0-9]{0,18}', text) and least <= int(text) <= most, 'no such number')
        return int(text)
    def base64(self, text, length=None):
        found = base64.b64decode(text.encode('ascii'), validate=True)
        self.need(base64.b64encode(found).decode() == text and length in (None, len(found)), 'in another form')
        return found
    def hex(self, text, length):
        self.need(re.fullmatch('0x[0-9a-f]{%d}' % (2 * length), text), 'has no hex digits')
        return bytes.fromhex(text[2:])
    def hashes(self, most):
        found = []
        while self.peek():
            found.append(self.base64(self.peek(), 32))
            self.at += 1
            self.need(len(found) <= most, 'a hash too many')
        return found
def read_header(lines, kinds):
    first = re.fullmatch('inft-proof ([1-9][0-9]{0,8}) ([a-z]+)', lines.peek() or '')
    lines.need(first, 'not a proof')
    require(first[1] == '1' and first[2] in kinds, 'FORMAT_TOO_NEW', 'a later release made it: ' + first[0])
    lines.at += 1
    head = {'kind': first[2], 'chain': lines.number(lines.value('chain'), 1),
            'registry': lines.hex(lines.value('registry'), 20), 'id': lines.value('id')}
    lines.need(re.fullmatch('[A-Za-z0-9._:/@-]{1,160}', head['id']), 'no id')
    head.update(version=lines.number(lines.value('version'), 1), root=lines.hex(lines.value('root'), 32))
    lines.exactly('')
    return head
def read_event(lines):
    event = {'sequence': lines.number(lines.value('event'), 1), 'time': lines.number(lines.value('time'), 0)}
    row, content = lines.value_if('row'), b'\1'
    if row is not None:
        lines.need(re.fullmatch('[0-9]+ [0-9a-f]{32}', row), 'no row and lineage')
        event['row'] = lines.number(row.split(' ')[0], 1)
        content = b'\2' + sized(event['row'], 8) + bytes.fromhex(row.split(' ')[1])
    shown = lines.value_if('type')
    kind = lines.base64(lines.value('type64')).decode() if shown is None else shown
    lines.need((shown is not None) == (not UNSEEN.search(kind) and '\n' not in kind), 'in another form')
    hidden = lines.value_if('payload64')
    if hidden is None:
        lines.exactly('payload')
        parts = [lines.value('>')]
        while (part := lines.value_if('>')) is not None:
            parts.append(part)
    payload = '\n'.join(parts) if hidden is None else lines.base64(hidden).decode()
    lines.need((hidden is None) == (not UNSEEN.search(payload)), 'in another form')
    event['type'], event['payload'] = kind, payload
    kind, payload = kind.encode(), payload.encode()
    lines.need(1 <= len(kind) <= 255 and len(payload) <= 1 << 20, 'a type or payload of another length')
    content += bytes([len(kind)]) + kind + sized(len(payload), 4) + payload
    blind = lines.base64(lines.value('blind'), 16)
    first, count = lines.words('tree', 2)
    first, count = lines.number(first, 1, event['sequence']), lines.number(count, 1, (1 << 31) - 1)
    lines.need(first <= MAX_63 - count and event['sequence'] - first < count, 'leaves the event out')
    # The way up, RFC 6962's: which neighbours there are follows from place and count.
    node = sha256(b'\0', blind, sized(event['sequence'], 8), sized(event['time'], 8), sha256(content))
    at, width, path = event['sequence'] - first, count, lines.hashes(31)
    while width > 1:
        if at ^ 1 < width:
            lines.need(path, 'a node too few')
            node = sha256(b'\1', path.pop(0), node) if at % 2 else sha256(b'\1', node, path.pop(0))
        at, width = at // 2, (width + 1) // 2
    lines.need(not path, 'a node too many')
    event.update(first=first, count=count, root=sha256(b'\2', sized(first, 8), sized(count, 4), node))
    lines.exactly('')
    return event
def read_commit(lines):
    """What is shown of the commit object, the nodes beside its way up, and whether it is all of it."""
    whole = lines.value_if('commit')
    shown = lines.base64(lines.value('sector'), 256) if whole is None else lines.base64(whole)
    path = lines.hashes(12) if whole is None else []
    lines.need(whole is None or 178 + 68 <= len(shown) <= 1 << 20, 'a commit object of another length')
    lines.exactly('')
    return shown, path, whole is not None
def read_facts(lines, words, block_before=None):
    lines.need(words[5] in ('stored', 'inlined'), 'neither stored nor inlined')
    bits = ((0, 63), (0, 48), (0, 48), (0, 32), (1, 48))
    numbers = [lines.number(word, least, (1 << most) - 1) for word, (least, most) in zip(words, bits)]
    lines.need(block_before in (None, numbers[2]), 'does not continue the line before')
    return numbers + [words[5] == 'inlined', lines.base64(words[6], 32), lines.base64(words[7], 32)]
def read_history(lines):
    words = lines.words('anchor', 9)
    own, links = (read_facts(lines, words), lines.base64(words[8], 32)), []
    block = own[0][0]
    while lines.peek() is not None:
        words = lines.words('link', 12)
        links.append((lines.base64(words[8], 32), lines.hex(words[9], 20), lines.number(words[10], 1, (1 << 24) - 1),
                      lines.number(words[11], 1, 7), read_facts(lines, words, block)))
        block = links[-1][4][0]
    return own, links

# Steps 2 to 7: judging --------------------------------------------------------------------------
def parse_pin(text):
    found = re.fullmatch('([1-9][0-9]{0,17}):0[xX]([0-9a-fA-F]{40}):(.+):([1-9][0-9]{0,17})'
                         ':(history=)?0[xX]([0-9a-fA-F]{64})', text)
    if not found:
        return None
    name, word, account = found[3], bytes.fromhex(found[6]), found[3].lower().startswith('0x')
    name = name.lower() if name.lower().startswith('eip155:') else name[:42].lower() + name[42:] if account else name
    return {'chain': int(found[1]), 'registry': bytes.fromhex(found[2]), 'id': name, 'version': int(found[4]),
            'root': None if found[5] else word, 'history': word if found[5] else None}
def require_pinned(head, pin, links):
    for field in ('chain', 'registry', 'id'):
        require(head[field] == pin[field], 'OTHER_DATABASE', 'the proof is of another ' + field)
    further = pin['version'] - head['version']
    require(further == 0 or pin['history'] and further > 0, 'OTHER_VERSION', 'the proof is of another version')
    require(pin['history'] or head['root'] == pin['root'], 'OTHER_ROOT', 'the proof is of another root')
    require(further <= links, 'NOT_LINKED', 'the proof does not lead to the pinned version')
def require_root(root, shown, path):
    level = [keccak(shown[i:i + 256].ljust(256, b'\0')) for i in range(0, len(shown), 256)]
    power = 1 << (len(level) - 1).bit_length()  # 0G pads to sixteenths of the next power of two
    level += [keccak(bytes(256))] * (0 if power == len(level) else -len(level) % max(1, power // 16))
    while len(level) > 1:
        level = [keccak(b''.join(level[i:i + 2])) if i + 1 < len(level) else level[i] for i in range(0, len(level), 2)]
    for beside in path:
        level = [keccak(level[0] + beside)]
    require(level[0] == root, 'ROOT_MISMATCH', 'what is shown has another root')
def parse_front(commit, head):
    ours = commit[:8] == b'\x89INFC\r\n\x1a'
    require(not ours or commit[8] <= 2, 'FORMAT_TOO_NEW', 'a later release made the commit object')
    require(ours and commit[8] == 2, 'COMMIT_MISMATCH', 'no commit object that binds events')
    version, epoch, time = (int.from_bytes(commit[at:to], 'big') for at, to in ((42, 50), (82, 86), (86, 94)))
    context = keccak(b'inft/v1/ctx' + sized(head['chain'], 8) + head['registry'] + keccak(head['id'].encode()))
    fits = 1 <= commit[9] <= 7 and 1 <= epoch < 1 << 24 and time <= MAX_63 and version == head['version']
    require(fits and commit[10:42] == context, 'COMMIT_MISMATCH', 'the commit object is of something else')
    return {'kind': commit[9], 'context': context, 'version': version, 'previous': commit[50:82], 'epoch': epoch,
            'author': commit[94:114], 'state commit': commit[114:146], 'event root': commit[146:178]}
def require_signed(front, commit):
    require(commit[-68] <= 1, 'FORMAT_TOO_NEW', 'a signature of a later release')
    require(commit[-68:-65] == b'\1\0\x41', 'SIGNATURE_MISMATCH', 'it does not end with a signature')
    domain = keccak(keccak(b'EIP712Domain(string name,string version,bytes32 salt)')
                    + keccak(b'inft commit object') + keccak(b'1') + front['context'])
    message = keccak(keccak(b'Commit(uint64 version,bytes32 previousRoot,bytes32 bodyHash,address author)')
                     + sized(front['version'], 32) + front['previous']
                     + sha256(commit[:-68]) + bytes(12) + front['author'])
    signer = recover(keccak(b'\x19\1' + domain + message), commit[-65:])
    require(signer == front['author'], 'SIGNATURE_MISMATCH', 'somebody else than the author signed it')
def history_after(before, version, previous, root, author, epoch, kind, facts):
    block, time, previous_block, control, size, inlined, checksum, keyring = facts
    packed = size | epoch << 48 | kind << 72 | inlined << 79 | control << 88 | previous_block << 120 | time << 168
    return keccak(keccak(b'inft.registry.link.v1') + before + sized(version, 32) + previous + root + checksum
                  + keyring + bytes(12) + author + sized(packed, 32) + sized(block, 32))
def require_history(head, pin, front, own, links):
    history = history_after(own[1], head['version'], front['previous'], head['root'], front['author'],
                            front['epoch'], front['kind'], own[0])
    root = head['root']
    for i, link in enumerate(links[:pin['version'] - head['version']], 1):
        history, root = history_after(history, head['version'] + i, root, *link), link[0]
    require(history == pin['history'], 'HISTORY_MISMATCH', 'it gives another history hash')
def prove_event(event, front):
    require(event.pop('root') == front['event root'], 'EVENT_MISMATCH', 'it was not in this version')
    return {'event': event}
KINDS = {'event': (read_event, prove_event)}
def check(data, pin, kinds):  # a kind of proof has a part of its own, to read and to prove
    """What is proved; raises Refused if that is nothing."""
    lines = Lines(data)
    head = read_header(lines, kinds)
    own_part = kinds[head['kind']][0](lines)
    shown, path, whole = read_commit(lines)
    own, links = read_history(lines)
    require_pinned(head, pin, len(links))
    require_root(head['root'], shown, path)
    front = parse_front(shown, head)
    found = kinds[head['kind']][1](own_part, front)
    if whole:
        require_signed(front, shown)
    if pin['history']:
        require_history(head, pin, front, own, links)
    return dict(found, version=head['version'], root='0x' + head['root'].hex(), author='0x' + front['author'].hex(),
                **{'signed': whole, 'block' if pin['history'] else 'blockClaimed': own[0][0]})
def judge(data, pin, kinds=KINDS):
    try:
        return {'verdict': 'VALID', 'code': 'PROVED', 'proved': check(data, pin, kinds)}
    except (Refused, ValueError) as failure:  # what is neither UTF-8 nor base64 is a ValueError
        code, message = failure.args if isinstance(failure, Refused) else ('MALFORMED', str(failure))
        verdict = 'INDETERMINATE' if code in ('FORMAT_TOO_NEW', 'NOT_LINKED') else 'INVALID'
        return {'verdict': verdict, 'code': code, 'message': message}
def main(arguments, kinds=KINDS, usage=__doc__):
    rest = [argument for argument in arguments if argument != '--json']
    pin = parse_pin(rest[2]) if len(rest) == 3 and rest[1] == '--pin' else None
    if pin is None:
        print(usage, file=sys.stderr)
        return 64
    try:
        with open(rest[0], 'rb') as file:
            found = judge(file.read(MAX_BYTES + 1), pin, kinds)
    except OSError as failure:
        found = {'verdict': 'INDETERMINATE', 'error': str(failure)}
    print(json.dumps(found, indent=None if '--json' in arguments else 2))
    return {'VALID': 0, 'INVALID': 1}.get(found['verdict'], 2)
if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
