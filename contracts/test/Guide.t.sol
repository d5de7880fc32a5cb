// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInftStorageRegistry as I} from "../IInftStorageRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The guide's contract as its clients know it: these four functions and nothing else.
interface IGuide {
    function updateStoragePointer(string calldata inftId, string calldata storageHash, string calldata checksum)
        external;
    function getStoragePointer(string calldata inftId) external view returns (string memory, string memory, uint256);
    function storagePointers(string calldata inftId) external view returns (string memory, string memory, uint256);
    function inftOwners(string calldata inftId) external view returns (address);
}

/// @notice The guide's clients work unchanged once the id is registered.
contract GuideTest is Fixture {
    string private constant HASH_1 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    string private constant HASH_2 = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";

    IGuide private guide;

    function setUp() public override {
        super.setUp();
        guide = IGuide(address(registry));
    }

    function reads(string memory storageHash, string memory checksum, uint256 time) private view {
        (string memory foundHash, string memory foundChecksum, uint256 foundTime) =
            guide.getStoragePointer("inft_12345");
        same(foundHash, storageHash, "storage hash");
        same(foundChecksum, checksum, "checksum");
        same(foundTime, time, "time");
        (foundHash, foundChecksum, foundTime) = guide.storagePointers("inft_12345");
        same(foundHash, storageHash, "storage hash of the mapping");
        same(foundChecksum, checksum, "checksum of the mapping");
        same(foundTime, time, "time of the mapping");
    }

    function testSelectorsAreTheGuides() public pure {
        same(uint32(I.updateStoragePointer.selector), 0x69a4540f, "updateStoragePointer");
        same(uint32(I.getStoragePointer.selector), 0xad971c42, "getStoragePointer");
        same(uint32(I.inftOwners.selector), 0xc9ff6f18, "inftOwners");
        same(uint32(I.storagePointers.selector), 0x983748df, "storagePointers");
    }

    function testWritesAndReads() public {
        reads("", "", 0);
        same(guide.inftOwners("inft_12345"), OWNER, "owner");
        same(guide.inftOwners("unknown"), address(0), "nobody");
        vm.prank(OWNER);
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        reads(HASH_1, HASH_1, block.timestamp);
        vm.warp(block.timestamp + 60);
        vm.prank(OWNER);
        guide.updateStoragePointer("inft_12345", string.concat("0x", HASH_2), HASH_1);
        reads(HASH_2, HASH_1, block.timestamp);
    }

    function testNeverTouchesVersionRootOrHistory() public {
        bytes32 before = keccak256(abi.encode(registry.headOf(id)));
        vm.prank(OWNER);
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_2);
        same(keccak256(abi.encode(registry.headOf(id))), before, "the record");
        begin(id);
        same(registry.headOf(id).version, 1, "version 1 follows as if nothing had been");
    }

    function testAnswersFromTheHeadOnceThereIsOne() public {
        vm.prank(OWNER);
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        I.Anchor memory a = first(id);
        a.root = vmHash(HASH_2);
        a.checksum = vmHash(HASH_1);
        vm.prank(OWNER);
        registry.rotateAndAnchor(a);
        reads(string.concat("0x", HASH_2), HASH_1, block.timestamp);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "This id has versions of its own: use anchor"));
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
    }

    function vmHash(string memory hex_) private pure returns (bytes32) {
        return bytes32(vm.parseBytes(string.concat("0x", hex_)));
    }

    function testOwnerAndWritersOnly() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "Not authorized"));
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        vm.prank(OWNER);
        registry.grant(id, AGENT, WRITER, type(uint48).max, 50);
        vm.prank(AGENT);
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        vm.prank(AGENT);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "Not authorized"));
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        vm.warp(block.timestamp + 50);
        vm.prank(AGENT);
        guide.updateStoragePointer("inft_12345", HASH_2, HASH_1);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "Not registered"));
        guide.updateStoragePointer("unknown", HASH_1, HASH_1);
    }

    function testFrozenAndLocked() public {
        vm.prank(OWNER);
        registry.freeze(id);
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "Frozen"));
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
        vm.prank(OWNER);
        registry.unfreeze(id);
        vm.prank(OWNER);
        registry.lockUntil(id, uint48(block.timestamp + 9));
        vm.prank(OWNER);
        vm.expectRevert(abi.encodeWithSignature("Error(string)", "Locked"));
        guide.updateStoragePointer("inft_12345", HASH_1, HASH_1);
    }

    function testRefusesWhatIsNoHash() public {
        string[6] memory bad = [
            "",
            "0x",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0",
            "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a080",
            "gf86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "0g://9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f0"
        ];
        for (uint256 i = 0; i < bad.length; ++i) {
            vm.prank(OWNER);
            vm.expectRevert(abi.encodeWithSignature("Error(string)", "A hash has 64 hex digits"));
            guide.updateStoragePointer("inft_12345", bad[i], HASH_1);
            vm.prank(OWNER);
            vm.expectRevert(abi.encodeWithSignature("Error(string)", "A hash has 64 hex digits"));
            guide.updateStoragePointer("inft_12345", HASH_1, bad[i]);
        }
        vm.prank(OWNER);
        guide.updateStoragePointer(
            "inft_12345", "0X9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", HASH_1
        );
        reads(HASH_1, HASH_1, block.timestamp);
    }

    /// @dev The guide's Python client sends every write with a gas limit of 150,000.
    function testFirstWriteFitsTheGuidesGasLimit() public {
        bytes memory call =
            abi.encodeCall(guide.updateStoragePointer, ("inft_12345", string.concat("0x", HASH_1), HASH_1));
        vm.prank(OWNER);
        (bool ok,) = address(registry).call{gas: 150_000 - intrinsic(call)}(call);
        require(ok, "FLAT");

        nft.set(7, OWNER);
        bytes32 bound = registry.registerBound(address(nft), 7);
        vm.roll(block.number + 2);
        registry.observeOwner(bound);
        call = abi.encodeCall(guide.updateStoragePointer, (boundId(), string.concat("0x", HASH_1), HASH_1));
        vm.prank(OWNER);
        (ok,) = address(registry).call{gas: 150_000 - intrinsic(call)}(call);
        require(ok, "BOUND");
    }

    function intrinsic(bytes memory call) private pure returns (uint256 sum) {
        sum = 21_000;
        for (uint256 i = 0; i < call.length; ++i) {
            sum += call[i] == 0 ? 4 : 16;
        }
    }

    function boundId() private view returns (string memory) {
        bytes memory text = new bytes(40);
        for (uint256 i = 0; i < 40; ++i) {
            text[i] = bytes("0123456789abcdef")[uint160(address(nft)) >> (156 - 4 * i) & 15];
        }
        return string.concat("eip155:31337/erc721:0x", string(text), "/7");
    }
}
