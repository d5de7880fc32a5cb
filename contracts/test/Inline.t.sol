// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture, Replay, Vm} from "./Fixture.sol";

/// @notice Commit objects that go along with their anchors.
contract InlineTest is Fixture {
    bytes private object;

    function setUp() public override {
        super.setUp();
        object = sealedBytes(1000);
        begin(id);
    }

    function testObjectIsTheLogAfterItsAnchor() public {
        bytes32 before = registry.headOf(id).historyHash;
        I.Anchor memory a = next(id, object);
        vm.recordLogs();
        vm.prank(OWNER);
        bytes32 hash = registry.anchorInline(a, object);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 2, "logs");
        same(logs[1].topics.length, 3, "topics");
        same(keccak256(Replay.inlined(logs[0], logs[1])), keccak256(object), "object");
        require(Replay.isInlined(logs[0]), "bit 79");
        same(Replay.history(before, logs[0], block.number), hash, "the history hash covers the bit");
    }

    function testHeadSaysItAndKeepsTheKind() public {
        inlineAs(OWNER, next(id, object), object);
        I.Head memory h = registry.headOf(id);
        require(h.inlined, "inlined");
        same(h.kind, 1, "kind");
        same(h.size, 1000, "size");
        same(h.checksum, sha256(object), "checksum");
        anchorAs(OWNER, next(id));
        require(!registry.headOf(id).inlined, "the next one is not");
        inlineAs(OWNER, next(id, object), object);
        rotateAs(OWNER, rekeyed(id));
        require(!registry.headOf(id).inlined, "a rotation never is");
        same(registry.headOf(id).version, 5, "version");
    }

    function testEveryRuleOfAnchorHolds() public {
        I.Anchor memory a = next(id, object);
        refused(STRANGER, a, abi.encodePacked(I.NotAuthorized.selector));
        give(id, AGENT, KEYADMIN);
        refused(AGENT, a, abi.encodePacked(I.NotAuthorized.selector));
        give(id, AGENT, WRITER);
        a.version += 1;
        refused(AGENT, a, abi.encodeWithSelector(I.HeadMismatch.selector, 1, a.prevRoot));
        a = next(id, object);
        a.prevRoot = keccak256("another");
        refused(OWNER, a, abi.encodeWithSelector(I.HeadMismatch.selector, 1, registry.headOf(id).root));
        a = next(id, object);
        a.keyringHash = keccak256("another");
        bytes memory mismatch = abi.encodeWithSelector(I.KeyEpochMismatch.selector, 1, registry.headOf(id).keyringHash);
        refused(OWNER, a, mismatch);
        a = next(id, object);
        a.root = 0;
        refused(OWNER, a, abi.encodePacked(I.BadHash.selector));
        a = next(id, object);
        a.kind = 8;
        refused(OWNER, a, abi.encodePacked(I.BadAnchor.selector));
        a = next(id, object);
        vm.prank(OWNER);
        registry.freeze(id);
        refused(OWNER, a, abi.encodeWithSelector(I.BadState.selector, 2));
        vm.prank(OWNER);
        registry.unfreeze(id);
        inlineAs(AGENT, a, object);
    }

    function refused(address who, I.Anchor memory a, bytes memory reason) private {
        vm.prank(who);
        vm.expectRevert(reason);
        registry.anchorInline(a, object);
    }

    function testIntervalCountsInlineAnchorsToo() public {
        vm.prank(OWNER);
        registry.grant(id, AGENT, WRITER, type(uint48).max, 60);
        inlineAs(AGENT, next(id, object), object);
        refused(AGENT, next(id, object), abi.encodeWithSelector(I.TooSoon.selector, block.timestamp + 60));
        vm.warp(block.timestamp + 60);
        inlineAs(AGENT, next(id, object), object);
    }

    function testCandidateOfAnNftIsForgottenByAnInlineAnchor() public {
        bytes32 bound = beginBound();
        nft.set(7, BUYER);
        registry.observeOwner(bound);
        nft.set(7, OWNER);
        inlineAs(OWNER, next(bound, object), object);
        same(registry.headOf(bound).candidateBlock, 0, "candidate");
    }

    function testSizesFromOneByteTo8192() public {
        uint256[3] memory sizes = [uint256(1), 33, 8192];
        for (uint256 i = 0; i < sizes.length; ++i) {
            object = sealedBytes(sizes[i]);
            inlineAs(OWNER, next(id, object), object);
        }
        object = sealedBytes(8193);
        refused(OWNER, next(id, object), abi.encodePacked(I.BadObject.selector));
        object = "";
        refused(OWNER, next(id), abi.encodePacked(I.BadObject.selector));
        refused(OWNER, next(id, object), abi.encodePacked(I.BadAnchor.selector));
    }

    function testBatchMixesBothAndItemsFailAlone() public {
        bytes32[4] memory ids;
        I.Anchor[] memory items = new I.Anchor[](6);
        bytes[] memory objects = new bytes[](6);
        for (uint256 i = 0; i < 4; ++i) {
            vm.prank(OWNER);
            ids[i] = registry.registerFlat(string.concat("batch/", vm.toString(i)));
            begin(ids[i]);
            objects[i] = sealedBytes(100 + i);
            items[i] = next(ids[i], objects[i]);
        }
        objects[1] = "";
        objects[2] = sealedBytes(100);
        items[4] = next(ids[0]);
        items[4].version = 3;
        items[4].prevRoot = items[0].root;
        items[4].root = keccak256("after the inlined one");
        items[5] = first(keccak256("unknown"));
        objects[5] = sealedBytes(7);
        vm.recordLogs();
        vm.prank(OWNER);
        same(registry.anchorInlineMany(items, objects), 0x1b, "accepted");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 8, "logs");
        same(keccak256(Replay.inlined(logs[0], logs[1])), keccak256(objects[0]), "item 0");
        require(!Replay.isInlined(logs[2]), "item 1 is on 0G");
        (uint64 version, uint16 index, bytes memory reason) = abi.decode(logs[3].data, (uint64, uint16, bytes));
        require(version == 2 && index == 2 && bytes4(reason) == I.BadObject.selector, "item 2 fails alone");
        same(keccak256(Replay.inlined(logs[4], logs[5])), keccak256(objects[3]), "item 3");
        require(registry.headOf(ids[3]).inlined && !registry.headOf(ids[1]).inlined, "heads");
        require(registry.headOf(ids[0]).version == 3 && !registry.headOf(ids[0]).inlined, "a plain one on top");
        same(registry.headOf(ids[2]).version, 1, "nothing of the refused one");
    }

    function testBatchIsBounded() public {
        no(I.BatchTooLarge.selector);
        registry.anchorInlineMany(new I.Anchor[](257), new bytes[](257));
        no(I.BadBatch.selector);
        registry.anchorInlineMany(new I.Anchor[](2), new bytes[](1));
        no(I.BadBatch.selector);
        registry.anchorInlineMany(new I.Anchor[](0), new bytes[](1));
        vm.prank(OWNER);
        same(registry.anchorInlineMany(new I.Anchor[](256), new bytes[](256)), 0, "256 items");
        same(registry.anchorInlineMany(new I.Anchor[](0), new bytes[](0)), 0, "no items");
    }

    function testBatchOf96KiBPassesAndAByteMoreFailsWhole() public {
        I.Anchor[] memory items = new I.Anchor[](13);
        bytes[] memory objects = new bytes[](13);
        object = sealedBytes(8192);
        for (uint256 i = 0; i < 12; ++i) {
            objects[i] = object;
            items[i] = next(id, object);
            items[i].version += uint64(i);
            items[i].root = bytes32(i + 1);
            if (i != 0) items[i].prevRoot = bytes32(i);
        }
        objects[12] = "x";
        vm.prank(OWNER);
        no(I.BatchTooLarge.selector);
        registry.anchorInlineMany(items, objects);
        same(registry.headOf(id).version, 1, "nothing happened");
        objects[12] = "";
        vm.prank(OWNER);
        same(registry.anchorInlineMany(items, objects), 0xfff, "all twelve");
        same(registry.headOf(id).version, 13, "version");
    }

    function testGuidesPointerAnswersFromAnInlinedHeadToo() public {
        inlineAs(OWNER, next(id, object), object);
        (string memory hash,, uint256 time) = registry.getStoragePointer("inft_12345");
        require(bytes(hash).length == 66 && time == block.timestamp, "the head's root");
    }
}
