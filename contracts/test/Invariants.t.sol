// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture, PlainNft, Replay, Vm} from "./Fixture.sol";

/// @notice Does random things with one NFT's id and one plain id, and keeps its own account of who may do what.
contract Handler {
    Vm private constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    struct Right {
        uint16 roles;
        uint256 expiry;
        uint256 epoch;
    }

    I public immutable registry;
    PlainNft public immutable nft;
    bytes32[2] public ids;
    address[4] public actors;

    // Our own account, kept apart from the contract's.
    mapping(bytes32 id => address) public ownerOnRecord;
    mapping(bytes32 id => uint256) public epoch;
    mapping(bytes32 id => mapping(address who => Right)) private _rights;
    mapping(bytes32 id => bytes32) public history;
    mapping(bytes32 id => bytes32) public control;
    mapping(bytes32 id => uint64) public version;
    mapping(bytes32 id => bytes32) public root;

    mapping(bytes32 id => bool) public inlined;

    string public broken;
    bytes public lastObject;
    uint256 public moves;
    uint256 public refusals;

    constructor(I registry_, PlainNft nft_, bytes32[2] memory ids_, address[4] memory actors_) {
        (registry, nft, ids, actors) = (registry_, nft_, ids_, actors_);
        for (uint256 i = 0; i < 2; ++i) {
            I.Head memory h = registry.headOf(ids[i]);
            ownerOnRecord[ids[i]] = h.owner;
            history[ids[i]] = h.historyHash;
            control[ids[i]] = h.controlHash;
            epoch[ids[i]] = h.grantEpoch;
            version[ids[i]] = h.version;
            root[ids[i]] = h.root;
        }
    }

    function liveOwner(bytes32 id) private view returns (address) {
        if (id != ids[1]) return ownerOnRecord[id];
        try nft.ownerOf(7) returns (address live) {
            return live;
        } catch {
            return address(0);
        }
    }

    function may(bytes32 id, address who, uint16 role) private view returns (bool) {
        if (liveOwner(id) != ownerOnRecord[id]) return false;
        if (ownerOnRecord[id] == who) return true;
        Right memory r = _rights[id][who];
        return r.roles & role != 0 && r.epoch == epoch[id] && r.expiry > block.timestamp;
    }

    function complain(string memory what) private {
        if (bytes(broken).length == 0) broken = what;
    }

    /// @dev Sends a call and takes the events of a success into our own account.
    function send(bytes32 id, address who, bytes memory call) private returns (bool ok) {
        vm.recordLogs();
        vm.prank(who);
        (ok,) = address(registry).call(call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (!ok) {
            ++refusals;
            return false;
        }
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == Replay.ANCHORED) {
                history[id] = Replay.history(history[id], logs[i], block.number);
                inlined[id] = Replay.isInlined(logs[i]);
                if (inlined[id]) lastObject = Replay.inlined(logs[i], logs[++i]);
            } else if (logs[i].topics[0] == Replay.OBJECT_INLINED) {
                complain("an object of no version");
            } else if (logs[i].topics[0] == Replay.CONTROL) {
                control[id] = Replay.control(control[id], logs[i], block.number);
            }
        }
    }

    /// @param road 0 by itself, 1 rotating, 2 in a batch, 3 inline, 4 inline in a batch, 5 in a batch that could carry it
    function anchor(uint256 which, uint256 who, uint256 spoil, uint256 road) external {
        bytes32 id = ids[which % 2];
        address actor = actors[who % 4];
        road = road % 6;
        I.Head memory h = registry.headOf(id);
        bytes memory object = abi.encodePacked(id, h.version, spoil);
        I.Anchor memory a;
        a.idHash = id;
        a.version = h.version + 1;
        a.prevRoot = h.root;
        a.root = keccak256(abi.encode(id, a.version, spoil));
        a.checksum = sha256(object);
        a.size = uint48(object.length);
        a.keyEpoch = h.keyEpoch + (road == 1 && (h.keyEpoch == 0 || spoil % 2 == 0) ? 1 : 0);
        a.keyringHash = road == 1 ? keccak256(abi.encode(spoil)) : h.keyringHash;
        a.kind = uint8(spoil % 2 == 0 ? 4 : 1);
        bool spoiled = true;
        if (spoil % 9 == 0) a.version += 1;
        else if (spoil % 9 == 1) a.version -= 1;
        else if (spoil % 9 == 2) a.prevRoot = bytes32(spoil);
        else if (spoil % 9 == 3) a.keyEpoch += 2;
        else if (spoil % 9 == 4) a.kind += 128;
        else if (spoil % 9 == 5 && (road == 3 || road == 4)) object[spoil % object.length] ^= 0x10;
        else spoiled = false;
        bool right = road != 1 ? may(id, actor, 1) : may(id, actor, 2) && (a.kind == 4 || may(id, actor, 1));
        bool ok = send(id, actor, callOf(road, a, object));
        if (!ok && road % 3 == 2 || !ok && road == 4) complain("a batch failed whole");
        I.Head memory later = registry.headOf(id);
        if (later.version != h.version) {
            ++moves;
            if (spoiled) complain("the head moved though it was not the next");
            if (!right) complain("the head was moved without a right");
            if (later.inlined != (road == 3 || road == 4)) complain("the head says another road");
            if (later.kind != a.kind) complain("the head is of another kind");
            if (later.version != h.version + 1 || later.root != a.root) complain("the head is another one");
            version[id] = later.version;
            root[id] = later.root;
        }
    }

    function callOf(uint256 road, I.Anchor memory a, bytes memory object) private view returns (bytes memory) {
        if (road == 0) return abi.encodeCall(registry.anchor, (a));
        if (road == 1) return abi.encodeCall(registry.rotateAndAnchor, (a));
        if (road == 3) return abi.encodeCall(registry.anchorInline, (a, object));
        I.Anchor[] memory items = new I.Anchor[](1);
        items[0] = a;
        if (road == 2) return abi.encodeCall(registry.anchorMany, (items));
        bytes[] memory objects = new bytes[](1);
        if (road == 4) objects[0] = object;
        return abi.encodeCall(registry.anchorInlineMany, (items, objects));
    }

    function grant(uint256 which, uint256 by, uint256 who, uint16 roles, uint256 time) external {
        bytes32 id = ids[which % 2];
        address actor = actors[by % 4];
        address grantee = actors[who % 4];
        roles = roles % 7 + 1;
        uint48 expiry = uint48(block.timestamp + 1 + time % 5000);
        bool right = may(id, actor, 0);
        if (send(id, actor, abi.encodeCall(registry.grant, (id, grantee, roles, expiry, 0)))) {
            if (!right) complain("a grant by somebody else");
            _rights[id][grantee] = Right(roles, expiry, epoch[id]);
        }
    }

    function revoke(uint256 which, uint256 by, uint256 who, bool all) external {
        bytes32 id = ids[which % 2];
        address actor = actors[by % 4];
        bool right = may(id, actor, 0);
        bytes memory call =
            all ? abi.encodeCall(registry.revokeAll, (id)) : abi.encodeCall(registry.revoke, (id, actors[who % 4]));
        if (send(id, actor, call)) {
            if (!right) complain("a revocation by somebody else");
            if (all) ++epoch[id];
            else delete _rights[id][actors[who % 4]];
        }
    }

    function handOver(uint256 by, uint256 to, bool accept) external {
        bytes32 id = ids[0];
        address actor = actors[by % 4];
        I.Head memory h = registry.headOf(id);
        if (!accept) {
            bool right = may(id, actor, 0);
            if (send(id, actor, abi.encodeCall(registry.proposeOwner, (id, actors[to % 4]))) && !right) {
                complain("a proposal by somebody else");
            }
        } else if (send(id, actor, abi.encodeCall(registry.acceptOwner, (id, h.root, h.controlHash)))) {
            if (actor != h.pending) complain("accepted by somebody else");
            ownerOnRecord[id] = actor;
            ++epoch[id];
        }
    }

    function moveToken(uint256 to) external {
        nft.set(7, to % 5 == 4 ? address(0) : actors[to % 5]);
    }

    function observe(uint256 by) external {
        bytes32 id = ids[1];
        I.Head memory h = registry.headOf(id);
        address live = liveOwner(id);
        if (!send(id, actors[by % 4], abi.encodeCall(registry.observeOwner, (id)))) return;
        I.Head memory later = registry.headOf(id);
        if (later.owner == h.owner) return;
        bool seenBefore = h.pending == live && h.candidateBlock != 0 && block.number >= h.candidateBlock + 2;
        if (later.owner != live || !seenBefore) complain("an owner nobody saw twice");
        ownerOnRecord[id] = later.owner;
        ++epoch[id];
    }

    function state(uint256 which, uint256 by, uint256 what, uint48 time) external {
        bytes32 id = ids[which % 2];
        address actor = actors[by % 4];
        if (what % 8 == 0) {
            send(id, actor, abi.encodeCall(registry.freeze, (id)));
        } else if (what % 8 < 5) {
            send(id, actor, abi.encodeCall(registry.unfreeze, (id)));
        } else if (what % 8 == 5) {
            send(id, actor, abi.encodeCall(registry.lockUntil, (id, uint48(block.timestamp + time % 500))));
        } else if (what % 8 == 6) {
            send(id, actor, abi.encodeCall(registry.flagVersions, (id, 1, 1, bytes32(0))));
        } else {
            send(id, actor, abi.encodeCall(registry.setSuccessor, (id, 1, actor, id)));
        }
    }

    function pass(uint16 time, uint8 blocks) external {
        vm.warp(block.timestamp + time % 2000);
        vm.roll(block.number + blocks % 4);
    }
}

/// @notice What holds whatever happens.
contract InvariantsTest is Fixture {
    Handler private handler;

    function setUp() public override {
        super.setUp();
        bytes32 bound = beginBound();
        begin(id);
        handler = new Handler(registry, nft, [id, bound], [OWNER, AGENT, BUYER, STRANGER]);
    }

    /// @dev Tells forge whom to call.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariantHeadMovesOnlyByTheNextAnchorOfSomebodyWithTheRight() public view {
        same(handler.broken(), "", "broken");
    }

    function invariantVersionNeverDecreasesAndRootIsTheLastAnchored() public view {
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 which = handler.ids(i);
            I.Head memory h = registry.headOf(which);
            same(h.version, handler.version(which), "version");
            same(h.root, handler.root(which), "root");
        }
    }

    function invariantTheHeadSaysWhetherItsObjectWentAlong() public view {
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 which = handler.ids(i);
            require(registry.headOf(which).inlined == handler.inlined(which), "inlined");
        }
    }

    function invariantBothHashesReplayFromTheEvents() public view {
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 which = handler.ids(i);
            I.Head memory h = registry.headOf(which);
            same(h.historyHash, handler.history(which), "history hash");
            same(h.controlHash, handler.control(which), "control hash");
        }
    }

    /// @dev A handler that never gets anything done would keep every promise.
    function testTheHandlerGetsThingsDone() public {
        for (uint256 which = 0; which < 2; ++which) {
            for (uint256 road = 0; road < 6; ++road) {
                handler.anchor(which, 0, 7, road);
            }
            handler.grant(which, 0, 1, 0, 100);
            handler.anchor(which, 1, 7, 3);
            require(handler.inlined(handler.ids(which)), "inlined");
        }
        same(handler.lastObject().length, 72, "object");
        handler.anchor(0, 0, 6, 1);
        same(handler.moves(), 15, "moves");
        handler.anchor(0, 3, 6, 0);
        handler.anchor(0, 1, 5, 3);
        handler.anchor(0, 1, 4, 3);
        same(handler.refusals(), 3, "refusals");
        handler.moveToken(2);
        handler.observe(3);
        handler.pass(0, 3);
        handler.observe(3);
        same(handler.ownerOnRecord(handler.ids(1)), BUYER, "observed");
        same(handler.broken(), "", "broken");
    }
}
