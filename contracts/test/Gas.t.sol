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
        cost(OWNER, abi.encodeCall(registry.registerFlat, ("inft_54321")), 98_481, "registerFlat");
    }

    function testRegisterScoped() public {
        cost(OWNER, abi.encodeCall(registry.registerScoped, ("agent")), 118_572, "registerScoped");
    }

    function testRegisterBound() public {
        nft.set(8, OWNER);
        cost(OWNER, abi.encodeCall(registry.registerBound, (address(nft), 8)), 179_047, "registerBound");
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
        cost(OWNER, abi.encodeCall(registry.rotateAndAnchor, (first(fresh))), 163_664, "version 1");
    }

    function testAnchorByOwner() public {
        cost(OWNER, abi.encodeCall(registry.anchor, (next(id))), 57_028, "anchor by the owner");
    }

    function testAnchorByWriter() public {
        cost(AGENT, abi.encodeCall(registry.anchor, (next(id))), 59_649, "anchor by a WRITER");
    }

    function testAnchorByLimitedWriter() public {
        cost(BUYER, abi.encodeCall(registry.anchor, (next(id))), 63_029, "anchor by a WRITER with an interval");
    }

    function testAnchorBoundByOwner() public {
        cost(OWNER, abi.encodeCall(registry.anchor, (next(bound))), 67_245, "anchor, BOUND, by the owner");
    }

    function testAnchorBoundByWriter() public {
        cost(AGENT, abi.encodeCall(registry.anchor, (next(bound))), 69_866, "anchor, BOUND, by a WRITER");
    }

    function testRotate() public {
        cost(OWNER, abi.encodeCall(registry.rotateAndAnchor, (rekeyed(id))), 78_743, "rotateAndAnchor");
    }

    function testBatchOfTen() public {
        cost(OWNER, abi.encodeCall(registry.anchorMany, (batch(10))), 375_928, "anchorMany, 10 ids");
    }

    function testBatchOfFifty() public {
        cost(OWNER, abi.encodeCall(registry.anchorMany, (batch(50))), 1_792_520, "anchorMany, 50 ids");
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

    function testGrant() public {
        cost(
            OWNER,
            abi.encodeCall(registry.grant, (id, STRANGER, WRITER, uint48(block.timestamp + 1 days), 0)),
            66_982,
            "grant"
        );
    }

    function testRevoke() public {
        cost(OWNER, abi.encodeCall(registry.revoke, (id, AGENT)), 43_498, "revoke");
    }

    function testRevokeAll() public {
        cost(OWNER, abi.encodeCall(registry.revokeAll, (id)), 43_476, "revokeAll");
    }

    function testFreeze() public {
        cost(OWNER, abi.encodeCall(registry.freeze, (id)), 43_512, "freeze");
    }

    function testPropose() public {
        cost(OWNER, abi.encodeCall(registry.proposeOwner, (id, BUYER)), 42_980, "proposeOwner");
    }

    function testAccept() public {
        vm.prank(OWNER);
        registry.proposeOwner(id, BUYER);
        I.Head memory h = registry.headOf(id);
        cost(BUYER, abi.encodeCall(registry.acceptOwner, (id, h.root, h.controlHash)), 71_102, "acceptOwner");
    }

    function testRefusedAnchor() public {
        I.Anchor memory a = next(id);
        a.version -= 1;
        vm.prank(OWNER);
        (bool ok,) = address(registry).call(abi.encodeCall(registry.anchor, (a)));
        require(!ok, "refused");
        same(GasMeter(address(vm)).lastCallGas().gasTotalUsed, 32_800, "refused anchor");
    }

    function testGuideFirst() public {
        vm.prank(OWNER);
        registry.registerFlat("inft_777");
        cost(
            OWNER,
            abi.encodeCall(registry.updateStoragePointer, ("inft_777", HASH, HASH)),
            135_022,
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
            80_556,
            "updateStoragePointer, later"
        );
    }
}
