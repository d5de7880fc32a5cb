#!/usr/bin/env python3
"""Judges a proof of a row of an inft database by a pin that the caller types, asking nobody.

    check_row_proof.py <file> --pin <chain>:<registry>:<id>:<version>:<root> [--json]
    check_row_proof.py <file> --pin <chain>:<registry>:<id>:<version>:history=<hash> [--json]

The format is in src/site/markdown/row-proof.md. Exit codes: 0 VALID, 1 INVALID, 2 INDETERMINATE, 64 wrong usage.
Standard library only. It shares no code with the driver: two programs would have to be wrong in the same way.
Two files lie beside it: check_proof.py with hashes, signatures and what all proofs have in common, and sqlite_rows.py,
which reads SQLite's file format.
"""
import math, re, struct, sys
import check_proof as base
from check_proof import require, sha256, sized
from sqlite_rows import Image, MOST_LEVELS, Page, Wrong, find, folded, need, read_table, sorting

MAX_PAGES = 1 << 24

# Reading the part that is a row proof's own ------------------------------------------------------
def signed(lines, text):
    lines.need(re.fullmatch('0|-?[1-9][0-9]{0,18}', text) and -(1 << 63) <= int(text) < 1 << 63, 'no such number')
    return int(text)
def text_if(lines, word):
    shown = lines.value_if(word)
    hidden = lines.value_if(word + '64') if shown is None else None
    text = lines.base64(hidden).decode() if hidden is not None else shown
    fits = text is None or (hidden is None) == (not base.UNSEEN.search(text) and '\n' not in text)
    lines.need(fits, 'a text that would be written otherwise')
    return text
def read_key(lines):
    """Values as pairs of a class, in the order in which they sort, and what they are."""
    key = []
    while True:
        if (value := lines.value_if('key integer')) is not None:
            key.append((1, signed(lines, value)))
        elif (value := lines.value_if('key real')) is not None:
            lines.need(re.fullmatch('[0-9a-f]{16}', value), 'no real')
            real = struct.unpack('>d', bytes.fromhex(value))[0]
            lines.need(not math.isnan(real), 'no number')
            key.append((1, real))
        elif (value := lines.value_if('key blob')) is not None:
            key.append((3, lines.base64(value)))
        elif (value := text_if(lines, 'key text')) is not None:
            key.append((2, value.encode()))
        else:
            return key
def read_row(lines):
    row = {'table': text_if(lines, 'table'), 'entry': None, 'key': []}
    lines.need(row['table'] is not None, 'not of a table')
    if lines.peek() == 'no table':
        lines.at += 1
    else:
        row['key'] = read_key(lines)
        row['row'] = None if row['key'] else signed(lines, lines.value('row'))
        entry, turns = lines.value('entry').split(' '), lines.value('turns').split(' ')
        row['entry'] = signed(lines, entry[0])
        row['schema turns'] = [lines.number(turn, 0, 32767) for turn in entry[1:]]
        row['turns'] = [lines.number(turn, 0, 32767) for turn in turns]
    itself = ('', 'sqlite_schema', 'sqlite_master', 'sqlite_temp_schema', 'sqlite_temp_master')
    lines.need(row['table'].lower() not in itself, 'a table that no schema names')
    size, count, nonce = lines.words('state', 3)
    row['page size'], row['page count'] = lines.number(size, 512, 65536), lines.number(count, 1, MAX_PAGES)
    row['nonce'], row['pages'] = lines.base64(nonce, 16), []
    while (page := lines.value_if('page')) is not None:
        number, chunks = lines.number(page, 1, MAX_PAGES), []
        while (chunk := lines.value_if('chunk')) is not None:
            words = chunk.split(' ')
            lines.need(len(words) == 3, 'has other values')
            chunks.append((lines.number(words[0], 0, 127), lines.base64(words[1], 16), lines.base64(words[2], 512)))
        row['pages'].append((number, chunks, hashes(lines)))
    lines.exactly('tree')
    row['nodes'] = hashes(lines)
    lines.exactly('')
    return row
def hashes(lines):
    found = []
    while len(lines.peek() or '') == 44:
        found.append(lines.base64(lines.peek(), 32))
        lines.at += 1
    return found

# The state root ----------------------------------------------------------------------------------
def state(holds, what):
    require(holds, 'STATE_MISMATCH', what)
def top(level, width, nodes):
    """Of a tree of which some leaves are known: a dict by index."""
    nodes = list(nodes)
    while width > 1:
        above = {}
        for at in sorted(level):
            if at ^ 1 >= width:
                above[at // 2] = level[at]
            elif at // 2 not in above:
                state(at ^ 1 in level or nodes, 'a node too few')
                beside = level[at ^ 1] if at ^ 1 in level else nodes.pop(0)
                above[at // 2] = sha256(b'\1', *((beside, level[at]) if at % 2 else (level[at], beside)))
        level, width = above, (width + 1) // 2
    state(level and not nodes, 'nothing is shown, or a node too many')
    return level[0]
def state_root(row):
    size, leaves, last = row['page size'], {}, 0
    state(size in (1 << n for n in range(9, 17)), 'no page size')
    for number, chunks, nodes in row['pages']:
        state(last < number <= row['page count'] and number != (1 << 30) // size + 1, 'a page in another place')
        indices = [index for index, _, _ in chunks]
        state(indices == sorted(set(indices)) and all(i < size // 512 for i in indices), 'a chunk in another place')
        known = {index: sha256(b'\5', salt, data) for index, salt, data in chunks}
        leaves[number - 1] = sha256(b'\6', sized(number, 8), top(known, size // 512, nodes))
        last = number
    return sha256(b'\7', sized(size, 4), sized(row['page count'], 8), top(leaves, row['page count'], row['nodes']))

# The schema, and a row ---------------------------------------------------------------------------
def entry(image, table, rowid, turns):
    """What makes a table, and the root of its tree."""
    record = find(image, 1, False, [(1, rowid)], turns)
    need(record and len(record.values) == 5, 'no such entry in the schema')
    kind, name, _, root, sql = (record.value(i) for i in range(5))
    need(image.text(kind) == 'table' and image.text(name) == table, 'an entry of something else')
    need(root[0] == 1 and isinstance(root[1], int) and root[1] > 1, 'a table without a page')
    return image.text(sql), root[1]
def require_absent(image, table, number=1, level=1):
    """Goes through all entries."""
    page = Page(image, number)
    need(not page.index and level <= MOST_LEVELS, 'another tree')
    for i in range(page.cells + (0 if page.leaf else 1)):
        if page.leaf:
            record = page.record(i)
            kind, name = image.text(record.value(0)), image.text(record.value(1))
            need(kind not in ('table', 'view') or folded(name) != folded(table), 'there is such a table')
        else:
            require_absent(image, table, page.child(i), level + 1)
def look_up(image, table, rowid, key, number, schema_turns, turns):
    """The statement that made the table, and the row's columns, or None."""
    sql, root = entry(image, table, number, schema_turns)
    columns, alias, sorted_by = read_table(sql)
    need(len(sorted_by) == len(key), 'a key of another length')
    if sorted_by:
        key = [(2, value[1].decode().encode(image.encoding)) if value[0] == 2 else value for value in key]
        record = find(image, root, True, key, turns, sorting(image, sorted_by), len(key))
    else:
        record = find(image, root, False, [(1, rowid)], turns)
    if record is None:
        return sql, None
    stored = [at for at, _, _ in sorted_by]
    stored += [i for i, column in enumerate(columns) if column['computed'] != 'read' and i not in stored]
    need(len(record.values) <= len(stored), 'a value too many')
    values = {stored[i]: record.value(i) for i in range(len(record.values))}
    if alias is not None:
        values[alias] = 1, rowid
    return sql, [told(image, column, values.get(i)) for i, column in enumerate(columns)]
def told(image, column, value):
    if value is None:
        rest = {'computed': True} if column['computed'] else {'default': column['default']}
        return dict(rest, column=column['name'])
    what = float(value[1]) if column['real'] and isinstance(value[1], int) else value[1]
    return dict({'column': column['name']}, **typed(value[0], image.text(value) if value[0] == 2 else what))
def typed(number, what):
    """With its class: a text may look like a blob's digits, and JSON has no infinite number."""
    kind = ('null', 'real' if isinstance(what, float) else 'integer', 'text', 'blob')[number]
    endless = kind == 'real' and math.isinf(what)
    shown = what.hex() if kind == 'blob' else ('-' if what < 0 else '') + 'Infinity' if endless else what
    return {'type': kind, 'value': shown}

# Judging -----------------------------------------------------------------------------------------
def prove_row(row, front):
    state(sha256(row['nonce'], state_root(row)) == front['state commit'], 'it was not in this version')
    chunks = {(number, i): data for number, shown, _ in row['pages'] for i, _, data in shown}
    try:
        image = Image(row['page size'], row['page count'], chunks)
        found = {'table': row['table'], 'exists': row['entry'] is not None}
        if row['entry'] is None:
            require_absent(image, row['table'])
        else:
            sql, columns = look_up(image, row['table'], row['row'], row['key'], row['entry'],
                                               row['schema turns'], row['turns'])
            key = [typed(kind, value.decode() if kind == 2 else value) for kind, value in row['key']]
            found.update({'definition': sql, 'present': columns is not None, 'columns': columns or [],
                          'key' if key else 'row': key or row['row']})
        need(image.read == set(chunks), 'parts that nobody needs')
    except Wrong as failure:
        raise base.Refused('ROW_MISMATCH', str(failure))
    return {'row': found}
KINDS = dict(base.KINDS, row=(read_row, prove_row))
def judge(data, pin):
    return base.judge(data, pin, KINDS)
if __name__ == '__main__':
    sys.exit(base.main(sys.argv[1:], KINDS, __doc__))
