// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {InftId} from "../InftId.sol";
import {Fixture, Replay, Vm} from "./Fixture.sol";

/// @notice Properties over random arguments.
contract FuzzTest is Fixture {
    function testFuzzOnlyTheNextAnchorPasses(I.Anchor calldata a, uint8 field) public {
        begin(id);
        I.Anchor memory good = next(id);
        I.Anchor memory wish = good;
        if (field % 6 == 0) wish.version = a.version;
        if (field % 6 == 1) wish.prevRoot = a.prevRoot;
        if (field % 6 == 2) wish.keyEpoch = a.keyEpoch;
        if (field % 6 == 3) wish.keyringHash = a.keyringHash;
        if (field % 6 == 4) wish.idHash = a.idHash;
        if (field % 6 == 5) (wish.root, wish.checksum, wish.size, wish.kind) = (a.root, a.checksum, a.size, a.kind);
        I.Anchor memory expected = next(id);
        bool right = wish.idHash == id && wish.version == expected.version && wish.prevRoot == expected.prevRoot
            && wish.keyEpoch == expected.keyEpoch && wish.keyringHash == expected.keyringHash && wish.root != 0
            && wish.checksum != 0 && wish.size != 0 && wish.kind != 0 && wish.kind <= 7;
        vm.prank(OWNER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.anchor, (wish)));
        require(ok == right, "taken if and only if it is the next");
        same(registry.headOf(id).version, right ? 2 : 1, "version");
    }

    function testFuzzOnlyTheNamedObjectGoesAlong(
        uint16 length,
        uint48 size,
        bytes32 checksum,
        uint16 place,
        uint8 field
    ) public {
        begin(id);
        bytes memory object = sealedBytes(length % 9000);
        I.Anchor memory a = next(id, object);
        if (field % 8 == 0) a.size = size;
        if (field % 8 == 1) a.checksum = checksum;
        if (field % 8 == 2 && object.length != 0) object[place % object.length] ^= 0x01;
        if (field % 8 == 3) a.size = a.size ^ uint48(1) << (size % 48);
        bool right = a.size != 0 && a.checksum != 0 && a.size == object.length && object.length <= 8192
            && a.checksum == sha256(object);
        vm.prank(OWNER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.anchorInline, (a, object)));
        require(ok == right, "taken if and only if it is the object");
        same(registry.headOf(id).version, right ? 2 : 1, "version");
        require(registry.headOf(id).inlined == right, "inlined");
    }

    function testFuzzAnyObjectComesOutAsItWentIn(bytes memory object) public {
        vm.assume(object.length > 0 && object.length <= 8192);
        begin(id);
        I.Anchor memory a = next(id, object);
        vm.recordLogs();
        inlineAs(OWNER, a, object);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(keccak256(Replay.inlined(logs[0], logs[1])), keccak256(object), "object");
    }

    function testFuzzAnyAccountWithoutARightIsRefused(address who, bool bound) public {
        vm.assume(who != OWNER && who != address(vm));
        bytes32 which = bound ? beginBound() : id;
        if (!bound) begin(id);
        I.Anchor memory a = next(which);
        vm.prank(who);
        (bool ok, bytes memory reason) = address(registry).call(abi.encodeCall(registry.anchor, (a)));
        require(!ok && bytes4(reason) == I.NotAuthorized.selector, "refused");
    }

    function testFuzzGrantSpeaksForItsRolesAndTime(uint16 roles, uint48 expiry, uint48 now_, uint16 asked) public {
        uint256 start = block.timestamp;
        bool valid = roles != 0 && roles <= 7 && expiry > start;
        vm.prank(OWNER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.grant, (id, AGENT, roles, expiry, 0)));
        require(ok == valid, "granted if and only if valid");
        vm.warp(start + now_ % 1000 days);
        (bool isOwner, uint16 found, uint48 until) = registry.rightsOf(id, AGENT);
        bool live = valid && expiry > block.timestamp;
        require(!isOwner, "never the owner");
        same(found & asked, live ? roles & asked : 0, "roles");
        same(until, live ? expiry : 0, "expiry");
    }

    function testFuzzHistoryReplaysFromEvents(uint8 steps, uint256 seed) public {
        bytes32 replayed = registry.headOf(id).historyHash;
        bytes32 control = registry.headOf(id).controlHash;
        for (uint256 i = 0; i < steps % 12; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.roll(block.number + seed % 3);
            vm.warp(block.timestamp + seed % 100);
            I.Anchor memory a = i == 0 ? first(id) : seed % 4 == 0 ? rekeyed(id) : next(id);
            a.size = uint48(seed | 1);
            a.kind = uint8((seed >> 200) % 7 + 1);
            vm.recordLogs();
            if (i == 0 || seed % 4 == 0) rotateAs(OWNER, a);
            else anchorAs(OWNER, a);
            Vm.Log[] memory logs = vm.getRecordedLogs();
            for (uint256 k = 0; k < logs.length; ++k) {
                if (logs[k].topics[0] == Replay.ANCHORED) replayed = Replay.history(replayed, logs[k], block.number);
                else control = Replay.control(control, logs[k], block.number);
            }
        }
        same(registry.headOf(id).historyHash, replayed, "history hash");
        same(registry.headOf(id).controlHash, control, "control hash");
    }

    function testFuzzIdsFollowTheRules(bytes memory text, bool wild) public {
        bytes memory alphabet = "ab9xX0...//:_@-Z";
        for (uint256 i = 0; i < text.length && !wild; ++i) {
            text[i] = alphabet[uint8(text[i]) % 16];
        }
        vm.assume(keccak256(text) != id);
        bool valid = text.length >= 1 && text.length <= 128;
        for (uint256 i = 0; i < text.length; ++i) {
            bytes1 c = text[i];
            bool letter = (c >= "a" && c <= "z") || (c >= "A" && c <= "Z");
            bool other = (c >= "0" && c <= "9") || c == "." || c == "_" || c == ":" || c == "/" || c == "@" || c == "-";
            valid = valid && (letter || other);
            if (c == "/" && i + 1 < text.length && text[i + 1] == "/") valid = false;
        }
        valid = valid && !hasDotsSegment(text) && !begins(text, "0x") && !begins(text, "eip155:")
            && !begins(text, "sqlite:");
        (bool ok,) = address(registry).call(abi.encodeCall(registry.registerFlat, (string(text))));
        require(ok == valid, string(text));
    }

    function hasDotsSegment(bytes memory text) private pure returns (bool) {
        bytes memory framed = bytes.concat("/", text, "/");
        for (uint256 i = 0; i + 4 <= framed.length; ++i) {
            if (framed[i] == "/" && framed[i + 1] == "." && framed[i + 2] == "." && framed[i + 3] == "/") return true;
        }
        return false;
    }

    function begins(bytes memory text, bytes memory prefix) private pure returns (bool) {
        for (uint256 i = 0; i < prefix.length; ++i) {
            if (i >= text.length) return false;
            bool upper = text[i] >= "A" && text[i] <= "Z";
            if (uint8(text[i]) + (upper ? 32 : 0) != uint8(prefix[i])) return false;
        }
        return true;
    }

    function testFuzzDecimalAndHex(uint256 value) public view {
        same(string(InftId.decimal(value)), vm.toString(value), "decimal");
        same(this.parse(InftId.hexOf(bytes32(value))), bytes32(value), "hex");
        same(this.parse(string.concat("0x", InftId.hexOf(bytes32(value)))), bytes32(value), "hex with prefix");
    }

    function parse(string calldata text) external pure returns (bytes32) {
        return InftId.parseHash(text);
    }

    function testFuzzScopedIdBelongsToItsCaller(address who) public {
        vm.assume(who != address(vm));
        vm.prank(who);
        bytes32 made = registry.registerScoped("label");
        same(registry.headOf(made).owner, who, "owner");
        bytes memory text = bytes.concat("0x", bytes(InftId.hexOf(abi.encodePacked(who))), "/label");
        same(made, keccak256(text), "id");
    }
}
