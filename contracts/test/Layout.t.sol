// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Where everything lies, for who reads storage by proof (registry.md has the table), and how much code there is.
contract LayoutTest is Fixture {
    uint256 private constant RECORDS = 0;
    uint256 private constant GRANTS = 1;
    uint256 private constant POINTERS = 2;

    bytes32 private bound;

    function slotOf(uint256 mapping_, bytes32 key, uint256 slot) private view returns (uint256) {
        return word(uint256(keccak256(abi.encode(key, mapping_))) + slot);
    }

    function word(uint256 slot) private view returns (uint256) {
        return uint256(vm.load(address(registry), bytes32(slot)));
    }

    /// @dev A record in which every field has a value of its own: rotated, granted upon, inlined, locked, with a candidate.
    function fill() private {
        bound = beginBound();
        rotateAs(OWNER, next(bound));
        vm.warp(block.timestamp + 2 hours);
        vm.roll(5000);
        rotateAs(OWNER, rekeyed(bound));
        vm.prank(OWNER);
        registry.revokeAll(bound);
        vm.roll(5003);
        bytes memory object = sealedBytes(999);
        I.Anchor memory a = next(bound, object);
        a.kind = 5;
        inlineAs(OWNER, a, object);
        vm.warp(block.timestamp + 30);
        vm.roll(5020);
        vm.prank(OWNER);
        registry.lockUntil(bound, uint48(block.timestamp + 1 days));
        vm.roll(5041);
        nft.set(7, BUYER);
        registry.observeOwner(bound);
    }

    function testRecordLiesWhereThePageSays() public {
        fill();
        I.Head memory h = registry.headOf(bound);
        require(
            h.pending == BUYER && h.candidateBlock == 5041 && h.blockNumber == 5003 && h.controlBlock == 5020, "set"
        );
        require(h.controlSeq == 6 && h.keyEpoch == 2 && h.grantEpoch == 2 && h.version == 4 && h.inlined, "all of it");
        same(
            slotOf(RECORDS, bound, 0),
            uint256(uint160(OWNER)) | uint256(h.controlSeq) << 160 | uint256(h.grantEpoch) << 192 | uint256(h.keyEpoch)
                << 216 | uint256(h.mode) << 240 | uint256(h.status) << 248,
            "slot 0"
        );
        same(slotOf(RECORDS, bound, 1), uint256(h.historyHash), "slot 1");
        same(slotOf(RECORDS, bound, 2), uint256(h.root), "slot 2");
        same(slotOf(RECORDS, bound, 3), uint256(h.checksum), "slot 3");
        same(
            slotOf(RECORDS, bound, 4),
            uint256(h.version) | uint256(h.time) << 64 | uint256(h.blockNumber) << 112 | uint256(h.size) << 160
                | uint256(h.lockedUntil) << 208 | uint256(h.kind) << 248 | uint256(1) << 255,
            "slot 4"
        );
        same(slotOf(RECORDS, bound, 5), uint256(h.keyringHash), "slot 5");
        same(slotOf(RECORDS, bound, 6), uint256(h.controlHash), "slot 6");
        same(
            slotOf(RECORDS, bound, 7),
            uint256(uint160(address(nft))) | uint256(h.candidateBlock) << 160 | uint256(h.ownerSince) << 208,
            "slot 7"
        );
        same(slotOf(RECORDS, bound, 8), 7, "slot 8");
        same(slotOf(RECORDS, bound, 9), uint256(uint160(BUYER)) | uint256(h.controlBlock) << 160, "slot 9");
        same(slotOf(RECORDS, bound, 10), 0, "slot 10");
    }

    function testALaterAnchorKeepsWhatSharesItsSlot() public {
        fill();
        nft.set(7, OWNER);
        uint48 until = registry.headOf(bound).lockedUntil;
        vm.warp(until);
        anchorAs(OWNER, next(bound));
        I.Head memory h = registry.headOf(bound);
        same(h.lockedUntil, until, "lock");
        same(h.candidateBlock, 0, "candidate");
        require(!h.inlined && h.kind == 1 && h.version == 5, "the newest is a plain one");
        same(slotOf(RECORDS, bound, 4) >> 248, 1, "kind");
    }

    function testGrantLiesWhereThePageSays() public {
        begin(id);
        vm.prank(OWNER);
        registry.revokeAll(id);
        uint48 expiry = uint48(block.timestamp + 1 days);
        vm.prank(OWNER);
        registry.grant(id, AGENT, WRITER | GUARDIAN, expiry, 60);
        anchorAs(AGENT, next(id));
        uint256 outer = uint256(keccak256(abi.encode(id, GRANTS)));
        same(
            word(uint256(keccak256(abi.encode(AGENT, outer)))),
            uint256(1) | uint256(expiry) << 24 | uint256(5) << 72 | uint256(60) << 88 | block.timestamp << 120,
            "grant"
        );
    }

    function testPointerLiesWhereThePageSays() public {
        string memory zeros = "00000000000000000000000000000000000000000000000000000000000000";
        vm.prank(OWNER);
        registry.updateStoragePointer("inft_12345", string.concat("01", zeros), string.concat("02", zeros));
        same(slotOf(POINTERS, id, 0), 1 << 248, "storage hash");
        same(slotOf(POINTERS, id, 1), 2 << 248, "checksum");
        same(slotOf(POINTERS, id, 2), block.timestamp, "time");
    }

    function testNothingElseIsStored() public {
        fill();
        for (uint256 slot = 0; slot < 8; ++slot) {
            same(word(slot), 0, "no state beside the mappings");
        }
    }

    function testCodeFitsAChain() public view {
        require(address(registry).code.length <= 24_576, "too much code");
    }
}
