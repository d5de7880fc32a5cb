"""Looks a row up in a SQLite database of which only parts are there, by https://www.sqlite.org/fileformat2.html.

Part of check_row_proof.py. Whoever reads does not trust what is there: each step is checked, and Wrong says what does
not fit. Values are pairs of a class, in the order in which SQLite sorts them (0 nothing, 1 a number, 2 a text as it is
stored, 3 a blob), and what they are.
"""
import functools, math, re, struct

MOST_LEVELS = 20
class Wrong(Exception):
    """Its argument is a sentence."""
def need(holds, what):
    if not holds:
        raise Wrong(what)

# Pages, cells and rows ---------------------------------------------------------------------------
def varint(byte, at):
    """Of bytes that a function gives by their place: the number, and where it ends."""
    value = 0
    for i in range(8):
        value = value << 7 | byte(at + i) & 127
        if byte(at + i) < 128:
            return value, at + i + 1
    value = value << 8 | byte(at + 8)
    return value - (value >> 63 << 64), at + 9
class Image:
    """The pages as far as they are shown; takes down which chunks are read, and which pages have their place."""
    def __init__(self, size, count, chunks):
        self.size, self.count, self.chunks, self.read, self.used = size, count, chunks, set(), set()
        self.usable = self.size
        head = self.bytes(1, 0, 100)
        need(head[:16] == b'SQLite format 3\0', 'no SQLite database')
        need({1: 65536}.get(int.from_bytes(head[16:18], 'big'), int.from_bytes(head[16:18], 'big')) == self.size
             and head[18] and 1 <= head[19] <= 2 and self.size - head[20] >= 480 and head[21:24] == b'\x40\x20\x20'
             and head[56:59] == bytes(3) and head[59] <= 3, 'another header')
        self.usable, self.descending = self.size - head[20], int.from_bytes(head[44:48], 'big') >= 4
        self.encoding = ('utf-8', 'utf-8', 'utf-16-le', 'utf-16-be')[head[59]]
    def bytes(self, page, at, length):
        need(0 <= at and at + length <= self.usable, 'beyond the end of a page')
        found = b''
        for i in range(at // 512, (at + length + 511) // 512 if length else 0):
            need((page, i) in self.chunks, 'chunk %d of page %d is not shown' % (i, page))
            self.read.add((page, i))
            found += self.chunks[page, i][max(0, at - i * 512):at + length - i * 512]
        return found
    def number(self, page, at, length):
        return int.from_bytes(self.bytes(page, at, length), 'big')
    def varint(self, page, at):
        return varint(lambda place: self.number(page, place, 1), at)
    def use(self, page):
        need(1 <= page <= self.count and page != (1 << 30) // self.size + 1 and page not in self.used, 'no tree')
        self.used.add(page)
    def text(self, value):
        need(value[0] == 2, 'no text')
        return value[1].decode(self.encoding, 'replace')
class Payload:
    """What a cell holds, read as far as it is needed."""
    def __init__(self, image, page, at, size, index):
        need(0 <= size < 1 << 31, 'a row of another length')
        self.image, self.at, self.size, self.found, room = image, (page, at), size, b'', image.usable - 4
        most = (image.usable - 12) * 64 // 255 - 23 if index else image.usable - 35
        least = (image.usable - 12) * 32 // 255 - 23
        some = least + (size - least) % room
        self.local = size if size <= most else some if some <= most else least
        need(at + self.local + (0 if self.local == size else 4) <= image.usable, 'a cell beyond its page')
        self.next, self.left, self.room = (page, at + self.local), 0, room
    def first(self, end):
        need(0 <= end <= self.size, 'a row that ends early')
        if len(self.found) < min(end, self.local):
            page, at = self.at
            self.found += self.image.bytes(page, at + len(self.found), min(end, self.local) - len(self.found))
        while len(self.found) < end:
            if not self.left:
                self.page, self.left = self.image.number(*self.next, 4), self.room
                self.image.use(self.page)
                self.next = self.page, 0
            length = min(end - len(self.found), self.left)
            self.found += self.image.bytes(self.page, 4 + self.room - self.left, length)
            self.left -= length
        return self.found[:end]
class Record:
    def __init__(self, payload):
        header, at = varint(lambda place: payload.first(place + 1)[place], 0)
        data, self.payload, self.values = payload.first(header), payload, []
        end = header
        while at < header:
            kind, at = varint(lambda place: data[place] if place < len(data) else need(False, 'a type too long'), at)
            need(0 <= kind < 1 << 31 and kind not in (10, 11), 'a value of another type')
            start, end = end, end + ((0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind] if kind < 10 else (kind - 12) // 2)
            need(end <= payload.size, 'a value that ends late')
            self.values.append((kind, start, end))
        need(at == header, 'a header of another length')
    def value(self, index):
        """A pair: 0 nothing, 1 a number, 2 a text, 3 a blob, and what it is."""
        need(index < len(self.values), 'a value too few')
        kind, start, end = self.values[index]
        data = self.payload.first(end)[start:]
        if kind in (0, 8, 9):
            return (1, kind - 8) if kind else (0, None)
        if kind == 7:
            real = struct.unpack('>d', data)[0]
            return (0, None) if math.isnan(real) else (1, real)
        return (1, int.from_bytes(data, 'big', signed=True)) if kind < 7 else (3 - kind % 2, data)
class Page:
    def __init__(self, image, number):
        image.use(number)
        self.image, self.number, self.head = image, number, 100 if number == 1 else 0
        self.kind = image.number(number, self.head, 1)
        need(self.kind in (2, 5, 10, 13), 'no page of a tree')
        self.leaf, self.index = self.kind > 5, self.kind in (2, 10)
        self.cells, self.start = image.number(number, self.head + 3, 2), image.number(number, self.head + 5, 2) or 65536
        self.pointers = self.head + (8 if self.leaf else 12)
        need(self.pointers + 2 * self.cells <= self.start <= image.usable, 'cells before the first')
    def cell(self, i):
        at = self.image.number(self.number, self.pointers + 2 * i, 2)
        need(at >= self.start, 'a cell before the first')
        return at
    def child(self, i):
        return self.image.number(self.number, self.head + 8 if i == self.cells else self.cell(i), 4)
    def rowid(self, i):
        at = self.cell(i)
        return self.image.varint(self.number, self.image.varint(self.number, at)[1] if self.leaf else at + 4)[0]
    def record(self, i):
        size, at = self.image.varint(self.number, self.cell(i) + (0 if self.leaf else 4))
        at = at if self.index else self.image.varint(self.number, at)[1]
        return Record(Payload(self.image, self.number, at, size, self.index))
def find(image, root, index, key, turns, sort=lambda key: key, width=1):
    """The row with a key, or None: turns say which cell is the first that does not come before it."""
    key, low, high = sort(key), None, None
    for level, turn in enumerate(turns):
        page = Page(image, root)
        need(page.index == index and turn <= page.cells and level < MOST_LEVELS, 'another tree')
        def entry(i):
            record = page.record(i) if index else None
            return sort([record.value(k) for k in range(width)] if index else [(1, page.rowid(i))]), record
        if turn < page.cells:
            right, record = entry(turn)
            need(right >= key and (high is None or right < high or right == high and not index), 'keys out of order')
            if right == key and (page.leaf or index):
                need(level == len(turns) - 1, 'a turn too many')
                record = record or page.record(turn)
                record.payload.first(record.payload.size)
                return record
            high = right
        if turn:
            left = entry(turn - 1)[0]
            need(left < key and (low is None or left > low), 'keys out of order')
            low = left
        if page.leaf:
            need(level == len(turns) - 1, 'a turn too many')
            return None
        root = page.child(turn)
    need(False, 'a turn too few')

# What a table says of itself ---------------------------------------------------------------------
TOKEN = re.compile(r"""([ \t\n\f\r]+|--[^\n]*|/\*.*?(?:\*/|\Z))|x'[0-9a-f]*'
    |'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^]]*]|0x[0-9a-f_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:e[+-]?[0-9_]+)?
    |[a-z_\x80-\U0010ffff][a-z0-9_$\x80-\U0010ffff]*|.""".replace('\n    ', ''), re.I | re.S)
OF_TABLES = ('CONSTRAINT', 'PRIMARY', 'UNIQUE', 'CHECK', 'FOREIGN')
OF_COLUMNS = ('CONSTRAINT', 'PRIMARY', 'NOT', 'NULL', 'UNIQUE', 'CHECK', 'DEFAULT', 'COLLATE', 'REFERENCES', 'AS', 'ON',
              'DEFERRABLE')
OPTIONS = ('', 'STRICT', 'WITHOUT ROWID', 'WITHOUT ROWID , STRICT', 'STRICT , WITHOUT ROWID')
def tokens(sql, at, end):
    """Tokens with their places; what stands in parentheses is one."""
    found, depth, opened = [], 0, at
    while at < end:
        match = TOKEN.match(sql, at, end)
        need(match[0] not in ("'", '"', '`'), 'an open quote')
        if match[0] == '(':
            opened, depth = opened if depth else at, depth + 1
        elif match[0] == ')':
            depth -= 1
            need(depth >= 0, 'a parenthesis never opened')
        if depth == 0 and not match[1]:
            start = opened if match[0] == ')' else at
            found.append((sql[start:match.end()], start, match.end()))
        at = match.end()
    need(depth == 0, 'an open parenthesis')
    return found
def items(sql, group):
    """What stands in parentheses between commas."""
    found = [[]]
    for token in tokens(sql, group[1] + 1, group[2] - 1):
        found[-1].append(token) if token[0] != ',' else found.append([])
    return found
def unquoted(text):
    if text[0] in '"`\'' and len(text) > 1:
        return text[1:-1].replace(text[0] * 2, text[0])
    return text[1:-1] if text[0] == '[' and len(text) > 1 else text
def folded(name):
    return re.sub('[A-Z]', lambda letter: letter[0].lower(), name)
def is_real(kind):
    return not re.search('INT|CHAR|CLOB|TEXT|BLOB', kind) and bool(re.search('REAL|FLOA|DOUB', kind))
def read_column(sql, part, words):
    at = 1
    while at < len(part) and words[at] not in OF_COLUMNS:
        at += 1
    kind = sql[part[1][1]:part[at - 1][2]].upper() if at > 1 else ''
    kind = kind[1:-1] if re.fullmatch('["\'`[][^"\'`[]+[^"\'`[]?["\'`\\]]', kind, re.S) else kind
    column = {'name': unquoted(part[0][0]), 'integer': kind == 'INTEGER', 'real': is_real(kind), 'computed': None,
              'default': '', 'collation': 'BINARY', 'key': False, 'down': False}
    while at < len(part):
        if words[at] == 'PRIMARY':
            column.update(key=True, down=words[at + 2] == 'DESC')
        elif words[at] == 'AS':
            column['computed'] = 'written' if words[at + 2] == 'STORED' else 'read'
        elif words[at] == 'COLLATE':
            at += 1
            column['collation'] = unquoted(part[at][0]) if at < len(part) else ''
        elif words[at] == 'DEFAULT':
            start, at = at + 1, at + (2 if words[at + 1] in ('+', '-') else 1)
            need(at < len(part), 'a default that is missing')
            column['default'] = sql[part[start][1]:part[at][2]]
        elif words[at] in ('CONSTRAINT', 'REFERENCES', 'SET', 'MATCH', 'ON'):
            at += 1
        at += 1
    return column
def read_table(sql):
    """Columns, which of them is the row's number (or None), and the key of a table WITHOUT ROWID (or none)."""
    parts, columns, key, terms, of_table = tokens(sql, 0, len(sql)), [], [], [], False
    words = [part[0].upper() for part in parts]
    need(words[:2] == ['CREATE', 'TABLE'] and len(parts) > 3 and words[3][0] == '(', 'no CREATE TABLE')
    need(' '.join(words[4:]) in OPTIONS, 'options that are unknown')
    def add(at, collation, down):
        terms.append(at)
        if all(at != other or folded(collation) != folded(known) for other, known, _ in key):
            key.append((at, collation, down))
    for part in items(sql, parts[3]):
        need(part and part[0][0][0] != '(', 'a column without a name')
        words = [token[0].upper() for token in part] + [''] * 3
        if not columns or words[0] not in OF_TABLES:
            columns.append(read_column(sql, part, words))
            if columns[-1]['key']:
                add(len(columns) - 1, columns[-1]['collation'], columns[-1]['down'])
            continue
        names = [folded(column['name']) for column in columns]
        for i in range(len(part) - 2):
            if words[i:i + 2] == ['PRIMARY', 'KEY'] and words[i + 2][0] == '(':
                of_table = True
                for item in items(sql, part[i + 2]):
                    need(item and folded(unquoted(item[0][0])) in names, 'a key that is no column')
                    at, rest = names.index(folded(unquoted(item[0][0]))), [token[0].upper() for token in item[1:]]
                    own = rest.index('COLLATE') + 2 if 'COLLATE' in rest[:-1] else None
                    add(at, unquoted(item[own][0]) if own else columns[at]['collation'], 'DESC' in rest)
    integer = len(terms) == 1 and columns[key[0][0]]['integer']
    if 'WITHOUT' not in ' '.join(part[0].upper() for part in parts[4:]):
        return columns, key[0][0] if integer and not columns[key[0][0]]['down'] else None, []
    need(key, 'a table without a key')
    if integer and of_table:  # SQLite forgets a collation here
        key = [(key[0][0], columns[key[0][0]]['collation'], key[0][2])]
    return columns, None, key
def sorting(image, key):
    """How the rows of a table WITHOUT ROWID sort."""
    for _, collation, down in key:
        need(collation.upper() in ('BINARY', 'NOCASE', 'RTRIM'), 'a collation of an application')
        need(not down or image.descending, 'a descending key in a format that knows none')
    def sortable(value, collation):
        if value[0] != 2 or collation.upper() == 'BINARY':
            return value
        text = value[1] if image.encoding == 'utf-8' else image.text(value).encode()
        if collation.upper() == 'RTRIM':
            return 2, text.rstrip(b' ')
        return 2, text.lower().split(b'\0')[0], len(text)
    def compare(one, other):
        for (_, collation, down), left, right in zip(key, one, other):
            left, right = sortable(left, collation), sortable(right, collation)
            if left != right:
                return -1 if (left < right) != down else 1
        return 0
    return functools.cmp_to_key(compare)
