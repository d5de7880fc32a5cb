// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture} from "./Fixture.sol";

interface GasMeter {
    struct Gas {
        uint64 gasLimit;
        uint64 gasTotalUsed;
        uint64 gasMemoryUsed;
        int64 gasRefunded;
        uint64 gasRemaining;
    }

    function lastCallGas() external view returns (Gas memory);
}

/// @notice What whole transactions cost, each call in a transaction of its own. README.md shows these numbers; the
/// bytecode is fixed, so they are exact.
/// forge-config: default.isolate = true
contract GasTest is Fixture {
    bytes32 private bound;
    string private constant HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    function setUp() public override {
        super.setUp();
        bound = beginBound();
        begin(id);
        anchorAs(OWNER, next(id));
        anchorAs(OWNER, next(bound));
        vm.prank(OWNER);
        registry.grant(id, BUYER, WRITER, type(uint48).max, 60);
        give(id, AGENT, WRITER | KEYADMIN);
        give(bound, AGENT, WRITER);
        anchorAs(BUYER, next(id));
        vm.warp(block.timestamp + 120);
        vm.roll(block.number + 10);
    }

    function cost(address who, bytes memory call, uint256 expected, string memory what) private {
        vm.prank(who);
        (bool ok,) = address(registry).call(call);
        require(ok, what);
        uint256 found = GasMeter(address(vm)).lastCallGas().gasTotalUsed;
        same(found, expected, what);
    }

    function testRegisterFlat() public {
        cost(OWNER, abi.encodeCall(registry.registerFlat, ("inft_54321")), 98_525, "registerFlat");
    }

    function testRegisterScoped() public {
        cost(OWNER, abi.encodeCall(registry.registerScoped, ("agent")), 118_572, "registerScoped");
    }

    function testRegisterBound() public {
        nft.set(8, OWNER);
        cost(OWNER, abi.encodeCall(registry.registerBound, (address(nft), 8)), 179_069, "registerBound");
    }

    function testObserveFirst() public {
        nft.set(7, BUYER);
        cost(BUYER, abi.encodeCall(registry.observeOwner, (bound)), 42_522, "observeOwner, candidate");
    }

    function testObserveSecond() public {
        nft.set(7, BUYER);
        registry.observeOwner(bound);
        vm.roll(block.number + 2);
        cost(BUYER, abi.encodeCall(registry.observeOwner, (bound)), 58_750, "observeOwner, for good");
    }

    function testFirstVersion() public {
        vm.prank(OWNER);
        bytes32 fresh = registry.registerFlat("fresh");
        cost(OWNER, abi.encodeCall(registry.rotateAndAnchor, (first(fresh))), 162_328, "version 1");
    }

    function testAnchorByOwner() public {
        cost(OWNER, abi.encodeCall(registry.anchor, (next(id))), 55_616, "anchor by the owner");
    }

    function testAnchorByWriter() public {
        cost(AGENT, abi.encodeCall(registry.anchor, (next(id))), 58_310, "anchor by a WRITER");
    }

    function testAnchorByLimitedWriter() public {
        cost(BUYER, abi.encodeCall(registry.anchor, (next(id))), 61_646, "anchor by a WRITER with an interval");
    }

    function testAnchorBoundByOwner() public {
        cost(OWNER, abi.encodeCall(registry.anchor, (next(bound))), 65_833, "anchor, BOUND, by the owner");
    }

    function testAnchorBoundByWriter() public {
        cost(AGENT, abi.encodeCall(registry.anchor, (next(bound))), 68_527, "anchor, BOUND, by a WRITER");
    }

    function testRotate() public {
        cost(OWNER, abi.encodeCall(registry.rotateAndAnchor, (rekeyed(id))), 77_406, "rotateAndAnchor");
    }

    function testBatchOfTen() public {
        cost(OWNER, abi.encodeCall(registry.anchorMany, (batch(10))), 369_118, "anchorMany, 10 ids");
    }

    function testBatchOfFifty() public {
        cost(OWNER, abi.encodeCall(registry.anchorMany, (batch(50))), 1_756_874, "anchorMany, 50 ids");
    }

    function batch(uint256 count) private returns (I.Anchor[] memory items) {
        items = new I.Anchor[](count);
        for (uint256 i = 0; i < count; ++i) {
            vm.prank(OWNER);
            bytes32 made = registry.registerFlat(string.concat("batch/", vm.toString(i)));
            begin(made);
            items[i] = next(made);
        }
    }

    function inlined(address who, bytes32 which, uint256 length, uint256 expected, string memory what) private {
        bytes memory object = sealedBytes(length);
        cost(who, abi.encodeCall(registry.anchorInline, (next(which, object), object)), expected, what);
    }

    function testInlineByOwner512() public {
        inlined(OWNER, id, 512, 71_107, "512 bytes inline");
    }

    function testInlineByOwner1024() public {
        inlined(OWNER, id, 1024, 83_673, "1,024 bytes inline");
    }

    function testInlineByOwner2048() public {
        inlined(OWNER, id, 2048, 108_822, "2,048 bytes inline");
    }

    function testInlineByOwner4096() public {
        inlined(OWNER, id, 4096, 159_322, "4,096 bytes inline");
    }

    function testInlineByOwner8192() public {
        inlined(OWNER, id, 8192, 260_287, "8,192 bytes inline");
    }

    function testInlineByWriter512() public {
        inlined(AGENT, id, 512, 73_801, "512 bytes inline by a WRITER");
    }

    function testInlineByWriter1024() public {
        inlined(AGENT, id, 1024, 86_367, "1,024 bytes inline by a WRITER");
    }

    function testInlineByWriter2048() public {
        inlined(AGENT, id, 2048, 111_516, "2,048 bytes inline by a WRITER");
    }

    function testInlineByWriter4096() public {
        inlined(AGENT, id, 4096, 162_016, "4,096 bytes inline by a WRITER");
    }

    function testInlineByWriter8192() public {
        inlined(AGENT, id, 8192, 262_981, "8,192 bytes inline by a WRITER");
    }

    function testInlineBound512() public {
        inlined(OWNER, bound, 512, 81_324, "512 bytes inline, BOUND");
    }

    function testInlineBound1024() public {
        inlined(OWNER, bound, 1024, 93_890, "1,024 bytes inline, BOUND");
    }

    function testInlineBound2048() public {
        inlined(OWNER, bound, 2048, 119_039, "2,048 bytes inline, BOUND");
    }

    function testInlineBound4096() public {
        inlined(OWNER, bound, 4096, 169_539, "4,096 bytes inline, BOUND");
    }

    function testInlineBound8192() public {
        inlined(OWNER, bound, 8192, 270_504, "8,192 bytes inline, BOUND");
    }

    /// @dev On chains with EIP-7623 a transaction costs at least this, whatever it does.
    function testInlineUnderEip7623() public view {
        uint256[5] memory lengths = [uint256(512), 1024, 2048, 4096, 8192];
        uint256[5] memory expected = [uint256(50_140), 70_470, 111_160, 193_020, 356_530];
        for (uint256 i = 0; i < lengths.length; ++i) {
            bytes memory object = sealedBytes(lengths[i]);
            bytes memory call = abi.encodeCall(registry.anchorInline, (next(id, object), object));
            uint256 tokens = call.length;
            for (uint256 k = 0; k < call.length; ++k) {
                if (call[k] != 0) tokens += 3;
            }
            same(21_000 + 10 * tokens, expected[i], vm.toString(lengths[i]));
        }
    }

    function testInlineBatchOfTen() public {
        inlineBatch(10, 654_479, "10 ids with 1,024 bytes each");
    }

    function testInlineBatchOfFifty() public {
        inlineBatch(50, 3_181_849, "50 ids with 1,024 bytes each");
    }

    function inlineBatch(uint256 count, uint256 expected, string memory what) private {
        I.Anchor[] memory items = batch(count);
        bytes[] memory objects = new bytes[](count);
        for (uint256 i = 0; i < count; ++i) {
            objects[i] = sealedBytes(1024);
            items[i] = next(items[i].idHash, objects[i]);
        }
        cost(OWNER, abi.encodeCall(registry.anchorInlineMany, (items, objects)), expected, what);
    }

    function testGrant() public {
        cost(
            OWNER,
            abi.encodeCall(registry.grant, (id, STRANGER, WRITER, uint48(block.timestamp + 1 days), 0)),
            66_982,
            "grant"
        );
    }

    function testRevoke() public {
        cost(OWNER, abi.encodeCall(registry.revoke, (id, AGENT)), 43_542, "revoke");
    }

    function testRevokeAll() public {
        cost(OWNER, abi.encodeCall(registry.revokeAll, (id)), 43_520, "revokeAll");
    }

    function testFreeze() public {
        cost(OWNER, abi.encodeCall(registry.freeze, (id)), 43_360, "freeze");
    }

    function testPropose() public {
        cost(OWNER, abi.encodeCall(registry.proposeOwner, (id, BUYER)), 42_980, "proposeOwner");
    }

    function testAccept() public {
        vm.prank(OWNER);
        registry.proposeOwner(id, BUYER);
        I.Head memory h = registry.headOf(id);
        cost(BUYER, abi.encodeCall(registry.acceptOwner, (id, h.root, h.controlHash)), 71_124, "acceptOwner");
    }

    function testRefusedAnchor() public {
        I.Anchor memory a = next(id);
        a.version -= 1;
        vm.prank(OWNER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.anchor, (a)));
        require(!ok, "refused");
        same(GasMeter(address(vm)).lastCallGas().gasTotalUsed, 32_347, "refused anchor");
    }

    function testGuideFirst() public {
        vm.prank(OWNER);
        registry.registerFlat("inft_777");
        cost(
            OWNER,
            abi.encodeCall(registry.updateStoragePointer, ("inft_777", HASH, HASH)),
            134_666,
            "updateStoragePointer, first"
        );
    }

    function testGuideLater() public {
        vm.prank(OWNER);
        registry.registerFlat("inft_777");
        vm.prank(OWNER);
        registry.updateStoragePointer("inft_777", HASH, HASH);
        vm.warp(block.timestamp + 10);
        cost(
            OWNER,
            abi.encodeCall(
                registry.updateStoragePointer,
                ("inft_777", "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", HASH)
            ),
            80_200,
            "updateStoragePointer, later"
        );
    }
}
