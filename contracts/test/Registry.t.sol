// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture, Replay, Vm} from "./Fixture.sol";

/// @notice What every function does and refuses.
contract RegistryTest is Fixture {
    function testRegisteredIdHasOwnerAndNoVersion() public view {
        I.Head memory h = registry.headOf(id);
        same(h.owner, OWNER, "owner");
        same(h.liveOwner, OWNER, "live owner");
        same(h.mode, 1, "mode");
        same(h.status, 1, "status");
        same(h.version, 0, "version");
        bytes32 genesis = keccak256(
            abi.encode(
                Replay.GENESIS_TAG, block.chainid, address(registry), keccak256("inft_12345"), 1, OWNER, address(0), 0
            )
        );
        same(h.historyHash, genesis, "history begins at genesis");
        same(h.controlHash, genesis, "control begins at genesis");
    }

    function testUnknownIdIsAllZero() public view {
        I.Head memory h = registry.headOf(keccak256("nobody"));
        same(keccak256(abi.encode(h)), keccak256(new bytes(25 * 32)), "all zero");
        same(registry.ownerOfId(keccak256("nobody")), address(0), "nobody owns it");
        (bool isOwner, uint16 roles, uint48 expiry) = registry.rightsOf(keccak256("nobody"), address(0));
        require(!isOwner && roles == 0 && expiry == 0, "no rights");
    }

    function testRegistersOnce() public {
        no(I.Taken.selector);
        registry.registerFlat("inft_12345");
    }

    function testRefusesBadIds() public {
        string[18] memory bad = [
            "",
            "a b",
            unicode"ä",
            "a//b",
            "//",
            "..",
            "../a",
            "a/..",
            "a/../b",
            "a\x00b",
            "a#b",
            "a?b",
            "0xabc",
            "0Xabc",
            "eip155:1/x",
            "EiP155:1",
            "sqlite:x",
            "SQLite:x"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            no(I.BadId.selector);
            registry.registerFlat(bad[i]);
        }
        no(I.BadId.selector);
        registry.registerFlat(string(fill(129)));
    }

    function testAcceptsGoodIds() public {
        string[10] memory good = ["a", ".", "...", "a/b", "/a", "a/", "a/...", "..a", "A.b_c:d@e-f/9", "eip155"];
        for (uint256 i = 0; i < good.length; ++i) {
            same(registry.registerFlat(good[i]), keccak256(bytes(good[i])), good[i]);
        }
        registry.registerFlat(string(fill(128)));
    }

    function fill(uint256 length) private pure returns (bytes memory text) {
        text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) {
            text[i] = "x";
        }
    }

    function testScopedIdIsBuiltFromTheCaller() public {
        address caller = 0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCD;
        vm.prank(caller);
        bytes32 made = registry.registerScoped("agents/One");
        same(made, keccak256("0xabcdefabcdefabcdefabcdefabcdefabcdefabcd/agents/One"), "id");
        same(registry.headOf(made).owner, caller, "owner");
        same(registry.headOf(made).mode, 2, "mode");
    }

    function testScopedLabelsFollowTheRules() public {
        string[5] memory bad = ["", "/a", "a//b", "..", "a b"];
        for (uint256 i = 0; i < bad.length; ++i) {
            no(I.BadId.selector);
            registry.registerScoped(bad[i]);
        }
        no(I.BadId.selector);
        registry.registerScoped(string(fill(86)));
        registry.registerScoped(string(fill(85)));
    }

    function testBoundIdIsBuiltFromTheToken() public {
        vm.chainId(16661);
        address place = 0xABcdEFABcdEFabcdEfAbCdefabcdeFABcDEFabCD;
        vm.etch(place, address(nft).code);
        bytes memory call = abi.encodeCall(nft.set, (0, OWNER));
        (bool ok,) = place.call(call);
        require(ok);
        bytes32 made = registry.registerBound(place, 0);
        same(made, keccak256("eip155:16661/erc721:0xabcdefabcdefabcdefabcdefabcdefabcdefabcd/0"), "id");

        (ok,) = place.call(abi.encodeCall(nft.set, (type(uint256).max, OWNER)));
        require(ok);
        made = registry.registerBound(place, type(uint256).max);
        same(
            made,
            keccak256(
                "eip155:16661/erc721:0xabcdefabcdefabcdefabcdefabcdefabcdefabcd/115792089237316195423570985008687907853269984665640564039457584007913129639935"
            ),
            "longest id"
        );
    }

    function testFirstVersionNeedsARotationToEpochOne() public {
        I.Anchor memory a = first(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.KeyEpochMismatch.selector, 0, bytes32(0)));
        registry.anchor(a);
        a.keyEpoch = 0;
        a.keyringHash = 0;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.KeyEpochMismatch.selector, 0, bytes32(0)));
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.KeyEpochMismatch.selector, 0, bytes32(0)));
        registry.rotateAndAnchor(a);
        a = first(id);
        a.keyEpoch = 2;
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.KeyEpochMismatch.selector, 0, bytes32(0)));
        registry.rotateAndAnchor(a);
        begin(id);
        same(registry.headOf(id).version, 1, "version");
    }

    function testAnchorMovesTheHead() public {
        begin(id);
        I.Anchor memory a = next(id);
        vm.roll(1010);
        vm.warp(block.timestamp + 5);
        vm.prank(OWNER);
        bytes32 hash = registry.anchor(a);
        I.Head memory h = registry.headOf(id);
        same(h.version, 2, "version");
        same(h.root, a.root, "root");
        same(h.checksum, a.checksum, "checksum");
        same(h.historyHash, hash, "history hash");
        same(h.blockNumber, 1010, "block");
        same(h.time, block.timestamp, "time");
        same(h.size, a.size, "size");
        same(h.kind, a.kind, "kind");
    }

    function testAnchoredEventCarriesEverything() public {
        begin(id);
        bytes32 before = registry.headOf(id).historyHash;
        vm.roll(1007);
        I.Anchor memory a = next(id);
        a.size = type(uint48).max;
        a.kind = 7;
        vm.recordLogs();
        vm.prank(OWNER);
        registry.anchor(a);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 1, "logs");
        same(logs[0].topics[0], Replay.ANCHORED, "signature");
        same(logs[0].topics[1], id, "id");
        same(uint256(logs[0].topics[2]), 2, "version");
        same(address(uint160(uint256(logs[0].topics[3]))), OWNER, "author");
        Replay.Link memory link = abi.decode(logs[0].data, (Replay.Link));
        same(link.keyringHash, a.keyringHash, "keyring");
        uint256 expected = uint256(type(uint48).max) | 1 << 48 | uint256(7) << 72 | 1 << 88 | uint256(1000) << 120
            | block.timestamp << 168;
        same(link.packed, expected, "packed");
        same(registry.headOf(id).historyHash, Replay.history(before, logs[0], 1007), "replayed");
    }

    function testCompareAndSwap() public {
        begin(id);
        I.Anchor memory a = next(id);
        a.version = 3;
        refusedAsConflict(a);
        a = next(id);
        a.version = 1;
        refusedAsConflict(a);
        a = next(id);
        a.prevRoot = keccak256("another head");
        refusedAsConflict(a);
        same(registry.headOf(id).version, 1, "version");
    }

    function refusedAsConflict(I.Anchor memory a) private {
        I.Head memory h = registry.headOf(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.HeadMismatch.selector, h.version, h.root));
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.HeadMismatch.selector, h.version, h.root));
        registry.rotateAndAnchor(a);
    }

    function testRefusesZeroHashesAndEmptyCommits() public {
        begin(id);
        I.Anchor memory a = next(id);
        a.root = 0;
        vm.prank(OWNER);
        no(I.BadHash.selector);
        registry.anchor(a);
        a = next(id);
        a.checksum = 0;
        vm.prank(OWNER);
        no(I.BadHash.selector);
        registry.anchor(a);
        a = next(id);
        a.keyringHash = 0;
        vm.prank(OWNER);
        no(I.BadHash.selector);
        registry.rotateAndAnchor(a);
        a = next(id);
        a.kind = 0;
        vm.prank(OWNER);
        no(I.BadAnchor.selector);
        registry.anchor(a);
        a = next(id);
        a.size = 0;
        vm.prank(OWNER);
        no(I.BadAnchor.selector);
        registry.anchor(a);
    }

    function testTakesEveryKindThatExistsAndNoOther() public {
        begin(id);
        for (uint256 kind = 1; kind <= 7; ++kind) {
            I.Anchor memory a = next(id);
            a.kind = uint8(kind);
            anchorAs(OWNER, a);
            same(registry.headOf(id).kind, kind, "kind");
        }
        for (uint256 kind = 8; kind <= 255; ++kind) {
            I.Anchor memory a = next(id);
            a.kind = uint8(kind);
            vm.prank(OWNER);
            no(I.BadAnchor.selector);
            registry.anchor(a);
        }
        same(registry.headOf(id).version, 8, "version");
    }

    function testStaleKeyringIsRefused() public {
        begin(id);
        I.Anchor memory stale = next(id);
        rotateAs(OWNER, rekeyed(id));
        I.Anchor memory a = next(id);
        bytes memory mismatch = abi.encodeWithSelector(I.KeyEpochMismatch.selector, 2, a.keyringHash);
        a.keyringHash = stale.keyringHash;
        vm.prank(OWNER);
        vm.expectRevert(mismatch);
        registry.anchor(a);
        a = next(id);
        a.keyEpoch = 1;
        vm.prank(OWNER);
        vm.expectRevert(mismatch);
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(mismatch);
        registry.rotateAndAnchor(a);
        a.keyEpoch = 4;
        vm.prank(OWNER);
        vm.expectRevert(mismatch);
        registry.rotateAndAnchor(a);
    }

    function testKeyringChangesWithinAnEpoch() public {
        begin(id);
        I.Anchor memory a = next(id);
        a.keyringHash = keccak256("one slot more");
        vm.prank(OWNER);
        registry.rotateAndAnchor(a);
        same(registry.headOf(id).keyEpoch, 1, "epoch");
        same(registry.headOf(id).keyringHash, a.keyringHash, "keyring");
        same(registry.headOf(id).controlSeq, 2, "control operations");
    }

    function testRoles() public {
        begin(id);
        give(id, AGENT, WRITER);
        anchorAs(AGENT, next(id));
        I.Anchor memory a = rekeyed(id);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.rotateAndAnchor(a);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.freeze(id);

        give(id, AGENT, KEYADMIN);
        rotateAs(AGENT, a);
        a = rekeyed(id);
        for (uint256 kind = 1; kind <= 7; ++kind) {
            if (kind == 4) continue;
            a.kind = uint8(kind);
            vm.prank(AGENT);
            no(I.NotAuthorized.selector);
            registry.rotateAndAnchor(a);
        }
        give(id, AGENT, KEYADMIN | WRITER);
        rotateAs(AGENT, a);
        a = rekeyed(id);
        a.kind = 2;
        rotateAs(OWNER, a);

        give(id, AGENT, KEYADMIN);
        a = next(id);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.anchor(a);

        give(id, AGENT, GUARDIAN);
        vm.prank(AGENT);
        registry.freeze(id);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.unfreeze(id);
    }

    function testGrantsAreChecked() public {
        vm.prank(OWNER);
        no(I.BadGrant.selector);
        registry.grant(id, AGENT, 0, uint48(block.timestamp + 1), 0);
        vm.prank(OWNER);
        no(I.BadGrant.selector);
        registry.grant(id, AGENT, 8, uint48(block.timestamp + 1), 0);
        vm.prank(OWNER);
        no(I.BadGrant.selector);
        registry.grant(id, address(0), WRITER, uint48(block.timestamp + 1), 0);
        vm.prank(OWNER);
        no(I.Expired.selector);
        registry.grant(id, AGENT, WRITER, uint48(block.timestamp), 0);
    }

    function testGrantExpires() public {
        begin(id);
        give(id, AGENT, WRITER);
        (, bool effective) = registry.grantOf(id, AGENT);
        require(effective, "in effect");
        vm.warp(block.timestamp + 1 days - 1);
        anchorAs(AGENT, next(id));
        vm.warp(block.timestamp + 1);
        (, effective) = registry.grantOf(id, AGENT);
        require(!effective, "over");
        I.Anchor memory a = next(id);
        vm.prank(AGENT);
        no(I.Expired.selector);
        registry.anchor(a);
    }

    function testRevokeAndRevokeAll() public {
        begin(id);
        give(id, AGENT, WRITER);
        give(id, BUYER, WRITER);
        vm.prank(OWNER);
        registry.revoke(id, AGENT);
        I.Anchor memory a = next(id);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        vm.prank(BUYER);
        registry.anchor(a);
        vm.prank(OWNER);
        registry.revokeAll(id);
        a = next(id);
        vm.prank(BUYER);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        (bool isOwner, uint16 roles,) = registry.rightsOf(id, BUYER);
        require(!isOwner && roles == 0, "no rights left");
    }

    function testInterval() public {
        begin(id);
        vm.prank(OWNER);
        registry.grant(id, AGENT, WRITER | KEYADMIN, type(uint48).max, 100);
        anchorAs(AGENT, next(id));
        uint256 notBefore = block.timestamp + 100;
        I.Anchor memory a = next(id);
        vm.warp(notBefore - 1);
        vm.prank(AGENT);
        vm.expectRevert(abi.encodeWithSelector(I.TooSoon.selector, notBefore));
        registry.anchor(a);
        vm.prank(AGENT);
        vm.expectRevert(abi.encodeWithSelector(I.TooSoon.selector, notBefore));
        registry.rotateAndAnchor(a);
        vm.warp(notBefore);
        vm.prank(AGENT);
        registry.anchor(a);
    }

    function testHugeIntervalLetsTheFirstAnchorPass() public {
        begin(id);
        vm.prank(OWNER);
        registry.grant(id, AGENT, WRITER, type(uint48).max, type(uint32).max);
        anchorAs(AGENT, next(id));
    }

    function testFrozenIdStands() public {
        begin(id);
        vm.prank(OWNER);
        registry.freeze(id);
        I.Anchor memory a = next(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.BadState.selector, 2));
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.BadState.selector, 2));
        registry.freeze(id);
        vm.prank(OWNER);
        registry.unfreeze(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.BadState.selector, 1));
        registry.unfreeze(id);
        vm.prank(OWNER);
        registry.anchor(a);
    }

    function testLock() public {
        begin(id);
        uint48 until = uint48(block.timestamp + 2 days);
        vm.prank(OWNER);
        registry.lockUntil(id, until);
        I.Anchor memory a = next(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.Locked.selector, until));
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.Locked.selector, until));
        registry.rotateAndAnchor(a);
        uint48[3] memory bad = [until - 1, uint48(block.timestamp), uint48(block.timestamp + 365 days + 1)];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.prank(OWNER);
            no(I.BadLock.selector);
            registry.lockUntil(id, bad[i]);
        }
        vm.warp(until);
        vm.prank(OWNER);
        registry.anchor(a);
    }

    function testFlagVersions() public {
        begin(id);
        uint64[2][3] memory bad = [[uint64(0), 1], [uint64(1), 2], [uint64(2), 1]];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.prank(OWNER);
            no(I.BadRange.selector);
            registry.flagVersions(id, bad[i][0], bad[i][1], 0);
        }
        vm.prank(OWNER);
        registry.flagVersions(id, 1, 1, "stolen key");
        same(registry.headOf(id).controlSeq, 2, "recorded");
    }

    function testHandOver() public {
        begin(id);
        give(id, AGENT, WRITER);
        vm.prank(OWNER);
        registry.lockUntil(id, uint48(block.timestamp + 1 days));
        vm.prank(OWNER);
        registry.proposeOwner(id, BUYER);
        I.Head memory h = registry.headOf(id);
        vm.prank(STRANGER);
        no(I.NotAuthorized.selector);
        registry.acceptOwner(id, h.root, h.controlHash);
        vm.prank(BUYER);
        registry.acceptOwner(id, h.root, h.controlHash);
        h = registry.headOf(id);
        same(h.owner, BUYER, "owner");
        same(h.lockedUntil, 0, "lock");
        same(h.pending, address(0), "proposal");
        I.Anchor memory a = next(id);
        vm.prank(OWNER);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        rotateAs(BUYER, rekeyed(id));
    }

    function testCancelledProposal() public {
        vm.prank(OWNER);
        no(I.NoProposal.selector);
        registry.cancelProposal(id);
        vm.prank(OWNER);
        no(I.NoProposal.selector);
        registry.proposeOwner(id, address(0));
        vm.prank(OWNER);
        registry.proposeOwner(id, BUYER);
        vm.prank(OWNER);
        registry.cancelProposal(id);
        I.Head memory h = registry.headOf(id);
        vm.prank(BUYER);
        no(I.NotAuthorized.selector);
        registry.acceptOwner(id, h.root, h.controlHash);
    }

    function testBoundIdHasNoProposals() public {
        bytes32 bound = beginBound();
        bytes memory wrong = abi.encodeWithSelector(I.WrongMode.selector, 3);
        vm.expectRevert(wrong);
        registry.proposeOwner(bound, BUYER);
        vm.expectRevert(wrong);
        registry.cancelProposal(bound);
        vm.expectRevert(wrong);
        registry.acceptOwner(bound, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(I.WrongMode.selector, 1));
        registry.observeOwner(id);
    }

    function testSale() public {
        bytes32 bound = beginBound();
        give(bound, AGENT, WRITER);
        nft.set(7, BUYER);
        same(registry.headOf(bound).owner, OWNER, "owner on record");
        same(registry.headOf(bound).liveOwner, BUYER, "live owner");
        same(registry.ownerOfId(bound), BUYER, "owner of id");
        I.Anchor memory a = next(bound);
        vm.prank(OWNER);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        vm.prank(BUYER);
        no(I.NotObserved.selector);
        registry.anchor(a);
        vm.prank(BUYER);
        no(I.NotObserved.selector);
        registry.revokeAll(bound);

        vm.prank(STRANGER);
        registry.observeOwner(bound);
        uint256 seen = block.number;
        vm.roll(seen + 1);
        vm.expectRevert(abi.encodeWithSelector(I.TooEarly.selector, seen + 2));
        registry.observeOwner(bound);
        vm.roll(seen + 2);
        registry.observeOwner(bound);
        vm.prank(BUYER);
        registry.anchor(a);
        (, bool effective) = registry.grantOf(bound, AGENT);
        require(!effective, "grants of the seller are void");

        I.Anchor memory rotation = rekeyed(bound);
        uint256 settled = block.timestamp + 1 hours;
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(I.TooSoon.selector, settled));
        registry.rotateAndAnchor(rotation);
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(I.TooSoon.selector, settled));
        registry.setSuccessor(bound, 1, address(1), 0);
        vm.warp(settled);
        vm.prank(BUYER);
        registry.rotateAndAnchor(rotation);
        vm.prank(BUYER);
        registry.setSuccessor(bound, 1, address(1), 0);
    }

    function testSaleEndsALock() public {
        bytes32 bound = beginBound();
        vm.prank(OWNER);
        registry.lockUntil(bound, uint48(block.timestamp + 100 days));
        nft.set(7, BUYER);
        registry.observeOwner(bound);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        anchorAs(BUYER, next(bound));
    }

    function testBatch() public {
        begin(id);
        bytes32 second = registry.registerFlat("second");
        I.Anchor[] memory items = new I.Anchor[](4);
        items[0] = next(id);
        items[1] = next(id);
        items[1].version = 3;
        items[1].prevRoot = items[0].root;
        items[1].root = keccak256("three");
        items[2] = first(second);
        items[3] = next(keccak256("unknown"));
        vm.recordLogs();
        vm.prank(OWNER);
        same(registry.anchorMany(items), 3, "accepted");
        same(registry.headOf(id).version, 3, "version");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        same(logs.length, 4, "logs");
        bytes32 rejected = keccak256("AnchorRejected(bytes32,uint64,uint16,bytes)");
        same(logs[2].topics[0], rejected, "third");
        (uint64 version, uint16 index, bytes memory reason) = abi.decode(logs[2].data, (uint64, uint16, bytes));
        same(version, 1, "version of the third");
        same(index, 2, "index of the third");
        same(keccak256(reason), keccak256(abi.encodePacked(I.NotAuthorized.selector)), "reason of the third");
        (,, reason) = abi.decode(logs[3].data, (uint64, uint16, bytes));
        same(keccak256(reason), keccak256(abi.encodePacked(I.NotRegistered.selector)), "reason of the fourth");
    }

    function testBatchHasAtMost256Items() public {
        no(I.BatchTooLarge.selector);
        registry.anchorMany(new I.Anchor[](257));
        same(registry.anchorMany(new I.Anchor[](256)), 0, "none is accepted");
    }

    function testPublishing() public {
        begin(id);
        bytes32 before = keccak256(abi.encode(registry.headOf(id)));
        give(id, AGENT, KEYADMIN);
        bytes32 granted = keccak256(abi.encode(registry.headOf(id)));
        require(before != granted, "a grant shows");
        vm.prank(AGENT);
        registry.publishSealedKey(id, BUYER, 1, "sealed");
        vm.prank(STRANGER);
        registry.publishEncryptionKey(1, "public");
        same(keccak256(abi.encode(registry.headOf(id))), granted, "nothing is stored");
        vm.prank(STRANGER);
        no(I.NotAuthorized.selector);
        registry.publishSealedKey(id, BUYER, 1, "sealed");
        no(I.BadKey.selector);
        registry.publishEncryptionKey(1, "");
        no(I.BadKey.selector);
        registry.publishEncryptionKey(1, new bytes(4097));
        registry.publishEncryptionKey(1, new bytes(4096));
    }

    function testNothingWorksOnUnknownIds() public {
        bytes32 unknown = keccak256("unknown");
        no(I.NotRegistered.selector);
        registry.anchor(first(unknown));
        no(I.NotRegistered.selector);
        registry.anchorInline(first(unknown), "x");
        bytes[13] memory calls = [
            abi.encodeCall(registry.grant, (unknown, AGENT, 1, type(uint48).max, 0)),
            abi.encodeCall(registry.revoke, (unknown, AGENT)),
            abi.encodeCall(registry.revokeAll, (unknown)),
            abi.encodeCall(registry.proposeOwner, (unknown, AGENT)),
            abi.encodeCall(registry.cancelProposal, (unknown)),
            abi.encodeCall(registry.acceptOwner, (unknown, 0, 0)),
            abi.encodeCall(registry.observeOwner, (unknown)),
            abi.encodeCall(registry.freeze, (unknown)),
            abi.encodeCall(registry.unfreeze, (unknown)),
            abi.encodeCall(registry.lockUntil, (unknown, type(uint48).max)),
            abi.encodeCall(registry.flagVersions, (unknown, 1, 1, 0)),
            abi.encodeCall(registry.setSuccessor, (unknown, 1, AGENT, 0)),
            abi.encodeCall(registry.publishSealedKey, (unknown, AGENT, 1, "x"))
        ];
        for (uint256 i = 0; i < calls.length; ++i) {
            (bool ok, bytes memory reason) = address(registry).call(calls[i]);
            require(!ok && bytes4(reason) == I.NotRegistered.selector, vm.toString(i));
        }
    }

    function testStrangersControlNothing() public {
        begin(id);
        bytes[10] memory calls = [
            abi.encodeCall(registry.grant, (id, STRANGER, 1, type(uint48).max, 0)),
            abi.encodeCall(registry.revoke, (id, AGENT)),
            abi.encodeCall(registry.revokeAll, (id)),
            abi.encodeCall(registry.proposeOwner, (id, STRANGER)),
            abi.encodeCall(registry.cancelProposal, (id)),
            abi.encodeCall(registry.acceptOwner, (id, 0, 0)),
            abi.encodeCall(registry.freeze, (id)),
            abi.encodeCall(registry.unfreeze, (id)),
            abi.encodeCall(registry.lockUntil, (id, uint48(block.timestamp + 1))),
            abi.encodeCall(registry.setSuccessor, (id, 1, STRANGER, 0))
        ];
        bytes32 before = keccak256(abi.encode(registry.headOf(id)));
        for (uint256 i = 0; i < calls.length; ++i) {
            vm.prank(STRANGER);
            (bool ok, bytes memory reason) = address(registry).call(calls[i]);
            require(!ok && bytes4(reason) == I.NotAuthorized.selector, vm.toString(i));
        }
        same(keccak256(abi.encode(registry.headOf(id))), before, "nothing changed");
    }

    function testInterfaces() public view {
        same(registry.registryVersion(), 1, "version");
        (bool ok, bytes memory answer) =
            address(registry).staticcall(abi.encodeWithSignature("supportsInterface(bytes4)", type(I).interfaceId));
        require(ok && abi.decode(answer, (bool)), "its own interface");
        (ok, answer) =
            address(registry).staticcall(abi.encodeWithSignature("supportsInterface(bytes4)", bytes4(0xffffffff)));
        require(ok && !abi.decode(answer, (bool)), "not any interface");
    }
}
