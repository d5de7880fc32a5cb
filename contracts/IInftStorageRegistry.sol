// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The registry of databases that live on 0G Storage: which version of each is the newest
/// @notice An id names one database. Its head (version, root, checksum) moves by compare-and-swap only. Two running
/// hashes commit to every version and to every control operation. There is no admin, no fee, no pause and no upgrade.
interface IInftStorageRegistry {
    // ------------------------------------------------------------------ types

    /// @notice A wish for a new head.
    /// @param idHash keccak256 of the id's bytes
    /// @param version must be the current version + 1
    /// @param prevRoot must equal the current root, zero for version 1
    /// @param root 0G Merkle root of the commit object, not zero
    /// @param checksum SHA-256 of the commit object's bytes, not zero
    /// @param size length of the commit object in bytes
    /// @param keyEpoch must equal the current key epoch (of a rotation: that or one more)
    /// @param keyringHash must equal the current keyring hash (of a rotation: becomes the current one)
    /// @param kind 1 delta, 2 snapshot, 3 restore, 4 rekey, 5 import; reserved and accepted: 6 archive, 7 erase; recorded,
    /// and interpreted only where `rotateAndAnchor` says so
    struct Anchor {
        bytes32 idHash;
        uint64 version;
        bytes32 prevRoot;
        bytes32 root;
        bytes32 checksum;
        uint48 size;
        uint24 keyEpoch;
        bytes32 keyringHash;
        uint8 kind;
    }

    /// @notice Everything about an id in one answer; all zero for an id that is not registered.
    /// @param owner the owner on record; of an NFT the one observed last, zero before the first observation
    /// @param liveOwner who controls the id now: of an NFT the answer of `ownerOf`, zero if there is none
    /// @param mode 1 FLAT, 2 SCOPED, 3 BOUND
    /// @param status 0 not registered, 1 live, 2 frozen
    /// @param version newest version, 0 while there is none
    /// @param time of the newest version, Unix seconds
    /// @param blockNumber of the newest version; its `Anchored` event is in that block
    /// @param size of the newest commit object in bytes
    /// @param keyEpoch current key epoch, 0 before version 1
    /// @param kind of the newest version
    /// @param inlined whether the newest commit object went along with its anchor, in `ObjectInlined`
    /// @param root of the newest commit object
    /// @param checksum of the newest commit object
    /// @param historyHash running hash over all versions
    /// @param keyringHash SHA-256 of the current keyring
    /// @param controlHash running hash over all control operations
    /// @param controlSeq number of control operations
    /// @param controlBlock block of the last control operation
    /// @param grantEpoch grants of earlier epochs are void
    /// @param lockedUntil nobody anchors before this time
    /// @param pending proposed owner; in BOUND mode the candidate seen at `candidateBlock`
    /// @param candidateBlock block in which a changed owner was seen first, 0 if none waits
    /// @param ownerSince when the owner was observed or accepted, 0 for who registered it
    /// @param nft the NFT contract, BOUND mode only
    /// @param tokenId the token, BOUND mode only
    struct Head {
        address owner;
        address liveOwner;
        uint8 mode;
        uint8 status;
        uint64 version;
        uint48 time;
        uint48 blockNumber;
        uint48 size;
        uint24 keyEpoch;
        uint8 kind;
        bool inlined;
        bytes32 root;
        bytes32 checksum;
        bytes32 historyHash;
        bytes32 keyringHash;
        bytes32 controlHash;
        uint32 controlSeq;
        uint48 controlBlock;
        uint24 grantEpoch;
        uint48 lockedUntil;
        address pending;
        uint48 candidateBlock;
        uint48 ownerSince;
        address nft;
        uint256 tokenId;
    }

    /// @notice What an owner gave an account.
    /// @param epoch the grant epoch it was given in
    /// @param expiry Unix time from which it is void
    /// @param roles 1 WRITER (anchors), 2 KEYADMIN (rotates to a rekey, with WRITER to anything; publishes sealed keys),
    /// 4 GUARDIAN (freezes), added bitwise
    /// @param minInterval shortest time in seconds between two anchors by the account, 0 for none
    /// @param last time of its last anchor, kept only while `minInterval` is not 0
    struct Grant {
        uint24 epoch;
        uint48 expiry;
        uint16 roles;
        uint32 minInterval;
        uint48 last;
    }

    // ------------------------------------------------------------------ events

    /// @notice An id exists. `genesis` is where both running hashes begin.
    /// @param owner who registered it; of an NFT its live owner, who must still be observed
    event Registered(
        bytes32 indexed idHash,
        address indexed owner,
        uint8 indexed mode,
        string id,
        address nft,
        uint256 tokenId,
        bytes32 genesis
    );

    /// @notice The head moved.
    /// @param packed size (48 bits from bit 0), keyEpoch (24 from 48), kind (7 from 72), whether an `ObjectInlined` follows
    /// (bit 79), zero (8 from 80), controlSeq (32 from 88), block of the version before (48 from 120), time (48 from 168)
    event Anchored(
        bytes32 indexed idHash,
        uint64 indexed version,
        address indexed author,
        bytes32 prevRoot,
        bytes32 root,
        bytes32 checksum,
        bytes32 keyringHash,
        bytes32 historyHash,
        uint256 packed
    );

    /// @notice The commit object of the version whose `Anchored` is the log right before this one.
    event ObjectInlined(bytes32 indexed idHash, uint64 indexed version, bytes object);

    /// @notice Rights, owner, keyring or state of an id changed. Operations and their data (`abi.encode`):
    /// 1 grant (address who, uint16 roles, uint48 expiry, uint32 minInterval); 2 revoke (address who);
    /// 3 revoke all (uint24 new grant epoch); 4 keyring (bytes32 keyringHash, uint24 keyEpoch); 5 propose owner
    /// (address to); 6 accept (address new owner); 7 freeze or unfreeze (bool frozen); 8 lock (uint48 until);
    /// 9 owner observed (address new owner); 12 successor (uint256 chainId, address registry, bytes32 idHash);
    /// 13 flag versions (uint64 from, uint64 to, bytes32 reason); 16 cancel proposal (nothing)
    /// @param prevControlBlock block of the operation before, 0 if it is the first
    event Control(
        bytes32 indexed idHash,
        uint32 indexed controlSeq,
        uint8 indexed op,
        address actor,
        bytes data,
        bytes32 controlHash,
        uint48 prevControlBlock,
        uint48 time
    );

    /// @notice A key for a recipient, sealed for them off chain; nothing is stored.
    event SealedKey(
        bytes32 indexed idHash, address indexed recipient, uint24 indexed keyEpoch, address sender, bytes sealedKey
    );

    /// @notice An account's own public encryption key; nothing is stored.
    event EncryptionKey(address indexed who, uint8 scheme, bytes publicKey);

    /// @notice Item `index` of a batch was refused; `reason` is the error as it would have been thrown.
    event AnchorRejected(bytes32 indexed idHash, uint64 version, uint16 index, bytes reason);

    /// @notice A pointer was written through the guide's interface.
    event StoragePointerUpdated(bytes32 indexed idHash, address indexed author, bytes32 storageHash, bytes32 checksum);

    // ------------------------------------------------------------------ errors

    /// @notice Nobody registered this id.
    error NotRegistered();
    /// @notice Somebody registered this id before.
    error Taken();
    /// @notice The id breaks the rules for ids.
    error BadId();
    /// @notice Root, checksum or keyring hash is zero, or a hash is not 64 hex digits.
    error BadHash();
    /// @notice A kind that does not exist, or a commit object of no bytes.
    error BadAnchor();
    /// @notice Not the object that the anchor names by size and SHA-256, or more than 8192 bytes.
    error BadObject();
    /// @notice Not one object, or no bytes in its place, for each item.
    error BadBatch();
    /// @notice No such roles, or the zero address.
    error BadGrant();
    /// @notice Not a range of existing versions.
    error BadRange();
    /// @notice A lock ends in the future, within 365 days, and is never shortened.
    error BadLock();
    /// @notice A published key has 1 to 4096 bytes.
    error BadKey();
    /// @notice More than 256 items, or more than 96 KiB of objects.
    error BatchTooLarge();
    /// @notice The caller lacks the right.
    error NotAuthorized();
    /// @notice The caller owns the NFT but was not observed yet: `observeOwner`, twice, two blocks apart.
    error NotObserved();
    /// @notice The id is frozen, or (for unfreeze) it is not.
    error BadState(uint8 status);
    /// @notice The owner locked the id.
    error Locked(uint48 until);
    /// @notice The head is another one.
    error HeadMismatch(uint64 version, bytes32 root);
    /// @notice Key epoch or keyring are not the current ones.
    error KeyEpochMismatch(uint24 keyEpoch, bytes32 keyringHash);
    /// @notice Root or control hash are not those that the new owner inspected.
    error NotAsInspected(bytes32 root, bytes32 controlHash);
    /// @notice The grant's time, or the grant to be given, is over.
    error Expired();
    /// @notice Not before this time.
    error TooSoon(uint48 notBefore);
    /// @notice Not before this block.
    error TooEarly(uint48 notBeforeBlock);
    /// @notice `ownerOf` failed, or the token has no owner.
    error NoOwner();
    /// @notice No owner is proposed, or to the zero address.
    error NoProposal();
    /// @notice Not for ids of this mode.
    error WrongMode(uint8 mode);
    /// @notice Too little gas is left to ask the NFT contract. Never the fate of an item: the whole batch fails, so that no
    /// estimate settles on gas with which items are refused.
    error NotEnoughGas();

    // ------------------------------------------------------------------ registration

    /// @notice Creates the record of a token's id, `eip155:<chain>/erc721:0x<nft>/<tokenId>`. Anybody may; only the
    /// token's owner controls it. Counts as the first observation of that owner: `observeOwner` two blocks later makes
    /// it good.
    /// @return idHash keccak256 of the id
    function registerBound(address nft, uint256 tokenId) external returns (bytes32 idHash);

    /// @notice Creates the record of the caller's own id, `0x<caller>/<label>`.
    /// @return idHash keccak256 of the id
    function registerScoped(string calldata label) external returns (bytes32 idHash);

    /// @notice Creates the record of an id that nobody has; first come. It may not begin with `eip155:`, `0x` or
    /// `sqlite:` in any case.
    /// @return idHash keccak256 of the id
    function registerFlat(string calldata id) external returns (bytes32 idHash);

    // ------------------------------------------------------------------ moving the head

    /// @notice Moves the head; for the owner and WRITERs.
    /// @return historyHash the running hash with the new version in it
    function anchor(Anchor calldata a) external returns (bytes32 historyHash);

    /// @notice Moves the head by a version whose commit object is in this very call and nowhere else: as `anchor`, and
    /// `object` is what `a.size` and `a.checksum` name, of at most 8192 bytes. Nodes keep it as an event (`ObjectInlined`,
    /// the log after its `Anchored`) and in the transaction, for as long as they keep those: whoever anchors this way stores
    /// it elsewhere later.
    /// @return historyHash the running hash with the new version in it
    function anchorInline(Anchor calldata a, bytes calldata object) external returns (bytes32 historyHash);

    /// @notice Anchors up to 256 items one after the other; each succeeds or fails alone, unless gas runs out.
    /// @return accepted bit i is set if item i was anchored
    function anchorMany(Anchor[] calldata items) external returns (uint256 accepted);

    /// @notice The same with objects: item i as `anchorInline` does it with `objects[i]`, or as `anchor` does it where that
    /// has no bytes. At most 96 KiB of objects in all.
    /// @return accepted bit i is set if item i was anchored
    function anchorInlineMany(Anchor[] calldata items, bytes[] calldata objects) external returns (uint256 accepted);

    /// @notice Makes `a.keyringHash` and `a.keyEpoch` (the current epoch or one more) the current ones and moves the
    /// head, in one step; for the owner, for KEYADMINs who are WRITERs too, and for KEYADMINs if the kind is 4 (rekey): a
    /// rekey has the content of the version before. That this is so is checked by whoever holds the keys, not here.
    /// Version 1 is made this way, with epoch 1. A new epoch of an NFT's id needs an owner who was observed an hour ago.
    /// There is no inline form: what brings a keyring must outlive the events of a chain.
    /// @return historyHash the running hash with the new version in it
    function rotateAndAnchor(Anchor calldata a) external returns (bytes32 historyHash);

    // ------------------------------------------------------------------ control, for the owner unless stated

    /// @notice Gives an account roles until `expiry`; replaces what it had.
    function grant(bytes32 idHash, address who, uint16 roles, uint48 expiry, uint32 minInterval) external;

    /// @notice Takes an account's roles away.
    function revoke(bytes32 idHash, address who) external;

    /// @notice Ends every grant at once.
    function revokeAll(bytes32 idHash) external;

    /// @notice Offers the id to an account; not in BOUND mode.
    function proposeOwner(bytes32 idHash, address to) external;

    /// @notice Withdraws the offer.
    function cancelProposal(bytes32 idHash) external;

    /// @notice Takes the offer; for the proposed account. Fails if root or control hash are not those it inspected.
    /// Ends all grants and a lock.
    function acceptOwner(bytes32 idHash, bytes32 expectedRoot, bytes32 expectedControlHash) external;

    /// @notice Records that an NFT has another owner; for anybody. The first call notes the candidate, a second one at
    /// least two blocks later that sees the same owner makes it good and ends all grants and a lock. Does nothing if
    /// the owner is the one on record (a candidate is forgotten).
    function observeOwner(bytes32 idHash) external;

    /// @notice Stops anchoring; for the owner and GUARDIANs.
    function freeze(bytes32 idHash) external;

    /// @notice Lets anchoring go on.
    function unfreeze(bytes32 idHash) external;

    /// @notice Nobody anchors before `time`, the owner included, unless the owner changes. Never shortened.
    function lockUntil(bytes32 idHash, uint48 time) external;

    /// @notice Marks versions as disputed, in the control log only.
    function flagVersions(bytes32 idHash, uint64 from, uint64 to, bytes32 reason) external;

    /// @notice Names the registry and id that follow this one, in the control log only. Of an NFT's id: an hour after
    /// its owner was observed.
    function setSuccessor(bytes32 idHash, uint256 chainId, address registry, bytes32 newIdHash) external;

    /// @notice Publishes a sealed key; for the owner and KEYADMINs.
    function publishSealedKey(bytes32 idHash, address recipient, uint24 keyEpoch, bytes calldata sealedKey) external;

    /// @notice Publishes the caller's public encryption key; for anybody.
    function publishEncryptionKey(uint8 scheme, bytes calldata publicKey) external;

    // ------------------------------------------------------------------ views

    /// @notice Everything about an id; all zero if it is not registered.
    function headOf(bytes32 idHash) external view returns (Head memory);

    /// @notice Who controls an id now, zero if nobody.
    function ownerOfId(bytes32 idHash) external view returns (address);

    /// @notice What was granted, and whether it has effect now.
    function grantOf(bytes32 idHash, address who) external view returns (Grant memory, bool effective);

    /// @notice What an account may do now.
    /// @return isOwner it is the owner on record and still owns
    /// @return roles the roles in effect, all for the owner
    /// @return expiry when they end, the greatest value for the owner, 0 without any
    function rightsOf(bytes32 idHash, address who) external view returns (bool isOwner, uint16 roles, uint48 expiry);

    /// @notice 1; a later registry is another contract.
    function registryVersion() external pure returns (uint32);

    // ------------------------------------------------------------------ the guide's interface

    /// @notice Writes the guide's pointer: two hashes of 64 hex digits, with or without `0x`. For the owner and
    /// WRITERs, as long as the id has no version of its own. Never touches version, root or history.
    function updateStoragePointer(string calldata inftId, string calldata storageHash, string calldata checksum)
        external;

    /// @notice The newest version's root (with `0x`), checksum (without) and time; before version 1 what
    /// `updateStoragePointer` wrote (both without `0x`); empty if there is neither.
    function getStoragePointer(string calldata inftId)
        external
        view
        returns (string memory storageHash, string memory checksum, uint256 timestamp);

    /// @notice The same, under the name of the guide's public mapping.
    function storagePointers(string calldata inftId)
        external
        view
        returns (string memory storageHash, string memory checksum, uint256 timestamp);

    /// @notice Who controls the id now, zero if nobody; under the name of the guide's public mapping.
    function inftOwners(string calldata inftId) external view returns (address);
}
