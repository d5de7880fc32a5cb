// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture, PlainNft} from "./Fixture.sol";

/// @notice An NFT contract that does what it likes.
contract HostileNft {
    enum Mood {
        HONEST,
        BURN_GAS,
        RETURN_BOMB,
        RE_ENTER,
        SHORT,
        DIRTY,
        SAY_CALLER,
        SELF_DESTRUCTED
    }

    Mood public mood;
    address public owner;
    I public registry;
    bytes32 public id;

    function set(Mood mood_, address owner_, I registry_, bytes32 id_) external {
        (mood, owner, registry, id) = (mood_, owner_, registry_, id_);
    }

    function ownerOf(uint256) external returns (address) {
        if (mood == Mood.BURN_GAS) {
            while (true) {}
        }
        if (mood == Mood.RETURN_BOMB) {
            assembly {
                return(0, 15000)
            }
        }
        if (mood == Mood.SHORT) {
            assembly {
                mstore(0, shl(96, 0xb0b))
                return(0, 20)
            }
        }
        if (mood == Mood.DIRTY) {
            assembly {
                mstore(0, or(shl(160, 1), 0xb0b))
                return(0, 32)
            }
        }
        if (mood == Mood.RE_ENTER) {
            registry.observeOwner(id);
        }
        if (mood == Mood.SAY_CALLER) {
            return tx.origin;
        }
        return owner;
    }
}

/// @notice Borrows a token for one transaction and tries to make the most of it.
contract FlashBorrower {
    function attack(I registry, PlainNft nft, bytes32 id, I.Anchor calldata wish) external {
        address lender = nft.ownerOf(7);
        nft.set(7, address(this));
        registry.observeOwner(id);
        (bool twice,) = address(registry).call(abi.encodeCall(registry.observeOwner, (id)));
        (bool anchored,) = address(registry).call(abi.encodeCall(registry.anchor, (wish)));
        (bool granted,) =
            address(registry).call(abi.encodeCall(registry.grant, (id, address(this), 1, type(uint48).max, 0)));
        nft.set(7, lender);
        require(!twice && !anchored && !granted, "the borrower got something");
    }

    function registerAndSquat(I registry, PlainNft nft, I.Anchor calldata wish) external {
        address lender = nft.ownerOf(7);
        nft.set(7, address(this));
        registry.registerBound(address(nft), 7);
        (bool anchored,) = address(registry).call(abi.encodeCall(registry.rotateAndAnchor, (wish)));
        nft.set(7, lender);
        require(!anchored, "the borrower wrote version 1");
    }
}

/// @notice The attacks that the contract was designed against.
contract AttacksTest is Fixture {
    function testFlashBorrowerGetsNothingAndBreaksNothing() public {
        bytes32 bound = beginBound();
        give(bound, AGENT, WRITER);
        FlashBorrower borrower = new FlashBorrower();
        I.Anchor memory wish = next(bound);
        borrower.attack(registry, nft, bound, wish);

        // The owner's agent goes on, and its write forgets the candidate.
        vm.prank(AGENT);
        registry.anchor(wish);
        same(registry.headOf(bound).candidateBlock, 0, "candidate");
        vm.roll(block.number + 5);
        borrower.attack(registry, nft, bound, next(bound));
        same(registry.headOf(bound).owner, OWNER, "owner");
        (, bool effective) = registry.grantOf(bound, AGENT);
        require(effective, "grants");
    }

    function testWatchfulStrangerMakesTwoLoansUseless() public {
        bytes32 bound = beginBound();
        FlashBorrower borrower = new FlashBorrower();
        borrower.attack(registry, nft, bound, next(bound));
        vm.roll(block.number + 1);
        vm.prank(STRANGER);
        registry.observeOwner(bound);
        vm.roll(block.number + 1);
        borrower.attack(registry, nft, bound, next(bound));
        same(registry.headOf(bound).owner, OWNER, "owner");
    }

    function testFlashBorrowerCannotSquatTheIdOfAToken() public {
        nft.set(7, OWNER);
        bytes32 bound = keccak256(bytes.concat("eip155:31337/erc721:0x", bytes(lowerHex(address(nft))), "/7"));
        FlashBorrower borrower = new FlashBorrower();
        borrower.registerAndSquat(registry, nft, first(bound));
        same(registry.headOf(bound).status, 1, "registered");
        same(registry.headOf(bound).version, 0, "no version");

        registry.observeOwner(bound);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        begin(bound);
        same(registry.headOf(bound).version, 1, "the owner's version");
    }

    function lowerHex(address value) private pure returns (string memory) {
        bytes memory text = new bytes(40);
        for (uint256 i = 0; i < 40; ++i) {
            text[i] = bytes("0123456789abcdef")[uint160(value) >> (156 - 4 * i) & 15];
        }
        return string(text);
    }

    function testOldOwnersGrantsDoNotComeBackOnceAnotherOwnerWasObserved() public {
        bytes32 bound = beginBound();
        give(bound, AGENT, WRITER);
        nft.set(7, BUYER);
        registry.observeOwner(bound);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        nft.set(7, OWNER);
        registry.observeOwner(bound);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        (, bool effective) = registry.grantOf(bound, AGENT);
        require(!effective, "the grant of the first time");
    }

    function testStrangerCannotWipeGrantsByObserving() public {
        bytes32 bound = beginBound();
        give(bound, AGENT, WRITER);
        bytes32 before = keccak256(abi.encode(registry.headOf(bound)));
        for (uint256 i = 0; i < 5; ++i) {
            vm.prank(STRANGER);
            registry.observeOwner(bound);
            vm.roll(block.number + 2);
        }
        same(keccak256(abi.encode(registry.headOf(bound))), before, "nothing changed");
        anchorAs(AGENT, next(bound));
    }

    function testStrangerCannotStarveTheCheck() public {
        bytes32 bound = beginBound();
        give(bound, AGENT, WRITER);
        for (uint256 gas_ = 20_000; gas_ < 140_000; gas_ += 1_111) {
            vm.prank(STRANGER);
            (bool ok,) = address(registry).call{gas: gas_}(abi.encodeCall(registry.observeOwner, (bound)));
            ok;
            same(registry.headOf(bound).owner, OWNER, "owner");
        }
        (, bool effective) = registry.grantOf(bound, AGENT);
        require(effective, "grants");
    }

    function testBurnedOrBrokenTokenIsNeverRecordedAsOwnerless() public {
        bytes32 bound = beginBound();
        nft.set(7, address(0));
        no(I.NoOwner.selector);
        registry.observeOwner(bound);
        I.Anchor memory a = next(bound);
        vm.prank(OWNER);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        same(registry.headOf(bound).liveOwner, address(0), "live owner");
        nft.set(7, OWNER);
        vm.prank(OWNER);
        registry.anchor(a);
    }

    function hostile() private returns (HostileNft bad, bytes32 bound) {
        bad = new HostileNft();
        bad.set(HostileNft.Mood.HONEST, OWNER, registry, 0);
        bound = registry.registerBound(address(bad), 1);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        begin(bound);
    }

    function testHostileNftOnlyLocksItself() public {
        (HostileNft bad, bytes32 bound) = hostile();
        HostileNft.Mood[5] memory moods = [
            HostileNft.Mood.BURN_GAS,
            HostileNft.Mood.RETURN_BOMB,
            HostileNft.Mood.SHORT,
            HostileNft.Mood.DIRTY,
            HostileNft.Mood.RE_ENTER
        ];
        I.Anchor memory a = next(bound);
        for (uint256 i = 0; i < moods.length; ++i) {
            bad.set(moods[i], OWNER, registry, bound);
            uint256 before = gasleft();
            vm.prank(OWNER);
            (bool ok, bytes memory reason) = address(registry).call(abi.encodeCall(registry.anchor, (a)));
            require(before - gasleft() < 120_000, "the gas it may burn is bounded");
            require(!ok && bytes4(reason) == I.NotAuthorized.selector, vm.toString(i));
            no(I.NoOwner.selector);
            registry.observeOwner(bound);
        }
        bad.set(HostileNft.Mood.HONEST, OWNER, registry, bound);
        vm.prank(OWNER);
        registry.anchor(a);
    }

    function testContractWithoutCodeOwnsNothing() public {
        no(I.NoOwner.selector);
        registry.registerBound(address(0xdead), 1);
    }

    function testNftThatAgreesWithEverybodyStillNeedsObservation() public {
        (HostileNft bad, bytes32 bound) = hostile();
        bad.set(HostileNft.Mood.SAY_CALLER, OWNER, registry, bound);
        I.Anchor memory a = next(bound);
        vm.prank(STRANGER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.anchor, (a)));
        require(!ok, "a stranger is no owner");
    }

    function testNftCannotTouchTheRegistryFromWithinTheCall() public {
        (HostileNft bad, bytes32 bound) = hostile();
        bytes32 victim = beginBound();
        nft.set(7, BUYER);
        bad.set(HostileNft.Mood.RE_ENTER, OWNER, registry, victim);
        bytes32 before = keccak256(abi.encode(registry.headOf(victim)));
        I.Anchor memory a = next(bound);
        vm.prank(OWNER);
        no(I.NotAuthorized.selector);
        registry.anchor(a);
        same(keccak256(abi.encode(registry.headOf(victim))), before, "the other id");
    }

    function testReplayedAnchorIsRefused() public {
        begin(id);
        I.Anchor memory a = next(id);
        vm.prank(OWNER);
        registry.anchor(a);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSelector(I.HeadMismatch.selector, 2, a.root));
        registry.anchor(a);
    }

    function testBadItemsDoNotKillABatch() public {
        (HostileNft bad, bytes32 bound) = hostile();
        begin(id);
        I.Anchor[] memory items = new I.Anchor[](3);
        items[0] = next(bound);
        items[1] = next(id);
        items[2] = first(keccak256("unknown"));
        bad.set(HostileNft.Mood.BURN_GAS, OWNER, registry, bound);
        vm.prank(OWNER);
        same(registry.anchorMany(items), 2, "the good one is in");
        same(registry.headOf(id).version, 2, "version");
    }

    function testBatchThatCannotAskTheNftFailsWhole() public {
        bytes32 bound = beginBound();
        I.Anchor[] memory items = new I.Anchor[](1);
        items[0] = next(bound);
        vm.prank(OWNER);
        (bool ok, bytes memory reason) =
            address(registry).call{gas: 60_000}(abi.encodeCall(registry.anchorMany, (items)));
        require(!ok && bytes4(reason) == I.NotEnoughGas.selector, "not silently refused");
    }

    function testSellerCannotSwapContentBeforeAcceptance() public {
        begin(id);
        vm.prank(OWNER);
        registry.proposeOwner(id, BUYER);
        I.Head memory inspected = registry.headOf(id);
        anchorAs(OWNER, next(id));
        I.Head memory h = registry.headOf(id);
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(I.NotAsInspected.selector, h.root, h.controlHash));
        registry.acceptOwner(id, inspected.root, inspected.controlHash);
        give(id, AGENT, WRITER);
        h = registry.headOf(id);
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(I.NotAsInspected.selector, h.root, h.controlHash));
        registry.acceptOwner(id, h.root, inspected.controlHash);
    }

    function testSquatterCannotTakeAScopedOrBoundName() public {
        vm.prank(STRANGER);
        bytes32 made = registry.registerScoped("x");
        vm.prank(OWNER);
        require(registry.registerScoped("x") != made, "each account has its own");
        no(I.BadId.selector);
        registry.registerFlat("0x00000000000000000000000000000000000a11ce/x");
        no(I.BadId.selector);
        registry.registerFlat("eip155:31337/erc721:0x00000000000000000000000000000000000a11ce/1");
    }

    function testStolenKeyAdminCannotSkipEpochs() public {
        begin(id);
        give(id, AGENT, KEYADMIN);
        I.Anchor memory a = rekeyed(id);
        a.keyEpoch = type(uint24).max;
        bytes memory mismatch = abi.encodeWithSelector(I.KeyEpochMismatch.selector, 1, registry.headOf(id).keyringHash);
        vm.prank(AGENT);
        vm.expectRevert(mismatch);
        registry.rotateAndAnchor(a);
    }

    function testStolenKeyAdminCannotReplaceTheContent() public {
        begin(id);
        give(id, AGENT, KEYADMIN);
        I.Anchor memory a = rekeyed(id);
        a.kind = 2;
        vm.prank(AGENT);
        no(I.NotAuthorized.selector);
        registry.rotateAndAnchor(a);
        a.kind = 4;
        rotateAs(AGENT, a);
        same(registry.headOf(id).kind, 4, "and says that the content is the same, which key holders check");
    }

    function testAnotherObjectCannotBePassedOffAsTheAnchors() public {
        begin(id);
        bytes memory object = sealedBytes(500);
        I.Anchor memory a = next(id, object);
        bytes[4] memory others = [sealedBytes(499), bytes.concat(object, hex"00"), bytes(""), sealedBytes(500)];
        others[3][499] ^= 0x01;
        for (uint256 i = 0; i < others.length; ++i) {
            vm.prank(AGENT);
            no(I.NotAuthorized.selector);
            registry.anchorInline(a, others[i]);
            vm.prank(OWNER);
            no(I.BadObject.selector);
            registry.anchorInline(a, others[i]);
        }
        inlineAs(OWNER, a, object);
    }

    function testKindCannotClaimThatAnObjectWentAlong() public {
        begin(id);
        I.Anchor memory a = next(id);
        a.kind = 0x81;
        vm.prank(OWNER);
        no(I.BadAnchor.selector);
        registry.anchor(a);
        a = rekeyed(id);
        a.kind = 0x84;
        vm.prank(OWNER);
        no(I.BadAnchor.selector);
        registry.rotateAndAnchor(a);
    }

    function testNoGasAtWhichABatchAcceptsLess() public {
        bytes32 bound = beginBound();
        begin(id);
        I.Anchor[] memory items = new I.Anchor[](3);
        bytes[] memory objects = new bytes[](3);
        objects[0] = sealedBytes(8192);
        objects[1] = sealedBytes(3000);
        (items[0], items[1], items[2]) = (next(bound, objects[0]), next(id, objects[1]), next(id));
        (items[2].version, items[2].prevRoot) = (items[1].version + 1, items[1].root);
        bytes memory call = abi.encodeCall(registry.anchorInlineMany, (items, objects));
        uint256 failures;
        for (uint256 gas_ = 30_000; gas_ < 420_000; gas_ += 1_499) {
            vm.prank(OWNER);
            (bool ok, bytes memory answer) = address(registry).call{gas: gas_}(call);
            if (ok) {
                same(abi.decode(answer, (uint256)), 7, "all three");
                require(failures > 40, "it was starved before");
                return;
            }
            ++failures;
            require(registry.headOf(id).version == 1 && registry.headOf(bound).version == 1, "nothing happened");
        }
        require(false, "never enough gas");
    }

    /// @dev Offsets of the call data may all point to the same bytes: each counts.
    function testObjectsThatShareTheirBytesCountEach() public {
        begin(id);
        bytes memory object = sealedBytes(8192);
        I.Anchor memory a = next(id, object);
        bytes memory items;
        bytes memory offsets;
        for (uint256 i = 0; i < 13; ++i) {
            items = bytes.concat(items, abi.encode(a));
            offsets = bytes.concat(offsets, bytes32(uint256(13 * 32)));
        }
        bytes memory call = bytes.concat(
            I.anchorInlineMany.selector,
            abi.encode(0x40, 0x40 + 0x20 + items.length, 13),
            items,
            bytes32(uint256(13)),
            offsets,
            abi.encode(object.length),
            object
        );
        vm.prank(OWNER);
        (bool ok, bytes memory reason) = address(registry).call(call);
        require(!ok && bytes4(reason) == I.BatchTooLarge.selector, "13 times 8 KiB");
    }

    function testMalformedObjectsFailTheCall() public {
        begin(id);
        bytes memory object = sealedBytes(64);
        bytes memory call = abi.encodeCall(registry.anchorInline, (next(id, object), object));
        for (uint256 cut = 1; cut <= 96; cut += 5) {
            bytes memory less = new bytes(call.length - cut);
            for (uint256 i = 0; i < less.length; ++i) {
                less[i] = call[i];
            }
            vm.prank(OWNER);
            (bool ok,) = address(registry).call(less);
            require(!ok, "cut short");
        }
        vm.prank(OWNER);
        (bool whole,) = address(registry).call(call);
        require(whole, "the whole call");
    }
}
