// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry} from "./IInftStorageRegistry.sol";
import {InftId} from "./InftId.sol";

/// @title InftStorageRegistry, version 1
/// @notice See {IInftStorageRegistry}. Every anchor is judged first (`_judge`, which changes nothing and throws nothing)
/// and written afterwards (`_append`), so that items of a batch fail alone.
contract InftStorageRegistry is IInftStorageRegistry {
    /// @dev Ordered so that the steady anchor of an owner writes four slots and reads two more. Others read these slots by
    /// proof: their layout is part of the contract and of registry.md.
    struct Record {
        address owner; // slot 0
        uint32 controlSeq;
        uint24 grantEpoch;
        uint24 keyEpoch;
        uint8 mode;
        uint8 status;
        bytes32 historyHash; // 1
        bytes32 root; // 2
        bytes32 checksum; // 3
        uint64 version; // 4
        uint48 time;
        uint48 blockNumber;
        uint48 size;
        uint40 lockedUntil;
        uint8 kind; // the top bit says whether the object was inlined
        bytes32 keyringHash; // 5
        bytes32 controlHash; // 6
        address nft; // 7
        uint48 candidateBlock;
        uint48 ownerSince;
        uint256 tokenId; // 8
        address pending; // 9
        uint48 controlBlock;
    }

    /// @dev What the guide's clients wrote; kept apart from everything else.
    struct Pointer {
        bytes32 storageHash;
        bytes32 checksum;
        uint48 time;
    }

    uint8 private constant FLAT = 1;
    uint8 private constant SCOPED = 2;
    uint8 private constant BOUND = 3;

    uint8 private constant LIVE = 1;
    uint8 private constant FROZEN = 2;

    uint16 private constant WRITER = 1;
    uint16 private constant KEYADMIN = 2;
    uint16 private constant GUARDIAN = 4;
    uint16 private constant ALL_ROLES = 7;

    uint8 private constant OP_GRANT = 1;
    uint8 private constant OP_REVOKE = 2;
    uint8 private constant OP_REVOKE_ALL = 3;
    uint8 private constant OP_KEYRING = 4;
    uint8 private constant OP_PROPOSE_OWNER = 5;
    uint8 private constant OP_ACCEPT_OWNER = 6;
    uint8 private constant OP_FREEZE = 7;
    uint8 private constant OP_LOCK_UNTIL = 8;
    uint8 private constant OP_OWNER_OBSERVED = 9;
    uint8 private constant OP_SUCCESSOR = 12;
    uint8 private constant OP_FLAG_VERSIONS = 13;
    uint8 private constant OP_CANCEL_PROPOSAL = 16;

    /// @dev Newest kind that is accepted or reserved, and the bit beside the kind of a version whose object was inlined.
    uint8 private constant NEWEST_KIND = 7;
    uint8 private constant KIND_REKEY = 4;
    uint8 private constant INLINED = 0x80;

    uint256 private constant MAX_BATCH = 256;
    uint256 private constant MAX_OBJECT_BYTES = 8192;
    uint256 private constant MAX_BATCH_OBJECT_BYTES = 96 * 1024;
    uint256 private constant MAX_KEY_BYTES = 4096;
    uint256 private constant OBSERVATION_BLOCKS = 2;
    uint256 private constant SETTLE_SECONDS = 1 hours;
    uint256 private constant MAX_LOCK_SECONDS = 365 days;

    /// @dev What `ownerOf` may burn, and what must be left so that it can be given that much.
    uint256 private constant OWNER_OF_GAS = 60_000;
    uint256 private constant OWNER_OF_GAS_NEEDED = 65_000;

    bytes32 private constant GENESIS_TAG = keccak256("inft.registry.genesis.v1");
    bytes32 private constant LINK_TAG = keccak256("inft.registry.link.v1");
    bytes32 private constant CONTROL_TAG = keccak256("inft.registry.control.v1");

    mapping(bytes32 idHash => Record) private _records;
    mapping(bytes32 idHash => mapping(address who => Grant)) private _grants;
    mapping(bytes32 idHash => Pointer) private _pointers;

    // ------------------------------------------------------------------ registration

    /// @inheritdoc IInftStorageRegistry
    function registerBound(address nft, uint256 tokenId) external returns (bytes32 idHash) {
        bytes memory id = InftId.bound(nft, tokenId);
        Record storage r;
        (idHash, r) = _create(id, BOUND, address(0), nft, tokenId);
        address live = _ownerOf(nft, tokenId);
        if (live == address(0)) revert NoOwner();
        r.nft = nft;
        r.tokenId = tokenId;
        r.pending = live;
        r.candidateBlock = uint48(block.number);
        emit Registered(idHash, live, BOUND, string(id), nft, tokenId, r.historyHash);
    }

    /// @inheritdoc IInftStorageRegistry
    function registerScoped(string calldata label) external returns (bytes32 idHash) {
        bytes memory id = InftId.scoped(msg.sender, label);
        if (!InftId.isValid(id)) revert BadId();
        idHash = _createOwned(id, SCOPED);
    }

    /// @inheritdoc IInftStorageRegistry
    function registerFlat(string calldata id) external returns (bytes32 idHash) {
        bytes memory text = bytes(id);
        if (!InftId.isValid(text) || InftId.isReserved(text)) revert BadId();
        idHash = _createOwned(text, FLAT);
    }

    /// @dev Makes the record of an id whose owner is the caller.
    function _createOwned(bytes memory id, uint8 mode) private returns (bytes32 idHash) {
        Record storage r;
        (idHash, r) = _create(id, mode, msg.sender, address(0), 0);
        r.owner = msg.sender;
        emit Registered(idHash, msg.sender, mode, string(id), address(0), 0, r.historyHash);
    }

    /// @dev Makes the record of an id; both running hashes begin with its genesis.
    function _create(bytes memory id, uint8 mode, address owner, address nft, uint256 tokenId)
        private
        returns (bytes32 idHash, Record storage r)
    {
        idHash = keccak256(id);
        r = _records[idHash];
        if (r.status != 0) revert Taken();
        bytes32 genesis =
            keccak256(abi.encode(GENESIS_TAG, block.chainid, address(this), idHash, mode, owner, nft, tokenId));
        r.mode = mode;
        r.status = LIVE;
        r.historyHash = genesis;
        r.controlHash = genesis;
    }

    // ------------------------------------------------------------------ moving the head

    /// @inheritdoc IInftStorageRegistry
    function anchor(Anchor calldata a) external returns (bytes32 historyHash) {
        (bytes memory reason, bool limited) = _judge(a, false);
        _throwIfAny(reason);
        return _append(a, limited, a.kind);
    }

    /// @inheritdoc IInftStorageRegistry
    function anchorInline(Anchor calldata a, bytes calldata object) external returns (bytes32 historyHash) {
        (bytes memory reason, bool limited) = _judge(a, false);
        _throwIfAny(reason);
        if (!_isObjectOf(a, object)) revert BadObject();
        historyHash = _append(a, limited, a.kind | INLINED);
        emit ObjectInlined(a.idHash, a.version, object);
    }

    /// @inheritdoc IInftStorageRegistry
    function rotateAndAnchor(Anchor calldata a) external returns (bytes32 historyHash) {
        (bytes memory reason, bool limited) = _judge(a, true);
        _throwIfAny(reason);
        Record storage r = _records[a.idHash];
        r.keyEpoch = a.keyEpoch;
        r.keyringHash = a.keyringHash;
        _control(a.idHash, r, OP_KEYRING, abi.encode(a.keyringHash, a.keyEpoch));
        return _append(a, limited, a.kind);
    }

    /// @inheritdoc IInftStorageRegistry
    function anchorMany(Anchor[] calldata items) external returns (uint256 accepted) {
        if (items.length > MAX_BATCH) revert BatchTooLarge();
        for (uint256 i = 0; i < items.length; ++i) {
            if (_anchorItem(items[i], i, msg.data[0:0])) accepted |= 1 << i;
        }
    }

    /// @inheritdoc IInftStorageRegistry
    function anchorInlineMany(Anchor[] calldata items, bytes[] calldata objects) external returns (uint256 accepted) {
        if (items.length > MAX_BATCH) revert BatchTooLarge();
        if (items.length != objects.length) revert BadBatch();
        uint256 total = 0;
        for (uint256 i = 0; i < items.length; ++i) {
            bytes calldata object = objects[i];
            total += object.length;
            if (total > MAX_BATCH_OBJECT_BYTES) revert BatchTooLarge();
            if (_anchorItem(items[i], i, object)) accepted |= 1 << i;
        }
    }

    /// @dev One item of a batch: anchored, or refused by an event.
    /// @param object what goes along, empty for an item whose object is elsewhere
    function _anchorItem(Anchor calldata a, uint256 index, bytes calldata object) private returns (bool) {
        (bytes memory reason, bool limited) = _judge(a, false);
        if (reason.length == 0 && object.length != 0 && !_isObjectOf(a, object)) {
            reason = abi.encodePacked(BadObject.selector);
        }
        if (reason.length != 0) {
            emit AnchorRejected(a.idHash, a.version, uint16(index), reason);
            return false;
        }
        _append(a, limited, object.length == 0 ? a.kind : a.kind | INLINED);
        if (object.length != 0) emit ObjectInlined(a.idHash, a.version, object);
        return true;
    }

    /// @dev Whether these bytes are the commit object that the anchor names, and few enough to go along. SHA-256 that
    /// runs out of gas reverts the call, whole batches too.
    function _isObjectOf(Anchor calldata a, bytes calldata object) private pure returns (bool) {
        return object.length == a.size && object.length <= MAX_OBJECT_BYTES && sha256(object) == a.checksum;
    }

    /// @dev Everything that must hold for the caller to move the head by `a`.
    /// @return reason the error to throw, empty if it may be done
    /// @return limited the caller acts by a grant with an interval
    function _judge(Anchor calldata a, bool rotate) private view returns (bytes memory reason, bool limited) {
        Record storage r = _records[a.idHash];
        uint8 status = r.status;
        if (status == 0) return (abi.encodePacked(NotRegistered.selector), false);
        if (status != LIVE) return (abi.encodeWithSelector(BadState.selector, status), false);
        uint48 until = r.lockedUntil;
        if (block.timestamp < until) return (abi.encodeWithSelector(Locked.selector, until), false);

        uint16 roles = !rotate ? WRITER : a.kind == KIND_REKEY ? KEYADMIN : KEYADMIN | WRITER;
        (reason, limited) = _judgeWriter(a.idHash, r, roles);
        if (reason.length != 0) return (reason, limited);

        bytes32 root = r.root;
        if (a.version != r.version + 1 || a.prevRoot != root) {
            return (abi.encodeWithSelector(HeadMismatch.selector, r.version, root), limited);
        }
        uint24 keyEpoch = r.keyEpoch;
        if (rotate) {
            if (a.keyEpoch != keyEpoch || keyEpoch == 0) {
                if (a.keyEpoch != uint256(keyEpoch) + 1) return (_keyEpochMismatch(r), limited);
                if (keyEpoch != 0 && !_settled(r)) {
                    return (abi.encodeWithSelector(TooSoon.selector, r.ownerSince + SETTLE_SECONDS), limited);
                }
            }
        } else if (keyEpoch == 0 || a.keyEpoch != keyEpoch || a.keyringHash != r.keyringHash) {
            return (_keyEpochMismatch(r), limited);
        }
        if (a.root == 0 || a.checksum == 0 || a.keyringHash == 0) {
            return (abi.encodePacked(BadHash.selector), limited);
        }
        if (a.kind == 0 || a.kind > NEWEST_KIND || a.size == 0) return (abi.encodePacked(BadAnchor.selector), limited);
    }

    /// @dev `_judgeRoles` for who moves the head: a grant may also demand an interval between two anchors.
    /// @return reason the error to throw, empty if the caller may
    /// @return limited whether the time of this anchor has to be remembered
    function _judgeWriter(bytes32 idHash, Record storage r, uint16 roles)
        private
        view
        returns (bytes memory reason, bool limited)
    {
        bool byGrant;
        (reason, byGrant) = _judgeRoles(idHash, r, roles);
        if (!byGrant || reason.length != 0) return (reason, false);
        Grant storage g = _grants[idHash][msg.sender];
        uint256 minInterval = g.minInterval;
        if (minInterval == 0) return (reason, false);
        uint256 last = g.last;
        if (last != 0 && block.timestamp < last + minInterval) {
            reason = abi.encodeWithSelector(TooSoon.selector, last + minInterval);
        }
        return (reason, true);
    }

    /// @dev The error that tells the caller which keyring is the current one.
    function _keyEpochMismatch(Record storage r) private view returns (bytes memory) {
        return abi.encodeWithSelector(KeyEpochMismatch.selector, r.keyEpoch, r.keyringHash);
    }

    /// @dev Writes what `_judge` found to be right.
    /// @param kind of the anchor, with the bit for an object that goes along
    function _append(Anchor calldata a, bool limited, uint8 kind) private returns (bytes32 historyHash) {
        Record storage r = _records[a.idHash];
        if (limited) _grants[a.idHash][msg.sender].last = uint48(block.timestamp);
        // The observed owner is still there, so a candidate seen meanwhile did not last.
        if (r.mode == BOUND && r.candidateBlock != 0) r.candidateBlock = 0;

        uint256 packed = uint256(a.size) | uint256(a.keyEpoch) << 48 | uint256(kind) << 72 | uint256(r.controlSeq) << 88
            | uint256(r.blockNumber) << 120 | uint256(uint48(block.timestamp)) << 168;
        historyHash = keccak256(
            abi.encode(
                LINK_TAG,
                r.historyHash,
                a.version,
                a.prevRoot,
                a.root,
                a.checksum,
                a.keyringHash,
                msg.sender,
                packed,
                block.number
            )
        );
        r.historyHash = historyHash;
        r.root = a.root;
        r.checksum = a.checksum;
        // Slot 4 whole: field by field the compiler would write it five times.
        uint256 newest = uint256(a.version) | uint256(uint48(block.timestamp)) << 64 | uint256(uint48(block.number))
            << 112 | uint256(a.size) << 160 | uint256(r.lockedUntil) << 208 | uint256(kind) << 248;
        assembly ("memory-safe") {
            sstore(add(r.slot, 4), newest)
        }
        emit Anchored(
            a.idHash, a.version, msg.sender, a.prevRoot, a.root, a.checksum, a.keyringHash, historyHash, packed
        );
    }

    // ------------------------------------------------------------------ control

    /// @inheritdoc IInftStorageRegistry
    function grant(bytes32 idHash, address who, uint16 roles, uint48 expiry, uint32 minInterval) external {
        Record storage r = _owned(idHash);
        if (who == address(0) || roles == 0 || roles > ALL_ROLES) revert BadGrant();
        if (expiry <= block.timestamp) revert Expired();
        _grants[idHash][who] =
            Grant({epoch: r.grantEpoch, expiry: expiry, roles: roles, minInterval: minInterval, last: 0});
        _control(idHash, r, OP_GRANT, abi.encode(who, roles, expiry, minInterval));
    }

    /// @inheritdoc IInftStorageRegistry
    function revoke(bytes32 idHash, address who) external {
        Record storage r = _owned(idHash);
        delete _grants[idHash][who];
        _control(idHash, r, OP_REVOKE, abi.encode(who));
    }

    /// @inheritdoc IInftStorageRegistry
    function revokeAll(bytes32 idHash) external {
        Record storage r = _owned(idHash);
        r.grantEpoch += 1;
        _control(idHash, r, OP_REVOKE_ALL, abi.encode(r.grantEpoch));
    }

    /// @inheritdoc IInftStorageRegistry
    function proposeOwner(bytes32 idHash, address to) external {
        Record storage r = _transferable(idHash);
        _requireOwner(r);
        if (to == address(0)) revert NoProposal();
        r.pending = to;
        _control(idHash, r, OP_PROPOSE_OWNER, abi.encode(to));
    }

    /// @inheritdoc IInftStorageRegistry
    function cancelProposal(bytes32 idHash) external {
        Record storage r = _transferable(idHash);
        _requireOwner(r);
        if (r.pending == address(0)) revert NoProposal();
        r.pending = address(0);
        _control(idHash, r, OP_CANCEL_PROPOSAL, "");
    }

    /// @inheritdoc IInftStorageRegistry
    function acceptOwner(bytes32 idHash, bytes32 expectedRoot, bytes32 expectedControlHash) external {
        Record storage r = _transferable(idHash);
        if (r.pending != msg.sender) revert NotAuthorized();
        if (r.root != expectedRoot || r.controlHash != expectedControlHash) {
            revert NotAsInspected(r.root, r.controlHash);
        }
        _changeOwner(r, msg.sender);
        _control(idHash, r, OP_ACCEPT_OWNER, abi.encode(msg.sender));
    }

    /// @inheritdoc IInftStorageRegistry
    function observeOwner(bytes32 idHash) external {
        Record storage r = _registered(idHash);
        if (r.mode != BOUND) revert WrongMode(r.mode);
        address live = _ownerOf(r.nft, r.tokenId);
        if (live == address(0)) revert NoOwner();
        uint256 since = r.candidateBlock;
        if (live == r.owner) {
            if (since != 0) r.candidateBlock = 0;
        } else if (since == 0 || r.pending != live) {
            r.pending = live;
            r.candidateBlock = uint48(block.number);
        } else {
            if (block.number < since + OBSERVATION_BLOCKS) revert TooEarly(uint48(since + OBSERVATION_BLOCKS));
            _changeOwner(r, live);
            _control(idHash, r, OP_OWNER_OBSERVED, abi.encode(live));
        }
    }

    /// @dev Ends what belonged to the owner before: every grant, a lock, a proposal, a candidate.
    function _changeOwner(Record storage r, address to) private {
        r.owner = to;
        r.grantEpoch += 1;
        r.lockedUntil = 0;
        r.candidateBlock = 0;
        r.ownerSince = uint48(block.timestamp);
        r.pending = address(0);
    }

    /// @inheritdoc IInftStorageRegistry
    function freeze(bytes32 idHash) external {
        Record storage r = _registered(idHash);
        (bytes memory reason,) = _judgeRoles(idHash, r, GUARDIAN);
        _throwIfAny(reason);
        if (r.status != LIVE) revert BadState(r.status);
        r.status = FROZEN;
        _control(idHash, r, OP_FREEZE, abi.encode(true));
    }

    /// @inheritdoc IInftStorageRegistry
    function unfreeze(bytes32 idHash) external {
        Record storage r = _owned(idHash);
        if (r.status != FROZEN) revert BadState(r.status);
        r.status = LIVE;
        _control(idHash, r, OP_FREEZE, abi.encode(false));
    }

    /// @inheritdoc IInftStorageRegistry
    function lockUntil(bytes32 idHash, uint48 time) external {
        Record storage r = _owned(idHash);
        if (time <= block.timestamp || time < r.lockedUntil || time > block.timestamp + MAX_LOCK_SECONDS) {
            revert BadLock();
        }
        r.lockedUntil = uint40(time);
        _control(idHash, r, OP_LOCK_UNTIL, abi.encode(time));
    }

    /// @inheritdoc IInftStorageRegistry
    function flagVersions(bytes32 idHash, uint64 from, uint64 to, bytes32 reason) external {
        Record storage r = _owned(idHash);
        if (from == 0 || from > to || to > r.version) revert BadRange();
        _control(idHash, r, OP_FLAG_VERSIONS, abi.encode(from, to, reason));
    }

    /// @inheritdoc IInftStorageRegistry
    function setSuccessor(bytes32 idHash, uint256 chainId, address registry, bytes32 newIdHash) external {
        Record storage r = _owned(idHash);
        if (!_settled(r)) revert TooSoon(uint48(r.ownerSince + SETTLE_SECONDS));
        _control(idHash, r, OP_SUCCESSOR, abi.encode(chainId, registry, newIdHash));
    }

    /// @inheritdoc IInftStorageRegistry
    function publishSealedKey(bytes32 idHash, address recipient, uint24 keyEpoch, bytes calldata sealedKey) external {
        (bytes memory reason,) = _judgeRoles(idHash, _registered(idHash), KEYADMIN);
        _throwIfAny(reason);
        _requireKey(sealedKey);
        emit SealedKey(idHash, recipient, keyEpoch, msg.sender, sealedKey);
    }

    /// @inheritdoc IInftStorageRegistry
    function publishEncryptionKey(uint8 scheme, bytes calldata publicKey) external {
        _requireKey(publicKey);
        emit EncryptionKey(msg.sender, scheme, publicKey);
    }

    /// @dev Published keys are events only; the bound keeps them from being an archive.
    function _requireKey(bytes calldata key) private pure {
        if (key.length == 0 || key.length > MAX_KEY_BYTES) revert BadKey();
    }

    /// @dev Records a control operation: the next number, the next running hash, and an event that names the block of the
    /// one before.
    function _control(bytes32 idHash, Record storage r, uint8 op, bytes memory data) private {
        uint32 sequence = r.controlSeq + 1;
        bytes32 controlHash = keccak256(
            abi.encode(
                CONTROL_TAG,
                r.controlHash,
                sequence,
                op,
                msg.sender,
                keccak256(data),
                uint48(block.timestamp),
                uint48(block.number)
            )
        );
        emit Control(idHash, sequence, op, msg.sender, data, controlHash, r.controlBlock, uint48(block.timestamp));
        r.controlSeq = sequence;
        r.controlHash = controlHash;
        r.controlBlock = uint48(block.number);
    }

    // ------------------------------------------------------------------ who may

    /// @dev The record of an id that somebody registered.
    function _registered(bytes32 idHash) private view returns (Record storage r) {
        r = _records[idHash];
        if (r.status == 0) revert NotRegistered();
    }

    /// @dev The record of an id that the caller owns.
    function _owned(bytes32 idHash) private view returns (Record storage r) {
        r = _registered(idHash);
        _requireOwner(r);
    }

    /// @dev The record of an id that changes hands here and not with an NFT.
    function _transferable(bytes32 idHash) private view returns (Record storage r) {
        r = _registered(idHash);
        if (r.mode == BOUND) revert WrongMode(BOUND);
    }

    /// @dev The caller must be the owner on record, who still is the owner: of an NFT both are asked for.
    function _requireOwner(Record storage r) private view {
        address live = _liveOwner(r);
        if (live == msg.sender && live == r.owner) return;
        if (live == msg.sender) revert NotObserved();
        revert NotAuthorized();
    }

    /// @dev Whether the caller is the owner or holds all of `roles`. Grants speak only while the owner on record still owns.
    /// @return reason the error to throw, empty if it may
    /// @return byGrant whether it is not the owner
    function _judgeRoles(bytes32 idHash, Record storage r, uint16 roles)
        private
        view
        returns (bytes memory reason, bool byGrant)
    {
        address owner = r.owner;
        address live = _liveOwner(r);
        if (live != owner) {
            return (abi.encodePacked(live == msg.sender ? NotObserved.selector : NotAuthorized.selector), false);
        }
        if (owner == msg.sender) return (reason, false);
        Grant storage g = _grants[idHash][msg.sender];
        if (g.roles & roles != roles || g.epoch != r.grantEpoch) {
            return (abi.encodePacked(NotAuthorized.selector), true);
        }
        if (g.expiry <= block.timestamp) reason = abi.encodePacked(Expired.selector);
        return (reason, true);
    }

    /// @dev Whether the owner has been there long enough for what cannot be undone. Only an NFT can be borrowed.
    function _settled(Record storage r) private view returns (bool) {
        return r.mode != BOUND || block.timestamp >= r.ownerSince + SETTLE_SECONDS;
    }

    /// @dev Who owns it now, observed or not; zero if nobody does or the NFT does not say.
    function _liveOwner(Record storage r) private view returns (address) {
        return r.mode == BOUND ? _ownerOf(r.nft, r.tokenId) : r.owner;
    }

    /// @dev Asks a contract that nobody vouches for: it gets a fixed amount of gas, cannot change state, and cannot make
    /// us copy more than a word. Needs enough gas left, so that a caller cannot starve it into failing.
    /// @return owner zero if the call failed or the answer is not an address
    function _ownerOf(address nft, uint256 tokenId) private view returns (address owner) {
        if (gasleft() < OWNER_OF_GAS_NEEDED) revert NotEnoughGas();
        assembly ("memory-safe") {
            mstore(0x00, shl(224, 0x6352211e)) // ownerOf(uint256)
            mstore(0x04, tokenId)
            let ok := staticcall(OWNER_OF_GAS, nft, 0x00, 0x24, 0x00, 0x20)
            if and(ok, eq(returndatasize(), 0x20)) {
                let answer := mload(0x00)
                if iszero(shr(160, answer)) { owner := answer }
            }
        }
    }

    /// @dev Throws an error that was made as bytes, so that a batch could have recorded it instead.
    function _throwIfAny(bytes memory reason) private pure {
        if (reason.length != 0) {
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IInftStorageRegistry
    function headOf(bytes32 idHash) external view returns (Head memory h) {
        Record storage r = _records[idHash];
        if (r.status == 0) return h;
        h.owner = r.owner;
        h.liveOwner = _liveOwner(r);
        h.mode = r.mode;
        h.status = r.status;
        h.version = r.version;
        h.time = r.time;
        h.blockNumber = r.blockNumber;
        h.size = r.size;
        h.keyEpoch = r.keyEpoch;
        h.kind = r.kind & ~INLINED;
        h.inlined = r.kind & INLINED != 0;
        h.root = r.root;
        h.checksum = r.checksum;
        h.historyHash = r.historyHash;
        h.keyringHash = r.keyringHash;
        h.controlHash = r.controlHash;
        h.controlSeq = r.controlSeq;
        h.controlBlock = r.controlBlock;
        h.grantEpoch = r.grantEpoch;
        h.lockedUntil = r.lockedUntil;
        h.pending = r.pending;
        h.candidateBlock = r.candidateBlock;
        h.ownerSince = r.ownerSince;
        h.nft = r.nft;
        h.tokenId = r.tokenId;
    }

    /// @inheritdoc IInftStorageRegistry
    function ownerOfId(bytes32 idHash) public view returns (address) {
        Record storage r = _records[idHash];
        return r.status == 0 ? address(0) : _liveOwner(r);
    }

    /// @inheritdoc IInftStorageRegistry
    function grantOf(bytes32 idHash, address who) public view returns (Grant memory g, bool effective) {
        Record storage r = _records[idHash];
        g = _grants[idHash][who];
        effective = g.roles != 0 && g.epoch == r.grantEpoch && g.expiry > block.timestamp && _liveOwner(r) == r.owner;
    }

    /// @inheritdoc IInftStorageRegistry
    function rightsOf(bytes32 idHash, address who) external view returns (bool isOwner, uint16 roles, uint48 expiry) {
        Record storage r = _records[idHash];
        if (who != address(0) && r.owner == who && _liveOwner(r) == who) return (true, ALL_ROLES, type(uint48).max);
        (Grant memory g, bool effective) = grantOf(idHash, who);
        if (effective) return (false, g.roles, g.expiry);
    }

    /// @inheritdoc IInftStorageRegistry
    function registryVersion() external pure returns (uint32) {
        return 1;
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return interfaceId == type(IInftStorageRegistry).interfaceId || interfaceId == 0x01ffc9a7;
    }

    // ------------------------------------------------------------------ the guide's interface

    /// @inheritdoc IInftStorageRegistry
    /// @dev Throws texts, since the guide's clients know no custom errors.
    function updateStoragePointer(string calldata inftId, string calldata storageHash, string calldata checksum)
        external
    {
        bytes32 idHash = keccak256(bytes(inftId));
        Record storage r = _records[idHash];
        require(r.status != 0, "Not registered");
        require(r.status == LIVE, "Frozen");
        require(block.timestamp >= r.lockedUntil, "Locked");
        (bytes memory reason, bool limited) = _judgeWriter(idHash, r, WRITER);
        require(reason.length == 0, "Not authorized");
        require(r.version == 0, "This id has versions of its own: use anchor");
        if (limited) _grants[idHash][msg.sender].last = uint48(block.timestamp);
        Pointer storage p = _pointers[idHash];
        (p.storageHash, p.checksum) = (InftId.parseHash(storageHash), InftId.parseHash(checksum));
        p.time = uint48(block.timestamp);
        emit StoragePointerUpdated(idHash, msg.sender, p.storageHash, p.checksum);
    }

    /// @inheritdoc IInftStorageRegistry
    function getStoragePointer(string calldata inftId)
        public
        view
        returns (string memory storageHash, string memory checksum, uint256 timestamp)
    {
        bytes32 idHash = keccak256(bytes(inftId));
        Record storage r = _records[idHash];
        if (r.version != 0) {
            return (string.concat("0x", InftId.hexOf(r.root)), InftId.hexOf(r.checksum), r.time);
        }
        Pointer storage p = _pointers[idHash];
        if (p.time != 0) return (InftId.hexOf(p.storageHash), InftId.hexOf(p.checksum), p.time);
    }

    /// @inheritdoc IInftStorageRegistry
    function storagePointers(string calldata inftId)
        external
        view
        returns (string memory storageHash, string memory checksum, uint256 timestamp)
    {
        return getStoragePointer(inftId);
    }

    /// @inheritdoc IInftStorageRegistry
    function inftOwners(string calldata inftId) external view returns (address) {
        return ownerOfId(keccak256(bytes(inftId)));
    }
}
